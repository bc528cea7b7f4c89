package mutate

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// Fragments says how IP packets are cut into fragments of random sizes.
type Fragments struct {
	Cut     bool
	Reverse bool // the last comes first
	// Overlap lets each fragment begin inside the one before it: with other
	// octets, of which the first captured win, or the same with Reverse.
	Overlap bool
	// Bad puts fragments behind the first that contradict it, or that no
	// datagram can have.
	Bad bool
}

// piece is an IP packet on its own. A bad one is part of nothing.
type piece struct {
	ip  []byte
	bad bool
}

// of cuts an IP packet without options and extension headers.
func (f Fragments) of(r *rand.Rand, ip []byte, id uint16) []piece {
	header := 20
	if ip[0]>>4 == 6 {
		header = 40
	}
	data := ip[header:]
	if !f.Cut || len(data) < 64 {
		return []piece{{ip, false}}
	}
	var out []piece
	least := 1
	if f.Bad {
		least = 4 // what is to contradict the first has to be inside it
	}
	for at := 0; at < len(data); {
		end := min(at+8*(least+r.IntN(64)), len(data))
		part, from := data[at:end], at
		if f.Overlap && at > 8 {
			from = max(8, at-8*(1+r.IntN(3))) // at 0 the last one would be no fragment
			part = slices.Clone(data[from:end])
			if !f.Reverse {
				copy(part, noise(r, at-from))
			}
		}
		out = append(out, piece{fragment(ip[:header], part, id, from, end < len(data)), false})
		if f.Bad && at == 0 {
			out = append(out,
				piece{fragment(ip[:header], noise(r, 4), id, 8, false), true},     // the end inside the first
				piece{fragment(ip[:header], noise(r, 9), id, 8, true), true},      // no multiple of 8
				piece{fragment(ip[:header], nil, id, 8, true), true},              // nothing
				piece{fragment(ip[:header], noise(r, 16), id, 65528, true), true}, // too far
			)
		}
		at = end
	}
	if f.Reverse {
		slices.Reverse(out)
	}
	return out
}

// fragment carries a part of a datagram (RFC 791, section 3.2; RFC 8200,
// section 4.5).
func fragment(header, part []byte, id uint16, at int, more bool) []byte {
	be, b, field := binary.BigEndian, slices.Clone(header), uint16(at)
	if len(header) == 40 {
		if more {
			field |= 1
		}
		be.PutUint16(b[4:], uint16(8+len(part)))
		b = append(b, b[6], 0)
		b[6] = protoFrag
		b = be.AppendUint32(be.AppendUint16(b, field), uint32(id))
		return append(b, part...)
	}
	if field >>= 3; more {
		field |= 0x2000
	}
	be.PutUint16(b[2:], uint16(20+len(part)))
	be.PutUint16(b[4:], id)
	be.PutUint16(b[6:], field)
	be.PutUint16(b[10:], 0)
	be.PutUint16(b[10:], ^sum(0, b))
	return append(b, part...)
}
