package track

import (
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// A hole may show itself, and be declared, long after the octets in it were
// sent. Requests whose timeout came in between were published as no_response,
// and their responses may be in the hole: that is taken back. Where it had shown
// itself, but held back what was behind it, they were published as unknown; those
// that turn out to have no response there are accused when all is read.

// accuse publishes a transaction as no_response.
func (t *Tracker) accuse(x *Txn) {
	x.State = NoResponse
	switch x.class() {
	case dissect.KeepAlive:
		x.note(noteHeartbeat, "", t.opt.ResponseTimeout/1e6)
	case dissect.Deliver:
		x.note(noteDeliver, "", t.opt.ResponseTimeout/1e6)
	}
	t.stallCosts(x, x.Conn.Dirs[x.Dir].InFlight)
	t.publish(x)
	x.accused = true
	x.Conn.accused[x.Dir].insert(x)
}

// acquit forgets what a transaction was accused of, or might be.
func (t *Tracker) acquit(x *Txn) {
	switch {
	case x.accused:
		x.Conn.accused[x.Dir].remove(x)
	case x.doubted:
		x.Conn.doubted[x.Dir].remove(x)
	}
	x.accused, x.doubted = false, false
}

// doubt publishes anew the requests that a hole may hold the response to. Those
// whose timeout had passed when nothing was missing yet stay accused: the list
// is in order of timeouts, so that a gap looks at no more of them than one.
func (t *Tracker) doubt(c *Conn, g *dissect.Gap) {
	var x *Txn
	for y := c.accused[g.Dir.Reverse()].tail; y != nil && y.last+t.opt.ResponseTimeout > g.Since; y = y.links[accused].prev {
		x = y
	}
	for x != nil {
		newer := x.links[accused].next
		if x.Request.Last.Time <= g.Last.Time {
			t.acquit(x)
			t.takeBack(x)
			x.State, x.Decided = Unknown, t.now
			x.note(noteBlind, inGap)
			t.publish(x)
			if t.life != nil {
				t.life.doubtful(x)
			}
		}
		x = newer
	}
}

// waitsForHole reports whether the direction of the response has a hole that
// may still be filled: what is behind it is not read yet.
func (x *Txn) waitsForHole() bool { return x.Conn.Net[x.Dir.Reverse()].Waiting }

// mayClear takes news of a direction: if a hole of it is gone, the requests that
// waited for what is behind it are looked at when all of that is read.
func (t *Tracker) mayClear(c *Conn, d reassembly.Dir) {
	if x := d.Reverse(); c.doubted[x].head != nil && !c.cleared[x] {
		c.cleared[x] = true
		t.cleared = append(t.cleared, c)
	}
}

// clearAll looks at those of which there was news.
func (t *Tracker) clearAll() {
	for _, c := range t.cleared {
		for d := range c.cleared {
			if c.cleared[d] {
				t.clear(c, reassembly.Dir(d))
			}
		}
	}
	t.cleared = t.cleared[:0]
}

// clear accuses the requests of a direction that were published as unknown
// because of a hole, where that could not hold the response, and what was behind
// it does not.
func (t *Tracker) clear(c *Conn, d reassembly.Dir) {
	c.cleared[d] = false
	for x := c.doubted[d].head; x != nil && !x.waitsForHole(); x = c.doubted[d].head {
		t.acquit(x)
		if t.blind(x) != "" {
			continue
		}
		t.takeBack(x)
		x.Decided = x.last + t.opt.ResponseTimeout
		t.accuse(x)
		if t.life != nil {
			t.life.certain(x)
		}
	}
}
