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
	a.sorting = (a.sorting + by + n) % n
	a.sortAnew()
}

// reverse turns the order round.
func (a *App) reverse() {
	a.desc = !a.desc
	a.sortAnew()
}

// sortedBy says so, for the footer.
func (a *App) sortedBy() string {
	columns := sortColumns[a.view]
	if a.sorting > len(columns) {
		return ""
	}
	arrow := a.say(words{" up", " 升序"})
	if a.desc {
		arrow = a.say(words{" down", " 降序"})
	}
	return a.say(words{"sorted by ", "排序："}) + columns[a.sorting-1].title + arrow
}

// sortAnew begins to sort the view shown.
func (a *App) sortAnew() {
	a.work = slices.DeleteFunc(a.work, func(t task) bool { _, is := t.(*sorter); return is })
	l := a.list()
	a.locked(func() {
		l.sorted = nil
		if a.sorting == 0 || len(sortColumns[a.view]) == 0 {
			return
		}
		t := &sorter{app: a, l: l, desc: a.desc, field: a.o.Table.Lookup(sortColumns[a.view][a.sorting-1].field), list: make([]uint64, 0, l.len(a.s))}
		for i := range l.len(a.s) {
			t.list = append(t.list, l.entry(a.s, i))
		}
		a.work = append(a.work, t)
	})
}

// sorter reads the values of a field, and then has them sorted.
type sorter struct {
	app    *App
	l      *list
	field  *record.Field
	desc   bool
	list   []uint64
	keys   []sortKey
	sorted chan []uint64
}

type sortKey struct {
	num uint64
	str string
	no  uint64
	has bool
}

func (t *sorter) step(a *App, until time.Time) bool {
	var v record.Value
	for n := 0; len(t.keys) < len(t.list); n++ {
		if n%16 == 15 && time.Now().After(until) {
			return false
		}
		k := sortKey{no: t.list[len(t.keys)]}
		if e := a.l.event(t.l.view, k.no); e != nil && a.record(e) && t.field != nil {
			if t.field.Get(&a.rec, &v); v.Set {
				k.has, k.num = true, v.Num
				if v.Type == record.String || len(v.List) > 0 || v.Type == record.IP {
					k.num, k.str = 0, string(v.AppendText(nil))
				}
			}
		}
		t.keys = append(t.keys, k)
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
		time.Sleep(time.Millisecond)
		return false
	}
}

// sort sorts by the values; what has none comes last. It runs on its own.
func (t *sorter) sort() {
	slices.SortStableFunc(t.keys, func(x, y sortKey) int {
		if x.has != y.has {
			return cmp.Compare(btoi(y.has), btoi(x.has))
		}
		order := cmp.Or(cmp.Compare(x.num, y.num), cmp.Compare(x.str, y.str))
		if t.desc {
			return -order
		}
		return order
	})
	for i := range t.keys {
		t.list[i] = t.keys[i].no
	}
	t.sorted <- t.list
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
