package main

import (
	"io"
	"slices"
	"sync"
	"time"
)

const (
	// spoolLive is how many bytes of records wait for a slow reader before
	// records are dropped; spoolFile is how many before reading a file
	// pauses.
	spoolLive = 64 << 20
	spoolFile = 2 << 20

	// batchSize is how many bytes are written at once if so many wait.
	batchSize = 512 << 10
	// promptly is after how long a record is written though its batch is not
	// full: a file may be a pipe that somebody is still filling.
	promptly = 20 * time.Millisecond
	// spareBatches are kept for reuse; after a jam the others are let go.
	spareBatches = 16
)

// recordWriter is what a spool writes to.
type recordWriter interface {
	// writeRecords writes whole records. ends are the offsets in b behind
	// each of them.
	writeRecords(b []byte, ends []int) error
}

// plainRecords is a writer that need not know where records end, as a
// recordWriter.
type plainRecords struct{ io.Writer }

func (p plainRecords) writeRecords(b []byte, _ []int) error {
	_, err := p.Write(b)
	return err
}

// spool stands between the pipeline and an output that may be slow: a goroutine
// of its own writes what waits. Records are written whole, in order, and as many
// at once as have gathered; live, each as soon as the writer is free.
//
// When too much waits, Write pauses, so that a file is read no faster than its
// records are taken. Live it never does: records are dropped and counted.
type spool struct {
	w    recordWriter
	live bool

	mu       sync.Mutex
	work     sync.Cond // for the goroutine: there may be something to do
	progress sync.Cond // for Write and flush: something was written, or failed

	queue   []*batch // the last one is still filled
	spare   []*batch
	waiting int         // bytes not written yet
	limit   int         // of waiting
	urgent  bool        // write what there is
	timer   *time.Timer // makes what waits urgent
	closing bool
	stopped bool
	err     error // of the writer; ends everything

	droppedRecords, droppedBytes uint64
}

// batch is records that are written at once.
type batch struct {
	b    []byte
	ends []int
}

// newSpool starts the goroutine; close ends it.
func newSpool(w recordWriter, live bool) *spool {
	s := &spool{w: w, live: live, limit: spoolFile}
	if live {
		s.limit = spoolLive
	}
	s.work.L, s.progress.L = &s.mu, &s.mu
	s.timer = time.AfterFunc(time.Hour, s.hurry)
	s.timer.Stop()
	go s.run()
	return s
}

// Write takes one record, which it copies. The error is the writer's, at any
// time before; records are not taken any more then.
func (s *spool) Write(record []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.room(len(record)):
		b := s.open(len(record))
		b.b = append(b.b, record...)
		b.ends = append(b.ends, len(b.b))
		s.taken(len(record))
	case s.err != nil:
		return 0, s.err
	default:
		s.droppedRecords++
		s.droppedBytes += uint64(len(record))
	}
	return len(record), nil
}

// room reports whether n bytes may be taken; of a file, it waits for that.
func (s *spool) room(n int) bool {
	for s.err == nil && s.waiting > 0 && s.waiting+n > s.limit {
		if s.live {
			return false
		}
		s.urgent = true
		s.work.Signal()
		s.progress.Wait()
	}
	return s.err == nil
}

// taken accounts for n bytes in the batch that is filled.
func (s *spool) taken(n int) {
	if s.waiting == 0 && !s.live {
		s.timer.Reset(promptly)
	}
	s.waiting += n
	if s.due() {
		s.work.Signal()
	}
}

// WriteRecords takes whole records, of which ends has the offsets behind each
// in b; see Write. It is for files: nothing is dropped.
func (s *spool) WriteRecords(b []byte, ends []int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.room(len(b)) {
		return s.err
	}
	to := s.open(len(b))
	for _, end := range ends {
		to.ends = append(to.ends, len(to.b)+end)
	}
	to.b = append(to.b, b...)
	s.taken(len(b))
	return nil
}

// hurry has what waits written now.
func (s *spool) hurry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting > 0 {
		s.urgent = true
		s.work.Signal()
	}
}

// open gives the batch that has room for n bytes, or is empty.
func (s *spool) open(n int) *batch {
	if last := len(s.queue) - 1; last >= 0 {
		if b := s.queue[last]; len(b.b)+n <= batchSize {
			return b
		}
	}
	var b *batch
	if last := len(s.spare) - 1; last >= 0 {
		b, s.spare = s.spare[last], s.spare[:last]
	} else {
		b = &batch{b: make([]byte, 0, batchSize)}
	}
	s.queue = append(s.queue, b)
	return b
}

// due reports whether the goroutine has something to write: live anything, else
// a full batch.
func (s *spool) due() bool {
	return len(s.queue) > 1 || len(s.queue) == 1 && (s.live || s.urgent || s.closing)
}

// run is the goroutine.
func (s *spool) run() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		for !s.due() && !s.closing {
			s.urgent = false
			s.work.Wait()
		}
		if len(s.queue) == 0 {
			break
		}
		b := s.queue[0]
		s.queue = slices.Delete(s.queue, 0, 1)
		s.mu.Unlock()
		err := s.w.writeRecords(b.b, b.ends)
		s.mu.Lock()
		s.written(b, err)
	}
	s.stopped = true
	s.progress.Broadcast()
}

// written accounts for a batch.
func (s *spool) written(b *batch, err error) {
	s.waiting -= len(b.b)
	if len(s.spare) < spareBatches && cap(b.b) <= 2*batchSize {
		b.b, b.ends = b.b[:0], b.ends[:0]
		s.spare = append(s.spare, b)
	}
	if err != nil {
		s.err = err
		s.queue, s.waiting = nil, 0
	}
	s.progress.Broadcast()
}

// flush waits until all is written, or cannot be. The error is the writer's.
func (s *spool) flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.err == nil && s.waiting > 0 {
		s.urgent = true
		s.work.Signal()
		s.progress.Wait()
	}
	return s.err
}

// close is flush, and ends the goroutine.
func (s *spool) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	s.timer.Stop()
	s.work.Signal()
	for !s.stopped {
		s.progress.Wait()
	}
	return s.err
}

// dropped counts the records and their bytes that found no room.
func (s *spool) dropped() (records, bytes uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.droppedRecords, s.droppedBytes
}
