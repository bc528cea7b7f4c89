package capture

import "encoding/binary"

// genuine reports whether the TCP segment b, whole, may be what its sender
// sent (RFC 9293, section 3.1): its checksum is right, or tells nothing, since
// a network card was still to fill it in. Then it is 0, or what Linux leaves
// there: the sum of the pseudo header, with the length or without.
func genuine(p *Packet, b []byte) bool {
	source, destination := p.Src.Addr().As16(), p.Dst.Addr().As16() // IPv4 is ffff::a.b.c.d there
	pseudo := add16(add16(protoTCP, source[:]), destination[:])
	if p.Src.Addr().Is4() {
		pseudo -= 2 * 0xffff
	}
	sized := pseudo + uint64(len(b))
	switch uint64(p.Checksum) {
	case 0, fold16(pseudo), fold16(sized):
		return true
	}
	return fold16(add16(sized, b)) == 0xffff
}

// add16 adds the numbers of 16 bits in b to sum (RFC 1071).
func add16(sum uint64, b []byte) uint64 {
	for ; len(b) >= 8; b = b[8:] {
		n := binary.BigEndian.Uint64(b)
		sum += n>>32 + n&0xffffffff
	}
	for ; len(b) >= 2; b = b[2:] {
		sum += uint64(binary.BigEndian.Uint16(b))
	}
	if len(b) > 0 {
		sum += uint64(b[0]) << 8
	}
	return sum
}

// fold16 is the one's complement sum in 16 bits.
func fold16(sum uint64) uint64 {
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return sum
}
