package capture

import (
	"bytes"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// ringPacket is a packet as the kernel puts it into a ring.
type ringPacket struct {
	time      int64
	data      string // from the link header on, or from the network header (cooked)
	wire      int    // 0: len(data)
	status    uint32
	tci, tpid uint16
	from      unix.RawSockaddrLinklayer
}

const fakeBlockSize = 4096

// fakeRing makes a ring of blocks that are all ours. Empty ones are allowed.
func fakeRing(link LinkType, blocks ...[]ringPacket) *ring {
	r := &ring{
		fd: -1, mem: make([]byte, fakeBlockSize*len(blocks)), blockSize: fakeBlockSize,
		iface: &Interface{Name: "eth0", Link: link}, cooked: link == LinkLinuxSLL2, snapLen: maxSnapLen,
	}
	for i, packets := range blocks {
		for j := range r.mem[i*fakeBlockSize:][:fakeBlockSize] {
			r.mem[i*fakeBlockSize+j] = 0xee // what was there before
		}
		r.fill(i, packets)
	}
	return r
}

// fill does what the kernel does with a block.
func (r *ring) fill(block int, packets []ringPacket) {
	const first, step = 48, 512
	base := block * r.blockSize
	*r.header(base) = unix.TpacketHdrV1{Block_status: unix.TP_STATUS_USER, Num_pkts: uint32(len(packets)), Offset_to_first_pkt: first}
	for i, p := range packets {
		pos := base + first + i*step
		mac := addressOffset + unix.SizeofSockaddrLinklayer + headroom
		if !r.cooked {
			mac += 2 // so that what follows Ethernet is aligned
		}
		wire := p.wire
		if wire == 0 {
			wire = len(p.data)
		}
		*(*unix.Tpacket3Hdr)(unsafe.Pointer(&r.mem[pos])) = unix.Tpacket3Hdr{
			Next_offset: step, Sec: uint32(p.time / 1e9), Nsec: uint32(p.time % 1e9),
			Snaplen: uint32(len(p.data)), Len: uint32(wire), Status: unix.TP_STATUS_USER | p.status, Mac: uint16(mac),
			Hv1: unix.TpacketHdrVariant1{Vlan_tci: uint32(p.tci), Vlan_tpid: p.tpid},
		}
		*(*unix.RawSockaddrLinklayer)(unsafe.Pointer(&r.mem[pos+addressOffset])) = p.from
		copy(r.mem[pos+mac:], p.data)
	}
}

// hostOrder is a number whose bytes in memory are in network order.
func hostOrder(v uint16) uint16 { return hostToNetwork(v) }

func TestRingPackets(t *testing.T) {
	const macs = "020000000001" + "020000000002"
	from := unix.RawSockaddrLinklayer{
		Family: unix.AF_PACKET, Protocol: hostOrder(0x0800), Ifindex: 3, Hatype: 1, Pkttype: unix.PACKET_OUTGOING,
		Halen: 6, Addr: [8]byte{2, 0, 0, 0, 0, 1, 0xde, 0xad},
	}
	noAddress := from
	noAddress.Halen, noAddress.Hatype, noAddress.Ifindex = 0, 65534, 0x01020304
	longAddress := from
	longAddress.Halen, longAddress.Hatype = 20, 32
	const vlan, tpid = unix.TP_STATUS_VLAN_VALID, unix.TP_STATUS_VLAN_TPID_VALID
	for _, c := range []struct {
		name    string
		link    LinkType
		packet  ringPacket
		snapLen int
		frame   string // hex
		wire    int
	}{
		{"plain", LinkEthernet, ringPacket{data: macs + "0800" + "4500"}, 0, macs + "0800" + "4500", 16},
		{"cut by the kernel", LinkEthernet, ringPacket{data: macs + "0800", wire: 1514}, 0, macs + "0800", 1514},
		{"cut by us", LinkEthernet, ringPacket{data: macs + "0800" + "4500"}, 14, macs + "0800", 16},
		{"802.1Q", LinkEthernet, ringPacket{data: macs + "0800" + "4500", status: vlan | tpid, tpid: 0x8100, tci: 0x6064},
			0, macs + "8100" + "6064" + "0800" + "4500", 20},
		{"802.1ad in front of 802.1Q", LinkEthernet,
			ringPacket{data: macs + "8100" + "0007" + "0800", status: vlan | tpid, tpid: 0x88a8, tci: 100},
			0, macs + "88a8" + "0064" + "8100" + "0007" + "0800", 22},
		{"tag of an old kernel", LinkEthernet, ringPacket{data: macs + "0800", status: vlan, tci: 100},
			0, macs + "8100" + "0064" + "0800", 18},
		{"a tag 0 is a tag", LinkEthernet, ringPacket{data: macs + "0800", status: vlan | tpid, tpid: 0x8100},
			0, macs + "8100" + "0000" + "0800", 18},
		{"leftover of a tag that is not there", LinkEthernet, ringPacket{data: macs + "0800", tpid: 0x8100, tci: 100},
			0, macs + "0800", 14},
		{"the tag counts in the snapshot length", LinkEthernet,
			ringPacket{data: macs + "0800" + "4500", status: vlan | tpid, tpid: 0x8100, tci: 100},
			16, macs + "8100" + "0064", 20},
		{"cut in front of the tag", LinkEthernet,
			ringPacket{data: "0200000000010200000000", wire: 60, status: vlan | tpid, tpid: 0x8100, tci: 100},
			0, "0200000000010200000000", 60},
		{"nothing captured", LinkEthernet, ringPacket{wire: 60}, 0, "", 60},
		{"raw IP", LinkRaw, ringPacket{data: "45000014"}, 0, "45000014", 4},
		{"cooked", LinkLinuxSLL2, ringPacket{data: "45000014", from: from},
			0, "0800" + "0000" + "00000003" + "0001" + "04" + "06" + "0200000000010000" + "45000014", 24},
		{"cooked without address", LinkLinuxSLL2, ringPacket{data: "45000014", from: noAddress},
			0, "0800" + "0000" + "01020304" + "fffe" + "04" + "00" + "0000000000000000" + "45000014", 24},
		{"cooked with a long address", LinkLinuxSLL2, ringPacket{data: "45", from: longAddress},
			0, "0800" + "0000" + "00000003" + "0020" + "04" + "14" + "020000000001dead" + "45", 21},
		{"cooked with a tag", LinkLinuxSLL2, ringPacket{data: "45000014", from: from, status: vlan | tpid, tpid: 0x88a8, tci: 100},
			0, "88a8" + "0000" + "00000003" + "0001" + "04" + "06" + "0200000000010000" + "0064" + "0800" + "45000014", 28},
		{"cooked and cut", LinkLinuxSLL2, ringPacket{data: "45000014", wire: 1500, from: from},
			22, "0800" + "0000" + "00000003" + "0001" + "04" + "06" + "0200000000010000" + "4500", 1520},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, _ := hex.DecodeString(c.packet.data)
			c.packet.data = string(data)
			c.packet.time = 1700000000_123456789
			r := fakeRing(c.link, []ringPacket{c.packet})
			if c.snapLen > 0 {
				r.snapLen = c.snapLen
			}
			if !r.ready() {
				t.Fatal("no packet")
			}
			var p Packet
			r.packet(&p)
			if got := hex.EncodeToString(p.Frame); got != c.frame {
				t.Errorf("frame\n got %s\nwant %s", got, c.frame)
			}
			if cap(p.Frame) != len(p.Frame) {
				t.Error("an append would write over the next packet")
			}
			if p.WireLen != c.wire || p.Time != c.packet.time || p.Iface != r.iface {
				t.Errorf("wire length %d, time %d, interface %v; want %d, %d", p.WireLen, p.Time, p.Iface, c.wire, c.packet.time)
			}
		})
	}
}

func TestRingBlocks(t *testing.T) {
	r := fakeRing(LinkEthernet, []ringPacket{{data: "a"}, {data: "b"}}, nil, []ringPacket{{data: "c"}})
	l := &Live{rings: []*ring{r}, nextTick: 1}
	var p Packet
	for i, want := range []string{"a", "b", "c", "d", "e"} {
		if i == 3 {
			if r.head == nil || r.ready() && r.block != 2*fakeBlockSize {
				t.Fatal("the lent block was given back")
			}
			r.fill(0, []ringPacket{{data: "d"}, {data: "e"}})
		}
		if err := l.Next(&p); err != nil || string(p.Frame) != want || p.Num != uint64(i+1) || p.FileNum != p.Num {
			t.Fatalf("packet %d: %q, number %d, %v; want %q", i+1, p.Frame, p.Num, err, want)
		}
	}
	if string(p.Frame) != "e" {
		t.Error("the lent frame changed")
	}
	l.lent.advance()
	if r.ready() {
		t.Error("a packet out of a block of the kernel's")
	}
}

func TestLiveMerges(t *testing.T) {
	at := func(n int64, data string) ringPacket { return ringPacket{time: n, data: data} }
	a := fakeRing(LinkEthernet, []ringPacket{at(1, "1"), at(5, "5")}, []ringPacket{at(6, "6"), at(9, "9")})
	b := fakeRing(LinkEthernet, []ringPacket{at(2, "2"), at(5, "5b"), at(8, "8")}, []ringPacket{at(10, "x")})
	c := fakeRing(LinkEthernet, []ringPacket{at(3, "3")}, nil)
	l := &Live{rings: []*ring{a, b, c}, nextTick: 100}
	var p Packet
	for _, want := range strings.Fields("1 2 3 5 5b 6 8 9 x") {
		if err := l.Next(&p); err != nil || string(p.Frame) != want {
			t.Fatalf("%q, %v; want %q", p.Frame, err, want)
		}
	}
}

// A packet waits while an earlier one may still be in a block of the kernel's.
func TestLiveWaitsForOtherInterfaces(t *testing.T) {
	now := time.Now().UnixNano()
	for _, c := range []struct {
		name string
		time int64
		down bool
		want bool // deliver at once
	}{
		{"just now", now - 1e6, false, false},
		{"the other interface is down", now - 1e6, true, true},
		{"long ago", now - 1e9, false, true},
		{"clock set back", now + 3600e9, false, true},
	} {
		other := fakeRing(LinkEthernet, nil)
		other.release() // the kernel's
		other.down = c.down
		l := &Live{rings: []*ring{fakeRing(LinkEthernet, []ringPacket{{time: c.time, data: "x"}}), other}, settle: 60e9}
		if c.time < now-5e8 {
			l.settle = 30e6
		}
		first, sure := l.earliest()
		if first != l.rings[0] {
			t.Fatalf("%s: no packet", c.name)
		}
		if got := sure || l.isSettled(c.time); got != c.want {
			t.Errorf("%s: at once: %v", c.name, got)
		}
	}
}

func TestBlockGeometry(t *testing.T) {
	for _, c := range []struct{ buffer, size, count int }{
		{8 << 20, maxBlock, 32},
		{2 << 20, maxBlock, 8},
		{1 << 20, minBlock, 8},
		{1, minBlock, 2},
		{1 << 30, maxBlock, 4096},
	} {
		if size, count := blockGeometry(c.buffer); size != c.size || count != c.count {
			t.Errorf("%d: %d blocks of %d", c.buffer, count, size)
		}
	}
	if most := minBlock - 1024; most < 64<<10+headroom {
		t.Error("a frame of 64 KiB does not fit")
	}
}

func TestKernelFilter(t *testing.T) {
	code := []bpf.RawInstruction{
		{Op: 0x28, K: 12}, {Op: 0x15, Jt: 0, Jf: 1, K: 0x0800}, {Op: opReturn, K: 262144}, {Op: opReturn}, {Op: unix.BPF_RET | unix.BPF_A},
	}
	var asked LinkType
	o := LiveOptions{SnapLen: 96, Filter: func(l LinkType) ([]bpf.RawInstruction, error) { asked = l; return code, nil }}
	got, err := kernelFilter(LinkLinuxSLL2, &o)
	if err != nil || asked != LinkLinuxSLL2 {
		t.Fatal(err, asked)
	}
	got = got[len(receivedOnLoopback):]
	want := []unix.SockFilter{
		{Code: 0x28, K: 12}, {Code: 0x15, Jf: 1, K: 0x0800}, {Code: opReturn, K: 96}, {Code: opReturn}, {Code: unix.BPF_RET | unix.BPF_A},
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("instruction %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if code[2].K != 262144 {
		t.Error("the caller's program was changed")
	}
	for _, c := range []struct {
		options LiveOptions
		accept  uint32
	}{
		{LiveOptions{}, maxSnapLen},
		{LiveOptions{SnapLen: 96}, 96},
		{LiveOptions{Filter: func(LinkType) ([]bpf.RawInstruction, error) { return nil, nil }}, 0},
	} {
		got, _ = kernelFilter(LinkEthernet, &c.options)
		if last := got[len(got)-1]; len(got) != len(receivedOnLoopback)+1 || last != (unix.SockFilter{Code: opReturn, K: c.accept}) {
			t.Errorf("%+v", got)
		}
	}
	o.Filter = func(LinkType) ([]bpf.RawInstruction, error) { return nil, io.ErrNoProgress }
	if _, err := kernelFilter(LinkEthernet, &o); err != io.ErrNoProgress {
		t.Error(err)
	}
}

// The prefix must let everything through but what it is for; x/net/bpf cannot
// run it, as it knows no ancillary data.
func TestReceivedOnLoopback(t *testing.T) {
	for _, c := range []struct {
		class, kind uint32
		want        bool
	}{
		{unix.ARPHRD_LOOPBACK, unix.PACKET_HOST, true},
		{unix.ARPHRD_LOOPBACK, unix.PACKET_OUTGOING, false},
		{unix.ARPHRD_ETHER, unix.PACKET_OUTGOING, true},
		{unix.ARPHRD_ETHER, unix.PACKET_OTHERHOST, true},
	} {
		var a uint32
		passed := true
		for i := 0; i < len(receivedOnLoopback); i++ {
			switch in := receivedOnLoopback[i]; in.Op {
			case opLoad:
				a = map[uint32]uint32{ancillaryClass: c.class, ancillaryType: c.kind}[in.K]
			case opIfIs:
				if a == in.K {
					i += int(in.Jt)
				} else {
					i += int(in.Jf)
				}
			case opReturn:
				passed, i = false, len(receivedOnLoopback)
			default:
				a = in.K
			}
		}
		if passed != c.want || passed && a != 0 {
			t.Errorf("class %d, packet type %d: passed %v, A %d", c.class, c.kind, passed, a)
		}
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	l, refill := busyLive(2)
	var p Packet
	if n := testing.AllocsPerRun(1000, func() {
		refill()
		if l.Next(&p) != nil || len(p.Frame) == 0 {
			t.Fatal("no packet")
		}
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

// busyLive is a Live whose blocks are given back to it as often as refill is
// called.
func busyLive(interfaces int) (l *Live, refill func()) {
	packets := make([]ringPacket, 7)
	for i := range packets {
		packets[i] = ringPacket{time: int64(i), data: strings.Repeat("x", 200), status: unix.TP_STATUS_VLAN_VALID}
	}
	l = &Live{nextTick: 1 << 62}
	for range interfaces {
		l.rings = append(l.rings, fakeRing(LinkEthernet, packets, packets))
	}
	return l, func() {
		for _, r := range l.rings {
			for block := 0; block < len(r.mem); block += r.blockSize {
				r.header(block).Block_status = unix.TP_STATUS_USER
			}
		}
	}
}

func BenchmarkNext(b *testing.B) {
	for _, c := range []struct {
		name       string
		interfaces int
	}{{"one", 1}, {"four", 4}} {
		b.Run(c.name, func(b *testing.B) {
			l, refill := busyLive(c.interfaces)
			var p Packet
			var sum int
			b.ReportAllocs()
			for b.Loop() {
				refill()
				if l.Next(&p) != nil {
					b.Fatal("no packet")
				}
				sum += len(p.Frame)
			}
		})
	}
}

func TestHostToNetwork(t *testing.T) {
	v := hostToNetwork(0x0003)
	if b := (*[2]byte)(unsafe.Pointer(&v)); !bytes.Equal(b[:], []byte{0, 3}) {
		t.Errorf("% x", b[:])
	}
}
