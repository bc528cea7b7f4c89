package track

import (
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// StalledAfter is the silence of a side, with requests to it open, that is worth
// a note, in ns.
const StalledAfter = 10e9

// Open counts the requests of a direction that wait for their response, those
// past the response timeout not counted, and gives the capture time of the
// oldest in ns; 0 if there is none.
func (c *Conn) Open(d reassembly.Dir) (n int, oldest int64) {
	c.open[d].each(func(x *Txn) {
		if x.timedOut {
			return
		}
		if t := x.Request.Last.Time; n == 0 || t < oldest {
			oldest = t
		}
		n++
	})
	return n, oldest
}

// EachOpen tells of all requests that wait for their response, those past the
// response timeout not among them, in no order.
func (c *Conn) EachOpen(tell func(*Txn)) {
	for d := range c.open {
		c.open[d].each(func(x *Txn) {
			if !x.timedOut {
				tell(x)
			}
		})
	}
}

// Heard is the capture time of the newest PDU of a direction in ns; 0 if there
// was none.
func (c *Conn) Heard(d reassembly.Dir) int64 { return c.heard[d] }

// Silence is for how long the side that answers the requests of direction d has
// sent no PDU while one of them was open, at a capture time, in ns, and how many
// are open; 0 if none is or the side was never heard.
func (c *Conn) Silence(d reassembly.Dir, now int64) (ns int64, open int) {
	heard := c.heard[d.Reverse()]
	if c.Dirs[d].InFlight == 0 || heard == 0 || now-heard < StalledAfter {
		return 0, 0
	}
	open, oldest := c.inTurn(d)
	if open == 0 {
		return 0, 0
	}
	return max(0, now-max(heard, oldest)), open
}

// inTurn is Open, those not counted that a later request was answered before: a
// side that leaves out one and goes on with others is not silent, it has nothing
// to answer.
func (c *Conn) inTurn(d reassembly.Dir) (n int, oldest int64) {
	c.open[d].each(func(x *Txn) {
		if t := x.Request.Last.Time; !x.timedOut && t >= c.served[d] {
			if n == 0 || t < oldest {
				oldest = t
			}
			n++
		}
	})
	return n, oldest
}

// Stalled reports whether the silence is worth a note.
func (c *Conn) Stalled(d reassembly.Dir, now int64) bool {
	ns, _ := c.Silence(d, now)
	return ns >= StalledAfter
}

// stallEnds notes that a PDU ends a silence. It is called before the connection
// takes the PDU.
func (t *Tracker) stallEnds(c *Conn, p *dissect.PDU) {
	heard := c.heard[p.Dir]
	ns, open := c.Silence(p.Dir.Reverse(), p.Last.Time)
	if ns < StalledAfter || c.told[p.Dir] == heard || c.holes[p.Dir] && c.inHole[p.Dir] >= heard {
		return
	}
	c.told[p.Dir] = heard
	t.stats.note(p.Note(noteStalled, "", ns/1e6, int64(open)))
}

// stallCosts notes on a request that was published without a response that
// the other side was silent, if nobody was told.
func (t *Tracker) stallCosts(x *Txn, open int) {
	back := x.Dir.Reverse()
	heard := x.Conn.heard[back]
	silence := t.now - max(heard, x.Request.Last.Time)
	if heard == 0 || silence < StalledAfter || x.Conn.told[back] == heard || x.Request.Last.Time < x.Conn.served[x.Dir] {
		return
	}
	x.Conn.told[back] = heard
	x.Notes = append(x.Notes, dissect.Note{Spec: noteStalled, Num: [3]int64{silence / 1e6, int64(open)}})
}
