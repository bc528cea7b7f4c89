package cmpp

import (
	"bytes"
	"strconv"
	"sync"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// stat is the meaning of Stat in report blocks (C§5.6).
var stat = &layout.Enum{Values: []layout.Value{
	text("DELIVRD", "delivered", "已送达"),
	text("EXPIRED", "validity period expired", "超过有效期"),
	text("DELETED", "deleted", "已删除"),
	text("UNDELIV", "undeliverable", "无法送达"),
	text("ACCEPTD", "accepted, an intermediate state", "已接受（中间状态）"),
	text("UNKNOWN", "message in an invalid state", "无效状态"),
	text("REJECTD", "rejected", "被拒绝"),
}, Other: statCode}

// receipt: C§5.6. Whatever is not known as delivered or intermediate is a
// failure.
func receipt(s []byte) dissect.Receipt {
	switch string(bytes.TrimRight(s, " ")) {
	case "DELIVRD":
		return dissect.Delivered
	case "ACCEPTD":
		return dissect.Intermediate
	case "EXPIRED":
		return dissect.Expired
	}
	return dissect.Undelivered
}

// statPrefixes are the Stats of the form XX:xxxx.
var statPrefixes = map[string]layout.Meaning{
	"MA": {En: "SMSC did not respond", Zh: "SMSC不返回响应消息"},
	"MB": {En: "SMSC responded with an error", Zh: "SMSC返回错误响应"},
	"MC": {En: "no status report received from the SMSC", Zh: "没有从SMSC收到状态报告"},
	"CA": {En: "SCP did not respond", Zh: "SCP不返回响应消息"},
	"CB": {En: "SCP responded with an error", Zh: "SCP返回错误响应"},
	"DA": {En: "DSMP did not respond", Zh: "DSMP不返回响应消息"},
	"DB": {En: "DSMP responded with an error", Zh: "DSMP返回错误响应"},
	"SA": {En: "SP did not respond", Zh: "SP不返回响应消息"},
	"SB": {En: "SP responded with an error", Zh: "SP返回错误响应"},
	"IA": {En: "next ISMG did not respond", Zh: "下一级ISMG不返回响应消息"},
	"IB": {En: "next ISMG responded with an error", Zh: "下一级ISMG返回错误响应"},
	"IC": {En: "no status report received from the next ISMG", Zh: "没有从下一级ISMG收到状态报告"},
	"MI": {En: "SMSC final state EXPIRED", Zh: "SMSC最终状态EXPIRED", Practice: true},
	"MJ": {En: "SMSC final state DELETED", Zh: "SMSC最终状态DELETED", Practice: true},
	"MK": {En: "SMSC final state UNDELIV", Zh: "SMSC最终状态UNDELIV", Practice: true},
	"ML": {En: "SMSC final state ACCEPTD", Zh: "SMSC最终状态ACCEPTD", Practice: true},
	"MM": {En: "SMSC final state UNKNOWN", Zh: "SMSC最终状态UNKNOWN", Practice: true},
	"MN": {En: "SMSC final state REJECTD", Zh: "SMSC最终状态REJECTD", Practice: true},
	"ID": {En: "rejected by the ISMG's own checks", Zh: "ISMG内部检查错误", Practice: true},
	"NP": {En: "number ported out", Zh: "号码已携出", Practice: true},
}

// statDetail are codes behind a prefix whose meaning field practice knows.
var statDetail = map[string]layout.Meaning{
	"CB:0001": field("not a prepaid user", "非预付费用户"),
	"CB:0005": field("account state abnormal", "账户状态异常"),
	"CB:0007": field("balance too low", "余额不足"),
	"CB:0016": field("parameter error", "参数错误"),
	"CB:0018": field("duplicate charge", "重复计费"),
	"CB:0022": field("SCP interconnect failed", "SCP互联失败"),
	"CB:0047": field("expired or unsupported user", "用户过期或不支持"),
	"CB:0053": field("no such user", "用户不存在"),
	"DB:0101": field("bad number", "手机号码错误"),
	"DB:0102": field("user stopped", "用户停机"),
	"DB:0107": field("no such service", "业务不存在"),
	"DB:0108": field("service suspended", "业务暂停"),
	"DB:0115": field("not subscribed", "没有定购关系"),
	"DB:0116": field("subscription paused", "定购关系暂停"),
	"DB:0122": field("reception error", "接收错误"),
	"DB:0142": field("daily MT limit", "超过日下行限制"),
	"DB:0144": field("blacklist", "黑名单"),
	"DB:9001": field("network", "网络异常"),
	"DB:9007": field("flow control", "流量控制"),
	"IB:0008": field("flow control", "流量控制"),
	"IB:0009": field("forwarding judgement", "前转判断错"),
	"IB:0011": field("data out of sync", "数据不同步"),
	"IB:0070": field("link down", "网络断连"),
	"IC:0154": field("report timeout", "等待状态报告超时"),
	"MK:0000": field("no such user", "空号"),
	"MK:0001": field("no such user", "空号"),
	"MK:0005": field("stopped", "停机"),
	"MK:0010": field("switched off or no coverage", "关机或不在服务区"),
	"MK:0013": field("stopped", "停机"),
	"MK:0023": field("switched off or no coverage", "关机或不在服务区"),
	"MK:0115": field("spam block", "垃圾短信拦截"),
}

// noAnswer are the codes behind an xA prefix (C§5.6, field practice).
var noAnswer = map[string]layout.Meaning{
	"0051": field("not connected", "未连接"),
	"0052": field("not logged in", "未登录"),
	"0053": field("send failed", "发送失败"),
	"0054": field("response timeout", "等待应答超时"),
	"0055": field("report timeout", "等待状态报告超时"),
}

// statCode reads a Stat of the form XX:xxxx. Others are the invention of some
// platform and mean nothing here.
func statCode(_ uint64, s []byte, col int) (layout.Meaning, bool) {
	s = bytes.TrimRight(s, " ")
	if len(s) < 4 || s[2] != ':' {
		return layout.Meaning{}, false
	}
	m, ok := statPrefixes[string(s[:2])]
	if !ok {
		return m, false
	}
	if d, ok := statBehind(s); ok {
		return combined.of(s, m, d), true
	}
	return m, true
}

// combined are the meanings of two parts, by the Stats that have them: put together
// once each, since every report asks for one.
var combined meanings

type meanings struct {
	mu     sync.RWMutex
	byStat map[string]layout.Meaning
}

func (j *meanings) of(s []byte, prefix, behind layout.Meaning) layout.Meaning {
	j.mu.RLock()
	m, ok := j.byStat[string(s)]
	j.mu.RUnlock()
	if ok {
		return m
	}
	m = layout.Meaning{En: prefix.En + ", " + behind.En, Zh: prefix.Zh + "，" + behind.Zh, Practice: true}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.byStat == nil {
		j.byStat = map[string]layout.Meaning{}
	}
	j.byStat[string(s)] = m
	return m
}

// statBehind gives the meaning of what stands behind the colon.
func statBehind(s []byte) (layout.Meaning, bool) {
	if d, ok := statDetail[string(s)]; ok {
		return d, true
	}
	if s[1] == 'A' {
		d, ok := noAnswer[string(s[3:])]
		return d, ok
	}
	if s[1] != 'B' && string(s[:2]) != "ID" {
		return layout.Meaning{}, false
	}
	n, err := strconv.ParseUint(string(s[3:]), 10, 16)
	if err != nil || n == 0 || n > 13 && n < 51 {
		return layout.Meaning{}, false
	}
	if string(s[:2]) == "ID" || string(s[:2]) == "IB" {
		return submitResult.Lookup(n, nil, int(V30))
	}
	return layout.Meaning{}, false
}
