package record

import (
	"bytes"
	"encoding/json"
)

// AppendSchema appends the JSON Schema (draft 2020-12) that every record
// holds to. A member that is not described is an error, and so is null.
func (t *Table) AppendSchema(dst []byte) ([]byte, error) {
	root := newObject()
	for i := range t.Fields {
		f := &t.Fields[i]
		root.at(f.path[:len(f.path)-1]).add(f.path[len(f.path)-1], f.schema())
	}
	root.required = []string{"schema", "@timestamp", "event"}
	root.head = []member{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "Records of cmppdump, version " + Schema},
	}
	b, err := json.Marshal(root)
	if err != nil {
		return dst, err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, b, "", "  "); err != nil {
		return dst, err
	}
	return append(append(dst, pretty.Bytes()...), '\n'), nil
}

// object is a JSON Schema of an object, with its members in order.
type object struct {
	head     []member
	members  []member
	required []string
}

type member struct {
	name  string
	value any
}

func newObject() *object { return &object{} }

// at finds or makes the object at a path.
func (o *object) at(path []string) *object {
	for _, p := range path {
		o = o.child(p)
	}
	return o
}

func (o *object) child(name string) *object {
	for _, m := range o.members {
		if m.name == name {
			return m.value.(*object)
		}
	}
	c := newObject()
	o.add(name, c)
	return c
}

func (o *object) add(name string, v any) { o.members = append(o.members, member{name, v}) }

// MarshalJSON keeps the order of the members.
func (o *object) MarshalJSON() ([]byte, error) {
	all := append(append([]member{}, o.head...), member{"type", "object"}, member{"additionalProperties", false})
	if len(o.required) > 0 {
		all = append(all, member{"required", o.required})
	}
	return marshal(append(all, member{"properties", ordered(o.members)}))
}

// ordered is a JSON object whose members keep their order.
type ordered []member

// MarshalJSON implements json.Marshaler.
func (o ordered) MarshalJSON() ([]byte, error) { return marshal(o) }

func marshal(members []member) ([]byte, error) {
	b := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, []byte(m.name)), ':')
		v, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(b, v...)
	}
	return append(b, '}'), nil
}

// schema describes the values of a field.
func (f *Field) schema() any {
	var s ordered
	switch f.Type {
	case Objects:
		o := newObject()
		for i := range f.Elem {
			o.add(f.Elem[i].path[len(f.Elem[i].path)-1], f.Elem[i].schema())
		}
		return ordered{{"description", f.Doc}, {"type", "array"}, {"minItems", 1}, {"items", o}}
	case Uint:
		s = ordered{{"type", "integer"}, {"minimum", 0}, {"maximum", 1 << 53}}
	case Int:
		s = ordered{{"type", "integer"}}
	case Millis, Seconds, Float:
		s = ordered{{"type", "number"}}
	case Bool:
		s = ordered{{"type", "boolean"}}
	case Time:
		s = ordered{{"type", "string"}, {"format", "date-time"}}
	case Hex:
		s = ordered{{"type", "string"}, {"pattern", "^([0-9a-f]{2})+$"}}
	case ID:
		s = ordered{{"type", "string"}, {"pattern", "^[0-9a-f]{16}$"}}
	default:
		s = ordered{{"type", "string"}}
	}
	if f.List {
		return ordered{{"description", f.Doc}, {"type", "array"}, {"minItems", 1}, {"items", s}}
	}
	return append(ordered{{"description", f.Doc}}, s...)
}

// TypeName is the type as people read it in the list of fields.
func (f *Field) TypeName() string {
	name := [...]string{String: "string", Uint: "integer", Int: "integer", Millis: "milliseconds", Seconds: "seconds", Bool: "true/false",
		IP: "address", Time: "time", Hex: "octets", ID: "id", Objects: "objects", Float: "number"}[f.Type]
	if f.List && f.Type != Objects {
		name += " list"
	}
	return name
}

// ViewNames are the views that have the field: "pdu txn".
func (f *Field) ViewNames() string { return f.Views.String() }
