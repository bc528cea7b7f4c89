package track

import "cmppdump/dissect"

// MsgState is what became of a message.
type MsgState uint8

// The states; their names are the values of msg.state. Of several that hold the
// first counts.
const (
	Partial     MsgState = iota // long: parts missing, or parts with different ends
	Throttled                   // refused by flow control
	Rejected                    // refused otherwise
	Delivered                   // all parts delivered
	Expired                     // not delivered in time
	Undelivered                 // any other final report
	Unanswered                  // no response to the SUBMIT
	NoReport                    // accepted, but no report within the report timeout
	Waiting                     // accepted, the report timeout is not reached
	Accepted                    // accepted, and no report is due
	Sent                        // not answered when the capture ended
	ReportOnly                  // a report whose SUBMIT was not captured
	Received                    // an MO
	pending                     // not decided yet
)

// MsgStates is how many states a published message may have.
const MsgStates = int(pending)

// String is the value of msg.state.
func (s MsgState) String() string {
	return [...]string{"partial", "throttled", "rejected", "delivered", "expired", "undelivered", "no_response",
		"no_report", "waiting", "accepted", "sent", "report_only", "received", "pending"}[s]
}

// Failed reports whether the state is a failure for sure.
func (s MsgState) Failed() bool { return s <= Unanswered && s != Delivered || s == NoReport }

// partEnd is how far a part has come.
type partEnd uint8

const (
	partSent   partEnd = iota
	partSilent         // no response within the timeout
	partThrottled
	partRejected
	partAccepted
	partProvisional // a report that is not final
	partDelivered
	partExpired
	partUndelivered
)

// ended reports whether nothing more is expected of a part.
func (p *Part) ended(wanted bool) bool {
	return p.end >= partDelivered || p.end == partThrottled || p.end == partRejected || p.end == partAccepted && !wanted
}

// states gives the message's state for a part's end.
var states = [...]MsgState{partSent: Sent, partSilent: Unanswered, partThrottled: Throttled, partRejected: Rejected,
	partAccepted: Waiting, partProvisional: Accepted, partDelivered: Delivered, partExpired: Expired, partUndelivered: Undelivered}

// judge finds the state of the message, and whether it is final. overdue says
// that the report timeout has passed; complete, that no further parts can come.
func (m *Msg) judge(overdue, complete bool) (MsgState, bool) {
	if m.MO {
		return Received, m.acknowledged()
	}
	if !m.First().Submit.Seen() {
		return ReportOnly, true
	}
	all, final := m.Parts[0].end, true
	same := true
	for _, p := range m.Parts {
		final = final && p.ended(m.Wanted)
		same = same && p.end == all
		if worse(p.end, all) {
			all = p.end
		}
	}
	switch {
	case len(m.Parts) < m.Total():
		return Partial, complete && final
	case final && !same:
		return Partial, true
	case all == partAccepted && !m.Wanted:
		return Accepted, true
	case all == partAccepted && overdue:
		return NoReport, false
	}
	return states[all], final
}

// worse reports whether a part that has come to a keeps the message from the
// state of one that has come to b: what is still open decides over what has
// ended.
func worse(a, b partEnd) bool {
	rank := [...]int{partSent: 0, partSilent: 1, partAccepted: 2, partProvisional: 3, partThrottled: 4, partRejected: 5,
		partUndelivered: 6, partExpired: 7, partDelivered: 8}
	return rank[a] < rank[b]
}

// acknowledged reports whether every part of an MO has its response.
func (m *Msg) acknowledged() bool {
	for i := range m.Parts {
		if !m.Parts[i].Resp.Seen() {
			return false
		}
	}
	return len(m.Parts) == m.Total()
}

// receipts gives the part's end for what a report says.
var receipts = [...]partEnd{dissect.Undelivered: partUndelivered, dissect.Delivered: partDelivered,
	dissect.Expired: partExpired, dissect.Intermediate: partProvisional}
