package sms

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// A guess weighs the readings of the same bytes by their cost in bits: usual
// characters are cheap, what no one writes is dear (kind.go). The declared
// reading has the benefit of the doubt.
const (
	// doubtBits: so much cheaper must another reading be. One message in 2^20
	// with a wrong coding byte is assumed.
	doubtBits = 20
	// littleBits: little-endian is rarer than any other mistake.
	littleBits = 8
	// textBits: a text costs less for each byte; random bytes cost eight.
	textBits = 7
	// ordinaryBits for two bytes: a declared reading up to this cost is
	// ordinary text, and no other reading is looked at.
	ordinaryBits = 13
)

// Guess tells what b looks like if that is not what enc, the declared encoding,
// says: ASCII, UCS2, UCS2LE, GB18030, UTF8 or Latin1, and true. It returns
// false where b is what it should be, and where it looks like nothing better.
// Binary says nothing about the bytes: of them only ordinary text looks like
// text.
//
// Big5 is not looked for: no Msg_Fmt stands for it (C§7.1), and TestBig5 shows
// how much of what is GBK would be taken for it.
func Guess(enc Encoding, b []byte) (Encoding, bool) {
	if enc == Binary {
		return guessBinary(b)
	}
	if isOrdinary(enc, b) {
		return enc, false
	}
	declared := enc.bits(b, math.MaxInt)
	best, least := enc, declared-doubt(enc, b)
	for _, other := range [...]Encoding{ASCII, UTF8, GB18030, UCS2, UCS2LE, Latin1} {
		if other == enc || other == Latin1 && enc != ASCII {
			continue
		}
		cost := other.bits(b, least)
		if cost >= textBits*len(b) {
			continue
		}
		if other == UCS2LE {
			cost += littleBits
		}
		if cost < least {
			best, least = other, cost
		}
	}
	return best, best != enc
}

// doubt is how much cheaper another reading must be. GB18030 of usual Hanzi is
// Hangul where it is read as UCS-2, and Korean is rare in CMPP.
func doubt(enc Encoding, b []byte) int {
	if enc != UCS2 || len(b) < 4 || len(b)%2 != 0 {
		return doubtBits
	}
	for i := 0; i < len(b); i += 2 {
		if b[i] < 0xAC || b[i] > 0xD7 {
			return doubtBits
		}
	}
	return doubtBits / 2
}

// guessBinary finds ordinary text that is declared to be binary.
func guessBinary(b []byte) (Encoding, bool) {
	const least = 6 // fewer octets are text by chance
	for _, enc := range [...]Encoding{ASCII, UTF8, GB18030} {
		if len(b) < least || enc == UTF8 && !utf8.Valid(b) || enc != UTF8 && !isOrdinary(enc, b) {
			continue
		}
		if cost := enc.bits(b, math.MaxInt); cost < textBits*len(b) && 8*len(b)-cost >= doubtBits && noControls(b) {
			return enc, true
		}
	}
	return Binary, false
}

// noControls reports whether b has no octet below a blank but TAB, LF and CR.
func noControls(b []byte) bool {
	for _, c := range b {
		if c < ' ' && !isPlainBytes([]byte{c}) {
			return false
		}
	}
	return true
}

// bits is the cost of b in an encoding that Guess knows. The count ends where
// it is above the limit.
func (e Encoding) bits(b []byte, limit int) int {
	switch e {
	case UCS2:
		return ucs2Bits(b, false, limit)
	case UCS2LE:
		return ucs2Bits(b, true, limit)
	case GB18030:
		return gbBits(b, limit)
	case UTF8:
		return utf8Bits(b, limit)
	case Latin1:
		return latin1Bits(b, limit)
	}
	return asciiBits(b, limit)
}

// isOrdinary is the quick way out for text that is what it should be: by a
// rough cost, or for a plain reason. Where it cannot tell it says no.
func isOrdinary(enc Encoding, b []byte) bool {
	switch enc {
	case ASCII, GSM7:
		return isPlainASCII(b)
	case UCS2:
		return isOrdinaryUCS2(b)
	case GB18030:
		// A little Chinese in much ASCII looks ordinary even if it is UTF-8;
		// but GB18030 is hardly ever valid UTF-8.
		return isOrdinaryGB(b) && (!utf8.Valid(b) || IsASCII(b))
	}
	return true
}

// isPlainASCII: printable ASCII, TAB, LF and CR only.
func isPlainASCII(b []byte) bool {
	const each = 0x0101010101010101
	for len(b) >= 8 {
		// The top bit of a byte tells of: below ' ', above '~', from 0x80.
		x := binary.LittleEndian.Uint64(b)
		if ((x-' '*each)|(x+each)|x)&(0x80*each) != 0 && !isPlainBytes(b[:8]) {
			return false
		}
		b = b[8:]
	}
	return isPlainBytes(b)
}

func isPlainBytes(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c > '~' {
			return false
		}
	}
	return true
}

// isOrdinaryUCS2 takes surrogates for noise.
func isOrdinaryUCS2(b []byte) bool {
	sum, n := 0, len(b)
	for ; len(b) >= 8; b = b[8:] {
		x := binary.BigEndian.Uint64(b)
		sum += unitBits(uint16(x>>48)) + unitBits(uint16(x>>32)) + unitBits(uint16(x>>16)) + unitBits(uint16(x))
	}
	for ; len(b) >= 2; b = b[2:] {
		sum += unitBits(binary.BigEndian.Uint16(b))
	}
	return 2*sum <= ordinaryBits*n
}

// isOrdinaryGB goes by the rows of GB 2312: A1 to A3 are signs, B0 to D7 level
// 1, D8 to F7 level 2.
func isOrdinaryGB(b []byte) bool {
	sum := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c < utf8.RuneSelf {
			sum += unitBits(uint16(c))
			continue
		}
		i++
		switch {
		case i == len(b) || b[i] < 0xA1:
			sum += int(bits[rareHanzi])
		case c-0xB0 < 0x28:
			sum += int(bits[hanzi1])
		case c-0xA1 < 3:
			sum += int(bits[symbol])
		case c-0xD8 < 0x20:
			sum += int(bits[hanzi2])
		default:
			sum += int(bits[noise])
		}
	}
	return 2*sum <= ordinaryBits*len(b)
}

func asciiBits(b []byte, limit int) int {
	sum := 0
	for i := 0; i < len(b) && sum <= limit; i++ {
		if b[i] < utf8.RuneSelf {
			sum += unitBits(uint16(b[i]))
		} else {
			sum += badBits
		}
	}
	return sum
}

func latin1Bits(b []byte, limit int) int {
	sum := 0
	for i := 0; i < len(b) && sum <= limit; i++ {
		sum += unitBits(uint16(b[i]))
	}
	return sum
}

func ucs2Bits(b []byte, little bool, limit int) int {
	b, little, _ = byteOrder(b, little)
	sum := 0
	if len(b)%2 != 0 {
		sum = cutBits
		b = b[:len(b)-1]
	}
	for i := 0; i < len(b) && sum <= limit; {
		r, size := utf16Rune(b[i:], little)
		switch {
		case r >= 0:
			sum += runeBits(r)
		case surrogateIssue(b, i, little) == SplitSurrogate:
			sum += cutBits
		default:
			sum += badBits
		}
		i += size
	}
	return sum
}

func gbBits(b []byte, limit int) int {
	sum := 0
	for i := 0; i < len(b) && sum <= limit; {
		if b[i] < utf8.RuneSelf {
			sum += unitBits(uint16(b[i]))
			i++
			continue
		}
		r, size := gbMulti(b[i:])
		switch {
		case r != utf8.RuneError || size == 4:
			sum += runeBits(r)
		case gbCut(b[i:]):
			return sum + cutBits
		default:
			sum += badBits
		}
		i += size
	}
	return sum
}

func utf8Bits(b []byte, limit int) int {
	sum := 0
	if n := utf8Rest(b); n > 0 {
		sum = cutBits
		b = b[n:]
	}
	for len(b) > 0 && sum <= limit {
		r, size := utf8.DecodeRune(b)
		switch {
		case r != utf8.RuneError || size == 3:
			sum += runeBits(r)
		case !utf8.FullRune(b):
			return sum + cutBits
		default:
			sum += badBits
		}
		b = b[size:]
	}
	return sum
}
