// Package relay has what lies behind the dissector run on a goroutine of its own:
// messages take longer to follow than their PDUs to find.
package relay

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// Next is what lies behind: a sink that hears of packets, too.
type Next interface {
	dissect.Sink
	Tick(now capture.Stamp)
}

// batches are filled, waiting and read in turn.
const batches = 6

// Relay is a dissect.Sink that calls another on a goroutine of its own: the same
// calls in the same order, in each of which connections have the counters that
// they had here. Put and Counted are for the options of the Dissector.
//
// All methods belong to one goroutine. A panic of next is theirs. Behind Wait and
// End nothing runs.
type Relay struct {
	next Next
	full func() bool

	fill    *batch
	filled  chan *batch
	free    chan *batch
	changed []*end // of which the counters may have changed since they were sent
	stopped atomic.Bool

	done     chan struct{}
	panicked string // what next has panicked with, and where; read behind done
}

// end is a connection on this side.
type end struct {
	conn    *dissect.Conn
	far     *far
	sent    counters
	changed bool
}

// far is a connection as next knows it.
type far struct {
	conn dissect.Conn
	tcp  reassembly.Conn
}

// counters are what packets change of a connection.
type counters struct {
	net       [2]reassembly.Net
	last      capture.Stamp
	midstream bool // until its SYN is found, captured late
}

// New makes a Relay to next, which End ends. full is asked on the other
// goroutine, now and then: once it is true, next is told of nothing more.
func New(next Next, full func() bool) *Relay {
	r := &Relay{next: next, full: full, fill: new(batch), filled: make(chan *batch, batches), free: make(chan *batch, batches), done: make(chan struct{})}
	for range batches - 1 {
		r.free <- new(batch)
	}
	go r.run()
	return r
}

// Full reports whether next wants nothing more. It knows that late.
func (r *Relay) Full() bool { return r.stopped.Load() }

// Put gives the PDU that is to be filled in next, and raw where it stays as long.
func (r *Relay) Put(raw []byte) (*dissect.PDU, []byte) { return r.fill.put(raw) }

// Counted tells that counters of a connection change, or have since the newest call.
func (r *Relay) Counted(c *dissect.Conn) {
	if e := c.Own.(*end); !e.changed {
		e.changed = true
		r.changed = append(r.changed, e)
	}
}

// Tick tells that the capture has reached a packet.
func (r *Relay) Tick(now capture.Stamp) {
	r.count(nil)
	r.fill.tick(now)
	r.called()
}

// Open implements dissect.Sink.
func (r *Relay) Open(c *dissect.Conn) {
	r.count(nil)
	f := &far{conn: *c, tcp: *c.Conn}
	f.conn.Conn, f.conn.Own, f.conn.Notes = &f.tcp, nil, nil
	c.Own = &end{conn: c, far: f, sent: counters{c.Net, c.Last, c.Midstream}}
	r.fill.open(f)
	r.called()
}

// PDU implements dissect.Sink. p is that of Put.
func (r *Relay) PDU(p *dissect.PDU) {
	e := p.Conn.Own.(*end)
	r.count(e)
	r.fill.pdu(e)
	r.called()
}

// Gap implements dissect.Sink.
func (r *Relay) Gap(g *dissect.Gap) {
	e := g.Conn.Own.(*end)
	r.count(e)
	r.fill.gap(e, g)
	r.called()
}

// Close implements dissect.Sink. Nobody holds on to c; next has a Conn of its own.
func (r *Relay) Close(c *dissect.Conn, how reassembly.End) (kept bool) {
	e := c.Own.(*end)
	r.count(e)
	r.fill.close(e, how)
	r.called()
	return false
}

// count sends the counters that have changed, own's last, which is what the next
// call is about.
func (r *Relay) count(own *end) {
	for _, e := range r.changed {
		if e.changed = false; e != own {
			e.count(r.fill)
		}
	}
	r.changed = r.changed[:0]
	if own != nil {
		own.count(r.fill)
	}
}

func (e *end) count(b *batch) {
	if c, s := e.conn, &e.sent; c.Last != s.last || c.Net != s.net || c.Midstream != s.midstream {
		s.net, s.last, s.midstream = c.Net, c.Last, c.Midstream
		b.count(e)
	}
}

// called hands over the batch if it is full.
func (r *Relay) called() {
	if r.fill.full() {
		r.hand()
	}
}

// hand hands over the batch, and finds another to fill.
func (r *Relay) hand() {
	r.filled <- r.fill
	select {
	case r.fill = <-r.free:
	case <-r.done:
		panic(r.panicked)
	}
}

// Wait waits until next has been told everything.
func (r *Relay) Wait() {
	r.count(nil)
	read := make(chan struct{})
	r.fill.read = read
	r.hand()
	select {
	case <-read:
	case <-r.done:
		panic(r.panicked)
	}
}

// End ends the goroutine when next has been told everything.
func (r *Relay) End() {
	r.count(nil)
	r.filled <- r.fill
	close(r.filled)
	if <-r.done; r.panicked != "" {
		panic(r.panicked)
	}
}

// run is the goroutine.
func (r *Relay) run() {
	defer close(r.done)
	defer func() {
		if p := recover(); p != nil {
			r.panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	for b := range r.filled {
		if !r.stopped.Load() {
			b.tell(r.next)
			r.stopped.Store(r.full())
		}
		if b.read != nil {
			close(b.read)
		}
		b.reset()
		r.free <- b
	}
}
