package track

import (
	"math/rand/v2"
	"testing"
)

// TestIDs holds the table against a map, while it grows, and while it shrinks to
// nothing.
func TestIDs(t *testing.T) {
	var s ids
	want := map[uint64]ref{}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 200_000 {
		id := 1 + r.Uint64N(5000)*0x10001
		if r.IntN(200_000) > i {
			s.set(id, ref(i+1))
			want[id] = ref(i + 1)
		} else {
			s.remove(id)
			delete(want, id)
		}
		if probe := 1 + r.Uint64N(5000)*0x10001; s.get(probe) != want[probe] {
			t.Fatalf("step %d: id %#x is at %d, want %d", i, probe, s.get(probe), want[probe])
		}
	}
	if s.n != len(want) {
		t.Errorf("%d ids, want %d", s.n, len(want))
	}
	for id, at := range want {
		if s.get(id) != at {
			t.Errorf("id %#x is at %d, want %d", id, s.get(id), at)
		}
	}
}
