package render

import "cmppdump/dissect/track"

// Renderer turns events into output. It writes to a buffered writer and never
// flushes it: when output leaves is decided where the buffer is.
type Renderer interface {
	// Event shows one event. An error is the writer's.
	Event(*track.Event) error
	// Close ends the output, after the last event.
	Close() error
}
