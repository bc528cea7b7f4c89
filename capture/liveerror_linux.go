package capture

import (
	"errors"
	"os"
	"strings"

	"cmppdump/dissect/lang"

	"golang.org/x/sys/unix"
)

// setupStep is where opening an interface failed.
type setupStep int

const (
	atSocket setupStep = iota
	atVersion
	atBuffer
	atFilter
	atPromisc
	atBind
)

// failed makes the error for people of one of the system.
func (d device) failed(at setupStep, err error) error {
	return &inputError{said.With("%s: %s", d.name, d.reason(at, err)), err}
}

// reason says what went wrong and what to do about it.
func (d device) reason(at setupStep, err error) lang.Text {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return noPermission(os.Geteuid() == 0)
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO):
		return said.Text("the interface has just been removed")
	case at == atSocket && (errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EPROTONOSUPPORT)):
		return said.Text("this kernel has no packet sockets (CONFIG_PACKET): sudo modprobe af_packet may help")
	case at == atSocket:
		return said.With("no packet socket: %s", lang.Of(err))
	case at == atVersion:
		return said.With("this kernel has no TPACKET_V3 (%s): Linux 3.10 or later is needed", lang.Of(err))
	case at == atBuffer && errors.Is(err, unix.ENOMEM):
		return said.Text("the kernel has no memory for the buffer: try a smaller one with -B KIB")
	case at == atBuffer:
		return said.With("the kernel refused the buffer (%s): try another size with -B KIB", lang.Of(err))
	case at == atFilter && errors.Is(err, unix.ENOMEM):
		return said.Text("the capture filter is too long for the kernel: shorten it, or sudo sysctl net.core.optmem_max=131072")
	case at == atFilter:
		return said.With("the kernel refused the capture filter: %s", lang.Of(err))
	case at == atPromisc:
		return said.With("no promiscuous mode (%s): try -p", lang.Of(err))
	case errors.Is(err, unix.ENETDOWN):
		return said.With("the interface is down: sudo ip link set dev %s up", d.name)
	}
	return said.With("cannot be captured on: %s", lang.Of(err))
}

// noPermission says how to get the permission for this program.
func noPermission(root bool) lang.Text {
	if root {
		return said.Text("no permission to capture, although this is root: the container lacks a capability (docker run --cap-add NET_RAW --cap-add NET_ADMIN)")
	}
	program, err := os.Executable()
	if err != nil {
		program = "cmppdump"
	}
	return said.With("no permission to capture: run it as root, or once: sudo setcap cap_net_raw,cap_net_admin=eip %s", shellWord(program))
}

// shellWord quotes a path for a shell if it needs that.
func shellWord(path string) string {
	plain := func(r rune) bool {
		return r > 0x7f || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:@%,", r)
	}
	if strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// checkBuffer refuses buffers that would take most of the machine's memory: the
// kernel would kill processes to make room for them.
func checkBuffer(kib, interfaces int) error {
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return nil
	}
	return bufferFits(uint64(kib), uint64(interfaces), uint64(info.Totalram)*uint64(info.Unit)>>10)
}

// bufferFits compares the buffers with the memory of the machine, both in KiB.
func bufferFits(each, interfaces, memory uint64) error {
	if each <= memory/2/interfaces {
		return nil
	}
	return said.Errorf("-B: a buffer of %d MiB for each interface (%d) is more than half of this machine's memory (%d MiB): choose a smaller -B KIB",
		each>>10, interfaces, memory>>10)
}
