package capture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// maxZstdWindow is the largest zstd window in bytes that is decoded, and so
// bounds the memory of a decoder. It is what the zstd tool takes without being
// told to (--long=27).
const maxZstdWindow = 128 << 20

// compression is a compressed form that is read.
type compression struct {
	name  string
	magic string
	open  func(io.Reader) (io.ReadCloser, error)
}

// compressions are the forms by the first bytes of the file: RFC 1952 section
// 2.3.1, RFC 8878 section 3.1.1, LZ4 frame format.
var compressions = [...]compression{
	{"gzip", "\x1f\x8b", func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }},
	{"zstd", "\x28\xb5\x2f\xfd", openZstd},
	{"lz4", "\x04\x22\x4d\x18", func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(lz4.NewReader(r)), nil }},
}

func openZstd(r io.Reader) (io.ReadCloser, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxZstdWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// unpacked gives the content of raw: raw itself, or a decompressor on top of it
// (to be closed) where the first bytes ask for one. kind is empty or the name of
// the form. Errors of the content are *unpackError.
func unpacked(raw *bufio.Reader) (content io.Reader, kind string, err error) {
	if err := passSkippable(raw); err != nil {
		return nil, "", newUnpackError("zstd or lz4", err)
	}
	start, _ := raw.Peek(4)
	for _, c := range compressions {
		if !bytes.HasPrefix(start, []byte(c.magic)) {
			continue
		}
		r, err := c.open(raw)
		if err != nil {
			return nil, c.name, newUnpackError(c.name, err)
		}
		return &unpacker{c.name, r}, c.name, nil
	}
	return raw, "", nil
}

// passSkippable moves past skippable frames. zstd and lz4 share them, so only
// what follows tells which of the two it is (RFC 8878 section 3.1.2; pzstd
// starts its files with one).
func passSkippable(raw *bufio.Reader) error {
	for {
		h, _ := raw.Peek(8)
		if len(h) < 8 || binary.LittleEndian.Uint32(h)&^0xf != 0x184d2a50 {
			return nil
		}
		size := 8 + int64(binary.LittleEndian.Uint32(h[4:]))
		if _, err := io.CopyN(io.Discard, raw, size); err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
	}
}

// unpacker is a decompressor whose errors say which form they are about.
type unpacker struct {
	kind string
	r    io.ReadCloser
}

func (u *unpacker) Close() error { return u.r.Close() }

func (u *unpacker) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	if err != nil && err != io.EOF {
		err = newUnpackError(u.kind, err)
	}
	return n, err
}

// unpackError is an error in compressed data.
type unpackError struct {
	kind string
	err  error
}

func (e *unpackError) Error() string { return e.kind + ": " + e.err.Error() }
func (e *unpackError) Unwrap() error { return e.err }

// newUnpackError makes an unpackError, except of an error of the operating
// system that only came through the decompressor.
func newUnpackError(kind string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return err
	}
	return &unpackError{kind, err}
}
