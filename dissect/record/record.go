package record

import (
	"bytes"
	"unicode/utf8"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
)

// Options are what records depend on besides the event.
type Options struct {
	// Raw adds cmpp.msg_content.
	Raw bool
	// Files: several files are read, and each record says which.
	Files bool
	// Observer is the host's name in live records; empty for files.
	Observer string
}

// Record is one event as the table's fields see it. It is reused.
type Record struct {
	Options
	View View
	// PDU is set in the PDU view, Gap in that of gaps.
	PDU *dissect.PDU
	Gap *dissect.Gap

	buf []byte
	val Value
}

// Set makes r the record of an event, and reports whether the event has one.
func (r *Record) Set(e *track.Event) bool {
	r.PDU, r.Gap = e.PDU, e.Gap
	switch e.Kind {
	case track.PDU:
		r.View = PDU
	case track.Gap:
		r.View = Gap
	default:
		return false
	}
	return true
}

// conn is the connection of the record.
func (r *Record) conn() *dissect.Conn {
	if r.View == Gap {
		return r.Gap.Conn
	}
	return r.PDU.Conn
}

// stamps are the first and the last packet of the record.
func (r *Record) stamps() (first, last capture.Stamp) {
	if r.View == Gap {
		return r.Gap.First, r.Gap.Last
	}
	return r.PDU.First, r.PDU.Last
}

// field sets the value of a decoded field: octets up to the first NUL as text,
// integers as they are, other octets in hexadecimal unless they are all zero.
func (r *Record) field(v *Value, f *layout.Field) {
	switch specType(f.Spec) {
	case String:
		r.buf = appendOctetString(r.buf[:0], f.Text(r.PDU.Raw))
		v.text(r.buf)
		v.Set = v.Set || f.Spec.List
	case Uint:
		v.uint(f.Num)
	case ID:
		v.id(f.Num)
	case Int:
		v.Set, v.Type, v.Num = true, Int, uint64(int64(int32(uint32(f.Num))))
	default:
		if b := f.Raw(r.PDU.Raw); !f.Spec.Quiet || !allZero(b) || f.Spec.Widths() == (layout.Widths{}) {
			v.hex(b)
		}
	}
}

// meaning is the English meaning of a field's value.
func (r *Record) meaning(f layout.Field) string {
	if f.Spec.Enum == nil {
		return ""
	}
	if m, ok := f.Spec.Enum.Of(f, r.PDU.Raw, int(r.PDU.Column)); ok {
		return m.En
	}
	return "unknown"
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// appendOctetString appends text that no coding is declared for: UTF-8 if it
// is valid, else GB18030 if it is valid, else with \xNN for octets beyond
// ASCII.
func appendOctetString(dst, b []byte) []byte {
	if isASCII(b) || utf8.Valid(b) {
		return append(dst, b...)
	}
	n := len(dst)
	if dst, issue := sms.AppendText(dst, sms.GB18030, b); issue == sms.NoIssue && !bytes.ContainsRune(dst[n:], utf8.RuneError) {
		return dst
	}
	dst = dst[:n]
	for _, c := range b {
		if c < utf8.RuneSelf {
			dst = append(dst, c)
		} else {
			dst = append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
