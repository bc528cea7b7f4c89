package bpf

import (
	"strconv"
	"strings"

	"cmppdump/capture/spell"
	"cmppdump/dissect/lang"
)

// trailing is the error for a token where only "and", "or" or the end can be.
func (p *parser) trailing() *Error {
	t := p.tok
	switch {
	case t.kind == name:
		return p.bare(t)
	case p.is(")"):
		return p.fail(t.pos, none, "this parenthesis was not opened")
	case t.text == ":":
		return p.fail(t.pos, said.Text(`for address and port type "host ADDRESS and port NUMBER"`), `unexpected ":"`)
	case t.kind == symbol:
		return p.fail(t.pos, none, "unexpected %s", t)
	}
	return p.fail(t.pos, none, `expected "and" or "or" in front of %s`, t)
}

// bare is the error for a value without a keyword in front of it, or for a
// word that is no keyword.
func (p *parser) bare(t token) *Error {
	isPhone := (t.kind == number || t.kind == mac) && isDecimal(t.text) && len(t.text) >= 5
	if isPhone || isMsgID(t.text) || t.kind == name && isField(t.text) {
		return p.forDisplay(t.pos, t.text)
	}
	if t.kind == name {
		return p.fail(t.pos, suggest(t.text), "%q is no keyword", t.text)
	}
	keyword := "host"
	switch t.kind {
	case number:
		keyword = "port"
	case mac:
		keyword = "ether host"
	}
	return p.fail(t.pos, said.With(`did you mean "%s %s"?`, keyword, t.text), "%q needs a keyword in front of it", t.text)
}

// isMsgID: 16 hexadecimal digits.
func isMsgID(s string) bool {
	_, err := strconv.ParseUint(s, 16, 64)
	return err == nil && len(s) == 16
}

// isField: a name as display filters have, such as sms.text.
func isField(s string) bool {
	first, _, ok := strings.Cut(s, ".")
	return ok && strings.Contains(" cmpp sms txn msg conn frame tcp ip gap event expert source destination ", " "+first+" ")
}

// otherNames are what other tools call our keywords.
var otherNames = [...][2]string{
	{"dport", "dst port"}, {"sport", "src port"}, {"ipv4", "ip"}, {"ipv6", "ip6"},
	{"icmpv6", "icmp6"}, {"addr", "host"}, {"address", "host"}, {"network", "net"}, {"ports", "portrange"},
}

// suggest is the hint for a word that is no keyword: the nearest one.
func suggest(word string) lang.Text {
	if i := strings.IndexAny(word, "0123456789"); i > 0 && isKeyword(word[:i]) && isNumber(word[i:]) {
		return said.With(`did you mean "%s %s"?`, word[:i], word[i:])
	}
	lower := strings.ToLower(word)
	for _, n := range otherNames {
		if n[0] == lower {
			return said.With("did you mean %q?", n[1])
		}
	}
	best, nearest := "", 3 // at most two typing errors
	switch {
	case len(word) < 5:
		nearest = 2
	case len(word) > 40: // no keyword is near
		return none
	}
	try := func(keyword string) {
		if d := spell.Distance(lower, keyword); d < nearest {
			best, nearest = keyword, d
		}
	}
	for _, k := range keywords {
		try(k)
	}
	for _, p := range protocols {
		if p.over != isLLC {
			try(p.name)
		}
	}
	for _, c := range constants {
		try(c.name)
	}
	if best == "" {
		return none
	}
	return said.With("did you mean %q?", best)
}
