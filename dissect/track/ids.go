package track

import (
	"math/bits"
	"math/rand/v2"
)

// ids finds messages by Msg_Ids. It is a hash table with open addressing: a
// million ids that no cache holds are found with one access to memory each, where
// Go's map needs several. The zero value is empty.
type ids struct {
	slots []idSlot // a power of two of them, a quarter of them empty; none at first
	seed  uint64   // so that nobody can choose ids that share a place
	n     int
}

// idSlot is an id and where its message is; at 0 the slot is empty.
type idSlot struct {
	id uint64
	at ref
}

const (
	fewIDs = 64
	// idSize is what an id takes in the table, in bytes, on average.
	idSize = 28
)

// mix spreads a number over 64 bits, as dissect.Sum does.
func mix(n, seed uint64) uint64 {
	hi, lo := bits.Mul64(n^seed, 0xe7037ed1a0b428db)
	return hi ^ lo
}

// home is where an id would be, if nothing else was. Ids that follow each other
// stand side by side: gateways number messages one by one, and responses and
// reports come in about that order.
func (s *ids) home(id uint64) uint64 { return mix(id/run, s.seed)*run + id%run }

// run is how many ids stand side by side.
const run = 16

// slot is where an id is, or where it would be put.
func (s *ids) slot(id uint64) *idSlot {
	mask := uint64(len(s.slots) - 1)
	for i := s.home(id) & mask; ; i = (i + 1) & mask {
		if x := &s.slots[i]; x.at == 0 || x.id == id {
			return x
		}
	}
}

// get gives where the message with an id is, or 0.
func (s *ids) get(id uint64) ref {
	if s.n == 0 {
		return 0
	}
	return s.slot(id).at
}

// set enters where the message with an id is.
func (s *ids) set(id uint64, at ref) {
	if s.n >= len(s.slots)/4*3 {
		s.grow()
	}
	x := s.slot(id)
	if x.at == 0 {
		s.n++
	}
	*x = idSlot{id, at}
}

func (s *ids) grow() { s.resize(max(fewIDs, 2*len(s.slots))) }

// resize makes room for three quarters of so many ids, a power of two.
func (s *ids) resize(slots int) {
	old := s.slots
	if old == nil {
		s.seed = rand.Uint64()
	}
	s.slots = make([]idSlot, slots)
	for _, x := range old {
		if x.at != 0 {
			*s.slot(x.id) = x
		}
	}
}

// remove takes out an id, and moves up those behind it that would not be found
// behind an empty slot.
func (s *ids) remove(id uint64) {
	if s.get(id) == 0 {
		return
	}
	s.n--
	mask := uint64(len(s.slots) - 1)
	hole := s.home(id) & mask
	for s.slots[hole].id != id {
		hole = (hole + 1) & mask
	}
	for i := (hole + 1) & mask; s.slots[i].at != 0; i = (i + 1) & mask {
		if home := s.home(s.slots[i].id); (i-home)&mask >= (i-hole)&mask {
			s.slots[hole], hole = s.slots[i], i
		}
	}
	s.slots[hole] = idSlot{}
}
