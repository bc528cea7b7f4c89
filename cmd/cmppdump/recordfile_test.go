package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cmppdump/dissect/lang"
)

// quota is a disk that becomes full: writes take what fits.
type quota struct {
	free int
	err  error // what opening gives, if not nil
}

// quotaFile is a real file on it.
type quotaFile struct {
	*os.File
	q *quota
}

func (q *quota) open(path string, flag int) (recordOutput, error) {
	if q.err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: q.err}
	}
	f, err := os.OpenFile(path, flag, 0o666)
	return quotaFile{f, q}, err
}

func (f quotaFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b[:min(len(b), f.q.free)])
	f.q.free -= n
	if err == nil && n < len(b) {
		err = &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return n, err
}

// outFile is a recordFile with a disk, a clock to set and what it told.
type outFile struct {
	*recordFile
	quota *quota
	now   time.Time
	told  []string
}

func newOutFile(t *testing.T, o recordFileOptions) *outFile {
	t.Helper()
	f := &outFile{quota: &quota{free: 1e9}, now: time.Unix(0, 0)}
	o.notify = func(line lang.Text) { f.told = append(f.told, line[lang.English]) }
	o.clock = func() time.Time { return f.now }
	var err error
	if f.recordFile, err = openRecordFile(o, f.quota.open); err != nil {
		t.Fatal(err)
	}
	return f
}

// put writes records in one batch.
func (f *outFile) put(t *testing.T, records ...string) {
	t.Helper()
	if err := f.try(records...); err != nil {
		t.Fatal(err)
	}
}

func (f *outFile) try(records ...string) error {
	var b []byte
	var ends []int
	for _, r := range records {
		b = append(b, r...)
		ends = append(ends, len(b))
	}
	return f.writeRecords(b, ends)
}

// contents lists the files of a directory: "name: content, name: content".
func contents(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e.Name()+": "+strings.ReplaceAll(string(b), "\n", " "))
	}
	return strings.TrimSpace(strings.Join(list, "| "))
}

func checkContents(t *testing.T, dir, want string) {
	t.Helper()
	if got := contents(t, dir); got != want {
		t.Errorf("files\n got %s\nwant %s", got, want)
	}
}

func TestRecordFileStart(t *testing.T) {
	for _, extend := range []bool{false, true} {
		dir := t.TempDir()
		path := filepath.Join(dir, "out")
		os.WriteFile(path, []byte("old\n"), 0o666)
		f := newOutFile(t, recordFileOptions{path: path, extend: extend})
		f.put(t, "one\n", "two\n")
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		checkContents(t, dir, "out: "+map[bool]string{true: "old "}[extend]+"one two")
	}
}

func TestRecordFileRotation(t *testing.T) {
	records := []string{"a1\n", "b2\n", "c3\n", "d4\n", "e5\n", "f6\n", "g7\n"} // 3 bytes each
	for _, test := range []struct {
		size    int64
		count   int
		old     string // in the file before
		batches int    // records in one call
		want    string
	}{
		{7, 2, "", 1, "out: g7 | out.1: e5 f6 | out.2: c3 d4"},
		{7, 2, "", 7, "out: g7 | out.1: e5 f6 | out.2: c3 d4"},
		{7, 2, "", 3, "out: g7 | out.1: e5 f6 | out.2: c3 d4"},
		{6, 3, "", 7, "out: g7 | out.1: e5 f6 | out.2: c3 d4 | out.3: a1 b2"},
		{6, 20, "x\n", 7, "out: f6 g7 | out.1: d4 e5 | out.2: b2 c3 | out.3: x a1"},
		{2, 1, "", 7, "out: g7 | out.1: f6"}, // less than a record
		{7, 0, "", 7, "out: g7"},
		{100, 2, "", 7, "out: a1 b2 c3 d4 e5 f6 g7"},
		{0, 2, "", 7, "out: a1 b2 c3 d4 e5 f6 g7"},
		{7, 1, "much more than that\n", 7, "out: g7 | out.1: e5 f6"},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "out")
			os.WriteFile(path, []byte(test.old), 0o666)
			f := newOutFile(t, recordFileOptions{path: path, size: test.size, count: test.count, extend: true})
			for i := 0; i < len(records); i += test.batches {
				f.put(t, records[i:min(i+test.batches, len(records))]...)
			}
			f.Close()
			checkContents(t, dir, test.want)
			if len(f.told) > 0 {
				t.Errorf("told %q", f.told)
			}
		})
	}
}

// TestRecordFileCannotRotate: better a large file than lost records.
func TestRecordFileCannotRotate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	os.MkdirAll(filepath.Join(dir, "out.1", "in the way"), 0o777)
	f := newOutFile(t, recordFileOptions{path: path, size: 6, count: 1})
	f.put(t, "a1\n", "b2\n", "c3\n", "d4\n")
	if len(f.told) != 1 || !strings.HasPrefix(f.told[0], path+": cannot be rotated, and grows on: ") {
		t.Errorf("told %q", f.told)
	}
	os.RemoveAll(filepath.Join(dir, "out.1"))
	f.put(t, "e5\n")
	f.Close()
	checkContents(t, dir, "out: e5 | out.1: a1 b2 c3 d4")
}

// TestRecordFileReopen: logrotate moves the file, then sends HUP.
func TestRecordFileReopen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := newOutFile(t, recordFileOptions{path: path})
	f.put(t, "one\n")
	os.Rename(path, filepath.Join(dir, "moved"))
	f.put(t, "two\n")
	f.reopen()
	checkContents(t, dir, "moved: one two | out:")
	f.put(t, "three\n")
	f.reopen() // not moved: nothing is lost
	f.put(t, "four\n")
	f.Close()
	checkContents(t, dir, "moved: one two | out: three four")
}

// TestRecordFileReopenWhileWriting: HUP does not wait for a slow disk, and is
// not forgotten.
func TestRecordFileReopenWhileWriting(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := newOutFile(t, recordFileOptions{path: path})
	f.put(t, "one\n")
	f.mu.Lock() // a write that hangs
	os.Rename(path, filepath.Join(dir, "moved"))
	f.reopen()
	f.mu.Unlock()
	f.put(t, "two\n")
	f.Close()
	checkContents(t, dir, "moved: one | out: two")
}

// TestRecordFileDiskFull: whole records only, one line at the start and one at
// the end, and all that is missing counted.
func TestRecordFileDiskFull(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := newOutFile(t, recordFileOptions{path: path, persist: true})
	f.quota.free = 9
	f.put(t, "a1\n")
	f.put(t, "b2\n", "c3c3c3\n", "d4\n") // up to within c3
	checkContents(t, dir, "out: a1 b2")
	f.put(t, "e5\n", "f6\n")
	f.now = f.now.Add(time.Minute)
	f.quota.free = 1
	f.put(t, "g7\n") // tried in vain
	checkContents(t, dir, "out: a1 b2")
	f.quota.free = 1e6
	f.now = f.now.Add(59 * time.Second)
	f.put(t, "h8\n") // not tried yet
	f.now = f.now.Add(time.Second)
	f.put(t, "i9\n", "j10\n")
	f.put(t, "k11\n")
	f.Close()
	checkContents(t, dir, "out: a1 b2 i9 j10 k11")
	want := []string{
		path + ": no space left on device; records are dropped, and it is tried again every minute",
		path + ": written again; 6 records before it dropped",
	}
	if strings.Join(f.told, "\n") != strings.Join(want, "\n") || f.dropped() != 6 {
		t.Errorf("%d dropped, told %q", f.dropped(), f.told)
	}
}

// TestRecordFileGone: the directory goes, and comes back; HUP means now.
func TestRecordFileGone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := newOutFile(t, recordFileOptions{path: path, persist: true})
	f.quota.err = syscall.ENOENT
	f.reopen()
	f.put(t, "a1\n")
	f.quota.err = nil
	f.put(t, "b2\n")
	f.reopen()
	f.put(t, "c3\n")
	f.Close()
	checkContents(t, dir, "out: c3")
	if len(f.told) != 2 || f.told[0] != path+": no such file or directory; records are dropped, and it is tried again every minute" || f.dropped() != 2 {
		t.Errorf("%d dropped, told %q", f.dropped(), f.told)
	}
}

// TestRecordFileErrorEnds: without persist the error is the caller's.
func TestRecordFileErrorEnds(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out")
	f := newOutFile(t, recordFileOptions{path: path})
	f.quota.free = 4
	err := f.try("a1\n", "b2\n")
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), path+": ") {
		t.Error(err)
	}
	f.Close()
	checkContents(t, dir, "out: a1")
	if len(f.told) > 0 {
		t.Errorf("told %q", f.told)
	}
}

// TestRecordFileDevice: the full device of the system.
func TestRecordFileDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	var told []string
	f, err := newRecordFile(recordFileOptions{path: "/dev/full", persist: true, notify: func(line lang.Text) { told = append(told, line[lang.English]) }})
	if err != nil {
		t.Fatal(err)
	}
	s := newSpool(f, true)
	s.Write([]byte("a record\n"))
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if f.dropped() != 1 || len(told) != 1 {
		t.Errorf("%d dropped, told %q", f.dropped(), told)
	}
}

func TestRecordFileErrors(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct {
		options recordFileOptions
		want    string
	}{
		{recordFileOptions{path: filepath.Join(dir, "none", "out")}, dir + "/none/out: there is no directory " + dir + "/none: make it first (mkdir -p " + dir + "/none)"},
		{recordFileOptions{path: dir}, dir + ": is a directory"},
		{recordFileOptions{path: os.DevNull, size: 10}, os.DevNull + ": not a regular file: --out-rotate needs a name to make others of"},
	} {
		if _, err := newRecordFile(test.options); err == nil || err.Error() != test.want {
			t.Errorf("%+v\n got %v\nwant %v", test.options, err, test.want)
		}
	}
}

// TestRecordFileSpooled: rotation and a reader of signals beside the pipeline.
func TestRecordFileSpooled(t *testing.T) {
	dir := t.TempDir()
	f, err := newRecordFile(recordFileOptions{path: filepath.Join(dir, "out"), size: 10000, count: 30})
	if err != nil {
		t.Fatal(err)
	}
	s := newSpool(f, false)
	hups := later(func() error {
		for range 100 {
			f.reopen()
		}
		return nil
	})
	spoolLines(t, s, 0, 1000)
	if err := errors.Join(s.close(), <-hups, f.Close()); err != nil {
		t.Fatal(err)
	}
	var all []byte
	for i := 30; i >= 0; i-- {
		b, _ := os.ReadFile(f.numbered(i))
		if len(b) > 10000 {
			t.Errorf("%s has %d bytes", f.numbered(i), len(b))
		}
		all = append(all, b...)
	}
	if string(all) != string(lines(0, 1000)) {
		t.Errorf("%d bytes, want %d", len(all), len(lines(0, 1000)))
	}
}
