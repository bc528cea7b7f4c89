package mutate

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"
)

// Link types (tcpdump.org/linktypes.html).
const (
	LinkNull     = 0
	LinkEthernet = 1
	LinkRaw      = 101
	LinkSLL      = 113
	LinkSLL2     = 276
)

const (
	etherIPv4 = 0x0800
	etherIPv6 = 0x86dd
	protoTCP  = 6
	protoFrag = 44
)

// Encoding says how packets are put into frames.
type Encoding struct {
	Link uint32 // the zero value is LinkNull
	VLAN []uint16
	// Fragment cuts IP datagrams into pieces of random sizes, sent in
	// reverse with Reverse.
	Fragment, Reverse bool
}

// Frame is a captured frame.
type Frame struct {
	Time   int64
	Bytes  []byte // as captured
	Wire   int    // octets on the wire
	Packet *Packet
	head   int // of Bytes in front of Packet.Data; of a fragment, 0
	piece  int // of a fragment, which
	pieces int // how many fragments there are; 0: the packet is whole
}

// frames puts the packets into frames.
func (e Encoding) frames(r *rand.Rand, packets []Packet) []Frame {
	out := make([]Frame, 0, len(packets))
	for i := range packets {
		p := &packets[i]
		tcp := p.tcp()
		id := uint16(i + 1)
		if !e.Fragment || len(tcp) < 64 {
			b := e.link(p.ip(tcp, id, 0, false, false))
			out = append(out, Frame{p.Time, b, len(b), p, len(b) - len(p.Data), 0, 0})
			continue
		}
		first := len(out)
		for at := 0; at < len(tcp); {
			n := min(8*(1+r.IntN(64)), len(tcp)-at)
			b := e.link(p.ip(tcp[at:at+n], id, at, at+n < len(tcp), true))
			out = append(out, Frame{Time: p.Time, Bytes: b, Wire: len(b), Packet: p})
			at += n
		}
		for k := range out[first:] {
			out[first+k].piece, out[first+k].pieces = k, len(out)-first
		}
		if e.Reverse {
			slices.Reverse(out[first:])
		}
	}
	return out
}

// tcp is the segment with its header of 32 octets: timestamps are the rule.
func (p *Packet) tcp() []byte {
	be, s := binary.BigEndian, p.Stream
	b := make([]byte, 32, 32+len(p.Data))
	be.PutUint16(b, s.Src.Port())
	be.PutUint16(b[2:], s.Dst.Port())
	be.PutUint32(b[4:], s.First+uint32(p.Offset))
	if p.Flags&ack != 0 {
		be.PutUint32(b[8:], s.Peer.First+uint32(p.Ack))
	}
	b[12], b[13] = 8<<4, p.Flags
	be.PutUint16(b[14:], 512)
	copy(b[20:], []byte{1, 1, 8, 10})
	b = append(b, p.Data...)
	pseudo := append(slices.Clone(s.Src.Addr().AsSlice()), s.Dst.Addr().AsSlice()...)
	pseudo = be.AppendUint32(append(pseudo, 0, protoTCP), uint32(len(b)))
	be.PutUint16(b[16:], ^sum(sum(0, pseudo), b))
	return b
}

// ip puts a piece of a datagram into a packet of its own.
func (p *Packet) ip(piece []byte, id uint16, at int, more, fragment bool) []byte {
	be, src, dst := binary.BigEndian, p.Stream.Src.Addr(), p.Stream.Dst.Addr()
	field := uint16(at)
	if src.Is4() {
		b := make([]byte, 20, 20+len(piece))
		b[0], b[8], b[9] = 0x45, 64, protoTCP
		be.PutUint16(b[2:], uint16(20+len(piece)))
		be.PutUint16(b[4:], id)
		if field >>= 3; more {
			field |= 0x2000
		}
		be.PutUint16(b[6:], field)
		copy(b[12:], src.AsSlice())
		copy(b[16:], dst.AsSlice())
		be.PutUint16(b[10:], ^sum(0, b))
		return append(b, piece...)
	}
	b := make([]byte, 40, 48+len(piece))
	b[0], b[6], b[7] = 0x60, protoTCP, 64
	copy(b[8:], src.AsSlice())
	copy(b[24:], dst.AsSlice())
	if fragment {
		if b[6] = protoFrag; more {
			field |= 1
		}
		b = append(b, protoTCP, 0)
		b = be.AppendUint16(b, field)
		b = be.AppendUint32(b, uint32(id))
	}
	b = append(b, piece...)
	be.PutUint16(b[4:], uint16(len(b)-40))
	return b
}

// sum adds b to an Internet checksum (RFC 1071).
func sum(start uint16, b []byte) uint16 {
	n := uint32(start)
	for i := 0; i+1 < len(b); i += 2 {
		n += uint32(b[i])<<8 | uint32(b[i+1])
	}
	if len(b)%2 == 1 {
		n += uint32(b[len(b)-1]) << 8
	}
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return uint16(n)
}

// link puts the link header in front.
func (e Encoding) link(ip []byte) []byte {
	be, ether := binary.BigEndian, uint16(etherIPv4)
	if ip[0]>>4 == 6 {
		ether = etherIPv6
	}
	b := make([]byte, 0, 32+len(ip))
	switch e.Link {
	case LinkNull:
		family := uint32(2)
		if ether == etherIPv6 {
			family = 24
		}
		b = binary.LittleEndian.AppendUint32(b, family)
	case LinkEthernet:
		b = append(b, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2)
		for i, tag := range e.VLAN {
			kind := uint16(0x8100)
			if i < len(e.VLAN)-1 {
				kind = 0x88a8
			}
			b = be.AppendUint16(be.AppendUint16(b, kind), tag)
		}
		b = be.AppendUint16(b, ether)
	case LinkSLL:
		b = append(b, 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0)
		b = be.AppendUint16(b, ether)
	case LinkSLL2:
		b = be.AppendUint16(b, ether)
		b = append(b, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0)
	}
	return append(b, ip...)
}

// ipv6 is an IPv6 address in the place of an IPv4 one (RFC 3849).
func ipv6(a netip.AddrPort) netip.AddrPort {
	if !a.Addr().Is4() {
		return a
	}
	b := [16]byte{0x20, 0x01, 0x0d, 0xb8}
	copy(b[12:], a.Addr().AsSlice())
	return netip.AddrPortFrom(netip.AddrFrom16(b), a.Port())
}
