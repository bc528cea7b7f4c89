package track

import "cmppdump/capture"

// recentIDs is how many ids are remembered: some minutes of a busy gateway, in
// about 10 MB.
const recentIDs = 1 << 17

// recent remembers the newest messages by their ids, so that a report can name
// its SUBMIT in one pass and in bounded memory. Messages as a whole are
// followed by lifecycle.
type recent struct {
	ring  []submission
	next  int
	index map[uint64]int32
}

// submission is a SUBMIT whose message has an id.
type submission struct {
	id   uint64
	num  uint64
	time int64
}

// add remembers the n ids that a response has given.
func (r *recent) add(first uint64, n int, nth func(first, k uint64) uint64, at capture.Stamp) {
	if r.index == nil {
		r.index = make(map[uint64]int32)
	}
	for k := range n {
		s := submission{nth(first, uint64(k)), at.Num, at.Time}
		if len(r.ring) < recentIDs {
			r.ring = append(r.ring, s)
		} else {
			if old := r.ring[r.next].id; int(r.index[old]) == r.next {
				delete(r.index, old)
			}
			r.ring[r.next] = s
		}
		r.index[s.id] = int32(r.next)
		r.next = (r.next + 1) % recentIDs
	}
}

// find gives the SUBMIT of an id; its Num is 0 if that is not known.
func (r *recent) find(id uint64) capture.Stamp {
	i, ok := r.index[id]
	if !ok {
		return capture.Stamp{}
	}
	return capture.Stamp{Num: r.ring[i].num, Time: r.ring[i].time}
}
