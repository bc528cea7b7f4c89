package bpf

import "encoding/binary"

// The LINKTYPE_ values that filters can be compiled for.
const (
	linkNull      = 0
	linkEthernet  = 1
	linkPPP       = 9
	linkRaw12     = 12
	linkRaw14     = 14
	linkRaw       = 101
	linkLoop      = 108
	linkLinuxSLL  = 113
	linkIPv4      = 228
	linkIPv6      = 229
	linkLinuxSLL2 = 276
)

// naming is how a frame says which protocol its network layer is.
type naming uint8

const (
	byEtherType naming = iota // 2 bytes
	byPPP                     // 2 bytes, the PPP protocol numbers
	byFamily                  // 4 bytes, AF_INET and so on
	byVersion                 // not at all: the version in the IP header
	byMPLS                    // the same, behind the last label of the stack
	alwaysIPv4
	alwaysIPv6
	byTag // by being a VLAN tag, which the kernel took out of the frame
)

// layer says where in a frame the headers are that a condition looks at. The
// keywords vlan, mpls and pppoes move it inwards.
type layer struct {
	link   uint32
	naming naming
	header uint32 // offset of the link header
	proto  uint32 // offset of what names the network layer
	net    uint32 // offset of the network header
	exact  bool
	sent   bool // byTag: see startsBehindTags
}

// layerOf is the outermost layer of a link type.
func layerOf(link uint32, exact bool) (layer, bool) {
	at := layer{link: link, exact: exact}
	switch link {
	case linkEthernet:
		at.proto, at.net = 12, 14
	case linkLinuxSLL:
		at.proto, at.net = 14, 16
	case linkLinuxSLL2:
		at.proto, at.net = 0, 20
	case linkPPP:
		at.naming, at.proto, at.net = byPPP, 2, 4
	case linkNull, linkLoop:
		at.naming, at.net = byFamily, 4
	case linkRaw12, linkRaw14, linkRaw:
		at.naming = byVersion
	case linkIPv4:
		at.naming = alwaysIPv4
	case linkIPv6:
		at.naming = alwaysIPv6
	default:
		return at, false
	}
	return at, true
}

// isCooked: the header is one that Linux made up.
func (at layer) isCooked() bool {
	return (at.link == linkLinuxSLL || at.link == linkLinuxSLL2) && at.header == 0
}

// isEthernet: there are Ethernet addresses.
func (at layer) isEthernet() bool { return at.link == linkEthernet && at.header == 0 }

// carries is the condition that the network layer is the given Ethernet type.
func (at layer) carries(ether uint32) cond {
	switch at.naming {
	case byPPP:
		return test{field: field{at.proto, 2}, k: pppType(ether)}
	case byFamily:
		return at.family(ether)
	case byVersion, byMPLS:
		return at.version(ether)
	case alwaysIPv4:
		return always(ether == etherIPv4)
	case alwaysIPv6:
		return always(ether == etherIPv6)
	case byTag:
		return at.tagType(ether)
	}
	return at.etherType(ether)
}

// etherType: small numbers are no types but the service access point of an
// 802.2 header, which follows the length (Ethernet) or the value 4 (SLL).
func (at layer) etherType(ether uint32) cond {
	if ether <= etherLLCMax {
		sap := test{field: field{at.net, 1}, k: ether}
		switch at.link {
		case linkEthernet:
			return both{not{test{field: field{at.proto, 2}, op: jgt, k: etherLLCMax}}, sap}
		case linkLinuxSLL:
			return both{test{field: field{at.proto, 2}, k: 4}, sap}
		}
	}
	return test{field: field{at.proto, 2}, k: ether}
}

// pppType gives the PPP protocol number of an Ethernet type; what has none
// stands for itself.
func pppType(ether uint32) uint32 {
	switch ether {
	case etherIPv4:
		return 0x21
	case etherIPv6:
		return 0x57
	case etherDECnet:
		return 0x27
	case etherMPLS:
		return 0x281
	case 0x600: // XNS
		return 0x25
	case 0xfe: // ISO, by its 802.2 service access point
		return 0x23
	case 0x42: // spanning tree
		return 0x31
	case 0xe0: // IPX
		return 0x2b
	}
	return ether
}

// version is a test of the version nibble. In MPLS that is the best one can
// do, as labels do not say what they carry.
func (at layer) version(ether uint32) cond {
	var version uint32
	switch ether {
	case etherIPv4:
		version = 0x40
	case etherIPv6:
		version = 0x60
	default:
		return always(false)
	}
	is := test{field: field{at.net, 1}, mask: 0xf0, k: version}
	if at.naming == byMPLS {
		return both{at.lastLabel(true), is}
	}
	return is
}

// lastLabel tests the bottom-of-stack bit of the label in front (RFC 3032).
func (at layer) lastLabel(last bool) cond {
	is := test{field: field{at.net - 2, 1}, mask: 1, k: 1}
	if last {
		return is
	}
	return not{is}
}

// family is a test of the address family of the BSD loopback: in the byte
// order of the host that captured (NULL) or big-endian (LOOP). The number for
// IPv6 depends on the system. libpcap takes the byte order and the number of
// the host it runs on: here, little-endian Linux.
func (at layer) family(ether uint32) cond {
	var families []uint32
	switch {
	case ether == etherIPv4:
		families = []uint32{2}
	case ether == etherIPv6 && at.exact:
		families = []uint32{10}
	case ether == etherIPv6: // Linux, OpenBSD and NetBSD, FreeBSD, Darwin
		families = []uint32{10, 24, 28, 30}
	}
	var is cond = always(false)
	for _, n := range families {
		if at.link == linkLoop || !at.exact {
			is = either{is, test{field: field{at.proto, 4}, k: n}}
		}
		if at.link == linkNull {
			var b [4]byte
			binary.LittleEndian.PutUint32(b[:], n)
			is = either{is, test{field: field{at.proto, 4}, k: binary.BigEndian.Uint32(b[:])}}
		}
	}
	return is
}

// tagged is the condition that a VLAN tag follows, and the layer behind it.
// Cooked headers have tags as well: libpcap puts back what the kernel took.
func (at layer) tagged() (cond, layer) {
	if at.naming == byTag {
		return always(true), at.untagged()
	}
	is := either{either{at.carries(0x8100), at.carries(0x88a8)}, at.carries(0x9100)}
	at.proto, at.net = at.net+2, at.net+4
	return is, at
}

// labelled is the condition that an MPLS label follows, and the layer behind it.
func (at layer) labelled() (cond, layer) {
	is := at.carries(etherMPLS)
	if at.naming == byMPLS {
		is = at.lastLabel(false)
	}
	at.naming, at.net = byMPLS, at.net+4
	return is, at
}

// inSession is the condition that a PPPoE session header follows, and the
// layer of the PPP in it (RFC 2516).
func (at layer) inSession() (cond, layer) {
	is := at.carries(etherPPPoES)
	at.header = at.net + 6
	at.naming, at.proto, at.net = byPPP, at.header, at.header+2
	return is, at
}
