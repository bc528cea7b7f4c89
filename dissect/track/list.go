package track

// lane tells the lists apart that a transaction may be in at the same time.
type lane uint8

const (
	waits   lane = iota // for its response, or its request
	accused             // of a connection: published as no_response or in doubt, and open
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

// insert adds one by the time of its newest attempt. It is looked for from the
// end: only what a hole held back is older than those behind.
func (l *list) insert(t *Txn) {
	after := l.tail
	for n := 0; after != nil && after.last > t.last && n < farthest; n++ {
		after = after.links[l.lane].prev
	}
	if after == l.tail {
		l.push(t)
		return
	}
	before := l.head
	if after != nil {
		k := &after.links[l.lane]
		before, k.next = k.next, t
	} else {
		l.head = t
	}
	before.links[l.lane].prev = t
	t.links[l.lane] = link{next: before, prev: after}
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
