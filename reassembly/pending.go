package reassembly

import (
	"math/bits"
	"slices"
	"sort"

	"cmppdump/capture"
)

// pending is what a direction knows of the bytes behind a hole. The hole it
// waits for is [half.off, end()).
type pending struct {
	conn *conn
	dir  Dir
	segs []*segment // that wait, by offset; they neither overlap nor touch half.off
	top  int64      // behind the last byte known to exist
	cost int        // of segs

	due      uint64 // the packet count from which on the hole may be declared
	progress uint64 // the packet count at which top, or off without segs, last moved
	queued   bool   // on the wheel
	done     bool   // without a hole again, but still on the wheel

	next         *pending // in its slot of the wheel
	newer, older *pending // by how long the direction has been blocked
}

// segment is the copy of a part of a packet.
type segment struct {
	pos   int64
	at    capture.Stamp
	count uint64 // the packet count when it came
	data  []byte
	cut   bool // the snaplen cut off what follows
}

func (s *segment) end() int64 { return s.pos + int64(len(s.data)) }

// minCost is what a waiting segment counts at least: it pays for its keep,
// and makes a bound on bytes one on segments too.
const minCost = 256

func (s *segment) cost() int { return max(len(s.data), minCost) }

// end is the offset behind the hole.
func (q *pending) end() int64 {
	if len(q.segs) > 0 {
		return q.segs[0].pos
	}
	return q.top
}

// wait keeps a copy of what is new in data, which lies behind a hole. end is
// that of the segment on the wire, where the snaplen cut data short.
func (c *conn) wait(d Dir, pos, end int64, data []byte, at capture.Stamp) {
	a := c.asm
	known, last := end <= c.half[d].top(), pos+int64(len(data))
	c.raise(d, end)
	q := c.half[d].pend
	before := q.cost
	// Out of order is mostly in order behind a hole: try the end first.
	i := len(q.segs)
	if i > 0 && q.segs[i-1].end() > pos {
		i = sort.Search(i, func(i int) bool { return q.segs[i].end() > pos })
	}
	for ; len(data) > 0; i++ {
		n := int64(len(data))
		if i < len(q.segs) {
			s := q.segs[i]
			if s.pos <= pos {
				n = min(n, s.end()-pos)
				c.compare(d, s.data[pos-s.pos:][:n], data[:n])
				data, pos = data[n:], pos+n
				continue
			}
			n = min(n, s.pos-pos)
		}
		a.insert(q, i, pos, data[:n], at)
		data, pos = data[n:], pos+n
	}
	if i--; last < end && i >= 0 && i < len(q.segs) && q.segs[i].end() == last {
		q.segs[i].cut = true
	}
	if q.cost == before && known {
		c.retransmitted(d)
	} else {
		a.stats.OutOfOrder++
	}
}

// insert lets a copy of data wait as the segment i of q.
func (a *Assembler) insert(q *pending, i int, pos int64, data []byte, at capture.Stamp) {
	s := a.segments.get(len(data))
	copy(s.data, data)
	s.pos, s.at, s.count, s.cut = pos, at, a.count, false
	if len(q.segs) == 0 {
		a.block(q)
	}
	q.segs = slices.Insert(q.segs, i, s)
	q.cost += s.cost()
	a.held += int64(s.cost())
}

// drop frees the first n segments of q.
func (a *Assembler) drop(q *pending, n int) {
	if n == 0 {
		return
	}
	for _, s := range q.segs[:n] {
		q.cost -= s.cost()
		a.held -= int64(s.cost())
		a.segments.put(s)
	}
	clear(q.segs[:n])
	if n == len(q.segs) {
		q.segs = q.segs[:0]
	} else {
		q.segs = q.segs[n:] // not moved: there may be thousands
	}
	a.unblock(q)
	if len(q.segs) > 0 {
		a.block(q)
	}
}

// block enters q as the newest of those that hold bytes behind a hole.
func (a *Assembler) block(q *pending) {
	q.older = a.newest
	if a.newest != nil {
		a.newest.newer = q
	} else {
		a.oldest = q
	}
	a.newest = q
}

// unblock takes q out of them.
func (a *Assembler) unblock(q *pending) {
	if q.newer != nil {
		q.newer.older = q.older
	} else {
		a.newest = q.older
	}
	if q.older != nil {
		q.older.newer = q.newer
	} else {
		a.oldest = q.newer
	}
	q.newer, q.older = nil, nil
}

// newPending makes the pending of a direction that meets a hole.
func (a *Assembler) newPending(c *conn, d Dir) *pending {
	q := a.spare
	if q == nil {
		q = new(pending)
	} else {
		a.spare = q.next
	}
	*q = pending{conn: c, dir: d, segs: q.segs[:0]}
	return q
}

// release ends q, whose hole is gone. It is used again once it is off the
// wheel.
func (a *Assembler) release(q *pending) {
	q.done = true
	if q.queued {
		return
	}
	if cap(q.segs) > 64 {
		q.segs = nil // keep what is usual, not what once was needed
	}
	q.conn = nil
	q.next = a.spare
	a.spare = q
}

// segmentPool keeps segments for use again, by size: powers of two from 256 to
// 65536. Larger ones are left to the collector, and so is what exceeds
// maxSpare, lest one bad hour hold memory for ever.
type segmentPool struct {
	free  [9][]*segment
	bytes int // in free
}

const maxSpare = 4 << 20

// class is the index in free of segments that hold n bytes.
func class(n int) int { return bits.Len(uint(max(n, minCost)-1)) - 8 }

func (p *segmentPool) get(n int) *segment {
	k := class(n)
	if k >= len(p.free) {
		return &segment{data: make([]byte, n)}
	}
	if f := p.free[k]; len(f) > 0 {
		s := f[len(f)-1]
		p.free[k] = f[:len(f)-1]
		p.bytes -= cap(s.data)
		s.data = s.data[:n]
		return s
	}
	return &segment{data: make([]byte, n, minCost<<k)}
}

func (p *segmentPool) put(s *segment) {
	k := class(cap(s.data))
	if k >= len(p.free) || p.bytes+cap(s.data) > maxSpare {
		return
	}
	p.free[k] = append(p.free[k], s)
	p.bytes += cap(s.data)
}
