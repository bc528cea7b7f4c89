package track

import (
	"cmp"
	"slices"
)

// park writes a message down, if it waits for nothing but what its Msg_Ids will
// find; else it stays, or goes back to its queue. Its room is used for other messages: nobody may hold it.
func (l *lifecycle) park(m *Msg) {
	done := m.where == inDone || m.settled
	r := ref(0)
	if l.parkable(m) {
		r = l.parked.write(m)
	}
	if r == 0 {
		l.home(m)
		return
	}
	l.leave(m)
	l.mem -= l.weight(m)
	for _, p := range m.Parts {
		l.uncount(p)
		delete(l.byID, p.ID)
		l.parked.index.set(p.ID, r)
	}
	l.mem += r.size() + int64(len(m.Parts))*idSize
	if done {
		l.parked.append(r)
	} else {
		l.parked.push(r, m.place)
	}
	l.spare(m)
}

// home puts a message that woke and cannot be parked where it belongs, once
// nothing is open on it.
func (l *lifecycle) home(m *Msg) {
	if m.where != atWork || m.held > 0 {
		return
	}
	l.work.remove(m)
	if m.settled {
		m.where = inDone
		l.done.push(m)
		return
	}
	m.where = inOpen
	l.open.insert(m)
}

// parkable reports whether a message can be written down.
func (l *lifecycle) parkable(m *Msg) bool {
	if m.where == nowhere || m.held > 0 || m.unacked > 0 || m.group != nil || m.MO || m.Repeated > 0 || len(m.Unnamed) > 0 || len(m.More) > 0 || len(m.Resent) > 0 || len(m.Candidates) > 0 || len(m.Parts) < m.Total() {
		return false
	}
	for _, p := range m.Parts {
		if p.ID == 0 || p.same != nil || p.sibling != nil || l.byID[p.ID] != p {
			return false
		}
		if p.Submit.Seen() && p.End < partAccepted || p.Lacks.Has(LacksReceiver) {
			return false
		}
	}
	return true
}

// weight is what a message takes that is not parked.
func (l *lifecycle) weight(m *Msg) int64 {
	n := m.size()
	for _, p := range m.Parts {
		n += int64(len(p.Content))
	}
	return n
}

// wake makes the message in a slot what it was. It stands in none of the queues
// of those that time decides about, but among those at work, until settle or
// park.
func (l *lifecycle) wake(r ref) *Msg {
	m := l.fresh()
	l.parked.read(r, m)
	done := l.parked.head(r).done
	if prev := l.parked.head(r).prev; prev != 0 && !done {
		m.place = place{prev, l.parked.no(prev)}
	}
	l.parked.remove(l.parked.list(r), r)
	l.parked.release(r)
	l.parked.unuse(m.Conn)
	l.mem -= r.size() + int64(len(m.Parts))*idSize
	for _, p := range m.Parts {
		l.parked.index.remove(p.ID)
		l.byID[p.ID] = p
	}
	l.mem += l.weight(m)
	m.where, m.settled = atWork, done
	l.work.push(m)
	return m
}

// fresh gives room for a message, which is empty.
func (l *lifecycle) fresh() *Msg {
	m := l.unused
	if m == nil {
		return &Msg{}
	}
	l.unused, m.next = m.next, nil
	return m
}

// spare keeps the room of a message that is parked, emptied.
func (l *lifecycle) spare(m *Msg) {
	*m = Msg{octets: m.octets[:0], next: l.unused}
	l.unused = m
}

// leave takes a message out of its queue.
func (l *lifecycle) leave(m *Msg) {
	switch m.where {
	case inOpen:
		l.open.remove(m)
	case inDone:
		l.done.remove(m)
	case atWork:
		l.work.remove(m)
	}
	m.where = nowhere
}

// lookup finds the parts with an id; a parked message wakes, and has to be
// parked again if nothing comes of it.
func (l *lifecycle) lookup(id uint64) *Part {
	if p := l.byID[id]; p != nil {
		return p
	}
	if r := l.parked.index.get(id); r != 0 {
		l.wake(r)
		return l.byID[id]
	}
	return nil
}

// known reports whether a part has the id.
func (l *lifecycle) known(id uint64) bool { return l.byID[id] != nil || l.parked.index.get(id) != 0 }

// oldest is the message in front of the two queues with the lower number: one
// that is not parked, or one that is.
func oldest(s *parked, hot *messages, cold *parkedList) (*Msg, ref) {
	m, r := hot.head, cold.head
	if m != nil && r != 0 {
		if s.no(r) < m.No {
			m = nil
		} else {
			r = 0
		}
	}
	return m, r
}

// openInOrder gives all open messages, parked or not, by their numbers.
func (l *lifecycle) openInOrder(tell func(*Msg)) {
	type item struct {
		no uint64
		r  ref
		m  *Msg
	}
	all := make([]item, 0, l.parked.open.n+16)
	for r := l.parked.open.head; r != 0; r = l.parked.head(r).next {
		all = append(all, item{l.parked.no(r), r, nil})
	}
	for m := l.open.head; m != nil; m = m.next {
		all = append(all, item{m.No, 0, m})
	}
	for m := l.work.head; m != nil; m = m.next {
		if !m.settled {
			all = append(all, item{m.No, 0, m})
		}
	}
	slices.SortFunc(all, func(a, b item) int { return cmp.Compare(a.no, b.no) })
	for _, x := range all {
		m := x.m
		if m == nil {
			m = l.fresh()
			l.parked.read(x.r, m)
		}
		tell(m)
		if x.m == nil {
			l.spare(m)
		}
	}
}
