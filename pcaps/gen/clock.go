package gen

import (
	"time"

	"cmppdump/pcaps/peer/wire"
)

// clock keeps the forms of local time that PDUs need, since capture time
// moves on by a second only once in thousands of PDUs.
type clock struct {
	second  int64 // since 1970
	id      wire.MsgID
	minute  string                // YYMMDDHHMM
	minutes map[wire.MsgID]string // minute, by the same minute in a Msg_Id
}

// set moves the clock to ns since 1970.
func (c *clock) set(ns int64) {
	s := ns / int64(time.Second)
	if s == c.second {
		return
	}
	t := time.Unix(s, 0).In(zone)
	c.second, c.id = s, wire.NewMsgID(t, gateway, 0)
	if key := c.id >> 44; c.minutes[key] == "" {
		c.minutes[key] = t.Format("0601021504")
	}
	c.minute = c.minutes[c.id>>44]
}

// submitTime is the minute at which a Msg_Id was given out.
func (c *clock) submitTime(id wire.MsgID) string { return c.minutes[id>>44] }
