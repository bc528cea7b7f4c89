package live

import (
	"io"
	"runtime"
	"slices"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
)

// TestFilterKeepsUp: a filter that is set before the traffic shows in the end
// what one shows that is set after it. Messages change their state meanwhile,
// into the filter and out of it.
func TestFilterKeepsUp(t *testing.T) {
	for _, expr := range []string{`"state":"waiting"`, `"state":"delivered"`, `"state":"no_response"`} {
		s := NewStore(cmpp.Protocol, 0)
		d := sit(t, 120, 40, options(), s)
		if err := d.SetFilter(expr); err != nil {
			t.Fatal(err)
		}
		n, most := 0, 0
		feedSource(t, tracktest.SinkFunc(func(e *track.Event) {
			s.Event(e)
			if n++; n%97 == 0 {
				d.finish()
				d.draw()
				most = max(most, len(d.list().match))
			}
		}), generated(t, 20000))
		s.End(nil)
		for range 10 {
			d.finish()
			d.draw()
		}
		got := slices.Clone(d.list().match)
		d.SetFilter(expr)
		d.finish()
		want := d.list().match
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d messages, want %d", expr, len(got), len(want))
		}
		if most == 0 && expr != `"state":"no_response"` {
			t.Errorf("%s: nothing was ever shown", expr)
		}
	}
}

// TestStoreAllocates: the store takes PDUs without asking for memory each time.
func TestStoreAllocates(t *testing.T) {
	const pdus = 20000
	count := func(sink track.Sink) uint64 {
		src := held(t, generated(t, pdus))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		feedSource(t, sink, src)
		runtime.ReadMemStats(&after)
		return after.Mallocs - before.Mallocs
	}
	without := count(tracktest.SinkFunc(func(*track.Event) {}))
	with := count(NewStore(cmpp.Protocol, 0))
	if with > without+pdus/10 { // what long messages have beside is kept on its own
		t.Errorf("%d allocations for %d PDUs, %d without a store", with, pdus, without)
	}
}

// held reads a capture to its end, to give it again without allocations.
func held(t *testing.T, src capture.Source) capture.Source {
	t.Helper()
	h := &heldPackets{}
	var p capture.Packet
	for src.Next(&p) == nil {
		p.Frame = slices.Clone(p.Frame)
		h.packets = append(h.packets, p)
	}
	if len(h.packets) == 0 {
		t.Fatal("no packets")
	}
	return h
}

type heldPackets struct {
	capture.Source
	packets []capture.Packet
	n       int
}

func (h *heldPackets) Next(p *capture.Packet) error {
	if h.n == len(h.packets) {
		return io.EOF
	}
	*p = h.packets[h.n]
	h.n++
	return nil
}
