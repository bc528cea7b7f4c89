package reassembly

import "cmppdump/capture"

// What SYN, FIN and RST do to a connection (RFC 9293, sections 3.5 and 3.6).

// synchronize takes a SYN before the sequence number seq.
func (c *conn) synchronize(d Dir, seq uint32) {
	h := &c.half[d]
	if !h.started {
		h.rebase(h.pos(seq))
		c.start(d)
	}
	h.syn = h.first == seq
	if h.syn {
		c.Net[d].Midstream = false
	}
	c.Midstream = c.Midstream && !h.syn
}

// finish takes a FIN at offset pos. One that contradicts bytes already seen is
// dropped.
func (c *conn) finish(d Dir, pos int64) {
	h := &c.half[d]
	if h.finSeen || pos < h.off || !near(pos-h.top()) {
		return
	}
	q := h.pend
	if q != nil && len(q.segs) > 0 && q.segs[len(q.segs)-1].end() > pos {
		return
	}
	h.finSeen, h.fin = true, pos
	if !c.half[d^1].finSeen {
		c.firstFin = d
	}
	switch {
	case c.stream == nil:
		h.off = pos
	case q != nil && pos < q.top: // top took the FIN for a byte
		q.top = pos
		c.settle(d, false)
	default:
		c.raise(d, pos)
	}
	c.reached(d)
}

// reached ends the direction if it is at its FIN.
func (c *conn) reached(d Dir) {
	h := &c.half[d]
	h.ended = h.finSeen && h.off == h.fin
}

// closeIfFinished closes the connection if both directions are at their FIN.
func (c *conn) closeIfFinished() bool {
	if c.closed || !c.half[C2S].ended || !c.half[S2C].ended {
		return false
	}
	c.close(Fin, c.firstFin)
	return true
}

// reset takes a RST.
func (c *conn) reset(d Dir, t *capture.TCP) {
	if !c.resets(d, t) {
		c.asm.stats.ResetsIgnored++
		return
	}
	h := &c.half[d]
	pos := h.pos(t.Seq)
	c.drain()
	if !h.ended {
		h.ended = true
		h.fin = max(h.off, pos) - 1 // last() is then behind what was sent
	}
	c.close(Reset, d)
}

// resets reports whether a RST is within the window of its receiver
// (RFC 9293, section 3.10.7.4; the scale of the window is not known here). A
// RST from before it, a blind one or one of an older connection, would be
// ignored.
func (c *conn) resets(d Dir, t *capture.TCP) bool {
	h, o := &c.half[d], &c.half[d^1]
	switch {
	case h.started:
		pos, low := h.pos(t.Seq), h.off
		if h.acks {
			low = min(low, h.acked)
		}
		return low <= pos && pos <= h.top()+nearby
	case t.Flags.Has(capture.ACK) && o.started:
		// The answer to a SYN has sequence number 0.
		return near(o.pos(t.Ack) - o.top())
	}
	return !h.acks || near(h.pos(t.Seq)-h.acked)
}

// close delivers what waits, ends the stream and takes the connection out of
// the table.
func (c *conn) close(r Reason, by Dir) {
	a := c.asm
	c.closed = true
	if a.stray.conn == c {
		a.stray.conn = nil
	}
	c.drain()
	a.table.remove(c)
	switch k, _ := keyOf(c.Client, c.Server); r {
	case Fin, Reset, Reuse:
		a.table.closed.remember(k, c.memory())
	case Evicted: // it lives on: its next packet must open it again
		a.table.closed.forget(k)
	}
	a.stats.Closed++
	if c.stream == nil || !c.stream.Close(End{Reason: r, By: by, Stamp: a.now}) {
		a.unused = append(a.unused, c)
	}
}

// reused reports whether a SYN begins another connection than c on the same
// ports.
func (c *conn) reused(d Dir, t *capture.TCP) bool {
	h, o := &c.half[d], &c.half[d^1]
	first := t.Seq + 1
	switch {
	case h.syn:
		return first != h.first
	case t.Flags.Has(capture.ACK) && o.syn:
		pos := o.pos(t.Ack) // more than 0 if the SYN had data
		return pos < 0 || pos > o.top()
	case h.started || h.hint != noHint:
		// It may be captured late, behind data that is not the first. (A new
		// connection's numbers are rather ahead; RFC 6528.)
		pos := int64(int32(first - h.first))
		return pos > 0 || !near(pos)
	case t.Flags.Has(capture.ACK):
		return t.Ack != o.first
	}
	// The other side has sent no more than its SYN: both open at the same
	// time (RFC 9293, section 3.5).
	return false
}

// foreign reports whether a segment with data cannot belong to c: its sequence
// number is far from all that was seen, or before the first, or it does not
// answer the SYN.
func (c *conn) foreign(d Dir, p *capture.Packet) bool {
	h, o, t := &c.half[d], &c.half[d^1], &p.TCP
	if h.started {
		return h.impossible(t.Seq, size(p))
	}
	return o.syn && t.Flags.Has(capture.ACK) && !near(o.pos(t.Ack)-o.top())
}

// impossible reports whether the n bytes from seq on cannot be the direction's.
func (h *half) impossible(seq uint32, n int) bool {
	pos := h.pos(seq)
	return far(pos-h.top()) || pos+int64(n) < -h.slack()
}

// slack is how far before offset 0 the sender may have begun.
func (h *half) slack() int64 {
	if h.syn || h.hint == hintSyn {
		return 0
	}
	return nearby
}

// takenOver reports whether a foreign segment shows that a connection whose
// SYN was not captured has taken the ports: its acknowledgement number is
// foreign as well, or it continues the foreign segment before it.
func (c *conn) takenOver(d Dir, p *capture.Packet) bool {
	h, o, t := &c.half[d], &c.half[d^1], &p.TCP
	if !h.started {
		return false
	}
	if t.Flags.Has(capture.ACK) && o.started && o.impossible(t.Ack, 0) || t.Seq == h.stray {
		return true
	}
	h.stray = t.Seq + uint32(size(p))
	return false
}
