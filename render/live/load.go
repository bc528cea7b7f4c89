package live

import (
	"bytes"
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// loader makes events again of what the store keeps. Everything that it gives
// is lent until its next call, and until the store is unlocked.
type loader struct {
	s    *Store
	mask *render.Mask // what is private in the events is hidden
	ev   track.Event
	pdu  dissect.PDU // of ev
	gap  dissect.Gap
	txn  track.Txn
	msg  track.Msg
	half dissect.PDU // a PDU that a transaction or message is read from
	// parts are those of the message read last; carrying is the transaction
	// whose messages copy finds.
	parts    []partRow
	carrying *txnRow
	copy     track.Copy
}

func newLoader(s *Store) *loader {
	l := &loader{s: s}
	l.copy.Carries = func(dst []*track.Msg) []*track.Msg { return l.carried(dst, l.carrying) }
	l.copy.Loaded = func(p *dissect.PDU) { l.mask.PDU(p) }
	return l
}

// stamp is where and when row r was captured.
func (l *loader) stamp(r *row) capture.Stamp {
	st := capture.Stamp{Num: r.num, Time: r.time, FileNum: uint64(r.fileNum), WireLen: int(r.wire), Captured: int(r.captured)}
	if int(r.iface) < len(l.s.ifaces) {
		st.Iface = l.s.ifaces[r.iface]
	}
	return st
}

// load decodes the PDU of row i into p, without its notes.
func (l *loader) load(p *dissect.PDU, i uint64) bool {
	if !l.s.rows.has(i) || l.s.rows.at(i).kind != rowPDU {
		return false
	}
	r := l.s.rows.at(i)
	p.Conn, p.Dir, p.Proto = &l.s.conns[r.conn].dis, r.dir, l.s.proto
	p.Last = l.stamp(r)
	p.First = p.Last
	p.First.Num -= uint64(r.begun)
	p.Offset, p.Nth, p.Of = r.offset, int(r.nth), int(r.of)
	p.Version, p.Source, p.Column = r.version, r.source, r.column
	p.Load(l.octets(r), int(r.total))
	return true
}

func (l *loader) octets(r *row) []byte { return l.s.octets.get(r.pos, int(r.length)) }

// row gives the event of a row of the PDU view, or nil if it was forgotten.
func (l *loader) row(i uint64) *track.Event {
	if !l.s.rows.has(i) {
		return nil
	}
	r := l.s.rows.at(i)
	c := l.s.conns[r.conn]
	l.ev = track.Event{Conn: &c.Conn}
	switch r.kind {
	case rowPDU:
		l.load(&l.pdu, i)
		if r.noted {
			l.pdu.Notes = append(l.pdu.Notes[:0], l.s.notes[i]...)
		}
		l.mask.PDU(&l.pdu)
		l.ev.Kind, l.ev.PDU = track.PDU, &l.pdu
		if r.txn != 0 && !r.lone {
			l.ev.Txn = l.transaction(r.txn)
		}
		l.ev.Submit = l.submitOf(i, r)
	case rowOpened:
		l.ev.Kind = track.Opened
	case rowGap:
		last := l.stamp(r)
		first := last
		first.Num -= uint64(r.begun)
		l.gap = dissect.Gap{Conn: &c.dis, Dir: r.dir, Kind: r.gap, First: first, Last: last, Offset: r.offset, Bytes: int64(r.pos), Notes: append(l.gap.Notes[:0], l.s.notes[i]...)}
		l.ev.Kind, l.ev.Gap = track.Gap, &l.gap
	case rowExpired, rowDoubtful:
		x := l.transaction(r.txn)
		if x == nil {
			return nil
		}
		x.State, x.Final, x.Decided = track.NoResponse, false, r.time
		if r.kind == rowDoubtful { // nobody is accused then (design §5)
			x.State = track.Unknown
		}
		x.Notes = append(x.Notes[:0], l.s.notes[i]...) // those of then
		l.ev.Kind, l.ev.Txn = track.Transaction, x
	case rowClosed:
		l.ev.Kind, l.ev.End = track.Closed, c.end
	}
	return &l.ev
}

// submitOf is the SUBMIT that a report is about: the one that its Msg_Id told
// when it came, or if that was forgotten by then, the one of their message.
func (l *loader) submitOf(i uint64, r *row) capture.Stamp {
	if r.asked != 0 {
		return capture.Stamp{Num: r.num - uint64(r.askedNum), Time: r.asked}
	}
	if r.msg == 0 || !l.s.msgs.has(r.msg) || l.s.msgs.at(r.msg).probable {
		return capture.Stamp{}
	}
	l.parts = l.s.appendParts(l.parts[:0], r.msg)
	for _, p := range l.parts {
		if p.report == i && l.s.rows.has(p.submit) && l.s.gives(p.resp, i) {
			return l.stamp(l.s.rows.at(p.submit))
		}
	}
	return capture.Stamp{}
}

// gives reports whether a response gave its id before row i.
func (s *Store) gives(resp, i uint64) bool {
	return resp < i && s.rows.has(resp) && !s.rows.at(resp).lone
}

// appendParts appends the parts of a message.
func (s *Store) appendParts(dst []partRow, no uint64) []partRow {
	m := s.msgs.at(no)
	dst = append(dst, m.part)
	if m.more {
		dst = append(dst, s.more[no].parts...)
	}
	return dst
}

// txnEvent gives the event of a transaction, or nil if it was forgotten.
func (l *loader) txnEvent(no uint64) *track.Event {
	x := l.transaction(no)
	if x == nil {
		return nil
	}
	l.ev = track.Event{Kind: track.Transaction, Conn: x.Conn, Txn: x}
	return &l.ev
}

// transaction gives transaction no, or nil.
func (l *loader) transaction(no uint64) *track.Txn {
	s := l.s
	if !s.txns.has(no) {
		return nil
	}
	t := s.txns.at(no)
	if !t.set || !s.rows.has(t.lead()) {
		return nil
	}
	x := &l.txn
	*x = track.Txn{No: no, Notes: append(x.Notes[:0], s.judged[no]...), Attempts: int(t.attempts), InFlight: int(t.inFlight),
		State: t.state, Final: t.final, Revision: int(t.revision), Decided: t.decided,
		Copy: &l.copy}
	l.carrying = t
	if l.load(&l.half, t.response) {
		x.Response = halfOf(&l.half)
		l.names(x, &l.half, l.half.Dir.Reverse())
		if f, ok := l.half.Field(layout.Status); ok {
			x.Status, x.Spec, x.By = f.Num, f.Spec, l.half.Column
		} else {
			x.Unread = l.half.StatusUnread()
		}
		x.MessageID, _ = l.half.Uint(layout.MessageID)
	}
	if l.load(&l.half, t.request) {
		x.Request, x.Raw = halfOf(&l.half), l.half.Raw
		l.names(x, &l.half, l.half.Dir)
		x.RequestID, _ = l.half.Uint(layout.MessageID)
		x.Receivers = int32(len(l.half.List(layout.To)))
	}
	return x
}

// names takes from a PDU of a transaction what both have in common.
func (l *loader) names(x *track.Txn, p *dissect.PDU, dir reassembly.Dir) {
	x.Conn, x.Dir = &l.s.conns[p.Conn.ID].Conn, dir
	x.CommandID, x.Sequence = p.CommandID&0x7fffffff, p.Sequence
	x.Command = l.s.proto.Command(x.CommandID)
	x.Version, x.Source, x.Column = p.Version, p.Source, p.Column
}

func halfOf(p *dissect.PDU) track.Half {
	return track.Half{Seen: true, First: p.First, Last: p.Last, Offset: p.Offset, Total: int32(p.Total)}
}

// msgEvent gives the event of a message, or nil if it was forgotten.
func (l *loader) msgEvent(no uint64) *track.Event {
	m := l.message(no)
	if m == nil {
		return nil
	}
	l.ev = track.Event{Kind: track.Message, Conn: m.Conn, Msg: m}
	return &l.ev
}

// carried appends the messages that a transaction carries, or the one that it
// reports on. They are numbered one after the other, unless a part of an older
// long message is among them.
func (l *loader) carried(dst []*track.Msg, t *txnRow) []*track.Msg {
	if !l.s.rows.has(t.request) {
		return dst
	}
	for no := l.s.rows.at(t.request).msg; no != 0 && l.s.msgs.has(no); no++ {
		l.parts = l.s.appendParts(l.parts[:0], no)
		if !slices.ContainsFunc(l.parts, func(p partRow) bool { return p.submit == t.request || p.report == t.request }) {
			break
		}
		m := &track.Msg{}
		if l.loadMessage(m, no) {
			dst = append(dst, m)
		}
	}
	return dst
}

// message gives message no, or nil.
func (l *loader) message(no uint64) *track.Msg {
	if !l.loadMessage(&l.msg, no) {
		return nil
	}
	return &l.msg
}

// loadMessage reads message no into m.
func (l *loader) loadMessage(m *track.Msg, no uint64) bool {
	s := l.s
	if !s.msgs.has(no) {
		return false
	}
	r := s.msgs.at(no)
	if !r.set || !l.load(&l.half, r.part.lead()) {
		return false
	}
	p := &l.half
	*m = track.Msg{No: no, Conn: &s.conns[p.Conn.ID].Conn, Dir: p.Dir, MO: r.mo, Parts: m.Parts[:0], Wanted: r.wanted, Overdue: r.overdue, State: r.state,
		Final: r.final, Revision: int(r.revision), Evicted: r.evicted, Probable: r.probable, Decided: r.decided}
	if waits(r.state) && !s.ended {
		m.Decided = max(m.Decided, s.now)
	}
	l.who(m, p, &r.part)
	if len(m.To) == 0 && !m.MO && r.part.report != 0 && l.load(&l.half, r.part.report) { // the SUBMIT was cut before it
		m.To = bytes.Clone(reportTo(&l.half))
	}
	l.parts = s.appendParts(l.parts[:0], no)
	for i := range l.parts {
		p := l.part(&l.parts[i])
		m.Parts = append(m.Parts, &p)
	}
	if r.more {
		x := s.more[no]
		m.More, m.Candidates, m.Resent, m.Repeated, m.Notes = x.reports, x.candidates, x.resent, x.repeated, x.notes
	}
	if l.mask != nil {
		*m = *l.mask.Message(m)
	}
	return true
}

// waits reports whether a message in the state is waiting for something.
func waits(m track.MsgState) bool {
	return m == track.Sent || m == track.Waiting || m == track.NoReport
}

// who takes from the first PDU who sends to whom.
func (l *loader) who(m *track.Msg, p *dissect.PDU, part *partRow) {
	to := p.List(layout.To)
	switch {
	case part.submit == 0: // a report alone
		m.To = reportTo(p)
		m.EventID = dissect.EventID(p.Conn.Conn, p.Dir, p.Offset, p.Raw[:12], nil)
		return
	case m.MO:
		m.To = p.Text(layout.To, p.Raw)
	case int(part.receiver) < len(to):
		m.To = to[part.receiver].Text(p.Raw)
	}
	m.From, m.Service = p.Text(layout.From, p.Raw), p.Text(layout.Service, p.Raw)
	m.EventID = dissect.EventID(p.Conn.Conn, p.Dir, p.Offset, p.Raw[:12], m.To)
	if p.SMS.HasUDH && p.SMS.UDH.HasConcat && p.SMS.UDH.Concat.Total > 1 {
		m.Concat = p.SMS.UDH.Concat
		m.Concat.Part = 0
	}
}

// reportTo is the receiver that a report names.
func reportTo(p *dissect.PDU) []byte {
	if to := p.Text(layout.ReportTo, p.Raw); len(to) > 0 {
		return to
	}
	return p.Text(layout.From, p.Raw)
}

// part reads a part of a message from its PDUs.
func (l *loader) part(r *partRow) track.Part {
	p, x := &l.half, track.Part{Index: r.index, Receiver: r.receiver, ID: r.id, End: r.end, GivenUp: r.givenUp}
	x.Submit, x.Resp, x.Report, x.Ack = l.mark(r.submit), l.mark(r.resp), l.mark(r.report), l.mark(r.ack)
	if l.load(p, r.submit) {
		x.Carry(p)
	}
	if l.load(p, r.resp) {
		n, ok := p.Uint(layout.Status)
		x.Result = uint32(n)
		if !ok {
			x.Lacks |= track.LacksResult
		}
	}
	if l.load(p, r.report) {
		x.ReportSeq = p.Sequence
		if _, ok := p.Field(layout.Stat); !ok {
			x.Lacks |= track.LacksStat
		}
		x.StatLen = uint8(copy(x.Stat[:], p.Text(layout.Stat, p.Raw)))
		copy(x.Done[:], p.Text(layout.DoneTime, p.Raw))
	}
	if l.load(p, r.ack) {
		n, ok := p.Uint(layout.Status)
		x.AckResult = uint32(n)
		if !ok {
			x.Lacks |= track.LacksAck
		}
	}
	return x
}

// mark says when and where row i was captured.
func (l *loader) mark(i uint64) track.Mark {
	if !l.s.rows.has(i) {
		return track.Mark{}
	}
	r := l.s.rows.at(i)
	st := l.stamp(r)
	return track.Mark{Num: r.num, Time: r.time, Conn: int32(r.conn), FileNum: r.fileNum, Iface: st.Iface}
}

// connEvent gives the event of a connection.
func (l *loader) connEvent(c *conn) *track.Event {
	l.ev = track.Event{Kind: track.Closed, Conn: &c.Conn, End: c.end}
	return &l.ev
}
