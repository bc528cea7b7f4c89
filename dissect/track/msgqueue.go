package track

// queue says in which queue of messages a message stands.
type queue uint8

const (
	nowhere queue = iota
	inOpen        // not published as final, by the first PDU
	inDone        // published as final, kept for later news, by that time
	atWork        // was parked, and a report on it is open
)

// messages is a queue of messages, oldest first, out of whose middle any can be
// taken.
type messages struct{ head, tail *Msg }

func (l *messages) push(m *Msg) {
	m.prev, m.next = l.tail, nil
	if l.tail == nil {
		l.head = m
	} else {
		l.tail.next = m
	}
	l.tail = m
}

func (l *messages) remove(m *Msg) {
	if m.prev == nil {
		l.head = m.next
	} else {
		m.prev.next = m.next
	}
	if m.next == nil {
		l.tail = m.prev
	} else {
		m.next.prev = m.prev
	}
	m.prev, m.next = nil, nil
}

// insert puts a message in front of those with higher numbers. One with a low
// number was parked before, and there are few in front of it that are not.
func (l *messages) insert(m *Msg) {
	if l.tail == nil || l.tail.No < m.No {
		l.push(m)
		return
	}
	at := l.head
	for n := 0; at.No < m.No && n < farthest; n++ {
		at = at.next
	}
	m.next, m.prev = at, at.prev
	if at.prev == nil {
		l.head = m
	} else {
		at.prev.next = m
	}
	at.prev = m
}
