package dissect

import (
	"encoding/binary"
	"math/bits"
)

// Sum is a 64-bit hash of octets in the manner of wyhash: eight at a time,
// folded by a 128-bit product. It tells PDUs apart; it is no defence against
// somebody who looks for collisions.
func Sum(b []byte) uint64 {
	const k0, k1 = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h := uint64(len(b)) ^ k0
	for ; len(b) >= 8; b = b[8:] {
		hi, lo := bits.Mul64(h^binary.BigEndian.Uint64(b), k1)
		h = hi ^ lo
	}
	var tail [8]byte
	copy(tail[:], b)
	hi, lo := bits.Mul64(h^binary.BigEndian.Uint64(tail[:]), k0)
	return hi ^ lo
}
