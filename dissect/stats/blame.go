package stats

import (
	"cmp"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// blame splits the time that answers take: the network's, the gateway's, the
// SP's. A part that cannot be measured from where the capture was taken stays
// empty.
type blame struct {
	set  *Set
	spec Spec
	rows rows[*track.Conn, blameRow]
}

type blameRow struct {
	conn  *track.Conn
	of    *label
	trips [2]uint64 // of Net, as counted
	acks  delays    // from data to its acknowledgement
	think [2]delays // by whose: from a request to the response, the network's time left out
	base  [2]closedWindow
	ended bool
	// before is for how long the sender of an open request had closed its window
	// when it sent it, ns; where that is 0, nothing is kept.
	before map[*track.Txn]int64
}

// Whose time it is.
const (
	byISMG = iota
	bySPs
)

// closedWindow is what a side could not be sent anything in, ns.
type closedWindow struct{ closed, since int64 }

func newBlame(s *Set, spec Spec) stat {
	x := &blame{set: s, spec: spec}
	x.rows.fresh = func(c *track.Conn) *blameRow { return &blameRow{conn: c, of: s.labels.conn(c)} }
	x.rows.merge = func(into, from *blameRow) {
		into.acks.merge(&from.acks)
		for i := range into.think {
			into.think[i].merge(&from.think[i])
		}
	}
	x.rows.first = func(a, b *blameRow) int { return cmp.Compare(a.of.num, b.of.num) }
	return x
}

func (x *blame) next() stat {
	n := newBlame(x.set, x.spec).(*blame)
	for _, c := range x.rows.order {
		r := x.rows.byKey[c]
		if r.ended {
			continue
		}
		row := n.rows.at(c)
		row.trips = r.trips
		for d := range row.base {
			row.base[d] = closedWindow{c.Net[d].Closed, x.set.since}
		}
	}
	return n
}

func (x *blame) event(e *track.Event) {
	r := x.rows.at(e.Conn)
	for d := range r.trips {
		if n := &e.Conn.Net[d]; n.Trips != r.trips[d] {
			r.trips[d] = n.Trips
			r.acks.add(n.Trip)
		}
	}
	switch {
	case e.Kind == track.PDU && e.Txn != nil && !e.PDU.Response() && e.Txn.Attempts == 1:
		if ns := closedFor(e.Conn, e.Txn.Dir, e.PDU.Last.Time); ns > 0 {
			if r.before == nil {
				r.before = map[*track.Txn]int64{}
			}
			r.before[e.Txn] = ns
		}
	case e.Kind == track.Closed:
		x.set.labels.conn(e.Conn)
		r.ended = true
	case e.Kind == track.Transaction:
		r.answered(e.Txn)
		delete(r.before, e.Txn)
	}
}

// answered takes what the other side took to answer a request: neither the trip
// to it and back, nor the time in which it could send nothing, since who asked
// did not read.
func (r *blameRow) answered(t *track.Txn) {
	n := &t.Conn.Net[t.Dir]
	if t.State != track.Answered || t.Attempts != 1 || !t.Conn.Known || n.Trips == 0 {
		return
	}
	who := byISMG
	if t.Dir != t.Conn.SP {
		who = bySPs
	}
	closed := closedFor(t.Conn, t.Dir, t.Response.Last.Time) - r.before[t]
	r.think[who].add(max(0, t.Latency()-n.Shortest-closed))
}

// closedFor is for how long the sender of a direction had closed its window at a
// capture time, in ns.
func closedFor(c *track.Conn, d reassembly.Dir, at int64) int64 {
	n := &c.Net[d]
	if n.ClosedSince == 0 {
		return n.Closed
	}
	return n.Closed + max(0, at-n.ClosedSince)
}

// trip is the shortest time to a side and back.
func (r *blameRow) trip(toSP bool) record.Value {
	if r.conn == nil || !r.conn.Known {
		return empty
	}
	d := r.conn.SP
	if toSP {
		d = d.Reverse()
	}
	if n := &r.conn.Net[d]; n.Trips > 0 {
		return record.Delay(n.Shortest)
	}
	return empty
}

// closed is for how long a side could not be sent anything.
func (r *blameRow) closed(ofSP bool, now int64) record.Value {
	if r.conn == nil || !r.conn.Known {
		return empty
	}
	d := r.conn.SP
	if !ofSP {
		d = d.Reverse()
	}
	n := &r.conn.Net[d]
	ns := n.Closed - r.base[d].closed
	if n.ClosedSince != 0 {
		if r.ended {
			now = r.conn.Last.Time
		}
		ns += max(0, now-max(n.ClosedSince, r.base[d].since))
	}
	return record.Delay(ns)
}

func (x *blame) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, blameTable.SheetSpec, m.say("whose time it was, by connection"))
	for _, r := range x.inOrder() {
		x.set.labels.conn(r.conn)
		s.Rows = append(s.Rows, blameTable.row(r, record.OneGroup, 0, m))
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, blameTable.row(o, record.Other, 0, m))
	}
	for _, sentence := range blameLegend {
		s.Closing = append(s.Closing, m.say(sentence))
	}
	s.Closing = append(s.Closing, foldedSentence(x.rows.folded, m)...)
	return append([]record.Sheet{s}, x.clocks(m)...)
}

// inOrder gives the rows by connection.
func (x *blame) inOrder() []*blameRow {
	return x.rows.sorted(func(a, b *blameRow) int { return cmp.Compare(a.of.num, b.of.num) })
}

// blameLegend says what the columns hold.
var blameLegend = []string{
	"trip: the shortest from the capture to that side and back; p50, p99: what the side took to answer, without its trip",
	"closed: for how long the side announced a window of 0, so did not read",
	"empty: not to be measured from where the capture was taken",
}

var blameTable = newTable(record.SheetSpec{Name: "blame", Folds: true, Gap: 1, Doc: "Whose time it was: the network's, the gateway's or the SP's."}, []column[blameRow]{
	{record.Column{Key: "conn", Heading: "Conn", Type: record.Uint, Doc: "Number of the connection.", Group: true}, func(r *blameRow, _ *Moment) record.Value {
		if r.of == nil {
			return empty
		}
		return record.Positive(uint64(r.of.num))
	}},
	{record.Column{Key: "sp_id", Heading: "SP_Id", Doc: "The SP."}, func(r *blameRow, _ *Moment) record.Value {
		if r.of == nil {
			return empty
		}
		return record.Text(r.of.sp)
	}},
	{record.Column{Key: "near", Heading: "Near", Doc: "The end that the capture was taken near to: client, server or middle."}, func(r *blameRow, _ *Moment) record.Value {
		if r.conn == nil {
			return empty
		}
		return record.Text(r.conn.Near())
	}},
	blameDelay("sp_trip_ms", "SP trip", "The shortest time from the capture to the SP and back, in milliseconds.", func(r *blameRow, _ *Moment) record.Value { return r.trip(true) }),
	blameDelay("ismg_trip_ms", "ISMG trip", "The shortest time from the capture to the gateway and back, in milliseconds.", func(r *blameRow, _ *Moment) record.Value { return r.trip(false) }),
	droppable(2, delayColumn("ack_p99_ms", "ACK p99", "99 percent of acknowledgements without data came within this, in milliseconds.", record.Duration, func(r *blameRow) *delays { return &r.acks }, p99)),
	delayColumn("ismg_p50_ms", "ISMG p50", "Half of the answers took the gateway no longer than this, in milliseconds.", record.Duration, func(r *blameRow) *delays { return &r.think[byISMG] }, median),
	delayColumn("ismg_p99_ms", "p99", "99 percent took it no longer, in milliseconds.", record.Duration, func(r *blameRow) *delays { return &r.think[byISMG] }, p99),
	delayColumn("sp_p50_ms", "SP p50", "Half of the answers took the SP no longer than this, in milliseconds.", record.Duration, func(r *blameRow) *delays { return &r.think[bySPs] }, median),
	delayColumn("sp_p99_ms", "p99", "99 percent took it no longer, in milliseconds.", record.Duration, func(r *blameRow) *delays { return &r.think[bySPs] }, p99),
	blameDelay("sp_closed_ms", "SP closed", "For how long the SP announced a window of 0, so did not read, in milliseconds.", func(r *blameRow, m *Moment) record.Value { return r.closed(true, m.Now) }),
	droppable(1, blameDelay("ismg_closed_ms", "ISMG closed", "The same of the gateway.", func(r *blameRow, m *Moment) record.Value { return r.closed(false, m.Now) })),
})

func blameDelay(key, heading, doc string, of func(*blameRow, *Moment) record.Value) column[blameRow] {
	return column[blameRow]{record.Column{Key: key, Heading: heading, Type: record.Millis, Look: record.Duration, Doc: doc}, of}
}
