package layout

import "slices"

// whole is the fields of a PDU, the header's first, whose places never change.
// Decoded keeps them from one PDU of a kind to the next, so that only the values
// are to be read.
type whole struct {
	head
	lead int // of the fields, the header's
	role [RoleCount]uint16
	room int // where Decoded keeps them
}

// rooms counts the wholes that were made.
var rooms int

// Behind readies the layout for DecodePDU: it is the body behind a header of
// fixed width, the same in every version. It is meant for the start of the
// program.
func (l *Layout) Behind(header *Layout) {
	for col := range l.plans {
		p := &l.plans[col]
		first := header.plans[0].ops
		w := &whole{head: makeHead(slices.Concat(first, p.ops)), lead: len(first), room: rooms}
		for _, r := range w.roles {
			if w.role[r.role] == 0 {
				w.role[r.role] = r.index + 1
			}
		}
		p.whole = w
		rooms++
	}
}

// DecodePDU is Decode for a PDU from its first octet on: the header, and the
// layout behind it.
func (l *Layout) DecodePDU(d *Decoded, header *Layout, pdu []byte, end, col int) int {
	p := &l.plans[col]
	w := p.whole
	if w == nil || w.size > min(end, len(pdu)) {
		off := header.Decode(d, pdu, 0, end, 0)
		return l.Decode(d, pdu, off, end, col)
	}
	var s saved
	d.begin(w)
	w.read(d, d.Fields, pdu[:w.size], 0, &s)
	return p.rest(d, p.ops[len(w.fields)-w.lead:], pdu, w.size, end, col, 0, &s)
}

// begin has d start with the fields of w, their values still to be read.
func (d *Decoded) begin(w *whole) {
	for len(d.rooms) <= w.room {
		d.rooms = append(d.rooms, nil)
	}
	if d.rooms[w.room] == nil {
		d.rooms[w.room] = append(make([]Field, 0, len(w.fields)+8), w.fields...)
	}
	d.loose, d.whole = d.Fields, w
	d.Fields, d.role = d.rooms[w.room], w.role
}

// leave takes d out of the room it is in, which keeps what it has grown to.
func (d *Decoded) leave() {
	if w := d.whole; w != nil {
		if cap(d.Fields) > cap(d.rooms[w.room]) {
			d.rooms[w.room] = append(d.Fields[:0], w.fields...)
		}
		d.Fields, d.whole = d.loose, nil
	}
}
