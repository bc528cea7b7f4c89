package sms

import "unicode/utf8"

// escape takes the next septet to the extension table (23.038, section 6.2.1).
const escape = 0x1B

// Shift names the national language tables of a text: the data of the
// information elements 25 (locking) and 24 (single). Zero, and a language that
// 23.038 does not have, is the default table.
type Shift struct {
	Locking, Single uint8
}

// gsmDefault is the default alphabet (23.038, section 6.2.1). Code 1B is the
// escape.
var gsmDefault = [128]uint16{
	'@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å',
	'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', ' ', 'Æ', 'æ', 'ß', 'É',
	' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
	'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?',
	'¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',
	'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§',
	'¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à',
}

// char is a code of a sparse table and its character.
type char struct {
	code byte
	r    uint16
}

// gsmExtension is the default extension table (23.038, section 6.2.1.1).
var gsmExtension = []char{
	{0x0A, '\f'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2F, '\\'},
	{0x3C, '['}, {0x3D, '~'}, {0x3E, ']'}, {0x40, '|'}, {0x65, '€'},
}

func find(table []char, code byte) (rune, bool) {
	for _, c := range table {
		if c.code == code {
			return rune(c.r), true
		}
	}
	return 0, false
}

// locked is the character of a septet outside an escape; RuneError where the
// table has none.
func (s Shift) locked(code byte) rune {
	if full := lockingFull(s.Locking); full != nil {
		if r := full[code]; r != 0 {
			return rune(r)
		}
		return utf8.RuneError
	}
	if r, ok := find(lockingDelta(s.Locking), code); ok {
		return r
	}
	return rune(gsmDefault[code])
}

// escaped is the character of a septet after an escape. What the table lacks
// is the character of the main table, a second escape is a space (23.038,
// section 6.2.1.1).
func (s Shift) escaped(code byte) rune {
	if code == escape {
		return ' '
	}
	own, common := singleTables(s.Single)
	if r, ok := find(own, code); ok {
		return r
	}
	if r, ok := find(common, code); ok {
		return r
	}
	return s.locked(code)
}

// septets turns septets into characters, one at a time.
type septets struct {
	Shift
	dst      []byte
	isEscape bool // the last septet was an escape
	issue    Issue
}

func (s *septets) add(code byte) {
	if code == escape && !s.isEscape {
		s.isEscape = true
		return
	}
	r := utf8.RuneError
	switch {
	case code > 0x7F:
		s.issue = max(s.issue, HighBytes)
	case s.isEscape:
		r = s.escaped(code)
	default:
		r = s.locked(code)
	}
	if r == utf8.RuneError && code <= 0x7F {
		s.issue = max(s.issue, BadBytes)
	}
	s.isEscape = false
	s.dst = utf8.AppendRune(s.dst, r)
}

func (s *septets) end() ([]byte, Issue) {
	if s.isEscape {
		s.dst = utf8.AppendRune(s.dst, utf8.RuneError)
		s.issue = max(s.issue, SplitEscape)
	}
	return s.dst, s.issue
}

// AppendGSM7 appends b, one septet in each byte, to dst as valid UTF-8. Bytes
// from 0x80 and codes without a character become U+FFFD.
func AppendGSM7(dst, b []byte, shift Shift) ([]byte, Issue) {
	s := septets{Shift: shift, dst: dst}
	for _, c := range b {
		s.add(c)
	}
	return s.end()
}

// FillBits is how many bits lie between a user data header of udhLen bytes
// (UDHL included) and the first packed septet, so that it stands on a septet
// border (23.040, section 9.2.3.24). Without a header there are none.
func FillBits(udhLen int) int { return (7 - 8*udhLen%7) % 7 }

// AppendPackedGSM7 appends the packed septets of b to dst as valid UTF-8.
// The first starts at bit fill of b[0], the lowest bit being 0. A last
// septet that fills the last byte's spare seven bits and reads @ is padding.
func AppendPackedGSM7(dst, b []byte, fill int, shift Shift) ([]byte, Issue) {
	s := septets{Shift: shift, dst: dst}
	total := 8*len(b) - fill
	for bit := fill; bit+7 <= 8*len(b); bit += 7 {
		code := septetAt(b, bit)
		isLast := bit+14 > 8*len(b)
		if isLast && total%7 == 0 && code == 0 {
			break
		}
		s.add(code)
	}
	return s.end()
}

func septetAt(b []byte, bit int) byte {
	i, shift := bit/8, bit%8
	code := uint16(b[i]) >> shift
	if i+1 < len(b) {
		code |= uint16(b[i+1]) << (8 - shift)
	}
	return byte(code & 0x7F)
}

// LooksGSM7 reports whether b, declared as ASCII, has control characters that
// make a text in the GSM 7-bit alphabet (one septet a byte): 00 for @, 02 for
// $, 11 for _, 1B for the extension table (C§7.2). It is a hint, not a
// certainty.
func LooksGSM7(b []byte) bool {
	found := false
	for i, c := range b {
		switch {
		case c >= 0x80:
			return false
		case c == '\t' || c == '\n' || c == '\r' || c >= ' ':
		case c == escape:
			if i+1 == len(b) {
				return false
			}
			if _, ok := find(gsmExtension, b[i+1]); !ok {
				return false
			}
			found = true
		default:
			found = true
		}
	}
	if !found {
		return false
	}
	_, other := Guess(ASCII, b)
	return !other
}
