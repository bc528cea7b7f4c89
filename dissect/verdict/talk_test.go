package verdict

import (
	"bytes"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

var update = flag.Bool("update", false, "write the golden files anew")

// talk is a connection between an SP, the client, and its ISMG: a PDU a packet, a
// tenth of a second apart.
type talk struct {
	Context
	around  *Around
	tracker *track.Tracker
	conn    *reassembly.Conn
	stream  reassembly.Stream
	at      capture.Stamp
	offset  [2]int64
	closed  bool // the connection is
	ended   bool // the capture is
	session Session
	told    map[uint64]*track.Msg // by their numbers
	asked   uint64                // the number of the message to judge
}

const (
	fromSP   = reassembly.C2S
	fromISMG = reassembly.S2C
)

// start is 14:05:00 in Beijing.
var start = time.Date(2026, 11, 22, 6, 5, 0, 0, time.UTC).UnixNano()

func newTalk(o dissect.Options, t track.Options) *talk {
	k := &talk{told: map[uint64]*track.Msg{}, around: &Around{}, asked: 1}
	k.conn = &reassembly.Conn{ID: 1, Iface: &capture.Interface{}, Client: netip.MustParseAddrPort("10.0.0.1:50001"), Server: netip.MustParseAddrPort("10.0.0.2:7890")}
	k.at = capture.Stamp{Num: 1, Time: start}
	k.conn.First = k.at
	k.Context = Context{Reports: &track.Delays{}, Around: func(*track.Msg) *Around { return k.around },
		Duration: func(ns int64) string { return time.Duration(ns).String() },
		Clock:    func(ns int64) string { return time.Unix(0, ns).In(beijing).Format("15:04") }}
	t.ResponseTimeout, t.ReportTimeout, t.Messages = 60e9, 3600e9, true
	o.Version = dissect.NoVersion
	k.tracker = track.New(k, t)
	k.stream = dissect.New(k.tracker, cmpp.Protocol, o).Open(k.conn)
	return k
}

// Event implements track.Sink.
func (k *talk) Event(e *track.Event) {
	k.session.Conn = e.Conn
	k.session.Event(e)
	if e.Kind == track.Message {
		k.told[e.Msg.No] = e.Msg.Clone()
	}
}

func (k *talk) wait(d time.Duration) { k.at.Time += d.Nanoseconds() - 1e8 }

// next is the next packet, which goes in a direction.
func (k *talk) next(d reassembly.Dir) {
	k.at.Num, k.at.Time = k.at.Num+1, k.at.Time+1e8
	k.tracker.Tick(k.at)
	k.conn.Last = k.at
	k.conn.Net[d].Packets++
	k.conn.Net[d].Newest = k.at.Time
}

// sp sends PDUs of the SP, ismg of the ISMG.
func (k *talk) sp(pdus ...wire.PDU)   { k.send(fromSP, pdus) }
func (k *talk) ismg(pdus ...wire.PDU) { k.send(fromISMG, pdus) }

func (k *talk) send(d reassembly.Dir, pdus []wire.PDU) {
	for _, p := range pdus {
		k.next(d)
		k.octets(d, p.Append(nil, wire.V30))
	}
}

func (k *talk) octets(d reassembly.Dir, b []byte) {
	k.conn.Net[d].Bytes += uint64(len(b))
	k.stream.Data(reassembly.Chunk{Dir: d, Stamp: k.at, Offset: k.offset[d], Data: b})
	k.offset[d] += int64(len(b))
}

// cut sends a PDU of which the capture has the first octets only.
func (k *talk) cut(d reassembly.Dir, p wire.PDU, n int) {
	b := p.Append(nil, wire.V30)
	k.next(d)
	k.octets(d, b[:n])
	k.missing(d, len(b)-n)
}

// missing is a hole of n octets.
func (k *talk) missing(d reassembly.Dir, n int) {
	k.conn.Net[d].Missing += uint64(n)
	k.stream.Gap(reassembly.Gap{Dir: d, Stamp: k.at, Behind: k.at, Offset: k.offset[d], Len: int64(n), Since: k.at.Time})
	k.offset[d] += int64(n)
}

// idle is a packet without octets, a while later.
func (k *talk) idle(d reassembly.Dir, after time.Duration) {
	k.wait(after)
	k.next(d)
}

// ends ends the connection.
func (k *talk) ends(why reassembly.Reason, by reassembly.Dir) {
	if why != reassembly.CaptureEnded {
		k.next(by)
	}
	k.stream.Close(reassembly.End{Reason: why, By: by, Stamp: k.at})
	k.closed = true
}

// over ends the capture.
func (k *talk) over() {
	if k.ended {
		return
	}
	if k.ended = true; !k.closed {
		k.ends(reassembly.CaptureEnded, 0)
	}
	k.tracker.Flush()
	k.session.Reached(k.at.Time)
}

// written is all that a verdict says, in a language.
func written(v *Verdict, l int) string {
	var b strings.Builder
	failed := ""
	if v.Failed {
		failed = " (failed)"
	}
	fmt.Fprintf(&b, "%s%s: %s\n", v.Name[l], failed, v.Text[l])
	probable := ""
	if v.Probable {
		probable = " probable"
	}
	fmt.Fprintf(&b, "  side %s%s: %s\n", v.Side, probable, v.SideText[l])
	for _, x := range []struct {
		what  string
		lines []lang.Text
	}{{"note", v.Notes}, {"also", v.Also}, {"blind", v.Blind}, {"next", v.Next}} {
		for _, t := range x.lines {
			fmt.Fprintf(&b, "  %s %s\n", x.what, t[l])
		}
	}
	for i := range v.Evidence {
		e := &v.Evidence[i]
		fmt.Fprintf(&b, "  %d %v %v %s\n", e.Num, time.Duration(e.Time-v.Start), e.Dir, e.Text[l])
	}
	return b.String()
}

// both writes a verdict in both languages.
func both(t *testing.T, b *strings.Builder, v *Verdict) {
	t.Helper()
	if v.Name[lang.English] != v.State {
		t.Errorf("the state %s is named %s", v.State, v.Name[lang.English])
	}
	for l := range v.Text {
		if v.Text[l] == "" || v.Name[l] == "" {
			t.Errorf("%s: nothing is said in language %d", v.State, l)
		}
		b.WriteString(written(v, l))
	}
}

// golden holds text against a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := "testdata/" + name
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("%s:%d:\n got %s\nwant %s", file, i+1, a[i], b[i])
		}
	}
	t.Fatalf("%s has %d lines, not %d", file, len(b), len(a))
}

// The PDUs of a talk.

const phone = "13800001234"

func submit(seq wire.Seq, to ...string) *wire.Submit {
	if len(to) == 0 {
		to = []string{phone}
	}
	return &wire.Submit{Seq: seq, PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, ServiceID: "HELP", MsgSrc: "900001", SrcID: "10658", DestTerminalID: to, MsgContent: []byte("hello")}
}

// part is a part of a long message, each with a text of its own.
func part(seq wire.Seq, n, of byte) *wire.Submit {
	p := submit(seq)
	p.TPudhi, p.MsgContent = 1, []byte{5, 0, 3, 42, of, n, 'a' + n}
	return p
}

func resp(seq wire.Seq, id wire.MsgID, result uint32) *wire.SubmitResp {
	return &wire.SubmitResp{Seq: seq, MsgID: id, Result: result}
}

func report(seq wire.Seq, id wire.MsgID, stat, done string) *wire.Deliver {
	r := wire.Report{MsgID: id, Stat: stat, SubmitTime: "2611221405", DoneTime: done, DestTerminalID: phone}
	return &wire.Deliver{Seq: seq, DestID: "10658", SrcTerminalID: phone, RegisteredDelivery: 1, MsgContent: r.Append(nil, wire.V30)}
}

func ack(seq wire.Seq, result uint32) *wire.DeliverResp {
	return &wire.DeliverResp{Seq: seq, Result: result}
}

// mo is a message from a phone, moPart a part of one.
func mo(seq wire.Seq) *wire.Deliver {
	return &wire.Deliver{Seq: seq, DestID: "10658", SrcTerminalID: phone, MsgContent: []byte("yes")}
}

func moPart(seq wire.Seq, n, of byte) *wire.Deliver {
	p := mo(seq)
	p.TPudhi, p.MsgContent = 1, []byte{5, 0, 3, 42, of, n, 'a' + n}
	return p
}
