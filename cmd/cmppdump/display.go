package main

import (
	"errors"
	"strings"

	"cmppdump/dissect/filter"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// expansions are the values of --expand, each unit before those that hold it.
var expansions = []struct {
	name string
	view record.View
}{{"transaction", record.Txn}, {"message", record.Msg}, {"connection", record.Conn}}

// checkDisplay compiles -Y and checks what belongs to it.
func (c *config) checkDisplay() (err error) {
	switch {
	case c.displayText == "" && c.expandName != "":
		return usage("--expand says what to show with each hit of -Y; say -Y EXPR")
	case c.displayText == "":
		return nil
	case c.query != nil:
		return usage("why has no -Y: it looks for the number or Msg_Id that it is given")
	}
	if c.display, err = filter.CompileIn(c.displayText, c.table, c.zone()); err != nil {
		return displayError(err, c.displayText)
	}
	live := len(c.interfaces) > 0
	if live && c.write != "" && c.views != record.PDU|record.Gap {
		return usage("-w with -Y writes the packets of PDUs while it captures: --view pdu only; other views take files")
	}
	if c.expandName == "" {
		return nil
	}
	var names []string
	for _, x := range expansions {
		names = append(names, x.name)
		if x.name == c.expandName {
			c.expand = x.view
		}
	}
	if live {
		return usage("--expand reads the input twice, which takes files (-r)")
	}
	return oneOf("--expand", c.expandName, names...)
}

// displayError shows the place that is meant under the expression.
func displayError(err error, expr string) error {
	var e *filter.Error
	if !errors.As(err, &e) {
		return usageError{err}
	}
	escaped := func(s string) string { return string(render.AppendEscaped(nil, []byte(s))) }
	before, place := expr[:e.Offset], expr[e.Offset:e.Offset+e.Length]
	pad := strings.Repeat(" ", render.Width([]byte(escaped(before))))
	carets := strings.Repeat("^", max(1, render.Width([]byte(escaped(place)))))
	return usage("%s\n  %s\n  %s%s", e, escaped(expr), pad, carets)
}

// recordViews are all kinds of records that an event can be.
const recordViews = record.PDU | record.Gap | record.Txn | record.Msg | record.Conn

// selection is -Y: it lets those events through whose record matches. It is a
// track.Sink.
type selection struct {
	next   track.Sink
	filter *filter.Filter
	views  record.View // what is shown
	keep   *kept       // what is shown with the hits; nil without --expand
	rec    record.Record

	shown, of uint64 // records
}

func (c *config) newSelection(next track.Sink, o record.Options, keep *kept) *selection {
	return &selection{next: next, filter: c.display, views: c.views, keep: keep, rec: record.Record{Options: o}}
}

// Event implements track.Sink.
func (s *selection) Event(e *track.Event) {
	matched := s.matches(e) || s.keep.has(e)
	if s.rec.View&s.views != 0 {
		s.of++
		if matched {
			s.shown++
		}
	}
	if matched {
		s.next.Event(e)
	}
}

// matches reports whether the filter holds for the event's record. The rows of
// PDUs have others among them: of a timeout, which is a transaction's, and of
// the end of a connection.
func (s *selection) matches(e *track.Event) bool {
	views := s.views
	if views&record.PDU != 0 && (e.Kind == track.Closed || e.Kind == track.Transaction && !e.Txn.Final) {
		views = recordViews
	}
	return s.rec.Set(e, views) && s.filter.Match(&s.rec)
}

// displayed says how many records -Y has let through. If it was none, a reason
// may be that no record has a name at all.
func (s *session) displayed() lang.Text {
	x := s.selection
	text := sayDisplayed.With(x.shown, lang.Amount(x.of, aRecord))
	if x.shown > 0 {
		return text
	}
	for _, lacking := range x.filter.Lacking(x.views) {
		text = text.And(semicolon).And(lang.Text{lacking + " (--view)", lacking + "（--view）"})
	}
	return text
}

// origin is where a PDU begins.
type origin struct {
	conn   int
	dir    uint8
	offset int64
}

// arrival is the packet that completed a PDU, and which PDU of it.
type arrival struct {
	frame    uint64
	conn     int32
	sequence uint32
}

// kept is what --expand shows with the hits: found in a reading of its own,
// before the one whose records are shown. It is a track.Sink.
type kept struct {
	expand   record.View
	hits     *selection
	conns    map[int]bool
	txns     map[origin]bool // by their first PDU
	messages map[uint64]bool // by number
	ids      map[uint64]bool // event.id of messages
	pdus     map[arrival]bool
	msgs     []*track.Msg
}

func (c *config) newKept(o record.Options) *kept {
	k := &kept{expand: c.expand, conns: map[int]bool{}, txns: map[origin]bool{}, messages: map[uint64]bool{}, ids: map[uint64]bool{}, pdus: map[arrival]bool{}}
	k.hits = c.newSelection(nil, o, nil)
	k.hits.views |= c.expandViews()
	return k
}

// expandViews are the records of the units that a unit of --expand is made of,
// and its own: what only they know is a reason to keep it too. A larger unit has
// the hits of the smaller ones.
func (c *config) expandViews() (views record.View) {
	for _, x := range expansions {
		if views |= x.view; x.view == c.expand {
			break
		}
	}
	return views
}

// Event implements track.Sink.
func (k *kept) Event(e *track.Event) {
	if k.hits.matches(e) {
		k.hit(e)
	}
	if e.Kind == track.Message && k.messages[e.Msg.No] {
		k.message(e.Msg)
	}
	if e.Kind == track.Transaction && k.expand == record.Msg && k.txns[originOf(e)] {
		k.messagesOf(e.Txn) // those of a request are known only now
	}
}

// hit keeps what an event that matches belongs to.
func (k *kept) hit(e *track.Event) {
	switch {
	case k.expand == record.Conn:
		k.conns[e.Conn.ID] = true
	case e.Kind == track.Message:
		k.message(e.Msg)
	case e.Kind == track.PDU, e.Kind == track.Transaction:
		k.txns[originOf(e)] = true
		if k.expand == record.Msg && e.Txn != nil {
			k.messagesOf(e.Txn)
		}
	}
}

func (k *kept) messagesOf(x *track.Txn) {
	k.msgs = x.AppendMessages(k.msgs[:0])
	for _, m := range k.msgs {
		k.message(m)
	}
}

// message keeps the PDUs of a message: those known now, and with each news of
// it those that have come since.
func (k *kept) message(m *track.Msg) {
	k.messages[m.No], k.ids[m.EventID] = true, true
	m.EachPDU(k.arrived)
}

func (k *kept) arrived(m *track.Mark, sequence uint32) {
	k.pdus[arrival{m.Num, m.Conn, sequence}] = true
}

// has reports whether an event is kept.
func (k *kept) has(e *track.Event) bool {
	switch {
	case k == nil:
		return false
	case k.conns[e.Conn.ID]:
		return true
	case e.Kind == track.Message:
		return k.ids[e.Msg.EventID]
	case e.Kind != track.PDU && e.Kind != track.Transaction:
		return false
	case k.txns[originOf(e)]:
		return true
	case e.Kind == track.PDU && k.pdus[arrival{e.PDU.Last.Num, int32(e.Conn.ID), e.PDU.Sequence}]:
		return true
	}
	return e.Txn != nil && k.pdus[arrival{e.Txn.Request.Last.Num, int32(e.Conn.ID), e.Txn.Sequence}]
}

// originOf is where the first PDU of the event's transaction begins, or the PDU
// itself.
func originOf(e *track.Event) origin {
	if e.Txn == nil {
		return origin{e.Conn.ID, uint8(e.PDU.Dir), e.PDU.Offset}
	}
	h, dir := e.Txn.Lead()
	return origin{e.Conn.ID, uint8(dir), h.Offset}
}
