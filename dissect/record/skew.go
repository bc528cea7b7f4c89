package record

import (
	"time"

	"cmppdump/dissect/track"
)

// Clocks are those whose skew is told, by the names of the fields that have
// their times.
var Clocks = [track.Clocks]struct{ Name, doc string }{
	track.LoginClock: {"connect", "the clock of who logged in, by the Timestamp of CONNECT"},
	track.IDClock:    {"msg_id", "the gateway's clock, by the times in the Msg_Ids of SUBMIT_RESPs"},
	track.DoneClock:  {"done_time", "the clock behind Done_time of the reports"},
}

// What tables and records say of a skew.
const (
	SkewErrorDoc = "It may be so much more or less, in milliseconds."
	SkewZoneDoc  = "The time zone in which its times were read: that of China, or UTC if that is nearer."
)

// skewFields tell how far clocks are off.
func skewFields() []Field {
	var skew, errors, zones []Field
	for i, c := range Clocks {
		field := func(name string, t Type, doc string, get func(*track.Skew, *Value)) Field {
			return Field{Name: name + "." + c.Name, Type: t, Views: Conn, Doc: doc, get: func(r *Record, v *Value, _ int) {
				if s, ok := r.Conn.Clocks[i].Skew(r.Conn.Proto); ok {
					get(&s, v)
				}
			}}
		}
		skew = append(skew, field("skew_ms", Millis, "How far "+c.doc+", is ahead of the capture's, in milliseconds; behind if negative.",
			func(s *track.Skew, v *Value) { v.millis(s.Ahead) }))
		errors = append(errors, field("skew_error_ms", Millis, SkewErrorDoc,
			func(s *track.Skew, v *Value) { v.millis(s.Error) }))
		zones = append(zones, field("skew_zone", String, SkewZoneDoc,
			func(s *track.Skew, v *Value) { v.str(ZoneName(s.Zone)) }))
	}
	return append(append(skew, errors...), zones...)
}

// ZoneName is a zone, in ns east of UTC, such as "+0800".
func ZoneName(ns int64) string {
	return time.Unix(0, 0).In(time.FixedZone("", int(ns/1e9))).Format("-0700")
}
