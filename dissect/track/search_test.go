package track

import (
	"fmt"
	"slices"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/reassembly"
)

// TestSearchesAreBounded: a report is compared with so many messages of its
// Msg_Id and no more, a search that found nothing by then is counted, and a part
// leaves the middle of those with its id at once.
func TestSearchesAreBounded(t *testing.T) {
	const id = 77
	tr := New(nil, Options{Messages: true, ReportTimeout: 1})
	l := tr.life
	conn := someConn()
	var parts []*Part
	for i := range 3 * mostLooks {
		m := &Msg{Conn: conn, To: fmt.Appendf(nil, "138%08d", i)}
		p := m.newPart()
		*p = Part{Index: 1, ID: id, msg: m, Submit: Mark{Num: uint64(i + 1)}}
		l.register(p)
		parts = append(parts, p)
	}
	report := func(n int) *Part { return l.searched(id, fmt.Sprintf("138%08d", n)) }
	if p := report(len(parts) - 2); p != parts[len(parts)-2] || l.stats.Searches != 0 {
		t.Errorf("one of the newest: %v, %d given up", p, l.stats.Searches)
	}
	if p := report(0); p != nil || l.stats.Searches != 1 {
		t.Errorf("the oldest: %v, %d given up", p, l.stats.Searches)
	}
	for _, p := range parts[1:] {
		l.unregister(p)
	}
	if p := report(0); p != parts[0] || l.stats.Searches != 1 {
		t.Errorf("the oldest, alone: %v, %d given up", p, l.stats.Searches)
	}
	l.unregister(parts[0])
	if len(l.byID) != 0 {
		t.Errorf("%d ids are left", len(l.byID))
	}
}

func someConn() *Conn {
	return &Conn{Conn: &dissect.Conn{Conn: &reassembly.Conn{}, Proto: cmpp.Protocol}}
}

// searched is the part that a report with an id and a number is about.
func (l *lifecycle) searched(id uint64, number string) *Part {
	r := reportData{id: id}
	r.lens[0] = uint8(copy(r.numbers[0][:], number))
	l.beginSearch()
	found, _ := l.find(&r)
	l.endSearch(found)
	return found
}

// TestReportsDoNotHideMessages: however many reports without a SUBMIT have an id,
// the message that has it is found, by its own report; of such reports as many as
// a mass send has receivers.
func TestReportsDoNotHideMessages(t *testing.T) {
	const id = 77
	l := New(nil, Options{Messages: true, ReportTimeout: 1}).life
	conn := someConn()
	part := func(number string, submit uint64) *Part {
		m := &Msg{Conn: conn, To: []byte(number)}
		p := m.newPart()
		*p = Part{Index: 1, ID: id, msg: m, Submit: Mark{Num: submit}}
		return p
	}
	first := part("13800000001", 1)
	l.register(first)
	var alone []*Part
	for i := range 2 * mostLooks {
		p := part(fmt.Sprintf("139%08d", i), 0)
		l.registerAlone(p)
		alone = append(alone, p)
	}
	if p := l.searched(id, "13800000001"); p != first {
		t.Errorf("the message: %v", p)
	}
	if p := l.searched(id, "13900000254"); p != alone[254] {
		t.Errorf("a report: %v", p)
	}
	for _, p := range alone[:200] { // as time forgets them
		l.unregister(p)
	}
	late := part("13900009999", 0)
	l.registerAlone(late)
	if p := l.searched(id, "13900009999"); p != late {
		t.Errorf("a report, when others were forgotten: %v", p)
	}
	second := part("13800000002", 2)
	l.register(second)
	more := part("13700000000", 0)
	l.registerAlone(more)
	for p, number := range map[*Part]string{second: "13800000002", more: "13700000000", first: "13800000001"} {
		if got := l.searched(id, number); got != p {
			t.Errorf("%s: %v", number, got)
		}
	}
	for _, p := range slices.Concat(alone, []*Part{more, late, second}) {
		l.unregister(p)
	}
	if p := l.searched(id, "13800000001"); p != first || len(l.lone) != 0 {
		t.Errorf("the message, alone: %v, %d ids are counted", p, len(l.lone))
	}
}
