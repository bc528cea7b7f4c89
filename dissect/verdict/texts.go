package verdict

import (
	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
)

// stateNames say the states of messages in words.
var stateNames = [...]lang.Text{
	track.Partial:     {"partial", "不完整"},
	track.Throttled:   {"throttled", "被限流"},
	track.Rejected:    {"rejected", "被拒绝"},
	track.Delivered:   {"delivered", "已送达"},
	track.Expired:     {"expired", "已过期"},
	track.Undelivered: {"undelivered", "未送达"},
	track.Unanswered:  {"no_response", "无应答"},
	track.NoReport:    {"no_report", "无状态报告"},
	track.Waiting:     {"waiting", "尚无状态报告"},
	track.Accepted:    {"accepted", "已接受"},
	track.Sent:        {"sent", "已发送"},
	track.ReportOnly:  {"report_only", "仅有状态报告"},
	track.Received:    {"received", "已接收"},
}

// What the verdicts on messages say.
var (
	sayDelivered     = lang.Text{"the report came %s after the SUBMIT", "状态报告在提交后 %s 到达"}
	sayCameEarly     = lang.Text{"the report was captured %s before the SUBMIT", "状态报告在提交前 %s 抓到"}
	sayAllEarly      = lang.Text{"all %d parts were delivered, the last report was captured %s before the first SUBMIT", "%d 个分段全部送达，最后一个状态报告在首次提交前 %s 抓到"}
	sayAllDelivered  = lang.Text{"all %d parts were delivered, the last report came %s after the first SUBMIT", "%d 个分段全部送达，最后一个状态报告在首次提交后 %s 到达"}
	sayAcceptedAfter = lang.Text{"; the gateway had accepted it after %s.", "；网关在 %s 后接受。"}
	sayAckIn         = lang.Text{"; the SP acknowledged the report in %s", "；SP 在 %s 内确认了状态报告"}
	sayAckSlow       = lang.Text{"the SP took %s to acknowledge the report", "SP 用了 %s 才确认状态报告"}
	sayAckRefused    = lang.Text{"the SP refused the report with Result %d %s: the gateway may send it again", "SP 以 Result %d %s 拒绝了状态报告：网关可能重发"}
	sayNoAck         = lang.Text{"no DELIVER_RESP was captured: a gateway that gets none sends the report again", "未抓到 DELIVER_RESP：网关收不到时会重发状态报告"}
	sayDoneMinutes   = lang.Text{"Done_time has only minutes (%s): the phone may have had the text up to %s earlier", "Done_time 只精确到分钟（%s）：手机可能早在 %s 前就已收到"}
	sayDoneEarly     = lang.Text{"Done_time says %s: the phone had the text then, and only the report took %s longer", "Done_time 为 %s：手机当时已收到，只是状态报告又晚了 %s"}
	sayZone          = lang.Text{"Done_time is in zone %s", "Done_time 的时区是 %s"}
	sayClockAhead    = lang.Text{"Done_time is by a clock that is %s ahead of the capture's, give or take %s", "Done_time 所用时钟比抓包时钟快 %s（误差 %s）"}
	sayClockBehind   = lang.Text{"Done_time is by a clock that is %s behind the capture's, give or take %s", "Done_time 所用时钟比抓包时钟慢 %s（误差 %s）"}
	sayBehind        = lang.Text{"gateway, or what lies behind it", "网关，或网关之后的环节"}
	sayMinutes       = lang.Text{"report delay of SP %s, p50 by minute: %s", "SP %s 的状态报告延迟，按分钟 p50：%s"}

	sayUndelivered   = lang.Text{"Stat %s after %s: %s.", "%[2]s 后收到状态报告 %[1]s：%[3]s。"}
	sayFailedEarly   = lang.Text{"Stat %s, captured %s before the SUBMIT: %s.", "提交前 %[2]s 抓到状态报告 %[1]s：%[3]s。"}
	sayUnknownStat   = lang.Text{"not in the specification", "规范中没有"}
	sayPractice      = lang.Text{" (field practice, not in the specification)", "（经验值，规范中没有）"}
	sayCheckNumber   = lang.Text{"check the number; try again later if the phone may have been off", "核对号码；若手机可能关机，请稍后重试"}
	sayAskStat       = lang.Text{"ask the operator%s about the Stat, by the Msg_Id", "凭 Msg_Id 向运营方%s查询该状态码"}
	sayOfISMG        = lang.Text{" of ISMG %s", "（网关 %s）"}
	sayHandset       = lang.Text{"network or handset", "网络或手机"}
	sayPlatform      = lang.Text{"gateway, or a platform behind it", "网关，或其后的平台"}
	sayUnsure        = lang.Text{"not to be told from the capture", "从抓包无法判断"}
	sayThrottled     = lang.Text{"the gateway refused it after %s, Result %d flow control (流量控制错).", "网关在 %s 后拒绝，Result %d 流量控制错。"}
	sayTooFast       = lang.Text{"sp: it sends faster than the gateway allows", "SP：发送速度超过网关允许的上限"}
	saySends         = lang.Text{"sp: ", "SP："}
	sayNotTold       = lang.Text{"not to be told: ", "无法判断："}
	sayAcceptedMore  = lang.Text{"; at other times messages were accepted at %d a second or more", "；其他时候每秒 %d 条以上也被接受"}
	sayOtherSends    = lang.Text{"what the account sends on connections that were not captured", "该账号在未抓取连接上的发送"}
	sayAskLimit      = lang.Text{"send it again later, or ask the operator which limit this is", "稍后重发，或向运营方询问触发的是哪项上限"}
	sayBurst         = lang.Text{"%d messages in the second before, on %s", "此前 1 秒内共 %d 条，%s"}
	sayBurstNone     = lang.Text{"no other message in the second before", "此前 1 秒内没有其他短信"}
	sayCountsAs      = lang.Text{"; this SUBMIT counts as %d", "；本次 SUBMIT 计 %d 条"}
	sayConnection    = lang.Text{"connection %s", "连接 %s"}
	sayConnections   = lang.Text{"connections %s", "连接 %s"}
	sayAgain         = lang.Text{"submitted again to this number %s later, frame %d: %s", "%s 后再次提交给该号码，第 %d 帧：%s"}
	sayNotAgain      = lang.Text{"not submitted again to this number in the capture", "抓包中没有再次提交给该号码"}
	saySomeAgain     = lang.Text{"part %s of it submitted again to this number %s later, frame %d: %s", "其第 %s 段在 %s 后再次提交给该号码，第 %d 帧：%s"}
	sayOtherText     = lang.Text{"the same text was not submitted again to this number in the capture; another was %s later, frame %d", "抓包中没有再次向该号码提交同样内容；%s 后提交了其他内容，第 %d 帧"}
	sayAttempts      = lang.Text{"%s %d was sent %d times, the last %s after the first (txn.repeated): the sender had no answer yet", "%s %d 共发送 %d 次，最后一次在首次 %s 后（txn.repeated）：发送方尚未收到应答"}
	sayReportAgain   = lang.Text{"the report was sent again in frame %d before it was acknowledged (txn.repeated)", "状态报告未获确认，在第 %d 帧重发（txn.repeated）"}
	sayOfAttempts    = lang.Text{"%s of the last of %d attempts", "第 %[2]d 次发送后 %[1]s"}
	sayLimit         = lang.Text{"stay below %d messages/s or ask for more (-z flow shows why %d)", "保持在每秒 %d 条以下，或申请提高（-z flow 说明为何是 %d）"}
	saySlowDown      = lang.Text{"slow down and send it again, or ask the operator for more", "降低速度后重发，或向运营方申请提高上限"}
	sayRejected      = lang.Text{"the gateway refused it after %s, Result %d %s.", "网关在 %s 后拒绝，Result %d %s。"}
	sayItsSubmit     = lang.Text{"sp: what it submitted, or what its account may do", "SP：提交的内容，或账号权限"}
	sayCompare       = lang.Text{"compare the SUBMIT's fields (cmppdump -V) with what the operator has on file", "用 cmppdump -V 对照 SUBMIT 各字段与运营方登记的资料"}
	sayNoResponse    = lang.Text{"no SUBMIT_RESP came within %s.", "%s 内没有 SUBMIT_RESP。"}
	sayGatewaySilent = lang.Text{"gateway: other packets of its side were captured since, and no hole", "网关：此后仍抓到它一侧的数据包，且无缺口"}
	sayMayBeTwice    = lang.Text{"ask the operator; it may have been accepted, so sending it again may deliver it twice", "询问运营方；可能已被接受，重发可能导致重复下发"}
	sayNoReport      = lang.Text{"the gateway accepted it, and no status report came within %s.", "网关已接受，但 %s 内没有状态报告。"}
	sayWaiting       = lang.Text{"the gateway accepted it; no status report yet, waited %s to the end of the capture%s: it cannot be called lost.", "网关已接受，到抓包结束等了 %s%s，还不能断定丢失。"}
	sayOfTimeout     = lang.Text{" (of %s)", "（上限 %s）"}
	sayQuantile      = lang.Text{"not to be told; 99.9%% of the %d DELIVRD reports in this capture came within %s", "未定；本次抓包 %d 个 DELIVRD 报告中 99.9%% 在 %s 内到达"}
	sayLost          = lang.Text{", this one is probably lost", "，本条很可能已丢失"}
	sayOtherConn     = lang.Text{"a report on a connection that was not captured", "走其他未抓取连接的状态报告"}
	sayCaptureOn     = lang.Text{"capture on, or ask the operator%s by the Msg_Id", "继续抓取，或凭 Msg_Id 向运营方%s查询"}
	sayAskReport     = lang.Text{"ask the operator%s by the Msg_Id", "凭 Msg_Id 向运营方%s查询"}
	sayAccepted      = lang.Text{"the gateway accepted it after %s; no final report is due.", "网关在 %s 后接受；不会有最终状态报告。"}
	sayProvisional   = lang.Text{"the gateway accepted it after %s; the only report so far, Stat %s, is not final.", "网关在 %s 后接受；目前只有非最终状态报告 %s。"}
	sayNotWanted     = lang.Text{"Registered_Delivery is 0: no report was asked for, so nothing more can be known", "Registered_Delivery 为 0：未要求状态报告，无从得知结果"}
	sayWantReport    = lang.Text{"set Registered_Delivery to 1 to learn what becomes of messages", "将 Registered_Delivery 置 1 以获知结果"}
	saySent          = lang.Text{"it was sent, and the capture has no answer to it.", "已发送，抓包中没有应答。"}
	saySentEnded     = lang.Text{"it was sent, and the connection ended %s later without an answer to it (%s).", "已发送，%s 后连接结束（%s），没有应答。"}
	sayLeft          = lang.Text{"not to be told: %s ended the connection before there was an answer", "无法判断：尚无应答时%s结束了连接"}
	sayAskConn       = lang.Text{"cmppdump why conn:%d says what became of the connection", "cmppdump why conn:%d 说明该连接的情况"}
	sayPartsSeen     = lang.Text{"%d of %d parts are in the capture, without %s; %s.", "抓包中有 %d 个分段，共 %d 个，缺第 %s 段；%s。"}
	sayPartsBlind    = lang.Text{"whether the missing parts were sent: a phone shows the message only when it has all", "缺失分段是否已发送：手机收齐后才显示整条短信"}
	sayPartsDiffer   = lang.Text{"its %d parts came to different ends, so the phone cannot show the whole message: %s.", "%d 个分段结果不同，手机无法显示整条短信：%s。"}
	sayPartsUnsure   = lang.Text{"its %d parts came to different ends, and whether the phone has the whole message is not known: %s.", "%d 个分段结果不同，手机是否收到整条短信不得而知：%s。"}
	sayAllRefused    = lang.Text{"the gateway refused all of its %d parts: %s.", "网关拒绝了全部 %d 个分段：%s。"}
	sayNoneDelivered = lang.Text{"none of its %d parts was delivered: %s.", "%d 个分段均未送达：%s。"}
	sayReportsOpen   = lang.Text{"not all of its %d parts have a final report yet, waited %s to the end of the capture%s: %s.", "%d 个分段尚未都有最终状态报告，到抓包结束等了 %s%s：%s。"}
	sayAnswersOpen   = lang.Text{"not all of its %d parts have an answer in the capture: %s.", "%d 个分段在抓包中未都有应答：%s。"}

	sayPart            = lang.Text{"part %d: ", "第 %d 段："}
	sayParts           = lang.Text{"parts %s: ", "第 %s 段："}
	sayNext            = lang.Text{"; ", "；"}
	sayPartDelivered   = lang.Text{"delivered", "已送达"}
	sayPartRefused     = lang.Text{"refused, Result %d %s", "被拒绝，Result %d %s"}
	sayPartStat        = lang.Text{"Stat %s, %s", "状态报告 %s，%s"}
	sayPartSilent      = lang.Text{"no SUBMIT_RESP within %s", "%s 内没有 SUBMIT_RESP"}
	sayPartNoReport    = lang.Text{"accepted, no status report in time", "已接受，时限内没有状态报告"}
	sayPartWaiting     = lang.Text{"accepted, no status report yet", "已接受，尚无状态报告"}
	sayPartProvisional = lang.Text{"accepted, the only report so far, Stat %s, is not final", "已接受，目前只有非最终状态报告 %s"}
	sayPartAccepted    = lang.Text{"accepted, no report is due", "已接受，不会有状态报告"}
	sayPartSent        = lang.Text{"no SUBMIT_RESP in the capture", "抓包中没有 SUBMIT_RESP"}

	sayReportOnly      = lang.Text{"a status report, Stat %s, whose SUBMIT is not in the capture.", "只有状态报告 %s，抓包中没有对应的 SUBMIT。"}
	sayOfSeveral       = lang.Text{"a status report, Stat %s, that fits %d SUBMITs of the capture, frames %s: it is counted for none.", "状态报告 %s 符合抓包中的 %d 个 SUBMIT（第 %s 帧），未计入任何一个。"}
	sayMaybe           = lang.Text{"the gateway accepted it; the status report of frame %d is about this SUBMIT, or about one of %d more with the same Msg_Id and number.", "网关已接受；第 %d 帧的状态报告属于它，或属于 Msg_Id 和号码相同的另外 %d 个 SUBMIT 之一。"}
	sayWhichOfThem     = lang.Text{"ask the operator which SUBMIT the report is about: the gateway gave several the same Msg_Id", "询问运营方该状态报告属于哪个 SUBMIT：网关给了多个 SUBMIT 相同的 Msg_Id"}
	sayEarlier         = lang.Text{"look at earlier captures: the SUBMIT may be up to 72 hours old", "查看更早的抓包：SUBMIT 可能早至 72 小时前"}
	sayMO              = lang.Text{"a message from the phone; the SP took it after %s.", "手机上行短信；SP 在 %s 后接收。"}
	sayMOUnseen        = lang.Text{"a message from the phone, not acknowledged by the SP in the capture.", "手机上行短信，抓包中 SP 未确认。"}
	sayMORefused       = lang.Text{"a message from the phone; the SP refused it with Result %d %s.", "手机上行短信；SP 以 Result %d %s 拒绝。"}
	sayMOPartsUnseen   = lang.Text{"a message from the phone; in the capture, the SP did not acknowledge part %s of it.", "手机上行短信；抓包中 SP 未确认第 %s 段。"}
	sayMOParts         = lang.Text{"%d of its %d parts are in the capture, without %s", "%[2]d 个分段中抓到 %[1]d 个，缺第 %[3]s 段"}
	sayMOBlind         = lang.Text{"whether the missing parts reached the SP: it has the whole message only with all", "缺失分段是否到达 SP：收齐后才有整条短信"}
	saySP              = lang.Text{"sp", "SP"}
	sayOnceMore        = lang.Text{"  again", "  重复"}
	sayResubmitted     = lang.Text{"the same text to the same number was submitted %s before, frame %d", "%s 前已向同一号码提交过同样内容，第 %d 帧"}
	sayUnacked         = lang.Text{"the SP did not acknowledge the report of frame %d in time", "SP 未及时确认第 %d 帧的状态报告"}
	sayPartTwice       = lang.Text{"part %d came again in frame %d, and is counted once", "第 %d 段在第 %d 帧重复，只计一次"}
	sayMixed           = lang.Text{"part %d has Msg_Fmt %d, the first part %d", "第 %d 段的 Msg_Fmt 为 %d，首段为 %d"}
	sayRepeated        = lang.Text{"reports that came again: %d", "重复收到的状态报告：%d"}
	sayOmitted         = lang.Text{"further reports that are not listed: %d; the first %d are, and the newest", "未列出的状态报告：%d；只列出最先的 %d 份和最新的一份"}
	sayContradicts     = lang.Text{"Stat %s of frame %d contradicts Stat %s of frame %d: the newest counts, and which is right is not to be told", "状态报告 %s（第 %d 帧）与 %s（第 %d 帧）矛盾：以最新的为准，无法判断哪个正确"}
	sayEarlyReport     = lang.Text{"the report was captured before its SUBMIT: the packets are out of order, or clocks of several captures differ", "状态报告先于其 SUBMIT 抓到：包的顺序被打乱，或多份抓包的时钟不同"}
	sayProbable        = lang.Text{"the report was matched by another order of the octets of the Msg_Id, and the number: probable, not sure", "状态报告的 Msg_Id 字节序不同，凭号码匹配：很可能，但不确定"}
	sayByNumber        = lang.Text{"the report has another Msg_Id, and was matched by the number and Submit_time, which fit no other SUBMIT: probable, not sure", "状态报告的 Msg_Id 不同，凭号码和 Submit_time 匹配，且没有其他 SUBMIT 符合：很可能，但不确定"}
	sayCoding          = lang.Text{"Msg_Fmt is %d (%s), the octets are %s: a phone that goes by Msg_Fmt shows garbage", "Msg_Fmt 为 %d（%s），内容实为 %s：按 Msg_Fmt 显示的手机会看到乱码"}
	sayAlsoID          = lang.Text{"in logs the Msg_Id is also %s", "日志中该 Msg_Id 也写作 %s"}
	sayOr              = lang.Text{" or ", " 或 "}
	sayBefore          = lang.Text{"whatever happened inside the SP before frame %d", "第 %d 帧之前 SP 内部的情况"}
	sayHole            = lang.Text{"%d bytes of connection %d that were not captured", "连接 %[2]d 上没有抓到的 %[1]d 字节"}
	sayEvicted         = lang.Text{"what came later: the message was forgotten to stay under --max-mem", "此后的情况：为不超过 --max-mem，本条已不再跟踪"}
	sayCut             = lang.Text{"  %s not captured (truncated)", "  %s 没有抓到（被截断）"}
	sayCutBlind        = lang.Text{"what frame %d said: it was cut (truncated)", "第 %d 帧的内容：被截断"}
	sayAckCut          = lang.Text{"whether the SP took the report is not known: its DELIVER_RESP was cut (truncated)", "SP 是否接受该状态报告无从得知：DELIVER_RESP 被截断"}
	sayReportCut       = lang.Text{"a status report came, but was cut before its Stat (truncated): what became of the message is not known.", "收到状态报告，但在 Stat 之前被截断：短信结果无从得知。"}
	sayReportOnlyCut   = lang.Text{"a status report that was cut before its Stat (truncated): what it says is not known.", "状态报告在 Stat 之前被截断：内容无从得知。"}
	sayProvisionalOnly = lang.Text{"the only report so far, Stat %s, is not final.", "目前只有非最终状态报告 %s。"}
	saySentCut         = lang.Text{"it was sent, and answered after %s, but the answer was cut before its Result (truncated): whether the gateway accepted it is not known.", "已发送，%s 后收到应答，但应答在 Result 之前被截断：网关是否接受无从得知。"}
	sayMOCut           = lang.Text{"a message from the phone; the SP answered after %s, but the answer was cut before its Result (truncated).", "手机上行短信；SP 在 %s 后应答，但应答在 Result 之前被截断。"}
	sayReceiverCut     = lang.Text{"the SUBMIT of frame %d was cut before its receivers (truncated); the number is that in the report of frame %d", "第 %d 帧的 SUBMIT 在接收号码之前被截断；号码取自第 %d 帧的状态报告"}
)
