package live

import (
	"strings"
	"testing"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/gen"
)

// TestWhyForgotten: the oldest PDUs are forgotten first, and with them what
// decided about a message that a later PDU still shows. The verdict on it says
// so, and on one that has nothing to miss, what it always does.
func TestWhyForgotten(t *testing.T) {
	s := NewStore(cmpp.Protocol, 1<<20)
	d := sit(t, 100, 30, options(), s)
	feedSource(t, s, madeUp(t, gen.Options{PDUs: 400, Seed: 5}))
	for _, lost := range []func(p *track.Part){
		func(p *track.Part) {},
		func(p *track.Part) { p.Resp, p.Ack = track.Mark{}, track.Mark{} },
		func(p *track.Part) { p.Report, p.Ack = track.Mark{}, track.Mark{} },
		func(p *track.Part) { p.Resp, p.Report, p.Ack = track.Mark{}, track.Mark{}, track.Mark{} },
		func(p *track.Part) { p.Submit, p.Resp, p.Ack = track.Mark{}, track.Mark{}, track.Mark{} },
	} {
		for no := s.msgs.first; no < s.msgs.end; no++ {
			for state := range track.MsgState(track.MsgStates) {
				m := d.l.message(no)
				if m == nil || m.MO != (state == track.Received) {
					continue
				}
				m.State = state
				for _, p := range m.Parts {
					lost(p)
				}
				text := string(d.why(nil, m, 80, true))
				refused := state == track.Throttled || state == track.Rejected
				if refused && strings.Contains(text, "forgotten") != (m.LastResp() == nil) || len(text) == 0 {
					t.Fatalf("message %d, %v: %s", no, state, text)
				}
			}
		}
	}
}
