package filter

// op is the operator of a test.
type op uint8

const (
	exists op = iota // none: the record has the field
	equal
	unequal
	less
	lessEqual
	greater
	greaterEqual
	contains
	matches
	in
)

// opNames are the operators as they are printed.
var opNames = [...]string{equal: "==", unequal: "!=", less: "<", lessEqual: "<=", greater: ">", greaterEqual: ">=", contains: "contains", matches: "matches", in: "in"}

// opWords are all ways to type them.
var opWords = map[string]op{
	"==": equal, "eq": equal, "!=": unequal, "ne": unequal, "<": less, "lt": less, "<=": lessEqual, "le": lessEqual,
	">": greater, "gt": greater, ">=": greaterEqual, "ge": greaterEqual, "contains": contains, "matches": matches, "~": matches, "in": in,
}

// isKeyword reports whether a word is no name and no value unless it is quoted.
func isKeyword(s string) bool {
	_, isOp := opWords[s]
	return isOp || s == "and" || s == "or" || s == "not"
}

// node is a part of the tree that an expression becomes.
type node interface {
	// append appends the part as an expression that becomes the same tree.
	append(dst []byte) []byte
}

// logical is terms joined by "and", or by "or".
type logical struct {
	or    bool
	terms []node
}

// negation is "not x".
type negation struct{ x node }

// test compares a field with values.
type test struct {
	name  token // of the field, or a number that stands alone
	op    op
	sign  token  // the operator, as typed
	items []item // of exists none, of in any number, else one
}

// item is a value, or a range of them.
type item struct{ lo, hi token } // hi.kind is end without a range

func (n *logical) append(dst []byte) []byte {
	for i, x := range n.terms {
		switch {
		case i > 0 && n.or:
			dst = append(dst, " || "...)
		case i > 0:
			dst = append(dst, " && "...)
		}
		_, nested := x.(*logical)
		dst = appendIn(dst, x, nested)
	}
	return dst
}

func (n *negation) append(dst []byte) []byte {
	alone := false
	switch x := n.x.(type) {
	case *negation:
		alone = true
	case *test:
		alone = x.op == exists
	}
	return appendIn(append(dst, '!'), n.x, !alone)
}

func (n *test) append(dst []byte) []byte {
	dst = n.name.append(dst)
	if n.op == exists {
		return dst
	}
	dst = append(append(append(dst, ' '), opNames[n.op]...), ' ')
	if n.op != in {
		return n.items[0].lo.append(dst)
	}
	dst = append(dst, '{')
	for i, x := range n.items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = x.lo.append(dst)
		if x.hi.kind != end {
			dst = x.hi.append(append(dst, ".."...))
		}
	}
	return append(dst, '}')
}

func (t token) append(dst []byte) []byte {
	if t.kind == quoted {
		return appendQuoted(dst, t.text)
	}
	return append(dst, t.text...)
}

// appendIn appends a part, in parentheses if need be.
func appendIn(dst []byte, n node, parentheses bool) []byte {
	if !parentheses {
		return n.append(dst)
	}
	return append(n.append(append(dst, '(')), ')')
}

// Bounds of an expression: its length in bytes, and how deep parentheses and
// negations may nest.
const (
	maxLen   = 1 << 16
	maxDepth = 200
)

// parser reads one token ahead.
type parser struct {
	src   string
	tok   token
	depth int
}

// parse makes the tree of an expression.
func parse(src string) (node, *Error) {
	p := &parser{src: src}
	if len(src) > maxLen {
		return nil, token{off: maxLen}.fail("longer than %d bytes", maxLen)
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	n, err := p.expr()
	if err != nil {
		return nil, err
	}
	switch t := p.tok; {
	case t.kind == end:
		return n, nil
	case t.is(")"):
		return nil, t.fail("this parenthesis was not opened")
	default:
		return nil, p.unexpected("and, or, or the end")
	}
}

// next reads the next token.
func (p *parser) next() *Error {
	t, err := lex(p.src, p.tok.off+p.tok.len)
	if err == nil {
		p.tok = t
	}
	return err
}

// unexpected is the error for a token that stands where something else must.
func (p *parser) unexpected(expected string) *Error {
	if p.tok.kind == end {
		return token{off: len(p.src)}.fail("it ends too early: expected %s", said.Text(expected))
	}
	return p.tok.fail("unexpected %s: expected %s", p.src[p.tok.off:p.tok.off+p.tok.len], said.Text(expected))
}

// joined reports whether the token is the operator, as a symbol or a word.
func (p *parser) joined(sign, name string) bool {
	return p.tok.is(sign) || p.tok.kind == word && p.tok.text == name
}

func (p *parser) expr() (node, *Error) { return p.list(true, "||", "or", p.and) }
func (p *parser) and() (node, *Error)  { return p.list(false, "&&", "and", p.not) }

// list reads terms with an operator between them.
func (p *parser) list(or bool, sign, name string, term func() (node, *Error)) (node, *Error) {
	first, err := term()
	if err != nil || !p.joined(sign, name) {
		return first, err
	}
	n := &logical{or, []node{first}}
	for p.joined(sign, name) {
		if err := p.next(); err != nil {
			return nil, err
		}
		x, err := term()
		if err != nil {
			return nil, err
		}
		n.terms = append(n.terms, x)
	}
	return n, nil
}

func (p *parser) not() (node, *Error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.tok.fail("nested too deep")
	}
	defer func() { p.depth-- }()
	switch {
	case p.joined("!", "not"):
		if err := p.next(); err != nil {
			return nil, err
		}
		x, err := p.not()
		return &negation{x}, err
	case p.tok.is("("):
		return p.group()
	}
	return p.test()
}

// group reads what stands in parentheses.
func (p *parser) group() (node, *Error) {
	open := p.tok
	if err := p.next(); err != nil {
		return nil, err
	}
	n, err := p.expr()
	switch {
	case err != nil:
		return nil, err
	case p.tok.kind == end:
		return nil, open.fail("this parenthesis is not closed")
	case !p.tok.is(")"):
		return nil, p.unexpected("and, or, or )")
	}
	return n, p.next()
}

func (p *parser) test() (node, *Error) {
	n := &test{name: p.tok}
	switch {
	case p.tok.kind == quoted:
		return nil, p.tok.fail("a text needs a field and an operator in front of it, such as sms.text contains")
	case p.tok.kind != word || isKeyword(p.tok.text):
		return nil, p.unexpected("a field")
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	negated := p.tok.kind == word && p.tok.text == "not"
	if negated {
		if err := p.next(); err != nil {
			return nil, err
		}
		if p.tok.kind != word || p.tok.text != "in" {
			return nil, p.unexpected("in")
		}
	}
	is, ok := opWords[p.tok.text]
	if !ok || p.tok.kind == quoted {
		return n, forCapture(n.name)
	}
	n.op, n.sign = is, p.tok
	if is == in {
		if err := p.set(n); err != nil {
			return nil, err
		}
		if negated {
			return &negation{n}, nil
		}
		return n, nil
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	v, err := p.value()
	n.items = []item{{lo: v}}
	return n, err
}

// set reads the values behind "in".
func (p *parser) set(n *test) *Error {
	if err := p.next(); err != nil {
		return err
	}
	open := p.tok
	if !open.is("{") {
		return p.unexpected("{")
	}
	if err := p.next(); err != nil {
		return err
	}
	for !p.tok.is("}") {
		if p.tok.kind == end {
			return open.fail("this brace is not closed")
		}
		x, err := p.item()
		if err != nil {
			return err
		}
		n.items = append(n.items, x)
		if p.tok.is(",") {
			if err := p.next(); err != nil {
				return err
			}
			if p.tok.is("}") {
				return p.unexpected("a value")
			}
		}
	}
	if len(n.items) == 0 {
		return p.tok.fail("nothing stands between the braces")
	}
	return p.next()
}

// item reads a value, or a range of values.
func (p *parser) item() (x item, err *Error) {
	if x.lo, err = p.value(); err != nil || !p.tok.is("..") {
		return x, err
	}
	if err = p.next(); err == nil {
		x.hi, err = p.value()
	}
	return x, err
}

// value reads a value.
func (p *parser) value() (token, *Error) {
	v := p.tok
	switch {
	case v.kind == word && isKeyword(v.text):
		return v, v.fail("%s stands where a value must; if it is one, quote it: %q", v.text, v.text)
	case v.kind != word && v.kind != quoted:
		return v, p.unexpected("a value")
	}
	return v, p.next()
}
