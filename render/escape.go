package render

import "unicode/utf8"

// AppendEscaped appends text that came from traffic so that it cannot do
// anything to a terminal: C0 and C1 controls, DEL, bidi controls, zero-width
// and other invisible characters become visible escapes, line breaks \n. Bytes
// that are no UTF-8 become \xNN.
func AppendEscaped(dst, text []byte) []byte {
	for {
		n := ordinary(text)
		dst, text = append(dst, text[:n]...), text[n:]
		if len(text) == 0 {
			return dst
		}
		r, n := utf8.DecodeRune(text)
		switch c := text[0]; {
		case c == '\\':
			dst = append(dst, c, c)
		case c < utf8.RuneSelf || r == utf8.RuneError && n == 1:
			dst = appendByteEscape(dst, c)
		case hidden(r):
			dst = appendRuneEscape(dst, r)
		default:
			dst = append(dst, text[:n]...)
		}
		text = text[n:]
	}
}

// AppendShown appends text that was escaped so that it can be shown where not all
// characters can: the others become escapes too.
func AppendShown(dst []byte, text string, can func(rune) bool) []byte {
	for _, r := range text {
		if r < utf8.RuneSelf || can(r) {
			dst = utf8.AppendRune(dst, r)
		} else {
			dst = appendRuneEscape(dst, r)
		}
	}
	return dst
}

// ordinary is how many octets text begins with that are shown as they are, as
// far as the octets alone tell: ASCII, and what Chinese texts are made of, U+4000
// to U+9FFF.
func ordinary(text []byte) int {
	i := 0
	for i < len(text) {
		switch c := text[i]; {
		case c >= ' ' && c < 0x7f && c != '\\':
			i++
		case c >= 0xe4 && c <= 0xe9 && i+2 < len(text) && text[i+1]&0xc0 == 0x80 && text[i+2]&0xc0 == 0x80:
			i += 3
		default:
			return i
		}
	}
	return i
}

func appendByteEscape(dst []byte, c byte) []byte {
	switch c {
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
}

func appendRuneEscape(dst []byte, r rune) []byte {
	if r > 0xffff {
		dst = append(dst, '\\', 'U', '0', '0', hexDigits[r>>20&15], hexDigits[r>>16&15])
	} else {
		dst = append(dst, '\\', 'u')
	}
	return append(dst, hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}

const hexDigits = "0123456789abcdef"

// hidden reports whether a character shows nothing of itself but may change
// how others show: controls, the bidi and zero-width characters, line
// separators, fillers, private use, the specials and the joiner of emoji. The selector of emoji
// presentation, U+FE0F, is let through: it is ordinary in messages.
func hidden(r rune) bool {
	switch {
	case r < 0xa0, r == 0xad, r == 0x34f, r == 0x61c, r >= 0x180b && r <= 0x180d, r == 0x115f, r == 0x1160, r == 0x180e, r == 0x3164, r == 0xfeff, r == 0xffa0:
		return true
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	case r >= 0xd800 && r <= 0xf8ff, r >= 0xfe00 && r <= 0xfe0e, r >= 0xfff0 && r <= 0xfffb:
		return true
	}
	return r >= 0xe0000
}
