package filter

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
)

var table = record.NewTable(cmpp.Protocol)

const views = record.PDU | record.Gap | record.Txn | record.Msg | record.Conn

// looker shows the record of each event to look.
type looker struct {
	rec  record.Record
	look func(*record.Record)
}

func (l *looker) Event(e *track.Event) {
	if l.rec.Set(e, views) {
		l.look(&l.rec)
	}
}

// read shows every record of captures, which are named from the directory
// pcaps, to look.
func read(t testing.TB, look func(*record.Record), files ...string) {
	t.Helper()
	var paths []string
	for _, f := range files {
		found, err := filepath.Glob(filepath.Join("../../pcaps", f))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no captures (%v)", f, err)
		}
		paths = append(paths, found...)
	}
	for _, path := range paths {
		readOne(t, path, look)
	}
}

func readOne(t testing.TB, path string, look func(*record.Record)) {
	t.Helper()
	src, err := capture.Open(path, os.Stdin)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	sink := &looker{rec: record.Record{Options: record.Options{Raw: true, Files: true}}, look: look}
	tracktest.New(cmpp.Protocol, sink, track.Options{Keep: true, Messages: true, ReportTimeout: int64(72 * time.Hour)}).Read(t, src)
}

func mustCompile(t testing.TB, src string) *Filter {
	t.Helper()
	f, err := CompileIn(src, table, time.UTC)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return f
}
