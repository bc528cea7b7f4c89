package record

import (
	"strings"
	"sync"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// View is a kind of record, or a set of kinds.
type View uint8

// The views.
const (
	PDU View = 1 << iota
	Gap
	Txn
	Conn
	Msg
	Stats
)

// viewNames are the views by name, and what event.dataset calls them behind the
// protocol's name.
var viewNames = []struct {
	view          View
	name, dataset string
}{{PDU, "pdu", "pdu"}, {Gap, "gap", "gap"}, {Txn, "txn", "transaction"}, {Msg, "msg", "message"}, {Conn, "conn", "connection"}, {Stats, "stats", "stats"}}

// String names the views: "pdu txn".
func (v View) String() string {
	var names []string
	for i := range viewNames {
		if viewNames[i].view&v != 0 {
			names = append(names, viewNames[i].name)
		}
	}
	return strings.Join(names, " ")
}

func (v View) dataset() string {
	for i := range viewNames {
		if viewNames[i].view == v {
			return viewNames[i].dataset
		}
	}
	return ""
}

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
	// Values are all values of an enumerated name; nil if the name is none.
	Values []string
	// Enum has the meanings of the values, where a PDU's field has them.
	Enum *layout.Enum
	// Omits: records leave the field out where its Num is Omitted. All of
	// type Bool do.
	Omits   bool
	Omitted uint64

	// get reads the value; of a member of an object, that of object i.
	get func(r *Record, v *Value, i int)
	// count is the number of objects, where Type is Objects.
	count func(r *Record) int
	path  []string
	spot  spot
	of    *Field // the list of objects that it is a member of
	body  bool   // a field of the PDU's body
	fixed fixed  // what records have it in common
	needs part   // without which the record cannot have it
	// seldom: records without it do not have the field, which need not be asked
	// then.
	seldom seldom
	// decided: of a transaction, known when it is decided.
	decided bool
	shared  bool // the name has another meaning in each of its views
}

// Table is all output names of a protocol, in the order of the records.
type Table struct {
	Fields   []Field
	Protocol *dissect.Protocol
	byName   map[string]*Field
	root     *nest
	plans    [Stats + 1][parts]plan
}

// plan is the steps to the records of a view that have certain parts. Most are
// never asked for, and all of them took longer than all else at the start.
type plan struct {
	once  sync.Once
	steps []step
}

// NewTable makes the table for a protocol, with the tables of statistics that
// records may hold.
func NewTable(p *dissect.Protocol, sheets ...*SheetSpec) *Table {
	t := &Table{Protocol: p, byName: map[string]*Field{}, root: &nest{}}
	for _, f := range [][]Field{common, connFields, frameFields, headerFields, bodyFields(p), authFields, accountFields, txnFields,
		msgFields, smsFields, gapFields, direction(reassembly.C2S), direction(reassembly.S2C), heartbeatFields, skewFields(), statsFields(sheets), verdictFields, lastFields} {
		for i := range f {
			t.add(f[i])
		}
	}
	nests := map[string]*nest{"": t.root}
	for i := range t.Fields {
		f := &t.Fields[i]
		f.path = strings.Split(f.Name, ".")
		f.spot = newSpot(f.path, nests)
		t.byName[f.Name] = f
		for j := range f.Elem {
			e := &f.Elem[j]
			e.path, e.of = strings.Split(e.Name, "."), f
			e.spot.name = quotedName(e.path[len(e.path)-1])
			t.byName[e.Name] = e
		}
	}
	for name, values := range values(p) {
		t.byName[name].Values = values
	}
	for _, f := range t.byName {
		f.Omits = f.Omits || f.Type == Bool
	}
	return t
}

// add appends a field. A name that is there already, for other views, stays one
// field: each view has its own getter.
func (t *Table) add(f Field) {
	for i := range t.Fields {
		g := &t.Fields[i]
		if g.Name != f.Name {
			continue
		}
		if g.Type != f.Type || g.List != f.List || g.Views&f.Views != 0 {
			panic("record: " + f.Name + " is declared twice")
		}
		first, views, second := g.get, g.Views, f.get
		g.shared = true
		g.Views, g.Doc = g.Views|f.Views, g.Doc+" "+f.Doc
		g.get = func(r *Record, v *Value, i int) {
			if r.View&views != 0 {
				first(r, v, i)
			} else {
				second(r, v, i)
			}
		}
		return
	}
	t.Fields = append(t.Fields, f)
}

// Lookup finds a field by its name, or gives nil.
func (t *Table) Lookup(name string) *Field { return t.byName[name] }

// Names are all names, in the order of the records.
func (t *Table) Names() []string {
	var names []string
	for i := range t.Fields {
		names = append(names, t.Fields[i].Name)
		for j := range t.Fields[i].Elem {
			names = append(names, t.Fields[i].Elem[j].Name)
		}
	}
	return names
}

// Get reads the field's value from a record. v is reused; v.Set tells whether
// the record has the field. A member of objects gives the list of those of all
// objects; the objects themselves, the list of their first members.
func (f *Field) Get(r *Record, v *Value) {
	v.reset()
	switch {
	case f.Type == Objects:
		f.Elem[0].Get(r, v)
	case !f.in(r):
	case f.of != nil:
		any := false
		for i := range f.of.count(r) {
			x := v.item()
			f.get(r, x, i)
			any = any || x.Set
		}
		v.Set = any // unset members stay, empty, so that columns line up
	default:
		f.get(r, v, 0)
	}
}

// in reports whether the record can have the field. A PDU also has what is
// known of its transaction.
func (f *Field) in(r *Record) bool {
	if f.get == nil || f.needs&^r.parts != 0 {
		return false
	}
	return f.Views&r.View != 0 || f.path[0] == "txn" && r.View == PDU && r.Txn != nil
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
		f := Field{Name: name, Type: specType(s), List: s.List, Views: PDU, Doc: doc, Enum: s.Enum, body: true, get: bodyGetter(s.Key)}
		switch s.Role {
		case layout.Status:
			f.Views, f.get = PDU|Txn|Conn, statusGetter(s.Key)
			out = append(out, f, Field{Name: name + "_text", Type: String, Views: PDU | Txn | Conn, Doc: "What it means.", body: true, get: statusText(s.Key)})
			return
		case layout.Service:
			f.Views, f.needs, f.get = PDU|Txn|Msg, hasPDU, serviceGetter(f.get)
		case layout.Login:
			f.Views, f.get = PDU|Conn, loginGetter(f.get)
		}
		out = append(out, f)
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

// loginGetter reads the account: a PDU's field, or the connection's newest.
func loginGetter(field func(*Record, *Value, int)) func(*Record, *Value, int) {
	return func(r *Record, v *Value, i int) {
		if r.View != Conn {
			field(r, v, i)
			return
		}
		r.buf = AppendOctetString(r.buf[:0], r.Conn.Account)
		v.text(r.buf)
	}
}

// serviceGetter reads the service code: a PDU's field, or the message's.
func serviceGetter(field func(*Record, *Value, int)) func(*Record, *Value, int) {
	return func(r *Record, v *Value, i int) {
		if r.View != Msg {
			field(r, v, i)
			return
		}
		r.buf = AppendOctetString(r.buf[:0], r.Msg.Service)
		v.text(r.buf)
	}
}

// status finds the status that the record has under the name key: a PDU's own,
// the response's of a transaction, the login's of a connection.
func (r *Record) status(key string) (num uint64, meaning string, ok bool) {
	spec, by := (*layout.Spec)(nil), dissect.NoVersion
	switch r.View {
	case PDU:
		if f, has := r.PDU.Field(layout.Status); has {
			spec, by, num = f.Spec, r.PDU.Column, f.Num
		}
	case Txn:
		spec, by, num = r.Txn.Spec, r.Txn.By, r.Txn.Status
	case Conn:
		spec, by, num = r.Conn.Spec, r.Conn.By, r.Conn.Status
	}
	if spec == nil || spec.Key != key {
		return 0, "", false
	}
	m, known := spec.Enum.Lookup(num, nil, int(by))
	if !known {
		m.En = "unknown"
	}
	return num, m.En, true
}

func statusGetter(key string) func(*Record, *Value, int) {
	return func(r *Record, v *Value, _ int) {
		if n, _, ok := r.status(key); ok {
			v.uint(n)
		}
	}
}

func statusText(key string) func(*Record, *Value, int) {
	return func(r *Record, v *Value, _ int) {
		if _, text, ok := r.status(key); ok {
			v.str(text)
		}
	}
}
