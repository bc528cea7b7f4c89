package rows

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// pdu fills in the row of a PDU.
func (r *Renderer) pdu(e *track.Event) {
	w, p := &r.row, e.PDU
	w.number(p.Last.Num)
	r.when(p.Last.Time)
	r.arrow(e.Conn.ID, p.Dir)
	w.set(appendName(w.next(), p))
	w.seq = strconv.AppendUint(w.seq, uint64(p.Sequence), 10)
	if p.Response() && e.Txn != nil {
		r.receiverOf(e.Txn) // so that grep for a number finds the whole conversation
	} else {
		w.set(r.receiver(w.next(), p))
	}
	b := r.info(w.next(), p, e.Txn)
	if e.Submit.Num != 0 {
		b = render.AppendDuration(append(b, "  +"...), p.Last.Time-e.Submit.Time)
	}
	w.set(b)
	switch {
	case p.Failed(), p.Malformed(), p.Truncated(), undelivered(p):
		w.mark, w.style = '!', render.Bad
	case noted(p):
		w.mark, w.style = '*', render.Odd
	}
}

// receiverOf adds the cell of the number that the request of x concerns.
func (r *Renderer) receiverOf(x *track.Txn) {
	b := r.row.next()
	if x.LoadFields(&r.request) {
		b = r.receiver(b, &r.request)
	}
	r.row.set(b)
}

// appendName appends the command without the protocol's name, and says which
// DELIVER is a report.
func appendName(dst []byte, p *dissect.PDU) []byte {
	dst = p.AppendShort(dst)
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

// receiver appends the phone number: the receiver of an MT message, the sender
// of an MO, the phone of a report, the account of a login.
func (r *Renderer) receiver(dst []byte, p *dissect.PDU) []byte {
	switch {
	case p.Class() == dissect.Login:
		return render.AppendEscaped(dst, p.Text(layout.Login, p.Raw))
	case p.SMS.Direction == dissect.MT:
		return r.receivers(dst, p)
	case p.SMS.Direction == dissect.Report && p.Text(layout.ReportTo, p.Raw) != nil:
		return render.AppendEscaped(dst, p.Text(layout.ReportTo, p.Raw))
	case p.SMS.Direction != dissect.NoMessage:
		return render.AppendEscaped(dst, p.Text(layout.From, p.Raw))
	}
	return dst
}

// receivers appends all receivers; on a terminal the first, and how many more.
func (r *Renderer) receivers(dst []byte, p *dissect.PDU) []byte {
	list := p.List(layout.To)
	for i := range list {
		if i > 0 && r.Terminal {
			dst = append(dst, '+')
			return strconv.AppendInt(dst, int64(len(list)-1), 10)
		}
		number := list[i].Text(p.Raw)
		if i > 0 && len(number) > 0 {
			dst = append(dst, ',')
		}
		dst = render.AppendText(dst, number)
	}
	return dst
}
