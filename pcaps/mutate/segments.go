package mutate

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
)

// A Change alters the packets of a trace, which is its to alter.
type Change func(r *rand.Rand, t *Trace)

// Split cuts packets with data into pieces of least to most octets, and a last
// one of no fewer than least.
func Split(least, most int) Change {
	return func(r *rand.Rand, t *Trace) {
		pieces := 0
		for _, p := range t.Packets {
			pieces += 1 + len(p.Data)/least
		}
		out := make([]Packet, 0, pieces)
		size := func() int { return least + r.IntN(most-least+1) }
		for _, p := range t.Packets {
			for n := size(); len(p.Data) >= n+least; n = size() {
				piece := p
				piece.Data, piece.Flags = p.Data[:n], p.Flags&^fin
				out = append(out, piece)
				p.Data, p.Offset = p.Data[n:], p.Offset+int64(n)
			}
			out = append(out, p)
		}
		t.Packets = out
	}
}

// Join packs the octets of a stream into segments of size, as far as the other
// side did not speak in between; with wait, even then.
func Join(size int, wait bool) Change {
	return func(r *rand.Rand, t *Trace) {
		dropAcks(r, t)
		j := joiner{size: size, sent: map[*Stream]int64{}, open: map[*Stream]*Packet{}}
		for _, p := range t.Packets {
			switch {
			case p.Flags&(syn|fin|rst) != 0:
				j.flush(p.Stream)
				j.flush(p.Stream.Peer)
				j.sent[p.Stream] = max(j.sent[p.Stream], p.end())
				j.out = append(j.out, p)
			case p.Offset != j.sent[p.Stream]+j.waiting(p.Stream): // a copy
			default:
				if !wait {
					j.flush(p.Stream.Peer)
				}
				j.add(p)
			}
		}
		for _, s := range t.Streams {
			j.flush(s)
		}
		t.Packets = j.out
	}
}

type joiner struct {
	size int
	out  []Packet
	sent map[*Stream]int64
	open map[*Stream]*Packet
}

func (j *joiner) waiting(s *Stream) int64 {
	if p := j.open[s]; p != nil {
		return int64(len(p.Data))
	}
	return 0
}

func (j *joiner) add(p Packet) {
	for s := p.Stream; len(p.Data) > 0; {
		if j.open[s] == nil {
			first := p
			first.Data = nil
			j.open[s] = &first
		}
		o := j.open[s]
		o.Time = p.Time
		n := min(j.size-len(o.Data), len(p.Data))
		o.Data = s.Bytes[o.Offset : o.end()+int64(n)]
		p.Data, p.Offset = p.Data[n:], p.Offset+int64(n)
		if len(o.Data) == j.size {
			j.flush(s)
		}
	}
}

func (j *joiner) flush(s *Stream) {
	if p := j.open[s]; p != nil {
		p.Ack = j.sent[s.Peer]
		j.out = append(j.out, *p)
		j.sent[s], j.open[s] = p.end(), nil
	}
}

// dropAcks drops all segments that hold nothing but an acknowledgement.
func dropAcks(_ *rand.Rand, t *Trace) {
	t.Packets = slices.DeleteFunc(t.Packets, func(p Packet) bool { return p.pure() })
}

// DropSide keeps only what one side of each connection sent.
func DropSide(client bool) Change {
	return func(_ *rand.Rand, t *Trace) {
		t.Packets = slices.DeleteFunc(t.Packets, func(p Packet) bool { return p.Stream.Client == client })
	}
}

// insert puts what more gives behind each packet.
func (t *Trace) insert(more func(p *Packet, sent map[*Stream]int64) []Packet) {
	sent := map[*Stream]int64{}
	var out []Packet
	for i := range t.Packets {
		p := &t.Packets[i]
		sent[p.Stream] = max(sent[p.Stream], p.end())
		added := more(p, sent)
		out = append(append(out, *p), added...)
	}
	t.Packets = out
}

// Retransmit sends octets again with other borders, as junk with other
// content.
func Retransmit(share float64, junk bool) Change {
	return func(r *rand.Rand, t *Trace) {
		t.insert(func(p *Packet, sent map[*Stream]int64) []Packet {
			if len(p.Data) == 0 || r.Float64() >= share {
				return nil
			}
			from := max(0, p.Offset-int64(r.IntN(300)))
			to := min(sent[p.Stream], p.end()+int64(r.IntN(100))-50)
			if to <= from {
				return nil
			}
			again := *p
			again.Offset, again.Data, again.Flags = from, p.Stream.Bytes[from:to], p.Flags&^fin
			if junk {
				again.Junk, again.Data = true, noise(r, int(to-from))
			}
			return []Packet{again}
		})
	}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// KeepAlive probes idle peers with n octets of garbage, and lets them answer
// (RFC 9293, section 3.8.4). Nothing is sent for a second before that.
func KeepAlive(n int) Change {
	return func(r *rand.Rand, t *Trace) {
		late := int64(0)
		t.insert(func(p *Packet, sent map[*Stream]int64) []Packet {
			p.Time += late
			if sent[p.Stream] == 0 || p.Flags&(syn|fin|rst) != 0 || p.Ack < 0 || r.Float64() > 0.2 {
				return nil
			}
			probe, answer := *p, *p
			late += 1e9
			probe.Time, answer.Time = p.Time+1e9, p.Time+1e9
			probe.Offset, probe.Data, probe.Junk, probe.Flags = sent[p.Stream]-1, make([]byte, n), n > 0, ack
			answer.Stream, answer.Offset, answer.Ack = p.Stream.Peer, p.Ack, sent[p.Stream]
			answer.Data, answer.Flags = nil, ack
			return []Packet{probe, answer}
		})
	}
}

// Wrap lets the sequence numbers of each stream pass 2^32 inside a PDU.
func Wrap(r *rand.Rand, t *Trace) {
	for _, s := range t.Streams {
		at := int64(0)
		if len(s.PDUs) > 0 {
			d := s.PDUs[r.IntN(len(s.PDUs))]
			at = d.Offset + 1 + r.Int64N(d.Length-1)
		}
		s.First = -uint32(at)
	}
}

// IPv6 gives all hosts IPv6 addresses.
func IPv6(_ *rand.Rand, t *Trace) {
	for _, s := range t.Streams {
		s.Src, s.Dst = ipv6(s.Src), ipv6(s.Dst)
	}
}

// Reset ends each connection with a RST in the middle.
func Reset(r *rand.Rand, t *Trace) {
	for i := 0; i < len(t.Streams); i += 2 {
		at := []int{}
		for k := range t.Packets {
			if s := t.Packets[k].Stream; s == t.Streams[i] || s == t.Streams[i+1] {
				at = append(at, k)
			}
		}
		if len(at) < 4 {
			continue
		}
		t.cutOff(at[2+r.IntN(len(at)-2)])
	}
}

// cutOff resets the connection of the packet k behind it: all that follows of
// the connection is gone.
func (t *Trace) cutOff(k int) {
	p := t.Packets[k]
	sent := int64(0)
	for _, q := range t.Packets[:k+1] {
		if q.Stream == p.Stream {
			sent = max(sent, q.end())
		}
	}
	reset := p
	reset.Offset, reset.Data, reset.Flags = sent, nil, rst|ack
	rest := slices.DeleteFunc(slices.Clone(t.Packets[k+1:]), func(q Packet) bool {
		return q.Stream == p.Stream || q.Stream == p.Stream.Peer
	})
	t.Packets = append(append(t.Packets[:k+1:k+1], reset), rest...)
}

// BlindReset inserts RSTs from outside the window, which receivers ignore.
func BlindReset(r *rand.Rand, t *Trace) {
	t.insert(func(p *Packet, sent map[*Stream]int64) []Packet {
		if p.Offset < 0 || sent[p.Stream] == 0 || r.Float64() > 0.05 {
			return nil
		}
		reset := *p
		reset.Offset, reset.Data, reset.Flags = sent[p.Stream]+1<<29+r.Int64N(1<<28), nil, rst
		reset.blind = true
		return []Packet{reset}
	})
}

// Reuse lets all connections come again on the same ports, once what ended them
// has been captured: as they are, or those of another trace.
func Reuse(other *Trace) Change {
	return func(r *rand.Rand, t *Trace) {
		again := t.Clone()
		if other != nil {
			again = other.Clone()
			for i, s := range again.Streams {
				like := t.Streams[i%2]
				s.Src, s.Dst = netip.AddrPortFrom(like.Src.Addr(), like.Src.Port()), netip.AddrPortFrom(like.Dst.Addr(), like.Dst.Port())
			}
		}
		for _, s := range again.Streams {
			s.First += 1<<31 + uint32(r.IntN(1<<20))
		}
		later := t.Packets[len(t.Packets)-1].Time + 1e9 - again.Packets[0].Time
		for i := range again.Packets {
			again.Packets[i].Time += later
		}
		t.Streams, t.Packets = append(t.Streams, again.Streams...), append(t.Packets, again.Packets...)
	}
}

// Preface puts octets in front of what the client of each connection sends, in
// a segment of their own or in that of the first octets.
func Preface(own bool, octets func(s *Stream) []byte) Change {
	return func(_ *rand.Rand, t *Trace) {
		for _, s := range t.Streams {
			if s.Client && s.SYN && len(s.Bytes) > 0 {
				t.preface(s, octets(s), own)
			}
		}
	}
}

func (t *Trace) preface(s *Stream, b []byte, own bool) {
	n := int64(len(b))
	s.Bytes = append(slices.Clone(b), s.Bytes...)
	s.PDUs = slices.Clone(s.PDUs)
	for i := range s.PDUs {
		s.PDUs[i].Offset += n
	}
	var out []Packet
	for _, p := range t.Packets {
		switch {
		case p.Stream.Peer == s && p.Ack > 0:
			p.Ack += n
		case p.Stream == s && p.Offset == 0 && len(p.Data) > 0:
			first := p
			if first.Data, first.Flags = s.Bytes[:n], psh|ack; own {
				out = append(out, first)
				p.Offset = n
			} else {
				p.Data = s.Bytes[:n+int64(len(p.Data))]
			}
		case p.Stream == s && (p.Offset > 0 || p.Flags&fin != 0):
			p.Offset += n
		}
		out = append(out, p)
	}
	t.Packets = out
}

// ProxyV1 is the line that a proxy puts in front (the PROXY protocol,
// section 2.1).
func ProxyV1(s *Stream) []byte {
	return fmt.Appendf(nil, "PROXY TCP4 192.0.2.7 192.0.2.1 40001 %d\r\n", s.Dst.Port())
}

// ProxyV2 is the binary form (section 2.2).
func ProxyV2(s *Stream) []byte {
	b := []byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x07\xc0\x00\x02\x01\x9c\x41")
	return binary.BigEndian.AppendUint16(b, s.Dst.Port())
}
