package layout

import (
	"encoding/binary"
	"math/bits"
)

// padding looks for octets behind the NUL that ends a text: an octet that is
// not NUL, right behind one that is, in the same field. It looks at eight pairs
// of neighbours at a time; most texts of most PDUs are looked at.
type padding struct {
	words []pairWord
	few   [][2]int // fields in fewer octets than a word and its neighbour need
}

// Of the eight octets of a word: all bits but the top one, and the top one.
const (
	low  = 0x7f7f7f7f7f7f7f7f
	high = 0x8080808080808080
)

// pairWord is the eight pairs of the octets at off and right behind them. The
// top bit of an octet of mask says that the pair is of one field.
type pairWord struct {
	off  int
	mask uint64
}

// makePadding compiles the fields, each from and to, in so many octets.
func makePadding(fields [][2]int, octets int) (p padding) {
	if octets < 9 {
		p.few = fields
		return p
	}
	open := make([]bool, octets)
	for _, f := range fields {
		for i := f[0]; i < f[1]-1; i++ {
			open[i] = true
		}
	}
	for i := range open {
		if !open[i] {
			continue
		}
		w := pairWord{off: min(i, octets-9)}
		for k := range 8 {
			if open[w.off+k] {
				w.mask |= 0x80 << (8 * k)
				open[w.off+k] = false
			}
		}
		p.words = append(p.words, w)
	}
	return p
}

// broken reports whether there are such octets in b.
func (p *padding) broken(b []byte) bool {
	found := uint64(0)
	for i := range p.words {
		w := &p.words[i]
		b := b[w.off : w.off+9]
		x, y := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[1:])
		// The top bit of each octet: set in x and clear in y where it is not NUL.
		found |= (y&low + low | y) &^ (x&low + low | x) & w.mask
	}
	for _, f := range p.few {
		if behindNUL(b[f[0]:f[1]]) {
			return true
		}
	}
	return found&high != 0
}

// behindNUL reports whether an octet that is not NUL follows one that is: as
// padding, for one text of any length.
func behindNUL(b []byte) bool {
	for len(b) >= 8 {
		x := binary.LittleEndian.Uint64(b)
		b = b[8:]
		if nul := ^(x&low + low | x) & high; nul != 0 {
			if x>>(bits.TrailingZeros64(nul)&^7) != 0 {
				return true
			}
			return !allNUL(b)
		}
	}
	return padded(b) != len(b)
}

func allNUL(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b) != 0 {
			return false
		}
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// padded is how many octets of a text are what they should be: characters, and
// then NULs.
func padded(b []byte) int {
	for i := 1; i < len(b); i++ {
		if b[i] != 0 && b[i-1] == 0 {
			return i
		}
	}
	return len(b)
}

// AfterNUL gives where octets of a text follow the NUL that ends it, in the
// field, and how many there are up to the last that is not NUL. It gives none
// for other fields.
func (f Field) AfterNUL(pdu []byte) (at, n int) {
	if f.Spec.Kind != Text {
		return 0, 0
	}
	b := f.Raw(pdu)
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	if at = padded(b); at == len(b) {
		return 0, 0
	}
	return at, len(b) - at
}
