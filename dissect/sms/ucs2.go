package sms

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// byteOrder looks for a byte order mark: it returns the text behind it, and
// whether the text is little-endian (C§7.2).
func byteOrder(b []byte, little bool) (text []byte, isLittle bool, issue Issue) {
	if len(b) >= 2 {
		switch {
		case b[0] == 0xFE && b[1] == 0xFF:
			return b[2:], false, BOM
		case b[0] == 0xFF && b[1] == 0xFE:
			return b[2:], true, LittleEndian
		}
	}
	return b, little, NoIssue
}

// appendUCS2 reads UTF-16, which is what UCS-2 is today; half a code unit at
// the end is left out.
func appendUCS2(dst, b []byte, little bool) ([]byte, Issue) {
	b, little, issue := byteOrder(b, little)
	if len(b)%2 != 0 {
		issue = max(issue, OddLength)
		b = b[:len(b)-1]
	}
	dst, out := room(dst, len(b)/2)
	n := 0
	for i := 0; i < len(b)-1; i += 2 {
		u := codeUnit(b[i:], little)
		switch {
		case u < 0x80:
			out[n] = byte(u)
			n++
		case u >= 0x800 && u>>11 != 0xD800>>11:
			put3(out[n:n+3], u)
			n += 3
		default:
			r, size := utf16Rune(b[i:], little)
			if r < 0 {
				issue = max(issue, surrogateIssue(b, i, little))
				r = utf8.RuneError
			}
			n += utf8.EncodeRune(out[n:], r)
			i += size - 2
		}
	}
	return dst[:len(dst)+n], issue
}

// room grows dst for n characters of three bytes, and returns the place behind
// it. (Writing by index is faster than append, which looks at the capacity for
// each character.)
func room(dst []byte, n int) (grown, out []byte) {
	dst = slices.Grow(dst, 3*n)
	return dst, dst[len(dst):cap(dst)]
}

// put3 writes a character from U+0800 to U+FFFF into three bytes.
func put3(out []byte, r rune) {
	_ = out[2]
	out[0], out[1], out[2] = 0xE0|byte(r>>12), 0x80|byte(r>>6)&0xBF, 0x80|byte(r)&0xBF
}

// utf16Rune is the first character of b and its size in bytes; negative for
// half a surrogate pair. b must have two bytes.
func utf16Rune(b []byte, little bool) (r rune, size int) {
	high := codeUnit(b, little)
	if high>>11 != 0xD800>>11 {
		return high, 2
	}
	if high < 0xDC00 && len(b) >= 4 {
		if low := codeUnit(b[2:], little); low>>10 == 0xDC00>>10 {
			return (high-0xD800)<<10 + low - 0xDC00 + 0x10000, 4
		}
	}
	return -1, 2
}

func codeUnit(b []byte, little bool) rune {
	if little {
		return rune(binary.LittleEndian.Uint16(b))
	}
	return rune(binary.BigEndian.Uint16(b))
}

// surrogateIssue: the half pair at offset i is the work of a splitter if it is
// a low half at the start or a high half at the end.
func surrogateIssue(b []byte, i int, little bool) Issue {
	isHigh := codeUnit(b[i:], little) < 0xDC00
	if i == 0 && !isHigh || i+2 == len(b) && isHigh {
		return SplitSurrogate
	}
	return LoneSurrogate
}
