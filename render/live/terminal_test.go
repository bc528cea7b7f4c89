package live

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/gdamore/tcell/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"cmppdump/dissect/cmpp"
	"cmppdump/render"
)

// wire is a terminal that counts what is sent to it.
type wire struct {
	mu   sync.Mutex
	sent []byte
	gone chan struct{}
	w, h int
}

// take gives what was sent since it was asked last.
func (t *wire) take() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.sent
	t.sent = nil
	return string(b)
}

// onWire opens a screen on such a terminal, in a locale.
func onWire(t *testing.T, locale string) (*wire, tcell.Screen) {
	t.Helper()
	t.Setenv("LC_ALL", locale)
	knowCharsets()
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
	t.Cleanup(scr.Fini)
	return tty, scr
}

func (t *wire) Start() error { t.gone = make(chan struct{}); return nil }
func (t *wire) Stop() error  { return nil }
func (t *wire) Drain() error { close(t.gone); return nil }
func (t *wire) Read([]byte) (int, error) {
	<-t.gone
	return 0, os.ErrClosed
}
func (t *wire) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent = append(t.sent, b...)
	return len(b), nil
}
func (t *wire) Close() error                               { return nil }
func (t *wire) NotifyResize(func())                        {}
func (t *wire) WindowSize() (ws tcell.WindowSize, e error) { ws.Width, ws.Height = t.w, t.h; return }

// TestSentToTerminal: only what is new is sent, which is what makes the program
// usable over a slow line.
func TestSentToTerminal(t *testing.T) {
	tty, scr := onWire(t, "C.UTF-8")
	s := NewStore(cmpp.Protocol, 0)
	feed(t, s, gocmpp)
	a := New(scr, s, options())
	a.draw()
	for _, step := range []struct {
		what string
		e    tcell.Event
		most int
	}{
		{"the mouse moves", tcell.NewEventMouse(20, 8, tcell.ButtonNone, tcell.ModNone), 0},
		{"a key that does nothing", tcell.NewEventKey(tcell.KeyRune, 'Z', tcell.ModNone), 0},
		{"the prompt opens", keyEvent(":"), 800},
		{"a letter is typed", keyEvent("x"), 60},
		{"the prompt closes", keyEvent("Esc"), 800},
		{"another arrow is selected", keyEvent("Enter"), 1200},
	} {
		tty.take()
		a.event(step.e)
		a.draw()
		if sent := len(tty.take()); sent > step.most {
			t.Errorf("%s: %d octets sent, want at most %d", step.what, sent, step.most)
		}
	}
}

// TestCharsets: in Chinese locales the text is in their character set, in others
// it is escaped.
func TestCharsets(t *testing.T) {
	const text = "示"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for locale, want := range map[string]string{"zh_CN.UTF-8": text, "zh_CN.GBK": gbk, "zh_CN.GB18030": gbk, "C": `\u793a`, "ru_RU.KOI8-R": `\u793a`} {
		t.Run(locale, func(t *testing.T) {
			tty, scr := onWire(t, locale)
			s := NewStore(cmpp.Protocol, 0)
			feed(t, s, "../../pcaps/long_ucs2_30.pcap")
			New(scr, s, options()).draw()
			if sent := tty.take(); !strings.Contains(sent, want) {
				t.Errorf("%q lacks %q", sent, want)
			}
		})
	}
}

// TestASCII: in the C locale everything is ASCII, aligned, and no key of the help
// is garbled.
func TestASCII(t *testing.T) {
	sim := tcell.NewSimulationScreen("US-ASCII")
	if err := sim.Init(); err != nil {
		t.Fatal(err)
	}
	defer sim.Fini()
	sim.SetSize(120, 30)
	s := NewStore(cmpp.Protocol, 0)
	feed(t, s, "../../pcaps/long_ucs2_30.pcap")
	o := options()
	o.Lang = render.Chinese
	d := &desk{App: New(sim, s, o), t: t, sim: sim}
	d.draw()
	for _, keys := range [][]string{{"1"}, {"2"}, {"3", "g", "j", "j", "j"}, {"4"}, {"5"}, {"1", "w"}, {"q", "?"}} {
		for _, r := range d.press(keys...).text() {
			if r > 0x7e {
				t.Fatalf("%v: %q on the screen:\n%s", keys, r, d.text())
			}
		}
	}
	d.has("j k, Down Up    down, up").has("h l, Left Right")
	d.press("q", ":").typed("lang zh").press("Enter").has("character set has no Chinese")
	d.press("Esc").has(`\u3010\u793a\u4f8b\u3011`)
	for range 200 {
		d.press("l")
	}
	if l := d.lines()[2]; !strings.HasSuffix(l, `\u524d\u9001\u8fbe\u3002`) {
		t.Errorf("the end of the text is not reached: %s", l)
	}
}
