package capture

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"time"
)

// copyWithin is how far apart the copies of a frame are captured at most:
// switches that mirror, taps and bridges are done within milliseconds, and
// nobody sends again as soon as that, under the same IP identification.
const copyWithin = int64(50 * time.Millisecond)

// Dedup tells segments that were captured before: a mirror port shows a frame
// on its way in and on its way out, "any" shows it on each interface, one copy
// is in a tunnel and another is not. What the links and routers on the way
// change is not looked at. It remembers a few thousand segments, in a table of
// fixed size.
type Dedup struct {
	// Duplicates counts the packets for which Repeats returned true.
	Duplicates uint64

	table [1 << dedupBits]seen
	seed  [2]uint64
}

const dedupBits = 12

// seen is the newest segment of its place in the table.
type seen struct {
	print    uint64 // of all that copies have in common
	time     int64
	captured int // bytes of the payload
}

// NewDedup makes a Dedup. One serves for all interfaces of an input.
func NewDedup() *Dedup { return &Dedup{seed: [2]uint64{rand.Uint64(), rand.Uint64()}} }

// Repeats reports whether the segment in p was captured before, in the last
// 50 ms of capture time, and p has nothing of it that the copy did not have.
// (One copy may be cut shorter than another.) Without a checksum nothing tells a
// copy from a segment of the same length.
func (d *Dedup) Repeats(p *Packet) bool {
	if p.Checksum == 0 {
		return false
	}
	print := d.print(p)
	s := &d.table[place(p)]
	age := p.Time - s.time
	if s.print == print && age <= copyWithin && age >= -copyWithin && len(p.Payload) <= s.captured {
		d.Duplicates++
		return true
	}
	*s = seen{print, p.Time, len(p.Payload)}
	return false
}

// print is a fingerprint of 64 bits. It is keyed, so that nobody can make a
// packet that passes for a copy of another.
func (d *Dedup) print(p *Packet) uint64 {
	h := fold(d.seed[0]^(uint64(p.TCP.Seq)<<32|uint64(p.TCP.Ack)),
		d.seed[1]^(uint64(p.ID)<<48|uint64(p.Checksum)<<32|uint64(uint32(len(p.Payload)+p.Missing))))
	h = fold(h, d.seed[0]^(uint64(p.TCP.Flags)<<48|uint64(p.TCP.Window)<<32|uint64(p.Src.Port())<<16|uint64(p.Dst.Port())))
	src, dst := p.Src.Addr(), p.Dst.Addr()
	if src.Is4() && dst.Is4() {
		a, b := src.As4(), dst.As4()
		return fold(h, d.seed[1]^(uint64(binary.BigEndian.Uint32(a[:]))<<32|uint64(binary.BigEndian.Uint32(b[:]))))
	}
	for _, a := range [...][16]byte{src.As16(), dst.As16()} {
		h = fold(h^binary.BigEndian.Uint64(a[:]), d.seed[1]^binary.BigEndian.Uint64(a[8:]))
	}
	return h
}

// place is where the table holds a segment. It is the same in every run, so that
// a capture has the same duplicates whenever it is read; who makes segments meet
// in one place only makes copies count as retransmissions.
func place(p *Packet) uint64 {
	const golden = 0x9e3779b97f4a7c15 // 2^64 by the golden ratio, as in Knuth's multiplicative hashing
	n := uint64(p.TCP.Seq)<<32 ^ uint64(p.Checksum)<<16 ^ uint64(p.ID)<<24 ^ uint64(p.TCP.Ack)
	return n * golden >> (64 - dedupBits)
}

// fold mixes two numbers.
func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}
