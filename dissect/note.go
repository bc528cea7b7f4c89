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
// and the sentence, in which each %d stands for the next number of the note, %x
// for it in hexadecimal, and %s for its name.
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
func (n *Note) AppendText(dst []byte) []byte { return n.fill(dst, n.Spec.Text, n.Name) }

// fill appends a sentence with its numbers and the name.
func (n *Note) fill(dst []byte, t, name string) []byte {
	k := 0
	for i := 0; i < len(t); i++ {
		if t[i] != '%' || i+1 == len(t) {
			dst = append(dst, t[i])
			continue
		}
		i++
		switch t[i] {
		case 's':
			dst = append(dst, name...)
		case 'd':
			dst = strconv.AppendInt(dst, n.Num[k], 10)
			k++
		case 'x':
			dst = strconv.AppendInt(append(dst, "0x"...), n.Num[k], 16)
			k++
		default:
			dst = append(dst, t[i])
		}
	}
	return dst
}

// NoteCounts counts notes by what they are. A list serves better than a map:
// mostly the same few are given, and those move to its front.
type NoteCounts []NoteCount

// NoteCount is how often a note was given.
type NoteCount struct {
	Spec *NoteSpec
	N    uint64
}

// Add counts one more.
func (c *NoteCounts) Add(s *NoteSpec) {
	for i := range *c {
		if x := &(*c)[i]; x.Spec == s {
			if x.N++; i > 0 && x.N > (*c)[i-1].N {
				(*c)[i-1], *x = *x, (*c)[i-1]
			}
			return
		}
	}
	*c = append(*c, NoteCount{s, 1})
}

// TakeBack uncounts one.
func (c NoteCounts) TakeBack(s *NoteSpec) {
	for i := range c {
		if c[i].Spec == s {
			c[i].N--
		}
	}
}

// The notes of this package.
var (
	noteMidstream   = &NoteSpec{"tcp.midstream", Chat, "the connection was open when the capture began", "The capture does not hold the SYN; on the record of the connection."}
	noteGap         = &NoteSpec{"tcp.gap", Warn, "%d octets of the stream were not captured", "A hole in what was captured of a connection."}
	noteCut         = &NoteSpec{"tcp.cut", Warn, "the snaplen cut them off: capture whole packets (-s 0)", "A hole that the snaplen of the capture made; beside tcp.gap."}
	noteOverlap     = &NoteSpec{"tcp.overlap_differs", Warn, "%d segments before it overlapped others and held other octets; those captured first count", "Retransmissions with other content: a broken sender, or one who wants to be read in two ways."}
	noteProxy       = &NoteSpec{"proxy.preface", Chat, "%s", "A proxy opened the connection, and says for whom; on the octets in front of the first PDU, and the connection."}
	noteTLS         = &NoteSpec{"tls", Warn, "the connection is encrypted", "On a port of the protocol. Nothing in it can be read; only the summary tells of it."}
	noteTruncated   = &NoteSpec{"cmpp.truncated", Warn, "%d of %d octets captured", "The capture does not hold the whole PDU."}
	noteLength      = &NoteSpec{"cmpp.length", Fault, "%s %d at %d does not fit: %d octets are left of the PDU", "A count or length inside the PDU points past its end."}
	noteShort       = &NoteSpec{"cmpp.short_body", Warn, "the body ends before %s", "The body is shorter than the layout of its command."}
	noteTrailing    = &NoteSpec{"cmpp.trailing", Warn, "%d surplus octets at %d", "The body is longer than the layout of its command."}
	noteUnknown     = &NoteSpec{"cmpp.unknown_command", Remark, "the specification has no such command", "The Command_Id is in no version of the specification."}
	noteVersion     = &NoteSpec{"cmpp.version_mismatch", Remark, "read in the layout of %s", "The PDU's own length contradicts the version of the login, or what it answers."}
	noteByte        = &NoteSpec{"cmpp.version_byte", Remark, "version byte %x names no version: %s", "Hand-made clients and private dialects send such version bytes."}
	noteDialect     = &NoteSpec{"cmpp.dialect", Remark, "%s", "The body is in a form that some platforms send, and the specification does not know."}
	noteEmpty       = &NoteSpec{"cmpp.empty_body", Chat, "%s", "Some platforms leave out a body that says nothing."}
	noteAfterNUL    = &NoteSpec{"cmpp.octets_after_nul", Remark, "%s ends at its NUL; %d octets from %d on are left out of it", "What follows the NUL in an Octet String is not part of the text."}
	noteForbidden   = &NoteSpec{"cmpp.forbidden_value", Remark, "%s is %d, which the specification does not allow", "The field is shown and used as it is."}
	noteText        = &NoteSpec{"cmpp.forbidden_text", Remark, "%s holds text that the specification does not allow there", "The field is shown and used as it is."}
	notePractice    = &NoteSpec{"cmpp.practice", Chat, "%s is %d, which is not in the specification but in use", "The field is read as field practice has it."}
	noteResync      = &NoteSpec{"cmpp.resync", Warn, "back in step after %d octets in which no PDU was found", "Octets were skipped to find the next PDU."}
	noteNoFlag      = &NoteSpec{"sms.udh_missing_flag", Remark, "the content starts like a user data header, but TP_udhi is 0", "A phone would show the header as text."}
	noteBadUDH      = &NoteSpec{"sms.udh_invalid", Warn, "TP_udhi announces a user data header, but the content has no valid one", "The content is shown as text."}
	noteCoding      = &NoteSpec{"sms.coding_mismatch", Warn, "Msg_Fmt says %s", "A phone that goes by Msg_Fmt shows garbage."}
	noteGSM7        = &NoteSpec{"sms.gsm7", Chat, "the text has control octets; in the GSM 7-bit alphabet they are letters", "Some gateways pass GSM 7-bit codes under Msg_Fmt 0, which CMPP calls ASCII."}
	noteOdd         = &NoteSpec{"sms.odd_length", Remark, "%d octets of UCS-2: the last is left out", "A character of UCS-2 has two octets."}
	noteOrder       = &NoteSpec{"sms.byte_order_mark", Chat, "the text begins with a byte order mark, which is left out: %s", "UCS-2 in an SMS has none, and is big-endian."}
	notePk          = &NoteSpec{"sms.pk_mismatch", Remark, "Pk_total and Pk_number say otherwise than the user data header, by which this is part %d of %d", "The phone goes by the user data header."}
	noteAuthFailed  = &NoteSpec{"cmpp.auth_failed", Warn, "no secret for %s in --secret-file gives this digest", "The shared secret of a login is wrong, or another than the ones given."}
	noteAuthForm    = &NoteSpec{"cmpp.auth_form", Warn, "with %s, the secret in line %d of --secret-file gives this digest", "The digest of a login is made otherwise than the specification says, which the other side may refuse."}
	noteAuthSecrets = &NoteSpec{"cmpp.auth_secrets_differ", Warn, "the secret in line %d of --secret-file gives the digest of the login, that in line %d this one", "The two ends of a login have different secrets for the account."}
	noteNoSecret    = &NoteSpec{"cmpp.auth_unchecked", Chat, "--secret-file has no secret for %s", "A login could not be checked."}
	noteSplit       = &NoteSpec{"sms.split_character", Chat, "a character is cut at the border of this part", "Whole again in the joined message."}
)

// Notes are all the notes that this package gives.
var Notes = []*NoteSpec{noteMidstream, noteGap, noteCut, noteOverlap, noteProxy, noteTLS, noteTruncated, noteLength, noteShort, noteTrailing, noteUnknown, noteVersion, noteByte,
	noteDialect, noteEmpty, noteAfterNUL, noteForbidden, noteText, notePractice, noteResync,
	noteNoFlag, noteBadUDH, noteCoding, noteGSM7, noteOdd, noteOrder, noteSplit, notePk, noteAuthFailed, noteAuthForm, noteAuthSecrets, noteNoSecret}

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
