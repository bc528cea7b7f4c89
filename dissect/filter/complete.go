package filter

import (
	"strconv"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
)

// Candidate is a way to go on with an expression.
type Candidate struct {
	Text string // replaces what stands from Start to the cursor
	Doc  string // what it means; may be empty
	// Start is where the word at the cursor begins, in bytes.
	Start int
}

// Complete lists how the expression can go on at the cursor, a place in bytes:
// with names, operators for the type of the name in front, or the values of an
// enumerated one. Names come in the order of records. An expression with a
// fault in front of the cursor has none.
func Complete(t *record.Table, src string, cursor int) []Candidate {
	before := src[:min(max(cursor, 0), len(src))]
	tokens, partial, ok := lexAll(before)
	if !ok {
		return nil
	}
	c := completer{names: newVocabulary(t), start: partial.off, prefix: partial.text}
	if partial.kind == end {
		c.start = len(before)
	}
	c.after(tokens)
	return c.list
}

// lexAll reads all tokens but the word that touches the end.
func lexAll(src string) (tokens []token, partial token, ok bool) {
	at := 0
	for {
		t, err := lex(src, at)
		if err != nil {
			return nil, t, false
		}
		at = t.off + t.len
		switch {
		case t.kind == end:
			return tokens, t, true
		case t.kind == word && at == len(src):
			return tokens, t, true
		}
		tokens = append(tokens, t)
	}
}

type completer struct {
	names  *vocabulary
	start  int
	prefix string // of what is wanted
	list   []Candidate
}

// after offers what may stand behind tokens.
func (c *completer) after(tokens []token) {
	var before [2]token // the last, and the one before it
	for i := range before {
		if n := len(tokens) - 1 - i; n >= 0 {
			before[i] = tokens[n]
		}
	}
	last := before[0]
	_, isOp := opWords[last.text]
	isOp = isOp && last.kind != quoted
	set := c.set(tokens)
	switch {
	case set != nil && (last.is("{") || last.is(",") || last.is("..")):
		c.values(set)
	case set != nil:
		c.offer(",", "")
		c.offer("}", "")
	case isOp && last.text == "in":
		c.offer("{", "")
	case isOp:
		c.values(c.operand(before[1]))
	case last.kind == word && last.text == "not" && c.operand(before[1]) != nil:
		c.offer("in", "one of several values")
	case last.kind == end, last.is("("), last.is("!"), last.is("&&"), last.is("||"), last.kind == word && isKeyword(last.text):
		c.fields()
	default:
		c.operators(before)
	}
}

// operand is what a token in front of an operator names, or nil.
func (c *completer) operand(t token) *operand {
	if t.kind != word {
		return nil
	}
	return c.names.find(t.text)
}

// set is the operand whose set of values is open at the end of tokens, or nil.
func (c *completer) set(tokens []token) *operand {
	open := -1
	for i, t := range tokens {
		switch {
		case t.is("{"):
			open = i
		case t.is("}"):
			open = -1
		}
	}
	switch {
	case open < 2:
		return nil
	case tokens[open-2].text == "not" && open > 2:
		return c.operand(tokens[open-3])
	}
	return c.operand(tokens[open-2])
}

// offer adds a candidate if it begins with what is there.
func (c *completer) offer(text, doc string) {
	if len(text) >= len(c.prefix) && strings.EqualFold(text[:len(c.prefix)], c.prefix) {
		c.list = append(c.list, Candidate{Text: text, Doc: doc, Start: c.start})
	}
}

// fields offers names.
func (c *completer) fields() {
	if cmd, _ := c.names.cutCommand(strings.ToLower(c.prefix)); cmd != nil {
		p := c.names.table.Protocol
		head := c.prefix[:strings.LastIndexByte(c.prefix, '.')+1]
		for _, key := range c.names.keys(cmd) {
			c.offer(head+key, c.names.by[p.Name+"."+key].doc)
		}
		return
	}
	for _, n := range c.names.names {
		c.offer(n, c.names.by[n].doc)
	}
	c.offer("not", "")
}

// operators offers what may stand behind a name, or behind a whole test.
func (c *completer) operators(before [2]token) {
	_, compared := opWords[before[1].text]
	if o := c.operand(before[0]); o != nil && !compared {
		for _, x := range o.operators() {
			c.offer(opNames[x], "")
		}
		if len(o.operators()) > 0 {
			c.offer("not in", "")
		}
	}
	c.offer("and", "")
	c.offer("or", "")
}

// values offers the values of an enumerated operand, and those of a number that
// have a meaning.
func (c *completer) values(o *operand) {
	if o == nil || o.sources == nil {
		return
	}
	f := o.sources[0].field
	p := c.names.table.Protocol
	commands := f.Name == p.Name+".command"
	for _, v := range f.Values {
		doc := ""
		if commands {
			doc = commandDoc(p, v)
		}
		c.offer(v, doc)
		if commands {
			c.offer(strings.ToLower(v[len(p.Title)+1:]), doc)
		}
	}
	if f.Type == record.Bool {
		c.offer("true", "")
		c.offer("false", "")
	}
	if f.Enum == nil {
		return
	}
	seen := map[string]bool{} // a version may give another meaning: the first stands
	for _, v := range f.Enum.Values {
		text := v.Text
		if text == "" {
			text = strconv.FormatUint(v.Num, 10)
		}
		if !seen[text] {
			c.offer(text, v.En)
		}
		seen[text] = true
	}
}

// commandDoc is what a command is for.
func commandDoc(p *dissect.Protocol, name string) string {
	for _, c := range p.Commands {
		if c.Name == name || c.Names[0] == name {
			return c.Doc
		}
	}
	return ""
}
