package verdict

import (
	"fmt"

	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// Text is a sentence in English and Chinese.
type Text struct{ En, Zh string }

// text makes a Text of two formats with the same arguments.
func text(en, zh string, a ...any) Text {
	return Text{fmt.Sprintf(en, a...), fmt.Sprintf(zh, a...)}
}

// Side is where the cause is likely to lie; the values are those of
// verdict.side.
type Side string

// The sides.
const (
	SP      Side = "sp"
	Network Side = "network"
	Gateway Side = "gateway"
	Handset Side = "handset"
	Unsure  Side = "unknown"
)

// Verdict is what is to be said of one message.
type Verdict struct {
	State    track.MsgState
	Text     Text
	Side     Side
	SideText Text
	Probable bool // the side is likely, not shown
	Notes    []Text
	Also     []Text // figures of the same traffic
	Blind    []Text // what the capture cannot show
	Next     []Text
	Evidence []Evidence
}

// Evidence is a PDU that the verdict rests on.
type Evidence struct {
	track.Mark
	Dir  reassembly.Dir
	Text string
}

// At is the capture time in RFC 3339 with nine decimals, UTC.
func (e *Evidence) At() string { return e.Stamp().At().Format("2006-01-02T15:04:05.000000000Z07:00") }

// Context is what the capture as a whole adds.
type Context struct {
	// Reports are the delays from SUBMIT to the report of delivered messages.
	Reports *track.Delays
	// Duration writes a duration in ns for people.
	Duration func(ns int64) string
}

// Of judges a message.
func Of(m *track.Msg, c *Context) *Verdict {
	v := &Verdict{State: m.State, Side: Unsure}
	v.evidence(m)
	rules[m.State](v, m, c)
	v.common(m, c)
	v.clock(m, c)
	return v
}

// rules has the rule for each state.
var rules = map[track.MsgState]func(*Verdict, *track.Msg, *Context){
	track.Delivered:   (*Verdict).delivered,
	track.Undelivered: (*Verdict).undelivered,
	track.Expired:     (*Verdict).undelivered,
	track.Throttled:   (*Verdict).throttled,
	track.Rejected:    (*Verdict).rejected,
	track.Unanswered:  (*Verdict).unanswered,
	track.NoReport:    (*Verdict).noReport,
	track.Waiting:     (*Verdict).noReport,
	track.Accepted:    (*Verdict).accepted,
	track.Sent:        (*Verdict).sent,
	track.Partial:     (*Verdict).partial,
	track.ReportOnly:  (*Verdict).reportOnly,
	track.Received:    (*Verdict).received,
}
