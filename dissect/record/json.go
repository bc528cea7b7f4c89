package record

import "cmppdump/dissect/layout"

// AppendJSON appends the record as one JSON object without a line end. The
// fields of the body are written straight from the decoded PDU, in the order
// of its layout; everything else in the order of the table.
func (t *Table) AppendJSON(dst []byte, r *Record) []byte {
	w := writer{dst: append(dst, '{')}
	for _, f := range t.byView[r.View] {
		switch {
		case f.body && r.View == PDU:
			w.body(r)
		case f.Type == Objects:
			w.objects(f, r)
		case f.lacksPDU(r):
		default:
			r.val.reset()
			if f.get(r, &r.val, 0); r.val.Set {
				w.key(f.path)
				w.value(&r.val)
			}
		}
	}
	w.close(0)
	return append(w.dst, '}')
}

// writer appends members and keeps track of the objects that are open.
type writer struct {
	dst   []byte
	open  [4]string
	depth int
}

// key closes and opens objects as the path asks for, and appends the name.
func (w *writer) key(path []string) {
	last := len(path) - 1
	same := 0
	for same < w.depth && same < last && w.open[same] == path[same] {
		same++
	}
	w.close(same)
	for ; w.depth < last; w.depth++ {
		w.name(path[w.depth])
		w.dst = append(w.dst, '{')
		w.open[w.depth] = path[w.depth]
	}
	w.name(path[last])
}

func (w *writer) close(depth int) {
	for ; w.depth > depth; w.depth-- {
		w.dst = append(w.dst, '}')
	}
}

func (w *writer) name(s string) {
	if c := w.dst[len(w.dst)-1]; c != '{' && c != '[' {
		w.dst = append(w.dst, ',')
	}
	w.dst = append(w.dst, '"')
	w.dst = append(w.dst, s...)
	w.dst = append(w.dst, '"', ':')
}

// body appends the fields of the PDU's body.
func (w *writer) body(r *Record) {
	body := r.PDU.Body()
	for i := 0; i < len(body); i++ {
		f := &body[i]
		if f.Depth != 0 || f.Spec.Kind == layout.Bytes {
			continue
		}
		v := &r.val
		v.reset()
		if f.Spec.List {
			for ; i < len(body) && body[i].Spec == f.Spec; i++ {
				r.field(v.item(), &body[i])
			}
			i--
		} else {
			r.field(v, f)
		}
		if !v.Set {
			continue
		}
		w.name(f.Spec.Key)
		w.value(v)
		if f.Spec.Role == layout.Status {
			w.name(f.Spec.Key + "_text")
			w.dst = appendString(w.dst, []byte(r.meaning(*f)))
		}
	}
}

func (w *writer) objects(f *Field, r *Record) {
	n := f.count(r)
	if n == 0 {
		return
	}
	w.key(f.path)
	w.dst = append(w.dst, '[')
	for i := range n {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = append(w.dst, '{')
		for j := range f.Elem {
			e := &f.Elem[j]
			r.val.reset()
			if e.get(r, &r.val, i); r.val.Set {
				w.name(e.path[len(e.path)-1])
				w.value(&r.val)
			}
		}
		w.dst = append(w.dst, '}')
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) value(v *Value) {
	if len(v.List) > 0 {
		w.dst = append(w.dst, '[')
		for i := range v.List {
			if i > 0 {
				w.dst = append(w.dst, ',')
			}
			w.dst = appendScalar(w.dst, &v.List[i])
		}
		w.dst = append(w.dst, ']')
		return
	}
	w.dst = appendScalar(w.dst, v)
}

func appendScalar(dst []byte, v *Value) []byte {
	switch v.Type {
	case String:
		return appendString(dst, v.Str)
	case IP, Time, Hex, ID:
		dst = v.AppendText(append(dst, '"'))
		return append(dst, '"')
	}
	return v.AppendText(dst)
}

// appendString appends b, which is UTF-8, as a JSON string.
func appendString(dst, b []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i, c := range b {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, b[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	dst = append(dst, b[from:]...)
	return append(dst, '"')
}
