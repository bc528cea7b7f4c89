package dissect

import (
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
)

// interpret reads what the fields say of the message that the PDU carries.
func (p *PDU) interpret() {
	c := &p.SMS
	if c.Direction = p.direction(); c.Direction == NoMessage {
		return
	}
	fmt, _ := p.Uint(layout.Coding)
	c.Coding = sms.Coding(byte(fmt))
	if c.Direction >= Report {
		return
	}
	if flag, _ := p.Uint(layout.UDHI); sms.Present(byte(flag)) {
		c.UDH, c.HasUDH = sms.ParseUDH(p.Written())
	}
	// A header that TP_udhi does not announce is no text to judge by.
	if c.Data = p.Octets(layout.UserData, p.Raw); len(c.Data) > 0 && (c.HasUDH || !sms.Probable(c.Data)) && c.mayBeText() {
		c.Guess, c.HasGuess = sms.Guess(c.Coding.Encoding, c.Data)
	}
}

// mayBeText reports whether the content may be text: not if it is declared to be
// none, and for a port of some program.
func (c *Content) mayBeText() bool { return c.Coding.Encoding != sms.Binary || !c.UDH.HasPorts }

// direction tells what kind of message the PDU carries.
func (p *PDU) direction() Direction {
	if _, ok := p.Uint(layout.ReportOf); ok {
		return Report
	}
	if _, ok := p.Uint(layout.MOReport); ok {
		return MOReport
	}
	if p.Response() {
		return NoMessage
	}
	switch p.Class() {
	case Submit:
		return MT
	case Deliver:
		flag, ok := p.Uint(layout.ReportFlag)
		if !ok && p.Truncated() {
			return NoMessage // nobody knows whether it is one, or a report
		}
		if _, text := p.Field(layout.UserData); flag != 0 && !text {
			return Report // though its block is short, or was not captured
		}
		return MO
	case Forward:
		t, ok := p.Uint(layout.ForwardType)
		return p.forwarded(t, ok)
	}
	return NoMessage
}

func (p *PDU) forwarded(t uint64, ok bool) Direction {
	if !ok || t > 3 {
		return NoMessage
	}
	return [...]Direction{MT, MO, Report, MOReport}[t]
}

// check notes what is odd about the PDU.
func (p *PDU) check() {
	e := &p.Err
	switch d := p.dialect; {
	case p.Truncated():
		p.note(noteTruncated, "", int64(len(p.Raw)), int64(p.Total))
	case p.Command == nil:
		p.note(noteUnknown, "")
	case d != nil && d.Empty:
		p.note(noteEmpty, d.Says)
	case d != nil && d.Says != "" && !e.Failed():
		p.note(noteDialect, d.Says)
	case e.Failed() && e.By != nil:
		p.note(noteLength, e.By.Name, int64(e.Num), int64(e.At), int64(e.Have))
	case e.Failed():
		p.note(noteShort, e.Spec.Name)
	default:
		p.checkSurplus()
	}
	if p.Source == FromLength {
		p.checkVersion()
	}
	if p.Class() == Login && !p.Malformed() {
		p.checkVersionByte()
	}
	if p.Odd && !p.Malformed() { // else who knows what was read as what
		p.checkFields()
	}
	p.checkContent()
}

// checkVersion notes a layout that is not that of the session: the login's, or
// where that says none, that of the requests from the other side.
func (p *PDU) checkVersion() {
	session := p.Conn.Login
	if session == NoVersion {
		session = p.Conn.votes[p.Dir.Reverse()][0].majority()
	}
	if c := p.Command; session != NoVersion && session >= c.Since && !c.Body.Same(int(p.Version), int(session)) {
		p.note(noteVersion, p.Proto.instead[p.Version][session])
	}
}

// checkVersionByte notes a version byte that names no version, and as what a
// login's is taken. That of a response says only what a server can do.
func (p *PDU) checkVersionByte() {
	b, ok := p.Uint(layout.VersionByte)
	if !ok {
		return
	}
	v, named := p.Proto.FromByte(byte(b))
	switch {
	case named:
	case p.Response() || v == NoVersion:
		p.note(noteByte, "nothing is assumed from it", int64(b))
	default:
		p.note(noteByte, p.Proto.taken[v], int64(b))
	}
}

// checkFields notes what fields hold that they should not, once for each that
// is declared.
func (p *PDU) checkFields() {
	var last *layout.Spec
	for _, f := range p.Fields {
		if f.Spec == last {
			continue // the first of a list that is odd stands for it
		}
		if ok, practice := f.Spec.Allows(f, p.Raw); !ok {
			spec := noteForbidden
			switch {
			case practice:
				spec = notePractice
			case f.Spec.Kind == layout.Text:
				spec = noteText
			}
			p.note(spec, f.Spec.Name, int64(f.Num))
			last = f.Spec
		}
		if at, n := f.AfterNUL(p.Raw); n > 0 {
			p.note(noteAfterNUL, f.Spec.Name, int64(n), int64(f.Off)+int64(at))
			last = f.Spec
		}
	}
}

func (p *PDU) checkSurplus() {
	if f := p.Fields[len(p.Fields)-1]; f.Spec == p.Proto.Surplus {
		p.note(noteTrailing, "", int64(f.Len), int64(f.Off))
	}
}

func (p *PDU) checkContent() {
	c := &p.SMS
	if c.Direction != MT && c.Direction != MO {
		return
	}
	content := p.Octets(layout.Content, p.Raw)
	udhi, _ := p.Uint(layout.UDHI)
	switch {
	case sms.Present(byte(udhi)) && !c.HasUDH && len(content) > 0:
		p.note(noteBadUDH, "")
	case !sms.Present(byte(udhi)) && sms.Probable(content):
		p.note(noteNoFlag, "")
	}
	if c.HasUDH && c.UDH.HasConcat {
		p.checkPk()
	}
	if c.Coding.Encoding == sms.UCS2 {
		p.checkUCS2()
	}
	if c.Coding.Encoding != sms.ASCII && len(content) > sms.Most {
		p.checkLength()
	}
	if c.HasUDH && c.UDH.HasConcat && c.HasText() {
		var issue sms.Issue
		if p.scratch, issue = sms.AppendText(p.scratch[:0], c.Coding.Encoding, c.Data); issue.Split() {
			p.note(noteSplit, "")
		}
	}
	if c.Coding.Encoding == sms.ASCII && sms.LooksGSM7(c.Data) {
		p.note(noteGSM7, "")
	}
	if c.HasGuess {
		p.note(noteCoding, mismatches[c.Coding.Encoding][c.Guess])
	}
}

// checkPk notes a Pk_total and Pk_number that contradict the user data header,
// where they say anything: many senders leave them at 1 of 1 (C§7.5).
func (p *PDU) checkPk() {
	total, ok := p.Uint(layout.PartTotal)
	number, also := p.Uint(layout.PartNumber)
	of := p.SMS.UDH.Concat
	if ok && also && total > 1 && (total != uint64(of.Total) || number != uint64(of.Part)) {
		p.note(notePk, "", int64(of.Part), int64(of.Total))
	}
}

// checkLength notes more octets than fit into a message that is no text of
// seven bits, where its length alone is allowed (C§3.4).
func (p *PDU) checkLength() {
	f, _ := p.Field(layout.ContentLength)
	if ok, _ := f.Spec.Allows(f, p.Raw); ok {
		p.note(noteForbidden, f.Spec.Name, int64(f.Num))
	}
}

// checkUCS2 notes what the octets of UCS-2 show at their ends. Half a character
// at the end of a part belongs to the next.
func (p *PDU) checkUCS2() {
	c := &p.SMS
	b := c.Data
	switch {
	case c.HasGuess:
	case len(b)%2 != 0 && !(c.HasUDH && c.UDH.HasConcat):
		p.note(noteOdd, "", int64(len(b)))
	}
	if len(b) < 2 {
		return
	}
	switch {
	case b[0] == 0xfe && b[1] == 0xff:
		p.note(noteOrder, "big-endian, as without it")
	case b[0] == 0xff && b[1] == 0xfe:
		p.note(noteOrder, "the text is little-endian")
	}
}

// butLooks stands between the two.
const butLooks = ", but the octets look like "

// mismatches words what a coding declares and what the octets look like.
var mismatches = func() (m [sms.Encodings][sms.Encodings]string) {
	for declared := range m {
		for guess := range m[declared] {
			m[declared][guess] = sms.Encoding(declared).String() + butLooks + sms.Encoding(guess).String()
		}
	}
	return m
}()
