package capture

import (
	"errors"
	"io"
)

const (
	// blockRoom is how much is collected before it is written, in bytes.
	blockRoom = 256 << 10
	// blockExtra is more than a format needs beside a frame and a comment.
	blockExtra = 1 << 10
)

// outputFile is what a blockFile needs of a file.
type outputFile interface {
	io.WriteCloser
	io.WriterAt
	// Truncate cuts the file to a length in bytes.
	Truncate(size int64) error
}

// streamFile is an io.Writer as an outputFile. It is not ours to close, and a
// stream is never gone back in.
type streamFile struct{ io.Writer }

func (streamFile) Close() error                       { return nil }
func (streamFile) Truncate(int64) error               { return errors.ErrUnsupported }
func (streamFile) WriteAt([]byte, int64) (int, error) { return 0, errors.ErrUnsupported }

// blockFile collects blocks and writes them to a file. Its point is what is
// left after an error: whole blocks.
type blockFile struct {
	f      outputFile // nil: none
	stream bool       // what failed must be gone on with, not cut back
	pack   packer     // nil: not compressed

	buf    []byte // what was not written yet
	ends   []int  // where the packets in it end
	packed []byte // buf, compressed
	rest   []byte // of a stream: what an error left over; comes before buf

	size        int64 // of all blocks, before compression
	stored      int64 // in the file: whole blocks
	packets     uint64
	restPackets uint64
	lost        uint64 // packets that an error took
	last        int64  // the latest time of a packet, in nanoseconds
}

// attach starts over with another file.
func (b *blockFile) attach(f outputFile, stream bool) {
	*b = blockFile{f: f, stream: stream, pack: b.pack, buf: b.buf[:0], ends: b.ends[:0], packed: b.packed[:0]}
	if b.pack != nil {
		b.pack.begin()
	}
}

func (b *blockFile) isOpen() bool { return b.f != nil }

// begin takes buf with the start of the file appended to it.
func (b *blockFile) begin(buf []byte) {
	b.size += int64(len(buf) - len(b.buf))
	b.buf = buf
}

// add takes buf with a packet appended to it, and the packet's time.
func (b *blockFile) add(buf []byte, time int64) {
	b.begin(buf)
	b.ends = append(b.ends, len(buf))
	b.last = max(b.last, time)
}

// fits reports whether so many bytes of a packet can be added before a flush.
func (b *blockFile) fits(n int) bool {
	return len(b.buf) == 0 || len(b.buf)+n+blockExtra <= blockRoom
}

// flush writes what was collected. After an error the file is cut back to whole
// packets and lost counts the others; a stream keeps the rest for the next
// flush.
func (b *blockFile) flush() error {
	if err := b.flushRest(); err != nil || len(b.buf) == 0 {
		return err
	}
	out := b.buf
	if b.pack != nil {
		b.packed = b.pack.pack(b.packed[:0], b.buf)
		out = b.packed
	}
	n, err := b.f.Write(out)
	switch {
	case err == nil:
		b.stored += int64(len(out))
		b.packets += uint64(len(b.ends))
	case b.stream:
		b.stored += int64(n)
		b.rest = append(b.rest[:0], out[n:]...)
		b.restPackets = uint64(len(b.ends))
	default:
		b.salvage(n)
	}
	b.buf, b.ends = b.buf[:0], b.ends[:0]
	return err
}

// flushRest writes what an error left over.
func (b *blockFile) flushRest() error {
	if len(b.rest) == 0 {
		return nil
	}
	n, err := b.f.Write(b.rest)
	b.stored += int64(n)
	b.rest = b.rest[n:]
	if err == nil {
		b.packets += b.restPackets
		b.restPackets = 0
	}
	return err
}

// salvage keeps the whole packets among n bytes that were written of buf. If it
// is compressed, a part of it is worth nothing.
func (b *blockFile) salvage(n int) {
	whole, packets := 0, 0
	for b.pack == nil && packets < len(b.ends) && b.ends[packets] <= n {
		whole = b.ends[packets]
		packets++
	}
	b.stored += int64(whole)
	b.packets += uint64(packets)
	b.lost += uint64(len(b.ends) - packets)
	// A full disk has room for less, and for an end where more was before.
	b.f.Truncate(b.stored)
	if b.pack != nil {
		n, _ := b.f.WriteAt([]byte(b.pack.end()), b.stored)
		b.stored += int64(n)
	}
}

// finish writes all that is still to be written.
func (b *blockFile) finish() error {
	if err := b.flush(); err != nil || b.pack == nil {
		return err
	}
	n, err := io.WriteString(b.f, b.pack.end())
	if err != nil && !b.stream {
		b.salvage(0)
		return err
	}
	b.stored += int64(n)
	return err
}

// giveUp closes the file as it is.
func (b *blockFile) giveUp() error {
	if b.f == nil {
		return nil
	}
	f := b.f
	b.f = nil
	return f.Close()
}
