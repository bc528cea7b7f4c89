package capture

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// windowSize is the least size of a window in bytes. It fits the second-level
// cache, so that what is read is still near when it is decoded.
const windowSize = 128 << 10

// readWindow is a sliding view of a stream: the bytes that were read and not
// yet taken. A slice of it is valid until the next call of has or skip.
type readWindow struct {
	src      io.Reader
	buf      []byte
	pos, end int   // buf[pos:end] is not yet taken
	base     int64 // the offset of buf[0] in the stream
	err      error // why nothing follows buf[:end]: io.EOF, or what went wrong
}

func newReadWindow(src io.Reader) *readWindow {
	return &readWindow{src: src, buf: make([]byte, windowSize)}
}

// has reports whether n more bytes are there, reading on as needed. The caller
// bounds n.
func (w *readWindow) has(n int) bool { return w.end-w.pos >= n || w.fill(n) }

// rest is what is there without reading on.
func (w *readWindow) rest() []byte { return w.buf[w.pos:w.end] }

// take moves past n bytes that are there.
func (w *readWindow) take(n int) { w.pos += n }

// offset is the offset of rest in the stream.
func (w *readWindow) offset() int64 { return w.base + int64(w.pos) }

func (w *readWindow) fill(n int) bool {
	w.base += int64(w.pos)
	w.end = copy(w.buf, w.buf[w.pos:w.end])
	w.pos = 0
	for w.end < n && w.err == nil {
		w.read()
	}
	return w.end >= n
}

// read reads once. The buffer grows only when it is full of bytes that really
// came: a length in a damaged file allocates nothing by itself.
func (w *readWindow) read() {
	if w.end == len(w.buf) {
		w.buf = append(w.buf, make([]byte, len(w.buf))...)
	}
	for range 100 {
		n, err := w.src.Read(w.buf[w.end:])
		w.end += n
		w.err = err
		if n > 0 || err != nil {
			return
		}
	}
	w.err = io.ErrNoProgress
}

// skip moves past n bytes, however many, and reports whether they were there.
func (w *readWindow) skip(n int64) bool {
	for n > int64(w.end-w.pos) {
		n -= int64(w.end - w.pos)
		w.pos = w.end
		if !w.has(1) {
			return false
		}
	}
	w.take(int(n))
	return true
}

// shortage is the error after has or skip said no: io.EOF if the stream ends
// where a record would start, else a damageError. start is the offset of the
// record.
func (w *readWindow) shortage(start int64) error {
	left := w.base + int64(w.end) - start
	switch {
	case w.err != io.EOF:
		e := unreadable(w.err)
		e.offset, e.between = start, left == 0
		return e
	case left == 0:
		return io.EOF
	}
	return &damageError{what: said.Text("cut short"), offset: start, left: left}
}

// bigEndian is the byte order of a file or section: big endian if true, else
// little endian.
type bigEndian bool

func (big bigEndian) uint16(b []byte) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if big {
		v = bits.ReverseBytes16(v)
	}
	return v
}

func (big bigEndian) uint32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if big {
		v = bits.ReverseBytes32(v)
	}
	return v
}

func (big bigEndian) uint64(b []byte) uint64 {
	v := binary.LittleEndian.Uint64(b)
	if big {
		v = bits.ReverseBytes64(v)
	}
	return v
}
