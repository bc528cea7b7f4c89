package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// watchedFiles are files in memory that know which of them are open.
type watchedFiles struct {
	fstest.MapFS
	pipes      []string // not regular files
	open, most int      // files
	opens      int
}

// add adds a pcap file with packets of those times, in seconds. A frame is the
// name of the file and the time.
func (w *watchedFiles) add(name string, times ...int) *watchedFiles {
	f := littleFile().pcap(pcapMicro, 0, 1)
	for _, at := range times {
		f.record(at, 0, fmt.Sprint(name, at))
	}
	if w.MapFS == nil {
		w.MapFS = fstest.MapFS{}
	}
	w.MapFS[name] = &fstest.MapFile{Data: f.b}
	return w
}

func (w *watchedFiles) Open(name string) (fs.File, error) {
	f, err := w.MapFS.Open(name)
	if err != nil {
		return nil, err
	}
	w.open++
	w.opens++
	w.most = max(w.most, w.open)
	return &watchedFile{f, w, slices.Contains(w.pipes, name)}, nil
}

type watchedFile struct {
	fs.File
	w    *watchedFiles
	pipe bool
}

func (f *watchedFile) Close() error {
	f.w.open--
	return f.File.Close()
}

func (f *watchedFile) Stat() (fs.FileInfo, error) {
	info, err := f.File.Stat()
	if f.pipe {
		info = pipeInfo{info}
	}
	return info, err
}

type pipeInfo struct{ fs.FileInfo }

func (pipeInfo) Mode() fs.FileMode { return fs.ModeNamedPipe | 0o600 }

// merged reads the files, and checks that all of them are closed at the end.
func (w *watchedFiles) merged(t *testing.T, stdin io.Reader, paths ...string) (frames string, got []readPacket, problems []error) {
	t.Helper()
	s, err := fileOpener{stdin: stdin, open: w.Open}.merge(paths)
	if err != nil {
		t.Fatal(err)
	}
	got = readAllPackets(t, s)
	if w.open != 0 && len(paths) > 1 {
		t.Errorf("%d files open at the end", w.open)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	var all []string
	for _, p := range got {
		all = append(all, p.frame)
	}
	return strings.Join(all, " "), got, s.Problems()
}

func TestMergeOrder(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b []int
		want string
	}{
		{"interleaved", []int{1, 3, 5}, []int{2, 4}, "a1 b2 a3 b4 a5"},
		{"one after the other", []int{3, 4}, []int{1, 2}, "b1 b2 a3 a4"},
		{"equal times in argument order", []int{1, 2, 2}, []int{1, 2}, "a1 b1 a2 a2 b2"},
		{"an empty file", nil, []int{1}, "b1"},
		{"two empty files", nil, nil, ""},
		{"times going back stay in file order", []int{5, 1, 6}, []int{2, 4, 7}, "b2 b4 a5 a1 a6 b7"},
		{"inside the other", []int{1, 9}, []int{4, 5}, "a1 b4 b5 a9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := new(watchedFiles).add("a", c.a...).add("b", c.b...)
			got, _, problems := w.merged(t, nil, "a", "b")
			checkProblems(t, problems)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestMergeNumbers(t *testing.T) {
	w := new(watchedFiles).add("a", 1, 3).add("b", 2, 4)
	_, got, _ := w.merged(t, nil, "a", "b")
	checkPackets(t, got,
		readPacket{1, 1, 1e9, "a1", 2, nil}, readPacket{2, 1, 2e9, "b2", 2, nil},
		readPacket{3, 2, 3e9, "a3", 2, nil}, readPacket{4, 2, 4e9, "b4", 2, nil})
	if got[0].iface != got[2].iface || got[0].iface.File != "a" || got[1].iface.File != "b" {
		t.Errorf("interfaces %+v %+v %+v", got[0].iface, got[1].iface, got[2].iface)
	}
}

// Many inputs at once come in the order that a stable sort gives.
func TestMergeMany(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		w := new(watchedFiles)
		type packet struct {
			time  int
			frame string
		}
		var paths []string
		var want []packet
		for i := range 1 + r.IntN(12) {
			name := fmt.Sprintf("f%02d-", i)
			paths = append(paths, name)
			var times []int
			for range r.IntN(20) {
				times = append(times, r.IntN(40))
			}
			slices.Sort(times)
			w.add(name, times...)
			for _, at := range times {
				want = append(want, packet{at, fmt.Sprint(name, at)})
			}
		}
		slices.SortStableFunc(want, func(a, b packet) int { return a.time - b.time })
		var frames []string
		for _, p := range want {
			frames = append(frames, p.frame)
		}
		if got, _, _ := w.merged(t, nil, paths...); got != strings.Join(frames, " ") {
			t.Fatalf("got %s\nwant %s", got, frames)
		}
	}
}

// Files that follow each other are open one at a time.
func TestMergeIsLazy(t *testing.T) {
	w := new(watchedFiles)
	var paths []string
	for i := range 300 {
		name := fmt.Sprintf("ring%03d-", i)
		w.add(name, 10*i, 10*i+5)
		paths = append(paths, name)
	}
	slices.Reverse(paths)
	_, got, problems := w.merged(t, nil, paths...)
	checkProblems(t, problems)
	if len(got) != 600 || w.most != 1 {
		t.Errorf("%d packets, %d files open at once", len(got), w.most)
	}
	if w.opens != 600 {
		t.Errorf("%d opens, want 2 a file", w.opens)
	}
}

// A file that starts before another ends is open with it, and no longer.
func TestMergeOpensWhatOverlaps(t *testing.T) {
	w := new(watchedFiles)
	var paths []string
	for i := range 50 {
		name := fmt.Sprintf("ring%02d-", i)
		w.add(name, 10*i, 10*i+15)
		paths = append(paths, name)
	}
	if w.merged(t, nil, paths...); w.most != 2 {
		t.Errorf("%d files open at once, want 2", w.most)
	}
}

// What can be read once only is not opened twice.
func TestMergePipes(t *testing.T) {
	w := new(watchedFiles).add("a", 1, 4).add("pipe", 2, 5).add("stdin", 3, 6)
	w.pipes = []string{"pipe"}
	stdin := bytes.NewReader(w.MapFS["stdin"].Data)
	got, _, problems := w.merged(t, stdin, "a", "-", "pipe")
	checkProblems(t, problems)
	if got != "a1 pipe2 stdin3 a4 pipe5 stdin6" {
		t.Errorf("got %s", got)
	}
	if w.opens != 3 {
		t.Errorf("%d opens", w.opens)
	}
}

// Stdin stays open even where it is a file.
func TestMergeStdinFile(t *testing.T) {
	w := new(watchedFiles).add("a", 1, 3).add("stdin", 2, 4)
	stdin, err := w.MapFS.Open("stdin")
	if err != nil {
		t.Fatal(err)
	}
	got, _, problems := w.merged(t, stdin, "a", "-")
	checkProblems(t, problems)
	if got != "a1 stdin2 a3 stdin4" {
		t.Errorf("got %s", got)
	}
}

func TestMergeProblems(t *testing.T) {
	w := new(watchedFiles).add("a", 1, 5).add("cut", 2, 3).add("b", 4).add("bad first", 9)
	w.MapFS["text"] = &fstest.MapFile{Data: []byte("hello")}
	cut := w.MapFS["cut"]
	cut.Data = cut.Data[:len(cut.Data)-1]
	bad := w.MapFS["bad first"]
	bad.Data = bad.Data[:30]
	got, _, problems := w.merged(t, nil, "none", "a", "cut", "text", "b", "bad first")
	if got != "a1 cut2 b4 a5" {
		t.Errorf("got %s", got)
	}
	checkProblems(t, problems,
		"none: no such file",
		`text: not a capture file (the file starts with "hello"); pcap, pcapng and their gzip, zstd, lz4 forms are read`,
		"bad first: cut short in frame 1 at offset 24 (the last 6 bytes hold no whole packet)",
		"cut: cut short in frame 2 at offset 44 (the last 19 bytes hold no whole packet)")
}

func TestMergeNothingToRead(t *testing.T) {
	for want, paths := range map[string][]string{
		"no input to read": nil,
		"a: no such file":  {"a"},
		"a: no such file (and none of the other 2 inputs can be read)": {"a", "b", "c"},
	} {
		_, err := memFiles(fstest.MapFS{}).merge(paths)
		checkProblems(t, []error{err}, want)
		if paths != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v does not say that there is no such file", err)
		}
	}
}

// A ring may lose its oldest file between the first look and the reading.
func TestMergeFileGoesAway(t *testing.T) {
	w := new(watchedFiles).add("a", 1).add("b", 2).add("c", 3)
	s, err := memFiles(w).merge([]string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	delete(w.MapFS, "b")
	if got := readAllPackets(t, s); len(got) != 2 {
		t.Errorf("packets %v", got)
	}
	checkProblems(t, s.Problems(), "b: no such file")
	if read, total := s.(Progress).Progress(); read != total {
		t.Errorf("progress %d of %d", read, total)
	}
}

func TestMergeProgress(t *testing.T) {
	w := new(watchedFiles).add("a", 1, 2).add("b", 3).add("empty").add("c", 2, 4)
	total := int64(0)
	for _, f := range w.MapFS {
		total += int64(len(f.Data))
	}
	s, err := memFiles(w).merge([]string{"a", "b", "empty", "c"})
	if err != nil {
		t.Fatal(err)
	}
	for last, err := int64(0), error(nil); err == nil; err = s.Next(new(Packet)) {
		read, all := s.(Progress).Progress()
		if all != total || read < last {
			t.Fatalf("progress %d of %d after %d, want %d at the end", read, all, last, total)
		}
		last = read
	}
	if read, _ := s.(Progress).Progress(); read != total {
		t.Errorf("progress %d of %d at the end", read, total)
	}
}

// The total is not known with a pipe.
func TestMergeProgressOfPipe(t *testing.T) {
	w := new(watchedFiles).add("a", 1).add("b", 2)
	s, err := fileOpener{stdin: bytes.NewReader(w.MapFS["a"].Data), open: w.Open}.merge([]string{"-", "b"})
	if err != nil {
		t.Fatal(err)
	}
	readAllPackets(t, s)
	if read, total := s.(Progress).Progress(); total != 0 || read == 0 {
		t.Errorf("progress %d of %d", read, total)
	}
}

func TestMergeClose(t *testing.T) {
	w := new(watchedFiles).add("a", 1, 3).add("b", 2, 4).add("c", 9)
	s, err := memFiles(w).merge([]string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	p := new(Packet)
	for range 2 {
		if err := s.Next(p); err != nil {
			t.Fatal(err)
		}
	}
	if w.open != 2 {
		t.Fatalf("%d files open", w.open)
	}
	if err := s.Close(); err != nil || w.open != 0 {
		t.Errorf("Close: %v; %d files open", err, w.open)
	}
	if err := s.Next(p); err != io.EOF {
		t.Errorf("Next after Close: %v", err)
	}
}

// The frame lent is that of the packet delivered, also when its file and others
// are read on.
func TestMergeLendsTheFrame(t *testing.T) {
	w := new(watchedFiles).add("a", 1, 2).add("b", 2, 3)
	s, err := memFiles(w).merge([]string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	p := &Packet{Missing: 7}
	for _, want := range []string{"a1", "a2", "b2", "b3"} {
		if err := s.Next(p); err != nil || string(p.Frame) != want {
			t.Fatalf("%q, %v; want %s", p.Frame, err, want)
		}
	}
	if p.Missing != 7 {
		t.Error("Next changed a field of Decode")
	}
}

func TestMergeAllocatesNothing(t *testing.T) {
	files := fstest.MapFS{"a": {Data: pcapOf700(5000)}, "b": {Data: pcapngOf700(5000)}, "c": {Data: pcapOf700(5000)}}
	s, err := memFiles(files).merge([]string{"a", "b", "c"})
	checkNoAllocs(t, s, err)
}

func BenchmarkMerge(b *testing.B) {
	for _, n := range []int{2, 32} {
		b.Run(fmt.Sprint(n, " files"), func(b *testing.B) {
			files, paths := fstest.MapFS{}, []string{}
			for i := range n {
				paths = append(paths, fmt.Sprint(i))
				files[paths[i]] = &fstest.MapFile{Data: pcapOf700(2000)}
			}
			b.ReportAllocs()
			p := new(Packet)
			var s Source
			for b.Loop() {
				if s == nil || s.Next(p) != nil {
					b.StopTimer()
					s, _ = memFiles(files).merge(paths)
					b.StartTimer()
				}
			}
		})
	}
}
