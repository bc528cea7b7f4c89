package track_test

import (
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"

	"cmppdump/dissect/track"
)

var whole = flag.Bool("million", false, "test the memory of a whole million open requests, not of an eighth")

// TestMemory: what the tracker says of its memory stays within the limit and is
// about what it takes of the heap; what it forgets is counted.
func TestMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	million, scale := 1_000_000, int64(1)
	if !*whole {
		million, scale = million/8, 8
	}
	for _, c := range []struct {
		limit    int64 // of a million requests
		keep     bool
		requests int
		evicts   bool
	}{
		{512 << 20, false, million, false},
		{64 << 20, false, million, true},
		{64 << 20, true, million / 4, true},
	} {
		t.Run(fmt.Sprintf("%d MiB, keep %v", c.limit/scale>>20, c.keep), func(t *testing.T) {
			runtime.GC()
			before := heap()
			e := newExchange(0, false, track.Options{MaxMem: c.limit / scale, Keep: c.keep})
			for range c.requests {
				e.sendRequest()
				if e.tracker.Mem() > c.limit/scale {
					t.Fatalf("%d bytes after %d requests", e.tracker.Mem(), e.next)
				}
			}
			mem, took := e.tracker.Mem(), int64(heap()-before)
			t.Logf("%d bytes, of the heap %d, evicted %d", mem, took, e.tracker.Stats().Evicted)
			if took < mem*3/4 || took > mem*5/4 {
				t.Errorf("the tracker says %d bytes, but takes %d", mem, took)
			}
			s := e.tracker.Stats()
			if (s.Evicted > 0) != c.evicts || s.Evicted != s.States[track.Unknown] || int(s.Evicted) != e.sink.events[track.Transaction] {
				t.Errorf("%d were forgotten, %v told", s.Evicted, s.States)
			}
			if c.evicts && mem < c.limit/scale-1024 {
				t.Errorf("forgotten although only %d bytes were taken", mem)
			}
			runtime.KeepAlive(e)
		})
	}
}

// heap is what is allocated; the collector is off, and hardly any of it is
// garbage.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
