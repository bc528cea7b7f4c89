package live

import (
	"cmp"
	"slices"
	"time"

	"cmppdump/dissect/record"
)

// sortColumns are what rows can be sorted by: a heading, and the field.
var sortColumns = [views][]struct{ title, field string }{
	Messages: {{"To", "sms.to"}, {"State", "msg.state"}, {"Resp", "msg.resp.latency_ms"}, {"Report", "msg.report.latency_ms"},
		{"Code", "msg.report.stat"}, {"Text", "sms.text"}},
	Transactions: {{"Conn", "conn.id"}, {"PDU", "cmpp.command"}, {"Number", "sms.to"}, {"State", "txn.state"}, {"Resp", "txn.latency_ms"}},
	PDUs:         {{"Conn", "conn.id"}, {"PDU", "cmpp.command"}, {"Seq", "cmpp.sequence_id"}, {"Number", "sms.to"}, {"Length", "cmpp.total_length"}},
	Connections: {{"SP_Id", "cmpp.source_addr"}, {"Client", "source.ip"}, {"c2s", "c2s.pdus"}, {"s2c", "s2c.pdus"}, {"Unansw", "c2s.unanswered"},
		{"Max", "c2s.max_in_flight"}},
}

// sortBy takes the next column, or the one before; in between there is none.
func (a *App) sortBy(by int) {
	n := len(sortColumns[a.view]) + 1
	a.list().column = (a.list().column + by + n) % n
	a.sortAnew()
}

// reverse turns the order round.
func (a *App) reverse() {
	a.list().desc = !a.list().desc
	a.sortAnew()
}

// sortedBy says so, for the footer.
func (a *App) sortedBy() string {
	columns, l := sortColumns[a.view], a.list()
	arrow := a.say(words{" up", " 升序"})
	if l.desc {
		arrow = a.say(words{" down", " 降序"})
	}
	return a.say(words{"sorted by ", "排序："}) + columns[l.column-1].title + arrow
}

// sortAnew begins to sort the view shown.
func (a *App) sortAnew() {
	a.work = slices.DeleteFunc(a.work, func(t task) bool { _, is := t.(*sorter); return is })
	l := a.list()
	a.locked(func() {
		l.sorted = nil
		if l.column == 0 {
			return
		}
		t := &sorter{app: a, l: l, desc: l.desc, field: a.o.Table.Lookup(sortColumns[a.view][l.column-1].field)}
		a.work = append(a.work, t)
	})
}

// sorter reads the values of a field, and then has them sorted.
type sorter struct {
	app    *App
	l      *list
	field  *record.Field
	desc   bool
	at     int         // the place to read next
	keys   [][]sortKey // in pieces: a large slice that grows takes long at once
	sorted chan []uint64
}

type sortKey struct {
	num, no uint64
	str     string
}

// none is the number of what has no value: it comes last, whichever way.
const none = 1<<64 - 1

func (t *sorter) step(a *App, until time.Time) bool {
	var v record.Value
	first, _ := t.l.span(a.s)
	for n := 0; t.at < t.l.len(a.s) && t.sorted == nil; n++ {
		if n%16 == 15 && time.Now().After(until) {
			return false
		}
		k := sortKey{no: max(t.l.entry(a.s, t.at), first), num: none}
		t.at++
		if e := a.l.event(t.l.view, k.no); e != nil && a.record(e) && t.field != nil {
			if t.field.Get(&a.rec, &v); v.Set {
				k.num = min(v.Num, none-2) + 1
				if v.Type == record.String || len(v.List) > 0 || v.Type == record.IP {
					k.num, k.str = 0, string(v.AppendText(nil))
				}
			}
		}
		t.add(k)
	}
	if t.sorted == nil {
		t.sorted = make(chan []uint64, 1)
		go t.sort()
	}
	select {
	case list := <-t.sorted:
		t.l.sorted = list
		t.l.follow = false
		return true
	default:
		return false
	}
}

// add keeps the key of the next entry.
func (t *sorter) add(k sortKey) {
	last := len(t.keys) - 1
	if last < 0 || len(t.keys[last]) == cap(t.keys[last]) {
		t.keys = append(t.keys, make([]sortKey, 0, 4*chunkSize))
		last++
	}
	t.keys[last] = append(t.keys[last], k)
}

// sort sorts by the values; what has none comes last. It runs on its own.
func (t *sorter) sort() {
	keys := slices.Concat(t.keys...)
	t.keys = nil
	slices.SortFunc(keys, func(x, y sortKey) int {
		order := cmp.Or(cmp.Compare(x.num, y.num), cmp.Compare(x.str, y.str))
		if t.desc && x.num != none && y.num != none {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(x.no, y.no))
	})
	list := make([]uint64, len(keys))
	for i := range keys {
		list[i] = keys[i].no
	}
	t.sorted <- list
}
