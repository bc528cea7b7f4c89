package capture

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"cmppdump/dissect/lang"
)

// Progress is implemented by the sources that read files.
type Progress interface {
	// Progress gives the bytes that were read of the files, as stored
	// (compressed), and the size of all of them: 0 if it is not known, as
	// with a pipe. It may be called from any goroutine.
	Progress() (read, total int64)
}

// Open opens one capture file: pcap or pcapng, plain or in gzip, zstd or lz4,
// all found by content, not by name. "-" is stdin, which Close leaves open.
//
// The source holds one window of 128 KiB, more only while a larger packet is in
// it. A frame that it lends is a part of the window. Times lie between 1970 and
// 2116, so that they can be added to and subtracted without overflow; a time
// outside is moved to the nearer end.
//
// Errors name the file and say what was found in it.
func Open(path string, stdin io.Reader) (Source, error) {
	return fileOpener{stdin: stdin, open: openOS}.single(path)
}

var (
	errNotCapture = errors.New("not a capture file")
	errEmptyInput = errors.New("nothing in it")
)

// fileOpener opens inputs. Tests put in an open of their own.
type fileOpener struct {
	stdin io.Reader
	open  func(path string) (fs.File, error)
}

func openOS(path string) (fs.File, error) { return os.Open(path) }

// packetReader reads a file format. next fills in Time, Frame, WireLen and
// Iface; it returns io.EOF or a *damageError, and is not called again then.
type packetReader interface {
	next(p *Packet) error
}

// fileSource is one open input.
type fileSource struct {
	packets packetReader
	num     uint64 // packets delivered
	ended   bool
	problem error

	label   string         // for messages
	kind    string         // of compression; empty if plain
	again   bool           // can be opened a second time: a regular file
	size    int64          // in bytes, as stored; 0 if unknown
	raw     *countedReader // the bytes as stored
	content *readAhead     // out of the decompressor, or nil
	file    io.Closer      // nil for stdin
}

// single opens one input as a source of its own.
func (o fileOpener) single(path string) (Source, error) {
	s, err := o.source(path, new(atomic.Int64))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// source opens one input. The bytes read are counted in read.
func (o fileOpener) source(path string, read *atomic.Int64) (*fileSource, error) {
	s := &fileSource{label: path}
	err := s.openRaw(o, path, read)
	if err == nil {
		err = s.openContent(path)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// openRaw gets at the bytes as stored.
func (s *fileSource) openRaw(o fileOpener, path string, read *atomic.Int64) error {
	in := o.stdin
	if path == "-" {
		s.label = "stdin"
	} else {
		f, err := o.open(path)
		if err != nil {
			return openError(path, err)
		}
		in, s.file = f, f
	}
	if in == nil {
		return said.Errorf("stdin: there is none to read")
	}
	s.raw = &countedReader{src: in, all: read}
	return s.look(path, in)
}

// look asks the operating system what is open, if it can be asked.
func (s *fileSource) look(path string, in io.Reader) error {
	f, ok := in.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return nil
	}
	switch info, err := f.Stat(); {
	case err != nil:
		return nil
	case info.IsDir():
		return said.Errorf("%s: a directory, not a capture file", s.label)
	case info.Mode().IsRegular():
		s.again, s.size = path != "-", info.Size()
	}
	return nil
}

// openContent looks through the compression and finds the format.
func (s *fileSource) openContent(path string) error {
	content, kind, err := unpacked(bufio.NewReaderSize(s.raw, 32<<10))
	s.kind = kind
	if err != nil {
		return s.formatError(unreadable(err))
	}
	if unpacker, ok := content.(io.ReadCloser); ok {
		s.content = newReadAhead(unpacker)
		content = s.content
	}
	s.packets, err = newPacketReader(newReadWindow(content), path)
	if err != nil {
		return s.formatError(err)
	}
	return nil
}

// newPacketReader finds the format by the first bytes. file is the path as
// given.
func newPacketReader(w *readWindow, file string) (packetReader, error) {
	if !w.has(4) && w.err != io.EOF {
		return nil, w.shortage(0)
	}
	switch b := w.rest(); {
	case len(b) == 0:
		return nil, errEmptyInput
	case isPcap(b):
		return newPcapReader(w, file)
	case isPcapng(b):
		return newPcapngReader(w, file)
	}
	w.has(8)
	b := w.rest()
	return nil, &notCaptureError{string(b[:min(len(b), 8)])}
}

// notCaptureError is errNotCapture with the first bytes of what is there.
type notCaptureError struct{ start string }

func (e *notCaptureError) Error() string { return errNotCapture.Error() }
func (e *notCaptureError) Unwrap() error { return errNotCapture }

// formatError makes the error for people of one of newPacketReader.
func (s *fileSource) formatError(err error) error {
	of := said.Text("file")
	if s.kind != "" {
		of = said.With("%s data", s.kind)
	}
	switch e := err.(type) {
	case *damageError:
		e.header = true
		return e.inFile(s.label, 0, s.kind != "")
	case *notCaptureError:
		return &inputError{said.With("%s: not a capture file (the %s starts with %q); %s",
			s.label, of, e.start, formatHint(e.start)), err}
	}
	return &inputError{said.With("%s: the %s is empty: there is not even a file header", s.label, of), err}
}

// formatHint is what to do about a file that starts so.
func formatHint(start string) lang.Text {
	for _, f := range foreignFormats {
		if strings.HasPrefix(start, f.magic) {
			return said.Text(f.hint)
		}
	}
	return said.Text("pcap, pcapng and their gzip, zstd, lz4 forms are read")
}

// foreignFormats are files that people try.
var foreignFormats = [...]struct{ magic, hint string }{
	{"\xfd7zXZ\x00", "unpack it first: xz -dc FILE | cmppdump -r -"},
	{"BZh", "unpack it first: bzip2 -dc FILE | cmppdump -r -"},
	{"PK\x03\x04", "unpack it first: unzip -p FILE | cmppdump -r -"},
	{"snoop\x00", "convert it first: editcap -F pcapng FILE OUT"},
}

// inputError is an error with a text for people; the cause is for errors.Is.
type inputError struct {
	text  lang.Text
	cause error
}

func (e *inputError) Error() string { return e.text[lang.English] }

// Said implements lang.Said.
func (e *inputError) Said() lang.Text { return e.text }

func (e *inputError) Unwrap() error { return e.cause }

// openError makes the error for people of one of the operating system.
func openError(path string, err error) error {
	reason := said.With("cannot be opened: %s", plainError(err))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = said.Text("no such file")
	case errors.Is(err, fs.ErrPermission):
		reason = said.Text("permission denied: this user may not read it (ls -l shows who may)")
	}
	return &inputError{said.With("%s: %s", path, reason), err}
}

// Next gives the next packet of the file; see [Source].
func (s *fileSource) Next(p *Packet) error {
	if s.ended {
		return io.EOF
	}
	if err := s.packets.next(p); err != nil {
		return s.end(err)
	}
	s.num++
	p.Num, p.FileNum = s.num, s.num
	return nil
}

func (s *fileSource) end(err error) error {
	s.ended = true
	s.raw.finish(s.size)
	if damage, ok := err.(*damageError); ok {
		s.problem = damage.inFile(s.label, s.num, s.kind != "")
	}
	return io.EOF
}

// Problems is the damage that ended the file early, if any; see [Source].
func (s *fileSource) Problems() []error {
	if s.problem == nil {
		return nil
	}
	return []error{s.problem}
}

// Progress says how much of the file was read; see [Progress].
func (s *fileSource) Progress() (read, total int64) {
	return progressOf(s.raw.total().Load(), s.size)
}

// progressOf keeps what was read of files that grow within their total.
func progressOf(read, total int64) (int64, int64) {
	if total > 0 {
		read = min(read, total)
	}
	return read, total
}

// Close closes the file. Next gives io.EOF from then on.
func (s *fileSource) Close() error {
	s.ended = true
	if s.content != nil {
		s.content.close(s.again)
		s.content = nil
	}
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return file.Close()
}

// countedReader counts the bytes that are read: of this file, and of all. Who
// reads may be another goroutine than who asks.
type countedReader struct {
	src io.Reader
	mu  sync.Mutex // for those below
	own int64
	all *atomic.Int64
}

func (c *countedReader) Read(b []byte) (int, error) {
	n, err := c.src.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own += int64(n)
	c.all.Add(int64(n))
	return n, err
}

// countIn counts in another total, with what was read so far.
func (c *countedReader) countIn(all *atomic.Int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = all
	all.Add(c.own)
}

// total is the counter of all.
func (c *countedReader) total() *atomic.Int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}

// finish counts a file of that size as read, however early it ended.
func (c *countedReader) finish(size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all.Add(max(size-c.own, 0))
	c.own = max(size, c.own)
}
