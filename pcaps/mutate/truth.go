package mutate

import "encoding/binary"

// Held tells for each stream which of its octets are in the frames. Of a
// packet in IP fragments all must be there, uncut.
func Held(t *Trace, frames []Frame) map[*Stream][]bool {
	held := map[*Stream][]bool{}
	for _, s := range t.Streams {
		held[s] = make([]bool, len(s.Bytes))
	}
	seen := map[*Packet]map[int]bool{}
	for i := range frames {
		f := &frames[i]
		p, n := f.Packet, 0
		switch {
		case p.Junk || len(p.Data) == 0:
			continue
		case f.pieces == 0:
			n = max(0, len(f.Bytes)-f.head)
		case len(f.Bytes) == f.Wire:
			if seen[p] == nil {
				seen[p] = map[int]bool{}
			}
			seen[p][f.piece] = true
			if len(seen[p]) == f.pieces {
				n = len(p.Data)
			}
		}
		for k := range n {
			held[p.Stream][p.Offset+int64(k)] = true
		}
	}
	return held
}

// Prefix is how many octets of d are held without a gap from its first on.
func Prefix(held []bool, d PDU) int64 {
	n := int64(0)
	for n < d.Length && d.Offset+n < int64(len(held)) && held[d.Offset+n] {
		n++
	}
	return n
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
