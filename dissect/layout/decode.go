package layout

import "encoding/binary"

// Decode appends the fields of the layout in a version to d. The octets are
// those of pdu from off on; pdu is all that was captured of the PDU, and end
// is where it ends by its own length, which may lie behind len(pdu). It
// returns the offset behind the last field read. Where a field does not fit,
// decoding stops and d.Err says so; what was read stays.
func (l *Layout) Decode(d *Decoded, pdu []byte, off, end, col int) int {
	return l.decode(d, pdu, off, end, col, 0)
}

// saved holds the counts and lengths read so far, and where they stand in
// Decoded.Fields.
type saved struct {
	num [slots]uint64
	at  [slots]int
}

func (l *Layout) decode(d *Decoded, pdu []byte, off, end, col int, depth uint8) int {
	var s saved
	limit := min(end, len(pdu))
	p := &l.plans[col]
	ops := p.ops
	if off+p.head.size <= limit {
		p.head.decode(d, pdu[off:off+p.head.size], off, depth, &s)
		off += p.head.size
		ops = ops[len(p.head.fields):]
	}
	return p.rest(d, ops, pdu, off, end, col, depth, &s)
}

// rest decodes the fields of ops, which are the plan's last.
func (p *plan) rest(d *Decoded, ops []op, pdu []byte, off, end, col int, depth uint8, s *saved) int {
	limit := min(end, len(pdu))
	for i := range ops {
		o := &ops[i]
		width, times := int(o.width), 1
		if o.len >= 0 {
			width = int(s.num[o.len])
		}
		if o.count >= 0 {
			times = int(s.num[o.count])
		}
		for ; times > 0; times-- {
			if off+width > limit {
				d.fail(o, off, width, times, end, s)
				return off
			}
			f := Field{Spec: o.spec, Off: uint32(off), Len: uint32(width), Depth: depth}
			switch b := pdu[off : off+width]; {
			case o.kind <= Int:
				f.Num = number(b)
				d.Odd = d.Odd || o.rule != nil && !o.rule.number(f.Num)
			case o.kind == Text && !d.Again:
				d.Odd = d.Odd || behindNUL(b) || o.rule != nil && !o.rule.text(upToNUL(b))
			}
			d.add(f)
			if o.save >= 0 {
				s.num[o.save], s.at[o.save] = f.Num, len(d.Fields)-1
			}
			off += width
			if o.spec.sub != nil {
				d.split(o.spec.sub, pdu, f, col)
			}
		}
	}
	return off
}

// fail notes that a field does not fit into the PDU.
// Of a list, times elements are not read yet; need and have are those of all.
func (d *Decoded) fail(o *op, off, width, times, end int, s *saved) {
	all := 1
	if o.count >= 0 {
		all = int(s.num[o.count])
	}
	e := Error{Spec: o.spec, Off: off, Need: width * all, Have: end - off + width*(all-times)}
	by := max(o.len, o.count)
	if by >= 0 {
		f := d.Fields[s.at[by]]
		e.By, e.Num, e.At = f.Spec, f.Num, int(f.Off)
	}
	d.Err = e
}

// split runs a hook over the octets of f.
func (d *Decoded) split(sub func(*Cursor), pdu []byte, f Field, col int) {
	outer := d.cur
	d.cur = Cursor{d: d, PDU: pdu, Off: int(f.Off), End: int(f.Off + f.Len), Column: col, depth: f.Depth + 1}
	sub(&d.cur)
	d.cur = outer
}

// SplitCut reads the parts of the field that decoding stopped at, as far as they
// were wholly captured: pdu ends inside the field, though the PDU does not.
func (d *Decoded) SplitCut(pdu []byte, col int) {
	if e := &d.Err; e.Spec != nil && e.Spec.sub != nil {
		d.split(e.Spec.sub, pdu, Field{Off: uint32(e.Off), Len: uint32(e.Need)}, col)
	}
}

func number(b []byte) uint64 {
	switch len(b) {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.BigEndian.Uint16(b))
	case 4:
		return uint64(binary.BigEndian.Uint32(b))
	case 8:
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// Cursor lets a hook split the octets of one field. It appends fields one
// level below that field. Octets the hook leaves unread stay part of the field
// alone, so a hook should read to the end. Of a field that was not wholly
// captured the parts are read that were. The cursor is lent for the call.
type Cursor struct {
	PDU    []byte // what was captured of the whole PDU
	Off    int    // the next octet to read, from the first of the PDU
	End    int    // behind the last octet of the field
	Column int    // the version
	d      *Decoded
	depth  uint8
	cut    bool // what comes next was not captured
}

// Rest is the octets not read yet, as far as they were captured.
func (c *Cursor) Rest() []byte { return c.PDU[c.Off:c.captured()] }

// captured is where what was captured of the field ends.
func (c *Cursor) captured() int { return min(c.End, len(c.PDU)) }

// Uint is the value of a field decoded before, by role.
func (c *Cursor) Uint(r Role) (uint64, bool) { return c.d.Uint(r) }

// Take appends a leaf of n octets, or of what is left if that is less. One that
// was not wholly captured is left out, and so is all behind it.
func (c *Cursor) Take(s *Spec, n int) Field {
	n = min(n, c.End-c.Off)
	if c.cut = c.cut || c.Off+n > len(c.PDU); c.cut {
		c.End = c.Off
		return Field{}
	}
	f := Field{Spec: s, Off: uint32(c.Off), Len: uint32(n), Depth: c.depth}
	if s.Kind <= Int {
		f.Num = number(c.PDU[c.Off : c.Off+n])
	}
	c.d.add(f)
	c.Off += n
	return f
}

// Indent has what follows stand one level deeper, until Outdent.
func (c *Cursor) Indent() { c.depth++ }

// Outdent ends the last Indent.
func (c *Cursor) Outdent() { c.depth-- }

// Layout reads a whole layout here, as parts of the field, and reports whether
// it fitted. What did not fit is left to read.
func (c *Cursor) Layout(l *Layout, col int) bool {
	before := c.d.Err
	c.d.Err = Error{}
	c.Off = l.decode(c.d, c.PDU[:c.captured()], c.Off, c.End, col, c.depth)
	ok := !c.d.Err.Failed()
	c.d.Err = before
	return ok
}
