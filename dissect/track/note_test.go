package track_test

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// TestAnsweredByRequest: a request with the Sequence_Id of an open one of the
// other side answers nothing. Both stay open, and both have a note unless they
// are answered after all.
func TestAnsweredByRequest(t *testing.T) {
	check(t, []rule{
		{"at the end of the capture",
			"a> submit:1; a< submit:1",
			"a>submit:1 capture_ended 1- cmpp.answered_by_request; a<submit:1 capture_ended 2- cmpp.answered_by_request"},
		{"at the timeout",
			"a> submit:1; a< submit:1; a> active_test:9; a< active_test_resp:9; +60s tick",
			"a>active_test:9 answered 3-4 1ms flight 2; a>submit:1 no_response 1- open cmpp.answered_by_request; a<submit:1 no_response 2- open conn.stalled cmpp.answered_by_request"},
		{"at the end of the connection",
			"a> query:1; a< query:1; a fin",
			"a>query:1 closed 1- cmpp.answered_by_request; a<query:1 closed 2- cmpp.answered_by_request"},
		{"not once there is a response",
			"a> submit:1; a< submit:1; a< submit_resp:1",
			"a>submit:1 answered 1-3 2ms; a<submit:1 capture_ended 2- cmpp.answered_by_request"},
		{"not with another Sequence_Id, command or connection",
			"a> submit:1; a< submit:2 query:1; b< submit:1",
			"a>submit:1 capture_ended 1-; a<submit:2 capture_ended 2-; a<query:1 capture_ended 2- flight 2; b<submit:1 capture_ended 3-"},
		{"not after the answer",
			"a> submit:1; a< submit_resp:1; a< submit:1",
			"a>submit:1 answered 1-2 1ms; a<submit:1 capture_ended 3-"},
		{"ACTIVE_TESTs may cross",
			"a> active_test:1; a< active_test:1",
			"a>active_test:1 capture_ended 1-; a<active_test:1 capture_ended 2-"},
		{"but their responses must come",
			"a> active_test:1; a< active_test:1; a fin",
			"a>active_test:1 closed 1- cmpp.answered_by_request; a<active_test:1 closed 2- cmpp.answered_by_request"},
	})
}

// TestHeartbeatMissed: an ACTIVE_TEST that nobody answers within the timeout.
func TestHeartbeatMissed(t *testing.T) {
	check(t, []rule{
		{"within the timeout",
			"a> active_test:1; a<; a> active_test:2; a< active_test_resp:2; +60s tick; a< active_test_resp:1",
			"a>active_test:2 answered 3-4 1ms flight 2; a>active_test:1 no_response 1- open conn.heartbeat_missed; a>active_test:1 answered 1-6 1m0.004s rev1 late_response"},
		{"nobody is accused of what may have been missed",
			"a> active_test:1; +60s tick",
			"a>active_test:1 unknown 1- open blind (nothing was captured of the other direction since)"},
		{"nor of other requests",
			"a> query:1; a< submit:1; +60s tick",
			"a>query:1 no_response 1- open conn.stalled; a<submit:1 unknown 2- open blind (nothing was captured of the other direction since)"},
	})
}

// TestDeliverUnacknowledged: a DELIVER that the SP never acknowledges, whatever
// is in it.
func TestDeliverUnacknowledged(t *testing.T) {
	check(t, []rule{
		{"within the timeout",
			"a< deliver:1; a>; +60s tick",
			"a<deliver:1 no_response 1- open deliver_unacknowledged"},
		{"acknowledged late",
			"a< deliver:1; a>; +60s tick; a> deliver_resp:1",
			"a<deliver:1 no_response 1- open deliver_unacknowledged; a<deliver:1 answered 1-4 1m0.002s rev1 late_response"},
		{"before the end of the connection",
			"a< deliver:1; a>; a fin",
			"a<deliver:1 closed 1- deliver_unacknowledged"},
		{"nobody is accused of what may have been missed",
			"a< deliver:1; a fin; b< deliver:1; +60s tick",
			"a<deliver:1 closed 1-; b<deliver:1 unknown 3- open blind (nothing was captured of the other direction since)"},
		{"nor before the capture reached the timeout",
			"a< deliver:1; a>; +59s tick",
			"a<deliver:1 capture_ended 1-"},
	})
}

// closeNotes collects the notes on connections.
type closeNotes struct{ lines []string }

func (s *closeNotes) Event(e *track.Event) {
	if e.Kind != track.Closed {
		return
	}
	for i := range e.Conn.Notes {
		s.lines = append(s.lines, fmt.Sprintf("%s: %s", e.Conn.Notes[i].Spec.ID, e.Conn.Notes[i].AppendText(nil)))
	}
}

// TestClosedBy: a connection has a note on who closed it and how.
func TestClosedBy(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"a> active_test:1; a fin", "conn.no_terminate: FIN by the client, without TERMINATE"},
		{"a> active_test:1; a rst", "conn.no_terminate: RST by the client, without TERMINATE"},
		{"a> active_test:1; a reuse", "conn.no_terminate: a new connection took its ports, without TERMINATE"},
		{"a> terminate:1; a< terminate_resp:1; a fin", "conn.closed: TERMINATE by the client, FIN by the client"},
		{"a< terminate:1; a> terminate_resp:1; a rst", "conn.closed: TERMINATE by the server, RST by the client"},
		{"a> terminate:1; a< terminate:1; a fin", "conn.closed: TERMINATE by both sides, FIN by the client"},
		{"a> connect:1; a< connect_resp:1=3; a fin", "conn.closed: the login was refused, FIN by the client"},
		{"a> connect:1; a< connect_resp:1=0; a fin", "conn.no_terminate: FIN by the client, without TERMINATE"},
		{"a> active_test:1; a evicted", ""},
		{"a> active_test:1", ""},
	} {
		r, s := newRunner(t, track.Options{}), &closeNotes{}
		r.sink(s, track.Options{})
		r.steps(parse(t, c.script))
		r.end()
		if got := strings.Join(s.lines, "; "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.script, got, c.want)
		}
	}
}

// messageNotes collects the messages that are told, with their notes.
type messageNotes struct {
	lines []string
	more  func(*track.Msg) string
}

func (s *messageNotes) Event(e *track.Event) {
	if e.Kind != track.Message {
		return
	}
	m := e.Msg
	line := fmt.Sprintf("%s %s", m.To, m.State)
	if m.Probable {
		line += " probable"
	}
	s.lines = append(s.lines, line+s.more(m))
}

// notes are those of a message, resent the requests with it that were sent again.
func notes(m *track.Msg) (line string) {
	for i := range m.Notes {
		line += fmt.Sprintf("; %s: %s", m.Notes[i].Spec.ID, m.Notes[i].AppendText(nil))
	}
	return line
}

func resent(m *track.Msg) string {
	var list []string
	for _, r := range m.Resent {
		list = append(list, fmt.Sprintf("%d attempt %d", r.Num, r.Attempt))
	}
	return "; " + strings.Join(list, ", ")
}

// sentPDU is a PDU with its direction.
type sentPDU struct {
	dir reassembly.Dir
	pdu wire.PDU
}

// player sends PDUs on one connection, each in a packet, a second apart.
type player struct {
	*track.Tracker
	conn   *reassembly.Conn
	stream reassembly.Stream
	at     capture.Stamp
	offset [2]int64
}

func newPlayer(s track.Sink) *player {
	p := &player{conn: &reassembly.Conn{ID: 1, Iface: &capture.Interface{}, Client: netip.MustParseAddrPort("10.0.0.1:50001"), Server: netip.MustParseAddrPort("10.0.0.2:7890")}}
	p.Tracker = track.New(s, track.Options{ResponseTimeout: 60e9, Messages: true, ReportTimeout: 3600e9})
	p.stream = dissect.New(p.Tracker, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion}).Open(p.conn)
	return p
}

func (p *player) send(pdu sentPDU) {
	b := pdu.pdu.Append(nil, wire.V30)
	p.at.Num, p.at.Time = p.at.Num+1, p.at.Time+1e9
	p.Tick(p.at)
	p.conn.Net[pdu.dir].Packets++
	p.conn.Net[pdu.dir].Bytes += uint64(len(b))
	p.stream.Data(reassembly.Chunk{Dir: pdu.dir, Stamp: p.at, Offset: p.offset[pdu.dir], Data: b})
	p.offset[pdu.dir] += int64(len(b))
}

func (p *player) end() {
	p.stream.Close(reassembly.End{Reason: reassembly.CaptureEnded})
	p.Flush()
}

// toldOf gives what is told of the messages in PDUs: more, of each.
func toldOf(pdus []sentPDU, more func(*track.Msg) string) string {
	s := messageNotes{more: more}
	p := newPlayer(&s)
	for _, pdu := range pdus {
		p.send(pdu)
	}
	p.end()
	return strings.Join(s.lines, " | ")
}

const (
	c2s   = reassembly.C2S
	s2c   = reassembly.S2C
	phone = "13800001234"
)

func aSubmit(seq wire.Seq, content string, udhi uint8) sentPDU {
	return sentPDU{c2s, &wire.Submit{Seq: seq, PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, TPudhi: udhi, SrcID: "10658", DestTerminalID: []string{phone}, MsgContent: []byte(content)}}
}

func aResp(seq wire.Seq, id uint64) sentPDU {
	return sentPDU{s2c, &wire.SubmitResp{Seq: seq, MsgID: wire.MsgID(id)}}
}

func aReport(seq wire.Seq, id uint64, to string) sentPDU {
	block := (&wire.Report{MsgID: wire.MsgID(id), Stat: "DELIVRD", SubmitTime: "2611221405", DoneTime: "2611221406", DestTerminalID: to}).Append(nil, wire.V30)
	return sentPDU{s2c, &wire.Deliver{Seq: seq, DestID: "10658", SrcTerminalID: to, RegisteredDelivery: 1, MsgContent: block}}
}

func aDeliverResp(seq wire.Seq) sentPDU { return sentPDU{c2s, &wire.DeliverResp{Seq: seq}} }

// TestIDSwapped: a report whose Msg_Id is in another order of octets finds its
// message if the number fits too, and the match is probable (C§4.1).
func TestIDSwapped(t *testing.T) {
	const id = 0xbbb8594134fd1234
	const note = "; msg.id_swapped: the report of packet %d has the Msg_Id in another order of octets: matched by that and the number"
	for _, tt := range []struct {
		name string
		pdus []sentPDU
		want string
	}{
		{"as it is", []sentPDU{aSubmit(1, "hi", 0), aResp(1, id), aReport(9, id, phone), aDeliverResp(9)}, phone + " delivered"},
		{"octets reversed", []sentPDU{aSubmit(1, "hi", 0), aResp(1, id), aReport(9, bits.ReverseBytes64(id), phone), aDeliverResp(9)},
			phone + " delivered probable" + fmt.Sprintf(note, 3)},
		{"halves swapped", []sentPDU{aSubmit(1, "hi", 0), aResp(1, id), aReport(9, bits.RotateLeft64(id, 32), phone), aDeliverResp(9)},
			phone + " delivered probable" + fmt.Sprintf(note, 3)},
		{"octets of each half reversed", []sentPDU{aSubmit(1, "hi", 0), aResp(1, id), aReport(9, bits.RotateLeft64(bits.ReverseBytes64(id), 32), phone), aDeliverResp(9)},
			phone + " delivered probable" + fmt.Sprintf(note, 3)},
		{"and before the response", []sentPDU{aSubmit(1, "hi", 0), aReport(9, bits.RotateLeft64(bits.ReverseBytes64(id), 32), phone), aDeliverResp(9), aResp(1, id)},
			phone + " delivered probable" + fmt.Sprintf(note, 2)},
		{"before the response", []sentPDU{aSubmit(1, "hi", 0), aReport(9, bits.ReverseBytes64(id), phone), aDeliverResp(9), aResp(1, id)},
			phone + " delivered probable" + fmt.Sprintf(note, 2)},
		{"another number", []sentPDU{aSubmit(1, "hi", 0), aResp(1, id), aReport(9, bits.ReverseBytes64(id), "13900005678"), aDeliverResp(9)},
			"13900005678 report_only | " + phone + " waiting"},
		{"another id", []sentPDU{aSubmit(1, "hi", 0), aResp(1, id), aReport(9, id+1, phone), aDeliverResp(9)},
			phone + " report_only | " + phone + " waiting"},
	} {
		if got := toldOf(tt.pdus, notes); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// TestPartRepeated: a part that comes again in a request of its own counts once
// (C§7.5).
func TestPartRepeated(t *testing.T) {
	const one, two, other = "\x05\x00\x03\x07\x02\x01one", "\x05\x00\x03\x07\x02\x02two", "\x05\x00\x03\x07\x02\x01eno"
	for _, tt := range []struct {
		name string
		pdus []sentPDU
		want string
	}{
		{"once each", []sentPDU{aSubmit(1, one, 1), aSubmit(2, two, 1)}, phone + " sent"},
		{"the first again", []sentPDU{aSubmit(1, one, 1), aSubmit(2, one, 1), aSubmit(3, two, 1)},
			phone + " sent; sms.part_repeated: part 1 came again in packet 2, and is counted once"},
		{"with other octets it is another message", []sentPDU{aSubmit(1, one, 1), aSubmit(2, other, 1), aSubmit(3, two, 1)},
			phone + " partial; msg.parts_missing: 1 of 2 parts were captured | " + phone + " sent"},
		{"an attempt is no repetition", []sentPDU{aSubmit(1, one, 1), aSubmit(1, one, 1), aSubmit(3, two, 1)}, phone + " sent"},
	} {
		if got := toldOf(tt.pdus, notes); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// TestMessageNotes: what is odd about messages, and what only looks so.
func TestMessageNotes(t *testing.T) {
	idle := func(n int) (pdus []sentPDU) { // seconds, in which both sides are there
		for i := range n / 2 {
			seq := wire.Seq(1000 + i)
			pdus = append(pdus, sentPDU{c2s, &wire.ActiveTest{Seq: seq}}, sentPDU{s2c, &wire.ActiveTestResp{Seq: seq}})
		}
		return pdus
	}
	then := func(lists ...[]sentPDU) []sentPDU { return slices.Concat(lists...) }
	to := func(number string, seq wire.Seq) sentPDU {
		p := aSubmit(seq, "hi", 0)
		p.pdu.(*wire.Submit).DestTerminalID = []string{number}
		return p
	}
	for _, tt := range []struct {
		name string
		pdus []sentPDU
		want string
	}{
		{"again", []sentPDU{aSubmit(1, "hi", 0), aSubmit(2, "hi", 0)}, phone + " sent | " + phone + " sent; msg.resubmitted: packet 1 had the same text to the same number 1000 ms before"},
		{"again with 86", []sentPDU{aSubmit(1, "hi", 0), to("86"+phone, 2)}, phone + " sent | 86" + phone + " sent; msg.resubmitted: packet 1 had the same text to the same number 1000 ms before"},
		{"another text", []sentPDU{aSubmit(1, "hi", 0), aSubmit(2, "ho", 0)}, phone + " sent | " + phone + " sent"},
		{"another number", []sentPDU{aSubmit(1, "hi", 0), to("13900005678", 2)}, phone + " sent | 13900005678 sent"},
		{"an attempt", []sentPDU{aSubmit(1, "hi", 0), aSubmit(1, "hi", 0)}, phone + " sent"},
		{"after 5 minutes", then([]sentPDU{aSubmit(1, "hi", 0), aResp(1, 7)}, idle(300), []sentPDU{aSubmit(2, "hi", 0), aResp(2, 8)}), phone + " waiting | " + phone + " waiting"},
		{"a report again", []sentPDU{aSubmit(1, "hi", 0), aResp(1, 7), aReport(8, 7, phone), aDeliverResp(8), aReport(9, 7, phone), aDeliverResp(9)},
			phone + " delivered | " + phone + " delivered; msg.report_repeated: the report came again in packet 5"},
		{"a report not acknowledged", then([]sentPDU{aSubmit(1, "hi", 0), aResp(1, 7), aReport(8, 7, phone)}, idle(70)),
			phone + " delivered; msg.report_unacknowledged: the SP did not acknowledge the report of packet 3 in time"},
	} {
		if got := toldOf(tt.pdus, notes); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}
