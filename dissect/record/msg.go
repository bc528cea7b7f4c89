package record

import (
	"cmppdump/dissect/track"
)

// msgFields are those of a message.
var msgFields = []Field{
	{Name: "cmpp.gateway", Views: Msg, Doc: "Code of the ISMG, out of the Msg_Id.",
		get: func(r *Record, v *Value, _ int) {
			if id := r.Msg.First().ID; id != 0 {
				r.buf = r.Conn.Proto.AppendGateway(r.buf[:0], id)
				v.text(r.buf)
			}
		}},
	{Name: "msg.state", Views: Msg, Doc: "What became of it: delivered, undelivered, expired, rejected, throttled, no_response, no_report, waiting, accepted, sent, partial, report_only or received.",
		get: func(r *Record, v *Value, _ int) { v.str(r.Msg.State.String()) }},
	{Name: "msg.msg_ids", Type: ID, List: true, Views: Msg, Doc: "The Msg_Ids that the gateway gave, by part.",
		get: func(r *Record, v *Value, _ int) {
			for i := 1; i <= r.Msg.Total(); i++ {
				if p := r.Msg.Part(i); p != nil && p.ID != 0 {
					v.item().id(p.ID)
				}
			}
		}},
	{Name: "msg.waited_ms", Type: Millis, Views: Msg, Doc: "How long a report has been waited for, in milliseconds.",
		get: func(r *Record, v *Value, _ int) {
			if m := r.Msg; m.State == track.Waiting || m.State == track.NoReport {
				v.millis(m.Decided - m.Start())
			}
		}},
	{Name: "msg.parts.total", Type: Uint, Views: Msg, Doc: "Parts of a long message.",
		get: func(r *Record, v *Value, _ int) { r.long(v, r.Msg.Total()) }},
	{Name: "msg.parts.seen", Type: Uint, Views: Msg, Doc: "Parts that were captured.",
		get: func(r *Record, v *Value, _ int) { r.long(v, len(r.Msg.Parts)) }},
	{Name: "msg.parts.missing", Type: Uint, List: true, Views: Msg, Doc: "Parts that were not captured.",
		get: func(r *Record, v *Value, _ int) {
			for i := 1; i <= r.Msg.Total(); i++ {
				if r.Msg.Part(i) == nil {
					v.item().uint(uint64(i))
				}
			}
		}},
	{Name: "msg.submit.time", Type: Time, Views: Msg, Doc: "When the first SUBMIT was captured.",
		get: func(r *Record, v *Value, _ int) { v.when(&r.Msg.First().Submit) }},
	{Name: "msg.submit.frame", Type: Uint, Views: Msg, Doc: "The packet that completed it.",
		get: func(r *Record, v *Value, _ int) { v.packet(&r.Msg.First().Submit) }},
	{Name: "msg.resp.time", Type: Time, Views: Msg, Doc: "When the last part was answered.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.Msg.LastResp(); p != nil {
				v.when(&p.Resp)
			}
		}},
	{Name: "msg.resp.frame", Type: Uint, Views: Msg, Doc: "The packet that completed the response.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.Msg.LastResp(); p != nil {
				v.packet(&p.Resp)
			}
		}},
	{Name: "msg.resp.result", Type: Uint, Views: Msg, Doc: "Its Result.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.Msg.LastResp(); p != nil && !p.Lacks.Has(track.LacksResult) {
				v.uint(uint64(p.Result))
			}
		}},
	{Name: "msg.resp.result_text", Views: Msg, Doc: "What it means.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.Msg.LastResp(); p != nil && !p.Lacks.Has(track.LacksResult) {
				v.str(r.Msg.ResultText(p).En)
			}
		}},
	{Name: "msg.resp.latency_ms", Type: Millis, Views: Msg, Doc: "From the first SUBMIT to the response, in milliseconds.",
		get: func(r *Record, v *Value, _ int) {
			if p := r.Msg.LastResp(); p != nil {
				v.millis(p.Resp.Time - r.Msg.Start())
			}
		}},
	lastReport("time", Time, "When the last report was captured.", func(_ *Record, v *Value, p *track.Part) { v.when(&p.Report) }),
	lastReport("frame", Uint, "The packet that completed it.", func(_ *Record, v *Value, p *track.Part) { v.packet(&p.Report) }),
	lastReport("conn", Uint, "The connection that it came on.", func(_ *Record, v *Value, p *track.Part) { v.uint(uint64(p.Report.Conn)) }),
	lastReport("stat", String, "Its Stat.", func(r *Record, v *Value, p *track.Part) { r.number(v, p.StatText()) }),
	lastReport("stat_text", String, "What it means.", func(r *Record, v *Value, p *track.Part) {
		m, ok := r.Conn.Proto.StatText(p.StatText(), r.Conn.Version)
		if !ok {
			m.En = "unknown"
		}
		v.str(m.En)
		v.Set = p.StatLen > 0
	}),
	lastReport("latency_ms", Millis, "From the first SUBMIT to the report, in milliseconds.", func(r *Record, v *Value, p *track.Part) {
		if r.Msg.First().Submit.Seen() {
			v.millis(p.Report.Time - r.Msg.Start())
		}
	}),
	lastReport("done_time", String, "Its Done_time, as on the wire.", func(r *Record, v *Value, p *track.Part) { r.number(v, p.DoneText()) }),
	ack("time", Time, "When the SP acknowledged it.", func(_ *Record, v *Value, p *track.Part) { v.when(&p.Ack) }),
	ack("frame", Uint, "The packet that completed the acknowledgement.", func(_ *Record, v *Value, p *track.Part) { v.packet(&p.Ack) }),
	ack("result", Uint, "Its Result.", func(_ *Record, v *Value, p *track.Part) {
		if !p.Lacks.Has(track.LacksAck) {
			v.uint(uint64(p.AckResult))
		}
	}),
	ack("latency_ms", Millis, "From the report to the acknowledgement, in milliseconds.", func(_ *Record, v *Value, p *track.Part) {
		v.millis(max(0, p.Ack.Time-p.Report.Time))
	}),
	{Name: "msg.reports", Type: Objects, List: true, Views: Msg, Doc: "Reports besides the newest of a part, provisional ones and those that came again: the first 15, and the newest.",
		count: func(r *Record) int { return len(r.Msg.More) },
		Elem: []Field{
			receipt("time", Time, "When it was captured.", func(_ *Record, v *Value, x *track.Receipt) { v.when(&x.Mark) }),
			receipt("frame", Uint, "The packet that completed it.", func(_ *Record, v *Value, x *track.Receipt) { v.packet(&x.Mark) }),
			receipt("stat", String, "Its Stat.", func(r *Record, v *Value, x *track.Receipt) { r.number(v, x.StatText()) }),
			receipt("part", Uint, "The part that it is about.", func(_ *Record, v *Value, x *track.Receipt) { v.uint(uint64(x.Index)) }),
			receipt("repeated", Bool, "true if it says what was said before.", func(_ *Record, v *Value, x *track.Receipt) { v.bool(x.Repeated) }),
		}},
	{Name: "msg.segments", Type: Objects, List: true, Views: Msg, Doc: "The parts of a long message, missing ones too.",
		count: func(r *Record) int {
			if r.Msg.Total() == 1 {
				return 0
			}
			return r.Msg.Total()
		},
		Elem: []Field{
			{Name: "msg.segments.part", Type: Uint, Views: Msg, Doc: "Index of the part, from 1.",
				get: func(_ *Record, v *Value, i int) { v.uint(uint64(i + 1)) }},
			segment("msg_id", ID, "The Msg_Id that the gateway gave.", func(_ *Record, v *Value, p *track.Part) {
				if p.ID != 0 {
					v.id(p.ID)
				}
			}),
			segment("submit_frame", Uint, "The packet that completed the SUBMIT.", func(_ *Record, v *Value, p *track.Part) { v.packet(&p.Submit) }),
			segment("resp_frame", Uint, "The packet that completed its response.", func(_ *Record, v *Value, p *track.Part) { v.packet(&p.Resp) }),
			segment("result", Uint, "The Result of the response.", func(_ *Record, v *Value, p *track.Part) {
				if p.Resp.Seen() && !p.Lacks.Has(track.LacksResult) {
					v.uint(uint64(p.Result))
				}
			}),
			segment("report_frame", Uint, "The packet that completed the report.", func(_ *Record, v *Value, p *track.Part) { v.packet(&p.Report) }),
			segment("stat", String, "The Stat of the report.", func(r *Record, v *Value, p *track.Part) { r.number(v, p.StatText()) }),
			segment("ack_frame", Uint, "The packet that completed the acknowledgement.", func(_ *Record, v *Value, p *track.Part) { v.packet(&p.Ack) }),
		}},
	{Name: "msg.probable", Type: Bool, Views: Msg, Doc: "true if the report was not matched by the id as it is.",
		get: func(r *Record, v *Value, _ int) { v.bool(r.Msg.Probable) }},
	{Name: "msg.candidates", Type: Uint, List: true, Views: Msg, Doc: "Packets of the SUBMITs that a report may be about, where there are several.",
		get: func(r *Record, v *Value, _ int) {
			for _, n := range r.Msg.Candidates {
				v.item().uint(n)
			}
		}},
}

// when sets the time of a mark, packet its packet; both absent if it was not
// seen.
func (v *Value) when(m *track.Mark) {
	if m.Seen() {
		v.time(m.Time)
	}
}

func (v *Value) packet(m *track.Mark) {
	if m.Seen() {
		v.uint(m.Num)
	}
}

// long sets a number that only long messages have.
func (r *Record) long(v *Value, n int) {
	if r.Msg.Total() > 1 {
		v.uint(uint64(n))
	}
}

// lastReport is a member of msg.report: the last part's.
func lastReport(name string, t Type, doc string, get func(*Record, *Value, *track.Part)) Field {
	return Field{Name: "msg.report." + name, Type: t, Views: Msg, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if p := r.Msg.LastReport(); p != nil {
				get(r, v, p)
			}
		}}
}

// ack is a member of msg.report.ack.
func ack(name string, t Type, doc string, get func(*Record, *Value, *track.Part)) Field {
	return Field{Name: "msg.report.ack." + name, Type: t, Views: Msg, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if p := r.Msg.LastReport(); p != nil && p.Ack.Seen() {
				get(r, v, p)
			}
		}}
}

// receipt is a member of msg.reports.
func receipt(name string, t Type, doc string, get func(*Record, *Value, *track.Receipt)) Field {
	return Field{Name: "msg.reports." + name, Type: t, Views: Msg, Doc: doc,
		get: func(r *Record, v *Value, i int) { get(r, v, &r.Msg.More[i]) }}
}

// segment is a member of msg.segments.
func segment(name string, t Type, doc string, get func(*Record, *Value, *track.Part)) Field {
	return Field{Name: "msg.segments." + name, Type: t, Views: Msg, Doc: doc,
		get: func(r *Record, v *Value, i int) {
			if p := r.Msg.Part(i + 1); p != nil {
				get(r, v, p)
			}
		}}
}

// msgOutcome is ECS's word for how a message ended.
func (r *Record) msgOutcome() string {
	switch s := r.Msg.State; {
	case !r.Msg.Final, s == track.Received && r.Msg.Lack(track.LacksResult):
		return "unknown"
	case s == track.Delivered || s == track.Accepted || s == track.Received:
		return "success"
	case s.Failed():
		return "failure"
	}
	return "unknown"
}
