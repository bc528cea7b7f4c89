package track_test

import (
	"fmt"
	"strings"
	"testing"

	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
)

// furtherReports are the packets of a message's further reports, and its notes.
func furtherReports(m *track.Msg) string {
	var list []string
	for i := range m.More {
		list = append(list, fmt.Sprint(m.More[i].Num))
	}
	return fmt.Sprintf(" rev %d; %s; %d notes", m.Revision, strings.Join(list, " "), len(m.Notes)) + omitted(m)
}

// omitted is the note on the reports that are not listed.
func omitted(m *track.Msg) string {
	for i := range m.Notes {
		if n := &m.Notes[i]; n.Spec.ID == "msg.reports_omitted" {
			return "; " + string(n.AppendText(nil))
		}
	}
	return ""
}

// TestFurtherReports: a message names the first of its further reports, and the
// newest, however many there are, and says how many it does not name. The same
// holds for notes of a kind.
func TestFurtherReports(t *testing.T) {
	pdus := []sentPDU{aSubmit(1, "hello", 0), aResp(1, 7)}
	for n := range 41 {
		pdus = append(pdus, aReport(wire.Seq(n), 7, phone), aDeliverResp(wire.Seq(n)))
	}
	lines := strings.Split(toldOf(pdus, furtherReports), " | ")
	if len(lines) != 41 {
		t.Fatalf("%d records, not one a report: %q", len(lines), lines)
	}
	const first = "; 5 7 9 11 13 15 17 19 21 23 25 27 29 31 33"
	for i, want := range map[int]string{
		0:  " rev 0; ; 0 notes",
		16: " rev 16" + first + " 35; 16 notes",
		17: " rev 17" + first + " 37; 17 notes; 1 further reports are not listed: only the first 15, and the newest",
		40: " rev 40" + first + " 83; 17 notes; 24 further reports are not listed: only the first 15, and the newest",
	} {
		if want = phone + " delivered" + want; lines[i] != want {
			t.Errorf("record %d:\n got %s\nwant %s", i, lines[i], want)
		}
	}
}

// noted counts notes by the events of messages, as a statistic does.
type noted struct {
	repeated, omitted, most int
	mem                     func() int64
	highest                 int64
}

func (s *noted) Event(e *track.Event) {
	if e.Kind != track.Message {
		return
	}
	m := e.Msg
	s.most, s.highest = max(s.most, len(m.More), len(m.Notes)), max(s.highest, s.mem())
	count := func(id string, n int) {
		switch id {
		case "msg.report_repeated":
			s.repeated += n
		case "msg.reports_omitted":
			s.omitted += n
		}
	}
	for i := range m.Notes[m.ToldNotes:] {
		count(m.Notes[m.ToldNotes+i].Spec.ID, 1)
	}
	for spec, n := range m.Unnamed {
		count(spec.ID, n)
	}
}

// TestReportsForEver: 200,000 reports on one message take the memory of a few. All
// are counted, those too of which the response was captured only behind others.
func TestReportsForEver(t *testing.T) {
	const reports = 200_000
	s := &noted{}
	p := newPlayer(s)
	s.mem = p.Mem
	p.send(aSubmit(1, "hello", 0))
	p.send(aResp(1, 7))
	for n := 0; n < reports; n += 40 {
		for k := range 40 {
			p.send(aReport(wire.Seq(n+k), 7, phone))
		}
		for k := range 40 {
			p.send(aDeliverResp(wire.Seq(n + k)))
		}
	}
	p.end()
	if s.repeated != reports-1 || s.omitted != 1 {
		t.Errorf("%d notes on reports that came again, not %d; %d on those omitted", s.repeated, reports-1, s.omitted)
	}
	if s.most > 17 || s.highest > 1<<15 {
		t.Errorf("a message had %d reports or notes, and the tracker took %d octets", s.most, s.highest)
	}
}
