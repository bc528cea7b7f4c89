package reassembly

import (
	"cmp"
	"slices"

	"cmppdump/capture"
)

// Defaults of Options.
const (
	DefaultMaxPending = 1 << 20 // bytes a direction
	DefaultMaxConns   = 1 << 20
)

// Options sets what an Assembler prefers and how much it may hold. The zero
// value is usable.
type Options struct {
	// Ports are ports of servers, best first. They decide who is the server
	// of a connection whose handshake was not captured.
	Ports []uint16
	// MaxPending bounds the bytes that one direction holds behind a hole; 0
	// is DefaultMaxPending. A waiting segment counts as 256 bytes at least, so
	// this bounds their number too.
	MaxPending int
	// MaxTotal bounds the bytes that all directions hold together, counted as
	// for MaxPending; 0 is no bound.
	MaxTotal int64
	// MaxConns bounds the open connections; 0 is DefaultMaxConns. MaxSilent
	// bounds those of them that had no data so far, which cost a sender no
	// more than a SYN; 0 is MaxConns.
	MaxConns, MaxSilent int
	// Counted is told of the stream of a connection when Conn.Last and its Net
	// begin to change for a segment, which may bring no call of the stream; nil:
	// nobody asks.
	Counted func(Stream)
}

// Stats counts what an Assembler has seen. Counts of bytes are of stream
// bytes; all are totals since New.
type Stats struct {
	Connections uint64 // opened
	Midstream   uint64 // of these, opened without a SYN
	Closed      uint64 // closed, for whatever reason
	Evicted     uint64 // of these, closed to stay within MaxConns and MaxSilent
	Open        int    // open now

	Gaps    uint64 // holes declared
	Missing uint64 // bytes in them
	Pending int64  // bytes that wait behind holes now, counted as in Options
	Cut     uint64 // segments that the snaplen cut short

	OutOfOrder    uint64 // segments that had to wait
	Retransmitted uint64 // segments that held only bytes already seen
	KeepAlives    uint64 // keep-alive probes (RFC 9293, section 3.8.4)
	Differing     uint64 // overlaps with waiting bytes that held other bytes

	Late          uint64 // segments of connections that are not open: closed already, or no data seen
	LateData      uint64 // of these, those with data
	Foreign       uint64 // segments far outside the sequence space of their connection
	BeyondFin     uint64 // segments with bytes behind the sender's FIN
	ResetsIgnored uint64 // RSTs outside the window, or of unknown connections
}

// Unused counts the segments with data that had no place in any connection.
func (s *Stats) Unused() uint64 { return s.LateData + s.Foreign + s.BeyondFin }

// Assembler turns the TCP segments of a capture into streams. It is not safe
// for concurrent use, and a Stream must not call it.
type Assembler struct {
	opener Opener
	opt    Options
	table  table
	stats  Stats

	count uint64        // packets given to Add
	now   capture.Stamp // the newest of them

	wheel    wheel
	unused   []*conn  // closed, and nobody holds on to them
	held     int64    // cost of all waiting segments
	oldest   *pending // of those with waiting segments: the longest blocked
	newest   *pending
	segments segmentPool
	spare    *pending // to be used again, linked by next
	stray    stray    // the last segment dropped as foreign
}

// New makes an Assembler. It calls open once for each connection, at its first
// packet; a nil Stream means that the connection is not wanted: it keeps its
// number and its place in the table, its bytes are dropped.
func New(open Opener, o Options) *Assembler {
	if o.MaxPending <= 0 {
		o.MaxPending = DefaultMaxPending
	}
	if o.MaxConns <= 0 {
		o.MaxConns = DefaultMaxConns
	}
	if o.MaxSilent <= 0 {
		o.MaxSilent = o.MaxConns
	}
	o.Ports = slices.Clone(o.Ports)
	return &Assembler{opener: open, opt: o, table: newTable()}
}

// Add takes the next TCP segment of the capture. It keeps nothing of p. The
// streams are called from within: their bytes in order are p's own, without a
// copy.
func (a *Assembler) Add(p *capture.Packet) {
	a.count++
	a.now = p.Stamp
	c, d := a.table.find(p)
	if c != nil && c.expects(d, p) {
		c.inOrder(d, p)
	} else if c, d = a.admit(c, d, p); c != nil {
		c.segment(d, p)
	}
	if a.wheel.due(a.count) {
		a.turn()
	}
}

// Flush ends the input: what is missing is declared, what waits is delivered,
// and all connections are closed in the order of Conn.ID: as CaptureEnded, or
// as Fin where only a hole kept a FIN of both sides from being in order.
func (a *Assembler) Flush() {
	var open []*conn
	for _, c := range a.table.open {
		open = c.twins(open)
	}
	slices.SortFunc(open, func(x, y *conn) int { return cmp.Compare(x.ID, y.ID) })
	for _, c := range open {
		c.drain()
		if !c.closeIfFinished() {
			c.close(CaptureEnded, C2S)
		}
	}
}

// Stats returns the counts so far.
func (a *Assembler) Stats() Stats {
	s := a.stats
	s.Open = a.table.n
	s.Pending = a.held
	return s
}

// admit says which connection a segment off the fast path belongs to, given
// the open connection of its ports, if any. It opens and closes connections. A
// nil conn means that the segment is dropped, and counted.
func (a *Assembler) admit(c *conn, d Dir, p *capture.Packet) (*conn, Dir) {
	if c == nil {
		return a.admitNew(p)
	}
	if c.twin != nil {
		c, d = c.twinOf(d, p)
	}
	switch t := &p.TCP; {
	case c.elsewhere(d, p):
		return a.admitTwin(c, p)
	case t.Flags.Has(capture.RST):
		return c, d
	case t.Flags.Has(capture.SYN):
		if !c.reused(d, t) {
			return c, d
		}
	case size(p) == 0 && !t.Flags.Has(capture.FIN) || !c.foreign(d, p):
		return c, d
	case a.late(p): // of the connection that had the ports before
		return nil, 0
	case !c.takenOver(d, p):
		a.stats.Foreign++
		c.seen(d, p)
		a.stray.keep(c, p)
		return nil, 0
	}
	first := a.stray.of(c, d, p)
	c.close(Reuse, C2S)
	if first == nil {
		return a.open(p)
	}
	a.stats.Foreign-- // it was the first of the new connection
	c, d = a.open(first)
	c.segment(d, first)
	return c, d
}

// admitNew decides about a segment whose ports have no open connection.
func (a *Assembler) admitNew(p *capture.Packet) (*conn, Dir) {
	switch {
	case a.late(p):
		return nil, 0
	case p.TCP.Flags.Has(capture.RST):
		// It ends something of which nothing was captured.
		a.stats.ResetsIgnored++
		return nil, 0
	}
	return a.open(p)
}

// late reports whether p is the rest of a connection that was closed, and
// counts it then.
func (a *Assembler) late(p *capture.Packet) bool {
	if !a.table.late(p) {
		return false
	}
	a.stats.Late++
	if size(p) > 0 {
		a.stats.LateData++
	}
	return true
}

// open makes the connection whose first packet is p.
func (a *Assembler) open(p *capture.Packet) (*conn, Dir) {
	if a.table.silent.n >= a.opt.MaxSilent {
		a.evict(a.table.silent.oldest)
	}
	if a.table.n >= a.opt.MaxConns {
		a.evict(a.table.oldest())
	}
	a.stats.Connections++
	c := a.take()
	c.ID = int(a.stats.Connections)
	c.First, c.Last = p.Stamp, p.Stamp
	for d := range c.half {
		c.half[d].clean, c.half[d].cutAt = p.Time, -1
	}
	c.Iface = p.Iface
	c.Midstream = !p.TCP.Flags.Has(capture.SYN)
	if c.Midstream {
		a.stats.Midstream++
	}
	d := a.direction(p)
	if d == C2S {
		c.Client, c.Server = p.Src, p.Dst
	} else {
		c.Client, c.Server = p.Dst, p.Src
	}
	a.table.add(c)
	c.stream = a.opener(&c.Conn)
	return c, d
}

// take gives an unused conn, the last closed first: its memory is still in the
// caches. A scan may open and leave millions.
func (a *Assembler) take() *conn {
	last := len(a.unused) - 1
	if last < 0 {
		return &conn{asm: a}
	}
	c := a.unused[last]
	a.unused = a.unused[:last]
	*c = conn{asm: a}
	return c
}

func (a *Assembler) evict(c *conn) {
	a.stats.Evicted++
	c.close(Evicted, C2S)
}

// direction is that of the first packet of a connection. The handshake tells;
// without it the port of better rank is the server's.
func (a *Assembler) direction(p *capture.Packet) Dir {
	switch f := p.TCP.Flags; {
	case f.Has(capture.SYN | capture.ACK):
		return S2C
	case f.Has(capture.SYN):
		return C2S
	case a.rank(p.Src.Port()) < a.rank(p.Dst.Port()):
		return S2C
	}
	return C2S
}

// rank orders ports by how likely they are a server's, best lowest: those of
// Options.Ports, then the smaller.
func (a *Assembler) rank(port uint16) int {
	if i := slices.Index(a.opt.Ports, port); i >= 0 {
		return i
	}
	return len(a.opt.Ports) + int(port)
}

// size is the length of the segment's payload on the wire.
func size(p *capture.Packet) int { return len(p.Payload) + p.Missing }
