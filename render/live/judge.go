package live

import "cmppdump/dissect/track"

// why appends the verdict on a message, if there is still anything to judge by.
func (a *App) why(dst []byte, m *track.Msg, width int, evidence bool) []byte {
	if !decided(m) {
		return append(dst, a.say(words{"what decided about the message was forgotten to stay under --max-mem",
			"决定该短信结果的 PDU 已因 --max-mem 而被丢弃"})...)
	}
	return a.o.Why(dst, m, a.context(), width, evidence, a.o.Times, a.o.Lang)
}

// decided reports whether the PDU that decided about a message is still kept. The
// oldest go first: before the SUBMIT goes what was captured before it, which may
// be its response or report.
func decided(m *track.Msg) bool {
	switch m.State {
	case track.Throttled, track.Rejected:
		return m.LastResp() != nil
	case track.Delivered, track.Undelivered, track.Expired, track.ReportOnly:
		return m.LastReport() != nil
	case track.Accepted:
		return m.LastResp() != nil || m.LastReport() != nil
	}
	return true
}
