package capture

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestOpenErrors(t *testing.T) {
	for _, c := range []struct {
		name, content, want string
	}{
		{"a.txt", "hello world", `a.txt: not a capture file (the file starts with "hello wo"); pcap, pcapng and their gzip, zstd, lz4 forms are read`},
		{"a.txt", "\x1b[2J\n", `a.txt: not a capture file (the file starts with "\x1b[2J\n"); pcap, pcapng and their gzip, zstd, lz4 forms are read`},
		{"a", "x", `a: not a capture file (the file starts with "x"); pcap, pcapng and their gzip, zstd, lz4 forms are read`},
		{"a.gz", string(compressed(t, "gzip", []byte("hello world"))), `a.gz: not a capture file (the gzip data starts with "hello wo"); pcap, pcapng and their gzip, zstd, lz4 forms are read`},
		{"a.xz", "\xfd7zXZ\x00\x00\x04", `a.xz: not a capture file (the file starts with "\xfd7zXZ\x00\x00\x04"); unpack it first: xz -dc FILE | cmppdump -r -`},
		{"a.snoop", "snoop\x00\x00\x00", `a.snoop: not a capture file (the file starts with "snoop\x00\x00\x00"); convert it first: editcap -F pcapng FILE OUT`},
		{"a.pcap", "", "a.pcap: the file is empty: there is not even a file header"},
		{"a.zst", string(compressed(t, "zstd", nil)), "a.zst: the zstd data is empty: there is not even a file header"},
		{"a.pcap", string(littleFile().pcap(pcapMicro, 0, 1).b[:10]), "a.pcap: cut short in the file header (after 10 bytes)"},
		{"a.gz", "\x1f\x8b\x08", "a.gz: gzip data cut short in the file header"},
		{"a.gz", "\x1f\x8b\x09\x00\x00\x00\x00\x00\x00\x00\x00", "a.gz: gzip data damaged in the file header: gzip: invalid header"},
	} {
		_, err := openMem(c.name, []byte(c.content))
		checkProblems(t, []error{err}, c.want)
	}
}

func TestOpenSystemErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fs.ErrNotExist, "ring/a.pcap: no such file"},
		{fs.ErrPermission, "ring/a.pcap: permission denied: this user may not read it (ls -l shows who may)"},
		{errors.New("too many open files"), "ring/a.pcap: cannot be opened: too many open files"},
	} {
		fail := func(path string) (fs.File, error) { return nil, &fs.PathError{Op: "open", Path: path, Err: c.err} }
		_, err := fileOpener{open: fail}.merge([]string{"ring/a.pcap"})
		checkProblems(t, []error{err}, c.want)
		if !errors.Is(err, c.err) {
			t.Errorf("%v is not %v", err, c.err)
		}
	}
	dir := t.TempDir()
	_, err := Open(dir, nil)
	checkProblems(t, []error{err}, dir+": a directory, not a capture file")
	_, err = Open("-", nil)
	checkProblems(t, []error{err}, "stdin: there is none to read")
}

func TestOpenFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pcap")
	file := littleFile().pcap(pcapMicro, 0, 1).record(1, 0, "abc").b
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := readAllPackets(t, s)
	checkPackets(t, got, readPacket{1, 1, 1e9, "abc", 3, nil})
	if got[0].iface.File != path {
		t.Errorf("interface %+v", got[0].iface)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenStdin(t *testing.T) {
	s, err := Open("-", bytes.NewReader(littleFile().pcap(pcapMicro, 0, 1).record(1, 0, "abc").put("z").b))
	if err != nil {
		t.Fatal(err)
	}
	if got := readAllPackets(t, s); len(got) != 1 || got[0].iface.File != "-" {
		t.Errorf("packets %v", got)
	}
	checkProblems(t, s.Problems(), "stdin: cut short in frame 2 at offset 43 (the last byte holds no whole packet)")
	if _, total := s.(Progress).Progress(); total != 0 {
		t.Errorf("the size of a pipe is %d", total)
	}
}

// Stdin may be a file (cmppdump -r - <x.pcap); then its size is known.
func TestOpenStdinFile(t *testing.T) {
	file := pcapOf700(10)
	in, err := fstest.MapFS{"x": {Data: file}}.Open("x")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open("-", in)
	if err != nil {
		t.Fatal(err)
	}
	if _, total := s.(Progress).Progress(); total != int64(len(file)) {
		t.Errorf("total %d, want %d", total, len(file))
	}
}

func TestClosedSourceEnds(t *testing.T) {
	s, err := openMem("x", pcapOf700(10))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := s.Next(new(Packet)); err != io.EOF {
		t.Errorf("Next: %v", err)
	}
	checkProblems(t, s.Problems())
}

// Progress grows from nothing to the size of the file as stored, even of a file
// that is damaged in front.
func TestProgress(t *testing.T) {
	plain := pcapOf700(2000)
	for name, file := range map[string][]byte{
		"plain":   plain,
		"gzip":    compressed(t, "gzip", append(plain, strings.Repeat("z", 1<<20)...)),
		"damaged": append(littleFile().pcap(pcapMicro, 0, 1).put(1, 0, -1, -1).b, plain...),
	} {
		s, err := openMem("x", file)
		if err != nil {
			t.Fatal(err)
		}
		last := int64(0)
		for err := error(nil); err == nil; {
			read, total := s.(Progress).Progress()
			if total != int64(len(file)) || read < last || read > total {
				t.Fatalf("%s: %d of %d after %d", name, read, total, last)
			}
			last = read
			err = s.Next(new(Packet))
		}
		if read, total := s.(Progress).Progress(); read != total {
			t.Errorf("%s: %d of %d at the end", name, read, total)
		}
	}
}
