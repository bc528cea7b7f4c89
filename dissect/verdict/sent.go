package verdict

import (
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// sent is the verdict on a message without an answer to all of it when the
// capture, or the connection, ended.
func (v *Verdict) sent(m *track.Msg, c *Context, around *Around) {
	p := lastOpen(m)
	switch {
	case v.severally(m, c, around):
	case cut(m, p):
		v.Text = saySentEnded.With(c.Duration(m.Conn.End.Time-p.Submit.Time), endOf(m.Conn, m.Conn.End))
		v.unheard(m, p)
	default:
		v.Text = saySent
		v.unheard(m, p)
	}
	if cut(m, p) {
		v.evidenceOfEnd(m.Conn, m.Conn.End)
	}
	v.again(m, c, around)
}

// lastOpen is the last part without an answer.
func lastOpen(m *track.Msg) (last *track.Part) {
	for _, p := range m.Parts {
		if m.Fate(p) == track.Sent && (last == nil || track.InOrder(&last.Submit, &p.Submit) < 0) {
			last = p
		}
	}
	return last
}

// cut reports whether the connection that a part was sent on ended before there
// was an answer.
func cut(m *track.Msg, p *track.Part) bool {
	return m.Conn.Ended && m.Conn.End.Reason != reassembly.Evicted && p != nil && int(p.Submit.Conn) == m.Conn.ID
}

// unheard says who ended the connection before there was an answer. The side
// that had to answer has not: the other may have had a reason to end it.
func (v *Verdict) unheard(m *track.Msg, p *track.Part) {
	v.SideText = sayUnsure
	if e := m.Conn.End; cut(m, p) && m.Conn.Known {
		who := who(m.Conn, e.By)
		switch {
		case e.By == m.Dir:
			v.SideText = sayLeft.With(who)
		case e.Reason == reassembly.Reset:
			v.side(Gateway, true, sayResetSide.With(who))
		case e.Reason == reassembly.Fin:
			v.side(Gateway, true, saySideOf.With(who))
		}
	}
	v.next(sayAskConn.With(m.Conn.ID))
}
