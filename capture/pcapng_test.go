package capture

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// bothOrders runs a test for little and big endian.
func bothOrders(t *testing.T, test func(t *testing.T, f *fileBytes)) {
	for _, f := range []*fileBytes{littleFile(), bigFile()} {
		t.Run(f.order.String(), func(t *testing.T) { test(t, f) })
	}
}

func TestPcapngInterfaces(t *testing.T) {
	bothOrders(t, func(t *testing.T, f *fileBytes) {
		f.section()
		f.iface(1, 0, f.option(optionName, "eth0"), f.option(3, "a description"), f.option(optionEnd))
		f.enhanced(0, 1700000000_000001, "one")
		f.iface(276, 0, f.option(optionTsresol, "\x09"), f.option(optionName, "any"))
		f.enhanced(1, 1700000000_000000002, "two")
		f.enhanced(0, 1700000000_000003, "three")
		got, problems := readMem(t, "x.pcapng", f.b)
		checkProblems(t, problems)
		checkPackets(t, got,
			readPacket{1, 1, 1700000000_000001000, "one", 3, nil},
			readPacket{2, 2, 1700000000_000000002, "two", 3, nil},
			readPacket{3, 3, 1700000000_000003000, "three", 5, nil})
		for i, want := range []Interface{
			{"eth0", LinkEthernet, "x.pcapng"}, {"any", LinkLinuxSLL2, "x.pcapng"}, {"eth0", LinkEthernet, "x.pcapng"},
		} {
			if *got[i].iface != want {
				t.Errorf("packet %d: interface %+v, want %+v", i+1, *got[i].iface, want)
			}
		}
		if got[0].iface != got[2].iface {
			t.Error("an interface moved")
		}
	})
}

func TestPcapngPacketBlocks(t *testing.T) {
	bothOrders(t, func(t *testing.T, f *fileBytes) {
		f.section().iface(1, 4).iface(101, 0)
		f.block(blockSimplePacket, 3, "one")                                            // no packet before: no time
		f.block(blockEnhancedPacket, 0, 0, 2_000000, 3, 60, "two", 0, f.option(1, "a")) // cut when captured; options
		f.block(blockSimplePacket, 1500, "four, cut")                                   // cut by snaplen
		f.block(blockPacket, uint16(1), uint16(7), 0, 3_000000, 5, 5, "three")          // 7 drops
		f.enhanced(0, 4_000000, "longer than snaplen")
		f.block(blockEnhancedPacket, 0, 0, 5_000000, 3, 2, "abc") // longer than on the wire
		f.enhanced(0, 6_000000, "")
		got, problems := readMem(t, "x.pcapng", f.b)
		checkProblems(t, problems)
		checkPackets(t, got,
			readPacket{1, 1, 0, "one", 3, nil},
			readPacket{2, 2, 2e9, "two", 60, nil},
			readPacket{3, 3, 2e9, "four", 1500, nil},
			readPacket{4, 4, 3e9, "three", 5, nil},
			readPacket{5, 5, 4e9, "longer than snaplen", 19, nil},
			readPacket{6, 6, 5e9, "abc", 3, nil},
			readPacket{7, 7, 6e9, "", 0, nil})
		if got[3].iface.Link != LinkRaw {
			t.Errorf("interface of the obsolete block %+v", got[3].iface)
		}
	})
}

func TestPcapngPassesOverOtherBlocks(t *testing.T) {
	f := littleFile().section().iface(1, 0)
	for _, kind := range []int{4, 5, 10, 0xbad, 0x40000bad, 99, 0} { // names, statistics, secrets, custom, unknown
		f.block(kind, strings.Repeat("z", 12))
		f.block(kind)
	}
	f.block(99, strings.Repeat("z", 3*windowSize)) // larger than the window
	f.enhanced(0, 1, "abc")
	got, problems := readMem(t, "x.pcapng", f.b)
	checkProblems(t, problems)
	checkPackets(t, got, readPacket{1, 1, 1000, "abc", 3, nil})
}

// Each section has a byte order and interfaces of its own.
func TestPcapngSections(t *testing.T) {
	file := littleFile().section().iface(1, 0, littleFile().option(optionName, "a")).enhanced(0, 1, "one").b
	// A section length that is known must not matter.
	known := bigFile().block(blockSection, byteOrderMagic, uint16(1), uint16(2), uint64(4711))
	file = append(file, known.iface(101, 0, bigFile().option(optionName, "b")).enhanced(0, 2, "two").b...)
	file = append(file, littleFile().section().enhanced(0, 3, "three").b...)
	got, problems := readMem(t, "x.pcapng", file)
	checkPackets(t, got, readPacket{1, 1, 1000, "one", 3, nil}, readPacket{2, 2, 2000, "two", 3, nil})
	offset := len(file) - 12 - 28
	checkProblems(t, problems, fmt.Sprintf(
		"x.pcapng: damaged in frame 3 at offset %d: interface 0 is not described; the section has 0 so far", offset))
	if got[0].iface.Name != "a" || got[1].iface.Name != "b" || got[1].iface.Link != LinkRaw {
		t.Errorf("interfaces %+v %+v", got[0].iface, got[1].iface)
	}
}

func TestPcapngDamage(t *testing.T) {
	start := func() *fileBytes { return littleFile().section().iface(1, 0).enhanced(0, 1, "abc") }
	at := len(start().b)
	for _, c := range []struct {
		name string
		file *fileBytes
		want string
	}{
		{"trailing length of a packet", start().put(blockEnhancedPacket, 32, 0, 0, 0, 0, 0, 31),
			"damaged in frame 2 at offset %d: block length is 32 in front and 31 at the end"},
		{"trailing length of another block", start().put(99, 16, "zzzz", 20),
			"damaged after frame 1 at offset %d: block length is 16 in front and 20 at the end"},
		{"short packet block", start().put(blockEnhancedPacket, 28, 0, 0, 0, 0, 28),
			"damaged in frame 2 at offset %d: block length 28, where 32 is the least"},
		{"short block", start().put(99, 8),
			"damaged after frame 1 at offset %d: block length 8, where 12 is the least"},
		{"huge packet block", start().put(blockEnhancedPacket, maxPcapngBlock+4),
			"damaged in frame 2 at offset %d: block length 1048580 is above the limit of 1048576"},
		{"huge block", start().put(99, 0xfffffffc),
			"damaged after frame 1 at offset %d: block length 4294967292 is above the limit of 67108864"},
		{"captured length", start().block(blockEnhancedPacket, 0, 0, 0, 5, 5, "abcd"),
			"damaged in frame 2 at offset %d: captured length 5 does not fit the block of 36 bytes"},
		{"captured length absurd", start().block(blockEnhancedPacket, 0, 0, 0, -1, 5, "abcd"),
			"damaged in frame 2 at offset %d: captured length 4294967295 does not fit the block of 36 bytes"},
		{"interface", start().enhanced(1, 1, "abc"),
			"damaged in frame 2 at offset %d: interface 1 is not described; the section has 1 so far"},
		{"interface of the obsolete block", start().block(blockPacket, uint16(9), uint16(0), 0, 0, 0, 0),
			"damaged in frame 2 at offset %d: interface 9 is not described; the section has 1 so far"},
		{"option", start().block(blockInterface, uint16(1), uint16(0), 0, uint16(2), uint16(50), "abcd"),
			"damaged after frame 1 at offset %d: interface option 2 of 50 bytes does not fit the block"},
		{"time resolution", start().iface(1, 0, littleFile().option(optionTsresol, "ab")),
			"damaged after frame 1 at offset %d: interface option 9 of 2 bytes: the times would be wrong"},
		{"time offset", start().iface(1, 0, littleFile().option(optionTsoffset, "abcd")),
			"damaged after frame 1 at offset %d: interface option 14 of 4 bytes: the times would be wrong"},
		{"byte order", start().block(blockSection, 0x11223344, uint16(1), uint16(0), ^uint64(0)),
			"damaged after frame 1 at offset %d: section header without a byte order (44 33 22 11)"},
		{"version", start().block(blockSection, byteOrderMagic, uint16(2), uint16(1), ^uint64(0)),
			"damaged after frame 1 at offset %d: pcapng version 2.1; version 1 is read"},
		{"cut packet", start().put(blockEnhancedPacket, 64, "zz"),
			"cut short in frame 2 at offset %d (the last 10 bytes hold no whole packet)"},
		{"cut block", start().put(99, 64, "zz"),
			"cut short after frame 1 at offset %d (the last 10 bytes hold no whole block)"},
		{"large cut block", start().put(99, 8*windowSize, strings.Repeat("z", 6*windowSize)),
			"cut short after frame 1 at offset %d (the last 786440 bytes hold no whole block)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := readMem(t, "x", c.file.b)
			checkPackets(t, got, readPacket{1, 1, 1000, "abc", 3, nil})
			checkProblems(t, problems, "x: "+fmt.Sprintf(c.want, at))
		})
	}
}

// The first block is the file header: damage to it is an error of opening.
func TestPcapngHeaderDamage(t *testing.T) {
	for want, file := range map[string]*fileBytes{
		"x: damaged in the file header: section header without a byte order (44 33 22 11)": littleFile().block(blockSection, 0x11223344),
		"x: damaged in the file header: block length 24, where 28 is the least":            littleFile().block(blockSection, byteOrderMagic, "12345678"),
		"x: cut short in the file header (after 11 bytes)":                                 {order: littleFile().order, b: littleFile().section().b[:11]},
		"x: cut short in the file header (after 27 bytes)":                                 {order: littleFile().order, b: littleFile().section().b[:27]},
	} {
		_, err := openMem("x", file.b)
		checkProblems(t, []error{err}, want)
	}
}

func TestPcapngManyInterfaces(t *testing.T) {
	f := littleFile().section().iface(1, 0, littleFile().option(optionName, strings.Repeat("n", 60000)))
	f.enhanced(0, 1, "abc")
	for range maxInterfaces {
		f.iface(1, 0)
	}
	got, problems := readMem(t, "x", f.b)
	if len(got) != 1 || len(got[0].iface.Name) != maxInterfaceName {
		t.Errorf("packets %v", got)
	}
	checkProblems(t, problems, fmt.Sprintf("x: damaged after frame 1 at offset %d: more than 65536 interfaces", len(f.b)-20))
}

func TestPcapngCutAnywhere(t *testing.T) {
	bothOrders(t, func(t *testing.T, f *fileBytes) {
		var ends, frames []int
		n := 0
		mark := func() { ends, frames = append(ends, len(f.b)), append(frames, n) }
		for _, part := range []func(){
			func() { f.section() },
			func() { f.iface(1, 0, f.option(optionName, "eth0"), f.option(optionTsresol, "\x09")) },
			func() { f.enhanced(0, 5, "one"); n++ },
			func() { f.block(5, "statistics!!") },
			func() { f.block(blockSimplePacket, 3, "two"); n++ },
			func() { f.section() },
			func() { f.iface(101, 0) },
			func() { f.block(blockPacket, uint16(0), uint16(0), 0, 3, 3, 3, "333"); n++ },
		} {
			part()
			mark()
		}
		checkCuts(t, "x.pcapng", f.b, ends, frames)
	})
}

func TestPcapngTimes(t *testing.T) {
	for _, c := range []struct {
		resolution uint8
		offset     int64
		units      uint64
		want       int64
	}{
		{6, 0, 1700000000_123456, 1700000000_123456_000},
		{9, 0, 1700000000_123456789, 1700000000_123456789},
		{0, 0, 1700000000, 1700000000e9},
		{3, 0, 1700000000_123, 1700000000_123e6},
		{12, 0, 1700000_123456789_999, 1700000_123456789},
		{18, 0, 1_234567890_123456789, 1_234567890},
		{19, 0, 1<<64 - 1, 1_844674407},
		{20, 0, 1<<64 - 1, 184467440},
		{28, 0, 1<<64 - 1, 1},
		{29, 0, 1<<64 - 1, 0},
		{64, 0, 1<<64 - 1, 0},
		{127, 0, 1<<64 - 1, 0},
		{0x80, 0, 1700000000, 1700000000e9},
		{0x80 | 10, 0, 1<<10 + 1, 1e9 + 976562},
		{0x80 | 20, 0, 3<<20 + 1<<19, 3_500000000},
		{0x80 | 32, 0, 1700000000<<32 | 1<<31, 1700000000_500000000},
		{0x80 | 63, 0, 1<<63 | 1<<62, 1_500000000},
		{0x80 | 64, 0, 1 << 63, 500000000},
		{0x80 | 64, 0, 1<<64 - 1, 999999999},
		{0x80 | 127, 0, 1<<64 - 1, 0},
		{6, 1700000000, 1, 1700000000_000001000},
		{6, -1, 1_500000, 500000000},
		{9, -1700000000, 1700000000_000000007, 7},
		// Out of range: the nearer end.
		{6, 0, 1<<64 - 1, maxTime},
		{0, 0, 1<<64 - 1, maxTime},
		{0x80, 0, 1<<64 - 1, maxTime},
		{6, math.MaxInt64, 1, maxTime},
		{9, 0, maxTime, maxTime},
		{9, 0, maxTime + 1, maxTime},
		{9, 1, maxTime - 1_000000000, maxTime},
		{9, -1, maxTime + 1_000000000, maxTime},
		{9, -1, maxTime + 999999999, maxTime - 1},
		{0, math.MaxInt64, math.MaxInt64, maxTime},
		{6, math.MinInt64, 1, 0},
		{6, -2, 1_999999, 0},
	} {
		bothOrders(t, func(t *testing.T, f *fileBytes) {
			f.section().iface(1, 0, f.option(optionTsresol, string([]byte{c.resolution})),
				f.option(optionTsoffset, uint64(c.offset))).enhanced(0, c.units, "")
			got, problems := readMem(t, "x", f.b)
			checkProblems(t, problems)
			if len(got) != 1 || got[0].time != c.want {
				t.Errorf("resolution %#x, offset %d, %d units: %v, want %d", c.resolution, c.offset, c.units, got, c.want)
			}
		})
	}
}

// Every time is the exact one, rounded down and kept in range.
func TestPcapngTimesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		resolution := uint8(r.Uint32())
		units := r.Uint64() >> r.IntN(64)
		offset := int64(r.Uint64()) >> r.IntN(64)
		clock := newPcapngClock(resolution, offset)
		if got, want := clock.time(units), exactTime(resolution, offset, units); got != want {
			t.Fatalf("resolution %#x, offset %d, %d units: %d, want %d", resolution, offset, units, got, want)
		}
	}
}

func exactTime(resolution uint8, offset int64, units uint64) int64 {
	base := int64(10)
	if resolution&0x80 != 0 {
		base = 2
	}
	second := new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(resolution&0x7f)), nil)
	ns := new(big.Int).Mul(new(big.Int).SetUint64(units), big.NewInt(1e9))
	ns.Div(ns, second)
	ns.Add(ns, new(big.Int).Mul(big.NewInt(offset), big.NewInt(1e9)))
	switch {
	case ns.Sign() < 0:
		return 0
	case ns.Cmp(big.NewInt(maxTime)) > 0:
		return maxTime
	}
	return ns.Int64()
}

// gopacket is a second source of what a pcapng file looks like.
func TestPcapngOfGopacket(t *testing.T) {
	var file bytes.Buffer
	w, err := pcapgo.NewNgWriterInterface(&file, pcapgo.NgInterface{
		Name: "eth0", LinkType: layers.LinkTypeEthernet, SnapLength: 65535, TimestampResolution: 9,
	}, pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "test", Comment: "a comment"}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := w.AddInterface(pcapgo.NgInterface{Name: "tun0", LinkType: layers.LinkTypeRaw, TimestampResolution: 9})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1700000000, 123456789)
	for _, in := range []int{0, second} {
		ci := gopacket.CaptureInfo{Timestamp: at, CaptureLength: 3, Length: 1500, InterfaceIndex: in}
		if err := w.WritePacket(ci, []byte("abc")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteInterfaceStats(0, pcapgo.NgInterfaceStatistics{PacketsReceived: 2}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	got, problems := readMem(t, "x", file.Bytes())
	checkProblems(t, problems)
	checkPackets(t, got, readPacket{1, 1, at.UnixNano(), "abc", 1500, nil}, readPacket{2, 2, at.UnixNano(), "abc", 1500, nil})
	if got[0].iface.Name != "eth0" || got[1].iface.Name != "tun0" {
		t.Errorf("interfaces %+v %+v", got[0].iface, got[1].iface)
	}
}

// The last byte of a read that ends in an error counts.
func TestPcapngReadError(t *testing.T) {
	f := littleFile().section().iface(1, 0).enhanced(0, 1, "abc")
	s, err := Open("-", errorAfter{bytes.NewReader(f.b), io.ErrClosedPipe})
	if err != nil {
		t.Fatal(err)
	}
	if got := readAllPackets(t, s); len(got) != 1 {
		t.Errorf("packets %v", got)
	}
	checkProblems(t, s.Problems(), "stdin: read error after frame 1 at offset 84: io: read/write on closed pipe")
}

func FuzzPcapng(f *testing.F) {
	for _, file := range []*fileBytes{littleFile(), bigFile()} {
		file.section().iface(1, 4, file.option(optionName, "eth0"), file.option(optionTsresol, "\x89"),
			file.option(optionTsoffset, uint64(7)), file.option(optionEnd))
		file.enhanced(0, 1<<40, "abc").block(blockSimplePacket, 60, "abcdef")
		file.block(5, "zz").block(blockPacket, uint16(0), uint16(1), 0, 1, 2, 3, "ab")
		f.Add(file.b)
		f.Add(append(bytes.Clone(file.b), bigFile().section().b...))
		f.Add(file.b[:len(file.b)-3])
	}
	f.Add(littleFile().section().put(99, maxPcapngSkip).b)
	f.Fuzz(fuzzFile)
}
