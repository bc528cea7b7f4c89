package cmpp

import (
	"bytes"
	"encoding/binary"
)

// wideHeader is the length of the header in a protocol that calls itself CMPP
// too: length, command, status, sequence (C§9.3).
const wideHeader = 16

// alien knows a stream of that protocol by its first request: where CMPP has
// Sequence_Id, the status of a request is 0, and a sequence number stands where
// the body begins, in front of a CONNECT's account, which ends with a NUL, and of
// nothing in an ACTIVE_TEST.
func alien(pdu []byte) string {
	if len(pdu) < wideHeader || binary.BigEndian.Uint32(pdu[8:]) != 0 || pdu[12] != 0 {
		return ""
	}
	body := pdu[wideHeader:]
	switch binary.BigEndian.Uint32(pdu[4:]) {
	case connect:
		const behind = 16 + 1 + 1 + 4 // digest, login flag, version, time
		if n := bytes.IndexByte(body, 0); n < 1 || n > mostSourceAddr || !printable(body[:n]) || len(body) < n+1+behind {
			return ""
		}
	case activeTest:
		if len(body) != 0 {
			return ""
		}
	default:
		return ""
	}
	return "another protocol, not CMPP 2/3 (16-byte header?)"
}
