package track

import (
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// patience is how many packets a response without a request waits for one:
// captures from several queues of a network card are not quite in order. It
// waits as long again if the requests' direction then has a hole not declared
// yet: the request may be behind it, or be cut by it.
const patience = 200

// orphans are responses that wait for their request, oldest first.
type orphans struct{ list }

func (o *orphans) add(x *Txn) {
	o.push(x)
	x.Conn.lone[x.Dir].add(x)
}

func (o *orphans) due(packet uint64) bool {
	x := o.head
	return x != nil && (packet > x.Response.Last.Num+2*patience || !x.again && packet > x.Response.Last.Num+patience)
}

func (o *orphans) pop() *Txn {
	x := o.head
	if x != nil {
		o.drop(x)
	}
	return x
}

func (o *orphans) drop(x *Txn) {
	o.remove(x)
	x.Conn.lone[x.Dir].remove(x)
}

// take gives the oldest response to a request that was captured after it.
func (o *orphans) take(c *Conn, dir reassembly.Dir, k key) *Txn {
	x := c.lone[dir].oldest(k)
	if x != nil {
		o.drop(x)
	}
	return x
}

// orphan makes the transaction of a response whose request is not there.
func (t *Tracker) orphan(c *Conn, p *dissect.PDU) *Txn {
	x := t.take()
	x.Conn, x.Dir, x.CommandID, x.Sequence = c, p.Dir.Reverse(), p.CommandID&^responseBit, p.Sequence
	x.Command = p.Proto.Command(x.CommandID)
	x.Version, x.Source, x.Column = p.Version, p.Source, p.Column
	x.Final = true
	x.answer(p)
	x.State = OrphanResponse
	return x
}

// answeredFirst publishes a request whose response was captured before it, or
// read before it, since a hole held the request back.
func (t *Tracker) answeredFirst(x, r *Txn, p *dissect.PDU) {
	x.Response, x.Status, x.Spec, x.Unread, x.By, x.MessageID = r.Response, r.Status, r.Spec, r.Unread, r.By, r.MessageID
	x.State, x.Decided = Answered, max(p.Last.Time, r.Decided)
	if x.Response.Last.Num < x.Request.Last.Num {
		x.note(noteFirst, "")
	}
	if x.late(x.Response.Last.Time, t.opt.ResponseTimeout) {
		x.note(noteLate, "")
	}
	t.mem -= r.size()
	t.release(r)
	x.Conn.Dirs[x.Dir].InFlight--
	t.tell(Event{Kind: PDU, Conn: x.Conn, PDU: p, Txn: x, Submit: t.submitOf(p)})
	t.publish(x)
	t.carries(x, p)
	t.answered(x)
	t.release(x)
}

// adopt gives up on responses whose request has not come.
func (t *Tracker) adopt(packet uint64) {
	for t.orphans.due(packet) {
		x := t.orphans.head
		if packet <= x.Response.Last.Num+2*patience && x.Conn.Net[x.Dir].Waiting {
			x.again = true
			t.orphans.remove(x)
			t.orphans.push(x)
			continue
		}
		t.publishOrphan(t.orphans.pop())
	}
}

// orphansOf gives up on those of a connection that has ended.
func (t *Tracker) orphansOf(c *Conn) {
	for _, p := range t.inOrder(&c.lone) {
		t.orphans.drop(p.txn)
		t.publishOrphan(p.txn)
	}
}

func (t *Tracker) publishOrphan(x *Txn) {
	t.mem -= x.size()
	t.txns++
	x.No = t.txns
	x.note(noteOrphan, "")
	t.publish(x)
	t.release(x)
}
