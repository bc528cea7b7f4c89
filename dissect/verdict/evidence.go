package verdict

import (
	"fmt"
	"sort"

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
		again := ""
		if r.Repeated {
			again = "  again"
		}
		v.add(r.Mark, m.Dir.Reverse(), "DELIVER %d  Stat %s%s", r.Seq, r.StatText(), again)
	}
	sort.SliceStable(v.Evidence, func(i, j int) bool {
		a, b := &v.Evidence[i], &v.Evidence[j]
		return a.Num < b.Num
	})
}

func (v *Verdict) part(m *track.Msg, p *track.Part) {
	which := ""
	if m.Total() > 1 {
		which = fmt.Sprintf("  part %d/%d", p.Index, m.Total())
	}
	send, back := "SUBMIT", m.Dir.Reverse()
	if m.MO {
		send = "DELIVER"
	}
	v.add(p.Submit, m.Dir, "%s %d%s  %s", send, p.Seq, which, numbers(m))
	v.add(p.Resp, back, "%s_RESP %d%s  Result %d %s%s", send, p.Seq, which, p.Result, m.Conn.Proto.ResultText(uint64(p.Result), m.Conn.Version).En, msgID(p))
	v.add(p.Report, back, "DELIVER %d%s  Stat %s  Done_time %s", p.ReportSeq, which, p.StatText(), p.DoneText())
	v.add(p.Ack, m.Dir, "DELIVER_RESP %d%s  Result %d", p.ReportSeq, which, p.AckResult)
}

func numbers(m *track.Msg) string {
	if m.MO {
		return fmt.Sprintf("from %s to %s", m.From, m.To)
	}
	s := fmt.Sprintf("Src_Id %s", m.From)
	if len(m.Service) > 0 {
		s += fmt.Sprintf("  Service_Id %s", m.Service)
	}
	return s
}

func msgID(p *track.Part) string {
	if p.ID == 0 {
		return ""
	}
	return fmt.Sprintf("  Msg_Id %016x", p.ID)
}

func (v *Verdict) add(at track.Mark, dir reassembly.Dir, format string, a ...any) {
	if at.Seen() {
		v.Evidence = append(v.Evidence, Evidence{at, dir, fmt.Sprintf(format, a...)})
	}
}
