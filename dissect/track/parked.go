package track

import (
	"encoding/binary"
	"unsafe"

	"cmppdump/capture"
)

// parked are messages of which nothing is expected but a report, or later news:
// written down as octets, without a pointer in them, so that millions take
// little memory and cost the collector nothing. They are found by the Msg_Ids
// of their parts, each of which no other message has.
type parked struct {
	index      ids
	classes    [classes]slots
	open, done parkedList
	conns      map[int32]*connUse
	ifaces     []*capture.Interface
	iface      map[*capture.Interface]uint64
	buf        []byte
}

// ref is where a parked message is: its class of size in the high bits, and
// behind them its slot, from 1. 0: nowhere.
type ref uint32

// Sizes of slots grow by slotStep from one class to the next. What finds no
// room in the largest stays as it is.
const (
	classes   = 64
	slotStep  = 32
	slabSize  = 1 << 16
	classBits = 26
)

// slots are those of one size.
type slots struct {
	slabs []slab
	used  uint32 // slots that were ever used
	free  uint32 // the first unused one, from 1; the next is that of its head
}

// slab is some slots. Their heads stand together: who walks along a queue, or
// changes it, finds those of neighbours in the cache, and not their octets.
type slab struct {
	octets []byte
	heads  []parkedHead
}

// parkedHead is where a message stands.
type parkedHead struct {
	no         uint64 // 0: the slot is free
	prev, next ref
	done       bool // in the queue of final ones
}

// connUse counts the parked messages of a connection.
type connUse struct {
	c *Conn
	n int
}

// The fixed part of a slot.
const (
	atStart  = 0
	atSubmit = 8 // the PDU of the first SUBMIT
	atFlags  = 16
	atTo     = 18 // the octets of the receiver, behind their number
)

const (
	flagWanted = 1 << iota
	flagFinal
	flagPublished
	flagTold
	flagProbable
	flagDir
	flagEvicted
	flagOverdue
)

// of gives the slab of a slot, and which of its slots it is.
func (s *parked) of(r ref) (*slab, int) {
	c := r >> classBits
	i, per := int(r&(1<<classBits-1))-1, slotsOf(int(c))
	return &s.classes[c].slabs[i/per], i % per
}

// slotsOf is how many slots of a class a slab has.
func slotsOf(class int) int { return slabSize / slotSize(class) }

func slotSize(class int) int { return (class + 1) * slotStep }

func (s *parked) head(r ref) *parkedHead {
	b, i := s.of(r)
	return &b.heads[i]
}

// slot is the octets of a parked message.
func (s *parked) slot(r ref) []byte {
	b, i := s.of(r)
	size := slotSize(int(r >> classBits))
	return b.octets[i*size:][:size:size]
}

// take gives an unused slot for n octets, or 0.
func (s *parked) take(n int) ref {
	c := (n - 1) / slotStep
	if c >= classes {
		return 0
	}
	k := &s.classes[c]
	if k.free != 0 {
		r := ref(c)<<classBits | ref(k.free)
		k.free = uint32(s.head(r).next)
		return r
	}
	if k.used+1 >= 1<<classBits {
		return 0
	}
	if per := slotsOf(c); int(k.used) == len(k.slabs)*per {
		k.slabs = append(k.slabs, slab{make([]byte, slabSize), make([]parkedHead, per)})
	}
	k.used++
	return ref(c)<<classBits | ref(k.used)
}

func (s *parked) release(r ref) {
	k := &s.classes[r>>classBits]
	*s.head(r) = parkedHead{next: ref(k.free)}
	k.free = uint32(r & (1<<classBits - 1))
}

// size is what a slot takes of memory.
func (r ref) size() int64 {
	return int64(slotSize(int(r>>classBits))) + int64(unsafe.Sizeof(parkedHead{}))
}

func (s *parked) no(r ref) uint64     { return s.head(r).no }
func (s *parked) start(r ref) int64   { return int64(binary.LittleEndian.Uint64(s.slot(r)[atStart:])) }
func (s *parked) submit(r ref) uint64 { return binary.LittleEndian.Uint64(s.slot(r)[atSubmit:]) }

// to is the receiver of a message.
func (s *parked) to(r ref) []byte {
	b := s.slot(r)[atTo:]
	return b[1 : 1+int(b[0])]
}

// use keeps a connection as long as a message of it is parked.
func (s *parked) use(c *Conn) {
	u := s.conns[int32(c.ID)]
	if u == nil {
		u = &connUse{c: c}
		s.conns[int32(c.ID)] = u
	}
	u.n++
}

func (s *parked) unuse(c *Conn) {
	if u := s.conns[int32(c.ID)]; u.n > 1 {
		u.n--
	} else {
		delete(s.conns, int32(c.ID))
	}
}
