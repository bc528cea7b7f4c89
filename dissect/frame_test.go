package dissect_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/pcaps/mutate"
	"cmppdump/reassembly"
)

// collector writes down what the dissector tells, a line each.
type collector struct {
	lines []string
	pdus  int
}

func (s *collector) Open(*dissect.Conn)                       {}
func (s *collector) Close(*dissect.Conn, reassembly.End) bool { return true }
func (s *collector) Gap(g *dissect.Gap) {
	s.lines = append(s.lines, fmt.Sprintf("%s %s %d at %d", g.Dir, g.Kind, g.Bytes, g.Offset))
}

func (s *collector) PDU(p *dissect.PDU) {
	s.pdus++
	s.lines = append(s.lines, fmt.Sprintf("%s %s %d %d/%d at %d fields %d", p.Dir, p.AppendName(nil), p.Sequence, len(p.Raw), p.Total, p.Offset, len(p.Fields)))
}

func (s *collector) String() string { return strings.Join(s.lines, "\n") }

// stream feeds one direction of a connection to a dissector.
type stream struct {
	reassembly.Stream
	offset int64
	packet uint64
	dir    reassembly.Dir
}

func open(sink dissect.Sink, port uint16, midstream bool) *stream {
	_, s := opened(sink, port, midstream)
	return s
}

func opened(sink dissect.Sink, port uint16, midstream bool) (*dissect.Dissector, *stream) {
	c := &reassembly.Conn{ID: 1, Midstream: midstream,
		Client: netip.MustParseAddrPort("10.0.0.1:57800"), Server: netip.AddrPortFrom(netip.MustParseAddr("10.0.0.2"), port)}
	for d := range c.Net {
		c.Net[d].Midstream = midstream
	}
	d := dissect.New(sink, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion})
	return d, &stream{Stream: d.Open(c)}
}

func (s *stream) data(b []byte) {
	s.packet++
	s.Data(reassembly.Chunk{Dir: s.dir, Stamp: capture.Stamp{Num: s.packet, Time: int64(s.packet) * 1e6}, Offset: s.offset, Data: b})
	s.offset += int64(len(b))
}

func (s *stream) gap(n int) {
	s.packet++
	s.Gap(reassembly.Gap{Dir: s.dir, Stamp: capture.Stamp{Num: s.packet}, Offset: s.offset, Len: int64(n)})
	s.offset += int64(n)
}

// goldens are the golden PDUs of the protocol's digest, in order.
func goldens(t testing.TB) [][]byte {
	b, err := os.ReadFile("cmpp/testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for _, l := range strings.Split(string(b), "\n") {
		if name, h, ok := strings.Cut(l, " "); ok && name[0] == 'G' {
			pdu, err := hex.DecodeString(h)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, pdu)
		}
	}
	return out
}

// traffic is n PDUs drawn from the golden ones, numbered in sequence, and where
// each begins.
func traffic(t testing.TB, n int, seed int64) (b []byte, at []int) {
	g, rnd := goldens(t), rand.New(rand.NewSource(seed))
	for i := range n {
		at = append(at, len(b))
		pdu := bytes.Clone(g[rnd.Intn(len(g))])
		binary.BigEndian.PutUint32(pdu[8:], uint32(i))
		b = append(b, pdu...)
	}
	return b, at
}

func whole(b []byte, midstream bool) string {
	var c collector
	s := open(&c, 7890, midstream)
	s.data(b)
	s.Close(reassembly.End{})
	return c.String()
}

// TestSplit: framing depends on bytes only. Any split of the stream into
// segments, down to one octet each, gives the same PDUs.
func TestSplit(t *testing.T) {
	for _, midstream := range []bool{false, true} {
		for seed := range int64(40) {
			b, _ := traffic(t, 12, seed)
			if midstream {
				b = b[7:]
			}
			want := whole(b, midstream)
			rnd := rand.New(rand.NewSource(seed))
			for _, most := range []int{1, 2, 5, 13, 200, 700} {
				var c collector
				s := open(&c, 7890, midstream)
				for rest := b; len(rest) > 0; {
					n := min(len(rest), 1+rnd.Intn(most))
					s.data(rest[:n])
					rest = rest[n:]
				}
				s.Close(reassembly.End{})
				if c.String() != want {
					t.Fatalf("seed %d, segments of up to %d, mid-stream %v:\n%s\nwant\n%s", seed, most, midstream, &c, want)
				}
			}
		}
	}
}

// TestGaps: of a stream with a hole, every PDU whose header was captured is
// found, and none is invented.
func TestGaps(t *testing.T) {
	for seed := range int64(400) {
		b, at := traffic(t, 30, seed)
		rnd := rand.New(rand.NewSource(seed))
		from := rnd.Intn(len(b) - 1)
		n := 1 + rnd.Intn(min(500, len(b)-from))
		var c collector
		s := open(&c, 7890, false)
		s.data(b[:from])
		s.gap(n)
		s.data(b[from+n:])
		s.Close(reassembly.End{})
		want := map[string]bool{}
		for i, o := range at {
			if o+12 <= from || o >= from+n {
				want[fmt.Sprintf(" %d %d/", i, min(captured(b, at, i, from, n), pduLen(b, o)))] = true
			}
		}
		if c.pdus != len(want) {
			t.Errorf("seed %d, %d octets missing at %d: %d PDUs, want %d\n%s", seed, n, from, c.pdus, len(want), &c)
		}
		for w := range want {
			if !strings.Contains(c.String(), w) {
				t.Errorf("seed %d, %d octets missing at %d: no PDU %q\n%s", seed, n, from, w, &c)
			}
		}
	}
}

func pduLen(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }

// captured is how many octets of PDU i lie before the hole, or all of them.
func captured(b []byte, at []int, i, from, n int) int {
	if at[i] < from && at[i]+pduLen(b, at[i]) > from {
		return from - at[i]
	}
	return pduLen(b, at[i])
}

// TestEveryOctetOnce: octets of the stream are in a PDU, in a gap, or skipped.
func TestEveryOctetOnce(t *testing.T) {
	for seed := range int64(200) {
		b, _ := traffic(t, 20, seed)
		rnd := rand.New(rand.NewSource(seed))
		for range 5 { // damage
			b[rnd.Intn(len(b))] ^= byte(1 << rnd.Intn(8))
		}
		k := &counter{}
		s := open(k, 7890, seed%2 == 0)
		rest := b
		for len(rest) > 0 {
			n := min(len(rest), 1+rnd.Intn(300))
			if rnd.Intn(6) == 0 {
				s.gap(n)
			} else {
				s.data(rest[:n])
			}
			rest = rest[n:]
		}
		s.Close(reassembly.End{})
		if k.octets != int64(len(b)) {
			t.Errorf("seed %d: %d octets accounted for, of %d", seed, k.octets, len(b))
		}
	}
}

type counter struct {
	octets int64
	pdus   int
}

func (k *counter) Open(*dissect.Conn)                       {}
func (k *counter) Close(*dissect.Conn, reassembly.End) bool { return true }
func (k *counter) PDU(p *dissect.PDU)                       { k.octets += int64(len(p.Raw)); k.pdus++ }
func (k *counter) Gap(g *dissect.Gap)                       { k.octets += g.Bytes }

// TestBadLengths: what is good around a bad length is shown.
func TestBadLengths(t *testing.T) {
	g := goldens(t)
	for _, length := range []uint32{0, 5, 11, 16385, 0xffffffff} {
		bad := bytes.Clone(g[5])
		binary.BigEndian.PutUint32(bad, length)
		var c collector
		s := open(&c, 7890, false)
		s.data(bytes.Join([][]byte{g[0], bad, g[3], g[9]}, nil))
		s.Close(reassembly.End{})
		want := "c2s CMPP_CONNECT 1 39/39 at 0 fields 7\nc2s skipped 21 at 39\nc2s CMPP_SUBMIT 2 169/169 at 60 fields 26\nc2s CMPP_ACTIVE_TEST_RESP 9 13/13 at 229 fields 4"
		if c.String() != want {
			t.Errorf("Total_Length %d:\n%s\nwant\n%s", length, &c, want)
		}
	}
}

// TestUnknownCommands: a direction that begins with nothing but unknown commands
// is left after some of them, until a PDU is proved; once one was known, all are
// read, however many are not. However the octets are split.
func TestUnknownCommands(t *testing.T) {
	odd := bytes.Repeat([]byte("\x00\x00\x00\x10\x00\x00\x10\x02\x00\x00\x00\x07more"), 200)
	pdu := goldens(t)[0]
	for _, c := range []struct {
		what    string
		octets  []byte
		unknown int
		known   int
		skipped int
	}{
		{"unknown", odd, 64, 0, 136 * 16},
		{"unknown, then known, then unknown", slices.Concat(odd, pdu, odd), 64 + 200, 1, 136 * 16},
		{"known, then unknown", slices.Concat(pdu, odd), 200, 1, 0},
		{"few unknown, then known", slices.Concat(odd[:63*16], pdu, odd), 63 + 200, 1, 0},
	} {
		for _, size := range []int{1, 100, len(c.octets)} {
			var k collector
			s := open(&k, 7890, false)
			for piece := range slices.Chunk(c.octets, size) {
				s.data(piece)
			}
			s.Close(reassembly.End{})
			got := k.String()
			unknown := strings.Count(got, "0x00001002")
			if unknown != c.unknown || k.pdus-unknown != c.known || strings.Contains(got, fmt.Sprintf("skipped %d ", c.skipped)) != (c.skipped > 0) {
				t.Errorf("%s, in pieces of %d: %d unknown, %d known:\n%s", c.what, size, unknown, k.pdus-unknown, got)
			}
		}
	}
}

// TestUnknownCommandsCut: a gap in the last that is read of such PDUs changes
// nothing.
func TestUnknownCommandsCut(t *testing.T) {
	odd := bytes.Repeat([]byte("\x00\x00\x00\x10\x00\x00\x10\x02\x00\x00\x00\x07more"), 200)
	for cut := range 70 {
		var k collector
		s := open(&k, 7890, false)
		s.data(odd[:cut*16+13])
		s.gap(3)
		s.data(odd)
		s.Close(reassembly.End{})
		if k.pdus != 64 {
			t.Errorf("with a gap in PDU %d: %d PDUs", cut+1, k.pdus)
		}
	}
}

// TestRecognise: on an unusual port, content decides.
func TestRecognise(t *testing.T) {
	g := goldens(t)
	sgmpLogin, _ := hex.DecodeString("0000002a0000000100000001" + strings.Repeat("31", 30))
	for _, tt := range []struct {
		name string
		data [][]byte
		pdus int
	}{
		{"a CONNECT", [][]byte{g[0]}, 1},
		{"a lone SUBMIT, as on a short connection", [][]byte{g[3]}, 1},
		{"two responses", [][]byte{g[5], g[5]}, 2},
		{"a lone response is not enough", [][]byte{g[5]}, 0},
		{"HTTP", [][]byte{[]byte("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")}, 0},
		{"zeros", [][]byte{make([]byte, 70000)}, 0},
		{"a login of another protocol", [][]byte{sgmpLogin}, 0},
	} {
		var c collector
		s := open(&c, 9999, false)
		s.data(bytes.Join(tt.data, nil))
		s.Close(reassembly.End{})
		if c.pdus != tt.pdus {
			t.Errorf("%s: %d PDUs, want %d\n%s", tt.name, c.pdus, tt.pdus, &c)
		}
	}
}

// TestNoAllocs: framing and decoding allocate nothing per PDU.
func TestNoAllocs(t *testing.T) {
	b, _ := traffic(t, 50, 1)
	k := &counter{}
	s := open(k, 7890, false)
	s.data(b)
	if n := testing.AllocsPerRun(100, func() { s.data(b); s.data(b[:1000]); s.data(b[1000:]) }); n > 0 {
		t.Errorf("%v allocations for 100 PDUs", n)
	}
}

// FuzzDissect: no bytes, however split, make the dissector panic or lose an
// octet, and the split does not matter.
func FuzzDissect(f *testing.F) {
	for i, g := range goldens(f) {
		f.Add(g, uint16(i+1), i%2 == 0)
	}
	b, _ := traffic(f, 5, 1)
	f.Add(b, uint16(3), true)
	f.Add([]byte("GET / HTTP/1.1\r\n"), uint16(2), false)
	for _, s := range capturedStreams(f) {
		f.Add(s.Bytes[:min(len(s.Bytes), 2048)], uint16(100), !s.SYN)
	}
	f.Fuzz(func(t *testing.T, b []byte, n uint16, midstream bool) {
		k := &counter{}
		s := open(k, 7890, midstream)
		for rest := b; len(rest) > 0; {
			m := min(len(rest), int(n%512)+1)
			s.data(rest[:m])
			rest = rest[m:]
		}
		s.Close(reassembly.End{})
		if k.pdus > 0 && k.octets != int64(len(b)) { // of a stream without a PDU nothing is told
			t.Fatalf("%d octets accounted for, of %d", k.octets, len(b))
		}
		var split collector
		s = open(&split, 7890, midstream)
		for i := range b {
			s.data(b[i : i+1])
		}
		s.Close(reassembly.End{})
		if w := whole(b, midstream); split.String() != w {
			t.Fatalf("one octet a segment:\n%s\nwhole:\n%s", &split, w)
		}
	})
}

func BenchmarkDissect(b *testing.B) {
	data, at := traffic(b, 500, 1)
	k := &counter{}
	s := open(k, 7890, false)
	b.SetBytes(int64(len(data) / len(at)))
	b.ReportAllocs()
	for i := 0; i < b.N; i += len(at) {
		s.data(data)
	}
}

// capturedStreams are the streams of all captures of the project that are clean.
func capturedStreams(t testing.TB) (streams []*mutate.Stream) {
	for _, pattern := range []string{"../pcaps/*.pcap", "../pcaps/real/*.pcap"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if trace, err := mutate.Load(b); err == nil {
				streams = append(streams, trace.Streams...)
			}
		}
	}
	return streams
}

// TestEarlyPDUs: on a port that says nothing, what came before the first PDU
// that is proved is found too, once that is; nothing is where none ever is.
func TestEarlyPDUs(t *testing.T) {
	g := goldens(t)
	connect, submit := g[0], g[3]
	const lost = 40 // octets at the end of the first SUBMIT
	for name, c := range map[string]struct {
		proof []byte
		want  int
	}{"proved": {bytes.Join([][]byte{connect, submit}, nil), 3}, "never": {[]byte("no such thing"), 0}} {
		var k collector
		s := open(&k, 8666, true)
		s.data(submit[:len(submit)-lost])
		s.Gap(reassembly.Gap{Dir: reassembly.C2S, Offset: int64(len(submit) - lost), Len: lost})
		s.offset += lost
		s.data(c.proof)
		s.Close(reassembly.End{})
		if k.pdus != c.want {
			t.Errorf("%s: %d PDUs, want %d\n%s", name, k.pdus, c.want, &k)
		}
	}
}

// TestEarlyBounds: what is kept of connections not recognised stays within its
// bounds, and ends with them.
func TestEarlyBounds(t *testing.T) {
	for _, most := range []int64{0, 1 << 20} {
		d := dissect.New(&collector{}, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion, MaxCarry: most})
		var streams []reassembly.Stream
		for i := range 3000 {
			s := d.Open(&reassembly.Conn{ID: i + 1, Client: netip.MustParseAddrPort("10.0.0.1:57800"), Server: netip.MustParseAddrPort("10.0.0.2:8666")})
			streams = append(streams, s)
			for k := range 8 {
				s.Data(reassembly.Chunk{Offset: int64(k * 1400), Data: make([]byte, 1400)})
			}
			if bound := int64(24 << 20); d.Carried() > bound || most > 0 && d.Carried() > most {
				t.Fatalf("connection %d: %d bytes", i+1, d.Carried())
			}
		}
		for _, s := range streams {
			s.Close(reassembly.End{})
		}
		if n := d.Carried(); n != 0 {
			t.Errorf("%d bytes are left", n)
		}
	}
}
