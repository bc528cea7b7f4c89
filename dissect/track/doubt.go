package track

import "cmppdump/dissect"

// A hole may show itself, and be declared, long after the octets in it were
// sent. Requests whose timeout came in between were published as no_response,
// and their responses may be in the hole: that is taken back.

// accuse notes that a transaction was published as no_response.
func (t *Tracker) accuse(x *Txn) {
	x.accused = true
	x.Conn.accused[x.Dir].push(x)
}

// acquit forgets it.
func (t *Tracker) acquit(x *Txn) {
	if x.accused {
		x.accused = false
		x.Conn.accused[x.Dir].remove(x)
	}
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
