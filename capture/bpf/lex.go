package bpf

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"cmppdump/dissect/lang"
)

// kind is the kind of a token.
type kind uint8

const (
	end     kind = iota
	keyword      // text is the keyword
	name         // text is a name: of a host, a port, a protocol
	number       // num
	dotted       // num is 1.2.3.4 or the beginning of one, bits long
	ipv6         // ip6
	mac          // mac
	symbol       // text is the operator or bracket
)

// token is one word of an expression.
type token struct {
	kind kind
	pos  int    // byte offset in the expression
	text string // as typed; operators in their short form (&& is "and")
	num  uint32
	bits int // of a dotted number: 8 for each part
	ip6  netip.Addr
	mac  [6]byte
}

// String quotes the token for a message.
func (t token) String() string {
	if t.kind == end {
		return "the end"
	}
	return strconv.Quote(t.text)
}

// lexer cuts an expression into tokens, the longest possible one each time.
type lexer struct {
	expr string
	pos  int
}

// symbols, the longer ones first.
var symbols = []string{
	"&&", "||", "<=", ">=", "==", "!=", "<<", ">>",
	"!", "<", ">", "=", "(", ")", "[", "]", "+", "-", "*", "/", "%", "&", "|", "^", ":",
}

func (l *lexer) next() (token, *Error) {
	for l.pos < len(l.expr) && strings.IndexByte(" \t\r\n", l.expr[l.pos]) >= 0 {
		l.pos++
	}
	rest := l.expr[l.pos:]
	if rest == "" {
		return token{pos: l.pos}, nil
	}
	word := rest[:wordLen(rest)]
	// Only an address with colons can be longer than a word.
	if run := rest[:addressLen(rest)]; len(run) > len(word) && strings.Count(run, ":") > 1 {
		return l.colons(run)
	}
	if word != "" {
		return l.word(word)
	}
	if rest[0] == '\\' {
		if n := escapedLen(rest[1:]); n > 0 {
			return l.take(1+n, token{kind: name, text: rest[1 : 1+n]}), nil
		}
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			return l.take(len(s), token{kind: symbol, text: s}).short(), nil
		}
	}
	return token{}, l.unexpected(rest)
}

// take is t as the token that takes the next n bytes.
func (l *lexer) take(n int, t token) token {
	t.pos = l.pos
	if t.text == "" {
		t.text = l.expr[l.pos : l.pos+n]
	}
	l.pos += n
	return t
}

// short gives each operator one spelling, and the logical ones that of the
// keywords.
func (t token) short() token {
	switch t.text {
	case "&&":
		t.kind, t.text = keyword, "and"
	case "||":
		t.kind, t.text = keyword, "or"
	case "!":
		t.kind, t.text = keyword, "not"
	case "==":
		t.text = "="
	}
	return t
}

func (l *lexer) fail(pos int, hint lang.Text, format string, args ...any) *Error {
	return &Error{Expr: l.expr, Pos: pos, Msg: said.With(format, args...), Hint: hint}
}

func (l *lexer) unexpected(rest string) *Error {
	r, n := utf8.DecodeRuneInString(rest)
	hint := none
	switch {
	case r == ',' || r == '，' || r == '、':
		hint = said.Text(`join conditions with "and" or "or"`)
	case r == '"' || r == '\'' || r == '“' || r == '‘':
		hint = said.Text("capture filters have no quotes")
	case r >= 0xff01 && r <= 0xff5e:
		hint = said.With("that is full-width, type %q", string(r-0xff01+'!'))
	}
	return l.fail(l.pos, hint, "unexpected %s", strconv.Quote(rest[:n]))
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// wordLen is the length of the word that s begins with: letters, digits,
// points, and hyphens and underscores inside.
func wordLen(s string) int {
	if s == "" || !isAlnum(s[0]) {
		return 0
	}
	n := 1
	for i := 1; i < len(s) && (isAlnum(s[i]) || strings.IndexByte("-_.", s[i]) >= 0); i++ {
		if s[i] != '-' && s[i] != '_' {
			n = i + 1
		}
	}
	return n
}

// addressLen is the length of what s begins with and may be an address.
func addressLen(s string) int {
	n := 0
	for n < len(s) && (isHex(s[n]) || s[n] == ':' || s[n] == '.') {
		n++
	}
	return n
}

// escapedLen is the length of a name behind a backslash.
func escapedLen(s string) int {
	if n := strings.IndexAny(s, " !()\n\t\r"); n >= 0 {
		return n
	}
	return len(s)
}

// colons reads an address that is written with colons.
func (l *lexer) colons(run string) (token, *Error) {
	if m, ok := parseMAC(run, ':', 2); ok {
		return l.take(len(run), token{kind: mac, mac: m}), nil
	}
	if ip, err := netip.ParseAddr(run); err == nil {
		return l.take(len(run), token{kind: ipv6, ip6: ip}), nil
	}
	return token{}, l.fail(l.pos, none, "%q is neither an Ethernet nor an IPv6 address", run)
}

// word classifies a word.
func (l *lexer) word(w string) (token, *Error) {
	if n, ok := lookup(constants, w); ok {
		return l.take(len(w), token{kind: number, num: n}), nil
	}
	if isKeyword(w) {
		t := token{kind: keyword}
		if w == "length" {
			t.text = "len"
		}
		return l.take(len(w), t), nil
	}
	if isNumber(w) {
		// Twelve digits are an Ethernet address as well, and no number.
		if m, ok := parseMAC(w, 0, 12); ok {
			return l.take(len(w), token{kind: mac, mac: m}), nil
		}
		n, err := l.number(w)
		return l.take(len(w), token{kind: number, num: n}), err
	}
	if parts := strings.Split(w, "."); len(parts) >= 2 && len(parts) <= 4 && allNumbers(parts) {
		if m, ok := parseMAC(w, '.', 4); ok {
			return l.take(len(w), token{kind: mac, mac: m}), nil
		}
		return l.dotted(w, parts)
	}
	for _, form := range [...]struct {
		sep    byte
		digits int
	}{{0, 12}, {'-', 2}, {'.', 2}, {'.', 4}} {
		if m, ok := parseMAC(w, form.sep, form.digits); ok {
			return l.take(len(w), token{kind: mac, mac: m}), nil
		}
	}
	return l.take(len(w), token{kind: name}), nil
}

// isNumber: decimal, octal or hexadecimal as in C.
func isNumber(w string) bool {
	digits := isDigit
	if len(w) > 2 && w[0] == '0' && w[1]|0x20 == 'x' {
		w, digits = w[2:], isHex
	}
	for i := range len(w) {
		if !digits(w[i]) {
			return false
		}
	}
	return w != ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func allNumbers(parts []string) bool {
	for _, p := range parts {
		if !isNumber(p) {
			return false
		}
	}
	return true
}

func (l *lexer) number(w string) (uint32, *Error) {
	n, err := strconv.ParseUint(w, 0, 32)
	if err == nil {
		return uint32(n), nil
	}
	if w[0] == '0' && strings.ContainsAny(w, "89") && !strings.ContainsAny(w, "xX") {
		return 0, l.fail(l.pos, said.Text("a leading 0 means octal"), "%s is no octal number", w)
	}
	if isDecimal(w) && l.isBare() {
		return 0, l.forDisplay(l.pos, w)
	}
	return 0, l.fail(l.pos, none, "%s is more than 32 bits hold", w)
}

// isBare reports whether a value here has no keyword in front of it.
func (l *lexer) isBare() bool {
	before := strings.TrimRight(l.expr[:l.pos], " (")
	for _, s := range [...]string{"and", "or", "not", "&&", "||", "!"} {
		if strings.HasSuffix(before, s) {
			return true
		}
	}
	return before == ""
}

// forDisplay is the error for what is no capture filter, but a display filter.
func (l *lexer) forDisplay(pos int, word string) *Error {
	e := l.fail(pos, none, "%q is for the display filter", word)
	e.DisplayFilter = true
	return e
}

func isDecimal(w string) bool {
	return strings.Trim(w, "0123456789") == ""
}

// dotted reads an IPv4 address or the beginning of one. Its parts are decimal
// even with a leading zero.
func (l *lexer) dotted(w string, parts []string) (token, *Error) {
	t := token{kind: dotted, bits: 8 * len(parts)}
	for _, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil {
			return token{}, l.fail(l.pos, said.Text("each part is 0 to 255"), "%q is no IPv4 address", w)
		}
		t.num = t.num<<8 | uint32(n)
	}
	t.num <<= 32 - t.bits
	return l.take(len(w), t), nil
}

// parseMAC reads an Ethernet address: groups of up to the given number of hex
// digits (all of them are needed in groups longer than two) with sep between;
// sep 0 is none.
func parseMAC(s string, sep byte, digits int) (m [6]byte, ok bool) {
	groups := []string{s}
	if sep != 0 {
		groups = strings.Split(s, string(sep))
	}
	if len(groups) != 12/digits {
		return m, false
	}
	out := m[:0]
	for _, g := range groups {
		n, err := strconv.ParseUint(g, 16, 48)
		if err != nil || len(g) > digits || digits > 2 && len(g) != digits {
			return m, false
		}
		for shift := 4*digits - 8; shift >= 0; shift -= 8 {
			out = append(out, byte(n>>shift))
		}
	}
	return m, true
}
