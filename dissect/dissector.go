package dissect

import (
	"encoding/binary"

	"cmppdump/capture"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// Sink receives what the dissector finds, in the order in which it becomes
// certain. Everything is lent for the call, but *Conn, which stays.
type Sink interface {
	// Open tells of a connection that carries the protocol, before its first
	// PDU or gap.
	Open(*Conn)
	PDU(*PDU)
	Gap(*Gap)
	// Close ends a connection that was opened.
	Close(*Conn, reassembly.End)
}

// Options are the user's wishes.
type Options struct {
	// Version overrides detection; NoVersion leaves it on.
	Version Version
	// Ports are server ports that carry the protocol whatever the content
	// looks like, besides the protocol's own.
	Ports []uint16
	// Limit is how many PDUs are told of; 0: all.
	Limit uint64
}

// Dissector finds and decodes the PDUs of one protocol in all connections. It
// is not safe for concurrent use.
type Dissector struct {
	sink  Sink
	proto *Protocol
	opt   Options
	pdu   PDU // reused
	pairs map[pair]*votes
	stats Stats
}

// New makes a Dissector that tells sink of what it finds.
func New(sink Sink, p *Protocol, o Options) *Dissector {
	return &Dissector{sink: sink, proto: p, opt: o, pairs: map[pair]*votes{}, stats: newStats()}
}

// Open is a reassembly.Opener.
func (d *Dissector) Open(c *reassembly.Conn) reassembly.Stream {
	s := &stream{d: d, proto: d.proto, tcp: c, prior: d.expects(c)}
	for dir := range s.half {
		s.half[dir] = half{s: s, dir: reassembly.Dir(dir), inStep: s.prior && !c.Midstream, lost: !s.prior || c.Midstream}
	}
	return s
}

// Full reports whether Options.Limit is reached.
func (d *Dissector) Full() bool { return d.opt.Limit > 0 && d.stats.PDUs >= d.opt.Limit }

// expects reports whether the ports alone speak for the protocol.
func (d *Dissector) expects(c *reassembly.Conn) bool {
	for _, ports := range [][]uint16{d.opt.Ports, d.proto.Ports} {
		for _, p := range ports {
			if c.Server.Port() == p || c.Client.Port() == p {
				return true
			}
		}
	}
	return false
}

// giveUp is how many octets of a direction are searched for a first PDU where
// the port does not speak for the protocol: several of the longest PDUs.
const giveUp = 64 << 10

// stream is one connection, which may or may not carry the protocol.
type stream struct {
	d     *Dissector
	proto *Protocol
	tcp   *reassembly.Conn
	conn  *Conn // nil until recognised
	prior bool  // the port says so
	half  [2]half
	gaps  []Gap // before it was recognised
	seen  [2]int64
	head  [16]byte // the first octets of the stream, to name it by
	heads int
}

// known reports whether the connection is taken to carry the protocol.
func (s *stream) known() bool { return s.conn != nil || s.prior }

// Data implements reassembly.Stream.
func (s *stream) Data(c reassembly.Chunk) {
	if s.seen[c.Dir] == 0 && s.heads == 0 {
		s.heads = copy(s.head[:], c.Data)
	}
	s.seen[c.Dir] += int64(len(c.Data))
	if !s.known() && s.seen[c.Dir] > giveUp {
		s.half[c.Dir].buf, s.half[c.Dir].marks = nil, nil
		return
	}
	s.half[c.Dir].data(c)
}

// Gap implements reassembly.Stream.
func (s *stream) Gap(g reassembly.Gap) {
	h := &s.half[g.Dir]
	h.gap(g.Len)
	h.tellSkipped()
	at := g.Behind
	if at.Num == 0 {
		at = g.Stamp
	}
	e := Gap{Conn: s.conn, Dir: g.Dir, Kind: Missing, First: at, Last: at, Offset: g.Offset, Bytes: g.Len}
	if s.conn == nil {
		s.keep(e)
		return
	}
	s.tell(&e)
}

// Close implements reassembly.Stream.
func (s *stream) Close(e reassembly.End) {
	for dir := range s.half {
		h := &s.half[dir]
		if s.known() || s.seen[dir] <= giveUp {
			h.cut()
		}
		h.tellSkipped()
	}
	if s.conn == nil {
		s.d.stats.foreign(s)
		return
	}
	s.d.sink.Close(s.conn, e)
}

// recognise tells that the connection carries the protocol.
func (s *stream) recognise() {
	if s.conn != nil {
		return
	}
	s.conn = &Conn{Conn: s.tcp, Proto: s.proto, Login: NoVersion}
	s.d.stats.Conns++
	if s.tcp.Midstream {
		s.d.stats.Midstream++
	}
	s.d.sink.Open(s.conn)
	for i := range s.gaps {
		s.gaps[i].Conn = s.conn
		s.tell(&s.gaps[i])
	}
	s.gaps = nil
}

// keptGaps bounds the gaps kept of a connection not recognised yet.
const keptGaps = 16

func (s *stream) keep(g Gap) {
	if len(s.gaps) < keptGaps {
		s.gaps = append(s.gaps, g)
	} else {
		s.gaps[keptGaps-1].Bytes += g.Bytes
	}
}

func (s *stream) tell(g *Gap) {
	s.d.stats.gap(g)
	s.d.sink.Gap(g)
}

// skipped tells of octets in which no PDU was found.
func (s *stream) skipped(h *half, r run) {
	g := Gap{Conn: s.conn, Dir: h.dir, Kind: Skipped, First: r.first, Last: r.last, Offset: r.offset, Bytes: r.bytes}
	if s.conn == nil {
		s.keep(g)
		return
	}
	s.tell(&g)
}

// pdu decodes one PDU and tells of it.
func (s *stream) pdu(h *half, raw []byte, hd header, offset int64, first, last capture.Stamp, resynced int64) {
	if s.d.Full() {
		return
	}
	s.recognise()
	p := &s.d.pdu
	p.Reset()
	p.Notes = p.Notes[:0]
	p.SMS = Content{}
	p.Conn, p.Dir, p.Proto, p.No = s.conn, h.dir, s.proto, s.d.stats.PDUs+1
	p.First, p.Last, p.Offset, p.Nth, p.Of = first, last, offset, h.nth.n, h.nth.of
	p.Raw, p.Total = raw, hd.total
	p.CommandID, p.Command = hd.id, s.proto.Command(hd.id)
	p.Sequence = binary.BigEndian.Uint32(raw[8:])
	s.conn.PDUs++
	if p.Class() == Login && !p.Response() {
		s.login(p)
	}
	s.d.settle(p, raw[headerLen:])
	p.decode()
	p.interpret()
	if resynced > 0 {
		p.note(noteResync, "", resynced)
	}
	p.check()
	s.d.stats.pdu(p)
	s.d.sink.PDU(p)
}

// login takes the version that a login names.
func (s *stream) login(p *PDU) {
	at := p.Command.Body.Find(layout.VersionByte, 0)
	if at < 0 || headerLen+at >= len(p.Raw) {
		return
	}
	s.conn.LoginByte = p.Raw[headerLen+at]
	s.conn.Login = s.proto.FromByte(s.conn.LoginByte)
}

// decode reads header and body into fields. Every octet ends in one of them.
func (p *PDU) decode() {
	off := p.Proto.Header.Decode(&p.Decoded, p.Raw, 0, p.Total, 0)
	if p.Command == nil {
		p.leaf(p.Proto.Body, off)
		return
	}
	off = p.Command.Body.Decode(&p.Decoded, p.Raw, off, p.Total, int(p.Column))
	if p.Err.Failed() && p.Command.accepts(p.Total-headerLen) {
		p.Err = layout.Error{}
	}
	if p.Err.Failed() {
		p.leaf(p.Proto.Rest, off)
	} else {
		p.leaf(p.Proto.Surplus, off)
	}
}

// leaf appends a field over all octets from off on, if there are any.
func (p *PDU) leaf(s *layout.Spec, off int) {
	if n := len(p.Raw) - off; n > 0 {
		p.Fields = append(p.Fields, layout.Field{Spec: s, Off: uint32(off), Len: uint32(n)})
	}
}
