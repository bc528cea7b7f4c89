package live

import (
	"slices"

	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
)

// subject is what the panes below the list are about.
type subject struct {
	view   View
	no     uint64
	end    uint64   // of the rows that were looked at, of a connection
	arrows []uint64 // rows, of the ladder; none for a row of the PDU view
	at     int      // the arrow selected
	row    uint64   // whose fields and octets are shown; 0: none
	field  int      // of it
	octet  int      // selected in the hex pane
	// decided is what decisive has selected.
	decided struct {
		row   uint64
		field int
		state track.MsgState
		of    int // arrows
	}
}

// choose finds what the selected row is about.
func (a *App) choose() {
	l, s := a.list(), a.s
	b := &a.subject
	if b.view != a.view || b.no != l.cursor {
		want := b.row
		*b = subject{view: a.view, no: l.cursor, field: b.field}
		a.arrows()
		if i := slices.Index(b.arrows, want); i >= 0 {
			b.at = i // from another view
		} else if a.view == Messages {
			a.decisive()
		}
		a.ladder, a.hexTop = 0, 0
	} else {
		untouched := a.view == Messages && a.focus == paneList && b.arrow() == b.decided.row && b.field == b.decided.field
		a.arrows()
		if untouched && s.msgs.has(b.no) && (s.msgs.at(b.no).state != b.decided.state || len(b.arrows) != b.decided.of) {
			a.decisive() // by what is known now
		}
	}
	b.at = max(min(b.at, len(b.arrows)-1), 0)
	row := l.cursor
	if a.view != PDUs {
		row = 0
		if len(b.arrows) > 0 {
			row = b.arrows[b.at]
		}
	}
	if row != b.row {
		b.row = row
		b.octet = -1
		a.tree.top = -1
	}
}

// arrow is the row of the arrow selected; 0: none.
func (b *subject) arrow() uint64 {
	if b.at < 0 || b.at >= len(b.arrows) {
		return 0
	}
	return b.arrows[b.at]
}

// decisive selects the PDU and the field by which a message has failed, else the
// first.
func (a *App) decisive() {
	b := &a.subject
	b.at, b.field = 0, 0
	m := a.l.message(b.no)
	if m != nil && m.State.Failed() {
		a.failure()
	}
	d := &b.decided
	d.row, d.field, d.of = b.arrow(), b.field, len(b.arrows)
	if m != nil {
		d.state = m.State
	}
}

// failure selects the newest PDU that says failure, and the field that does.
func (a *App) failure() {
	b := &a.subject
	for i := len(b.arrows) - 1; i >= 0; i-- {
		e := a.l.row(b.arrows[i])
		if e == nil || e.PDU == nil || !badReport(e.PDU) && !e.PDU.Failed() {
			continue
		}
		b.at = i
		for k := range e.PDU.Fields {
			if role := e.PDU.Fields[k].Spec.Role; role == layout.Stat || role == layout.Status {
				b.field = k
			}
		}
		return
	}
}

// arrows lists the PDUs of the subject in the order captured.
func (a *App) arrows() {
	b, s := &a.subject, a.s
	switch a.view {
	case Messages:
		b.arrows = b.arrows[:0]
		if s.msgs.has(b.no) && s.msgs.at(b.no).set {
			b.arrows = s.msgRows(b.arrows, b.no)
		}
	case Transactions:
		b.arrows = b.arrows[:0]
		if s.txns.has(b.no) {
			t := s.txns.at(b.no)
			b.arrows = append(b.arrows, t.request, t.response)
		}
	case Connections:
		a.connArrows()
		return
	default:
		b.arrows = nil
		return
	}
	b.arrows = slices.DeleteFunc(b.arrows, func(i uint64) bool { return !s.rows.has(i) })
	slices.Sort(b.arrows)
	b.arrows = slices.Compact(b.arrows)
}

// The newest PDUs of a connection are shown, out of so many rows.
const (
	connArrows = 500
	connRows   = 20000
)

// msgRows appends the rows of a message's PDUs; some may be 0.
func (s *Store) msgRows(dst []uint64, no uint64) []uint64 {
	for _, p := range s.appendParts(nil, no) {
		dst = append(dst, p.submit, p.resp, p.report, p.ack)
	}
	if x := s.more[no]; x != nil {
		for i := range x.reports {
			dst = append(dst, s.rowOf(x.reports[i].PDU))
		}
	}
	return dst
}

// connArrows lists the newest PDUs of a connection.
func (a *App) connArrows() {
	b, s := &a.subject, a.s
	if b.no == 0 || b.no > uint64(len(s.live)) || b.end == s.rows.end {
		return
	}
	conn := uint32(s.live[b.no-1].ID)
	var newest []uint64
	least := max(s.rows.first, b.end)
	if b.end == 0 && s.rows.end > s.rows.first+connRows {
		least = s.rows.end - connRows
	}
	for i := s.rows.end - 1; i >= least && len(newest) < connArrows; i-- {
		if r := s.rows.at(i); r.conn == conn && r.kind == rowPDU {
			newest = append(newest, i)
		}
	}
	slices.Reverse(newest)
	atEnd := b.at >= len(b.arrows)-1
	before := len(b.arrows)
	b.arrows = append(b.arrows, newest...)
	if n := len(b.arrows) - connArrows; n > 0 {
		b.arrows = b.arrows[n:]
		b.at = max(b.at-n, 0)
	}
	b.arrows = slices.DeleteFunc(b.arrows, func(i uint64) bool { return !s.rows.has(i) })
	if atEnd && before > 0 && a.list().follow || before == 0 {
		b.at = len(b.arrows) - 1
	}
	b.end = s.rows.end
}
