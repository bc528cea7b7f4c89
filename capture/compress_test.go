package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// compressors are the forms that are read, by name.
var compressors = map[string]func(io.Writer) io.WriteCloser{
	"gzip": func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"zstd": func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w)
		if err != nil {
			panic(err)
		}
		return z
	},
	"lz4": func(w io.Writer) io.WriteCloser {
		z := lz4.NewWriter(w)
		if err := z.Apply(lz4.BlockSizeOption(lz4.Block64Kb)); err != nil {
			panic(err)
		}
		return z
	},
}

// compressed is b in a compressed form.
func compressed(t testing.TB, kind string, b []byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w := compressors[kind](&file)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// skippable is a skippable frame of zstd and lz4.
func skippable(low byte, content string) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{0x50 | low, 0x2a, 0x4d, 0x18}, uint32(len(content)))
	return append(b, content...)
}

func TestCompressed(t *testing.T) {
	for kind := range compressors {
		for format, plain := range map[string][]byte{"pcap": pcapOf700(500), "pcapng": pcapngOf700(500)} {
			want, _ := readMem(t, "x", plain)
			half := len(plain) / 2
			for name, file := range map[string][]byte{
				"one stream":      compressed(t, kind, plain),
				"two streams":     append(compressed(t, kind, plain[:half]), compressed(t, kind, plain[half:])...),
				"an empty stream": append(compressed(t, kind, nil), compressed(t, kind, plain)...),
			} {
				t.Run(kind+" "+format+" "+name, func(t *testing.T) {
					got, problems := readMem(t, "x", file)
					checkProblems(t, problems)
					checkPackets(t, got, want...)
				})
			}
		}
	}
}

func TestSkippableFrames(t *testing.T) {
	plain := pcapOf700(20)
	want, _ := readMem(t, "x", plain)
	for _, kind := range []string{"zstd", "lz4"} {
		one, two := compressed(t, kind, plain[:1000]), compressed(t, kind, plain[1000:])
		file := slices.Concat(skippable(0, ""), skippable(15, strings.Repeat("z", 100<<10)), one, skippable(5, "between"), two, skippable(3, "end"))
		got, problems := readMem(t, "x", file)
		checkProblems(t, problems)
		checkPackets(t, got, want...)
	}
	file := skippable(0, "cut")
	_, err := openMem("x", file[:len(file)-1])
	checkProblems(t, []error{err}, "x: zstd or lz4 data cut short in the file header")
}

// A compressed file that ends early gives the packets before the cut and one
// problem, wherever it ends.
func TestCompressedCutAnywhere(t *testing.T) {
	plain := littleFile().pcap(pcapMicro, 0, 1)
	for i := range 40 {
		plain.record(i, i, fmt.Sprint("frame ", i*i*i*7919))
	}
	want, _ := readMem(t, "x", plain.b)
	for kind := range compressors {
		t.Run(kind, func(t *testing.T) {
			file := compressed(t, kind, plain.b)
			for cut := range file {
				s, err := openMem("x", file[:cut])
				if err != nil {
					continue
				}
				got := readAllPackets(t, s)
				if len(got) > len(want) || fmt.Sprint(got) != fmt.Sprint(want[:len(got)]) {
					t.Fatalf("cut at %d: %v", cut, got)
				}
				if p := s.Problems(); len(p) != 1 || !strings.HasPrefix(p[0].Error(), "x: "+kind+" data cut short ") {
					t.Fatalf("cut at %d: problems %v", cut, p)
				}
				s.Close()
			}
		})
	}
}

// What can be unpacked before the cut is there. zstd keeps back the last block,
// of at most 128 KiB, until it has seen the checksum.
func TestCompressedCutLate(t *testing.T) {
	plain := pcapOf700(3000) // several blocks of every form
	for kind, least := range map[string]int{"gzip": 3000, "zstd": 3000 - (128<<10)/716, "lz4": 3000} {
		file := compressed(t, kind, plain)
		got, problems := readMem(t, "x", file[:len(file)-1])
		if len(got) < least {
			t.Errorf("%s: %d packets", kind, len(got))
		}
		if len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), "x: "+kind+" data cut short ") {
			t.Errorf("%s: problems %v", kind, problems)
		}
	}
}

func TestCompressedDamage(t *testing.T) {
	plain := pcapOf700(20)
	gz := compressed(t, "gzip", plain)
	damagedGz := bytes.Clone(gz)
	damagedGz[len(gz)-6]++ // of the CRC
	zst := bytes.Clone(compressed(t, "zstd", pcapOf700(400)))
	zst[len(zst)-1]++ // of the checksum
	lz := bytes.Clone(compressed(t, "lz4", plain))
	lz[len(lz)-1]++ // of the checksum
	for name, c := range map[string]struct {
		file   []byte
		frames int
		want   string
	}{
		"gzip checksum": {damagedGz, 20, "x: gzip data damaged after frame 20 at offset 14344 of the unpacked data: gzip: invalid checksum"},
		"gzip garbage":  {append(bytes.Clone(gz), "something else"...), 20, "x: gzip data damaged after frame 20 at offset 14344 of the unpacked data: gzip: invalid header"},
		"zstd checksum": {zst, 200, "x: zstd data damaged in frame "},
		"lz4 checksum":  {lz, 20, "x: lz4 data damaged after frame 20 at offset 14344 of the unpacked data: lz4: invalid frame checksum"},
		"pcap in gzip":  {compressed(t, "gzip", plain[:len(plain)-10]), 19, "x: cut short in frame 20 at offset 13628 of the unpacked data (the last 706 bytes hold no whole packet)"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := readMem(t, "x", c.file)
			if len(got) < c.frames {
				t.Errorf("%d packets", len(got))
			}
			if len(problems) != 1 || !strings.HasPrefix(problems[0].Error(), c.want) {
				t.Errorf("problems %v, want %s", problems, c.want)
			}
		})
	}
}

// A decoder must not be made to take any amount of memory.
func TestZstdWindowIsBounded(t *testing.T) {
	// Frame header: no content size, window descriptor 2^(10+21) (RFC 8878,
	// section 3.1.1.1); then an empty last block.
	file := []byte("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00")
	_, err := openMem("x", file)
	if err == nil || !strings.HasPrefix(err.Error(), "x: zstd data damaged in the file header: ") {
		t.Errorf("error %v", err)
	}
}

// An error of the disk is none of the compressed data.
func TestCompressedReadError(t *testing.T) {
	for kind := range compressors {
		file := compressed(t, kind, pcapOf700(500))
		s, err := Open("-", errorAfter{bytes.NewReader(file[:len(file)-4]), errDisk})
		if err != nil {
			t.Fatal(err)
		}
		readAllPackets(t, s)
		if p := s.Problems(); len(p) != 1 || !strings.Contains(p[0].Error(), "stdin: read error ") || !strings.HasSuffix(p[0].Error(), ": input/output error") {
			t.Errorf("%s: problems %v", kind, p)
		}
	}
}

func TestCompressedPipe(t *testing.T) {
	plain := pcapOf700(500)
	want, _ := readMem(t, "x", plain)
	for kind := range compressors {
		s, err := Open("-", iotest.OneByteReader(bytes.NewReader(compressed(t, kind, plain))))
		if err != nil {
			t.Fatal(err)
		}
		checkPackets(t, readAllPackets(t, s), want...)
		checkProblems(t, s.Problems())
	}
}

func BenchmarkCompressed(b *testing.B) {
	f, r := littleFile().pcap(pcapMicro, 0, 1), rand.New(rand.NewPCG(1, 2))
	frame := make([]byte, 700)
	for i := range 20000 {
		for j := range frame[:350] { // half of it cannot be foreseen
			frame[j] = byte(r.Uint32())
		}
		f.record(i, i, string(frame))
	}
	for kind := range compressors {
		b.Run(kind, func(b *testing.B) {
			file := compressed(b, kind, f.b)
			b.SetBytes(int64(len(f.b)))
			p := new(Packet)
			for b.Loop() {
				s, err := Open("-", bytes.NewReader(file))
				for err == nil {
					err = s.Next(p)
				}
				s.Close()
			}
		})
	}
}
