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
	// maxRefused is how often the fragments under one number are joined to
	// what nobody sent before all but the newest are given up, and maxRejoined
	// how many may be joined again: more than the largest datagram has in
	// packets of usual size. They bound what hostile fragments cost.
	maxRefused  = 8
	maxRejoined = 128
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
	key     datagramKey
	packets uint64
	came    []arrival // fragments with something to say, in order of arrival
	data    []byte    // what was captured of them
	refused int       // how often it was complete, and not what anybody sent

	// What the fragments are together. Of bytes that came twice the first win.
	protocol uint8 // once the fragment at 0 is there
	total    int   // its length, or 0 before the last fragment is there
	covered  int   // bytes that pieces cover
	pieces   []piece
}

// arrival is a fragment that came. Its bytes are in datagram.data.
type arrival struct {
	time         int64
	offset, wire int32
	at, captured int32
	protocol     uint8
	more         bool
}

// piece is the part of a fragment that no fragment before it had. Pieces are
// in order of offset and do not overlap.
type piece struct {
	offset, wire int32
	at, captured int32 // its bytes in datagram.data
}

func (p piece) end() int { return int(p.offset + p.wire) }

func (a *arrival) end() int { return int(a.offset + a.wire) }

// add keeps f, if it brings anything, and returns scratch as place does.
func (g *datagram) add(f *fragment, scratch []piece) []piece {
	g.packets++
	a := arrival{f.time, int32(f.offset), int32(f.wire), int32(len(g.data)), int32(len(f.data)), f.protocol, f.more}
	g.data = append(g.data, f.data...)
	covered, total := g.covered, g.total
	scratch = g.place(&a, scratch)
	if covered == g.covered && total == g.total && g.has(&a) {
		g.data = g.data[:a.at]
		return scratch
	}
	g.came = append(g.came, a)
	return scratch
}

// has reports whether another copy of a came.
func (g *datagram) has(a *arrival) bool {
	for i := range g.came {
		if b := &g.came[i]; b.offset == a.offset && b.wire == a.wire && b.more == a.more && bytes.Equal(g.captured(b), g.captured(a)) {
			return true
		}
	}
	return false
}

func (g *datagram) captured(a *arrival) []byte { return g.data[a.at:][:a.captured] }

// place puts a where it belongs. It takes one walk over the pieces, whatever a
// overlaps. It returns scratch, which may have grown. What contradicts the
// length that those before it gave the datagram has no place.
func (g *datagram) place(a *arrival, scratch []piece) []piece {
	if !g.fits(a) {
		return scratch
	}
	if a.offset == 0 && (len(g.pieces) == 0 || g.pieces[0].offset > 0) {
		g.protocol = a.protocol
	}
	if !a.more {
		g.total = a.end()
	}
	from, end := int(a.offset), a.end()
	if last := len(g.pieces) - 1; last >= 0 && g.pieces[last].end() <= from { // in order, as most come
		g.pieces = append(g.pieces, g.part(a, from, end))
		return scratch
	}
	merged := scratch[:0]
	keep := func(to int) {
		if from < to {
			merged = append(merged, g.part(a, from, to))
		}
	}
	for _, have := range g.pieces {
		keep(min(int(have.offset), end))
		merged = append(merged, have)
		from = max(from, have.end())
	}
	keep(end)
	g.pieces = append(g.pieces[:0], merged...)
	return merged
}

// part is the piece of a between two offsets.
func (g *datagram) part(a *arrival, from, to int) piece {
	low := min(int32(from)-a.offset, a.captured)
	high := min(int32(to)-a.offset, a.captured)
	g.covered += to - from
	return piece{int32(from), int32(to - from), a.at + low, high - low}
}

// fits reports whether a agrees with the length of the datagram as the other
// fragments give it.
func (g *datagram) fits(a *arrival) bool {
	switch last := len(g.pieces) - 1; {
	case g.total > 0 && a.more:
		return a.end() < g.total
	case g.total > 0:
		return a.end() == g.total
	case !a.more && last >= 0:
		return g.pieces[last].end() <= a.end()
	}
	return true
}

// older is how many of the fragments came before the longest pause between
// two: the fragments of one datagram come together.
func (g *datagram) older() int {
	n, longest := 1, int64(0)
	for i := 1; i < len(g.came); i++ {
		if pause := g.came[i].time - g.came[i-1].time; pause > longest {
			n, longest = i, pause
		}
	}
	return n
}

// drop takes the n oldest fragments out, at least one of which is left, and
// puts the others together anew.
func (g *datagram) drop(n int, scratch []piece) []piece {
	base := g.came[n].at
	g.data = g.data[:copy(g.data, g.data[base:])]
	g.came = slices.Delete(g.came, 0, n)
	g.packets -= uint64(n)
	g.protocol, g.total, g.covered, g.pieces = 0, 0, 0, g.pieces[:0]
	for i := range g.came {
		a := &g.came[i]
		a.at -= base
		scratch = g.place(a, scratch)
	}
	return scratch
}

// surplus is how many of the fragments are of no use in a complete datagram:
// others came before with the same bytes, or another length.
func (g *datagram) surplus() (n int) {
	sum := 0
	for i := range g.came {
		sum += int(g.came[i].wire)
	}
	if sum == g.total || len(g.came) > maxRejoined { // nearly always; a flood of overlaps
		return 0
	}
	for i := range g.came {
		a := &g.came[i]
		if !slices.ContainsFunc(g.pieces, func(p piece) bool { return p.at >= a.at && p.at+p.captured <= a.at+a.captured }) {
			n++
		}
	}
	return n
}

func (g *datagram) complete() bool { return g.total > 0 && g.covered == g.total }

// size is the memory that g takes, in bytes.
func (g *datagram) size() int {
	return int(unsafe.Sizeof(*g)) + cap(g.data) + cap(g.pieces)*int(unsafe.Sizeof(piece{})) + cap(g.came)*int(unsafe.Sizeof(arrival{}))
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

	fragmentCounts
}

// fragmentCounts says what became of the packets with IP fragments.
type fragmentCounts struct{ used, repeated, unfinished, waiting uint64 }

// whole is a datagram put together, without its IP headers.
type whole struct {
	key      datagramKey
	protocol uint8
	data     []byte // up to the first byte that was not captured
	wire     int
}

// add takes a valid fragment and gives the datagram that it completes, no
// longer open, for join and then release or refuse. limit bounds the memory in
// bytes.
func (s *defragmenter) add(f *fragment, limit int) *datagram {
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
			return nil
		}
		g = s.start(f)
	}
	s.bytes -= g.size()
	s.scratch = g.add(f, s.scratch)
	s.bytes += g.size()
	s.waiting++
	if g.complete() {
		s.takeOut(g)
		return g
	}
	if len(g.pieces) > maxPieces || len(g.came) > maxPieces {
		s.giveUp(g)
	}
	for len(s.order) > 0 && (len(s.order) > maxDatagrams || s.bytes > limit) {
		s.giveUp(s.order[0])
	}
	return nil
}

// start opens the datagram of its first fragment.
func (s *defragmenter) start(f *fragment) *datagram {
	var g *datagram
	if n := len(s.spare); n > 0 {
		g, s.spare = s.spare[n-1], s.spare[:n-1]
	} else {
		g = new(datagram)
	}
	*g = datagram{key: f.datagramKey, came: g.came[:0], pieces: g.pieces[:0], data: g.data[:0]}
	s.putIn(g)
	return g
}

// join gives a complete datagram as one, lent until the next but one.
func (s *defragmenter) join(g *datagram) *whole {
	s.newest ^= 1
	w := &s.whole[s.newest]
	data := slices.Grow(w.data[:0], g.total)
	for _, p := range g.pieces {
		data = append(data, g.data[p.at:p.at+p.captured]...)
		if p.captured < p.wire {
			break
		}
	}
	*w = whole{g.key, g.protocol, data, g.total}
	return w
}

// release ends a complete datagram that was read.
func (s *defragmenter) release(g *datagram) {
	lost := uint64(g.surplus())
	s.unfinished += lost
	s.used += g.packets - lost - 1 // the one that completed it is counted by what it holds
	s.keepSpare(g)
}

// refuse says of a complete datagram, the newest joined, that nobody sent it:
// its fragments are of several. It is taken to be one of which some are lost,
// and another under the same number; the older fragments are given up. It
// gives the datagram again if it is complete without them. Else it waits.
func (s *defragmenter) refuse(g *datagram) *datagram {
	s.whole[s.newest].key = datagramKey{}
	s.newest ^= 1
	n := g.older()
	if g.refused++; g.refused > maxRefused || len(g.came) > maxRejoined {
		n, g.refused = len(g.came)-1, 0
	}
	packets := g.packets
	if len(g.came) == 1 || s.open[g.key] != nil { // opened by a fragment inside
		s.unfinished += packets
		s.keepSpare(g)
		return nil
	}
	s.scratch = g.drop(n, s.scratch)
	s.unfinished += packets - g.packets
	if g.complete() {
		return g
	}
	s.putIn(g)
	return nil
}

func (s *defragmenter) giveUp(g *datagram) {
	s.unfinished += g.packets
	s.takeOut(g)
	s.keepSpare(g)
}

// putIn opens a datagram.
func (s *defragmenter) putIn(g *datagram) {
	s.open[g.key] = g
	s.order = append(s.order, g)
	s.bytes += g.size()
	s.waiting += g.packets
}

// takeOut is its reverse.
func (s *defragmenter) takeOut(g *datagram) {
	delete(s.open, g.key)
	i := slices.Index(s.order, g)
	s.order = slices.Delete(s.order, i, i+1)
	s.bytes -= g.size()
	s.waiting -= g.packets
}

// keepSpare keeps an ended datagram to be used again.
func (s *defragmenter) keepSpare(g *datagram) {
	if len(s.spare) < maxSpare {
		s.spare = append(s.spare, g)
	}
}

// all are the packets that ended in the defragmenter.
func (n fragmentCounts) all() []Count {
	return append(n.incomplete(), present(
		Count{"IP fragment put together with later ones", n.used},
		Count{"IP fragment captured twice", n.repeated})...)
}

// incomplete are those of all that no segment came of.
func (n fragmentCounts) incomplete() []Count {
	return present(Count{"IP fragment waiting", n.waiting}, Count{"IP fragment never completed", n.unfinished})
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
	age := time.Duration(t - g.came[0].time)
	return age > fragmentTimeout || age < -fragmentTimeout
}
