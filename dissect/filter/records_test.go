package filter

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
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
	tracker := track.New(&looker{rec: record.Record{Options: record.Options{Raw: true, Files: true}}, look: look}, track.Options{
		ResponseTimeout: int64(time.Minute), Keep: true, Messages: true, ReportTimeout: int64(72 * time.Hour)})
	dis := dissect.New(tracker, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion})
	asm, dec := reassembly.New(dis.Open, reassembly.Options{Ports: cmpp.Protocol.Ports}), capture.NewDecoder()
	var p capture.Packet
	for err = src.Next(&p); err == nil; err = src.Next(&p) {
		tracker.Tick(p.Stamp)
		if dec.Decode(&p) {
			asm.Add(&p)
		}
	}
	if err != io.EOF {
		t.Fatalf("%s: %v", path, err)
	}
	asm.Flush()
	tracker.Flush()
}

func mustCompile(t testing.TB, src string) *Filter {
	t.Helper()
	f, err := CompileIn(src, table, time.UTC)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return f
}
