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
		v.Notes = append(v.Notes, text("Done_time is in zone %s", "Done_time 的时区是 %s", record.ZoneName(s.Zone)))
	}
	switch off := c.Duration(max(s.Ahead, -s.Ahead)); {
	case s.Ahead-s.Error >= misleads:
		v.Notes = append(v.Notes, text("Done_time is by a clock that is %s ahead of the capture's, give or take %s", "Done_time 所用时钟比抓包时钟快 %s（误差 %s）", off, c.Duration(s.Error)))
	case -s.Ahead-s.Error >= misleads:
		v.Notes = append(v.Notes, text("Done_time is by a clock that is %s behind the capture's, give or take %s", "Done_time 所用时钟比抓包时钟慢 %s（误差 %s）", off, c.Duration(s.Error)))
	}
}
