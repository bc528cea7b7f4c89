package capture

import (
	"net/netip"
	"strconv"
	"time"
)

// Stamp says which packet and when.
type Stamp struct {
	// Num is the frame number: the position in the input, from 1, before any
	// filter (what Wireshark shows). Over several files it counts in merged
	// order.
	Num uint64
	// Time is the capture time in nanoseconds since 1970-01-01 00:00 UTC.
	Time int64
	// FileNum is the number of the packet in its own file, from 1; equal to
	// Num unless several files are read.
	FileNum uint64
	// Iface is where the packet was captured; never nil in a Packet.
	Iface *Interface
	// WireLen is the packet's length on the wire in bytes; Captured is how
	// many of them were captured, set by Decode.
	WireLen, Captured int
}

// File is the file that holds the packet; empty live.
func (s Stamp) File() string {
	if s.Iface == nil {
		return ""
	}
	return s.Iface.File
}

// Interface is the name of the interface; empty where a file does not say.
func (s Stamp) Interface() string {
	if s.Iface == nil {
		return ""
	}
	return s.Iface.Name
}

// At gives the capture time as a time.Time in UTC.
func (s Stamp) At() time.Time { return time.Unix(0, s.Time).UTC() }

// LinkType is a LINKTYPE_ value as pcap and pcapng files store it.
// (gopacket's type of that name has eight bits and cannot hold 276.)
type LinkType uint32

// Link types that the decoder knows (tcpdump.org/linktypes.html).
const (
	LinkNull      LinkType = 0
	LinkEthernet  LinkType = 1
	LinkPPP       LinkType = 9
	LinkRaw12     LinkType = 12 // DLT_RAW of most systems
	LinkRaw14     LinkType = 14 // DLT_RAW of OpenBSD
	LinkPPPHDLC   LinkType = 50 // PPP or Cisco HDLC on a serial line
	LinkPPPoE     LinkType = 51
	LinkRaw       LinkType = 101
	LinkCiscoHDLC LinkType = 104
	LinkLoop      LinkType = 108
	LinkLinuxSLL  LinkType = 113
	LinkIPv4      LinkType = 228
	LinkIPv6      LinkType = 229
	LinkLinuxSLL2 LinkType = 276
)

// String is the name for people.
func (l LinkType) String() string {
	switch l {
	case LinkNull, LinkLoop:
		return "BSD loopback"
	case LinkEthernet:
		return "Ethernet"
	case LinkRaw, LinkRaw12, LinkRaw14, LinkIPv4, LinkIPv6:
		return "raw IP"
	case LinkPPP:
		return "PPP"
	case LinkPPPHDLC:
		return "PPP or Cisco HDLC"
	case LinkPPPoE:
		return "PPPoE"
	case LinkCiscoHDLC:
		return "Cisco HDLC"
	case LinkLinuxSLL:
		return "Linux cooked v1"
	case LinkLinuxSLL2:
		return "Linux cooked v2"
	}
	return "link type " + strconv.FormatUint(uint64(l), 10)
}

// Interface is where packets were captured: an interface of a live capture, or
// an interface description of a capture file.
type Interface struct {
	Name string // "eth0"; empty where a file does not say
	Link LinkType
	File string // path of the file as given; empty live
}

// Packet is one captured packet. Next fills in the first group of fields,
// Decode the second.
type Packet struct {
	Stamp
	// Frame is what was captured, from the link header on. It is lent: valid
	// until the next call of Next on the source.
	Frame []byte

	// Src and Dst are the innermost addresses and TCP ports.
	Src, Dst netip.AddrPort
	TCP      TCP
	// ID is the identification of the innermost IPv4 header, 0 in IPv6;
	ID, Checksum uint16
	// Tunnel is the outermost of the tunnels that the segment came in. The
	// length of Frame counts all of them.
	Tunnel    Tunnel
	announced skipped // what told of Tunnel
	// Tags tells the networks apart that the segment was in: it is made of the
	// VLAN tags and of the numbers that tunnels give networks; 0 without any.
	Tags uint32
	// Payload is the captured TCP payload: a part of Frame, or of a buffer of
	// the decoder's for a packet put together of IP fragments. Valid until
	// the next call of Next or Decode.
	Payload []byte
	// Missing counts the payload bytes that were on the wire behind Payload
	// but were not captured (snaplen).
	Missing int

	// fragment is what is known of a packet with an IP fragment, else nil; lent
	// as Payload is.
	fragment *fragmentInfo
	left     skipped // what was found instead of TCP, if isLeft
	isLeft   bool
}

// fragmentInfo is what Decode has found of a packet with an IP fragment.
type fragmentInfo struct {
	piece   Piece
	isPiece bool           // of the outermost datagram
	counts  fragmentCounts // of all fragments up to this one
}

// tag adds the number of a network to Tags; without a tunnel it is a VLAN.
func (p *Packet) tag(kind Tunnel, n uint32) {
	p.Tags = (p.Tags + n ^ uint32(kind)<<24 + 1) * 0x9e3779b1
}

// TCP is what the pipeline needs of a TCP header (RFC 9293, section 3.1).
type TCP struct {
	Seq, Ack uint32
	Window   uint16 // as on the wire, not scaled
	Flags    TCPFlags
}

// TCPFlags are the flag bits of a TCP header, as on the wire.
type TCPFlags uint8

// The flags of RFC 9293, section 3.1.
const (
	FIN TCPFlags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// Has reports whether all the flags in f are set.
func (t TCPFlags) Has(f TCPFlags) bool { return t&f == f }

// Source gives packets in the order of the input.
type Source interface {
	// Next fills in the first group of fields of p. It returns io.EOF when
	// the input has ended. Damage to one input ends that input only; it is
	// kept for Problems, and Next goes on with the others.
	Next(p *Packet) error
	// Problems are the inputs that could not be read, or not to their end, in
	// the order met. Each says file, frame and offset, in one line.
	Problems() []error
	Close() error
}
