package record

import "strings"

// nest is an object inside the record. The record itself has no outer one.
type nest struct {
	outer *nest
	name  string // as it stands before the value: ,"name":
	depth int
}

// spot is where a field stands.
type spot struct {
	in   *nest
	name string // as in nest
}

// quotedName is a member's name as it stands before its value. The comma falls
// away behind a brace.
func quotedName(s string) string { return `,"` + s + `":` }

// newSpot finds the spot of a path; nests has the objects found so far, by
// their paths, and the record under "".
func newSpot(path []string, nests map[string]*nest) spot {
	in := nests[""]
	last := len(path) - 1
	for i := range last {
		name := strings.Join(path[:i+1], ".")
		if nests[name] == nil {
			nests[name] = &nest{outer: in, name: quotedName(path[i]), depth: i + 1}
		}
		in = nests[name]
	}
	return spot{in, quotedName(path[last])}
}

// writer appends the members of a record and keeps track of the objects that
// are open.
type writer struct {
	dst  []byte
	r    *Record
	open *nest // the innermost
}

// member opens and closes objects until that of s is the innermost, and appends
// the name.
func (w *writer) member(s *spot) {
	if w.open != s.in {
		common := s.in
		for !w.within(common) {
			common = common.outer
		}
		w.leave(common)
		w.enter(s.in)
	}
	w.key(s.name)
}

// within reports whether n is open.
func (w *writer) within(n *nest) bool {
	for o := w.open; o != nil; o = o.outer {
		if o == n {
			return true
		}
	}
	return false
}

// leave closes objects until n is the innermost.
func (w *writer) leave(n *nest) {
	for ; w.open.depth > n.depth; w.open = w.open.outer {
		w.dst = append(w.dst, '}')
	}
}

// enter opens the objects from the innermost open one to n.
func (w *writer) enter(n *nest) {
	if w.open == n {
		return
	}
	w.enter(n.outer)
	w.key(n.name)
	w.dst = append(w.dst, '{')
	w.open = n
}

// key appends a name that is quoted.
func (w *writer) key(quoted string) {
	if w.dst[len(w.dst)-1] == '{' {
		quoted = quoted[1:]
	}
	w.dst = append(w.dst, quoted...)
}

// name appends the name of a member of the innermost object that is open.
func (w *writer) name(s string) {
	if w.dst[len(w.dst)-1] != '{' {
		w.dst = append(w.dst, ',')
	}
	w.dst = append(append(append(w.dst, '"'), s...), '"', ':')
}
