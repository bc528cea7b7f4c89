package stats

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"cmppdump/dissect/record"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
)

// templates counts messages by what they say, numbers left out.
type templates struct {
	set  *Set
	spec Spec
	from int64
	rows rows[string, templateRow]
	text []byte
	tmpl []byte
}

type templateRow struct {
	signature, template string
	tally
	delays delays
}

func (r *templateRow) times() *delays { return &r.delays }

func newSignature(s *Set, spec Spec) stat {
	x := &templates{set: s, spec: spec}
	x.rows.fresh = func(template string) *templateRow {
		return &templateRow{signature: s.opt.Mask.Name(string(sms.Signature([]byte(template)))), template: s.opt.Mask.Name(template)}
	}
	x.rows.merge = func(into, from *templateRow) {
		into.add(&from.tally)
		into.delays.merge(&from.delays)
	}
	x.rows.first = func(a, b *templateRow) int { return cmp.Compare(a.sent(), b.sent()) }
	return x
}

func (x *templates) next() stat {
	n := newSignature(x.set, x.spec).(*templates)
	n.from = x.set.since
	return n
}

func (x *templates) event(e *track.Event) {
	if !isMessage(e) || e.Msg.MO || e.Msg.State == track.ReportOnly {
		return
	}
	m := e.Msg
	x.text = m.AppendText(x.text[:0])
	x.tmpl = appendTemplate(x.tmpl[:0], x.text)
	row := x.rows.byKey[string(x.tmpl)]
	if row == nil {
		row = x.rows.at(string(x.tmpl))
	}
	row.take(m, x.from)
	if d, ok := reportNews(m); ok {
		row.delays.add(d)
	}
}

// longestTemplate is how many characters of a text tell templates apart.
const longestTemplate = 200

// appendTemplate appends a text with each number in it written #.
func appendTemplate(dst, text []byte) []byte {
	number := false
	for n := 0; len(text) > 0 && n < longestTemplate; {
		r, size := utf8.DecodeRune(text)
		switch digit := r >= '0' && r <= '9' || r >= utf8.RuneSelf && unicode.IsDigit(r); {
		case !digit:
			dst = append(dst, text[:size]...)
			number = false
			n++
		case !number:
			dst = append(dst, '#')
			number = true
			n++
		}
		text = text[size:]
	}
	return dst
}

func (x *templates) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, signatureTable.SheetSpec, m.say("messages by text, numbers as #"))
	for _, r := range x.rows.sorted(func(a, b *templateRow) int {
		return cmp.Or(cmp.Compare(b.sent(), a.sent()), strings.Compare(a.template, b.template))
	}) {
		s.Rows = append(s.Rows, signatureTable.row(r, record.OneGroup, 0, m))
	}
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, signatureTable.row(o, record.Other, 0, m))
	}
	if len(s.Rows) > 1 {
		s.Rows = append(s.Rows, signatureTable.row(x.rows.total(every), record.Total, 0, m))
	}
	s.Closing = foldedSentence(x.rows.folded, m)
	return []record.Sheet{s}
}

var signatureTable = newTable(record.SheetSpec{Name: "signature", Totals: true, Folds: true, Gap: 1, Doc: "Messages by their text, numbers left out."}, []column[templateRow]{
	countColumn("messages", "Messages", "Messages to phones.", func(r *templateRow) uint64 { return r.sent() }),
	countColumn("refused", "Refused", "Those refused by the gateway.", func(r *templateRow) uint64 { return r.refused() }),
	countColumn("delivered", "DELIVRD", "Those delivered.", func(r *templateRow) uint64 { return r.delivered() }),
	countColumn("failed", "Failed", "Those whose report says otherwise.", func(r *templateRow) uint64 { return r.failed() }),
	countColumn("none_yet", "None yet", "Those accepted, without a report so far.", func(r *templateRow) uint64 { return r.noneYet() }),
	optional(countColumn("remaining", "Rest", "Those in other states.", func(r *templateRow) uint64 { return r.sent() - r.refused() - r.reported() })),
	shareColumn("delivery_rate", "DELIVRD%", "Part of the messages with a report that was delivered, from 0 to 1.",
		func(r *templateRow) (uint64, uint64) { return r.delivered(), r.delivered() + r.failed() }),
	droppable(1, delayColumn("p50_ms", "Delay p50", "Half of the reports came within this after the SUBMIT, in milliseconds.", record.Duration, (*templateRow).times, median)),
	droppable(1, delayColumn("p99_ms", "p99", "99 percent came within this, in milliseconds.", record.Duration, (*templateRow).times, p99)),
	{record.Column{Key: "signature", Doc: "The sender's name in the text."}, func(r *templateRow, _ *Moment) record.Value { return record.Text(r.signature) }},
	{record.Column{Key: "template", Heading: "Text", Doc: "The text, with each number written #.", Group: true}, func(r *templateRow, _ *Moment) record.Value { return record.Text(r.template) }},
})
