package rows

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/render"
)

// info fills in the last column: what the PDU says.
func (r *Renderer) info(p *dissect.PDU) {
	w := &r.row
	if p.Truncated() {
		w.info = append(w.info, "truncated, "...)
		w.info = strconv.AppendInt(w.info, int64(len(p.Raw)), 10)
		w.info = append(w.info, " of "...)
		w.info = strconv.AppendInt(w.info, int64(p.Total), 10)
		w.info = append(w.info, " bytes  "...)
	} else if p.Err.Failed() {
		r.malformed(p)
	}
	switch {
	case p.Command == nil:
		w.info = append(w.info, "unknown command, "...)
		w.info = strconv.AppendInt(w.info, int64(p.Total), 10)
		w.info = append(w.info, " bytes"...)
	case p.Response() && p.Class() != dissect.Route && p.Class() != dissect.Query:
		r.response(p)
	case p.Class() == dissect.Login:
		r.version(p)
		if t, ok := p.Uint(layout.Timestamp); ok {
			w.info = append(w.info, ", Timestamp "...)
			w.info = appendPadded(w.info, t, 10)
		}
	case p.SMS.Direction >= dissect.Report:
		r.report(p)
	case p.SMS.Direction != dissect.NoMessage:
		r.message(p)
	default:
		r.fields(p)
	}
}

// malformed says which field does not fit.
func (r *Renderer) malformed(p *dissect.PDU) {
	w, e := &r.row, &p.Err
	w.info = append(w.info, "malformed: "...)
	if e.By == nil {
		w.info = append(w.info, "ends before "...)
		w.info = append(w.info, e.Spec.Name...)
		w.info = append(w.info, "  "...)
		return
	}
	w.info = append(w.info, e.By.Name...)
	w.info = append(w.info, ' ')
	w.info = strconv.AppendUint(w.info, e.Num, 10)
	w.info = append(w.info, ", "...)
	w.info = strconv.AppendInt(w.info, int64(e.Have), 10)
	w.info = append(w.info, " left  "...)
}

// response gives the status, what it means, and the id.
func (r *Renderer) response(p *dissect.PDU) {
	w := &r.row
	if f, ok := p.Field(layout.Status); ok {
		w.info = strconv.AppendUint(w.info, f.Num, 10)
		w.info = append(w.info, ' ')
		w.info = append(w.info, r.meaning(p, f)...)
	}
	if id, ok := p.Uint(layout.MessageID); ok && id != 0 && p.Class() == dissect.Submit {
		w.info = append(w.info, "  "...)
		w.info = appendID(w.info, id)
	}
	if p.Class() == dissect.Login {
		w.info = append(w.info, "  "...)
		r.version(p)
	}
}

func (r *Renderer) meaning(p *dissect.PDU, f layout.Field) string {
	if f.Spec.Enum != nil {
		if m, ok := f.Spec.Enum.Of(f, p.Raw, int(p.Column)); ok {
			return r.Lang.Meaning(m)
		}
	}
	return "unknown"
}

func (r *Renderer) version(p *dissect.PDU) {
	if f, ok := p.Field(layout.VersionByte); ok {
		r.row.info = append(r.row.info, "Version "...)
		r.row.info = f.Spec.Show(r.row.info, f, p.Raw)
	}
}

// report gives the final state and the id of the message reported.
func (r *Renderer) report(p *dissect.PDU) {
	w := &r.row
	w.info = r.text(w.info, p.Text(layout.Stat, p.Raw))
	id, ok := p.Uint(layout.ReportOf)
	if !ok {
		id, ok = p.Uint(layout.MOReport)
	}
	if ok {
		w.info = append(w.info, "  "...)
		w.info = appendID(w.info, id)
	}
}

// message gives the part, and the text or what there is instead.
func (r *Renderer) message(p *dissect.PDU) {
	w, c := &r.row, &p.SMS
	if c.Direction == dissect.MO {
		w.info = append(w.info, "to "...)
		w.info = r.receivers(w.info, p)
		w.info = append(w.info, ": "...)
	}
	r.part(p)
	switch {
	case c.HasGuess:
		w.info = append(w.info, "Msg_Fmt "...)
		w.info = strconv.AppendUint(w.info, uint64(c.Coding.Value), 10)
		w.info = append(w.info, " but "...)
		w.info = append(w.info, codingName(c.Guess)...)
		w.info = append(w.info, ": "...)
		r.tmp = c.AppendGuess(r.tmp[:0])
		w.info = r.text(w.info, r.tmp)
	case c.HasText():
		r.tmp = c.AppendText(r.tmp[:0])
		w.info = r.text(w.info, r.tmp)
	case len(c.Data) > 0:
		w.info = append(w.info, "binary "...)
		w.info = strconv.AppendInt(w.info, int64(len(c.Data)), 10)
		w.info = append(w.info, " bytes"...)
		r.ports(&c.UDH)
	case !p.Err.Failed():
		w.info = append(w.info, "(empty)"...)
		r.ports(&c.UDH)
	}
}

// codingName is the name people use: GBK for what GB18030 decodes.
func codingName(e sms.Encoding) string {
	if e == sms.GB18030 {
		return "GBK"
	}
	return e.String()
}

// part says which part of a long message this is: [1/2] by the user data
// header, which phones go by, else as the PDU counts.
func (r *Renderer) part(p *dissect.PDU) {
	w, c := &r.row, &p.SMS
	if c.HasUDH && c.UDH.HasConcat {
		w.info = append(w.info, '[')
		w.info = strconv.AppendUint(w.info, uint64(c.UDH.Concat.Part), 10)
		w.info = append(w.info, '/')
		w.info = strconv.AppendUint(w.info, uint64(c.UDH.Concat.Total), 10)
		w.info = append(w.info, "] "...)
		return
	}
	if total, ok := p.Uint(layout.PartTotal); ok && total > 1 {
		n, _ := p.Uint(layout.PartNumber)
		w.info = append(w.info, "Pk "...)
		w.info = strconv.AppendUint(w.info, n, 10)
		w.info = append(w.info, '/')
		w.info = strconv.AppendUint(w.info, total, 10)
		w.info = append(w.info, ' ')
	}
}

// fields names the fields that are set, for PDUs that have no row of their
// own.
func (r *Renderer) fields(p *dissect.PDU) {
	w, n := &r.row, 0
	for _, f := range p.Body() {
		if f.Depth != 0 || f.Spec.Kind > layout.Text || f.Spec.Kind == layout.Text && len(f.Text(p.Raw)) == 0 {
			continue
		}
		if n++; n > 1 {
			w.info = append(w.info, ", "...)
		}
		w.info = append(w.info, f.Spec.Name...)
		w.info = append(w.info, ' ')
		w.info = render.AppendField(w.info, f, p.Raw)
		if f.Spec.Enum != nil {
			w.info = append(w.info, ' ')
			w.info = append(w.info, r.meaning(p, f)...)
		}
	}
}

func appendPadded(dst []byte, n uint64, width int) []byte {
	s := strconv.FormatUint(n, 10)
	for i := len(s); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}

func appendID(dst []byte, id uint64) []byte { return render.AppendID(dst, id) }

// ports says what the content is for.
func (r *Renderer) ports(u *sms.UDH) {
	if !u.HasPorts {
		return
	}
	w := &r.row
	w.info = append(w.info, ", port "...)
	w.info = strconv.AppendInt(w.info, int64(u.DestPort), 10)
	if name := sms.PortName(u.DestPort); name != "" {
		w.info = append(w.info, ' ')
		w.info = append(w.info, name...)
	}
}
