package live

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cmppdump/dissect/record"
)

// sortColumn is what rows can be sorted by: a column of the screen. Its entries
// are compared by a field of their records, or if there is none, by what stands
// there.
type sortColumn struct{ title, field string }

// timeColumn is the title of the column whose heading is the date.
const timeColumn = "time"

// sortColumns are those of the views whose rows the program makes elsewhere.
var sortColumns = [views][]sortColumn{
	Messages: {{timeColumn, ""}, {"Conn", "conn.id"}, {"To", ""}, {"State", ""}, {"Resp", "msg.resp.latency_ms"}, {"Report", "msg.report.latency_ms"},
		{"Code", ""}, {"Text", ""}},
	Transactions: {{timeColumn, ""}, {"Conn", "conn.id"}, {"PDU", ""}, {"Number", ""}, {"State", ""}, {"Resp", "txn.latency_ms"}, {"Info", ""}},
	PDUs:         {{timeColumn, ""}, {"Conn", "conn.id"}, {"PDU", ""}, {"Number", ""}, {"Info", ""}},
}

// sortable are the columns that the view shown can be sorted by: those that are
// on the screen.
func (a *App) sortable() []sortColumn {
	all := slices.Clone(sortColumns[a.view])
	if a.view == Connections {
		for i := range connColumns {
			all = append(all, sortColumn{title: connColumns[i].title})
		}
	}
	shown := strings.Fields(a.heads[a.view])
	if len(shown) == 0 {
		return all // not drawn yet
	}
	return slices.DeleteFunc(all, func(c sortColumn) bool { return c.title != timeColumn && !slices.Contains(shown, c.title) })
}

// sortBy takes the next column, or the one before; in between there is none.
func (a *App) sortBy(by int) {
	columns, l := a.sortable(), a.list()
	if len(columns) == 0 {
		return
	}
	at, desc := 0, false
	if l.order != nil {
		at, desc = 1+slices.Index(columns, l.order.column), l.order.desc
	}
	n := len(columns) + 1
	at = (at + by + n) % n
	a.locked(func() {
		if l.order = nil; at > 0 {
			l.order = &order{column: columns[at-1], desc: desc}
		}
		a.resort(l)
		a.watch()
	})
}

// reverse turns the order round.
func (a *App) reverse() {
	l := a.list()
	if l.order == nil {
		a.note(a.say(words{"not sorted: > takes the first column", "未排序：按 > 选第一列"}))
		return
	}
	a.locked(func() {
		l.order = &order{column: l.order.column, desc: !l.order.desc}
		a.resort(l)
	})
}

// resort has a list sorted from the beginning, by the column that it has.
func (a *App) resort(l *list) {
	l.sorted = nil
	if o := l.order; o != nil {
		l.order = &order{column: o.column, desc: o.desc, stale: true}
		if o.column.field != "" {
			l.order.field = a.o.Table.Lookup(o.column.field)
		}
		a.sortOn()
	}
}

// sortedBy says so, for the footer.
func (a *App) sortedBy() string {
	l := a.list()
	o := l.order
	arrow := a.say(words{" up", " 升序"})
	if o.desc {
		arrow = a.say(words{" down", " 降序"})
	}
	title := o.column.title
	if title == timeColumn {
		title = a.say(words{"time", "时间"})
	}
	s := a.say(words{"sorted by ", "排序："}) + title + arrow
	if n := l.unsorted(a.s); l.sorted == nil && n > 0 {
		s += fmt.Sprintf(" %d%%", 100-100*n/max(l.len(a.s), n))
	}
	return s
}

// sortOn has the list shown sorted on, if there is anything new and the last
// time is long enough ago.
func (a *App) sortOn() {
	l := a.list()
	if !a.sortDue(l) || slices.ContainsFunc(a.work, func(t task) bool { s, is := t.(*sorter); return is && s.o == l.order }) {
		return
	}
	l.order.begin(l, a.s)
	a.work = append(a.work, &sorter{l, l.order})
}

// sortDue reports whether there is something to be sorted, and time for that.
func (a *App) sortDue(l *list) bool {
	o := l.order
	if o == nil || a.paused && l.sorted != nil || time.Since(o.done) < max(pace, 10*o.took) {
		return false
	}
	if _, end := l.span(a.s); l.sorted == nil && l.filtered && l.scanned < end {
		return false // it grows as it is filtered, and is sorted then
	}
	return l.unsorted(a.s) > 0
}

// sorter reads what a list is sorted by, some entries at a time, and then has it
// sorted.
type sorter struct {
	l *list
	o *order
}

func (t *sorter) step(a *App, until time.Time) bool {
	l, o := t.l, t.o
	if l.order != o {
		return true // it is to be sorted otherwise
	}
	if o.merged == nil {
		for n := 0; o.next(l); n++ {
			if n%16 == 15 && time.Now().After(until) {
				return false
			}
			o.take(l, a.sortKey)
		}
		first, _ := l.span(a.s)
		o.merge(first)
	}
	select {
	case m := <-o.merged:
		if l.sorted == nil {
			l.follow = false
		}
		o.keys, o.octets, l.sorted = m.keys, m.octets, m.list
		o.merged, o.done, o.took = nil, time.Now(), m.took
		return true
	default:
		return false
	}
}

// waits reports whether another goroutine works for the task.
func (t *sorter) waits() bool { return t.o.merged != nil && t.l.order == t.o }

// sortKey is what an entry is sorted by.
func (a *App) sortKey(o *order, v View, no uint64) sortKey {
	k := sortKey{no: no, num: none}
	switch {
	case v == Connections:
		if no >= 1 && no <= uint64(len(a.s.live)) {
			a.connKey(&k, o.column.title, a.s.live[no-1])
		}
		return k
	case o.column.title == timeColumn:
		if i := a.s.lead(v, no); a.s.rows.has(i) {
			k.num = uint64(a.s.rows.at(i).time)
		}
		return k
	}
	if o.column.field == "" {
		cell := a.cell(v, no, o.column.title)
		if n, err := strconv.ParseUint(string(cell), 10, 32); err == nil && o.column.title == "Code" {
			k.num = n // a Result; they come before the Stats
		} else if i := bytes.LastIndexByte(cell, ' '); i > 0 && o.column.title == "PDU" { // and the Sequence_Id
			k.text(fmt.Sprintf("%s %10s", bytes.TrimRight(cell[:i], " "), cell[i+1:]))
		} else {
			k.text(string(cell))
		}
		return k
	}
	var x record.Value
	if e := a.l.event(v, no); e != nil && o.field != nil && a.record(e) {
		if o.field.Get(&a.rec, &x); x.Set {
			k.num = min(x.Num, none-1)
		}
	}
	return k
}

// cell lends what stands in a column of an entry's row.
func (a *App) cell(v View, no uint64, title string) []byte {
	if a.cells[v] == nil {
		a.cells[v] = a.newText(v, 1<<14)
	}
	t := a.cells[v]
	if t.octets(a.l, v, no) == nil {
		return nil
	}
	return t.Cell(title)
}

// text makes the key that of a text; without one there is no key.
func (k *sortKey) text(s string) {
	if s != "" {
		k.num, k.str = none-1, s
	}
}
