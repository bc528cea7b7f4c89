package record

import (
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// sides are the values of members that name a side of a connection.
var sides = [2]string{"client", "server"}

// connFields say how a connection began and ended.
var connFields = []Field{
	{Name: "conn.midstream", Type: Bool, Views: Conn, Doc: "true if the capture does not hold the SYN.",
		get: func(r *Record, v *Value, _ int) { v.bool(r.Conn.Midstream) }},
	{Name: "conn.sp_side", Views: Conn, Doc: "Which side is the SP: client or server; absent if nothing tells.",
		get: func(r *Record, v *Value, _ int) {
			if r.Conn.Known {
				v.str(sides[r.Conn.SP])
			}
		}},
	{Name: "conn.close", Views: Conn, Doc: "How it ended: fin, rst, reuse (the ports were taken by a new connection), capture_ended, evicted.",
		get: func(r *Record, v *Value, _ int) { v.str(r.End.Reason.String()) }},
	{Name: "conn.closed_by", Views: Conn, Doc: "Which side closed first: client or server.",
		get: func(r *Record, v *Value, _ int) {
			if r.End.Reason == reassembly.Fin || r.End.Reason == reassembly.Reset {
				v.str(sides[r.End.By])
			}
		}},
	{Name: "conn.terminate", Views: Conn, Doc: "Who sent TERMINATE: client, server or both.",
		get: func(r *Record, v *Value, _ int) {
			switch t := r.Conn.Terminated; {
			case t[0] && t[1]:
				v.str("both")
			case t[0]:
				v.str(sides[0])
			case t[1]:
				v.str(sides[1])
			}
		}},
}

// heartbeatFields are the response times of keep-alive requests.
var heartbeatFields = []Field{
	delay("heartbeat_ms.p50", "Median response time of ACTIVE_TEST, in milliseconds.", func(d *track.Delays) int64 { return d.Quantile(50) }),
	delay("heartbeat_ms.max", "Longest response time of ACTIVE_TEST, in milliseconds.", (*track.Delays).Max),
}

// direction has the figures of one direction.
func direction(d reassembly.Dir) []Field {
	number := func(name, doc string, get func(n *reassembly.Net, t *track.Traffic) uint64) Field {
		return Field{Name: d.String() + "." + name, Type: Uint, Views: Conn, Doc: doc,
			get: func(r *Record, v *Value, _ int) { v.uint(get(&r.Conn.Net[d], &r.Conn.Dirs[d])) }}
	}
	return []Field{
		number("packets", "TCP segments, empty ones too.", func(n *reassembly.Net, _ *track.Traffic) uint64 { return n.Packets }),
		number("pdus", "PDUs found.", func(_ *reassembly.Net, t *track.Traffic) uint64 { return t.PDUs }),
		number("bytes", "Bytes of the stream that were captured.", func(n *reassembly.Net, _ *track.Traffic) uint64 { return n.Bytes }),
		number("missing_bytes", "Bytes of the stream that were not captured.", func(n *reassembly.Net, _ *track.Traffic) uint64 { return n.Missing }),
		number("skipped_bytes", "Captured bytes in which no PDU was found.", func(_ *reassembly.Net, t *track.Traffic) uint64 { return uint64(t.Skipped) }),
		number("retransmitted", "Segments that held nothing new.", func(n *reassembly.Net, _ *track.Traffic) uint64 { return n.Retransmitted }),
		number("requests", "Requests sent, attempts not counted.", func(_ *reassembly.Net, t *track.Traffic) uint64 { return t.Requests }),
		number("unanswered", "Requests that got no response within the timeout.", func(_ *reassembly.Net, t *track.Traffic) uint64 { return t.Silent }),
		number("closed", "Requests whose connection ended before a response; rows and tables count them as unanswered too.", func(_ *reassembly.Net, t *track.Traffic) uint64 { return t.Unanswered - t.Silent }),
		number("max_in_flight", "The most requests open at once.", func(_ *reassembly.Net, t *track.Traffic) uint64 { return uint64(t.MaxInFlight) }),
	}
}

func delay(name, doc string, get func(*track.Delays) int64) Field {
	return Field{Name: name, Type: Millis, Views: Conn, Doc: doc,
		get: func(r *Record, v *Value, _ int) {
			if r.Conn.Heartbeat.Count() > 0 {
				v.millis(get(&r.Conn.Heartbeat))
			}
		}}
}
