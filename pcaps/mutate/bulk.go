package mutate

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"

	"cmppdump/pcaps/peer/wire"
)

// mss is the data of a full segment on Ethernet with timestamps.
const mss = 1448

// Submits is a connection on which n SUBMITs are sent back to back in full
// segments: none begins with a PDU but by chance.
func Submits(n int) *Trace {
	c := &Stream{Src: netip.MustParseAddrPort("192.0.2.7:40001"), Dst: netip.MustParseAddrPort("192.0.2.1:7890"), First: 1000, Client: true, SYN: true}
	s := &Stream{Src: c.Dst, Dst: c.Src, First: 5000, Peer: c, SYN: true}
	c.Peer = s
	for i := range n {
		p := wire.Submit{Seq: wire.Seq(i + 1), PkTotal: 1, PkNumber: 1, MsgSrc: "900001", SrcID: "10690001", ServiceID: "HELP", FeeType: "01", FeeCode: "000000",
			DestTerminalID: []string{fmt.Sprint(13800000000 + i)}, MsgContent: fmt.Appendf(nil, "%0*d", 10+i*7%120, i)}
		at := len(c.Bytes)
		c.Bytes = p.Append(c.Bytes, wire.V30)
		c.PDUs = append(c.PDUs, PDU{int64(at), int64(len(c.Bytes) - at)})
	}
	t := &Trace{Streams: []*Stream{c, s}}
	now := int64(1_700_000_000_000_000_000)
	add := func(p Packet) {
		now += 50_000
		p.Time = now
		t.Packets = append(t.Packets, p)
	}
	add(Packet{Stream: c, Offset: -1, Flags: syn})
	add(Packet{Stream: s, Offset: -1, Flags: syn | ack})
	add(Packet{Stream: c, Flags: ack})
	for at := 0; at < len(c.Bytes); at += mss {
		end := min(at+mss, len(c.Bytes))
		add(Packet{Stream: c, Offset: int64(at), Flags: ack, Data: c.Bytes[at:end]})
		add(Packet{Stream: s, Ack: int64(end), Flags: ack})
	}
	return t
}

// Segments is how many segments of t hold data.
func (t *Trace) Segments() (n int) {
	for i := range t.Packets {
		if len(t.Packets[i].Data) > 0 {
			n++
		}
	}
	return n
}

// Without is a recipe that loses the segment n of those that hold data, from 1.
func Without(n int) Recipe {
	return Recipe{Name: "without a segment", Encoding: Encoding{Link: LinkEthernet}, Packets: []Change{func(_ *rand.Rand, t *Trace) {
		seen := 0
		t.Packets = slices.DeleteFunc(t.Packets, func(p Packet) bool {
			if len(p.Data) > 0 {
				seen++
			}
			return len(p.Data) > 0 && seen == n
		})
	}}}
}
