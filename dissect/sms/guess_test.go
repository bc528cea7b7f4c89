package sms

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// TestGuessRight: text in its declared encoding is never guessed at.
func TestGuessRight(t *testing.T) {
	for _, enc := range []Encoding{ASCII, UCS2, GB18030} {
		texts, coded := samples(enc)
		if len(texts) < 50 {
			t.Errorf("%v: only %d texts", enc, len(texts))
		}
		for i, b := range coded {
			if got, ok := Guess(enc, b); ok {
				t.Errorf("%v %q: guessed %v", enc, texts[i], got)
			}
		}
	}
}

// TestGuessRightCut: nor is a part of a long message, cut inside a character or
// not.
func TestGuessRightCut(t *testing.T) {
	cuts := 0
	for _, step := range []struct {
		enc  Encoding
		unit int
	}{{UCS2, 2}, {GB18030, 1}} {
		texts, coded := samples(step.enc)
		for i, b := range coded {
			for cut := 40; cut < len(b); cut += step.unit {
				for _, part := range [][]byte{b[:cut], b[cut:]} {
					cuts++
					if got, ok := Guess(step.enc, part); ok {
						t.Errorf("%v %q cut at %d: guessed %v of %x", step.enc, texts[i], cut, got, part)
					}
				}
			}
		}
	}
	if cuts < 10000 {
		t.Errorf("only %d parts", cuts)
	}
}

// TestGuessRightHanzi: nor are a few Hanzi at random.
func TestGuessRightHanzi(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 6; n++ {
		for range 5000 {
			text := make([]rune, n)
			for i := range text {
				text[i] = gbkRune(uint16(0xB0+r.IntN(39))<<8 | uint16(0xA1+r.IntN(94)))
			}
			for _, enc := range []Encoding{UCS2, GB18030} {
				b, _ := encode(enc, string(text))
				if got, ok := Guess(enc, b); ok {
					t.Errorf("%q in %v: guessed %v", string(text), enc, got)
				}
			}
		}
	}
}

// TestGuessWrong: text in another encoding than declared is recognised unless
// it is a scrap; missed and mistaken have the figures of the corpus as their
// limits.
func TestGuessWrong(t *testing.T) {
	for _, c := range []struct {
		declared, real   Encoding
		missed, mistaken int
	}{
		{UCS2, GB18030, 18, 1}, {UCS2, UTF8, 4, 0}, {UCS2, ASCII, 18, 0}, {UCS2, UCS2LE, 29, 2},
		{GB18030, UTF8, 10, 0}, {GB18030, UCS2, 13, 0}, {GB18030, UCS2LE, 21, 4},
		{ASCII, UTF8, 4, 0}, {ASCII, GB18030, 4, 1}, {ASCII, UCS2, 7, 1}, {ASCII, UCS2LE, 13, 8}, {ASCII, Latin1, 0, 0},
	} {
		texts, coded := samples(c.real)
		n, missed, mistaken := 0, 0, 0
		for i, b := range coded {
			if isPlainASCII(b) && c.real != ASCII {
				continue
			}
			n++
			switch got, ok := Guess(c.declared, b); {
			case ok && got == c.real:
			case ok:
				mistaken++
			default:
				missed++
				// Scraps, and Latin letters in UTF-8, which are Hanzi in GBK.
				if utf8.RuneCountInString(texts[i]) > 17 {
					t.Errorf("%v that is %v: %q not recognised", c.declared, c.real, texts[i])
				}
			}
		}
		t.Logf("%v that is %v: of %d texts %d missed, %d mistaken", c.declared, c.real, n, missed, mistaken)
		if missed > c.missed || mistaken > c.mistaken {
			t.Errorf("%v that is %v: of %d texts %d missed, %d mistaken", c.declared, c.real, n, missed, mistaken)
		}
	}
}

func TestGuessNone(t *testing.T) {
	for _, c := range []struct {
		name string
		enc  Encoding
		b    string
	}{
		{"empty", ASCII, ""}, {"empty", UCS2, ""}, {"empty", GB18030, ""},
		{"binary with controls in it", Binary, "\x03\x6aHello\x00, this is\x00"},
		{"binary that is hardly text", Binary, "TEL;12\xff\xfe\x90"},
		{"a few octets of binary", Binary, "Hello"},
		{"two usual Hangul", UCS2, "\xb0\xa8\xc0\xac"},
		{"control characters of GSM-7", ASCII, "john\x00mail.example \x0210"},
		{"a form feed", ASCII, "page 1\fpage 2"},
		{"NUL at the end", GB18030, "\xcd\xcb\xb6\xa9\x00\x00\x00"},
		{"NUL at the end", UCS2, "\x90\x00\x8b\xa2\x00\x00"},
		{"big-endian by its mark", UCS2, "\xfe\xff\x90\x00\x8b\xa2"},
		{"little-endian by its mark", UCS2, "\xff\xfe\x60\x4f\x7d\x59\x01\xff"},
	} {
		if got, ok := Guess(c.enc, []byte(c.b)); ok {
			t.Errorf("%s: %v guessed to be %v", c.name, c.enc, got)
		}
	}
}

// TestGuessShort: text that is declared to be binary, and two Hanzi of GB18030
// that are declared to be UCS-2.
func TestGuessShort(t *testing.T) {
	for _, c := range []struct {
		enc, want Encoding
		b         string
	}{
		{Binary, ASCII, "Your code is 4"},
		{Binary, GB18030, "\xc4\xfa\xb5\xc4\xd1\xe9\xd6\xa4\xc2\xeb\xca\xc7482913"},
		{Binary, UTF8, "您的验证码是482913"},
		{UCS2, GB18030, "\xc4\xfa\xba\xc3"},
	} {
		if got, ok := Guess(c.enc, []byte(c.b)); !ok || got != c.want {
			t.Errorf("%v of %q: guessed %v, %v, not %v", c.enc, c.b, got, ok, c.want)
		}
	}
}

// TestGuessNoise: random bytes are text in no encoding.
func TestGuessNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		b := make([]byte, 30+r.IntN(110))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		for _, enc := range []Encoding{ASCII, UCS2, GB18030} {
			if got, ok := Guess(enc, b); ok {
				t.Errorf("%v %x: guessed %v", enc, b, got)
			}
		}
	}
}

func TestLooksGSM7(t *testing.T) {
	for b, want := range map[string]bool{
		"":                          false,
		"Hello CMPP\r\n\tbye":       false,
		"john\x00mail.example":      true,
		"\x0210 for you":            true,
		"user\x11name":              true,
		"10 \x1be":                  true,
		"10 \x1bz":                  false, // no extension of that code
		"cut \x1b":                  false,
		"\x00H\x00e\x00l\x00l\x00o": false, // UCS-2
		"caf\xe9\x00":               false,
	} {
		if got := LooksGSM7([]byte(b)); got != want {
			t.Errorf("%q: %v", b, got)
		}
	}
}
