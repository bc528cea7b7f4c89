package record

import (
	"bytes"
	"strconv"

	"cmppdump/dissect/layout"
)

// AppendJSON appends the record as one JSON object without a line end. The
// fields of the body are written straight from the decoded PDU, in the order
// of its layout; everything else in the order of the table.
func (t *Table) AppendJSON(dst []byte, r *Record) []byte {
	w := writer{dst: append(dst, '{'), r: r, open: t.root}
	plan, kind, conn, has := t.plan(r.View, r.parts), r.kindRuns(), r.connRuns(), r.findSeldom()
	for i := range plan {
		switch s := &plan[i]; {
		case s.seldom&^has != 0:
		case s.body:
			w.body()
		case s.fixed == byKind:
			w.fixed(s, kind)
		case s.fixed == byConn:
			w.fixed(s, conn)
		default:
			w.field(s.fields[0])
		}
	}
	w.leave(t.root)
	return append(w.dst, '}')
}

// step is a part of a record: a field, a run of fixed ones, or the fields of
// the PDU's body.
type step struct {
	fields []*Field
	seldom seldom
	fixed  fixed
	run    int // number of the run
	body   bool
}

// maxRuns is how many runs a record may have.
const maxRuns = 8

// plan lists the steps to a record of a view that has certain parts.
func (t *Table) plan(v View, has part) []step {
	p := &t.plans[v][has]
	p.once.Do(func() { p.steps = t.makePlan(v, has) })
	return p.steps
}

func (t *Table) makePlan(v View, has part) (plan []step) {
	runs := 0
	for i := range t.Fields {
		f := &t.Fields[i]
		last := len(plan) - 1
		switch {
		case f.Views&v == 0 || f.needs&^has != 0:
		case v == PDU && f.body: // all of them in one go
			if !plan[last].body {
				plan = append(plan, step{body: true})
			}
		case f.fixed != varies && last >= 0 && plan[last].fixed == f.fixed:
			plan[last].fields = append(plan[last].fields, f)
		case f.fixed != varies:
			plan = append(plan, step{fields: []*Field{f}, fixed: f.fixed, run: runs})
			runs++
		default:
			plan = append(plan, step{fields: []*Field{f}, seldom: f.seldom})
		}
	}
	if runs > maxRuns {
		panic("record: too many runs of fixed fields")
	}
	return plan
}

// field appends a field, if the record has it.
func (w *writer) field(f *Field) {
	if f.Type == Objects {
		w.objects(f)
		return
	}
	v := &w.r.val
	v.reset()
	if f.get(w.r, v, 0); v.Set {
		w.member(&f.spot)
		w.value(v)
	}
}

// body appends the fields of the PDU's body.
func (w *writer) body() {
	r := w.r
	body := r.PDU.Body()
	for i := 0; i < len(body); i++ {
		f := &body[i]
		switch s := f.Spec; {
		case f.Depth != 0, s.Kind == layout.Bytes:
		case s.List:
			end := i + 1
			for end < len(body) && body[end].Spec == s {
				end++
			}
			w.list(body[i:end])
			i = end - 1
		case s.Kind == layout.Text:
			if b := f.Text(r.PDU.Raw); len(b) > 0 {
				w.name(s.Key)
				w.octetString(b)
			}
		case s.Kind == layout.Uint && !s.Hex:
			w.name(s.Key)
			w.dst = strconv.AppendUint(w.dst, f.Num, 10)
			if s.Role == layout.Status {
				w.statusText(f)
			}
		default:
			w.bodyField(f)
		}
	}
}

// statusText appends what a status means.
func (w *writer) statusText(f *layout.Field) {
	r := w.r
	r.buf = append(append(r.buf[:0], f.Spec.Key...), "_text"...)
	w.name(string(r.buf))
	w.string([]byte(r.meaning(*f)))
}

// bodyField appends a field of the body, if records have it.
func (w *writer) bodyField(f *layout.Field) {
	v := &w.r.val
	v.reset()
	if w.r.field(v, f); v.Set {
		w.name(f.Spec.Key)
		w.value(v)
	}
}

// list appends the elements of a field that repeats.
func (w *writer) list(elems []layout.Field) {
	w.name(elems[0].Spec.Key)
	w.dst = append(w.dst, '[')
	for i := range elems {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.element(&elems[i])
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) element(f *layout.Field) {
	if f.Spec.Kind == layout.Text {
		w.octetString(f.Text(w.r.PDU.Raw))
		return
	}
	w.r.val.reset()
	w.r.field(&w.r.val, f)
	w.value(&w.r.val)
}

// octetString appends text that no coding is declared for.
func (w *writer) octetString(b []byte) {
	if printable(b) {
		w.dst = append(append(append(w.dst, '"'), b...), '"')
		return
	}
	w.r.buf = AppendOctetString(w.r.buf[:0], b)
	w.string(w.r.buf)
}

func (w *writer) objects(f *Field) {
	n := f.count(w.r)
	if n == 0 {
		return
	}
	v := &w.r.val
	w.member(&f.spot)
	w.dst = append(w.dst, '[')
	for i := range n {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = append(w.dst, '{')
		for j := range f.Elem {
			e := &f.Elem[j]
			v.reset()
			if e.get(w.r, v, i); v.Set {
				w.key(e.spot.name)
				w.value(v)
			}
		}
		w.dst = append(w.dst, '}')
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) value(v *Value) {
	if len(v.List) == 0 {
		w.scalar(v)
		return
	}
	w.dst = append(w.dst, '[')
	for i := range v.List {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.scalar(&v.List[i])
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) scalar(v *Value) {
	switch v.Type {
	case String:
		w.string(v.Str)
	case Uint:
		w.dst = strconv.AppendUint(w.dst, v.Num, 10)
	case Time:
		w.dst = append(w.r.cache.appendTime(append(w.dst, '"'), int64(v.Num)), '"')
	case IP, Hex, ID:
		w.dst = append(v.AppendText(append(w.dst, '"')), '"')
	default:
		w.dst = v.AppendText(w.dst)
	}
}

// string appends b, which is UTF-8, as a JSON string.
func (w *writer) string(b []byte) { w.dst = appendString(w.dst, b) }

// appendString appends b, which is UTF-8, as a JSON string.
func appendString(dst, b []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i := clean(b); i < len(b); i++ {
		c := b[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, b[from:i]...)
		from = i + 1
		if at := bytes.IndexByte([]byte("\"\\\n\r\t"), c); at >= 0 {
			dst = append(dst, '\\', `"\nrt`[at])
		} else {
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	dst = append(dst, b[from:]...)
	return append(dst, '"')
}
