package main

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
)

// errPipe is what writing to a pipe without a reader gives.
var errPipe = syscall.EPIPE

// stopper hears the signals that end a run. The first lets what is open be
// published; a second interrupt ends at once.
type stopper struct {
	asked atomic.Bool
	c     chan os.Signal
}

func newStopper(in *input) *stopper {
	s := &stopper{c: make(chan os.Signal, 2)}
	signal.Ignore(syscall.SIGPIPE) // writing gives errPipe instead
	signal.Notify(s.c, os.Interrupt, syscall.SIGTERM)
	go func() {
		for sig := range s.c {
			if s.asked.Swap(true) && sig == os.Interrupt {
				os.Exit(exitInterrupted)
			}
			if in.live != nil {
				in.live.Stop() // what the kernel has handed over is still read
			}
		}
	}()
	return s
}

// stopped reports whether reading is to end now.
func (s *stopper) stopped() bool { return s.asked.Load() }

func (s *stopper) close() {
	signal.Stop(s.c)
	close(s.c)
}
