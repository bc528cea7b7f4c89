package live

import (
	"fmt"
	"strconv"
	"time"

	"github.com/gdamore/tcell/v2"

	"cmppdump/render"
)

// places are where the panes are.
type places struct {
	top, main, status, foot area
	list, ladder, tree, hex area // of width or height 0 where not shown
	hrule                   int  // line of the border below the list, on the screen; 0: none
	vrule                   int  // column of the border between left and right
	vfrom                   int
}

// The sizes below which the screen is laid out otherwise.
const (
	leastWidth  = 40
	leastHeight = 10
	flatHeight  = 24  // less: one pane at a time
	sideWidth   = 100 // less: panes below each other
	leastLadder = 59  // unless the user has moved the border
	leftShare   = 0.55
)

// draw draws the whole screen.
func (a *App) draw() {
	begun := a.clock.now()
	a.s.mu.Lock()
	a.drawn = a.s.counts.version
	a.refresh()
	w, h := a.scr.Size()
	all := a.blank(&a.canvas, w, h)
	a.caret = caret{-1, -1}
	if w < leastWidth || h < leastHeight {
		all.text(0, 0, a.say(words{"too small: 40x10 at least", "窗口太小：至少 40x10"}), a.theme.plain)
	} else {
		a.lay(all)
		a.drawTop()
		switch {
		case a.cover != nil:
			a.cover.draw(a, a.panes.main)
		case a.view == Statistics:
			a.drawStatistics(a.panes.main)
		default:
			a.drawPanes()
		}
		a.drawStatus()
		a.drawFoot()
	}
	a.s.mu.Unlock()
	a.present(all)
	a.dirty, a.last = false, time.Now()
	a.clock.frames++
	a.clock.since(begun)
}

// caret is where the cursor of the terminal stands; -1: nowhere.
type caret struct{ x, y int }

// present gives the terminal what is new on the page: a frame that changes
// nothing sends nothing. (tcell holds whatever is put for new if there was
// something else in between, as the blanks of Clear.)
func (a *App) present(all area) {
	fresh := a.caret != a.sent
	all.eachCell(func(x, y int, s string, style tcell.Style) {
		if was, styled, _ := a.scr.Get(x, y); was != s || styled != style {
			a.scr.Put(x, y, s, style)
			fresh = true
		}
	})
	if !fresh {
		return
	}
	a.sent = a.caret
	a.scr.ShowCursor(a.caret.x, a.caret.y) // outside of the screen: hidden
	a.scr.Show()
}

// refresh brings what is remembered in line with the store.
func (a *App) refresh() {
	a.rate.tick(a.o.Now(), a.s.counts.pdus)
	if a.s.ended && !a.whole { // columns do not stay as wide as what was on the way there
		a.whole, a.texts = true, [views]*rowText{}
	}
	a.catchUp()
	l := a.list()
	if l.rows == 0 {
		_, h := a.scr.Size()
		l.rows = max(h/2, 1)
	}
	l.settle(a.s)
	a.choose()
}

// lay divides the screen.
func (a *App) lay(all area) {
	p := places{}
	p.top = all.part(0, 0, all.w, 1)
	if a.filtering() {
		p.top.h = 2
	}
	p.main = all.part(0, p.top.h, all.w, all.h-p.top.h-2)
	p.status, p.foot = all.part(0, all.h-2, all.w, 1), all.part(0, all.h-1, all.w, 1)
	a.panes = p
	if a.flat() {
		a.layFlat()
	} else {
		a.layPanes()
	}
	if room := a.panes.tree.h; room != a.treeRoom {
		if a.treeRoom = room; a.focus == paneList {
			a.tree.top = -1 // as with so much room from the start
		}
	}
}

// flat reports whether there is room for one pane only.
func (a *App) flat() bool {
	_, h := a.scr.Size()
	return h < flatHeight
}

// layFlat gives all room to the pane with the keys.
func (a *App) layFlat() {
	p := &a.panes
	m := p.main
	body := m.part(0, 1, m.w, m.h-1)
	switch a.focus {
	case paneLadder:
		p.ladder = body
	case paneTree:
		p.tree = body
	case paneHex:
		p.hex = body
	default:
		p.list = m
		return
	}
	p.hrule = m.y
}

// layPanes shows several panes.
func (a *App) layPanes() {
	p := &a.panes
	m := p.main
	n := max(min(int(float64(m.h)*a.split), m.h-8), 5)
	if have := a.list().len(a.s) + 2; have < n && (a.s.ended || a.view == Connections) { // no more are to be expected
		n = max(have, 5)
	}
	p.list = m.part(0, 0, m.w, n)
	p.hrule = m.y + n
	low := m.part(0, n+1, m.w, m.h-n-1)
	flow := a.view != PDUs
	if m.w < sideWidth {
		if flow {
			k := low.h / 2
			p.ladder, low = low.part(0, 0, low.w, k), low.part(0, k, low.w, low.h-k)
		}
		p.tree = low
		if a.focus == paneHex {
			p.tree, p.hex = area{}, low
		}
		return
	}
	k := max(min(int(float64(m.w)*a.vsplit), m.w-40), 40)
	if a.vsplit == leftShare { // the arrows take as much in a narrower one
		k = max(k, min(leastLadder, m.w-40))
	}
	left, right := low.part(0, 0, k, low.h), low.part(k+1, 0, m.w-k-1, low.h)
	p.vrule, p.vfrom = m.x+k, low.y
	if !flow {
		p.tree, p.hex = left, right
		return
	}
	p.ladder = left
	n = min(max(right.h/3, 3), 8)
	p.tree, p.hex = right.part(0, 0, right.w, right.h-n), right.part(0, right.h-n, right.w, n)
}

// drawPanes draws the panes that have room, and the lines between them.
func (a *App) drawPanes() {
	p := &a.panes
	if p.list.h > 0 {
		a.drawList(p.list)
	}
	t := a.prepareTree()
	if p.hrule > 0 {
		line := area{&a.canvas, a.shown, 0, p.hrule, p.main.w, 1}
		left, right := a.ladderTitle(), t.title
		if p.ladder.h == 0 {
			left, right = t.title, ""
		}
		line.rule(0, left, a.g, a.theme.border, a.theme.title)
		if p.vrule > 0 {
			line.text(p.vrule, 0, string(a.g.down), a.theme.border)
			if right != "" {
				line.part(p.vrule+1, 0, line.w, 1).rule(0, right, a.g, a.theme.border, a.theme.title)
			}
		}
	}
	if p.vrule > 0 {
		for y := p.vfrom; y < p.main.y+p.main.h; y++ {
			area{&a.canvas, a.shown, p.vrule, y, 1, 1}.text(0, 0, string(a.g.v), a.theme.border)
		}
	}
	if p.ladder.h > 0 {
		a.drawLadder(p.ladder)
	}
	if p.tree.h > 0 {
		a.drawTree(p.tree, t)
	}
	if p.hex.h > 0 {
		a.drawHex(p.hex)
	}
}

// drawList draws the headings and rows of a list.
func (a *App) drawList(r area) {
	l := a.list()
	l.rows = r.h - 1
	l.settle(a.s)
	bars := r.part(r.w, 0, 0, r.h) // at the right, where their width can push nothing
	width := r.w - 2
	if n := a.latencyWidth(r.w); n > 0 {
		bars = r.part(r.w-n, 0, n, r.h)
		width -= n
		bars.text(0, 0, scale(n), a.theme.head)
	}
	lines, head := a.rowLines(l, a.text(a.view, width))
	a.hmost = a.cutRows(lines, width)
	a.heads[a.view] = head
	head = string(render.Cut([]byte(head), width+a.hscroll))
	r.text(1-a.hscroll, 0, head, a.theme.head)
	r.text(0, 0, " ", a.theme.plain)
	for i, s := range lines {
		no := l.entry(a.s, l.top+i)
		style := a.styleOf(no, s)
		if l.top+i == l.at {
			if a.focus == paneList {
				style = style.Reverse(true)
			} else {
				style = a.theme.beside
			}
			r.fill(0, i+1, r.w, style)
		}
		r.text(1-a.hscroll, i+1, s, style)
		if bars.w > 0 {
			a.drawLatency(bars, i+1, no)
		}
		lead := " "
		switch {
		case l.top+i == l.at:
			lead = ">"
		case l.marks[no]:
			lead = "+"
		}
		if l.marks[no] {
			style = a.theme.marked
		}
		r.text(0, i+1, lead, style)
		if l.marks[no] && l.top+i == l.at {
			r.text(0, i+1, "+", style.Reverse(true))
		}
	}
	if l.len(a.s) == 0 {
		a.drawEmpty(r)
	}
}

// cutRows cuts the rows at the right edge of the screen, and gives how far they
// can be scrolled sideways.
func (a *App) cutRows(lines []string, width int) (most int) {
	for i, s := range lines {
		s = a.shown(s)
		most = max(most, cells(s)-width)
		lines[i] = string(render.Cut([]byte(s), width+a.hscroll))
	}
	return most
}

// rowLines makes the rows on the screen. Columns may grow by them; then they
// are made again.
func (a *App) rowLines(l *list, t *rowText) (lines []string, head string) {
	n := min(l.rows, l.len(a.s)-l.top)
	if a.view == Connections {
		var shown []uint64
		for i := range n {
			shown = append(shown, l.entry(a.s, l.top+i))
		}
		return a.connRows(shown, t.width)
	}
	for range 2 {
		before := t.head(a.view, a.headTime())
		lines = lines[:0]
		if t.form == render.Delta && l.top > 0 {
			t.line(a.l, a.view, l.entry(a.s, l.top-1))
		}
		for i := range n {
			lines = append(lines, t.line(a.l, a.view, l.entry(a.s, l.top+i)))
		}
		if head = t.head(a.view, a.headTime()); head == before {
			break
		}
	}
	return lines, head
}

// headTime is the time whose date the headings show: the selected row's.
func (a *App) headTime() int64 {
	if i := a.s.lead(a.view, a.list().cursor); a.s.rows.has(i) {
		return a.s.rows.at(i).time
	}
	return a.s.now
}

func (a *App) drawEmpty(r area) {
	s := words{"nothing yet", "暂无数据"}
	switch {
	case a.filtering() && len(a.work) == 0:
		s = words{"nothing matches", "没有匹配项"}
	case a.s.ended:
		s = words{"nothing in the capture: no CMPP was recognised (-d tcp.port==N,cmpp names a port)", "抓包中没有识别出 CMPP（可用 -d tcp.port==N,cmpp 指定端口）"}
	case a.o.Live:
		s = words{"waiting for traffic", "等待流量"}
	}
	r.text(2, 2, a.say(s), a.theme.dim)
}

// count writes a number with its thousands apart.
func count(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size writes octets for people.
func size(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%dG", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%dM", n>>20)
	}
	return fmt.Sprintf("%dK", n>>10)
}
