package verdict

import (
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
)

// Again is what was submitted to the number of a message after it.
type Again struct {
	// Same is the next message with its text, or, of a long message, with Parts
	// of it; nil: there is none.
	Same  *track.Msg
	Parts []int // nil: all of it
	// Other is the next message with another text, if there is none with the
	// same; nil: there is none either.
	Other *track.Msg
}

// again says whether the SP tried the same once more.
func (v *Verdict) again(m *track.Msg, c *Context, around *Around) {
	if !around.Searched {
		return
	}
	after := func(x *track.Msg) string { return c.Duration(x.Start() - m.Start()) }
	switch x := around.Again; {
	case x.Same != nil && x.Parts == nil:
		v.also(sayAgain.With(after(x.Same), x.Same.First().Submit.Num, stateNames[x.Same.State]))
	case x.Same != nil:
		v.also(saySomeAgain.With(enumerate(x.Parts), after(x.Same), x.Same.First().Submit.Num, stateNames[x.Same.State]))
	case repeated(m):
		// that was the same once more
	case x.Other != nil:
		v.also(sayOtherText.With(after(x.Other), x.Other.First().Submit.Num))
	default:
		v.also(sayNotAgain)
	}
}

// repeated reports whether the request, or a part of it, was sent once more in
// what is the message itself.
func repeated(m *track.Msg) bool {
	return slices.ContainsFunc(m.Resent, func(r track.Resend) bool { return !r.OfReport }) ||
		slices.ContainsFunc(m.Notes, func(n dissect.Note) bool { return n.Spec.ID == "sms.part_repeated" })
}

// attempts notes the requests that were sent again before they were answered.
func (v *Verdict) attempts(m *track.Msg, c *Context) {
	for _, p := range m.Parts {
		if n, last := m.Attempts(p); n > 1 {
			v.note(sayAttempts.With(m.Request(), p.Seq, n, c.Duration(last-p.Submit.Time)))
		}
	}
	if n := slices.IndexFunc(m.Resent, func(r track.Resend) bool { return r.OfReport }); n >= 0 {
		v.note(sayReportAgain.With(m.Resent[n].Num))
	}
}

// silence is how long a response was waited for in vain.
func silence(m *track.Msg, p *track.Part, c *Context) lang.Text {
	t := same(c.Duration(m.Silence(p)))
	if n, _ := m.Attempts(p); n > 1 {
		return sayOfAttempts.With(t, n)
	}
	return t
}
