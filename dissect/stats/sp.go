package stats

import (
	"cmp"
	"strings"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// bySP counts messages by account and service.
type bySP struct {
	set  *Set
	spec Spec
	from int64
	rows rows[spKey, spRow]
}

type spKey struct{ sp, service *label }

type spRow struct {
	spKey
	tally
}

func newSP(s *Set, spec Spec) stat {
	x := &bySP{set: s, spec: spec}
	x.rows.fresh = func(k spKey) *spRow { return &spRow{spKey: k} }
	x.rows.merge = func(into, from *spRow) { into.add(&from.tally) }
	x.rows.first = func(a, b *spRow) int { return cmp.Compare(a.sent(), b.sent()) }
	return x
}

func (x *bySP) next() stat {
	n := newSP(x.set, x.spec).(*bySP)
	n.from = x.set.since
	return n
}

func (x *bySP) event(e *track.Event) {
	if isMessage(e) {
		l := x.set.labels
		x.rows.at(spKey{l.msg(SP, e.Msg), l.msg(Service, e.Msg)}).take(e.Msg, x.from)
	}
}

func (x *bySP) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, spTable.SheetSpec, m.say("messages by SP_Id and Service_Id"))
	for _, r := range x.rows.sorted(func(a, b *spRow) int {
		return cmp.Or(strings.Compare(a.sp.text, b.sp.text), strings.Compare(a.service.text, b.service.text))
	}) {
		s.Rows = append(s.Rows, spTable.row(r, record.OneGroup, 0, m))
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, spTable.row(o, record.Other, 0, m))
	}
	if len(s.Rows) > 1 {
		s.Rows = append(s.Rows, spTable.row(x.rows.total(every), record.Total, 0, m))
	}
	s.Closing = foldedSentence(x.rows.folded, m)
	return []record.Sheet{s}
}

var spTable = newTable(record.SheetSpec{Name: "sp", Totals: true, Folds: true, Gap: 1, Doc: "Messages by account and service."}, []column[spRow]{
	spLabel("sp_id", "SP_Id", "The SP: Source_Addr of the login, else Msg_src.", func(r *spRow) *label { return r.sp }),
	spLabel("service_id", "Service_Id", "Service_Id of the messages.", func(r *spRow) *label { return r.service }),
	countColumn("messages", "Messages", "Messages to phones.", func(r *spRow) uint64 { return r.sent() }),
	countColumn("delivered", "DELIVRD", "Those delivered.", func(r *spRow) uint64 { return r.delivered() }),
	countColumn("failed", "Failed", "Those whose report says otherwise.", func(r *spRow) uint64 { return r.failed() }),
	countColumn("none_yet", "None yet", "Those accepted, without a report so far.", func(r *spRow) uint64 { return r.noneYet() }),
	countColumn("refused", "Refused", "Those refused by the gateway.", func(r *spRow) uint64 { return r.refused() }),
	countColumn("unanswered", "Unansw", "Those without a response within the response timeout.", func(r *spRow) uint64 { return r.tally[track.Unanswered] }),
	droppable(2, optional(countColumn("accepted", "Accepted", "Those accepted, where no report is due.", func(r *spRow) uint64 { return r.tally[track.Accepted] }))),
	optional(countColumn("open", "Open", "Those without a response when the capture ended, or their connection before the response timeout.", func(r *spRow) uint64 { return r.tally[track.Sent] })),
	droppable(3, optional(countColumn("partial", "Partial", "Long messages with parts missing or of different ends.", func(r *spRow) uint64 { return r.tally[track.Partial] }))),
	droppable(4, shareColumn("delivery_rate", "DELIVRD%", "Part of the messages with a report that was delivered, from 0 to 1.",
		func(r *spRow) (uint64, uint64) { return r.delivered(), r.delivered() + r.failed() })),
	optional(countColumn("received", "MO", "Messages from phones.", func(r *spRow) uint64 { return r.tally[track.Received] })),
	optional(countColumn("report_only", "Lone rep", "Reports whose SUBMIT was not captured.", func(r *spRow) uint64 { return r.tally[track.ReportOnly] })),
})

func spLabel(key, heading, doc string, get func(*spRow) *label) column[spRow] {
	return column[spRow]{record.Column{Key: key, Heading: heading, Doc: doc, Group: key == "sp_id"}, func(r *spRow, _ *Moment) record.Value {
		if l := get(r); l != nil {
			return record.Text(l.text)
		}
		return empty
	}}
}
