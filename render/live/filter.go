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
	a.locked(func() {
		if a.conn != 0 {
			a.conn = 0
			return
		}
		l := a.list()
		if a.view == Connections && l.cursor >= 1 && l.cursor <= uint64(len(a.s.live)) {
			a.conn = a.s.live[l.cursor-1].ID
		} else if i := a.s.lead(a.view, l.cursor); a.s.rows.has(i) {
			a.conn = int(a.s.rows.at(i).conn)
		}
	})
	a.refilter()
}

// refilter begins the look through all rows anew, those of the view shown
// first.
func (a *App) refilter() {
	a.work = slices.DeleteFunc(a.work, func(t task) bool { _, is := t.(*scan); return is })
	a.locked(func() {
		for v, l := range a.lists {
			l.filtered = a.filtering() && View(v) != Connections
			l.match, l.scanned, l.sorted, l.column = nil, 0, nil, 0
			a.s.watch[v] = l.filtered
			a.s.news[v] = nil
		}
	})
	a.begin()
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
	first, end := a.s.span(l.view)
	l.scanned = max(l.scanned, first)
	for n := 0; l.scanned < end; l.scanned++ {
		if n++; n%64 == 0 && time.Now().After(until) {
			return false
		}
		if a.passes(l.view, l.scanned) {
			l.match = append(l.match, l.scanned)
		}
	}
	return true
}

// passes reports whether an entry passes the filter.
func (a *App) passes(v View, no uint64) bool {
	if a.conn != 0 {
		if i := a.s.lead(v, no); !a.s.rows.has(i) || int(a.s.rows.at(i).conn) != a.conn {
			return false
		}
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
// limited: entries that have changed, then new ones, as far as there is time.
func (a *App) catchUp() {
	until := time.Now().Add(budget)
	for v, l := range a.lists {
		if !l.filtered {
			continue
		}
		news := a.s.news[v]
		n := 0
		for ; n < len(news) && (n%64 > 0 || time.Now().Before(until)); n++ {
			if no := news[n]; no < l.scanned {
				l.judge(no, a.passes(View(v), no))
			}
		}
		if a.s.news[v] = news[n:]; n == len(news) {
			a.s.news[v] = news[:0]
		}
	}
	l := a.list()
	if _, end := a.s.span(a.view); l.filtered && l.scanned < end && len(a.work) == 0 {
		if t := (&scan{l}); !t.step(a, until) {
			a.begin()
		}
	}
}

// judge puts an entry into the list, or takes it out.
func (l *list) judge(no uint64, passes bool) {
	i, has := slices.BinarySearch(l.match, no)
	switch {
	case passes && !has:
		l.match = slices.Insert(l.match, i, no)
	case !passes && has:
		l.match = slices.Delete(l.match, i, i+1)
	}
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
