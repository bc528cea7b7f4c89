package rows_test

import (
	"io"
	"testing"
	"time"

	"cmppdump/dissect/track"
	"cmppdump/render/rows"
)

type eventOf = track.Event

// TestNoAllocs: a row allocates nothing once there was one as long.
func TestNoAllocs(t *testing.T) {
	for pdu, n := range allocations(terminal(0, beijing)) {
		if pdu != "CMPP_CONNECT" { // rare
			t.Errorf("%v allocations for the row of a %s", n, pdu)
		}
	}
}

// allocations counts those of the rows of PDUs, by command, where there are
// any.
func allocations(o rows.Options) map[string]float64 {
	o.Color = true
	r := rows.New(io.Discard, o)
	some := map[string]float64{}
	play(func(e *eventOf) {
		r.Event(e)
		if n := testing.AllocsPerRun(5, func() { r.Event(e) }); n > 0 && e.Kind == track.PDU {
			some[string(e.PDU.AppendName(nil))] = n
		}
	})
	return some
}

func BenchmarkRows(b *testing.B) {
	for _, bb := range []struct {
		name string
		o    rows.Options
	}{{"pipe", terminal(0, time.UTC)}, {"terminal", terminal(120, time.UTC)}} {
		for kind, seq := range map[string]uint32{"CMPP_SUBMIT": 5, "CMPP_SUBMIT_RESP": 5, "CMPP_DELIVER": 77} {
			b.Run(bb.name+"/"+kind[5:], func(b *testing.B) {
				r := rows.New(io.Discard, bb.o)
				play(func(e *eventOf) {
					if e.Kind != track.PDU || e.PDU.Sequence != seq || string(e.PDU.AppendName(nil)) != kind {
						return
					}
					b.ReportAllocs()
					for b.Loop() {
						r.Event(e)
					}
				})
			})
		}
	}
}
