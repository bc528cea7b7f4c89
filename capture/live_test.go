package capture

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
)

func TestLiveNames(t *testing.T) {
	for _, c := range []struct{ given, want string }{
		{"eth0", "[eth0] <nil>"},
		{"eth0 lo eth0", "[eth0 lo] <nil>"},
		{"any any", "[any] <nil>"},
		{"", "[] no interface to capture on: -i NAME, or -i any (cmppdump -D lists them)"},
		{"eth0 any", "[] any: already all interfaces; leave out the others, or name them without any"},
	} {
		o := LiveOptions{Interfaces: strings.Fields(c.given)}
		names, err := o.names()
		if got := fmt.Sprint(names, " ", err); got != c.want {
			t.Errorf("%q: %s", c.given, got)
		}
	}
}

func TestLiveDefaults(t *testing.T) {
	for _, c := range []struct{ given, want int }{{0, 262144}, {-1, 262144}, {96, 96}, {1 << 20, 262144}} {
		if got := (&LiveOptions{SnapLen: c.given}).snapLen(); got != c.want {
			t.Errorf("snapshot length %d: %d", c.given, got)
		}
	}
	for _, c := range []struct{ given, want int }{{0, 8192}, {-1, 8192}, {512, 512}} {
		if got := (&LiveOptions{BufferKiB: c.given}).bufferKiB(); got != c.want {
			t.Errorf("buffer %d: %d", c.given, got)
		}
	}
}

// These need no privileges: a wrong name is told before a missing permission.
func TestOpenLiveErrors(t *testing.T) {
	if runtime.GOOS != "linux" {
		if _, err := OpenLive(LiveOptions{}); err == nil || !strings.Contains(err.Error(), "Linux only") {
			t.Error(err)
		}
		return
	}
	for _, c := range []struct {
		options LiveOptions
		want    string // start
	}{
		{LiveOptions{}, "no interface to capture on"},
		{LiveOptions{Interfaces: []string{"nosuch0"}}, "nosuch0: no such interface"},
		{LiveOptions{Interfaces: []string{"lo", "longer-than-names-may-be"}}, "longer-than-names-may-be: no such interface"},
		{LiveOptions{Interfaces: []string{"lo"}, BufferKiB: math.MaxInt}, "-B: a buffer of "},
	} {
		l, err := OpenLive(c.options)
		if err == nil {
			l.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v; want %s", err, c.want)
		}
	}
}
