package track_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// A script is a list of steps with ";" or line ends between them. Each step is
// one packet of the capture:
//
//	a> submit:7 submit:8    PDUs from the client of connection a, Sequence_Ids 7 and 8
//	a< submit_resp:7        and from its server
//	a<                      a packet without octets, such as an acknowledgement
//	a< missing 30           a packet by which a hole of 30 octets is declared
//	a< noise 30             30 octets that are no PDU
//	a< waits                a packet by which a hole shows
//	a< comes                a packet by which it is filled
//	a< held 3 submit_resp:7 a PDU that came in packet 3, and was held back by a hole
//	a< held 3 missing 30    a hole in front of packet 3
//	a fin                   an end: fin, rst, reuse, evicted, capture_ended
//	tick                    a packet of something else
//	drops                   a packet before which others were dropped
//
// The first packet is number 1, at 1 s of capture time; each is one number and
// 1 ms later than that before it. "+5s" in front of a step makes it 5 s, "#300"
// gives the packet that number.
//
// A PDU is NAME:SEQUENCE_ID, and may go on with =VALUE (the Source_Addr,
// content, Msg_Id or status), with [:40] or [40:] for a part of its octets, or
// with /40 if the octets behind the first 40 are not captured. NAME is the
// specification's, or an unknown Command_Id such as 0x0000000f.
//
// At the end of the script the capture ends.
type step struct {
	text string
	conn byte // 0: of something else
	dir  reassembly.Dir
	what string // "pdus", "missing", "noise", "waits", "comes", "tick", "drops" or a reason
	n    int
	pdus []token
	held uint64 // the packet that the octets came in; 0: this
	capture.Stamp
}

// token is a PDU of a script.
type token struct {
	name     string // without _resp
	response bool
	sequence uint32
	value    string
	from, to int // to: -1 is the end
	captured int // -1: all
}

// parse reads a script.
func parse(t testing.TB, script string) (steps []step) {
	t.Helper()
	at := capture.Stamp{Time: int64(time.Second) - int64(time.Millisecond)}
	for _, text := range strings.FieldsFunc(script, func(r rune) bool { return r == ';' || r == '\n' }) {
		words := strings.Fields(text)
		at.Num, at.Time = at.Num+1, at.Time+int64(time.Millisecond)
		for len(words) > 0 && strings.ContainsRune("+#", rune(words[0][0])) {
			if n, ok := strings.CutPrefix(words[0], "#"); ok {
				at.Num = uint64(number(t, n))
			} else {
				d, err := time.ParseDuration(words[0][1:])
				if err != nil {
					t.Fatalf("script: %q: %v", text, err)
				}
				at.Time += d.Nanoseconds() - int64(time.Millisecond)
			}
			words = words[1:]
		}
		if len(words) > 0 {
			s := step{text: strings.TrimSpace(text), Stamp: at}
			s.words(t, words)
			steps = append(steps, s)
		}
	}
	return steps
}

func (s *step) words(t testing.TB, words []string) {
	first := words[0]
	if s.what = first; first == "tick" || first == "drops" {
		return
	}
	s.conn = first[0]
	if len(first) == 1 {
		s.what = words[1]
		return
	}
	if s.dir = reassembly.C2S; first[1] == '<' {
		s.dir = reassembly.S2C
	}
	s.what = "pdus"
	if len(words) > 2 && words[1] == "held" {
		s.held = uint64(number(t, words[2]))
		words = words[2:]
	}
	for i, w := range words[1:] {
		switch w {
		case "missing", "noise":
			s.what, s.n = w, number(t, words[i+2])
			return
		case "waits", "comes":
			s.what = w
			return
		}
		s.pdus = append(s.pdus, parseToken(t, w))
	}
}

func parseToken(t testing.TB, w string) token {
	k := token{to: -1, captured: -1}
	if i := strings.IndexByte(w, '/'); i >= 0 {
		k.captured = number(t, w[i+1:])
		w = w[:i]
	}
	if i := strings.IndexByte(w, '['); i >= 0 {
		from, to, _ := strings.Cut(strings.Trim(w[i:], "[]"), ":")
		if from != "" {
			k.from = number(t, from)
		}
		if to != "" {
			k.to = number(t, to)
		}
		w = w[:i]
	}
	w, k.value, _ = strings.Cut(w, "=")
	name, sequence, ok := strings.Cut(w, ":")
	if !ok {
		t.Fatalf("script: %q is no PDU", w)
	}
	k.sequence = uint32(number(t, sequence))
	k.name, k.response = strings.CutSuffix(name, "_resp")
	return k
}

func number(t testing.TB, s string) int {
	n, err := strconv.ParseUint(s, 0, 32)
	if err != nil {
		t.Fatalf("script: %v", err)
	}
	return int(n)
}

// id is the Command_Id of the request.
func (k *token) id() uint32 {
	if id, ok := ids[k.name]; ok {
		return id
	}
	id, _ := strconv.ParseUint(k.name, 0, 32)
	return uint32(id)
}

var ids = map[string]uint32{"connect": 1, "terminate": 2, "submit": 4, "deliver": 5, "query": 6, "cancel": 7, "active_test": 8, "fwd": 9}

// octets are those of the PDU that are sent.
func (k *token) octets(t testing.TB, v wire.Version) []byte {
	b := k.encode(t, v)
	if k.to >= 0 {
		b = b[:k.to]
	}
	return b[k.from:]
}

func (k *token) encode(t testing.TB, v wire.Version) []byte {
	seq, n := wire.Seq(k.sequence), uint32(0)
	fmt.Sscan(k.value, &n)
	name := k.name
	if k.response {
		name += "_resp"
	}
	var p wire.PDU
	switch name {
	case "connect":
		p = &wire.Connect{Seq: seq, SourceAddr: k.value, Version: v}
	case "connect_resp":
		p = &wire.ConnectResp{Seq: seq, Status: n, Version: v}
	case "terminate":
		p = &wire.Terminate{Seq: seq}
	case "terminate_resp":
		p = &wire.TerminateResp{Seq: seq}
	case "submit":
		p = &wire.Submit{Seq: seq, PkTotal: 1, PkNumber: 1, MsgSrc: "900002", SrcID: "10658", DestTerminalID: []string{"13800001234"}, MsgContent: []byte(k.value)}
	case "submit_resp":
		p = &wire.SubmitResp{Seq: seq, MsgID: 77, Result: n}
	case "deliver":
		p = &wire.Deliver{Seq: seq, MsgID: wire.MsgID(n), DestID: "10658", SrcTerminalID: "13800001234", MsgContent: []byte("yes")}
	case "deliver_resp":
		p = &wire.DeliverResp{Seq: seq, MsgID: wire.MsgID(n)}
	case "query":
		p = &wire.Query{Seq: seq, Time: "20261122"}
	case "query_resp":
		p = &wire.QueryResp{Seq: seq, Time: "20261122"}
	case "cancel":
		p = &wire.Cancel{Seq: seq, MsgID: wire.MsgID(n)}
	case "cancel_resp":
		p = &wire.CancelResp{Seq: seq, SuccessID: n}
	case "active_test":
		p = &wire.ActiveTest{Seq: seq}
	case "active_test_resp":
		p = &wire.ActiveTestResp{Seq: seq}
	case "fwd":
		p = &wire.Fwd{Seq: seq, SourceID: "900001", DestinationID: "900002", NodesCount: 1, MsgID: wire.MsgID(n), PkTotal: 1, PkNumber: 1,
			SrcID: "10658", DestID: []string{"13800001234"}, MsgContent: []byte("hello")}
	case "fwd_resp":
		p = &wire.FwdResp{Seq: seq, MsgID: wire.MsgID(n), PkTotal: 1, PkNumber: 1}
	default:
		id := k.id()
		if id == 0 {
			t.Fatalf("script: unknown PDU %q", name)
		}
		b := binary.BigEndian.AppendUint32(nil, uint32(12+len(k.value)))
		if k.response {
			id |= 1 << 31
		}
		b = binary.BigEndian.AppendUint32(b, id)
		return append(binary.BigEndian.AppendUint32(b, k.sequence), k.value...)
	}
	return p.Append(nil, v)
}

// runner runs scripts: it stands for capture and reassembly.
type runner struct {
	t       testing.TB
	tracker *track.Tracker
	d       *dissect.Dissector
	v       wire.Version
	stamps  map[uint64]capture.Stamp // of the packets so far
	conns   map[byte]*link
	opened  int
	tr      *transcript
}

// link is a TCP connection of a script.
type link struct {
	reassembly.Stream
	*reassembly.Conn
	offset [2]int64
	clean  [2]int64 // capture time of the newest packet behind which nothing is missing
}

const timeout = 60 * time.Second

func newRunner(t testing.TB, o track.Options) *runner {
	r := &runner{t: t, conns: map[byte]*link{}, stamps: map[uint64]capture.Stamp{}, tr: newTranscript(t), v: wire.V30}
	r.sink(r.tr, o)
	return r
}

// sink makes a tracker that tells s.
func (r *runner) sink(s track.Sink, o track.Options) {
	o.ResponseTimeout = timeout.Nanoseconds()
	r.tracker = track.New(s, o)
	r.d = dissect.New(r.tracker, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion})
}

// run runs a script to its end and gives what the tracker told of
// transactions, and of notes on PDUs, a line each.
func run(t testing.TB, script string) string {
	t.Helper()
	r := newRunner(t, track.Options{})
	r.steps(parse(t, script))
	r.end()
	return r.tr.String()
}

func (r *runner) steps(steps []step) {
	for i := range steps {
		r.step(&steps[i])
	}
}

func (r *runner) step(s *step) {
	if s.what == "drops" {
		r.tracker.Dropped(s.Time)
	}
	r.tracker.Tick(s.Stamp)
	r.tr.now = s.Stamp
	if s.conn == 0 {
		return
	}
	c := r.link(s)
	r.stamps[s.Num] = s.Stamp
	switch c.Last = s.Stamp; s.what {
	case "pdus":
		c.hears(s)
		c.clean[s.dir] = s.Time
		r.pdus(c, s)
	case "missing":
		r.missing(c, s, s.n)
	case "noise":
		c.hears(s)
		c.clean[s.dir] = s.Time
		r.data(c, s, slices.Repeat([]byte{0xff}, s.n))
	case "waits", "comes":
		c.hears(s)
		if c.Net[s.dir].Waiting = s.what == "waits"; s.what == "comes" {
			c.clean[s.dir] = s.Time
		}
	default:
		r.close(s.conn, reason(r.t, s.what), s.Stamp)
	}
}

func (r *runner) pdus(c *link, s *step) {
	var b []byte
	for i := range s.pdus {
		k := &s.pdus[i]
		all := k.octets(r.t, r.v)
		if k.captured < 0 {
			b = append(b, all...)
			continue
		}
		r.data(c, s, append(b, all[:k.captured]...))
		r.missing(c, s, len(all)-k.captured)
		b = nil
	}
	r.data(c, s, b)
}

func (r *runner) data(c *link, s *step, b []byte) {
	if len(b) > 0 {
		c.Net[s.dir].Bytes += uint64(len(b))
		c.Data(reassembly.Chunk{Dir: s.dir, Stamp: r.came(s), Offset: c.offset[s.dir], Data: b})
		c.offset[s.dir] += int64(len(b))
	}
}

func (r *runner) missing(c *link, s *step, n int) {
	c.Net[s.dir].Missing += uint64(n)
	c.Gap(reassembly.Gap{Dir: s.dir, Stamp: s.Stamp, Behind: r.came(s), Offset: c.offset[s.dir], Len: int64(n), Since: c.clean[s.dir]})
	c.offset[s.dir] += int64(n)
	c.clean[s.dir] = s.Time
}

// hears counts a packet.
func (c *link) hears(s *step) {
	n := &c.Net[s.dir]
	n.Packets++
	n.Newest = s.Time
}

// came is the packet that held the octets of a step.
func (r *runner) came(s *step) capture.Stamp {
	if s.held != 0 {
		return r.stamps[s.held]
	}
	return s.Stamp
}

// link finds the connection of a step, or opens it.
func (r *runner) link(s *step) *link {
	c := r.conns[s.conn]
	if c == nil {
		r.opened++
		client := netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), 50000+uint16(s.conn))
		c = &link{Conn: &reassembly.Conn{ID: r.opened, Client: client, Server: netip.MustParseAddrPort("10.0.0.2:7890"), First: s.Stamp, Iface: &capture.Interface{}}, clean: [2]int64{s.Time, s.Time}}
		c.Stream = r.d.Open(c.Conn)
		r.conns[s.conn] = c
	}
	return c
}

func reason(t testing.TB, s string) reassembly.Reason {
	for r := reassembly.CaptureEnded; r <= reassembly.Evicted; r++ {
		if r.String() == s {
			return r
		}
	}
	t.Fatalf("script: unknown step %q", s)
	return 0
}

func (r *runner) close(name byte, why reassembly.Reason, at capture.Stamp) {
	r.conns[name].Close(reassembly.End{Reason: why, Stamp: at})
	delete(r.conns, name)
}

// end ends the capture, as reassembly does: in the order of Conn.ID.
func (r *runner) end() {
	var names []byte
	for n := range r.conns {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b byte) int { return r.conns[a].ID - r.conns[b].ID })
	for _, n := range names {
		r.close(n, reassembly.CaptureEnded, r.tr.now)
	}
	r.tracker.Flush()
	if len(r.tr.conns) > 0 {
		r.tr.end(r.tracker)
	}
}
