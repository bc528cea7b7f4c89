package gen

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"cmppdump/pcaps/peer/wire"
)

func capture(t testing.TB, o Options) ([]byte, Stats) {
	t.Helper()
	var b bytes.Buffer
	s, err := Write(&b, o)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), s
}

func TestSameSeedSameBytes(t *testing.T) {
	o := Options{PDUs: 5000, Conns: 7, Loss: 1, Reorder: 1, Seed: 3, ReportDelay: time.Second}
	first, _ := capture(t, o)
	second, _ := capture(t, o)
	if !bytes.Equal(first, second) {
		t.Error("the same options make two different captures")
	}
	o.Seed = 4
	if other, _ := capture(t, o); bytes.Equal(first, other) {
		t.Error("another seed makes the same capture")
	}
}

// reading is what an independent look at a capture finds.
type reading struct {
	packets, data int64
	first, last   int64 // ns
	streams       map[string]map[uint32][]byte
	begin         map[string]uint32 // sequence number of a stream's first byte
	disorder      int64             // packets before one that was sent earlier
}

// read reads a pcap file of Ethernet, IPv4 and TCP, checksums included. It
// knows nothing of how the file was made.
func read(t *testing.T, file []byte) reading {
	t.Helper()
	le, be := binary.LittleEndian, binary.BigEndian
	scale := map[uint32]int64{0xa1b2c3d4: 1000, 0xa1b23c4d: 1}[le.Uint32(file)]
	if scale == 0 || le.Uint32(file[20:]) != 1 {
		t.Fatalf("not a pcap file of Ethernet: %x", file[:24])
	}
	r := reading{streams: map[string]map[uint32][]byte{}, begin: map[string]uint32{}}
	highest := map[string]uint32{}
	for file = file[24:]; len(file) > 0; r.packets++ {
		at := int64(le.Uint32(file))*1e9 + int64(le.Uint32(file[4:]))*scale
		n := le.Uint32(file[8:])
		frame := file[16 : 16+n]
		file = file[16+n:]
		if at < r.last || le.Uint16(frame[12:]) != 0x0008 {
			t.Fatalf("packet %d at %d, after %d, EtherType %x", r.packets+1, at, r.last, frame[12:14])
		}
		if r.last = at; r.first == 0 {
			r.first = at
		}
		ip := frame[14:]
		if naive(ip[:20]) != 0xffff || int(be.Uint16(ip[2:])) != len(ip) {
			t.Fatalf("packet %d: IP checksum or length", r.packets+1)
		}
		tcp := ip[20:]
		pseudo := append(slices.Clone(ip[12:20]), 0, 6, byte(len(tcp)>>8), byte(len(tcp)))
		if naive(append(pseudo, tcp...)) != 0xffff {
			t.Fatalf("packet %d: TCP checksum", r.packets+1)
		}
		key := fmt.Sprintf("%d.%d>%d.%d", ip[12:16], be.Uint16(tcp), ip[16:20], be.Uint16(tcp[2:]))
		seq := be.Uint32(tcp[4:])
		if tcp[13]&2 != 0 {
			r.streams[key], r.begin[key] = map[uint32][]byte{}, seq+1
		}
		if payload := tcp[tcp[12]>>4*4:]; len(payload) > 0 {
			r.data++
			r.streams[key][seq-r.begin[key]] = payload
			if seq-r.begin[key] < highest[key] {
				r.disorder++
			}
			highest[key] = max(highest[key], seq-r.begin[key])
		}
	}
	return r
}

// naive is the checksum of RFC 1071 as the RFC puts it.
func naive(b []byte) uint16 {
	var s uint32
	for i, c := range b {
		s += uint32(c) << (8 * (1 - i%2))
	}
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}

// pdus gives every PDU captured whole, and the number of holes in the streams.
func (r reading) pdus(t *testing.T, yield func(stream string, pdu []byte)) (holes int64) {
	for key, segments := range r.streams {
		var offsets []uint32
		for o := range segments {
			offsets = append(offsets, o)
		}
		slices.Sort(offsets)
		next := uint32(0)
		for _, o := range offsets {
			if o != next {
				holes++
			}
			b := segments[o]
			next = o + uint32(len(b))
			for len(b) > 0 {
				n := binary.BigEndian.Uint32(b)
				if n < 12 || int(n) > len(b) {
					t.Fatalf("%s: a PDU of %d bytes at offset %d of a stream", key, n, o)
				}
				yield(key, b[:n])
				b = b[n:]
			}
		}
	}
	return holes
}

func TestCapture(t *testing.T) {
	for _, o := range []Options{
		{PDUs: 20_000, ReportDelay: 2 * time.Second},
		{PDUs: 20_000, PerPacket: 5, Version: wire.V20, Conns: 9, ReportDelay: 2 * time.Second},
		{PDUs: 6000, Conns: 1000, Nanoseconds: true, Rate: 50_000, ReportDelay: 100 * time.Millisecond},
		{PDUs: 40_001, Conns: 3, Loss: 2, Reorder: 2, Rate: 1000, ReportDelay: 2 * time.Second},
		{PDUs: 1},
	} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			file, s := capture(t, o)
			checkCapture(t, o, s, int64(len(file)), read(t, file))
		})
	}
}

func checkCapture(t *testing.T, o Options, s Stats, size int64, r reading) {
	commands := map[wire.Command]int64{}
	accepted, reported := map[wire.MsgID]bool{}, map[wire.MsgID]bool{}
	inFile := int64(0)
	holes := r.pdus(t, func(stream string, b []byte) {
		inFile++
		v := max(o.Version, wire.V20)
		if o.Version == 0 {
			v = wire.V30
		}
		p, err := wire.Parse(b, v)
		if err != nil {
			t.Fatal(err)
		}
		commands[p.Command()]++
		switch p := p.(type) {
		case *wire.SubmitResp:
			if p.Result == 0 {
				accepted[p.MsgID] = true
			}
		case *wire.Deliver:
			if p.RegisteredDelivery == 1 {
				report, err := wire.ParseReport(p.MsgContent)
				if err != nil {
					t.Fatal(err)
				}
				reported[report.MsgID] = true
			}
		}
	})
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"PDUs sent", s.PDUs, int64(o.PDUs)},
		{"PDUs in the file", inFile, s.PDUs - s.LostPDUs},
		{"packets", r.packets, s.Packets},
		{"bytes", size, s.Bytes},
		{"requests and answers", s.Requests + s.Answered, s.PDUs},
		{"requests by end", s.Answered + s.Unanswered + s.Open, s.Requests},
		{"streams", int64(len(r.streams)), 2 * int64(s.Conns)},
		{"last packet", r.last / 1e6, s.Last.UnixMilli()},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if o.PDUs < 5000 {
		return
	}
	if o.Loss == 0 {
		if holes != 0 || r.disorder != 0 || s.LostPDUs != 0 {
			t.Errorf("%d holes and %d disordered packets without loss", holes, r.disorder)
		}
		checkCommands(t, s, commands)
		// A report to a mass send has an id above that of the SUBMIT_RESP.
		if unknown := countMissing(reported, accepted); unknown > len(reported)/4 {
			t.Errorf("%d of %d reports fit no SUBMIT_RESP", unknown, len(reported))
		}
	} else if holes == 0 || r.disorder == 0 || s.LostPDUs == 0 || s.LostPackets < int64(holes) {
		t.Errorf("%d holes, %d lost PDUs, %d disordered packets", holes, s.LostPDUs, r.disorder)
	}
	if k := max(o.PerPacket, 1); k > 1 {
		if perPacket := float64(inFile) / float64(r.data); perPacket < 0.95*float64(k) {
			t.Errorf("%.2f PDUs in a data packet, want nearly %d", perPacket, k)
		}
	} else if r.data != inFile {
		t.Errorf("%d PDUs in %d data packets, want one each", inFile, r.data)
	}
}

func checkCommands(t *testing.T, s Stats, got map[wire.Command]int64) {
	want := map[wire.Command]int64{
		wire.CmdConnect: int64(s.Conns), wire.CmdSubmit: s.Submits,
		wire.CmdDeliver: s.Reports + s.MOs, wire.CmdActiveTest: s.ActiveTests,
	}
	requests := int64(0)
	for c, n := range got {
		if !c.IsResponse() {
			requests += n
			if n != want[c] {
				t.Errorf("%d %s, want %d", n, c, want[c])
			}
		}
	}
	if requests != s.Requests {
		t.Errorf("%d requests, want %d", requests, s.Requests)
	}
	if s.Reports == 0 || s.MOs == 0 || s.Longs == 0 || s.Masses == 0 || s.ByResult[8] == 0 || len(s.ByStat) < 3 {
		t.Errorf("something is missing from the mix: %+v", s)
	}
}

func countMissing(these, among map[wire.MsgID]bool) (n int) {
	for id := range these {
		if !among[id] {
			n++
		}
	}
	return n
}

// Without mass sends every report belongs to a SUBMIT_RESP: 2.0 has none with
// reports.
func TestReportsFollowSubmits(t *testing.T) {
	file, _ := capture(t, Options{PDUs: 10_000, Version: wire.V20, ReportDelay: time.Second})
	accepted, reported := map[wire.MsgID]bool{}, map[wire.MsgID]bool{}
	read(t, file).pdus(t, func(_ string, b []byte) {
		switch p, _ := wire.Parse(b, wire.V20); p := p.(type) {
		case *wire.SubmitResp:
			accepted[p.MsgID] = true
		case *wire.Deliver:
			if r, err := wire.ParseReport(p.MsgContent); err == nil && p.RegisteredDelivery == 1 {
				reported[r.MsgID] = true
			}
		}
	})
	if n := countMissing(reported, accepted); n > 0 || len(reported) < 1000 {
		t.Errorf("%d of %d reports fit no SUBMIT_RESP", n, len(reported))
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{
		{PDUs: -1}, {PerPacket: 51}, {Conns: 1001}, {Rate: -5}, {Loss: 11}, {Reorder: -1},
		{Version: wire.V21}, {ReportDelay: -1}, {Start: time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		if _, err := Write(io.Discard, o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriterFails(t *testing.T) {
	if _, err := Write(fullDisk{}, Options{PDUs: 1e9}); err == nil {
		t.Error("a full disk went unnoticed")
	}
}

func TestQueueIsInOrder(t *testing.T) {
	var q queue
	for i := range 1000 {
		q.push(event{at: int64(i * 7919 % 50), ref: uint32(i)})
	}
	var last event
	for i := range 1000 {
		e := q.pop()
		if i > 0 && (e.at < last.at || e.at == last.at && e.ref < last.ref) {
			t.Fatalf("event %+v after %+v", e, last)
		}
		last = e
	}
}

func TestPDUsAllocateNothing(t *testing.T) {
	per := func(pdus int) float64 {
		return testing.AllocsPerRun(1, func() { Write(io.Discard, Options{PDUs: pdus, ReportDelay: time.Second}) })
	}
	if few, many := per(5000), per(25_000); many-few > 200 {
		t.Errorf("20000 more PDUs make %v more allocations", many-few)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, k := range []int{1, 5} {
		b.Run(fmt.Sprintf("k%d", k), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				s, err := Write(io.Discard, Options{PDUs: 100_000, PerPacket: k})
				if err != nil {
					b.Fatal(err)
				}
				n += int(s.PDUs)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "PDU/s")
		})
	}
}
