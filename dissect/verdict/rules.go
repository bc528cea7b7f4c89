package verdict

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
)

// slow is a report delay that is worth a word.
const slow = 30e9

func (v *Verdict) delivered(m *track.Msg, c *Context, around *Around) {
	p := m.LastReport()
	took := p.Report.Time - m.Start()
	if m.Total() == 1 {
		v.Text = sayDelivered.With(c.Duration(took))
	} else {
		v.Text = sayAllDelivered.With(m.Total(), c.Duration(took))
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
		v.note(sayAckRefused.With(p.AckResult, m.Conn.Proto.ResultText(uint64(p.AckResult), m.Conn.Version).En))
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

func (v *Verdict) undelivered(m *track.Msg, c *Context, _ *Around) {
	p := m.LastReport()
	for _, q := range m.Parts { // the one that failed
		if q.Report.Seen() && q.Failed() {
			p = q
		}
	}
	meaning, known := m.Conn.Proto.StatText(p.StatText(), m.Conn.Version)
	text := meaningOf(meaning)
	if !known {
		text = sayUnknownStat
	}
	v.Text = sayUndelivered.With(octets(p.StatText()), c.Duration(p.Report.Time-m.Start()), text)
	side := sideOfStat(p.StatText())
	v.side(side, side != Unsure, sideTexts[side])
	if side == Handset {
		v.next(sayCheckNumber)
	} else {
		v.next(sayAskStat.With(gateway(m, p)))
	}
	v.acknowledged(m, p, c)
}

var sideTexts = map[Side]lang.Text{Handset: sayHandset, Gateway: sayPlatform, SP: saySP, Unsure: sayUnsure}

// sideOfStat tells by the letters of a Stat which station gave up (C§5.6): M
// the SMSC, C and D the platforms for billing and services, I an ISMG.
func sideOfStat(stat []byte) Side {
	switch {
	case len(stat) > 2 && stat[2] == ':' && (stat[0] == 'C' || stat[0] == 'D' || stat[0] == 'I'):
		return Gateway
	case len(stat) > 2 && stat[2] == ':' && stat[0] == 'M':
		return Handset
	}
	switch string(stat) {
	case "EXPIRED", "UNDELIV", "UNKNOWN":
		return Handset
	case "REJECTD", "DELETED":
		return Gateway
	}
	return Unsure
}

func (v *Verdict) throttled(m *track.Msg, c *Context, around *Around) {
	p := m.LastResp()
	v.Text = sayThrottled.With(c.Duration(p.Resp.Time-m.Start()), p.Result)
	v.side(SP, false, sayTooFast)
	switch others := around.Messages - around.Receivers; {
	case others > 0:
		conns := sayConnection
		if len(around.Conns) > 1 {
			conns = sayConnections
		}
		v.SideText = sayBurst.With(others, conns.With(enumerate(around.Conns)))
	case around.Messages > 0:
		v.SideText = sayBurstNone
	}
	if around.Receivers > 1 {
		v.SideText = v.SideText.And(sayCountsAs.With(around.Receivers))
	}
	v.again(m, c, around)
	if around.Limit > 0 {
		v.next(sayLimit.With(around.Limit, around.Limit))
	} else {
		v.next(saySlowDown)
	}
}

func enumerate[N int | uint64](list []N) string {
	var words []string
	for _, n := range list {
		words = append(words, fmt.Sprint(n))
	}
	return strings.Join(words, ", ")
}

// again says whether the SP tried the same once more.
func (v *Verdict) again(m *track.Msg, c *Context, around *Around) {
	switch x := around.Again; {
	case !around.Searched:
	case x == nil:
		v.also(sayNotAgain)
	default:
		v.also(sayAgain.With(c.Duration(x.Start()-m.Start()), x.First().Submit.Num, stateNames[x.State]))
	}
}

func (v *Verdict) rejected(m *track.Msg, c *Context, around *Around) {
	p := m.LastResp()
	v.Text = sayRejected.With(c.Duration(p.Resp.Time-m.Start()), p.Result, meaningOf(m.Conn.Proto.ResultText(uint64(p.Result), m.Conn.Version)))
	if p.Result <= 13 { // the specification's: all are about what was submitted (C§5.2)
		v.side(SP, true, sayItsSubmit)
	} else {
		v.SideText = sayUnsure
	}
	v.again(m, c, around)
	v.next(sayCompare)
}

func (v *Verdict) unanswered(m *track.Msg, c *Context, around *Around) {
	v.Text = sayNoResponse.With(c.Duration(m.Decided - m.Start()))
	v.side(Gateway, true, sayGatewaySilent)
	v.again(m, c, around)
	v.next(sayMayBeTwice)
	v.next(sayAskConn.With(m.Conn.ID))
}

func (v *Verdict) noReport(m *track.Msg, c *Context, _ *Around) {
	waited := m.Decided - m.Start()
	limit := same("")
	if m.State == track.NoReport {
		v.Text = sayNoReport.With(c.Duration(waited))
	} else {
		if c.ReportTimeout > 0 {
			limit = sayOfTimeout.With(c.Duration(c.ReportTimeout))
		}
		v.Text = sayWaiting.With(c.Duration(waited), limit)
	}
	v.SideText = sayUnsure
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

func (v *Verdict) accepted(m *track.Msg, c *Context, _ *Around) {
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

func (v *Verdict) sent(m *track.Msg, c *Context, around *Around) {
	v.Text = saySent
	if p := m.LastResp(); p != nil && m.Lack(track.LacksResult) {
		v.Text = saySentCut.With(c.Duration(p.Resp.Time - m.Start()))
		v.SideText = sayUnsure
		v.blind(sayCutBlind.With(p.Resp.Num))
		return
	}
	if around.Ended && around.End.Reason != 0 {
		v.Text = saySentEnded.With(c.Duration(around.End.Time-m.Start()), endOf(m.Conn, around.End))
	}
	v.SideText = sayUnsure
	v.again(m, c, around)
	v.next(sayAskConn.With(m.Conn.ID))
}

func (v *Verdict) partial(m *track.Msg, c *Context, around *Around) {
	if len(m.Parts) < m.Total() {
		var missing []int
		for i := 1; i <= m.Total(); i++ {
			if m.Part(i) == nil {
				missing = append(missing, i)
			}
		}
		v.Text = sayPartsSeen.With(len(m.Parts), m.Total(), enumerate(missing))
		v.blind(sayPartsBlind)
		return
	}
	v.Text = sayPartsDiffer.With(m.Total())
	v.SideText = sayUnsure
	v.again(m, c, around)
}

func (v *Verdict) reportOnly(m *track.Msg, _ *Context, _ *Around) {
	v.Text = sayReportOnly.With(octets(m.First().StatText()))
	if r := m.First(); r.Lacks.Has(track.LacksStat) {
		v.statCut(r, sayReportOnlyCut)
	}
	if n := len(m.Candidates); n > 0 {
		v.note(sayCandidates.With(n, enumerate(m.Candidates)))
	}
	v.next(sayEarlier)
}

// statCut says of a report that its Stat was cut off.
func (v *Verdict) statCut(p *track.Part, text lang.Text) {
	v.Text, v.SideText = text, sayUnsure
	v.blind(sayCutBlind.With(p.Report.Num))
}

func (v *Verdict) received(m *track.Msg, c *Context, _ *Around) {
	p := m.LastResp()
	switch {
	case p == nil:
		v.Text = sayMOUnseen
		v.side(SP, true, saySP)
	case p.Lacks.Has(track.LacksResult):
		v.Text = sayMOCut.With(c.Duration(p.Resp.Time - m.Start()))
		v.blind(sayCutBlind.With(p.Resp.Num))
	case !m.Conn.Proto.Outcome(nil, uint64(p.Result), m.Conn.Version):
		v.Text = sayMORefused.With(p.Result, meaningOf(m.Conn.Proto.ResultText(uint64(p.Result), m.Conn.Version)))
		v.side(SP, false, saySP)
	default:
		v.Text = sayMO.With(c.Duration(p.Resp.Time - m.Start()))
	}
}

// common adds what holds for every state.
func (v *Verdict) common(m *track.Msg, c *Context) {
	p := m.First()
	if m.Repeated > 0 {
		v.note(sayRepeated.With(m.Repeated))
	}
	for i := range m.Notes {
		switch n := &m.Notes[i]; n.Spec.ID { // the others are said already
		case "msg.resubmitted":
			v.note(sayResubmitted.With(c.Duration(n.Num[1]*1e6), n.Num[0]))
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
	if m.Probable {
		v.note(sayProbable)
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
