package gen

import (
	_ "embed"
	"strings"

	"cmppdump/pcaps/peer/wire"
)

// message is a text ready to send.
type message struct {
	msgFmt uint8
	parts  []part // one, or those of a long message
}

// part is what one SUBMIT or DELIVER carries.
type part struct {
	content []byte // with the UDH of a long message
	digits  []int  // where the '#' of the template stand
}

// newMessage makes a message of its encoded parts.
func newMessage(msgFmt uint8, contents ...[]byte) message {
	m := message{msgFmt: msgFmt}
	for _, content := range contents {
		p := part{content: content}
		for i, c := range content {
			if c == '#' && (msgFmt != wire.FmtUCS2 || i%2 == 1 && content[i-1] == 0) {
				p.digits = append(p.digits, i)
			}
		}
		m.parts = append(m.parts, p)
	}
	return m
}

// appendTo appends the content to dst, its '#' replaced by digits out of n.
func (p *part) appendTo(dst []byte, n uint64) []byte {
	start := len(dst)
	dst = append(dst, p.content...)
	for _, i := range p.digits {
		dst[start+i] = '0' + byte(n%10)
		n /= 10
	}
	return dst
}

// outgoing is a message on its way from the SP, a part a SUBMIT.
type outgoing struct {
	*message
	sent      int    // parts
	digits    uint64 // for the '#'
	ref       byte   // of the UDH
	receiver  uint32
	receivers uint8 // from receiver up
	report    bool  // wanted
}

// done reports whether every part was sent.
func (o *outgoing) done() bool { return o.message == nil || o.sent == len(o.parts) }

// messages are the texts that SPs and mobiles send.
type messages struct {
	ucs2, gbk, ascii, long, fromMobile []message
}

// gbkTexts is a file of GBK text, one message a line.
//
//go:embed gbk.txt
var gbkTexts string

func newMessages() *messages {
	m := &messages{}
	for _, t := range ucs2Texts {
		m.ucs2 = append(m.ucs2, newMessage(wire.FmtUCS2, wire.UCS2(t)))
	}
	for t := range strings.Lines(gbkTexts) {
		m.gbk = append(m.gbk, newMessage(wire.FmtGBK, []byte(strings.TrimSpace(t))))
	}
	for _, t := range asciiTexts {
		m.ascii = append(m.ascii, newMessage(wire.FmtASCII, []byte(t)))
	}
	for _, t := range longTexts {
		parts := wire.Split(wire.UCS2(t), wire.FmtUCS2, wire.Concat{}, wire.BetweenCharacters)
		m.long = append(m.long, newMessage(wire.FmtUCS2, parts...))
	}
	for _, t := range mobileTexts {
		m.fromMobile = append(m.fromMobile, newMessage(wire.FmtUCS2, wire.UCS2(t)))
	}
	m.fromMobile = append(m.fromMobile,
		newMessage(wire.FmtASCII, []byte("TD")),
		newMessage(wire.FmtGBK, []byte("\xcd\xcb\xb6\xa9"))) // 退订
	return m
}

var ucs2Texts = []string{
	"【示例】您的验证码是######，5分钟内有效，请勿告诉他人。",
	"【示例】验证码######，您正在登录示例商城，若非本人操作请忽略本短信，不要向任何人泄露。",
	"【示例银行】您尾号####的账户11月22日支出人民币###.##元，余额####.##元，如有疑问请致电客服。",
	"【示例物流】您的快递已到小区门口驿站，请凭取件码##-#-####于今日20:00前领取，逾期将退回。",
	"【示例商城】会员专享：今日全场满200减30，优惠码####，仅限今晚24点前使用，回复TD退订。",
	"【示例出行】您预订的行程已确认，订单######，司机将于10分钟后到达上车地点，请提前做好准备。",
	"【示例医院】您预约的11月23日上午门诊已成功，就诊序号##，请提前30分钟到院取号，谢谢配合。",
	"【示例学校】家长您好，本周五下午三点召开家长会，地点教学楼###室，请准时参加，收到请回复1。",
	"【示例】提醒：您的套餐流量已使用##%，剩余###MB，用完后将按标准资费收取，详询客服。",
	"【示例水务】您户号######本期水费##.##元，请于月底前缴纳，以免产生滞纳金，缴费请用公众号。",
}

var asciiTexts = []string{
	"[Sample] Your code is ######. It is valid for 5 minutes. Do not share it.",
	"[Sample] Order ###### has been shipped and will arrive tomorrow. Thank you!",
	"Server alarm ####: disk usage above 9#% on node ##, please check the console and confirm.",
}

var longTexts = []string{
	"【示例】您购买的商品已由快递员送出，预计今天18:00前送达，请保持电话畅通。如需改期请直接回复数字：" +
		"1改到明天上午，2改到明天下午，3改到后天。取件码####，感谢您的支持，回复TD退订。",
	"【示例保险】尊敬的客户，您的车险保单######将于下月到期，为保障您的权益，请及时续保。本月续保可享" +
		"九五折优惠并赠送道路救援服务三次，详情请登录网上营业厅或联系您的客户经理办理，拒收请回复R。",
	"【示例社区】各位居民：因供水管网检修，本小区将于11月23日9:00至17:00停水，恢复供水后请先放水一" +
		"分钟再使用。停水期间请关好水龙头，家中有老人和儿童的住户请提前储水备用。如有紧急情况请拨打物业" +
		"值班电话，值班人员将尽快为您处理。给您带来的不便敬请谅解，感谢您的理解与支持，祝您生活愉快。编号####",
}

var mobileTexts = []string{"退订", "1", "查询余额", "收到，谢谢", "请问今天几点送到？我下午不在家", "参加"}
