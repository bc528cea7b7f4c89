package live

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"cmppdump/dissect/cmpp"
)

// spent is the processor time of the thread.
func spent() time.Time {
	var u unix.Rusage
	unix.Getrusage(unix.RUSAGE_THREAD, &u)
	return time.Unix(0, u.Utime.Nano()+u.Stime.Nano())
}

// BenchmarkStore is the pipeline with the store at its end, a PDU at a time.
func BenchmarkStore(b *testing.B) {
	src := generated(b, max(b.N, 100))
	s := NewStore(cmpp.Protocol, 384<<20)
	b.ReportAllocs()
	feedSource(b, s, src)
}

// BenchmarkFrameClock has the program index so many PDUs while rows are looked
// at, and then filter, search and sort them,
// and index as many while they are sorted. 5,000,000 are a good number:
//
//	go test ./render/live -run '^$' -bench FrameClock -benchtime 5000000x
//
// Every frame and every slice of work between keys counts, by the processor time
// that it took: others on the machine are no fault of it.
func BenchmarkFrameClock(b *testing.B) {
	s := NewStore(cmpp.Protocol, 384<<20)
	begun := time.Now()
	d := sit(b, 120, 40, options(), s)
	b.ReportMetric(float64(time.Since(begun).Microseconds())/1e3, "ms-to-first-screen")
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	d.clock = clock{now: spent}
	d.turnTo(PDUs)
	d.lists[PDUs].follow = true
	d.index(b)
	report := func(name string) {
		b.ReportMetric(float64(d.clock.slowest.Microseconds())/1e3, "ms-slowest-"+name)
		d.clock = clock{now: spent}
	}
	report("indexing")
	if err := d.SetFilter("13800000001"); err != nil {
		b.Fatal(err)
	}
	d.workOff()
	report("filtering")
	d.SetFilter("")
	d.needle = []byte("no such text")
	d.search(1)
	d.workOff()
	report("searching")
	d.sortBy(1)
	d.workOff()
	report("sorting")
	sorted := sit(b, 120, 40, options(), NewStore(cmpp.Protocol, 384<<20))
	sorted.clock = clock{now: spent}
	sorted.turnTo(PDUs)
	sorted.draw()
	sorted.sortBy(-1)
	sorted.index(b)
	d.clock = sorted.clock
	report("sorting-on")
	b.ReportMetric(float64(s.memory())/(1<<20), "MiB-kept")
}

// index feeds the store while the screen is drawn.
func (d *desk) index(b *testing.B) {
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		feedSource(b, d.s, generated(b, max(b.N, 10000)))
	}()
	for fed != nil {
		select {
		case <-fed:
			fed = nil
		case <-time.After(frame):
		}
		d.tick()
		d.workOff()
	}
}

// workOff does the work that waits, and draws meanwhile.
func (d *desk) workOff() {
	for last := time.Now(); len(d.work) > 0; {
		d.slice()
		if time.Since(last) >= frame {
			d.tick()
			last = time.Now()
		}
	}
}
