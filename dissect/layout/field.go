package layout

import "bytes"

// Field is one decoded field: what it is, where its octets are, and its value
// if it is an integer. Fields stand in wire order; those of greater depth that
// follow a field are its parts.
type Field struct {
	Spec *Spec
	Off  uint32 // from the first octet of the PDU
	Len  uint32 // octets
	Num  uint64 // the value of an integer; a signed one as its two's complement
	// Depth is 0 for the fields of the body, 1 for their parts, and so on.
	Depth uint8
}

// Raw is the field's octets out of the PDU's.
func (f Field) Raw(pdu []byte) []byte { return pdu[f.Off : f.Off+f.Len] }

// Text is the octets up to the first NUL.
func (f *Field) Text(pdu []byte) []byte { return upToNUL(pdu[f.Off : f.Off+f.Len]) }

func upToNUL(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}

// Error says where decoding stopped. The zero value: it did not.
type Error struct {
	Spec *Spec  // the field that does not fit
	Off  int    // where it would start, from the first octet of the PDU
	Need int    // the octets it needs; of a list, all of it
	Have int    // the octets there are for that
	By   *Spec  // the field that asked for so many octets, or nil
	Num  uint64 // what that field says
	At   int    // where that field is
}

// Failed reports whether decoding stopped early.
func (e *Error) Failed() bool { return e.Spec != nil }

// Decoded holds the fields of one PDU. It is reused: Reset keeps the memory.
type Decoded struct {
	Fields []Field
	Err    Error
	// Odd: a field holds what its Spec does not allow, or octets behind the
	// NUL that ends a text. Spec.Allows and Field.AfterNUL find it.
	Odd bool
	// Again: the octets were decoded before, and Odd is not told.
	Again bool
	role  [RoleCount]uint16 // index in Fields, plus 1
	cur   Cursor
	whole *whole    // whose room Fields are in, or nil
	rooms [][]Field // by whole.room
	loose []Field   // what Fields is else
}

// Reset empties d.
func (d *Decoded) Reset() {
	d.leave()
	d.Fields = d.Fields[:0]
	d.Err, d.Odd = Error{}, false
	clear(d.role[:])
}

// Field finds the first field of a role.
func (d *Decoded) Field(r Role) (Field, bool) {
	if i := d.role[r]; i != 0 {
		return d.Fields[i-1], true
	}
	return Field{}, false
}

// Uint is the value of the first field of a role.
func (d *Decoded) Uint(r Role) (uint64, bool) {
	if i := d.role[r]; i != 0 {
		return d.Fields[i-1].Num, true
	}
	return 0, false
}

// Text is the octets of the first field of a role up to the first NUL, or nil.
func (d *Decoded) Text(r Role, pdu []byte) []byte {
	if i := d.role[r]; i != 0 {
		return d.Fields[i-1].Text(pdu)
	}
	return nil
}

// Octets is all octets of the first field of a role, or nil.
func (d *Decoded) Octets(r Role, pdu []byte) []byte {
	if i := d.role[r]; i != 0 {
		return d.Fields[i-1].Raw(pdu)
	}
	return nil
}

// List gives the consecutive fields of a role that repeats.
func (d *Decoded) List(r Role) []Field {
	i := d.role[r]
	if i == 0 {
		return nil
	}
	first := int(i - 1)
	last := first + 1
	for last < len(d.Fields) && d.Fields[last].Spec == d.Fields[first].Spec {
		last++
	}
	return d.Fields[first:last]
}

func (d *Decoded) add(f Field) {
	d.Fields = append(d.Fields, f)
	if r := f.Spec.Role; r != NoRole && d.role[r] == 0 {
		d.role[r] = uint16(len(d.Fields))
	}
}
