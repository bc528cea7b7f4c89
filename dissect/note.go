package dissect

import "strconv"

// Severity is how much a note matters.
type Severity uint8

// The severities, as Wireshark has them.
const (
	Chat Severity = iota
	Remark
	Warn
	Fault
)

// String is the value of expert.severity.
func (s Severity) String() string { return [...]string{"chat", "note", "warn", "error"}[s] }

// NoteSpec declares an expert note: the id by which people count and filter,
// and the sentence, in which each %d stands for the next number of the note
// and %s for its name.
type NoteSpec struct {
	ID       string
	Severity Severity
	Text     string
	Doc      string
}

// Note is a note on one PDU.
type Note struct {
	Spec *NoteSpec
	Name string
	Num  [3]int64
}

// AppendText appends the sentence with its numbers.
func (n *Note) AppendText(dst []byte) []byte {
	t, k := n.Spec.Text, 0
	for i := 0; i < len(t); i++ {
		if t[i] != '%' || i+1 == len(t) {
			dst = append(dst, t[i])
			continue
		}
		i++
		switch t[i] {
		case 's':
			dst = append(dst, n.Name...)
		case 'd':
			dst = strconv.AppendInt(dst, n.Num[k], 10)
			k++
		default:
			dst = append(dst, t[i])
		}
	}
	return dst
}

// The notes of this package.
var (
	noteGap       = &NoteSpec{"tcp.gap", Warn, "%d octets of the stream were not captured", "A hole in what was captured of a connection."}
	noteTruncated = &NoteSpec{"cmpp.truncated", Warn, "%d of %d octets captured", "The capture does not hold the whole PDU."}
	noteLength    = &NoteSpec{"cmpp.length", Fault, "%s %d at %d does not fit: %d octets are left of the PDU", "A count or length inside the PDU points past its end."}
	noteShort     = &NoteSpec{"cmpp.short_body", Warn, "the body ends before %s", "The body is shorter than the layout of its command."}
	noteTrailing  = &NoteSpec{"cmpp.trailing", Warn, "%d surplus octets at %d", "The body is longer than the layout of its command."}
	noteUnknown   = &NoteSpec{"cmpp.unknown_command", Remark, "the specification has no such command", "The Command_Id is in no version of the specification."}
	noteVersion   = &NoteSpec{"cmpp.version_mismatch", Remark, "%s layout, though the CONNECT names another version", "The PDU's own length contradicts the version of the login."}
	noteResync    = &NoteSpec{"cmpp.resync", Warn, "back in step after %d octets in which no PDU was found", "Octets were skipped to find the next PDU."}
	noteNoFlag    = &NoteSpec{"sms.udh_missing_flag", Remark, "the content starts like a user data header, but TP_udhi is 0", "A phone would show the header as text."}
	noteBadUDH    = &NoteSpec{"sms.udh_invalid", Warn, "TP_udhi announces a user data header, but the content has no valid one", "The content is shown as text."}
	noteCoding    = &NoteSpec{"sms.coding_mismatch", Warn, "Msg_Fmt says %s", "A phone that goes by Msg_Fmt shows garbage."}
	noteGSM7      = &NoteSpec{"sms.gsm7", Chat, "the text has control octets; in the GSM 7-bit alphabet they are letters", "Some gateways pass GSM 7-bit codes under Msg_Fmt 0, which CMPP calls ASCII."}
	noteSplit     = &NoteSpec{"sms.split_character", Chat, "a character is cut at the border of this part", "Whole again in the joined message."}
)

// Notes are all the notes that this package gives.
var Notes = []*NoteSpec{noteGap, noteTruncated, noteLength, noteShort, noteTrailing, noteUnknown, noteVersion, noteResync,
	noteNoFlag, noteBadUDH, noteCoding, noteGSM7, noteSplit}

// Note adds a note to the PDU and gives back what it is.
func (p *PDU) Note(s *NoteSpec, name string, num ...int64) *NoteSpec {
	p.note(s, name, num...)
	return s
}

func (p *PDU) note(s *NoteSpec, name string, num ...int64) {
	n := Note{Spec: s, Name: name}
	copy(n.Num[:], num)
	p.Notes = append(p.Notes, n)
}

// Note is the note that a gap stands for: nil where the PDU behind it has one.
func (g *Gap) Note() *NoteSpec {
	if g.Kind == Missing {
		return noteGap
	}
	return nil
}
