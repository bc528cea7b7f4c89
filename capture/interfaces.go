package capture

import (
	"net"
	"net/netip"
	"runtime"
	"strings"

	"cmppdump/capture/spell"
	"cmppdump/dissect/lang"
)

// InterfaceInfo describes an interface of this machine, for people who choose
// one.
type InterfaceInfo struct {
	Name  string
	Addrs []netip.Prefix // addresses, with the length of their network
	Up    bool           // switched on
	// Running: up, and it has a carrier.
	Running  bool
	Loopback bool
}

// State is the state in words, as tcpdump -D prints it: "up, running, loopback".
func (i InterfaceInfo) State() string {
	var words []string
	for _, w := range []struct {
		is   bool
		word string
	}{{i.Up, "up"}, {!i.Up, "down"}, {i.Running, "running"}, {i.Loopback, "loopback"}} {
		if w.is {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, ", ")
}

// Interfaces lists the interfaces that can be captured on: first "any" where
// the system has it (Linux), then those that are running, then the others,
// each in the order of the system. No privileges are needed.
func Interfaces() ([]InterfaceInfo, error) {
	found, err := net.Interfaces()
	if err != nil {
		return nil, said.Errorf("the system does not list its interfaces: %w", err)
	}
	var list, idle []InterfaceInfo
	if runtime.GOOS == "linux" {
		list = append(list, InterfaceInfo{Name: anyInterface, Up: true, Running: true})
	}
	for _, in := range found {
		if info := describeInterface(in); info.Running {
			list = append(list, info)
		} else {
			idle = append(idle, info)
		}
	}
	return append(list, idle...), nil
}

// describeInterface leaves out addresses that cannot be had: the interface may
// just have gone.
func describeInterface(in net.Interface) InterfaceInfo {
	info := InterfaceInfo{
		Name:     in.Name,
		Up:       in.Flags&net.FlagUp != 0,
		Running:  in.Flags&net.FlagRunning != 0,
		Loopback: in.Flags&net.FlagLoopback != 0,
	}
	addrs, _ := in.Addrs()
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			info.Addrs = append(info.Addrs, p)
		}
	}
	return info
}

// interfaceNames are the names alone, "any" first.
func interfaceNames() []string {
	names := []string{anyInterface}
	found, _ := net.Interfaces()
	for _, in := range found {
		names = append(names, in.Name)
	}
	return names
}

// unknownInterface is the message for a name that none of names is: the nearest
// one, and all of them unless they are many.
func unknownInterface(name string, names []string) lang.Text {
	const most = 20
	text := said.With("%s: no such interface", name)
	if near := spell.Nearest(name, names); near != "" {
		text = text.And(said.With("; did you mean %s?", near))
	}
	shown := said.Text(strings.Join(names[:min(len(names), most)], " "))
	if more := len(names) - most; more > 0 {
		shown = shown.And(said.With(" and %d more (cmppdump -D)", more))
	}
	return text.And(said.With(" (there are: %s)", shown))
}
