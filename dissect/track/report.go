package track

import (
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/reassembly"
)

// reportData is what a report says.
type reportData struct {
	at      Mark
	conn    *Conn
	dir     reassembly.Dir
	id      uint64 // of the message reported
	statRaw [7]byte
	statLen uint8
	cut     bool // Stat was not captured
	done    [10]byte
	eventID uint64
	seq     uint32
	numbers [2][32]byte // Dest_terminal_Id, Src_terminal_Id
	lens    [2]uint8
	// submitted is Submit_time as if it was UTC, ns; 0: it tells nothing.
	submitted int64
}

func readReport(c *Conn, p *dissect.PDU) reportData {
	r := reportData{at: MarkOf(c, p.No, p.Last), conn: c, dir: p.Dir, seq: p.Sequence}
	r.id, _ = p.Uint(layout.ReportOf)
	r.eventID = dissect.EventID(c.Conn.Conn, p.Dir, p.Offset, p.Raw[:12], nil)
	r.submitted = submitTime(p)
	_, ok := p.Field(layout.Stat)
	r.statLen, r.cut = uint8(copy(r.statRaw[:], p.Text(layout.Stat, p.Raw))), !ok
	copy(r.done[:], p.Text(layout.DoneTime, p.Raw))
	r.lens[0] = uint8(copy(r.numbers[0][:], p.Text(layout.ReportTo, p.Raw)))
	r.lens[1] = uint8(copy(r.numbers[1][:], p.Text(layout.From, p.Raw)))
	return r
}

// about reports whether the report names a receiver: in the block, or as its
// own sender.
func (r *reportData) about(to []byte) bool {
	return sms.SameNumber(to, r.numbers[0][:r.lens[0]]) || sms.SameNumber(to, r.numbers[1][:r.lens[1]])
}

// phone is the receiver that the report names.
func (r *reportData) phone() []byte {
	if r.lens[0] > 0 {
		return r.numbers[0][:r.lens[0]]
	}
	return r.numbers[1][:r.lens[1]]
}

func (r *reportData) stat() []byte { return r.statRaw[:r.statLen] }

// same reports whether the part holds the same news already.
func (r *reportData) same(p *Part) bool {
	return r.statRaw == p.Stat && r.statLen == p.StatLen && r.done == p.Done && !r.cut && !p.Lacks.Has(LacksStat)
}

func (r *reportData) receipt(index uint8, repeated bool) Receipt {
	return Receipt{Mark: r.at, Seq: r.seq, Stat: r.statRaw, StatLen: r.statLen, Index: index, Repeated: repeated, Cut: r.cut}
}

// earlyReports are reports whose message is not known. A report may be captured
// before the SUBMIT_RESP that gives the id, since both are sent on their own; so
// it waits for as long as a response may take.
type earlyReports struct {
	oldest, newest *early // by arrival
	n              int
	mem            int64
	byID           map[uint64]*earlyID
}

// earlyID has the reports on one id, oldest first.
type earlyID struct{ oldest, newest *early }

type early struct {
	r    reportData
	x    *Txn // the report's transaction, while it is open
	ack  Mark
	code uint32
	// unread: the Result of the response is not known.
	unread bool
	gone   bool // its message is found
	// candidates are the SUBMITs that it may be about, where there are several.
	candidates []uint64
	newer      *early
	same       *early // the next with the id
}

// maxEarly bounds the reports that wait; earlySize is what each takes, with its
// share of the index.
const (
	maxEarly  = 1 << 16
	earlySize = 336
)

func (e *earlyReports) add(x *Txn, r reportData, candidates []uint64) {
	w := &early{r: r, x: x, candidates: candidates}
	x.early = w
	e.mem += w.size()
	if e.n++; e.newest == nil {
		e.oldest = w
	} else {
		e.newest.newer = w
	}
	e.newest = w
	if k := e.byID[r.id]; k != nil {
		k.newest.same, k.newest = w, w
		return
	}
	if e.byID == nil {
		e.byID = map[uint64]*earlyID{}
	}
	e.byID[r.id] = &earlyID{w, w}
}

func (w *early) size() int64 { return earlySize + int64(len(w.candidates))*8 }

// pop takes the oldest.
func (e *earlyReports) pop() *early {
	w := e.oldest
	e.mem -= w.size()
	if e.n--; w.newer == nil {
		e.newest = nil
	}
	e.oldest = w.newer
	if w.x != nil {
		w.x.early = nil
	}
	if k := e.byID[w.r.id]; k != nil && k.oldest == w {
		if k.oldest = w.same; w.same == nil {
			delete(e.byID, w.r.id)
		}
	}
	return w
}

// acknowledge takes the SP's response to a report that waits.
func (w *early) acknowledge(x *Txn) {
	w.x, w.ack, w.code, w.unread = nil, MarkOf(x.Conn, x.Response.No, x.Response.Last), uint32(x.Status), x.Unread
	x.early = nil
}

// matchEarly applies the reports that came before their part was known.
func (l *lifecycle) matchEarly(p *Part) {
	if p.ID == 0 || len(l.early.byID) == 0 {
		return
	}
	l.beginSearch()
	other := swapped(p.ID)
	for _, id := range [...]uint64{p.ID, other[0], other[1], other[2]} {
		if k := l.early.byID[id]; k != nil {
			l.matchWaiting(p, k.oldest)
		}
	}
	l.endSearch(nil)
}

// matchWaiting applies those of the reports from w on, which have an id in
// common, that are about the part.
func (l *lifecycle) matchWaiting(p *Part, w *early) {
	for ; w != nil && l.look(); w = w.same {
		if w.gone || !l.isAbout(&w.r, p) {
			continue
		}
		w.gone = true
		l.applyWaiting(p, w)
	}
}

// applyWaiting enters a report that has waited into its part.
func (l *lifecycle) applyWaiting(p *Part, w *early) {
	l.apply(p, &w.r)
	if p.Report.PDU == w.r.at.PDU {
		p.acknowledged(w.ack, w.code, w.unread)
	}
	if w.x != nil {
		w.x.parts, w.x.early = p, nil
		p.msg.held++
		w.x = nil
	} else {
		l.reportEnded(p.msg, false)
	}
}

// isAbout reports whether a report that waits is about a part whose id has
// become known.
func (l *lifecycle) isAbout(r *reportData, p *Part) bool {
	if !r.about(p.msg.To) && (p.same != nil || p.before != nil) {
		return false // only the one message of an id may have its number written otherwise
	}
	var found *Part
	if r.id == p.ID {
		found, _ = l.find(r)
	} else if !l.known(r.id) {
		found = l.findSwapped(r)
	}
	if found != nil && found != p {
		l.park(found.msg)
	}
	return found == p
}

// tick publishes reports whose message did not come.
func (e *earlyReports) tick(l *lifecycle, now int64) {
	for w := e.oldest; w != nil && (w.gone || now-w.r.at.Time >= l.t.opt.ResponseTimeout || e.n > maxEarly); w = e.oldest {
		l.giveUp(e.pop())
	}
}

func (e *earlyReports) flush(l *lifecycle) {
	for e.oldest != nil {
		l.giveUp(e.pop())
	}
}

// giveUp ends the wait of a report.
func (l *lifecycle) giveUp(w *early) {
	if w.gone {
		return
	}
	if w.candidates == nil {
		if p := l.findByNumber(&w.r); p != nil {
			if p.msg.Probable = true; !p.Report.Seen() {
				l.note(p.msg, noteByNumber, int64(w.r.at.Num))
			}
			l.applyWaiting(p, w)
			return
		}
	}
	l.alone(w)
}

// ambiguous notes on the messages that a report may be about that it may be on
// each of them.
func (l *lifecycle) ambiguous(w *early) {
	for p, n := l.byID[w.r.id], 0; p != nil && n < alikes; p, n = p.same, n+1 {
		if q := l.receiver(p, &w.r); q != nil && slices.Contains(w.candidates, q.Submit.Num) && !q.Report.Seen() {
			l.note(q.msg, noteAmbiguous, int64(w.r.at.Num), int64(len(w.candidates)))
			if q.msg.published {
				l.publish(q.msg)
			}
		}
	}
}

// alone publishes a report without a message as one of its own.
func (l *lifecycle) alone(w *early) {
	if w.candidates != nil {
		l.ambiguous(w)
	}
	l.begun++
	m := l.fresh()
	m.No, m.Conn, m.Dir, m.Candidates, m.EventID = l.begun, w.r.conn, w.r.dir, w.candidates, w.r.eventID
	m.octets = append(m.octets, w.r.phone()...)
	m.To = m.octets
	p := m.newPart()
	*p = Part{Index: 1, ID: w.r.id, msg: m}
	p.acknowledged(w.ack, w.code, w.unread)
	p.Lacks.set(LacksStat, w.r.cut)
	l.registerAlone(p)
	p.Report, p.Stat, p.StatLen, p.Done, p.ReportSeq = w.r.at, w.r.statRaw, w.r.statLen, w.r.done, w.r.seq
	m.State, m.Final, m.Decided = ReportOnly, true, w.r.at.Time
	m.where = inDone
	l.done.push(m)
	l.mem += m.size()
	if w.x != nil {
		w.x.parts = p
		m.held++
	}
	l.publish(m)
	l.shrink(m)
	l.park(m)
}
