package why

import (
	"bytes"

	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
)

// again finds what was submitted to the number of a message after it, however
// the number is written.
func (r *Renderer) again(m *track.Msg) (a verdict.Again) {
	text := m.AppendText(nil)
	for _, no := range r.nos {
		x := r.found[no]
		if no <= m.No || x.MO || x.State == track.ReportOnly || !sms.SameNumber(x.To, m.To) {
			continue
		}
		if bytes.Equal(x.AppendText(nil), text) {
			return verdict.Again{Same: x}
		}
		if parts := common(m, x); parts != nil && a.Same == nil {
			a.Same, a.Parts = x, parts
		}
		if a.Other == nil {
			a.Other = x
		}
	}
	return a
}

// common are the parts that two long messages have in common.
func common(m, x *track.Msg) (list []int) {
	for i := 1; i <= m.Total() && m.Total() > 1 && x.Total() == m.Total(); i++ {
		p, q := m.Part(i), x.Part(i)
		if p != nil && q != nil && bytes.Equal(p.Content, q.Content) {
			list = append(list, i)
		}
	}
	return list
}
