package track

import (
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
	done    [10]byte
	eventID uint64
	seq     uint32
	numbers [2][32]byte // Dest_terminal_Id, Src_terminal_Id
	lens    [2]uint8
}

func readReport(c *Conn, p *dissect.PDU) reportData {
	r := reportData{at: mark(c, p.No, p.Last), conn: c, dir: p.Dir, seq: p.Sequence}
	r.id, _ = p.Uint(layout.ReportOf)
	r.eventID = dissect.EventID(c.Conn.Conn, p.Dir, p.Offset, p.Raw[:12], nil)
	r.statLen = uint8(copy(r.statRaw[:], p.Text(layout.Stat, p.Raw)))
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
	return r.statRaw == p.Stat && r.statLen == p.StatLen && r.done == p.Done
}

func (r *reportData) receipt(index uint8, repeated bool) Receipt {
	return Receipt{Mark: r.at, Seq: r.seq, Stat: r.statRaw, StatLen: r.statLen, Index: index, Repeated: repeated}
}

// earlyReports are reports whose message is not known. A report may be captured
// before the SUBMIT_RESP that gives the id, since both are sent on their own; so
// it waits for as long as a response may take.
type earlyReports struct {
	list []early // oldest first
}

type early struct {
	r    reportData
	x    *Txn // the report's transaction, while it is open
	ack  Mark
	code uint32
	gone bool
	// candidates are the SUBMITs that it may be about, where there are several.
	candidates []uint64
}

// maxEarly bounds the reports that wait.
const maxEarly = 1 << 16

func (e *earlyReports) add(x *Txn, r reportData, candidates []uint64) {
	e.list = append(e.list, early{r: r, x: x, candidates: candidates})
	x.early = true
}

// acknowledge takes the SP's response to a report that waits.
func (e *earlyReports) acknowledge(x *Txn) {
	for i := range e.list {
		if w := &e.list[i]; w.x == x {
			w.x, w.ack, w.code = nil, mark(x.Conn, x.Response.No, x.Response.Last), uint32(x.Status)
		}
	}
}

// forget takes away a transaction that is about to be used again.
func (e *earlyReports) forget(x *Txn) {
	for i := range e.list {
		if e.list[i].x == x {
			e.list[i].x = nil
		}
	}
}

// matchEarly applies a report that came before its part was known.
func (l *lifecycle) matchEarly(p *Part) {
	for i := range l.early.list {
		w := &l.early.list[i]
		if w.gone || w.r.id != p.ID || p.ID == 0 {
			continue
		}
		if found, _ := l.find(&w.r); found != p {
			continue
		}
		w.gone = true
		l.apply(p, &w.r)
		p.Ack, p.AckResult = w.ack, w.code
		if w.x != nil {
			w.x.parts, w.x.early = p, false
		} else {
			l.reportEnded(p.msg)
		}
	}
}

// tick publishes reports whose message did not come.
func (e *earlyReports) tick(l *lifecycle, now int64) {
	n := 0
	for n < len(e.list) && (e.list[n].gone || now-e.list[n].r.at.Time >= l.t.opt.ResponseTimeout || len(e.list)-n > maxEarly) {
		if !e.list[n].gone {
			l.alone(&e.list[n])
		}
		n++
	}
	e.list = e.list[:copy(e.list, e.list[n:])]
}

func (e *earlyReports) flush(l *lifecycle) {
	for i := range e.list {
		if !e.list[i].gone {
			l.alone(&e.list[i])
		}
	}
	e.list = e.list[:0]
}

// alone publishes a report without a message as one of its own.
func (l *lifecycle) alone(w *early) {
	l.begun++
	m := &Msg{No: l.begun, Conn: w.r.conn, Dir: w.r.dir, To: append([]byte(nil), w.r.phone()...), Candidates: w.candidates, EventID: w.r.eventID}
	m.Parts = m.one[:1]
	p := &m.Parts[0]
	*p = Part{Index: 1, ID: w.r.id, msg: m, Ack: w.ack, AckResult: w.code}
	l.register(p)
	p.Report, p.Stat, p.StatLen, p.Done, p.ReportSeq = w.r.at, w.r.statRaw, w.r.statLen, w.r.done, w.r.seq
	m.State, m.Final, m.Decided = ReportOnly, true, w.r.at.Time
	m.where = inDone
	l.done.push(m)
	l.mem += m.size()
	if w.x != nil {
		w.x.parts = p
	}
	l.publish(m)
}
