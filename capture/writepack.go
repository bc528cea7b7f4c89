package capture

import (
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// packer compresses. What it makes stands for itself: a file may be cut behind
// any of it.
type packer interface {
	// pack appends src, compressed, to dst and returns it.
	pack(dst, src []byte) []byte
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

// zstdPacker makes frames (RFC 8878, section 3.1).
type zstdPacker struct{ encoder *zstd.Encoder }

func newZstdPacker() packer {
	// An error tells of options that do not exist.
	e, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
		zstd.WithWindowSize(packedRoom))
	return zstdPacker{e}
}

func (z zstdPacker) pack(dst, src []byte) []byte { return z.encoder.EncodeAll(src, dst) }

// gzipPacker makes members (RFC 1952, section 2.2).
type gzipPacker struct {
	w   *gzip.Writer
	dst appendWriter
}

func newGzipPacker() packer {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return &gzipPacker{w: w}
}

func (g *gzipPacker) pack(dst, src []byte) []byte {
	g.dst.b = dst
	g.w.Reset(&g.dst)
	g.w.Write(src) // appendWriter takes all
	g.w.Close()
	return g.dst.b
}

// appendWriter appends what is written.
type appendWriter struct{ b []byte }

func (a *appendWriter) Write(b []byte) (int, error) {
	a.b = append(a.b, b...)
	return len(b), nil
}
