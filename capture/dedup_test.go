package capture

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// copies gives a Dedup decoded frames.
type copies struct {
	t     *testing.T
	d     *Decoder
	dedup *Dedup
}

func newCopies(t *testing.T) *copies { return &copies{t, NewDecoder(), NewDedup()} }

func (c *copies) repeats(frame []byte, ms float64) bool {
	return c.cutRepeats(frame, len(frame), ms)
}

func (c *copies) cutRepeats(frame []byte, n int, ms float64) bool {
	c.t.Helper()
	p := frameOn(LinkEthernet, frame)
	p.Frame, p.Time = frame[:n], int64(ms*1e6)
	if !c.d.Decode(p) {
		c.t.Fatal(c.d.Skipped())
	}
	return c.dedup.Repeats(p)
}

// summed is a segment with some checksum.
func summed(payload string) []byte {
	b := tcpBytes("", payload)
	b[16], b[17] = 0x12, 0x34
	return b
}

// TestDedup: links, tunnels and routers change nothing that matters.
func TestDedup(t *testing.T) {
	segment := summed("payload")
	packet := concat(ipv4Header(6, "", len(segment)), segment)
	routed := bytes.Clone(packet)
	routed[8], routed[10], routed[11] = 63, 1, 2 // TTL, header checksum
	ways := []namedWrap{{"plain", func(kind int, b []byte) (int, []byte) { return kind, b }, ""}}
	for _, one := range slices.Concat(ways, namedWraps()) {
		for _, other := range slices.Concat(ways, namedWraps()[:6]) {
			c := newCopies(t)
			if c.repeats(frameOf(one.wrap(etherIPv4, packet)), 1) {
				t.Errorf("%s: the first is a copy", one.name)
			}
			if !c.repeats(frameOf(other.wrap(etherIPv4, routed)), 3) || c.dedup.Duplicates != 1 {
				t.Errorf("%s, then %s: not a copy", one.name, other.name)
			}
		}
	}
}

// TestDedupTwice: two runs over the same segments, more than the table has room
// for, find the same copies.
func TestDedupTwice(t *testing.T) {
	const segments = 5000
	find := func() (found []int) {
		c := newCopies(t)
		for i := range 2 * segments {
			segment := summed("payload")
			binary.BigEndian.PutUint32(segment[4:], uint32(i%segments*7))
			binary.BigEndian.PutUint16(segment[16:], uint16(1+i%segments*31))
			packet := concat(ipv4Header(6, "", len(segment)), segment)
			if c.repeats(frameOf(etherIPv4, packet), float64(i)/1000) {
				found = append(found, i)
			}
		}
		return found
	}
	first := find()
	if len(first) < segments/10 || len(first) == segments {
		t.Fatalf("%d copies found: the table is to be full, and of use", len(first))
	}
	if !slices.Equal(first, find()) {
		t.Error("the second run found other copies")
	}
}

// TestDedupDiffers: whatever tells two segments apart, and time.
func TestDedupDiffers(t *testing.T) {
	segment := summed("payload")
	frame := frameOf(etherIPv4, concat(ipv4Header(6, "", len(segment)), segment))
	for name, at := range map[string]int{
		"identification": 19, "source": 29, "destination": 33, "source port": 35, "destination port": 37,
		"sequence number": 41, "acknowledgement": 45, "flags": 47, "window": 49, "checksum": 51,
	} {
		c := newCopies(t)
		other := bytes.Clone(frame)
		other[at] ^= 4
		if c.repeats(frame, 1) || c.repeats(other, 2) {
			t.Errorf("another %s is a copy", name)
		}
	}
	longer := summed("payloads")
	c := newCopies(t)
	if c.repeats(frame, 1) || c.repeats(frameOf(etherIPv4, concat(ipv4Header(6, "", len(longer)), longer)), 1) {
		t.Error("another length is a copy")
	}
	unknown := tcpBytes("", "payload")
	unsummed := frameOf(etherIPv4, concat(ipv4Header(6, "", len(unknown)), unknown))
	for range 2 {
		if c.repeats(unsummed, 1) {
			t.Error("a segment without checksum is a copy")
		}
	}
	for ms, want := range map[float64]bool{50: true, 51: false, -50: true, -51: false} {
		c := newCopies(t)
		if c.repeats(frame, 1000) || c.repeats(frame, 1000+ms) != want {
			t.Errorf("%v ms later: want %v", ms, want)
		}
	}
}

// TestDedupCut: a copy that has more of the segment is none.
func TestDedupCut(t *testing.T) {
	segment := summed("payload")
	frame := frameOf(etherIPv4, concat(ipv4Header(6, "", len(segment)), segment))
	c := newCopies(t)
	for i, step := range []struct {
		n    int
		want bool
	}{{58, false}, {57, true}, {len(frame), false}, {60, true}, {len(frame), true}} {
		if got := c.cutRepeats(frame, step.n, float64(i)); got != step.want {
			t.Errorf("step %d, cut to %d: %v", i, step.n, got)
		}
	}
}

func TestDedupAllocatesNothing(t *testing.T) {
	segment := summed("payload")
	p := frameOn(LinkRaw, concat(ipv4Header(6, "", len(segment)), segment))
	NewDecoder().Decode(p)
	d := NewDedup()
	if n := testing.AllocsPerRun(100, func() { p.TCP.Seq++; d.Repeats(p); d.Repeats(p) }); n != 0 || d.Duplicates != 101 {
		t.Errorf("%v allocations, %d duplicates", n, d.Duplicates)
	}
}

func BenchmarkDedup(b *testing.B) {
	segment := summed("payload")
	p := frameOn(LinkRaw, concat(ipv4Header(6, "", len(segment)), segment))
	NewDecoder().Decode(p)
	d := NewDedup()
	b.ReportAllocs()
	for b.Loop() {
		p.TCP.Seq += 1448
		d.Repeats(p)
	}
}
