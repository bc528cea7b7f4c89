package sms

import _ "embed"

// kind sorts characters by how usual they are in a short message.
type kind uint8

const (
	noise       kind = iota // unassigned, private use, C1, no character
	control                 // C0, without TAB, LF and CR
	plain                   // small letters, digits, space
	capital                 // A to Z
	mark                    // usual ASCII punctuation, TAB, LF, CR
	rareMark                // other ASCII punctuation
	wideMark                // Chinese punctuation and full-width forms
	hanzi1                  // level 1 of GB 2312: the 3755 most used
	hanzi2                  // level 2 of GB 2312
	traditional             // level 1 of Big5, if not above
	rareHanzi               // the other Hanzi of GBK
	kana
	latin  // Latin letters with marks
	letter // other alphabets, and the 2350 usual Hangul of KS X 1001
	symbol // dashes, arrows, currency, dingbats…
	rare   // whatever else is assigned
)

// bits is what a character of a kind costs: about minus the binary logarithm of
// its share of the characters in messages.
var bits = [16]uint8{
	noise: 28, control: 24, plain: 5, capital: 6, mark: 8, rareMark: 11, wideMark: 8,
	hanzi1: 10, hanzi2: 17, traditional: 13, rareHanzi: 25, kana: 9, latin: 9, letter: 12,
	symbol: 13, rare: 25,
}

// The same for what is no character of the BMP.
const (
	emojiBits  = 14 // a character of the emoji blocks, U+1F000 to U+1FAFF
	extHanBits = 24 // a Hanzi outside the BMP
	astralBits = 40 // another character outside the BMP
	cutBits    = 16 // a character cut at the border of a part
	badBits    = 64 // bytes that are no character
)

// kinds has four bits for each code point of the BMP: the low half of byte n is
// the kind of 2n, the high half that of 2n+1. Surrogates are noise.
// TestTables makes it.
//
//go:embed tables/kinds.bin
var kinds string

// unitBits is what a code unit of the BMP costs.
func unitBits(u uint16) int {
	return int(bits[kinds[u>>1]>>(u&1*4)&15])
}

// runeBits is what a character costs.
func runeBits(r rune) int {
	switch {
	case r < 0x10000:
		return unitBits(uint16(r))
	case r >= 0x1F000 && r < 0x1FB00:
		return emojiBits
	case r < 0x40000 && r >= 0x20000:
		return extHanBits
	}
	return astralBits
}
