package detail

import (
	"bytes"
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/render"
)

// The columns of the tree. That of the field is wider where a name is longer.
const (
	offsetWidth = 5
	lengthWidth = 5
	fieldWidth  = 20
	fieldColumn = offsetWidth + lengthWidth + 2
)

// name is what a field is called: of content that is no text, "data".
func name(p *dissect.PDU, f *layout.Field) string {
	if f.Spec.Role == layout.UserData && !p.SMS.HasText() {
		return "data"
	}
	return f.Spec.Name
}

// widest is the width of the column of the field.
func widest(p *dissect.PDU) int {
	n := fieldWidth
	for i := range p.Fields {
		f := &p.Fields[i]
		n = max(n, 2*int(f.Depth)+len(name(p, f)))
	}
	return n
}

// fields shows every field on a line. Offsets count from the PDU's first octet.
func (r *Renderer) fields(p *dissect.PDU) {
	r.width = widest(p)
	r.style(render.Dim)
	r.say("  off  len  field")
	r.pad(r.width - len("field"))
	r.say("value\n")
	r.style(render.Plain)
	for i := range p.Fields {
		f := &p.Fields[i]
		r.place(int(f.Off), int(f.Len))
		for range f.Depth {
			r.say("  ")
		}
		n := name(p, f)
		r.say(n)
		r.pad(r.width - 2*int(f.Depth) - len(n))
		r.value(p, f, i)
		r.trim()
		r.say("\n")
	}
	if p.Err.Failed() && !p.Truncated() {
		r.fault(&p.Err)
	}
}

// place writes the offset and the length.
func (r *Renderer) place(off, n int) {
	r.tmp = strconv.AppendInt(r.tmp[:0], int64(off), 10)
	r.b = render.PadLeft(r.b, r.tmp, offsetWidth)
	r.tmp = strconv.AppendInt(r.tmp[:0], int64(n), 10)
	r.b = render.PadLeft(r.b, r.tmp, lengthWidth)
	r.say("  ")
}

// pad writes blanks, one at least.
func (r *Renderer) pad(n int) {
	for ; n > 0; n-- {
		r.b = append(r.b, ' ')
	}
	r.b = append(r.b, ' ')
}

// trim takes trailing blanks off the line.
func (r *Renderer) trim() {
	for len(r.b) > 0 && r.b[len(r.b)-1] == ' ' {
		r.b = r.b[:len(r.b)-1]
	}
}

// value writes the value of a field, then what it means.
func (r *Renderer) value(p *dissect.PDU, f *layout.Field, i int) {
	switch {
	case f.Spec.Role == layout.UserData && p.SMS.HasText():
		r.content(&p.SMS)
	case parent(p.Fields, i):
		// its octets stand in its parts
	case f.Len == 0, f.Spec.Quiet && len(bytes.Trim(f.Raw(p.Raw), "\x00")) == 0 && f.Spec.Widths() != (layout.Widths{}):
		r.say("(empty)")
	case f.Spec.Kind == layout.Text:
		r.octetString(f, p.Raw)
	case f.Spec.Kind > layout.Text:
		r.text = render.AppendField(r.text[:0], *f, p.Raw)
		r.wrap(r.text, len("00 "))
	default:
		r.b = render.AppendField(r.b, *f, p.Raw)
	}
	if i == 1 { // Command_Id
		r.say("  ")
		r.b = p.AppendName(r.b)
		return
	}
	r.reading(p, f)
}

// parent reports whether field i has parts.
func parent(fields []layout.Field, i int) bool {
	f := &fields[i]
	if i+1 == len(fields) {
		return false
	}
	n := &fields[i+1]
	return n.Depth > f.Depth && n.Off >= f.Off && n.Off+n.Len <= f.Off+f.Len && f.Len > 0
}

// octetString writes text, and what stands behind its NUL (C§1.4).
func (r *Renderer) octetString(f *layout.Field, pdu []byte) {
	raw := f.Raw(pdu)
	n := len(f.Text(pdu))
	if n == 0 {
		r.say("(empty)")
	} else {
		r.b = render.AppendField(r.b, *f, pdu)
	}
	if rest := bytes.Trim(raw[n:], "\x00"); len(rest) > 0 {
		r.say("  behind the NUL: ")
		r.b = render.AppendEscaped(r.b, rest)
	}
}

// reading writes what a value means, behind it.
func (r *Renderer) reading(p *dissect.PDU, f *layout.Field) {
	n := len(r.b)
	r.say("  ")
	if f.Spec.Enum != nil {
		if m, ok := f.Spec.Enum.Of(*f, p.Raw, int(p.Column)); ok {
			r.say(r.Lang.Meaning(m))
		} else if f.Spec.Role == layout.Status {
			r.say(r.Lang.Unknown())
		}
	} else if f.Spec.Show != nil {
		r.b = f.Spec.Show(r.b, *f, p.Raw)
	}
	if len(r.b) == n+2 {
		r.b = r.b[:n]
	}
}

// content writes the text of a message: as it was probably meant, where the
// octets contradict their declared coding.
func (r *Renderer) content(c *dissect.Content) {
	r.tmp = c.AppendText(r.tmp[:0])
	r.text = r.text[:0]
	if c.HasGuess {
		r.text = render.AppendMsgFmt(r.text, c.Coding, c.Guess)
		r.tmp = c.AppendGuess(r.tmp[:0])
	}
	r.text = render.AppendEscaped(r.text, r.tmp)
	r.wrap(r.text, 1)
}

// wrap writes text, on a terminal in as many lines as it takes, each of whole
// units of so many cells.
func (r *Renderer) wrap(text []byte, unit int) {
	column := fieldColumn + r.width + 1
	room := (r.Width - column) / unit * unit
	for r.Terminal && room >= 20 && render.Width(text) > room {
		n := render.Fit(text, room)
		r.b = append(r.b, text[:n]...)
		r.trim()
		r.say("\n")
		r.pad(column - 1)
		text = text[n:]
	}
	r.b = append(r.b, text...)
}

// fault says which field does not fit.
func (r *Renderer) fault(e *layout.Error) {
	r.style(render.Bad)
	r.say("! ")
	if e.By != nil {
		r.say(e.By.Name)
		r.say(" ")
		r.b = strconv.AppendUint(r.b, e.Num, 10)
		r.say(" at ")
		r.number(int64(e.At))
	} else {
		r.say(e.Spec.Name)
		r.say(" takes ")
		r.octets(int64(e.Need))
		r.say(" at ")
		r.number(int64(e.Off))
	}
	r.say(", but ")
	r.octets(int64(e.Have))
	if e.Have == 1 {
		r.say(" is left of the PDU")
	} else {
		r.say(" are left of the PDU")
	}
	r.style(render.Plain)
	r.say("\n")
}

// octets writes a number of them.
func (r *Renderer) octets(n int64) {
	r.number(n)
	if r.say(" byte"); n != 1 {
		r.say("s")
	}
}
