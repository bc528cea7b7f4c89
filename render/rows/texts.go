package rows

import "cmppdump/dissect/lang"

// What rows say besides names of fields and values. Numbers and names go
// between the parts.
var (
	sayTruncated  = [...]lang.Text{{"truncated, ", "被截断，"}, {" of ", " / "}, {" bytes  ", " 字节  "}}
	sayMalformed  = lang.Text{"malformed: ", "畸形："}
	sayEndsBefore = lang.Text{"ends before ", "结束早于 "}
	sayLeft       = [...]lang.Text{{", ", "，只剩 "}, {" left  ", " 字节  "}}
	sayLate       = lang.Text{" late", " 迟到"}
	sayUnknown    = lang.Text{"unknown command, ", "未知命令，"}
	sayByte       = lang.Text{" byte", " 字节"}
	sayBytes      = lang.Text{" bytes", " 字节"}
	sayTo         = lang.Text{"to ", "至 "}
	sayFrom       = lang.Text{"from ", "来自 "}
	sayBinary     = lang.Text{"binary ", "二进制 "}
	sayCutText    = lang.Text{"(truncated)", "（被截断）"}
	sayNoStatus   = lang.Text{"no status (truncated)", "没有状态（被截断）"}
	sayEmpty      = lang.Text{"(empty)", "（空）"}
	sayPort       = lang.Text{", port ", "，端口 "}
	sayMidstream  = lang.Text{", in mid-stream", "，中途开始"}
	sayMissing    = lang.Text{" missing, offset ", "没有抓到，偏移 "}
	saySkipped    = lang.Text{", no PDU in them, offset ", "中没有 PDU，偏移 "}
	sayNotThere   = lang.Text{" bytes missing", " 字节没有抓到"}
	sayNoResponse = lang.Text{"no response in ", "无应答已 "}
	saySentIn     = lang.Text{", sent in ", "，请求在包 "}
	sayAttempts   = lang.Text{" attempts  ", " 次发送  "}
	sayOneOf      = [...]lang.Text{{", of one of ", "，属于 "}, {" SUBMITs", " 个 SUBMIT 之一"}}
	sayNoPart     = lang.Text{"no part", "缺第"}
	sayParts      = lang.Text{": ", " 段："}
	colon         = lang.Text{": ", "："}
	comma         = lang.Text{", ", "，"}
	semicolon     = lang.Text{"; ", "；"}
)
