package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"cmppdump/pcaps/gen"
)

// BenchmarkMain runs the whole program on a generated capture, for make profile.
func BenchmarkMain(b *testing.B) {
	path := filepath.Join(b.TempDir(), "k1.pcap")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	stats, err := gen.Write(file, gen.Options{PDUs: 500_000})
	if err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	for name, flags := range map[string][]string{"quiet": {"-q"}, "text": nil, "json": {"-T", "json"}} {
		b.Run(name, func(b *testing.B) {
			runs := 0
			for b.Loop() {
				if status := Main(append([]string{"-r", path}, flags...), nil, io.Discard, io.Discard); status != exitOK {
					b.Fatalf("exit status %d", status)
				}
				runs++
			}
			b.ReportMetric(float64(runs)*float64(stats.PDUs)/b.Elapsed().Seconds(), "PDU/s")
		})
	}
}
