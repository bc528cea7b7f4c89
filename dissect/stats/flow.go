package stats

import (
	"cmp"
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// flow holds refusals by flow control against how much was submitted in the
// second before.
type flow struct {
	set     *Set
	spec    Spec
	rows    rows[group, flowRow]
	seconds map[*label]*second
	open    map[*track.Txn]flight
}

// flight is a SUBMIT without its outcome.
type flight struct {
	of     *label
	second *second
	number uint64
	n      int
}

type flowRow struct {
	group
	conns     []int
	submits   uint64
	messages  uint64
	throttled uint64 // SUBMITs
	refused   uint64 // their messages
	peak      int
	peakFrame uint64
	rates     rates
}

func (r *flowRow) about() *group { return &r.group }

func newFlow(s *Set, spec Spec) stat {
	x := &flow{set: s, spec: spec, seconds: map[*label]*second{}, open: map[*track.Txn]flight{}}
	x.rows.fresh = func(g group) *flowRow { return &flowRow{group: g} }
	x.rows.merge = mergeFlow
	x.rows.first = func(a, b *flowRow) int { return cmp.Or(a.older(&b.group), cmp.Compare(a.messages, b.messages)) }
	return x
}

func mergeFlow(into, from *flowRow) {
	for _, c := range from.conns {
		into.conn(c)
	}
	into.submits += from.submits
	into.messages += from.messages
	into.throttled += from.throttled
	into.refused += from.refused
	if from.peak > into.peak {
		into.peak, into.peakFrame = from.peak, from.peakFrame
	}
}

// next goes on with what was submitted in the last second.
func (x *flow) next() stat {
	n := newFlow(x.set, x.spec).(*flow)
	n.seconds, n.open = x.seconds, x.open
	return n
}

func (x *flow) event(e *track.Event) {
	switch {
	case e.Kind == track.PDU && e.PDU.Class() == dissect.Submit && !e.PDU.Response() && e.Txn.Attempts == 1:
		x.submit(e)
	case e.Kind == track.Transaction:
		x.outcome(e.Txn)
	}
}

func (x *flow) submit(e *track.Event) {
	p := e.PDU
	of := x.set.labels.pdu(x.spec.By, e)
	s := x.seconds[of]
	if s == nil {
		s = &second{}
		x.seconds[of] = s
	}
	n := max(1, len(p.List(layout.To)))
	number := s.add(submission{at: p.Last.Time, n: n, frame: p.Last.Num})
	x.open[e.Txn] = flight{of, s, number, n}
	row := x.rows.at(x.spec.group(of, p.Last.Time))
	row.conn(e.Conn.ID)
	row.submits++
	row.messages += uint64(n)
}

// maxConns is how many connections a row names.
const maxConns = 16

func (r *flowRow) conn(id int) {
	if len(r.conns) < maxConns && !slices.Contains(r.conns, id) {
		r.conns = append(r.conns, id)
	}
}

func (x *flow) outcome(t *track.Txn) {
	f, ok := x.open[t]
	if !ok {
		return
	}
	delete(x.open, t)
	o := otherwise
	switch {
	case t.State != track.Answered, t.Unread:
	case t.Spec != nil && t.Conn.Proto.Throttled(t.Status):
		o = throttled
		row := x.rows.at(x.spec.group(f.of, t.Request.Last.Time))
		row.throttled++
		row.refused += uint64(f.n)
	case !t.Failed():
		o = accepted
	}
	f.second.decide(f.number, o)
	for s, ok := f.second.tell(); ok; s, ok = f.second.tell() {
		x.rows.at(x.spec.group(f.of, s.at)).sample(&s)
	}
}

func (r *flowRow) sample(s *sample) {
	if s.submitted > r.peak {
		r.peak, r.peakFrame = s.submitted, s.frame
	}
	r.rates.add(s)
}

func (x *flow) sheets(m *Moment) []record.Sheet {
	heading := m.say("all")
	for i := range flowTable.columns {
		if c := &flowTable.columns[i]; c.Key == groupKeys[x.spec.By] {
			heading = c.Heading
		}
	}
	s := x.set.sheet(&x.spec, flowTable.SheetSpec, m.say("Result 8 by %s. A SUBMIT counts once per receiver, on all connections, when it is sent", heading))
	if x.spec.Interval == 0 {
		s.From, s.To = 0, 0
	}
	all := []record.Sheet{}
	for _, r := range x.rows.sorted(func(a, b *flowRow) int { return a.compare(&b.group) }) {
		l := r.rates.limit()
		s.Rows = append(s.Rows, flowTable.row(r, record.OneGroup, 0, m))
		switch {
		case x.spec.Interval > 0 && r.throttled > 0:
			s.Closing = append(s.Closing, m.say("%s: %s", r.name(m), l.sentence(r.throttled, m.Duration)[m.Lang]))
		case r.throttled > 0:
			all = append(all, x.bands(r, l, m))
		}
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, flowTable.row(o, record.Other, 0, m))
	}
	s.Closing = append(s.Closing, foldedSentence(x.rows.folded, m)...)
	if len(all) == 0 && x.spec.Interval == 0 && len(s.Rows) > 0 {
		s.Closing = append(s.Closing, m.say("no Result 8: nothing tells of a limit"))
	}
	return append([]record.Sheet{s}, all...)
}

// groupKeys are the columns of the keys.
var groupKeys = [...]string{None: "", Conn: "conn", SP: "sp_id", Service: "service_id", SrcID: "src_id", Gateway: "gateway",
	Signature: "signature", Prefix3: "prefix", Prefix7: "prefix"}

// name is what the row is about, for a title.
func (r *flowRow) name(m *Moment) string {
	switch {
	case r.of == nil:
		return m.say("all")
	case r.of.num > 0:
		return m.say("connection %d", r.of.num)
	case r.of.text == "":
		return m.say("(empty)")
	}
	return r.of.text
}

var flowTable = newTable(record.SheetSpec{Name: "flow", Folds: true, Gap: 2, Spaced: true, Doc: "Refusals by flow control. A SUBMIT counts once for each receiver, on all connections, when it is sent."},
	groupColumns((*flowRow).about, groupKeys[Gateway]),
	[]column[flowRow]{
		{record.Column{Key: "conns", Heading: "Conns", Type: record.Uint, List: true, Doc: "The connections that it submitted on, some at least.", Drop: 1},
			func(r *flowRow, _ *Moment) record.Value { slices.Sort(r.conns); return record.Numbers(r.conns) }},
		countColumn("submits", "SUBMITs", "SUBMITs, attempts not counted.", func(r *flowRow) uint64 { return r.submits }),
		countColumn("messages", "Messages", "Receivers of those.", func(r *flowRow) uint64 { return r.messages }),
		countColumn("throttled", "Result 8", "SUBMITs refused by flow control.", func(r *flowRow) uint64 { return r.throttled }),
		countColumn("refused_messages", "Messages refused", "Receivers of those.", func(r *flowRow) uint64 { return r.refused }),
		frameColumn("peak_per_s", "Peak/s", "The most messages in a second.", func(r *flowRow) uint64 { return uint64(r.peak) }),
		droppable(2, frameColumn("peak_frame", "In frame", "The packet of the SUBMIT that ends that second.", func(r *flowRow) uint64 { return r.peakFrame })),
		frameColumn("limit_per_s", "Limit/s", "The limit that explains the refusals; absent where none of those tried does.", func(r *flowRow) uint64 { return uint64(r.rates.limit().n) }),
	},
	textColumns((*flowRow).about))
