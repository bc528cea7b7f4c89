package live

import "github.com/gdamore/tcell/v2"

// mouse takes clicks, the wheel, and borders that are dragged.
func (a *App) mouse(e *tcell.EventMouse) {
	x, y := e.Position()
	b := e.Buttons()
	switch {
	case b&tcell.WheelUp != 0:
		a.wheel(x, y, -3)
	case b&tcell.WheelDown != 0:
		a.wheel(x, y, 3)
	case b&tcell.Button1 != 0 && a.drag != 0:
		a.dragTo(x, y)
	case b&tcell.Button1 != 0:
		a.press(x, y)
	case b == tcell.ButtonNone:
		a.drag = 0
	}
}

// wheel scrolls the pane under the mouse.
func (a *App) wheel(x, y, by int) {
	a.locked(func() {
		p := &a.panes
		switch {
		case a.cover != nil:
			a.cover.move(by)
		case a.view == Statistics:
			a.stats.move(by)
		case p.ladder.holds(x, y):
			a.subject.at = max(min(a.subject.at+by, len(a.subject.arrows)-1), 0)
		case p.tree.holds(x, y):
			a.scrollFields(by)
		case p.hex.holds(x, y):
			a.moveOctet(by * perLine(p.hex.w))
		case p.list.holds(x, y):
			a.list().follow = false
			a.list().scroll(a.s, by)
		}
	})
}

// press selects what is under the mouse, or takes hold of a border.
func (a *App) press(x, y int) {
	p := &a.panes
	switch {
	case a.prompt != nil:
	case p.top.holds(x, y) && y == p.top.y:
		a.pressTab(x)
	case a.cover != nil || a.view == Statistics:
	case p.hrule > 0 && y == p.hrule && p.list.h > 0:
		a.drag = 'h'
	case p.vrule > 0 && x == p.vrule && y > p.hrule:
		a.drag = 'v'
	default:
		a.locked(func() { a.pressPane(x, y) })
	}
}

func (a *App) pressPane(x, y int) {
	p := &a.panes
	l := a.list()
	switch {
	case p.list.holds(x, y) && y > p.list.y:
		if i := l.top + y - p.list.y - 1; i < l.len(a.s) {
			l.settle(a.s)
			l.move(a.s, i-l.at)
			a.focus = paneList
		}
	case p.ladder.holds(x, y) && y > p.ladder.y:
		if i := a.ladder + y - p.ladder.y - 1; i < len(a.subject.arrows) {
			a.subject.at, a.focus = i, paneLadder
		}
	case p.tree.holds(x, y):
		a.pressField(y - p.tree.y)
	case p.hex.holds(x, y):
		a.pressOctet(x-p.hex.x, y-p.hex.y)
	}
}

// pressField selects the field on a row of the tree.
func (a *App) pressField(y int) {
	t := &a.tree.last
	if y += max(a.tree.top, 0); y >= len(t.rows) {
		return
	}
	if f := t.lines[t.rows[y].line].field; f >= 0 {
		a.subject.field, a.subject.octet, a.focus = f, -1, paneTree
	}
}

// pressOctet selects the octet at a place of the hex pane.
func (a *App) pressOctet(x, y int) {
	p := a.pdu()
	if p == nil {
		return
	}
	n := perLine(a.panes.hex.w)
	for i := range n {
		at := hexColumn + 3*i + i/8
		ascii := hexColumn + 3*n + (n-1)/8 + 1 + i
		if x != at && x != at+1 && x != ascii {
			continue
		}
		if octet := (a.hexTop+y)*n + i; octet < len(p.Raw) {
			a.focus = paneHex
			a.selectOctet(p, octet)
		}
		return
	}
}

// pressTab shows the view whose tab is under the mouse.
func (a *App) pressTab(x int) {
	for v := range viewNames {
		if from, to := a.tabAt[v][0], a.tabAt[v][1]; x >= from && x < to {
			a.turnTo(View(v))
			return
		}
	}
}

// dragTo moves a border.
func (a *App) dragTo(x, y int) {
	m := a.panes.main
	if a.drag == 'h' && m.h > 0 {
		a.split = min(max(float64(y-m.y)/float64(m.h), 0.1), 0.9)
	}
	if a.drag == 'v' && m.w > 0 {
		a.vsplit = min(max(float64(x-m.x)/float64(m.w), 0.2), 0.8)
	}
}
