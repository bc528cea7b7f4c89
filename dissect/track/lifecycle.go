package track

import (
	"bytes"
	"math/bits"
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// lifecycle follows messages from the SUBMIT to the report (C§8). Reports find
// their message by the Msg_Id that the SUBMIT_RESP gave, over all connections
// and files.
type lifecycle struct {
	t       *Tracker
	timeout int64 // report timeout, ns
	byID    map[uint64]*Part
	lone    map[uint64]uint8  // reports without a SUBMIT by their id, but the first of all with it
	groups  map[groupKey]*Msg // long messages with parts missing
	open    messages          // not final, by the first PDU
	done    messages          // final, kept for later news
	parked  parked
	work    messages // that were parked, and are looked at, in no order
	unused  *Msg     // chained by next
	early   earlyReports
	again   resubmits
	numbers numbers
	now     int64 // capture time
	mem     int64
	looks   int    // comparisons that a search may still make
	begun   uint64 // messages numbered so far
	stats   MsgStats
}

// MsgStats counts messages by what became of them.
type MsgStats struct {
	States  [MsgStates]uint64
	Evicted uint64 // forgotten before they were final
	// Forgotten are those that were final: news of them would be of nothing known.
	Forgotten uint64
	// Searches were given up: so many messages have the Msg_Id of a report that
	// it was compared with some of them only.
	Searches uint64
	// Since is how far back reports could be matched, ns: the newest first PDU
	// among the forgotten that were not final, or if there were none, among
	// those that were; 0: nothing was forgotten.
	Since int64
}

func newLifecycle(t *Tracker, timeout int64) *lifecycle {
	return &lifecycle{t: t, timeout: timeout,
		again: resubmits{remembered{room: t.opt.MaxMem / rememberedPart}}, numbers: numbers{remembered{room: t.opt.MaxMem / rememberedPart}}, byID: map[uint64]*Part{}, lone: map[uint64]uint8{}, groups: map[groupKey]*Msg{},
		parked: parked{conns: map[int32]*connUse{}, iface: map[*capture.Interface]uint64{}}}
}

// submitted takes a SUBMIT: a message for each receiver, or a part of one. One
// that was cut before its receivers is a message all the same.
func (l *lifecycle) submitted(x *Txn, p *dissect.PDU) {
	wanted, _ := p.Uint(layout.ReportFlag)
	content := l.content(p)
	receivers := p.List(layout.To)
	messages := len(receivers)
	nameless := messages == 0 && p.Truncated()
	if nameless {
		messages = 1
	}
	var last *Part
	for i := range messages {
		var to []byte
		if !nameless {
			to = receivers[i].Text(p.Raw)
		}
		m, part := l.part(x.Conn, p, to, content)
		if part == nil {
			l.note(m, notePart, int64(p.SMS.UDH.Concat.Part), int64(p.Last.Num))
			continue
		}
		m.Wanted = m.Wanted || wanted == 1
		part.Submit = MarkOf(x.Conn, p.No, p.Last)
		part.Receiver, part.Receivers = uint8(i), uint8(len(receivers))
		part.Lacks.set(LacksReceiver, nameless)
		part.txn = x
		l.odd(m, part)
		l.progress(m)
		if x.parts == nil { // it is the first, or those before it were forgotten by now
			x.parts = part
		} else {
			last.sibling = part
		}
		last = part
	}
}

// odd notes what is odd about a part that was submitted.
func (l *lifecycle) odd(m *Msg, p *Part) {
	if p.Index == 1 && len(m.To) > 0 && len(p.Content) > 0 {
		if num, before := l.again.add(m.To, p.Content, &p.Submit); num != 0 && num != p.Submit.Num {
			l.note(m, noteAgain, int64(num), before/1e6)
		}
	}
	if first := m.First(); p.Coding.Encoding != first.Coding.Encoding {
		l.note(m, noteMixed, int64(p.Index), int64(p.Coding.Value), int64(first.Coding.Value))
	}
}

// content keeps a copy of what the PDU carries behind the header.
func (l *lifecycle) content(p *dissect.PDU) []byte {
	return append([]byte(nil), p.SMS.Data...)
}

// responded takes the answer to a SUBMIT.
func (l *lifecycle) responded(x *Txn) {
	for part := x.parts; part != nil; part = part.sibling {
		if part.msg.where == nowhere {
			continue // forgotten
		}
		part.Resp = MarkOf(x.Conn, x.Response.No, x.Response.Last)
		part.Result = uint32(x.Status)
		part.GivenUp, part.msg.unsaid = 0, true
		part.Lacks.set(LacksResult, x.Unread)
		switch {
		case x.Unread: // it stays open: only a report can tell whether it was accepted
			l.given(part, x)
		case x.Spec != nil && x.Conn.Proto.Throttled(x.Status):
			part.End = partThrottled
		case x.Failed():
			part.End = partRejected
		default:
			part.End = partAccepted
			l.given(part, x)
		}
		l.news(part.msg, x.Response.Last.Time)
	}
	for part := x.parts; part != nil; part = part.sibling {
		part.msg.held++ // until all are done
	}
	for part := x.parts; part != nil; part = part.sibling {
		l.matchEarly(part)
	}
	for part := x.parts; part != nil; {
		next := part.sibling
		part.sibling, part.txn = nil, nil // they are found by their ids from now on
		part.msg.held--
		l.park(part.msg)
		part = next
	}
	x.parts = nil
}

// given takes the id that a response gives the part's receiver.
func (l *lifecycle) given(p *Part, x *Txn) {
	p.ID = x.Conn.Proto.NthID(x.MessageID, uint64(p.Receiver))
	l.register(p)
	if p.ID != 0 && p.msg.Wanted {
		l.numbers.add(p)
	}
	p.msg.waitFrom = x.Response.Last.Time
}

// register makes a part found by its id.
func (l *lifecycle) register(p *Part) {
	if p.ID != 0 {
		if p.same = l.lookup(p.ID); p.same != nil {
			p.same.before = p
			l.home(p.same.msg)
		}
		l.byID[p.ID] = p
	}
}

// registerAlone makes the part of a report without a SUBMIT found by its id, unless
// too many such have it already, which would keep searches from what has one.
func (l *lifecycle) registerAlone(p *Part) {
	if l.known(p.ID) {
		if l.lone[p.ID] == mostAlone {
			return
		}
		l.lone[p.ID]++
		p.alone = true
	}
	l.register(p)
}

// uncount ends the count of a part among the reports without a SUBMIT.
func (l *lifecycle) uncount(p *Part) {
	if !p.alone {
		return
	}
	p.alone = false
	if l.lone[p.ID]--; l.lone[p.ID] == 0 {
		delete(l.lone, p.ID)
	}
}

// silent takes the timeout of a SUBMIT.
func (l *lifecycle) silent(x *Txn) {
	if x.report {
		l.unackedNote(x)
		l.unacknowledged(x, false)
		return
	}
	for part := x.parts; part != nil; part = part.sibling {
		if part.End <= partSilent && part.msg.where != nowhere {
			part.End, part.GivenUp = partSilent, x.Decided
			l.news(part.msg, x.Decided)
		}
	}
}

// unackedNote notes on a message that a report on it was not acknowledged, and
// reports whether it was.
func (l *lifecycle) unackedNote(x *Txn) bool {
	if x.State != NoResponse || x.parts == nil || x.parts.msg.where == nowhere {
		return false
	}
	l.note(x.parts.msg, noteUnacked, int64(x.Request.Last.Num))
	return true
}

// certain takes the timeout of a request that was in doubt before.
func (l *lifecycle) certain(x *Txn) {
	switch {
	case !x.report:
		l.silent(x)
	case l.unackedNote(x) && x.parts.msg.published:
		l.publish(x.parts.msg)
	}
}

// doubtful takes back the silence of a SUBMIT: its response may have been
// missed.
func (l *lifecycle) doubtful(x *Txn) {
	for part := x.parts; part != nil && !x.report; part = part.sibling {
		if part.End == partSilent && part.msg.where != nowhere {
			part.End, part.GivenUp = partSent, 0
			l.news(part.msg, x.Decided)
		}
	}
}

// reported takes a report.
func (l *lifecycle) reported(x *Txn, p *dissect.PDU) {
	r := readReport(x.Conn, p)
	x.report = true
	l.beginSearch()
	part, candidates := l.find(&r)
	if part == nil && candidates == nil {
		part = l.findSwapped(&r)
	}
	l.endSearch(part)
	if part == nil {
		l.early.add(x, r, candidates)
		if limit := l.t.opt.MaxMem; limit > 0 && l.early.mem > limit/4 {
			l.giveUp(l.early.pop())
		}
		l.shrink(nil)
		return
	}
	x.parts = part
	part.msg.held++
	l.apply(part, &r)
}

// findSwapped finds the part that a report is about whose Msg_Id has its octets
// the other way round, or its halves, or those of each half (C§4.1). The number must fit too, and the
// match is only probable.
func (l *lifecycle) findSwapped(r *reportData) *Part {
	for _, id := range swapped(r.id) {
		if x := l.parked.index.get(id); x != 0 && (l.parked.submit(x) == 0 || !r.about(l.parked.to(x))) {
			continue
		}
		for p := l.lookup(id); p != nil && l.look(); p = p.same {
			if p.Submit.Seen() && r.about(p.msg.To) {
				p.msg.Probable = true
				l.note(p.msg, noteSwapped, int64(r.at.Num))
				return p
			}
		}
	}
	return nil
}

// swapped are the other orders of octets in which an id is written.
func swapped(id uint64) [3]uint64 {
	whole, halves := bits.ReverseBytes64(id), bits.RotateLeft64(id, 32)
	return [3]uint64{whole, halves, bits.ReverseBytes64(halves)}
}

// find finds the part that a report is about: by id, then by number among those
// with the id and their siblings, since some gateways give one id to all
// receivers of a mass send (C§7.6). Where the SUBMITs of several messages fit,
// none is taken, and they are named.
func (l *lifecycle) find(r *reportData) (part *Part, candidates []uint64) {
	first := l.lookup(r.id)
	for p := first; p != nil && len(candidates) < mostCandidates && l.look(); p = p.same {
		q := l.receiver(p, r)
		switch {
		case q == nil:
		case part == nil:
			part = q
		case part.msg != q.msg:
			if candidates == nil {
				candidates = append(candidates, part.Submit.Num)
			}
			candidates = append(candidates, q.Submit.Num)
		}
	}
	switch {
	case candidates != nil:
		slices.Sort(candidates)
		return nil, candidates
	case part == nil && first != nil && first.same == nil && first.Receiver+1 >= first.Receivers && !first.namedOther():
		return first, nil // one message has the id, and the number is written otherwise
	}
	if part == nil && first != nil {
		l.park(first.msg)
	}
	return part, nil
}

// namedOther reports whether a report has named one of the receivers of a SUBMIT
// that were not captured: a report on another is not about the same message.
func (p *Part) namedOther() bool { return p.Lacks.Has(LacksReceiver) && len(p.msg.To) > 0 }

// named takes the receiver from a report where the SUBMIT was cut before it.
func (l *lifecycle) named(p *Part, r *reportData) {
	m := p.msg
	if !p.Lacks.Has(LacksReceiver) || len(m.To) > 0 || len(r.phone()) == 0 {
		return
	}
	m.To = bytes.Clone(r.phone())
	l.note(m, noteNumber, int64(p.Submit.Num), int64(r.at.Num))
}

// receiver finds the part for the receiver that a report names: p, or one for
// the receivers behind it in its SUBMIT, whose ids are those behind its own.
func (l *lifecycle) receiver(p *Part, r *reportData) *Part {
	if r.about(p.msg.To) {
		return p
	}
	for k := 1; k < int(p.Receivers)-int(p.Receiver) && l.look(); k++ {
		id := p.msg.Conn.Proto.NthID(p.ID, uint64(k))
		if x := l.parked.index.get(id); x != 0 {
			if l.parked.submit(x) == p.Submit.PDU && r.about(l.parked.to(x)) {
				return l.lookup(id)
			}
			continue
		}
		for q := l.byID[id]; q != nil && l.look(); q = q.same {
			if q.Submit.PDU == p.Submit.PDU && r.about(q.msg.To) {
				return q
			}
		}
	}
	return nil
}

// apply enters a report into its part. A final report counts before a
// provisional one, a newer one before an older.
func (l *lifecycle) apply(p *Part, r *reportData) {
	m := p.msg
	m.unacked++
	end := partProvisional // where Stat was not captured, it may be anything
	if !r.cut {
		end = receipts[m.Conn.Proto.Receipt(r.stat())]
	}
	switch {
	case !p.Report.Seen():
	case r.same(p):
		l.further(m, r.receipt(p.Index, true))
		m.Repeated++
		l.note(m, noteReport, int64(r.at.Num))
		return
	case end == partProvisional:
		l.further(m, r.receipt(p.Index, false))
		return
	default:
		l.further(m, Receipt{Mark: p.Report, Seq: p.ReportSeq, Stat: p.Stat, StatLen: p.StatLen, Index: p.Index, Cut: p.Lacks.Has(LacksStat)})
	}
	p.Report, p.Stat, p.StatLen, p.Done, p.ReportSeq = r.at, r.statRaw, r.statLen, r.done, r.seq
	p.Lacks.set(LacksStat, r.cut)
	p.acknowledged(Mark{}, 0, false)
	p.End = end
	l.named(p, r)
	m.unsaid = true
	m.State, m.Final = m.judge(false)
	m.Decided = r.at.Time
	l.progress(m)
}

// received takes an MO.
func (l *lifecycle) received(x *Txn, p *dissect.PDU) {
	to := p.Text(layout.To, p.Raw)
	m, part := l.part(x.Conn, p, to, l.content(p))
	if part == nil {
		l.note(m, notePart, int64(p.SMS.UDH.Concat.Part), int64(p.Last.Num))
		return
	}
	m.MO = true
	part.Submit = MarkOf(x.Conn, p.No, p.Last)
	l.progress(m)
	x.parts = part
}

// acknowledged takes the SP's response to a DELIVER.
func (l *lifecycle) acknowledged(x *Txn) {
	part := x.parts
	if part == nil {
		if x.early != nil {
			x.early.acknowledge(x)
		}
		return
	}
	if part.msg.where == nowhere {
		return
	}
	at := MarkOf(x.Conn, x.Response.No, x.Response.Last)
	if x.report {
		late := false
		if part.Report.Num == x.Request.Last.Num {
			part.acknowledged(at, uint32(x.Status), x.Unread)
			late = part.msg.published
			l.progress(part.msg)
		}
		part.msg.held--
		x.parts = nil
		l.reportEnded(part.msg, late)
		return
	}
	part.Resp, part.Result, part.End = at, uint32(x.Status), partAccepted
	part.Lacks.set(LacksResult, x.Unread)
	l.news(part.msg, at.Time)
}

// acknowledged enters the SP's response to the part's report; unread says that
// its Result is not known.
func (p *Part) acknowledged(at Mark, result uint32, unread bool) {
	p.Ack, p.AckResult = at, result
	p.Lacks.set(LacksAck, unread)
}

// reportEnded publishes what a report has changed. That waits for the report's
// own response, which belongs to the story, or until there will be none. late says
// that the response came after the message was published.
func (l *lifecycle) reportEnded(m *Msg, late bool) {
	m.unacked = max(m.unacked-1, 0)
	switch {
	case m.unacked > 0: // another part's report is still open
	case !m.published || m.unsaid:
		l.news(m, m.Decided)
	case late, m.further != m.told:
		l.publish(m) // its response, or a report that came again
	}
	l.park(m)
}

// unacknowledged takes the end of a request without a response. over says that
// none can come any more.
func (l *lifecycle) unacknowledged(x *Txn, over bool) {
	if !x.report || x.parts == nil || x.parts.msg.where == nowhere {
		return
	}
	m := x.parts.msg
	if over {
		m.held--
		x.parts = nil
	}
	l.reportEnded(m, false)
}

// news judges a message anew after something has happened to it, and publishes
// it if it is final, or was published before and has changed.
func (l *lifecycle) news(m *Msg, at int64) {
	state, final := m.judge(false)
	m.State, m.Decided = state, at
	switch {
	case final || m.unanswered() && !m.published || m.published && (m.unsaid || state != m.was):
		m.Final = final
		l.publish(m)
	case state == Waiting && l.t.opt.Pending && !(m.Told && m.ToldState == Waiting):
		l.tell(Pending, m)
		l.progress(m)
	default:
		l.progress(m)
	}
	if final {
		l.settle(m)
	}
}

// settle moves a final message out of the open ones: where later news could
// find it, it is kept for that while there is room.
func (l *lifecycle) settle(m *Msg) {
	switch {
	case m.where != inOpen && m.where != atWork:
	case m.findable():
		l.leave(m)
		m.where = inDone
		l.done.push(m)
	default:
		l.forget(m)
	}
}

// findable reports whether a report can find the message, or a response that is
// still to come.
func (m *Msg) findable() bool {
	for _, p := range m.Parts {
		if p.ID != 0 || p.End <= partSilent && !m.MO {
			return true
		}
	}
	return m.group != nil
}

// progress tells that a message has come further.
func (l *lifecycle) progress(m *Msg) {
	if l.t.opt.Progress {
		if !m.published {
			m.State, _ = m.judge(false)
		}
		l.t.tell(Event{Kind: Progress, Conn: m.Conn, Msg: m})
	}
}

func (l *lifecycle) publish(m *Msg) {
	if n := len(m.Parts); m.State == Partial && n < m.Total() && (!m.published || m.was != Partial) {
		l.note(m, noteParts, int64(n), int64(m.Total()))
	}
	if m.published {
		l.stats.States[m.was]--
		m.Revision++
	}
	m.published, m.unsaid, m.was, m.told = true, false, m.State, m.further
	l.stats.States[m.State]++
	l.tell(Message, m)
}

// tell tells of a message, and remembers what was told.
func (l *lifecycle) tell(k Kind, m *Msg) {
	l.t.tell(Event{Kind: k, Conn: m.Conn, Msg: m})
	m.Told, m.ToldState, m.ToldAt, m.ToldNotes = true, m.State, m.Decided, len(m.Notes)
	m.Unnamed = nil // whoever keeps the message keeps them
}

// tick publishes what the capture time decides.
func (l *lifecycle) tick(now int64) {
	l.now = now
	for {
		m, r := oldest(&l.parked, &l.open, &l.parked.open)
		if m == nil && r != 0 && now-l.parked.start(r) >= l.timeout {
			m = l.wake(r)
		}
		if m == nil || now-m.Start() < l.timeout {
			break
		}
		l.overdue(m)
		l.park(m)
	}
	l.early.tick(l, now)
}

// overdue publishes a message whose report is not coming. It stays findable.
func (l *lifecycle) overdue(m *Msg) {
	m.Overdue = true
	m.State, m.Final = m.judge(true)
	m.Decided = m.Start() + l.timeout
	l.publish(m)
	l.settle(m)
}

// flush publishes what is open at the end of the input, again what waits: it has
// waited longer than was published.
func (l *lifecycle) flush() {
	l.early.flush(l)
	l.openInOrder(func(m *Msg) {
		if m.State, m.Final = m.judge(true); !m.published || m.unsaid || m.State != m.was || m.State == Waiting {
			m.Decided = l.now
			l.publish(m)
		}
	})
}
