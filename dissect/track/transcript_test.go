package track_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// line is what the tracker told of a transaction, as tests spell it:
//
//	a>submit:7 answered 1-2 1ms
//
// is the request in packet 1, its response in packet 2, and the latency. There
// may follow: "flight 3", the requests in flight if there are others; "x2", the
// attempts if there are several; "rev1", the revision if there is one; "open"
// if the state is not final; the ids of the notes without "txn.", with their
// reason.
type line struct {
	conn     byte
	dir      reassembly.Dir
	name     string
	sequence uint32
	state    track.State
	request  uint64 // packets; 0: none
	response uint64
	latency  time.Duration
	flight   int
	attempts int
	revision int
	open     bool
	notes    []string
}

func (l line) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%c%c%s:%d %s %s-%s", l.conn, "><"[l.dir], l.name, l.sequence, l.state, packet(l.request), packet(l.response))
	if l.state == track.Answered {
		fmt.Fprintf(&b, " %v", l.latency)
	}
	if l.flight > 1 {
		fmt.Fprintf(&b, " flight %d", l.flight)
	}
	if l.attempts > 1 {
		fmt.Fprintf(&b, " x%d", l.attempts)
	}
	if l.revision > 0 {
		fmt.Fprintf(&b, " rev%d", l.revision)
	}
	if l.open {
		b.WriteString(" open")
	}
	for _, n := range l.notes {
		b.WriteString(" " + n)
	}
	return b.String()
}

func packet(n uint64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// letter is the connection's name in scripts.
func letter(c *track.Conn) byte { return byte(c.Client.Port() - 50000) }

// name is the command's as in scripts.
func name(x *track.Txn) string {
	b := dissect.AppendName(nil, x.Conn.Proto, x.Command, x.CommandID, x.Column)
	return strings.ToLower(strings.TrimPrefix(string(b), x.Conn.Proto.Title+"_"))
}

func lineOf(x *track.Txn) line {
	l := line{conn: letter(x.Conn), dir: x.Dir, name: name(x), sequence: x.Sequence, state: x.State, latency: time.Duration(x.Latency()),
		flight: x.InFlight, attempts: x.Attempts, revision: x.Revision, open: !x.Final}
	if x.Request.Seen {
		l.request = x.Request.Last.Num
	}
	if x.Response.Seen {
		l.response = x.Response.Last.Num
	}
	for i := range x.Notes {
		l.notes = append(l.notes, spell(&x.Notes[i]))
	}
	return l
}

// spell is a note's id without "txn.", and its reason.
func spell(n *dissect.Note) string {
	s := strings.TrimPrefix(n.Spec.ID, "txn.")
	if n.Name != "" {
		s += " (" + n.Name + ")"
	}
	return s
}

// ours tells the tracker's notes from the dissector's.
var ours = func() map[*dissect.NoteSpec]bool {
	m := map[*dissect.NoteSpec]bool{}
	for _, s := range track.Notes {
		m[s] = true
	}
	return m
}()

// transcript writes down what the tracker tells, and holds it against what must
// be true of any sequence of events.
type transcript struct {
	t      testing.TB
	now    capture.Stamp
	lines  []string
	kinds  []string // of all events
	conns  map[*track.Conn]*heard
	last   map[lead]line
	sent   map[lead]int64 // capture time of the newest attempt
	notes  map[*dissect.NoteSpec]uint64
	lone   map[lead]bool // responses told without a request
	quiet  bool          // keep no lines
	states [track.States]uint64
}

// heard is what was told of a connection.
type heard struct {
	closed   bool
	requests [2]uint64
	pdus     [2]uint64
}

// lead tells transactions apart: by the place of the request, or of the
// response of an orphan.
type lead struct {
	conn   *track.Conn
	dir    reassembly.Dir
	offset int64
}

func newTranscript(t testing.TB) *transcript {
	return &transcript{t: t, conns: map[*track.Conn]*heard{}, last: map[lead]line{}, sent: map[lead]int64{},
		notes: map[*dissect.NoteSpec]uint64{}, lone: map[lead]bool{}}
}

func (tr *transcript) String() string { return strings.Join(tr.lines, "; ") }

// Event implements track.Sink.
func (tr *transcript) Event(e *track.Event) {
	h := tr.conns[e.Conn]
	if (h == nil) != (e.Kind == track.Opened) || h != nil && h.closed {
		tr.t.Fatalf("event %d of connection %d, which is not open", e.Kind, e.Conn.ID)
	}
	tr.kinds = append(tr.kinds, kinds[e.Kind])
	switch e.Kind {
	case track.Opened:
		tr.conns[e.Conn] = &heard{}
	case track.PDU:
		tr.pdu(h, e)
	case track.Transaction:
		tr.transaction(e.Txn, e.Before)
	case track.Closed:
		h.closed = true
		for i := range e.Conn.Notes {
			if n := &e.Conn.Notes[i]; n.Spec.ID == "conn.no_terminate" {
				tr.notes[n.Spec]++
			}
		}
		tr.checkConn(e.Conn, h)
	}
}

func leadOf(x *track.Txn) lead {
	h, dir := x.Lead()
	return lead{x.Conn, dir, h.Offset}
}

func (tr *transcript) pdu(h *heard, e *track.Event) {
	p, x := e.PDU, e.Txn
	h.pdus[p.Dir]++
	for i := range p.Notes {
		if n := &p.Notes[i]; ours[n.Spec] {
			tr.notes[n.Spec]++
			tr.line(fmt.Sprintf("@%d %s: %s", p.Last.Num, spell(n), n.AppendText(nil)))
		}
	}
	switch at := (lead{e.Conn, p.Dir, p.Offset}); {
	case x == nil && p.Response():
		tr.lone[at] = true
	case x == nil:
		tr.t.Errorf("packet %d: a request without its transaction", p.Last.Num)
	case p.Response():
		if x.Response.Offset != p.Offset || x.State != track.Answered || x.Dir != p.Dir.Reverse() {
			tr.t.Errorf("packet %d: a response with the transaction of another", p.Last.Num)
		}
	case x.Request.Offset > p.Offset || x.Sequence != p.Sequence || x.CommandID != p.CommandID || x.Dir != p.Dir:
		tr.t.Errorf("packet %d: a request with the transaction of another", p.Last.Num)
	default:
		if x.Attempts == 1 {
			h.requests[p.Dir]++
		}
		tr.sent[leadOf(x)] = p.Last.Time
	}
}

func (tr *transcript) transaction(x *track.Txn, before *track.Before) {
	k, l := leadOf(x), lineOf(x)
	was, again := tr.last[k]
	switch {
	case again != (before != nil), again && (before.State != was.state || len(before.Notes) != len(was.notes)):
		tr.t.Errorf("%v: before was %v, told %v", l, was, before)
	case !again && l.revision != 0, again && l.revision != was.revision+1:
		tr.t.Errorf("%v: the revision before was %d", l, was.revision)
	case again && !was.open:
		tr.t.Errorf("%v: it was final", was)
	case x.State == track.OrphanResponse && !tr.lone[k]:
		tr.t.Errorf("%v: its response was told with a request", l)
	}
	if again {
		tr.states[was.state]--
	}
	tr.states[x.State]++
	tr.last[k] = l
	want := tr.decided(x)
	if again && was.state == track.NoResponse && l.state == track.Unknown && l.attempts == was.attempts {
		want = tr.now.Time // a hole showed late
	}
	if x.Decided != want {
		tr.t.Errorf("%v: decided at %v, want %v", l, time.Duration(x.Decided), time.Duration(want))
	}
	tr.line(l.String())
}

// decided is when the state of a transaction must have been decided.
func (tr *transcript) decided(x *track.Txn) int64 {
	switch {
	case x.State == track.OrphanResponse:
		return x.Response.Last.Time
	case x.State == track.Answered:
		return max(x.Request.Last.Time, x.Response.Last.Time)
	case !x.Final:
		return tr.sent[leadOf(x)] + timeout.Nanoseconds()
	}
	return tr.now.Time
}

func (tr *transcript) line(s string) {
	if !tr.quiet {
		tr.lines = append(tr.lines, s)
	}
}

// checkConn holds the figures of a connection at its end against its events.
func (tr *transcript) checkConn(c *track.Conn, h *heard) {
	for dir := range c.Dirs {
		d, unanswered := &c.Dirs[dir], uint64(0)
		for k, l := range tr.last {
			if k.conn == c && l.dir == reassembly.Dir(dir) && l.state.Unanswered() {
				unanswered++
			}
		}
		if d.InFlight != 0 || d.Unanswered != unanswered || d.Requests != h.requests[dir] || d.PDUs != h.pdus[dir] {
			tr.t.Errorf("connection %d %s: %+v, want %d requests, %d unanswered, %d PDUs and none in flight", c.ID, reassembly.Dir(dir), *d,
				h.requests[dir], unanswered, h.pdus[dir])
		}
	}
}

// end holds the totals against the events.
func (tr *transcript) end(t *track.Tracker) {
	s, requests := t.Stats(), uint64(0)
	for c, h := range tr.conns {
		if requests += h.requests[0] + h.requests[1]; !h.closed {
			tr.t.Errorf("connection %d was not closed", c.ID)
		}
	}
	for _, l := range tr.last {
		for _, n := range l.notes {
			for spec := range ours {
				if id, _, _ := strings.Cut(n, " "); "txn."+id == spec.ID || id == spec.ID {
					tr.notes[spec]++
				}
			}
		}
	}
	if s.Requests != requests || s.States != tr.states {
		tr.t.Errorf("counts: %d requests, states %v; told were %d and %v", s.Requests, s.States, requests, tr.states)
	}
	if sum := s.States[track.Answered] + s.States[track.NoResponse] + s.States[track.ConnClosed] + s.States[track.CaptureEnded] + s.States[track.Unknown]; sum != requests {
		tr.t.Errorf("counts do not close: %v of %d requests", s.States, requests)
	}
	counted := map[*dissect.NoteSpec]uint64{}
	for _, c := range s.Notes {
		counted[c.Spec] = c.N
	}
	if !equalCounts(counted, tr.notes) {
		tr.t.Errorf("counts of notes: %v, told were %v", spellCounts(counted), spellCounts(tr.notes))
	}
	if t.Mem() != 0 {
		tr.t.Errorf("%d bytes of open requests at the end", t.Mem())
	}
}

// equalCounts compares counts; none is as good as 0.
func equalCounts(a, b map[*dissect.NoteSpec]uint64) bool {
	for spec := range ours {
		if a[spec] != b[spec] {
			return false
		}
	}
	return true
}

func spellCounts(m map[*dissect.NoteSpec]uint64) map[string]uint64 {
	s := map[string]uint64{}
	for spec, n := range m {
		if n > 0 {
			s[spec.ID] = n
		}
	}
	return s
}

var kinds = map[track.Kind]string{track.Opened: "opened", track.PDU: "pdu", track.Gap: "gap", track.Transaction: "transaction", track.Closed: "closed"}
