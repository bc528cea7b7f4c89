package stats

import (
	"cmp"
	"strconv"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// results counts the statuses of responses and the final states in reports.
type results struct {
	set  *Set
	spec Spec
	rows rows[resultKey, resultRow]
	// unread are responses and reports whose code could not be read.
	unread uint64
	// unsigned are reports whose signature is not known yet; nil if nothing asks
	// for that.
	unsigned map[*track.Txn]*unsigned
}

// unsigned is a report, as it is to be counted.
type unsigned struct {
	key resultKey
	row resultRow
}

type resultKey struct {
	group
	command uint32
	status  uint64
	stat    [7]byte // of a report
	isStat  bool
}

type resultRow struct {
	group
	pdu, field string
	code       string
	num        uint64 // of a status, for the order
	meaning    layout.Meaning
	known      bool
	failed     bool
	n          uint64
	of100      uint64 // all with the same PDU and field
	first      uint64 // frame
}

func (r *resultRow) about() *group { return &r.group }

func newResults(s *Set, spec Spec) stat {
	x := &results{set: s, spec: spec}
	x.rows.fresh = func(k resultKey) *resultRow { return &resultRow{group: k.group} }
	x.rows.merge = func(into, from *resultRow) { into.n += from.n }
	x.rows.first = func(a, b *resultRow) int { return cmp.Or(a.older(&b.group), cmp.Compare(a.n, b.n)) }
	if spec.By == Signature {
		x.unsigned = map[*track.Txn]*unsigned{}
	}
	return x
}

func (x *results) next() stat {
	n := newResults(x.set, x.spec).(*results)
	n.unsigned = x.unsigned
	return n
}

func (x *results) event(e *track.Event) {
	if e.Kind == track.Transaction && x.unsigned[e.Txn] != nil {
		x.sign(e.Txn)
	}
	switch {
	case e.Kind == track.Transaction && e.Txn.State == track.Answered && e.Txn.Spec != nil:
		x.status(e.Txn)
	case e.Kind == track.Transaction && e.Txn.State == track.Answered && e.Txn.Unread:
		x.unread++
	case e.Kind == track.PDU && e.PDU.SMS.Direction == dissect.Report && e.Txn != nil && e.Txn.Attempts == 1 && !e.PDU.Response():
		x.report(e)
	}
}

func (x *results) status(t *track.Txn) {
	row := x.rows.at(resultKey{group: x.spec.group(x.set.labels.txn(x.spec.By, t.Conn, t), t.Response.Last.Time), command: t.CommandID, status: t.Status})
	if row.n++; row.n > 1 {
		return
	}
	row.first = t.Response.Last.Num
	row.pdu, row.field = commandName(t)+"_RESP", t.Spec.Name
	row.num, row.code = t.Status, strconv.FormatUint(t.Status, 10)
	row.failed = t.Failed()
	if t.Spec.Enum != nil {
		row.meaning, row.known = t.Spec.Enum.Lookup(t.Status, nil, int(t.By))
	}
}

func (x *results) report(e *track.Event) {
	p := e.PDU
	if _, ok := p.Field(layout.Stat); !ok {
		x.unread++
		return
	}
	text := p.Text(layout.Stat, p.Raw)
	k := resultKey{group: x.spec.group(x.set.labels.pdu(x.spec.By, e), p.Last.Time), command: p.CommandID, isStat: true}
	copy(k.stat[:], text)
	if x.unsigned != nil {
		u := &unsigned{key: k}
		x.fill(&u.row, e, text)
		x.unsigned[e.Txn] = u
		return
	}
	row := x.rows.at(k)
	if row.n++; row.n == 1 {
		x.fill(row, e, text)
	}
}

// sign counts a report now that it is known whose it is.
func (x *results) sign(t *track.Txn) {
	u := x.unsigned[t]
	delete(x.unsigned, t)
	u.key.of = x.set.labels.txn(Signature, t.Conn, t)
	row := x.rows.at(u.key)
	if row.n++; row.n == 1 {
		u.row.group, u.row.n = row.group, row.n
		*row = u.row
	}
}

// fill says what a row of reports is about, by the first.
func (x *results) fill(row *resultRow, e *track.Event, text []byte) {
	p := e.PDU
	row.first = p.Last.Num
	row.pdu, row.field = commandName(e.Txn), "Stat"
	row.code = x.set.opt.Mask.Stat(string(record.AppendOctetString(nil, text)))
	row.meaning, row.known = p.Proto.StatText(text, p.Column)
	r := p.Proto.Receipt(text)
	row.failed = r == dissect.Undelivered || r == dissect.Expired
}

func (x *results) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, resultsTable.SheetSpec, m.say("answers and reports by their codes%s", x.spec.byWords()))
	list := x.rows.sorted(func(a, b *resultRow) int {
		return cmp.Or(a.compare(&b.group), -strings.Compare(a.pdu, b.pdu), strings.Compare(a.field, b.field), cmp.Compare(a.num, b.num), cmp.Compare(b.n, a.n), strings.Compare(a.code, b.code))
	})
	type whole struct {
		group
		pdu, field string
	}
	sums := map[whole]uint64{}
	for _, r := range list {
		sums[whole{r.group, r.pdu, r.field}] += r.n
	}
	for _, r := range list {
		r.of100 = sums[whole{r.group, r.pdu, r.field}]
		mark := byte(0)
		if r.failed {
			mark = '!'
		}
		s.Rows = append(s.Rows, resultsTable.row(r, record.OneGroup, mark, m))
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, resultsTable.row(o, record.Other, 0, m))
	}
	if x.unread > 0 {
		s.Closing = append(s.Closing, m.say("%d more, whose codes are not known (truncated)", x.unread))
	}
	s.Closing = append(s.Closing, foldedSentence(x.rows.folded, m)...)
	return []record.Sheet{s}
}

var resultsTable = newTable(record.SheetSpec{Name: "results", Folds: true, Gap: 1, Marked: true, Doc: "What was answered, and what reports said."},
	groupColumns((*resultRow).about), textColumns((*resultRow).about),
	[]column[resultRow]{
		{record.Column{Key: "pdu", Heading: "PDU", Doc: "The PDU that has the code."}, func(r *resultRow, _ *Moment) record.Value { return record.Text(r.pdu) }},
		{record.Column{Key: "field", Heading: "Field", Doc: "Its field."}, func(r *resultRow, _ *Moment) record.Value { return record.Text(r.field) }},
		{record.Column{Key: "code", Heading: "Code", Doc: "The code."}, func(r *resultRow, _ *Moment) record.Value { return record.Text(r.code) }},
		countColumn("count", "Count", "How often.", func(r *resultRow) uint64 { return r.n }),
		shareColumn("share", "Share", "Part of all codes of that field, from 0 to 1.", func(r *resultRow) (uint64, uint64) { return r.n, r.of100 }),
		droppable(1, frameColumn("frame", "First in", "The packet that completed the first.", func(r *resultRow) uint64 { return r.first })),
		{record.Column{Key: "meaning", Heading: "Meaning", Doc: "What the code means."}, func(r *resultRow, m *Moment) record.Value {
			if !r.known {
				return empty
			}
			return record.Text(m.Meaning(r.meaning))
		}},
	})
