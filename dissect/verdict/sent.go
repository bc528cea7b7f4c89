package verdict

import (
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// sent is the verdict on a message without an answer to all of it when the
// capture, or the connection, ended.
func (v *Verdict) sent(m *track.Msg, c *Context, around *Around) {
	if r := m.LastResp(); r != nil && m.Lack(track.LacksResult) {
		v.Text = saySentCut.With(c.Duration(r.Resp.Time - m.Start()))
		v.SideText = sayUnsure
		v.blind(sayCutBlind.With(r.Resp.Num))
		return
	}
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
	return m.Conn.Ended && closed(m.Conn.End) && p != nil && int(p.Submit.Conn) == m.Conn.ID
}

// unheard says who ended the connection before there was an answer. If it was the
// SP, nobody knows what the ISMG would have done.
func (v *Verdict) unheard(m *track.Msg, p *track.Part) {
	v.SideText = sayUnsure
	if cut(m, p) && m.Conn.Known {
		v.leaver(m)
	}
	v.next(sayAskConn.With(m.Conn.ID))
}

// leaver says who ended the connection of a message that had no answer. Behind a
// TERMINATE it does not matter who closed first.
func (v *Verdict) leaver(m *track.Msg) {
	e, by := m.Conn.End, m.Conn.End.By
	switch left := m.Conn.Terminated; {
	case left[m.Dir]:
		by = m.Dir
	case left[m.Dir.Reverse()]:
		by = m.Dir.Reverse()
	}
	switch who := who(m.Conn, by); {
	case e.Reason == reassembly.Reuse:
		// that was not seen
	case by == m.Dir:
		v.SideText = sayLeft.With(who)
	case e.Reason == reassembly.Reset:
		v.side(Gateway, true, sayResetSide.With(who))
	default:
		v.side(Gateway, true, saySideOf.With(who))
	}
}
