package record

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// eventID is a keyless hash of the 4-tuple, the absolute TCP sequence number
// of the PDU's first octet and its header, so that every run, revision and
// probe gives a PDU the same id.
func eventID(c *dissect.Conn, dir reassembly.Dir, offset int64, header []byte) uint64 {
	var b [52]byte
	put(b[0:18], c.Source(dir))
	put(b[18:36], c.Destination(dir))
	binary.BigEndian.PutUint32(b[36:], c.Net[dir].FirstSeq+uint32(offset))
	copy(b[40:], header)
	return mix(b[:])
}

func put(b []byte, a netip.AddrPort) {
	ip := a.Addr().As16()
	copy(b, ip[:])
	binary.BigEndian.PutUint16(b[16:], a.Port())
}

// mix is a 64-bit hash in the manner of wyhash: eight octets at a time, folded
// by a 128-bit product. It only has to tell PDUs apart, not to withstand an
// attacker.
func mix(b []byte) uint64 {
	const k0, k1 = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h := uint64(len(b)) ^ k0
	for len(b) >= 8 {
		hi, lo := bits.Mul64(h^binary.BigEndian.Uint64(b), k1)
		h, b = hi^lo, b[8:]
	}
	var tail [8]byte
	copy(tail[:], b)
	hi, lo := bits.Mul64(h^binary.BigEndian.Uint64(tail[:]), k0)
	return hi ^ lo
}
