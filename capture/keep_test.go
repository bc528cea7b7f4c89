package capture

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect/lang"
)

// notKept are names that are like those of f.pcap with a number, but are not.
var notKept = []string{"f.pcap-1", "f.pcap.bak", "f.pcap01", "f.pcap1.zst", "f.pcap1234567890", "f.pcap345", "f.pcap346", "f.pcapng", "g.pcap", "xf.pcap"}

// keptDirectory makes files of 10000 bytes: those of an earlier run, of which
// the last was written an hour before writeStart and the others an hour apart,
// and files of other names, which are older. Of these one is a directory and
// one a link.
func keptDirectory(t *testing.T, earlier ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i, name := range slices.Concat(notKept, earlier) {
		path := filepath.Join(dir, name)
		var err error
		switch name {
		case "f.pcap345":
			err = os.Mkdir(path, 0o777)
		case "f.pcap346":
			err = os.Symlink("g.pcap", path)
		default:
			err = os.WriteFile(path, make([]byte, 10000), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		age := time.Duration(len(notKept)+len(earlier)-i) * time.Hour
		if name != "f.pcap346" {
			setChanged(t, path, writeStart*secondNs-int64(age))
		}
	}
	return dir
}

func setChanged(t *testing.T, path string, ns int64) {
	t.Helper()
	if err := os.Chtimes(path, time.Time{}, time.Unix(0, ns)); err != nil {
		t.Fatal(err)
	}
}

// keptNames lists the files of a directory but those of notKept, which must all
// be there.
func keptNames(t *testing.T, dir string) string {
	t.Helper()
	var kept []string
	others := 0
	for _, line := range strings.Split(directory(t, dir), "\n") {
		name, _, _ := strings.Cut(line, " ")
		if slices.Contains(notKept, name) {
			others++
		} else {
			kept = append(kept, name)
		}
	}
	if others != 0 && others != len(notKept) {
		t.Errorf("%d of %d files of other names are left", others, len(notKept))
	}
	return strings.Join(kept, " ")
}

func totalSize(t *testing.T, dir string) (total int) {
	t.Helper()
	for _, line := range strings.Split(directory(t, dir), "\n") {
		var size int
		fmt.Sscan(line[strings.LastIndex(line, " ")+1:], &size)
		total += size
	}
	return total
}

// TestKeepBytes: the newest files that fit stay, and at no time is there more.
func TestKeepBytes(t *testing.T) {
	dir := t.TempDir()
	w := mustWriter(t, WriteOptions{Path: filepath.Join(dir, "f.pcap"), MaxBytes: 10000, Keep: KeepOptions{Bytes: 41000}})
	for i := range 125 {
		mustWrite(t, w, packetOf984(i, 0))
		w.Flush()
		if total := totalSize(t, dir); total > 41000 {
			t.Fatalf("%d bytes after packet %d", total, i)
		}
	}
	mustClose(t, w)
	if got, want := directory(t, dir), "f.pcap10 10024\nf.pcap11 10024\nf.pcap12 5024\nf.pcap9 10024"; got != want {
		t.Errorf("files\n got %s\nwant %s", got, want)
	}
	if s := w.Stats(); s.Files != 13 || s.Removed != 9 || s.Packets != 125 {
		t.Errorf("stats %+v", s)
	}
}

// TestKeepBytesLargeFile: the limit holds while a file of -G grows, too.
func TestKeepBytesLargeFile(t *testing.T) {
	dir := keptDirectory(t, "f.pcap", "f.pcap1")
	w := mustWriter(t, WriteOptions{Path: filepath.Join(dir, "f.pcap"), Every: time.Hour, Keep: KeepOptions{Bytes: 2<<20 + 15000}})
	mustWrite(t, w, packetOf984(0, 0))
	if got := keptNames(t, dir); got != "f.pcap f.pcap1 f.pcap2" {
		t.Errorf("at first: %s", got)
	}
	for range 1100 {
		mustWrite(t, w, packetOf984(0, 0))
	}
	if got := keptNames(t, dir); got != "f.pcap1 f.pcap2" {
		t.Errorf("after 1 MiB: %s", got)
	}
	mustClose(t, w)
}

// TestKeepEarlierRun: the files of an earlier run go first, are not
// overwritten, and the numbers go on behind theirs.
func TestKeepEarlierRun(t *testing.T) {
	age := KeepOptions{Age: 150 * time.Minute}
	for _, test := range []struct {
		name       string
		path       string
		options    WriteOptions
		earlier    string
		first, end string // with one packet, with 25
	}{
		{"by size", "f.pcap", WriteOptions{MaxBytes: 10000, Keep: KeepOptions{Bytes: 51000}},
			"f.pcap7 f.pcap8 f.pcap9 f.pcap10", "f.pcap10 f.pcap11 f.pcap7 f.pcap8 f.pcap9", "f.pcap10 f.pcap11 f.pcap12 f.pcap13 f.pcap9"},
		{"less than before", "f.pcap", WriteOptions{MaxBytes: 10000, Keep: KeepOptions{Bytes: 20000}},
			"f.pcap f.pcap1 f.pcap2", "f.pcap2 f.pcap3", "f.pcap5"},
		{"by age", "f.pcap", WriteOptions{MaxBytes: 10000, Keep: age},
			"f.pcap f.pcap1 f.pcap2", "f.pcap1 f.pcap2 f.pcap3", "f.pcap1 f.pcap2 f.pcap3 f.pcap4 f.pcap5"},
		{"by time", "f-%F-%H.pcap", WriteOptions{Every: time.Hour, Keep: age},
			"f-2026-11-21-22.pcap f-2026-11-22-00.pcap f-2026-11-22-01.pcap",
			"f-2026-11-22-00.pcap f-2026-11-22-01.pcap f-2026-11-22-01.pcap1",
			"f-2026-11-22-00.pcap f-2026-11-22-01.pcap f-2026-11-22-01.pcap1"},
		{"size, with time in the name", "f-%H%M.pcap", WriteOptions{MaxBytes: 10000, Keep: KeepOptions{Bytes: 50000}},
			"f-0115.pcap", "f-0115.pcap f-0115.pcap1", "f-0115.pcap f-0115.pcap1 f-0115.pcap2 f-0115.pcap3"},
		{"neither -C nor -G", "f.pcap", WriteOptions{Keep: KeepOptions{Bytes: 64 << 20}},
			"f.pcap", "f.pcap f.pcap1", "f.pcap f.pcap1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := keptDirectory(t, strings.Fields(test.earlier)...)
			test.options.Path = filepath.Join(dir, test.path)
			w := mustWriter(t, test.options)
			mustWrite(t, w, packetOf984(0, 0))
			got := keptNames(t, dir)
			for range 24 {
				mustWrite(t, w, packetOf984(0, 0))
			}
			mustClose(t, w)
			if end := keptNames(t, dir); got != test.first || end != test.end {
				t.Errorf("files\n got %s, then %s\nwant %s, then %s", got, end, test.first, test.end)
			}
		})
	}
}

// TestKeepAge: age counts in capture time, of which a later run is told.
func TestKeepAge(t *testing.T) {
	dir := t.TempDir()
	o := WriteOptions{Path: filepath.Join(dir, "f.pcap"), Keep: KeepOptions{Age: 160 * time.Second}}
	w := mustWriter(t, o)
	for i := range 20 { // a file holds 10 seconds: two packets
		mustWrite(t, w, writtenPacket(float64(5*i), "x"))
	}
	mustClose(t, w)
	if got := w.Stats(); got.Files != 10 || got.Removed != 0 {
		t.Fatalf("stats %+v", got)
	}
	w = mustWriter(t, o)
	mustWrite(t, w, writtenPacket(190, "x")) // the first three end at 5, 15 and 25 s
	mustClose(t, w)
	if got := w.Stats(); got.Removed != 3 {
		t.Errorf("%d removed, want 3: %s", got.Removed, directory(t, dir))
	}
}

// TestKeepDivides: how large the files are if nothing is said.
func TestKeepDivides(t *testing.T) {
	for _, test := range []struct {
		keep  KeepOptions
		bytes int64
		every time.Duration
	}{
		{KeepOptions{Bytes: 16 << 30}, 1 << 30, 0},
		{KeepOptions{Bytes: 5 << 20}, 1 << 20, 0},
		{KeepOptions{Age: 48 * time.Hour}, 0, 3 * time.Hour},
		{KeepOptions{Age: 5 * time.Second}, 0, time.Second},
		{KeepOptions{Bytes: 32 << 20, Age: 16 * time.Hour}, 2 << 20, time.Hour},
	} {
		o := WriteOptions{Path: "x", Keep: test.keep}
		if err := o.complete(); err != nil || o.MaxBytes != test.bytes || o.Every != test.every {
			t.Errorf("%+v: %d bytes, %v (%v)", test.keep, o.MaxBytes, o.Every, err)
		}
	}
}

// TestKeepCannotRemove: what cannot be removed is told once; what is gone
// already is no trouble.
func TestKeepCannotRemove(t *testing.T) {
	dir := t.TempDir()
	var told []string
	w := mustWriter(t, WriteOptions{Path: filepath.Join(dir, "f.pcap"), MaxBytes: 10000, Keep: KeepOptions{Bytes: 25000},
		Notify: func(line lang.Text) { told = append(told, line[lang.English]) }})
	for i := range 60 {
		mustWrite(t, w, packetOf984(i, 0))
		if i == 15 { // a directory in the place of the first file
			os.Remove(filepath.Join(dir, "f.pcap"))
			os.MkdirAll(filepath.Join(dir, "f.pcap", "sub"), 0o777)
		}
		if i == 25 {
			os.Remove(filepath.Join(dir, "f.pcap1"))
		}
	}
	mustClose(t, w)
	if len(told) != 1 || !strings.HasPrefix(told[0], filepath.Join(dir, "f.pcap")+": an old file of --ring that cannot be removed: ") {
		t.Errorf("told %q", told)
	}
	if got := keptNames(t, dir); got != "f.pcap f.pcap4 f.pcap5" {
		t.Errorf("files %s", got)
	}
}
