package sms

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Lengths of a signature in characters. Square brackets are used for much
// else, so there it must be short.
const (
	maxSignature  = 40
	maxInBrackets = 12
)

// Signature is the sender's name in a text in UTF-8, without its brackets:
// 【…】 at the start or at the end, or […] at the start (C§7.6). It is a part of
// text; nil if there is none.
func Signature(text []byte) []byte {
	if name := between(text, "【", "】", maxSignature); name != nil {
		return name // most often, and without a search for blanks
	}
	text = bytes.TrimSpace(text)
	if name := between(text, "【", "】", maxSignature); name != nil {
		return name
	}
	if name := atEnd(text); name != nil {
		return name
	}
	if name := between(text, "[", "]", maxInBrackets); hasLetter(name) {
		return name
	}
	return nil
}

// between is what stands between open, with which text must start, and the
// first shut.
func between(text []byte, open, shut string, limit int) []byte {
	if len(text) < len(open) || string(text[:len(open)]) != open {
		return nil
	}
	text = text[len(open):]
	text = text[:min(len(text), limit*utf8.UTFMax+len(shut))]
	end := bytes.Index(text, []byte(shut))
	if end < 0 {
		return nil
	}
	return checked(text[:end], open, limit)
}

// atEnd is what stands in the last 【…】, with which text must end.
func atEnd(text []byte) []byte {
	const open, shut = "【", "】"
	end := len(text) - len(shut)
	if end < 0 || string(text[end:]) != shut {
		return nil
	}
	start := max(0, end-maxSignature*utf8.UTFMax-len(open))
	tail := text[start:end]
	i := bytes.LastIndex(tail, []byte(open))
	if i < 0 {
		return nil
	}
	return checked(tail[i+len(open):], shut, maxSignature)
}

// checked is name if it is one: not empty, of one line, not too long, and
// without a bracket of the other kind.
func checked(name []byte, bracket string, limit int) []byte {
	chars := 0
	for i, c := range name {
		switch {
		case c == '\r', c == '\n', c == bracket[0] && bytes.HasPrefix(name[i:], []byte(bracket)):
			return nil
		case utf8.RuneStart(c):
			chars++
		}
	}
	if first, _ := utf8.DecodeRune(name); len(name) == 0 || chars > limit || unicode.IsSpace(first) && len(bytes.TrimSpace(name)) == 0 {
		return nil
	}
	return name
}

// hasLetter: [1/2] is the number of a part and no name.
func hasLetter(name []byte) bool {
	for _, c := range name {
		if c >= utf8.RuneSelf || c|0x20 >= 'a' && c|0x20 <= 'z' {
			return true
		}
	}
	return false
}
