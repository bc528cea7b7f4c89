package track

import "cmppdump/capture"

// recentIDs is how many ids are remembered: some minutes of a busy gateway, in
// 4 MB. The room is taken at once: what is not used yet costs nothing, and the
// memory of a run does not depend on how long the capture is.
const (
	recentIDs   = recentSlots / 4 * 3
	recentSlots = 1 << 17
)

// recent remembers the newest messages by their ids, so that a report can name
// its SUBMIT in one pass and in bounded memory. Messages as a whole are
// followed by lifecycle.
type recent struct {
	ring  []submission
	next  int
	index ids // of places in ring, from 1
}

// submission is a SUBMIT whose message has an id.
type submission struct {
	id   uint64
	num  uint64
	time int64
}

// add remembers the n ids that a response has given.
func (r *recent) add(first uint64, n int, nth func(first, k uint64) uint64, at capture.Stamp) {
	if r.ring == nil {
		r.ring = make([]submission, recentIDs)
		r.index.resize(recentSlots)
	}
	for k := range n {
		s, place := &r.ring[r.next], ref(r.next)+1
		r.next = (r.next + 1) % recentIDs
		if r.index.get(s.id) == place {
			r.index.remove(s.id)
		}
		*s = submission{nth(first, uint64(k)), at.Num, at.Time}
		r.index.set(s.id, place)
	}
}

// find gives the SUBMIT of an id; its Num is 0 if that is not known.
func (r *recent) find(id uint64) capture.Stamp {
	place := r.index.get(id)
	if place == 0 {
		return capture.Stamp{}
	}
	s := &r.ring[place-1]
	return capture.Stamp{Num: s.num, Time: s.time}
}
