package filter

import (
	"bytes"
	"cmp"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/sms"
)

// Filter is a compiled expression. It has memory of its own: one goroutine may
// use it at a time.
type Filter struct {
	root  node
	match eval
	reads []*operand
}

// Compile makes a filter over the names of t. Times without a zone are local.
// The error is an *Error.
func Compile(src string, t *record.Table) (*Filter, error) { return CompileIn(src, t, time.Local) }

// CompileIn is Compile with the zone of times that name none.
func CompileIn(src string, t *record.Table, zone *time.Location) (*Filter, error) {
	root, err := parse(src)
	if err != nil {
		return nil, err
	}
	c := &checker{names: newVocabulary(t), zone: zone, filter: &Filter{root: root}}
	if c.filter.match, err = c.node(root); err != nil {
		return nil, err
	}
	return c.filter, nil
}

// Match reports whether the filter holds for a record.
func (f *Filter) Match(r *record.Record) bool { return f.match(r) }

// String is the expression in one form, whichever way it was typed.
func (f *Filter) String() string { return string(f.root.append(nil)) }

// Messages reports whether the filter reads what only messages have.
func (f *Filter) Messages() bool {
	return slices.ContainsFunc(f.reads, func(o *operand) bool { return o.views() == record.Msg })
}

// Lacking says of the names that no record of the views has, nor what it belongs
// to, where they are: "msg.state is in msg records only".
func (f *Filter) Lacking(views record.View) []string {
	if views&record.PDU != 0 {
		views |= record.Txn
	}
	if views&record.Txn != 0 {
		views |= record.Msg
	}
	var list []string
	for _, o := range f.reads {
		text := o.name + " is in " + o.views().String() + " records only"
		if o.views()&views == 0 && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// views are the kinds of records that may have the operand.
func (o *operand) views() (v record.View) {
	for _, s := range o.sources {
		v |= s.field.Views
	}
	if o.sources == nil {
		return record.PDU | record.Txn
	}
	return v
}

// checker makes closures of the tree.
type checker struct {
	names  *vocabulary
	zone   *time.Location
	filter *Filter
}

func (c *checker) node(n node) (eval, *Error) {
	switch n := n.(type) {
	case *logical:
		return c.logical(n)
	case *negation:
		x, err := c.node(n.x)
		return func(r *record.Record) bool { return !x(r) }, err
	case *test:
		return c.test(n)
	}
	panic("filter: unknown node")
}

func (c *checker) logical(n *logical) (eval, *Error) {
	terms := make([]eval, len(n.terms))
	for i, x := range n.terms {
		var err *Error
		if terms[i], err = c.node(x); err != nil {
			return nil, err
		}
	}
	or := n.or
	return func(r *record.Record) bool {
		for _, x := range terms {
			if x(r) == or {
				return or
			}
		}
		return !or
	}, nil
}

func (c *checker) test(n *test) (eval, *Error) {
	o := c.names.find(n.name.text)
	if o == nil {
		return c.bare(n)
	}
	c.filter.reads = append(c.filter.reads, o)
	if n.op != exists && !slices.Contains(o.operators(), n.op) {
		return nil, o.refuse(n.sign)
	}
	x := &reading{operand: o}
	if n.op == exists {
		return x.exists(), nil
	}
	p, err := c.predicate(o, n)
	if err != nil {
		return nil, err
	}
	if n.op == unequal {
		return func(r *record.Record) bool { present, found := x.any(r, p); return present && !found }, nil
	}
	return func(r *record.Record) bool { _, found := x.any(r, p); return found }, nil
}

// bare compiles a number or a Msg_Id that stands alone.
func (c *checker) bare(n *test) (eval, *Error) {
	text := n.name.text
	id, isID := c.names.table.Protocol.ParseID(text)
	isNumber := sms.IsNumber(text)
	switch {
	case !isID && !isNumber:
		return nil, c.names.unknown(n.name)
	case n.op != exists:
		return nil, n.name.fail("%s stands where a field must, such as sms.to", text)
	}
	number := []byte(text)
	return func(r *record.Record) bool {
		return isNumber && r.HasNumber(number) || isID && r.HasID(id)
	}, nil
}

// The operators by type.
var (
	orderOps = []op{equal, unequal, less, lessEqual, greater, greaterEqual, in}
	textOps  = []op{equal, unequal, less, lessEqual, greater, greaterEqual, contains, matches, in}
	wordOps  = []op{equal, unequal, contains, matches, in}
	idOps    = []op{equal, unequal, in}
	boolOps  = []op{equal, unequal}
)

// operators are those that may stand behind the operand.
func (o *operand) operators() []op {
	switch {
	case o.sources == nil || o.kind == record.Objects:
		return nil
	case o.kind == record.String && o.values() != nil, o.kind == record.Hex:
		return wordOps
	case o.kind == record.String:
		return textOps
	case o.kind == record.Bool:
		return boolOps
	case o.kind == record.ID:
		return idOps
	}
	return orderOps
}

// values are those of an enumerated operand.
func (o *operand) values() []string { return o.sources[0].field.Values }

// refuse is the error for an operator that the operand does not have.
func (o *operand) refuse(sign token) *Error {
	ops := o.operators()
	switch {
	case o.grouped:
		return sign.fail("%s is a group of fields and stands alone; compare one of them, such as %s", o.name, o.sources[0].field.Name)
	case o.kind == record.Objects && o.sources != nil:
		return sign.fail("%s is a list of objects and stands alone; compare a member, such as %s", o.name, o.sources[0].field.Elem[0].Name)
	case ops == nil:
		return sign.fail("%s is a command and stands alone", o.name)
	}
	var names []string
	for _, x := range ops {
		names = append(names, opNames[x])
	}
	return sign.fail("%s is %s and has no %s, only %s", o.name, o.typeName(), sign.text, strings.Join(names, " "))
}

// typeName is the type with its article.
func (o *operand) typeName() lang.Text {
	if o.sources[0].field.Values != nil {
		return said.Text("one of a few words")
	}
	return said.Text([...]string{record.String: "a text", record.Uint: "an integer", record.Int: "an integer", record.Millis: "a duration",
		record.Seconds: "a duration", record.Bool: "true or false", record.IP: "an address", record.Time: "a time",
		record.Hex: "octets", record.ID: "an id"}[o.kind])
}

// predicate compiles the right side of a test.
func (c *checker) predicate(o *operand, n *test) (predicate, *Error) {
	switch {
	case n.op == matches:
		return c.expression(n.items[0].lo)
	case n.op == contains:
		return c.substring(o, n.items[0].lo)
	case o.kind == record.String && o.values() != nil:
		return c.words(o, n)
	case o.kind == record.String, o.kind == record.Hex:
		return c.texts(o, n)
	case o.kind == record.IP:
		spans, err := intervals(n, func(t token) (lo, hi netip.Addr, err *Error) { return address(o, t) }, netip.Addr.Compare)
		return located(spans), err
	}
	spans, err := intervals(n, func(t token) (lo, hi int64, err *Error) {
		lo, err = c.number(o, t)
		return lo, lo, err
	}, cmp.Compare[int64])
	return numeric(spans), err
}

// expression compiles a regular expression. As in Wireshark, upper and lower
// case are the same unless it says (?-i).
func (c *checker) expression(t token) (predicate, *Error) {
	re, err := regexp.Compile("(?i)" + t.text)
	if err != nil {
		return nil, t.fail("%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return func(v, _ *record.Value) bool { return re.Match(v.Str) }, nil
}

func (c *checker) substring(o *operand, t token) (predicate, *Error) {
	part, err := c.octets(o, t)
	if err != nil {
		return nil, err
	}
	return func(v, _ *record.Value) bool { return bytes.Contains(v.Str, part) }, nil
}

// octets is what a value says of a text, or of octets: as hexadecimal digits,
// or a text in quotes.
func (c *checker) octets(o *operand, t token) ([]byte, *Error) {
	switch {
	case o.kind == record.Hex && t.kind == word:
		return hexDigits(o, t)
	case t.kind == word && strings.Contains(t.text, ".") && c.names.find(t.text) != nil:
		return nil, t.fail("%s is a field, and fields stand on the left; if it is a text, quote it", t.text)
	}
	return []byte(t.text), nil
}

// texts compiles comparisons of texts and octets. Blanks around a text do not
// count.
func (c *checker) texts(o *operand, n *test) (predicate, *Error) {
	trim := func(b []byte) []byte { return b }
	if o.kind == record.String {
		trim = trimBlanks
	}
	spans, err := intervals(n, func(t token) (lo, hi []byte, err *Error) {
		lo, err = c.octets(o, t)
		lo = trim(lo)
		return lo, lo, err
	}, bytes.Compare)
	return func(v, _ *record.Value) bool { b := trim(v.Str); return spans.hit(b, b) }, err
}

func trimBlanks(b []byte) []byte { return bytes.Trim(b, " ") }

// words compiles comparisons with words of an enumeration.
func (c *checker) words(o *operand, n *test) (predicate, *Error) {
	var list []string
	for _, x := range n.items {
		if x.hi.kind != end {
			return nil, x.hi.fail("%s is %s, which have no ranges", o.name, o.typeName())
		}
		words, err := c.enumerated(o, x.lo)
		if err != nil {
			return nil, err
		}
		list = append(list, words...)
	}
	return func(v, _ *record.Value) bool {
		for _, w := range list {
			if string(v.Str) == w {
				return true
			}
		}
		return false
	}, nil
}

// describe lists words for people.
func describe(words []string) lang.Text {
	const most = 12
	if len(words) > most {
		return said.With("%s and %d more", strings.Join(words[:most], " "), len(words)-most)
	}
	return said.Text(strings.Join(words, " "))
}
