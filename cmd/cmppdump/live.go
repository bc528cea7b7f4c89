package main

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/filter"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
	"cmppdump/render"
	"cmppdump/render/detail"
	"cmppdump/render/live"
	"cmppdump/render/rows"
	"cmppdump/render/why"

	"golang.org/x/term"
)

// liveForm is the value of -T for the live view.
const liveForm = "live"

// The least screen that the live view can do with.
const leastColumns, leastLines = 40, 10

// checkScreen says why there can be no live view on stdout.
func checkScreen(stdout io.Writer) error {
	f, ok := stdout.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return usage("-T live needs a terminal, and stdout is none; -T text is for pipes and files")
	}
	switch name := os.Getenv("TERM"); {
	case name == "" || name == "dumb":
		return usage("-T live cannot draw on a terminal with TERM=%s; -T text can", name)
	case !live.KnowsTerminal(name):
		return usage("-T live: the terminal TERM=%s is not known here; TERM=xterm may do", name)
	}
	if w, h, err := term.GetSize(int(f.Fd())); err == nil && (w < leastColumns || h < leastLines) {
		return usage("-T live needs %dx%d cells at least, the terminal has %dx%d", leastColumns, leastLines, w, h)
	}
	return nil
}

// checkLive says which flags make no sense with the live view.
func (c *config) checkLive() error {
	switch {
	case c.form != liveForm:
		return nil
	case c.query != nil:
		return usage("why has no -T live; w in the live view asks why")
	case c.quiet:
		return usage("-q shows no rows and -T live nothing else: one of the two")
	case c.out != "":
		return usage("--out writes records and -T live has none; s in the live view saves")
	case c.write == "-":
		return usage("-w - and -T live both want stdout")
	case c.expandName != "":
		return usage("--expand reads files twice before it shows hits; in the live view Enter opens what belongs together")
	case c.write != "" && c.displayText != "":
		return usage("-w with -Y writes hits only, and -T live may change the filter; s in the live view saves what is shown")
	case c.statsInterval > 0:
		return usage("--stats-interval and -T live both want the screen; view 5 has the figures")
	}
	for _, file := range c.read {
		if file == "-" {
			return usage("-r - and -T live both want the terminal's input; save stdin to a file first")
		}
	}
	return nil
}

// liveMemory is how much the view may keep, and the tracker. The rest of
// --max-mem is for what the runtime needs between two collections, so that all
// of the program stays below.
func liveMemory(c *config) (view, tracker int64) { return c.maxMem / 2, c.maxMem / 8 }

// runLive runs the pipeline beside the screen until the user has seen enough,
// or somebody says stop. The error is the pipeline's.
func (s *session) runLive(c *config, notices *notices) error {
	scr, err := live.OpenScreen()
	if err != nil {
		return said.Errorf("-T live: %w", err)
	}
	restore := sync.OnceFunc(scr.Fini)
	defer restore()
	s.stop.hangup.Store(true)
	options := liveOptions(c, s.in)
	options.Copy = live.Copier(scr, os.Getenv("TERM"), os.Getenv("TMUX") != "")
	app := live.New(scr, s.out.live, options)
	notices.show(app.Note)
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				restore() // else the trace is lost in the screen
				panic(r)
			}
		}()
		err := s.pump(c, &progress{})
		s.out.live.End(errors.Join(append([]error{err}, s.intake.Problems()...)...))
		done <- err
	}()
	suspended := onSuspend(func() { app.Do(app.Suspend) })
	defer suspended()
	ended := make(chan struct{})
	go func() {
		select {
		case <-s.stop.done:
			app.Quit()
		case <-ended:
		}
	}()
	err = app.Run()
	close(ended)
	notices.show(nil)
	restore()
	select {
	case failed := <-done: // the input was read to its end
		return errors.Join(err, failed)
	default:
	}
	s.stop.end()
	return errors.Join(err, <-done)
}

// liveOptions are what the view is told.
func liveOptions(c *config, in *input) live.Options {
	o := live.Options{
		Source: strings.Join(c.sources(), " "), Live: in.live != nil, Lang: c.lang, Color: useColor(c.color, true),
		Times: render.Times{Form: c.times, Zone: c.zone()}, Mask: c.mask, Table: c.table, Record: c.recordOptions(in),
		View: liveViews[c.views], Now: time.Now, Suspend: suspend,
		Rows: func(w io.Writer, v record.View, width int, t render.Times, l render.Lang) live.Rows {
			return rows.New(w, rows.Options{Views: v, Terminal: true, Embedded: true, Width: width, Times: t, Lang: l, Timeout: c.responseTimeout.Nanoseconds()})
		},
		Tree: func(w io.Writer, t render.Times, l render.Lang) render.Renderer {
			return detail.New(w, rows.New(w, rows.Options{}), detail.Options{Tree: true, Times: t, Lang: l})
		},
		Why: func(dst []byte, m *track.Msg, v *verdict.Context, width int, evidence bool, t render.Times, l render.Lang) []byte {
			return why.New(nil, why.Options{Width: width, Times: t, Lang: l}).Append(dst, m, v, evidence)
		},
	}
	if c.display != nil {
		o.Expr = c.displayText
	}
	o.Filter = func(expr string) (live.Match, error) {
		f, err := filter.CompileIn(expr, c.table, c.zone())
		if err != nil {
			return nil, placed{err}
		}
		return f.Match, nil
	}
	o.Complete = func(expr string, at int) (words []string, start int) {
		start = at
		for _, x := range filter.Complete(c.table, expr, at) {
			words, start = append(words, x.Text), x.Start
		}
		return words, start
	}
	if c.filter != "" {
		o.Source += "  " + c.filter
	}
	if p, ok := in.Source.(interface{ Progress() (read, total int64) }); ok {
		o.Progress = p.Progress
	}
	return o
}

// placed is a fault of a display filter that tells where it is.
type placed struct{ error }

// Place implements live.Place.
func (p placed) Place() (from, to int) {
	var e *filter.Error
	if !errors.As(p.error, &e) {
		return 0, 0
	}
	return e.Offset, e.Offset + max(e.Length, 1)
}

// Unwrap gives the fault.
func (p placed) Unwrap() error { return p.error }

// liveViews are the views that --view begins with.
var liveViews = map[record.View]live.View{record.PDU | record.Gap: live.PDUs, record.Txn: live.Transactions, record.Msg: live.Messages, record.Conn: live.Connections}

// newLiveStore makes what the view shows things out of.
func newLiveStore(c *config) *live.Store {
	limit, _ := liveMemory(c)
	return live.NewStore(cmpp.Protocol, limit)
}

// notices is stderr while the screen is on: lines are shown there, and written
// when it is gone.
type notices struct {
	mu   sync.Mutex
	w    io.Writer
	kept []byte
	on   bool
	note func(line string)
}

// Write implements io.Writer.
func (n *notices) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.on {
		return n.w.Write(b)
	}
	if n.kept = append(n.kept, b...); len(n.kept) > 64<<10 {
		n.kept = n.kept[len(n.kept)-64<<10:]
	}
	if n.note != nil {
		n.note(strings.TrimSpace(strings.TrimPrefix(string(b), "cmppdump: ")))
	}
	return len(b), nil
}

// show has lines shown by note; nil: writes them.
func (n *notices) show(note func(string)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.on, n.note = note != nil, note
	if !n.on {
		n.w.Write(n.kept)
		n.kept = nil
	}
}
