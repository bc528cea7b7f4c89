package track

import (
	"slices"

	"cmppdump/dissect"
)

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

// PartEnd is how far a part has come.
type PartEnd uint8

const (
	partSent   PartEnd = iota
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
	return p.End >= partDelivered || p.End == partThrottled || p.End == partRejected || p.End == partAccepted && !wanted
}

// states gives the message's state for a part's end.
var states = [...]MsgState{partSent: Sent, partSilent: Unanswered, partThrottled: Throttled, partRejected: Rejected,
	partAccepted: Waiting, partProvisional: Accepted, partDelivered: Delivered, partExpired: Expired, partUndelivered: Undelivered}

// Fate is what became of a part by itself: the state of a message that has no
// other.
func (m *Msg) Fate(p *Part) MsgState {
	switch {
	case p.End == partAccepted && !m.Wanted:
		return Accepted
	case p.End == partAccepted && m.Overdue:
		return NoReport
	}
	return states[p.End]
}

// over reports whether a part has come to an end, which only late news can
// change.
func (m *Msg) over(p *Part) bool {
	return p.ended(m.Wanted) || p.End == partSilent || p.End > partSilent && m.Overdue
}

// judge finds the state of the message, and whether it is final. complete says
// that no further parts can come.
func (m *Msg) judge(complete bool) (MsgState, bool) {
	if m.MO {
		return Received, m.acknowledged()
	}
	if !m.First().Submit.Seen() {
		return ReportOnly, true
	}
	worst, final := m.First(), true
	for _, p := range m.Parts {
		final = final && p.ended(m.Wanted)
		if worse(p.End, worst.End) {
			worst = p
		}
	}
	switch {
	case len(m.Parts) < m.Total():
		return Partial, complete && final
	case m.differ():
		return Partial, final
	}
	return m.Fate(worst), final
}

// differ reports whether parts came to different ends. What a gateway has
// accepted cannot come to the end of a part that was refused or not answered,
// whatever its report will say.
func (m *Msg) differ() bool {
	end, refused, taken := pending, false, false
	for _, p := range m.Parts {
		refused = refused || p.End >= partSilent && p.End <= partRejected
		taken = taken || p.End >= partAccepted
		switch fate := m.Fate(p); {
		case !m.over(p):
		case end == pending:
			end = fate
		case end != fate:
			return true
		}
	}
	return refused && taken
}

// unanswered reports whether the response to a part was given up, and the
// message is no better for the others.
func (m *Msg) unanswered() bool {
	return m.State == Unanswered || m.State == Partial && slices.ContainsFunc(m.Parts, func(p *Part) bool { return p.End == partSilent })
}

// worse reports whether a part that has come to a keeps the message from the
// state of one that has come to b: what is still open decides over what has
// ended.
func worse(a, b PartEnd) bool {
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
var receipts = [...]PartEnd{dissect.Undelivered: partUndelivered, dissect.Delivered: partDelivered,
	dissect.Expired: partExpired, dissect.Intermediate: partProvisional}
