package verdict

import (
	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
)

func (v *Verdict) throttled(m *track.Msg, c *Context, around *Around) {
	p := m.LastResp()
	v.Text = sayThrottled.With(c.Duration(p.Resp.Time-m.Start()), p.Result)
	v.tooFast(around)
	v.again(m, c, around)
}

// tooFast says whether the SP sent faster than it may, as far as the capture
// bears that out.
func (v *Verdict) tooFast(around *Around) {
	switch {
	case around.Messages == 0:
		v.side(SP, true, sayTooFast)
	case around.Messages == 1:
		v.unexplained(around)
	case around.Limit > 0: // a bucket may be empty after less than a second's worth
		v.burst(around, around.Messages*10 < around.Limit*9)
	case around.Accepted >= around.Messages:
		v.unexplained(around)
		v.SideText = v.SideText.And(sayAcceptedMore.With(around.Accepted))
	default:
		v.burst(around, true)
	}
	if around.Limit > 0 {
		v.next(sayLimit.With(around.Limit, around.Limit))
	} else if v.Side == SP {
		v.next(saySlowDown)
	}
}

// burst blames the SP for what it sent in the second before.
func (v *Verdict) burst(around *Around, probable bool) {
	v.side(SP, probable, saySends.And(before(around)))
}

// unexplained says what the SP sent where that does not explain a refusal.
func (v *Verdict) unexplained(around *Around) {
	v.SideText = sayNotTold.And(before(around))
	v.blind(sayOtherSends)
	v.next(sayAskLimit)
}

// before says what the SP sent in the second before a message.
func before(around *Around) (t lang.Text) {
	t = sayBurstNone
	if n := around.Messages - around.Receivers; n > 0 {
		conns := sayConnection
		if len(around.Conns) > 1 {
			conns = sayConnections
		}
		t = sayBurst.With(n, conns.With(enumerate(around.Conns)))
	}
	if around.Receivers > 1 {
		t = t.And(sayCountsAs.With(around.Receivers))
	}
	return t
}
