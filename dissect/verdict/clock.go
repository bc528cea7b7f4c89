package verdict

import (
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// misleads is how far a clock must be off for Done_time to mislead: a good part
// of a minute, which is all that Done_time tells.
const misleads = 30e9

// clock notes where Done_time cannot be held against times of the capture.
func (v *Verdict) clock(m *track.Msg, c *Context) {
	p := m.LastReport()
	if p == nil || len(p.DoneText()) == 0 {
		return
	}
	s, ok := m.Conn.DoneSkew()
	if !ok {
		return
	}
	if s.Zone != m.Conn.Proto.Zone {
		v.note(sayZone.With(record.ZoneName(s.Zone)))
	}
	switch off := c.Duration(max(s.Ahead, -s.Ahead)); {
	case s.Ahead-s.Error >= misleads:
		v.note(sayClockAhead.With(off, c.Duration(s.Error)))
	case -s.Ahead-s.Error >= misleads:
		v.note(sayClockBehind.With(off, c.Duration(s.Error)))
	}
}
