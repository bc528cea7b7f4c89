package live

import (
	"io"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/gen"
)

func TestRing(t *testing.T) {
	r := newRing[int]()
	for i := 1; i <= 5000; i++ {
		*r.add() = i
	}
	r.drop(3000)
	if r.has(2999) || !r.has(3000) || !r.has(5000) || r.has(5001) || r.kept() != 2001 {
		t.Errorf("kept %d to %d", r.first, r.end)
	}
	for i := uint64(3000); i <= 5000; i++ {
		if *r.at(i) != int(i) {
			t.Fatalf("entry %d is %d", i, *r.at(i))
		}
	}
	if r.grow(10) != nil {
		t.Error("a dropped entry came back")
	}
	*r.grow(6000) = 6000
	if *r.at(6000) != 6000 || *r.at(5500) != 0 {
		t.Error("an entry that nobody has set is not empty")
	}
	r.drop(9000)
	if r.kept() != 0 || r.add() == nil {
		t.Error("nothing can be added to an empty ring")
	}
}

func TestSlabs(t *testing.T) {
	var s slabs
	pos := map[uint64]byte{}
	for i := range 3000 {
		b := make([]byte, 1000)
		b[0], b[999] = byte(i), byte(i)
		pos[s.add(b)] = byte(i)
	}
	s.drop()
	n := 0
	for p, want := range pos {
		if p < s.first() {
			continue
		}
		n++
		if b := s.get(p, 1000); b[0] != want || b[999] != want {
			t.Fatalf("octets at %d are of another PDU", p)
		}
	}
	if n == 0 || n == 3000 {
		t.Errorf("%d of 3000 kept", n)
	}
}

// TestStoreForgets: under a limit the oldest goes, all the rest is as without.
func TestStoreForgets(t *testing.T) {
	const limit = 4 << 20
	all, few := NewStore(cmpp.Protocol, 0), NewStore(cmpp.Protocol, limit)
	src := generated(t, 40000)
	feedSource(t, sinks{all, few}, src)
	few.End(nil)
	all.End(nil)
	if few.memory() > limit {
		t.Errorf("%d octets, more than %d", few.memory(), limit)
	}
	if few.rows.first == 1 || few.msgs.first == 1 || few.txns.first == 1 || few.counts.lost == 0 {
		t.Fatalf("nothing was forgotten: rows from %d", few.rows.first)
	}
	if few.rows.end != all.rows.end || few.msgs.end != all.msgs.end {
		t.Errorf("other events: %d rows, want %d", few.rows.end, all.rows.end)
	}
	compareCounts(t, few, all)
	a, f := newLoader(all), newLoader(few)
	want, got := newRecords(), newRecords()
	for i := few.rows.first; i < few.rows.end; i++ {
		want.Event(a.row(i))
		e := f.row(i)
		if e == nil {
			t.Fatalf("row %d is gone", i)
		}
		// The request of a response may be forgotten.
		if r := few.rows.at(i); r.txn == 0 || few.txns.has(r.txn) {
			got.Event(e)
		} else {
			want.pdus = want.pdus[:len(want.pdus)-1]
		}
	}
	for no := few.msgs.first; no < few.msgs.end; no++ {
		if e := f.msgEvent(no); e != nil {
			got.Event(e)
			want.Event(a.msgEvent(no))
		}
	}
	compareLists(t, "under a limit", got.pdus, want.pdus)
	compareMaps(t, "messages under a limit", got.msgs, want.msgs)
}

// compareCounts: the figures are of all that was captured, shown or forgotten.
func compareCounts(t *testing.T, few, all *Store) {
	t.Helper()
	for state := range few.counts.states {
		if got, want := few.counts.states[state], all.counts.states[state]; got != want {
			t.Errorf("%d messages %s, want %d", got, track.MsgState(state), want)
		}
	}
	for what, n := range map[string][2]int64{
		"unanswered": {int64(few.counts.unanswered), int64(all.counts.unanswered)}, "response times": {few.counts.submit.Count(), all.counts.submit.Count()},
		"report times": {few.counts.reports.Count(), all.counts.reports.Count()},
	} {
		if n[0] != n[1] {
			t.Errorf("%d %s, want %d", n[0], what, n[1])
		}
	}
	if len(few.counted) > few.msgs.kept() {
		t.Errorf("%d messages forgotten are still remembered", len(few.counted))
	}
}

// generated is a capture made up as it is read.
func generated(t testing.TB, pdus int) capture.Source {
	return madeUp(t, gen.Options{PDUs: pdus, Seed: 1, ReportDelay: 2 * time.Second})
}

func madeUp(t testing.TB, o gen.Options) capture.Source {
	t.Helper()
	r, w := io.Pipe()
	go func() {
		_, err := gen.Write(w, o)
		w.CloseWithError(err)
	}()
	src, err := capture.Merge([]string{"-"}, r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close(); r.Close() })
	return src
}

// TestMoveAfterForgetting: rows that passed the filter were forgotten while the
// user looked at them.
func TestMoveAfterForgetting(t *testing.T) {
	s := NewStore(cmpp.Protocol, 0)
	feedSource(t, s, generated(t, 100))
	l := &list{view: PDUs, filtered: true, rows: 10}
	for no := s.rows.first; no < s.rows.end; no++ {
		l.match = append(l.match, no)
	}
	l.move(s, 90)
	s.rows.drop(50)
	l.move(s, far)
	if l.cursor != s.rows.end-1 {
		t.Errorf("at row %d, want the last, %d", l.cursor, s.rows.end-1)
	}
	s.rows.drop(s.rows.end)
	l.move(s, 1)
	if l.at != 0 {
		t.Errorf("at place %d of none", l.at)
	}
}
