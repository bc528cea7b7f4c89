package rows

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// info appends the last column: what the PDU says. x is its transaction, or
// nil.
func (r *Renderer) info(b []byte, p *dissect.PDU, x *track.Txn) []byte {
	if p.Truncated() {
		b = append(b, sayTruncated[0][r.Lang]...)
		b = strconv.AppendInt(b, int64(len(p.Raw)), 10)
		b = append(b, sayTruncated[1][r.Lang]...)
		b = strconv.AppendInt(b, int64(p.Total), 10)
		b = append(b, sayTruncated[2][r.Lang]...)
	} else if p.Err.Failed() {
		b = r.malformed(b, &p.Err)
	}
	if p.Response() && p.Command != nil {
		return r.response(b, p, x)
	}
	return r.says(b, p)
}

// malformed says which field does not fit.
func (r *Renderer) malformed(b []byte, e *layout.Error) []byte {
	b = append(b, sayMalformed[r.Lang]...)
	if e.By == nil {
		b = append(b, sayEndsBefore[r.Lang]...)
		b = append(b, e.Spec.Name...)
		return append(b, "  "...)
	}
	b = append(b, e.By.Name...)
	b = strconv.AppendUint(append(b, ' '), e.Num, 10)
	b = strconv.AppendInt(append(b, sayLeft[0][r.Lang]...), int64(e.Have), 10)
	return append(b, sayLeft[1][r.Lang]...)
}

// response appends the status and what it means, how long it took, and what
// else the response says.
func (r *Renderer) response(b []byte, p *dissect.PDU, x *track.Txn) []byte {
	n := len(b)
	if f, ok := p.Field(layout.Status); ok {
		b = strconv.AppendUint(b, f.Num, 10)
		b = append(append(b, ' '), r.meaning(p, f)...)
	}
	if x != nil {
		b = gap(b, n)
		b = render.AppendDuration(b, x.Latency())
		if x.Late() {
			b = append(b, sayLate[r.Lang]...)
		}
	}
	switch id := p.MessageID(); {
	case p.Class() == dissect.Login:
		b = r.version(gap(b, n), p)
	case p.Class() == dissect.Submit && id != 0:
		b = render.AppendID(gap(b, n), id)
	case p.Class() == dissect.Query, p.Class() == dissect.Route:
		b = r.fields(gap(b, n), p)
	}
	return b
}

// gap separates what follows from what stands in b from n on.
func gap(b []byte, n int) []byte {
	if len(b) > n {
		b = append(b, "  "...)
	}
	return b
}

// says appends what a request says.
func (r *Renderer) says(b []byte, p *dissect.PDU) []byte {
	switch {
	case p.Command == nil:
		b = append(b, sayUnknown[r.Lang]...)
		b = strconv.AppendInt(b, int64(p.Total), 10)
		return append(b, sayBytes[r.Lang]...)
	case p.Class() == dissect.Login:
		b = r.version(b, p)
		if t, ok := p.Uint(layout.Timestamp); ok {
			b = appendPadded(append(b, ", Timestamp "...), t, 10)
		}
		return b
	case p.SMS.Direction >= dissect.Report:
		return r.report(b, p)
	case p.SMS.Direction != dissect.NoMessage:
		return r.message(b, p)
	}
	return r.fields(b, p)
}

func (r *Renderer) meaning(p *dissect.PDU, f layout.Field) string {
	if f.Spec.Enum != nil {
		if m, ok := f.Spec.Enum.Of(f, p.Raw, int(p.Column)); ok {
			return r.Lang.Meaning(m)
		}
	}
	return r.Lang.Unknown()
}

func (r *Renderer) version(b []byte, p *dissect.PDU) []byte {
	if f, ok := p.Field(layout.VersionByte); ok {
		b = f.Spec.Show(append(b, "Version "...), f, p.Raw)
	}
	return b
}

// report appends the final state and the id of the message reported.
func (r *Renderer) report(b []byte, p *dissect.PDU) []byte {
	n := len(b)
	b = render.AppendText(b, p.Text(layout.Stat, p.Raw))
	id, ok := p.Uint(layout.ReportOf)
	if !ok {
		id, ok = p.Uint(layout.MOReport)
	}
	if ok {
		b = render.AppendID(gap(b, n), id)
	}
	return b
}

// message appends the part, and the text or what there is instead.
func (r *Renderer) message(b []byte, p *dissect.PDU) []byte {
	c := &p.SMS
	if c.Direction == dissect.MO {
		b = r.receivers(append(b, sayTo[r.Lang]...), p)
		b = append(b, colon[r.Lang]...)
	}
	b = part(b, p)
	switch {
	case c.HasGuess:
		r.tmp = c.AppendGuess(r.tmp[:0])
		return render.AppendEscaped(render.AppendMsgFmt(b, c.Coding, c.Guess), r.tmp)
	case c.HasText():
		r.tmp = c.AppendText(r.tmp[:0])
		return render.AppendEscaped(b, r.tmp)
	case len(c.Data) > 0:
		b = append(b, sayBinary[r.Lang]...)
		return r.ports(r.appendBytes(b, int64(len(c.Data))), &c.UDH)
	case !p.Err.Failed():
		return r.ports(append(b, sayEmpty[r.Lang]...), &c.UDH)
	}
	return b
}

// part says which part of a long message this is: [1/2] by the user data
// header, which phones go by, else as the PDU counts.
func part(b []byte, p *dissect.PDU) []byte {
	if c := &p.SMS; c.HasUDH && c.UDH.HasConcat {
		b = strconv.AppendUint(append(b, '['), uint64(c.UDH.Concat.Part), 10)
		b = strconv.AppendUint(append(b, '/'), uint64(c.UDH.Concat.Total), 10)
		return append(b, "] "...)
	}
	if total, ok := p.Uint(layout.PartTotal); ok && total > 1 {
		n, _ := p.Uint(layout.PartNumber)
		b = strconv.AppendUint(append(b, "Pk "...), n, 10)
		b = strconv.AppendUint(append(b, '/'), total, 10)
		b = append(b, ' ')
	}
	return b
}

// ports says what the content is for.
func (r *Renderer) ports(b []byte, u *sms.UDH) []byte {
	if !u.HasPorts {
		return b
	}
	b = strconv.AppendInt(append(b, sayPort[r.Lang]...), int64(u.DestPort), 10)
	if name := sms.PortName(u.DestPort); name != "" {
		b = append(append(b, ' '), name...)
	}
	return b
}

// fields names the fields that are set, for PDUs that have no row of their
// own.
func (r *Renderer) fields(b []byte, p *dissect.PDU) []byte {
	n := 0
	for _, f := range p.Body() {
		if f.Depth != 0 || f.Spec.Kind > layout.Text || f.Spec.Role == layout.Status || f.Spec.Kind == layout.Text && len(f.Text(p.Raw)) == 0 {
			continue
		}
		if n++; n > 1 {
			b = append(b, ", "...)
		}
		b = append(append(b, f.Spec.Name...), ' ')
		b = render.AppendField(b, f, p.Raw)
		if f.Spec.Enum != nil {
			b = append(append(b, ' '), r.meaning(p, f)...)
		}
	}
	return b
}

// appendBytes appends "1 byte" or "2 bytes".
func (r *Renderer) appendBytes(dst []byte, n int64) []byte {
	dst = strconv.AppendInt(dst, n, 10)
	if n == 1 {
		return append(dst, sayByte[r.Lang]...)
	}
	return append(dst, sayBytes[r.Lang]...)
}

func appendPadded(dst []byte, n uint64, width int) []byte {
	var b [20]byte
	s := strconv.AppendUint(b[:0], n, 10)
	for i := len(s); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}
