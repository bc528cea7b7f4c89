package live

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
	"cmppdump/render/rows"
)

// sinks hand events to several.
type sinks []track.Sink

func (s sinks) Event(e *track.Event) {
	for _, one := range s {
		one.Event(e)
	}
}

// shipped are the captures in the repository.
func shipped(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../../pcaps/*.pcap", "../../pcaps/real/*.pcap"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no captures: %v", pattern, err)
		}
		all = append(all, files...)
	}
	return all
}

// feed runs captures through the pipeline as the program does.
func feed(t testing.TB, sink track.Sink, paths ...string) {
	t.Helper()
	feedSource(t, sink, source(t, paths...))
}

// source opens captures.
func source(t testing.TB, paths ...string) capture.Source {
	t.Helper()
	src, err := capture.Merge(paths, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func feedSource(t testing.TB, sink track.Sink, src capture.Source) {
	t.Helper()
	tracktest.New(cmpp.Protocol, sink, track.Options{Recent: true, Messages: true, Progress: true, ReportTimeout: 72 * 3600e9}).Read(t, src)
	if s, ok := sink.(*Store); ok {
		s.End(nil)
	}
}

// records writes events as JSON, the newest of a transaction or message.
type records struct {
	table *record.Table
	rec   record.Record
	txns  map[uint64]string
	msgs  map[uint64]string
	pdus  []string
	kinds map[track.Kind]int
}

func newRecords() *records {
	return &records{table: record.NewTable(cmpp.Protocol), txns: map[uint64]string{}, msgs: map[uint64]string{}, kinds: map[track.Kind]int{}}
}

func (r *records) Event(e *track.Event) {
	r.kinds[e.Kind]++
	if !r.rec.Set(e, record.PDU|record.Gap|record.Txn|record.Msg) {
		return
	}
	line := string(r.table.AppendJSON(nil, &r.rec))
	switch e.Kind {
	case track.PDU, track.Gap:
		r.pdus = append(r.pdus, line)
	case track.Transaction:
		r.txns[e.Txn.No] = line
	case track.Message:
		r.msgs[e.Msg.No] = line + fates(e.Msg)
	}
}

// fates are what verdicts tell of the parts of a message beyond its record.
func fates(m *track.Msg) (s string) {
	for _, p := range m.Parts {
		s += fmt.Sprintf(" part %d %s %d", p.Index, m.Fate(p), p.GivenUp)
	}
	for _, x := range m.Resent {
		s += fmt.Sprintf(" %d attempt %d", x.Num, x.Attempt)
	}
	return s
}

// lines writes events as the rows of --view pdu, txn and msg.
type lines struct {
	b    bytes.Buffer
	out  *rows.Renderer
	pdus []string
	txns map[uint64]string // the newest
	msgs map[uint64]string
}

func newLines() *lines {
	l := &lines{txns: map[uint64]string{}, msgs: map[uint64]string{}}
	l.out = rows.New(&l.b, rows.Options{Timeout: 60e9})
	return l
}

func (l *lines) Event(e *track.Event) {
	if row := l.write(e, record.PDU|record.Gap); row != "" {
		l.pdus = append(l.pdus, row)
	}
	switch e.Kind {
	case track.Transaction:
		l.txns[e.Txn.No] = l.write(e, record.Txn)
	case track.Message:
		l.msgs[e.Msg.No] = l.write(e, record.Msg)
	}
}

func (l *lines) write(e *track.Event, v record.View) string {
	l.b.Reset()
	l.out.Views = v
	l.out.Event(e)
	return l.b.String()
}

// keeper is a Sink that gives transactions their requests, as rows need them.
type keeper struct {
	to  track.Sink
	raw map[uint64][]byte
}

func (k *keeper) Event(e *track.Event) {
	if e.Kind == track.PDU && e.Txn != nil && !e.PDU.Response() {
		if _, ok := k.raw[e.Txn.No]; !ok {
			k.raw[e.Txn.No] = append([]byte(nil), e.PDU.Raw...)
		}
	}
	if e.Txn != nil {
		e.Txn.Raw = k.raw[e.Txn.No]
	}
	k.to.Event(e)
	if e.Txn != nil {
		e.Txn.Raw = nil
	}
}

// lossy leaves out every seventeenth packet.
type lossy struct {
	capture.Source
	n int
}

func (l *lossy) Next(p *capture.Packet) error {
	if l.n++; l.n%17 == 0 {
		if err := l.Source.Next(p); err != nil {
			return err
		}
	}
	return l.Source.Next(p)
}

// TestModelEqualsRecords: what the screen shows of every PDU, transaction and
// message of the shipped captures is what --view pdu, txn and msg write, of
// captures with holes too: the records, and the rows with what they say of time
// and of those that belong together.
func TestModelEqualsRecords(t *testing.T) {
	total := map[track.Kind]int{}
	for i, path := range append(shipped(t), shipped(t)...) {
		want := newRecords()
		s := NewStore(cmpp.Protocol, 0)
		src, err := capture.Merge([]string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if i >= len(shipped(t)) {
			src, path = &lossy{Source: src}, path+" with holes"
		}
		wantRows, gotRows := newLines(), newLines()
		feedSource(t, sinks{s, &keeper{sinks{want, wantRows}, map[uint64][]byte{}}}, src)
		src.Close()
		s.End(nil)
		for k, n := range want.kinds {
			total[k] += n
		}
		l := newLoader(s)
		got := newRecords()
		for i := s.rows.first; i < s.rows.end; i++ {
			if e := l.row(i); e == nil {
				t.Errorf("%s: row %d is not there", path, i)
			} else if row := gotRows.write(e, record.PDU|record.Gap); row != "" {
				gotRows.pdus = append(gotRows.pdus, row)
				if e.Kind == track.PDU || e.Kind == track.Gap {
					got.Event(e)
				}
			}
		}
		for no := s.txns.first; no < s.txns.end; no++ {
			if e := l.txnEvent(no); e != nil {
				got.Event(e)
				gotRows.txns[no] = gotRows.write(e, record.Txn)
			}
		}
		for no := s.msgs.first; no < s.msgs.end; no++ {
			if e := l.msgEvent(no); e != nil {
				got.Event(e)
				gotRows.msgs[no] = gotRows.write(e, record.Msg)
			}
		}
		compareLists(t, path, got.pdus, want.pdus)
		compareMaps(t, path+" transaction", got.txns, want.txns)
		compareMaps(t, path+" message", got.msgs, want.msgs)
		compareLists(t, path+" rows", gotRows.pdus, wantRows.pdus)
		compareMaps(t, path+" row of transaction", gotRows.txns, wantRows.txns)
		compareMaps(t, path+" row of message", gotRows.msgs, wantRows.msgs)
	}
	for _, k := range []track.Kind{track.Opened, track.PDU, track.Gap, track.Transaction, track.Message, track.Closed, track.Progress} {
		if total[k] == 0 {
			t.Errorf("no event of kind %d in all captures: nothing was compared", k)
		}
	}
}

func compareLists(t *testing.T, path string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d PDUs and gaps, want %d", path, len(got), len(want))
		return
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s:\n%s\nwant\n%s", path, got[i], want[i])
			return
		}
	}
}

func compareMaps(t *testing.T, what string, got, want map[uint64]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d, want %d", what, len(got), len(want))
	}
	for no, line := range want {
		if got[no] != line {
			t.Errorf("%s %d:\n%s\nwant\n%s", what, no, got[no], line)
			return
		}
	}
}
