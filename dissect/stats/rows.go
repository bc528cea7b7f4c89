package stats

import "slices"

// maxRows bounds the rows of a table, and so what it takes of memory.
const maxRows = 1000

// rows are the rows of a table by their keys, at most maxRows of them. Beyond
// that, the least important are put together in one: other.
type rows[K comparable, R any] struct {
	byKey  map[K]*R
	order  []K // of byKey, so that the same traffic gives the same rows
	other  *R
	folded int // how many are in other
	// fresh makes the row of a key.
	fresh func(K) *R
	// merge adds a row to another.
	merge func(into, from *R)
	// first compares two rows: negative if a is to be put away before b.
	first func(a, b *R) int
}

// at gives the row of a key.
func (r *rows[K, R]) at(k K) *R {
	row := r.byKey[k]
	if row == nil {
		if len(r.byKey) >= maxRows {
			r.fold()
		}
		if r.byKey == nil {
			r.byKey = map[K]*R{}
		}
		row = r.fresh(k)
		r.byKey[k] = row
		r.order = append(r.order, k)
	}
	return row
}

// fold puts a quarter of the rows away.
func (r *rows[K, R]) fold() {
	slices.SortStableFunc(r.order, func(a, b K) int { return r.first(r.byKey[a], r.byKey[b]) })
	if r.other == nil {
		r.other = new(R)
	}
	n := max(1, len(r.order)/4)
	for _, k := range r.order[:n] {
		r.merge(r.other, r.byKey[k])
		delete(r.byKey, k)
	}
	r.order = slices.Delete(r.order, 0, n)
	r.folded += n
}

// sorted gives the rows in an order.
func (r *rows[K, R]) sorted(order func(a, b *R) int) []*R {
	list := make([]*R, 0, len(r.byKey))
	for _, k := range r.order {
		list = append(list, r.byKey[k])
	}
	slices.SortStableFunc(list, order)
	return list
}

// total merges all rows that are wanted.
func (r *rows[K, R]) total(wanted func(*R) bool) *R {
	sum := new(R)
	for _, k := range r.order {
		if row := r.byKey[k]; wanted(row) {
			r.merge(sum, row)
		}
	}
	if r.other != nil && wanted(r.other) {
		r.merge(sum, r.other)
	}
	return sum
}

func every[R any](*R) bool { return true }
