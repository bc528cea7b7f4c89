package detail

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// derive begins a line whose value is not on the wire.
func (r *Renderer) derive(name string) {
	r.pad(fieldColumn - 1)
	r.say("[")
	r.say(name)
	r.say("]")
	r.pad(r.width - len(name) - 2)
}

// derived shows what follows from the PDU and from those before it.
func (r *Renderer) derived(e *track.Event) {
	p := e.PDU
	if p.SMS.HasText() {
		r.tmp = p.SMS.AppendText(r.tmp[:0])
		if p.SMS.HasGuess {
			r.tmp = p.SMS.AppendGuess(r.tmp[:0])
		}
		if s := p.SMS.Signature(r.tmp); len(s) > 0 {
			r.derive("signature")
			r.b = render.AppendEscaped(r.b, s)
			r.say("\n")
		}
	}
	if c := &p.SMS; c.Coding.Encoding == sms.ASCII && sms.LooksGSM7(c.Data) {
		r.tmp, _ = sms.AppendGSM7(r.tmp[:0], c.Data, c.UDH.Shift())
		r.derive("GSM 7-bit")
		r.b = render.AppendEscaped(r.b, r.tmp)
		r.say("\n")
	}
	if w, ok := push(p); ok {
		r.push(&w)
	}
	if s := e.Submit; s.Num != 0 {
		r.derive("SUBMIT")
		r.say(sayFrame[r.Lang])
		r.number(int64(s.Num))
		r.say(comma[r.Lang])
		r.b = strconv.AppendFloat(r.b, float64(p.Last.Time-s.Time)/1e9, 'f', 3, 64)
		r.say(saySeconds[r.Lang])
	}
	r.auth(p.Auth)
	x := e.Txn
	switch {
	case x == nil && p.Response():
		r.derive("request")
		r.say(sayNotCaptured[r.Lang])
	case x == nil:
	case p.Response():
		r.derive("request")
		r.say(sayFrame[r.Lang])
		r.number(int64(x.Request.Last.Num))
		r.say(comma[r.Lang])
		r.b = strconv.AppendFloat(r.b, float64(x.Latency())/1e6, 'f', 3, 64)
		r.say(sayMillis[r.Lang])
	default:
		r.derive("in flight")
		r.number(int64(x.InFlight))
		r.say(sayIncluded[r.Lang])
		if x.Attempts > 1 {
			r.derive("attempt")
			r.number(int64(x.Attempts))
			r.say(sayFirstIn[r.Lang])
			r.number(int64(x.Request.Last.Num))
			r.say("\n")
		}
	}
}

// auth shows that a secret gives the authenticator; the notes say what fails.
func (r *Renderer) auth(a *dissect.Auth) {
	if a == nil || !a.Verified {
		return
	}
	r.derive("authenticator")
	r.say(sayVerified[r.Lang])
	r.number(int64(a.Line))
	r.say(sayLine[r.Lang])
}

// push reads the WAP push in a binary message.
func push(p *dissect.PDU) (sms.WAPPush, bool) {
	u := &p.SMS.UDH
	if !p.SMS.HasUDH || !u.HasPorts || u.DestPort != sms.PortWAPPush && u.DestPort != sms.PortWAPPushSecure || u.HasConcat && u.Concat.Part > 1 {
		return sms.WAPPush{}, false
	}
	return sms.ParseWAPPush(p.SMS.Data)
}

func (r *Renderer) push(w *sms.WAPPush) {
	r.derive("WAP push")
	if r.Lang == render.Chinese {
		r.say(w.NameZh())
	} else {
		r.say(w.Name())
	}
	r.say("\n")
	r.tmp = w.AppendURL(r.tmp[:0])
	r.pushed("URL", r.tmp)
	r.tmp = w.AppendText(r.tmp[:0])
	r.pushed("text", r.tmp)
}

func (r *Renderer) pushed(name string, text []byte) {
	if len(text) > 0 {
		r.derive(name)
		r.b = render.AppendEscaped(r.b, text)
		r.say("\n")
	}
}

// notes shows the expert notes.
func (r *Renderer) notes(p *dissect.PDU) {
	for i := range p.Notes {
		n := &p.Notes[i]
		r.style(render.Odd)
		r.say("* ")
		r.say(n.Spec.ID)
		r.say(": ")
		r.b = n.AppendIn(r.b, int(r.Lang))
		r.style(render.Plain)
		r.say("\n")
	}
}
