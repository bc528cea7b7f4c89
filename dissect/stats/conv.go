package stats

import (
	"cmp"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// conv is what connections carried, and how they stand.
type conv struct {
	set  *Set
	spec Spec
	from int64
	rows rows[*track.Conn, convRow]
}

type convRow struct {
	of          *label
	conn        *track.Conn // nil once closed
	version     string
	midstream   bool
	pdus        [2]uint64
	unanswered  int64
	maxInFlight int
	standing
	end    reassembly.End
	closed bool
	silent bool // without a logout
}

// standing is how a connection stands.
type standing struct {
	open          int   // requests of the direction that has more
	oldest, heard int64 // capture times, ns; 0: none
	stalled       bool
}

// stand takes down how a connection stands.
func stand(c *track.Conn, now int64) (s standing) {
	for d := range c.Dirs {
		dir := reassembly.Dir(d)
		n, oldest := c.Open(dir)
		s.open = max(s.open, n)
		if n > 0 && (s.oldest == 0 || oldest < s.oldest) {
			s.oldest = oldest
		}
		s.stalled = s.stalled || c.Stalled(dir, now)
	}
	s.heard = c.Heard(reassembly.S2C)
	return s
}

func newConv(s *Set, spec Spec) stat {
	x := &conv{set: s, spec: spec}
	x.rows.fresh = func(c *track.Conn) *convRow {
		return &convRow{conn: c, of: s.labels.conn(c), midstream: c.Midstream}
	}
	x.rows.merge = func(into, from *convRow) {
		for d, n := range from.pdus {
			into.pdus[d] += n
		}
		into.unanswered += from.unanswered
		into.maxInFlight = max(into.maxInFlight, from.maxInFlight)
		into.closed = true
	}
	x.rows.first = func(a, b *convRow) int {
		return cmp.Or(cmp.Compare(isOpen(a), isOpen(b)), cmp.Compare(a.of.num, b.of.num))
	}
	return x
}

func isOpen(r *convRow) int {
	if r.closed {
		return 0
	}
	return 1
}

func (x *conv) next() stat {
	n := newConv(x.set, x.spec).(*conv)
	n.from = x.set.since
	for _, c := range x.rows.order {
		r := x.rows.byKey[c]
		if !r.closed {
			n.rows.at(c).maxInFlight = stand(c, 0).open
		}
	}
	return n
}

func (x *conv) event(e *track.Event) {
	r := x.rows.at(e.Conn)
	switch e.Kind {
	case track.PDU:
		r.pdus[e.PDU.Dir]++
		if e.Txn != nil {
			r.maxInFlight = max(r.maxInFlight, e.Txn.InFlight)
		}
	case track.Transaction:
		if e.Before != nil && e.Before.State.Unanswered() && e.Before.Decided >= x.from {
			r.unanswered--
		}
		if e.Txn.State.Unanswered() {
			r.unanswered++
		}
	case track.Closed:
		if e.End.Reason == reassembly.CaptureEnded {
			break // how it stood then was taken down
		}
		r.closed, r.end, r.standing = true, e.End, standing{}
		r.silent = !e.Conn.Terminated[0] && !e.Conn.Terminated[1]
		r.version = versionOf(e.Conn)
		x.set.labels.conn(e.Conn)
	}
}

func (x *conv) ending(now int64) {
	for c, r := range x.rows.byKey {
		if !r.closed {
			r.standing, r.version, r.conn = stand(c, now), versionOf(c), nil
			x.set.labels.conn(c) // who is on it was told after it was opened
		}
	}
}

func versionOf(c *track.Conn) string {
	if c.Version == dissect.NoVersion {
		return ""
	}
	return c.Proto.Versions[c.Version]
}

func (x *conv) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, convTable.SheetSpec, "")
	s.Title, s.From, s.To = "", 0, 0
	for _, r := range x.rows.sorted(func(a, b *convRow) int { return cmp.Compare(a.of.num, b.of.num) }) {
		if r.conn != nil && !r.closed {
			r.standing, r.version = stand(r.conn, m.Now), versionOf(r.conn)
			x.set.labels.conn(r.conn)
		}
		mark := byte(0)
		if r.stalled || r.closed && r.silent {
			mark = '!'
		}
		s.Rows = append(s.Rows, convTable.row(r, record.OneGroup, mark, m))
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, convTable.row(o, record.Other, 0, m))
	}
	s.Closing = foldedSentence(x.rows.folded, m)
	return []record.Sheet{s}
}

// closing is how a connection ended, in words.
func (r *convRow) closing() string {
	switch {
	case !r.closed || r.of == nil:
		return ""
	case r.end.Reason == reassembly.Fin || r.end.Reason == reassembly.Reset:
		return r.end.Reason.String() + " by " + [...]string{"client", "server"}[r.end.By]
	}
	return r.end.Reason.String()
}

// since is a cell with the time since then, empty for never.
func since(then, now int64) record.Value {
	if then == 0 {
		return empty
	}
	return record.Delay(max(0, now-then))
}

var convTable = newTable(record.SheetSpec{Name: "conv", Folds: true, Gap: 1, Marked: true, Doc: "Connections."}, []column[convRow]{
	{record.Column{Key: "conn", Heading: "Conn", Type: record.Uint, Doc: "Number of the connection.", Group: true}, func(r *convRow, _ *Moment) record.Value {
		if r.of == nil {
			return empty
		}
		return record.Positive(uint64(r.of.num))
	}},
	convText("sp_id", "SP_Id", "The SP.", 0, func(l *label) string { return l.sp }),
	{record.Column{Key: "version", Heading: "Ver", Doc: "Version of the protocol.", Drop: 2}, func(r *convRow, _ *Moment) record.Value { return record.Text(r.version) }},
	convText("client", "Client", "Address of the client.", 3, func(l *label) string { return l.client }),
	convText("server", "", "Address of the server.", 0, func(l *label) string { return l.server }),
	countColumn("c2s_pdus", "c2s", "PDUs from client to server.", func(r *convRow) uint64 { return r.pdus[reassembly.C2S] }),
	countColumn("s2c_pdus", "s2c", "PDUs from server to client.", func(r *convRow) uint64 { return r.pdus[reassembly.S2C] }),
	countColumn("unanswered", "Unansw", "Requests that got no response within the response timeout, or before their connection ended.", func(r *convRow) uint64 { return uint64(max(0, r.unanswered)) }),
	countColumn("in_flight", "In flight", "Requests open now, in the direction that has more; those past the response timeout are not counted.", func(r *convRow) uint64 { return uint64(r.open) }),
	countColumn("max_in_flight", "Max", "The most ever open.", func(r *convRow) uint64 { return uint64(r.maxInFlight) }),
	{record.Column{Key: "oldest_ms", Heading: "Oldest", Type: record.Millis, Look: record.Duration, Doc: "Age of the oldest open request, in milliseconds."},
		func(r *convRow, m *Moment) record.Value { return since(r.oldest, m.Now) }},
	{record.Column{Key: "heard_ms", Heading: "Heard", Type: record.Millis, Look: record.Duration, Doc: "Time since the server's last PDU, while the connection is open, in milliseconds."},
		func(r *convRow, m *Moment) record.Value { return since(r.heard, m.Now) }},
	{record.Column{Key: "closed", Heading: "Closed", Doc: "How it was closed, and by whom."}, func(r *convRow, _ *Moment) record.Value { return record.Text(r.closing()) }},
	{record.Column{Key: "stalled", Type: record.Bool, Doc: "true while requests are open and nothing was heard for 10 seconds."}, func(r *convRow, _ *Moment) record.Value {
		return record.Value{Set: r.stalled, Type: record.Bool, Num: 1}
	}},
})

func convText(key, heading, doc string, drop int, get func(*label) string) column[convRow] {
	return column[convRow]{record.Column{Key: key, Heading: heading, Doc: doc, Drop: drop}, func(r *convRow, _ *Moment) record.Value {
		if r.of == nil {
			return empty
		}
		return record.Text(get(r.of))
	}}
}
