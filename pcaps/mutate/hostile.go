package mutate

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"slices"
)

// Hostile lets an attacker connect n times to a port in between; each
// connection brings content. On a port of the protocol whatever is framed like
// a PDU is one, so what is found in there is not judged.
func Hostile(n int, port uint16, content func(r *rand.Rand) []byte) Change {
	return func(r *rand.Rand, t *Trace) {
		for i := range n {
			c := &Stream{Src: netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, 113, 9}), uint16(20000+i)),
				Dst: netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, 113, 1}), port), First: r.Uint32(), Client: true, SYN: true, Hostile: port == 7890}
			s := &Stream{Src: c.Dst, Dst: c.Src, First: r.Uint32(), Peer: c, SYN: true, Hostile: c.Hostile}
			c.Peer = s
			c.Bytes = content(r)
			t.Streams = append(t.Streams, c, s)
			at := r.IntN(len(t.Packets))
			attack := []Packet{{Stream: c, Offset: -1, Flags: syn}}
			if len(c.Bytes) > 0 {
				attack = append(attack, Packet{Stream: s, Offset: -1, Flags: syn | ack})
			}
			for off := 0; off < len(c.Bytes); off += 1448 {
				attack = append(attack, Packet{Stream: c, Offset: int64(off), Flags: ack | psh, Data: c.Bytes[off:min(off+1448, len(c.Bytes))]})
			}
			for k := range attack {
				attack[k].Time = t.Packets[at].Time
			}
			t.Packets = slices.Insert(t.Packets, at, attack...)
		}
	}
}

// Contents of attacks.
var (
	nothing  = func(*rand.Rand) []byte { return nil }
	zeros    = func(*rand.Rand) []byte { return make([]byte, 20000) }
	twelves  = func(*rand.Rand) []byte { return bytes.Repeat([]byte{0, 0, 0, 12}, 16384) }
	anything = func(r *rand.Rand) []byte { return noise(r, 30000) }
)
