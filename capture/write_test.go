package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// writeStart is the capture time of the first packet in most tests, in seconds:
// 2026-11-22 01:15:00 UTC.
const writeStart = 1795310100

// writtenPacket makes a packet of eth0.
func writtenPacket(seconds float64, frame string) *Packet {
	return &Packet{
		Stamp: Stamp{Time: writeStart*secondNs + int64(seconds*1e6)*1000, WireLen: len(frame), Iface: writtenIface},
		Frame: []byte(frame),
	}
}

var writtenIface = &Interface{Name: "eth0", Link: LinkEthernet}

// mustWriter makes a Writer, in UTC.
func mustWriter(t testing.TB, o WriteOptions) *Writer {
	t.Helper()
	o.Zone = time.UTC
	w, err := NewWriter(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func mustWrite(t testing.TB, w *Writer, packets ...*Packet) {
	t.Helper()
	for _, p := range packets {
		if err := w.Write(p, nil); err != nil {
			t.Fatalf("Write: %v", err)
		}
	}
}

func mustClose(t testing.TB, w *Writer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

// readFile reads a capture file, which must be whole.
func readFile(t testing.TB, path string) []readPacket {
	t.Helper()
	s, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	packets := readAllPackets(t, s)
	checkProblems(t, s.Problems())
	return packets
}

// directory lists files with their sizes, "name size".
func directory(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %d", e.Name(), info.Size()))
	}
	return strings.Join(list, "\n")
}

func TestWriterFormats(t *testing.T) {
	const (
		micro = "\xd4\xc3\xb2\xa1"
		ng    = "\x0a\x0d\x0d\x0a"
		zst   = "\x28\xb5\x2f\xfd"
		gz    = "\x1f\x8b"
	)
	for _, test := range []struct{ name, magic string }{
		{"x.pcap", micro}, {"x.PCAP", micro}, {"x.pcapng", ng}, {"x.cap", ng}, {"x", ng}, {"x.pcap.bak", ng},
		{"x.pcap.zst", zst}, {"x.pcapng.gz", gz}, {"x.pcap.GZ", gz}, {"x.zst", zst},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), test.name)
			w := mustWriter(t, WriteOptions{Path: path})
			cut := writtenPacket(1.5, "two, cut")
			cut.WireLen = 1500
			mustWrite(t, w, writtenPacket(0, "one"), cut)
			if err := w.Flush(); err != nil { // compressed files go on behind it
				t.Fatal(err)
			}
			mustWrite(t, w, writtenPacket(2.000001, strings.Repeat("long", 1000)))
			mustClose(t, w)
			b, err := os.ReadFile(path)
			if err != nil || !strings.HasPrefix(string(b), test.magic) {
				t.Errorf("starts with % x (%v), want % x", b[:min(len(b), 4)], err, test.magic)
			}
			got := readFile(t, path)
			start := int64(writeStart) * secondNs
			checkPackets(t, got,
				readPacket{1, 1, start, "one", 3, nil},
				readPacket{2, 2, start + 1_500_000_000, "two, cut", 1500, nil},
				readPacket{3, 3, start + 2_000_001_000, strings.Repeat("long", 1000), 4000, nil})
			if s := w.Stats(); s.Packets != 3 || s.Files != 1 || s.Bytes != uint64(len(b)) || s.Dropped != 0 {
				t.Errorf("stats %+v of a file of %d bytes", s, len(b))
			}
		})
	}
}

// TestWriterZstdFrame: Wireshark 4.0 reads the first frame of a file only.
func TestWriterZstdFrame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pcapng.zst")
	w := mustWriter(t, WriteOptions{Path: path})
	for i := range 10 {
		mustWrite(t, w, writtenPacket(float64(i), "a packet"))
		w.Flush()
	}
	mustClose(t, w)
	b, err := os.ReadFile(path)
	if n := bytes.Count(b, []byte("\x28\xb5\x2f\xfd")); n != 1 || err != nil {
		t.Errorf("%d frames (%v)", n, err)
	}
	if got := readFile(t, path); len(got) != 10 {
		t.Errorf("%d packets", len(got))
	}
}

// TestWriterPcapResolution: microseconds unless there is more to keep.
func TestWriterPcapResolution(t *testing.T) {
	exact := writtenPacket(1, "exact")
	exact.Time += 7
	for _, test := range []struct {
		name    string
		options WriteOptions
		packets []*Packet
		magic   uint32
		lost    int64 // nanoseconds of the last packet
	}{
		{"microseconds", WriteOptions{}, []*Packet{writtenPacket(0, "a")}, magicMicroseconds, 0},
		{"none", WriteOptions{}, nil, magicMicroseconds, 0},
		{"first has more", WriteOptions{}, []*Packet{exact}, magicNanoseconds, 0},
		{"later has more", WriteOptions{}, []*Packet{writtenPacket(0, "a"), exact}, magicMicroseconds, 7},
		{"said", WriteOptions{Nanoseconds: true}, []*Packet{writtenPacket(0, "a"), exact}, magicNanoseconds, 0},
		{"said, none", WriteOptions{Nanoseconds: true, Interfaces: []*Interface{writtenIface}}, nil, magicNanoseconds, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.options.Path = filepath.Join(t.TempDir(), "x.pcap")
			w := mustWriter(t, test.options)
			mustWrite(t, w, test.packets...)
			mustClose(t, w)
			b, _ := os.ReadFile(test.options.Path)
			if v, big, ok := pcapKind(b); !ok || bool(big) || v.magic != test.magic {
				t.Errorf("magic %#x, want %#x", v.magic, test.magic)
			}
			got := readFile(t, test.options.Path)
			if len(got) != len(test.packets) {
				t.Fatalf("%d packets, want %d", len(got), len(test.packets))
			}
			if n := len(got); n > 0 && got[n-1].time != test.packets[n-1].Time-test.lost {
				t.Errorf("last time %d, want %d", got[n-1].time, test.packets[n-1].Time-test.lost)
			}
		})
	}
}

// TestWriterPcapngBlocks compares with blocks laid out field by field.
func TestWriterPcapngBlocks(t *testing.T) {
	var out bytes.Buffer
	eth1 := &Interface{Name: "eth1", Link: LinkLinuxSLL2}
	w := mustWriter(t, WriteOptions{Path: "-", Stdout: &out, Interfaces: []*Interface{writtenIface}})
	of := func(p *Packet, in *Interface) *Packet { p.Iface = in; return p }
	first := of(writtenPacket(0, "12345"), eth1)
	if err := w.Write(first, []byte("msg 42")); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, w,
		of(writtenPacket(1, "a"), &Interface{Link: LinkRaw, File: "one.pcap"}),
		of(writtenPacket(2, "b"), &Interface{Link: LinkRaw, File: "two.pcap"}), // the same interface in the file
		of(writtenPacket(3, "cccc"), writtenIface))
	mustClose(t, w)

	f := littleFile()
	end := f.option(optionEnd)
	f.block(blockSection, byteOrderMagic, uint16(1), uint16(0), ^uint64(0), f.option(4, "cmppdump"), end)
	ns := f.option(optionTsresol, "\x09")
	f.iface(1, 262144, f.option(optionName, "eth0"), ns, end)
	f.iface(276, 262144, f.option(optionName, "eth1"), ns, end)
	packet := func(iface int, p *Packet, more ...any) {
		body := []any{iface, int(p.Time >> 32), int(uint32(p.Time)), len(p.Frame), p.WireLen, p.Frame, make([]byte, -len(p.Frame)&3)}
		f.block(blockEnhancedPacket, append(body, more...)...)
	}
	packet(1, first, f.option(1, "msg 42"), end)
	f.iface(101, 262144, ns, end)
	packet(2, writtenPacket(1, "a"))
	packet(2, writtenPacket(2, "b"))
	packet(0, writtenPacket(3, "cccc"))
	if !bytes.Equal(out.Bytes(), f.b) {
		t.Errorf("blocks\n got %x\nwant %x", out.Bytes(), f.b)
	}
}

// TestWriterLimits: what is longer than tools read is cut, not refused.
func TestWriterLimits(t *testing.T) {
	for _, name := range []string{"x.pcap", "x.pcapng"} {
		path := filepath.Join(t.TempDir(), name)
		w := mustWriter(t, WriteOptions{Path: path})
		if err := w.Write(writtenPacket(0, strings.Repeat("x", maxFrame+1)), bytes.Repeat([]byte("信"), 30000)); err != nil {
			t.Fatal(err)
		}
		mustWrite(t, w, writtenPacket(1, "next"))
		mustClose(t, w)
		got := readFile(t, path)
		if len(got) != 2 || len(got[0].frame) != maxFrame || got[0].wire != maxFrame+1 || got[1].frame != "next" {
			t.Errorf("%s: %d packets", name, len(got))
		}
		if s := w.Stats(); s.Cut != 1 || s.Packets != 2 {
			t.Errorf("%s: stats %+v", name, s)
		}
	}
	if got := optionText(bytes.Repeat([]byte("信"), 30000)); len(got) != 65535 {
		t.Errorf("a comment of %d bytes: 65535 are 21845 whole characters", len(got))
	}
	if got := optionText(append([]byte("a"), bytes.Repeat([]byte("信"), 30000)...)); len(got) != 65533 || !bytes.HasSuffix(got, []byte("信")) {
		t.Errorf("a comment of %d bytes ends within a character", len(got))
	}
}

func TestWriterSecondLinkType(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.pcap")
	w := mustWriter(t, WriteOptions{Path: path})
	mustWrite(t, w, writtenPacket(0, "one"))
	other := writtenPacket(1, "other")
	other.Num, other.Iface = 2, &Interface{Name: "any", Link: LinkLinuxSLL2}
	err := w.Write(other, nil)
	want := path + ": packets of another link type (276, from frame 2 on) are left out, since a pcap file has only one: give the file a name in .pcapng to have all"
	if err == nil || err.Error() != want {
		t.Errorf("error\n got %v\nwant %v", err, want)
	}
	mustWrite(t, w, other, writtenPacket(2, "two"))
	mustClose(t, w)
	if got := readFile(t, path); len(got) != 2 || got[1].frame != "two" {
		t.Errorf("packets %v", got)
	}
	if s := w.Stats(); s.OtherLink != 2 || s.Packets != 2 {
		t.Errorf("stats %+v", s)
	}
}

// TestWriterWithoutPackets: a file without packets is a capture file.
func TestWriterWithoutPackets(t *testing.T) {
	for _, name := range []string{"x.pcap", "x.pcapng", "x.pcap.zst", "x.pcapng.gz"} {
		path := filepath.Join(t.TempDir(), name)
		w := mustWriter(t, WriteOptions{Path: path})
		mustClose(t, w)
		if got := readFile(t, path); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
		if err := w.Write(writtenPacket(0, "late"), nil); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: Write after Close: %v", name, err)
		}
	}
}

// TestWriterFlushes: what is on the disk when, while the Writer is at work.
func TestWriterFlushes(t *testing.T) {
	for _, test := range []struct {
		name           string
		sync           bool
		written, flush int // packets in the file after Write, after Flush
	}{
		{"x.pcapng", false, 0, 1}, {"x.pcapng", true, 1, 1}, {"x.pcap", true, 1, 1},
		{"x.pcap.zst", true, 0, 1}, {"x.pcapng.gz", true, 0, 1},
	} {
		path := filepath.Join(t.TempDir(), test.name)
		w := mustWriter(t, WriteOptions{Path: path, Sync: test.sync})
		count := func() int {
			s, err := Open(path, nil)
			if errors.Is(err, errEmptyInput) {
				return 0
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			return len(readAllPackets(t, s))
		}
		mustWrite(t, w, writtenPacket(0, "one"))
		written := count()
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if flushed := count(); written != test.written || flushed != test.flush {
			t.Errorf("%s, sync %v: %d and %d packets, want %d and %d", test.name, test.sync, written, flushed, test.written, test.flush)
		}
		mustClose(t, w)
	}
}

// TestWriterStartsPipes: Wireshark at the other end of a pipe wants to see the
// interfaces before the first packet.
func TestWriterStartsPipes(t *testing.T) {
	var out bytes.Buffer
	w := mustWriter(t, WriteOptions{Path: "-", Stdout: &out, Sync: true, Interfaces: []*Interface{writtenIface}})
	f := littleFile()
	f.section()
	if out.Len() <= len(f.b) {
		t.Errorf("%d bytes before the first packet", out.Len())
	}
	mustClose(t, w)
}

func TestWriterErrors(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "sub"), 0o755)
	missing := filepath.Join(dir, "none", "x.pcap")
	for _, test := range []struct {
		options WriteOptions
		want    string
	}{
		{WriteOptions{}, "no file to write to: -w FILE"},
		{WriteOptions{Path: "-"}, "-: there is no stdout to write to"},
		{WriteOptions{Path: "-", Stdout: io.Discard, MaxBytes: 1}, "-: not a regular file: -C, -G and --ring need a name to make others of"},
		{WriteOptions{Path: missing}, missing + ": there is no directory " + filepath.Dir(missing) + ": make it first (mkdir -p " + filepath.Dir(missing) + ")"},
		{WriteOptions{Path: missing, Keep: KeepOptions{Age: time.Hour}}, missing + ": there is no directory"},
		{WriteOptions{Path: filepath.Join(dir, "none", "%s.pcap"), Every: time.Second}, "there is no directory"},
		{WriteOptions{Path: filepath.Join(dir, "sub")}, "/sub: a directory: name a file in it"},
		{WriteOptions{Path: dir + "/"}, "/: a directory: name a file in it"},
		{WriteOptions{Path: "x.pcap.lz4"}, "x.pcap.lz4: lz4 is read, but not written: .zst and .gz are"},
		{WriteOptions{Path: "x-%Q", Every: 1}, "x-%Q: %Q is no part of a time that is known (there are %Y %m %d %H %M %S %s %j %y %F %T, and %% for a percent sign)"},
		{WriteOptions{Path: "x-%", Every: 1}, "x-%: % is no part of a time that is known"},
		{WriteOptions{Path: "%F/x", Keep: KeepOptions{Bytes: 1}}, "%F/x: with --ring all files are in one directory: no % in front of the last /"},
		{WriteOptions{Path: "x", Keep: KeepOptions{Bytes: 1 << 30}, MaxBytes: 1, Files: 3}, "--ring and -W both say how many files there are: leave out one"},
		{WriteOptions{Path: "x", Keep: KeepOptions{Bytes: 100}, MaxBytes: 101}, "a file of -C (101 bytes) would be larger than all of --ring (100 bytes)"},
	} {
		_, err := NewWriter(test.options)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v\n got %v\nwant %v", test.options, err, test.want)
		}
	}
	if got := directory(t, dir); !strings.HasPrefix(got, "sub ") || strings.Contains(got, "\n") {
		t.Errorf("left behind: %s", got)
	}
}

// TestWriterPipeClosed: nobody reads any more, and that is final.
func TestWriterPipeClosed(t *testing.T) {
	r, wr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer wr.Close()
	w := mustWriter(t, WriteOptions{Path: "-", Stdout: wr})
	mustWrite(t, w, writtenPacket(0, "one"))
	if err := w.Flush(); !errors.Is(err, syscall.EPIPE) || err.Error() != "stdout: cannot be written: broken pipe" {
		t.Errorf("Flush: %v", err)
	}
	if err := w.Write(writtenPacket(0, "two"), nil); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("Write: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestWriterAllocatesNothing(t *testing.T) {
	for _, path := range []string{"x.pcap", "x.pcapng", "x.pcap.zst", "x.pcapng.gz"} {
		o := WriteOptions{Path: path, Zone: time.UTC}
		w, err := newWriter(o, func(string, int) (outputFile, error) { return streamFile{io.Discard}, nil })
		if err != nil {
			t.Fatal(err)
		}
		p, q := writtenPacket(0, strings.Repeat("x", 600)), writtenPacket(1, "y")
		q.Iface = &Interface{Name: "eth1", Link: LinkEthernet}
		comment := []byte("a comment")
		fill := func() {
			for range 3000 {
				w.Write(p, comment)
				w.Write(q, nil)
			}
		}
		fill()
		if n := testing.AllocsPerRun(5, fill); n > 0 {
			t.Errorf("%s: %.0f allocations for 6000 packets", path, n)
		}
	}
}

func BenchmarkWriter(b *testing.B) {
	for _, name := range []string{"x.pcap", "x.pcapng", "x.pcapng.zst", "x.pcapng.gz"} {
		b.Run(strings.TrimPrefix(name, "x."), func(b *testing.B) {
			w := mustWriter(b, WriteOptions{Path: filepath.Join(b.TempDir(), name), MaxBytes: 64 << 20, Files: 2})
			benchmarkWriter(b, w)
		})
	}
	b.Run("discard", func(b *testing.B) {
		benchmarkWriter(b, mustWriter(b, WriteOptions{Path: "-", Stdout: io.Discard}))
	})
}

func benchmarkWriter(b *testing.B, w *Writer) {
	p := writtenPacket(0, "")
	p.Frame = make([]byte, 635)
	random := rand.NewChaCha8([32]byte{})
	random.Read(p.Frame)
	p.WireLen = len(p.Frame)
	b.ReportAllocs()
	b.SetBytes(int64(len(p.Frame)))
	for b.Loop() {
		if err := w.Write(p, nil); err != nil {
			b.Fatal(err)
		}
	}
	mustClose(b, w)
}
