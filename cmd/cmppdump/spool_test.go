package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// slowReader is an output that takes a batch only when it is let.
type slowReader struct {
	asked chan int // the records of a batch that waits to be taken
	let   chan error
	bytes.Buffer
}

func newSlowReader() *slowReader {
	return &slowReader{asked: make(chan int), let: make(chan error)}
}

func (r *slowReader) writeRecords(b []byte, ends []int) error {
	r.asked <- len(ends)
	if err := <-r.let; err != nil {
		return err
	}
	r.Write(b)
	return nil
}

// take lets one batch through and gives the number of its records.
func (r *slowReader) take() int {
	n := <-r.asked
	r.let <- nil
	return n
}

// takeAll lets everything through until done is closed.
func (r *slowReader) takeAll(done <-chan error) error {
	for {
		select {
		case <-r.asked:
			r.let <- nil
		case err := <-done:
			return err
		}
	}
}

// later runs a call that blocks.
func later(call func() error) <-chan error {
	done := make(chan error)
	go func() { done <- call() }()
	return done
}

func line(i int) []byte { return fmt.Appendf(nil, "record %6d %s\n", i, strings.Repeat("x", i%200)) }

func lines(from, to int) (b []byte) {
	for i := from; i < to; i++ {
		b = append(b, line(i)...)
	}
	return b
}

func spoolLines(t *testing.T, s *spool, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if n, err := s.Write(line(i)); err != nil || n != len(line(i)) {
			t.Errorf("record %d: %d, %v", i, n, err)
		}
	}
}

// TestSpoolLive: each record goes at once, those that gather meanwhile together.
func TestSpoolLive(t *testing.T) {
	r := newSlowReader()
	s := newSpool(r, true)
	spoolLines(t, s, 0, 1)
	<-r.asked // without a flush
	spoolLines(t, s, 1, 501)
	r.let <- nil
	if n := r.take(); n != 500 {
		t.Errorf("%d records at once, want the 500 that waited", n)
	}
	if err := r.takeAll(later(s.close)); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(r.Bytes(), lines(0, 501)) {
		t.Error("records are not those written")
	}
}

// TestSpoolFull: live, what has no room is dropped whole, and Write never waits.
func TestSpoolFull(t *testing.T) {
	r := newSlowReader()
	s := newSpool(r, true)
	s.limit = 10 * len(line(0))
	for range 25 { // nobody takes any
		if _, err := s.Write(line(0)); err != nil {
			t.Fatal(err)
		}
	}
	<-r.asked
	if records, n := s.dropped(); records != 15 || n != uint64(15*len(line(0))) {
		t.Errorf("%d records of %d bytes dropped, want 15", records, n)
	}
	r.let <- nil
	if err := r.takeAll(later(s.flush)); err != nil {
		t.Error(err)
	}
	s.Write([]byte("there is room again\n"))
	if err := r.takeAll(later(s.close)); err != nil {
		t.Error(err)
	}
	if want := strings.Repeat(string(line(0)), 10) + "there is room again\n"; r.String() != want {
		t.Errorf("got %q", r.String())
	}
}

// TestSpoolLimit: 64 MiB wait, as the design has it.
func TestSpoolLimit(t *testing.T) {
	r := newSlowReader()
	s := newSpool(r, true)
	record := make([]byte, 1<<20)
	for range 70 {
		s.Write(record)
	}
	if records, _ := s.dropped(); records != 6 {
		t.Errorf("%d of 70 MiB dropped", records)
	}
	if s.waiting != 64<<20 {
		t.Errorf("%d bytes wait", s.waiting)
	}
	<-r.asked
	r.let <- errPipe // enough of it
	if err := s.close(); err != errPipe {
		t.Error(err)
	}
}

// TestSpoolFile: reading a file waits for its reader, and nothing is dropped.
func TestSpoolFile(t *testing.T) {
	r := newSlowReader()
	s := newSpool(r, false)
	s.limit = 300 << 10
	done := later(func() error {
		for i := range 20000 {
			if _, err := s.Write(line(i)); err != nil {
				return err
			}
		}
		return s.close()
	})
	if n := r.take(); n < 500 {
		t.Errorf("%d records at once", n)
	}
	if err := r.takeAll(done); err != nil {
		t.Error(err)
	}
	if records, _ := s.dropped(); records != 0 || !bytes.Equal(r.Bytes(), lines(0, 20000)) {
		t.Errorf("%d dropped, %d bytes written", records, r.Len())
	}
	if s.waiting != 0 {
		t.Errorf("%d bytes wait", s.waiting)
	}
}

// TestSpoolPauses: Write does wait when the limit is reached.
func TestSpoolPauses(t *testing.T) {
	r := newSlowReader()
	s := newSpool(r, false)
	s.limit = 100
	s.Write(make([]byte, 60))
	second := later(func() error { _, err := s.Write(make([]byte, 60)); return err })
	<-r.asked
	select {
	case <-second:
		t.Error("Write did not wait")
	default:
	}
	r.let <- nil
	if err := <-second; err != nil {
		t.Error(err)
	}
	if err := r.takeAll(later(s.close)); err != nil || r.Len() != 120 {
		t.Errorf("%d bytes (%v)", r.Len(), err)
	}
}

func TestSpoolFlush(t *testing.T) {
	for _, live := range []bool{false, true} {
		var b bytes.Buffer
		s := newSpool(plainRecords{&b}, live)
		if err := s.flush(); err != nil {
			t.Error(err)
		}
		for i := range 3 {
			spoolLines(t, s, 10*i, 10*i+10)
			if err := s.flush(); err != nil || !bytes.Equal(b.Bytes(), lines(0, 10*i+10)) {
				t.Errorf("live %v: %q (%v)", live, b.String(), err)
			}
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
}

// TestSpoolLargeRecord: larger than all there is room for.
func TestSpoolLargeRecord(t *testing.T) {
	for _, live := range []bool{false, true} {
		var b bytes.Buffer
		s := newSpool(plainRecords{&b}, live)
		s.limit = 1000
		if _, err := s.Write(make([]byte, 5*batchSize)); err != nil {
			t.Error(err)
		}
		if err := s.close(); err != nil || b.Len() != 5*batchSize {
			t.Errorf("live %v: %d bytes (%v)", live, b.Len(), err)
		}
	}
}

// TestSpoolError: the error of the writer is that of all later calls, and frees
// who waits.
func TestSpoolError(t *testing.T) {
	for _, live := range []bool{false, true} {
		r := newSlowReader()
		s := newSpool(r, live)
		s.limit = 200 << 10
		spoolLines(t, s, 0, 1500) // more than a batch
		<-r.asked
		waiting := later(s.flush)
		r.let <- errPipe
		if err := <-waiting; err != errPipe {
			t.Errorf("live %v: flush: %v", live, err)
		}
		if _, err := s.Write(line(0)); err != errPipe {
			t.Errorf("live %v: Write: %v", live, err)
		}
		if err := s.close(); err != errPipe {
			t.Errorf("live %v: close: %v", live, err)
		}
	}
}

// TestSpoolPipe: the reader of a real pipe goes while records wait for it.
func TestSpoolPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s := newSpool(plainRecords{w}, true)
	spoolLines(t, s, 0, 5000)
	if _, err := io.ReadFull(r, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if err := s.close(); !errors.Is(err, errPipe) || !closed(err) {
		t.Error(err)
	}
}

// TestSpoolForgets: after a jam the memory is given back.
func TestSpoolForgets(t *testing.T) {
	r := newSlowReader()
	s := newSpool(r, true)
	for range 100 {
		s.Write(make([]byte, batchSize))
	}
	if err := r.takeAll(later(s.close)); err != nil || len(s.spare) != spareBatches || len(s.queue) != 0 {
		t.Errorf("%d batches kept, %d in the queue (%v)", len(s.spare), len(s.queue), err)
	}
}

func TestSpoolAllocatesNothing(t *testing.T) {
	for _, live := range []bool{false, true} {
		s := newSpool(plainRecords{io.Discard}, live)
		record := line(150)
		write := func() {
			for range 10000 {
				s.Write(record)
			}
			s.flush()
		}
		write()
		// The scheduler may need one for a goroutine that waits.
		if n := testing.AllocsPerRun(10, write); n > 100 {
			t.Errorf("live %v: %.1f allocations for 10000 records", live, n)
		}
		s.close()
	}
}

func BenchmarkSpool(b *testing.B) {
	for _, live := range []bool{false, true} {
		b.Run(map[bool]string{false: "file", true: "live"}[live], func(b *testing.B) {
			s := newSpool(plainRecords{io.Discard}, live)
			record := bytes.Repeat([]byte("x"), 800)
			b.SetBytes(int64(len(record)))
			b.ReportAllocs()
			for b.Loop() {
				s.Write(record)
			}
			s.close()
			if n, _ := s.dropped(); n > 0 {
				b.ReportMetric(float64(n)/float64(b.N), "dropped/op")
			}
		})
	}
}

// TestNoOutput: while the input is read for something else than records, nothing
// is lost; a signal asks for that then.
func TestNoOutput(t *testing.T) {
	if n := (&output{}).dropped(); n != 0 {
		t.Errorf("%d records were dropped", n)
	}
}
