//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// The signals that ask for something: USR1 for the counters, HUP to open the
// output files anew.
var (
	signalSummary os.Signal = syscall.SIGUSR1
	signalReopen  os.Signal = syscall.SIGHUP
	userSignals             = []os.Signal{signalSummary, signalReopen}
)

func ignoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

// onSuspend has f called when somebody wants the program out of the way for a
// while, and gives what takes that back.
func onSuspend(f func()) (stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGTSTP)
	go func() {
		for range c {
			f()
		}
	}()
	return func() { signal.Stop(c); close(c) }
}

// suspend stops the program until it is continued.
func suspend() { syscall.Kill(syscall.Getpid(), syscall.SIGSTOP) }
