package main

import (
	"io"
	"sync"
)

// stoppable reads from something that may be silent for long, and ends when it
// is told to stop, in the middle of a read too.
type stoppable struct {
	r     io.Reader
	once  sync.Once
	stop  <-chan struct{}
	full  chan []byte // read, not taken yet
	empty chan []byte
	rest  []byte
	buf   []byte // that rest is a part of
	err   error  // of the reader, once full is closed
}

func newStoppable(r io.Reader, stop <-chan struct{}) *stoppable {
	return &stoppable{r: r, stop: stop, full: make(chan []byte, 1), empty: make(chan []byte, 2)}
}

// start has a goroutine read ahead, one buffer at a time, from the first Read
// on.
func (s *stoppable) start() {
	for range cap(s.empty) {
		s.empty <- make([]byte, 128<<10)
	}
	go func() {
		defer close(s.full)
		for b := range s.empty {
			n, err := s.r.Read(b)
			if n > 0 {
				s.full <- b[:n]
			} else {
				s.empty <- b
			}
			if err != nil {
				s.err = err
				return
			}
		}
	}()
}

// Read implements io.Reader.
func (s *stoppable) Read(b []byte) (int, error) {
	s.once.Do(s.start)
	if len(s.rest) == 0 {
		if s.buf != nil {
			s.empty <- s.buf[:cap(s.buf)]
			s.buf = nil
		}
		select {
		case next, ok := <-s.full:
			if !ok {
				return 0, s.err
			}
			s.buf, s.rest = next, next
		case <-s.stop:
			return 0, io.EOF
		}
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}
