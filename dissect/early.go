package dissect

import (
	"net/netip"
	"unsafe"

	"cmppdump/capture"
	"cmppdump/reassembly"
)

// On a port that says nothing, a PDU has to be proved before its connection is
// taken to carry the protocol (C§6.5). What came before is kept until then, and
// read once more as what it is: a header that proved nothing, a PDU that was
// cut short, is found then.

// early is the beginning of a connection not recognised yet.
type early struct {
	stream       *stream
	events       []earlyEvent
	data         []byte // of all events
	gaps         []reassembly.Gap
	cost         int64 // as counted in Dissector.carried
	newer, older *early
}

// earlyEvent is a chunk of n octets of early.data, or the next gap.
type earlyEvent struct {
	stamp  capture.Stamp
	offset int64
	n      int
	dir    reassembly.Dir
	gap    bool
}

const (
	earlySize = int64(unsafe.Sizeof(early{}))
	eventSize = int64(unsafe.Sizeof(earlyEvent{}))
	gapSize   = int64(unsafe.Sizeof(reassembly.Gap{}))
	// earlyMost bounds what is kept of one connection, and earlyAll of all
	// together, in bytes of memory: the oldest are given up, and are
	// recognised by what comes later.
	earlyMost = 512 << 10
	earlyAll  = 16 << 20
)

// earlies are those in use, by when they were begun, and some to be used again.
type earlies struct {
	oldest, newest *early
	spare          []*early
	cost           int64
}

// keepsEarly reports whether the beginning of the connection is kept. It begins
// to be with the first octets or gap.
func (s *stream) keepsEarly() bool {
	if s.early == nil && !s.known() && s.half == [2]*half{} && !s.tls {
		s.early = s.d.beginEarly(s)
	}
	return s.early != nil
}

func (s *stream) keepData(c reassembly.Chunk) {
	e := s.early
	e.data = append(e.data, c.Data...)
	e.events = append(e.events, earlyEvent{stamp: c.Stamp, offset: c.Offset, n: len(c.Data), dir: c.Dir})
	s.d.countEarly(e)
}

func (s *stream) keepGap(g reassembly.Gap) {
	e := s.early
	e.gaps = append(e.gaps, g)
	e.events = append(e.events, earlyEvent{gap: true})
	s.d.countEarly(e)
}

// shown reports whether something else than a PDU proved shows that the
// connection carries the protocol.
func (s *stream) shown() bool { return s.answered() || s.d.serves(s.tcp.Server) }

// answered reports whether the two directions begin with a request and the
// response to it, of the lengths that they must have: two PDUs in a row, as the
// connection has them, which may have no others. The word in which a response
// repeats the number is the status in SMPP, 0 in every request (C§6.5).
func (s *stream) answered() bool {
	if s.half[0] == nil || s.half[1] == nil {
		return false
	}
	x, y := s.half[0].buf(), s.half[1].buf()
	if len(x) < headerLen || len(y) < headerLen {
		return false
	}
	const response = 0x80
	return x[4]^y[4] == response && [7]byte(x[5:]) == [7]byte(y[5:]) && [4]byte(x[8:]) != [4]byte{} && s.follows(x) && s.follows(y)
}

// maxServers bounds the servers that are remembered.
const maxServers = 1024

// serves reports whether a connection to that server was recognised.
func (d *Dissector) serves(server netip.AddrPort) bool {
	if len(d.servers) == 0 {
		return false
	}
	_, ok := d.servers[server]
	return ok
}

// remember remembers the server of a connection that was recognised.
func (d *Dissector) remember(server netip.AddrPort) {
	if len(d.servers) < maxServers {
		d.servers[server] = struct{}{}
	}
}

// replay reads the beginning once more, after the connection was recognised.
func (s *stream) replay() {
	e := s.early
	s.early, s.proved = nil, true
	for _, h := range s.half {
		if h != nil && h.carry != nil {
			s.d.end(h.carry)
			h.carry = nil
		}
	}
	s.half, s.gaps, s.proxy = [2]*half{}, s.gaps[:0], Proxy{}
	data, gaps := e.data, e.gaps
	for i := range e.events {
		x := &e.events[i]
		if x.gap {
			s.gap(gaps[0])
			gaps = gaps[1:]
			continue
		}
		s.direction(x.dir).data(reassembly.Chunk{Dir: x.dir, Stamp: x.stamp, Offset: x.offset, Data: data[:x.n:x.n]})
		data = data[x.n:]
	}
	s.d.endEarly(e)
}

// forgetEarly gives up what is kept.
func (s *stream) forgetEarly() {
	if e := s.early; e != nil {
		s.early = nil
		s.d.endEarly(e)
	}
}

func (d *Dissector) beginEarly(s *stream) *early {
	var e *early
	if n := len(d.early.spare); n > 0 {
		e, d.early.spare = d.early.spare[n-1], d.early.spare[:n-1]
	} else {
		e = new(early)
	}
	e.stream, e.older = s, d.early.newest
	if d.early.newest != nil {
		d.early.newest.newer = e
	} else {
		d.early.oldest = e
	}
	d.early.newest = e
	return e
}

// endEarly takes e back.
func (d *Dissector) endEarly(e *early) {
	if e.newer != nil {
		e.newer.older = e.older
	} else {
		d.early.newest = e.older
	}
	if e.older != nil {
		e.older.newer = e.newer
	} else {
		d.early.oldest = e.newer
	}
	d.carried -= e.cost
	d.early.cost -= e.cost
	small := e.cost <= spareCost
	clear(e.events) // they hold pointers
	clear(e.gaps)
	*e = early{events: e.events[:0], data: e.data[:0], gaps: e.gaps[:0]}
	if small && len(d.early.spare) < spareCarries {
		d.early.spare = append(d.early.spare, e)
	}
}

// countEarly brings up to date what e takes of memory, and gives up what is
// too much.
func (d *Dissector) countEarly(e *early) {
	n := earlySize + int64(cap(e.data)) + int64(cap(e.events))*eventSize + int64(cap(e.gaps))*gapSize
	d.carried += n - e.cost
	d.early.cost += n - e.cost
	if e.cost = n; n > earlyMost {
		e.stream.forgetEarly()
	}
	for d.early.cost > earlyAll {
		d.early.oldest.stream.forgetEarly()
	}
}
