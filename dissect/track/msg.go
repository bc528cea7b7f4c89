package track

import (
	"bytes"
	"cmp"
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/reassembly"
)

// Mark says when and in which packet something was seen. The zero value: it
// was not.
type Mark struct {
	Num  uint64 // frame number; 0: not seen
	PDU  uint64 // number of the PDU
	Time int64  // capture time in ns
	Conn int32  // number of the connection
	// File and FileNum say where the packet stands in its own file.
	FileNum uint32
	Iface   *capture.Interface
}

// Stamp gives the mark as a capture.Stamp.
func (m *Mark) Stamp() capture.Stamp {
	return capture.Stamp{Num: m.Num, Time: m.Time, FileNum: uint64(m.FileNum), Iface: m.Iface}
}

// InOrder compares two marks by the order of capture.
func InOrder(a, b *Mark) int {
	return cmp.Or(cmp.Compare(a.Num, b.Num), cmp.Compare(a.PDU, b.PDU))
}

// Seen reports whether it was seen at all.
func (m *Mark) Seen() bool { return m.Num != 0 }

// MarkOf is the mark of a PDU, by its number and packet.
func MarkOf(c *Conn, pdu uint64, s capture.Stamp) Mark {
	return Mark{Num: s.Num, PDU: pdu, Time: s.Time, Conn: int32(c.ID), FileNum: uint32(s.FileNum), Iface: s.Iface}
}

// Msg is one short message to one receiver, or from one phone, from the
// first SUBMIT to the last report. It is lent with its event.
type Msg struct {
	No   uint64         // counts the messages from 1, by their first PDUs
	Conn *Conn          // of its first PDU
	Dir  reassembly.Dir // of its first PDU
	MO   bool
	// From and To are the numbers as on the wire.
	From, To, Service []byte
	// EventID is the same for the message in every run: see dissect.EventID.
	EventID uint64
	// Concat is the key of a long message; Total 0 for a plain one.
	Concat sms.Concat
	// Parts are those seen, in the order seen.
	Parts []*Part
	// Wanted: a status report was asked for.
	Wanted bool
	// Overdue: the report timeout has passed.
	Overdue bool
	State   MsgState
	// Final is false while later news may change the state.
	Final    bool
	Revision int
	Evicted  bool // forgotten to stay under the memory limit
	Probable bool // a report was matched by number and time, not by id
	// Candidates are the packets of SUBMITs that a report may belong to, where
	// there are several.
	Candidates []uint64
	// More are reports beyond the newest of a part, provisional ones before it and
	// those sent again: the first ones, and the newest.
	More []Receipt
	// Resent are the requests with a part of it that were sent again before they
	// were answered: the first ones, and the newest.
	Resent []Resend
	// Decided is the capture time of the news that made the state, in ns.
	Decided int64
	// Notes say what is odd about the message: of a kind the first ones, and the
	// newest.
	Notes []dissect.Note
	// Repeated counts reports that came again.
	Repeated int
	// Told: an event told of the message before, in the state ToldState, which
	// was decided at ToldAt; whoever counts takes that back.
	Told      bool
	ToldState MsgState
	ToldAt    int64 // ns
	ToldNotes int   // how many of Notes were told of
	// Unnamed counts the notes that no event told of before and that are not among
	// Notes, where there are too many of a kind.
	Unnamed map[*dissect.NoteSpec]int
	// Instead is shown in place of what was written; nil: nothing is.
	Instead *dissect.Instead

	unacked   int    // reports without their own response yet
	held      int    // requests with a report on it that are open
	octets    []byte // the room for From, To, Service and, of one that was parked, Content
	further   int    // reports beyond the newest of a part
	told      int    // of them, as published
	published bool
	unsaid    bool // there is news that was not published
	was       MsgState
	waitFrom  int64 // when the last part was accepted, ns
	where     queue
	place     place // where it was parked
	settled   bool  // atWork: it was in the queue of final ones
	next      *Msg  // in its queue
	prev      *Msg
	group     *groupKey // of a long message with parts missing
	one       Part      // the room for the first of Parts
	first     [1]*Part  // the room for Parts of a plain message
}

// newPart adds an empty part.
func (m *Msg) newPart() *Part {
	if len(m.Parts) == 0 {
		m.first[0] = &m.one
		m.Parts = m.first[:]
		return &m.one
	}
	p := new(Part)
	m.Parts = append(m.Parts, p)
	return p
}

// Part is one SUBMIT of a message, or one DELIVER of an MO.
type Part struct {
	Index     uint8 // from 1
	Receiver  uint8 // place of the receiver in the SUBMIT, from 0
	Receivers uint8 // of the SUBMIT
	ID        uint64
	Coding    sms.DCS
	Content   []byte       // behind the user data header, kept
	Guess     sms.Encoding // what Content looks like where it contradicts Coding
	HasGuess  bool
	Submit    Mark   // the SUBMIT; of an MO, the DELIVER
	Resp      Mark   // its response
	Report    Mark   // the newest report that is not provisional, else the newest
	Ack       Mark   // the SP's DELIVER_RESP to it
	Seq       uint32 // Sequence_Id of the SUBMIT
	ReportSeq uint32 // of the report
	Result    uint32 // of the response
	AckResult uint32
	// End is how far the part has come; Msg.Fate says what that means.
	End PartEnd
	// GivenUp is the capture time at which the wait for the response ended, ns;
	// 0: it did not.
	GivenUp int64
	Stat    [7]byte
	StatLen uint8
	Done    [10]byte // Done_time of the report
	Lacks   Lack
	alone   bool // a report without a SUBMIT, counted in lifecycle.lone
	msg     *Msg
	same    *Part // the next part with the same id, which is older
	before  *Part // the part whose next it is
	sibling *Part // of the next receiver of the same SUBMIT
	txn     *Txn  // of the SUBMIT, if that still has the part
}

// Lack says what of a part's PDUs could not be read, though they were captured:
// they were cut, or are too short.
type Lack uint8

// The lacks.
const (
	LacksResult   Lack = 1 << iota // Result of the response
	LacksStat                      // Stat of the report
	LacksAck                       // Result of the SP's DELIVER_RESP to it
	LacksText                      // Msg_Content
	LacksReceiver                  // the receivers, of whom there may be several
)

// Has reports whether all of what is among it.
func (l Lack) Has(what Lack) bool { return l&what == what }

// set puts what in or takes it out.
func (l *Lack) set(what Lack, in bool) {
	if *l &^= what; in {
		*l |= what
	}
}

// Receipt is a report beyond the one that a Part holds.
type Receipt struct {
	Mark
	Seq      uint32 // Sequence_Id of the report
	Stat     [7]byte
	StatLen  uint8
	Index    uint8
	Repeated bool
	Cut      bool // Stat could not be read
}

// Resend is a further attempt of a request: the same octets, before a response.
type Resend struct {
	Mark
	Seq   uint32
	Index uint8 // of the part
	// Attempt counts from 1, the first request.
	Attempt int
	// OfReport: the ISMG sent a report again, and not the SUBMIT or the MO.
	OfReport bool
}

// Request is the command that the message is sent with, without the protocol's
// name.
func (m *Msg) Request() string {
	if m.MO {
		return "DELIVER"
	}
	return "SUBMIT"
}

// Lead is the PDU that the part is known by: the SUBMIT, or a report alone.
func (p *Part) Lead() *Mark {
	if p.Submit.Seen() {
		return &p.Submit
	}
	return &p.Report
}

// StatText is the Stat of the part's report.
func (p *Part) StatText() []byte { return p.Stat[:p.StatLen] }

// DoneText is the Done_time of the part's report.
func (p *Part) DoneText() []byte { return bytes.TrimRight(p.Done[:], "\x00") }

// Failed reports a part whose report says that it was not delivered.
func (p *Part) Failed() bool { return p.End == partExpired || p.End == partUndelivered }

// StatText is the Stat of the receipt.
func (r *Receipt) StatText() []byte { return r.Stat[:r.StatLen] }

// Clone copies a message, to be kept beyond its event.
func (m *Msg) Clone() *Msg { return new(msgCopy).of(m) }

// Total is the number of parts that the message has.
func (m *Msg) Total() int {
	if m.Concat.Total > 0 {
		return int(m.Concat.Total)
	}
	return 1
}

// Known reports whether it is known what became of the message.
func (m *Msg) Known() bool { return m.published || m.Decided != 0 && m.State < pending }

// Lack reports whether a part lacks something.
func (m *Msg) Lack(what Lack) bool {
	return slices.ContainsFunc(m.Parts, func(p *Part) bool { return p.Lacks.Has(what) })
}

// Part finds a part by its index, or gives nil.
func (m *Msg) Part(index int) *Part {
	for i := range m.Parts {
		if int(m.Parts[i].Index) == index {
			return m.Parts[i]
		}
	}
	return nil
}

// Attempts is how often the request with a part was sent, and when last, in ns of
// capture time.
func (m *Msg) Attempts(p *Part) (n int, last int64) {
	n, last = 1, p.Submit.Time
	for i := range m.Resent {
		if r := &m.Resent[i]; r.Index == p.Index && !r.OfReport && r.Attempt > n {
			n, last = r.Attempt, r.Time
		}
	}
	return n, last
}

// Silence is how long the response to the newest attempt of a part was waited for
// in vain, ns.
func (m *Msg) Silence(p *Part) int64 {
	_, last := m.Attempts(p)
	return p.GivenUp - last
}

// ResultText is the meaning of the Result of a part's response, AckText that of
// the SP's answer to its report.
func (m *Msg) ResultText(p *Part) layout.Meaning {
	if m.MO {
		return m.Conn.Proto.AckText(uint64(p.Result), m.Conn.Version)
	}
	return m.Conn.Proto.ResultText(uint64(p.Result), m.Conn.Version)
}

// AckText is described with ResultText.
func (m *Msg) AckText(p *Part) layout.Meaning {
	return m.Conn.Proto.AckText(uint64(p.AckResult), m.Conn.Version)
}

// Missing are the indexes of the parts that were not seen.
func (m *Msg) Missing() (list []int) {
	for i := 1; i <= m.Total(); i++ {
		if m.Part(i) == nil {
			list = append(list, i)
		}
	}
	return list
}

// EachPDU calls visit for every PDU of the message that was seen, with its
// Sequence_Id.
func (m *Msg) EachPDU(visit func(at *Mark, sequence uint32)) {
	for _, p := range m.Parts {
		for _, pdu := range []struct {
			at       *Mark
			sequence uint32
		}{{&p.Submit, p.Seq}, {&p.Resp, p.Seq}, {&p.Report, p.ReportSeq}, {&p.Ack, p.ReportSeq}} {
			if pdu.at.Seen() {
				visit(pdu.at, pdu.sequence)
			}
		}
	}
	for i := range m.More {
		visit(&m.More[i].Mark, m.More[i].Seq)
	}
	for i := range m.Resent {
		visit(&m.Resent[i].Mark, m.Resent[i].Seq)
	}
}

// First is the part that was seen first.
func (m *Msg) First() *Part { return m.Parts[0] }

// Start is the capture time of the first PDU, in ns.
func (m *Msg) Start() int64 { return m.First().Lead().Time }

// LastResp is the response that came last, and LastReport the report: a
// message is as late as its last part. A final report counts before a
// provisional one. They give nil where there is none.
func (m *Msg) LastResp() *Part {
	return m.last(func(p *Part) *Mark { return &p.Resp })
}

// LastReport is described with LastResp.
func (m *Msg) LastReport() *Part {
	return m.last(func(p *Part) *Mark { return &p.Report })
}

func (m *Msg) last(of func(*Part) *Mark) *Part {
	var best *Part
	for _, p := range m.Parts {
		if at := of(p); at.Seen() && (best == nil || at.Time >= of(best).Time) {
			best = p
		}
	}
	return best
}

// AppendText appends the whole text: octets are joined first and decoded
// second, so that a character cut at the border of parts is whole again. Parts
// of different codings are decoded one by one. Missing parts, and those cut,
// leave a hole, [..].
func (m *Msg) AppendText(dst []byte) []byte {
	if m.Instead != nil {
		return append(dst, m.Instead.Text...)
	}
	for i := 1; i <= m.Total(); {
		p := m.Part(i)
		if p == nil || p.Lacks.Has(LacksText) && m.Total() > 1 {
			dst = append(dst, "[..]"...)
			i++
			continue
		}
		first, begin, n := p, len(dst), 0
		for ; p != nil && p.Coding == first.Coding && (p == first || !p.Lacks.Has(LacksText)); p = m.Part(i) {
			dst = append(dst, p.Content...)
			i, n = i+1, n+1
		}
		enc := first.Coding.Encoding
		if guess, ok := first.looksLike(dst[begin:], n); ok {
			enc = guess
		}
		dst = decode(dst, begin, enc)
	}
	return dst
}

// Carry makes the part what the PDU has of a message. The octets are lent.
func (p *Part) Carry(pdu *dissect.PDU) {
	c := &pdu.SMS
	p.Seq, p.Coding, p.Content, p.Guess, p.HasGuess = pdu.Sequence, c.Coding, c.Data, c.Guess, c.HasGuess
	_, ok := pdu.Field(layout.Content)
	p.Lacks.set(LacksText, !ok && pdu.Err.Failed())
}

// looksLike gives the coding of octets that contradict Msg_Fmt: those of n parts,
// of which p is the first.
func (p *Part) looksLike(octets []byte, n int) (sms.Encoding, bool) {
	if n == 1 || p.Coding.Encoding == sms.Binary && !p.HasGuess {
		return p.Guess, p.HasGuess
	}
	return sms.Guess(p.Coding.Encoding, octets)
}

// Guess gives the coding of the text where its octets contradict Msg_Fmt. Parts
// of a long message are joined first.
func (m *Msg) Guess() (sms.Encoding, bool) {
	if m.Instead != nil {
		return 0, false // the octets are hidden
	}
	var octets []byte
	for i := 1; i <= m.Total() && len(m.Parts) > 1; i++ {
		if p := m.Part(i); p != nil && p.Coding == m.First().Coding {
			octets = append(octets, p.Content...)
		}
	}
	return m.First().looksLike(octets, len(m.Parts))
}

// Signature is the sender's name in the text that AppendText gave, or nil; see
// sms.Signature.
func (m *Msg) Signature(text []byte) []byte {
	if m.Instead != nil {
		return m.Instead.Signature
	}
	return sms.Signature(text)
}

// decode puts the text in the place of the octets dst[begin:].
func decode(dst []byte, begin int, enc sms.Encoding) []byte {
	if enc == sms.Binary {
		return dst[:begin]
	}
	text, _ := sms.AppendText(dst, enc, dst[begin:])
	return append(text[:begin], text[len(dst):]...)
}
