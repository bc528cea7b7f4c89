package bpf

import (
	"strings"
	"unicode"

	"cmppdump/dissect/lang"
)

// Error says why an expression was not compiled.
type Error struct {
	Expr string    // the whole expression
	Pos  int       // byte offset in Expr of the place meant
	Msg  lang.Text // what is wrong
	Hint lang.Text // what to type instead; may be empty

	// Unsupported: the expression may be right, but only libpcap knows
	// ([Fallback]).
	Unsupported bool
	// DisplayFilter: this looks like a field, a phone number or a message
	// identifier, which is what the display filter takes.
	DisplayFilter bool
	// RejectsAll: the expression is right, but no packet of this link type
	// can match, as in arp on raw IP. libpcap takes that for an error; a
	// caller with interfaces of several link types may not.
	RejectsAll bool
}

// Error gives one line: what is wrong and what to do.
func (e *Error) Error() string { return e.Said()[lang.English] }

// Said implements lang.Said.
func (e *Error) Said() lang.Text {
	if e.Hint == none {
		return said.With("capture filter: %s", e.Msg)
	}
	return said.With("capture filter: %s; %s", e.Msg, e.Hint)
}

// none is no hint.
var none lang.Text

// Caret gives the line to print under Expr: blanks, as many terminal cells as
// the text in front of the place takes, and a caret.
func (e *Error) Caret() string {
	var pad strings.Builder
	for _, r := range e.Expr[:min(max(e.Pos, 0), len(e.Expr))] {
		if r == '\t' {
			pad.WriteByte('\t')
			continue
		}
		pad.WriteString("  "[:cells(r)])
	}
	return pad.String() + "^"
}

// cells is how many terminal cells r takes: 0, 1 or 2. It knows what can end
// up in a filter by an input method: Chinese, Japanese, Korean, full-width
// forms and emoji.
func cells(r rune) int {
	switch {
	case r < 0x1100:
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
			return 0
		}
		return 1
	case r <= 0x115f,
		r >= 0x2e80 && r <= 0xa4cf && r != 0x303f,
		r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f,
		r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff,
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	return 1
}
