package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cmppdump/dissect/lang"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

func someData(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// streams puts the TCP payloads of a capture together, by sender. Every byte
// must be there, none differ.
func streams(t *testing.T, packets []Packet) map[string][]byte {
	t.Helper()
	first := map[string]uint32{}
	data := map[string][]byte{}
	d := NewDecoder()
	for i := range packets {
		p := &packets[i]
		if !d.Decode(p) {
			continue
		}
		from := p.Src.String()
		if p.TCP.Flags.Has(SYN) {
			first[from] = p.TCP.Seq + 1
		}
		if len(p.Payload) == 0 {
			continue
		}
		at := int(p.TCP.Seq - first[from])
		if end := at + len(p.Payload); end > len(data[from]) {
			data[from] = append(data[from], make([]byte, end-len(data[from]))...)
		}
		copy(data[from][at:], p.Payload)
	}
	return data
}

func checkStreams(t *testing.T, packets []Packet, want []byte) {
	t.Helper()
	got := streams(t, packets)
	if len(got) != 2 {
		t.Errorf("%d directions", len(got))
	}
	for from, data := range got {
		if !bytes.Equal(data, want) {
			t.Errorf("from %s: %d bytes, or others than the %d sent", from, len(data), len(want))
		}
	}
}

func largest(packets []Packet) int {
	n := 0
	for _, p := range packets {
		n = max(n, len(p.Frame))
	}
	return n
}

func TestRootLoopback(t *testing.T) {
	ns := newNetns(t)
	tcpdump := ns.tcpdump("-i", "lo")
	l := ns.live(LiveOptions{Interfaces: []string{"lo"}})
	stop := reading(t, l)
	data := someData(1 << 20)
	talk(t, ns, ns, "127.0.0.1:7890", data)
	got := stop()
	sameFrames(t, got, tcpdump())
	checkStreams(t, got, data)
	if in := l.Interfaces()[0]; in.Name != "lo" || in.Link != LinkEthernet || got[0].Iface != in {
		t.Errorf("interface %+v", in)
	}
	if n := largest(got); n < 60000 {
		t.Errorf("the largest frame has %d bytes", n)
	}
	if s := l.Stats(); s != (LiveStats{Received: uint64(len(got))}) {
		t.Errorf("%+v of %d packets: sent ones count too?", s, len(got))
	}
}

func TestRootVeth(t *testing.T) {
	here, there := vethPair(t)
	tcpdump := here.tcpdump("-i", "v0")
	l := here.live(LiveOptions{Interfaces: []string{"v0"}, BufferKiB: 32 << 10})
	stop := reading(t, l)
	data := someData(4 << 20)
	start := time.Now().UnixNano()
	talk(t, here, there, "10.9.0.2:7890", data)
	end := time.Now().UnixNano()
	got := stop()
	if s := l.Stats(); s.Dropped != 0 {
		t.Errorf("%+v", s)
	}
	sameFrames(t, got, tcpdump())
	checkStreams(t, got, data)
	if n := largest(got); n < 20000 {
		t.Errorf("the largest frame has %d bytes: offloaded segments were cut", n)
	}
	last := start
	for i, p := range got {
		if p.Num != uint64(i+1) || p.Time < start || p.Time > end || p.Time < last-int64(time.Millisecond) {
			t.Fatalf("packet %d has number %d, time %d after %d", i+1, p.Num, p.Time, last)
		}
		last = p.Time
	}
}

// The frame is the same where it is sent, tag in the frame, and where it is
// received, tag taken out by the kernel.
func TestRootVLAN(t *testing.T) {
	here, there := vethPair(t)
	tcpdump := here.tcpdump("-i", "v0")
	received := here.live(LiveOptions{Interfaces: []string{"v0"}})
	sent := there.live(LiveOptions{Interfaces: []string{"v1"}})
	anywhere := here.live(LiveOptions{Interfaces: []string{"any"}})
	ip := append([]byte{0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 9, 0, 2, 10, 9, 0, 1}, make([]byte, 20)...)
	ip[32] = 5 << 4 // the length of the TCP header
	var frames [][]byte
	for _, tags := range []string{"\x81\x00\x60\x64", "\x88\xa8\x00\x07\x81\x00\x00\x64", "\x81\x00\x00\x00", ""} {
		frame := "\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01" + tags + "\x08\x00" + string(ip)
		frames = append(frames, []byte(frame))
		there.sendFrame("v1", []byte(frame))
	}
	got := withoutARP(readLive(t, received))
	sameFrames(t, got, tcpdump())
	sameFrames(t, withoutARP(readLive(t, sent)), got)
	for i, f := range frames {
		if !bytes.Equal(got[i].Frame, f) || got[i].WireLen != len(f) {
			t.Errorf("frame %d of %d bytes\n got % x\nwant % x", i, got[i].WireLen, got[i].Frame, f)
		}
	}
	cooked := withoutARP(readLive(t, anywhere))
	if len(cooked) != len(frames) {
		t.Fatalf("%d packets on any", len(cooked))
	}
	d := NewDecoder()
	for i := range cooked {
		p, tags := &cooked[i], frames[i][12:len(frames[i])-len(ip)]
		if f := p.Frame; len(tags) <= 4 && (!bytes.Equal(f[:2], tags[:2]) || !bytes.Equal(f[20:], frames[i][14:]) || p.WireLen != len(f)) {
			t.Errorf("cooked % x of % x", f, frames[i])
		}
		// Of two tags, Linux 6.11 and later say what is behind both, and
		// leave the inner one in the packet.
		if !d.Decode(p) && len(tags) <= 4 {
			t.Errorf("cooked frame %d was not decoded: %v", i, d.Skipped())
		}
	}
}

func TestRootAny(t *testing.T) {
	here, there := vethPair(t)
	tcpdump := here.tcpdump("-i", "any", "-y", "LINUX_SLL2")
	l := here.live(LiveOptions{Interfaces: []string{"any"}})
	stop := reading(t, l)
	talk(t, here, there, "10.9.0.2:7890", someData(100000))
	talk(t, here, here, "127.0.0.1:7890", someData(100000))
	got := stop()
	want := tcpdump()
	for _, p := range want { // tcpdump takes the bytes behind the address as they come
		clear(p.Frame[12+min(p.Frame[11], 8) : 20])
	}
	sameFrames(t, got, want)
	if in := got[0].Iface; *in != (Interface{Name: "any", Link: LinkLinuxSLL2}) {
		t.Errorf("interface %+v", in)
	}
	if s := l.Stats(); s != (LiveStats{Received: uint64(len(got))}) {
		t.Errorf("%+v of %d packets", s, len(got))
	}
}

// A tun device has no link header; one of another type gets a cooked one.
func TestRootLinkTypes(t *testing.T) {
	packet := append([]byte{0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 8, 0, 2, 10, 8, 0, 9}, make([]byte, 20)...)
	packet[32] = 5 << 4
	for _, c := range []struct {
		kind  int
		link  LinkType
		front string
	}{
		{unix.ARPHRD_NONE, LinkRaw, ""},
		{unix.ARPHRD_PPP, LinkLinuxSLL2, "\x08\x00\x00\x00"},
	} {
		ns := newNetns(t)
		tun := ns.tun("t0", c.kind)
		l := ns.live(LiveOptions{Interfaces: []string{"t0"}})
		if _, err := unix.Write(tun, packet); err != nil {
			t.Fatal(err)
		}
		got := readLive(t, l)
		if len(got) != 1 || got[0].Iface.Link != c.link || !strings.HasPrefix(string(got[0].Frame), c.front) ||
			!bytes.HasSuffix(got[0].Frame, packet) || got[0].WireLen != len(got[0].Frame) {
			t.Fatalf("ARPHRD %d: %+v", c.kind, got)
		}
		if !NewDecoder().Decode(&got[0]) {
			t.Errorf("ARPHRD %d: not decoded", c.kind)
		}
	}
}

// tun makes a tun device of an ARPHRD_ type.
func (ns *netns) tun(name string, kind int) int {
	ns.t.Helper()
	var fd int
	ns.do(func() (err error) {
		if fd, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0); err != nil {
			return err
		}
		req, err := unix.NewIfreq(name)
		if err != nil {
			return err
		}
		req.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, req); err != nil {
			return err
		}
		return unix.IoctlSetInt(fd, unix.TUNSETLINK, kind)
	})
	ns.t.Cleanup(func() { unix.Close(fd) })
	ns.ip("addr add 10.8.0.1/24 dev " + name)
	ns.ip("link set " + name + " up")
	return fd
}

func TestRootFilter(t *testing.T) {
	ns := newNetns(t)
	udp := func(link LinkType) ([]bpf.RawInstruction, error) {
		at := uint32(23) // the protocol of IPv4
		if link == LinkLinuxSLL2 {
			at = 9
		}
		return bpf.Assemble([]bpf.Instruction{
			bpf.LoadAbsolute{Off: at, Size: 1},
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: 17, SkipFalse: 1},
			bpf.RetConstant{Val: 0x40000},
			bpf.RetConstant{},
		})
	}
	for _, name := range []string{"lo", "any"} {
		l := ns.live(LiveOptions{Interfaces: []string{name}, Filter: udp, SnapLen: 80})
		talk(t, ns, ns, "127.0.0.1:7890", someData(5000))
		ns.flood("127.0.0.1:9", 100)
		got := readLive(t, l)
		header := 14
		if name == "any" {
			header = 20
		}
		var numbers []string
		for _, p := range got {
			if p.Frame[header+9] != 17 {
				continue // somebody answers that there is no such port
			}
			if len(p.Frame) != 80 || p.WireLen != header+20+8+100 {
				t.Fatalf("%s: %d bytes of %d", name, len(p.Frame), p.WireLen)
			}
			numbers = append(numbers, string(p.Frame[header+28:header+28+15]))
		}
		if len(numbers) != 100 || len(got) != 100 {
			t.Fatalf("%s: %d packets, of them %d UDP", name, len(got), len(numbers))
		}
		for i, n := range numbers {
			if n != fmt.Sprintf("number %08d", i) {
				t.Fatalf("%s: packet %d is %s", name, i, n)
			}
		}
	}
}

// Between the opening of the socket and the filter nothing may slip through.
func TestRootFilterLeaksNothing(t *testing.T) {
	ns := newNetns(t)
	var stop atomic.Bool
	flooded := make(chan int)
	c := ns.dial("udp4", "127.0.0.1:9")
	go func() {
		n := 0
		for ; !stop.Load(); n++ {
			c.Write(make([]byte, 100))
		}
		flooded <- n
	}()
	leaked := 0
	reject := func(LinkType) ([]bpf.RawInstruction, error) {
		return bpf.Assemble([]bpf.Instruction{bpf.RetConstant{}})
	}
	for _, name := range []string{"lo", "any"} {
		for range 20 {
			l := ns.live(LiveOptions{Interfaces: []string{name}, Filter: reject})
			time.Sleep(2 * time.Millisecond)
			leaked += len(readLive(t, l))
			if s := l.Stats(); s != (LiveStats{}) {
				t.Errorf("%+v", s)
			}
			l.Close()
		}
	}
	stop.Store(true)
	if n := <-flooded; n < 1000 || leaked != 0 {
		t.Errorf("%d packets leaked, %d were sent", leaked, n)
	}
}

func TestRootIdleAndStop(t *testing.T) {
	ns := newNetns(t)
	for _, names := range []string{"lo", "any"} {
		l := ns.live(LiveOptions{Interfaces: strings.Fields(names)})
		var p Packet
		start := time.Now()
		for range 3 {
			if err := l.Next(&p); err != ErrIdle {
				t.Fatal(err)
			}
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("three times idle took %v", d)
		}
		stopped := make(chan time.Time, 1)
		time.AfterFunc(20*time.Millisecond, func() { stopped <- time.Now(); l.Stop() })
		for err := error(ErrIdle); err != io.EOF; err = l.Next(&p) {
			if err != ErrIdle {
				t.Fatal(err)
			}
		}
		if d := time.Since(<-stopped); d > 50*time.Millisecond {
			t.Errorf("%s: EOF %v after Stop", names, d)
		}
	}
}

// What was sent before Stop is delivered, also out of the block that the kernel
// is still filling. What comes after is not, and does not keep Next busy.
func TestRootStopDelivers(t *testing.T) {
	ns := newNetns(t)
	for range 20 {
		l := ns.live(LiveOptions{Interfaces: []string{"lo"}, Filter: onlyUDP})
		ns.flood("127.0.0.1:9", 10)
		if got := readLive(t, l); len(got) != 10 {
			t.Fatalf("%d of 10 packets", len(got))
		}
		l.Close()
	}
	l := ns.live(LiveOptions{Interfaces: []string{"lo"}})
	c := ns.dial("udp4", "127.0.0.1:9")
	var quit atomic.Bool
	quitted := make(chan bool)
	go func() {
		for !quit.Load() {
			c.Write(make([]byte, 100))
		}
		close(quitted)
	}()
	time.Sleep(20 * time.Millisecond)
	start := time.Now()
	readLive(t, l)
	if d := time.Since(start); d > 300*time.Millisecond {
		t.Errorf("under load EOF came %v after Stop", d)
	}
	quit.Store(true)
	<-quitted
}

func onlyUDP(LinkType) ([]bpf.RawInstruction, error) {
	return bpf.Assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: 23, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 17, SkipFalse: 1},
		bpf.RetConstant{Val: 0x40000},
		bpf.RetConstant{},
	})
}

// A full buffer loses packets; all are counted, and Dropped knows of a loss by
// the time of the first packet behind it.
func TestRootDrops(t *testing.T) {
	ns := newNetns(t)
	l := ns.live(LiveOptions{Interfaces: []string{"lo"}, BufferKiB: 1, Filter: onlyUDP})
	const sent, later = 3000, 10
	got, lost, next, idle := 0, 0, 0, 0
	read := func() {
		var p Packet
		if l.Next(&p) != nil {
			idle++
			return
		}
		var n int
		fmt.Sscanf(string(p.Frame[42:57]), "number %d", &n)
		lost += n - next
		got, next = got+1, n+1
		if known := l.Dropped(); known < uint64(lost) {
			t.Errorf("packet %d: %d lost before it, Dropped knows of %d", n, lost, known)
		}
	}
	ns.floodFrom("127.0.0.1:9", 0, 1)
	for got < 1 && idle < 20 {
		read()
	}
	ns.floodFrom("127.0.0.1:9", 1, sent)
	for got < 2 && idle < 20 { // the first block, lent until now, goes back to the kernel
		read()
	}
	ns.floodFrom("127.0.0.1:9", sent, sent+later)
	for next <= sent && idle < 20 {
		read()
	}
	if lost < 1000 {
		t.Errorf("%d lost in front of packet %d: the buffer is too large for this test", lost, next-1)
	}
	l.Stop()
	for end := got - 1; got > end; {
		end = got
		read()
	}
	s := l.Stats()
	if s.Received != sent+later || s.Dropped < uint64(lost) || got+int(s.Dropped) != sent+later {
		t.Errorf("%+v; %d came, %d lost, of %d", s, got, lost, sent+later)
	}
	if again := l.Stats(); again != s {
		t.Errorf("the counters are not kept: %+v", again)
	}
}

func TestRootInterfaceRemoved(t *testing.T) {
	here, there := vethPair(t)
	var events []string
	l := here.live(LiveOptions{Interfaces: []string{"v0", "lo"}, Notify: func(s lang.Text) { events = append(events, s[lang.English]) }})
	here.flood("10.9.0.2:9", 5)
	here.ip("link del v0")
	here.flood("127.0.0.1:9", 5)
	from := map[string]int{}
	var p Packet
	deadline := time.Now().Add(3 * time.Second)
	for len(l.Problems()) == 0 || from["lo"] == 0 {
		switch err := l.Next(&p); {
		case err == nil:
			from[p.Iface.Name]++
		case err != ErrIdle || time.Now().After(deadline):
			t.Fatalf("%v; %v %v %v", err, from, l.Problems(), events)
		}
	}
	if from["v0"] < 5 {
		t.Errorf("%v: packets of the removed interface are missing", from)
	}
	if text := fmt.Sprint(l.Problems()); text != "[v0: the interface was removed]" {
		t.Error(text)
	}
	if s := l.Stats(); s.Received < 10 {
		t.Errorf("the counters of the removed interface are gone: %+v", s)
	}
	here.flood("127.0.0.1:9", 5)
	if err := l.Next(&p); err != nil || p.Iface.Name != "lo" {
		t.Errorf("the other interface ended too: %v", err)
	}

	l = there.live(LiveOptions{Interfaces: []string{"lo"}})
	l.Close()
	if err := l.Next(&p); err != io.EOF {
		t.Error(err)
	}
}

func TestRootLastInterfaceRemoved(t *testing.T) {
	here, _ := vethPair(t)
	l := here.live(LiveOptions{Interfaces: []string{"v0"}})
	here.ip("link del v0")
	var p Packet
	err := error(ErrIdle)
	for deadline := time.Now().Add(3 * time.Second); (err == ErrIdle || err == nil) && time.Now().Before(deadline); {
		err = l.Next(&p)
	}
	if err == nil || err.Error() != "no interface is left to capture on (v0: the interface was removed)" {
		t.Fatal(err)
	}
	if again := l.Next(&p); again != err {
		t.Error(again)
	}
}

func TestRootInterfaceDownAndUp(t *testing.T) {
	here, there := vethPair(t)
	var events []string
	l := here.live(LiveOptions{Interfaces: []string{"v0"}, Notify: func(s lang.Text) { events = append(events, s[lang.English]) }})
	var p Packet
	until := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(3 * time.Second); !done(); {
			if err := l.Next(&p); err != nil && err != ErrIdle || time.Now().After(deadline) {
				t.Fatalf("%s: %v, %q", what, err, events)
			}
		}
	}
	here.ip("link set v0 down")
	until("down", func() bool { return len(events) == 1 })
	idle := 0
	until("waiting", func() bool { idle++; return idle == 5 })
	here.ip("link set v0 up")
	here.ip("link set v0 mtu 1400")
	until("up", func() bool { return len(events) == 2 })
	num := p.Num
	talk(t, there, here, "10.9.0.1:7890", someData(1000))
	until("a packet", func() bool { return p.Num > num+5 })
	want := []string{
		"v0: the interface went down; capture goes on when it is up again",
		"v0: the interface is up again",
	}
	if !slices.Equal(events, want) || len(l.Problems()) != 0 {
		t.Errorf("%q %v", events, l.Problems())
	}
}

func TestRootSeveralInterfaces(t *testing.T) {
	here, there := vethPair(t)
	l := here.live(LiveOptions{Interfaces: []string{"v0", "lo", "v0"}})
	stop := reading(t, l)
	if len(l.Interfaces()) != 2 {
		t.Fatalf("%d interfaces", len(l.Interfaces()))
	}
	for range 30 {
		here.flood("10.9.0.2:9", 20)
		here.flood("127.0.0.1:9", 20)
		time.Sleep(time.Millisecond)
	}
	talk(t, here, there, "10.9.0.2:7890", someData(10000))
	var last int64
	back, from := 0, map[string]int{}
	for _, p := range stop() {
		if p.Time < last {
			back++
		}
		last = p.Time
		from[p.Iface.Name]++
	}
	if from["v0"] < 600 || from["lo"] < 600 {
		t.Errorf("%v", from)
	}
	if back > 5 {
		t.Errorf("time went back %d times", back)
	}
}

func TestRootPromisc(t *testing.T) {
	here, _ := vethPair(t)
	promisc := func() bool {
		var out []byte
		here.do(func() (err error) {
			out, err = exec.Command("ip", "-d", "link", "show", "v0").Output()
			return err
		})
		return strings.Contains(string(out), "promiscuity 1")
	}
	l := here.live(LiveOptions{Interfaces: []string{"v0"}})
	if !promisc() {
		t.Error("not promiscuous")
	}
	l.Close()
	if promisc() {
		t.Error("promiscuous after Close")
	}
	here.live(LiveOptions{Interfaces: []string{"v0"}, NoPromisc: true})
	if promisc() {
		t.Error("promiscuous with -p")
	}
}

func TestRootImmediate(t *testing.T) {
	ns := newNetns(t)
	for _, c := range []struct {
		immediate bool
		most      time.Duration
	}{{false, 40 * time.Millisecond}, {true, 10 * time.Millisecond}} {
		l := ns.live(LiveOptions{Interfaces: []string{"lo"}, Immediate: c.immediate, Filter: onlyUDP})
		best := time.Hour
		for range 10 {
			var p Packet
			ns.flood("127.0.0.1:9", 1)
			if err := l.Next(&p); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(p.At()))
		}
		if best > c.most {
			t.Errorf("immediate %v: a packet was at best %v old", c.immediate, best)
		}
	}
}

func TestRootAllocations(t *testing.T) {
	here, _ := vethPair(t)
	l := here.live(LiveOptions{Interfaces: []string{"v0", "lo"}})
	here.flood("127.0.0.1:9", 3000)
	here.flood("10.9.0.2:9", 3000)
	time.Sleep(40 * time.Millisecond)
	var p Packet
	if n := testing.AllocsPerRun(4000, func() {
		if err := l.Next(&p); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

// Stats, Stop and Dropped are for any goroutine (go test -race).
func TestRootOtherGoroutines(t *testing.T) {
	ns := newNetns(t)
	l := ns.live(LiveOptions{Interfaces: []string{"lo"}})
	done := make(chan bool)
	go func() {
		for range 200 {
			l.Stats()
			l.Dropped()
		}
		l.Stop()
		close(done)
	}()
	ns.flood("127.0.0.1:9", 1000)
	var p Packet
	for err := l.Next(&p); err != io.EOF; err = l.Next(&p) {
	}
	<-done
	l.Close()
	l.Stop()
	l.Stats()
	if l.Close() != nil {
		t.Error("closed twice")
	}
}

func TestRootOpenErrors(t *testing.T) {
	here, _ := vethPair(t)
	here.ip("link set v0 down")
	refused := func(LinkType) ([]bpf.RawInstruction, error) {
		return []bpf.RawInstruction{{Op: 0xffff}, {Op: opReturn}}, nil
	}
	long := func(LinkType) ([]bpf.RawInstruction, error) {
		return make([]bpf.RawInstruction, 4096), nil
	}
	for _, c := range []struct {
		options LiveOptions
		want    string
	}{
		{LiveOptions{Interfaces: []string{"v0"}}, "v0: the interface is down: sudo ip link set dev v0 up"},
		{LiveOptions{Interfaces: []string{"lo", "v9"}}, "v9: no such interface; did you mean v0? (there are: any lo v0)"},
		{LiveOptions{Interfaces: []string{"lo"}, Filter: refused}, "lo: the kernel refused the capture filter: invalid argument"},
		{LiveOptions{Interfaces: []string{"lo"}, Filter: long}, "lo: the kernel refused the capture filter: it has 4102 instructions, 4096 are the most"},
	} {
		here.do(func() error {
			l, err := OpenLive(c.options)
			if err == nil {
				l.Close()
			}
			if fmt.Sprint(err) != c.want {
				t.Errorf("\n got %v\nwant %s", err, c.want)
			}
			return nil
		})
	}
}

// The privileges go for good and from all threads; the capture goes on.
func TestRootDropPrivileges(t *testing.T) {
	if user, child := os.LookupEnv("CMPPDUMP_TEST_DROP"); child {
		dropped(t, user)
		return
	}
	needRoot(t)
	program, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	const nobody = 65534
	for _, c := range []struct {
		user  string
		attrs *syscall.SysProcAttr
	}{
		{"nobody", nil},
		{"", &syscall.SysProcAttr{ // needs CGO_ENABLED=0
			Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, AmbientCaps: []uintptr{unix.CAP_NET_RAW},
		}},
	} {
		// Other users cannot get at the file by its name.
		cmd := exec.Command("/proc/self/fd/3", "-test.run=^TestRootDropPrivileges$", "-test.v")
		cmd.ExtraFiles = []*os.File{program}
		cmd.SysProcAttr = c.attrs
		cmd.Env = append(os.Environ(), "CMPPDUMP_TEST_DROP="+c.user)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("user %q: %v\n%s", c.user, err, out)
		}
	}
}

func dropped(t *testing.T, user string) {
	l, err := OpenLive(LiveOptions{Interfaces: []string{"lo"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := DropPrivileges(user); err != nil {
		t.Fatal(err)
	}
	if _, _, errno := syscall.AllThreadsSyscall(syscall.SYS_GETPID, 0, 0, 0); user == "" && errno != 0 {
		t.Log("capabilities can be dropped by a program built with CGO_ENABLED=0 only")
		return
	}
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil || len(tasks) < 2 {
		t.Fatalf("%d threads: %v", len(tasks), err)
	}
	for _, task := range tasks {
		status, err := os.ReadFile("/proc/self/task/" + task.Name() + "/status")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(status), "\n") {
			name, value, _ := strings.Cut(line, ":")
			value = strings.TrimSpace(value)
			switch name {
			case "Uid", "Gid":
				if user != "" && value != "65534\t65534\t65534\t65534" {
					t.Errorf("thread %s: %s", task.Name(), line)
				}
			case "Groups":
				if user != "" && value != "65534" {
					t.Errorf("thread %s: %s", task.Name(), line)
				}
			case "CapPrm", "CapEff", "CapAmb":
				if strings.Trim(value, "0") != "" {
					t.Errorf("thread %s: %s", task.Name(), line)
				}
			}
		}
	}
	if _, err := OpenLive(LiveOptions{Interfaces: []string{"lo"}}); !errors.Is(err, unix.EPERM) || !strings.Contains(err.Error(), "sudo setcap cap_net_raw,cap_net_admin=eip /") {
		t.Errorf("a new capture: %v", err)
	}
	var p Packet
	if err := l.Next(&p); err != nil && err != ErrIdle {
		t.Error(err)
	}
	if s := l.Stats(); s.Dropped > s.Received {
		t.Error(s)
	}
}
