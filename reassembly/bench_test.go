package reassembly

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/reassembly"

	"cmppdump/capture"
)

// discard is a Stream that counts.
type discard struct{ bytes, gaps int64 }

func (s *discard) Data(c Chunk)   { s.bytes += int64(len(c.Data)) }
func (s *discard) Gap(g Gap)      { s.gaps += g.Len }
func (s *discard) Close(End) bool { return false }

// exchange is endless traffic in order over n connections in turn: a request
// of 200 bytes, its answer of 24, an empty acknowledgement.
type exchange struct {
	packets [][3]capture.Packet
	i, step int
	num     uint64
}

func newExchange(n int) *exchange {
	e := &exchange{packets: make([][3]capture.Packet, n)}
	request, answer := make([]byte, 200), make([]byte, 24)
	server := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 2}), 7890)
	for i := range e.packets {
		client := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), uint16(20000+i*7))
		tcp := capture.TCP{Window: 500, Flags: capture.ACK}
		e.packets[i] = [3]capture.Packet{
			{Src: client, Dst: server, TCP: tcp, Payload: request},
			{Src: server, Dst: client, TCP: tcp, Payload: answer},
			{Src: client, Dst: server, TCP: tcp},
		}
	}
	return e
}

// next is the next packet; it is lent.
func (e *exchange) next() *capture.Packet {
	c := &e.packets[e.i]
	p := &c[e.step]
	e.num++
	p.Num = e.num
	switch e.step {
	case 0:
		c[1].TCP.Ack += 200
	case 1:
		c[2].TCP.Seq = c[0].TCP.Seq + 200
		c[2].TCP.Ack += 24
	case 2:
		c[0].TCP.Seq += 200
		c[0].TCP.Ack += 24
		c[1].TCP.Seq += 24
	}
	if e.i++; e.i == len(e.packets) {
		e.i = 0
		if e.step++; e.step == 3 {
			e.step = 0
		}
	}
	return p
}

func BenchmarkInOrder(b *testing.B) {
	for _, n := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("conns=%d", n), func(b *testing.B) {
			e := newExchange(n)
			a := New(func(*Conn) Stream { return new(discard) }, Options{Ports: []uint16{7890}})
			for range 6 * n {
				a.Add(e.next())
			}
			b.ReportAllocs()
			for b.Loop() {
				a.Add(e.next())
			}
			if s := a.Stats(); s.OutOfOrder+s.Retransmitted+s.Foreign > 0 || s.Open != n {
				b.Fatalf("%+v", s)
			}
		})
	}
	b.Run("traffic alone", func(b *testing.B) {
		e := newExchange(1000)
		var n int
		for b.Loop() {
			n += len(e.next().Payload)
		}
	})
}

// BenchmarkReordered swaps every pair of data segments.
func BenchmarkReordered(b *testing.B) {
	a := New(func(*Conn) Stream { return new(discard) }, Options{})
	p := newExchange(1).packets[0]
	a.Add(&p[0])
	a.Add(&p[1])
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p[0].TCP.Seq = 200 + 200*uint32(i^1)
		a.Add(&p[0])
	}
	if s := a.Stats(); s.Gaps > 0 || s.Retransmitted > 0 {
		b.Fatalf("%+v", s)
	}
}

// BenchmarkReversed sends windows of one-byte segments last byte first, the
// worst order for what waits.
func BenchmarkReversed(b *testing.B) {
	const window = 2000
	a := New(func(*Conn) Stream { return new(discard) }, Options{})
	p := newExchange(1).packets[0]
	p[0].TCP.Flags |= capture.SYN
	p[0].Payload = nil
	a.Add(&p[0])
	a.Add(&p[1])
	p[0].TCP.Flags = capture.ACK
	p[0].Payload = []byte{1}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p[0].TCP.Seq = 1 + uint32(i/window*window+window-1-i%window)
		a.Add(&p[0])
	}
}

// BenchmarkOpenClose is a SYN and a RST for each of many connections.
func BenchmarkOpenClose(b *testing.B) {
	a := New(func(*Conn) Stream { return nil }, Options{})
	p := newExchange(1).packets[0]
	p[0].Payload, p[1].Payload = nil, nil
	p[0].TCP.Flags, p[1].TCP.Flags = capture.SYN, capture.RST|capture.ACK
	p[1].TCP.Ack = 1
	var ip [4]byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		binary.BigEndian.PutUint32(ip[:], uint32(i))
		client := netip.AddrPortFrom(netip.AddrFrom4(ip), 30000)
		p[0].Src, p[1].Dst = client, client
		a.Add(&p[0])
		a.Add(&p[1])
	}
	if s := a.Stats(); s.Open > 0 {
		b.Fatalf("%+v", s)
	}
}

// BenchmarkGopacket is gopacket's assembler on the traffic of
// BenchmarkInOrder.
func BenchmarkGopacket(b *testing.B) {
	for _, n := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("conns=%d", n), func(b *testing.B) {
			e := newExchange(n)
			assembler := reassembly.NewAssembler(reassembly.NewStreamPool(gopacketDiscard{}))
			segments := newGopacketSegments()
			add := func() {
				// All between the same addresses: the ports keep them apart.
				assembler.Assemble(segments.segment(e.next()))
			}
			for range 6 * n {
				add()
			}
			b.ReportAllocs()
			for b.Loop() {
				add()
			}
		})
	}
}

type gopacketDiscard struct{ *gopacketStream }

func (gopacketDiscard) New(_, _ gopacket.Flow, _ *layers.TCP, _ reassembly.AssemblerContext) reassembly.Stream {
	return gopacketDiscard{}
}

func (gopacketDiscard) ReassembledSG(_ reassembly.ScatterGather, _ reassembly.AssemblerContext) {}

// TestInOrderDoesNotAllocate: neither the fast path nor the repair of a small
// disorder allocates.
func TestInOrderDoesNotAllocate(t *testing.T) {
	e := newExchange(10)
	a := New(func(*Conn) Stream { return new(discard) }, Options{})
	for range 600 {
		a.Add(e.next())
	}
	if n := testing.AllocsPerRun(1000, func() { a.Add(e.next()) }); n != 0 {
		t.Errorf("%v allocations a packet in order", n)
	}
	for e.step != 0 || e.i != 0 {
		a.Add(e.next())
	}
	p := e.packets[0][0]
	seq := p.TCP.Seq
	swap := func() {
		p.TCP.Seq = seq + 200
		a.Add(&p)
		p.TCP.Seq = seq
		a.Add(&p)
		seq += 400
	}
	for range 300 { // until the wheel has given back what it needs
		swap()
	}
	if n := testing.AllocsPerRun(1000, swap); n != 0 {
		t.Errorf("%v allocations a swapped pair", n)
	}
	if s := a.Stats(); s.OutOfOrder == 0 || s.Gaps > 0 {
		t.Errorf("%+v", s)
	}
}

func (gopacketDiscard) Accept(_ *layers.TCP, _ gopacket.CaptureInfo, _ reassembly.TCPFlowDirection, _ reassembly.Sequence, start *bool, _ reassembly.AssemblerContext) bool {
	*start = true // there is no SYN
	return true
}
