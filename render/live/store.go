package live

import (
	"slices"
	"sync"
	"unsafe"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// View is one of the screens, and what a row of it is.
type View int

// The views, in the order of their keys.
const (
	Messages View = iota
	Transactions
	PDUs
	Connections
	Statistics
	views
)

// rowKind says what a row of the PDU view is.
type rowKind uint8

const (
	rowPDU rowKind = iota
	rowOpened
	rowGap
	rowExpired  // the response timeout of a transaction has passed
	rowDoubtful // it has, but the response may have been missed
	rowClosed
)

// row is a row of the PDU view: a PDU, or an event between PDUs.
type row struct {
	pos      uint64 // of the PDU's octets; the length of a gap
	time     int64
	num      uint64 // frame
	offset   int64
	txn, msg uint64 // 0: none; of several messages the first
	asked    int64  // of a report: when its SUBMIT was captured; 0: not known
	askedNum uint32 // frames before num in which that was
	fileNum  uint32
	wire     uint32
	captured uint32
	conn     uint32
	begun    uint32 // frames before num in which it began
	iface    uint16
	length   uint16 // octets captured of the PDU
	total    uint16
	kind     rowKind
	dir      reassembly.Dir
	version  dissect.Version
	column   dissect.Version
	source   dissect.VersionSource
	nth, of  uint8
	noted    bool // its notes are in Store.notes
	lone     bool // it came when its transaction was not known
	gap      dissect.GapKind
}

// txnRow is a transaction.
type txnRow struct {
	request, response uint64 // rows; 0: not seen
	decided           int64
	inFlight          uint32
	attempts          uint16
	revision          uint16
	state             track.State
	final, noted, set bool
}

// lead is the row that the transaction is known by.
func (t *txnRow) lead() uint64 {
	if t.request != 0 {
		return t.request
	}
	return t.response
}

// partRow is a part of a message.
type partRow struct {
	submit, resp, report, ack uint64 // rows; 0: not seen
	id                        uint64
	index                     uint8
	receiver                  uint8 // place among the receivers of the SUBMIT
	end                       track.PartEnd
	givenUp                   int64
}

func (p *partRow) lead() uint64 {
	if p.submit != 0 {
		return p.submit
	}
	return p.report
}

// msgRow is a message. What few messages have is in Store.more.
type msgRow struct {
	part     partRow // the one seen first
	decided  int64
	revision uint32
	state    track.MsgState
	final, evicted, wanted, mo, probable, overdue,
	told, more, set bool
}

// msgMore is what only some messages have.
type msgMore struct {
	parts      []partRow // but the first
	reports    []track.Receipt
	candidates []uint64
	resent     []track.Resend
	repeated   int
	notes      []dissect.Note
}

// Store keeps the events of the pipeline, up to a limit of memory, and finds
// what belongs together. It is a track.Sink. Everything else needs Lock.
type Store struct {
	mu               sync.Mutex
	limit            int64 // octets; 0: none
	proto            *dissect.Protocol
	rows             ring[row]
	byNo             ring[uint64] // row of a PDU by its number
	txns             ring[txnRow]
	msgs             ring[msgRow]
	octets           slabs
	conns            []*conn // by id, from 1; nil: not ours
	live             []*conn // all that are not nil
	ifaces           []*capture.Interface
	notes            map[uint64][]dissect.Note // by row
	judged           map[uint64][]dissect.Note // by transaction
	more             map[uint64]*msgMore       // by message
	counted          map[uint64]track.MsgState // of messages forgotten, while there may be news
	extras           int64                     // octets of the maps and connections, about
	lists            int64                     // octets that the lists of the screen take
	now              int64                     // capture time of the newest event
	counts           counters
	packets, dropped uint64
	news             [views][]uint64 // entries changed since they were taken, where watched
	watch            [views]bool
	err              error
	ended            bool
}

// counters are what the status line shows.
type counters struct {
	pdus, unanswered uint64
	silent           uint64 // of the unanswered, those within the timeout
	version          uint64 // grows with every event
	lost             uint64 // PDUs forgotten
	figures
}

// NewStore makes a Store for a protocol that keeps at most limit octets; 0: no
// limit.
func NewStore(p *dissect.Protocol, limit int64) *Store {
	return &Store{limit: limit, proto: p, rows: newRing[row](), byNo: newRing[uint64](), txns: newRing[txnRow](), msgs: newRing[msgRow](),
		notes: map[uint64][]dissect.Note{}, judged: map[uint64][]dissect.Note{}, more: map[uint64]*msgMore{}, counted: map[uint64]track.MsgState{}}
}

// Event implements track.Sink.
func (s *Store) Event(e *track.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.version++
	c := s.conn(e.Conn)
	switch e.Kind {
	case track.Opened:
		r := s.between(rowOpened, c, c.tcp.First.Num, c.tcp.First.Time)
		r.dir = reassembly.C2S
	case track.PDU:
		s.pdu(c, e)
	case track.Gap:
		r := s.between(rowGap, c, e.Gap.Last.Num, e.Gap.Last.Time)
		r.pos, r.gap, r.dir, r.offset = uint64(e.Gap.Bytes), e.Gap.Kind, e.Gap.Dir, e.Gap.Offset
		r.begun = uint32(e.Gap.Last.Num - e.Gap.First.Num)
		s.note(r, s.rows.end-1, e.Gap.Notes)
	case track.Transaction:
		s.txn(c, e)
	case track.Message, track.Progress:
		s.count(e)
		s.msg(e)
	case track.Closed:
		c.open, c.end = false, e.End
		if e.End.Reason != reassembly.CaptureEnded {
			r := s.between(rowClosed, c, e.End.Num, e.End.Time)
			r.dir = e.End.By
		}
	}
	s.shrink()
}

// End tells that nothing more will come, and why if that is a fault.
func (s *Store) End(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended, s.err = true, err
	s.counts.version++
}

// Captured tells how many packets have come, how many of them the kernel has
// dropped, and the capture time.
func (s *Store) Captured(packets, dropped uint64, now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.packets, s.dropped, s.now = packets, dropped, max(s.now, now)
	s.counts.version++
}

// between adds a row that is no PDU.
func (s *Store) between(k rowKind, c *conn, num uint64, time int64) *row {
	r := s.rows.add()
	*r = row{kind: k, conn: uint32(c.ID), num: num, time: time}
	s.now = max(s.now, time)
	return r
}

// note keeps the notes of row i.
func (s *Store) note(r *row, i uint64, notes []dissect.Note) {
	if len(notes) > 0 {
		r.noted = true
		s.notes[i] = slices.Clone(notes)
		s.extras += noteSize * int64(len(notes))
	}
}

func (s *Store) pdu(c *conn, e *track.Event) {
	p := e.PDU
	i := s.rows.end
	r := s.rows.add()
	*r = row{pos: s.octets.add(p.Raw), time: p.Last.Time, num: p.Last.Num, offset: p.Offset, fileNum: uint32(p.Last.FileNum),
		wire: uint32(p.Last.WireLen), captured: uint32(p.Last.Captured), conn: uint32(c.ID), begun: uint32(p.Last.Num - p.First.Num),
		iface: s.iface(p.Last.Iface), length: uint16(len(p.Raw)), total: uint16(p.Total), dir: p.Dir, version: p.Version,
		column: p.Column, source: p.Source, nth: uint8(min(p.Nth, 255)), of: uint8(min(p.Of, 255))}
	if e.Submit.Num != 0 {
		r.asked, r.askedNum = e.Submit.Time, uint32(r.num-e.Submit.Num)
	}
	s.note(r, i, p.Notes)
	*s.byNo.grow(p.No) = i
	s.now = max(s.now, p.Last.Time)
	s.counts.pdus++
	s.counts.pdu(p)
	c.pdu(p)
	if e.Txn == nil {
		return
	}
	r.txn = e.Txn.No
	t := s.txns.grow(r.txn) // nil: forgotten
	switch {
	case p.Response():
		if t != nil {
			t.response = i
		}
		c.answered(e.Txn.Latency(), p)
		s.counts.latency(e.Txn, p)
	case t == nil:
	case t.request == 0:
		*t = txnRow{request: i, inFlight: uint32(e.Txn.InFlight), attempts: 1, state: open, set: true}
		s.oldest(c) // takes the answered ones out
		c.waiting = append(c.waiting, r.txn)
	default:
		t.attempts++
	}
}

// open is the state of a transaction that was not published.
const open = track.State(track.States)

// outcome counts n more requests in a state.
func (c *counters) outcome(s track.State, n uint64) {
	if s.Unanswered() {
		c.unanswered += n
	}
	if s == track.NoResponse {
		c.silent += n
	}
}

func (s *Store) txn(c *conn, e *track.Event) {
	x := e.Txn
	if e.Before != nil {
		s.counts.outcome(e.Before.State, ^uint64(0))
	}
	s.counts.outcome(x.State, 1)
	t := s.txns.grow(x.No)
	if t == nil {
		return
	}
	t.set = true
	if t.response == 0 && x.Response.Seen { // an orphan, or captured before its request
		if t.response = s.rowOf(x.Response.No); s.rows.has(t.response) {
			r := s.rows.at(t.response)
			r.txn, r.lone = x.No, true
		}
	}
	t.decided, t.revision, t.state, t.final = x.Decided, uint16(x.Revision), x.State, x.Final
	t.noted = len(x.Notes) > 0
	if t.noted {
		s.judged[x.No] = slices.Clone(x.Notes)
		s.extras += noteSize * int64(len(x.Notes))
	} else {
		delete(s.judged, x.No)
	}
	s.changed(Transactions, x.No)
	if (x.State == track.NoResponse || x.State == track.Unknown) && !x.Final {
		kind := rowExpired
		if x.State == track.Unknown {
			kind = rowDoubtful
		}
		r := s.between(kind, c, 0, x.Decided)
		r.dir, r.txn = x.Dir, x.No
		s.note(r, s.rows.end-1, x.Notes)
	}
}

// count counts a message in its state, in place of the one that it was in.
func (s *Store) count(e *track.Event) {
	m := e.Msg
	was, known := s.was(m)
	if known {
		s.counts.message(was, -1)
	}
	s.counts.message(m.State, 1)
	if p := m.LastReport(); m.State == track.Delivered && p != nil && !(known && was == track.Delivered) {
		s.counts.reports.Add(p.Report.Time - m.Start())
	}
	if s.msgs.grow(m.No) == nil {
		s.remember(m.No, m.State, !tells(e))
	}
}

// tells reports whether the next event of a message tells the state that it has
// in this one.
func tells(e *track.Event) bool {
	m := e.Msg
	return e.Kind == track.Message || m.Told && m.ToldState == m.State
}

// was is the state in which a message is counted, if it is.
func (s *Store) was(m *track.Msg) (state track.MsgState, known bool) {
	if s.msgs.has(m.No) {
		r := s.msgs.at(m.No)
		return r.state, r.set
	}
	if state, known = s.counted[m.No]; known {
		return state, true
	}
	return m.ToldState, m.Told
}

// countedSize is about what an entry of Store.counted takes, in octets.
const countedSize = 32

// remember keeps the state of a message that is forgotten, while there may be
// news of it that do not tell that state themselves.
func (s *Store) remember(no uint64, state track.MsgState, wanted bool) {
	_, has := s.counted[no]
	switch {
	case has && !wanted:
		delete(s.counted, no)
		s.extras -= countedSize
	case wanted:
		s.counted[no] = state
		if !has {
			s.extras += countedSize
		}
	}
}

func (s *Store) msg(e *track.Event) {
	m := e.Msg
	r := s.msgs.grow(m.No)
	if r == nil {
		return
	}
	*r = msgRow{part: s.part(m.First()), decided: m.Decided, revision: uint32(m.Revision), state: m.State, final: m.Final,
		evicted: m.Evicted, wanted: m.Wanted, mo: m.MO, probable: m.Probable, overdue: m.Overdue, told: tells(e), set: true}
	s.belongs(m.No, m.First())
	if len(m.Parts) > 1 || len(m.More) > 0 || len(m.Resent) > 0 || len(m.Candidates) > 0 || len(m.Notes) > 0 || m.Repeated > 0 {
		r.more = true
		s.rest(m)
	}
	s.changed(Messages, m.No)
}

// rest keeps what only some messages have.
func (s *Store) rest(m *track.Msg) {
	x := s.more[m.No]
	if x == nil {
		x = &msgMore{parts: make([]partRow, 0, m.Total()-1)}
		s.more[m.No] = x
	}
	before := x.size()
	x.parts = x.parts[:0]
	for _, p := range m.Parts[1:] {
		x.parts = append(x.parts, s.part(p))
		s.belongs(m.No, p)
	}
	x.reports, x.candidates = append(x.reports[:0], m.More...), append(x.candidates[:0], m.Candidates...)
	x.resent = append(x.resent[:0], m.Resent...)
	x.repeated, x.notes = m.Repeated, append(x.notes[:0], m.Notes...)
	s.extras += x.size() - before
}

const noteSize = int64(unsafe.Sizeof(dissect.Note{})) + 64

func (x *msgMore) size() int64 {
	return 256 + int64(cap(x.parts))*int64(unsafe.Sizeof(partRow{})) + int64(cap(x.reports))*int64(unsafe.Sizeof(track.Receipt{})) + int64(cap(x.resent))*int64(unsafe.Sizeof(track.Resend{})) + 8*int64(len(x.candidates)) + noteSize*int64(cap(x.notes))
}

func (s *Store) part(p *track.Part) partRow {
	return partRow{submit: s.rowOf(p.Submit.PDU), resp: s.rowOf(p.Resp.PDU), report: s.rowOf(p.Report.PDU), ack: s.rowOf(p.Ack.PDU),
		id: p.ID, index: p.Index, receiver: p.Receiver, end: p.End, givenUp: p.GivenUp}
}

// belongs links the PDUs of a part to their message.
func (s *Store) belongs(no uint64, p *track.Part) {
	for _, pdu := range [...]uint64{p.Submit.PDU, p.Resp.PDU, p.Report.PDU, p.Ack.PDU} {
		if i := s.rowOf(pdu); s.rows.has(i) {
			if r := s.rows.at(i); r.msg == 0 {
				r.msg = no
			}
		}
	}
}

// rowOf is the row of a PDU by its number; 0 for none.
func (s *Store) rowOf(no uint64) uint64 {
	if no == 0 || !s.byNo.has(no) {
		return 0
	}
	return *s.byNo.at(no)
}

func (s *Store) iface(i *capture.Interface) uint16 {
	for n := len(s.ifaces) - 1; n >= 0; n-- {
		if s.ifaces[n] == i {
			return uint16(n)
		}
	}
	if len(s.ifaces) < 1<<16 {
		s.ifaces = append(s.ifaces, i)
	}
	return uint16(len(s.ifaces) - 1)
}

func (s *Store) changed(v View, no uint64) {
	if s.watch[v] {
		s.news[v] = append(s.news[v], no)
	}
}

// memory is what the store takes, in octets.
func (s *Store) memory() int64 {
	const chunk = int64(unsafe.Sizeof(row{}))
	n := int64(len(s.rows.chunks)) * chunk
	n += int64(len(s.byNo.chunks)) * 8
	n += int64(len(s.txns.chunks)) * int64(unsafe.Sizeof(txnRow{}))
	n += int64(len(s.msgs.chunks)) * int64(unsafe.Sizeof(msgRow{}))
	return n*chunkSize + int64(len(s.octets.list))*slabSize + s.extras + s.lists
}

// shrink forgets the oldest while there is too much.
func (s *Store) shrink() {
	for s.limit > 0 && s.memory() > s.limit && s.rows.kept() > chunkSize {
		s.forget()
	}
}

// forget forgets the oldest slab and all that has its octets there, or if there
// is one only, the oldest chunk of rows.
func (s *Store) forget() {
	to := s.rows.first + chunkSize
	if len(s.octets.list) > 1 {
		s.octets.drop()
		for to = s.rows.first; to < s.rows.end; to++ {
			if r := s.rows.at(to); r.kind == rowPDU && r.pos >= s.octets.first() {
				break
			}
		}
	}
	for i := s.rows.first; i < to; i++ {
		r := s.rows.at(i)
		if r.kind == rowPDU {
			s.counts.lost++
		}
		if r.noted {
			s.extras -= noteSize * int64(len(s.notes[i]))
			delete(s.notes, i)
		}
	}
	s.rows.drop(to)
	for s.byNo.kept() > 0 && *s.byNo.at(s.byNo.first) < to {
		s.byNo.drop(s.byNo.first + 1)
	}
	for s.txns.kept() > 0 && s.txns.at(s.txns.first).lead() < to {
		if n, ok := s.judged[s.txns.first]; ok {
			s.extras -= noteSize * int64(len(n))
			delete(s.judged, s.txns.first)
		}
		s.txns.drop(s.txns.first + 1)
	}
	for s.msgs.kept() > 0 && s.msgs.at(s.msgs.first).part.lead() < to {
		if x, ok := s.more[s.msgs.first]; ok {
			s.extras -= x.size()
			delete(s.more, s.msgs.first)
		}
		if r := s.msgs.at(s.msgs.first); r.set && !r.told {
			s.remember(s.msgs.first, r.state, true)
		}
		s.msgs.drop(s.msgs.first + 1)
	}
}
