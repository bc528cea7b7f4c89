package main

import (
	"bytes"
	"slices"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// maskedPackets is what -w does with --mask. What a packet carries is known
// only when the PDUs that it has octets of are whole, and may begin before it:
// packets wait, in order, until all of their payload is decided. Octets that
// are in no PDU become zero. It hears all events.
type maskedPackets struct {
	mask     *render.Mask
	limit    int   // bytes of packets that wait
	most     int   // bytes of octets that may be sent again
	patience int64 // how long they wait, in ns of capture time; 0: for ever

	queue   []*maskedPacket
	bytes   int // of the frames in queue
	streams map[way]*maskedStream
	strays  map[way][]*maskedPacket // of connections that are not recognised
	pieces  map[capture.DatagramKey][]*maskedPacket
	changed []*maskedStream // since the last packet
	history []pastOctets    // oldest first
	past    int             // bytes of those
	pdu     dissect.PDU
	lost    uint64 // packets that may have lost octets of PDUs
	spare   [][]byte
	lent    *maskedPacket
}

// maskedPacket is a copy of a packet.
type maskedPacket struct {
	capture.Packet
	comment []byte
	way     way
	at, n   int // of the payload in Frame, or in the datagram of pieces
	stream  *maskedStream
	pieces  []*maskedPacket // the IP fragments that it was put together of, itself too
	piece   capture.Piece
	done    bool
}

// maskedStream is one direction of a connection. Places are sequence numbers
// that do not wrap.
type maskedStream struct {
	conn    *track.Conn
	begun   bool  // something is decided
	top     int64 // all before it is
	octets  []maskedOctets
	waiting []*maskedPacket
	changed bool
	closed  bool
}

// maskedOctets is what stands in the place of a stretch of the stream. What
// there is nothing for becomes zero.
type maskedOctets struct {
	at, end int64
	data    []byte // nil: the packet's own
}

// pastOctets is octets that are kept for the case that they are sent again.
type pastOctets struct {
	of *maskedStream
	n  int
}

// mostWaiting and mostPast are the most that a masked capture keeps, in bytes:
// of packets that wait, and of octets that may be sent again.
const (
	mostWaiting = 64 << 20
	mostPast    = 16 << 20
)

// livePatience is how long packets of a live capture wait.
const livePatience = 10 * time.Second

// newMaskedPackets takes a part of --max-mem.
func newMaskedPackets(m *render.Mask, live bool, maxMem int64) *maskedPackets {
	x := &maskedPackets{mask: m, limit: int(min(mostWaiting, maxMem/8)), most: int(min(mostPast, maxMem/16)), streams: map[way]*maskedStream{}, strays: map[way][]*maskedPacket{}, pieces: map[capture.DatagramKey][]*maskedPacket{}}
	if live {
		x.patience = livePatience.Nanoseconds()
	}
	return x
}

// event takes what an event decides. Of a PDU it gives the one that is written
// in its place, for a comment.
func (x *maskedPackets) event(e *track.Event) *dissect.PDU {
	switch e.Kind {
	case track.Opened:
		for _, d := range []reassembly.Dir{reassembly.C2S, reassembly.S2C} {
			x.open(e.Conn, d)
		}
	case track.PDU:
		x.pdu = *e.PDU
		x.pdu.Raw = x.mask.Octets(e.PDU)
		x.decide(e.Conn, e.PDU.Dir, e.PDU.Offset, int64(len(x.pdu.Raw)), x.pdu.Raw)
		return &x.pdu
	case track.Gap:
		switch g := e.Gap; g.Kind {
		case dissect.Preface: // says which client it was, and nothing of people
			x.decide(e.Conn, g.Dir, g.Offset, g.Bytes, nil)
		default:
			x.decide(e.Conn, g.Dir, g.Offset, g.Bytes, []byte{})
		}
	case track.Closed:
		for _, d := range []reassembly.Dir{reassembly.C2S, reassembly.S2C} {
			if s := x.streams[wayOf(e.Conn, d)]; s != nil && s.conn == e.Conn {
				s.closed = true
				x.settle(s)
				if len(s.octets) == 0 {
					x.dispose(s)
				}
			}
		}
	}
	return nil
}

// open begins a direction of a connection that was recognised, with the packets
// that have waited for that.
func (x *maskedPackets) open(c *track.Conn, d reassembly.Dir) {
	w := wayOf(c, d)
	s := &maskedStream{conn: c}
	x.streams[w] = s
	x.strays[w] = slices.DeleteFunc(x.strays[w], func(p *maskedPacket) bool {
		if p.Num < c.First.Num {
			return false
		}
		p.stream = s
		s.waiting = append(s.waiting, p)
		return true
	})
	if len(x.strays[w]) == 0 {
		delete(x.strays, w)
	}
}

// decide enters what stands in the place of n octets of a stream: data, or what
// was there if it is nil.
func (x *maskedPackets) decide(c *track.Conn, d reassembly.Dir, offset, n int64, data []byte) {
	s := x.streams[wayOf(c, d)]
	if s == nil || s.conn != c {
		return
	}
	seq := c.Net[d].FirstSeq + uint32(offset)
	if !s.begun {
		s.begun, s.top = true, 1<<32+int64(seq)
	}
	at := s.place(seq)
	s.top = max(s.top, at+n)
	if data == nil || len(data) > 0 {
		s.octets = append(s.octets, maskedOctets{at, at + n, data})
		x.history = append(x.history, pastOctets{s, len(data)})
		x.past += len(data)
	}
	if !s.changed {
		s.changed = true
		x.changed = append(x.changed, s)
	}
}

// place unwraps a sequence number near those that are decided.
func (s *maskedStream) place(seq uint32) int64 { return s.top + int64(int32(seq-uint32(s.top))) }

// hold takes a packet, decoded if it holds TCP, with its comment.
func (x *maskedPackets) hold(p *capture.Packet, decoded bool, comment []byte) {
	h := &maskedPacket{Packet: *p, comment: bytes.Clone(comment)}
	h.Payload = nil
	h.Frame = x.copy(p.Frame)
	x.queue = append(x.queue, h)
	x.bytes += len(h.Frame)
	piece, fragment := p.Piece()
	h.piece = piece
	switch at, ok := p.PayloadAt(); {
	case !decoded && fragment:
		x.pieces[piece.Key] = append(x.pieces[piece.Key], h)
	case !decoded:
		x.blank(h)
	case ok:
		h.at = at
		x.carries(h, p)
	case fragment:
		h.pieces = append(x.pieces[piece.Key], h)
		delete(x.pieces, piece.Key)
		x.carries(h, p)
	default: // in a fragment of a fragment
		x.lost++
		x.blank(h)
	}
	for _, s := range x.changed {
		s.changed = false
		x.settle(s)
	}
	x.changed = x.changed[:0]
	x.forget()
}

func (x *maskedPackets) copy(frame []byte) []byte {
	if n := len(x.spare); n > 0 {
		b := x.spare[n-1]
		x.spare = x.spare[:n-1]
		return append(b[:0], frame...)
	}
	return bytes.Clone(frame)
}

// blank is a packet without octets of a stream.
func (x *maskedPackets) blank(h *maskedPacket) {
	h.Blank()
	h.done = true
}

// carries finds the stream that a packet has octets of.
func (x *maskedPackets) carries(h *maskedPacket, p *capture.Packet) {
	h.way, h.n = way{p.Src, p.Dst}, len(p.Payload)
	s := x.streams[h.way]
	const far = 1 << 24
	if s != nil && s.closed {
		if d := s.place(p.TCP.Seq) - s.top; p.TCP.Flags.Has(capture.SYN) || d < -far || d > far { // the ports are in use again
			delete(x.streams, h.way)
			s = nil
		}
	}
	switch {
	case h.n == 0:
		x.finish(h)
	case s == nil:
		x.strays[h.way] = append(x.strays[h.way], h)
	default:
		h.stream = s
		s.waiting = append(s.waiting, h)
		x.settle(s)
	}
}

// settle finishes the packets of a stream whose octets are decided.
func (x *maskedPackets) settle(s *maskedStream) {
	s.waiting = slices.DeleteFunc(s.waiting, func(h *maskedPacket) bool {
		if !h.done && (s.closed || s.begun && s.place(h.first())+int64(h.n) <= s.top) {
			x.finish(h)
		}
		return h.done
	})
}

// first is the sequence number of the packet's first octet.
func (h *maskedPacket) first() uint32 {
	if h.TCP.Flags.Has(capture.SYN) {
		return h.TCP.Seq + 1
	}
	return h.TCP.Seq
}

// finish puts into a packet what is decided, and zero for the rest.
func (x *maskedPackets) finish(h *maskedPacket) {
	h.done = true
	frame, at := h.Frame, h.at
	if h.pieces != nil {
		frame = datagram(h.pieces)
		if at = h.PayloadIn(frame, h.n); at < 0 {
			x.blankPieces(h)
			return
		}
	}
	h.ReplacePayload(frame, at, h.octets(frame[at:at+h.n]))
	for _, p := range h.pieces {
		copy(p.Frame[p.piece.From:p.piece.To], frame[min(p.piece.Offset, len(frame)):])
		clear(p.Frame[p.piece.To:])
		p.done = true
	}
}

// octets are those that stand in the place of old.
func (h *maskedPacket) octets(old []byte) []byte {
	b := make([]byte, len(old))
	s := h.stream
	if s == nil {
		return b
	}
	at := s.place(h.first())
	i, _ := slices.BinarySearchFunc(s.octets, at, func(o maskedOctets, at int64) int {
		if o.end <= at {
			return -1
		}
		return 1
	})
	for _, o := range s.octets[i:] {
		if o.at >= at+int64(len(b)) {
			break
		}
		from, to := max(o.at, at), min(o.end, at+int64(len(b)))
		if o.data == nil {
			copy(b[from-at:to-at], old[from-at:to-at])
		} else {
			copy(b[from-at:to-at], o.data[from-o.at:])
		}
	}
	return b
}

// datagram joins fragments.
func datagram(pieces []*maskedPacket) (b []byte) {
	for _, p := range pieces {
		if end := p.piece.Offset + p.piece.To - p.piece.From; end > len(b) {
			b = append(b, make([]byte, end-len(b))...)
		}
	}
	for _, p := range slices.Backward(pieces) { // of octets that came twice the first count
		copy(b[p.piece.Offset:], p.Frame[p.piece.From:p.piece.To])
	}
	return b
}

func (x *maskedPackets) blankPieces(h *maskedPacket) {
	x.lost += uint64(len(h.pieces))
	for _, p := range h.pieces {
		x.blank(p)
	}
}

// forget drops the oldest octets that would be sent again, where they are too
// much.
func (x *maskedPackets) forget() {
	gone := 0
	for ; x.past > x.most; gone++ {
		o := x.history[gone]
		x.past -= o.n
		if o.of.octets = o.of.octets[1:]; len(o.of.octets) == 0 {
			x.dispose(o.of)
		}
	}
	x.history = x.history[gone:]
}

// dispose drops a stream that has ended and of which nothing is kept.
func (x *maskedPackets) dispose(s *maskedStream) {
	for _, d := range []reassembly.Dir{reassembly.C2S, reassembly.S2C} {
		if w := wayOf(s.conn, d); s.closed && x.streams[w] == s {
			delete(x.streams, w)
		}
	}
}

// next gives the oldest packet if it is finished, to be written. now is the
// capture time in ns. It is lent until the next call.
func (x *maskedPackets) next(now int64) *maskedPacket {
	if x.lent != nil && len(x.spare) < mostSpare {
		x.spare = append(x.spare, x.lent.Frame)
	}
	x.lent = nil
	if len(x.queue) == 0 {
		return nil
	}
	h := x.queue[0]
	if !h.done && (x.bytes > x.limit || x.patience > 0 && now-h.Time > x.patience) {
		x.giveUp(h)
	}
	if !h.done {
		return nil
	}
	x.queue[0] = nil
	x.queue = x.queue[1:]
	x.bytes -= len(h.Frame)
	x.lent = h
	return h
}

// mostSpare bounds the frames kept to be used again.
const mostSpare = 256

// giveUp finishes a packet that has waited too long.
func (x *maskedPackets) giveUp(h *maskedPacket) {
	switch {
	case h.way == way{}: // a fragment
		delete(x.pieces, h.piece.Key)
		x.blank(h)
		return
	case h.stream == nil:
		if x.strays[h.way] = x.strays[h.way][1:]; len(x.strays[h.way]) == 0 { // it is the oldest
			delete(x.strays, h.way)
		}
	default:
		x.lost++
	}
	x.finish(h)
}

// end has everything finished: nothing more comes.
func (x *maskedPackets) end() {
	for _, s := range x.changed {
		x.settle(s)
	}
	for _, h := range x.queue {
		if !h.done {
			x.giveUp(h)
		}
	}
}
