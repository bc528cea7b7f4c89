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
// at, and then filter, search and sort them. 5,000,000 are a good number:
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
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		feedSource(b, s, generated(b, max(b.N, 10000)))
	}()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	d.clock = clock{now: spent}
	d.turnTo(PDUs)
	d.lists[PDUs].follow = true
	for fed != nil {
		select {
		case <-fed:
			fed = nil
		case <-time.After(frame):
		}
		d.tick()
	}
	report := func(name string) {
		b.ReportMetric(float64(d.clock.slowest.Microseconds())/1e3, "ms-slowest-"+name)
		d.clock = clock{now: spent}
	}
	report("indexing")
	work := func() {
		for last := time.Now(); len(d.work) > 0; {
			d.slice()
			if time.Since(last) >= frame {
				d.tick()
				last = time.Now()
			}
		}
	}
	if err := d.SetFilter("13800000001"); err != nil {
		b.Fatal(err)
	}
	work()
	report("filtering")
	d.SetFilter("")
	d.needle = []byte("no such text")
	d.search(1)
	work()
	report("searching")
	d.sortBy(1)
	work()
	report("sorting")
	b.ReportMetric(float64(s.memory())/(1<<20), "MiB-kept")
}
