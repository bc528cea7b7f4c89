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
		ends    []PartEnd
		overdue bool
		state   MsgState
		final   bool
	}{
		{"all the same", []PartEnd{delivered, delivered}, false, Delivered, true},
		{"one waits", []PartEnd{delivered, accepted}, false, Waiting, false},
		{"and waits no longer", []PartEnd{delivered, accepted}, true, Partial, false},
		{"none has a report", []PartEnd{accepted, accepted}, true, NoReport, false},
		{"refused, and the others wait", []PartEnd{accepted, rejected, accepted}, false, Partial, false},
		{"refused for its rate", []PartEnd{throttled, accepted}, false, Partial, false},
		{"refused for two reasons", []PartEnd{throttled, rejected}, false, Partial, true},
		{"refused all", []PartEnd{rejected, rejected}, false, Rejected, true},
		{"refused, and one is open", []PartEnd{rejected, sent}, false, Sent, false},
		{"no answer, and the others delivered", []PartEnd{delivered, silent, delivered}, false, Partial, false},
		{"no answer, and the others wait", []PartEnd{silent, accepted}, false, Partial, false},
		{"no answer to any", []PartEnd{silent, silent}, false, Unanswered, false},
		{"no answer, and one is open", []PartEnd{silent, sent}, false, Sent, false},
		{"two final ends, and one waits", []PartEnd{delivered, undelivered, accepted}, false, Partial, false},
		{"one final end may be that of all", []PartEnd{undelivered, accepted}, false, Waiting, false},
		{"expired and undelivered", []PartEnd{expired, undelivered}, false, Partial, true},
		{"a report that is not final", []PartEnd{provisional, delivered}, false, Accepted, false},
		{"and stays alone", []PartEnd{provisional, delivered}, true, Partial, false},
	} {
		m := &Msg{Wanted: true, Overdue: tt.overdue, Concat: sms.Concat{Total: byte(len(tt.ends))}}
		for i, end := range tt.ends {
			*m.newPart() = Part{Index: byte(i + 1), Submit: Mark{Num: uint64(i + 1)}, End: end, msg: m}
		}
		if state, final := m.judge(true); state != tt.state || final != tt.final {
			t.Errorf("%s: %v, final %v, want %v, %v", tt.what, state, final, tt.state, tt.final)
		}
	}
}
