package capture

import (
	"errors"
	"os"
	"strings"
	"testing"

	"cmppdump/dissect/lang"

	"golang.org/x/sys/unix"
)

func TestSetupErrors(t *testing.T) {
	for _, c := range []struct {
		at   setupStep
		err  error
		want string
	}{
		{atSocket, unix.EAFNOSUPPORT, "eth0: this kernel has no packet sockets (CONFIG_PACKET): sudo modprobe af_packet may help"},
		{atSocket, unix.EMFILE, "eth0: no packet socket: too many open files"},
		{atVersion, unix.EINVAL, "eth0: this kernel has no TPACKET_V3 (invalid argument): Linux 3.10 or later is needed"},
		{atBuffer, unix.ENOMEM, "eth0: the kernel has no memory for the buffer: try a smaller one with -B KIB"},
		{atBuffer, unix.EINVAL, "eth0: the kernel refused the buffer (invalid argument): try another size with -B KIB"},
		{atFilter, unix.ENOMEM, "eth0: the capture filter is too long for the kernel: shorten it, or sudo sysctl net.core.optmem_max=131072"},
		{atFilter, unix.EINVAL, "eth0: the kernel refused the capture filter: invalid argument"},
		{atPromisc, unix.EINVAL, "eth0: no promiscuous mode (invalid argument): try -p"},
		{atBind, unix.ENETDOWN, "eth0: the interface is down: sudo ip link set dev eth0 up"},
		{atBind, unix.ENODEV, "eth0: the interface has just been removed"},
		{atBind, unix.EBUSY, "eth0: cannot be captured on: device or resource busy"},
	} {
		err := device{name: "eth0", index: 2}.failed(c.at, c.err)
		if err.Error() != c.want || !errors.Is(err, c.err) {
			t.Errorf("\n got %v\nwant %s", err, c.want)
		}
	}
}

func TestNoPermission(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	want := "no permission to capture: run it as root, or once: sudo setcap cap_net_raw,cap_net_admin=eip " + shellWord(program)
	if got := noPermission(false); got[lang.English] != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got := noPermission(true); !strings.Contains(got[lang.English], "--cap-add NET_RAW") || strings.Contains(got[lang.English], "setcap") {
		t.Error(got)
	}
}

func TestShellWord(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{"/usr/local/bin/cmppdump", "/usr/local/bin/cmppdump"},
		{"/home/李/cmppdump-1.0_x", "/home/李/cmppdump-1.0_x"},
		{"/opt/my tools/cmppdump", "'/opt/my tools/cmppdump'"},
		{"/opt/it's/$HOME", `'/opt/it'\''s/$HOME'`},
	} {
		if got := shellWord(c.path); got != c.want {
			t.Errorf("%s: %s", c.path, got)
		}
	}
}

func TestBufferFits(t *testing.T) {
	for _, c := range []struct{ each, interfaces, memory uint64 }{{8192, 1, 16384}, {8192, 2, 32768}} {
		if err := bufferFits(c.each, c.interfaces, c.memory); err != nil {
			t.Error(err)
		}
	}
	want := "-B: a buffer of 9 MiB for each interface (2) is more than half of this machine's memory (32 MiB): choose a smaller -B KIB"
	if err := bufferFits(9<<10, 2, 32<<10); err == nil || err.Error() != want {
		t.Error(err)
	}
}

func TestDropPrivilegesErrors(t *testing.T) {
	if err := DropPrivileges("no-such-user"); err == nil || err.Error() != "-Z no-such-user: no such user in /etc/passwd" {
		t.Error(err)
	}
}

func TestDeviceLinks(t *testing.T) {
	for _, c := range []struct {
		device device
		want   LinkType
	}{
		{device{name: "any"}, LinkLinuxSLL2},
		{device{index: 1, kind: unix.ARPHRD_LOOPBACK}, LinkEthernet},
		{device{index: 2, kind: unix.ARPHRD_ETHER}, LinkEthernet},
		{device{index: 3, kind: unix.ARPHRD_NONE}, LinkRaw},
		{device{index: 4, kind: unix.ARPHRD_PPP}, LinkLinuxSLL2},
		{device{index: 5, kind: unix.ARPHRD_IPGRE}, LinkLinuxSLL2},
	} {
		if got := c.device.link(); got != c.want {
			t.Errorf("%+v: %d", c.device, got)
		}
	}
}
