package capture

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
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

	skipped   map[skipped]uint64
	fragments defragmenter
}

// NewDecoder makes a Decoder. One serves for all interfaces of an input, but
// for one goroutine only.
func NewDecoder() *Decoder {
	return &Decoder{
		FragmentBytes: 4 << 20,
		skipped:       make(map[skipped]uint64),
		fragments:     defragmenter{open: make(map[datagramKey]*datagram)},
	}
}

// Decode fills in Src, Dst, TCP, Payload and Missing of p from its Frame,
// WireLen, Time and Iface. It returns false, and these fields mean nothing, if
// the packet holds no TCP segment with its whole fixed header; Skipped then
// counts it. For IP fragments the segment comes with the packet that completes
// it.
//
// Payload is a part of p.Frame, or of a buffer of d that the next Decode uses
// again. Payload and Missing follow the length in the IP header: what the link
// added behind (padding, checksum) is not payload.
func (d *Decoder) Decode(p *Packet) bool {
	b, wire := p.Frame, max(p.WireLen, len(p.Frame))
	p.Captured = len(b)
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
	}
	return d.offPath(p, skipped{kindLink, uint32(p.Iface.Link)}, b, wire)
}

// tcp reads the TCP header at b[0] (RFC 9293, section 3.1). The addresses are
// in p already.
func (d *Decoder) tcp(p *Packet, b []byte, wire int) bool {
	if len(b) < 20 {
		if wire < 20 {
			return d.skip(malformedTCP)
		}
		return d.skip(endsInTCP)
	}
	header := int(b[12]>>4) * 4
	if header < 20 || header > wire {
		return d.skip(malformedTCP)
	}
	p.Src = netip.AddrPortFrom(p.Src.Addr(), binary.BigEndian.Uint16(b))
	p.Dst = netip.AddrPortFrom(p.Dst.Addr(), binary.BigEndian.Uint16(b[2:]))
	p.TCP = TCP{
		Seq:    binary.BigEndian.Uint32(b[4:]),
		Ack:    binary.BigEndian.Uint32(b[8:]),
		Window: binary.BigEndian.Uint16(b[14:]),
		Flags:  TCPFlags(b[13]),
	}
	p.Payload = b[min(header, len(b)):] // the snapshot may end in the options
	p.Missing = wire - header - len(p.Payload)
	return true
}

// offPath is the door for all that the fast path does not know: b starts with
// what the link type, ethertype, IP protocol or UDP port in what announces.
// A tunnel would be opened here and its inside handed back to ethernet, ipv4
// or ipv6; for now the packet is only counted.
func (d *Decoder) offPath(p *Packet, what skipped, b []byte, wire int) bool {
	if what == (skipped{kindProtocol, protoUDP}) && len(b) >= 4 {
		port := uint32(binary.BigEndian.Uint16(b[2:]))
		if _, tunnel := tunnelPorts[port]; tunnel {
			what = skipped{kindUDPPort, port}
		}
	}
	d.skipped[what]++
	return false
}

// skip counts a packet whose walk ended early.
func (d *Decoder) skip(r skipReason) bool {
	d.skipped[skipped{kindEnded, uint32(r)}]++
	return false
}

// skipped names what a packet held instead of TCP.
type skipped struct {
	kind   skipKind
	number uint32 // the value on the wire; for kindEnded a skipReason
}

// skipKind says what the number of a skipped is.
type skipKind uint32

const (
	kindEnded skipKind = iota
	kindLink
	kindEther
	kindSAP
	kindOUI
	kindFamily
	kindProtocol
	kindUDPPort
)

// skipReason says why a walk ended before TCP although the way was known.
type skipReason uint32

const (
	endsInLink skipReason = iota
	endsInIP
	endsInTCP
	malformedIPv4
	malformedIPv6
	malformedExtension
	malformedTCP
	malformedFragment
	notIP
)

func (r skipReason) String() string {
	return [...]string{
		endsInLink:         "frame ends in the link header",
		endsInIP:           "frame ends in the IP header",
		endsInTCP:          "frame ends in the TCP header",
		malformedIPv4:      "malformed IPv4 header",
		malformedIPv6:      "malformed IPv6 header",
		malformedExtension: "malformed IP extension header",
		malformedTCP:       "malformed TCP header",
		malformedFragment:  "malformed IP fragment",
		notIP:              "raw packet neither IPv4 nor IPv6",
	}[r]
}

func (s skipped) String() string {
	switch s.kind {
	case kindLink:
		return withName(fmt.Sprintf("link type %d", s.number), linkNames[s.number])
	case kindEther:
		if s.number == etherARP {
			return "ARP"
		}
		return withName(fmt.Sprintf("ethertype 0x%04x", s.number), etherNames[s.number])
	case kindSAP:
		return withName(fmt.Sprintf("LLC SAP 0x%02x", s.number), sapNames[s.number])
	case kindOUI:
		return withName(fmt.Sprintf("SNAP OUI 0x%06x", s.number), ouiNames[s.number])
	case kindFamily:
		return fmt.Sprintf("address family %d", s.number)
	case kindProtocol:
		return protocolName(s.number)
	case kindUDPPort:
		return withName(fmt.Sprintf("UDP port %d", s.number), tunnelPorts[s.number])
	}
	return skipReason(s.number).String()
}

func withName(number, name string) string {
	if name == "" {
		return number
	}
	return number + " " + name
}

// Count is a number of packets of one kind.
type Count struct {
	Name    string // for people: "UDP", "ethertype 0x88cc LLDP"
	Packets uint64
}

// Skipped counts the packets for which Decode returned false, by what they
// held, the most frequent first. Together with the packets for which it
// returned true they are all packets.
func (d *Decoder) Skipped() []Count {
	counts := d.fragments.counts()
	for what, n := range d.skipped {
		counts = append(counts, Count{what.String(), n})
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Packets, a.Packets), cmp.Compare(a.Name, b.Name))
	})
	return counts
}
