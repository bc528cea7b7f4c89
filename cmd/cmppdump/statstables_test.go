//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cmppdump/dissect/stats"

	"github.com/mattn/go-runewidth"
)

// stalledText is a capture of a connection that ends without a TERMINATE, and of
// one on which SUBMITs are answered for a while, then no more.
const stalledText = `
tcp 40001 7890
> submit:1:13800001236:"other"
< submit_resp:1:2
rst
tcp 40000 7890
< active_test:1
> active_test_resp:1
> submit:1:13800001234:"one"
< submit_resp:1:1
> submit:2:13800001235:"two" submit:3:13800001235:"three"
wait 12s
udp 40000 53 "still"
`

// TestStatsTables: every table of some captures, on terminals of several widths
// and into a pipe, into testdata/golden/stats.
func TestStatsTables(t *testing.T) {
	environment(t)
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	var flags []string
	for _, name := range stats.Names() {
		flags = append(flags, "-z", name)
	}
	stalled := filepath.Join(t.TempDir(), "stalled.pcap")
	f, err := os.Create(stalled)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeCapture(f, stalledText); err != nil {
		t.Fatal(err)
	}
	f.Close()
	files := []string{stalled}
	for _, name := range []string{"real/gocmpp_30", "real/mess_midstream30", "rate_limit_20", "two_conns_30", "mass_send_30", "timeout_30", "long_ucs2_30", "fwd_30"} {
		files = append(files, "../../pcaps/"+name+".pcap")
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".pcap")
		args := append([]string{"-r", file, "-q", "--utc", "--window", "8"}, flags...)
		out, _, status := cmppdump(args...)
		if status != exitOK {
			t.Errorf("%s: exit status %d", name, status)
		}
		golden(t, "testdata/golden/stats/"+name+".pipe.golden", out)
		for _, width := range []int{80, 100, 200} {
			shown := onTerminal(t, width, func(terminal *os.File) { Main(args, nil, terminal, io.Discard) })
			golden(t, fmt.Sprintf("testdata/golden/stats/%s.%d.golden", name, width), shown)
			for i, line := range strings.Split(shown, "\n") {
				if n := runewidth.StringWidth(line); n > width || strings.HasSuffix(line, " ") || control.MatchString(line) {
					t.Errorf("%s at %d, line %d: %d cells, blanks at the end or control characters: %q", name, width, i+1, n, line)
				}
			}
		}
	}
}

var control = regexp.MustCompile("[\x00-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069]")
