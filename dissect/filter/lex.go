package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is.
type kind uint8

const (
	end    kind = iota
	word        // a name, a number, or text that needs no quotes
	quoted      // text in quotes
	symbol      // an operator or a bracket
)

// token is a piece of the expression.
type token struct {
	kind     kind
	text     string // of a quoted one, what stands between the quotes
	off, len int    // where it stands, in bytes
}

func (t token) is(symbols string) bool { return t.kind == symbol && t.text == symbols }

// symbols are the operators and brackets, longer ones first.
var symbols = []string{"&&", "||", "==", "!=", "<=", ">=", "..", "!", "<", ">", "~", "(", ")", "{", "}", ","}

// delimiters end a word.
const delimiters = "(){},!=<>&|~\"'“”"

// lex reads the token that begins at src[at:], or behind blanks there.
func lex(src string, at int) (token, *Error) {
	for at < len(src) {
		r, n := utf8.DecodeRuneInString(src[at:])
		if !unicode.IsSpace(r) {
			break
		}
		at += n
	}
	rest := src[at:]
	switch {
	case rest == "":
		return token{off: at}, nil
	case rest[0] == '"':
		return lexQuoted(src, at, `"`, true)
	case rest[0] == '\'':
		return lexQuoted(src, at, "'", false)
	case strings.HasPrefix(rest, `r"`):
		t, err := lexQuoted(src, at+1, `"`, false)
		t.off, t.len = at, t.len+1
		return t, err
	case strings.HasPrefix(rest, "“"): // an input method's
		return lexQuoted(src, at, "”", false)
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			return token{symbol, s, at, len(s)}, nil
		}
	}
	n := wordLen(rest)
	if n == 0 {
		return token{}, stray(rest, at)
	}
	return token{word, rest[:n], at, n}, nil
}

// wordLen is how much of s is a word.
func wordLen(s string) int {
	for i, r := range s {
		if unicode.IsSpace(r) || strings.ContainsRune(delimiters, r) || strings.HasPrefix(s[i:], "..") {
			return i
		}
	}
	return len(s)
}

// stray is the error for a character that begins no token.
func stray(rest string, at int) *Error {
	r, n := utf8.DecodeRuneInString(rest)
	t := token{off: at, len: n}
	switch r {
	case '=':
		return t.fail("= alone compares nothing; did you mean ==?")
	case '&', '|':
		return t.fail("%c alone joins nothing; did you mean %c%c?", r, r, r)
	}
	return t.fail("unexpected %c", r)
}

// lexQuoted reads a text whose opening quote stands at src[at:]. Where escapes
// count, a backslash stands before a quote or another backslash, and \n, \r
// and \t are control characters; before anything else it stays, since regular
// expressions have escapes of their own.
func lexQuoted(src string, at int, quote string, escapes bool) (token, *Error) {
	_, first := utf8.DecodeRuneInString(src[at:])
	var text []byte
	for i := at + first; i < len(src); i++ {
		switch {
		case strings.HasPrefix(src[i:], quote):
			return token{quoted, string(text), at, i + len(quote) - at}, nil
		case escapes && src[i] == '\\' && i+1 < len(src):
			i++
			switch c := src[i]; c {
			case '"', '\\':
				text = append(text, c)
			case 'n':
				text = append(text, '\n')
			case 'r':
				text = append(text, '\r')
			case 't':
				text = append(text, '\t')
			default:
				text = append(text, '\\', c)
			}
		default:
			text = append(text, src[i])
		}
	}
	return token{}, token{off: at, len: len(src) - at}.fail("this quote is not closed")
}

// appendQuoted appends text in quotes, as lex reads it.
func appendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
