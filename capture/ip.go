package capture

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// IP protocol numbers of the walk (IANA).
const (
	protoHopByHop    = 0
	protoTCP         = 6
	protoUDP         = 17
	protoRouting     = 43
	protoFragment    = 44
	protoAH          = 51
	protoDestOptions = 60
	protoMobility    = 135
	protoHIP         = 139
	protoShim6       = 140
)

// protocolNames are of those that are not read.
var protocolNames = map[uint32]string{
	2:   "IGMP",
	46:  "RSVP",
	50:  "ESP",
	59:  "no next header",
	88:  "EIGRP",
	89:  "OSPF",
	103: "PIM",
	112: "VRRP",
	115: "L2TPv3",
	132: "SCTP",
	136: "UDP-Lite",
}

// plainProtocols run a network, or carry data that is not TCP's.
var plainProtocols = []uint32{1, 2, protoUDP, 46, 58, 59, 88, 89, 103, 112, 132, 136}

// closedPorts are the UDP ports of tunnels that are not read.
var closedPorts = map[uint32]string{
	1701: "L2TP",
	2152: "GTP-U",
	4500: "IPsec NAT-T",
}

func protocolName(number uint32) string {
	switch number {
	case 1:
		return "ICMP"
	case protoUDP:
		return "UDP"
	case 58:
		return "IPv6 ICMP"
	}
	if name := protocolNames[number]; name != "" {
		return fmt.Sprintf("%s (IP protocol %d)", name, number)
	}
	return fmt.Sprintf("IP protocol %d", number)
}

// ipv4 reads the IPv4 header at b[0] (RFC 791, section 3.1).
func (d *Decoder) ipv4(p *Packet, b []byte, wire int) bool {
	if len(b) < 20 {
		return p.skip(endsInIP)
	}
	header := int(b[0]&15) * 4
	total := int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = unsized(b, wire)
	}
	if b[0]>>4 != 4 || header < 20 || header > total {
		return p.skip(malformedIPv4)
	}
	if header > len(b) {
		return p.skip(endsInIP)
	}
	// The header decides where the packet ends, even if that is behind the
	// end of the frame: tools that cut files often write a wrong wire length,
	// and the sequence numbers go on as the sender counted.
	protocol, payload := b[9], b[header:min(total, len(b))]
	wire = total - header

	p.ID = binary.BigEndian.Uint16(b[4:])
	p.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[12:16])), 0)
	p.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[16:20])), 0)

	const moreFragments, offset = 0x2000, 0x1fff
	place := binary.BigEndian.Uint16(b[6:])
	if place&(moreFragments|offset) != 0 {
		return d.fragment(p, fragment{
			datagramKey: datagramKey{p.Src.Addr(), p.Dst.Addr(), uint32(binary.BigEndian.Uint16(b[4:])), protocol},
			protocol:    protocol,
			offset:      int(place&offset) * 8,
			more:        place&moreFragments != 0,
			data:        payload,
			wire:        wire,
			time:        p.Time,
		})
	}
	if protocol == protoTCP {
		return d.tcp(p, payload, wire)
	}
	return d.upper(p, protocol, payload, wire, false)
}

// unsized is the length of the IP packet b whose header says 0, as it does
// where the capture sees it before the network card cuts it up (TSO, Linux's
// BIG TCP) and in jumbograms (RFC 2675): what the frame has. Linux makes such
// packets of up to 512 KiB; a wire length far above that is a damaged file.
func unsized(b []byte, wire int) int {
	if wire > 1<<20 {
		return len(b)
	}
	return wire
}

// ipv6 reads the IPv6 header at b[0] (RFC 8200, section 3).
func (d *Decoder) ipv6(p *Packet, b []byte, wire int) bool {
	const header = 40
	if len(b) < header {
		return p.skip(endsInIP)
	}
	if b[0]>>4 != 6 {
		return p.skip(malformedIPv6)
	}
	total := header + int(binary.BigEndian.Uint16(b[4:]))
	if total == header {
		total = unsized(b, wire)
	}
	p.ID = 0
	p.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:24])), 0)
	p.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[24:40])), 0)
	next, payload := b[6], b[header:min(total, len(b))]
	if next == protoTCP {
		return d.tcp(p, payload, total-header)
	}
	return d.upper(p, next, payload, total-header, false)
}

// upper walks the extension headers that b starts with (RFC 8200, section 4;
// AH also stands in IPv4). Each takes at least 8 bytes, so the walk ends.
// whole says that b was put together of fragments: it holds no fragment again.
func (d *Decoder) upper(p *Packet, protocol uint8, b []byte, wire int, whole bool) bool {
	for {
		switch protocol {
		case protoTCP:
			return d.tcp(p, b, wire)
		case protoHopByHop, protoRouting, protoFragment, protoAH, protoDestOptions, protoMobility, protoHIP, protoShim6:
		default:
			return d.offPath(p, skipped{kindProtocol, uint32(protocol)}, b, wire)
		}
		if wire < 8 {
			return p.skip(malformedExtension)
		}
		if len(b) < 8 {
			return p.skip(endsInIP)
		}
		n := 8
		switch protocol {
		case protoFragment:
			const moreFragments, offset = 1, 0xfff8
			place := binary.BigEndian.Uint16(b[2:])
			if place&(moreFragments|offset) != 0 {
				if whole {
					return p.skip(malformedFragment)
				}
				return d.fragment(p, fragment{
					datagramKey: datagramKey{p.Src.Addr(), p.Dst.Addr(), binary.BigEndian.Uint32(b[4:]), protoFragment},
					protocol:    b[0],
					offset:      int(place & offset),
					more:        place&moreFragments != 0,
					data:        b[8:],
					wire:        wire - 8,
					time:        p.Time,
				})
			}
			// All in one (an atomic fragment, RFC 6946).
		case protoAH:
			n += int(b[1]) * 4 // in words, less two (RFC 4302, section 2.2)
		default:
			n += int(b[1]) * 8
		}
		if n > wire {
			return p.skip(malformedExtension)
		}
		if n > len(b) {
			return p.skip(endsInIP)
		}
		protocol, b, wire = b[0], b[n:], wire-n
	}
}

// mayHoldTCP reports whether a datagram whose first header is protocol is
// worth being put together: the others are counted fragment by fragment. The
// port that tells a tunnel is in the first fragment of a UDP datagram only.
func (d *Decoder) mayHoldTCP(protocol uint8) bool {
	switch protocol {
	case protoTCP, protoUDP, protoHopByHop, protoRouting, protoAH, protoDestOptions, protoMobility, protoHIP, protoShim6:
		return true
	}
	return d.tunnels[skipped{kindProtocol, uint32(protocol)}] != NoTunnel
}

// fragment takes a part of a datagram and goes on with the whole if it was the
// last one missing.
func (d *Decoder) fragment(p *Packet, f fragment) bool {
	if !d.mayHoldTCP(f.protocol) {
		return p.leave(skipped{kindProtocol, uint32(f.protocol)})
	}
	if !f.valid() {
		return p.skip(malformedFragment)
	}
	if p.fragment == nil {
		d.info = fragmentInfo{}
		p.fragment = &d.info
	}
	p.isPieceOf(&f)
	before, joined := *p, d.joined
	g := d.fragments.add(&f, d.FragmentBytes)
	for g != nil {
		d.joined = true
		found := d.whole(p, d.fragments.join(g))
		d.joined = joined
		if !d.forged {
			d.fragments.release(g)
			return found
		}
		*p, d.forged = before, false
		g = d.fragments.refuse(g)
	}
	return false
}

// whole goes on with a datagram put together.
func (d *Decoder) whole(p *Packet, w *whole) bool {
	if w.protocol == protoTCP {
		return d.tcp(p, w.data, w.wire)
	}
	return d.upper(p, w.protocol, w.data, w.wire, true)
}
