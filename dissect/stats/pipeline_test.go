package stats_test

import (
	"testing"
	"time"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/stats"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
)

// readCapture gives every event of a capture to sink.
func readCapture(t testing.TB, file string, sink tracktest.SinkFunc) {
	t.Helper()
	tracktest.New(cmpp.Protocol, sink, track.Options{Messages: true, ReportTimeout: int64(time.Hour), Pending: true}).File(t, file)
}

// everySpec is every statistic, by a key that only requests tell where one may
// follow.
func everySpec(t testing.TB) []stats.Spec {
	t.Helper()
	var texts []string
	for _, name := range stats.Names() {
		if s, err := stats.Parse(name + ",1s,by=service"); err == nil {
			texts = append(texts, s.Text)
		} else {
			texts = append(texts, name)
		}
	}
	specs, err := stats.ParseAll(texts)
	if err != nil {
		t.Fatal(err)
	}
	return specs
}

// TestEventAllocatesNothing once the rows are there.
func TestEventAllocatesNothing(t *testing.T) {
	for _, spec := range everySpec(t) {
		set, events := stats.New([]stats.Spec{spec}, stats.Options{}), 0
		readCapture(t, "../../pcaps/real/gocmpp_30.pcap", func(e *track.Event) {
			set.Event(e)
			if e.Kind == track.Opened || e.Kind == track.Closed || e.Msg != nil && e.Msg.Total() > 1 { // the parts of a text are joined
				return
			}
			events++
			if n := testing.AllocsPerRun(20, func() { set.Event(e) }); n != 0 {
				t.Fatalf("%s: event %d, kind %d, allocates %v times", spec.Text, events, e.Kind, n)
			}
		})
		if events < 300 {
			t.Errorf("%s: %d events", spec.Text, events)
		}
	}
}

func BenchmarkEvent(b *testing.B) {
	for _, spec := range everySpec(b) {
		b.Run(spec.Name, func(b *testing.B) {
			set, left := stats.New([]stats.Spec{spec}, stats.Options{}), b.N
			b.ReportAllocs()
			for left > 0 {
				readCapture(b, "../../pcaps/real/gocmpp_30.pcap", func(e *track.Event) {
					n := min(left, 1000) // so that reading weighs little
					for range n {
						set.Event(e)
					}
					left -= n
				})
			}
		})
	}
}

// TestOpenIsNeverHidden: at any time srt counts every request sent so far.
func TestOpenIsNeverHidden(t *testing.T) {
	specs, err := stats.ParseAll([]string{"srt"})
	if err != nil {
		t.Fatal(err)
	}
	set, sent, open := stats.New(specs, stats.Options{}), uint64(0), uint64(0)
	readCapture(t, "../../pcaps/real/gocmpp_30.pcap", func(e *track.Event) {
		set.Event(e)
		if e.Kind == track.PDU && !e.PDU.Response() && e.Txn.Attempts == 1 {
			sent++
		}
		if e.Kind != track.Transaction { // between a response and its transaction nothing is settled
			return
		}
		sheet := &set.Sheets(&stats.Moment{Now: e.Txn.Decided})[0]
		all := sheet.Rows[len(sheet.Rows)-1]
		if n := all.Cells[sheet.Column("count")].Num; n != sent {
			t.Fatalf("%d requests counted, %d were sent", n, sent)
		}
		open = max(open, all.Cells[sheet.Column("open")].Num)
	})
	if sent < 100 || open < 3 {
		t.Errorf("%d requests, %d open at most", sent, open)
	}
}
