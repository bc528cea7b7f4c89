package main

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"cmppdump/capture"
)

// errPipe is what writing to a pipe without a reader gives.
var errPipe = syscall.EPIPE

// stopper hears the signals that end a run, or ask something of it. The first
// to end lets what is open be published; a second interrupt ends at once.
type stopper struct {
	asked   atomic.Bool
	summary atomic.Bool // somebody wants the counters
	reopen  atomic.Bool // log rotation wants the files opened anew
	hangup  atomic.Bool // HUP ends the run: there is a screen, and its terminal is gone
	live    atomic.Pointer[capture.Live]
	c       chan os.Signal
	done    chan struct{} // closed when asked
}

func newStopper() *stopper {
	s := &stopper{c: make(chan os.Signal, 4), done: make(chan struct{})}
	ignoreBrokenPipes() // writing gives errPipe instead
	signal.Notify(s.c, append([]os.Signal{os.Interrupt, syscall.SIGTERM}, userSignals...)...)
	go func() {
		for sig := range s.c {
			switch {
			case sig == signalSummary:
				s.summary.Store(true)
			case sig == signalReopen && !s.hangup.Load():
				s.reopen.Store(true)
			default:
				s.stop(sig)
			}
		}
	}()
	return s
}

func (s *stopper) stop(sig os.Signal) {
	if s.asked.Swap(true) {
		if sig == os.Interrupt {
			os.Exit(exitInterrupted)
		}
		return
	}
	close(s.done)
	if live := s.live.Load(); live != nil {
		live.Stop() // what the kernel has handed over is still read
	}
}

// end stops, as if a signal had said so.
func (s *stopper) end() { s.stop(nil) }

// watch tells which capture to stop; nil for files.
func (s *stopper) watch(live *capture.Live) {
	s.live.Store(live)
	if live != nil && s.asked.Load() {
		live.Stop()
	}
}

// stopped reports whether reading is to end now. A live capture ends by itself.
func (s *stopper) stopped() bool { return s.asked.Load() }

func (s *stopper) close() {
	signal.Stop(s.c)
	close(s.c)
}
