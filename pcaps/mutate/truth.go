package mutate

import "encoding/binary"

// Octet says whether an octet of a stream is in a capture.
type Octet uint8

// Octets that a reader owes are Held. Those that it may give, but need not, are
// Beyond: without a look ahead it cannot know what they are.
//
//   - Before the first data of a direction, captured behind it, without a SYN
//     before: a retransmission of what was sent before the capture began looks
//     the same.
//   - Captured behind the RST that ends their connection.
//   - One octet alone in its segment, that before it not captured by then, when
//     it is the last that its receiver has acknowledged and nothing was sent for
//     half a second, or the first of a direction without SYN: a keep-alive probe
//     with garbage looks the same.
const (
	Absent Octet = iota
	Held
	Beyond
)

// Octets tells of each octet of each stream whether it is in the frames. Of a
// packet in IP fragments all must be there, uncut. beyond counts the octets
// that are Beyond.
func Octets(t *Trace, frames []Frame) (octets map[*Stream][]Octet, beyond int) {
	h := holder{octets: map[*Stream][]Octet{}, from: map[*Stream]int64{}, pieces: map[*Packet]map[int]bool{}, reset: map[*Stream]bool{}, acked: map[*Stream]int64{}, newest: map[*Stream]int64{}}
	for _, s := range t.Streams {
		h.octets[s] = make([]Octet, len(s.Bytes))
	}
	for i := range frames {
		h.frame(&frames[i])
	}
	return h.octets, h.beyond
}

type holder struct {
	octets map[*Stream][]Octet
	from   map[*Stream]int64 // where a stream begins for who reads it
	pieces map[*Packet]map[int]bool
	reset  map[*Stream]bool
	acked  map[*Stream]int64 // what its receiver has acknowledged of a stream
	newest map[*Stream]int64 // capture time of the newest frame of a connection, by both streams
	beyond int
}

func (h *holder) frame(f *Frame) {
	p, n := f.Packet, len(f.Bytes)-f.head
	if f.pieces > 0 {
		if n = 0; len(f.Bytes) == f.Wire && h.whole(f) {
			n = len(p.Data)
		}
	}
	n = min(n, len(p.Data)) // what a tunnel puts behind is not the packet's
	s := p.Stream
	idle := f.Time-h.newest[s] >= 5e8
	h.newest[s], h.newest[s.Peer] = f.Time, f.Time
	if n >= 0 && p.Flags&syn != 0 {
		if _, begun := h.from[s]; !begun {
			h.from[s] = 0
		}
	}
	if p.Flags&ack != 0 && n >= 0 {
		h.acked[s.Peer] = max(h.acked[s.Peer], p.Ack)
	}
	if p.Flags&rst != 0 && !p.blind {
		h.reset[s], h.reset[s.Peer] = true, true
	}
	if n <= 0 || len(p.Data) == 0 || p.Junk {
		return
	}
	first, begun := h.from[s]
	if !begun {
		first, h.from[s] = p.Offset, p.Offset
	}
	probe := len(p.Data) == 1 && (!begun || idle && h.acked[s] == p.Offset+1 && p.Offset > 0 && h.octets[s][p.Offset-1] == Absent)
	for at := p.Offset; at < p.Offset+int64(n); at++ {
		switch {
		case h.octets[s][at] != Absent:
		case h.reset[s] || at < first || probe:
			h.octets[s][at] = Beyond
			h.beyond++
		default:
			h.octets[s][at] = Held
		}
	}
}

// whole reports whether f is the last fragment of its packet to come.
func (h *holder) whole(f *Frame) bool {
	if h.pieces[f.Packet] == nil {
		h.pieces[f.Packet] = map[int]bool{}
	}
	h.pieces[f.Packet][f.piece] = true
	return len(h.pieces[f.Packet]) == f.pieces
}

// Prefix is how many octets of d are there without a gap from its first on: at
// least those that are Held, at most those that are Beyond too.
func Prefix(octets []Octet, d PDU) (least, most int) {
	there := octets[min(d.Offset, int64(len(octets))):min(d.Offset+d.Length, int64(len(octets)))]
	for least < len(there) && there[least] == Held {
		least++
	}
	for most < len(there) && there[most] != Absent {
		most++
	}
	return least, most
}

// AppendPcap appends the frames as a pcap file with nanoseconds.
func AppendPcap(b []byte, link uint32, frames []Frame) []byte {
	le := binary.LittleEndian
	for _, n := range []uint32{0xa1b23c4d, 2 | 4<<16, 0, 0, 262144, link} {
		b = le.AppendUint32(b, n)
	}
	for _, f := range frames {
		for _, n := range []int64{f.Time / 1e9, f.Time % 1e9, int64(len(f.Bytes)), int64(f.Wire)} {
			b = le.AppendUint32(b, uint32(n))
		}
		b = append(b, f.Bytes...)
	}
	return b
}
