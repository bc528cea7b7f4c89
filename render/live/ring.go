package live

// chunkSize is how many entries a chunk holds. Entries never move.
const chunkSize = 1 << 10

// ring holds entries by their numbers, from 1 on. The oldest can be dropped.
type ring[T any] struct {
	chunks []*[chunkSize]T // chunks[0] is number base
	base   uint64
	first  uint64 // the oldest entry
	end    uint64 // behind the newest
	spare  []*[chunkSize]T
}

func newRing[T any]() ring[T] { return ring[T]{first: 1, end: 1} }

// has reports whether entry i is kept.
func (r *ring[T]) has(i uint64) bool { return i >= r.first && i < r.end }

// at is entry i, which must be kept.
func (r *ring[T]) at(i uint64) *T { return &r.chunks[i/chunkSize-r.base][i%chunkSize] }

// add makes an entry at the end.
func (r *ring[T]) add() *T { return r.grow(r.end) }

// grow makes all entries up to i, and gives that; nil if it was dropped.
func (r *ring[T]) grow(i uint64) *T {
	if i < r.first {
		return nil
	}
	for i >= (r.base+uint64(len(r.chunks)))*chunkSize {
		if n := len(r.spare); n > 0 {
			r.chunks, r.spare = append(r.chunks, r.spare[n-1]), r.spare[:n-1]
		} else {
			r.chunks = append(r.chunks, new([chunkSize]T))
		}
	}
	r.end = max(r.end, i+1)
	return r.at(i)
}

// drop forgets the entries before to.
func (r *ring[T]) drop(to uint64) {
	r.first = min(max(r.first, to), r.end)
	for len(r.chunks) > 1 && r.base < r.first/chunkSize {
		c := r.chunks[0]
		r.chunks[0] = nil
		r.chunks, r.base = r.chunks[1:], r.base+1
		if len(r.spare) < 4 {
			clear(c[:])
			r.spare = append(r.spare, c)
		}
	}
}

// kept is the number of entries kept.
func (r *ring[T]) kept() int { return int(r.end - r.first) }

// slabSize is the size of a slab in octets: many times the longest PDU.
const slabSize = 1 << 20

// slabs hold octets by position, in the order added. No run of octets lies in
// two slabs.
type slabs struct {
	list  [][]byte
	base  uint64 // number of list[0]
	used  int    // of the newest
	spare []byte
}

// add keeps a copy of b, which is shorter than a slab, and gives its position.
func (s *slabs) add(b []byte) uint64 {
	if len(s.list) == 0 || s.used+len(b) > slabSize {
		slab := s.spare
		if s.spare = nil; slab == nil {
			slab = make([]byte, slabSize)
		}
		s.list, s.used = append(s.list, slab), 0
	}
	pos := (s.base+uint64(len(s.list)-1))*slabSize + uint64(s.used)
	s.used += copy(s.list[len(s.list)-1][s.used:], b)
	return pos
}

// get lends n octets from a position on, until that slab is dropped.
func (s *slabs) get(pos uint64, n int) []byte {
	off := pos % slabSize
	return s.list[pos/slabSize-s.base][off : off+uint64(n) : off+uint64(n)]
}

// first is the position of the oldest octet kept.
func (s *slabs) first() uint64 { return s.base * slabSize }

// drop forgets the oldest slab.
func (s *slabs) drop() {
	s.spare, s.list[0] = s.list[0], nil
	s.list, s.base = s.list[1:], s.base+1
}
