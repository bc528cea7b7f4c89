package stats

import (
	"cmp"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// srt is the time from requests to responses.
type srt struct {
	set  *Set
	spec Spec
	from int64 // what was told before does not count, ns
	rows rows[srtKey, srtRow]
}

type srtKey struct {
	group
	command uint32
}

type srtRow struct {
	group
	command string // "": of all
	states  [track.States]uint64
	delays  delays
	waiting uint64 // open now
	slow    uint64 // frame of the response that took longest
}

func (r *srtRow) about() *group { return &r.group }

func (r *srtRow) times() *delays { return &r.delays }

func newSRT(s *Set, spec Spec) stat {
	x := &srt{set: s, spec: spec}
	x.rows.fresh = func(k srtKey) *srtRow { return &srtRow{group: k.group} }
	x.rows.merge = mergeSRT
	x.rows.first = func(a, b *srtRow) int { return cmp.Or(a.older(&b.group), cmp.Compare(a.count(), b.count())) }
	return x
}

func mergeSRT(into, from *srtRow) {
	for i, n := range from.states {
		into.states[i] += n
	}
	if from.delays.n > 0 && (into.delays.n == 0 || from.delays.max > into.delays.max) {
		into.slow = from.slow
	}
	into.waiting += from.waiting
	into.delays.merge(&from.delays)
}

func (x *srt) event(e *track.Event) {
	if e.Kind != track.Transaction || e.Txn.State == track.OrphanResponse {
		return
	}
	t := e.Txn
	row := x.row(t)
	if e.Before != nil && e.Before.Decided >= x.from && row.states[e.Before.State] > 0 {
		row.states[e.Before.State]--
	}
	row.states[t.State]++
	if t.State == track.Answered {
		if d := t.Latency(); row.delays.n == 0 || d > row.delays.max {
			row.slow = t.Response.Last.Num
		}
		row.delays.add(t.Latency())
	}
}

func (x *srt) row(t *track.Txn) *srtRow {
	row := x.rows.at(srtKey{x.group(t), t.CommandID})
	if row.command == "" {
		row.command = commandName(t)
	}
	return row
}

// countOpen counts what is open now, which no event tells of.
func (x *srt) countOpen() {
	for _, r := range x.rows.byKey {
		r.waiting = 0
	}
	if x.rows.other != nil {
		x.rows.other.waiting = 0
	}
	for c := range x.set.conns {
		c.EachOpen(func(t *track.Txn) { x.row(t).waiting++ })
	}
}

// group is what a request is counted for. What only keeps a connection is
// counted over all of them.
func (x *srt) group(t *track.Txn) group {
	of := (*label)(nil)
	if t.Command == nil || t.Command.Class != dissect.KeepAlive && t.Command.Class != dissect.Login && t.Command.Class != dissect.Logout {
		of = x.set.labels.txn(x.spec.By, t.Conn, t)
	}
	return x.spec.group(of, t.Request.Last.Time)
}

func (x *srt) next() stat {
	n := newSRT(x.set, x.spec).(*srt)
	n.from = x.set.since
	return n
}

// count is how many requests there were: all states of a request.
func (r *srtRow) count() (n uint64) {
	n = r.waiting
	for _, k := range r.states {
		n += k
	}
	return n
}

func (r *srtRow) unanswered() (n uint64) {
	for s, k := range r.states {
		if track.State(s).Unanswered() {
			n += k
		}
	}
	return n
}

func (x *srt) sheets(m *Moment) []record.Sheet {
	x.countOpen()
	s := x.set.sheet(&x.spec, srtTable.SheetSpec, m.say("response time in ms, by capture time%s", x.spec.byWords()))
	list := x.rows.sorted(func(a, b *srtRow) int { return cmp.Or(a.compare(&b.group), strings.Compare(a.command, b.command)) })
	commands := map[string]int{} // rows of each
	for _, r := range list {
		kind := record.OneGroup
		if r.of == nil && !r.timed {
			kind = record.Total
		}
		s.Rows = append(s.Rows, srtTable.row(r, kind, 0, m))
		commands[r.command]++
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, srtTable.row(o, record.Other, 0, m))
	}
	for _, r := range list {
		if commands[r.command] > 1 {
			sum := x.rows.total(func(o *srtRow) bool { return o.command == r.command })
			sum.command = r.command
			s.Rows = append(s.Rows, srtTable.row(sum, record.Total, 0, m))
			commands[r.command] = 0
		}
	}
	s.Rows = append(s.Rows, srtTable.row(x.rows.total(every), record.Total, 0, m))
	s.Closing = foldedSentence(x.rows.folded, m)
	return []record.Sheet{s}
}

var srtTable = newTable(record.SheetSpec{Name: "srt", Totals: true, Folds: true, Gap: 1, Doc: "Response times; percentiles are of answered requests only."},
	groupColumns((*srtRow).about),
	[]column[srtRow]{
		{record.Column{Key: "server", Heading: "Server", Doc: "Address of the server.", Optional: true, Drop: 2},
			func(r *srtRow, _ *Moment) record.Value {
				if r.of == nil {
					return empty
				}
				return record.Text(r.of.server)
			}},
		{record.Column{Key: "request", Heading: "Request", Doc: "The request.", Group: true},
			func(r *srtRow, _ *Moment) record.Value { return record.Text(r.command) }},
		countColumn("count", "Count", "Requests.", (*srtRow).count),
		countColumn("answered", "Answered", "Those with a response, however late.", func(r *srtRow) uint64 { return r.states[track.Answered] }),
		countColumn("unanswered", "Unansw", "Those that got no response within the response timeout, or before their connection ended.", (*srtRow).unanswered),
		countColumn("open", "Open", "Those open now, or when the capture ended.", func(r *srtRow) uint64 { return r.waiting + r.states[track.CaptureEnded] }),
		optional(countColumn("blind", "Blind", "Those whose response the capture may have missed.", func(r *srtRow) uint64 { return r.states[track.Unknown] })),
		delayColumn("p50_ms", "p50", "Half were answered within this, in milliseconds.", record.Tenths, (*srtRow).times, median),
		delayColumn("p90_ms", "p90", "90 percent were answered within this, in milliseconds.", record.Tenths, (*srtRow).times, p90),
		delayColumn("p99_ms", "p99", "99 percent were answered within this, in milliseconds.", record.Tenths, (*srtRow).times, p99),
		delayColumn("max_ms", "Max", "The longest response time in milliseconds.", record.Tenths, (*srtRow).times, longest),
		droppable(1, frameColumn("max_frame", "In frame", "The packet of the response that took longest.", func(r *srtRow) uint64 { return r.slow })),
	},
	textColumns((*srtRow).about))
