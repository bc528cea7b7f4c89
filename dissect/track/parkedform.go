package track

import (
	"encoding/binary"
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/sms"
	"cmppdump/reassembly"
)

// The parts of a message that a part may lack.
const (
	partResp = 1 << iota
	partReport
	partAck
	partSubmit
)

// partLacks is where the lacks stand behind those bits: four of them, since
// LacksReceiver is not parked.
const partLacks = 4

// write writes a message down, and gives its slot; 0 if it finds none.
func (s *parked) write(m *Msg) ref {
	if len(m.To) > 127 || len(m.Notes) > 255 {
		return 0
	}
	b := append(s.buf[:0], make([]byte, atTo)...)
	le := binary.LittleEndian
	le.PutUint64(b[atStart:], uint64(m.Start()))
	le.PutUint64(b[atSubmit:], m.First().Submit.PDU)
	for bit, set := range [...]bool{m.Wanted, m.Final, m.published, m.Told, m.Probable, m.Dir == reassembly.S2C, m.Evicted, m.Overdue} {
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
		s.head(r).no = m.No
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
	b = append(b, has|byte(p.Lacks)<<partLacks, p.Index, p.Receiver, p.Receivers, byte(p.End), p.Coding.Value, byte(p.Coding.Encoding), byte(p.Coding.Class))
	b = append(b, textBits(p))
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

// textBits are what else is known of the text: the guess, and behind it two bits.
func textBits(p *Part) byte {
	bits := byte(p.Guess) << 2
	if p.HasGuess {
		bits |= 2
	}
	if p.Coding.Compressed {
		bits |= 1
	}
	return bits
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

// read makes m, which is empty, the message in a slot. It is not taken out.
func (s *parked) read(at ref, m *Msg) {
	b := s.slot(at)
	if cap(m.octets) < len(b) {
		m.octets = make([]byte, 0, 2*slotStep+len(b))
	}
	octets := m.octets[:0]
	m.No = s.no(at)
	flags, start := b[atFlags], s.start(at)
	m.Wanted, m.Final, m.published = flags&flagWanted != 0, flags&flagFinal != 0, flags&flagPublished != 0
	m.Told, m.Probable, m.Evicted, m.Overdue = flags&flagTold != 0, flags&flagProbable != 0, flags&flagEvicted != 0, flags&flagOverdue != 0
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
	*p = Part{msg: m, Lacks: Lack(has >> partLacks), Index: r.byte(), Receiver: r.byte(), Receivers: r.byte(), End: PartEnd(r.byte())}
	p.Coding = sms.DCS{Value: r.byte(), Encoding: sms.Encoding(r.byte()), Class: int8(r.byte())}
	bits := r.byte()
	p.Guess, p.HasGuess, p.Coding.Compressed = sms.Encoding(bits>>2), bits&2 != 0, bits&1 != 0
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
