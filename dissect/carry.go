package dissect

import (
	"unsafe"

	"cmppdump/capture"
)

// carry holds octets of a direction that are no whole PDU yet, and which
// packets they came in. A direction has one only while it holds any; those of
// all connections together are bounded (Options.MaxCarry).
type carry struct {
	half         *half
	octets       queue[byte]
	marks        queue[mark]
	cost         int64  // as counted in Dissector.carried
	newer, older *carry // by when they were begun
}

// mark says which packet holds the octets from offset on.
type mark struct {
	offset int64
	stamp  capture.Stamp
}

// queue is a slice whose front can be taken off at little cost.
type queue[T any] struct {
	all  []T
	from int
}

func (q *queue[T]) live() []T { return q.all[q.from:] }

func (q *queue[T]) add(x ...T) {
	if len(q.all)+len(x) > cap(q.all) && q.from > len(q.all)/2 {
		q.all, q.from = q.all[:copy(q.all, q.live())], 0
	}
	q.all = append(q.all, x...)
}

func (q *queue[T]) drop(n int) {
	if q.from += n; q.from == len(q.all) {
		q.all, q.from = q.all[:0], 0
	}
}

const (
	carrySize = int64(unsafe.Sizeof(carry{}))
	markSize  = int64(unsafe.Sizeof(mark{}))
	// spareCarries are kept to be used again, if they are no larger than what
	// a PDU in segments of usual size needs.
	spareCarries = 64
	spareCost    = 32 << 10
)

// begin gives a half an empty carry.
func (d *Dissector) begin(h *half) *carry {
	var c *carry
	if n := len(d.spare); n > 0 {
		c, d.spare = d.spare[n-1], d.spare[:n-1]
	} else {
		c = new(carry)
	}
	c.half, c.cost, c.older = h, 0, d.newest
	if d.newest != nil {
		d.newest.newer = c
	} else {
		d.oldest = c
	}
	d.newest = c
	return c
}

// end takes a carry back.
func (d *Dissector) end(c *carry) {
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		d.newest = c.older
	}
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		d.oldest = c.newer
	}
	d.carried -= c.cost
	small := c.cost <= spareCost
	*c = carry{octets: queue[byte]{all: c.octets.all[:0]}, marks: queue[mark]{all: c.marks.all[:0]}}
	if small && len(d.spare) < spareCarries {
		d.spare = append(d.spare, c)
	}
}

// count brings up to date what c takes of memory.
func (d *Dissector) count(c *carry) {
	n := carrySize + int64(cap(c.octets.all)) + int64(cap(c.marks.all))*markSize
	d.carried += n - c.cost
	c.cost = n
}

// shrink ends the oldest carries while all take too much, once what is kept of
// connections not recognised is given up.
func (d *Dissector) shrink() {
	for d.opt.MaxCarry > 0 && d.carried > d.opt.MaxCarry && d.early.oldest != nil {
		d.early.oldest.stream.forgetEarly()
	}
	for d.opt.MaxCarry > 0 && d.carried > d.opt.MaxCarry && d.oldest != nil {
		d.stats.Forgotten++
		d.oldest.half.forget()
	}
}

// Carried is the memory, in bytes, of the octets that wait for the rest of
// their PDU.
func (d *Dissector) Carried() int64 { return d.carried }
