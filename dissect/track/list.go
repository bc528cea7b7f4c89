package track

// lane tells the lists apart that a transaction may be in at the same time.
type lane uint8

const (
	waits   lane = iota // for its response, or its request
	accused             // of a connection: published as no_response, and open
	lanes
)

// link is the place of a transaction in a list.
type link struct{ next, prev *Txn }

// list is a queue of transactions, oldest first, out of whose middle any can
// be taken.
type list struct {
	head, tail *Txn
	lane       lane
}

func (l *list) push(t *Txn) {
	t.links[l.lane] = link{prev: l.tail}
	if l.tail == nil {
		l.head = t
	} else {
		l.tail.links[l.lane].next = t
	}
	l.tail = t
}

func (l *list) remove(t *Txn) {
	k := t.links[l.lane]
	if k.prev == nil {
		l.head = k.next
	} else {
		k.prev.links[l.lane].next = k.next
	}
	if k.next == nil {
		l.tail = k.prev
	} else {
		k.next.links[l.lane].prev = k.prev
	}
	t.links[l.lane] = link{}
}
