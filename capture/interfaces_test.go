package capture

import (
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"

	"cmppdump/dissect/lang"
)

func TestInterfaces(t *testing.T) {
	list, err := Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]InterfaceInfo{}
	for _, i := range list {
		byName[i.Name] = i
	}
	if runtime.GOOS == "linux" && (list[0].Name != "any" || !list[0].Running) {
		t.Errorf("first is %+v", list[0])
	}
	found, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	running := true
	for _, i := range list {
		if i.Running && !running {
			t.Errorf("%s is running and comes behind one that is not", i.Name)
		}
		running = i.Running
	}
	for _, in := range found {
		i, ok := byName[in.Name]
		if !ok || i.Loopback != (in.Flags&net.FlagLoopback != 0) || i.Up != (in.Flags&net.FlagUp != 0) {
			t.Errorf("%s: %+v", in.Name, i)
		}
		addrs, _ := in.Addrs()
		if fmt.Sprint(addrs) != fmt.Sprint(i.Addrs) {
			t.Errorf("%s: %v, want %v", in.Name, i.Addrs, addrs)
		}
	}
}

func TestInterfaceState(t *testing.T) {
	for _, c := range []struct {
		info InterfaceInfo
		want string
	}{
		{InterfaceInfo{Up: true, Running: true}, "up, running"},
		{InterfaceInfo{Up: true, Running: true, Loopback: true}, "up, running, loopback"},
		{InterfaceInfo{Up: true}, "up"},
		{InterfaceInfo{}, "down"},
	} {
		if got := c.info.State(); got != c.want {
			t.Errorf("%+v: %s", c.info, got)
		}
	}
}

func TestUnknownInterface(t *testing.T) {
	usual := strings.Fields("any lo eth0 eth1 bond0 wlp0s20f3")
	var many []string
	for i := range 25 {
		many = append(many, fmt.Sprint("veth", i))
	}
	for _, c := range []struct {
		name  string
		names []string
		want  string
	}{
		{"eth2", usual, "eth2: no such interface; did you mean eth0? (there are: any lo eth0 eth1 bond0 wlp0s20f3)"},
		{"eht1", usual, "eht1: no such interface; did you mean eth1? (there are: any lo eth0 eth1 bond0 wlp0s20f3)"},
		{"bonds", usual, "bonds: no such interface; did you mean bond0? (there are: any lo eth0 eth1 bond0 wlp0s20f3)"},
		{"l0", usual[:2], "l0: no such interface; did you mean lo? (there are: any lo)"},
		{"enp1s0", usual, "enp1s0: no such interface (there are: any lo eth0 eth1 bond0 wlp0s20f3)"},
		{"", usual[:1], ": no such interface (there are: any)"},
		{"ens192", many, "ens192: no such interface (there are: " + strings.Join(many[:20], " ") + " and 5 more (cmppdump -D))"},
	} {
		if got := unknownInterface(c.name, c.names)[lang.English]; got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}
