package capture

import (
	"bytes"
	"net/netip"
	"slices"
	"time"
	"unsafe"
)

// Bounds of the fragments that wait. Times are capture times.
const (
	fragmentTimeout = 30 * time.Second // Linux's; RFC 8200 allows up to 60
	maxDatagram     = 65535            // bytes, RFC 791
	maxDatagrams    = 1024
	// maxPieces is what the largest datagram has if each fragment carries 48
	// bytes: RFC 791 demands links of 68 bytes.
	maxPieces = maxDatagram/48 + 1
	// maxSpare bounds the datagrams kept to be used again.
	maxSpare = 8
)

// datagramKey says which datagram a fragment is of. VLANs are not in it: the
// fragments of one datagram may take several.
type datagramKey struct {
	src, dst netip.Addr
	id       uint32
	protocol uint8 // IPv4 only
}

// fragment is a part of an IP datagram, IPv4 or IPv6.
type fragment struct {
	datagramKey
	protocol uint8 // of the datagram, if offset is 0
	offset   int   // in bytes
	more     bool  // not the last one
	data     []byte
	wire     int // length on the wire, at least len(data)
	time     int64
}

// end is the offset of the byte behind the fragment.
func (f *fragment) end() int { return f.offset + f.wire }

// valid reports whether the fragment can be part of a datagram: one that goes
// on ends at a multiple of 8, and none passes the largest size.
func (f *fragment) valid() bool {
	return f.wire > 0 && f.end() <= maxDatagram && !(f.more && f.wire%8 != 0)
}

// datagram is one of which fragments are missing.
type datagram struct {
	key      datagramKey
	started  int64 // time of its first fragment captured
	packets  uint64
	protocol uint8 // once the fragment at 0 is there
	total    int   // its length, or 0 before the last fragment is there
	covered  int   // bytes that pieces cover
	pieces   []piece
	data     []byte // what was captured of the pieces, in order of arrival
}

// piece is the part of a fragment that no fragment before it had. Pieces are
// in order of offset and do not overlap.
type piece struct {
	offset, wire int32
	at, captured int32 // its bytes in datagram.data
}

func (p piece) end() int { return int(p.offset + p.wire) }

// add keeps what is new in f. It takes one walk over the pieces, whatever f
// overlaps. It returns scratch, which may have grown.
func (g *datagram) add(f *fragment, scratch []piece) []piece {
	if f.offset == 0 && (len(g.pieces) == 0 || g.pieces[0].offset > 0) {
		g.protocol = f.protocol
	}
	if !f.more {
		g.total = f.end()
	}
	if last := len(g.pieces) - 1; last >= 0 && g.pieces[last].end() <= f.offset { // in order, as most come
		g.pieces = append(g.pieces, g.keep(f, f.offset, f.end()))
		return scratch
	}
	merged, from := scratch[:0], f.offset
	keep := func(to int) {
		if from < to {
			merged = append(merged, g.keep(f, from, to))
		}
	}
	for _, have := range g.pieces {
		keep(min(int(have.offset), f.end()))
		merged = append(merged, have)
		from = max(from, have.end())
	}
	keep(f.end())
	g.pieces = append(g.pieces[:0], merged...)
	return merged
}

// keep copies the part of f between two offsets.
func (g *datagram) keep(f *fragment, from, to int) piece {
	captured := f.data[min(from-f.offset, len(f.data)):min(to-f.offset, len(f.data))]
	p := piece{int32(from), int32(to - from), int32(len(g.data)), int32(len(captured))}
	g.data = append(g.data, captured...)
	g.covered += to - from
	return p
}

// fits reports whether f agrees with the length of the datagram as the other
// fragments give it.
func (g *datagram) fits(f *fragment) bool {
	switch last := len(g.pieces) - 1; {
	case g.total > 0 && f.more:
		return f.end() < g.total
	case g.total > 0:
		return f.end() == g.total
	case !f.more && last >= 0:
		return g.pieces[last].end() <= f.end()
	}
	return true
}

func (g *datagram) complete() bool { return g.total > 0 && g.covered == g.total }

// size is the memory that g takes, in bytes.
func (g *datagram) size() int {
	return int(unsafe.Sizeof(*g)) + cap(g.data) + cap(g.pieces)*int(unsafe.Sizeof(piece{}))
}

// defragmenter puts IP datagrams together, within bounds.
type defragmenter struct {
	open  map[datagramKey]*datagram
	order []*datagram // those of open, in order of arrival
	bytes int         // that those take
	spare []*datagram
	// whole are the newest datagrams put together, the older of which is used
	// again for the next one: a fragment may come out of a datagram, through a
	// tunnel.
	whole   [2]whole
	newest  int // of whole
	scratch []piece

	used, repeated, unfinished uint64 // packets
}

// whole is a datagram put together, without its IP headers.
type whole struct {
	key      datagramKey
	protocol uint8
	data     []byte // up to the first byte that was not captured
	wire     int
}

// add takes a valid fragment and gives the datagram that it completes, lent
// until the next call. limit bounds the memory in bytes.
//
// Of bytes that came twice the first win. A fragment that contradicts the
// length of its datagram counts, but its bytes do not.
func (s *defragmenter) add(f *fragment, limit int) (*whole, bool) {
	for len(s.order) > 0 && stale(s.order[0], f.time) {
		s.giveUp(s.order[0])
	}
	g := s.open[f.datagramKey]
	if g != nil && stale(g, f.time) { // its number is in use again
		s.giveUp(g)
		g = nil
	}
	if g == nil {
		if s.whole[0].repeats(f) || s.whole[1].repeats(f) {
			s.repeated++
			return nil, false
		}
		g = s.start(f)
	}
	g.packets++
	if g.fits(f) {
		s.bytes -= g.size()
		s.scratch = g.add(f, s.scratch)
		s.bytes += g.size()
	}
	if g.complete() {
		s.join(g)
		return &s.whole[s.newest], true
	}
	if len(g.pieces) > maxPieces {
		s.giveUp(g)
	}
	for len(s.order) > 0 && (len(s.order) > maxDatagrams || s.bytes > limit) {
		s.giveUp(s.order[0])
	}
	return nil, false
}

// start opens the datagram of its first fragment.
func (s *defragmenter) start(f *fragment) *datagram {
	var g *datagram
	if n := len(s.spare); n > 0 {
		g, s.spare = s.spare[n-1], s.spare[:n-1]
	} else {
		g = new(datagram)
	}
	*g = datagram{key: f.datagramKey, started: f.time, pieces: g.pieces[:0], data: g.data[:0]}
	s.open[g.key] = g
	s.order = append(s.order, g)
	s.bytes += g.size()
	return g
}

// join makes a complete datagram the last one.
func (s *defragmenter) join(g *datagram) {
	s.newest ^= 1
	data := slices.Grow(s.whole[s.newest].data[:0], g.total)
	for _, p := range g.pieces {
		data = append(data, g.data[p.at:p.at+p.captured]...)
		if p.captured < p.wire {
			break
		}
	}
	s.whole[s.newest] = whole{g.key, g.protocol, data, g.total}
	s.used += g.packets - 1 // the one that completed it is counted by what it holds
	s.close(g)
}

func (s *defragmenter) giveUp(g *datagram) {
	s.unfinished += g.packets
	s.close(g)
}

func (s *defragmenter) close(g *datagram) {
	delete(s.open, g.key)
	i := slices.Index(s.order, g)
	s.order = slices.Delete(s.order, i, i+1)
	s.bytes -= g.size()
	if len(s.spare) < maxSpare {
		s.spare = append(s.spare, g)
	}
}

// counts are the packets that ended here.
func (s *defragmenter) counts() []Count {
	return append(s.incomplete(), present(
		Count{"IP fragment put together with later ones", s.used},
		Count{"IP fragment captured twice", s.repeated})...)
}

// incomplete are those of counts that no segment came of.
func (s *defragmenter) incomplete() []Count {
	var waiting uint64
	for _, g := range s.order {
		waiting += g.packets
	}
	return present(Count{"IP fragment waiting", waiting}, Count{"IP fragment never completed", s.unfinished})
}

// present leaves out what did not happen.
func present(counts ...Count) []Count {
	return slices.DeleteFunc(counts, func(c Count) bool { return c.Packets == 0 })
}

// repeats reports whether f is a second copy of a part of w, as captures on
// several interfaces have them. It must not open a datagram of its own: its
// bytes would win when the number is used again. Same number and other bytes
// is a new datagram: some senders use 0 for all.
func (w *whole) repeats(f *fragment) bool {
	end := f.offset + len(f.data)
	return w.key == f.datagramKey && end <= len(w.data) && bytes.Equal(w.data[f.offset:end], f.data)
}

// stale reports whether g has waited too long at time t. A clock that was set
// back makes it stale too.
func stale(g *datagram, t int64) bool {
	age := time.Duration(t - g.started)
	return age > fragmentTimeout || age < -fragmentTimeout
}
