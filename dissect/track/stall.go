package track

import (
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// stalled is the silence of a side, with requests to it open, that is worth a
// note, in ns.
const stalled = 10e9

// Oldest is the capture time of the oldest open request of a direction in ns; 0
// if none is open.
func (c *Conn) Oldest(d reassembly.Dir) (at int64) {
	c.open[d].each(func(x *Txn) {
		if t := x.Request.Last.Time; at == 0 || t < at {
			at = t
		}
	})
	return at
}

// Heard is the capture time of the newest PDU of a direction in ns; 0 if there
// was none.
func (c *Conn) Heard(d reassembly.Dir) int64 { return c.heard[d] }

// Silence is for how long the side that answers the requests of direction d has
// sent no PDU while one of them was open, at a capture time, in ns; 0 if none is
// open or the side was never heard.
func (c *Conn) Silence(d reassembly.Dir, now int64) int64 {
	heard := c.heard[d.Reverse()]
	if c.Dirs[d].InFlight == 0 || heard == 0 {
		return 0
	}
	return max(0, now-max(heard, c.Oldest(d)))
}

// Stalled reports whether the silence is worth a note.
func (c *Conn) Stalled(d reassembly.Dir, now int64) bool {
	heard := c.heard[d.Reverse()]
	return heard != 0 && c.Dirs[d].InFlight > 0 && now-heard >= stalled && c.Silence(d, now) >= stalled
}

// stallEnds notes that a PDU ends a silence. It is called before the connection
// takes the PDU.
func (t *Tracker) stallEnds(c *Conn, p *dissect.PDU) {
	d := p.Dir.Reverse()
	if !c.Stalled(d, p.Last.Time) || c.holes[p.Dir] && c.inHole[p.Dir] >= c.heard[p.Dir] {
		return
	}
	if heard := c.heard[p.Dir]; c.told[p.Dir] != heard {
		c.told[p.Dir] = heard
		t.stats.note(p.Note(noteStalled, "", c.Silence(d, p.Last.Time)/1e6, int64(c.Dirs[d].InFlight)))
	}
}

// stallCosts notes on a request that was published without a response that
// the other side was silent, if nobody was told.
func (t *Tracker) stallCosts(x *Txn, open int) {
	back := x.Dir.Reverse()
	heard := x.Conn.heard[back]
	silence := t.now - max(heard, x.Request.Last.Time)
	if heard == 0 || silence < stalled || x.Conn.told[back] == heard {
		return
	}
	x.Conn.told[back] = heard
	x.Notes = append(x.Notes, dissect.Note{Spec: noteStalled, Num: [3]int64{silence / 1e6, int64(open)}})
}
