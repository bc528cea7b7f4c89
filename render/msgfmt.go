package render

import (
	"strconv"

	"cmppdump/dissect/sms"
)

// AppendMsgFmt appends what stands in front of a text whose octets contradict
// its Msg_Fmt: "Msg_Fmt 8 but GBK: ".
func AppendMsgFmt(dst []byte, says sms.DCS, guess sms.Encoding) []byte {
	dst = append(dst, "Msg_Fmt "...)
	dst = strconv.AppendUint(dst, uint64(says.Value), 10)
	return append(append(append(dst, " but "...), guess.CommonName()...), ": "...)
}
