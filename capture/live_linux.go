package capture

import (
	"encoding/binary"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"cmppdump/dissect/lang"

	"golang.org/x/sys/unix"
)

const (
	// retireTimeout is how old the first packet of a block gets before the
	// kernel hands the block over, full or not.
	retireTimeout          = 10 * time.Millisecond
	retireTimeoutImmediate = time.Millisecond

	// drainTime bounds how long Next still delivers after Stop.
	drainTime = 250 * time.Millisecond
)

// Live is a live capture on one or more interfaces: a [Source].
//
// A frame that Next lends lies in memory shared with the kernel. It may be
// written to, and is gone after the next call of Next or Close. Frames that
// segmentation offload made are larger than the MTU: up to 64 KiB and more.
//
// Packets that this machine sends and receives on the loopback are there once,
// as received.
//
// Next, OnWait, Problems and Close belong to one goroutine. Stop, Stats and Dropped may
// be called from any.
type Live struct {
	options LiveOptions
	ifaces  []*Interface
	rings   []*ring // that are not at their end
	lent    *ring   // whose packet was delivered
	num     uint64
	control int           // a socket to ask about interfaces with
	polls   []unix.PollFd // wake, then the rings

	settle   int64 // ns after which a packet is surely in a block of ours
	settled  int64 // all packets up to this time are
	nextTick int64 // time of the next look at the sockets
	onWait   func()

	stopAt   atomic.Int64 // when Stop was called, or 0
	draining bool         // and Next knows
	dropped  atomic.Uint64
	received atomic.Uint64
	problems []error
	end      error // what Next returns for ever

	mu     sync.Mutex // for closing the descriptors
	closed bool
	wake   int // eventfd; readable after Stop
}

// OpenLive starts to capture. The filter is in force from the first packet on.
//
// Packets of several interfaces come in the order of their times, as far as
// the kernel hands them over within 30 ms.
//
// Errors name the interface and what to do: there is no such interface, it is
// down, the permission is missing, the buffer is too large, the kernel too old.
func OpenLive(o LiveOptions) (*Live, error) {
	names, err := o.names()
	if err == nil {
		err = checkBuffer(o.bufferKiB(), len(names))
	}
	if err != nil {
		return nil, err
	}
	l := &Live{options: o, control: -1, wake: -1}
	if err := l.open(names); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func (l *Live) open(names []string) (err error) {
	if l.control, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return said.Errorf("no socket to ask about interfaces: %w", err)
	}
	if l.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return said.Errorf("eventfd: %w", err)
	}
	devices := make([]device, len(names))
	for i, name := range names { // all names before the first socket
		if devices[i], err = l.device(name); err != nil {
			return err
		}
	}
	for _, d := range devices {
		r, err := openRing(d, &l.options)
		if err != nil {
			return err
		}
		l.rings = append(l.rings, r)
		l.ifaces = append(l.ifaces, r.iface)
	}
	l.polls = make([]unix.PollFd, 1+len(l.rings))
	retire := retireTimeout
	if l.options.Immediate {
		retire = retireTimeoutImmediate
	}
	// The timer may just have missed the packet, and timers are late.
	l.settle = int64(2*retire + 10*time.Millisecond)
	return nil
}

// Interfaces are those that the packets come from, in the order of
// LiveOptions.Interfaces.
func (l *Live) Interfaces() []*Interface { return l.ifaces }

// Next gives the next packet; see [Source]. It returns [ErrIdle] when no packet
// came for 100 ms, io.EOF after Stop, and another error when the last interface
// is gone. It never waits longer than 100 ms.
//
// After Stop it still gives what was captured before, but for 250 ms at most;
// with nothing there, io.EOF comes at once.
func (l *Live) Next(p *Packet) error {
	if l.lent != nil {
		l.lent.advance()
		l.lent = nil
	}
	for l.end == nil {
		if l.stopAt.Load() != 0 && l.isDrained() {
			l.finish(io.EOF)
			break
		}
		first, sure := l.earliest()
		if first == nil || !sure && !l.isSettled(first.time()) {
			if err := l.wait(first); err != nil {
				return err
			}
			continue
		}
		if t := first.time(); t >= l.nextTick { // wait is not reached under load
			l.tick(t)
			l.poll(0)
			continue // first may be gone
		}
		l.lend(first, p)
		return nil
	}
	return l.end
}

func (l *Live) lend(r *ring, p *Packet) {
	if r.lossy {
		r.lossy = false
		l.count(r)
	}
	r.packet(p)
	r.taken++
	l.num++
	p.Num, p.FileNum = l.num, l.num
	l.lent = r
}

// earliest is the ring with the earliest packet, and whether no other can still
// come up with an earlier one.
func (l *Live) earliest() (first *ring, sure bool) {
	if len(l.rings) == 1 {
		if r := l.rings[0]; r.ready() {
			return r, true
		}
		return nil, true
	}
	sure = true
	for _, r := range l.rings {
		switch {
		case !r.ready():
			sure = sure && r.down
		case first == nil || r.time() < first.time():
			first = r
		}
	}
	return first, sure
}

// isSettled reports whether every packet up to the given time is in a block of
// ours. A time in the future is nothing to wait for: the clock was set back.
func (l *Live) isSettled(t int64) bool {
	if t <= l.settled {
		return true
	}
	now := time.Now().UnixNano()
	l.settled = now - l.settle
	return t <= l.settled || t > now
}

// isDrained reports, after Stop, whether everything captured before it was
// delivered. The block that the kernel is filling still has to come: how many
// packets there are is known from the counters.
func (l *Live) isDrained() bool {
	if !l.draining {
		l.draining = true
		l.Stats()
		for _, r := range l.rings {
			r.last = r.stored.Load()
		}
	}
	if time.Now().UnixNano() > l.stopAt.Load()+int64(drainTime) {
		return true
	}
	return !slices.ContainsFunc(l.rings, func(r *ring) bool { return r.taken < r.last })
}

// OnWait has Next call f before it waits for packets.
func (l *Live) OnWait(f func()) { l.onWait = f }

// wait waits until there may be more packets. first has one that may not be the
// next in time, or is nil. The error is for the caller of Next.
func (l *Live) wait(first *ring) error {
	now := time.Now().UnixNano()
	timeout := int64(idleInterval)
	if first != nil {
		timeout = first.time() + l.settle - now
	}
	if l.draining {
		timeout = min(timeout, int64(10*time.Millisecond))
	}
	if l.onWait != nil {
		l.onWait()
	}
	if l.poll(time.Duration(max(timeout, 0))) || first != nil || l.draining {
		return nil
	}
	if now = time.Now().UnixNano(); now >= l.nextTick || now+int64(idleInterval) < l.nextTick {
		l.tick(now)
	}
	if l.end != nil {
		return l.end
	}
	return ErrIdle
}

// poll waits for the rings that have no packet, and for Stop. It reports whether
// one of them has something. A signal ends it early.
func (l *Live) poll(timeout time.Duration) bool {
	polls := l.polls[:1+len(l.rings)]
	polls[0] = unix.PollFd{Fd: int32(l.wake), Events: unix.POLLIN}
	if l.draining {
		polls[0].Fd = -1 // it stays readable
	}
	for i, r := range l.rings {
		polls[1+i] = unix.PollFd{Fd: int32(r.fd), Events: unix.POLLIN}
		if r.head != nil && timeout > 0 {
			polls[1+i].Fd = -1 // readable while the block is ours
		}
	}
	ms := (timeout + time.Millisecond - 1) / time.Millisecond
	if n, err := unix.Poll(polls, int(ms)); n <= 0 || err != nil {
		return false
	}
	some := polls[0].Revents != 0
	for i, r := range l.rings {
		got := polls[1+i].Revents
		some = some || got&unix.POLLIN != 0
		if got&^unix.POLLIN != 0 {
			l.failed(r)
		}
	}
	return some
}

// failed keeps the error of a socket for the tick. By then it can be told whether
// the interface is only down, or being removed.
func (l *Live) failed(r *ring) {
	r.errno = socketError(r.fd)
	l.nextTick = time.Now().UnixNano() + int64(idleInterval)
}

// tick looks at the sockets every 100 ms: counters of 32 bits, interfaces that
// went or came. now is the time, or that of a packet.
func (l *Live) tick(now int64) {
	l.nextTick = now + int64(idleInterval)
	for _, r := range slices.Clone(l.rings) {
		l.count(r)
		if r.errno != 0 || r.down {
			l.look(r)
		}
	}
}

// look finds out what became of an interface that had an error or was down.
func (l *Live) look(r *ring) {
	name := r.iface.Name
	switch {
	case r.errno != 0 && r.errno != unix.ENETDOWN:
		l.remove(r, said.With("%s: capturing on it failed: %s", name, lang.Of(r.errno)))
	case isRemoved(r.fd):
		if r.ready() { // the rest first
			return
		}
		l.remove(r, said.With("%s: the interface was removed", name))
	case !l.isUp(name):
		if !r.down {
			l.options.notify(said.With("%s: the interface went down; capture goes on when it is up again", name))
		}
		r.down = true
	case r.down:
		l.options.notify(said.With("%s: the interface is up again", name))
		r.down = false
	default:
		l.options.notify(said.With("%s: the interface was down for a moment", name))
	}
	r.errno = 0
}

// remove ends one interface.
func (l *Live) remove(r *ring, problem lang.Text) {
	l.problems = append(l.problems, &lang.Error{Text: problem})
	l.mu.Lock()
	r.close()
	l.rings = slices.DeleteFunc(l.rings, func(other *ring) bool { return other == r })
	l.mu.Unlock()
	if len(l.rings) == 0 {
		l.finish(said.Errorf("no interface is left to capture on (%s)", problem))
	}
}

// finish makes Next return end from now on.
func (l *Live) finish(end error) {
	l.Stats()
	l.end = end
}

// Problems are the interfaces that ended before the capture did: they were
// removed. See [Source].
func (l *Live) Problems() []error { return l.problems }

// Stats are the counters up to now.
func (l *Live) Stats() LiveStats {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.rings {
		l.count(r)
	}
	return LiveStats{Received: l.received.Load(), Dropped: l.dropped.Load()}
}

// count adds up the counters of a socket, which the kernel then sets to 0.
// Dropped packets count as received there too.
func (l *Live) count(r *ring) {
	if s, err := unix.GetsockoptTpacketStatsV3(r.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
		l.received.Add(uint64(s.Packets))
		l.dropped.Add(uint64(s.Drops))
		r.stored.Add(uint64(s.Packets) - uint64(s.Drops))
	}
}

// Dropped is LiveStats.Dropped as far as it is known, without asking the
// kernel: cheap enough for every packet. What was dropped before a packet is in
// it when Next gives that packet.
func (l *Live) Dropped() uint64 { return l.dropped.Load() }

// Stop makes Next return io.EOF soon.
func (l *Live) Stop() {
	if !l.stopAt.CompareAndSwap(0, time.Now().UnixNano()) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		var one [8]byte
		binary.NativeEndian.PutUint64(one[:], 1)
		unix.Write(l.wake, one[:]) // cannot be full: it is written once
	}
}

// Close ends the capture. Next gives io.EOF from then on.
func (l *Live) Close() error {
	if l.closed {
		return nil
	}
	if l.end == nil {
		l.finish(io.EOF)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, r := range l.rings {
		r.close()
	}
	l.rings, l.lent = nil, nil
	for _, fd := range []int{l.control, l.wake} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
	return nil
}
