package track

import (
	"math"
	"net/netip"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// Options are the limits and needs of a Tracker.
type Options struct {
	// ResponseTimeout is how long a request may wait for its response, in
	// capture time, ns.
	ResponseTimeout int64
	// MaxMem is how many bytes the open requests may take, and the responses
	// that wait for theirs; 0: no limit.
	MaxMem int64
	// Keep keeps the octets of open requests, for views that show them.
	Keep bool
	// Recent remembers SUBMITs by their ids for a while, for Event.Submit.
	Recent bool
	// Messages follows messages, for at most ReportTimeout from the SUBMIT to
	// the report, in capture time, ns.
	Messages      bool
	ReportTimeout int64
	// Progress tells of a message with every PDU that concerns it, besides when
	// something is decided.
	Progress bool
	// Pending asks for the events of that kind.
	Pending bool
	// Lent: the Sink keeps no Conn beyond its Closed event, so that it may be used
	// for another connection. It means nothing with Messages, which keep them.
	Lent bool
	// Window is how many requests a side may have open (W of the
	// specification), for the note on those beyond; 0: it is not known.
	Window int
}

// Tracker pairs requests with responses and follows connections. It is a
// dissect.Sink and tells its own Sink one ordered sequence of events.
type Tracker struct {
	sink     Sink
	opt      Options
	stats    Stats
	ev       Event  // reused
	before   Before // of the transaction that is published again
	waiting  list   // open requests, by the time of their newest attempt
	late     list   // open requests whose timeout has passed
	pool     *Txn   // unused, chained by links
	orphans  orphans
	mem      int64
	txns     uint64                  // numbered so far
	now      int64                   // capture time of the newest packet, ns
	dropped  int64                   // capture time of the newest packets dropped, ns
	ending   []ended                 // connections open at the end of the input
	ordered  order                   // reused
	cleared  []*Conn                 // a hole of theirs that was waited for is declared or filled
	gateways map[netip.Addr]*gateway // by server
	life     *lifecycle              // nil: messages are not followed
	recent   recent
}

type ended struct {
	c *Conn
	e reassembly.End
}

// New makes a Tracker that tells sink.
func New(sink Sink, o Options) *Tracker {
	o.Lent = o.Lent && !o.Messages
	t := &Tracker{sink: sink, opt: o, stats: newStats(), gateways: map[netip.Addr]*gateway{}, dropped: math.MinInt64}
	if o.Messages {
		t.life = newLifecycle(t, o.ReportTimeout)
	}
	return t
}

// Stats gives the counts so far.
func (t *Tracker) Stats() *Stats { return &t.stats }

func (t *Tracker) tell(e Event) {
	t.ev = e
	t.sink.Event(&t.ev)
}

// Tick tells that the capture has reached a packet: whatever that decides is
// published before the packet is dissected.
func (t *Tracker) Tick(now capture.Stamp) {
	t.now = now.Time
	t.clearAll()
	for w := t.waiting.head; w != nil && now.Time-w.last >= t.opt.ResponseTimeout; w = t.waiting.head {
		t.expire(w)
	}
	if t.orphans.due(now.Num) {
		t.adopt(now.Num)
	}
	if t.life != nil {
		t.life.tick(now.Time)
	}
}

// Dropped tells that packets were lost at a capture time, between the kernel
// and here: what they held is unknown.
func (t *Tracker) Dropped(at int64) { t.dropped = max(t.dropped, at) }

// Open implements dissect.Sink.
func (t *Tracker) Open(c *dissect.Conn) {
	n, again := c.Own.(*Conn)
	if !again {
		n = &Conn{}
		c.Own = n
	}
	n.begin(c)
	n.gateway = t.join(c)
	t.tell(Event{Kind: Opened, Conn: n})
}

// Gap implements dissect.Sink.
func (t *Tracker) Gap(g *dissect.Gap) {
	c := g.Conn.Own.(*Conn)
	c.read[g.Dir] = g.Offset + g.Bytes
	switch g.Kind {
	case dissect.Skipped:
		c.Dirs[g.Dir].Skipped += g.Bytes
		fallthrough
	case dissect.Missing:
		c.inHole[g.Dir], c.holes[g.Dir] = max(c.inHole[g.Dir], g.Last.Time), true
	}
	t.tell(Event{Kind: Gap, Conn: c, Gap: g})
	if g.Kind == dissect.Missing {
		t.doubt(c, g)
	}
	t.mayClear(c, g.Dir)
}

// PDU implements dissect.Sink.
func (t *Tracker) PDU(p *dissect.PDU) {
	c := p.Conn.Own.(*Conn)
	t.stallEnds(c, p)
	c.pdu(p)
	t.mayClear(c, p.Dir)
	if p.Response() {
		t.response(c, p)
	} else {
		t.request(c, p)
	}
}

func (t *Tracker) request(c *Conn, p *dissect.PDU) {
	k := key{p.CommandID, p.Sequence}
	sum := dissect.Sum(p.Raw)
	if x := c.open[p.Dir].same(k, sum); x != nil {
		t.attempt(x, p)
		return
	}
	x := t.begin(c, p, sum)
	if w := t.opt.Window; w > 0 && x.InFlight > w {
		t.stats.note(p.Note(noteWindow, "", int64(x.InFlight), int64(w)))
	}
	if r := t.orphans.take(c, p.Dir, k); r != nil {
		t.answeredFirst(x, r, p)
		return
	}
	x.face()
	t.add(x)
	t.tell(Event{Kind: PDU, Conn: c, PDU: p, Txn: x, Submit: t.submitOf(p)})
	t.carries(x, p)
}

// submitOf finds the SUBMIT that a report is about.
func (t *Tracker) submitOf(p *dissect.PDU) capture.Stamp {
	if id, ok := p.Uint(layout.ReportOf); ok && t.opt.Recent {
		return t.recent.find(id)
	}
	return capture.Stamp{}
}

// carries follows the messages in a request.
func (t *Tracker) carries(x *Txn, p *dissect.PDU) {
	if t.life == nil {
		return
	}
	switch d := p.SMS.Direction; {
	case p.Class() == dissect.Submit:
		t.life.submitted(x, p)
	case p.Class() == dissect.Deliver && d == dissect.Report:
		t.life.reported(x, p)
	case p.Class() == dissect.Deliver && d == dissect.MO:
		t.life.received(x, p)
	}
}

// answered follows the messages in a request that has its response.
func (t *Tracker) answered(x *Txn) {
	if t.life == nil || x.Command == nil {
		return
	}
	switch x.Command.Class {
	case dissect.Submit:
		t.life.responded(x)
	case dissect.Deliver:
		t.life.acknowledged(x)
	}
}

// begin makes the transaction of a request.
func (t *Tracker) begin(c *Conn, p *dissect.PDU, sum uint64) *Txn {
	x := t.take()
	t.txns++
	x.No = t.txns
	x.Conn, x.Dir, x.Command, x.CommandID, x.Sequence = c, p.Dir, p.Command, p.CommandID, p.Sequence
	x.Version, x.Source, x.Column = p.Version, p.Source, p.Column
	x.Request, x.Attempts, x.State, x.Final = half(p), 1, open, true
	x.RequestID, x.hasID = p.Uint(layout.MessageID)
	if t.opt.Recent && p.Class() == dissect.Submit {
		x.Receivers = int32(len(p.List(layout.To)))
	}
	x.sum, x.last, x.heard = sum, p.Last.Time, uint32(c.Net[p.Dir.Reverse()].Packets)
	if t.opt.Keep {
		x.keep(p.Raw)
	}
	d := &c.Dirs[p.Dir]
	d.Requests++
	d.InFlight++
	d.MaxInFlight = max(d.MaxInFlight, d.InFlight)
	x.InFlight = d.InFlight
	t.stats.Requests++
	return x
}

// add makes the transaction wait for its response.
func (t *Tracker) add(x *Txn) {
	x.Conn.open[x.Dir].add(x)
	t.waiting.insert(x)
	t.hold(x)
}

// Mem is the memory, in bytes, that open requests, waiting responses and
// messages take, as counted for Options.MaxMem.
func (t *Tracker) Mem() int64 {
	if t.life != nil {
		return t.mem + t.life.mem + t.life.early.mem
	}
	return t.mem
}

// hold counts what is kept, and forgets the oldest while it is too much.
func (t *Tracker) hold(x *Txn) {
	t.mem += x.size()
	if t.life != nil {
		t.life.shrink(nil)
	}
	for t.opt.MaxMem > 0 && t.Mem() > t.opt.MaxMem && t.evict(x) {
	}
}

// attempt takes a request that was sent again: the first keeps the clock, the
// newest the timeout.
func (t *Tracker) attempt(x *Txn, p *dissect.PDU) {
	x.Attempts++
	x.last = p.Last.Time
	t.unlist(x)
	x.timedOut = false
	x.lapsed = x.lapsed && x.last >= x.due
	t.waiting.insert(x)
	t.stats.note(p.Note(noteRepeated, "", int64(x.Attempts)))
	t.tell(Event{Kind: PDU, Conn: x.Conn, PDU: p, Txn: x})
	if t.life != nil {
		t.life.resent(x, p)
	}
}

func (t *Tracker) unlist(x *Txn) {
	t.acquit(x)
	if x.timedOut {
		t.late.remove(x)
	} else {
		t.waiting.remove(x)
	}
}

func (t *Tracker) response(c *Conn, p *dissect.PDU) {
	dir := p.Dir.Reverse()
	x := c.open[dir].oldest(key{p.CommandID &^ responseBit, p.Sequence})
	if x == nil {
		x = t.orphan(c, p)
		t.orphans.add(x)
		t.hold(x)
		t.tell(Event{Kind: PDU, Conn: c, PDU: p})
		return
	}
	if n := x.echo(p); n != nil {
		t.stats.note(p.Note(n, ""))
	}
	t.close(x)
	t.takeBack(x)
	x.answer(p)
	c.served[dir] = max(c.served[dir], x.Request.Last.Time)
	if t.opt.Recent && x.Receivers > 0 && x.MessageID != 0 && !x.Failed() {
		t.recent.add(x.MessageID, int(x.Receivers), p.Proto.NthID, x.Request.Last)
	}
	switch x.class() {
	case dissect.KeepAlive:
		c.Heartbeat.Add(x.Latency())
	case dissect.Submit:
		if x.MessageID != 0 {
			c.idTime(x)
		}
	}
	if x.late(p.Last.Time, t.opt.ResponseTimeout) {
		x.note(noteLate, "")
	}
	t.tell(Event{Kind: PDU, Conn: c, PDU: p, Txn: x})
	t.publish(x)
	t.answered(x)
	t.release(x)
}

// responseBit marks responses (C§1.5).
const responseBit = 1 << 31

// expire publishes a request whose timeout has passed. It stays open: a late
// answer publishes it again.
func (t *Tracker) expire(x *Txn) {
	t.waiting.remove(x)
	x.timedOut = true
	t.late.push(x)
	t.takeBack(x)
	x.Final, x.Decided = false, x.last+t.opt.ResponseTimeout
	if !x.lapsed {
		x.lapsed, x.due = true, x.Decided
	}
	why := t.blind(x)
	if why == "" {
		t.accuse(x)
	} else {
		x.State = Unknown
		x.note(noteBlind, why)
		t.publish(x)
		if why == inGap && x.waitsForHole() {
			x.doubted = true
			x.Conn.doubted[x.Dir].push(x)
		}
	}
	if t.life != nil && (x.State == NoResponse || x.report) {
		t.life.silent(x)
	}
}

// blind says why the response may have been missed, or is empty.
func (t *Tracker) blind(x *Txn) string {
	if t.dropped >= x.Request.Last.Time {
		return "packets were dropped since"
	}
	return x.blind()
}

// inGap is the reason of a note where a hole may hold the response.
const inGap = "the other direction has a gap since"

// blind is what the connection alone says to that.
func (x *Txn) blind() string {
	c, back := x.Conn, x.Dir.Reverse()
	switch {
	case uint32(c.Net[back].Packets) == x.heard && c.Net[back].Newest <= x.Request.Last.Time:
		return "nothing was captured of the other direction since"
	case c.holes[back] && c.inHole[back] >= x.Request.Last.Time, c.Net[back].Waiting:
		return inGap
	case int64(c.Net[back].Bytes+c.Net[back].Missing) != c.read[back]:
		return "octets of the other direction could not be read"
	}
	return ""
}

// close takes a transaction out of the open ones.
func (t *Tracker) close(x *Txn) {
	t.unlist(x)
	x.Conn.open[x.Dir].remove(x)
	x.Conn.Dirs[x.Dir].InFlight--
	t.mem -= x.size()
}

// evict publishes the oldest open request, or if there is none the oldest
// response that waits for its request, unless that is x itself, and forgets it.
func (t *Tracker) evict(x *Txn) bool {
	old := t.late.head
	if old == nil {
		old = t.waiting.head
	}
	lone := t.orphans.head
	switch {
	case old != nil && old != x:
		t.settle(old, Unknown, "it was forgotten to stay under --max-mem")
	case lone != nil && lone != x:
		t.publishOrphan(t.orphans.pop())
	default:
		return false
	}
	t.stats.Evicted++
	return true
}

// settle publishes an open request that will not be answered any more. One
// whose timeout was published before has no news.
func (t *Tracker) settle(x *Txn, s State, why string) {
	if !x.timedOut && t.now-x.last >= t.opt.ResponseTimeout {
		t.expire(x) // a hole held it back, and let it go just now
	}
	open := x.Conn.Dirs[x.Dir].InFlight
	t.close(x)
	if !x.timedOut {
		t.takeBack(x)
		if s != Unknown && x.blind() == "" {
			t.stallCosts(x, open)
		}
		x.State, x.Final, x.Decided = s, true, t.now
		switch {
		case why != "":
			x.note(noteBlind, why)
		case s == ConnClosed && x.class() == dissect.Deliver && t.blind(x) == "":
			x.note(noteDeliver, "", (t.now-x.Request.Last.Time)/1e6)
		}
		t.publish(x)
	}
	if t.life != nil && s != CaptureEnded {
		t.life.unacknowledged(x, true)
	}
	t.release(x)
}

// takeBack uncounts what was published of a transaction: there is news.
func (t *Tracker) takeBack(x *Txn) {
	if !x.published {
		return
	}
	t.stats.takeBack(x)
	x.Conn.Dirs[x.Dir].unanswered(x.State, ^uint64(0))
	t.before = Before{x.State, x.Decided, append(t.before.Notes[:0], x.Notes...)}
	x.Notes = x.Notes[:0]
	x.Revision++
}

// publish tells of a transaction.
func (t *Tracker) publish(x *Txn) {
	x.Conn.Dirs[x.Dir].unanswered(x.State, 1)
	if x.answeredByRequest() {
		x.note(noteFaced, "")
	}
	x.published = true
	t.stats.txn(x)
	e := Event{Kind: Transaction, Conn: x.Conn, Txn: x}
	if x.Revision > 0 {
		e.Before = &t.before
	}
	t.tell(e)
}

// take gives an unused Txn.
func (t *Tracker) take() *Txn {
	x := t.pool
	if x == nil {
		return &Txn{}
	}
	t.pool = x.links[waits].next
	*x = Txn{Raw: x.Raw[:0], Notes: x.Notes[:0]}
	return x
}

func (t *Tracker) release(x *Txn) {
	if x.early != nil {
		x.early.x = nil
	}
	x.links[waits].next = t.pool
	t.pool = x
}

// txnSize is what an open transaction takes besides the request's octets: the
// struct, its share of the connection's table, and a note.
const txnSize = 512

func (x *Txn) size() int64 { return txnSize + int64(cap(x.Raw)) }
