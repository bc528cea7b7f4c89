package stats

import (
	"cmp"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// io counts PDUs over time.
type io struct {
	set  *Set
	spec Spec
	rows rows[group, ioRow]
}

type ioRow struct {
	group
	pdus, bytes, requests, submits, delivers uint64
	seconds                                  float64
}

func (r *ioRow) about() *group { return &r.group }

func newIO(s *Set, spec Spec) stat {
	x := &io{set: s, spec: spec}
	x.rows.fresh = func(g group) *ioRow { return &ioRow{group: g, seconds: float64(spec.Interval) / 1e9} }
	x.rows.merge = func(into, from *ioRow) {
		into.pdus += from.pdus
		into.bytes += from.bytes
		into.requests += from.requests
		into.submits += from.submits
		into.delivers += from.delivers
	}
	x.rows.first = func(a, b *ioRow) int { return cmp.Or(a.older(&b.group), cmp.Compare(a.pdus, b.pdus)) }
	return x
}

func (x *io) next() stat { return newIO(x.set, x.spec) }

func (x *io) event(e *track.Event) {
	if e.Kind != track.PDU {
		return
	}
	p := e.PDU
	row := x.rows.at(x.spec.group(x.set.labels.pdu(x.spec.By, e), p.Last.Time))
	row.pdus++
	row.bytes += uint64(len(p.Raw))
	if p.Response() {
		return
	}
	row.requests++
	switch p.Class() {
	case dissect.Submit:
		row.submits++
	case dissect.Deliver:
		row.delivers++
	}
}

// maxQuiet is how many intervals without a PDU are shown in a row.
const maxQuiet = 100

func (x *io) sheets(m *Moment) []record.Sheet {
	s := x.set.sheet(&x.spec, ioTable.SheetSpec, m.say("PDUs by %s%s", said.Text(intervalName(x.spec.Interval)), x.spec.byWords()))
	if o := x.rows.other; o != nil {
		s.Rows = append(s.Rows, ioTable.row(o, record.Other, 0, m))
	}
	before := (*ioRow)(nil)
	for _, r := range x.rows.sorted(func(a, b *ioRow) int { return a.compare(&b.group) }) {
		if before != nil && before.of == r.of && (r.at-before.at)/x.spec.Interval <= maxQuiet {
			for at := before.at + x.spec.Interval; at < r.at; at += x.spec.Interval {
				quiet := &ioRow{group: group{r.of, true, at}, seconds: r.seconds}
				s.Rows = append(s.Rows, ioTable.row(quiet, record.OneGroup, 0, m))
			}
		}
		s.Rows = append(s.Rows, ioTable.row(r, record.OneGroup, 0, m))
		before = r
	}
	s.Rows = append(s.Rows, ioTable.row(x.rows.total(every), record.Total, 0, m))
	s.Closing = foldedSentence(x.rows.folded, m)
	return []record.Sheet{s}
}

var ioTable = newTable(record.SheetSpec{Name: "io", Totals: true, Folds: true, Gap: 1, Doc: "PDUs over time."},
	groupColumns((*ioRow).about),
	[]column[ioRow]{
		countColumn("pdus", "PDUs", "PDUs.", func(r *ioRow) uint64 { return r.pdus }),
		countColumn("bytes", "Bytes", "Their octets.", func(r *ioRow) uint64 { return r.bytes }),
		countColumn("requests", "Requests", "Requests among them.", func(r *ioRow) uint64 { return r.requests }),
		countColumn("submits", "SUBMIT", "SUBMITs among those.", func(r *ioRow) uint64 { return r.submits }),
		countColumn("delivers", "DELIVER", "DELIVERs among those.", func(r *ioRow) uint64 { return r.delivers }),
		{record.Column{Key: "requests_per_s", Heading: "TPS", Type: record.Float, Look: record.Tenths, Doc: "Requests a second."},
			func(r *ioRow, _ *Moment) record.Value { return record.Real(float64(r.requests) / r.seconds) }},
	},
	textColumns((*ioRow).about),
	[]column[ioRow]{bar(func(r *ioRow) float64 { return float64(r.requests) / r.seconds })})
