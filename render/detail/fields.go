package detail

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/render"
)

// The columns of the tree.
const (
	offsetWidth = 5
	lengthWidth = 5
	fieldWidth  = 20
	valueColumn = offsetWidth + lengthWidth + 2 + fieldWidth + 1
)

// fields shows every field on a line. Offsets count from the PDU's first octet.
func (r *Renderer) fields(p *dissect.PDU) {
	r.style(render.Dim)
	r.say("  off  len  field                value\n")
	r.style(render.Plain)
	for i := range p.Fields {
		f := &p.Fields[i]
		r.place(int(f.Off), int(f.Len))
		for range f.Depth {
			r.say("  ")
		}
		r.say(f.Spec.Name)
		r.pad(fieldWidth - 2*int(f.Depth) - len(f.Spec.Name))
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
	case f.Len == 0, f.Spec.Kind == layout.Text && len(f.Text(p.Raw)) == 0 && blank(f.Raw(p.Raw)):
		r.say("(empty)")
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

func blank(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// reading writes what a value means, behind it.
func (r *Renderer) reading(p *dissect.PDU, f *layout.Field) {
	n := len(r.b)
	r.say("  ")
	if f.Spec.Enum != nil {
		if m, ok := f.Spec.Enum.Of(*f, p.Raw, int(p.Column)); ok {
			r.say(r.Lang.Meaning(m))
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
	if c.HasGuess {
		r.say("(")
		r.say(c.Guess.String())
		r.say(", not ")
		r.say(c.Coding.Encoding.String())
		r.say(") ")
		r.tmp = c.AppendGuess(r.tmp[:0])
	}
	r.text = render.AppendEscaped(r.text[:0], r.tmp)
	r.wrap(r.text)
}

// wrap writes text, on a terminal in as many lines as it takes.
func (r *Renderer) wrap(text []byte) {
	room := r.Width - valueColumn
	for r.Terminal && room >= 20 && render.Width(text) > room {
		n := render.Fit(text, room)
		r.b = append(r.b, text[:n]...)
		r.say("\n")
		r.pad(valueColumn - 1)
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
		r.say(", but ")
	} else {
		r.say(e.Spec.Name)
		r.say(" takes ")
		r.number(int64(e.Need))
		r.say(" bytes at ")
		r.number(int64(e.Off))
		r.say(", but ")
	}
	r.number(int64(e.Have))
	r.say(" bytes are left of the PDU")
	r.style(render.Plain)
	r.say("\n")
}
