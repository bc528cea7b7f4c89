// Package pool has events written as records on several cores.
package pool

import (
	"slices"
	"sync"
	"time"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

const (
	// batchEvents is how many events are written at a time: enough that handing
	// them over costs little, few enough that they stay in a core's cache.
	batchEvents = 64
	// backlog is how many batches wait for each worker before the caller writes
	// itself: with few, goroutines sleep and wake all the time, which costs more
	// than to work.
	backlog = 4
	// batches is how many there are for each worker.
	batches = 4 * backlog
	// promptly is after how long a batch is written though it is not full: the
	// input may be a pipe that somebody is still filling.
	promptly = 20 * time.Millisecond
)

// Writer writes events as records. What it writes of an event that is put away
// must not depend on the events before it.
type Writer interface {
	// Append appends the record of an event, if it has one.
	Append(dst []byte, e *track.Event) []byte
}

// IntervalWriter is a Writer that has records of intervals.
type IntervalWriter interface {
	AppendInterval(dst []byte, s *record.Interval) []byte
}

// Records is where a Pool writes: whole records, of which ends has the offsets
// behind each in b. b is lent.
type Records interface {
	WriteRecords(b []byte, ends []int) error
}

// Options are how a Pool works.
type Options struct {
	// Later are the views whose events are put away and written by whoever has
	// time: of PDU, Txn and Msg. Other events, which depend on what may change
	// later, are written at once, and their records only wait for their turn.
	Later record.View
	// Requests: a response is put away with its transaction.
	Requests bool
	Workers  int // goroutines of the Pool's own
}

// Pool is a render.Renderer that has events written by goroutines of its own, in
// the order of the events. While enough waits for them, the caller's goroutine
// writes too, so that no core waits for another: straight away, which is less
// work than to put events away and decode them again.
type Pool struct {
	Options
	out   Records
	timer *time.Timer
	wait  sync.WaitGroup

	// The caller's goroutine's own.
	now  hand
	busy bool // enough waits for the workers

	mu      sync.Mutex
	ready   sync.Cond // there is a batch to write, or there will be none
	freed   sync.Cond // a batch became free
	fill    *batch    // that is filled, or nil
	queue   []*batch  // to be written, oldest first
	order   []*batch  // handed over and not in the output, oldest first
	free    []*batch
	passing bool // somebody passes batches on to the output
	closing bool
	err     error // of the output; ends everything
}

// New makes a Pool, whose goroutines Close ends. Each has a writer of its own.
func New(out Records, writer func() Writer, o Options) *Pool {
	p := &Pool{Options: o, now: hand{Writer: writer()}, out: out}
	p.ready.L, p.freed.L = &p.mu, &p.mu
	p.timer = time.AfterFunc(time.Hour, p.hurry)
	p.timer.Stop()
	for range batches * o.Workers {
		p.free = append(p.free, new(batch))
	}
	p.wait.Add(o.Workers)
	for range o.Workers {
		go p.run(&hand{Writer: writer()})
	}
	return p
}

// Event implements render.Renderer. The error may be of an earlier event.
func (p *Pool) Event(e *track.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.batch(); !p.busy && record.ViewOf(e.Kind)&p.Later != 0 {
		b.keep(e, p.Requests)
	} else {
		b.add(func(dst []byte) []byte { return p.now.Append(dst, e) })
	}
	return p.added()
}

// Interval writes the record of what was counted in an interval.
func (p *Pool) Interval(s *record.Interval) error {
	w, ok := p.now.Writer.(IntervalWriter)
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.batch().add(func(dst []byte) []byte { return w.AppendInterval(dst, s) })
	return p.added()
}

// added hands over the batch that is filled, if it is full.
func (p *Pool) added() error {
	if p.fill.full() {
		p.send()
		p.busy = len(p.queue) >= backlog*p.Workers
	}
	return p.err
}

// batch is the one that is filled.
func (p *Pool) batch() *batch {
	if p.fill == nil {
		p.begin()
	}
	return p.fill
}

// begin finds a batch to fill. While there is none, the caller works off what
// waits.
func (p *Pool) begin() {
	for len(p.free) == 0 {
		if len(p.queue) > 0 {
			p.work(&p.now)
		} else {
			p.freed.Wait()
		}
	}
	last := len(p.free) - 1
	p.fill, p.free = p.free[last], p.free[:last]
	p.timer.Reset(promptly)
}

// send hands over the batch that is filled.
func (p *Pool) send() {
	b := p.fill
	p.fill, p.order = nil, append(p.order, b)
	if b.written = b.jobs.n == 0; b.written {
		p.pass()
		return
	}
	p.queue = append(p.queue, b)
	p.ready.Signal()
}

// hurry has what waits written now.
func (p *Pool) hurry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fill != nil {
		p.send()
	}
}

// Close implements render.Renderer.
func (p *Pool) Close() error {
	p.timer.Stop()
	p.hurry()
	p.mu.Lock()
	p.closing = true
	p.mu.Unlock()
	p.ready.Broadcast()
	p.wait.Wait()
	return p.err
}

// run works until there will be nothing more to do.
func (p *Pool) run(h *hand) {
	defer p.wait.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case len(p.queue) > 0:
			p.work(h)
		case p.closing:
			return
		default:
			p.ready.Wait()
		}
	}
}

// work writes the oldest batch that waits, and passes on what has its turn.
func (p *Pool) work(h *hand) {
	b := p.queue[0]
	p.queue = slices.Delete(p.queue, 0, 1)
	p.mu.Unlock()
	b.write(h)
	p.mu.Lock()
	b.written = true
	p.pass()
}

// pass gives the output the batches that are written, up to the first that is
// not, unless somebody does already.
func (p *Pool) pass() {
	if p.passing {
		return
	}
	p.passing = true
	for len(p.order) > 0 && p.order[0].written {
		b := p.order[0]
		p.order = slices.Delete(p.order, 0, 1)
		if p.err == nil && len(b.out) > 0 {
			p.mu.Unlock()
			err := p.out.WriteRecords(b.out, b.ends)
			p.mu.Lock()
			p.err = err
		}
		b.reset()
		p.free = append(p.free, b)
		p.freed.Signal()
	}
	p.passing = false
}
