package capture

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

const pcapMicro, pcapNano = 0xa1b2c3d4, 0xa1b23c4d

func TestPcapVariants(t *testing.T) {
	for _, v := range []struct {
		name       string
		magic      int
		afterFile  []any // behind the file header
		afterTimes string
		ns         int64 // of fraction 123456
	}{
		{"microseconds", pcapMicro, nil, "", 123456000},
		{"nanoseconds", pcapNano, nil, "", 123456},
		{"Kuznetzov", 0xa1b2cd34, nil, "ifidproK", 123456000},
		{"IXIA hardware", 0x1c0001ac, []any{76}, "", 123456000},
		{"IXIA software", 0x1c0001ab, []any{76}, "", 123456000},
	} {
		for _, f := range []*fileBytes{littleFile(), bigFile()} {
			t.Run(fmt.Sprint(v.name, " ", f.order), func(t *testing.T) {
				f.pcap(v.magic, 65535, int(LinkLinuxSLL2)).put(v.afterFile...)
				f.put(1700000000, 123456, 3, 60, v.afterTimes, "abc")
				f.put(1700000001, 0, 0, 0, v.afterTimes)
				got, problems := readMem(t, "x.pcap", f.b)
				checkProblems(t, problems)
				checkPackets(t, got,
					readPacket{num: 1, fileNum: 1, time: 1700000000e9 + v.ns, frame: "abc", wire: 60},
					readPacket{num: 2, fileNum: 2, time: 1700000001e9})
				if in := *got[0].iface; in != (Interface{Link: 276, File: "x.pcap"}) {
					t.Errorf("interface %+v", in)
				}
				if got[0].iface != got[1].iface {
					t.Error("the interface moved")
				}
			})
		}
	}
}

func TestPcapLengths(t *testing.T) {
	long := strings.Repeat("z", 60)
	for _, c := range []struct {
		name           string
		snaplen        int
		captured, wire int
		frame, length  int // expected
	}{
		{"whole", 65535, 60, 60, 60, 60},
		{"cut when captured", 60, 60, 1500, 60, 1500},
		{"snaplen 0", 0, 60, 60, 60, 60},
		{"snaplen negative", math.MaxUint32, 60, 60, 60, 60},
		{"snaplen below captured", 40, 60, 60, 40, 60},
		{"length below captured", 65535, 60, 50, 60, 60},
		{"length and snaplen below captured", 40, 60, 30, 40, 60},
		{"length absurd", 65535, 60, math.MaxUint32, 60, math.MaxUint32},
	} {
		f := littleFile().pcap(pcapMicro, c.snaplen, 1).put(1, 0, c.captured, c.wire, long).record(2, 0, "next")
		got, problems := readMem(t, "x.pcap", f.b)
		if len(problems) != 0 || len(got) != 2 || got[1].frame != "next" {
			t.Errorf("%s: %v %v", c.name, got, problems)
		} else if len(got[0].frame) != c.frame || got[0].wire != c.length {
			t.Errorf("%s: %d bytes of %d, want %d of %d", c.name, len(got[0].frame), got[0].wire, c.frame, c.length)
		}
	}
}

// The patched kernels did not count the Ethernet header.
func TestPcapSnaplenOfKuznetzov(t *testing.T) {
	for link, want := range map[LinkType]int{LinkEthernet: 54, LinkRaw: 40} {
		f := littleFile().pcap(magicKuznetzov, 40, int(link)).put(1, 0, 60, 60, "12345678", strings.Repeat("z", 60))
		if got, _ := readMem(t, "x.pcap", f.b); len(got) != 1 || len(got[0].frame) != want {
			t.Errorf("link type %d: %v, want %d bytes", link, got, want)
		}
	}
}

func TestPcapLinkType(t *testing.T) {
	for field, want := range map[int]LinkType{1: 1, 276: 276, 0x24000001: 1, 0xf4000114: 276, 0x00010001: 1} {
		f := littleFile().pcap(pcapMicro, 0, field).record(1, 0, "x")
		if got, _ := readMem(t, "x.pcap", f.b); len(got) != 1 || got[0].iface.Link != want {
			t.Errorf("field %#x: %v", field, got)
		}
	}
}

func TestPcapVersions(t *testing.T) {
	for _, c := range []struct {
		major, minor   uint16
		captured, wire int
		ok             bool
	}{
		{2, 4, 3, 60, true},
		{2, 3, 3, 60, true},
		{2, 2, 60, 3, true}, // the lengths the other way
		{2, 9, 3, 60, true},
		{543, 0, 60, 3, true},
		{543, 1, 3, 60, false},
		{1, 0, 3, 60, false},
		{3, 0, 3, 60, false},
	} {
		f := bigFile().put(pcapMicro, c.major, c.minor, 0, 0, 65535, 1).put(1, 0, c.captured, c.wire, "abc")
		s, err := openMem("x.pcap", f.b)
		if !c.ok {
			want := fmt.Sprintf("x.pcap: damaged in the file header: pcap version %d.%d; versions 2.0 to 2.4 are read", c.major, c.minor)
			if err == nil || err.Error() != want {
				t.Errorf("version %d.%d: %v", c.major, c.minor, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("version %d.%d: %v", c.major, c.minor, err)
			continue
		}
		checkPackets(t, readAllPackets(t, s), readPacket{num: 1, fileNum: 1, time: 1e9, frame: "abc", wire: 60})
	}
}

func TestPcapTimesDoNotOverflow(t *testing.T) {
	f := littleFile().pcap(pcapMicro, 0, 1).put(math.MaxUint32, math.MaxUint32, 0, 0)
	got, _ := readMem(t, "x.pcap", f.b)
	checkPackets(t, got, readPacket{num: 1, fileNum: 1, time: math.MaxUint32*1e9 + math.MaxUint32*1e3})
}

func TestPcapDamage(t *testing.T) {
	start := func() *fileBytes { return littleFile().pcap(pcapMicro, 0, 1).record(1, 0, "abc") }
	for _, c := range []struct {
		name string
		file *fileBytes
		want string
	}{
		{"absurd length", start().put(1, 0, 1<<30, 1<<30, "abc"),
			"x.pcap: damaged in frame 2 at offset 43: captured length 1073741824 is above the limit of 262144 bytes"},
		{"one above the limit", start().put(1, 0, maxFrame+1, maxFrame+1, strings.Repeat("z", maxFrame+1)),
			"x.pcap: damaged in frame 2 at offset 43: captured length 262145 is above the limit of 262144 bytes"},
		{"cut", start().put(1, 0, 60, 60, "abc"),
			"x.pcap: cut short in frame 2 at offset 43 (the last 19 bytes hold no whole packet)"},
		{"one byte", start().put("a"),
			"x.pcap: cut short in frame 2 at offset 43 (the last byte holds no whole packet)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := readMem(t, "x.pcap", c.file.b)
			checkPackets(t, got, readPacket{num: 1, fileNum: 1, time: 1e9, frame: "abc", wire: 3})
			checkProblems(t, problems, c.want)
		})
	}
}

func TestPcapReadError(t *testing.T) {
	f := littleFile().pcap(pcapMicro, 0, 1).record(1, 0, "abc").put(1)
	for cut, want := range map[int]string{
		47: "stdin: read error in frame 2 at offset 43: input/output error",
		43: "stdin: read error after frame 1 at offset 43: input/output error",
		24: "stdin: read error before frame 1 at offset 24: input/output error",
	} {
		s, err := Open("-", errorAfter{bytes.NewReader(f.b[:cut]), errDisk})
		if err != nil {
			t.Fatal(err)
		}
		readAllPackets(t, s)
		checkProblems(t, s.Problems(), want)
	}
	_, err := Open("-", errorAfter{bytes.NewReader(f.b[:10]), errDisk})
	checkProblems(t, []error{err}, "stdin: read error in the file header: input/output error")
}

func TestPcapCutAnywhere(t *testing.T) {
	f := littleFile().pcap(pcapMicro, 0, 1)
	ends, frames := []int{len(f.b)}, []int{0}
	for i, frame := range []string{"one", "", "the third"} {
		f.record(i, i, frame)
		ends, frames = append(ends, len(f.b)), append(frames, i+1)
	}
	checkCuts(t, "x.pcap", f.b, ends, frames)
}

// What a length in a file claims must not be allocated.
func TestPcapAllocatesNoClaims(t *testing.T) {
	for _, file := range []*fileBytes{
		littleFile().pcap(pcapMicro, math.MaxInt32, 1).put(1, 0, 1<<30, 1<<30, "abc"),
		littleFile().pcap(pcapMicro, 0, 1).put(1, 0, maxFrame, maxFrame, "abc"),
		littleFile().section().put(blockEnhancedPacket, maxPcapngBlock),
		littleFile().section().put(blockInterface, 1<<31),
		littleFile().section().put(99, maxPcapngSkip),
		littleFile().section().put(99, 0xfffffffc),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		readMem(t, "x", file.b)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 256<<10 {
			t.Errorf("%d bytes of file: %d allocated", len(file.b), n)
		}
	}
}

// Frames of every size, the largest too, come whole through a window that is
// smaller, however the bytes arrive.
func TestFramesAcrossWindows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pcap, pcapng := littleFile().pcap(pcapNano, 0, 1), littleFile().section().iface(1, 0, littleFile().option(optionTsresol, "\x09"))
	var want []readPacket
	for i := range 60 {
		size := r.IntN(2000)
		switch i % 20 {
		case 7:
			size = windowSize - r.IntN(64)
		case 13:
			size = maxFrame
		}
		frame := strings.Repeat(string(rune('a'+i%26)), size)
		pcap.record(0, i, frame)
		pcapng.enhanced(0, uint64(i), frame)
		want = append(want, readPacket{uint64(i + 1), uint64(i + 1), int64(i), frame, size, nil})
	}
	for name, file := range map[string][]byte{"pcap": pcap.b, "pcapng": pcapng.b} {
		for how, in := range map[string]io.Reader{
			"whole":  bytes.NewReader(file),
			"halves": iotest.HalfReader(bytes.NewReader(file)),
			"eof":    iotest.DataErrReader(bytes.NewReader(file)),
			"drops":  &dribble{rest: file, most: 999},
		} {
			s, err := Open("-", in)
			if err != nil {
				t.Fatal(err)
			}
			got := readAllPackets(t, s)
			checkProblems(t, s.Problems())
			if len(got) != len(want) {
				t.Fatalf("%s, %s: %d packets", name, how, len(got))
			}
			for i := range got {
				if got[i].iface = nil; got[i] != want[i] {
					t.Fatalf("%s, %s: packet %d differs", name, how, i+1)
				}
			}
		}
	}
}

// dribble gives few bytes at a time, as a pipe does, and now and then none.
type dribble struct {
	rest []byte
	most int
	none bool
}

func (d *dribble) Read(b []byte) (int, error) {
	if len(d.rest) == 0 {
		return 0, io.EOF
	}
	if d.none = !d.none; d.none {
		return 0, nil
	}
	n := copy(b, d.rest[:min(d.most, len(d.rest))])
	d.rest = d.rest[n:]
	return n, nil
}

// A packet is delivered when it is there, not when a buffer is full.
func TestPipeIsPrompt(t *testing.T) {
	in, out := io.Pipe()
	go out.Write(littleFile().pcap(pcapMicro, 0, 1).record(1, 0, "abc").b)
	s, err := Open("-", in)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Next(new(Packet)); err != nil {
		t.Fatal(err)
	}
	out.Close()
}

func TestReaderWithoutProgress(t *testing.T) {
	s, err := Open("-", io.MultiReader(bytes.NewReader(littleFile().pcap(pcapMicro, 0, 1).b), stuckReader{}))
	if err != nil {
		t.Fatal(err)
	}
	readAllPackets(t, s)
	if len(s.Problems()) != 1 {
		t.Errorf("problems %v", s.Problems())
	}
}

type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) { return 0, nil }

// gopacket is a second source of what a pcap file looks like.
func TestPcapOfGopacket(t *testing.T) {
	for name, writer := range map[string]func(io.Writer) *pcapgo.Writer{
		"microseconds": pcapgo.NewWriter, "nanoseconds": pcapgo.NewWriterNanos,
	} {
		var file bytes.Buffer
		w := writer(&file)
		if err := w.WriteFileHeader(65535, layers.LinkTypeEthernet); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(1700000000, 123456000)
		ci := gopacket.CaptureInfo{Timestamp: at, CaptureLength: 3, Length: 1500}
		if err := w.WritePacket(ci, []byte("abc")); err != nil {
			t.Fatal(err)
		}
		got, problems := readMem(t, name, file.Bytes())
		checkProblems(t, problems)
		checkPackets(t, got, readPacket{1, 1, at.UnixNano(), "abc", 1500, nil})
	}
}

// checkNoAllocs reads many packets of a file and counts allocations.
func checkNoAllocs(t *testing.T, s Source, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := new(Packet)
	n := testing.AllocsPerRun(4000, func() {
		if err := s.Next(p); err != nil {
			t.Fatal(err)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func TestFilesAllocateNothing(t *testing.T) {
	for name, file := range map[string][]byte{"pcap": pcapOf700(5000), "pcapng": pcapngOf700(5000)} {
		t.Run(name, func(t *testing.T) {
			s, err := openMem(name, file)
			checkNoAllocs(t, s, err)
		})
	}
}

func pcapOf700(packets int) []byte {
	f, frame := littleFile().pcap(pcapMicro, 0, 1), strings.Repeat("z", 700)
	for i := range packets {
		f.record(1700000000+i, i, frame)
	}
	return f.b
}

func pcapngOf700(packets int) []byte {
	f, frame := littleFile().section().iface(1, 0), strings.Repeat("z", 700)
	for i := range packets {
		f.enhanced(0, 1700000000e6+uint64(i), frame)
	}
	return f.b
}

// endless gives a file again and again, after its header.
type endless struct {
	file   []byte
	header int
	at     int
}

func (e *endless) Read(b []byte) (int, error) {
	if e.at == len(e.file) {
		e.at = e.header
	}
	n := copy(b, e.file[e.at:])
	e.at += n
	return n, nil
}

func BenchmarkPcap(b *testing.B) {
	benchmarkFile(b, &endless{file: pcapOf700(10000), header: pcapFileHeader}, 716)
}

func BenchmarkPcapng(b *testing.B) {
	header := len(littleFile().section().iface(1, 0).b)
	benchmarkFile(b, &endless{file: pcapngOf700(10000), header: header}, 732)
}

// benchmarkFile measures Next; size is that of a packet with its header.
func benchmarkFile(b *testing.B, in io.Reader, size int64) {
	s, err := Open("-", in)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	p := new(Packet)
	for b.Loop() {
		if err := s.Next(p); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzPcap(f *testing.F) {
	for _, magic := range []int{pcapMicro, pcapNano, magicKuznetzov, 0x1c0001ac} {
		for _, file := range []*fileBytes{littleFile(), bigFile()} {
			file.pcap(magic, 40, 1).put(1, 2, 3, 60, "abc").record(5, 6, strings.Repeat("z", 50))
			f.Add(file.b)
			f.Add(file.b[:len(file.b)-5])
		}
	}
	f.Add(littleFile().pcap(pcapMicro, 0, 1).put(1, 0, 1<<30, 0).b)
	f.Fuzz(fuzzFile)
}

// fuzzFile checks that any bytes are read without a panic, with what
// readAllPackets checks, with at most one problem, and the same however they
// arrive.
func fuzzFile(t *testing.T, file []byte) {
	s, err := Open("-", bytes.NewReader(file))
	s2, err2 := Open("-", &dribble{rest: file, most: 7})
	if fmt.Sprint(err) != fmt.Sprint(err2) {
		t.Fatalf("whole: %v; in pieces: %v", err, err2)
	}
	if err != nil {
		return
	}
	got, got2 := readAllPackets(t, s), readAllPackets(t, s2)
	if fmt.Sprint(got) != fmt.Sprint(got2) {
		t.Errorf("whole: %v; in pieces: %v", got, got2)
	}
	if len(s.Problems()) > 1 || fmt.Sprint(s.Problems()) != fmt.Sprint(s2.Problems()) {
		t.Errorf("whole: %v; in pieces: %v", s.Problems(), s2.Problems())
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
