package render

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/sms"
)

// AppendMsgFmt appends what stands in front of a text whose octets contradict
// its Msg_Fmt: "Msg_Fmt 8 but GBK: ".
func AppendMsgFmt(dst []byte, c *dissect.Content) []byte {
	dst = append(dst, "Msg_Fmt "...)
	dst = strconv.AppendUint(dst, uint64(c.Coding.Value), 10)
	return append(append(append(dst, " but "...), codingName(c.Guess)...), ": "...)
}

// codingName is the name people use: GBK for what GB18030 decodes.
func codingName(e sms.Encoding) string {
	if e == sms.GB18030 {
		return "GBK"
	}
	return e.String()
}
