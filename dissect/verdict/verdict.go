package verdict

import (
	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

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

// Verdict is what is to be said of one message, login or connection.
type Verdict struct {
	State    string    // the value of verdict.state
	Name     lang.Text // the state in words; its English is State
	Failed   bool
	Text     lang.Text
	Side     Side
	SideText lang.Text
	Probable bool // the side is likely, not shown
	Notes    []lang.Text
	Also     []lang.Text // figures of the same traffic
	Blind    []lang.Text // what the capture cannot show
	Next     []lang.Text
	Evidence []Evidence
	// Start is the capture time from which the times of the evidence count, ns.
	Start int64
}

// Evidence is a packet that the verdict rests on, and what is in it.
type Evidence struct {
	track.Mark
	Dir  reassembly.Dir
	Text lang.Text
}

// At is the capture time in RFC 3339 with nine decimals, UTC.
func (e *Evidence) At() string { return e.Stamp().At().Format("2006-01-02T15:04:05.000000000Z07:00") }

// Context is what the capture as a whole adds, and how figures are written.
type Context struct {
	// Reports are the delays from SUBMIT to the report of delivered messages.
	Reports *track.Delays
	// Duration writes a duration in ns, Clock the hour and minute of a capture
	// time in ns.
	Duration func(ns int64) string
	Clock    func(ns int64) string
	// ReportTimeout is how long a report may take, in ns; 0: not known.
	ReportTimeout int64
	// Secrets: authenticators were checked.
	Secrets bool
	// Around tells what the same SP did around a message; nil: not known.
	Around func(*track.Msg) *Around
}

// Around is what else an SP did around a message.
type Around struct {
	// Messages were submitted in the second that ends with the message's
	// SUBMIT, its own Receivers included, on Conns; 0: not known.
	Messages  int
	Receivers int
	Conns     []int
	// Limit is the rate that explains the refusals of the SP, messages a
	// second; 0: none does.
	Limit int
	// Accepted is a number of messages in a second at which others of the SP were
	// accepted, the highest that is known; 0: none is.
	Accepted int
	// Minutes are the report delays of the SP before and at the message.
	Minutes []Minute
	// Again is what came after it to the number, if Searched.
	Again    Again
	Searched bool
}

// Minute is a minute of SUBMITs and the median of the delays of their reports.
type Minute struct {
	Start, Delay int64 // ns
}

// Of judges a message.
func Of(m *track.Msg, c *Context) *Verdict {
	v := &Verdict{State: m.State.String(), Name: stateNames[m.State], Failed: m.State.Failed(), Side: Unsure, Start: m.Start()}
	v.evidence(m)
	around := &Around{}
	if c.Around != nil {
		around = c.Around(m)
	}
	rules[m.State](v, m, c, around)
	v.common(m, c)
	v.clock(m, c)
	return v
}

// rules has the rule for each state.
var rules = map[track.MsgState]func(*Verdict, *track.Msg, *Context, *Around){
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

func (v *Verdict) side(s Side, probable bool, text lang.Text) {
	v.Side, v.Probable, v.SideText = s, probable, text
}

func (v *Verdict) note(t lang.Text)  { v.Notes = append(v.Notes, t) }
func (v *Verdict) also(t lang.Text)  { v.Also = append(v.Also, t) }
func (v *Verdict) blind(t lang.Text) { v.Blind = append(v.Blind, t) }
func (v *Verdict) next(t lang.Text)  { v.Next = append(v.Next, t) }
