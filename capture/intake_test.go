package capture

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"reflect"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// burst is a live capture that has all its packets at once. A frame that it
// lends is another's at the next call, as in a ring.
type burst struct {
	packets []Packet
	n       int
	frame   []byte
	dropAt  int   // the kernel drops packets before this one
	end     error // behind the packets; nil: nothing comes until Stop
	dropped atomic.Uint64
	taken   atomic.Int64
	stopped chan struct{}
	closed  bool
	onWait  func()
}

func newBurst(packets []Packet, end error) *burst {
	return &burst{packets: packets, end: end, stopped: make(chan struct{}), dropAt: -1}
}

func (b *burst) Next(p *Packet) error {
	clear(b.frame)
	if b.n == len(b.packets) {
		b.onWait()
		if b.end == nil {
			<-b.stopped
			return io.EOF
		}
		return b.end
	}
	if b.n == b.dropAt {
		b.dropped.Add(7)
	}
	from := &b.packets[b.n]
	b.n++
	b.taken.Add(1)
	b.frame = append(b.frame[:0], from.Frame...)
	p.Stamp, p.Frame = from.Stamp, b.frame[:len(from.Frame):len(from.Frame)]
	return nil
}

func (b *burst) Problems() []error { return []error{errors.New("eth9: it was removed")} }
func (b *burst) Close() error      { b.closed = true; return nil }
func (b *burst) Dropped() uint64   { return b.dropped.Load() }
func (b *burst) OnWait(f func())   { b.onWait = f }
func (b *burst) Stop()             { close(b.stopped) }

// fileOf gives the same packets one after the other, as a file does.
type fileOf struct {
	packets []Packet
	n       int
}

func (f *fileOf) Next(p *Packet) error {
	if f.n == len(f.packets) {
		return io.EOF
	}
	p.Stamp, p.Frame = f.packets[f.n].Stamp, f.packets[f.n].Frame
	f.n++
	return nil
}

// wholeFile is such a file of known size. A frame that it lends is another's at
// the next call, as in a window.
type wholeFile struct {
	fileOf
	frame   []byte
	wrongAt int // how many packets are read when a problem is found; 0: at the end
	ended   bool
	closed  bool
}

func (f *wholeFile) Next(p *Packet) error {
	clear(f.frame)
	err := f.fileOf.Next(p)
	if err == nil {
		f.frame = append(f.frame[:0], p.Frame...)
		p.Frame = f.frame[:len(p.Frame):len(p.Frame)]
	}
	f.ended = err != nil
	return err
}

func (f *wholeFile) Problems() (list []error) {
	if f.wrongAt > 0 && f.n >= f.wrongAt {
		list = append(list, errors.New("it has no end"))
	}
	if f.ended {
		list = append(list, errors.New("cut short"))
	}
	return list
}

func (f *wholeFile) Close() error               { f.closed = true; return nil }
func (f *wholeFile) Progress() (read, of int64) { return 0, 1 }

func (f *fileOf) Problems() []error { return nil }
func (f *fileOf) Close() error      { return nil }

// taking is what Next of an Intake has told of a packet.
type taking struct {
	fate     Fate
	num      uint64
	src, dst netip.AddrPort
	frame    []byte
	payload  []byte
	piece    Piece
	isPiece  bool
	at       int // of the payload in the frame
	inFrame  bool
}

// taken takes all packets, slowly at first, so that others wait.
func taken(t *testing.T, in *Intake) (all []taking, tally Tally) {
	t.Helper()
	for {
		p, fate, err := in.Next()
		if err == ErrIdle {
			continue
		}
		if err == io.EOF {
			return all, tally
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 {
			time.Sleep(50 * time.Millisecond)
		}
		x := taking{fate: fate, num: p.Num, frame: bytes.Clone(p.Frame)}
		if fate >= NoSegment {
			tally.Add(p)
			x.piece, x.isPiece = p.Piece()
		}
		if fate > NoSegment {
			x.src, x.dst, x.payload = p.Src, p.Dst, bytes.Clone(p.Payload)
			x.at, x.inFrame = p.PayloadAt()
		}
		all = append(all, x)
	}
}

// asking is what the packets of these tests are asked: some are outside of the
// time or refused, copies are found.
func asking() IntakeOptions {
	return IntakeOptions{
		Decoder: NewDecoder(), Dedup: NewDedup(),
		Holds: func(t int64) bool { return t%11 != 0 },
		Match: func(p *Packet) (bool, error) { return len(p.Frame)%13 != 0, nil },
	}
}

// many are the packets of all captures, fragments and copies of one port in
// them, again and again with other times.
func many(t *testing.T) (packets []Packet) {
	arp := *frameOn(LinkEthernet, concat(make([]byte, 12), big16(0x0806), make([]byte, 28)))
	some := append(captured(t), arp)
	for round := range 4 {
		for i, p := range some {
			p.Num, p.Time = uint64(len(packets)+1), p.Time+int64(round)*1e9+int64(i)
			packets = append(packets, p)
			if i%5 == 0 {
				packets = append(packets, p)
			}
		}
		whole := []byte("\x01\x01\x01\x01")
		for n, content := range []int{300, 0} {
			segment := tcpBytes("", string(bytes.Repeat(whole, content)))
			for _, f := range fragmentsOf(segment, max(16, len(segment)/3&^7), uint16(2*round+n)) {
				p := *frameOn(LinkRaw, f)
				p.Num, p.Time = uint64(len(packets)+1), int64(round+1)*1e9+1
				packets = append(packets, p)
			}
		}
	}
	return packets
}

// fragmentsOf cuts a segment into IPv4 fragments of at most size bytes.
func fragmentsOf(segment []byte, size int, id uint16) (frames [][]byte) {
	for at := 0; at < len(segment); at += size {
		part := segment[at:min(at+size, len(segment))]
		h := ipv4Header(6, "", len(part))
		place := uint16(at / 8)
		if at+size < len(segment) {
			place |= 0x2000
		}
		h[4], h[5], h[6], h[7] = byte(id>>8), byte(id), byte(place>>8), byte(place)
		frames = append(frames, concat(h, part))
	}
	return frames
}

// TestIntakeAhead: what waits of a live capture, and of a file of known size, is
// what a pipe with the same packets gives: their fates, frames, payloads, and the
// counts of the others.
func TestIntakeAhead(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	packets := many(t)
	pipe, pipeTally := taken(t, NewIntake(&fileOf{packets: packets}, asking()))
	if len(pipe) != len(packets) {
		t.Fatalf("%d packets, %d of the pipe", len(packets), len(pipe))
	}
	fates := map[Fate]int{}
	joined := 0
	for i := range pipe {
		fates[pipe[i].fate]++
		if len(pipe[i].payload) == 1200 {
			joined++
		}
	}
	for f := Outside; f <= Segment; f++ {
		if fates[f] == 0 {
			t.Errorf("no packet has the fate %d: %v", f, fates)
		}
	}
	if joined == 0 {
		t.Error("no segment was put together")
	}
	live, file := newBurst(packets, io.EOF), &wholeFile{fileOf: fileOf{packets: packets}}
	for name, src := range map[string]Source{"live": live, "file": file} {
		in := NewIntake(src, asking())
		all, tally := taken(t, in)
		if in.ahead == nil || len(all) != len(packets) {
			t.Fatalf("%s: ahead %v, %d packets", name, in.ahead != nil, len(all))
		}
		for i := range all {
			if !reflect.DeepEqual(pipe[i], all[i]) {
				t.Fatalf("packet %d:\npipe %+v\n%s %+v", i, pipe[i], name, all[i])
			}
		}
		if a, b := pipeTally.Skipped(), tally.Skipped(); len(a) < 2 || !slices.Equal(a, b) {
			t.Errorf("pipe %v\n%s %v", a, name, b)
		}
		if p := in.Problems(); len(p) != 1 {
			t.Errorf("%s: problems: %v", name, p)
		}
		in.Close()
	}
	if !live.closed || !file.closed {
		t.Error("a source is open")
	}
}

// TestIntakeProblems: what is wrong with a file is not known before the packet
// with which it is found.
func TestIntakeProblems(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	packets := many(t)
	for _, wrongAt := range []int{0, 1, 2, batchPackets, batchPackets + 1, len(packets) - 1, len(packets)} {
		in := NewIntake(&wholeFile{fileOf: fileOf{packets: packets}, wrongAt: wrongAt}, asking())
		for i := range len(packets) + 1 {
			_, _, err := in.Next()
			want := 0
			if wrongAt > 0 && i+1 >= wrongAt {
				want++
			}
			if err == io.EOF {
				want++
			}
			if got := len(in.Problems()); got != want || (err == io.EOF) != (i == len(packets)) {
				t.Fatalf("wrong at %d, packet %d: %d problems, want %d, %v", wrongAt, i+1, got, want, err)
			}
		}
		in.Close()
	}
}

// TestIntakeLeft: a file that is left in the middle is closed.
func TestIntakeLeft(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	file := &wholeFile{fileOf: fileOf{packets: slices.Repeat(many(t), 50)}}
	in := NewIntake(file, asking())
	if _, _, err := in.Next(); err != nil {
		t.Fatal(err)
	}
	if in.Close(); !file.closed || file.n == len(file.packets) {
		t.Errorf("closed: %v, read: %d of %d", file.closed, file.n, len(file.packets))
	}
}

// TestIntakeDropped: packets that the kernel dropped are known with the packet
// behind them, and not before.
func TestIntakeDropped(t *testing.T) {
	packets := many(t)
	src := newBurst(packets, io.EOF)
	src.dropAt = 100
	in := NewIntake(src, asking())
	defer in.Close()
	for i := range packets {
		if _, _, err := in.Next(); err != nil {
			t.Fatal(err)
		}
		want := uint64(0)
		if i >= src.dropAt {
			want = 7
		}
		if got := in.Dropped(); got != want {
			t.Fatalf("before packet %d %d were dropped, want %d", i, got, want)
		}
	}
}

// TestIntakeIdle: that nothing came is known with when that was, however late it
// is asked for: packets that came since may wait.
func TestIntakeIdle(t *testing.T) {
	begin := time.Now()
	in := NewIntake(newBurst(many(t)[:10], ErrIdle), asking())
	defer in.Close()
	read := time.Now().Add(50 * time.Millisecond)
	time.Sleep(200 * time.Millisecond)
	for {
		_, _, err := in.Next()
		if err == nil {
			continue
		}
		if at := time.Unix(0, in.IdleAt()); err != ErrIdle || at.Before(begin) || at.After(read) {
			t.Errorf("%v at %v, read from %v to %v", err, at, begin, read)
		}
		return
	}
}

// TestIntakeBound: no more waits than is allowed, and Close does not wait for
// packets.
func TestIntakeBound(t *testing.T) {
	var packets []Packet
	for some := many(t); len(packets) < 20*batchPackets; {
		packets = append(packets, some...)
	}
	src := newBurst(packets, nil)
	o := asking()
	o.MaxBytes = 16 * batchSize
	in := NewIntake(src, o)
	most := int64(16*batchPackets + 2)
	last := int64(-1)
	for n := src.taken.Load(); n != last; n = src.taken.Load() {
		last = n
		time.Sleep(100 * time.Millisecond)
	}
	if last > most || last < batchPackets {
		t.Errorf("%d packets wait, of at most %d", last, most)
	}
	begin := time.Now()
	in.Close()
	if took := time.Since(begin); took > time.Second || !src.closed {
		t.Errorf("closed: %v, after %v", src.closed, took)
	}
}

// TestIntakePanic: what goes wrong ahead is thrown where a terminal can be
// restored, with the place.
func TestIntakePanic(t *testing.T) {
	o := asking()
	o.Match = func(*Packet) (bool, error) { panic("out of cheese") }
	in := NewIntake(newBurst(many(t), io.EOF), o)
	defer in.Close()
	defer func() {
		if r := recover(); r == nil || !bytes.Contains([]byte(r.(string)), []byte("out of cheese")) || !bytes.Contains([]byte(r.(string)), []byte("intake_test.go")) {
			t.Errorf("%v", r)
		}
	}()
	for {
		if _, _, err := in.Next(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestIntakeFilterError: an error of the filter ends the input.
func TestIntakeFilterError(t *testing.T) {
	wrong := errors.New("no such link")
	for _, src := range []Source{newBurst(many(t), io.EOF), &fileOf{packets: many(t)}, &wholeFile{fileOf: fileOf{packets: many(t)}}} {
		o := asking()
		o.Holds = nil
		asked := 0
		o.Match = func(p *Packet) (bool, error) {
			if asked++; asked > 1 {
				return false, wrong
			}
			return true, nil
		}
		in := NewIntake(src, o)
		_, _, first := in.Next()
		_, _, second := in.Next()
		if first != nil || second != wrong {
			t.Errorf("%v, then %v", first, second)
		}
		in.Close()
	}
}
