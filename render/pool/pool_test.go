package pool_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
	"cmppdump/render"
	"cmppdump/render/json"
	"cmppdump/render/pool"
	"cmppdump/render/rows"
)

var table = record.NewTable(cmpp.Protocol)

const views = record.PDU | record.Gap | record.Txn | record.Conn | record.Msg

// events gives every event of a shipped capture to sink.
func events(t testing.TB, file string, sink tracktest.SinkFunc) {
	t.Helper()
	tracktest.New(cmpp.Protocol, sink, track.Options{Keep: true, Messages: true}).File(t, file)
}

// lines collects records. Every call must end at the end of a line.
type lines struct {
	bytes.Buffer
	calls int
	fail  error // of the second call
}

func (l *lines) WriteRecords(b []byte, ends []int) error {
	l.calls++
	if l.fail != nil && l.calls == 2 {
		return l.fail
	}
	from := 0
	for _, end := range ends {
		if r := b[from:end]; bytes.Count(r, []byte("\n")) != 1 || r[len(r)-1] != '\n' {
			return errors.New("not one line: " + string(r))
		}
		from = end
	}
	if from != len(b) {
		return errors.New("records do not end where the bytes do")
	}
	l.Write(b)
	return nil
}

// newPool makes a Pool that writes JSON.
func newPool(out pool.Records, o record.Options, workers int) *pool.Pool {
	later := views &^ (record.Gap | record.Conn)
	return pool.New(out, func() pool.Writer { return json.New(nil, table, views, o) }, pool.Options{Later: later, Workers: workers})
}

func captures(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../pcaps/real/*.pcap")
	if err != nil || len(files) < 6 {
		t.Fatalf("captures: %v %v", files, err)
	}
	return files
}

func show(t testing.TB, r render.Renderer, e *track.Event) {
	if err := r.Event(e); err != nil {
		t.Error(err)
	}
}

// writer is a renderer that a Pool can write with.
type writer interface {
	render.Renderer
	pool.Writer
}

// TestPool: the records are those of one goroutine, in the same order, however
// many write them.
func TestPool(t *testing.T) {
	const later = views &^ (record.Gap | record.Conn)
	for form, make := range map[string]func(io.Writer) writer{
		"JSON": func(w io.Writer) writer { return json.New(w, table, views, record.Options{Raw: true}) },
		"rows": func(w io.Writer) writer { return rows.New(w, rows.Options{Views: record.PDU, Timeout: 60e9}) },
		"rows of transactions and messages": func(w io.Writer) writer {
			return rows.New(w, rows.Options{Views: record.Txn | record.Msg | record.Conn, Timeout: 60e9})
		},
	} {
		for _, file := range captures(t) {
			var want bytes.Buffer
			one := make(&want)
			repeat(t, file, func(e *track.Event) { show(t, one, e) })
			for _, workers := range []int{1, 2, 7} {
				var got lines
				pool := pool.New(&got, func() pool.Writer { return make(nil) }, pool.Options{Later: later, Requests: true, Workers: workers})
				repeat(t, file, func(e *track.Event) { show(t, pool, e) })
				if err := pool.Close(); err != nil {
					t.Error(err)
				}
				if !bytes.Equal(got.Bytes(), want.Bytes()) {
					t.Errorf("%s, %s: %d workers write other records", file, form, workers)
				}
				if got.calls < 2 {
					t.Errorf("%s, %s: all records in %d batches", file, form, got.calls)
				}
			}
		}
	}
}

// repeat gives the events of a capture again and again: so many that not all can
// wait for the workers.
func repeat(t *testing.T, file string, sink tracktest.SinkFunc) {
	for range 3 {
		events(t, file, sink)
	}
}

// TestPoolError: the error of the output ends everything, and is told.
func TestPoolError(t *testing.T) {
	full := errors.New("no space left")
	out := lines{fail: full}
	pool := newPool(&out, record.Options{}, 2)
	var err error
	for range 20 {
		events(t, captures(t)[0], func(e *track.Event) {
			if err == nil {
				err = pool.Event(e)
			}
		})
	}
	if err != full {
		t.Errorf("error of a later event: %v", err)
	}
	if err := pool.Close(); err != full {
		t.Errorf("error of the end: %v", err)
	}
	if out.calls != 2 {
		t.Errorf("%d batches written, want none after the error", out.calls)
	}
}

// promptOut tells of each call.
type promptOut chan int

func (p promptOut) WriteRecords(_ []byte, ends []int) error {
	p <- len(ends)
	return nil
}

// TestPoolPrompt: a record is written though nothing follows.
func TestPoolPrompt(t *testing.T) {
	out := make(promptOut, 1)
	pool := newPool(out, record.Options{}, 1)
	told := false
	events(t, captures(t)[0], func(e *track.Event) {
		if e.Kind != track.PDU || told {
			return
		}
		told = true
		show(t, pool, e)
		if n := <-out; n != 1 {
			t.Errorf("%d records", n)
		}
	})
	if err := pool.Close(); err != nil || !told {
		t.Error(told, err)
	}
}

// discard is an output.
type discard struct{}

func (discard) WriteRecords([]byte, []int) error { return nil }

// TestPoolAllocs: a record allocates nothing once its batch had one as long.
func TestPoolAllocs(t *testing.T) {
	pool := newPool(discard{}, record.Options{}, 1)
	defer pool.Close()
	done := false
	events(t, captures(t)[0], func(e *track.Event) {
		if e.Kind != track.PDU || e.PDU.SMS.Direction != dissect.MT || done {
			return
		}
		done = true
		for range 2000 {
			show(t, pool, e)
		}
		if n := testing.AllocsPerRun(2000, func() { show(t, pool, e) }); n >= 1 {
			t.Errorf("%v allocations for a record", n)
		}
	})
	if !done {
		t.Error("no SUBMIT")
	}
}

// BenchmarkPool is the cost of a SUBMIT's record for the goroutine that hands
// it over, which helps to write.
func BenchmarkPool(b *testing.B) {
	pool := newPool(discard{}, record.Options{}, 1)
	defer pool.Close()
	done := false
	events(b, "../../pcaps/real/gocmpp_30.pcap", func(e *track.Event) {
		if e.Kind != track.PDU || e.PDU.SMS.Direction != dissect.MT || done {
			return
		}
		done = true
		b.ReportAllocs()
		for b.Loop() {
			show(b, pool, e)
		}
	})
}
