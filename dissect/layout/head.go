package layout

// head is the fields that a plan begins with whose places never change, made
// once so that decoding copies them. Most fields of most PDUs are such.
type head struct {
	fields []Field
	size   int // octets
	ints   []headInt
	roles  []headRole
	saves  []headSave
	rules  []headRule
	texts  []headRule
	padding
}

// headInt is an integer among them.
type headInt struct {
	index      int
	off, width int
}

// headRule is a field with a rule.
type headRule struct {
	index int
	rule  *rule
}

type headRole struct {
	role  Role
	index uint16
}

// headSave is a count or length that later fields refer to.
type headSave struct {
	slot  int8
	index int
}

// makeHead takes the ops in front of the first that needs more than a copy.
func makeHead(ops []op) (h head) {
	var texts [][2]int
	for i, o := range ops {
		if o.len >= 0 || o.count >= 0 || o.spec.sub != nil {
			break
		}
		h.fields = append(h.fields, Field{Spec: o.spec, Off: uint32(h.size), Len: uint32(o.width)})
		if o.kind <= Int {
			h.ints = append(h.ints, headInt{i, h.size, int(o.width)})
		}
		if o.spec.Role != NoRole {
			h.roles = append(h.roles, headRole{o.spec.Role, uint16(i)})
		}
		if o.save >= 0 {
			h.saves = append(h.saves, headSave{o.save, i})
		}
		switch {
		case o.kind == Text:
			texts = append(texts, [2]int{h.size, h.size + int(o.width)})
			if o.spec.rule != nil {
				h.texts = append(h.texts, headRule{i, o.spec.rule})
			}
		case o.spec.rule != nil:
			h.rules = append(h.rules, headRule{i, o.spec.rule})
		}
		h.size += int(o.width)
	}
	h.padding = makePadding(texts, h.size)
	return h
}

// decode appends the fields; all their octets are there, from b[0] on, which
// is at off in the PDU.
func (h *head) decode(d *Decoded, b []byte, off int, depth uint8, s *saved) {
	base := len(d.Fields)
	d.Fields = append(d.Fields, h.fields...)
	fields := d.Fields[base:]
	for i := range fields {
		fields[i].Off += uint32(off)
		fields[i].Depth = depth
	}
	for _, r := range h.roles {
		if d.role[r.role] == 0 {
			d.role[r.role] = uint16(base) + r.index + 1
		}
	}
	h.read(d, fields, b, base, s)
}

// read reads the values of the fields, which stand in d from base on, and
// checks them.
func (h *head) read(d *Decoded, fields []Field, b []byte, base int, s *saved) {
	for _, n := range h.ints {
		fields[n.index].Num = number(b[n.off : n.off+n.width])
	}
	for _, v := range h.saves {
		s.num[v.slot], s.at[v.slot] = fields[v.index].Num, base+v.index
	}
	if d.Again || d.Odd {
		return
	}
	odd := h.broken(b)
	for _, r := range h.rules {
		odd = odd || !r.rule.number(fields[r.index].Num)
	}
	for _, t := range h.texts {
		f := &h.fields[t.index]
		odd = odd || !t.rule.text(upToNUL(b[f.Off:f.Off+f.Len]))
	}
	d.Odd = odd
}
