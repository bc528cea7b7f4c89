package sms

import (
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// encode is the oracle's encoder; ok is false if the encoding lacks a
// character of s.
func encode(enc Encoding, s string) (b []byte, ok bool) {
	switch enc {
	case UCS2, UCS2LE:
		for _, u := range utf16.Encode([]rune(s)) {
			if enc == UCS2 {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return b, true
	case GB18030:
		b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
		return b, err == nil
	case UTF8:
		return []byte(s), true
	case Latin1:
		for _, r := range s {
			if r > 0xFF {
				return nil, false
			}
			b = append(b, byte(r))
		}
		return b, true
	case ASCII:
		return []byte(s), isPlainASCII([]byte(s))
	}
	return nil, false
}

// corpus makes a few hundred texts as they are sent.
func corpus() []string {
	signs := []string{"【示例】", "【阳光银行】", "【快递驿站】", "[示例]"}
	templates := []string{
		"您的验证码是{code}，5分钟内有效，请勿告诉他人。",
		"尊敬的客户，您尾号{tail}的账户于11月22日09:15消费人民币{sum}元，余额{sum}元。",
		"您的快递已到{place}，取件码{tail}，请及时领取。如有疑问请致电{phone}。",
		"亲爱的会员，{place}周年庆全场5折起，点击 https://s.example/{path} 领取优惠券，回T退订",
		"温馨提示：您预订的{place}至上海G{tail}次列车将于18:05发车，请提前到站候车。",
		"您本月话费为{sum}元，流量剩余1.35GB，详询10086。",
		"【{place}】您好，{name}同学，您的缴费订单{code}已支付成功！",
		"{name}您好：您在我院预约的检查时间为明日上午8:30，请空腹前来。",
		"订单{code}已发货，物流单号SF{code}{tail}，关注公众号查看详情～",
		"Your verification code is {code}. It expires in 5 minutes.",
		"Dear {name}, your order #{tail} has been shipped. Track: https://s.example/{path}",
		"[ALERT] host db-{tail} CPU 97% at 10.0.0.{tail}, please check!",
		"WARNING: DISK /DATA {tail} FULL ON NODE-{tail}",
		"恭喜🎉您获得{sum}元红包🧧，快来领取👉https://s.example/{path}",
		"明天下午3点在{place}开会😊收到请回复👍🏻",
	}
	fill := []map[string]string{
		{"code": "482913", "tail": "4471", "sum": "1,280.50", "place": "朝阳路店", "phone": "4001234567", "path": "a8Xk2Q", "name": "李雷"},
		{"code": "059126", "tail": "0083", "sum": "99.00", "place": "广州南站", "phone": "010-12345678", "path": "Zq9", "name": "韩梅梅"},
		{"code": "7731", "tail": "8", "sum": "5", "place": "中关村", "phone": "95588", "path": "promo?id=77&u=3", "name": "欧阳喆淼"},
		{"code": "630027", "tail": "1902", "sum": "32767.01", "place": "鑫淼便利店", "phone": "13800001234", "path": "t/1", "name": "张玥珺"},
	}
	var texts []string
	for _, template := range templates {
		for i, values := range fill {
			text := template
			for name, value := range values {
				text = strings.ReplaceAll(text, "{"+name+"}", value)
			}
			texts = append(texts, text, signs[i]+text, text+signs[i])
		}
	}
	return append(texts, shortTexts...)
}

// shortTexts are replies and scraps, the hard cases.
var shortTexts = []string{
	"好", "是", "一", "退订", "好的", "收到", "谢谢", "你好", "不是", "可以", "知道了", "马上到", "我在路上", "明天见！", "在吗？",
	"回头再说", "已取件，谢谢", "1", "Y", "N", "TD", "OK", "ok", "yes", "T", "QX", "0000", "10086", "123456", "Hello", "hi",
	"Thanks!", "CXLL", "YE", "CXYE#1234", "a", "LTD", "Yes, I agree.", "call me", "See you at 8", "😀", "👍", "😊😊", "好的👌", "ok😂",
	"验证码1234", "中文abc", "A座305", "G7次", "第3页", "5折", "￥100", "100元", "～", "。。。", "……", "？", "！！", "1、2、3",
	"收到，1小时后到。", "没问题", "嗯嗯", "哈哈哈", "不客气", "甲乙丙丁", "张三", "李四", "王五", "赵钱孙李", "喆淼", "饕餮", "囍", "叒叕",
	"您好，请问在吗", "請問您在嗎", "謝謝您的訂購", "臺灣銀行提醒您", "您的驗證碼為123456，請於10分鐘內輸入。", "國際漫遊資費說明",
	"こんにちは", "ありがとうございます", "認証コードは123456です。", "カタカナ", "はい", "안녕하세요", "인증번호는 123456 입니다.", "네", "감사합니다",
	"Привет", "Ваш код: 123456", "ياخشىمۇسىز", "رمز التحقق 1234", "สวัสดี", "བཀྲ་ཤིས་བདེ་ལེགས།", "ᠮᠣᠩᠭᠣᠯ", "Xin chào, mã của bạn là 1234",
	"café", "naïve façade", "señor", "Grüße aus München", "①②③", "★☆", "→下一步", "℃", "25℃，晴", "ｱｲｳ", "ＡＢＣ１２３", "http://s.example/a",
	"a@b.example", "user_name", "$100", "100%", "(1/2)", "#*06#", "*100#", "^_^", "{\"code\":1234}", "<a>1</a>", "~", "|", "\\", "A\nB", "第一行\r\n第二行",
}

// samples are the texts of the corpus in one encoding.
func samples(enc Encoding) (texts []string, coded [][]byte) {
	for _, text := range corpus() {
		if b, ok := encode(enc, text); ok {
			texts, coded = append(texts, text), append(coded, b)
		}
	}
	return texts, coded
}
