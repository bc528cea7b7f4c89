package track

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// Clock is what PDUs tell of how far a clock is ahead of the capture's. A time
// in a PDU was written between two packets, so each bounds that on both sides:
// of all of them, the closest bounds are kept. The zero value knows nothing.
type Clock struct {
	least, most int64 // ahead, ns, the zone of the clock included
	low, high   bool  // which of them are known
}

// atLeast and atMost take a bound.
func (k *Clock) atLeast(ns int64) {
	if !k.low || ns > k.least {
		k.least, k.low = ns, true
	}
}

func (k *Clock) atMost(ns int64) {
	if !k.high || ns < k.most {
		k.most, k.high = ns, true
	}
}

// wholeMillis drops what nobody can know so exactly.
func wholeMillis(ns int64) int64 { return ns / 1e6 * 1e6 }

// Skew is how far a clock is ahead of the capture's.
type Skew struct {
	Ahead int64 // ns, in whole milliseconds; behind if negative
	Error int64 // it may be so much more or less, ns, in whole milliseconds
	Zone  int64 // in which the clock's times were read, ns east of UTC
}

// vague is the error beyond which a clock says nothing, ns.
const vague = 900e9

// Skew gives the middle between the bounds, and reports whether there is one.
// The clock is taken to be in the protocol's zone or in UTC, whichever it is
// nearer to.
func (k *Clock) Skew(p *dissect.Protocol) (s Skew, ok bool) {
	if !k.low || !k.high {
		return s, false
	}
	s.Error = (k.most - k.least) / 2
	s.Ahead = k.least + s.Error
	if s.Error < 0 { // it was set, or there are several
		s.Error = -s.Error
	}
	if s.Ahead > p.Zone/2 {
		s.Zone = p.Zone
	}
	s.Ahead -= s.Zone
	s.Ahead, s.Error = wholeMillis(s.Ahead), wholeMillis(s.Error)
	return s, s.Error <= vague
}

// The clocks that a connection tells of.
const (
	LoginClock = iota // of who logged in: Timestamp of a login
	IDClock           // of the gateway: the time in the ids that it gives out
	DoneClock         // of who writes the reports: Done_time
	Clocks
)

// farOff is how far a time in an id or a report may be off, in ns, that is
// taken for one: not every platform puts times where they belong.
const farOff = 36 * 3600e9

// gateway is what all connections to a server tell of its clocks: those of its
// ids and of its reports.
type gateway struct {
	ids, done Clock
	conns     int // that are open
}

// join gives what a connection shares with others to its server.
func (t *Tracker) join(c *dissect.Conn) *gateway {
	g := t.gateways[c.Server.Addr()]
	if g == nil {
		g = &gateway{}
		t.gateways[c.Server.Addr()] = g
	}
	g.conns++
	return g
}

// leave tells that a connection has ended.
func (t *Tracker) leave(c *Conn) {
	if c.gateway.conns--; c.gateway.conns == 0 {
		delete(t.gateways, c.Server.Addr())
	}
}

// DoneSkew is how far the clock behind Done_time is off, by the reports on all
// connections to the server.
func (c *Conn) DoneSkew() (Skew, bool) { return c.gateway.done.Skew(c.Proto) }

// CopyClocks makes c, which is a copy of another connection and no tracker's, know
// its clocks.
func (c *Conn) CopyClocks(from *Conn) {
	c.Clocks = from.Clocks
	if c.gateway == nil {
		c.gateway = &gateway{}
	}
	c.gateway.done = from.gateway.done
}

// loginTime takes the time in a login. It is taken to have been made less than
// a second before.
func (c *Conn) loginTime(p *dissect.PDU) {
	n, ok := p.Uint(layout.Timestamp)
	if !ok {
		return
	}
	if from, before, ok := p.Proto.LoginTime(n, p.Last.Time); ok {
		k := &c.Clocks[LoginClock]
		k.atLeast(from - p.Last.Time)
		k.atMost(before - p.Last.Time)
	}
}

// idTime takes the time in the id that the response to a SUBMIT gave.
func (c *Conn) idTime(x *Txn) {
	from, before, ok := c.Proto.IDTime(x.MessageID, x.Response.Last.Time)
	if !ok || abs(from-x.Response.Last.Time) > farOff {
		return
	}
	for _, k := range [...]*Clock{&c.Clocks[IDClock], &c.gateway.ids} {
		k.atLeast(from - x.Response.Last.Time)
		k.atMost(before - x.Request.Last.Time)
	}
}

// doneTime takes Done_time of a report. It was not before the id that the report
// names was made, whose time is by another clock.
func (c *Conn) doneTime(p *dissect.PDU) {
	from, before, ok := p.Proto.DoneTime(p.Text(layout.DoneTime, p.Raw))
	if !ok || abs(from-p.Last.Time) > farOff {
		return
	}
	id, _ := p.Uint(layout.ReportOf)
	made, _, ok := p.Proto.IDTime(id, p.Last.Time)
	ok = ok && c.gateway.ids.high && abs(made-p.Last.Time) <= farOff
	for _, k := range [...]*Clock{&c.Clocks[DoneClock], &c.gateway.done} {
		k.atLeast(from - p.Last.Time)
		if ok {
			k.atMost(before - made + c.gateway.ids.most)
		}
	}
}

func abs(ns int64) int64 { return max(ns, -ns) }
