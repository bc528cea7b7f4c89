package live

import (
	"testing"

	"cmppdump/dissect/cmpp"
)

// BenchmarkStore is the pipeline with the store at its end, a PDU at a time.
func BenchmarkStore(b *testing.B) {
	src := generated(b, max(b.N, 100))
	s := NewStore(cmpp.Protocol, 384<<20)
	b.ReportAllocs()
	feedSource(b, s, src)
}
