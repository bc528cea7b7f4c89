package detail

import "cmppdump/dissect/lang"

// What follows from a PDU and from those before it.
var (
	sayFrame       = lang.Text{"frame ", "帧 "}
	saySeconds     = lang.Text{" s before\n", " 秒之前\n"}
	sayMillis      = lang.Text{" ms before\n", " 毫秒之前\n"}
	sayNotCaptured = lang.Text{"not captured\n", "没有抓到\n"}
	sayIncluded    = lang.Text{", this one included\n", "，包括这个\n"}
	sayFirstIn     = lang.Text{", the first in frame ", "，第一次在帧 "}
	sayVerified    = lang.Text{"verified by the secret in line ", "已验证，密钥在第 "}
	sayLine        = lang.Text{"\n", " 行\n"}
	comma          = lang.Text{", ", "，"}
)
