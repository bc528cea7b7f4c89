package track

import (
	"encoding/binary"
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/sms"
	"cmppdump/reassembly"
)

// parked are messages of which nothing is expected but a report, or later news:
// written down as octets, without a pointer in them, so that millions take
// little memory and cost the collector nothing. They are found by the Msg_Ids
// of their parts, each of which no other message has.
type parked struct {
	index      map[uint64]ref
	classes    [classes]slots
	open, done parkedList
	conns      map[int32]*connUse
	ifaces     []*capture.Interface
	iface      map[*capture.Interface]uint64
	buf        []byte
}

// ref is where a parked message is: its class of size in the high bits, and
// behind them its slot, from 1. 0: nowhere.
type ref uint32

// Sizes of slots grow by slotStep from one class to the next. What finds no
// room in the largest stays as it is.
const (
	classes   = 64
	slotStep  = 32
	slabSize  = 1 << 16
	classBits = 26
	// indexSize is what an id takes in the index, on average.
	indexSize = 28
)

// slots are those of one size.
type slots struct {
	slabs [][]byte
	used  uint32 // slots that were ever used
	free  uint32 // the first unused one, from 1, whose first octets have the next
}

// parkedList is a queue of parked messages.
type parkedList struct {
	head, tail ref
	n          int
}

// place is where a message stood: behind the one with that number.
type place struct {
	behind ref
	no     uint64
}

// connUse counts the parked messages of a connection.
type connUse struct {
	c *Conn
	n int
}

// The fixed part of a slot.
const (
	atPrev   = 0
	atNext   = 4
	atNo     = 8
	atStart  = 16
	atSubmit = 24 // the PDU of the first SUBMIT
	atFlags  = 32
	atTo     = 34 // the octets of the receiver, behind their number
)

const (
	flagWanted = 1 << iota
	flagFinal
	flagPublished
	flagTold
	flagProbable
	flagDone // in the queue of final ones
	flagDir
	flagEvicted
)

// slot is the octets of a parked message.
func (s *parked) slot(r ref) []byte {
	c := r >> classBits
	size := (int(c) + 1) * slotStep
	i, per := int(r&(1<<classBits-1))-1, slabSize/size
	return s.classes[c].slabs[i/per][i%per*size:][:size:size]
}

// take gives an unused slot for n octets, or 0.
func (s *parked) take(n int) ref {
	c := (n - 1) / slotStep
	if c >= classes {
		return 0
	}
	k := &s.classes[c]
	if k.free != 0 {
		r := ref(c)<<classBits | ref(k.free)
		k.free = binary.LittleEndian.Uint32(s.slot(r))
		return r
	}
	if k.used+1 >= 1<<classBits {
		return 0
	}
	if per := slabSize / ((c + 1) * slotStep); int(k.used) == len(k.slabs)*per {
		k.slabs = append(k.slabs, make([]byte, slabSize))
	}
	k.used++
	return ref(c)<<classBits | ref(k.used)
}

func (s *parked) release(r ref) {
	k := &s.classes[r>>classBits]
	binary.LittleEndian.PutUint32(s.slot(r), k.free)
	binary.LittleEndian.PutUint64(s.slot(r)[atNo:], 0)
	k.free = uint32(r & (1<<classBits - 1))
}

// size is what a slot takes of memory.
func (r ref) size() int64 { return int64(r>>classBits+1) * slotStep }

func (s *parked) no(r ref) uint64     { return binary.LittleEndian.Uint64(s.slot(r)[atNo:]) }
func (s *parked) start(r ref) int64   { return int64(binary.LittleEndian.Uint64(s.slot(r)[atStart:])) }
func (s *parked) submit(r ref) uint64 { return binary.LittleEndian.Uint64(s.slot(r)[atSubmit:]) }
func (s *parked) link(r ref, at int) ref {
	return ref(binary.LittleEndian.Uint32(s.slot(r)[at:]))
}
func (s *parked) setLink(r ref, at int, to ref) {
	binary.LittleEndian.PutUint32(s.slot(r)[at:], uint32(to))
}

// to is the receiver of a message.
func (s *parked) to(r ref) []byte {
	b := s.slot(r)[atTo:]
	return b[1 : 1+int(b[0])]
}

// farthest is how far a message is put in front of those that were parked
// before it. Responses that are later than so many others leave their message
// out of order by as little as they are late.
const farthest = 256

// push adds a message to the open ones, behind those with lower numbers. It is
// looked for from where it stood before, or from the end.
func (s *parked) push(r ref, was place) {
	l := &s.open
	l.n++
	no, after := s.no(r), l.tail
	if was.no != 0 && s.no(was.behind) == was.no && s.list(was.behind) == l {
		after = was.behind
		for n := 0; n < farthest; n++ {
			next := s.link(after, atNext)
			if next == 0 || s.no(next) > no {
				break
			}
			after = next
		}
	}
	for n := 0; after != 0 && n < farthest && s.no(after) > no; n++ {
		after = s.link(after, atPrev)
	}
	before := l.head
	if after != 0 {
		before = s.link(after, atNext)
		s.setLink(after, atNext, r)
	} else {
		l.head = r
	}
	if before != 0 {
		s.setLink(before, atPrev, r)
	} else {
		l.tail = r
	}
	s.setLink(r, atPrev, after)
	s.setLink(r, atNext, before)
}

// append adds a message to the end of the final ones.
func (s *parked) append(r ref) {
	l := &s.done
	l.n++
	s.setLink(r, atPrev, l.tail)
	s.setLink(r, atNext, 0)
	if l.tail != 0 {
		s.setLink(l.tail, atNext, r)
	} else {
		l.head = r
	}
	l.tail = r
}

func (s *parked) remove(l *parkedList, r ref) {
	l.n--
	prev, next := s.link(r, atPrev), s.link(r, atNext)
	if prev != 0 {
		s.setLink(prev, atNext, next)
	} else {
		l.head = next
	}
	if next != 0 {
		s.setLink(next, atPrev, prev)
	} else {
		l.tail = prev
	}
}

// list is the queue that a message stands in.
func (s *parked) list(r ref) *parkedList {
	if s.slot(r)[atFlags]&flagDone != 0 {
		return &s.done
	}
	return &s.open
}

// The parts of a message that a part may lack.
const (
	partResp = 1 << iota
	partReport
	partAck
	partSubmit
)

// write writes a message down, and gives its slot; 0 if it finds none.
func (s *parked) write(m *Msg, done bool) ref {
	if len(m.To) > 127 || len(m.Notes) > 255 {
		return 0
	}
	b := append(s.buf[:0], make([]byte, atTo)...)
	le := binary.LittleEndian
	le.PutUint64(b[atNo:], m.No)
	le.PutUint64(b[atStart:], uint64(m.Start()))
	le.PutUint64(b[atSubmit:], m.First().Submit.PDU)
	for bit, set := range [...]bool{m.Wanted, m.Final, m.published, m.Told, m.Probable, done, m.Dir == reassembly.S2C, m.Evicted} {
		if set {
			b[atFlags] |= 1 << bit
		}
	}
	b[atFlags+1] = byte(m.State)<<4 | byte(m.was)
	b = appendOctets(b, m.To)
	b = appendOctets(b, m.From)
	b = appendOctets(b, m.Service)
	b = binary.AppendUvarint(b, uint64(m.Conn.ID))
	b = le.AppendUint64(b, m.EventID)
	b = binary.AppendUvarint(b, uint64(m.Revision))
	b = binary.AppendVarint(b, m.Decided-m.Start())
	b = binary.AppendVarint(b, m.ToldAt-m.Start())
	b = append(b, byte(m.ToldState))
	b = binary.AppendVarint(b, m.waitFrom-m.Start())
	b = append(b, byte(m.Concat.Ref), byte(m.Concat.Ref>>8), m.Concat.Bits, m.Concat.Total)
	b = append(b, byte(m.ToldNotes), byte(len(m.Notes)))
	for i := range m.Notes {
		b = writeNote(b, &m.Notes[i])
	}
	b = append(b, byte(len(m.Parts)))
	for _, p := range m.Parts {
		b = s.writePart(b, m, p)
	}
	s.buf = b
	r := s.take(len(b))
	if r != 0 {
		copy(s.slot(r), b)
		s.use(m.Conn)
	}
	return r
}

// writeNote writes a note of this package, none of which on messages has a name.
func writeNote(b []byte, n *dissect.Note) []byte {
	b = append(b, byte(slices.Index(Notes, n.Spec)))
	for _, x := range n.Num {
		b = binary.AppendVarint(b, x)
	}
	return b
}

func (r *reader) note() dissect.Note {
	n := dissect.Note{Spec: Notes[r.byte()]}
	for i := range n.Num {
		n.Num[i] = r.varint()
	}
	return n
}

func (s *parked) writePart(b []byte, m *Msg, p *Part) []byte {
	has := byte(0)
	for bit, at := range [...]*Mark{&p.Resp, &p.Report, &p.Ack, &p.Submit} {
		if at.Seen() {
			has |= 1 << bit
		}
	}
	b = append(b, has, p.Index, p.Receiver, p.Receivers, byte(p.end), p.Coding.Value, byte(p.Coding.Encoding), byte(p.Coding.Class))
	b = append(b, map[bool]byte{true: 1}[p.Coding.Compressed])
	b = binary.LittleEndian.AppendUint64(b, p.ID)
	b = appendOctets(b, p.Content)
	b = binary.AppendUvarint(b, uint64(p.Seq))
	b = binary.AppendUvarint(b, uint64(p.Result))
	base := &Mark{Time: m.Start()}
	if has&partSubmit != 0 {
		b = s.writeMark(b, &p.Submit, base)
		base = &p.Submit
	}
	if has&partResp != 0 {
		b = s.writeMark(b, &p.Resp, base)
	}
	if has&partReport != 0 {
		b = s.writeMark(b, &p.Report, base)
		b = binary.AppendUvarint(b, uint64(p.ReportSeq))
		b = append(b, p.StatLen)
		b = append(append(b, p.Stat[:]...), p.Done[:]...)
	}
	if has&partAck != 0 {
		b = s.writeMark(b, &p.Ack, base)
		b = binary.AppendUvarint(b, uint64(p.AckResult))
	}
	return b
}

// writeMark writes a mark as its distance from another.
func (s *parked) writeMark(b []byte, m, base *Mark) []byte {
	b = binary.AppendVarint(b, int64(m.Num-base.Num))
	b = binary.AppendVarint(b, int64(m.PDU-base.PDU))
	b = binary.AppendVarint(b, m.Time-base.Time)
	b = binary.AppendVarint(b, int64(m.Conn-base.Conn))
	b = binary.AppendVarint(b, int64(m.FileNum)-int64(base.FileNum))
	return binary.AppendUvarint(b, s.ifaceNo(m.Iface))
}

func (s *parked) ifaceNo(i *capture.Interface) uint64 {
	if n := len(s.ifaces); n > 0 && s.ifaces[n-1] == i {
		return uint64(n - 1)
	}
	n, ok := s.iface[i]
	if !ok {
		n = uint64(len(s.ifaces))
		s.ifaces = append(s.ifaces, i)
		s.iface[i] = n
	}
	return n
}

func appendOctets(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

// use keeps a connection as long as a message of it is parked.
func (s *parked) use(c *Conn) {
	u := s.conns[int32(c.ID)]
	if u == nil {
		u = &connUse{c: c}
		s.conns[int32(c.ID)] = u
	}
	u.n++
}

func (s *parked) unuse(c *Conn) {
	if u := s.conns[int32(c.ID)]; u.n > 1 {
		u.n--
	} else {
		delete(s.conns, int32(c.ID))
	}
}

// reader reads what write has written.
type reader struct{ b []byte }

func (r *reader) byte() byte {
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	r.b = r.b[size:]
	return n
}

func (r *reader) varint() int64 {
	n, size := binary.Varint(r.b)
	r.b = r.b[size:]
	return n
}

func (r *reader) uint64() uint64 {
	n := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return n
}

// octets are copied behind buf, in which there is room.
func (r *reader) octets(buf *[]byte) []byte {
	n, begin := int(r.uvarint()), len(*buf)
	*buf = append(*buf, r.b[:n]...)
	r.b = r.b[n:]
	return (*buf)[begin:len(*buf):len(*buf)]
}

// read makes m the message in a slot. It is not taken out.
func (s *parked) read(at ref, m *Msg) {
	b := s.slot(at)
	if cap(m.octets) < len(b) {
		m.octets = make([]byte, 0, 2*slotStep+len(b))
	}
	octets := m.octets[:0]
	*m = Msg{No: s.no(at), octets: m.octets}
	flags, start := b[atFlags], s.start(at)
	m.Wanted, m.Final, m.published = flags&flagWanted != 0, flags&flagFinal != 0, flags&flagPublished != 0
	m.Told, m.Probable, m.Evicted = flags&flagTold != 0, flags&flagProbable != 0, flags&flagEvicted != 0
	if flags&flagDir != 0 {
		m.Dir = reassembly.S2C
	}
	m.State, m.was = MsgState(b[atFlags+1]>>4), MsgState(b[atFlags+1]&15)
	r := reader{b[atTo:]}
	m.To, m.From, m.Service = r.octets(&octets), r.octets(&octets), r.octets(&octets)
	m.Conn = s.conns[int32(r.uvarint())].c
	m.EventID = r.uint64()
	m.Revision = int(r.uvarint())
	m.Decided = start + r.varint()
	m.ToldAt = start + r.varint()
	m.ToldState = MsgState(r.byte())
	m.waitFrom = start + r.varint()
	m.Concat = sms.Concat{Ref: uint16(r.byte()) | uint16(r.byte())<<8, Bits: r.byte(), Total: r.byte()}
	m.ToldNotes = int(r.byte())
	for range r.byte() {
		m.Notes = append(m.Notes, r.note())
	}
	for range r.byte() {
		s.readPart(&r, m, start, &octets)
	}
}

func (s *parked) readPart(r *reader, m *Msg, start int64, octets *[]byte) {
	has := r.byte()
	p := m.newPart()
	*p = Part{msg: m, Index: r.byte(), Receiver: r.byte(), Receivers: r.byte(), end: partEnd(r.byte())}
	p.Coding = sms.DCS{Value: r.byte(), Encoding: sms.Encoding(r.byte()), Class: int8(r.byte()), Compressed: r.byte() == 1}
	p.ID = r.uint64()
	p.Content = r.octets(octets)
	p.Seq, p.Result = uint32(r.uvarint()), uint32(r.uvarint())
	base := &Mark{Time: start}
	if has&partSubmit != 0 {
		s.readMark(r, &p.Submit, base)
		base = &p.Submit
	}
	if has&partResp != 0 {
		s.readMark(r, &p.Resp, base)
	}
	if has&partReport != 0 {
		s.readMark(r, &p.Report, base)
		p.ReportSeq, p.StatLen = uint32(r.uvarint()), r.byte()
		r.b = r.b[copy(p.Stat[:], r.b):]
		r.b = r.b[copy(p.Done[:], r.b):]
	}
	if has&partAck != 0 {
		s.readMark(r, &p.Ack, base)
		p.AckResult = uint32(r.uvarint())
	}
}

func (s *parked) readMark(r *reader, m, base *Mark) {
	m.Num = base.Num + uint64(r.varint())
	m.PDU = base.PDU + uint64(r.varint())
	m.Time = base.Time + r.varint()
	m.Conn = base.Conn + int32(r.varint())
	m.FileNum = uint32(int64(base.FileNum) + r.varint())
	m.Iface = s.ifaces[r.uvarint()]
}
