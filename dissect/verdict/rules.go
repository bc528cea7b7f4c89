package verdict

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
)

// slow is a report delay that is worth a word.
const slow = 30e9

func (v *Verdict) delivered(m *track.Msg, c *Context, around *Around) {
	p := m.LastReport()
	took := p.Report.Time - m.Start()
	one, all := sayDelivered, sayAllDelivered
	if took < 0 {
		one, all = sayCameEarly, sayAllEarly
	}
	if m.Total() == 1 {
		v.Text = one.With(c.Duration(max(took, -took)))
	} else {
		v.Text = all.With(m.Total(), c.Duration(max(took, -took)))
	}
	if r := m.LastResp(); r != nil && !r.Lacks.Has(track.LacksResult) {
		v.Text = v.Text.And(sayAcceptedAfter.With(c.Duration(r.Resp.Time - m.Start())))
	} else {
		v.Text = v.Text.And(lang.Text{".", "。"})
	}
	ack := p.Ack.Time - p.Report.Time
	if took >= slow {
		v.side(Gateway, true, sayBehind)
		if p.Ack.Seen() && ack < 1e9 {
			v.SideText = v.SideText.And(sayAckIn.With(c.Duration(ack)))
		}
		v.done(m, p, c)
		v.minutes(m, around, c)
		v.next(sayAskReport.With(gateway(m, p)))
	}
	v.acknowledged(m, p, c)
}

// acknowledged says what is odd about the SP's answer to a report.
func (v *Verdict) acknowledged(m *track.Msg, p *track.Part, c *Context) {
	switch ack := p.Ack.Time - p.Report.Time; {
	case !p.Ack.Seen():
		v.note(sayNoAck)
	case p.Lacks.Has(track.LacksAck):
		v.note(sayAckCut)
	case !m.Conn.Proto.Outcome(nil, uint64(p.AckResult), m.Conn.Version):
		v.note(sayAckRefused.With(p.AckResult, meaningOf(m.AckText(p))))
	case ack >= 1e9:
		v.note(sayAckSlow.With(c.Duration(ack)))
	}
}

// beijing is the zone of the times inside CMPP (C§1.6).
var beijing = time.FixedZone("", 8*60*60)

// done says what Done_time adds: it is local time of the gateway, in minutes.
func (v *Verdict) done(m *track.Msg, p *track.Part, c *Context) {
	at, err := time.ParseInLocation("0601021504", string(p.DoneText()), beijing)
	if err != nil || c.Clock == nil {
		return
	}
	minute, came := at.UnixNano(), p.Report.Time
	clock := at.Format("15:04")
	switch after := came - minute - 60e9; {
	case minute > came+60e9 || minute < m.Start()-120e9:
		// another clock: it tells nothing
	case after > 60e9:
		v.note(sayDoneEarly.With(clock, c.Duration(after)))
	default:
		v.note(sayDoneMinutes.With(clock, c.Duration(came-max(minute, m.Start()))))
	}
}

// minutes says whether other reports of the SP were late too.
func (v *Verdict) minutes(m *track.Msg, around *Around, c *Context) {
	if len(around.Minutes) < 2 || c.Clock == nil {
		return
	}
	var words []string
	for _, x := range around.Minutes {
		words = append(words, c.Clock(x.Start)+" "+c.Duration(x.Delay))
	}
	v.also(sayMinutes.With(octets(m.Conn.SPID()), strings.Join(words, ", ")))
}

// gateway names the ISMG that made the part's Msg_Id.
func gateway(m *track.Msg, p *track.Part) lang.Text {
	code := m.Conn.Proto.AppendGateway(nil, p.ID)
	if len(code) == 0 {
		return same("")
	}
	return sayOfISMG.With(string(code))
}

func (v *Verdict) undelivered(m *track.Msg, c *Context, around *Around) {
	p := m.LastReport()
	v.acknowledged(m, p, c)
	if v.severally(m, c, around) {
		return
	}
	say, took := sayUndelivered, p.Report.Time-m.Start()
	if took < 0 {
		say = sayFailedEarly
	}
	v.Text = say.With(octets(p.StatText()), c.Duration(max(took, -took)), statMeaning(m, p))
	v.stat(m, p)
}

// statMeaning is the meaning of the Stat of a part's report.
func statMeaning(m *track.Msg, p *track.Part) lang.Text {
	meaning, known := m.Conn.Proto.StatText(p.StatText(), m.Conn.Version)
	if !known {
		return sayUnknownStat
	}
	return meaningOf(meaning)
}

// stat says which station a Stat tells of, and whom to ask.
func (v *Verdict) stat(m *track.Msg, p *track.Part) {
	side := sideOfStat(p.StatText())
	v.side(side, side != Unsure, sideTexts[side])
	if side == Handset {
		v.next(sayCheckNumber)
	} else {
		v.next(sayAskStat.With(gateway(m, p)))
	}
}

var sideTexts = map[Side]lang.Text{Handset: sayHandset, Gateway: sayPlatform, SP: saySP, Unsure: sayUnsure}

// sideOfStat tells by a Stat which station gave up (C§5.6): by the letters of one
// such as MA:0001, or by the final state.
func sideOfStat(stat []byte) Side {
	if len(stat) > 2 && stat[2] == ':' {
		return sideOfLetters(stat[0], stat[1])
	}
	switch string(stat) {
	case "EXPIRED", "UNDELIV", "UNKNOWN":
		return Handset
	case "REJECTD", "DELETED":
		return Gateway
	}
	return Unsure
}

// sideOfLetters: the first letter is the station, M the SMSC, C and D the
// platforms for billing and services, I an ISMG, S the SP. The second is what it
// did: A no answer, B an error, C no report; from I on, of the SMSC alone, what
// became of the message there.
func sideOfLetters(station, what byte) Side {
	switch {
	case station == 'C' || station == 'D' || station == 'I':
		return Gateway
	case station == 'S':
		return SP
	case station != 'M':
		return Unsure
	}
	switch what {
	case 'A', 'B', 'C', 'J', 'N': // deleted, rejected
		return Gateway
	case 'I', 'K', 'M': // expired, undeliverable, unknown
		return Handset
	}
	return Unsure
}

func enumerate[N int | uint64](list []N) string {
	var words []string
	for _, n := range list {
		words = append(words, fmt.Sprint(n))
	}
	return strings.Join(words, ", ")
}

func (v *Verdict) rejected(m *track.Msg, c *Context, around *Around) {
	v.again(m, c, around)
	if v.severally(m, c, around) {
		return
	}
	p := m.LastResp()
	v.Text = sayRejected.With(c.Duration(p.Resp.Time-m.Start()), p.Result, meaningOf(m.ResultText(p)))
	v.refused(p)
}

// refused says by the Result of a refusal what it is about.
func (v *Verdict) refused(p *track.Part) {
	if p.Result <= 13 { // the specification's: all are about what was submitted (C§5.2)
		v.side(SP, true, sayItsSubmit)
	} else {
		v.SideText = sayUnsure
	}
	v.next(sayCompare)
}

func (v *Verdict) unanswered(m *track.Msg, c *Context, around *Around) {
	v.Text = sayNoResponse.With(silence(m, m.First(), c))
	v.silent(m)
	v.again(m, c, around)
}

// silent says what a response that did not come means.
func (v *Verdict) silent(m *track.Msg) {
	v.side(Gateway, true, sayGatewaySilent)
	v.next(sayMayBeTwice)
	v.next(sayAskConn.With(m.Conn.ID))
}

// limit is how long a report may take, in brackets.
func (v *Verdict) limit(c *Context) lang.Text {
	if c.ReportTimeout > 0 {
		return sayOfTimeout.With(c.Duration(c.ReportTimeout))
	}
	return same("")
}

func (v *Verdict) noReport(m *track.Msg, c *Context, around *Around) {
	if v.severally(m, c, around) {
		return
	}
	waited := m.Decided - m.Start()
	if m.State == track.NoReport {
		v.Text = sayNoReport.With(c.Duration(waited))
	} else {
		v.Text = sayWaiting.With(c.Duration(waited), v.limit(c))
	}
	v.SideText = sayUnsure
	if n := maybe(m); n != nil {
		v.Text = sayMaybe.With(n.Num[0], n.Num[1]-1)
		v.next(sayWhichOfThem)
		return
	}
	if n := c.Reports.Count(); n >= 100 {
		within := c.Reports.Quantile(99.9)
		v.SideText = sayQuantile.With(n, c.Duration(within))
		if waited > within {
			v.SideText = v.SideText.And(sayLost)
		}
	}
	v.blind(sayOtherConn)
	v.next(sayCaptureOn.With(gateway(m, m.First())))
}

// maybe is the note on a report that may be about the message, or about others.
func maybe(m *track.Msg) *dissect.Note {
	for i := range m.Notes {
		if m.Notes[i].Spec.ID == "msg.report_ambiguous" {
			return &m.Notes[i]
		}
	}
	return nil
}

func (v *Verdict) accepted(m *track.Msg, c *Context, around *Around) {
	if v.severally(m, c, around) {
		return
	}
	p := m.LastResp()
	if r := m.LastReport(); r != nil && r.Lacks.Has(track.LacksStat) {
		v.statCut(r, sayReportCut)
		return
	} else if r != nil && p == nil {
		v.Text = sayProvisionalOnly.With(octets(r.StatText()))
		return
	} else if r != nil {
		v.Text = sayProvisional.With(c.Duration(p.Resp.Time-m.Start()), octets(r.StatText()))
		return
	}
	v.Text = sayAccepted.With(c.Duration(p.Resp.Time - m.Start()))
	if !m.Wanted {
		v.note(sayNotWanted)
		v.next(sayWantReport)
	}
}

func (v *Verdict) reportOnly(m *track.Msg, _ *Context, _ *Around) {
	r := m.First()
	stat := octets(r.StatText())
	if n := len(m.Candidates); n > 0 {
		v.Text = sayOfSeveral.With(stat, n, enumerate(m.Candidates))
		v.next(sayWhichOfThem)
		return
	}
	v.Text = sayReportOnly.With(stat)
	if r.Lacks.Has(track.LacksStat) {
		v.statCut(r, sayReportOnlyCut)
	}
	v.next(sayEarlier)
}

// statCut says of a report that its Stat was cut off.
func (v *Verdict) statCut(p *track.Part, text lang.Text) {
	v.Text, v.SideText = text, sayUnsure
	v.blind(sayCutBlind.With(p.Report.Num))
}

// common adds what holds for every state.
func (v *Verdict) common(m *track.Msg, c *Context) {
	p := m.First()
	v.contradiction(m)
	v.early(m)
	v.attempts(m, c)
	if m.Repeated > 0 {
		v.note(sayRepeated.With(m.Repeated))
	}
	for i := range m.Notes {
		switch n := &m.Notes[i]; n.Spec.ID { // the others are said already
		case "msg.resubmitted":
			v.note(sayResubmitted.With(c.Duration(n.Num[1]*1e6), n.Num[0]))
		case "msg.id_swapped":
			v.note(sayProbable)
		case "msg.id_unknown":
			v.note(sayByNumber)
		case "msg.reports_omitted":
			v.note(sayOmitted.With(n.Num[0], n.Num[1]))
		case "msg.report_unacknowledged":
			v.note(sayUnacked.With(n.Num[0]))
		case "sms.part_repeated":
			v.note(sayPartTwice.With(n.Num[0], n.Num[1]))
		case "msg.receiver_cut":
			v.note(sayReceiverCut.With(n.Num[0], n.Num[1]))
		case "msg.parts_differ":
			v.note(sayMixed.With(n.Num[0], n.Num[1], n.Num[2]))
		}
	}
	if guess, ok := m.Guess(); ok {
		v.note(sayCoding.With(p.Coding.Value, p.Coding.Encoding.String(), guess.CommonName()))
	}
	if p.Submit.Seen() && !m.MO {
		v.blind(sayBefore.With(p.Submit.Num))
	}
	if n := m.Conn.Net[0].Missing + m.Conn.Net[1].Missing; n > 0 {
		v.blind(sayHole.With(n, m.Conn.ID))
	}
	if m.Evicted {
		v.blind(sayEvicted)
	}
	if p.ID != 0 && !m.MO {
		forms := []string{strconv.FormatUint(p.ID, 10)}
		if int64(p.ID) < 0 {
			forms = append(forms, strconv.FormatInt(int64(p.ID), 10))
		}
		if d := m.Conn.Proto.AppendDigits(nil, p.ID); len(d) > 0 {
			forms = append(forms, string(d))
		}
		last := len(forms) - 1
		list := same(forms[last])
		if last > 0 {
			list = same(strings.Join(forms[:last], ", ")).And(sayOr).And(same(forms[last]))
		}
		v.next(sayAlsoID.With(list))
	}
}
