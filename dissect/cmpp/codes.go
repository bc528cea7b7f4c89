package cmpp

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// practiceCode gives the meaning of results beyond the specification's, which
// stand in SUBMIT_RESP and behind the letters of a Stat (C§5.7).
func practiceCode(n uint64, _ []byte, _ int) (layout.Meaning, bool) {
	if m, ok := fieldCodes[n]; ok {
		return m, true
	}
	switch {
	case n >= 100 && n <= 199: // C§5
		return layout.Meaning{En: "defined by the vendor", Zh: "厂家自定义"}, true
	case n >= 14 && n <= 49:
		return field("vendor extension", "扩展"), true
	case n >= 201 && n <= 240:
		return field("SCP error", "SCP错误码"), true
	case n >= 241 && n <= 255:
		return field("SMSC error", "SMC错误码"), true
	}
	return layout.Meaning{}, false
}

func field(en, zh string) layout.Meaning { return layout.Meaning{En: en, Zh: zh, Practice: true} }

// fieldCodes is C§5.7.
var fieldCodes = map[uint64]layout.Meaning{
	51:  field("not connected yet", "尚未建立连接"),
	52:  field("not logged in yet", "尚未成功登录"),
	53:  field("sending failed", "发送消息失败"),
	54:  field("timeout, no response", "超时未接收到响应消息"),
	55:  field("timeout, no status report", "等待状态报告超时"),
	60:  field("reserved", "保留"),
	61:  field("validity time passed", "有效时间已经过期"),
	62:  field("scheduled time passed", "定时发送时间已经过期"),
	63:  field("unknown FeeType", "不能识别的FeeType"),
	64:  field("source address not authorised at the sending side", "发送服务源地址鉴权失败"),
	65:  field("destination address not authorised at the sending side", "发送服务目的地址鉴权失败"),
	66:  field("source address not authorised at the receiving side", "接收服务源地址鉴权失败"),
	67:  field("destination address not authorised at the receiving side", "接收服务目的地址鉴权失败"),
	68:  field("user not authorised", "用户鉴权失败"),
	69:  field("blacklisted user", "黑名单用户"),
	70:  field("link down or destination closed", "网络断连或目的设备关闭接口"),
	71:  field("too many nodes", "超过最大节点数"),
	72:  field("no route", "找不到路由"),
	73:  field("response timeout", "等待应答超时"),
	74:  field("sending to SCP failed", "送SCP失败"),
	75:  field("SCP authentication timeout", "送SCP鉴权等待应答超时"),
	76:  field("content security check failed", "信息安全鉴权失败"),
	77:  field("over the maximum of SUBMITs", "超过最大Submit提交数"),
	78:  field("SP_Id empty", "SPID为空"),
	79:  field("service type empty", "业务类型为空"),
	80:  field("CPCode error", "CPCode错误"),
	81:  field("duplicate send and receive interface", "发送接收接口重复"),
	82:  field("routing loop", "循环路由"),
	83:  field("over the receiver's SMS MTU", "超过接收侧短消息MTU"),
	84:  field("resend to DSMP failed", "送DSMP重发失败"),
	85:  field("DSMP busy", "DSMP系统忙"),
	86:  field("DSMP busy and cache full", "DSMP系统忙且缓存满"),
	87:  field("DSMP flow control", "DSMP流控重发"),
	88:  field("DSMP response timeout", "等DSMP应答超时重发"),
	202: field("not a prepaid user", "非预付费用户"),
	203: field("SCP database error", "SCP数据库错误"),
	206: field("account data abnormal", "账户数据异常"),
	208: field("balance too low", "余额不足"),
	210: field("over the debt limit", "超过欠费上限"),
	215: field("duplicate message id", "消息标识重复"),
	218: field("SCP interconnect failed", "SCP互联失败"),
	222: field("SP not registered", "SP未注册"),
	232: field("monthly cap reached", "达到月封顶"),
	250: field("SMSC message queue full", "短信中心消息队列满"),
}

// outcome: 0 is success everywhere. The answers about routes in 2.0 also have 2
// for the last route of a list (C§5.5).
func outcome(c *dissect.Command, status uint64, v dissect.Version) bool {
	lastRoute := c != nil && v == V20 && status == 2 && c.ID&0x7fffffff >= mtRoute && c.ID&0x7fffffff <= getRoute
	return status == 0 || lastRoute
}
