package cmpp

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// num, since and field make the rows of the tables below.
func num(n uint64, en, zh string) layout.Value {
	return layout.Value{Num: n, Meaning: layout.Meaning{En: en, Zh: zh}}
}

func since(v int, n uint64, en, zh string) layout.Value {
	return layout.Value{Num: n, Meaning: layout.Meaning{En: en, Zh: zh}, From: v}
}

func text(t, en, zh string) layout.Value {
	return layout.Value{Text: t, Meaning: layout.Meaning{En: en, Zh: zh}}
}

func practice(n uint64, en, zh string) layout.Value {
	return layout.Value{Num: n, Meaning: layout.Meaning{En: en, Zh: zh, Practice: true}}
}

func values(v ...layout.Value) *layout.Enum { return &layout.Enum{Values: v} }

// connectStatus is C§5.1.
var connectStatus = &layout.Enum{Values: []layout.Value{
	num(0, "ok", "正确"),
	num(1, "message structure error", "消息结构错"),
	num(2, "illegal source address", "非法源地址"),
	num(3, "authentication failed", "认证错"),
	num(4, "version too high", "版本太高"),
	practice(5, "too many connections", "超过最大连接数"),
	practice(6, "IP blocked", "IP 受限"),
	practice(7, "system error", "系统错误"),
}, Other: otherError}

// loginFault classes the Status of a CONNECT_RESP.
func loginFault(status uint64) dissect.LoginFault {
	switch status {
	case 2:
		return dissect.BadAccount
	case 3:
		return dissect.BadDigest
	case 4:
		return dissect.BadVersion
	case 5:
		return dissect.TooManyLogins
	case 6:
		return dissect.BadAddress
	}
	return dissect.OtherFault
}

// common are the values that SUBMIT_RESP, DELIVER_RESP and FWD_RESP share
// (C§5.2 to C§5.4).
var common = []layout.Value{
	num(0, "ok", "正确"),
	num(1, "message structure error", "消息结构错"),
	num(2, "command word error", "命令字错"),
	num(3, "duplicate sequence number", "消息序号重复"),
	num(4, "message length error", "消息长度错"),
	num(5, "fee code error", "资费代码错"),
	num(6, "exceeds maximum message length", "超过最大信息长"),
	num(7, "service code error", "业务代码错"),
	num(8, "flow control", "流量控制错"),
}

// submitResult is C§5.2.
var submitResult = &layout.Enum{Values: append(common[:len(common):len(common)],
	num(9, "other error", "其他错误"),
	since(int(V21), 9, "this gateway does not serve this fee number", "本网关不负责服务此计费号码"),
	num(10, "other error", "其他错误"),
	since(int(V21), 10, "Src_Id error", "Src_Id 错误"),
	num(11, "other error", "其他错误"),
	since(int(V21), 11, "Msg_src error", "Msg_src 错误"),
	num(12, "other error", "其他错误"),
	since(int(V21), 12, "Fee_terminal_Id error", "Fee_terminal_Id 错误"),
	num(13, "other error", "其他错误"),
	since(int(V21), 13, "Dest_terminal_Id error", "Dest_terminal_Id 错误"),
), Other: practiceCode}

// deliverResult is C§5.3.
var deliverResult = &layout.Enum{Values: common, Other: otherError}

// fwdResult is C§5.4.
var fwdResult = &layout.Enum{Values: append(common[:len(common):len(common)],
	num(9, "forwarding judgement error", "前转判断错"),
), Other: otherError}

// cancelStatus is C§5.4.
var cancelStatus = values(num(0, "success", "成功"), num(1, "failure", "失败"))

// routeResult is C§5.5: the answers to questions about routes. In 2.0 the
// value 2 means the opposite of an error.
var routeResult = &layout.Enum{Values: append([]layout.Value{
	num(0, "ok", "正常"),
	num(1, "no matching route", "没有匹配路由"),
	num(2, "this is the last route", "这是最后1条路由"),
}, gnsErrors...), Other: gnsOther}

// updateResult is C§5.5: the answers to updates.
var updateResult = &layout.Enum{Values: append([]layout.Value{
	num(0, "data legal, awaiting verification", "数据合法，等待核实"),
	num(1, "data illegal", "数据不合法"),
}, gnsErrors...), Other: gnsOther}

// pushResult is C§5.5: the answers to pushed updates.
var pushResult = &layout.Enum{Values: append([]layout.Value{
	num(0, "updated", "更新成功"),
	num(1, "update failed", "更新失败"),
}, gnsErrors...), Other: gnsOther}

// gnsErrors are the codes from 2.1 on (C§5.5).
var gnsErrors = []layout.Value{
	since(int(V21), 1, "no matching route", "没有匹配路由"),
	since(int(V21), 2, "source gateway code error", "源网关代码错误"),
	since(int(V21), 3, "route type error", "路由类型错误"),
	since(int(V21), 4, "this node does not accept updates", "本节点不支持更新"),
	since(int(V21), 5, "route update failed", "路由信息更新失败"),
	since(int(V21), 6, "GNS timestamp older than the local one", "时间戳比本地旧"),
	since(int(V21), 9, "system busy", "系统繁忙"),
	since(int(V21), 10, "Update_type error", "Update_type 错误"),
	since(int(V21), 11, "route number error", "路由编号错误"),
	since(int(V21), 12, "destination gateway code error", "目的网关代码错误"),
	since(int(V21), 13, "destination gateway IP error", "目的网关 IP 错误"),
	since(int(V21), 14, "destination gateway port error", "目的网关 Port 错误"),
	since(int(V21), 15, "MT start segment error", "MT 路由起始号码段错误"),
	since(int(V21), 16, "MT end segment error", "MT 路由截止号码段错误"),
	since(int(V21), 17, "province code error", "手机所属省代码错误"),
	since(int(V21), 18, "user type error", "用户类型错误"),
	since(int(V21), 19, "SP_Id error", "SP_Id 错误"),
	since(int(V21), 20, "SP_Code error", "SP_Code 错误"),
	since(int(V21), 21, "SP_AccessType error", "SP_AccessType 错误"),
	since(int(V21), 22, "Service_Id error", "Service_Id 错误"),
	since(int(V21), 23, "Start_code error", "Start_code 错误"),
	since(int(V21), 24, "End_code error", "End_code 错误"),
}

func gnsOther(n uint64, _ []byte, _ int) (layout.Meaning, bool) {
	if n >= 100 && n <= 199 {
		return layout.Meaning{En: "defined by the vendor", Zh: "厂家自定义"}, true
	}
	return layout.Meaning{}, false
}

// otherError is what the specification calls every value that it does not
// list.
func otherError(uint64, []byte, int) (layout.Meaning, bool) {
	return layout.Meaning{En: "other error", Zh: "其他错误"}, true
}

var (
	submitReport  = values(num(0, "no status report", "不需要状态报告"), num(1, "status report wanted", "需要状态报告"), num(2, "CDR only, not delivered", "只产生SMC话单，不下发"))
	deliverReport = values(num(0, "message", "非状态报告"), num(1, "status report", "状态报告"))
	feeUserType   = values(num(0, "receiver pays", "对目的终端计费"), num(1, "sender pays", "对源终端计费"), num(2, "SP pays", "对SP计费"), num(3, "Fee_terminal_Id pays", "对Fee_terminal_Id计费"))
	numberType    = values(num(0, "real number", "真实号码"), num(1, "pseudo-code", "伪码"))
	udhi          = &layout.Enum{Values: []layout.Value{num(0, "no UDH", "无UDH"), num(1, "Msg_Content starts with a UDH", "消息内容以UDH开头"), practice(0x40, "Msg_Content starts with a UDH", "消息内容以UDH开头"), practice(0x41, "Msg_Content starts with a UDH", "消息内容以UDH开头")}}
	protocolID    = &layout.Enum{Values: []layout.Value{num(0x40, "silent (type 0)", "静默短信"), num(0x7d, "ME data download", "ME数据下载"), num(0x7f, "(U)SIM data download", "(U)SIM数据下载")}, Other: replaceType}
	userType      = values(num(0, "GoTone", "全球通"), num(1, "Easyown", "神州行"), num(2, "M-Zone", "动感地带"))
	fwdType       = values(num(0, "MT message", "MT前转"), num(1, "MO message", "MO前转"), num(2, "MT status report", "MT状态报告"), num(3, "MO status report", "MO状态报告"))
	queryType     = values(num(0, "totals", "总数查询"), num(1, "by service", "按业务类型查询"))
	accessType    = values(num(0, "primary access gateway", "主接入网关"), num(1, "mirror gateway", "镜像网关"))
	updateType    = values(num(0, "add", "添加"), num(1, "delete", "删除"), num(2, "update", "更新"))
	feeType       = values(text("00", "channel-fee offset CDR only", "仅产生核减信道费话单"), text("01", "free", "免费"), text("02", "per message", "按条计信息费"), text("03", "monthly", "按月收取信息费"), text("04", "monthly, capped", "信息费封顶"), text("05", "charged by the SP", "由SP收取"), text("06", "monthly-plan query", "包月查询"))
)

// replaceType names TP-PID 0x41 to 0x47 (GSM 03.40, section 9.2.3.9).
func replaceType(n uint64, _ []byte, _ int) (layout.Meaning, bool) {
	if n < 0x41 || n > 0x47 {
		return layout.Meaning{}, false
	}
	return layout.Meaning{En: "replaces an earlier message", Zh: "替换先前短信"}, true
}
