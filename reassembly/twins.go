package reassembly

import (
	"math"

	"cmppdump/capture"
)

// Two networks may have the same addresses: VLANs, the customers of a tunnel.
// A capture that sees both has two connections on one 4-tuple at a time: twins.
//
// Tags alone do not tell them apart. The two directions of a connection may
// have other tags, and a mirror port shows each packet with the tag of the way
// in and with that of the way out. Only what comes under a tag that the
// direction did not have so far, and does not fit what was seen of it, is of a
// twin. Once there are twins, a segment goes by its tag, and one of an unknown
// tag by its numbers.

// maxTwins bounds the connections of one 4-tuple: all are looked at for each
// segment off the fast path.
const maxTwins = 64

// networks are the tags under which a direction was seen, the first two.
type networks struct {
	tags [2]uint32
	n    uint8
}

func (s *networks) has(tags uint32) bool {
	return s.n > 0 && s.tags[0] == tags || s.n > 1 && s.tags[1] == tags
}

func (s *networks) add(tags uint32) {
	if int(s.n) < len(s.tags) && !s.has(tags) {
		s.tags[s.n] = tags
		s.n++
	}
}

// join makes x a twin of c and of c's twins.
func (c *conn) join(x *conn) {
	if c.twin == nil {
		c.twin = c
	}
	x.twin, c.twin = c.twin, x
}

// leave takes c out of its twins, and gives one that stays, or nil.
func (c *conn) leave() *conn {
	next := c.twin
	if next == nil {
		return nil
	}
	before := next
	for before.twin != c {
		before = before.twin
	}
	before.twin, c.twin = next, nil
	if next.twin == next {
		next.twin = nil
	}
	return next
}

// twins appends c and its twins to a list.
func (c *conn) twins(list []*conn) []*conn {
	list = append(list, c)
	for x := c.twin; x != nil && x != c; x = x.twin {
		list = append(list, x)
	}
	return list
}

// twinOf is which of the twins a segment is of, at best, and its direction
// there; d is that in c.
func (c *conn) twinOf(d Dir, p *capture.Packet) (*conn, Dir) {
	side := d ^ c.flip
	best, own, nearest := c, false, int64(math.MaxInt64)
	for x, first := c, true; first || x != c; x, first = x.twin, false {
		d := side ^ x.flip
		has, n := x.in[d].has(p.Tags), x.distance(d, &p.TCP)
		if has && !own || has == own && n < nearest {
			best, own, nearest = x, has, n
		}
	}
	return best, side ^ best.flip
}

// distance is how far the numbers of a segment are from what was seen of c.
func (c *conn) distance(d Dir, t *capture.TCP) int64 {
	h, o := &c.half[d], &c.half[d^1]
	switch {
	case h.started:
		return abs(h.pos(t.Seq) - h.top())
	case t.Flags.Has(capture.ACK) && o.started:
		return abs(o.pos(t.Ack) - o.top())
	case h.hint != noHint:
		return abs(h.pos(t.Seq))
	}
	return math.MaxInt64
}

func abs(n int64) int64 { return max(n, -n) }

// elsewhere reports whether a segment of c's ports is of another network.
func (c *conn) elsewhere(d Dir, p *capture.Packet) bool {
	h, in, t := &c.half[d], &c.in[d], &p.TCP
	switch {
	case in.n == 0 || in.has(p.Tags):
		return false
	case t.Flags.Has(capture.SYN):
		return c.reused(d, t)
	}
	return c.distance(d, t) > nearby || h.started && h.impossible(t.Seq, size(p)) || c.asm.table.late(p)
}

// admitTwin decides about a segment of another network than c's.
func (a *Assembler) admitTwin(c *conn, p *capture.Packet) (*conn, Dir) {
	switch t := &p.TCP; {
	case a.late(p):
		return nil, 0
	case t.Flags.Has(capture.RST):
		a.stats.ResetsIgnored++
		return nil, 0
	case !t.Flags.Has(capture.SYN) && size(p) == 0:
		// A new connection is met one packet later, at worst.
		a.stats.Late++
		return nil, 0
	}
	if len(c.twins(nil)) >= maxTwins {
		a.evict(c)
	}
	return a.open(p)
}
