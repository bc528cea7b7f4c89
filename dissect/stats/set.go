package stats

import (
	"math"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// Options are what figures depend on besides the traffic.
type Options struct {
	// Intervals: the figures of intervals are asked for besides those of all.
	Intervals bool
	// Window is how many requests a side may have open; 0: it is not known.
	Window int
	// Mask says what tables show of what tells of people; nil: all.
	Mask Mask
}

// Mask hides numbers, names and texts, and the Stat of a report where it is
// none. Equal ones stay equal.
type Mask interface {
	Number(string) string
	Name(string) string
	Stat(string) string
}

// unmasked hides nothing.
type unmasked struct{}

func (unmasked) Number(s string) string { return s }
func (unmasked) Name(s string) string   { return s }
func (unmasked) Stat(s string) string   { return s }

// stat accumulates one -z.
type stat interface {
	event(e *track.Event)
	// sheets are the tables of what was counted so far.
	sheets(m *Moment) []record.Sheet
	// next is the same for the time from now on: what is open goes with it.
	next() stat
}

// ender is a stat that shows what is open: it takes that down when the input
// ends, before it is settled.
type ender interface{ ending(now int64) }

// Set is all the statistics of a run. It hears every event, and is no
// track.Sink only because it cannot fail.
type Set struct {
	specs       []Spec
	opt         Options
	labels      *labels
	conns       map[*track.Conn]bool // that are open
	whole       []stat
	recent      []stat // of this interval; nil if they are not asked for
	since       int64  // when the interval began, ns
	first, last int64  // capture time of the PDUs, ns
}

// New makes the accumulators.
func New(specs []Spec, o Options) *Set {
	if o.Mask == nil {
		o.Mask = unmasked{}
	}
	s := &Set{specs: specs, opt: o, labels: newLabels(o.Mask), conns: map[*track.Conn]bool{}, first: math.MinInt64, since: math.MinInt64}
	for _, spec := range specs {
		s.labels.need(spec.By)
		s.whole = append(s.whole, findKind(spec.Name).make(s, spec))
		if o.Intervals {
			s.recent = append(s.recent, findKind(spec.Name).make(s, spec))
		}
	}
	return s
}

// Follow tells what the tracker must do for the statistics.
func Follow(specs []Spec) (messages, pending bool) {
	for _, spec := range specs {
		k := findKind(spec.Name)
		messages, pending = messages || k.messages || k.reports && spec.By == Signature, pending || k.pending
	}
	return messages, pending
}

// Event counts an event.
func (s *Set) Event(e *track.Event) {
	if e.Kind == track.PDU {
		if s.first == math.MinInt64 {
			s.first = e.PDU.First.Time
		}
		s.last = e.PDU.Last.Time
		if !e.PDU.Response() {
			s.labels.tag(e)
		}
	}
	switch e.Kind {
	case track.Transaction:
		if e.Before == nil {
			s.labels.sign(e.Txn)
		}
	case track.Opened:
		s.conns[e.Conn] = true
	case track.Closed:
		delete(s.conns, e.Conn)
	}
	for _, x := range s.whole {
		x.event(e)
	}
	for _, x := range s.recent {
		x.event(e)
	}
}

// Ending tells that the input ends, before what is open is settled.
func (s *Set) Ending(now int64) {
	for _, list := range [][]stat{s.whole, s.recent} {
		for _, x := range list {
			if e, ok := x.(ender); ok {
				e.ending(now)
			}
		}
	}
}

// Sheets are the tables of all so far.
func (s *Set) Sheets(m *Moment) []record.Sheet { return s.tables(s.whole, m) }

// Recent are the tables of the interval so far, and Next begins another.
func (s *Set) Recent(m *Moment) []record.Sheet {
	whole := s.first
	s.first = max(s.first, s.since)
	defer func() { s.first = whole }()
	return s.tables(s.recent, m)
}

// Next is described with Recent.
func (s *Set) Next(now int64) {
	s.since = now
	for i, x := range s.recent {
		s.recent[i] = x.next()
	}
}

func (s *Set) tables(list []stat, m *Moment) (all []record.Sheet) {
	for _, x := range list {
		all = append(all, x.sheets(m)...)
	}
	return all
}

// Sheets are the declarations of all tables.
func Sheets() []*record.SheetSpec {
	return []*record.SheetSpec{convTable.SheetSpec, srtTable.SheetSpec, resultsTable.SheetSpec, ioTable.SheetSpec, windowTable.SheetSpec,
		reportsTable.SheetSpec, blameTable.SheetSpec, clocksTable.SheetSpec, flowTable.SheetSpec, bandTable.SheetSpec, expertTable.SheetSpec, spTable.SheetSpec, signatureTable.SheetSpec}
}

// sheet begins a table of a -z.
func (s *Set) sheet(spec *Spec, t *record.SheetSpec, what string) record.Sheet {
	sheet := record.Sheet{SheetSpec: t, Of: spec.Name, Interval: spec.Interval, Title: spec.Text + ": " + what}
	if s.first != math.MinInt64 {
		sheet.From, sheet.To = s.first, max(s.first, s.last)
	}
	return sheet
}

// byWords says what figures are grouped by, if the user has asked for that.
func (s *Spec) byWords() (words lang.Text) {
	if !strings.Contains(s.Text, "by=") {
		return words
	}
	return said.With(", by %s", keyNames[s.By])
}

// commandName is the command of a transaction without the protocol's name.
func commandName(x *track.Txn) string {
	return string(dissect.AppendShort(nil, x.Conn.Proto, x.Command, x.CommandID, x.Column))
}
