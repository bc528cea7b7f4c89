package track

// parkedList is a queue of parked messages.
type parkedList struct {
	head, tail ref
	n          int
}

// place is where a message stood: behind the one with that number.
type place struct {
	behind ref
	no     uint64
}

// farthest is how far a message is put in front of those that were parked
// before it. Responses that are later than so many others leave their message
// out of order by as little as they are late.
const farthest = 256

// push adds a message to the open ones, behind those with lower numbers. It is
// looked for from where it stood before, or from the end.
func (s *parked) push(r ref, was place) {
	l, no := &s.open, s.no(r)
	after := l.tail
	if was.no != 0 {
		if h := s.head(was.behind); h.no == was.no && !h.done {
			after = was.behind
			for n := 0; n < farthest; n++ {
				next := s.head(after).next
				if next == 0 || s.no(next) > no {
					break
				}
				after = next
			}
		}
	}
	for n := 0; after != 0 && n < farthest && s.no(after) > no; n++ {
		after = s.head(after).prev
	}
	s.insert(l, r, after)
}

// append adds a message to the end of the final ones.
func (s *parked) append(r ref) {
	s.head(r).done = true
	s.insert(&s.done, r, s.done.tail)
}

// insert puts a message behind another, or in front of all.
func (s *parked) insert(l *parkedList, r, after ref) {
	l.n++
	before := l.head
	if after != 0 {
		a := s.head(after)
		before, a.next = a.next, r
	} else {
		l.head = r
	}
	if before != 0 {
		s.head(before).prev = r
	} else {
		l.tail = r
	}
	h := s.head(r)
	h.prev, h.next = after, before
}

func (s *parked) remove(l *parkedList, r ref) {
	l.n--
	h := s.head(r)
	if h.prev != 0 {
		s.head(h.prev).next = h.next
	} else {
		l.head = h.next
	}
	if h.next != 0 {
		s.head(h.next).prev = h.prev
	} else {
		l.tail = h.prev
	}
}

// list is the queue that a message stands in.
func (s *parked) list(r ref) *parkedList {
	if s.head(r).done {
		return &s.done
	}
	return &s.open
}
