package stats

import (
	"cmp"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// reports is what reports say of accepted messages that asked for one.
type reports struct {
	set  *Set
	spec Spec
	from int64
	rows rows[group, reportRow]
	wait int64 // the longest of those without a report, ns
}

type reportRow struct {
	group
	tally
	delays delays
}

func (r *reportRow) about() *group  { return &r.group }
func (r *reportRow) times() *delays { return &r.delays }

// accepted are the messages that the table is about. One whose only report is
// provisional waits for another.
func (r *reportRow) accepted() uint64 { return r.reported() + r.tally[track.Accepted] }
func (r *reportRow) none() uint64     { return r.noneYet() + r.tally[track.Accepted] }

func newReports(s *Set, spec Spec) stat {
	x := &reports{set: s, spec: spec}
	x.rows.fresh = func(g group) *reportRow { return &reportRow{group: g} }
	x.rows.merge = func(into, from *reportRow) {
		into.add(&from.tally)
		into.delays.merge(&from.delays)
	}
	x.rows.first = func(a, b *reportRow) int { return cmp.Or(a.older(&b.group), cmp.Compare(a.accepted(), b.accepted())) }
	return x
}

func (x *reports) next() stat {
	n := newReports(x.set, x.spec).(*reports)
	n.from = x.set.since
	return n
}

func (x *reports) event(e *track.Event) {
	if !isMessage(e) || !e.Msg.Wanted || e.Msg.MO {
		return
	}
	m := e.Msg
	row := x.rows.at(x.spec.group(x.set.labels.msg(x.spec.By, m), m.Start()))
	row.take(m, x.from)
	if d, ok := reportNews(m); ok {
		row.delays.add(d)
	}
	if e.Kind == track.Message && (m.State == track.Waiting || m.State == track.NoReport) {
		x.wait = max(x.wait, m.Decided-m.Start())
	}
}

func (x *reports) sheets(m *Moment) []record.Sheet {
	what := m.say("accepted messages that asked for a report%s", x.spec.byWords())
	if x.spec.Interval > 0 {
		what += m.say(", by %s of the SUBMIT", said.Text(intervalName(x.spec.Interval)))
	}
	s := x.set.sheet(&x.spec, reportsTable.SheetSpec, what)
	for _, r := range x.rows.sorted(func(a, b *reportRow) int { return a.compare(&b.group) }) {
		if r.accepted() > 0 || r.tally[track.Partial] > 0 {
			s.Rows = append(s.Rows, reportsTable.row(r, record.OneGroup, 0, m))
		}
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, reportsTable.row(o, record.Other, 0, m))
	}
	if len(s.Rows) > 1 {
		s.Rows = append(s.Rows, reportsTable.row(x.rows.total(every), record.Total, 0, m))
	}
	if x.wait > 0 {
		s.Closing = append(s.Closing, m.say("none yet: waited for up to %s; they count as no failures", m.Duration(x.wait)))
	}
	s.Closing = append(s.Closing, foldedSentence(x.rows.folded, m)...)
	return []record.Sheet{s}
}

var reportsTable = newTable(record.SheetSpec{Name: "reports", Totals: true, Folds: true, Gap: 1, Doc: "Reports on accepted messages that asked for one."},
	groupColumns((*reportRow).about),
	[]column[reportRow]{
		countColumn("accepted", "Accepted", "Messages accepted by the gateway.", (*reportRow).accepted),
		countColumn("delivered", "DELIVRD", "Those delivered.", func(r *reportRow) uint64 { return r.delivered() }),
		countColumn("failed", "Failed", "Those whose report says otherwise.", func(r *reportRow) uint64 { return r.failed() }),
		countColumn("none_yet", "None yet", "Those without a final report so far.", (*reportRow).none),
		optional(countColumn("partial", "Partial", "Long messages with parts missing or of different ends, counted in none of the others.", func(r *reportRow) uint64 { return r.tally[track.Partial] })),
		droppable(2, shareColumn("report_rate", "Report%", "Part of the accepted that has a final report, from 0 to 1.", func(r *reportRow) (uint64, uint64) { return r.delivered() + r.failed(), r.accepted() })),
		shareColumn("delivery_rate", "DELIVRD%", "Part of the accepted that was delivered, from 0 to 1.", func(r *reportRow) (uint64, uint64) { return r.delivered(), r.accepted() }),
		delayColumn("p50_ms", "Delay p50", "Half of the reports came within this after the SUBMIT, in milliseconds.", record.Duration, (*reportRow).times, median),
		droppable(3, delayColumn("p99_ms", "p99", "99 percent came within this, in milliseconds.", record.Duration, (*reportRow).times, p99)),
		delayColumn("max_ms", "", "The latest came after this, in milliseconds.", record.Duration, (*reportRow).times, longest),
	},
	textColumns((*reportRow).about),
	[]column[reportRow]{bar(func(r *reportRow) float64 { return float64(r.delays.quantile(0.5)) })})
