package live

import (
	"os"
	"sync/atomic"
	"testing"

	"github.com/gdamore/tcell/v2"

	"cmppdump/dissect/cmpp"
)

// wire is a terminal that counts what is sent to it.
type wire struct {
	sent atomic.Int64
	gone chan struct{}
	w, h int
}

func (t *wire) Start() error { t.gone = make(chan struct{}); return nil }
func (t *wire) Stop() error  { return nil }
func (t *wire) Drain() error { close(t.gone); return nil }
func (t *wire) Read([]byte) (int, error) {
	<-t.gone
	return 0, os.ErrClosed
}
func (t *wire) Write(b []byte) (int, error)                { t.sent.Add(int64(len(b))); return len(b), nil }
func (t *wire) Close() error                               { return nil }
func (t *wire) NotifyResize(func())                        {}
func (t *wire) WindowSize() (ws tcell.WindowSize, e error) { ws.Width, ws.Height = t.w, t.h; return }

// TestSentToTerminal: only what is new is sent, which is what makes the program
// usable over a slow line.
func TestSentToTerminal(t *testing.T) {
	t.Setenv("LC_ALL", "C.UTF-8")
	ti, err := tcell.LookupTerminfo("xterm-256color")
	if err != nil {
		t.Fatal(err)
	}
	tty := &wire{w: 120, h: 30}
	scr, err := tcell.NewTerminfoScreenFromTtyTerminfo(tty, ti)
	if err != nil {
		t.Fatal(err)
	}
	if err := scr.Init(); err != nil {
		t.Fatal(err)
	}
	defer scr.Fini()
	s := NewStore(cmpp.Protocol, 0)
	feed(t, s, gocmpp)
	a := New(scr, s, options())
	a.draw()
	for _, step := range []struct {
		what string
		e    tcell.Event
		most int64
	}{
		{"the mouse moves", tcell.NewEventMouse(20, 8, tcell.ButtonNone, tcell.ModNone), 0},
		{"a key that does nothing", tcell.NewEventKey(tcell.KeyRune, 'Z', tcell.ModNone), 0},
		{"the prompt opens", keyEvent(":"), 800},
		{"a letter is typed", keyEvent("x"), 60},
		{"the prompt closes", keyEvent("Esc"), 800},
		{"another arrow is selected", keyEvent("Enter"), 1200},
	} {
		before := tty.sent.Load()
		a.event(step.e)
		a.draw()
		if sent := tty.sent.Load() - before; sent > step.most {
			t.Errorf("%s: %d octets sent, want at most %d", step.what, sent, step.most)
		}
	}
}
