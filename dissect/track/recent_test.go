package track

import (
	"testing"

	"cmppdump/capture"
)

// TestRecent: of more messages than there is room for, the newest are
// remembered, each as its id was given last.
func TestRecent(t *testing.T) {
	var r recent
	nth := func(first, k uint64) uint64 { return first + k }
	const first, rounds = 0x8b08000007d1d4c1, 3 * recentIDs / 4
	id := func(i uint64) uint64 { return first + i%(2*recentIDs/3*2) }
	last := map[uint64]uint64{}
	for i := uint64(0); i < 2*rounds; i += 2 {
		r.add(id(i), 2, nth, capture.Stamp{Num: 1 + i, Time: int64(i)})
		last[id(i)], last[id(i)+1] = i, i
		if at := r.find(id(i) + 1); at.Num != 1+i || at.Time != int64(i) {
			t.Fatalf("message %d is found in %d", i+1, at.Num)
		}
	}
	for id, i := range last {
		want := uint64(0)
		if i+recentIDs >= 2*rounds {
			want = 1 + i
		}
		if at := r.find(id); at.Num != want {
			t.Errorf("the message of %d is found in %d, want %d", i, at.Num, want)
		}
	}
	if r.index.n > recentIDs {
		t.Errorf("%d ids are remembered", r.index.n)
	}
}
