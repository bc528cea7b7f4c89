package record

import (
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// View is a kind of record, or a set of kinds.
type View uint8

// The views.
const (
	PDU View = 1 << iota
	Gap
)

// Field is one output name.
type Field struct {
	// Name is the path in the JSON record: "conn.id".
	Name  string
	Type  Type
	List  bool
	Views View
	Doc   string
	// Elem are the members of each object, where Type is Objects. Their Name
	// is the path too: "expert.id".
	Elem []Field

	// get reads the value; of a member of an object, that of object i.
	get func(r *Record, v *Value, i int)
	// count is the number of objects, where Type is Objects.
	count func(r *Record) int
	path  []string
	body  bool // a field of the PDU body
}

// Table is all output names of a protocol, in the order of the records.
type Table struct {
	Fields []Field
	byName map[string]*Field
}

// NewTable makes the table for a protocol.
func NewTable(p *dissect.Protocol) *Table {
	t := &Table{byName: map[string]*Field{}}
	t.Fields = append(t.Fields, common...)
	t.Fields = append(t.Fields, pduFields...)
	t.Fields = append(t.Fields, bodyFields(p)...)
	t.Fields = append(t.Fields, smsFields...)
	t.Fields = append(t.Fields, gapFields...)
	t.Fields = append(t.Fields, noteFields...)
	for i := range t.Fields {
		f := &t.Fields[i]
		f.path = strings.Split(f.Name, ".")
		t.byName[f.Name] = f
		for j := range f.Elem {
			f.Elem[j].path = strings.Split(f.Elem[j].Name, ".")
			t.byName[f.Elem[j].Name] = &f.Elem[j]
		}
	}
	return t
}

// Lookup finds a field by its name, or gives nil.
func (t *Table) Lookup(name string) *Field { return t.byName[name] }

// Get reads the field's value from a record. v is reused; v.Set tells whether
// the record has the field. Of a member of objects it gives the list.
func (f *Field) Get(r *Record, v *Value) {
	v.reset()
	if f.get != nil && f.Views&r.View != 0 {
		f.get(r, v, 0)
	}
}

// bodyFields derives the fields of the PDUs from their layouts. A name that
// several PDUs have is one field.
func bodyFields(p *dissect.Protocol) []Field {
	var out []Field
	seen := map[string]int{}
	add := func(s *layout.Spec, doc string) {
		name := p.Name + "." + s.Key
		if i, ok := seen[name]; ok {
			if f := &out[i]; f.Type != specType(s) || f.List != s.List {
				panic("record: " + name + " has two types")
			}
			return
		}
		seen[name] = len(out)
		out = append(out, Field{Name: name, Type: specType(s), List: s.List, Views: PDU, Doc: doc, body: true, get: bodyGetter(s.Key)})
		if s.Role == layout.Status {
			out = append(out, Field{Name: name + "_text", Type: String, Views: PDU, Doc: "What it means.", body: true, get: statusText(s.Key)})
		}
	}
	for _, c := range p.Commands {
		for _, s := range c.Body.Specs {
			if s.Kind != layout.Bytes {
				add(s, s.Name+": "+s.Doc)
			}
		}
	}
	for _, s := range []*layout.Spec{p.Body, p.Surplus, p.Rest} {
		add(s, s.Doc)
	}
	return out
}

// specType is the type in which records hold a field of a PDU.
func specType(s *layout.Spec) Type {
	switch {
	case s.Kind == layout.Text:
		return String
	case s.Kind == layout.Int:
		return Int
	case s.Kind == layout.Uint && s.Hex && s.Widths()[0] == 8:
		return ID
	case s.Kind == layout.Uint:
		return Uint
	}
	return Hex
}

// bodyGetter reads the field of a PDU by its name in records.
func bodyGetter(key string) func(*Record, *Value, int) {
	return func(r *Record, v *Value, _ int) {
		body := r.PDU.Body()
		for i := range body {
			f := &body[i]
			if f.Depth != 0 || f.Spec.Key != key {
				continue
			}
			if !f.Spec.List {
				r.field(v, f)
				return
			}
			r.field(v.item(), f)
		}
	}
}

func statusText(key string) func(*Record, *Value, int) {
	return func(r *Record, v *Value, _ int) {
		if f, ok := r.PDU.Field(layout.Status); ok && f.Spec.Key == key {
			v.str(r.meaning(f))
		}
	}
}
