package track

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPairs holds the table against a list of what is in it, oldest first.
func TestPairs(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 3))
		keys := uint32(1 + r.IntN(500)) // few: many with one key; many: one each
		var s pairs
		var list []*Txn
		for i := range 3000 {
			k := key{4 + r.Uint32N(2), r.Uint32N(keys) << (seed % 3 * 12)}
			if grow := i%1000 < 400; grow != (r.IntN(4) == 0) { // now longer, now shorter
				x := &Txn{CommandID: k.command, Sequence: k.sequence, sum: r.Uint64N(3)}
				s.add(x)
				list = append(list, x)
			} else if len(list) > 0 {
				j := r.IntN(len(list))
				s.remove(list[j])
				list = slices.Delete(list, j, j+1)
			}
			checkPairs(t, &s, list, k, r.Uint64N(3))
		}
		n := 0
		if s.each(func(*Txn) { n++ }); n != len(list) {
			t.Fatalf("%d of %d", n, len(list))
		}
	}
}

func checkPairs(t *testing.T, s *pairs, list []*Txn, k key, sum uint64) {
	t.Helper()
	first := func(f func(*Txn) bool) *Txn {
		if i := slices.IndexFunc(list, f); i >= 0 {
			return list[i]
		}
		return nil
	}
	if s.oldest(k) != first(func(x *Txn) bool { return x.key() == k }) {
		t.Fatalf("%v is not the oldest", k)
	}
	if s.same(k, sum) != first(func(x *Txn) bool { return x.key() == k && x.sum == sum }) {
		t.Fatalf("%v with octets %d is not found", k, sum)
	}
	if n := len(s.buckets()); n > max(fewBuckets, slackBuckets*len(list)) || n < len(list) && len(list) > fewest {
		t.Fatalf("%d buckets for %d", n, len(list))
	}
}

// TestAlikes: however many requests have one key, a new one is compared with
// some of them only.
func TestAlikes(t *testing.T) {
	var s pairs
	k := key{4, 7}
	for i := range uint64(2 * alikes) {
		s.add(&Txn{CommandID: k.command, Sequence: k.sequence, sum: i})
	}
	for sum, found := range map[uint64]bool{0: true, alikes - 1: true, alikes: false, 2*alikes - 1: false} {
		if x := s.same(k, sum); (x != nil) != found || x != nil && x.sum != sum {
			t.Errorf("the request number %d: %v", sum, x)
		}
	}
	if s.oldest(k).sum != 0 {
		t.Error("another than the oldest")
	}
}
