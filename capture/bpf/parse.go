package bpf

import (
	"strings"
)

// node is a part of the tree that an expression becomes: *logical, *negation,
// *match, *word or *relation.
type node any

// logical is `l and r` or `l or r`.
type logical struct {
	or   bool
	l, r node
}

// negation is `not x`.
type negation struct{ x node }

// match is a value with its qualifiers, typed or inherited: `tcp src port 80`.
type match struct {
	qual qualifier
	id   value
}

// qualifier is what stands in front of a value.
type qualifier struct {
	pos   int
	proto *protocol // nil: any
	dir   direction
	what  string // host net port portrange proto; "" means host
}

// String names what the value is, for a message.
func (q qualifier) String() string {
	switch q.what {
	case "":
		return "host"
	case "net":
		return "network"
	case "portrange":
		return "range of ports"
	case "proto":
		return "protocol"
	}
	return q.what
}

type direction uint8

const (
	srcOrDst direction = iota
	srcAndDst
	src
	dst
)

// value is an address, a number or a name, as its token says.
type value struct {
	token
	prefix int    // of /len, -1 without
	mask   *token // of "mask 255.0"
}

// word is a condition of one keyword: `tcp`, `ip multicast`, `vlan 5`, `less 60`.
type word struct {
	token
	proto *protocol // in front of broadcast and multicast
	n     *uint32   // behind vlan, mpls, pppoes; of less, greater and ifindex
}

// relation compares two numbers.
type relation struct {
	op   string
	l, r arith
}

// arith is a number to compute: literal, length, *negative, *operation or *packet.
type arith any

type (
	literal   uint32
	length    struct{} // on the wire, in bytes
	negative  struct{ x arith }
	operation struct {
		op   string
		l, r arith
	}
	packet struct { // proto[off:size]
		token
		proto *protocol
		off   arith
		size  int
	}
)

// item is what the parser has read: a condition, or values that need the
// qualifiers of what stands in front of them, or a number that may yet become
// a value or part of a relation.
type item struct {
	cond  node
	ids   bool       // cond is made of values only
	num   *token     // a number, perhaps in parentheses
	arith arith      // a number to compute; of num too
	qual  *qualifier // what a value behind "and" or "or" inherits
	pos   int
}

// maxDepth bounds the nesting of parentheses, brackets and signs.
const maxDepth = 200

// maxLen bounds the length of an expression in bytes.
const maxLen = 1 << 16

type parser struct {
	lexer
	tok   token // not yet consumed
	depth int
}

// parse makes a tree of an expression. An empty one is nil.
func parse(expr string) (node, *Error) {
	p := &parser{lexer: lexer{expr: expr}}
	if len(expr) > maxLen {
		return nil, p.fail(0, none, "longer than %d bytes", maxLen)
	}
	if err := p.advance(); err != nil || p.tok.kind == end {
		return nil, err
	}
	it, err := p.sequence(nil)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != end {
		return nil, p.trailing()
	}
	return p.condition(it)
}

func (p *parser) advance() (err *Error) {
	p.tok, err = p.next()
	return err
}

func (p *parser) is(text string) bool {
	return (p.tok.kind == symbol || p.tok.kind == keyword) && p.tok.text == text
}

// expect consumes a symbol.
func (p *parser) expect(text string) *Error {
	if !p.is(text) {
		return p.fail(p.tok.pos, none, "expected %q instead of %s", text, p.tok)
	}
	return p.advance()
}

// sequence reads items with and and or between them, which bind equally, from
// the left. inherited are the qualifiers for values at the beginning.
func (p *parser) sequence(inherited *qualifier) (item, *Error) {
	left, err := p.item(inherited)
	for err == nil && (p.is("and") || p.is("or")) {
		if left, err = p.asCondition(left, inherited); err != nil {
			break
		}
		or := p.tok.text == "or"
		if err = p.advance(); err != nil {
			break
		}
		var right item
		if right, err = p.item(left.qual); err != nil {
			break
		}
		if right, err = p.asCondition(right, left.qual); err != nil {
			break
		}
		if left.ids && !right.ids {
			return item{}, p.fail(right.pos, none, "only values can follow here, as in port (80 or 443)")
		}
		left = item{cond: &logical{or, left.cond, right.cond}, ids: left.ids, qual: right.qual, pos: left.pos}
	}
	return left, err
}

// asCondition makes a condition of a number by giving it the inherited
// qualifiers.
func (p *parser) asCondition(it item, inherited *qualifier) (item, *Error) {
	if it.cond != nil {
		return it, nil
	}
	if it.num == nil {
		return item{}, p.fail(p.tok.pos, none, "expected a comparison such as \"= 5\" instead of %s", p.tok)
	}
	return p.value(value{token: *it.num, prefix: -1}, inherited)
}

// condition is the condition of a whole expression.
func (p *parser) condition(it item) (node, *Error) {
	it, err := p.asCondition(it, nil)
	return it.cond, err
}

// item reads up to the next "and" or "or": a condition, a relation, or values.
func (p *parser) item(inherited *qualifier) (item, *Error) {
	pos := p.tok.pos
	if p.is("not") {
		if err := p.enter(); err != nil {
			return item{}, err
		}
		defer p.leave()
		it, err := p.item(inherited)
		if err == nil {
			it, err = p.asCondition(it, inherited)
		}
		return item{cond: &negation{it.cond}, ids: it.ids, qual: it.qual, pos: pos}, err
	}
	it, err := p.operand(inherited)
	if err != nil || it.arith == nil {
		return it, err
	}
	if it, err = p.arithmetic(it, 0); err != nil {
		return it, err
	}
	op := p.tok.text
	if !isComparison(p.tok) {
		return it, nil
	}
	if err := p.advance(); err != nil {
		return item{}, err
	}
	right, err := p.number(0)
	return item{cond: &relation{op, it.arith, right}, pos: pos}, err
}

func isComparison(t token) bool {
	return t.kind == symbol && precedence(t.text) == 0 && strings.IndexByte("<>=!", t.text[0]) >= 0
}

// enter consumes a token that nests.
func (p *parser) enter() *Error {
	if p.depth++; p.depth > maxDepth {
		return p.fail(p.tok.pos, none, "nested too deeply")
	}
	return p.advance()
}

func (p *parser) leave() { p.depth-- }

// operand reads what stands between operators.
func (p *parser) operand(inherited *qualifier) (item, *Error) {
	t := p.tok
	switch t.kind {
	case number:
		return item{num: &t, arith: literal(t.num), pos: t.pos}, p.advance()
	case keyword:
		return p.keyword(t)
	case symbol:
		switch t.text {
		case "(":
			return p.parenthesis(inherited)
		case "-":
			return p.minus()
		}
	case name, dotted, ipv6, mac:
		if inherited == nil {
			return item{}, p.bare(t)
		}
		v, err := p.address()
		if err != nil {
			return item{}, err
		}
		if t.kind == name && isField(t.text) && isComparison(p.tok) {
			return item{}, p.forDisplay(t.pos, t.text)
		}
		return p.value(v, inherited)
	}
	return item{}, p.fail(t.pos, none, "expected a condition instead of %s", t)
}

// parenthesis reads what is in parentheses; the qualifiers of its conditions
// end with it.
func (p *parser) parenthesis(inherited *qualifier) (item, *Error) {
	pos := p.tok.pos
	if err := p.enter(); err != nil {
		return item{}, err
	}
	defer p.leave()
	it, err := p.sequence(inherited)
	if err == nil && p.tok.kind == end {
		err = p.fail(pos, none, "this parenthesis is not closed")
	}
	if err == nil && !p.is(")") {
		err = p.trailing()
	}
	if err == nil {
		err = p.advance()
	}
	it.pos = pos
	if !it.ids {
		it.qual = inherited
	}
	return it, err
}

// value is the condition that v with the qualifiers q is.
func (p *parser) value(v value, q *qualifier) (item, *Error) {
	if q == nil {
		return item{}, p.bare(v.token)
	}
	return item{cond: &match{*q, v}, ids: true, qual: q, pos: v.pos}, nil
}

// address reads a value that is not a plain number.
func (p *parser) address() (value, *Error) {
	v := value{token: p.tok, prefix: -1}
	if err := p.advance(); err != nil || v.kind != dotted && v.kind != ipv6 {
		return v, err
	}
	switch {
	case p.is("/"):
		if err := p.advance(); err != nil {
			return v, err
		}
		if p.tok.kind != number {
			return v, p.fail(p.tok.pos, none, "expected the length of the mask instead of %s", p.tok)
		}
		v.prefix = int(min(p.tok.num, 1000))
		return v, p.advance()
	case p.is("mask") && v.kind == dotted:
		if err := p.advance(); err != nil {
			return v, err
		}
		if p.tok.kind != dotted {
			return v, p.fail(p.tok.pos, none, "expected a mask such as 255.255.0.0 instead of %s", p.tok)
		}
		mask := p.tok
		v.mask = &mask
		return v, p.advance()
	}
	return v, nil
}

// keyword reads a condition or a number that begins with a keyword.
func (p *parser) keyword(t token) (item, *Error) {
	if isForeign(t.text) {
		return item{}, p.fail(t.pos, none, "%q is for links and systems that cmppdump does not capture from", t.text)
	}
	if err := p.advance(); err != nil {
		return item{}, err
	}
	if proto := protocolOf(t.text); proto != nil {
		return p.protocol(t, proto)
	}
	switch t.text {
	case "len":
		return item{arith: length{}, pos: t.pos}, nil
	case "src", "dst", "host", "net", "port", "portrange", "proto":
		return p.qualified(t, nil)
	case "broadcast", "multicast", "inbound", "outbound", "pppoed":
		return p.word(word{token: t})
	case "less", "greater", "ifindex":
		if p.tok.kind != number {
			return item{}, p.fail(p.tok.pos, none, "expected a number behind %q instead of %s", t.text, p.tok)
		}
		return p.numbered(t)
	case "vlan", "mpls", "pppoes":
		if p.tok.kind == number || p.is("(") {
			return p.numbered(t)
		}
		return p.word(word{token: t})
	case "llc", "geneve", "byte", "protochain":
		return item{}, p.unsupported(t)
	case "gateway":
		return item{}, p.fail(t.pos, said.Text(`use "ether host MAC and not host ADDRESS"`), `"gateway" needs name tables that are not read`)
	}
	return item{}, p.fail(t.pos, none, "expected a condition instead of %s", t)
}

func (p *parser) unsupported(t token) *Error {
	e := p.fail(t.pos, none, "%q is not supported", t.text)
	e.Unsupported = true
	return e
}

func (p *parser) word(w word) (item, *Error) {
	return item{cond: &w, pos: w.pos}, nil
}

// numbered reads the number that belongs to t, perhaps in parentheses.
func (p *parser) numbered(t token) (item, *Error) {
	n := p.tok
	if p.is("(") {
		it, err := p.parenthesis(nil)
		if err != nil {
			return item{}, err
		}
		if it.num == nil {
			return item{}, p.fail(n.pos, none, "expected a number behind %q", t.text)
		}
		return p.word(word{token: t, n: &it.num.num})
	}
	if err := p.advance(); err != nil {
		return item{}, err
	}
	return p.word(word{token: t, n: &n.num})
}

// protocol reads what begins with the name of a protocol.
func (p *parser) protocol(t token, proto *protocol) (item, *Error) {
	switch {
	case p.is("["):
		return p.index(t, proto)
	case p.is("src"), p.is("dst"), p.is("host"), p.is("net"), p.is("port"), p.is("portrange"), p.is("proto"):
		q := p.tok
		if err := p.advance(); err != nil {
			return item{}, err
		}
		q.pos = t.pos
		return p.qualified(q, proto)
	case p.is("broadcast"), p.is("multicast"):
		w := word{token: p.tok, proto: proto}
		w.pos = t.pos
		if err := p.advance(); err != nil {
			return item{}, err
		}
		return p.word(w)
	case p.is("protochain"):
		return item{}, p.unsupported(p.tok)
	}
	return p.word(word{token: t, proto: proto})
}

// qualified reads the qualifiers behind t, and a value or several in
// parentheses.
func (p *parser) qualified(t token, proto *protocol) (item, *Error) {
	q := &qualifier{pos: t.pos, proto: proto}
	var err *Error
	if t.text == "src" || t.text == "dst" {
		if q.dir, err = p.direction(t.text); err != nil {
			return item{}, err
		}
		if p.is("host") || p.is("net") || p.is("port") || p.is("portrange") {
			q.what = p.tok.text
			err = p.advance()
		}
	} else {
		q.what = t.text
	}
	if err != nil {
		return item{}, err
	}
	if p.tok.kind == keyword && !p.is("not") {
		return item{}, p.keywordAsValue(q)
	}
	if p.tok.kind == end || p.tok.kind == symbol && !p.is("(") {
		return item{}, p.fail(p.tok.pos, none, "expected a %s instead of %s", q, p.tok)
	}
	it, err := p.item(q)
	if err == nil && it.num != nil {
		it, err = p.asCondition(it, q)
	}
	if err == nil && !it.ids {
		hint := none
		if q.what == "net" {
			hint = said.Text("write networks with their points, as in net 10.0.0.0/8")
		}
		err = p.fail(it.pos, hint, "expected a %s here", q)
	}
	it.ids, it.pos = false, t.pos
	return it, err
}

// direction reads the rest of "src", "src or dst", "dst and src".
func (p *parser) direction(first string) (direction, *Error) {
	both := srcOrDst
	if p.is("and") {
		both = srcAndDst
	} else if !p.is("or") {
		if first == "src" {
			return src, nil
		}
		return dst, nil
	}
	other := "dst"
	if first == "dst" {
		other = "src"
	}
	if err := p.advance(); err != nil {
		return 0, err
	}
	return both, p.expect(other)
}

func (p *parser) keywordAsValue(q *qualifier) *Error {
	hint := said.With(`if it is a name, type \%s`, p.tok.text)
	if q.what != "" && (p.is("and") || p.is("or")) {
		hint = none
	}
	return p.fail(p.tok.pos, hint, "expected a %s instead of the keyword %s", q, p.tok)
}
