package record

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
)

// accountFields say whose traffic it is.
var accountFields = []Field{
	{Name: "cmpp.sp_id", Views: Txn | Msg, Doc: "The SP: Source_Addr of the login, else Msg_src.",
		get: func(r *Record, v *Value, _ int) {
			r.buf = AppendOctetString(r.buf[:0], r.Conn.SPID())
			v.text(r.buf)
		}},
}

// txnFields are those of a transaction.
var txnFields = []Field{
	{Name: "txn.state", decided: true, Views: Txn, Doc: "answered, no_response, closed, capture_ended, orphan_response or unknown.",
		get: func(r *Record, v *Value, _ int) { v.str(r.Txn.State.String()) }},
	{Name: "txn.latency_ms", Type: Millis, Views: Txn, Doc: "From the first request to the response, in milliseconds.",
		get: func(r *Record, v *Value, _ int) {
			if r.Txn.State == track.Answered {
				v.millis(r.Txn.Latency())
			}
		}},
	{Name: "txn.in_flight", Type: Uint, Views: Txn, Doc: "Requests open on the connection in this direction when it was sent, itself included.",
		get: func(r *Record, v *Value, _ int) { v.count(r.Txn.InFlight) }},
	{Name: "txn.attempts", Type: Uint, Views: Txn, Doc: "How often the request was sent.",
		get: func(r *Record, v *Value, _ int) { v.count(r.Txn.Attempts) }},
	{Name: "txn.request.frame", Type: Uint, Views: Txn, Doc: "The packet that completed the first request.",
		get: func(r *Record, v *Value, _ int) { v.frame(&r.Txn.Request) }},
	{Name: "txn.response.frame", Type: Uint, Views: Txn, Doc: "The packet that completed the response.",
		get: func(r *Record, v *Value, _ int) { v.frame(&r.Txn.Response) }},
}

func (v *Value) frame(h *track.Half) {
	if h.Seen {
		v.uint(h.Last.Num)
	}
}

// count sets a number, absent if it is 0.
func (v *Value) count(n int) {
	if n > 0 {
		v.uint(uint64(n))
	}
}

// outcome is ECS's word for how a transaction ended.
func (r *Record) outcome() string {
	switch {
	case r.View == Msg:
		return r.msgOutcome()
	case r.Txn.State != track.Answered, r.Txn.Unread:
		return "unknown"
	case r.Txn.Failed():
		return "failure"
	}
	return "success"
}

// span is the time of a transaction or connection in ns. The end of a
// transaction means something only if it has a response.
func (r *Record) span() (start, end int64) {
	switch r.View {
	case Conn:
		return r.Conn.First.Time, r.Conn.Last.Time
	case Msg:
		return r.Msg.Start(), r.Msg.Decided
	}
	h, _ := r.Txn.Lead()
	return h.Last.Time, r.Txn.Response.Last.Time
}

func (r *Record) ended() bool {
	return r.View == Conn || r.View == Msg && r.Msg.Final || r.View == Txn && r.Txn.State == track.Answered
}

// messageID is the id of the message that the transaction is about.
func (r *Record) messageID() uint64 {
	x := r.Txn
	if x.Command == nil {
		return 0
	}
	switch x.Command.Class {
	case dissect.Submit:
		return x.MessageID
	case dissect.Deliver, dissect.Forward, dissect.Cancel:
		if r.PDU != nil {
			if id, ok := r.PDU.Uint(layout.ReportOf); ok {
				return id
			}
		}
		return x.RequestID
	}
	return 0
}
