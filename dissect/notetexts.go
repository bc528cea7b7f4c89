package dissect

import (
	"strings"

	"cmppdump/dissect/lang"
)

// AppendIn is AppendText in a language. Records have notes in English, whatever
// people read.
func (n *Note) AppendIn(dst []byte, l int) []byte {
	if l == lang.English {
		return n.AppendText(dst)
	}
	chinese, ok := noteTexts[n.Spec.ID]
	if !ok {
		return n.AppendText(dst)
	}
	return n.fill(dst, chinese, Phrase(n.Name)[lang.Chinese])
}

// TextIn is the sentence of a note in all languages, numbers left open.
func (s *NoteSpec) TextIn() lang.Text { return lang.Text{s.Text, noteTexts[s.ID]} }

// noteTexts are the Chinese sentences of all notes, those of package track too.
// Their numbers stand in the order of the English ones.
var noteTexts = map[string]string{
	"tcp.midstream":              "抓包开始时连接已经打开",
	"tcp.gap":                    "流中有 %d 字节没有抓到",
	"tcp.cut":                    "被 snaplen 截掉：请抓完整的包（-s 0）",
	"tcp.overlap_differs":        "此前有 %d 段与其他段重叠而内容不同；以先抓到的为准",
	"proxy.preface":              "%s",
	"tls":                        "连接是加密的",
	"cmpp.truncated":             "抓到 %d 字节，共 %d 字节",
	"cmpp.length":                "%s 为 %d，位于 %d，放不下：PDU 只剩 %d 字节",
	"cmpp.short_body":            "消息体在 %s 之前结束",
	"cmpp.trailing":              "多出 %d 字节，位于 %d",
	"cmpp.unknown_command":       "规范中没有这个命令",
	"cmpp.version_mismatch":      "按 %s 的格式读取",
	"cmpp.version_byte":          "版本字节 %x 不是任何版本：%s",
	"cmpp.dialect":               "%s",
	"cmpp.empty_body":            "%s",
	"cmpp.octets_after_nul":      "%s 到 NUL 为止；略去其后的 %d 字节，位于 %d",
	"cmpp.forbidden_value":       "%s 为 %d，规范不允许",
	"cmpp.forbidden_text":        "%s 中有规范不允许的文字",
	"cmpp.practice":              "%s 为 %d，规范中没有，但实际在用",
	"cmpp.resync":                "有 %d 字节中没有找到 PDU，之后重新同步",
	"sms.udh_missing_flag":       "内容开头像用户数据头，但 TP_udhi 为 0",
	"sms.udh_invalid":            "TP_udhi 表示有用户数据头，但内容中没有有效的",
	"sms.coding_mismatch":        "Msg_Fmt 为 %s",
	"sms.gsm7":                   "内容中有控制字符；在 GSM 7-bit 字母表中它们是字母",
	"sms.odd_length":             "UCS-2 有 %d 字节：略去最后一个",
	"sms.byte_order_mark":        "内容以字节序标记开头，已略去：%s",
	"sms.pk_mismatch":            "Pk_total 和 Pk_number 与用户数据头不符，按后者这是第 %d 段，共 %d 段",
	"cmpp.auth_failed":           "--secret-file 中没有 %s 的密钥能得出这个摘要",
	"cmpp.auth_form":             "按%s计算，--secret-file 第 %d 行的密钥能得出这个摘要",
	"cmpp.auth_unchecked":        "--secret-file 中没有 %s 的密钥",
	"sms.split_character":        "有一个字符在本段边界被切开",
	"txn.repeated":               "重发，第 %d 次",
	"txn.late_response":          "应答在应答超时之后才到",
	"txn.response_first":         "应答先于请求被抓到",
	"txn.orphan":                 "应答的请求没有抓到",
	"txn.blind":                  "应答可能没有抓到：%s",
	"txn.msg_id_mismatch":        "Msg_Id 与请求的不同",
	"cmpp.answered_by_request":   "对方以相同的 Sequence_Id 发来同样的请求，而不是应答",
	"txn.msg_id_swapped":         "Msg_Id 与请求的相同，但字节顺序不同",
	"msg.receiver_cut":           "第 %d 个包的 SUBMIT 在接收号码之前被截断；号码取自第 %d 个包的状态报告",
	"txn.deliver_unacknowledged": "SP 在 %d 毫秒内没有应答",
	"conn.closed":                "%s",
	"conn.no_terminate":          "%s，没有 TERMINATE",
	"msg.id_unknown":             "第 %d 个包的状态报告中 Msg_Id 不同：按号码和 Submit_time 对应",
	"msg.report_ambiguous":       "第 %d 个包的状态报告可能说的是它：与 %d 个 SUBMIT 相符",
	"cmpp.auth_secrets_differ":   "--secret-file 第 %d 行的密钥符合登录的摘要，第 %d 行的符合这一个",
	"conn.heartbeat_missed":      "%d 毫秒内没有应答",
	"sms.part_repeated":          "第 %d 段在第 %d 个包中重复，只计一次",
	"msg.id_swapped":             "第 %d 个包的状态报告中 Msg_Id 的字节顺序不同：按它和号码对应",
	"msg.resubmitted":            "第 %d 个包在 %d 毫秒前向同一号码发过同样的内容",
	"msg.report_repeated":        "状态报告在第 %d 个包中重复",
	"msg.reports_omitted":        "另有 %d 份状态报告未列出：只列出最先的 %d 份和最新的一份",
	"msg.report_unacknowledged":  "SP 没有及时应答第 %d 个包的状态报告",
	"msg.parts_missing":          "抓到 %d 段，共 %d 段",
	"msg.parts_differ":           "第 %d 段的 Msg_Fmt 为 %d，第一段为 %d",
	"txn.window_exceeded":        "有 %d 个未应答请求，窗口为 %d",
	"conn.stalled":               "对方 %d 毫秒没有任何数据，此时有 %d 个未应答请求",
}

// Phrase is a part of a note, or the form of a digest, in all languages. What
// is none, such as the name of a field, stays as it is.
func Phrase(english string) lang.Text {
	if declared, guess, ok := strings.Cut(english, butLooks); ok {
		return lang.Text{english, declared + "，但字节像是 " + guess}
	}
	if chinese, ok := phrase(english); ok {
		return lang.Text{english, chinese}
	}
	for _, between := range []string{" and ", ", "} { // two phrases
		if a, b, ok := strings.Cut(english, between); ok {
			first, ok1 := phrase(a)
			second, ok2 := phrase(b)
			if ok1 && ok2 {
				return lang.Text{english, first + "，" + second}
			}
		}
	}
	return lang.Text{english, english}
}

// phrase looks a phrase up with # for its numbers, and puts them in.
func phrase(english string) (chinese string, ok bool) {
	var key strings.Builder
	var numbers []string
	for rest := english; rest != ""; {
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if n > 0 {
			numbers = append(numbers, rest[:n])
			key.WriteByte('#')
			rest = rest[n:]
			continue
		}
		key.WriteByte(rest[0])
		rest = rest[1:]
	}
	if chinese, ok = phrases[key.String()]; !ok {
		return "", false
	}
	for _, n := range numbers {
		chinese = strings.Replace(chinese, "#", n, 1)
	}
	return chinese, true
}

// phrases are the parts of notes and forms of digests, with # for each number.
var phrases = map[string]string{
	// What is odd about a body.
	"no Reserved octet: taken as an answer all the same":                                                 "没有 Reserved 字节：仍当作应答",
	"Source_Addr is not padded to # octets: read as #":                                                   "Source_Addr 没有补足 # 字节：按 # 字节读取",
	"no AuthenticatorISMG: read as Status and Version":                                                   "没有 AuthenticatorISMG：按 Status 和 Version 读取",
	"no AuthenticatorISMG and no Version: read as Status":                                                "没有 AuthenticatorISMG 和 Version：按 Status 读取",
	"Msg_Length says #, but the PDU has the length for a report block of # octets: read as that":         "Msg_Length 为 #，但按 PDU 长度是 # 字节的状态报告：按后者读取",
	"more octets behind LinkID, after a length of their own: as the dialect of version byte #x#f has it": "LinkID 之后还有带长度的内容：版本字节 #x#f 的方言是这样",
	"LinkID is left out":   "没有 LinkID",
	"Reserve is left out":  "没有 Reserve",
	"Reserved is left out": "没有 Reserved",

	// Versions.
	"nothing is assumed from it":                               "不由它推断版本",
	"what does not tell its own is read as #.#":                "自身看不出版本的按 #.# 读取",
	"#.#, which its length has, and not in the session's, #.#": " #.#（与长度相符），而不是会话的 #.#",

	// Byte orders.
	"big-endian, as without it": "大端，与没有它时相同",
	"the text is little-endian": "内容是小端",

	// Why a response may have been missed.
	"packets were dropped since":                        "其后有丢包",
	"the other direction has a gap since":               "其后反方向有缺口",
	"nothing was captured of the other direction since": "其后没有抓到反方向的包",
	"octets of the other direction could not be read":   "反方向有字节无法读取",

	// How a connection ended.
	"FIN by the client":               "客户端发 FIN",
	"FIN by the server":               "服务器发 FIN",
	"RST by the client":               "客户端发 RST",
	"RST by the server":               "服务器发 RST",
	"a new connection took its ports": "新连接占用了它的端口",
	"TERMINATE by the client":         "客户端发 TERMINATE",
	"TERMINATE by the server":         "服务器发 TERMINATE",
	"TERMINATE by both sides":         "双方发 TERMINATE",
	"the login was refused":           "登录被拒绝",

	// How a digest was made.
	"Source_Addr padded to # octets":     " Source_Addr 补足 # 字节",
	"Timestamp not padded to ten digits": " Timestamp 不补足十位",
	"Timestamp in binary":                "二进制的 Timestamp",
	"Status of one octet":                "一个字节的 Status",
	"Status of four octets":              "四个字节的 Status",
	"Status as a digit":                  "数字字符的 Status",
	"no Status":                          "不含 Status",
}
