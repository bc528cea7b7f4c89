package live

import (
	"cmppdump/render"
)

// Every function here is called with the store unlocked, and locks it where it
// looks.

// locked calls f with the store locked.
func (a *App) locked(f func()) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	f()
}

// turn shows another view, some places on.
func (a *App) turn(by int) { a.turnTo(View((int(a.view) + by + int(views)) % int(views))) }

// turnTo shows a view. What was selected is selected there too.
func (a *App) turnTo(v View) {
	a.cover = nil
	if v == a.view {
		return
	}
	a.locked(func() {
		if row := a.selectedRow(v); row != 0 {
			a.carried = row
		}
		following := a.list().follow
		a.view = v
		if !following {
			a.carry()
		}
		if a.focus == paneLadder && v == PDUs {
			a.focus = paneTree
		}
		if v == Statistics || a.flat() { // where there is one pane only, the view is its list
			a.focus = paneList
		}
		a.choose()
		if v == Connections {
			a.arrived = a.list().cursor
		}
	})
}

// selectedRow is the PDU that is selected in the view shown, to be selected in
// another. A connection has none of its own, until another connection or an arrow
// is chosen.
func (a *App) selectedRow(to View) uint64 {
	inList := a.focus == paneList
	switch {
	case a.view == Statistics, a.view == Connections && inList && a.list().cursor == a.arrived:
		return 0
	case a.view == Messages && inList && to == Transactions: // that of its SUBMIT
	case a.subject.row != 0 && a.subject.view == a.view:
		return a.subject.row
	}
	return a.s.lead(a.view, a.list().cursor)
}

// carry selects, in the view shown, the entry that the PDU carried belongs to:
// the one selected there before if it may be that.
func (a *App) carry() {
	l := a.list()
	a.subject.row = a.carried // the arrow, not only the message
	if !a.s.belongsTo(a.carried, a.view, l.cursor) {
		if no := a.s.across(PDUs, a.carried, a.view); no != 0 {
			l.show(a.s, no)
		}
	} else {
		l.follow = false
	}
}

// move goes some lines down, or up, in the pane with the keys.
func (a *App) move(by int) {
	a.locked(func() {
		switch {
		case a.cover != nil:
			a.cover.move(by)
		case a.view == Statistics:
			a.stats.move(by)
		case a.focus == paneLadder:
			a.subject.at = max(min(a.subject.at+by, len(a.subject.arrows)-1), 0)
		case a.focus == paneTree:
			a.moveField(by)
		case a.focus == paneHex:
			a.moveOctet(by * perLine(a.panes.hex.w))
		default:
			a.list().move(a.s, by)
			if by >= far && !a.s.ended {
				a.list().follow = true
			}
		}
	})
}

// side goes left or right in the pane with the keys.
func (a *App) side(by int) {
	a.locked(func() {
		switch {
		case a.cover != nil:
		case a.focus == paneTree:
			a.fold(by < 0)
		case a.focus == paneHex:
			a.moveOctet(by)
		case a.focus == paneList:
			a.hscroll = max(min(a.hscroll+8*by, max(a.hmost, a.hscroll)), 0)
		}
	})
}

// page is how many lines a page has.
func (a *App) page() int {
	switch {
	case a.cover != nil:
		return max(a.panes.main.h-2, 1)
	case a.view == Statistics:
		return max(a.stats.rows-1, 1)
	case a.focus == paneLadder:
		return max(a.panes.ladder.h-2, 1)
	case a.focus == paneTree:
		return max(a.panes.tree.h-1, 1)
	case a.focus == paneHex:
		return max(a.panes.hex.h-1, 1)
	}
	return max(a.list().rows-1, 1)
}

// enter goes into the detail.
func (a *App) enter() {
	a.locked(func() {
		switch {
		case a.cover != nil || a.view == Statistics || a.list().cursor == 0:
		case a.focus == paneList && a.view != PDUs:
			a.focus = paneLadder
		case a.focus == paneList || a.focus == paneLadder:
			a.focus = paneTree
		case a.focus == paneTree:
			p := a.pdu()
			if p != nil && a.subject.field < len(p.Fields) && branch(p.Fields, a.subject.field) {
				a.fold(!a.tree.closed[p.Fields[a.subject.field].Spec.Name])
				return
			}
			a.focus = paneHex
			a.moveOctet(0)
		}
		if a.focus != paneList {
			a.list().follow = false
		}
	})
}

// leaveDetail goes to the list, or takes away what lies over it.
func (a *App) leaveDetail() {
	if a.cover != nil {
		a.cover = nil
		return
	}
	a.focus, a.subject.octet = paneList, -1
}

// back goes to the pane before, or takes away what lies over it.
func (a *App) back() {
	switch {
	case a.cover != nil:
		a.cover = nil
	case a.focus == paneHex:
		a.focus = paneTree
		a.subject.octet = -1
	case a.focus == paneTree && a.view != PDUs:
		a.focus = paneLadder
	default:
		a.focus = paneList
	}
}

// leave goes back, and in a list ends the program.
func (a *App) leave() {
	if a.cover == nil && a.focus == paneList {
		a.quit = true
		return
	}
	a.back()
}

// pair goes to the other PDU of the transaction.
func (a *App) pair() {
	a.locked(func() {
		s, b := a.s, &a.subject
		if !s.rows.has(b.row) {
			return
		}
		no := s.rows.at(b.row).txn
		if no == 0 || !s.txns.has(no) {
			a.note(a.say(words{"no pair: nothing was captured that belongs to it", "没有配对：未抓到对应的 PDU"}))
			return
		}
		t := s.txns.at(no)
		other := t.response
		if b.row == t.response {
			other = t.request
		}
		switch {
		case !s.rows.has(other):
			a.note(a.say(words{"no pair: the other one was not captured", "没有配对：另一方未抓到"}))
		case a.view == PDUs:
			if !a.list().show(s, other) {
				a.note(a.say(words{"the pair does not pass the filter", "配对的 PDU 被过滤掉了"}))
			}
		default:
			for i, row := range b.arrows {
				if row == other {
					b.at = i
				}
			}
		}
	})
}

// mark marks the row, and goes to the next.
func (a *App) mark() {
	a.locked(func() {
		l := a.list()
		switch {
		case l.cursor == 0 || a.cover != nil:
			return
		case l.marks[l.cursor]:
			delete(l.marks, l.cursor)
		default:
			l.marks[l.cursor] = true
		}
		l.move(a.s, 1)
	})
}

// pause holds the lists still, or goes on.
func (a *App) pause() {
	a.locked(func() {
		a.paused = !a.paused
		for _, l := range a.lists {
			l.end = 0
			if a.paused {
				_, l.end = a.s.span(l.view)
				continue
			}
			l.scanned = 0 // what has changed meanwhile was not told
			if l.order != nil {
				l.order.anew()
			}
		}
		a.watch()
	})
	a.begin()
}

func (a *App) autoscroll() {
	l := a.list()
	l.follow = !l.follow
	if l.follow {
		a.focus = paneList
	}
}

// timeForm takes the next form of times.
func (a *App) timeForm() {
	forms := []render.TimeForm{render.DateTimeOffset, render.DateClock, render.Relative, render.Delta, render.Epoch, render.UTCDateClock}
	next := forms[0]
	for i, f := range forms[:len(forms)-1] {
		if f == a.o.Times.Form {
			next = forms[i+1]
		}
	}
	a.o.Times.Form = next
	a.note(a.say(words{"times: ", "时间："}) + a.say(timeNames[next]))
}

var timeNames = map[render.TimeForm]words{
	render.DateTimeOffset: {"time of day, date and offset above", "时刻，日期和时区在表头"}, render.DateClock: {"date and time", "日期和时间"},
	render.Relative: {"seconds since the first", "距首行秒数"}, render.Delta: {"seconds since the row before", "距上一行秒数"},
	render.Epoch: {"seconds since 1970", "1970 年以来秒数"}, render.UTCDateClock: {"date and time in UTC", "UTC 日期和时间"}, render.Clock: {"time of day", "时刻"},
}

// toggleMouse gives the mouse to the terminal, or takes it.
func (a *App) toggleMouse() {
	if a.mouseOff = !a.mouseOff; a.mouseOff {
		a.scr.DisableMouse()
		a.note(a.say(words{"the mouse is the terminal's", "鼠标已交还终端"}))
		return
	}
	a.scr.EnableMouse()
}
