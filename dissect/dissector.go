package dissect

import (
	"encoding/binary"
	"net/netip"

	"cmppdump/capture"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// Sink receives what the dissector finds, in the order in which it becomes
// certain. Everything is lent for the call, but *Conn, which stays until Close.
type Sink interface {
	// Open tells of a connection that carries the protocol, before its first
	// PDU or gap.
	Open(*Conn)
	PDU(*PDU)
	Gap(*Gap)
	// Close ends a connection that was opened. It reports whether the sink holds
	// on to the Conn, which then stays as it is; else it is used for another.
	Close(*Conn, reassembly.End) (kept bool)
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
	// Secrets are those to check logins by; nil: they are not checked.
	Secrets Secrets
	// MaxCarry bounds the memory, in bytes, of octets that wait for the rest
	// of their PDU, of all connections together; 0: no bound.
	MaxCarry int64
	// Put gives the PDU that is to be filled in, and raw where it stays as long
	// as that; nil: there is one PDU, and raw is lent as that is.
	Put func(raw []byte) (p *PDU, kept []byte)
	// Counted is told of a connection whose counters change, or have changed since
	// the newest call of the Sink, which may bring no other; nil: nobody asks. The
	// Assembler must tell Dissector.Counted.
	Counted func(*Conn)
}

// Dissector finds and decodes the PDUs of one protocol in all connections. It
// is not safe for concurrent use.
type Dissector struct {
	sink  Sink
	proto *Protocol
	opt   Options
	pdu   PDU // reused
	pairs pairs
	stats Stats

	oldest, newest *carry // in use
	spare          []*carry
	carried        int64 // cost of those in use
	early          earlies
	servers        map[netip.AddrPort]struct{} // of connections recognised by content
	gap            Gap                         // reused
	unused         *stream                     // of the connection closed last
}

// New makes a Dissector that tells sink of what it finds.
func New(sink Sink, p *Protocol, o Options) *Dissector {
	return &Dissector{sink: sink, proto: p, opt: o, stats: newStats(), servers: map[netip.AddrPort]struct{}{}}
}

// Open is a reassembly.Opener.
func (d *Dissector) Open(c *reassembly.Conn) reassembly.Stream {
	s := d.unused
	if d.unused = nil; s == nil {
		s = &stream{}
	}
	*s = stream{d: d, proto: d.proto, tcp: c, prior: d.expects(c), gaps: s.gaps[:0], spare: s.spare}
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
	d      *Dissector
	proto  *Protocol
	tcp    *reassembly.Conn
	conn   *Conn    // nil until recognised
	spare  *Conn    // of a connection before, to be used again, or nil
	prior  bool     // the port says so
	half   [2]*half // in room; nil before the first octet or gap
	room   [2]half
	gaps   []Gap // before it was recognised
	seen   [2]int64
	head   [16]byte // the first octets of the stream, to name it by
	heads  int
	proxy  Proxy     // what a proxy says in front
	tls    bool      // nothing in it can be read
	alien  string    // what it is, though it resembles the protocol
	early  *early    // nil once it is recognised, or cannot be kept
	proved bool      // a PDU was found where the port said nothing
	told   [2]uint64 // of Net.Differing
}

// known reports whether the connection is taken to carry the protocol.
func (s *stream) known() bool { return s.conn != nil || s.prior || s.proved }

// Data implements reassembly.Stream.
func (s *stream) Data(c reassembly.Chunk) {
	if s.heads == 0 {
		s.heads = copy(s.head[:], c.Data)
	}
	s.seen[c.Dir] += int64(len(c.Data))
	if s.conn == nil && s.keepsEarly() {
		s.keepData(c)
	}
	h := s.direction(c.Dir)
	if s.tls || s.alien != "" || !s.known() && s.seen[c.Dir] > giveUp {
		s.forgetEarly()
		h.ignore()
		return
	}
	h.data(c)
	if s.early != nil && (s.proved || s.shown()) {
		s.replay()
	}
	if s.d.carried > s.d.opt.MaxCarry {
		s.d.shrink()
	}
	s.counted()
}

// Counted is for reassembly.Options: the counters of a connection change.
func (d *Dissector) Counted(s reassembly.Stream) { s.(*stream).counted() }

func (s *stream) counted() {
	if tell := s.d.opt.Counted; tell != nil && s.conn != nil {
		tell(s.conn)
	}
}

// direction gives a direction, from its first octet or gap on.
func (s *stream) direction(d reassembly.Dir) *half {
	if s.half[d] == nil {
		s.room[d].begin(s, d)
		s.half[d] = &s.room[d]
	}
	return s.half[d]
}

// Gap implements reassembly.Stream.
func (s *stream) Gap(g reassembly.Gap) {
	if s.conn == nil && s.keepsEarly() {
		s.keepGap(g)
	}
	s.gap(g)
	if s.early != nil && s.proved {
		s.replay()
	}
	s.counted()
}

func (s *stream) gap(g reassembly.Gap) {
	h := s.direction(g.Dir)
	h.gap(g.Len)
	h.tellSkipped()
	at := g.Behind
	if at.Num == 0 {
		at = g.Stamp
	}
	s.gapped(Gap{Conn: s.conn, Dir: g.Dir, Kind: Missing, First: at, Last: at, Offset: g.Offset, Bytes: g.Len, Since: g.Since, Cut: g.Cut})
}

// Close implements reassembly.Stream.
func (s *stream) Close(e reassembly.End) (kept bool) {
	s.end()
	if s.early != nil && (s.proved || s.d.serves(s.tcp.Server)) {
		s.replay()
		s.end()
	}
	s.forgetEarly()
	s.d.unused = s
	if s.conn == nil {
		s.d.stats.foreign(s)
		return false
	}
	s.sum()
	if kept = s.d.sink.Close(s.conn, e); !kept {
		s.spare = s.conn
	}
	return kept
}

// end ends both directions.
func (s *stream) end() {
	for _, h := range s.half {
		if h != nil {
			h.open()
			h.cut()
			h.tellSkipped()
		}
	}
}

// recognise tells that the connection carries the protocol.
func (s *stream) recognise() {
	if s.conn != nil {
		return
	}
	s.conn, s.spare = s.spare, nil
	if s.conn == nil {
		s.conn = &Conn{}
	}
	s.conn.begin(s)
	if !s.prior {
		s.d.remember(s.tcp.Server)
	}
	s.d.stats.Conns++
	if s.tcp.Midstream {
		s.d.stats.Midstream++
	}
	s.d.sink.Open(s.conn)
	for _, g := range s.gaps {
		g.Conn = s.conn
		s.gapped(g)
	}
	s.gaps = s.gaps[:0]
}

// keptGaps bounds the gaps kept of a connection not recognised yet.
const keptGaps = 16

// gapped tells of a gap, once the connection is recognised.
func (s *stream) gapped(gap Gap) {
	switch {
	case s.conn != nil:
		g := &s.d.gap
		notes := g.Notes[:0]
		*g = gap
		g.Notes = g.notes(notes)
		s.d.stats.gap(g)
		s.d.sink.Gap(g)
	case len(s.gaps) < keptGaps:
		s.gaps = append(s.gaps, gap)
	default:
		s.gaps[keptGaps-1].Bytes += gap.Bytes
	}
}

// sum gives the connection the notes on it as a whole.
func (s *stream) sum() {
	c := s.conn
	if c.Midstream {
		c.note(noteMidstream, "")
	}
	if n := s.differing(reassembly.C2S) + s.differing(reassembly.S2C); n > 0 {
		c.note(noteOverlap, "", n)
	}
	s.d.stats.notes(c.Notes)
	if c.Proxy.Version > 0 { // counted with its octets
		c.note(noteProxy, c.Proxy.String())
	}
}

// differing gives the overlaps with other octets that were not told of yet.
func (s *stream) differing(d reassembly.Dir) int64 {
	n := s.tcp.Net[d].Differing - s.told[d]
	s.told[d] += n
	return int64(n)
}

// skipped tells of octets in which no PDU was found.
func (s *stream) skipped(h *half, r run) {
	s.gapped(Gap{Conn: s.conn, Dir: h.dir, Kind: Skipped, First: r.first, Last: r.last, Offset: r.offset, Bytes: r.bytes})
}

// pdu decodes one PDU and tells of it.
func (s *stream) pdu(h *half, raw []byte, hd header, offset int64, first, last capture.Stamp, resynced int64) {
	if s.d.Full() || s.alien != "" {
		return
	}
	if s.conn == nil {
		if s.alien = s.proto.Alien(raw); s.alien != "" {
			return
		}
	}
	s.recognise()
	p := &s.d.pdu
	if put := s.d.opt.Put; put != nil {
		p, raw = put(raw)
	}
	p.Reset()
	p.Notes = p.Notes[:0]
	p.SMS, p.Auth, p.Proxy = Content{}, nil, s.conn.proxied()
	p.Conn, p.Dir, p.Proto, p.No = s.conn, h.dir, s.proto, s.d.stats.PDUs+1
	p.First, p.Last, p.Offset, p.Nth, p.Of = first, last, offset, h.nth.n, h.nth.of
	p.Raw, p.Total = raw, hd.total
	p.CommandID, p.Command = hd.id, s.proto.Command(hd.id)
	p.Sequence = binary.BigEndian.Uint32(raw[8:])
	s.conn.PDUs++
	s.d.settle(p, raw[headerLen:])
	p.decode()
	p.interpret()
	if resynced > 0 {
		p.note(noteResync, "", resynced)
	}
	if n := s.differing(h.dir); n > 0 {
		p.note(noteOverlap, "", n)
	}
	p.check()
	if p.Class() == Login && s.d.opt.Secrets != nil {
		s.authenticate(p)
	}
	s.d.stats.pdu(p)
	s.d.sink.PDU(p)
}

// decode reads header and body into fields. Every octet ends in one of them.
func (p *PDU) decode() {
	if p.Command == nil {
		p.leaf(p.Proto.Body, p.Proto.Header.Decode(&p.Decoded, p.Raw, 0, p.Total, 0))
		return
	}
	off := p.layout().DecodePDU(&p.Decoded, p.Proto.Header, p.Raw, p.Total, int(p.Column))
	if p.Err.Failed() {
		p.leaf(p.Proto.Rest, off)
		p.splitRest(off)
	} else {
		p.leaf(p.Proto.Surplus, off)
	}
}

// splitRest reads what was captured of the parts of a field that was cut. They
// are parts of the rest.
func (p *PDU) splitRest(off int) {
	if !p.Truncated() || off == len(p.Raw) {
		return
	}
	n := len(p.Fields)
	p.SplitCut(p.Raw, int(p.Column))
	if len(p.Fields) == n {
		return
	}
	last := &p.Fields[len(p.Fields)-1]
	n = len(p.Fields)
	if p.leaf(p.Proto.Rest, int(last.Off+last.Len)); len(p.Fields) > n {
		p.Fields[n].Depth = 1
	}
}

// leaf appends a field over all octets from off on, if there are any.
func (p *PDU) leaf(s *layout.Spec, off int) {
	if n := len(p.Raw) - off; n > 0 {
		p.Fields = append(p.Fields, layout.Field{Spec: s, Off: uint32(off), Len: uint32(n)})
	}
}
