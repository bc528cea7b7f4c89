package capture

import (
	"cmp"
	"fmt"
	"slices"
)

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
	kindLooksVXLAN // a UDP port
	kindPPP
	kindShort     // a Tunnel
	kindMalformed // a Tunnel
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
	tooNested
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
		notIP:              "packet neither IPv4 nor IPv6",
		tooNested:          "too many tunnels inside each other",
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
		return withName(fmt.Sprintf("UDP port %d", s.number), closedPorts[s.number])
	case kindLooksVXLAN:
		return fmt.Sprintf("UDP that looks like VXLAN (-d udp.port==%d,vxlan reads it)", s.number)
	case kindPPP:
		return withName(fmt.Sprintf("PPP protocol 0x%04x", s.number), pppNames[s.number])
	case kindShort:
		return fmt.Sprintf("frame ends in the %v header", Tunnel(s.number))
	case kindMalformed:
		return fmt.Sprintf("malformed %v header", Tunnel(s.number))
	}
	return skipReason(s.number).String()
}

func withName(number, name string) string {
	if name == "" {
		return number
	}
	return number + " " + name
}

// filter is the capture filter that finds what s names, where that is a
// tunnel.
func (s skipped) filter() string {
	switch s.kind {
	case kindEther:
		switch tunnels[s] {
		case MPLS:
			return "mpls"
		case PPPoE:
			return "pppoes"
		}
		return fmt.Sprintf("ether proto 0x%04x", s.number)
	case kindProtocol:
		return fmt.Sprintf("proto %d", s.number)
	case kindUDPPort:
		return fmt.Sprintf("udp port %d", s.number)
	}
	return ""
}

// mayHideTCP reports whether TCP may be in what s names: it is damaged, or an
// encapsulation that is not read. What runs a network does not carry it.
func (s skipped) mayHideTCP() bool {
	switch s.kind {
	case kindSAP, kindOUI:
		return false
	case kindEther:
		return !slices.Contains(plainEther, s.number)
	case kindProtocol:
		return !slices.Contains(plainProtocols, s.number)
	case kindPPP:
		return s.number < 0x8000
	}
	return true
}

// Count is a number of packets of one kind.
type Count struct {
	Name    string // for people: "UDP", "ethertype 0x88cc LLDP"
	Packets uint64
}

// Tally counts packets by what Decode found in them. Together with the packets
// for which Decode returned true they are all packets. The zero value has none.
type Tally struct {
	skipped   map[skipped]uint64
	fragments fragmentCounts
}

// Add counts a packet that was decoded. Packets come in the order in which they
// were decoded.
func (t *Tally) Add(p *Packet) {
	if p.fragment != nil {
		t.fragments = p.fragment.counts
	}
	if p.isLeft {
		if t.skipped == nil {
			t.skipped = make(map[skipped]uint64)
		}
		t.skipped[p.left]++
	}
}

// Skipped counts the packets for which Decode returned false, by what they
// held, the most frequent first.
func (t *Tally) Skipped() []Count {
	return t.counts(func(skipped) bool { return true }, t.fragments.all())
}

// Unread counts those of Skipped in which TCP may have been: damaged packets,
// encapsulations that are not read, fragments of datagrams that did not become
// complete.
func (t *Tally) Unread() []Count {
	return t.counts(skipped.mayHideTCP, t.fragments.incomplete())
}

func (t *Tally) counts(which func(skipped) bool, counts []Count) []Count {
	for what, n := range t.skipped {
		if which(what) {
			counts = append(counts, Count{what.String(), n})
		}
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Packets, a.Packets), cmp.Compare(a.Name, b.Name))
	})
	return counts
}
