package capture

import "encoding/binary"

// Ethertypes of the fast path (IEEE 802 numbers).
const (
	etherIPv4   = 0x0800
	etherARP    = 0x0806
	etherIPv6   = 0x86dd
	etherVLAN   = 0x8100 // 802.1Q
	etherQinQ   = 0x88a8 // 802.1ad
	etherVLAN91 = 0x9100 // QinQ before 802.1ad, by vendor
	etherVLAN92 = 0x9200
	etherVLAN93 = 0x9300

	// Of tunnels.
	etherERSPAN3       = 0x22eb
	etherBridged       = 0x6558 // an Ethernet frame in GRE, GENEVE
	etherPPP           = 0x880b // in GRE
	etherMPLS          = 0x8847
	etherMPLSMulticast = 0x8848
	etherPPPoE         = 0x8864
	etherERSPAN        = 0x88be // types I and II
	etherMACsec        = 0x88e5
	etherPBB           = 0x88e7
	etherNSH           = 0x894f

	// maxLength is the largest value that the type field of an Ethernet frame
	// can have as a length; LLC follows then (IEEE 802.3, clause 3.2.6).
	maxLength = 1500
)

// etherNames are of those that are not read.
var etherNames = map[uint32]string{
	etherERSPAN3: "ERSPAN III",
	etherBridged: "bridged Ethernet",
	0x8035:       "RARP",
	0x8809:       "LACP",
	etherPPP:     "PPP",
	0x8863:       "PPPoE discovery",
	0x888e:       "EAPOL",
	etherERSPAN:  "ERSPAN",
	0x88cc:       "LLDP",
	etherMACsec:  "MACsec, encrypted",
	0x88f7:       "PTP",
	0x892f:       "HSR",
	etherNSH:     "NSH",
	0x9000:       "loopback test",
}

// plainEther run a network and carry nobody's data.
var plainEther = []uint32{etherARP, 0x8035, 0x8809, 0x8863, 0x888e, 0x88cc, 0x88f7, 0x9000}

var linkNames = map[uint32]string{
	105: "IEEE 802.11",
	127: "IEEE 802.11 radiotap",
	239: "NFLOG",
	253: "NETLINK",
}

var sapNames = map[uint32]string{
	0x42: "STP",
	0xaa: "SNAP",
	0xe0: "IPX",
	0xf0: "NetBIOS",
	0xfe: "IS-IS",
}

var ouiNames = map[uint32]string{0x00000c: "Cisco"}

func (d *Decoder) ethernet(p *Packet, b []byte, wire int) bool {
	if len(b) < 14 {
		return p.skip(endsInLink)
	}
	return d.ether(p, binary.BigEndian.Uint16(b[12:]), b[14:], wire-14)
}

// sll walks a Linux cooked header (LINKTYPE_LINUX_SLL).
func (d *Decoder) sll(p *Packet, b []byte, wire int) bool {
	if len(b) < 16 {
		return p.skip(endsInLink)
	}
	return d.cooked(p, binary.BigEndian.Uint16(b[14:]), b[16:], wire-16)
}

// sll2 walks a Linux cooked header, version 2 (LINKTYPE_LINUX_SLL2).
func (d *Decoder) sll2(p *Packet, b []byte, wire int) bool {
	if len(b) < 20 {
		return p.skip(endsInLink)
	}
	return d.cooked(p, binary.BigEndian.Uint16(b), b[20:], wire-20)
}

// cooked goes on behind a Linux cooked header. Its small protocol values are
// Linux's own numbers, not lengths; 4 announces LLC.
func (d *Decoder) cooked(p *Packet, protocol uint16, b []byte, wire int) bool {
	if protocol <= maxLength && protocol != 4 {
		return d.offPath(p, skipped{kindEther, uint32(protocol)}, b, wire)
	}
	return d.ether(p, protocol, b, wire)
}

// ether goes on behind an Ethernet type, through VLAN tags and LLC.
func (d *Decoder) ether(p *Packet, t uint16, b []byte, wire int) bool {
	for {
		var n int
		switch {
		case t == etherIPv4:
			return d.ipv4(p, b, wire)
		case t == etherIPv6:
			return d.ipv6(p, b, wire)
		case t == etherVLAN, t == etherQinQ, t == etherVLAN91, t == etherVLAN92, t == etherVLAN93:
			if len(b) < 4 {
				return p.skip(endsInLink)
			}
			if vlan := binary.BigEndian.Uint16(b) & 0xfff; vlan != 0 { // 0 has a priority only
				p.tag(NoTunnel, uint32(vlan))
			}
			t, n = binary.BigEndian.Uint16(b[2:]), 4
		case t > maxLength:
			return d.offPath(p, skipped{kindEther, uint32(t)}, b, wire)
		case len(b) < 3:
			return p.skip(endsInLink)
		default:
			var what skipped
			if t, n, what = llc(b); n == 0 {
				return d.offPath(p, what, b, wire)
			}
		}
		b, wire = b[n:], wire-n
	}
}

// llc reads the LLC header at b[0], at least 3 bytes (IEEE 802.2), and the
// SNAP header behind it (RFC 1042). It gives the ethertype of what follows and
// the length of the headers, or n = 0 and what it is if it has none.
func llc(b []byte) (t uint16, n int, what skipped) {
	const sapIP, sapSNAP, unnumbered = 0x06, 0xaa, 0x03
	what = skipped{kindSAP, uint32(b[0])}
	switch {
	case b[2] != unnumbered:
	case b[0] == sapIP:
		return etherIPv4, 3, what
	case b[0] == sapSNAP && len(b) >= 8:
		oui := uint32(b[3])<<16 | uint32(b[4])<<8 | uint32(b[5])
		t = binary.BigEndian.Uint16(b[6:])
		// 0x0000f8 is how 802.1H bridges carry some ethertypes.
		if (oui == 0 || oui == 0x0000f8) && t > maxLength {
			return t, 8, what
		}
		what = skipped{kindOUI, oui}
	}
	return 0, 0, what
}

// raw walks a packet without link header; the IP version tells which.
func (d *Decoder) raw(p *Packet, b []byte, wire int) bool {
	if len(b) == 0 {
		return p.skip(endsInIP)
	}
	switch b[0] >> 4 {
	case 4:
		return d.ipv4(p, b, wire)
	case 6:
		return d.ipv6(p, b, wire)
	}
	return p.skip(notIP)
}

// null walks the BSD loopback header: an address family in the byte order of
// the machine that captured, which need not be that of the file.
func (d *Decoder) null(p *Packet, b []byte, wire int) bool {
	if len(b) < 4 {
		return p.skip(endsInLink)
	}
	family := binary.LittleEndian.Uint32(b)
	if family > 0xffff {
		family = binary.BigEndian.Uint32(b)
	}
	return d.family(p, family, b[4:], wire-4)
}

// loop walks OpenBSD's loopback header: the same in network byte order.
func (d *Decoder) loop(p *Packet, b []byte, wire int) bool {
	if len(b) < 4 {
		return p.skip(endsInLink)
	}
	return d.family(p, binary.BigEndian.Uint32(b), b[4:], wire-4)
}

// family goes on behind an AF_ value. AF_INET6 differs between systems.
func (d *Decoder) family(p *Packet, family uint32, b []byte, wire int) bool {
	switch family {
	case 2:
		return d.ipv4(p, b, wire)
	case 10, 24, 28, 30: // Linux, NetBSD and OpenBSD, FreeBSD, macOS
		return d.ipv6(p, b, wire)
	}
	return d.offPath(p, skipped{kindFamily, family}, b, wire)
}
