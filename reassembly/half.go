package reassembly

import (
	"bytes"
	"sort"

	"cmppdump/capture"
)

const (
	// nearby is how far, in bytes, a segment may be from what was seen and
	// still be taken at its word.
	nearby = 1 << 20
	// No retransmission is from further back than farBehind, and no window is
	// larger than farAhead (RFC 7323, section 2.3).
	farBehind = 64 << 20
	farAhead  = 1 << 30
	// probeIdle is for how long, in capture time, ns, nothing was sent before a
	// keep-alive probe. Systems wait two hours, and can be told to wait a second
	// (RFC 9293, section 3.8.4; TCP_KEEPIDLE and TCP_KEEPINTVL count seconds).
	probeIdle = 500e6
)

func near(n int64) bool { return -nearby <= n && n <= nearby }
func far(n int64) bool  { return n < -farBehind || n > farAhead }

// half is one direction of a connection. Sequence numbers become offsets in
// the stream at its edge, so that nothing behind it knows of the wrap at 2^32.
type half struct {
	first uint32 // the sequence number of offset 0
	stray uint32 // the sequence number behind the last foreign segment
	off   int64  // of the next byte to deliver
	acked int64  // the receiver has acknowledged all bytes before this offset
	fin   int64  // the offset of the FIN
	clean int64  // capture time of the newest packet of the sender behind which nothing is missing
	cutAt int64  // where the snaplen has cut the newest segment that it cut, as far as it is delivered

	// probe is the offset behind data whose acknowledgement is waited for, to
	// know how long it takes; probed is when the data came, 0 without any.
	probe, probed int64

	pend *pending // what is known of the bytes behind a hole, nil without one

	started bool // first is certain
	hint    hint // where first comes from until then
	syn     bool // the SYN was seen
	acks    bool // acked is known
	finSeen bool
	ended   bool // all bytes before the FIN are delivered
}

// hint says how the start of a direction is known before its first data.
type hint uint8

const (
	noHint  hint = iota
	hintAck      // the receiver expects it
	hintSeq      // the sender's own empty segments have it
	hintSyn      // the answer to its SYN has it
)

// next is the sequence number of the next byte to deliver.
func (h *half) next() uint32 { return h.first + uint32(h.off) }

// pos is the offset of a sequence number.
func (h *half) pos(seq uint32) int64 { return h.off + int64(int32(seq-h.next())) }

// top is the offset behind the last byte known to exist.
func (h *half) top() int64 {
	if h.pend != nil {
		return h.pend.top
	}
	return h.off
}

// last is the offset of the sequence number behind all that was sent.
func (h *half) last() int64 {
	if h.ended {
		return h.fin + 1
	}
	return h.off
}

// rebase moves offset 0 by n bytes. Nothing may have been delivered.
func (h *half) rebase(n int64) {
	h.first += uint32(n)
	h.acked -= n
	h.fin -= n
	if q := h.pend; q != nil {
		q.top -= n
		for _, s := range q.segs {
			s.pos -= n
		}
	}
}

// conn is a connection as the assembler keeps it.
type conn struct {
	Conn
	asm          *Assembler
	stream       Stream // nil: not wanted
	half         [2]half
	newer, older *conn
	used         uint64 // the packet count at its last packet
	flip         Dir    // the side of the client in the key
	firstFin     Dir    // whose FIN came first
	talks        bool   // has had data
	closed       bool   // Stream.Close was called
	in           [2]networks
	twin         *conn // the next of those with the same ports, nil alone
}

// expects reports whether p is what an undisturbed connection brings next: a
// plain segment at the next sequence number that acknowledges what was seen.
func (c *conn) expects(d Dir, p *capture.Packet) bool {
	const control = capture.FIN | capture.SYN | capture.RST | capture.ACK
	h, o, t := &c.half[d], &c.half[d^1], &p.TCP
	return t.Flags&control == capture.ACK && t.Seq == h.next() && h.pend == nil && p.Missing == 0 &&
		h.started && !h.finSeen && o.started && int32(t.Ack-o.next()) <= 0
}

// inOrder takes a segment that expects has approved of: the fast path.
func (c *conn) inOrder(d Dir, p *capture.Packet) {
	c.seen(d, p)
	o := &c.half[d^1]
	pos := o.pos(p.TCP.Ack)
	if pos > o.acked || !o.acks {
		o.acked, o.acks = pos, true
	}
	if o.probed != 0 && pos >= o.probe {
		c.tripEnds(d.Reverse(), p)
	}
	if len(p.Payload) > 0 {
		c.deliver(d, p.Payload, p.Stamp)
		c.tripBegins(d, p.Time)
	} else {
		c.half[d].clean = p.Time
	}
}

// tripBegins has the acknowledgement of what was delivered of a direction
// waited for, if none is.
func (c *conn) tripBegins(d Dir, now int64) {
	if h := &c.half[d]; h.probed == 0 {
		h.probe, h.probed = h.off, now
	}
}

// tripEnds takes the acknowledgement that was waited for in direction d.
func (c *conn) tripEnds(d Dir, p *capture.Packet) {
	h, n := &c.half[d], &c.Net[d]
	if len(p.Payload) == 0 && p.Time >= h.probed {
		n.Trip = p.Time - h.probed
		if n.Trips == 0 || n.Trip < n.Shortest {
			n.Shortest = n.Trip
		}
		n.Trips++
	}
	h.probed = 0
}

// seen counts a segment of the connection.
func (c *conn) seen(d Dir, p *capture.Packet) {
	if tell := c.asm.opt.Counted; tell != nil && c.stream != nil {
		tell(c.stream)
	}
	c.used = c.asm.count
	c.asm.table.touch(c)
	if !c.talks && size(p) > 0 {
		c.asm.table.talk(c)
	}
	c.Last = p.Stamp
	n := &c.Net[d]
	n.Packets++
	n.Newest = p.Time
	switch {
	case p.TCP.Window != 0 && n.ClosedSince == 0: // nearly always
	case p.TCP.Flags.Has(capture.RST):
	case p.TCP.Window != 0:
		n.Closed += p.Time - n.ClosedSince
		n.ClosedSince = 0
	default:
		n.ZeroWindow++
		if n.ClosedSince == 0 {
			n.ClosedSince = p.Time
		}
	}
}

// segment takes any segment of the connection.
func (c *conn) segment(d Dir, p *capture.Packet) {
	idle := p.Time-c.Last.Time >= probeIdle
	c.seen(d, p)
	c.in[d].add(p.Tags)
	t := &p.TCP
	if t.Flags.Has(capture.RST) {
		c.reset(d, t)
		return
	}
	seq := t.Seq
	if t.Flags.Has(capture.SYN) {
		seq++ // a SYN takes one number (RFC 9293, section 3.4)
		c.synchronize(d, seq)
		if t.Flags.Has(capture.ACK) {
			c.expect(d.Reverse(), t.Ack, hintSyn)
		}
	}
	if t.Flags.Has(capture.ACK) {
		c.acknowledge(d.Reverse(), t)
	}
	c.handshake(d, p)
	n, fin := int64(size(p)), t.Flags.Has(capture.FIN)
	switch {
	case n > 0 || fin:
		pos, ok := c.locate(d, seq, n)
		if !ok {
			break
		}
		if n > 0 {
			c.place(d, pos, p, idle)
		}
		if fin {
			c.finish(d, pos+n)
		}
		c.limit(d)
		c.giveUp(d)
	case !t.Flags.Has(capture.SYN):
		c.empty(d, seq)
	}
	c.closeIfFinished()
}

// locate finds the offset of a segment of n bytes. The first one that has
// data or a FIN starts the direction, if no SYN has. It is false for what must
// not start it.
func (c *conn) locate(d Dir, seq uint32, n int64) (int64, bool) {
	h := &c.half[d]
	pos := h.pos(seq)
	if h.started {
		// What comes before the start may come late, as long as the start
		// waits too.
		if pos < 0 && h.off == 0 && !h.syn && n > 1 && near(pos) && c.stream != nil {
			c.rebase(d, pos)
			c.Net[d].Midstream = true
			pos = 0
			if h.finSeen { // it came first of all
				c.raise(d, h.fin)
				c.reached(d)
			}
		}
		return pos, true
	}
	if n == 1 && (h.hint == noHint || pos == -1) {
		// More likely a keep-alive probe with a byte of garbage.
		c.asm.stats.KeepAlives++
		c.expect(d, seq+1, hintSeq)
		return 0, false
	}
	// With a hint that is plausible, what is before seq is a hole. (One number
	// may have been a FIN or a keep-alive probe, unless the hint is certain.)
	c.Net[d].Midstream = h.hint != hintSyn || pos < 0 || !near(pos)
	if h.hint == noHint || pos <= 0 || pos == 1 && h.hint != hintSyn || !near(pos) {
		c.rebase(d, pos)
		pos = 0
	}
	c.start(d)
	return pos, true
}

// start makes offset 0 of a direction certain, or as good as.
func (c *conn) start(d Dir) {
	h := &c.half[d]
	h.started = true
	c.Net[d].FirstSeq = h.first
}

func (c *conn) rebase(d Dir, n int64) {
	h := &c.half[d]
	h.rebase(n)
	c.Net[d].FirstSeq = h.first
}

// expect notes where a direction not yet started will start. The first word of
// the sender counts more than that of the receiver, which may lag.
func (c *conn) expect(d Dir, seq uint32, from hint) {
	h := &c.half[d]
	if h.started || h.hint >= from {
		return
	}
	h.rebase(h.pos(seq))
	h.hint = from
}

// acknowledge takes the acknowledgement number of t for the direction d of the
// data: t was sent against it.
func (c *conn) acknowledge(d Dir, t *capture.TCP) {
	h, sender := &c.half[d], &c.half[d^1]
	if sender.started && !near(sender.pos(t.Seq)-sender.top()) {
		return // RFC 9293, section 3.10.7.4: first the sequence number must fit
	}
	c.expect(d, t.Ack, hintAck)
	pos := h.pos(t.Ack)
	if h.started && pos > h.top()+nearby {
		return
	}
	if pos > h.acked || !h.acks {
		h.acked, h.acks = pos, true
	}
	if h.started && pos > h.off {
		c.exists(d, pos)
		c.giveUp(d)
	}
}

// empty takes a segment that has nothing but its sequence number.
func (c *conn) empty(d Dir, seq uint32) {
	h := &c.half[d]
	c.expect(d, seq, hintSeq)
	if !h.started || h.ended {
		return
	}
	switch pos := h.pos(seq); {
	case pos == h.off-1:
		c.asm.stats.KeepAlives++
	case pos == h.off && h.pend == nil:
		h.clean = c.asm.now.Time
	case pos > h.off:
		c.exists(d, pos)
	}
}

// exists takes word from sequence or acknowledgement numbers that the bytes
// before pos were sent. A single number is no proof: it may be that of a FIN.
func (c *conn) exists(d Dir, pos int64) {
	h := &c.half[d]
	if n := pos - h.top(); !h.finSeen && n > 1 && n <= nearby {
		c.raise(d, pos)
	}
}

// place takes the payload of p, which begins at pos. idle: the connection was,
// for so long that p may be a keep-alive probe.
func (c *conn) place(d Dir, pos int64, p *capture.Packet, idle bool) {
	h, stats := &c.half[d], &c.asm.stats
	data, end := p.Payload, pos+int64(size(p))
	if p.Missing > 0 {
		stats.Cut++
		c.Net[d].Cut++
	}
	if end-pos == 1 && (pos == h.off-1 || idle && h.acks && end == h.acked && pos >= h.off && !h.lacks(pos)) {
		stats.KeepAlives++ // a probe may have one byte of garbage
		return
	}
	if h.finSeen && end > h.fin {
		stats.BeyondFin++
		if pos >= h.fin {
			return
		}
		end = h.fin
		data = data[:min(int64(len(data)), end-pos)]
	}
	if end <= h.off {
		c.retransmitted(d)
		return
	}
	if c.stream == nil {
		h.off = end
		return
	}
	if pos < h.off {
		data = data[min(int64(len(data)), h.off-pos):]
		pos = h.off
	}
	switch {
	case pos > h.off:
		c.wait(d, pos, end, data, p.Stamp)
	case len(data) > 0:
		h.cutBefore(end, pos+int64(len(data)))
		c.advance(d, data, p.Stamp)
		c.raise(d, end)
	case end > h.top():
		h.cutBefore(end, pos)
		c.raise(d, end)
	default:
		c.retransmitted(d)
	}
}

// cutBefore notes that the snaplen cut a segment short at the offset at, if it
// goes on to end.
func (h *half) cutBefore(end, at int64) {
	if at < end {
		h.cutAt = at
	}
}

// lacks reports whether the byte at pos is missing and that before it is not: then
// a segment of one byte at pos is late data, and not a probe.
func (h *half) lacks(pos int64) bool {
	if pos == h.off || h.pend == nil {
		return pos == h.off
	}
	segs := h.pend.segs
	i := sort.Search(len(segs), func(i int) bool { return segs[i].end() >= pos })
	return i < len(segs) && segs[i].end() == pos && (i+1 == len(segs) || segs[i+1].pos > pos)
}

// handshake times a segment off the fast path: SYN and SYN ACK are answered at
// once, by no application. Otherwise it ends what was timed, since nobody can
// tell which of several segments an acknowledgement is of (RFC 6298, section 3).
func (c *conn) handshake(d Dir, p *capture.Packet) {
	o := &c.half[d^1]
	if t := &p.TCP; o.probed != 0 && t.Flags.Has(capture.ACK) && o.pos(t.Ack) >= o.probe {
		c.tripEnds(d.Reverse(), p)
	}
	if h := &c.half[d]; p.TCP.Flags.Has(capture.SYN) && h.off == 0 {
		h.probe, h.probed = 0, p.Time
	} else if len(p.Payload) > 0 {
		h.probed = 0
	}
}

func (c *conn) retransmitted(d Dir) {
	c.Net[d].Retransmitted++
	c.asm.stats.Retransmitted++
}

// advance delivers data, which is the next in order, and all that waited for
// it. Where both have a byte, that which waited came first, and wins.
func (c *conn) advance(d Dir, data []byte, at capture.Stamp) {
	h := &c.half[d]
	q := h.pend
	if q == nil {
		c.deliver(d, data, at)
		return
	}
	if len(data) > 0 {
		q.progress = c.asm.count
	}
	taken := 0
	for {
		n := int64(len(data))
		if taken < len(q.segs) {
			n = min(n, q.segs[taken].pos-h.off)
		}
		c.deliver(d, data[:n], at)
		data = data[n:]
		if taken == len(q.segs) || q.segs[taken].pos != h.off {
			break
		}
		s := q.segs[taken]
		taken++
		same := min(len(data), len(s.data))
		c.compare(d, s.data[:same], data[:same])
		data = data[same:]
		c.deliver(d, s.data, s.at)
		if s.cut {
			h.cutAt = h.off
		}
	}
	c.asm.drop(q, taken)
	c.settle(d, taken > 0)
}

// deliver lends data, the next bytes in order, to the stream.
func (c *conn) deliver(d Dir, data []byte, at capture.Stamp) {
	if len(data) == 0 {
		return
	}
	h := &c.half[d]
	off := h.off
	h.off += int64(len(data))
	if c.stream == nil {
		return
	}
	h.clean = at.Time
	c.Net[d].Bytes += uint64(len(data))
	c.stream.Data(Chunk{Dir: d, Stamp: at, Offset: off, Data: data})
}

// compare counts overlaps that are not the same bytes.
func (c *conn) compare(d Dir, first, second []byte) {
	if !bytes.Equal(first, second) {
		c.asm.stats.Differing++
		c.Net[d].Differing++
	}
}
