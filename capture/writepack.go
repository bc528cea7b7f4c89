package capture

import (
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// packer compresses a file. A file may be cut behind anything that pack made,
// if end follows.
type packer interface {
	// begin starts a new file.
	begin()
	// pack appends src, compressed, to dst and returns it.
	pack(dst, src []byte) []byte
	// end is what comes at the end of a file.
	end() string
}

// packers are the compressions by suffix.
var packers = []struct {
	suffix string
	make   func() packer
}{
	{".zst", newZstdPacker},
	{".gz", newGzipPacker},
}

// newPacker makes the packer of a suffix, nil for none.
func newPacker(suffix string) packer {
	for _, p := range packers {
		if p.suffix == suffix {
			return p.make()
		}
	}
	return nil
}

// zstdWindow is how far back in a file, in bytes, zstd looks for what it has
// seen.
const zstdWindow = 1 << 20

// zstdPacker makes a file of one frame (RFC 8878, section 3.1.1), since
// Wireshark 4.0 reads no second one. The frame has no checksum: with one, it
// could not be ended after an error.
type zstdPacker struct {
	encoder *zstd.Encoder
	dst     appendWriter
}

func newZstdPacker() packer {
	z := &zstdPacker{}
	// An error tells of options that do not exist.
	z.encoder, _ = zstd.NewWriter(&z.dst, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(zstdWindow), zstd.WithEncoderCRC(false))
	return z
}

func (z *zstdPacker) begin() { z.encoder.Reset(&z.dst) }

func (z *zstdPacker) pack(dst, src []byte) []byte {
	z.dst.b = dst
	z.encoder.Write(src) // appendWriter takes all
	z.encoder.Flush()
	return z.dst.b
}

// end is an empty raw block, marked as the last (section 3.1.1.2).
func (z *zstdPacker) end() string { return "\x01\x00\x00" }

// gzipPacker makes a file of members (RFC 1952, section 2.2).
type gzipPacker struct {
	w   *gzip.Writer
	dst appendWriter
}

func newGzipPacker() packer {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return &gzipPacker{w: w}
}

func (g *gzipPacker) begin() {}

func (g *gzipPacker) pack(dst, src []byte) []byte {
	g.dst.b = dst
	g.w.Reset(&g.dst)
	g.w.Write(src) // appendWriter takes all
	g.w.Close()
	return g.dst.b
}

func (g *gzipPacker) end() string { return "" }

// appendWriter appends what is written.
type appendWriter struct{ b []byte }

func (a *appendWriter) Write(b []byte) (int, error) {
	a.b = append(a.b, b...)
	return len(b), nil
}
