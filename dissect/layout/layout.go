package layout

import (
	"fmt"
	"maps"
	"slices"
)

// Layout is the body of a PDU, or a block inside one, in all versions.
type Layout struct {
	Specs []*Spec
	plans [Columns]plan
	// octets are widths that stand for the declared ones, by name.
	octets map[string]int
}

// plan is a layout compiled for one version.
type plan struct {
	ops   []op
	head  head
	whole *whole // nil: the layout is no body of PDUs
	sizes []sizeStep
	fixed int // octets, or -1 if other fields decide
}

// op reads one field.
type op struct {
	spec  *Spec
	width int32 // octets of one element; -1: slot len decides
	kind  Kind
	save  int8 // slot that keeps the value, or -1
	len   int8 // slot that gives the width, or -1
	count int8 // slot that gives the number of elements, or -1
	rule  *rule
}

// slots is how many counts and lengths a layout may refer to.
const slots = 4

// sizeStep is the same plan reduced to arithmetic: skip fixed octets, or read
// a count, or skip count times width octets.
type sizeStep struct {
	skip  int  // octets to skip, times the count of slot by if that is not -1
	by    int8 // slot
	read  int8 // slot that the integer of width octets here goes to, or -1
	width int8
}

// New compiles a layout. A field that refers to a field that does not stand
// before it is a fault of the program and panics.
func New(specs ...*Spec) *Layout {
	l := &Layout{Specs: specs}
	l.compile()
	return l
}

// Resized is the layout with so many octets for the field of that name in every
// version that has it, whatever was declared and whatever other fields say; 0:
// the field is not there. It is for bodies that break with the specification.
func (l *Layout) Resized(name string, octets int) *Layout {
	m := maps.Clone(l.octets)
	if m == nil {
		m = map[string]int{}
	}
	m[name] = octets
	r := &Layout{Specs: l.Specs, octets: m}
	r.compile()
	return r
}

func (l *Layout) compile() {
	for col := range l.plans {
		l.plans[col] = compile(l.Specs, l.octets, col)
	}
}

func compile(specs []*Spec, octets map[string]int, col int) plan {
	var p plan
	slot := map[string]int8{}
	refer := func(s *Spec, name string) int8 {
		if name == "" {
			return -1
		}
		n, ok := slot[name]
		if !ok {
			panic(fmt.Sprintf("layout: %s refers to %q, which does not stand before it", s.Name, name))
		}
		return n
	}
	for _, s := range specs {
		s.check()
		if s.widths[col] == 0 && s.length == "" {
			continue
		}
		o := op{spec: s, width: int32(s.widths[col]), kind: s.Kind, rule: s.rule, save: -1}
		o.len, o.count = refer(s, s.length), refer(s, s.count)
		if n, ok := octets[s.Name]; ok {
			if n == 0 {
				continue
			}
			o.width, o.len = int32(n), -1
		}
		if referred(specs, s.Name) {
			o.save = int8(len(slot))
			slot[s.Name] = o.save
		}
		p.ops = append(p.ops, o)
	}
	if len(slot) > slots {
		panic("layout: too many counts and lengths")
	}
	p.head = makeHead(p.ops)
	p.sizes = sizes(p.ops)
	p.fixed = fixed(p.sizes)
	return p
}

func referred(specs []*Spec, name string) bool {
	for _, s := range specs {
		if s.length == name || s.count == name {
			return true
		}
	}
	return false
}

func sizes(ops []op) []sizeStep {
	var steps []sizeStep
	skip := 0
	flush := func() {
		if skip > 0 {
			steps = append(steps, sizeStep{skip: skip, by: -1, read: -1})
			skip = 0
		}
	}
	for _, o := range ops {
		switch {
		case o.len >= 0:
			flush()
			steps = append(steps, sizeStep{skip: 1, by: o.len, read: -1})
		case o.count >= 0:
			flush()
			steps = append(steps, sizeStep{skip: int(o.width), by: o.count, read: -1})
		case o.save >= 0:
			flush()
			steps = append(steps, sizeStep{by: -1, read: o.save, width: int8(o.width)})
		default:
			skip += int(o.width)
		}
	}
	flush()
	return steps
}

func fixed(steps []sizeStep) int {
	n := 0
	for _, s := range steps {
		if s.by >= 0 {
			return -1
		}
		if n += s.skip; s.read >= 0 {
			n += int(s.width)
		}
	}
	return n
}

// Fixed is the number of octets in a version, or -1 if fields inside decide.
func (l *Layout) Fixed(col int) int { return l.plans[col].fixed }

// Same reports whether two versions have the same layout.
func (l *Layout) Same(a, b int) bool {
	for _, s := range l.Specs {
		if s.widths[a] != s.widths[b] {
			return false
		}
	}
	return true
}

// Size computes how many octets the layout takes in a version, by the counts
// and lengths inside b. If b ends before the last of them, whole is false and
// n is what is needed at least.
func (l *Layout) Size(b []byte, col int) (n int, whole bool) {
	var slot [slots]int
	for _, s := range l.plans[col].sizes {
		switch {
		case s.read >= 0:
			if n+int(s.width) > len(b) {
				return n + int(s.width), false
			}
			slot[s.read] = int(number(b[n:n+int(s.width)]) & 0xffffff) // a count, never an offset by itself
			n += int(s.width)
		case s.by >= 0:
			n += s.skip * slot[s.by]
		default:
			n += s.skip
		}
	}
	return n, true
}

// Least is the number of octets in a version with every count at 0.
func (l *Layout) Least(col int) int {
	n := 0
	for _, s := range l.plans[col].sizes {
		if s.read >= 0 {
			n += int(s.width)
		} else if s.by < 0 {
			n += s.skip
		}
	}
	return n
}

// Has reports whether a version has a field with the role.
func (l *Layout) Has(r Role, col int) bool {
	return slices.ContainsFunc(l.plans[col].ops, func(o op) bool { return o.spec.Role == r })
}

// Find gives where the octets of the field with a role begin in a version, if
// the fields before it have fixed widths; else -1.
func (l *Layout) Find(r Role, col int) int {
	n := 0
	for _, o := range l.plans[col].ops {
		if o.spec.Role == r {
			return n
		}
		if o.len >= 0 || o.count >= 0 {
			return -1
		}
		n += int(o.width)
	}
	return -1
}
