package verdict

import (
	"strconv"

	"cmppdump/dissect/track"
)

// slow is a report delay that is worth a word: the response timeout of the
// specification (C§1.3).
const slow = 60e9

func (v *Verdict) delivered(m *track.Msg, c *Context) {
	p := m.LastReport()
	took := p.Report.Time - m.Start()
	v.Text = text("the report came %s after the SUBMIT%s.", "状态报告在提交后 %s 到达%s。", c.Duration(took), parts(m))
	if took > slow {
		v.Side, v.Probable = Gateway, true
		v.SideText = text("gateway, or what lies behind it", "网关，或网关之后的环节")
	}
	if p.Ack.Seen() {
		if ack := p.Ack.Time - p.Report.Time; ack > 1e9 {
			v.Notes = append(v.Notes, text("the SP took %s to acknowledge the report", "SP 用了 %s 才确认状态报告", c.Duration(ack)))
		}
	} else {
		v.Notes = append(v.Notes, text("no DELIVER_RESP was captured: a gateway that gets none sends the report again", "未抓到 DELIVER_RESP：网关收不到时会重发状态报告"))
	}
}

// parts says how many parts a long message has.
func parts(m *track.Msg) string {
	if m.Total() == 1 {
		return ""
	}
	return " (" + strconv.Itoa(m.Total()) + " parts)"
}

func (v *Verdict) undelivered(m *track.Msg, c *Context) {
	p := m.LastReport()
	meaning, known := m.Conn.Proto.StatText(p.StatText(), m.Conn.Version)
	if !known {
		meaning.En, meaning.Zh = "not in the specification", "规范中没有"
	}
	v.Text = Text{
		"Stat " + string(p.StatText()) + " after " + c.Duration(p.Report.Time-m.Start()) + ": " + meaning.En + practice(meaning.Practice, " (field practice, not in the specification)") + ".",
		c.Duration(p.Report.Time-m.Start()) + " 后收到状态报告 " + string(p.StatText()) + "：" + meaning.Zh + practice(meaning.Practice, "（经验值，规范中没有）") + "。",
	}
	v.Side, v.Probable = sideOfStat(p.StatText()), true
	v.SideText = sideTexts[v.Side]
	v.Next = append(v.Next, text("ask the operator of the gateway about the Stat, by the Msg_Id", "凭 Msg_Id 向网关运营方查询该状态码"))
	if v.Side == Handset {
		v.Next = []Text{text("check the number; try again later if the phone may have been off", "核对号码；若手机可能关机，请稍后重试")}
	}
}

func practice(is bool, words string) string {
	if is {
		return words
	}
	return ""
}

var sideTexts = map[Side]Text{
	Handset: text("network or handset", "网络或手机"),
	Gateway: text("gateway, or a platform behind it", "网关，或其后的平台"),
	Network: text("network", "网络"),
	SP:      text("sp", "SP"),
	Unsure:  text("not to be told from the capture", "从抓包无法判断"),
}

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

func (v *Verdict) throttled(m *track.Msg, c *Context) {
	p := m.LastResp()
	v.Text = text("the gateway refused it after %s, Result 8 flow control (流量控制错).", "网关在 %s 后拒绝，Result 8 流量控制错。", c.Duration(p.Resp.Time-m.Start()))
	v.Side, v.SideText = SP, text("sp: it sends faster than the gateway allows", "SP：发送速度超过网关允许的上限")
	v.Next = append(v.Next, text("slow down and send it again, or ask the operator for more", "降低速度后重发，或向运营方申请提高上限"))
}

func (v *Verdict) rejected(m *track.Msg, c *Context) {
	p := m.LastResp()
	meaning := m.Conn.Proto.ResultText(uint64(p.Result), m.Conn.Version)
	v.Text = Text{
		"the gateway refused it after " + c.Duration(p.Resp.Time-m.Start()) + ", Result " + strconv.Itoa(int(p.Result)) + " " + meaning.En + practice(meaning.Practice, " (field practice)") + ".",
		"网关在 " + c.Duration(p.Resp.Time-m.Start()) + " 后拒绝，Result " + strconv.Itoa(int(p.Result)) + " " + meaning.Zh + practice(meaning.Practice, "（经验值）") + "。",
	}
	if p.Result <= 13 {
		v.Side, v.SideText, v.Probable = SP, text("sp: what it submitted, or what its account may do", "SP：提交的内容，或账号权限"), true
	} else {
		v.SideText = sideTexts[Unsure]
	}
	v.Next = append(v.Next, text("compare the SUBMIT's fields (cmppdump -V) with what the operator has on file", "用 cmppdump -V 对照 SUBMIT 各字段与运营方登记的资料"))
}

func (v *Verdict) unanswered(m *track.Msg, c *Context) {
	v.Text = text("the gateway took the bytes but sent no SUBMIT_RESP within %s.", "网关收到了数据，但 %s 内没有 SUBMIT_RESP。", c.Duration(m.Decided-m.Start()))
	v.Side, v.Probable = Gateway, true
	v.SideText = text("gateway: the capture has other packets of it since, and no hole", "网关：此后仍抓到它的其他数据包，且无缺口")
	v.Next = append(v.Next, text("ask the operator; it may have been accepted, so sending it again may deliver it twice", "询问运营方；可能已被接受，重发可能导致重复下发"))
}

func (v *Verdict) noReport(m *track.Msg, c *Context) {
	waited := m.Decided - m.Start()
	if m.State == track.Waiting {
		v.Text = text("the gateway accepted it; no status report yet, waited %s to the end of the capture: it cannot be called lost.", "网关已接受；尚无状态报告，到抓包结束等了 %s，还不能断定丢失。", c.Duration(waited))
	} else {
		v.Text = text("the gateway accepted it, and no status report came within %s.", "网关已接受，但 %s 内没有状态报告。", c.Duration(waited))
	}
	v.SideText = sideTexts[Unsure]
	if n := c.Reports.Count(); n >= 100 {
		within := c.Reports.Quantile(99.9)
		en, zh := "", ""
		if waited > within {
			en, zh = ": this one is probably lost", "：本条很可能已丢失"
		}
		v.Also = append(v.Also, Text{
			"99.9% of the " + strconv.FormatInt(n, 10) + " DELIVRD reports in the capture came within " + c.Duration(within) + en,
			"抓包中 " + strconv.FormatInt(n, 10) + " 个 DELIVRD 报告有 99.9% 在 " + c.Duration(within) + " 内到达" + zh,
		})
	}
	v.Blind = append(v.Blind, text("a report on a connection that was not captured", "走其他未抓取连接的状态报告"))
	v.Next = append(v.Next, text("capture on, or ask the operator by the Msg_Id", "继续抓取，或凭 Msg_Id 向运营方查询"))
}

func (v *Verdict) accepted(m *track.Msg, c *Context) {
	p := m.LastResp()
	v.Text = text("the gateway accepted it after %s; no final report is due.", "网关在 %s 后接受；不会有最终状态报告。", c.Duration(p.Resp.Time-m.Start()))
	if !m.Wanted {
		v.Notes = append(v.Notes, text("Registered_Delivery is 0: no report was asked for, so nothing more can be known", "Registered_Delivery 为 0：未要求状态报告，无从得知结果"))
	}
	v.Next = append(v.Next, text("set Registered_Delivery to 1 to learn what becomes of messages", "将 Registered_Delivery 置 1 以获知结果"))
}

func (v *Verdict) sent(_ *track.Msg, _ *Context) {
	v.Text = text("it was sent, and the capture has no answer to it.", "已发送，抓包中没有应答。")
	v.SideText = sideTexts[Unsure]
	v.Next = append(v.Next, text("look at the connection around it: cmppdump --view conn", "查看其连接：cmppdump --view conn"))
}

func (v *Verdict) partial(m *track.Msg, _ *Context) {
	if len(m.Parts) < m.Total() {
		v.Text = text("%d of %d parts are in the capture.", "抓包中有 %d 个分段，共 %d 个。", len(m.Parts), m.Total())
		v.Blind = append(v.Blind, text("whether the missing parts were sent: a phone shows the message only when it has all", "缺失分段是否已发送：手机收齐后才显示整条短信"))
		return
	}
	v.Text = text("its %d parts came to different ends: the phone cannot show the whole message.", "%d 个分段结果不同：手机无法显示整条短信。", m.Total())
	v.Side, v.SideText = Unsure, sideTexts[Unsure]
}

func (v *Verdict) reportOnly(m *track.Msg, _ *Context) {
	p := m.First()
	v.Text = Text{"a status report, Stat " + string(p.StatText()) + ", whose SUBMIT is not in the capture.",
		"只有状态报告 " + string(p.StatText()) + "，抓包中没有对应的 SUBMIT。"}
	if n := len(m.Candidates); n > 0 {
		v.Notes = append(v.Notes, text("%d SUBMITs fit it, and none is taken", "有 %d 个 SUBMIT 符合，未作认定", n))
	}
	v.Next = append(v.Next, text("look at earlier captures: the SUBMIT may be up to 72 hours old", "查看更早的抓包：SUBMIT 可能早至 72 小时前"))
}

func (v *Verdict) received(m *track.Msg, c *Context) {
	p := m.LastResp()
	switch {
	case p == nil:
		v.Text = text("a message from the phone, not acknowledged by the SP in the capture.", "手机上行短信，抓包中 SP 未确认。")
		v.Side, v.SideText, v.Probable = SP, sideTexts[SP], true
	case !m.Conn.Proto.Outcome(nil, uint64(p.Result), m.Conn.Version):
		v.Text = text("a message from the phone; the SP refused it with Result %d.", "手机上行短信；SP 以 Result %d 拒绝。", p.Result)
		v.Side, v.SideText = SP, sideTexts[SP]
	default:
		v.Text = text("a message from the phone; the SP took it after %s.", "手机上行短信；SP 在 %s 后接收。", c.Duration(p.Resp.Time-m.Start()))
	}
}

// common adds what holds for every state.
func (v *Verdict) common(m *track.Msg, _ *Context) {
	if m.Repeated > 0 {
		v.Notes = append(v.Notes, text("the report came %d times more", "状态报告另外重复了 %d 次", m.Repeated))
	}
	if p := m.First(); p.ID != 0 && !m.MO {
		v.Next = append(v.Next, text("in logs the Msg_Id %016x is also %d or %d", "日志中 Msg_Id %016x 也写作 %d 或 %d", p.ID, p.ID, int64(p.ID)))
	}
	if p := m.First(); p.Submit.Seen() && !m.MO {
		v.Blind = append(v.Blind, text("whatever happened inside the SP before frame %d", "第 %d 帧之前 SP 内部的情况", p.Submit.Num))
	}
}
