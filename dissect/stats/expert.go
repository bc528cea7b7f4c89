package stats

import (
	"cmp"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// expert counts expert notes.
type expert struct {
	set  *Set
	spec Spec
	from int64
	rows rows[*dissect.NoteSpec, noteRow]
}

type noteRow struct {
	*dissect.NoteSpec
	n     uint64
	first uint64 // frame
}

func newExpert(s *Set, spec Spec) stat {
	x := &expert{set: s, spec: spec}
	x.rows.fresh = func(n *dissect.NoteSpec) *noteRow { return &noteRow{NoteSpec: n} }
	return x // there are few notes: nothing is folded
}

func (x *expert) next() stat {
	n := newExpert(x.set, x.spec).(*expert)
	n.from = x.set.since
	return n
}

func (x *expert) event(e *track.Event) {
	switch e.Kind {
	case track.PDU:
		x.notes(e.PDU.Notes, e.PDU.Last.Num)
	case track.Gap:
		if e.Gap.Kind != dissect.Preface { // its note is on the connection too
			x.notes(e.Gap.Notes, e.Gap.Last.Num)
		}
	case track.Message, track.Pending:
		lead := e.Msg.First().Lead().Num
		x.notes(e.Msg.Notes[min(e.Msg.ToldNotes, len(e.Msg.Notes)):], lead)
		for s, n := range e.Msg.Unnamed {
			x.note(s, n, lead)
		}
	case track.Closed:
		x.notes(e.Conn.Notes, e.Conn.First.Num)
	case track.Transaction:
		if e.Before != nil && e.Before.Decided >= x.from {
			for i := range e.Before.Notes {
				if row := x.rows.byKey[e.Before.Notes[i].Spec]; row != nil && row.n > 0 {
					row.n--
				}
			}
		}
		lead, _ := e.Txn.Lead()
		x.notes(e.Txn.Notes, lead.Last.Num)
	}
}

func (x *expert) notes(list []dissect.Note, frame uint64) {
	for i := range list {
		x.note(list[i].Spec, 1, frame)
	}
}

func (x *expert) note(s *dissect.NoteSpec, n int, frame uint64) {
	row := x.rows.at(s)
	if row.n == 0 {
		row.first = frame
	}
	row.n += uint64(n)
}

func (x *expert) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, expertTable.SheetSpec, m.say("expert notes"))
	for _, r := range x.rows.sorted(func(a, b *noteRow) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.n, a.n), strings.Compare(a.ID, b.ID))
	}) {
		if r.n == 0 {
			continue // taken back
		}
		mark := byte(0)
		if r.Severity >= dissect.Warn {
			mark = '*'
		}
		s.Rows = append(s.Rows, expertTable.row(r, record.OneGroup, mark, m))
	}
	return []record.Sheet{s}
}

var expertTable = newTable(record.SheetSpec{Name: "expert", Gap: 1, Marked: true, Doc: "Expert notes, counted."}, []column[noteRow]{
	{record.Column{Key: "id", Heading: "Note", Doc: "Id of the note."}, func(r *noteRow, _ *Moment) record.Value { return record.Text(r.ID) }},
	{record.Column{Key: "severity", Heading: "Severity", Doc: "chat, note, warn or error."},
		func(r *noteRow, _ *Moment) record.Value { return record.Text(r.Severity.String()) }},
	countColumn("count", "Count", "How often.", func(r *noteRow) uint64 { return r.n }),
	frameColumn("frame", "First in", "The packet that the first is on.", func(r *noteRow) uint64 { return r.first }),
	{record.Column{Key: "meaning", Heading: "Meaning", Doc: "What it says."}, func(r *noteRow, _ *Moment) record.Value { return record.Text(r.Doc) }},
})
