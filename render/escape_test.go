package render

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestAppendEscaped: nothing that traffic says can do anything to a terminal.
func TestAppendEscaped(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "Hello, CMPP!", "Hello, CMPP!"},
		{"empty", "", ""},
		{"Chinese", "【示例】您的验证码是123456", "【示例】您的验证码是123456"},
		{"emoji", "👍🏽😀", "👍🏽😀"},
		{"emoji with its selector", "❤️", "❤️"},
		{"a family, joined", "👨‍👩", `👨\u200d👩`},
		{"line ends", "a\nb\r\nc", `a\nb\r\nc`},
		{"tab", "a\tb", `a\tb`},
		{"backslash", `C:\new`, `C:\\new`},
		{"what looks like an escape is told apart", `\x1b`, `\\x1b`},
		{"NUL", "a\x00b", `a\x00b`},
		{"bell", "\a", `\x07`},
		{"DEL", "\x7f", `\x7f`},
		{"clear the screen", "\x1b[2J\x1b[H", `\x1b[2J\x1b[H`},
		{"set the title (OSC)", "\x1b]0;pwned\a", `\x1b]0;pwned\x07`},
		{"a link (OSC 8)", "\x1b]8;;http://example.org\x1b\\", `\x1b]8;;http://example.org\x1b\\`},
		{"C1 CSI", "\u009b2J", `\u009b2J`},
		{"C1 as a bare octet", "\x9b2J", `\x9b2J`},
		{"next line (C1)", "\u0085", `\u0085`},
		{"no-break space is shown as it is", "a\u00a0b", "a\u00a0b"},
		{"soft hyphen", "a\u00adb", `a\u00adb`},
		{"right to left override", "abc\u202edcba", `abc\u202edcba`},
		{"the other bidi controls", "\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
			`\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069\u200e\u200f\u061c`},
		{"zero width", "a\u200bb\u200cc\u2060d\ufeffe", `a\u200bb\u200cc\u2060d\ufeffe`},
		{"line and paragraph separators", "\u2028\u2029", `\u2028\u2029`},
		{"Hangul fillers", "\u3164\u115f\u1160\uffa0", `\u3164\u115f\u1160\uffa0`},
		{"private use", "\ue000\uf8ff", `\ue000\uf8ff`},
		{"tags", "\U000e0041\U000e007f", `\U000e0041\U000e007f`},
		{"private use beyond 16 bits", "\U000f0000", `\U000f0000`},
		{"the last code point", "\U0010ffff", `\U0010ffff`},
		{"variation selectors but that of emoji", "a\ufe00", `a\ufe00`},
		{"no UTF-8", "a\xffb\xc0\xafc", `a\xffb\xc0\xafc`},
		{"a cut character", "中\xe4\xb8", `中\xe4\xb8`},
		{"a surrogate in UTF-8", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"the replacement character is shown as it is", "\ufffd", "\ufffd"},
		{"half-width and full-width", "ＡＢｱｲ", "ＡＢｱｲ"},
		{"other scripts", "Здравствуйте שלום مرحبا", "Здравствуйте שלום مرحبا"},
	} {
		if got := string(AppendEscaped([]byte("> "), []byte(tt.text))); got != "> "+tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, "> "+tt.want)
		}
	}
}

// TestAppendShown: what a terminal cannot show becomes an escape.
func TestAppendShown(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Hello", "Hello"}, {"【示例】1", `\u3010\u793a\u4f8b\u30111`}, {"caf\u00e9 😀", "caf\u00e9 " + `\U0001f600`}, {`\x1b`, `\x1b`},
	} {
		if got := string(AppendShown(nil, tt.text, func(r rune) bool { return r < 0x100 })); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestEscapedClasses: no control, line separator, surrogate or private
// character comes through, and no letter, digit or punctuation mark is hidden.
func TestEscapedClasses(t *testing.T) {
	hide := []*unicode.RangeTable{unicode.Cc, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs, unicode.Bidi_Control, unicode.Other_Default_Ignorable_Code_Point}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		got := string(AppendEscaped(nil, []byte(s)))
		switch {
		case unicode.In(r, hide...) && r != 0x34f && !(r >= 0x17b4 && r <= 0x17b5): // two that only some fonts hide
			if got == s {
				t.Errorf("%U comes through", r)
			}
		case unicode.In(r, unicode.Letter, unicode.Number, unicode.Punct, unicode.Symbol) && r != '\\':
			if got != s && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point) && r != 0xfffc {
				t.Errorf("%U is shown as %s", r, got)
			}
		}
	}
}

// TestEscapedIsReversible: two texts never look the same.
func TestEscapedIsReversible(t *testing.T) {
	seen := map[string]string{}
	for _, s := range []string{`\n`, "\n", `\x1b`, "\x1b", "\\\x1b", "\u202e", `\u202e`, "\xe2\x80\xae", "\xff", "ÿ", `\xff`, "\\", `\\`} {
		e := string(AppendEscaped(nil, []byte(s)))
		if other, ok := seen[e]; ok && other != s {
			t.Errorf("%q and %q both become %s", s, other, e)
		}
		seen[e] = s
	}
}

// FuzzEscape: whatever comes in, what comes out is harmless, and can be cut to
// any width.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"hello", "【示例】您好\x1b[2J", "\u202e\u200b\ufeff", "\xff\xfe\x80", "❤️👨‍👩👍🏽", `\\n`, "e\u0301\u0302\u0303", "\x9b\u009b"} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		b := AppendEscaped(nil, []byte(s))
		if !utf8.Valid(b) {
			t.Fatalf("%q: no UTF-8: %q", s, b)
		}
		for _, r := range string(b) {
			if r < ' ' || r >= 0x7f && r < 0xa0 || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q: %U comes through", s, r)
			}
		}
		if len(b) > len(s)*4 {
			t.Fatalf("%q: %d octets became %d", s, len(s), len(b))
		}
		checkCut(t, string(b), width)
		if n := Fit(b, width); n > len(b) || len(b) > 0 && (n < 1 || !utf8.Valid(b[:n])) {
			t.Fatalf("%q into %d cells: %d octets", b, width, n)
		}
	})
}

// checkCut fails unless Cut keeps whole characters of the front and no more
// than width cells.
func checkCut(t *testing.T, s string, width int) {
	t.Helper()
	got := string(Cut([]byte(s), width))
	if !utf8.ValidString(got) {
		t.Fatalf("%q cut to %d: %q has half a character", s, width, got)
	}
	if got == s {
		if w := Width([]byte(s)); w > max(width, 0) {
			t.Fatalf("%q has %d cells, more than %d", s, w, width)
		}
		return
	}
	if w := Width([]byte(got)); w > max(width, 0) || w < width-1 {
		t.Fatalf("%q cut to %d: %q has %d cells", s, width, got, w)
	}
	kept := strings.TrimSuffix(strings.TrimSuffix(got, "."), ".")
	if width >= 2 && !strings.HasSuffix(got, "..") || !strings.HasPrefix(s, kept) {
		t.Fatalf("%q cut to %d: %q", s, width, got)
	}
	if Width([]byte(s)) <= width {
		t.Fatalf("%q has %d cells, but was cut to %d: %q", s, Width([]byte(s)), width, got)
	}
}
