package relay

import (
	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

const (
	// batchPDUs and batchCalls are when a batch is full: it has room in the caches
	// of two cores.
	batchPDUs  = 64
	batchCalls = 512
)

// batch is calls in their order, with all that they lend.
type batch struct {
	calls  []call
	ticks  []capture.Stamp
	opens  []*far
	pdus   []*slot // room; the first n are taken
	n      int
	gaps   []gap
	closes []closing
	counts []count
	read   chan struct{} // closed when the batch has been told, if somebody waits
}

// call is one of the calls; what it is about is the next of its kind.
type call uint8

const (
	toTick call = iota
	toOpen
	toPDU
	toGap
	toClose
	toCount
)

// slot is room for a PDU.
type slot struct {
	pdu dissect.PDU
	raw []byte
	*far
	// Of the connection, at that PDU.
	login     dissect.Version
	loginByte byte
	count     uint64
}

type gap struct {
	dissect.Gap
	*far
	proxy dissect.Proxy
}

type closing struct {
	*far
	how   reassembly.End
	notes []dissect.Note
}

type count struct {
	*far
	counters
}

// put takes room for a PDU, until the next call.
func (b *batch) put(raw []byte) (*dissect.PDU, []byte) {
	if b.n == len(b.pdus) {
		b.pdus = append(b.pdus, new(slot))
	}
	s := b.pdus[b.n]
	s.raw = append(s.raw[:0], raw...)
	return &s.pdu, s.raw
}

func (b *batch) tick(now capture.Stamp) {
	b.calls, b.ticks = append(b.calls, toTick), append(b.ticks, now)
}

func (b *batch) open(f *far) { b.calls, b.opens = append(b.calls, toOpen), append(b.opens, f) }

func (b *batch) count(e *end) {
	b.calls, b.counts = append(b.calls, toCount), append(b.counts, count{e.far, e.sent})
}

// pdu takes the PDU that was put.
func (b *batch) pdu(e *end) {
	s := b.pdus[b.n]
	b.n++
	s.far, s.login, s.loginByte, s.count = e.far, e.conn.Login, e.conn.LoginByte, e.conn.PDUs
	s.pdu.Conn = &e.far.conn
	if s.pdu.Proxy != nil {
		s.pdu.Proxy = &e.far.conn.Proxy
	}
	b.calls = append(b.calls, toPDU)
}

func (b *batch) gap(e *end, g *dissect.Gap) {
	b.calls, b.gaps = append(b.calls, toGap), append(b.gaps, gap{*g, e.far, e.conn.Proxy})
	k := &b.gaps[len(b.gaps)-1]
	k.Conn, k.Notes = &e.far.conn, append([]dissect.Note(nil), g.Notes...)
}

func (b *batch) close(e *end, how reassembly.End) {
	b.calls, b.closes = append(b.calls, toClose), append(b.closes, closing{e.far, how, append([]dissect.Note(nil), e.conn.Notes...)})
}

func (b *batch) full() bool { return b.n == batchPDUs || len(b.calls) >= batchCalls }

// tell makes the calls.
func (b *batch) tell(next Next) {
	var ticks, opens, pdus, gaps, closes, counts int
	for _, c := range b.calls {
		switch c {
		case toTick:
			next.Tick(b.ticks[ticks])
			ticks++
		case toOpen:
			next.Open(&b.opens[opens].conn)
			opens++
		case toPDU:
			s := b.pdus[pdus]
			pdus++
			s.conn.Login, s.conn.LoginByte, s.conn.PDUs = s.login, s.loginByte, s.count
			next.PDU(&s.pdu)
		case toGap:
			g := &b.gaps[gaps]
			gaps++
			if g.conn.Proxy != g.proxy {
				g.conn.Proxy = g.proxy
			}
			next.Gap(&g.Gap)
		case toClose:
			x := &b.closes[closes]
			closes++
			x.conn.Notes = x.notes
			next.Close(&x.conn, x.how)
		case toCount:
			n := &b.counts[counts]
			counts++
			n.far.set(&n.counters)
		}
	}
}

// set sets the counters. Others may be reading what says which connection it is:
// it is written only where it changes.
func (f *far) set(c *counters) {
	for d := range c.net {
		to, from := &f.tcp.Net[d], &c.net[d]
		if to.FirstSeq != from.FirstSeq {
			to.FirstSeq = from.FirstSeq
		}
		to.Midstream, to.Counts = from.Midstream, from.Counts
	}
	f.tcp.Last, f.tcp.Midstream = c.last, c.midstream
}

// reset makes room for other calls.
func (b *batch) reset() {
	clear(b.opens)
	clear(b.gaps)
	clear(b.closes)
	clear(b.counts)
	for _, s := range b.pdus[:b.n] {
		s.far = nil
	}
	*b = batch{calls: b.calls[:0], ticks: b.ticks[:0], opens: b.opens[:0], pdus: b.pdus, gaps: b.gaps[:0], closes: b.closes[:0], counts: b.counts[:0]}
}
