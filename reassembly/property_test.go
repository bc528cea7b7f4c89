package reassembly

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"cmppdump/capture"
)

// traffic is random traffic of one connection, with what must come of it.
type traffic struct {
	packets []capture.Packet
	sent    [2][]byte
	got     [2][]bool // the bytes that were captured
}

// trafficOptions says how disturbed the traffic is.
type trafficOptions struct {
	handshake bool
	overlap   bool // segments that begin too early and end too late
	duplicate bool
	shuffle   int // how many packets may pass a packet
	loss      float64
}

// newTraffic makes traffic of some thousand bytes in each direction, with a
// FIN each. Acknowledgements cover the bytes that were captured or lost before,
// as if the capture were taken at the receiver.
func newTraffic(r *rand.Rand, s *script, o trafficOptions) *traffic {
	t := &traffic{}
	type item struct {
		capture.Packet
		d        Dir
		from, to int // of the payload in the stream
		order    float64
		lost     bool
	}
	var items []item
	for d := range Dir(2) {
		t.sent[d] = make([]byte, 1+r.IntN(6000))
		for i := range t.sent[d] {
			t.sent[d][i] = byte(r.Uint32())
		}
		n := len(t.sent[d])
		t.got[d] = make([]bool, n)
		first := s.bases[d]
		order := 2 + 20*r.Float64()
		add := func(from, to int, flags capture.TCPFlags) {
			p := s.packet(d)
			p.TCP.Seq, p.TCP.Flags = first+uint32(from), flags|capture.ACK
			p.Payload = slices.Clone(t.sent[d][from:to])
			it := item{Packet: *p, d: d, from: from, to: to, order: order}
			// The first data in mid-stream says where the stream begins.
			start := from == 0 && !o.handshake
			if !start {
				it.order += float64(r.IntN(o.shuffle + 1))
			}
			it.lost = !start && flags == 0 && r.Float64() < o.loss
			items = append(items, it)
		}
		for from := 0; from < n; {
			to := min(n, from+1+r.IntN(200))
			if r.IntN(10) == 0 {
				to = from + 1
			}
			if from == 0 && !o.handshake {
				to = min(n, 100) // not a probe with one byte
			}
			b, e := from, to
			if o.overlap && from > 0 && r.IntN(4) == 0 {
				b, e = max(1, from-r.IntN(300)), min(n, to+r.IntN(300))
			}
			order++
			add(b, e, 0)
			if o.duplicate && r.IntN(8) == 0 && from > 0 {
				add(b, e, 0)
			}
			from = to
		}
		order += float64(o.shuffle) + 1
		add(n, n, capture.FIN)
		if o.handshake {
			p := s.packet(d)
			p.TCP.Seq, p.TCP.Flags = first-1, capture.SYN
			if d == S2C {
				p.TCP.Flags |= capture.ACK
			}
			items = append(items, item{Packet: *p, d: d, order: float64(d)})
		}
	}
	slices.SortStableFunc(items, func(x, y item) int { return cmp.Compare(x.order, y.order) })
	var acked [2]int     // the bytes of the direction that were captured or lost
	known := [2][]bool{} // the same, each
	known[0] = slices.Clone(t.got[0])
	known[1] = slices.Clone(t.got[1])
	for _, it := range items {
		d := it.d
		for i := it.from; i < it.to; i++ {
			known[d][i] = true
			t.got[d][i] = t.got[d][i] || !it.lost
		}
		for acked[d] < len(known[d]) && known[d][acked[d]] {
			acked[d]++
		}
		if !it.lost {
			it.TCP.Ack = s.bases[d^1] + uint32(acked[d^1])
			t.packets = append(t.packets, it.Packet)
		}
	}
	return t
}

// TestRandomTraffic: whatever the order, every captured byte is delivered at
// its place, and exactly the bytes never captured are declared missing.
func TestRandomTraffic(t *testing.T) {
	seeds := uint64(400)
	if testing.Short() {
		seeds = 50
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 1))
		o := trafficOptions{
			handshake: r.IntN(2) == 0,
			overlap:   r.IntN(2) == 0,
			duplicate: r.IntN(2) == 0,
			shuffle:   []int{0, 3, 60}[r.IntN(3)],
			loss:      []float64{0, 0, 0.02, 0.2}[r.IntN(4)],
		}
		t.Run(fmt.Sprintf("%d %+v", seed, o), func(t *testing.T) {
			s := newScript(t, Options{}, [2]uint32{-uint32(r.IntN(8000)), -uint32(r.IntN(8000))})
			tr := newTraffic(r, s, o)
			got := [2][]byte{}
			deliver := func(c Chunk) {
				b := make([]byte, c.Offset+int64(len(c.Data)))
				copy(b, got[c.Dir])
				copy(b[c.Offset:], c.Data)
				got[c.Dir] = b
			}
			for i := range tr.packets {
				s.add(&tr.packets[i])
				check(t, s.Assembler)
				for _, r := range s.conns {
					r.event, r.data = nil, deliver // after "open"; the first data of mid-stream is lost
				}
				if i == 0 && !o.handshake {
					p := tr.packets[0]
					d := C2S
					if p.Src.Port() == scriptServer {
						d = S2C
					}
					got[d] = slices.Clone(tr.sent[d][:len(p.Payload)])
				}
			}
			s.Flush()
			if len(s.conns) != 1 {
				t.Fatalf("%d connections", len(s.conns))
			}
			c := s.conns[0].conn
			for d := range Dir(2) {
				sent, captured := tr.sent[d], tr.got[d]
				if c.Net[d].FirstSeq != s.bases[d] {
					t.Errorf("%v: FirstSeq %d, want %d", d, c.Net[d].FirstSeq, s.bases[d])
				}
				lost := 0
				want := slices.Clone(sent)
				for i, ok := range captured {
					if !ok {
						want[i] = 0
						lost++
					}
				}
				if int(c.Net[d].Missing) != lost || int(c.Net[d].Bytes) != len(sent)-lost {
					t.Errorf("%v: %d bytes and %d missing, want %d and %d", d, c.Net[d].Bytes, c.Net[d].Missing, len(sent)-lost, lost)
				}
				b := make([]byte, len(sent))
				copy(b, got[d])
				if !bytes.Equal(b, want) {
					t.Errorf("%v: other bytes", d)
				}
			}
			if !s.conns[0].closed || s.Stats().Open != 0 {
				t.Error("not closed")
			}
		})
	}
}

// TestFirstCopyWins: of bytes sent with different values, the first captured
// are those delivered, by the packet that had them first.
func TestFirstCopyWins(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := newScript(t, Options{}, [2]uint32{-uint32(r.IntN(1000)), 0})
		s.run("> S -1\n< SA -1 0") // the server acknowledges nothing
		type copied struct {
			b     byte
			frame uint64
		}
		first := map[int64]copied{}
		var got []byte
		s.conns[0].event = nil
		s.conns[0].data = func(c Chunk) {
			for i, b := range c.Data {
				if w := first[c.Offset+int64(i)]; w.b != b || w.frame != c.Num {
					t.Fatalf("seed %d: byte %d is %d of frame %d, want %v", seed, c.Offset+int64(i), b, c.Num, w)
				}
			}
			got = append(got, c.Data...)
		}
		for range 1 + r.IntN(150) {
			p := s.packet(C2S)
			at := r.IntN(900)
			p.TCP.Flags, p.TCP.Seq = capture.ACK, s.bases[C2S]+uint32(at)
			p.Payload = make([]byte, 2+r.IntN(60))
			for i := range p.Payload {
				p.Payload[i] = byte(r.Uint32())
				if _, ok := first[int64(at+i)]; !ok {
					first[int64(at+i)] = copied{p.Payload[i], s.frame + 1}
				}
			}
			s.add(p)
			check(t, s.Assembler)
		}
		s.Flush()
		if len(got) != len(first) {
			t.Fatalf("seed %d: %d bytes delivered, %d captured", seed, len(got), len(first))
		}
	}
}
