package verdict

import (
	"cmppdump/dissect"
	"cmppdump/dissect/track"
)

// early notes a report that was captured before its SUBMIT.
func (v *Verdict) early(m *track.Msg) {
	for _, p := range m.Parts {
		if p.Report.Seen() && p.Submit.Seen() && p.Report.Time < p.Submit.Time {
			v.note(sayEarlyReport)
			return
		}
	}
}

// contradiction notes final reports on one part that do not say the same: the
// newest counts (design §5), and cannot be known to be right.
func (v *Verdict) contradiction(m *track.Msg) {
	class := func(stat []byte) dissect.Receipt { return m.Conn.Proto.Receipt(stat) }
	for i := range m.More {
		r := &m.More[i]
		p := m.Part(int(r.Index))
		if p == nil || r.Repeated || !p.Report.Seen() || class(r.StatText()) == dissect.Intermediate || class(r.StatText()) == class(p.StatText()) {
			continue
		}
		v.note(sayContradicts.With(octets(p.StatText()), p.Report.Num, octets(r.StatText()), r.Num))
	}
}
