package live

import (
	"bytes"
	"time"

	"github.com/gdamore/tcell/v2"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/render"
)

// pane is a part of the screen that takes keys.
type pane int

const (
	paneList pane = iota
	paneLadder
	paneTree
	paneHex
)

// frame is how long the screen stays at least: twenty frames a second.
const frame = 50 * time.Millisecond

// budget is how long a slice of work may take between keys.
const budget = 10 * time.Millisecond

// App is the screen and all that it remembers. It belongs to one goroutine; Do,
// Quit, Note and Suspend may be called by others.
type App struct {
	o      Options
	scr    tcell.Screen
	canvas tcell.CellBuffer // the screen as it is drawn
	caret  caret
	sent   caret // on the terminal
	s      *Store
	l      *loader // of what is shown
	plain  *loader // of what filters see
	theme  theme
	g      *glyphs
	keys   map[string]func(*App)

	view  View
	lists [views]*list
	texts [views]*rowText // the rows as they are shown
	whole bool            // they were begun anew when everything had come
	heads [views]string   // the headings above them
	cells [views]*rowText // those whose columns are sorted by
	focus pane

	subject  subject
	carried  uint64 // the row of the PDU that was selected last
	arrived  uint64 // the connection that was selected with its view
	tree     tree
	treeRoom int // lines of its pane
	hexTop   int
	ladder   int // the first arrow on the screen
	stats    statistics
	conn     int // only this connection's; 0: all
	paused   bool
	expr     string // display filter
	matches  Match
	needle   []byte  // searched for
	hscroll  int     // cells that the rows are scrolled to the left
	hmost    int     // as far as there is anything
	split    float64 // share of the list
	vsplit   float64 // share of the left pane
	panes    places
	drag     byte // what the mouse holds: 'h' or 'v', or 0
	mouseOff bool
	pasting  bool          // keys come out of a clipboard
	tabAt    [views][2]int // columns of the tabs

	prompt  *prompt
	history map[string][]string
	cover   *cover
	notice  string
	work    []task
	rec     record.Record

	calls   chan func()
	quit    bool
	dirty   bool
	drawn   uint64 // version of the store
	last    time.Time
	clock   clock
	rate    rate
	themeOf string
}

// clock knows how long frames and slices of work took.
type clock struct {
	now     func() time.Time
	frames  int
	slowest time.Duration
}

// since counts what began at a time of the clock.
func (c *clock) since(begun time.Time) { c.slowest = max(c.slowest, c.now().Sub(begun)) }

// New makes the screen's program. The screen must be initialised, and is not
// closed.
func New(scr tcell.Screen, s *Store, o Options) *App {
	a := &App{o: o, scr: scr, s: s, l: newLoader(s), plain: newLoader(s), view: o.View, split: 0.5, vsplit: leftShare, calls: make(chan func(), 16),
		keys: map[string]func(*App){}, history: map[string][]string{}, clock: clock{now: time.Now}, dirty: true}
	if a.o.Now == nil {
		a.o.Now = time.Now
	}
	if a.o.Copy == nil {
		a.o.Copy = func(text []byte) error {
			scr.SetClipboard(text)
			return nil
		}
	}
	for v := range a.lists {
		a.lists[v] = &list{view: View(v), marks: map[uint64]bool{}, follow: o.Live}
	}
	for _, b := range bindings() {
		for _, k := range b.keys {
			a.keys[k] = b.do
		}
	}
	a.g = &unicodeGlyphs
	if scr.CharacterSet() != "UTF-8" {
		a.g = &asciiGlyphs
	}
	if !a.canShow('中') {
		a.o.Lang = render.English
	}
	a.setTheme(pickTheme(o.Color))
	a.rec.Options = o.Record
	a.l.mask = o.Mask
	a.tree.closed = map[string]bool{}
	scr.EnableMouse()
	scr.EnablePaste()
	scr.HideCursor()
	if o.Expr != "" {
		if err := a.SetFilter(o.Expr); err != nil {
			a.note(firstLine(a.told(err)))
		}
	}
	return a
}

func (a *App) setTheme(name string) {
	a.themeOf, a.theme = name, newTheme(name, a.scr.Colors())
}

// Run shows the screen until the user has seen enough.
func (a *App) Run() error {
	events, stop := make(chan tcell.Event, 64), make(chan struct{})
	defer close(stop)
	go a.scr.ChannelEvents(events, stop)
	tick := time.NewTicker(frame)
	defer tick.Stop()
	a.draw()
	for !a.quit {
		if len(a.work) > 0 {
			select {
			case e, ok := <-events:
				a.quit = a.quit || !ok
				a.event(e)
			case f := <-a.calls:
				f()
				a.dirty = true
			case <-tick.C:
				a.tick()
			default:
				a.slice()
			}
			continue
		}
		select {
		case e, ok := <-events:
			a.quit = a.quit || !ok
			a.event(e)
			if len(events) == 0 && time.Since(a.last) >= frame {
				a.draw()
			}
		case f := <-a.calls:
			f()
			a.dirty = true
		case <-tick.C:
			a.tick()
		}
	}
	return nil
}

// Do has f called by the goroutine of the screen.
func (a *App) Do(f func()) { a.calls <- f }

// Quit ends Run.
func (a *App) Quit() { a.Do(func() { a.quit = true }) }

// Note shows a line until the next key.
func (a *App) Note(line string) { a.Do(func() { a.note(line) }) }

func (a *App) note(line string) { a.notice = line }

// Suspend gives the terminal back to the shell until the user wants the
// program again.
func (a *App) Suspend() {
	if a.o.Suspend == nil {
		return
	}
	if a.scr.Suspend() == nil {
		a.o.Suspend()
		a.scr.Resume()
		a.scr.Sync()
	}
	a.dirty = true
}

// event takes what the terminal tells.
func (a *App) event(e tcell.Event) {
	switch e := e.(type) {
	case *tcell.EventKey:
		a.key(e)
	case *tcell.EventPaste:
		a.pasting = e.Start()
	case *tcell.EventMouse:
		a.mouse(e)
	case *tcell.EventResize:
		a.scr.Sync()
	case *tcell.EventError:
		a.quit = true // the terminal is gone
	}
	a.dirty = true
}

// tick draws if there is anything new.
func (a *App) tick() {
	a.s.mu.Lock()
	l := a.list()
	fresh := a.s.counts.version != a.drawn || a.sortDue(l) || a.lookDue(l)
	a.s.mu.Unlock()
	if fresh || a.dirty {
		a.draw()
	}
}

// task is work that is done in slices, with the store locked. It reports
// whether it is done, and may be asked for less than it has.
type task interface {
	step(a *App, until time.Time) bool
}

// slice works for a while.
func (a *App) slice() {
	begun := a.clock.now()
	until := time.Now().Add(budget)
	for len(a.work) > 0 && time.Now().Before(until) {
		a.s.mu.Lock()
		done := a.work[0].step(a, time.Now().Add(2*time.Millisecond))
		a.s.mu.Unlock()
		if done {
			a.work = a.work[1:]
		} else if w, is := a.work[0].(*sorter); is && w.waits() { // another goroutine sorts
			if len(a.work) == 1 {
				time.Sleep(2 * time.Millisecond)
				break
			}
			a.work = append(a.work[1:], w)
		}
	}
	a.clock.since(begun)
	a.dirty = true
}

// list is the one shown.
func (a *App) list() *list { return a.lists[a.view] }

// say picks the language.
func (a *App) say(w words) string { return w[a.o.Lang] }

// told is what an error says.
func (a *App) told(err error) string { return lang.Of(err)[a.o.Lang] }

// rowText makes the text of rows. It is made anew when something that the text
// depends on changes.
type rowText struct {
	Rows
	buf   bytes.Buffer
	width int
	form  render.TimeForm
	lang  render.Lang
}

// text gives the writer of a view's rows.
func (a *App) text(v View, width int) *rowText {
	t := a.texts[v]
	if t == nil || t.width != width || t.form != a.o.Times.Form || t.lang != a.o.Lang {
		t = a.newText(v, width)
		a.texts[v] = t
	}
	return t
}

// newText makes one, which takes the times of the first row for the beginning.
func (a *App) newText(v View, width int) *rowText {
	t := &rowText{width: width, form: a.o.Times.Form, lang: a.o.Lang}
	t.Rows = a.o.Rows(&t.buf, recordViews[v], width, render.Times{Form: a.o.Times.Form, Zone: a.o.Times.Zone}, a.o.Lang)
	first, _ := a.s.span(v)
	t.line(a.l, v, first)
	return t
}

// line gives the row of an entry, without the end of the line.
func (t *rowText) line(l *loader, v View, no uint64) string { return string(t.octets(l, v, no)) }

// octets lends the row of an entry, until the next.
func (t *rowText) octets(l *loader, v View, no uint64) []byte {
	t.buf.Reset()
	if e := l.event(v, no); e == nil || t.Event(e) != nil {
		return nil
	}
	return bytes.TrimRight(t.buf.Bytes(), "\n")
}

// head gives the headings.
func (t *rowText) head(v View, ns int64) string {
	t.buf.Reset()
	view := recordViews[v]
	if v == PDUs {
		view = record.PDU
	}
	if t.Head(view, ns) != nil {
		return ""
	}
	return string(bytes.TrimRight(t.buf.Bytes(), "\n"))
}
