package sms

import (
	"encoding/binary"
	"unicode/utf8"
)

// Text is what is known about the bytes of a text.
type Text struct {
	Encoding Encoding // what the coding byte says
	Guess    Encoding // what the bytes look like instead, if HasGuess
	HasGuess bool
	Issue    Issue // what went wrong in reading them by Encoding
}

// Decode is [AppendText] and [Guess] in one: it appends b, read by enc, to dst,
// and says what is to be known about it. The text of the guess is had by
// AppendText(dst, t.Guess, b).
func Decode(dst []byte, enc Encoding, b []byte) ([]byte, Text) {
	t := Text{Encoding: enc}
	dst, t.Issue = AppendText(dst, enc, b)
	t.Guess, t.HasGuess = Guess(enc, b)
	return dst, t
}

// AppendText appends b, read by enc, to dst as valid UTF-8. What is no
// character becomes U+FFFD, and the Issue says why; control characters stay
// as they are. Binary is no text: of it the printable ASCII is shown, with a
// full stop for every other byte.
//
// It allocates only if dst is too small: three bytes for each of b are always
// enough.
func AppendText(dst []byte, enc Encoding, b []byte) ([]byte, Issue) {
	switch enc {
	case UCS2:
		return appendUCS2(dst, b, false)
	case UCS2LE:
		return appendUCS2(dst, b, true)
	case GB18030:
		return appendGB18030(dst, b)
	case GSM7:
		return AppendGSM7(dst, b, Shift{})
	case UTF8:
		return appendUTF8(dst, b)
	case Latin1:
		return appendLatin1(dst, b), NoIssue
	case Binary:
		return appendPrintable(dst, b), NoIssue
	}
	return appendASCII(dst, b)
}

// IsASCII reports whether all bytes of b are below 0x80.
func IsASCII(b []byte) bool { return asciiPrefix(b) == len(b) }

// asciiPrefix counts the bytes below 0x80 that b starts with.
func asciiPrefix(b []byte) int {
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		if binary.LittleEndian.Uint64(b[n:])&0x8080808080808080 != 0 {
			break
		}
	}
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	return n
}

func appendASCII(dst, b []byte) ([]byte, Issue) {
	n := asciiPrefix(b)
	dst = append(dst, b[:n]...)
	if n == len(b) {
		return dst, NoIssue
	}
	for _, c := range b[n:] {
		if c < utf8.RuneSelf {
			dst = append(dst, c)
		} else {
			dst = append(dst, string(utf8.RuneError)...)
		}
	}
	return dst, HighBytes
}

func appendLatin1(dst, b []byte) []byte {
	for _, c := range b {
		dst = utf8.AppendRune(dst, rune(c))
	}
	return dst
}

func appendPrintable(dst, b []byte) []byte {
	for _, c := range b {
		if c < ' ' || c > '~' {
			c = '.'
		}
		dst = append(dst, c)
	}
	return dst
}

func appendUTF8(dst, b []byte) ([]byte, Issue) {
	issue := NoIssue
	if n := utf8Rest(b); n > 0 {
		issue = SplitUTF8
		b = b[n:]
		dst = append(dst, string(utf8.RuneError)...)
	}
	for len(b) > 0 {
		if n := asciiPrefix(b); n > 0 {
			dst = append(dst, b[:n]...)
			b = b[n:]
			continue
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			if !utf8.FullRune(b) {
				return append(dst, string(utf8.RuneError)...), max(issue, SplitUTF8)
			}
			issue = BadBytes
		}
		dst = utf8.AppendRune(dst, r)
		b = b[size:]
	}
	return dst, issue
}

// utf8Rest counts the bytes at the start that can be the end of a character of
// the part before: up to three continuation bytes, and then something else.
func utf8Rest(b []byte) int {
	n := 0
	for n < len(b) && b[n]&0xC0 == 0x80 {
		n++
	}
	if n > 3 || n == len(b) {
		return 0
	}
	return n
}
