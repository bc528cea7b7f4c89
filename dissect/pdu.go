package dissect

import (
	"encoding/binary"

	"cmppdump/capture"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/reassembly"
)

// PDU is one dissected PDU. It is lent: the PDU and every slice in it are valid
// during the call of Sink.PDU.
type PDU struct {
	Outline
	// Fields, and where the roles are. The header's fields come first.
	layout.Decoded
	Notes []Note

	scratch []byte
}

// Outline is what is known of a PDU besides its fields, which can be decoded
// again from it.
type Outline struct {
	Conn *Conn
	Dir  reassembly.Dir
	// No counts the PDUs of the input, from 1.
	No uint64
	// First and Last are the packets with the lowest and the highest number
	// among those that hold octets of the PDU.
	First, Last capture.Stamp
	// Offset is the place of the PDU's first octet in its direction's stream.
	Offset int64
	// Nth is the place of the PDU among those that begin in its First packet
	// and direction, from 1; Of is how many of them there are, as far as their
	// headers show.
	Nth, Of int

	Proto *Protocol
	// Command is nil if the protocol has no command CommandID.
	Command   *Command
	CommandID uint32
	Sequence  uint32
	// Version is the version whose layout the PDU has; NoVersion if nothing
	// told it so far, or does not matter for this command.
	Version Version
	Source  VersionSource
	// Column is the version whose layout the fields were read by: Version, or
	// the best guess where that is unknown.
	Column Version
	// Total is the length the header gives. Raw is what was captured of it:
	// fewer octets if the PDU is truncated.
	Total int
	Raw   []byte
	SMS   Content
	// Auth is what the check of a login found; nil: it was not checked.
	Auth *Auth
	// Proxy is what a proxy said of the connection before the PDU, or nil.
	Proxy *Proxy

	set     uint8    // the versions that the body's length fits
	dialect *Dialect // nil: the body is one of the specification's, or of no known form
}

// Truncated reports whether octets of the PDU were not captured.
func (p *PDU) Truncated() bool { return len(p.Raw) < p.Total }

// Malformed reports whether the PDU contradicts itself: fields that do not fit
// into its length.
func (p *PDU) Malformed() bool { return p.Err.Failed() && !p.Truncated() }

// Doubtful reports whether fields may not be where they were read: the length
// of the PDU fits no known form of its layout, or the PDU was cut and nothing
// told the version.
func (p *PDU) Doubtful() bool {
	switch {
	case p.Truncated():
		return p.Version == NoVersion && p.Command != nil && !(p.Command.Body.Same(0, 1) && p.Command.Body.Same(1, 2))
	case p.dialect != nil && !p.Err.Failed():
		return false
	}
	return p.Err.Failed() || p.Fields[len(p.Fields)-1].Spec == p.Proto.Surplus
}

// Body gives the fields behind the header.
func (p *PDU) Body() []layout.Field { return p.Fields[len(p.Proto.Header.Specs):] }

// AppendName appends the command's name; for an unknown one, CMPP_0x0000000a.
func (p *PDU) AppendName(dst []byte) []byte {
	return AppendName(dst, p.Proto, p.Command, p.CommandID, p.Column)
}

// AppendShort appends that name without the protocol's: SUBMIT.
func (p *PDU) AppendShort(dst []byte) []byte {
	return AppendShort(dst, p.Proto, p.Command, p.CommandID, p.Column)
}

// AppendShort appends what AppendName does without the protocol's name.
func AppendShort(dst []byte, p *Protocol, c *Command, id uint32, v Version) []byte {
	n := len(dst)
	dst = AppendName(dst, p, c, id, v)
	return append(dst[:n], dst[n+len(p.Title)+1:]...)
}

// AppendName appends the name of a command in a version; where c is nil, one
// made of its id.
func AppendName(dst []byte, p *Protocol, c *Command, id uint32, v Version) []byte {
	if c != nil {
		return append(dst, c.In(v)...)
	}
	dst = append(append(dst, p.Title...), "_0x"...)
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[id>>shift&15])
	}
	return dst
}

// Class is the command's, Other for an unknown one.
func (p *PDU) Class() Class {
	if p.Command == nil {
		return Other
	}
	return p.Command.Class
}

// Response reports whether the PDU is a response, a known one or not.
func (p *PDU) Response() bool { return p.CommandID>>31 != 0 }

// MessageID is the id of the message, or 0.
func (p *PDU) MessageID() uint64 {
	id, _ := p.Uint(layout.MessageID)
	return id
}

// Load fills p with a PDU whose octets were kept, by the version it was read
// by when it was captured. Conn, Dir, First, Last, Offset, Proto, Version,
// Source and Column must be set; notes are not made again.
func (p *PDU) Load(raw []byte, total int) {
	p.LoadFields(raw, total)
	p.interpret()
}

// LoadFields is Load without what the content of a message says.
func (p *PDU) LoadFields(raw []byte, total int) {
	p.Reset()
	p.Notes = p.Notes[:0]
	p.SMS = Content{}
	p.Raw, p.Total = raw, total
	p.CommandID = readHeader(raw).id
	p.Command = p.Proto.Command(p.CommandID)
	p.Sequence = binary.BigEndian.Uint32(raw[8:])
	p.dialect, p.Again = nil, true
	if p.Command != nil && !p.fits(raw[headerLen:]) {
		p.findDialect(raw[headerLen:])
	}
	p.decode()
	p.SMS.Direction = p.direction()
}

// Kept is a PDU put away. It is much smaller than the PDU.
type Kept struct {
	outline Outline
	raw     []byte
	notes   []Note
}

// Keep puts p away. The memory of k is used again.
func (k *Kept) Keep(p *PDU) {
	k.outline = p.Outline
	k.raw = append(k.raw[:0], p.Raw...)
	k.notes = append(k.notes[:0], p.Notes...)
}

// Load makes p the PDU that was put away, with its fields decoded again. It is
// valid as long as k is.
func (k *Kept) Load(p *PDU) {
	p.Reset()
	p.Outline, p.Raw = k.outline, k.raw
	p.Notes, p.Again = append(p.Notes[:0], k.notes...), true
	p.decode()
	if p.SMS.Data != nil {
		p.SMS.Data = p.Octets(layout.UserData, p.Raw)
	}
}

// Status is the status of a response.
func (p *PDU) Status() (uint64, bool) { return p.Uint(layout.Status) }

// StatusUnread reports a response whose status could not be read: it was not
// wholly captured, or does not fit.
func (p *PDU) StatusUnread() bool {
	_, ok := p.Status()
	return !ok && p.Err.Failed() && p.Response() && p.Command != nil && p.Command.Body.Has(layout.Status, int(p.Column))
}

// Written is the octets of the message's content, with the header in it, as far
// as they were captured.
func (p *PDU) Written() []byte {
	if e := &p.Err; e.Failed() && e.Spec.Role == layout.Content && p.Truncated() {
		return p.Raw[min(e.Off, len(p.Raw)):]
	}
	return p.Octets(layout.Content, p.Raw)
}

// Failed reports a response whose status says failure.
func (p *PDU) Failed() bool {
	s, ok := p.Status()
	return ok && !p.Proto.Outcome(p.Command, s, p.Column)
}

// Direction is what a message is, seen from the phone.
type Direction uint8

// The directions; their names are the values of sms.direction.
const (
	NoMessage Direction = iota
	MT                  // to a phone
	MO                  // from a phone
	Report              // about an MT message
	MOReport            // about an MO message
)

// String is the value of sms.direction: "mt", "mo" or "report".
func (d Direction) String() string {
	return [...]string{"", "mt", "mo", "report", "report"}[d]
}

// Content is the message that a PDU carries.
type Content struct {
	Direction Direction
	Coding    sms.DCS
	UDH       sms.UDH
	HasUDH    bool
	// Data is the content behind the user data header; nil for a report.
	Data []byte
	// Guess is what the octets look like where they contradict the coding.
	Guess    sms.Encoding
	HasGuess bool
	// Instead is shown in place of what was written; nil: nothing is.
	Instead *Instead
}

// Instead is what is shown in place of texts that must not be seen.
type Instead struct{ Text, Guess, Signature []byte }

// HasText reports whether Data is text in some coding.
func (c *Content) HasText() bool { return c.Coding.Encoding != sms.Binary && len(c.Data) > 0 }

// AppendText appends the text as the PDU declares it, in UTF-8.
func (c *Content) AppendText(dst []byte) []byte {
	if c.Instead != nil {
		return append(dst, c.Instead.Text...)
	}
	dst, _ = sms.AppendText(dst, c.Coding.Encoding, c.Data)
	return dst
}

// AppendGuess appends the text as it was probably meant.
func (c *Content) AppendGuess(dst []byte) []byte {
	if c.Instead != nil {
		return append(dst, c.Instead.Guess...)
	}
	dst, _ = sms.AppendText(dst, c.Guess, c.Data)
	return dst
}

// Signature is the sender's name in the text that AppendText or AppendGuess
// gave, or nil; see sms.Signature.
func (c *Content) Signature(text []byte) []byte {
	if c.Instead != nil {
		return c.Instead.Signature
	}
	return sms.Signature(text)
}

// Gap is a hole in what was captured of a direction, or octets in which no PDU
// was found.
type Gap struct {
	Conn        *Conn
	Dir         reassembly.Dir
	Kind        GapKind
	First, Last capture.Stamp // the packets that hold skipped octets; for missing ones, the packet behind them
	Offset      int64         // of the first octet in the direction's stream
	Bytes       int64
	// Since is the capture time, in ns, after which missing octets were sent.
	Since int64
	// Cut: the snaplen cut missing octets off.
	Cut   bool
	Notes []Note
}

// notes appends what is to be said of the octets.
func (g *Gap) notes(dst []Note) []Note {
	switch g.Kind {
	case Missing:
		dst = append(dst, Note{Spec: noteGap, Num: [3]int64{g.Bytes}})
		if g.Cut {
			dst = append(dst, Note{Spec: noteCut})
		}
	case Preface:
		dst = append(dst, Note{Spec: noteProxy, Name: g.Conn.Proxy.String()})
	}
	return dst
}

// GapKind says why octets are in no PDU.
type GapKind uint8

// The kinds; their names are the values of gap.kind.
const (
	Missing GapKind = iota // not captured
	Skipped                // captured, but out of step
	Preface                // captured: what a proxy puts in front of the first PDU
)

// String is the value of gap.kind.
func (k GapKind) String() string { return [...]string{"missing", "skipped", "preface"}[k] }
