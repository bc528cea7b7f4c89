package cmpp

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
)

// fromByte: C§6.1. 0 is sent by clients of either layout, 0x7F by a private
// dialect; 0x12 is CMPP 1.2, which has the layouts of 2.0.
func fromByte(b byte) (v dissect.Version, named bool) {
	switch {
	case b == 0 || b == 0x7f:
		return dissect.NoVersion, false
	case b >= 0x30:
		return V30, b == 0x30
	case b == 0x21:
		return V21, true
	}
	return V20, b == 0x20 || b == 0x12
}

// showVersionByte reads a version byte: high nibble major, low nibble minor.
func showVersionByte(dst []byte, f layout.Field, _ []byte) []byte {
	dst = digits(dst, f.Num>>4, 1)
	return digits(append(dst, '.'), f.Num&0xf, 1)
}

// ownStart: a CONNECT of 39 octets whose Source_Addr is printable is enough to
// recognise CMPP (C§6.5).
func ownStart(pdu []byte) bool {
	if len(pdu) != 39 || pdu[7] != connect || pdu[4] != 0 {
		return false
	}
	for _, c := range pdu[12:18] {
		if c != 0 && (c < 0x20 || c > 0x7e) {
			return false
		}
	}
	return pdu[12] != 0
}

// score counts what speaks for a version's layout where the length does not
// tell (C§6.3): the places where text, digits and small numbers must stand.
func score(c *dissect.Command, b []byte, v dissect.Version) int {
	n, off := 0, 0
	for _, s := range c.Body.Specs {
		w := s.Widths()[v]
		if s.LengthFrom() != "" || s.List || off+w > len(b) {
			break
		}
		n += scoreField(s, b[off:off+w])
		off += w
	}
	return n
}

func scoreField(s *layout.Spec, b []byte) int {
	switch {
	case len(b) == 0:
		return 0
	case s.Name == "FeeType":
		return mark(digitsOnly(b), 4)
	case s.Name == "FeeCode":
		return mark(digitsOnly(b), 2)
	case s.Enum == numberType:
		return mark(b[0] <= 1, 1)
	case s.Role == layout.UDHI:
		return mark(b[0]&^0x41 == 0, 1)
	case s.Role == layout.Coding:
		return mark(b[0] == 0 || b[0] == 8 || b[0] == 15 || b[0] == 4 || b[0] == 3, 1)
	case s.Role == layout.Status && len(b) == 4:
		return mark(b[0]|b[1]|b[2] == 0, 3)
	case s.Kind == layout.Text:
		return mark(padded(b), 1)
	}
	return 0
}

func mark(ok bool, points int) int {
	if ok {
		return points
	}
	return -1
}

func digitsOnly(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// padded reports whether b is text and then NULs only.
func padded(b []byte) bool {
	text := true
	for _, c := range b {
		switch {
		case c == 0:
			text = false
		case !text || c < 0x20:
			return false
		}
	}
	return true
}

// msgFmt is C§7.1.
var msgFmt = &layout.Enum{Other: func(n uint64, _ []byte, _ int) (layout.Meaning, bool) {
	d := sms.Coding(byte(n))
	practice := n != 0 && n != 3 && n != 4 && n != 8 && n != 15
	return layout.Meaning{En: string(d.AppendName(nil)), Zh: string(d.AppendNameZh(nil)), Practice: practice}, true
}}
