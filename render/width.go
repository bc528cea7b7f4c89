package render

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// cells measures as terminals outside East Asian locales do: ambiguous
// characters take one cell. What takes two in some terminals stands last on
// its line, so that it pushes nothing.
var cells = &runewidth.Condition{}

// runeCells is the width of one character. What Chinese text is made of is known
// without a look into the tables.
func runeCells(r rune) int {
	switch {
	case r >= 0x20 && r < 0x7f:
		return 1
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x33ff, r >= 0xac00 && r <= 0xd7a3, r >= 0xff01 && r <= 0xff60, r >= 0x3001 && r <= 0x303e:
		return 2
	}
	return cells.RuneWidth(r)
}

// Width is the number of terminal cells of text that was escaped.
func Width(text []byte) int {
	n := 0
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		n += runeCells(r)
		i += size
	}
	return n
}

// Cut shortens text to at most width cells, ending it in ".." if something was
// cut. It works in place.
func Cut(text []byte, width int) []byte {
	if len(text) <= width || width <= 0 && len(text) == 0 {
		return text
	}
	n, fits := 0, 0 // cells so far; octets that leave room for the dots
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		w := 1
		if r >= utf8.RuneSelf {
			w = runeCells(r)
		}
		if n += w; n > width {
			for fits > 0 && text[fits-1] == ' ' {
				fits--
			}
			return append(text[:fits], ".."[:min(2, max(width, 0))]...)
		}
		i += size
		if n <= width-2 {
			fits = i
		}
	}
	return text
}

// Fit gives how many octets of text fit into width cells: whole characters, at
// least one.
func Fit(text []byte, width int) int {
	n, i := 0, 0
	for i < len(text) {
		r, size := utf8.DecodeRune(text[i:])
		w := runeCells(r)
		if n+w > width && i > 0 {
			break
		}
		n, i = n+w, i+size
	}
	return i
}

// FitWords is Fit, but ends in front of a word or number in ASCII that would be
// broken, unless it takes two thirds of the line, and where no line would begin
// with what closes or end with what opens.
func FitWords(text []byte, width int) int {
	n := Fit(text, width)
	if n == len(text) {
		return n
	}
	for at := n; at > n/3; {
		word := at
		for word > n/3 && inWord(text[word]) && inWord(text[word-1]) {
			word--
		}
		if at = unparted(text, word); at == word && word > n/3 {
			return len(bytes.TrimRight(text[:word], " "))
		}
	}
	for i := n; i > n-20 && i > 0; i-- {
		if text[i] == ' ' {
			return i
		}
	}
	return unparted(text, n)
}

// Closes reports whether a character closes what stands before it: no line
// begins with it.
func Closes(r rune) bool {
	return strings.ContainsRune("，。；：、！？）】」』》〉”’…%,.;:!?)]}", r) || r == utf8.RuneError
}

// Opens reports whether a character opens what stands behind it: no line ends
// with it.
func Opens(r rune) bool { return strings.ContainsRune("（【「『《〈“‘([{'\"", r) }

// unparted is the place before n where text can be broken: what closes stays
// with what it closes, and what opens too. Where there is none, it is n.
func unparted(text []byte, n int) int {
	for i := n; i > 0; {
		last, size := utf8.DecodeLastRune(text[:i])
		next, _ := utf8.DecodeRune(text[i:])
		if !Closes(next) && !Opens(last) {
			return i
		}
		i -= size
	}
	return n
}

// inWord reports whether an octet is part of what is written without blanks
// between words.
func inWord(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

// PadLeft appends text right-aligned in width cells.
func PadLeft(dst, text []byte, width int) []byte {
	for n := Width(text); n < width; n++ {
		dst = append(dst, ' ')
	}
	return append(dst, text...)
}

// PadRight appends text left-aligned in width cells.
func PadRight(dst, text []byte, width int) []byte {
	dst = append(dst, text...)
	for n := Width(text); n < width; n++ {
		dst = append(dst, ' ')
	}
	return dst
}
