//go:build !unix

package main

import "os"

// Other systems have no such signals.
var (
	signalSummary os.Signal
	signalReopen  os.Signal
	userSignals   []os.Signal
)

func ignoreBrokenPipes() {}

func onSuspend(func()) (stop func()) { return func() {} }

// suspend is not there: a program cannot be stopped and continued.
var suspend func()
