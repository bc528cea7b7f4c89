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
		c.UDH, c.HasUDH = sms.ParseUDH(p.Octets(layout.Content, p.Raw))
	}
	if c.Data = p.Octets(layout.UserData, p.Raw); len(c.Data) > 0 {
		c.Guess, c.HasGuess = sms.Guess(c.Coding.Encoding, c.Data)
	}
}

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
		if flag, _ := p.Uint(layout.ReportFlag); flag != 0 {
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
	switch {
	case p.Truncated():
		p.note(noteTruncated, "", int64(len(p.Raw)), int64(p.Total))
	case p.Command == nil:
		p.note(noteUnknown, "")
	case e.Failed() && e.By != nil:
		p.note(noteLength, e.By.Name, int64(e.Num), int64(e.At), int64(e.Have))
	case e.Failed():
		p.note(noteShort, e.Spec.Name)
	default:
		p.checkSurplus()
	}
	if c := p.Command; c != nil && p.Source == FromLength && p.Conn.Login != NoVersion && p.Conn.Login >= c.Since &&
		!c.Body.Same(int(p.Version), int(p.Conn.Login)) {
		p.note(noteVersion, p.Proto.Versions[p.Version])
	}
	p.checkContent()
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

// mismatches words what a coding declares and what the octets look like.
var mismatches = func() (m [sms.Encodings][sms.Encodings]string) {
	for declared := range m {
		for guess := range m[declared] {
			m[declared][guess] = sms.Encoding(declared).String() + ", but the octets look like " + sms.Encoding(guess).String()
		}
	}
	return m
}()
