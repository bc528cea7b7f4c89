package verdict

import (
	"fmt"
	"slices"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// evidence lists the PDUs of the message in the order of capture.
func (v *Verdict) evidence(m *track.Msg) {
	for i := range m.Parts {
		v.part(m, m.Parts[i])
	}
	for i := range m.More {
		r := &m.More[i]
		line := same(fmt.Sprintf("DELIVER %d", r.Seq)).And(code("Stat", octets(r.StatText()), r.Cut))
		if r.Repeated {
			line = line.And(sayOnceMore)
		}
		v.Evidence = append(v.Evidence, Evidence{r.Mark, m.Dir.Reverse(), line})
	}
	for i := range m.Resent {
		r := &m.Resent[i]
		send, dir := m.Request(), m.Dir
		if r.OfReport {
			send, dir = "DELIVER", m.Dir.Reverse()
		}
		v.Evidence = append(v.Evidence, Evidence{r.Mark, dir, same(fmt.Sprintf("%s %d%s", send, r.Seq, which(m, int(r.Index)))).And(sayOnceMore)})
	}
	v.sort()
}

// which says which part of a long message it is.
func which(m *track.Msg, index int) string {
	if m.Total() <= 1 {
		return ""
	}
	return fmt.Sprintf("  part %d/%d", index, m.Total())
}

// sort puts the evidence in the order of capture.
func (v *Verdict) sort() {
	slices.SortStableFunc(v.Evidence, func(a, b Evidence) int { return track.InOrder(&a.Mark, &b.Mark) })
}

func (v *Verdict) part(m *track.Msg, p *track.Part) {
	which, send, back := which(m, int(p.Index)), m.Request(), m.Dir.Reverse()
	v.add(p.Submit, m.Dir, "%s %d%s  %s", send, p.Seq, which, numbers(m, p))
	v.result(p.Resp, back, fmt.Sprintf("%s_RESP %d%s", send, p.Seq, which), p.Result, p.Lacks.Has(track.LacksResult), m.ResultText(p), msgID(p)+all(p))
	done := ""
	if len(p.DoneText()) > 0 {
		done = "  Done_time " + octets(p.DoneText())
	}
	reportDir := back
	if !p.Submit.Seen() {
		reportDir = m.Dir
	}
	if p.Report.Seen() {
		line := same(fmt.Sprintf("DELIVER %d%s", p.ReportSeq, which)).And(code("Stat", octets(p.StatText()), p.Lacks.Has(track.LacksStat)))
		v.Evidence = append(v.Evidence, Evidence{p.Report, reportDir, line.And(same(done))})
	}
	v.result(p.Ack, reportDir.Reverse(), fmt.Sprintf("DELIVER_RESP %d%s", p.ReportSeq, which), p.AckResult, p.Lacks.Has(track.LacksAck), m.AckText(p), "")
}

// code is a field with what it says, unless it was cut off.
func code(field, value string, cut bool) lang.Text {
	if cut {
		return sayCut.With(field)
	}
	return same("  " + field + " " + value)
}

// result adds a response: its Result with what that means. cut says that it was
// cut off.
func (v *Verdict) result(at track.Mark, dir reassembly.Dir, pdu string, result uint32, cut bool, meaning layout.Meaning, more string) {
	if !at.Seen() {
		return
	}
	line := same(pdu).And(code("Result", fmt.Sprintf("%d ", result), cut))
	if !cut {
		line = line.And(meaningOf(meaning))
	}
	v.Evidence = append(v.Evidence, Evidence{at, dir, line.And(same(more))})
}

// numbers says what tells the SUBMIT from others.
func numbers(m *track.Msg, p *track.Part) string {
	if m.MO {
		return fmt.Sprintf("from %s to %s", octets(m.From), octets(m.To))
	}
	if p.Receivers > 1 {
		return fmt.Sprintf("receiver %d of %d", p.Receiver+1, p.Receivers)
	}
	s := "receivers not captured (truncated)"
	if !p.Lacks.Has(track.LacksReceiver) {
		s = fmt.Sprintf("Src_Id %s", octets(m.From))
	}
	if len(m.Service) > 0 {
		s += fmt.Sprintf("  Service_Id %s", octets(m.Service))
	}
	return s
}

// all says that a refusal hit every receiver (C§7.6).
func all(p *track.Part) string {
	if p.ID == 0 && p.Receivers > 1 {
		return fmt.Sprintf(", for all %d receivers", p.Receivers)
	}
	return ""
}

func msgID(p *track.Part) string {
	if p.ID == 0 {
		return ""
	}
	return fmt.Sprintf("  Msg_Id %016x", p.ID)
}

// octets are octets of the traffic as text.
func octets(b []byte) string { return string(record.AppendOctetString(nil, b)) }

// same is a text of names and numbers only.
func same(s string) lang.Text { return lang.Text{s, s} }

func (v *Verdict) add(at track.Mark, dir reassembly.Dir, format string, a ...any) {
	if at.Seen() {
		v.Evidence = append(v.Evidence, Evidence{at, dir, same(fmt.Sprintf(format, a...))})
	}
}

// meaningOf is a meaning in both languages, marked where it is not the
// specification's.
func meaningOf(m layout.Meaning) lang.Text {
	t := lang.Text{m.En, m.Zh}
	if m.Practice {
		t = t.And(sayPractice)
	}
	return t
}
