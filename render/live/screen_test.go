package live

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
	"cmppdump/render"
	"cmppdump/render/detail"
	"cmppdump/render/rows"
	"cmppdump/render/why"
)

var update = flag.Bool("update", false, "write what the tests expect anew")

// desk is the program at a screen of the test's.
type desk struct {
	*App
	t   testing.TB
	sim tcell.SimulationScreen
}

// options are those of the program, but for the clock.
func options() Options {
	return Options{
		Source: "test.pcap", Table: record.NewTable(cmpp.Protocol), Times: render.Times{Zone: time.UTC},
		Now: func() time.Time { return time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC) },
		Rows: func(w io.Writer, v record.View, width int, t render.Times, l render.Lang) Rows {
			return rows.New(w, rows.Options{Views: v, Terminal: true, Embedded: true, Width: width, Times: t, Lang: l, Timeout: 60e9})
		},
		Tree: func(w io.Writer, t render.Times, l render.Lang) render.Renderer {
			return detail.New(w, rows.New(w, rows.Options{}), detail.Options{Tree: true, Times: t, Lang: l})
		},
		Why: func(dst []byte, m *track.Msg, v *verdict.Context, width int, evidence bool, t render.Times, l render.Lang) []byte {
			return why.New(nil, why.Options{Width: width, Times: t, Lang: l}).Append(dst, m, v, evidence)
		},
		Filter: containing,
		Complete: func(expr string, _ int) ([]string, int) {
			return []string{"delivered", "deliver"}, strings.LastIndexByte(expr, '"') + 1
		},
	}
}

// containing is a filter language for tests: a record passes if its JSON has the
// word.
func containing(expr string) (Match, error) {
	if strings.HasPrefix(expr, "!") {
		return nil, io.ErrUnexpectedEOF
	}
	table := record.NewTable(cmpp.Protocol)
	return func(r *record.Record) bool { return strings.Contains(string(table.AppendJSON(nil, r)), expr) }, nil
}

// show shows captures on a screen of a size.
func show(t testing.TB, w, h int, o Options, paths ...string) *desk {
	t.Helper()
	s := NewStore(cmpp.Protocol, 0)
	if len(paths) > 0 {
		feed(t, s, paths...)
	}
	return sit(t, w, h, o, s)
}

// sit opens a screen on a store.
func sit(t testing.TB, w, h int, o Options, s *Store) *desk {
	t.Helper()
	sim := tcell.NewSimulationScreen("UTF-8")
	if err := sim.Init(); err != nil {
		t.Fatal(err)
	}
	sim.SetSize(w, h)
	t.Cleanup(sim.Fini)
	d := &desk{App: New(sim, s, o), t: t, sim: sim}
	d.draw()
	return d
}

// press presses keys by their names, and waits for what they begin.
func (d *desk) press(keys ...string) *desk {
	d.t.Helper()
	for _, k := range keys {
		d.event(keyEvent(k))
		d.settle()
	}
	return d
}

// typed types a text.
func (d *desk) typed(s string) *desk { return d.press(strings.Split(s, "")...) }

// settle draws, and does the work that comes of it.
func (d *desk) settle() *desk {
	for {
		d.finish()
		d.draw()
		if len(d.work) == 0 {
			return d
		}
	}
}

// finish does the work that waits.
func (d *desk) finish() {
	for len(d.work) > 0 {
		d.slice()
	}
}

func keyEvent(name string) *tcell.EventKey {
	for k, n := range names {
		if n == name {
			return tcell.NewEventKey(k, 0, tcell.ModNone)
		}
	}
	switch name {
	case "Backspace":
		return tcell.NewEventKey(tcell.KeyBackspace2, 0, tcell.ModNone)
	case "Ctrl-U":
		return tcell.NewEventKey(tcell.KeyCtrlU, 0, tcell.ModNone)
	}
	return tcell.NewEventKey(tcell.KeyRune, []rune(name)[0], tcell.ModNone)
}

// lines are what is on the screen.
func (d *desk) lines() []string {
	cells, w, h := d.sim.GetContents()
	lines := make([]string, h)
	for y := range lines {
		var b strings.Builder
		for x := 0; x < w; {
			c := cells[y*w+x]
			s := string(c.Runes)
			if s == "" {
				s = " "
			}
			b.WriteString(s)
			x += max(render.Width([]byte(s)), 1)
		}
		lines[y] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

func (d *desk) text() string { return strings.Join(d.lines(), "\n") }

// has fails unless the screen has a text.
func (d *desk) has(what string) *desk {
	d.t.Helper()
	if !strings.Contains(d.text(), what) {
		d.t.Errorf("the screen lacks %q:\n%s", what, d.text())
	}
	return d
}

// lacks fails if the screen has a text.
func (d *desk) lacks(what string) *desk {
	d.t.Helper()
	if strings.Contains(d.text(), what) {
		d.t.Errorf("the screen has %q:\n%s", what, d.text())
	}
	return d
}

// golden compares the screen with a file.
func (d *desk) golden(name string) {
	d.t.Helper()
	file := filepath.Join("testdata", name+".golden")
	got := d.text() + "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			d.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	if got != string(want) {
		d.t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
	}
}

// TestViews looks at every view in a small and a large terminal.
func TestViews(t *testing.T) {
	const gocmpp = "../../pcaps/real/gocmpp_30.pcap"
	for _, size := range []struct {
		name string
		w, h int
	}{{"80x24", 80, 24}, {"200x50", 200, 50}} {
		d := show(t, size.w, size.h, options(), gocmpp)
		for i, v := range []string{"messages", "transactions", "pdus", "connections", "statistics"} {
			d.press(string(rune('1'+i)), "g", "j", "j", "j", "j")
			d.golden(v + "_" + size.name)
		}
		d.press("1", "?")
		d.golden("help_" + size.name)
		d.press("q", "w")
		d.golden("why_" + size.name)
	}
	o := options()
	o.Lang = render.Chinese
	show(t, 100, 30, o, "../../pcaps/long_ucs2_30.pcap").press("j", "j").golden("chinese_100x30")
}
