package verdict

import (
	"cmppdump/dissect/track"
)

// received is the verdict on a message from a phone: how the SP answered each of
// its parts, and which of them the capture lacks.
func (v *Verdict) received(m *track.Msg, c *Context, _ *Around) {
	var silent []int
	var refused, unread *track.Part
	for _, p := range m.Parts {
		switch {
		case !p.Resp.Seen():
			silent = append(silent, int(p.Index))
		case p.Lacks.Has(track.LacksResult):
			unread = p
		case !m.Conn.Proto.Outcome(nil, uint64(p.Result), m.Conn.Version):
			refused = p
		}
	}
	switch {
	case refused != nil:
		v.Text = sayMORefused.With(refused.Result, meaningOf(m.ResultText(refused)))
		v.side(SP, false, saySP)
	case unread != nil:
		v.Text = sayMOCut.With(c.Duration(unread.Resp.Time - m.Start()))
		v.blind(sayCutBlind.With(unread.Resp.Num))
	case len(silent) == len(m.Parts):
		v.Text = sayMOUnseen
		v.side(SP, true, saySP)
	case len(silent) > 0:
		v.Text = sayMOPartsUnseen.With(enumerate(silent))
		v.side(SP, true, saySP)
	default:
		v.Text = sayMO.With(c.Duration(m.LastResp().Resp.Time - m.Start()))
	}
	if missing := m.Missing(); len(missing) > 0 {
		v.note(sayMOParts.With(len(m.Parts), m.Total(), enumerate(missing)))
		v.blind(sayMOBlind)
	}
}
