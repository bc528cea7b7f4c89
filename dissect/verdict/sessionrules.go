package verdict

import (
	"fmt"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// OfLogin judges login i of a session.
func OfLogin(s *Session, i int, c *Context) *Verdict {
	l := &s.Logins[i]
	v := &Verdict{Side: Unsure, Start: l.request.Time}
	v.add(l.request, l.dir, "CONNECT %d  Source_Addr %s  Version %s", l.sequence, l.Account, l.version)
	if l.response.Seen() {
		line := l.answer()
		if l.answered != "" {
			line = line.And(same("  Version " + l.answered))
		}
		v.Evidence = append(v.Evidence, Evidence{l.response, l.dir.Reverse(), line})
	}
	took := c.Duration(l.response.Time - l.request.Time)
	switch {
	case !l.response.Seen():
		v.loginUnanswered(s, l, c)
	case l.failed:
		v.Text = sayRefused.With(took, l.spec.Name, l.status, l.meaning)
		v.loginRefused(s, l, c)
		v.ending(s)
	case l.cut:
		v.named("answered", stateAnswered)
		v.say(sayLoginCut.With(took))
		v.SideText = sayUnsure
		v.blind(sayCutBlind.With(l.response.Num))
		v.fate(s, c, i == len(s.Logins)-1)
	default:
		v.named("logged_in", stateLoggedIn)
		v.Text = sayLoggedIn.With(took)
		if l.answered != "" {
			v.say(sayInVersion.With(l.answered))
		}
		v.say(saySemicolon)
		v.fate(s, c, i == len(s.Logins)-1)
	}
	v.authenticators(s, l)
	v.sort()
	return v
}

// answer is the answer to a login: its Status with what that means, if that was
// captured.
func (l *Login) answer() lang.Text {
	line := same(fmt.Sprintf("CONNECT_RESP %d", l.sequence))
	switch {
	case l.cut:
		line = line.And(sayCut.With("Status"))
	case l.spec != nil:
		line = line.And(same(fmt.Sprintf("  %s %d ", l.spec.Name, l.status))).And(l.meaning)
	}
	return line
}

func (v *Verdict) named(state string, name lang.Text) { v.State, v.Name = state, name }

func (v *Verdict) loginUnanswered(s *Session, l *Login, c *Context) {
	v.named("no_response", stateNames[track.Unanswered])
	v.Failed = l.state == track.NoResponse || l.state == track.ConnClosed
	v.SideText = sayUnsure
	switch {
	case l.state == track.NoResponse:
		v.Text = sayLoginSilent
		v.side(Gateway, true, sayGatewaySilent)
	case s.Ended && closed(s.End):
		v.Text = sayLoginClosed.With(c.Duration(s.End.Time-l.request.Time), endOf(s.Conn, s.End))
		v.ending(s)
	default:
		v.Text = sayLoginOpen
	}
	v.holes(s)
}

// loginRefused says by the Status what the refusal is about.
func (v *Verdict) loginRefused(s *Session, l *Login, c *Context) {
	v.named("login_refused", stateRefused)
	v.Failed = true
	v.side(Unsure, false, sayUnsure) // not who closed the connection then
	switch s.Conn.Proto.LoginFault(l.status) {
	case dissect.BadAccount:
		v.side(SP, true, sayBadAccount.With(l.Account, s.Conn.Source(l.dir).Addr().String()))
		v.next(sayAskAccount.With(l.Account))
	case dissect.BadDigest:
		v.badDigest(l, c)
	case dissect.BadVersion:
		v.side(SP, false, sayBadVersion.With(l.version, l.answered))
		v.next(sayAskVersion.With(l.answered))
	case dissect.TooManyLogins:
		v.side(SP, true, sayTooMany)
		v.next(sayCloseOthers)
	case dissect.BadAddress:
		v.side(SP, true, sayBadAddress.With(s.Conn.Source(l.dir).Addr().String()))
		v.next(sayAskAddress)
	default:
		v.next(sayAskOperator)
	}
}

// badDigest says whose secret is wrong, where the secrets tell.
func (v *Verdict) badDigest(l *Login, c *Context) {
	switch {
	case l.auth == nil && c.Secrets:
		v.side(SP, true, sayDigest)
		v.next(sayNoSecretFor.With(l.Account))
	case l.auth == nil:
		v.side(SP, true, sayDigest)
		v.next(sayGiveSecrets)
	case !l.auth.Verified:
		v.side(SP, true, sayWrongSecret)
		v.next(sayCompareSecret)
	case l.auth.Form != "":
		v.side(SP, false, sayWrongForm.With(dissect.Phrase(l.auth.Form)))
		v.next(sayMendForm)
	default:
		v.side(Gateway, true, sayOtherSecret.With(l.auth.Line))
		v.next(sayCompareSecret)
	}
}

// authenticators says what the secrets say of the digests, where the verdict
// does not rest on them.
func (v *Verdict) authenticators(s *Session, l *Login) {
	if v.State == "login_refused" && s.Conn.Proto.LoginFault(l.status) == dissect.BadDigest {
		return
	}
	switch a := l.auth; {
	case a == nil:
	case a.Verified && a.Form == "":
		v.note(sayVerified.With(a.Line))
	case a.Verified:
		v.note(sayVerifiedForm.With(a.Line, dissect.Phrase(a.Form)))
	default:
		v.note(sayNotVerified)
	}
	switch a := l.ack; {
	case a == nil || l.failed:
	case !a.Verified:
		v.note(sayISMGWrong)
	case a.Form != "":
		v.note(sayISMGForm.With(a.Line, dissect.Phrase(a.Form)))
	}
}

// OfConn judges a connection: who ended it, how, and what was open.
func OfConn(s *Session, c *Context) *Verdict {
	k := s.Conn
	v := &Verdict{Side: Unsure, Start: k.First.Time}
	opened := sayOpened
	if k.Midstream {
		opened = sayMidstream
	}
	v.Evidence = append(v.Evidence, Evidence{track.MarkOf(k, 0, k.First), reassembly.C2S, opened.With(k.Client.String(), k.Server.String())})
	for i := range s.Logins {
		l := &s.Logins[i]
		v.add(l.request, l.dir, "CONNECT %d  Source_Addr %s  Version %s", l.sequence, l.Account, l.version)
		if l.response.Seen() && (l.cut || l.spec != nil) {
			line := l.answer()
			v.Evidence = append(v.Evidence, Evidence{l.response, l.dir.Reverse(), line})
		}
	}
	l := s.neverIn()
	if l == nil {
		v.fate(s, c, true)
		v.sort()
		return v
	}
	v.named("login_refused", stateRefused)
	v.Text = sayNeverIn.With(c.Duration(l.response.Time-l.request.Time), l.spec.Name, l.status, l.meaning)
	v.fate(s, c, true)
	v.Next = nil
	v.loginRefused(s, l, c) // it is why the connection ended
	v.authenticators(s, l)
	v.sort()
	return v
}

// neverIn is the last login of a session where all were refused, else nil.
func (s *Session) neverIn() *Login {
	for i := range s.Logins {
		if !s.Logins[i].failed {
			return nil
		}
	}
	if n := len(s.Logins); n > 0 {
		return &s.Logins[n-1]
	}
	return nil
}

// fate says what became of the connection. whole is false for a login that
// another followed.
func (v *Verdict) fate(s *Session, c *Context, whole bool) {
	if !whole {
		v.Text = v.Text.And(sayLoginAgain)
		return
	}
	d, silence, stalls := s.stall()
	named := v.State != "" // a login's state stays
	name := func(state string, text lang.Text) {
		if !named {
			v.named(state, text)
		}
	}
	switch {
	case stalls:
		name("stalled", stateStalled)
		v.Failed = true
		v.say(sayStalled.With(s.who(d.Reverse()), c.Duration(silence), s.waits(d)))
		v.stall(s, d)
	case s.loggedOut():
		name("terminated", stateTerminated)
		v.say(sayTerminated.With(s.enders(), c.Duration(s.logout().Time-s.Conn.First.Time)))
	case s.Ended && s.gaveUp():
		name("heartbeat_missed", stateMissed)
		v.Failed = true
		other := s.End.By.Reverse()
		v.say(sayGaveUp.With(s.who(s.End.By), strings.ToUpper(s.End.Reason.String()), c.Duration(s.End.Time-s.Conn.First.Time)))
		v.side(s.sideOf(other), true, sayStallSide.With(s.who(other)))
		v.next(sayAskStall.With(s.who(other)))
	case !s.Ended || s.End.Reason == reassembly.CaptureEnded:
		name("open", stateOpen)
		v.say(sayStillOpen.With(c.Duration(s.now - s.Conn.First.Time)))
	case s.End.Reason == reassembly.Fin:
		name("fin", stateFin)
		v.say(sayFin.With(s.who(s.End.By), c.Duration(s.End.Time-s.Conn.First.Time)))
		v.side(s.sideOf(s.End.By), true, saySideOf.With(s.who(s.End.By)))
	case s.End.Reason == reassembly.Reset:
		name("rst", stateReset)
		v.Failed = true
		v.say(sayReset.With(s.who(s.End.By), c.Duration(s.End.Time-s.Conn.First.Time)))
		v.side(s.sideOf(s.End.By), true, sayResetSide.With(s.who(s.End.By)))
	case s.End.Reason == reassembly.Reuse:
		name("reuse", stateReuse)
		v.say(sayReuse)
	default:
		name("evicted", stateEvicted)
		v.say(sayForgotten)
	}
	v.logout(s)
	v.ending(s)
	v.pending(s)
	v.figures(s, c)
	v.holes(s)
}

// gaveUp reports whether the side that closed got no answer to its newest
// keep-alive request.
func (s *Session) gaveUp() bool {
	return len(s.missed) > 0 && s.missed[len(s.missed)-1].dir == s.End.By && (s.End.Reason == reassembly.Fin || s.End.Reason == reassembly.Reset)
}

func (v *Verdict) say(t lang.Text) { v.Text = v.Text.And(t) }

// stall finds the side that was silent at the end while requests waited for it.
func (s *Session) stall() (requests reassembly.Dir, silence int64, ok bool) {
	for d := range s.open {
		w := &s.open[d]
		if s.waits(reassembly.Dir(d)) == 0 {
			continue
		}
		quiet := s.now - max(s.heard[reassembly.Dir(d).Reverse()].Time, w.request.Time)
		if quiet >= track.StalledAfter && quiet > silence {
			requests, silence, ok = reassembly.Dir(d), quiet, true
		}
	}
	return requests, silence, ok
}

// stall adds what a stall rests on: the last that was heard, and the oldest
// request that waited.
func (v *Verdict) stall(s *Session, d reassembly.Dir) {
	silent := d.Reverse()
	if s.heard[silent].Seen() {
		v.remark(Evidence{s.heard[silent], silent, same(s.lastHeard(silent))}, sayLastHeard.With(s.who(silent)))
	}
	v.side(s.sideOf(silent), true, sayStallSide.With(s.who(silent)))
	v.next(sayAskStall.With(s.who(silent)))
}

// remark adds a PDU with what is to be said of it, or says it of the PDU where
// that is there already.
func (v *Verdict) remark(e Evidence, t lang.Text) {
	for i := range v.Evidence {
		if have := &v.Evidence[i]; have.PDU == e.PDU {
			have.Text = have.Text.And(t)
			return
		}
	}
	e.Text = e.Text.And(t)
	v.Evidence = append(v.Evidence, e)
}

// pending adds the requests without a response, and the keep-alives missed.
func (v *Verdict) pending(s *Session) {
	for d := range s.open {
		if w, n := &s.open[d], s.waits(reassembly.Dir(d)); n > 0 {
			v.remark(Evidence{w.request, w.dir, same(fmt.Sprintf("%s %d", w.name, w.sequence))}, sayOldestOpen.With(n))
		}
	}
	for _, m := range s.missed {
		if m.request.PDU != s.open[m.dir].request.PDU {
			v.remark(Evidence{m.request, m.dir, same(fmt.Sprintf("ACTIVE_TEST %d", m.sequence))}, sayMissed)
		}
	}
	if len(s.missed) > 0 {
		v.note(sayHeartbeat)
	}
}

// figures are those of the connection.
func (v *Verdict) figures(s *Session, c *Context) {
	k := s.Conn
	for d, t := range k.Dirs {
		if t.Requests > 0 {
			v.also(sayRequests.With(s.who(reassembly.Dir(d)), t.Requests, s.refused[d], t.MaxInFlight))
			if n := s.unread[d]; n > 0 {
				v.blind(sayUnreadAnswers.With(s.who(reassembly.Dir(d)), n))
			}
		}
	}
	for d := range k.Net {
		if n := &k.Net[d]; n.ZeroWindow > 0 {
			v.note(sayZeroWindow.With(s.who(reassembly.Dir(d)), c.Duration(n.Closed)))
		}
	}
}

func (v *Verdict) holes(s *Session) {
	if n := s.Conn.Net[0].Missing + s.Conn.Net[1].Missing; n > 0 {
		v.blind(sayHole.With(n, s.Conn.ID))
	}
	if s.Conn.Midstream {
		v.blind(sayBegan.With(s.Conn.First.Num))
	}
}

// ending adds the packet that closed the connection.
func (v *Verdict) ending(s *Session) {
	if s.Ended {
		v.evidenceOfEnd(s.Conn, s.End)
	}
}

func (v *Verdict) evidenceOfEnd(c *track.Conn, e reassembly.End) {
	if !closed(e) || e.Num == 0 {
		return
	}
	v.Evidence = append(v.Evidence, Evidence{track.MarkOf(c, 0, e.Stamp), e.By, endOf(c, e)})
	v.sort()
}

// logout adds the TERMINATEs.
func (v *Verdict) logout(s *Session) {
	for _, l := range s.logouts {
		v.add(l.request, l.dir, "TERMINATE %d", l.sequence)
		v.add(l.response, l.dir.Reverse(), "TERMINATE_RESP %d", l.sequence)
		if l.request.Seen() && !l.response.Seen() {
			v.note(sayNoLogoutResp.With(l.request.Num))
		}
	}
}

func (s *Session) loggedOut() bool { return s.logouts[0].request.Seen() || s.logouts[1].request.Seen() }

// logout is the first TERMINATE.
func (s *Session) logout() *track.Mark {
	a, b := &s.logouts[0].request, &s.logouts[1].request
	if !a.Seen() || b.Seen() && track.InOrder(b, a) < 0 {
		return b
	}
	return a
}

// enders are those who sent TERMINATE.
func (s *Session) enders() lang.Text {
	switch a, b := s.logouts[0].request.Seen(), s.logouts[1].request.Seen(); {
	case a && b:
		return sayBoth
	case a:
		return s.who(reassembly.C2S)
	}
	return s.who(reassembly.S2C)
}

// who names the side that sends in a direction.
func (s *Session) who(d reassembly.Dir) lang.Text { return who(s.Conn, d) }

func who(c *track.Conn, d reassembly.Dir) lang.Text {
	end := [...]lang.Text{sayClient, sayServer}[d]
	switch {
	case !c.Known:
		return sayThe.With(end)
	case d == c.SP:
		return sayTheSP.With(end)
	}
	return sayTheISMG.With(end)
}

func (s *Session) sideOf(d reassembly.Dir) Side {
	switch {
	case !s.Conn.Known:
		return Unsure
	case d == s.Conn.SP:
		return SP
	}
	return Gateway
}

// closed reports whether a packet ended a connection, and not the capture or
// --max-mem what is known of it.
func closed(e reassembly.End) bool {
	return e.Reason != reassembly.CaptureEnded && e.Reason != reassembly.Evicted
}

// endOf says how a connection was closed.
func endOf(c *track.Conn, e reassembly.End) lang.Text {
	switch e.Reason {
	case reassembly.Fin:
		return sayFinBy.With(who(c, e.By))
	case reassembly.Reset:
		return sayRstBy.With(who(c, e.By))
	}
	return sayReusedBy
}
