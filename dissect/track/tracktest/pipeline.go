// Package tracktest is the program's pipeline from packets to events, for tests of
// what comes behind it.
package tracktest

import (
	"errors"
	"io"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// SinkFunc is a track.Sink.
type SinkFunc func(*track.Event)

// Event implements track.Sink.
func (f SinkFunc) Event(e *track.Event) { f(e) }

// Pipeline tells a sink what packets hold.
type Pipeline struct {
	Tracker   *track.Tracker
	Dissector *dissect.Dissector
	Assembler *reassembly.Assembler
}

// New makes a Pipeline, with the program's response timeout if none is given.
func New(proto *dissect.Protocol, sink track.Sink, o track.Options) *Pipeline {
	if o.ResponseTimeout == 0 {
		o.ResponseTimeout = 60e9
	}
	tracker := track.New(sink, o)
	d := dissect.New(tracker, proto, dissect.Options{Version: dissect.NoVersion})
	return &Pipeline{tracker, d, reassembly.New(d.Open, reassembly.Options{Ports: proto.Ports})}
}

// Packet takes the next packet, if it was decoded.
func (p *Pipeline) Packet(packet *capture.Packet, decoded bool) {
	p.Tracker.Tick(packet.Stamp)
	if decoded {
		p.Assembler.Add(packet)
	}
}

// End ends the capture.
func (p *Pipeline) End() {
	p.Assembler.Flush()
	p.Tracker.Flush()
}

// Read takes all packets of a source.
func (p *Pipeline) Read(t testing.TB, src capture.Source) {
	t.Helper()
	decoder := capture.NewDecoder()
	var packet capture.Packet
	for {
		if err := src.Next(&packet); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		p.Packet(&packet, decoder.Decode(&packet))
	}
	p.End()
}

// File takes all packets of a capture.
func (p *Pipeline) File(t testing.TB, path string) {
	t.Helper()
	src, err := capture.Merge([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	p.Read(t, src)
}
