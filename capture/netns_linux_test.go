package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// needRoot skips a test that captures for real, unless it was asked for.
func needRoot(t testing.TB) {
	t.Helper()
	if os.Getenv("CMPPDUMP_ROOT") != "1" {
		t.Skip("captures in a network namespace of its own: run it as root with CMPPDUMP_ROOT=1")
	}
	if os.Geteuid() != 0 {
		t.Fatal("CMPPDUMP_ROOT=1 without root")
	}
}

// netns is a thread in a network namespace of its own. The namespace goes when
// the test ends, or the process.
type netns struct {
	t    testing.TB
	tid  int
	work chan func()
}

func newNetns(t testing.TB) *netns {
	t.Helper()
	needRoot(t)
	ns := &netns{t: t, work: make(chan func())}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := unix.Unshare(unix.CLONE_NEWNET)
		ns.tid = unix.Gettid()
		started <- err
		for f := range ns.work {
			f()
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(ns.work) })
	ns.do(func() error { // no router solicitations between the packets
		os.WriteFile("/proc/sys/net/ipv6/conf/all/disable_ipv6", []byte("1"), 0)
		return os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	})
	ns.ip("link set lo up")
	return ns
}

// do runs f in the namespace. Sockets and processes that it makes are there;
// what it makes in other goroutines is not.
func (ns *netns) do(f func() error) {
	ns.t.Helper()
	done := make(chan error)
	ns.work <- func() { done <- f() }
	if err := <-done; err != nil {
		ns.t.Fatal(err)
	}
}

func (ns *netns) ip(args string) {
	ns.t.Helper()
	ns.do(func() error {
		out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("ip %s: %v: %s", args, err, out)
		}
		return nil
	})
}

// vethPair joins two namespaces: v0 with 10.9.0.1 here, v1 with 10.9.0.2 there.
func vethPair(t testing.TB) (here, there *netns) {
	t.Helper()
	here, there = newNetns(t), newNetns(t)
	here.ip(fmt.Sprint("link add v0 type veth peer name v1 netns ", there.tid))
	here.ip("addr add 10.9.0.1/24 dev v0")
	there.ip("addr add 10.9.0.2/24 dev v1")
	here.ip("link set v0 up")
	there.ip("link set v1 up")
	return here, there
}

func (ns *netns) listen(addr string) net.Listener {
	ns.t.Helper()
	var l net.Listener
	ns.do(func() (err error) { l, err = net.Listen("tcp4", addr); return err })
	ns.t.Cleanup(func() { l.Close() })
	return l
}

func (ns *netns) dial(network, addr string) net.Conn {
	ns.t.Helper()
	var c net.Conn
	ns.do(func() (err error) { c, err = net.Dial(network, addr); return err })
	ns.t.Cleanup(func() { c.Close() })
	return c
}

// talk sends data over TCP from one namespace to another and waits for it to
// come back whole, and for both ends to close.
func talk(t testing.TB, client, server *netns, addr string, data []byte) {
	t.Helper()
	listener := server.listen(addr)
	echoed := make(chan error, 1)
	go func() {
		c, err := listener.Accept()
		if err == nil {
			_, err = io.Copy(c, c)
			c.Close()
		}
		echoed <- err
	}()
	c := client.dial("tcp4", addr).(*net.TCPConn)
	go func() {
		c.Write(data)
		c.CloseWrite()
	}()
	back, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(back, data) {
		t.Fatalf("%d of %d bytes came back: %v", len(back), len(data), err)
	}
	if err := <-echoed; err != nil {
		t.Fatal(err)
	}
	c.Close()
	listener.Close()
	time.Sleep(20 * time.Millisecond) // the last acknowledgement
}

// flood sends n UDP packets of 100 bytes with numbers from 0. Nobody receives
// them.
func (ns *netns) flood(addr string, n int) {
	ns.t.Helper()
	ns.floodFrom(addr, 0, n)
}

func (ns *netns) floodFrom(addr string, first, end int) {
	ns.t.Helper()
	c := ns.dial("udp4", addr)
	b := make([]byte, 100)
	for i := first; i < end; i++ {
		copy(b, fmt.Sprintf("number %08d", i))
		_, err := c.Write(b)
		for errors.Is(err, unix.ECONNREFUSED) { // the answer to the one before; nothing was sent
			_, err = c.Write(b)
		}
		if err != nil {
			ns.t.Fatal(err)
		}
	}
	c.Close()
}

// live opens a capture in the namespace.
func (ns *netns) live(o LiveOptions) *Live {
	ns.t.Helper()
	var l *Live
	ns.do(func() (err error) { l, err = OpenLive(o); return err })
	ns.t.Cleanup(func() { l.Close() })
	return l
}

// reading reads a capture in the background; the function that it returns stops
// the capture and gives its packets.
func reading(t testing.TB, l *Live) (stop func() []Packet) {
	var all []Packet
	ended := make(chan error)
	go func() {
		for {
			var p Packet
			switch err := l.Next(&p); err {
			case nil:
				p.Frame = bytes.Clone(p.Frame)
				all = append(all, p)
			case ErrIdle:
			default:
				ended <- err
				return
			}
		}
	}()
	return func() []Packet {
		t.Helper()
		l.Stop()
		if err := <-ended; err != io.EOF {
			t.Fatal(err)
		}
		return all
	}
}

// readLive stops a capture and gives its packets.
func readLive(t testing.TB, l *Live) []Packet {
	t.Helper()
	l.Stop()
	return reading(t, l)()
}

// tcpdump captures beside us; the function that it returns ends it and gives
// its packets.
func (ns *netns) tcpdump(args ...string) (stop func() []Packet) {
	ns.t.Helper()
	file := filepath.Join(ns.t.TempDir(), "tcpdump.pcap")
	cmd := exec.Command("tcpdump", append([]string{"-Z", "root", "-B", "16384", "-w", file}, args...)...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		ns.t.Fatal(err)
	}
	ns.do(cmd.Start)
	var text []byte
	for !bytes.Contains(text, []byte("listening on")) {
		b := make([]byte, 1000)
		n, err := stderr.Read(b)
		text = append(text, b[:n]...)
		if err != nil {
			ns.t.Fatalf("tcpdump: %s", text)
		}
	}
	return func() []Packet {
		ns.t.Helper()
		time.Sleep(1100 * time.Millisecond) // it reads its buffer once a second
		cmd.Process.Signal(os.Interrupt)
		io.Copy(io.Discard, stderr)
		cmd.Wait()
		src, err := Open(file, nil)
		if err != nil {
			ns.t.Fatal(err)
		}
		defer src.Close()
		var all []Packet
		var p Packet
		for src.Next(&p) == nil {
			q := p
			q.Frame = bytes.Clone(p.Frame)
			all = append(all, q)
		}
		return all
	}
}

// sendFrame sends a whole Ethernet frame out of an interface.
func (ns *netns) sendFrame(name string, frame []byte) {
	ns.t.Helper()
	ns.do(func() error {
		in, err := net.InterfaceByName(name)
		if err != nil {
			return err
		}
		fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		return unix.Sendto(fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: in.Index})
	})
}

// sameFrames compares what two captures of the same traffic hold, ARP left out,
// which may come at their edges. Frames of two processors may come to each in
// another order.
func sameFrames(t testing.TB, got, want []Packet) {
	t.Helper()
	got, want = withoutARP(got), withoutARP(want)
	byContent := func(a, b Packet) int { return bytes.Compare(a.Frame, b.Frame) }
	slices.SortFunc(got, byContent)
	slices.SortFunc(want, byContent)
	for i := range min(len(got), len(want)) {
		if g, w := got[i], want[i]; !bytes.Equal(g.Frame, w.Frame) || g.WireLen != w.WireLen {
			t.Fatalf("packet %d: %d bytes of %d, tcpdump has %d of %d\n% x\n% x", i+1,
				len(g.Frame), g.WireLen, len(w.Frame), w.WireLen, head(g.Frame), head(w.Frame))
		}
	}
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%d packets, tcpdump has %d", len(got), len(want))
	}
}

func head(b []byte) []byte { return b[:min(len(b), 64)] }

func withoutARP(packets []Packet) []Packet {
	var kept []Packet
	for _, p := range packets {
		at := 12
		if p.Iface.Link == LinkLinuxSLL2 {
			at = 0
		}
		if len(p.Frame) < at+2 || p.Frame[at] != 0x08 || p.Frame[at+1] != 0x06 {
			kept = append(kept, p)
		}
	}
	return kept
}
