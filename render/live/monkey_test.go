package live

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/pcaps/gen"
)

// monkeyTime is how long the monkey plays: MONKEY, else a moment.
func monkeyTime(t *testing.T) time.Duration {
	s := os.Getenv("MONKEY")
	if s == "" {
		return 2 * time.Second
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatalf("MONKEY: %v", err)
	}
	return d
}

// TestMonkey presses random keys, moves the mouse and resizes while traffic
// comes in, in the program's own loop.
func TestMonkey(t *testing.T) {
	t.Chdir(t.TempDir()) // it saves files
	s := NewStore(cmpp.Protocol, 8<<20)
	sim := tcell.NewSimulationScreen("UTF-8")
	if err := sim.Init(); err != nil {
		t.Fatal(err)
	}
	defer sim.Fini()
	o := options()
	o.Live, o.Suspend = true, func() {}
	a := New(sim, s, o)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	stop := make(chan struct{})
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		traffic(t, s, seed, stop)
	}()
	ran := make(chan error, 1)
	done := make(chan struct{}) // the monkey goes
	go func() {
		for {
			err := a.Run()
			select {
			case <-done:
				ran <- err
				return
			default:
				a.quit = false // by way of the command line
			}
		}
	}()
	m := monkey{rand.New(rand.NewPCG(seed, 1)), sim}
	n := 0
	for end := time.Now().Add(monkeyTime(t)); time.Now().Before(end); n++ {
		m.act()
		if n%50 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	close(stop)
	<-fed
	close(done)
	a.Quit()
	select {
	case err := <-ran:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the loop does not end")
	}
	t.Logf("%d actions, %d frames, %d PDUs, slowest frame or slice %v", n, a.clock.frames, s.counts.pdus, a.clock.slowest)
	if a.clock.frames < 5 || s.counts.pdus == 0 {
		t.Errorf("%d frames, %d PDUs: nothing was tried", a.clock.frames, s.counts.pdus)
	}
	if files, _ := filepath.Glob("*"); len(files) > 0 {
		t.Logf("saved %d files", len(files))
	}
}

// traffic feeds the store until it is told to stop.
func traffic(t *testing.T, s *Store, seed uint64, stop <-chan struct{}) {
	src := madeUp(t, gen.Options{PDUs: 1e9, Seed: seed, ReportDelay: time.Second, Loss: 1, Reorder: 1, Conns: 9})
	defer src.Close()
	feedSource(t, s, &untilStopped{Source: src, stop: stop})
}

// untilStopped ends when it is told to, and is never fast.
type untilStopped struct {
	capture.Source
	stop <-chan struct{}
	n    int
}

func (u *untilStopped) Next(p *capture.Packet) error {
	select {
	case <-u.stop:
		return io.EOF
	default:
	}
	if u.n++; u.n%100 == 0 {
		time.Sleep(time.Millisecond)
	}
	return u.Source.Next(p)
}

// monkey acts without thinking.
type monkey struct {
	*rand.Rand
	sim tcell.SimulationScreen
}

func (m monkey) act() {
	switch n := m.IntN(100); {
	case n < 70:
		m.key()
	case n < 95:
		w, h := m.sim.Size()
		buttons := []tcell.ButtonMask{tcell.Button1, tcell.Button1, tcell.ButtonNone, tcell.WheelUp, tcell.WheelDown, tcell.Button2}
		m.post(tcell.NewEventMouse(m.IntN(w+2)-1, m.IntN(h+2)-1, buttons[m.IntN(len(buttons))], tcell.ModNone))
	case n < 97:
		w, h := 1+m.IntN(260), 1+m.IntN(90)
		m.sim.SetSize(w, h)
		m.post(tcell.NewEventResize(w, h))
	default:
		for range m.IntN(20) {
			m.post(tcell.NewEventKey(tcell.KeyRune, []rune("x.pcapngmdjso 0123456789sms.to==\"你\u202e")[m.IntN(35)], tcell.ModNone))
		}
	}
}

func (m monkey) key() {
	all := bindings()
	b := all[m.IntN(len(all))]
	name := b.keys[m.IntN(len(b.keys))]
	switch {
	case name == "Ctrl-C" || name == "q" && m.IntN(4) > 0:
		name = "Esc"
	case name == "q":
		name = "Enter"
	}
	m.post(keyEvent(name))
}

// post waits while the program is busy.
func (m monkey) post(e tcell.Event) {
	for m.sim.PostEvent(e) != nil {
		time.Sleep(100 * time.Microsecond)
	}
}
