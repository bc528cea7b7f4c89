package stats

import (
	"cmp"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// windows is how many requests were in flight, and for how long.
type windows struct {
	set  *Set
	spec Spec
	rows rows[windowKey, windowRow]
}

type windowKey struct {
	conn *track.Conn
	dir  reassembly.Dir
}

type windowRow struct {
	windowKey
	of       *label
	requests uint64
	level    int     // in flight now
	since    int64   // ns; 0: nothing yet
	times    []int64 // ns with so many in flight
	max      int
	maxFrame uint64
	limit    int    // the window; 0: not known
	exceeded uint64 // requests beyond it
	open     int    // those past the response timeout not counted
	oldest   int64
	heard    int64
	stalled  bool
	ended    bool
}

// maxLevel bounds the levels that are told apart.
const maxLevel = 4096

func newWindow(s *Set, spec Spec) stat {
	x := &windows{set: s, spec: spec}
	x.rows.fresh = func(k windowKey) *windowRow {
		return &windowRow{windowKey: k, of: s.labels.conn(k.conn), limit: s.opt.Window}
	}
	x.rows.merge = func(into, from *windowRow) {
		into.requests += from.requests
		into.exceeded += from.exceeded
		into.max = max(into.max, from.max)
	}
	x.rows.first = func(a, b *windowRow) int { return cmp.Compare(a.since, b.since) }
	return x
}

func (x *windows) next() stat {
	n := newWindow(x.set, x.spec).(*windows)
	for _, k := range x.rows.order {
		r := x.rows.byKey[k]
		if !r.ended {
			row := n.rows.at(k)
			row.level, row.max, row.since = r.level, r.level, x.set.since
		}
	}
	return n
}

func (x *windows) event(e *track.Event) {
	switch {
	case e.Kind == track.PDU && e.Txn != nil:
		row := x.rows.at(windowKey{e.Conn, e.Txn.Dir})
		if !e.PDU.Response() && e.Txn.Attempts == 1 {
			row.request(e)
		}
		row.change(e.Conn.Dirs[e.Txn.Dir].InFlight, e.PDU.Last.Time)
	case e.Kind == track.Transaction && e.Txn.State != track.OrphanResponse && e.Txn.State != track.CaptureEnded:
		x.rows.at(windowKey{e.Conn, e.Txn.Dir}).change(e.Conn.Dirs[e.Txn.Dir].InFlight, e.Txn.Decided)
	case e.Kind == track.Closed && e.End.Reason != reassembly.CaptureEnded:
		for dir := range e.Conn.Dirs {
			if r := x.rows.byKey[windowKey{e.Conn, reassembly.Dir(dir)}]; r != nil {
				r.open, r.oldest, r.heard, r.stalled, r.ended = 0, 0, 0, false, true
				x.set.labels.conn(e.Conn)
			}
		}
	}
}

func (r *windowRow) request(e *track.Event) {
	r.requests++
	if n := e.Txn.InFlight; n > r.max {
		r.max, r.maxFrame = n, e.PDU.Last.Num
	}
	if r.limit > 0 && e.Txn.InFlight > r.limit {
		r.exceeded++
	}
}

// change counts the time at a level that ends.
func (r *windowRow) change(level int, at int64) {
	if r.since != 0 && at > r.since {
		i := min(r.level, maxLevel)
		for len(r.times) <= i {
			r.times = append(r.times, 0)
		}
		r.times[i] += at - r.since
	}
	r.level, r.since = level, max(at, r.since)
}

func (x *windows) ending(now int64) {
	for _, r := range x.rows.byKey {
		if !r.ended {
			r.stand(now)
			r.change(r.level, now)
			r.ended = true
			x.set.labels.conn(r.conn) // who is on it was told after it was opened
		}
	}
}

func (r *windowRow) stand(now int64) {
	r.open, r.oldest = r.conn.Open(r.dir)
	r.heard = r.conn.Heard(r.dir.Reverse())
	r.stalled = r.conn.Stalled(r.dir, now)
}

// at is the time with from so many in flight on, and all of the time, at now.
func (r *windowRow) at(from int, now int64) (some, all uint64) {
	for level, t := range r.times {
		all += uint64(t)
		if level >= from {
			some += uint64(t)
		}
	}
	if !r.ended && now > r.since && r.since != 0 {
		all += uint64(now - r.since)
		if r.level >= from {
			some += uint64(now - r.since)
		}
	}
	return some, all
}

func (x *windows) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, windowTable.SheetSpec, m.say("requests in flight by connection and direction"))
	for _, r := range x.rows.sorted(func(a, b *windowRow) int {
		return cmp.Or(cmp.Compare(a.of.num, b.of.num), cmp.Compare(a.dir, b.dir))
	}) {
		if !r.ended {
			r.stand(m.Now)
			x.set.labels.conn(r.conn)
		}
		mark := byte(0)
		switch {
		case r.stalled:
			mark = '!'
		case r.exceeded > 0:
			mark = '*'
		}
		s.Rows = append(s.Rows, windowTable.row(r, record.OneGroup, mark, m))
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, windowTable.row(o, record.Other, 0, m))
	}
	s.Closing = foldedSentence(x.rows.folded, m)
	if x.set.opt.Window == 0 {
		s.Closing = append(s.Closing, m.say("the window is not on the wire: --window N tells it, and what was beyond is counted"))
	}
	return []record.Sheet{s}
}

var windowTable = newTable(record.SheetSpec{Name: "window", Folds: true, Gap: 1, Marked: true, Doc: "Requests in flight."}, []column[windowRow]{
	{record.Column{Key: "conn", Heading: "Conn", Type: record.Uint, Doc: "Number of the connection.", Group: true}, func(r *windowRow, _ *Moment) record.Value {
		if r.of == nil {
			return empty
		}
		return record.Positive(uint64(r.of.num))
	}},
	{record.Column{Key: "sp_id", Heading: "SP_Id", Doc: "The SP."}, func(r *windowRow, _ *Moment) record.Value {
		if r.of == nil {
			return empty
		}
		return record.Text(r.of.sp)
	}},
	{record.Column{Key: "dir", Heading: "Dir", Doc: "c2s or s2c, of the requests."}, func(r *windowRow, _ *Moment) record.Value { return record.Text(r.dir.String()) }},
	countColumn("requests", "Requests", "Requests, attempts not counted.", func(r *windowRow) uint64 { return r.requests }),
	countColumn("max", "Max", "The most in flight.", func(r *windowRow) uint64 { return uint64(r.max) }),
	{record.Column{Key: "max_share", Heading: "Time there", Type: record.Float, Look: record.Percent, Doc: "Part of the time with so many in flight, from 0 to 1."},
		func(r *windowRow, m *Moment) record.Value { return record.Share(r.at(r.max, m.Now)) }},
	droppable(1, frameColumn("max_frame", "In frame", "The packet of the request that made it so many first.", func(r *windowRow) uint64 { return r.maxFrame })),
	{record.Column{Key: "full_share", Heading: "Full", Type: record.Float, Look: record.Percent, Doc: "Part of the time with the window full, from 0 to 1; only with --window.", Optional: true},
		func(r *windowRow, m *Moment) record.Value {
			if r.limit == 0 {
				return empty
			}
			return record.Share(r.at(r.limit, m.Now))
		}},
	optional(countColumn("exceeded", "Exceeded", "Requests beyond the window; only with --window.", func(r *windowRow) uint64 { return r.exceeded })),
	countColumn("open", "Open", "In flight now, those past the response timeout not counted.", func(r *windowRow) uint64 { return uint64(r.open) }),
	{record.Column{Key: "oldest_ms", Heading: "Oldest", Type: record.Millis, Look: record.Duration, Doc: "Age of the oldest open request, in milliseconds."},
		func(r *windowRow, m *Moment) record.Value { return since(r.oldest, m.Now) }},
	{record.Column{Key: "heard_ms", Heading: "Heard", Type: record.Millis, Look: record.Duration, Doc: "Time since the last PDU of the side that answers, while the connection is open, in milliseconds."},
		func(r *windowRow, m *Moment) record.Value { return since(r.heard, m.Now) }},
})
