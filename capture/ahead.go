package capture

import (
	"fmt"
	"runtime/debug"
	"time"
)

// liveSource is what ahead needs of a [Live].
type liveSource interface {
	Source
	Dropped() uint64
	OnWait(func())
	Stop()
}

// ahead reads on a goroutine of its own, and hands over many packets at a time:
// before it waits for more, or when a batch is full.
type ahead struct {
	*Intake
	live liveSource // nil: of files

	// Between the goroutine and the caller of next.
	full  chan *packetBatch
	free  chan *packetBatch
	spare chan struct{} // as many as batches may still be made
	stop  chan struct{}
	done  chan struct{}

	fill *packetBatch // the goroutine's; nil: none

	// The caller's.
	now *packetBatch
	pos int // in now
}

const (
	// spareBatches are kept to be used again; after a burst the others are let go.
	spareBatches = 8
	// fileBatches are filled, waiting and read in turn. A file can wait.
	fileBatches = 4
)

// newAhead starts the goroutine; end ends it. live is the source, if it is one.
func newAhead(in *Intake, live liveSource) *ahead {
	most := fileBatches
	if live != nil {
		most = max(spareBatches, int(in.MaxBytes/batchSize))
	}
	a := &ahead{
		Intake: in, live: live, now: new(packetBatch),
		// One more is there for what the goroutine panics with.
		full: make(chan *packetBatch, most+1), free: make(chan *packetBatch, spareBatches), spare: make(chan struct{}, most),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	for range most {
		a.spare <- struct{}{}
	}
	if live != nil {
		live.OnWait(a.handOver)
	}
	go a.run()
	return a
}

// next is Intake.Next.
func (a *ahead) next() (*Packet, Fate, error) {
	for a.pos == len(a.now.packets) {
		if a.now.panicked != "" {
			panic(a.now.panicked)
		}
		if err := a.now.end; err != nil {
			if err == ErrIdle {
				a.now.end = nil
			}
			return nil, 0, err
		}
		a.giveBack()
		a.now, a.pos = <-a.full, 0
	}
	n := a.pos
	a.pos++
	return &a.now.packets[n], a.now.fates[n], nil
}

// giveBack has the batch that was read filled again.
func (a *ahead) giveBack() {
	if cap(a.now.packets) == 0 { // it is the first, which nobody filled
		return
	}
	select {
	case a.free <- a.now:
	default: // a burst is over
		a.spare <- struct{}{}
	}
}

// end ends the goroutine.
func (a *ahead) end() {
	close(a.stop)
	if a.live != nil {
		a.live.Stop()
	}
	<-a.done
}

// run is the goroutine. What it panics with is the caller's, who may have a
// terminal to restore.
func (a *ahead) run() {
	defer close(a.done)
	defer func() {
		if r := recover(); r != nil {
			a.full <- &packetBatch{panicked: fmt.Sprintf("%v\n%s", r, debug.Stack())}
		}
	}()
	for a.begin() {
		err := a.read()
		if err == nil {
			continue
		}
		if a.changed() {
			a.handOver()
		}
		if !a.begin() {
			continue
		}
		a.fill.end, a.fill.at = err, time.Now().UnixNano()
		if a.handOver(); err != ErrIdle {
			return
		}
	}
}

// begin sees to it that there is a batch to fill. It is false after end.
func (a *ahead) begin() bool {
	select {
	case <-a.stop:
		return false
	default:
	}
	if a.fill == nil {
		a.fill = a.batch()
	}
	return a.fill != nil
}

// batch finds an empty batch, and waits for one while too much waits. It is nil
// after end.
func (a *ahead) batch() (b *packetBatch) {
	select {
	case b = <-a.free:
	default:
		select {
		case b = <-a.free:
		case <-a.spare:
			b = newPacketBatch()
		case <-a.stop:
			return nil
		}
	}
	b.reset()
	b.dropped, b.problems = a.dropped(), a.source.Problems()
	return b
}

// dropped counts the packets that the kernel has dropped so far.
func (a *ahead) dropped() uint64 {
	if a.live == nil {
		return 0
	}
	return a.live.Dropped()
}

// read takes the next packet.
func (a *ahead) read() error {
	if err := a.source.Next(&a.packet); err != nil {
		return err
	}
	if b := a.fill; b != nil && (!b.fits(&a.packet) || a.changed()) {
		a.handOver()
	}
	if !a.begin() {
		return nil // as run will find
	}
	p := a.fill.add(&a.packet)
	fate, err := a.ask(p)
	if err != nil {
		a.fill.takeBack()
		return err
	}
	a.fill.asked(p, fate)
	return nil
}

// changed reports whether packets were dropped or something went wrong since the
// batch was begun: the caller of next must not know before the packet behind it.
func (a *ahead) changed() bool {
	b := a.fill
	return b != nil && (a.dropped() != b.dropped || len(a.source.Problems()) != len(b.problems))
}

// handOver gives the caller of next the batch that is filled. One with nothing in
// it is filled as if it was begun now.
func (a *ahead) handOver() {
	b := a.fill
	switch {
	case b == nil:
		return
	case len(b.packets) == 0 && b.end == nil:
		b.dropped, b.problems = a.dropped(), a.source.Problems()
		return
	}
	a.fill = nil
	a.full <- b // there is room for all
}
