package capture

import (
	"net/netip"
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
}

const dedupBits = 12

// seen is the newest segment of its place in the table.
type seen struct {
	identity
	time     int64
	captured int32 // bytes of the payload
}

// identity is what copies of a segment have in common.
type identity struct {
	src, dst     netip.AddrPort
	seq, ack     uint32
	length       int32 // on the wire
	id, checksum uint16
	flags        TCPFlags
}

// NewDedup makes a Dedup. One serves for all interfaces of an input.
func NewDedup() *Dedup { return new(Dedup) }

// Repeats reports whether the segment in p was captured before, in the last
// 50 ms of capture time, and p has nothing of it that the copy did not have.
// (One copy may be cut shorter than another.) Without a checksum nothing tells a
// copy from a segment of the same length.
func (d *Dedup) Repeats(p *Packet) bool {
	if p.Checksum == 0 {
		return false
	}
	is := identity{p.Src, p.Dst, p.TCP.Seq, p.TCP.Ack, int32(len(p.Payload) + p.Missing), p.ID, p.Checksum, p.TCP.Flags}
	s := &d.table[is.slot()]
	age := p.Time - s.time
	if s.identity == is && age <= copyWithin && age >= -copyWithin && len(p.Payload) <= int(s.captured) {
		d.Duplicates++
		return true
	}
	*s = seen{is, p.Time, int32(len(p.Payload))}
	return false
}

// slot is the place of a segment in the table. Whoever makes segments meet
// there on purpose only has his own copies taken for retransmissions.
func (is *identity) slot() uint32 {
	x := uint64(is.seq)<<32 | uint64(is.ack)
	x ^= uint64(is.id)<<48 | uint64(is.checksum)<<16
	return uint32(x * 0x9e3779b97f4a7c15 >> (64 - dedupBits))
}
