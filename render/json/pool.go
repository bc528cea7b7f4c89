package json

import (
	"slices"
	"sync"
	"time"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

const (
	// batchJobs is how many records are written at a time: enough that handing
	// them over costs little, few enough that they stay in a core's cache.
	batchJobs = 64
	// slack is how many batches may wait besides two for each worker: with
	// few, goroutines sleep and wake all the time, which costs more than to
	// work.
	slack = 8
	// promptly is after how long a batch is written though it is not full: the
	// input may be a pipe that somebody is still filling.
	promptly = 20 * time.Millisecond
)

// Pool is a Renderer that has the records of PDUs and messages written by
// goroutines of its own, in the order of the events. The caller's goroutine helps
// where they do not keep up, so that no core waits for another. Other records,
// which depend on what may change later, are written at once and only wait for
// their turn.
type Pool struct {
	now   *Renderer // the caller's
	out   Records
	timer *time.Timer
	wait  sync.WaitGroup

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

// Records is where a Pool writes: whole records, of which ends has the offsets
// behind each in b. b is lent.
type Records interface {
	WriteRecords(b []byte, ends []int) error
}

// batch is records that are written by one goroutine.
type batch struct {
	jobs    []job
	n       int
	msgs    []track.KeptMsg // apart from the jobs, since most batches have none
	nMsg    int
	written bool
	out     []byte
	ends    []int
}

// job is one record: a PDU or a message to be written, or a line that is.
type job struct {
	kind track.Kind  // PDU, Message; of others line is the record
	conn *track.Conn // of PDU
	pdu  dissect.Kept
	line []byte
}

// NewPool makes a Pool with so many goroutines of its own, which Close ends.
func NewPool(out Records, t *record.Table, views record.View, o record.Options, workers int) *Pool {
	p := &Pool{now: New(nil, t, views, o), out: out}
	p.ready.L, p.freed.L = &p.mu, &p.mu
	p.timer = time.AfterFunc(time.Hour, p.hurry)
	p.timer.Stop()
	for range 2*workers + slack {
		p.free = append(p.free, &batch{jobs: make([]job, batchJobs)})
	}
	p.wait.Add(workers)
	for range workers {
		go p.run(New(nil, t, views, o))
	}
	return p
}

// Event implements render.Renderer. The error may be of an earlier event.
func (p *Pool) Event(e *track.Event) error {
	switch {
	case !p.now.rec.Set(e, p.now.views):
		return nil
	case e.Kind == track.PDU, e.Kind == track.Message:
		return p.put(e, nil)
	}
	return p.put(e, p.now.record())
}

// Interval writes the record of what was counted in an interval.
func (p *Pool) Interval(s *record.Interval) error {
	p.now.rec.SetInterval(s)
	return p.put(&track.Event{Kind: track.Closed}, p.now.record())
}

// put copies an event, or the line of one, into the batch that is filled.
func (p *Pool) put(e *track.Event, line []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fill == nil {
		p.begin()
	}
	b := p.fill
	b.add(e, line)
	if b.n == len(b.jobs) {
		p.send()
	}
	return p.err
}

// add copies an event into the batch: a PDU or a message as it is, of another the
// line.
func (b *batch) add(e *track.Event, line []byte) {
	j := &b.jobs[b.n]
	b.n++
	switch j.kind = e.Kind; j.kind {
	case track.PDU:
		j.conn = e.Conn
		j.pdu.Keep(e.PDU)
	case track.Message:
		if b.nMsg++; b.nMsg > len(b.msgs) {
			b.msgs = append(b.msgs, track.KeptMsg{})
		}
		b.msgs[b.nMsg-1].Keep(e.Msg)
	default:
		j.line = append(j.line[:0], line...)
	}
}

// begin finds a batch to fill. While there is none, the caller works off what
// waits.
func (p *Pool) begin() {
	for len(p.free) == 0 {
		if len(p.queue) > 0 {
			p.work(p.now)
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
	p.queue, p.order = append(p.queue, p.fill), append(p.order, p.fill)
	p.fill = nil
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
func (p *Pool) run(r *Renderer) {
	defer p.wait.Done()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case len(p.queue) > 0:
			p.work(r)
		case p.closing:
			return
		default:
			p.ready.Wait()
		}
	}
}

// work writes the oldest batch that waits, and passes on what has its turn.
func (p *Pool) work(r *Renderer) {
	b := p.queue[0]
	p.queue = slices.Delete(p.queue, 0, 1)
	p.mu.Unlock()
	b.write(r)
	p.mu.Lock()
	b.written = true
	if !p.passing {
		p.pass()
	}
}

// write writes the records into the batch.
func (b *batch) write(r *Renderer) {
	msgs := b.msgs
	for i := range b.jobs[:b.n] {
		switch j := &b.jobs[i]; j.kind {
		case track.PDU:
			j.pdu.Load(&r.pdu)
			r.rec.Set(&track.Event{Kind: j.kind, Conn: j.conn, PDU: &r.pdu}, record.PDU)
			b.out = append(r.table.AppendJSON(b.out, &r.rec), '\n')
		case track.Message:
			m := msgs[0].Load()
			msgs = msgs[1:]
			r.rec.Set(&track.Event{Kind: j.kind, Conn: m.Conn, Msg: m}, record.Msg)
			b.out = append(r.table.AppendJSON(b.out, &r.rec), '\n')
		default:
			b.out = append(b.out, j.line...)
		}
		b.ends = append(b.ends, len(b.out))
	}
}

// pass gives the output the batches that are written, up to the first that is
// not.
func (p *Pool) pass() {
	p.passing = true
	for len(p.order) > 0 && p.order[0].written {
		b := p.order[0]
		p.order = slices.Delete(p.order, 0, 1)
		if p.err == nil {
			p.mu.Unlock()
			err := p.out.WriteRecords(b.out, b.ends)
			p.mu.Lock()
			p.err = err
		}
		b.n, b.nMsg, b.written, b.out, b.ends = 0, 0, false, b.out[:0], b.ends[:0]
		p.free = append(p.free, b)
		p.freed.Signal()
	}
	p.passing = false
}
