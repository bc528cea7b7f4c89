package rows

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/render"
)

// pdu fills in the row of a PDU.
func (r *Renderer) pdu(p *dissect.PDU) {
	w := &r.row
	w.no, w.time, w.arrow = p.Last.Num, p.Last.Time, arrow(p.Dir)
	w.pdu = appendName(w.pdu, p)
	w.seq = strconv.AppendUint(w.seq, uint64(p.Sequence), 10)
	r.receiver(p)
	r.info(p)
	switch {
	case p.Failed(), p.Malformed(), p.Truncated(), undelivered(p):
		w.mark, w.style = '!', render.Bad
	case noted(p):
		w.mark, w.style = '*', render.Odd
	}
}

// appendName appends the command without the protocol's name, and says which
// DELIVER is a report.
func appendName(dst []byte, p *dissect.PDU) []byte {
	n := len(dst)
	dst = p.AppendName(dst)
	dst = append(dst[:n], dst[n+len(p.Proto.Title)+1:]...)
	if p.SMS.Direction >= dissect.Report {
		dst = append(dst, " report"...)
	}
	return dst
}

// undelivered reports whether p is a report of failure.
func undelivered(p *dissect.PDU) bool {
	s := p.Text(layout.Stat, p.Raw)
	if s == nil {
		return false
	}
	c := p.Proto.Receipt(s)
	return c == dissect.Undelivered || c == dissect.Expired
}

// noted reports whether there is a note worth a mark.
func noted(p *dissect.PDU) bool {
	for i := range p.Notes {
		if p.Notes[i].Spec.Severity > dissect.Chat {
			return true
		}
	}
	return false
}

// receiver fills in the phone number: the receiver of an MT message, the
// sender of an MO, the phone of a report, the account of a login.
func (r *Renderer) receiver(p *dissect.PDU) {
	w := &r.row
	switch {
	case p.Class() == dissect.Login:
		w.number = r.text(w.number, p.Text(layout.Login, p.Raw))
	case p.SMS.Direction == dissect.MT:
		w.number = r.receivers(w.number, p)
	case p.SMS.Direction == dissect.Report && p.Text(layout.ReportTo, p.Raw) != nil:
		w.number = r.text(w.number, p.Text(layout.ReportTo, p.Raw))
	case p.SMS.Direction != dissect.NoMessage:
		w.number = r.text(w.number, p.Text(layout.From, p.Raw))
	}
}

func (r *Renderer) receivers(dst []byte, p *dissect.PDU) []byte {
	list := p.List(layout.To)
	for i := range list {
		if i > 0 && r.Terminal {
			dst = append(dst, '+')
			return strconv.AppendInt(dst, int64(len(list)-1), 10)
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = r.text(dst, list[i].Text(p.Raw))
	}
	return dst
}

// text appends an Octet String of the traffic.
func (r *Renderer) text(dst, b []byte) []byte { return render.AppendEscaped(dst, b) }
