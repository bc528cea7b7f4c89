package track

import (
	"fmt"
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
	conn := &Conn{Conn: &dissect.Conn{Conn: &reassembly.Conn{}, Proto: cmpp.Protocol}}
	var parts []*Part
	for i := range 3 * mostLooks {
		m := &Msg{Conn: conn, To: fmt.Appendf(nil, "138%08d", i)}
		p := m.newPart()
		*p = Part{Index: 1, ID: id, msg: m, Submit: Mark{Num: uint64(i + 1)}}
		l.register(p)
		parts = append(parts, p)
	}
	report := func(n int) (found *Part) {
		r := reportData{id: id}
		r.lens[0] = uint8(copy(r.numbers[0][:], fmt.Sprintf("138%08d", n)))
		l.beginSearch()
		found, _ = l.find(&r)
		l.endSearch(found)
		return found
	}
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
