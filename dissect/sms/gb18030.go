package sms

import (
	_ "embed"
	"encoding/binary"
	"unicode/utf8"
)

// gbk has the code points of the two-byte characters, 16 bits each, big-endian,
// in the order of the two bytes from 8100; 0 is no character. TestTables makes
// it.
//
//go:embed tables/gbk.bin
var gbk []byte

// gb18030Ranges has the four-byte characters of the BMP as runs: number of the
// first, its code point, 16 bits each, big-endian. TestTables makes it.
//
//go:embed tables/gb18030.bin
var gb18030Ranges string

const (
	gbkFirst, gbkLast = 0x8100, 0xFEFF

	gb18030BMP    = 39420  // four-byte numbers from here are no character…
	gb18030Astral = 189000 // …until here, which is U+10000
)

// gbkRune is the character of two bytes, 0 if there is none.
func gbkRune(pair uint16) rune {
	// A first byte below 81 makes the index too large.
	if i := 2 * uint32(pair-gbkFirst); i < uint32(len(gbk)-1) {
		return rune(binary.BigEndian.Uint16(gbk[i:]))
	}
	return 0
}

// gbMulti is the first character of b and its size in bytes; b[0] must be from
// 0x80. Where there is none the rune is RuneError and the size 1, or 2 for two
// bytes of the right form (the area for characters of the user's own). 0x80 is
// € in Microsoft's table, but no character of GB 18030.
func gbMulti(b []byte) (r rune, size int) {
	switch {
	case len(b) < 2 || !isLead(b[0]):
		return utf8.RuneError, 1
	case b[1] >= 0x40 && b[1] != 0x7F && b[1] != 0xFF:
		if r := gbkRune(binary.BigEndian.Uint16(b)); r != 0 {
			return r, 2
		}
		return utf8.RuneError, 2
	case len(b) >= 4 && isDigit(b[1]) && isLead(b[2]) && isDigit(b[3]):
		return gbFour(b)
	}
	return utf8.RuneError, 1
}

func isLead(c byte) bool  { return c-0x81 < 0x7E }
func isDigit(c byte) bool { return c-'0' < 10 }

// gbFour is gbMulti for four bytes of the right form.
func gbFour(b []byte) (r rune, size int) {
	n := ((rune(b[0]-0x81)*10+rune(b[1]-'0'))*126+rune(b[2]-0x81))*10 + rune(b[3]-'0')
	switch {
	case n < gb18030BMP:
		return gbRange(n), 4
	case n >= gb18030Astral && n-gb18030Astral <= utf8.MaxRune-0x10000:
		return n - gb18030Astral + 0x10000, 4
	}
	return utf8.RuneError, 1
}

// gbRange finds the last run that starts at or before n.
func gbRange(n rune) rune {
	word := func(i int) rune { return rune(gb18030Ranges[i])<<8 | rune(gb18030Ranges[i+1]) }
	low, high := 0, len(gb18030Ranges)/4
	for high-low > 1 {
		middle := (low + high) / 2
		if word(4*middle) <= n {
			low = middle
		} else {
			high = middle
		}
	}
	return n - word(4*low) + word(4*low+2)
}

// gbCut reports whether b, which is no character, is the start of one that
// goes on in the next part.
func gbCut(b []byte) bool {
	switch len(b) {
	case 1:
		return isLead(b[0])
	case 2:
		return isLead(b[0]) && isDigit(b[1])
	case 3:
		return isLead(b[0]) && isDigit(b[1]) && isLead(b[2])
	}
	return false
}

func appendGB18030(dst, b []byte) ([]byte, Issue) {
	issue := NoIssue
	dst, out := room(dst, len(b)) // what is no character: a byte becomes three
	n := 0
	for i := 0; i < len(b); {
		c := b[i]
		if c < utf8.RuneSelf {
			out[n] = c
			n++
			i++
			continue
		}
		// Nearly all there is: two bytes, three in UTF-8.
		if i+1 < len(b) {
			if r := gbkRune(uint16(c)<<8 | uint16(b[i+1])); r >= 0x800 {
				put3(out[n:n+3], r)
				n += 3
				i += 2
				continue
			}
		}
		r, size := gbMulti(b[i:])
		if r == utf8.RuneError && size < 4 {
			issue = max(issue, gbIssue(b[i:]))
		}
		n += utf8.EncodeRune(out[n:], r)
		i += size
	}
	return dst[:len(dst)+n], issue
}

func gbIssue(b []byte) Issue {
	if gbCut(b) {
		return SplitGB
	}
	return BadBytes
}
