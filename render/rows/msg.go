package rows

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// msg fills in the row of a message.
func (r *Renderer) msg(m *track.Msg) {
	w := &r.row
	lead := m.First().Lead()
	w.number(lead.Num)
	r.when(lead.Time)
	if r.Embedded {
		w.number(uint64(lead.Conn))
	}
	w.set(render.AppendEscaped(w.next(), m.To))
	w.text(m.State.String())
	w.set(respTime(w.next(), m))
	w.set(reportTime(w.next(), m))
	w.set(code(w.next(), m))
	w.set(r.story(w.next(), m))
	switch {
	case m.State.Failed(), m.State == track.ReportOnly && failed(m):
		w.mark, w.style = '!', render.Bad
	case m.Lack(track.LacksResult) || m.Lack(track.LacksStat) || m.Repeated > 0 || len(m.Candidates) > 0 || len(m.Notes) > 0:
		w.mark, w.style = '*', render.Odd
	}
}

// failed reports whether the last report says that the message was not
// delivered.
func failed(m *track.Msg) bool {
	p := m.LastReport()
	if p == nil {
		return false
	}
	c := m.Conn.Proto.Receipt(p.StatText())
	return !p.Lacks.Has(track.LacksStat) && (c == dissect.Undelivered || c == dissect.Expired)
}

// respTime is the time to the last response.
func respTime(b []byte, m *track.Msg) []byte {
	if p := m.LastResp(); p != nil {
		b = render.AppendDuration(b, p.Resp.Time-m.Start())
	}
	return b
}

// reportTime is the time to the last report or, in brackets, how long one has
// been waited for.
func reportTime(b []byte, m *track.Msg) []byte {
	switch p := m.LastReport(); {
	case p != nil && m.State != track.ReportOnly:
		b = render.AppendDuration(b, p.Report.Time-m.Start())
	case m.State == track.Waiting || m.State == track.NoReport:
		b = append(b, '(')
		b = render.AppendDuration(b, m.Decided-m.Start())
		b = append(b, ')')
	}
	return b
}

// unread stands for a code that was cut off.
const unread = "(cut)"

// code is the Stat of the last report, else the Result of the last response.
func code(b []byte, m *track.Msg) []byte {
	if p := m.LastReport(); p != nil {
		if p.Lacks.Has(track.LacksStat) {
			return append(b, unread...)
		}
		return render.AppendText(b, p.StatText())
	}
	if p := m.LastResp(); p != nil {
		if p.Lacks.Has(track.LacksResult) {
			return append(b, unread...)
		}
		b = strconv.AppendUint(b, uint64(p.Result), 10)
	}
	return b
}

// story is the text, behind the parts of a long message and the sender of an
// MO.
func (r *Renderer) story(b []byte, m *track.Msg) []byte {
	if m.State == track.ReportOnly {
		if m.First().ID == 0 && m.First().Lacks.Has(track.LacksStat) {
			return append(b, "truncated, without Msg_Id"...)
		}
		b = append(b, "Msg_Id "...)
		b = render.AppendID(b, m.First().ID)
		if n := len(m.Candidates); n > 0 {
			b = append(b, sayOneOf[0][r.Lang]...)
			b = strconv.AppendInt(b, int64(n), 10)
			b = append(b, sayOneOf[1][r.Lang]...)
		}
		return b
	}
	if m.MO {
		b = append(b, sayFrom[r.Lang]...)
		b = render.AppendEscaped(b, m.From)
		b = append(b, colon[r.Lang]...)
	}
	if total := m.Total(); total > 1 {
		b = strconv.AppendInt(append(b, '['), int64(len(m.Parts)), 10)
		b = strconv.AppendInt(append(b, '/'), int64(total), 10)
		b = append(b, "] "...)
		b = r.missing(b, m)
	}
	if r.tmp = m.AppendText(r.tmp[:0]); len(r.tmp) == 0 {
		return r.binary(b, m)
	}
	if guess, ok := m.Guess(); ok {
		b = render.AppendMsgFmt(b, m.First().Coding, guess)
		r.row.mark, r.row.style = '*', render.Odd // until something is worse
	}
	return render.AppendEscaped(b, r.tmp)
}

// binary says what there is instead of a text.
func (r *Renderer) binary(b []byte, m *track.Msg) []byte {
	n := 0
	for i := range m.Parts {
		n += len(m.Parts[i].Content)
	}
	switch {
	case m.Lack(track.LacksText):
		return append(b, sayCutText[r.Lang]...)
	case n == 0:
		return append(b, sayEmpty[r.Lang]...)
	}
	b = append(b, sayBinary[r.Lang]...)
	return r.appendBytes(b, int64(n))
}

// missing names the parts that were not captured.
func (r *Renderer) missing(b []byte, m *track.Msg) []byte {
	if len(m.Parts) == m.Total() {
		return b
	}
	b = append(b, sayNoPart[r.Lang]...)
	for i := 1; i <= m.Total(); i++ {
		if m.Part(i) == nil {
			b = strconv.AppendInt(append(b, ' '), int64(i), 10)
		}
	}
	return append(b, sayParts[r.Lang]...)
}
