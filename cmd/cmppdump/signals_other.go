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
