package bpf

import (
	"golang.org/x/net/bpf"
)

// ancillary and linkHeader are where the kernel shows more than the packet of a
// socket: what it knows besides (SKF_AD_OFF in linux/filter.h), and the packet
// with the link header (SKF_LL_OFF).
const (
	ancillary  = 0xfffff000
	linkHeader = 0xffe00000
)

// The ancillary data that programs look at. The kernel gives them whatever the
// size of the load. Their names in the kernel begin with SKF_AD_.
var (
	socketProtocol  = field{ancillary + 0, 2}  // PROTOCOL: Ethernet type
	socketType      = field{ancillary + 4, 1}  // PKTTYPE: outgoing and so on
	socketInterface = field{ancillary + 8, 4}  // IFINDEX
	socketHardware  = field{ancillary + 28, 2} // HATYPE: ARPHRD_
	socketTag       = field{ancillary + 44, 2} // VLAN_TAG: priority and VLAN
	socketHasTag    = field{ancillary + 48, 1} // VLAN_TAG_PRESENT: 0 or 1
	socketTagType   = field{ancillary + 60, 2} // VLAN_TPID; Linux 4.1 and later
)

// socketNames are tcpdump's, which has none for VLAN_TPID.
var socketNames = map[uint32]string{
	socketProtocol.off: "proto", socketType.off: "type", socketInterface.off: "ifidx", socketHardware.off: "hatype",
	socketTag.off: "vlan_tci", socketHasTag.off: "vlanp", socketTagType.off: "vlan_tpid",
}

// hasTag is the condition that the outermost VLAN tag is in ancillary data. What
// is received comes so, and what VLAN interfaces send.
var hasTag = test{field: socketHasTag, k: 1}

const (
	tagLen  = 4
	sll2Len = 20
	// tagAt is where a tag in an Ethernet frame begins, behind its type.
	tagAt = linkHeader + 14
)

// CompileLive compiles an expression for the packets of a Linux packet socket:
// SOCK_DGRAM for LINKTYPE_LINUX_SLL2, where packets start at the network
// header, and SOCK_RAW for all other link types. The kernel shows VLAN tags and
// the cooked header as ancillary data. Only the kernel can run the program.
//
// It accepts the packets that the program of [Compile] accepts when a file has
// them, with the tag in place and the header complete; len is the length there
// too. The differences:
//
//   - inbound, outbound and ifindex are known for every link type.
//   - ether[…] and link[…] read the link header as the kernel has it, like
//     libpcap's programs: without the tag that it took out. Of a cooked header
//     they read link[0:2], link[4:4], link[8:2] and link[10].
//   - `ether proto 0x8100` and the other types of tags need Linux 4.1.
//
// Programs may be Widened: what that asks of the caller is the same.
//
// A program that is longer than MaxInstructions is an error.
func CompileLive(expr string, link uint32, opt Options) (*Program, error) {
	p, err := compile(expr, link, opt, true)
	if err != nil {
		return nil, err
	}
	if n := len(p.raw); n > MaxInstructions {
		hint := said.Text("name fewer hosts and ports, or networks and portranges")
		if p.Widened {
			hint = hint.And(said.Text("; --exact-bpf makes it shorter"))
		}
		return nil, &Error{Expr: expr, Hint: hint,
			Msg: said.With("it takes %d instructions, more than the %d that the kernel takes", n, MaxInstructions)}
	}
	return p, nil
}

// packet is the condition on a packet of a socket.
func (g *generator) packet(root node, at layer) (cond, *Error) {
	switch at.link {
	case linkEthernet:
		return g.orTagged(root, at, 0)
	case linkLinuxSLL2:
		at.proto, at.net = socketProtocol.off, 0
		received, err := g.orTagged(root, at, sll2Len)
		if err != nil {
			return nil, err
		}
		is, _ := at.tagged()
		at.naming, at.sent = byTag, true
		g.length = []bpf.RawInstruction{loadLength, {Op: aluAdd, K: sll2Len + tagLen}}
		sent, err := g.frame(root, at)
		return choose{both{is, startsBehindTags}, sent, received}, err
	}
	return g.frame(root, at)
}

// orTagged is the condition on a packet with the outermost VLAN tag, if it has
// one, in the frame or in ancillary data. A file has front bytes in front of
// the packet, and the tag.
func (g *generator) orTagged(root node, at layer, front uint32) (cond, *Error) {
	g.length = []bpf.RawInstruction{
		socketHasTag.load(false, 0)[0], {Op: aluLsh, K: 2}, {Op: opTax}, // 4 bytes
		loadLength, {Op: opAddX}, {Op: aluAdd, K: front},
	}
	inFrame, err := g.within(root, at)
	if err != nil {
		return nil, err
	}
	tagged := at
	tagged.naming = byTag
	aside, err := g.within(root, tagged)
	if err != nil || !g.looksBehindTags() {
		return choose{hasTag, aside, inFrame}, err
	}
	// Behind a tag that is aside, everything is where it is without a tag. So
	// the conditions for that do for both.
	behind, err := g.behindTags(root, at, not{hasTag})
	return either{both{hasTag, aside}, either{inFrame, behind}}, err
}

// Layers that are tags (byTag) come in two kinds. Mostly the tag is in ancillary
// data, and what it carries is where it is without a tag. But a packet that
// this host sends may have a tag in the frame: one sent by a packet socket, or
// by a VLAN interface upon another. On a cooked socket it may start behind that
// tag, of which the kernel says the type, and not what it carries (sent). In a
// file such a packet has one tag (Linux 6.11).

// startsBehindTags is the condition that a packet whose type is that of a tag
// does not begin with the tag.
var startsBehindTags = not{relational{
	code: []bpf.RawInstruction{{Op: opLdAbs | sizeW, K: tagAt}, {Op: opTax}, {Op: opLdAbs | sizeW, K: 0}},
	op:   jeq, x: true,
}}

// untagged is the layer behind a tag that is not in the packet.
func (at layer) untagged() layer {
	at.naming = byEtherType
	if at.sent {
		at.naming = byVersion
	}
	return at
}

// tagType is the condition on the Ethernet type of such a tag.
func (at layer) tagType(ether uint32) cond {
	switch {
	case ether != 0x8100 && ether != 0x88a8 && ether != 0x9100:
		return always(false)
	case at.sent:
		return choose{hasTag, test{field: socketTagType, k: ether}, test{field: socketProtocol, k: ether}}
	}
	return test{field: socketTagType, k: ether}
}

// isVLAN is the condition that the tag is of VLAN n.
func (at layer) isVLAN(n uint32) cond {
	is := test{field: field{at.net, 2}, mask: 0xfff, k: n}
	if at.naming != byTag {
		return is
	}
	aside := is
	aside.field = socketTag
	if at.sent {
		is.off = tagAt
		return choose{hasTag, aside, is}
	}
	return aside
}

// cookedField is where a field of a packet with an SLL2 header is on a socket,
// which has no such header.
func cookedField(off uint32, size int) (field, bool) {
	if off >= sll2Len {
		return field{off - sll2Len, size}, true
	}
	f, ok := map[field]field{
		{0, 2}: socketProtocol, {4, 4}: socketInterface, {8, 2}: socketHardware, {10, 1}: socketType,
	}[field{off, size}]
	return f, ok
}
