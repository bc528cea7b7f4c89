package mutate

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"slices"
)

// Link types (tcpdump.org/linktypes.html).
const (
	LinkNull     = 0
	LinkEthernet = 1
	LinkPPP      = 9
	LinkPPPHDLC  = 50
	LinkPPPoE    = 51
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
	Link      uint32 // the zero value is LinkNull
	VLAN      []uint16
	Fragments Fragments // of the packets with TCP
	Tunnel    []Encap   // from the inside out
	Outside   Fragments // of the packets that are a tunnel
	// Twice captures each packet without the tunnel first, and with it right
	// behind.
	Twice bool
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
	plain, outer := e, uint16(0)
	plain.Tunnel = nil
	for i := range packets {
		if e.Twice {
			out = append(out, plain.frame(r, &packets[i], uint16(i+1), &outer)...)
		}
		out = append(out, e.frame(r, &packets[i], uint16(i+1), &outer)...)
	}
	return out
}

// frame gives the frames of one packet. id is its IP identification; outer
// counts those of the tunnel.
func (e Encoding) frame(r *rand.Rand, p *Packet, id uint16, outer *uint16) (out []Frame) {
	whole := 0
	for _, inner := range e.Fragments.of(r, p.ip(id), id) {
		kind, b := etherOf(inner.ip), inner.ip
		for _, wrap := range e.Tunnel {
			kind, b = wrap(kind, b)
		}
		pieces := []piece{{ip: b}}
		if kind == etherIPv4 || kind == etherIPv6 {
			*outer++
			pieces = e.Outside.of(r, b, *outer)
		}
		for _, x := range pieces {
			b := e.link(kind, x.ip)
			f := Frame{Time: p.Time, Bytes: b, Wire: len(b), Packet: p, piece: whole}
			if x.bad || inner.bad {
				f.Packet = &Packet{Stream: p.Stream}
			} else {
				whole++
			}
			out = append(out, f)
		}
	}
	for k := range out {
		switch f := &out[k]; {
		case f.Packet != p:
		case whole > 1:
			f.pieces = whole
		default:
			f.head = bytes.LastIndex(f.Bytes, p.tcp()) + tcpHeader
		}
	}
	return out
}

// tcpHeader is the length of a TCP header with timestamps: they are the rule.
const tcpHeader = 32

// tcp is the segment with its header.
func (p *Packet) tcp() []byte {
	be, s := binary.BigEndian, p.Stream
	b := make([]byte, tcpHeader, tcpHeader+len(p.Data))
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

// ip is the IP packet of the segment.
func (p *Packet) ip(id uint16) []byte { return p.Stream.ip(id, p.tcp()) }

// ip is an IP packet of the stream.
func (s *Stream) ip(id uint16, tcp []byte) []byte {
	be, src, dst := binary.BigEndian, s.Src.Addr(), s.Dst.Addr()
	if src.Is4() {
		b := make([]byte, 20, 20+len(tcp))
		b[0], b[8], b[9] = 0x45, 64, protoTCP
		be.PutUint16(b[2:], uint16(20+len(tcp)))
		be.PutUint16(b[4:], id)
		copy(b[12:], src.AsSlice())
		copy(b[16:], dst.AsSlice())
		be.PutUint16(b[10:], ^sum(0, b))
		return append(b, tcp...)
	}
	b := make([]byte, 40, 40+len(tcp))
	b[0], b[6], b[7] = 0x60, protoTCP, 64
	be.PutUint16(b[4:], uint16(len(tcp)))
	copy(b[8:], src.AsSlice())
	copy(b[24:], dst.AsSlice())
	return append(b, tcp...)
}

// etherOf is the ethertype of an IP packet.
func etherOf(ip []byte) uint16 {
	if ip[0]>>4 == 6 {
		return etherIPv6
	}
	return etherIPv4
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

// link puts the link header in front. Only Ethernet and Linux's links carry
// other things than IP.
func (e Encoding) link(ether uint16, b []byte) []byte {
	be := binary.BigEndian
	h := make([]byte, 0, 32+len(b))
	switch e.Link {
	case LinkNull:
		family := uint32(2)
		if ether == etherIPv6 {
			family = 24
		}
		h = binary.LittleEndian.AppendUint32(h, family)
	case LinkEthernet:
		h = append(h, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2)
		for i, vlan := range e.VLAN {
			kind := uint16(etherVLAN)
			if i < len(e.VLAN)-1 {
				kind = 0x88a8
			}
			h = append(h, tag(kind, vlan)...)
		}
		h = be.AppendUint16(h, ether)
	case LinkPPP:
		return ppp(ether, b)
	case LinkPPPHDLC:
		return join("\xff\x03", ppp(ether, b))
	case LinkPPPoE:
		return pppoeFrame(ether, b)
	case LinkSLL:
		h = append(h, 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0)
		h = be.AppendUint16(h, ether)
	case LinkSLL2:
		h = be.AppendUint16(h, ether)
		h = append(h, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0)
	}
	return append(h, b...)
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
