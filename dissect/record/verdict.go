package record

import (
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// Verdict is what a record of cmppdump why says of its message or connection.
type Verdict struct {
	State, Text, Side, Next string
	Probable                bool
	Evidence                []Evidence
}

// Evidence is a packet that a verdict rests on.
type Evidence struct {
	Frame uint64
	Time  int64 // ns
	Text  string
}

// SetVerdict makes r the record of a verdict on a message.
func (r *Record) SetVerdict(m *track.Msg, v *Verdict) {
	r.View, r.Verdict = Msg, v
	r.Msg, r.Conn = m, m.Conn
	r.parts, r.hasText = r.findParts(), false
}

// SetConnVerdict makes r the record of a verdict on a connection, or a login
// on it.
func (r *Record) SetConnVerdict(c *track.Conn, e reassembly.End, v *Verdict) {
	r.View, r.Verdict = Conn, v
	r.Conn, r.End = c, e
	r.parts, r.hasText = r.findParts(), false
}

// verdictFields are those of cmppdump why.
var verdictFields = []Field{
	verdict("state", "What became of it: the state of the message; of a login logged_in, login_refused or no_response; of a connection stalled, heartbeat_missed, terminated, open, fin, rst, reuse or evicted.",
		func(v *Value, d *Verdict) { v.str(d.State) }),
	verdict("text", "That in a sentence.", func(v *Value, d *Verdict) { v.str(d.Text) }),
	verdict("side", "Where the cause is likely to lie: sp, network, gateway, handset or unknown.", func(v *Value, d *Verdict) { v.str(d.Side) }),
	{Name: "verdict.probable", Type: Bool, Views: Msg | Conn, Doc: "true if the side is likely, not shown.",
		get: func(r *Record, v *Value, _ int) {
			if r.Verdict != nil {
				v.bool(r.Verdict.Probable)
			}
		}},
	verdict("next", "What to do.", func(v *Value, d *Verdict) { v.str(d.Next) }),
	{Name: "verdict.evidence", Type: Objects, List: true, Views: Msg | Conn, Doc: "The packets that it rests on.",
		count: func(r *Record) int {
			if r.Verdict == nil {
				return 0
			}
			return len(r.Verdict.Evidence)
		},
		Elem: []Field{
			evidence("frame", Uint, "Number of the packet.", func(v *Value, e *Evidence) { v.uint(e.Frame) }),
			evidence("time", Time, "When it was captured.", func(v *Value, e *Evidence) { v.time(e.Time) }),
			evidence("text", String, "What is in it.", func(v *Value, e *Evidence) { v.str(e.Text) }),
		}},
}

func verdict(name, doc string, get func(*Value, *Verdict)) Field {
	return Field{Name: "verdict." + name, Views: Msg | Conn, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if r.Verdict != nil {
				get(v, r.Verdict)
				v.Set = len(v.Str) > 0
			}
		}}
}

// evidence is a member of verdict.evidence.
func evidence(name string, t Type, doc string, get func(*Value, *Evidence)) Field {
	return Field{Name: "verdict.evidence." + name, Type: t, Views: Msg | Conn, Doc: doc,
		get: func(r *Record, v *Value, i int) { get(v, &r.Verdict.Evidence[i]) }}
}
