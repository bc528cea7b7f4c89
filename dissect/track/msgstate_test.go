package track

import (
	"testing"

	"cmppdump/dissect/sms"
)

// TestJudge: the state of a long message by what its parts have come to (design
// §5: the first that holds).
func TestJudge(t *testing.T) {
	const sent, silent, throttled, rejected, accepted, provisional, delivered, expired, undelivered = partSent, partSilent, partThrottled,
		partRejected, partAccepted, partProvisional, partDelivered, partExpired, partUndelivered
	for _, tt := range []struct {
		what    string
		ends    []partEnd
		overdue bool
		state   MsgState
		final   bool
	}{
		{"all the same", []partEnd{delivered, delivered}, false, Delivered, true},
		{"one waits", []partEnd{delivered, accepted}, false, Waiting, false},
		{"and waits no longer", []partEnd{delivered, accepted}, true, Partial, false},
		{"none has a report", []partEnd{accepted, accepted}, true, NoReport, false},
		{"refused, and the others wait", []partEnd{accepted, rejected, accepted}, false, Partial, false},
		{"refused for its rate", []partEnd{throttled, accepted}, false, Partial, false},
		{"refused for two reasons", []partEnd{throttled, rejected}, false, Partial, true},
		{"refused all", []partEnd{rejected, rejected}, false, Rejected, true},
		{"refused, and one is open", []partEnd{rejected, sent}, false, Sent, false},
		{"no answer, and the others delivered", []partEnd{delivered, silent, delivered}, false, Partial, false},
		{"no answer, and the others wait", []partEnd{silent, accepted}, false, Partial, false},
		{"no answer to any", []partEnd{silent, silent}, false, Unanswered, false},
		{"no answer, and one is open", []partEnd{silent, sent}, false, Sent, false},
		{"two final ends, and one waits", []partEnd{delivered, undelivered, accepted}, false, Partial, false},
		{"one final end may be that of all", []partEnd{undelivered, accepted}, false, Waiting, false},
		{"expired and undelivered", []partEnd{expired, undelivered}, false, Partial, true},
		{"a report that is not final", []partEnd{provisional, delivered}, false, Accepted, false},
		{"and stays alone", []partEnd{provisional, delivered}, true, Partial, false},
	} {
		m := &Msg{Wanted: true, overdue: tt.overdue, Concat: sms.Concat{Total: byte(len(tt.ends))}}
		for i, end := range tt.ends {
			*m.newPart() = Part{Index: byte(i + 1), Submit: Mark{Num: uint64(i + 1)}, end: end, msg: m}
		}
		if state, final := m.judge(true); state != tt.state || final != tt.final {
			t.Errorf("%s: %v, final %v, want %v, %v", tt.what, state, final, tt.state, tt.final)
		}
	}
}
