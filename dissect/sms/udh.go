package sms

import (
	"encoding/binary"
	"iter"
)

// UDH is what a user data header says (23.040, section 9.2.3.24).
type UDH struct {
	// Len is the number of bytes of the content that it takes: 1 + UDHL. The
	// text begins there.
	Len       int
	Concat    Concat
	HasConcat bool
	// DestPort and SrcPort are application ports, if HasPorts (see [PortName]).
	DestPort, SrcPort int
	HasPorts          bool
	// SingleShift and LockingShift are national language identifiers, 0 if not
	// given (see [LanguageName]).
	SingleShift, LockingShift uint8
	// Issue is the gravest thing wrong with it; or why there is none.
	Issue Issue
}

// Concat says which part of a long message this is. Total and Part are from 1,
// and Part is not above Total.
type Concat struct {
	Ref   uint16 // the reference: equal in all parts of a message
	Bits  uint8  // the width of the reference, 8 or 16; another width is another message
	Total uint8  // how many parts
	Part  uint8  // which one
}

// Shift is the choice of alphabets for a text in GSM-7.
func (u UDH) Shift() Shift { return Shift{Locking: u.LockingShift, Single: u.SingleShift} }

// Present reports whether a TP_udhi (or TP-UDHI) byte announces a header: 1 by
// the specification, 0x40 from gateways that copy it from SMPP (C§7.3).
func Present(tpUDHI byte) bool { return tpUDHI&0x41 != 0 }

// Probable reports whether content starts with the header of a part of a long
// message: 05 00 03 or 06 08 04 with a part from 1 to the total. Where the flag
// is not set that is worth a note (C§7.3).
func Probable(content []byte) bool {
	if len(content) < 3 {
		return false
	}
	head := uint32(content[0])<<16 | uint32(content[1])<<8 | uint32(content[2])
	if head != 0x050003 && head != 0x060804 {
		return false
	}
	u, ok := ParseUDH(content)
	return ok && u.HasConcat
}

// textFrom is a length that a real header hardly has, while every text begins
// with a byte above it: a printable character, or half a Hanzi.
const textFrom = 0x20

// ParseUDH reads the header that content starts with. It returns false if
// there is none (C§7.3): the header would be longer than the content, or a long
// one does not add up and says nothing known, so that it must be text under a
// wrong flag. Issue then has the reason, and the other fields mean nothing.
//
// An element that runs past the header ends the reading; what came before
// counts. Of several elements for the same thing the last counts. Elements of
// the wrong length are skipped. A concatenation with total 0, part 0, or a
// part above the total is ignored.
func ParseUDH(content []byte) (UDH, bool) {
	if len(content) == 0 {
		return UDH{Issue: NoUDH}, false
	}
	u := UDH{Len: 1 + int(content[0])}
	if u.Len > len(content) {
		return UDH{Issue: UDHTooLong}, false
	}
	for ie := range Elements(content) {
		u.add(ie)
	}
	if u.Issue == ElementTooLong && content[0] >= textFrom && !u.HasConcat && !u.HasPorts {
		return UDH{Issue: UDHIsText}, false
	}
	return u, true
}

func (u *UDH) add(ie IE) {
	switch {
	case ie.Cut:
		u.note(ElementTooLong)
	case !ie.isControl():
	case !ie.fits():
		u.note(ElementLength)
	default:
		u.control(ie.ID, ie.Data)
	}
}

// note keeps the gravest issue, and that is the one that ended the reading.
func (u *UDH) note(i Issue) { u.Issue = max(u.Issue, i) }

// control takes the elements that matter here; data has the right length.
func (u *UDH) control(id byte, data []byte) {
	switch id {
	case ieConcat8:
		u.concat(Concat{Ref: uint16(data[0]), Bits: 8, Total: data[1], Part: data[2]})
	case ieConcat16:
		u.concat(Concat{Ref: binary.BigEndian.Uint16(data), Bits: 16, Total: data[2], Part: data[3]})
	case iePorts8:
		u.DestPort, u.SrcPort, u.HasPorts = int(data[0]), int(data[1]), true
	case iePorts16:
		u.DestPort, u.SrcPort, u.HasPorts = int(binary.BigEndian.Uint16(data)), int(binary.BigEndian.Uint16(data[2:])), true
	case ieSingleShift:
		u.SingleShift = data[0]
	case ieLockingShift:
		u.LockingShift = data[0]
	}
}

func (u *UDH) concat(c Concat) {
	if c.Part < 1 || c.Part > c.Total {
		u.note(BadConcat)
		return
	}
	u.Concat, u.HasConcat = c, true
}

// IE is an information element of a header.
type IE struct {
	ID byte // IEI
	// Start is the offset of IEI in the content, Off that of the data. Between
	// them lie IEI and IEDL; only IEI where the header ends behind it.
	Start, Off int
	Len        int    // of Data; IEDL says the same unless Cut
	Data       []byte // lent, part of the content
	Cut        bool   // the element runs past the header: Data is what is there
}

// Elements gives the information elements of the header that content starts
// with. Together with UDHL they cover the header without a hole; an element
// that runs past its end is cut there, and is the last.
func Elements(content []byte) iter.Seq[IE] {
	return func(yield func(IE) bool) { elements(content, yield) }
}

func elements(content []byte, yield func(IE) bool) {
	if len(content) == 0 {
		return
	}
	header := content[:min(1+int(content[0]), len(content))]
	for start := 1; start < len(header); {
		ie := IE{ID: header[start], Start: start, Off: start + 2}
		end := len(header) + 1 // as if IEDL were too large
		if ie.Off <= len(header) {
			end = ie.Off + int(header[start+1])
		}
		if end > len(header) {
			end = len(header)
			ie.Off = min(ie.Off, end)
			ie.Cut = true
		}
		ie.Data = header[ie.Off:end:end]
		ie.Len = len(ie.Data)
		if !yield(ie) {
			return
		}
		start = end
	}
}
