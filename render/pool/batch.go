package pool

import (
	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/track"
)

// batch is events that are written by one goroutine: records that stand in out
// already, and behind them what is still to be written.
type batch struct {
	out  []byte
	ends []int
	jobs shelf[job]
	// Messages and transactions stand apart from the jobs, in their order, since
	// most batches have none.
	msgs    shelf[track.KeptMsg]
	txns    shelf[track.KeptTxn]
	written bool // all of it
}

// job is one event that was put away, or the record of one behind such.
type job struct {
	line   []byte // not empty: the record, and there is nothing else
	kind   track.Kind
	conn   *track.Conn
	pdu    dissect.Kept
	hasTxn bool // of a PDU
	submit capture.Stamp
}

// shelf is room for things, which is used again.
type shelf[T any] struct {
	list []T
	n    int // taken
}

// next gives room for one more.
func (s *shelf[T]) next() *T {
	if s.n == len(s.list) {
		var room T
		s.list = append(s.list, room)
	}
	s.n++
	return &s.list[s.n-1]
}

// full reports whether the batch is to be handed over.
func (b *batch) full() bool { return len(b.ends)+b.jobs.n == batchEvents }

// keep puts an event away; requests: with the transaction of a response.
func (b *batch) keep(e *track.Event, requests bool) {
	j := b.jobs.next()
	j.line, j.kind, j.conn = j.line[:0], e.Kind, e.Conn
	switch e.Kind {
	case track.PDU:
		j.pdu.Keep(e.PDU)
		j.submit = e.Submit
		if j.hasTxn = requests && e.Txn != nil && e.PDU.Response(); j.hasTxn {
			b.txns.next().Keep(e.Txn)
		}
	case track.Transaction:
		b.txns.next().Keep(e.Txn)
	case track.Message:
		b.msgs.next().Keep(e.Msg)
	}
}

// add adds what an event is written as, if it is: to what is written, or behind
// what is still to be.
func (b *batch) add(write func(dst []byte) []byte) {
	if b.jobs.n == 0 {
		b.wrote(write(b.out))
		return
	}
	j := b.jobs.next()
	if j.line = write(j.line[:0]); len(j.line) == 0 {
		b.jobs.n--
	}
}

// wrote takes what was written, with the record of one event more, or none.
func (b *batch) wrote(out []byte) {
	if len(out) > len(b.out) {
		b.ends = append(b.ends, len(out))
	}
	b.out = out
}

// hand is what a goroutine writes with.
type hand struct {
	Writer
	event track.Event // the one that is written
	pdu   dissect.PDU
}

// write writes what is still to be written.
func (b *batch) write(h *hand) {
	msgs, txns := b.msgs.list, b.txns.list
	for i := range b.jobs.list[:b.jobs.n] {
		j := &b.jobs.list[i]
		e := &h.event
		*e = track.Event{Kind: j.kind, Conn: j.conn}
		switch {
		case len(j.line) > 0:
			b.wrote(append(b.out, j.line...))
			continue
		case j.kind == track.PDU:
			j.pdu.Load(&h.pdu)
			e.PDU, e.Submit = &h.pdu, j.submit
			if j.hasTxn {
				e.Txn, txns = txns[0].Load(), txns[1:]
			}
		case j.kind == track.Transaction:
			e.Txn, txns = txns[0].Load(), txns[1:]
			e.Conn = e.Txn.Conn
		case j.kind == track.Message:
			e.Msg, msgs = msgs[0].Load(), msgs[1:]
			e.Conn = e.Msg.Conn
		}
		b.wrote(h.Append(b.out, e))
	}
}

// reset makes room for other events.
func (b *batch) reset() {
	b.out, b.ends, b.written = b.out[:0], b.ends[:0], false
	b.jobs.n, b.msgs.n, b.txns.n = 0, 0, 0
}
