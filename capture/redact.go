package capture

import "encoding/binary"

// PayloadAt gives where Payload begins in Frame. It is false if the payload was
// put together of IP fragments, so that Frame has a part of it at most.
func (p *Packet) PayloadAt() (at int, ok bool) {
	at = cap(p.Frame) - cap(p.Payload) // both end where their memory ends
	switch n := len(p.Payload); {
	case p.fragment != nil || p.Payload == nil || at < 0 || at+n > len(p.Frame):
		return 0, false
	case n > 0 && &p.Frame[at] != &p.Payload[0]:
		return 0, false
	}
	return at, tcpBefore(p.Frame, at, p) >= 0
}

// tcpBefore finds the TCP header of p in b, whose payload is at a place; -1:
// there is none. The end of b may have cut its options.
func tcpBefore(b []byte, payload int, p *Packet) int {
	for n := 20; n <= 60 && n <= payload; n++ {
		h := b[payload-n:]
		if header := int(h[12]>>4) * 4; (header == n || header > n && payload == len(b)) && binary.BigEndian.Uint16(h) == p.Src.Port() && binary.BigEndian.Uint16(h[2:]) == p.Dst.Port() &&
			binary.BigEndian.Uint32(h[4:]) == p.TCP.Seq && binary.BigEndian.Uint32(h[8:]) == p.TCP.Ack {
			return payload - n
		}
	}
	return -1
}

// ReplacePayload puts data into the place of the payload of p, of the same
// length, that begins at a place of b: the frame, or a datagram. What the link
// added behind it becomes zero. The checksum of TCP stays as right or wrong as
// it was: of a packet that was cut, nobody can tell which.
func (p *Packet) ReplacePayload(b []byte, at int, data []byte) {
	old := b[at : at+len(data)]
	if h := tcpBefore(b, at, p); h >= 0 {
		adjust(b[h+16:h+18], old, data)
	}
	copy(old, data)
	clear(b[at+len(data):])
}

// adjust corrects a checksum for data that takes the place of old (RFC 1624).
func adjust(checksum, old, data []byte) {
	n := uint32(^binary.BigEndian.Uint16(checksum)) + uint32(^onesSum(old)) + uint32(onesSum(data))
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	binary.BigEndian.PutUint16(checksum, ^uint16(n))
}

// onesSum is the ones' complement sum of octets (RFC 1071).
func onesSum(b []byte) uint16 {
	var n uint64
	for ; len(b) > 1; b = b[2:] {
		n += uint64(b[0])<<8 | uint64(b[1])
	}
	if len(b) == 1 {
		n += uint64(b[0]) << 8
	}
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return uint16(n)
}

// DatagramKey says which IP datagram a fragment is of.
type DatagramKey struct{ datagramKey }

// Piece is where an IP fragment stands.
type Piece struct {
	Key      DatagramKey
	Offset   int // in the datagram
	From, To int // in Frame
}

// Piece tells whether Frame is a fragment of a datagram that may have TCP in
// it, as Decode has found. Of a fragment inside of another's datagram it gives
// the outer one.
func (p *Packet) Piece() (Piece, bool) {
	if p.fragment == nil {
		return Piece{}, false
	}
	return p.fragment.piece, p.fragment.isPiece
}

func (p *Packet) isPieceOf(f *fragment) {
	i := p.fragment
	if from := cap(p.Frame) - cap(f.data); !i.isPiece && from >= 0 && from+len(f.data) <= len(p.Frame) && len(f.data) > 0 && &p.Frame[from] == &f.data[0] {
		i.piece, i.isPiece = Piece{DatagramKey{f.datagramKey}, f.offset, from, from + len(f.data)}, true
	}
}

// PayloadIn gives where the payload of p, of n octets, begins in the datagram b
// that its fragments make: at the end, but for what links add. -1: it does not.
func (p *Packet) PayloadIn(b []byte, n int) int {
	for at := len(b) - n; at >= 20; at-- {
		if tcpBefore(b, at, p) >= 0 {
			return at
		}
	}
	return -1
}

// Blank makes all of Frame zero that stands behind the headers of the link, of
// IP, and of TCP, UDP or ICMP, whose checksums are made right for it. What is
// inside of tunnels, and of no known protocol, becomes zero with its headers.
func (p *Packet) Blank() {
	x := findHeaders(p)
	b := p.Frame[x.upper:]
	header, checksum := 0, -1
	switch {
	case x.fragment:
	case x.protocol == protoTCP && len(b) >= 20 && b[12]>>4 >= 5:
		header, checksum = min(int(b[12]>>4)*4, len(b)), 16
	case x.protocol == protoUDP && len(b) >= 8:
		header, checksum = 8, 6
		if b[6] == 0 && b[7] == 0 { // none (RFC 768)
			checksum = -1
		}
	case (x.protocol == protoICMP || x.protocol == protoICMPv6) && len(b) >= 8:
		header, checksum = 8, 2
	}
	end := max(min(x.end-x.upper, len(b)), header)
	if checksum >= 0 {
		adjust(b[checksum:checksum+2], b[header:end], make([]byte, end-header))
		if x.protocol == protoUDP && b[6] == 0 && b[7] == 0 {
			b[6], b[7] = 0xff, 0xff
		}
	}
	clear(b[header:])
}

// protoICMP and protoICMPv6 are IP protocols whose headers stay.
const protoICMP, protoICMPv6 = 1, 58

// headers is where the outermost IP header leaves off.
type headers struct {
	upper, end int // what it carries, in Frame; 0: there is no IP header
	protocol   uint8
	fragment   bool
}

// findHeaders walks the headers of the link and of IP. Where it meets what it
// does not know, the headers before that are all there are.
func findHeaders(p *Packet) (x headers) {
	b := p.Frame
	at, t := 0, uint16(0)
	switch p.Iface.Link {
	case LinkEthernet:
		at, t = 14, ethertype(b, 12)
	case LinkLinuxSLL:
		at, t = 16, ethertype(b, 14)
	case LinkLinuxSLL2:
		at, t = 20, ethertype(b, 0)
	case LinkNull, LinkLoop:
		at, t = 4, versionOf(b, 4)
	case LinkRaw, LinkRaw12, LinkRaw14, LinkIPv4, LinkIPv6:
		t = versionOf(b, 0)
	}
	for t == etherVLAN || t == etherQinQ || t == etherVLAN91 || t == etherVLAN92 || t == etherVLAN93 {
		at, t = at+4, ethertype(b, at+2)
	}
	x.upper, x.end = min(at, len(b)), len(b)
	switch t {
	case etherIPv4:
		x.ipv4(b, at)
	case etherIPv6:
		x.ipv6(b, at)
	}
	return x
}

// ethertype reads an ethertype, 0 if b ends before it.
func ethertype(b []byte, at int) uint16 {
	if len(b) < at+2 {
		return 0
	}
	return binary.BigEndian.Uint16(b[at:])
}

// versionOf is the ethertype of the IP packet at a place.
func versionOf(b []byte, at int) uint16 {
	switch {
	case len(b) <= at:
	case b[at]>>4 == 4:
		return etherIPv4
	case b[at]>>4 == 6:
		return etherIPv6
	}
	return 0
}

func (x *headers) ipv4(b []byte, at int) {
	if len(b) < at+20 || b[at]>>4 != 4 {
		return
	}
	h := b[at:]
	n := int(h[0]&15) * 4
	if n < 20 || n > len(h) {
		return
	}
	x.upper, x.protocol = at+n, h[9]
	if total := int(binary.BigEndian.Uint16(h[2:])); total >= n {
		x.end = min(at+total, len(b))
	}
	const moreFragments, offset = 0x2000, 0x1fff
	x.fragment = binary.BigEndian.Uint16(h[6:])&(moreFragments|offset) != 0
}

func (x *headers) ipv6(b []byte, at int) {
	const header, extension = 40, 8
	if len(b) < at+header || b[at]>>4 != 6 {
		return
	}
	h := b[at:]
	x.upper, x.protocol = at+header, h[6]
	if n := int(binary.BigEndian.Uint16(h[4:])); n > 0 {
		x.end = min(at+header+n, len(b))
	}
	if x.protocol != protoFragment || x.end < x.upper+extension {
		return
	}
	f := b[x.upper:]
	x.upper, x.protocol = x.upper+extension, f[0]
	const moreFragments, offset = 1, 0xfff8
	x.fragment = binary.BigEndian.Uint16(f[2:])&(moreFragments|offset) != 0
}
