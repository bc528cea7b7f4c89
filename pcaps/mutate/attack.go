package mutate

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"math/rand/v2"
	"net/netip"
	"slices"

	"cmppdump/pcaps/peer/wire"
)

// An Attack is a capture that is hostile from end to end: it must take neither
// more memory than the reader allows nor more time than its size explains.
type Attack struct {
	Name string
	send func(a *attacker)
}

// Attacks are all of them. The first is no attack but clean traffic, to measure
// the others by.
var Attacks = []Attack{
	{"clean", func(a *attacker) { a.traffic(0) }},
	{"clean segments of 1", func(a *attacker) { a.traffic(1) }},
	{"half-open connections", func(a *attacker) { a.client().packet(-1, syn, nil) }},
	{"one PDU a connection", func(a *attacker) { a.client().open().send(login(), mss) }},
	{"PDUs that lack an octet", func(a *attacker) { a.client().open().send(endless(16384)[:16383], mss) }},
	{"one endless PDU", func(a *attacker) { a.same().send(endless(0x7fffffff), mss) }},
	{"endless PDUs", func(a *attacker) { a.same().send(endless(16384), 1) }},
	{"12s", func(a *attacker) { a.client().open().send(bytes.Repeat([]byte{0, 0, 0, 12}, 16<<10), mss) }},
	{"12s in segments of 1", func(a *attacker) { a.same().send(bytes.Repeat([]byte{0, 0, 0, 12}, 16<<10), 1) }},
	{"headers without PDUs", func(a *attacker) { a.same().send(headers(), mss) }},
	{"headers without PDUs, segments of 1", func(a *attacker) { a.same().send(headers(), 1) }},
	{"behind holes", func(a *attacker) { a.same().skip(1).send(make([]byte, 3), 3) }},
	{"behind a hole each", func(a *attacker) { a.client().open().skip(1).send(make([]byte, 3), 3) }},
	{"requests without responses", func(a *attacker) { a.same().send(a.request(1), mss) }},
	{"parts of long messages", func(a *attacker) { a.same().send(a.request(255), mss) }},
	{"reports without SUBMITs", func(a *attacker) { a.same().report() }},
	{"reports on mass sends of one Msg_Id", func(a *attacker) { a.massSend() }},
	{"reports on one Msg_Id in reverse", func(a *attacker) { a.reversed() }},
	{"reports before the SUBMITs of one Msg_Id", func(a *attacker) { a.early() }},
	{"one report again and again", func(a *attacker) { a.repeated() }},
	{"timeouts and holes", func(a *attacker) { a.silence() }},
	{"fragments of ever new datagrams", func(a *attacker) { a.fragment(uint32(a.n), 0, 1400) }},
	{"fragments of 8 octets", func(a *attacker) { a.fragment(uint32(a.n/1000), 16*(a.n%1000), 8) }},
}

// Write writes a capture of about size octets.
func (a *Attack) Write(w io.Writer, size int64) error {
	at := &attacker{w: bufio.NewWriterSize(w, 1<<20), now: 1_700_000_000_000_000_000}
	at.w.Write(AppendPcap(nil, LinkEthernet, nil))
	for ; at.size < size; at.n++ {
		a.send(at)
	}
	return at.w.Flush()
}

// attacker writes the frames of an attack.
type attacker struct {
	w    *bufio.Writer
	size int64
	now  int64 // of the next packet
	n    int   // rounds so far
	one  *end  // the connection that all rounds share
	buf  []byte
}

// end is what one side of a connection has sent.
type end struct {
	a *attacker
	s *Stream
	// at is where it goes on, heard the same of the other side.
	at, heard int64
	sequence  uint32
}

// client is a new client of the port of CMPP.
func (a *attacker) client() *end {
	var ip [4]byte
	binary.BigEndian.PutUint32(ip[:], 10<<24|uint32(a.n/50000))
	c := &Stream{Src: netip.AddrPortFrom(netip.AddrFrom4(ip), uint16(10000+a.n%50000)), Dst: netip.MustParseAddrPort("192.0.2.1:7890"), First: uint32(a.n), Client: true}
	c.Peer = &Stream{Src: c.Dst, Dst: c.Src, First: 1000, Peer: c}
	return &end{a: a, s: c}
}

// same is the client that all rounds share, its connection opened.
func (a *attacker) same() *end {
	if a.one == nil {
		a.one = a.client().open()
	}
	return a.one
}

// peer answers an end.
func (e *end) peer() *end { return &end{a: e.a, s: e.s.Peer, at: e.heard, heard: e.at} }

func (e *end) open() *end {
	e.packet(-1, syn, nil)
	e.peer().packet(-1, syn|ack, nil)
	e.packet(0, ack, nil)
	return e
}

// skip leaves a hole of n octets.
func (e *end) skip(n int64) *end {
	e.at += n
	return e
}

// send sends octets in segments of size.
func (e *end) send(b []byte, size int) {
	for piece := range slices.Chunk(b, size) {
		e.packet(e.at, ack, piece)
		e.at += int64(len(piece))
	}
}

func (e *end) packet(at int64, flags byte, data []byte) {
	p := Packet{Stream: e.s, Offset: at, Ack: e.heard, Flags: flags, Data: data}
	e.a.frame(Encoding{Link: LinkEthernet}.link(etherIPv4, p.ip(uint16(e.a.now/1000))))
}

func (a *attacker) frame(b []byte) {
	le := binary.LittleEndian
	a.buf = a.buf[:0]
	for _, n := range []int64{a.now / 1e9, a.now % 1e9, int64(len(b)), int64(len(b))} {
		a.buf = le.AppendUint32(a.buf, uint32(n))
	}
	a.w.Write(a.buf)
	a.w.Write(b)
	a.size += int64(16 + len(b))
	a.now += 50_000
}

// traffic is a SUBMIT and its response, in segments of size, or in one.
func (a *attacker) traffic(size int) {
	e := a.same()
	b := a.request(1)
	if size == 0 {
		size = len(b)
	}
	e.send(b, size)
	r := wire.SubmitResp{Seq: wire.Seq(e.sequence), MsgID: wire.MsgID(e.sequence)}
	back := r.Append(nil, wire.V30)
	p := e.peer()
	p.send(back, min(size, len(back)))
	e.heard = p.at
}

// request is a new SUBMIT, the first part of as many as parts.
func (a *attacker) request(parts byte) []byte {
	e := a.same()
	e.sequence++
	p := a.submit(e.sequence, 1)
	if parts > 1 {
		p.TPudhi, p.MsgContent = 1, append([]byte{6, 8, 4, byte(e.sequence >> 8), byte(e.sequence), parts, 1}, p.MsgContent...)
	}
	return p.Append(nil, wire.V30)
}

// submit is a SUBMIT to as many receivers.
func (a *attacker) submit(sequence uint32, receivers int) wire.Submit {
	p := wire.Submit{Seq: wire.Seq(sequence), PkTotal: 1, PkNumber: 1, MsgSrc: "900001", SrcID: "10690001", ServiceID: "HELP", FeeType: "01", FeeCode: "000000",
		RegisteredDelivery: 1, MsgContent: []byte("0123456789")}
	for k := range receivers {
		p.DestTerminalID = append(p.DestTerminalID, phone(int(sequence)+k))
	}
	return p
}

// phone is number n of those that the SUBMITs go to.
func phone(n int) string { return fmt.Sprint(13800000000 + n%100_000_000) }

// oneID is the Msg_Id of those attacks in which all messages have the same.
const oneID = wire.MsgID(0xbbb8594134fd0000)

// sent sends a SUBMIT to as many receivers, and the response that gives oneID.
func (e *end) sent(receivers int) {
	e.sequence++
	p := e.a.submit(e.sequence, receivers)
	e.send(p.Append(nil, wire.V30), mss)
	back := e.peer()
	r := wire.SubmitResp{Seq: wire.Seq(e.sequence), MsgID: oneID}
	back.send(r.Append(nil, wire.V30), mss)
	e.heard = back.at
}

// massSend is mass sends that all have one Msg_Id, and then reports on that
// and the next ones which name other numbers.
func (a *attacker) massSend() {
	e := a.same()
	if a.n < 60 {
		e.sent(255)
		return
	}
	e.reportOn(oneID+wire.MsgID(a.n%255), fmt.Sprint(13700000000+a.n))
}

// reversed is a message, and a report that has the octets of its Msg_Id in
// reverse and names another number.
func (a *attacker) reversed() {
	a.same().sent(1)
	a.same().reportOn(wire.MsgID(bits.ReverseBytes64(uint64(oneID))), fmt.Sprint(13700000000+a.n))
}

// early is reports on a message that is not known yet, and then messages with
// its Msg_Id and other numbers.
func (a *attacker) early() {
	if a.n < 1000 {
		a.same().reportOn(oneID, fmt.Sprint(13700000000+a.n))
		return
	}
	a.same().sent(1)
}

// repeated is one message, and then its report time and again.
func (a *attacker) repeated() {
	e := a.same()
	if a.n == 0 {
		e.sent(1)
	}
	e.reportOn(oneID, phone(1))
}

// report is a report on a message that nobody has seen.
func (e *end) report() { e.reportOn(wire.MsgID(e.sequence+1), "13800001234") }

// reportOn is a report on a message to a number.
func (e *end) reportOn(id wire.MsgID, to string) {
	e.sequence++
	r := wire.Report{MsgID: id, Stat: "DELIVRD", SubmitTime: "2611220210", DoneTime: "2611220211", DestTerminalID: to}
	d := wire.Deliver{Seq: wire.Seq(e.sequence), MsgID: id, DestID: "10690001", SrcTerminalID: to, RegisteredDelivery: 1, MsgContent: r.Append(nil, wire.V30)}
	p := e.peer()
	p.send(d.Append(nil, wire.V30), mss)
	e.heard = p.at
	resp := wire.DeliverResp{Seq: wire.Seq(e.sequence), MsgID: id}
	e.send(resp.Append(nil, wire.V30), mss)
}

// silence is requests nobody answers, and later, time and again, a hole in what
// the other side sends.
func (a *attacker) silence() {
	e := a.same()
	e.send(a.request(1), mss)
	if a.size < 1<<24 {
		e.peer().packet(e.heard, ack, nil)
		return
	}
	a.now += 61e9
	p := e.peer().skip(1)
	p.send([]byte{0, 0, 0}, 3)
	e.heard = p.at
	e.packet(e.at, ack, nil)
}

// fragment is n octets of a datagram that never ends.
func (a *attacker) fragment(id uint32, at, n int) {
	e := a.client()
	e.s.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(id >> 24), byte(id >> 16), 1}), 1)
	b := fragment(e.s.ip(0, nil), make([]byte, n), uint16(id), at, true)
	a.frame(Encoding{Link: LinkEthernet}.link(etherIPv4, b))
}

func login() []byte {
	c := wire.Connect{Seq: 1, SourceAddr: "900001", Timestamp: 1122020958}
	return c.Append(nil, wire.V30)
}

// endless is a SUBMIT of zeros that says it has a length.
func endless(length uint32) []byte {
	b := make([]byte, 16384)
	binary.BigEndian.PutUint32(b, length)
	b[7] = 4
	return b
}

// headers are as many headers as fit, each of the longest SUBMIT there is, and
// none of them with a body that fits it.
func headers() []byte {
	b := rand.New(rand.NewPCG(1, 1))
	var out []byte
	for range 5000 {
		out = append(out, 0, 0, 0x3f, 0xf0, 0, 0, 0, 4)
		out = binary.BigEndian.AppendUint32(out, b.Uint32())
	}
	return out
}
