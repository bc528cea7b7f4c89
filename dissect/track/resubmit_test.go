package track

import (
	"encoding/binary"
	"testing"
)

// TestResubmitsAllocateNothing: what is remembered has its room from the
// beginning, and is found while it is young.
func TestResubmitsAllocateNothing(t *testing.T) {
	var r resubmits
	n := uint64(0)
	to, text := []byte("13800001234"), make([]byte, 70)
	add := func() {
		n++
		binary.BigEndian.PutUint64(text, n)
		if num, _ := r.add(to, text, &Mark{Num: n, Time: int64(n)}); num != 0 {
			t.Fatalf("%d was not submitted before", n)
		}
		if num, before := r.add(to, text, &Mark{Num: n + 1, Time: int64(n) + 7}); num != n || before != 7 {
			t.Fatalf("%d: submitted before in %d, %d ns ago", n, num, before)
		}
	}
	add()
	if allocs := testing.AllocsPerRun(300_000, add); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
