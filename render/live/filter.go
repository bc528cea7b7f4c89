package live

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// filtering reports whether the rows are limited.
func (a *App) filtering() bool { return a.expr != "" || a.conn != 0 }

// askFilter asks for a display filter.
func (a *App) askFilter() {
	if a.o.Filter == nil {
		a.note(a.say(words{"no display filter here", "这里没有显示过滤器"}))
		return
	}
	p := a.ask("f: ", "filter", a.expr, func(a *App, expr string) string {
		if err := a.SetFilter(expr); err != nil {
			return firstLine(a.told(err))
		}
		return ""
	})
	p.check = func(expr string) error {
		if strings.TrimSpace(expr) == "" {
			return nil
		}
		_, err := a.o.Filter(expr)
		return err
	}
	p.complete = a.o.Complete
}

// SetFilter limits the rows to those that pass a display filter; "" is all.
func (a *App) SetFilter(expr string) error {
	var m Match
	if expr != "" {
		var err error
		if m, err = a.o.Filter(expr); err != nil {
			return err
		}
	}
	a.expr, a.matches = expr, m
	a.refilter()
	return nil
}

// followConn limits the rows to the connection of the selected one, or takes
// that back.
func (a *App) followConn() {
	if a.conn == 0 && a.view == Statistics {
		a.note(a.say(words{"no connection is selected in this view", "此视图没有选中连接"}))
		return
	}
	a.locked(func() {
		if a.conn != 0 {
			a.conn = 0
			return
		}
		a.conn = a.s.connOf(a.view, a.list().cursor)
	})
	a.refilter()
}

// refilter begins the look through all rows anew, those of the view shown
// first.
func (a *App) refilter() {
	a.work = slices.DeleteFunc(a.work, func(t task) bool { _, is := t.(*scan); return is })
	a.locked(func() {
		for v, l := range a.lists {
			l.filtered = a.filtering() && View(v) != Statistics
			l.match, l.scanned = nil, 0
			a.resort(l)
			a.s.news[v] = nil
		}
		a.watch()
	})
	a.begin()
}

// watch has the store tell what changes, where lists go by it. Those that are
// paused do not.
func (a *App) watch() {
	for v, l := range a.lists {
		a.s.watch[v] = !a.paused && (l.filtered || l.order != nil)
		if !a.s.watch[v] {
			a.s.news[v] = nil
		}
	}
}

// begin has the view shown looked through, as far as it is not.
func (a *App) begin() {
	l := a.list()
	if !l.filtered {
		return
	}
	for _, t := range a.work {
		if s, is := t.(*scan); is && s.l == l {
			return
		}
	}
	a.work = append(a.work, &scan{l})
}

// scan looks which entries pass the filter.
type scan struct{ l *list }

func (t *scan) step(a *App, until time.Time) bool {
	l := t.l
	first, end := l.span(a.s)
	l.scanned = max(l.scanned, first)
	for n := 1; l.scanned < end; n++ {
		moved := a.judge(l, l.scanned)
		if l.scanned++; (moved || n%64 == 0) && time.Now().After(until) { // to move takes long in a long list
			return l.scanned >= end
		}
	}
	return true
}

// passes reports whether an entry passes the filter.
func (a *App) passes(v View, no uint64) bool {
	if a.conn != 0 && a.s.connOf(v, no) != a.conn {
		return false
	}
	if a.matches == nil {
		return true
	}
	e := a.plain.event(v, no)
	return e != nil && a.record(e) && a.matches(&a.rec)
}

// record makes the record of an event.
func (a *App) record(e *track.Event) bool {
	return a.rec.Set(e, record.PDU|record.Gap|record.Txn|record.Msg|record.Conn)
}

// catchUp takes what has come since the last frame into the lists that are
// limited or sorted: entries that have changed, then new ones, as far as there
// is time.
func (a *App) catchUp() {
	until := time.Now().Add(budget)
	for v, l := range a.lists {
		news := a.s.news[v]
		n := 0
		for ; n < len(news) && (n%64 > 0 || time.Now().Before(until)); n++ {
			switch no := news[n]; {
			case l.filtered && no < l.scanned:
				if a.judge(l, no) && time.Now().After(until) {
					until = time.Time{}
				}
			case !l.filtered && l.order != nil:
				l.order.touch(no)
			}
		}
		if a.s.news[v] = news[n:]; n == len(news) {
			a.s.news[v] = news[:0]
		}
	}
	l := a.list()
	a.lookAgain(l)
	if _, end := l.span(a.s); l.filtered && l.scanned < end && len(a.work) == 0 {
		if t := (&scan{l}); !t.step(a, until) {
			a.begin()
		}
	}
	a.sortOn()
	a.s.lists = 0
	for _, l := range a.lists {
		a.s.lists += l.size()
	}
}

// lookAgain has connections looked at again, now and then: they change with every
// PDU.
func (a *App) lookAgain(l *list) {
	if !a.lookDue(l) {
		return
	}
	l.seen, l.seenAt, l.scanned = a.s.counts.version, time.Now(), 0
	if l.order != nil {
		l.order.anew()
	}
}

// lookDue reports whether that is to be done now.
func (a *App) lookDue(l *list) bool {
	return l.view == Connections && (l.filtered || l.order != nil) && !a.paused && l.seen != a.s.counts.version && time.Since(l.seenAt) >= pace
}

// judge puts an entry into the list or takes it out, as the filter says, and
// reports whether others had to move for that.
func (a *App) judge(l *list, no uint64) (moved bool) {
	passes := a.passes(l.view, no)
	n := len(l.match)
	if passes && (n == 0 || l.match[n-1] < no) {
		l.match = append(l.match, no)
	} else {
		i, has := slices.BinarySearch(l.match, no)
		switch {
		case passes && !has:
			l.match, moved = slices.Insert(l.match, i, no), true
		case !passes && has:
			l.match, moved = slices.Delete(l.match, i, i+1), true
		}
	}
	if l.order != nil && (passes || moved) {
		l.order.touch(no)
	}
	return moved
}

// size is what the list takes, in octets.
func (l *list) size() int64 {
	n := 8 * int64(cap(l.match)+cap(l.sorted))
	if l.order != nil {
		n += l.order.size()
	}
	return n
}

// limits says what the rows are limited to, for people.
func (a *App) limits() string {
	switch {
	case a.expr != "" && a.conn != 0:
		return fmt.Sprintf("%s && conn.id == %d", a.expr, a.conn)
	case a.conn != 0:
		return fmt.Sprintf("conn.id == %d", a.conn)
	}
	return a.expr
}
