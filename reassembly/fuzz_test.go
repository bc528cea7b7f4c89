package reassembly

import (
	"testing"

	"cmppdump/capture"
)

// FuzzAssembler decodes bytes into packets of a few connections that disturb
// each other in every way, and checks what must hold whatever comes: the
// recorder's and check's rules, that every byte delivered is that of its
// packet, and that no packet before had it.
//
// Eight bytes make a packet: connection and direction, flags, sequence number
// (2 bytes, about a cursor of the direction), acknowledgement number, length,
// bytes cut off, a byte of which the payload is made.
func FuzzAssembler(f *testing.F) {
	const (
		jump  = 0x80 // of the first byte: the sequence number is anywhere
		moves = 0x40 // of the first byte: the cursor moves on
	)
	f.Add([]byte{0, 0, 0})
	f.Add([]byte{0, 0, 0,
		moves, 1, 128, 0, 128, 0, 0, 0, // SYN
		moves | 1, 1 | 16, 128, 0, 128, 0, 0, 0,
		0, 16, 128, 20, 128, 10, 0, 1, // behind a hole
		0, 16, 128, 0, 128, 30, 0, 2, // fills it, overlaps
		1, 16, 128, 0, 148, 5, 3, 7,
		0, 17, 128, 30, 128, 0, 0, 0, // FIN
		1, 17, 128, 8, 128, 4, 0, 9,
	})
	f.Add([]byte{3, 2, 1,
		0, 16, 128, 9, 128, 9, 0, 1, 2, 16, 128, 9, 128, 9, 0, 1, 4, 16, 128, 9, 128, 9, 0, 1, // evictions
		0, 16, 129, 9, 128, 9, 0, 1, 2, 16, 129, 9, 128, 9, 0, 1, 4, 16, 129, 9, 128, 9, 0, 1,
	})
	f.Add([]byte{0, 0, 0, moves, 16, 128, 0, 128, 50, 0, 1, jump, 16, 5, 5, 128, 50, 0, 2, jump, 20, 5, 5, 0, 0, 0, 0, 0, 4, 128, 0, 0, 0, 0, 0})
	f.Add([]byte{1, 1, 1, 0, 16, 128, 2, 128, 1, 0, 1, 0, 16, 128, 4, 128, 1, 0, 1, 0, 16, 128, 3, 128, 1, 0, 1, 0, 16, 128, 1, 128, 2, 0, 1})

	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) < 3 {
			return
		}
		o := Options{
			MaxPending: []int{0, 1, 300, 5000}[in[0]%4],
			MaxTotal:   []int64{0, 1, 600, 10000}[in[1]%4],
			MaxConns:   []int{0, 1, 2, 3}[in[2]%4],
			MaxSilent:  []int{0, 1}[in[2]/4%2],
		}
		base := uint32(in[0]) << 24 // near the wrap for large and small
		in = in[3:]

		type sent struct {
			conn *recorder
			d    Dir
			seq  uint32
			data []byte
		}
		var packets []sent
		var jumped bool
		s := newScript(t, o, [2]uint32{base, base})
		var delivered int
		verify := func(r *recorder) func(Chunk) {
			return func(c Chunk) {
				delivered += len(c.Data)
				d := c.Dir
				if r.conn.Server.Port() != scriptServer { // a SYN and ACK from the other side
					d = d.Reverse()
				}
				from := r.conn.Net[c.Dir].FirstSeq + uint32(c.Offset)
				p := packets[c.Num-1]
				for i, b := range c.Data {
					at := from + uint32(i) - p.seq
					if p.d != d || int64(at) >= int64(len(p.data)) || p.data[at] != b {
						t.Fatalf("frame %d %v does not have %d at %d", c.Num, d, b, c.Offset+int64(i))
					}
				}
				if jumped {
					return
				}
				for n, p := range packets[:c.Num-1] {
					at := from - p.seq // where the first byte would be
					if p.conn == r && p.d == d && len(p.data) > 1 &&
						(int64(at) < int64(len(p.data)) || int64(-at) < int64(len(c.Data))) {
						t.Fatalf("frame %d has bytes of what frame %d delivers at %d", n+1, c.Num, c.Offset)
					}
				}
			}
		}
		s.Assembler = New(func(c *Conn) Stream {
			if c.Client.Port()%4 == 3 {
				return nil
			}
			r := &recorder{t: t, conn: c}
			r.data = verify(r)
			s.conns = append(s.conns, r)
			return r
		}, o)

		var cursor [4][2]uint32
		for i := range cursor {
			cursor[i] = [2]uint32{base, ^base}
		}
		for ; len(in) >= 8 && len(packets) < 2000; in = in[8:] {
			k, d := in[0]>>1%4, Dir(in[0]&1)
			s.client = scriptClient + uint16(k)
			p := s.packet(d)
			p.TCP.Flags = capture.TCPFlags(in[1])
			p.TCP.Seq = cursor[k][d] + uint32(in[2])<<8 + uint32(in[3]) - 128<<8
			if in[0]&jump != 0 {
				jumped = true
				p.TCP.Seq = uint32(in[2])<<24 + uint32(in[3])<<12
			}
			p.TCP.Ack = cursor[k][d^1] + uint32(in[4])*4 - 128*4
			p.Payload = make([]byte, in[5])
			for i := range p.Payload {
				p.Payload[i] = in[7] + byte(len(packets)) + byte(i)*3
			}
			p.Missing = int(in[6] % 32)
			next := p.TCP.Seq + uint32(size(p))
			this := sent{d: d, seq: p.TCP.Seq, data: append([]byte(nil), p.Payload...)}
			if p.TCP.Flags.Has(capture.SYN) {
				this.seq++
				next++
			}
			if p.TCP.Flags.Has(capture.FIN) {
				next++
			}
			if p.TCP.Flags.Has(capture.RST) {
				this.data = nil
			}
			if in[0]&moves != 0 {
				cursor[k][d] = next
			}
			packets = append(packets, this)
			s.add(p)
			check(t, s.Assembler)
			for _, r := range s.conns {
				if r.conn.Last.Num == p.Num {
					packets[len(packets)-1].conn = r
				}
			}
			if in[6] >= 0xf0 {
				for range 16 {
					packets = append(packets, sent{})
				}
				s.idle(16)
			}
		}
		s.Flush()
		check(t, s.Assembler)
		var want Stats
		for _, r := range s.conns {
			if !r.closed {
				t.Fatalf("connection %d is not closed", r.conn.ID)
			}
			for _, n := range r.ended {
				want.Missing += n.Missing
				delivered -= int(n.Bytes)
			}
		}
		if got := s.Stats(); got.Open != 0 || got.Pending != 0 || got.Closed != got.Connections || got.Missing != want.Missing {
			t.Fatalf("after Flush: %+v, missing %d", got, want.Missing)
		}
		if delivered != 0 {
			t.Fatalf("%d bytes delivered that Net does not count", delivered)
		}
	})
}
