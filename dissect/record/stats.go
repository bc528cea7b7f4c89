package record

import "cmppdump/dissect/track"

// Interval is what was counted in a stretch of capture time.
type Interval struct {
	Protocol string
	End      int64 // capture time in ns
	Seconds  float64
	Captured uint64 // packets that passed the capture filter
	ByKernel uint64 // packets dropped by the kernel
	Unused   uint64 // TCP segments with data that had no place in any connection
	Records  uint64 // records dropped because the output was too slow
	PDUs     uint64
	Requests uint64
	States   [track.States]uint64
	Messages *[track.MsgStates]uint64 // nil if messages are not followed
	Evicted  uint64                   // requests and messages forgotten
	Memory   uint64                   // bytes in use now
	// Final: the end of the input is reached, and all figures are of the whole.
	Final bool
	// Sheets are the tables of -z.
	Sheets []Sheet
}

// SetInterval makes r the record of an interval.
func (r *Record) SetInterval(s *Interval) {
	r.View, r.Interval = Stats, s
	r.PDU, r.Gap, r.Txn, r.Msg, r.Conn = nil, nil, nil, nil, nil
	r.parts = 0
}

// statsFields are those of an interval.
func statsFields(sheets []*SheetSpec) []Field {
	number := func(name, doc string, get func(*Interval) uint64) Field {
		return Field{Name: "stats." + name, Type: Uint, Views: Stats, Doc: doc,
			get: func(r *Record, v *Value, _ int) { v.uint(get(r.Interval)) }}
	}
	f := []Field{
		{Name: "stats.interval_s", Type: Seconds, Views: Stats, Doc: "Length of the interval in seconds of capture time.",
			get: func(r *Record, v *Value, _ int) {
				v.Set, v.Type, v.Num = true, Seconds, uint64(r.Interval.Seconds*1e9)
			}},
		number("packets.captured", "Packets that passed the capture filter.", func(s *Interval) uint64 { return s.Captured }),
		number("packets.dropped_by_kernel", "Packets that the kernel dropped.", func(s *Interval) uint64 { return s.ByKernel }),
		number("packets.unused", "TCP segments with data that had no place in any connection: of closed ones, far from the rest, behind a FIN.", func(s *Interval) uint64 { return s.Unused }),
		number("records.dropped", "Records dropped because the output was too slow.", func(s *Interval) uint64 { return s.Records }),
		number("pdus", "PDUs found.", func(s *Interval) uint64 { return s.PDUs }),
		number("requests.sent", "Requests sent.", func(s *Interval) uint64 { return s.Requests }),
	}
	for i := range track.States {
		state := track.State(i)
		f = append(f, number("requests."+state.String(), "Requests whose state became "+state.String()+".", func(s *Interval) uint64 { return s.States[state] }))
	}
	for i := range track.MsgStates {
		state := track.MsgState(i)
		f = append(f, Field{Name: "stats.messages." + state.String(), Type: Uint, Views: Stats, Doc: "Messages whose state became " + state.String() + ", where messages are followed.",
			get: func(r *Record, v *Value, _ int) {
				if r.Interval.Messages != nil {
					v.uint(r.Interval.Messages[state])
				}
			}})
	}
	f = append(f,
		number("evicted", "Requests and messages forgotten to stay under --max-mem.", func(s *Interval) uint64 { return s.Evicted }),
		number("memory_bytes", "Memory in use at the end of the interval.", func(s *Interval) uint64 { return s.Memory }))
	for _, s := range sheets {
		f = append(f, s.field())
	}
	return f
}
