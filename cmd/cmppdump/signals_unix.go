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
