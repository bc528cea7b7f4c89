package capture

import (
	"encoding/binary"
	"maps"
	"net/netip"
)

// Decoder finds the TCP segment in a packet. It walks from the link header
// inwards without copying or allocating; only IP fragments are copied, until
// the last one of their datagram is there.
//
// Each step of the walk gets what was captured from its header on, and how
// long that was on the wire: at least as long, and longer if the packet was
// cut by the snapshot length.
type Decoder struct {
	// FragmentBytes bounds the memory, in bytes, for IP fragments that wait
	// for others of their datagram: beyond it the oldest datagram is given
	// up. NewDecoder sets 4 MiB.
	FragmentBytes int

	Tally // of all packets

	tunnels   map[skipped]Tunnel
	nested    int // tunnels around the current header
	fragments defragmenter
	joined    bool         // the present segment was put together of fragments
	forged    bool         // and its checksum says that nobody sent it
	info      fragmentInfo // of the present packet
}

// NewDecoder makes a Decoder. One serves for all interfaces of an input, but
// for one goroutine only.
func NewDecoder() *Decoder {
	return &Decoder{
		FragmentBytes: 4 << 20,
		tunnels:       maps.Clone(tunnels),
		fragments:     defragmenter{open: make(map[datagramKey]*datagram)},
	}
}

// Decode fills in the second group of fields of p from its Frame, WireLen, Time
// and Iface, and counts p in d's Tally. It returns false, and the addresses and
// what follows them mean nothing, if the packet holds no TCP segment with its
// whole fixed header. For IP fragments the segment comes with the packet that
// completes it.
//
// Payload is a part of p.Frame, or of a buffer of d that the next Decode uses
// again. Payload and Missing follow the length in the IP header: what the link
// added behind (padding, checksum) is not payload.
func (d *Decoder) Decode(p *Packet) bool {
	p.Captured, p.Tunnel, p.Tags, p.fragment, p.isLeft = len(p.Frame), NoTunnel, 0, nil, false
	found := d.link(p, p.Frame, max(p.WireLen, len(p.Frame)))
	if p.fragment != nil {
		p.fragment.counts = d.fragments.fragmentCounts
	}
	d.Tally.Add(p)
	return found
}

// link reads the header of the link.
func (d *Decoder) link(p *Packet, b []byte, wire int) bool {
	switch p.Iface.Link {
	case LinkEthernet:
		return d.ethernet(p, b, wire)
	case LinkLinuxSLL:
		return d.sll(p, b, wire)
	case LinkLinuxSLL2:
		return d.sll2(p, b, wire)
	case LinkRaw, LinkRaw12, LinkRaw14:
		return d.raw(p, b, wire)
	case LinkIPv4:
		return d.ipv4(p, b, wire)
	case LinkIPv6:
		return d.ipv6(p, b, wire)
	case LinkNull:
		return d.null(p, b, wire)
	case LinkLoop:
		return d.loop(p, b, wire)
	case LinkPPP:
		return d.ppp(p, b, wire)
	case LinkPPPHDLC, LinkCiscoHDLC:
		return d.hdlc(p, b, wire)
	case LinkPPPoE:
		return d.pppoe(p, b, wire)
	}
	return d.offPath(p, skipped{kindLink, uint32(p.Iface.Link)}, b, wire)
}

// tcp reads the TCP header at b[0] (RFC 9293, section 3.1). The addresses are
// in p already.
func (d *Decoder) tcp(p *Packet, b []byte, wire int) bool {
	if len(b) < 20 {
		if wire < 20 {
			return p.skip(malformedTCP)
		}
		return p.skip(endsInTCP)
	}
	header := int(b[12]>>4) * 4
	if header < 20 || header > wire {
		return p.skip(malformedTCP)
	}
	p.Src = netip.AddrPortFrom(p.Src.Addr(), binary.BigEndian.Uint16(b))
	p.Dst = netip.AddrPortFrom(p.Dst.Addr(), binary.BigEndian.Uint16(b[2:]))
	p.TCP = TCP{
		Seq:    binary.BigEndian.Uint32(b[4:]),
		Ack:    binary.BigEndian.Uint32(b[8:]),
		Window: binary.BigEndian.Uint16(b[14:]),
		Flags:  TCPFlags(b[13]),
	}
	p.Checksum = binary.BigEndian.Uint16(b[16:])
	p.Payload = b[min(header, len(b)):] // the snapshot may end in the options
	p.Missing = wire - header - len(p.Payload)
	if d.joined && len(b) >= wire && !genuine(p, b[:wire]) {
		d.forged = true
		return false
	}
	return true
}

// offPath is the door for all that the fast path does not know: b starts with
// what the link type, ethertype or IP protocol in what announces. The inside of
// a tunnel comes back to ethernet, ipv4 or ipv6; the rest is counted.
func (d *Decoder) offPath(p *Packet, what skipped, b []byte, wire int) bool {
	if what == (skipped{kindProtocol, protoUDP}) {
		return d.udp(p, b, wire)
	}
	if t := d.tunnels[what]; t != NoTunnel {
		return d.enter(p, what, t, b, wire)
	}
	return p.leave(what)
}

// leave notes what a packet without TCP held.
func (p *Packet) leave(what skipped) bool {
	p.left, p.isLeft = what, true
	return false
}

// skip notes why the walk through a packet ended early.
func (p *Packet) skip(r skipReason) bool {
	return p.leave(skipped{kindEnded, uint32(r)})
}
