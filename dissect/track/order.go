package track

import (
	"cmp"
	"slices"
)

// order is transactions to be told of in the order captured. What they are
// sorted by stands beside them: there may be a million, all over the memory.
type order []spot

type spot struct {
	packet uint64
	offset int64
	txn    *Txn
}

func (o *order) add(x *Txn) {
	lead, _ := x.Lead()
	*o = append(*o, spot{lead.Last.Num, lead.Offset, x})
}

// addAll adds what is held of both directions of a connection.
func (o *order) addAll(both *[2]pairs) {
	for d := range both {
		both[d].each(o.add)
	}
}

func (o order) sort() {
	slices.SortFunc(o, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.packet, b.packet), cmp.Compare(a.offset, b.offset))
	})
}

// inOrder gives what is held of both directions, until it is called again.
func (t *Tracker) inOrder(both *[2]pairs) order {
	t.ordered = t.ordered[:0]
	if both[0].n+both[1].n > 0 {
		t.ordered.addAll(both)
		t.ordered.sort()
	}
	return t.ordered
}
