package verdict

import (
	"slices"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
)

// fate is what became of some parts of a message: of all that came to the same.
type fate struct {
	state track.MsgState
	part  *track.Part // the first of them
	parts []int
}

// fates are those of a message, in the order of its parts.
func fates(m *track.Msg) (list []fate) {
	for i := 1; i <= m.Total(); i++ {
		p := m.Part(i)
		if p == nil {
			continue
		}
		f := fate{m.Fate(p), p, []int{i}}
		if at := slices.IndexFunc(list, f.like); at >= 0 {
			list[at].parts = append(list[at].parts, i)
		} else {
			list = append(list, f)
		}
	}
	return list
}

// like reports whether parts came to the same, for the same reason.
func (f *fate) like(o fate) bool {
	if f.state != o.state {
		return false
	}
	switch f.state {
	case track.Throttled, track.Rejected:
		return f.part.Result == o.part.Result
	case track.Expired, track.Undelivered:
		return string(f.part.StatText()) == string(o.part.StatText())
	case track.Accepted:
		return f.part.Report.Seen() == o.part.Report.Seen()
	}
	return true
}

// failed reports whether the parts did not reach the phone for sure.
func (f *fate) failed() bool {
	switch f.state {
	case track.Throttled, track.Rejected, track.Expired, track.Undelivered:
		return true
	}
	return false
}

// whose names the parts.
func (f *fate) whose() lang.Text {
	if len(f.parts) == 1 {
		return sayPart.With(f.parts[0])
	}
	return sayParts.With(enumerate(f.parts))
}

// text says what became of the parts.
func (f *fate) text(m *track.Msg, c *Context) lang.Text {
	p := f.part
	switch f.state {
	case track.Delivered:
		return sayPartDelivered
	case track.Throttled, track.Rejected:
		return sayPartRefused.With(p.Result, meaningOf(m.ResultText(p)))
	case track.Expired, track.Undelivered:
		return sayPartStat.With(octets(p.StatText()), statMeaning(m, p))
	case track.Unanswered:
		return sayPartSilent.With(silence(m, p, c))
	case track.NoReport:
		return sayPartNoReport
	case track.Waiting:
		return sayPartWaiting
	case track.Accepted:
		if p.Report.Seen() {
			return sayPartProvisional.With(octets(p.StatText()))
		}
		return sayPartAccepted
	}
	return sayPartSent
}

// list says what became of the parts, one fate after the other.
func list(all []fate, m *track.Msg, c *Context) (t lang.Text) {
	for i := range all {
		t = joined(t, all[i].whose().And(all[i].text(m, c)))
	}
	return t
}

// joined puts a sentence behind others.
func joined(t, more lang.Text) lang.Text {
	if t[lang.English] == "" {
		return more
	}
	return t.And(sayNext).And(more)
}

// severally says what became of parts that did not all come to the same, under a
// state that all of them have to bear, and whose fault it may be. It reports
// false where they did.
func (v *Verdict) severally(m *track.Msg, c *Context, around *Around) bool {
	all := fates(m)
	if len(all) < 2 {
		return false
	}
	n, told := m.Total(), list(all, m, c)
	switch m.State {
	case track.Rejected:
		v.Text = sayAllRefused.With(n, told)
	case track.Undelivered:
		v.Text = sayNoneDelivered.With(n, told)
	case track.Waiting, track.Accepted:
		v.Text = sayReportsOpen.With(n, c.Duration(m.Decided-m.Start()), v.limit(c), told)
	default:
		v.Text = sayAnswersOpen.With(n, told)
	}
	v.blame(all, m, around)
	return true
}

// blame says whose fault it may be what became of parts, and what to do. The
// side is told where all parts have the same.
func (v *Verdict) blame(all []fate, m *track.Msg, around *Around) {
	var blamed []*Verdict
	var text lang.Text
	for i := range all {
		f, one := &all[i], &Verdict{Side: Unsure}
		if one.fault(f, m, around) {
			blamed = append(blamed, one)
			text = joined(text, f.whose().And(one.SideText))
			v.merge(one)
		}
	}
	if len(blamed) == 0 {
		return
	}
	first := blamed[0]
	if !slices.ContainsFunc(blamed, func(b *Verdict) bool { return b.SideText != first.SideText }) {
		text = first.SideText
	}
	if slices.ContainsFunc(blamed, func(b *Verdict) bool { return b.Side != first.Side }) {
		v.side(Unsure, false, text)
		return
	}
	v.side(first.Side, slices.ContainsFunc(blamed, func(b *Verdict) bool { return b.Probable }), text)
}

// merge takes over what a verdict on some parts advises.
func (v *Verdict) merge(one *Verdict) {
	for _, t := range one.Blind {
		if !slices.Contains(v.Blind, t) {
			v.blind(t)
		}
	}
	for _, t := range one.Next {
		if !slices.Contains(v.Next, t) {
			v.next(t)
		}
	}
}

// fault says whose fault a fate may be, and what to do. It reports false for one
// that is nobody's.
func (v *Verdict) fault(f *fate, m *track.Msg, around *Around) bool {
	switch f.state {
	case track.Throttled:
		v.tooFast(around)
	case track.Rejected:
		v.refused(f.part)
	case track.Expired, track.Undelivered:
		v.stat(m, f.part)
	case track.Unanswered:
		v.silent(m)
	case track.NoReport, track.Waiting:
		v.SideText = sayUnsure
		v.blind(sayOtherConn)
		v.next(sayCaptureOn.With(gateway(m, f.part)))
	case track.Sent:
		v.unheard(m, f.part)
	default:
		return false
	}
	return true
}

// partial is the verdict on a long message with parts missing, or parts of
// different ends.
func (v *Verdict) partial(m *track.Msg, c *Context, around *Around) {
	all := fates(m)
	told := list(all, m, c)
	switch missing := m.Missing(); {
	case len(missing) > 0:
		v.Text = sayPartsSeen.With(len(m.Parts), m.Total(), enumerate(missing), told)
		v.blind(sayPartsBlind)
	case slices.ContainsFunc(all, func(f fate) bool { return f.failed() }):
		v.Text = sayPartsDiffer.With(m.Total(), told)
	default:
		v.Text = sayPartsUnsure.With(m.Total(), told)
	}
	v.blame(all, m, around)
	if len(m.Missing()) == 0 {
		v.again(m, c, around)
	}
}
