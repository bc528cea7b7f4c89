package record

import (
	"bytes"
	"unicode/utf8"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
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
	// PDU is set in the PDU view; of a transaction it is the request, or nil
	// if that is not kept.
	PDU  *dissect.PDU
	Gap  *dissect.Gap
	Txn  *track.Txn // also of a PDU, where it is known
	Msg  *track.Msg
	Conn *track.Conn
	// Interval is set in records of statistics.
	Interval *Interval
	End      reassembly.End // of a connection
	// Verdict is set in records of why.
	Verdict *Verdict

	parts   part
	request dissect.PDU // decoded anew
	owner   *Record     // what it belongs to, see belongs.go
	loaded  bool        // the owner's request was looked for
	msgs    []*track.Msg
	hasText bool
	text    []byte // of the message, if hasText
	buf     []byte
	val     Value
	cache   cache
}

// part is what only some records have, and what a field may need.
type part uint8

const (
	hasPDU     part = 1 << iota // of a transaction, the request
	hasMessage                  // a message is in it
	hasReport                   // and is a report
	hasUDH                      // and has a user data header
	parts                       // behind the last combination of them
)

// findParts tells what the record has.
func (r *Record) findParts() part {
	switch {
	case r.View == Msg:
		return hasPDU | hasMessage // what a PDU would tell, the message knows
	case r.PDU == nil:
		return 0
	case r.PDU.SMS.Direction == dissect.NoMessage:
		return hasPDU
	case r.PDU.SMS.Direction >= dissect.Report:
		return hasPDU | hasMessage | hasReport
	case r.PDU.SMS.HasUDH:
		return hasPDU | hasMessage | hasUDH
	}
	return hasPDU | hasMessage
}

// Set makes r the record of an event, and reports whether the event has one in
// one of the views asked for.
func (r *Record) Set(e *track.Event, views View) bool {
	if r.View = ViewOf(e.Kind); r.View&views == 0 {
		return false
	}
	r.PDU, r.Gap, r.Txn, r.Msg, r.Conn, r.End = e.PDU, e.Gap, e.Txn, e.Msg, e.Conn, e.End
	r.loaded = false
	if r.View == Txn && e.Txn.Load(&r.request) {
		r.PDU = &r.request
	}
	r.parts, r.hasText = r.findParts(), false
	return true
}

// ViewOf is the view that has a record of such events, or 0.
func ViewOf(k track.Kind) View {
	switch k {
	case track.PDU:
		return PDU
	case track.Gap:
		return Gap
	case track.Transaction:
		return Txn
	case track.Message:
		return Msg
	case track.Closed:
		return Conn
	}
	return 0
}

// dir is the direction of the record: of a transaction, that of the request;
// of a connection, from client to server.
func (r *Record) dir() reassembly.Dir {
	switch r.View {
	case PDU:
		return r.PDU.Dir
	case Gap:
		return r.Gap.Dir
	case Txn:
		return r.Txn.Dir
	case Msg:
		return r.Msg.Dir
	}
	return reassembly.C2S
}

// last is the packet that @timestamp is of.
func (r *Record) last() capture.Stamp {
	switch r.View {
	case PDU:
		return r.PDU.Last
	case Gap:
		return r.Gap.Last
	case Txn:
		h, _ := r.Txn.Lead()
		return h.Last
	case Msg:
		p := r.Msg.First()
		return p.Lead().Stamp()
	case Stats:
		return capture.Stamp{Time: r.Interval.End}
	}
	return r.Conn.First
}

// field sets the value of a decoded field: octets up to the first NUL as text,
// integers as they are, other octets in hexadecimal unless they are all zero.
func (r *Record) field(v *Value, f *layout.Field) {
	switch specType(f.Spec) {
	case String:
		r.buf = AppendOctetString(r.buf[:0], f.Text(r.PDU.Raw))
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

// AppendOctetString appends text that no coding is declared for: UTF-8 if it
// is valid, else GB18030 if it is valid, else with \xNN for octets beyond
// ASCII.
func AppendOctetString(dst, b []byte) []byte {
	if sms.IsASCII(b) || utf8.Valid(b) {
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
