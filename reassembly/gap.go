package reassembly

// When a hole is declared.
//
// A hole is first seen by a segment behind it, by a FIN behind it, or by a
// sequence or acknowledgement number that passes it. It is declared when the
// receiver has acknowledged all of it, so that no retransmission can be on
// its way, and 200 further packets of the capture have been read, so that no
// packet is merely late in the capture. It is declared sooner when the bytes
// behind it exceed a bound, and when its connection or the input ends. Where
// the capture has no acknowledgements for the direction, the packets suffice.
//
// Capture time and the wall clock play no part.

const (
	// patience is how many packets a hole waits.
	patience = 200
	// startPatience is that of a hole before the first data in mid-stream.
	// It holds what was under way when the capture began, and hardly ever
	// comes; the data behind it should not wait long.
	startPatience = 8
)

// raise makes it known that a direction has bytes up to top.
func (c *conn) raise(d Dir, top int64) {
	h := &c.half[d]
	if top <= h.top() || c.stream == nil {
		return
	}
	a := c.asm
	q := h.pend
	if q == nil {
		q = a.newPending(c, d)
		h.pend = q
		c.Net[d].Waiting = true
		q.due = a.count + patience
		if h.off == 0 && !h.syn && c.Midstream {
			q.due = a.count + startPatience
		}
		a.wheel.schedule(q)
	}
	q.top = top
	q.progress = a.count
}

// settle finds the present hole of a direction after its bytes have advanced,
// over waiting segments if some were taken.
func (c *conn) settle(d Dir, taken bool) {
	h, a := &c.half[d], c.asm
	q := h.pend
	switch {
	case len(q.segs) > 0:
		if taken {
			q.due = max(q.due, q.segs[0].count+patience)
		}
	case h.off < q.top:
		// Nothing waits behind this hole; as long as its bytes come, it is
		// none.
		q.due = max(q.due, q.progress+patience)
	default:
		h.pend = nil
		c.Net[d].Waiting = false
		a.release(q)
		c.reached(d)
		return
	}
	if q.due > a.count && !q.queued {
		a.wheel.schedule(q)
	}
}

// giveUp declares the holes of a direction whose time has come.
func (c *conn) giveUp(d Dir) {
	h := &c.half[d]
	for q := h.pend; q != nil && q.due <= c.asm.count; q = h.pend {
		if h.acks && h.acked < q.end() {
			return // acknowledge calls again
		}
		c.declare(d)
	}
}

// declare declares the first hole of a direction missing and delivers what
// waits behind it.
func (c *conn) declare(d Dir) {
	h, a := &c.half[d], c.asm
	off, end := h.off, h.pend.end()
	h.off = end
	n := uint64(end - off)
	c.Net[d].Missing += n
	a.stats.Gaps++
	a.stats.Missing += n
	behind := a.now
	if len(h.pend.segs) > 0 {
		behind = h.pend.segs[0].at
	}
	c.stream.Gap(Gap{Dir: d, Stamp: a.now, Behind: behind, Offset: off, Len: end - off, Since: h.clean, Cut: h.cutAt == off})
	c.advance(d, nil, a.now)
}

// limit declares holes until direction d, and all together, hold no more than
// they may.
func (c *conn) limit(d Dir) {
	a := c.asm
	for q := c.half[d].pend; q != nil && q.cost > a.opt.MaxPending; q = c.half[d].pend {
		c.declare(d)
	}
	for a.opt.MaxTotal > 0 && a.held > a.opt.MaxTotal {
		o, d := a.oldest.conn, a.oldest.dir
		o.declare(d)
		if o != c {
			o.closeIfFinished()
		}
	}
}

// drain declares all holes of the connection and delivers all that waits, of
// the two directions the older first.
func (c *conn) drain() {
	for {
		x, y := c.half[C2S].pend, c.half[S2C].pend
		switch {
		case x == nil && y == nil:
			return
		case y == nil || x != nil && x.before(y):
			c.declare(C2S)
		default:
			c.declare(S2C)
		}
	}
}

// before reports whether what waits in q was captured before what waits in o.
func (q *pending) before(o *pending) bool {
	switch {
	case len(q.segs) == 0:
		return false
	case len(o.segs) == 0:
		return true
	}
	return q.segs[0].count < o.segs[0].count
}

// wheel finds the holes that become due at a packet count: each is in the slot
// of its count.
type wheel [256]*pending // more slots than patience

func (w *wheel) due(count uint64) bool { return w[count%uint64(len(w))] != nil }

func (w *wheel) schedule(q *pending) {
	slot := &w[q.due%uint64(len(w))]
	q.next = *slot
	*slot = q
	q.queued = true
}

// turn looks after the holes that are due at the present count. One whose
// direction has moved on to another hole is put back for that.
func (a *Assembler) turn() {
	slot := &a.wheel[a.count%uint64(len(a.wheel))]
	q := *slot
	*slot = nil
	for q != nil {
		next := q.next
		q.next, q.queued = nil, false
		switch c, d := q.conn, q.dir; {
		case q.done:
			a.release(q)
		case q.due > a.count:
			a.wheel.schedule(q)
		default:
			c.giveUp(d)
			c.closeIfFinished()
		}
		q = next
	}
}
