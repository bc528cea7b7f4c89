package track

import (
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// State is what became of a request.
type State uint8

// The states; their names are the values of txn.state.
const (
	Answered       State = iota // paired, however late
	NoResponse                  // none within the timeout of the last attempt
	ConnClosed                  // the connection ended first
	CaptureEnded                // the capture ended first
	OrphanResponse              // a response whose request was not captured
	Unknown                     // the response may have been missed
	open                        // not decided yet
)

// States is how many states a published transaction may have.
const States = int(open)

// String is the value of txn.state.
func (s State) String() string {
	return [...]string{"answered", "no_response", "closed", "capture_ended", "orphan_response", "unknown", "open"}[s]
}

// Unanswered reports a request that got no response within the timeout, or before
// its connection ended.
func (s State) Unanswered() bool { return s == NoResponse || s == ConnClosed }

// Half is one of the two PDUs of a transaction.
type Half struct {
	No     uint64        // of the PDU
	First  capture.Stamp // as in the PDU
	Last   capture.Stamp // the packet that completed it
	Offset int64         // in the stream of its direction
	Total  int32
	Seen   bool
}

// Txn is a request and what became of it. It is lent with its event.
type Txn struct {
	// No counts the transactions, from 1: by their requests, orphans by when
	// they are published.
	No   uint64
	Conn *Conn
	// Command is the request's; nil if it is unknown, and CommandID tells it.
	Command   *dissect.Command
	CommandID uint32
	Sequence  uint32
	Tag       uint32 // the sink's own: it stays from the request's event on
	Version   dissect.Version
	Source    dissect.VersionSource
	Column    dissect.Version
	Dir       reassembly.Dir // of the request
	State     State
	// Final is false for a published state that later news may change.
	Final bool
	// Unread: the response has a status that could not be read, since it was not
	// wholly captured or does not fit. Nobody knows then what was answered.
	Unread bool
	// Status and MessageID are the response's, where it has them. Spec is the
	// status field's, decoded by the layout of version By.
	By        dissect.Version
	report    bool // the request is a report
	timedOut  bool
	faced     bool // the other side sent a request with its key while it was open
	again     bool // an orphan that waits for the second time
	Status    uint64
	Spec      *layout.Spec // nil: the response has no status
	MessageID uint64
	RequestID uint64 // the Msg_Id of the request
	Request   Half   // the first attempt
	Response  Half
	Attempts  int
	InFlight  int // open requests of the connection and direction, this one included
	Revision  int
	// Decided is the capture time at which the state was decided, in ns.
	Decided   int64
	Receivers int32 // of a SUBMIT
	published bool
	Notes     []dissect.Note
	// Raw is the request as captured, if the tracker keeps requests; else nil.
	Raw []byte
	// Copy is set in a transaction that is not the tracker's own.
	Copy *Copy

	sum     uint64 // of the request's octets
	last    int64  // capture time of the newest attempt
	due     int64  // capture time of the first timeout that passed, if lapsed, ns
	parts   *Part  // of the messages that the request carries, or reports on
	early   *early // the request is a report that waits for its message
	heard   uint32 // packets of the other direction when the request was read, the low bits
	hasID   bool   // RequestID was captured
	lapsed  bool   // a timeout has passed
	accused bool   // published as no_response, and open
	doubted bool   // published as unknown because of a hole that was not declared, and open
	links   [lanes]link
	// newer and older are those in its bucket of open requests.
	newer, older *Txn
}

// Copy is what a copy of a transaction does otherwise.
type Copy struct {
	// Carries, if set, finds the messages for AppendMessages.
	Carries func(dst []*Msg) []*Msg
	// Loaded, if set, is given the request whenever it was loaded.
	Loaded func(*dissect.PDU)
}

// Known reports whether it is known what became of the request.
func (t *Txn) Known() bool { return t.State < open }

// Before is what was published of a transaction before.
type Before struct {
	State   State
	Decided int64
	Notes   []dissect.Note
}

// Latency is the time from the first request to the response in ns. It is 0
// where the response was captured first.
func (t *Txn) Latency() int64 { return max(0, t.Response.Last.Time-t.Request.Last.Time) }

// Late reports whether the response came after the timeout.
func (t *Txn) Late() bool {
	return slices.ContainsFunc(t.Notes, func(n dissect.Note) bool { return n.Spec == noteLate })
}

// late reports whether a capture time is beyond the timeout. When the octets
// were read counts for nothing: a hole holds back what came in time.
func (t *Txn) late(at, timeout int64) bool {
	return t.lapsed && at >= t.due || at-t.last >= timeout
}

// Failed reports an answered transaction whose status says failure.
func (t *Txn) Failed() bool {
	return t.State == Answered && t.Spec != nil && !t.Conn.Proto.Outcome(t.Command, t.Status, t.By)
}

// Lead is the half that the transaction is known by: the request, or an
// orphan's response.
func (t *Txn) Lead() (*Half, reassembly.Dir) {
	if t.Request.Seen {
		return &t.Request, t.Dir
	}
	return &t.Response, t.Dir.Reverse()
}

// Load decodes the kept request into p, and reports whether there is one.
func (t *Txn) Load(p *dissect.PDU) bool { return t.load(p, p.Load) }

// LoadFields is Load without what the content of a message says.
func (t *Txn) LoadFields(p *dissect.PDU) bool { return t.load(p, p.LoadFields) }

func (t *Txn) load(p *dissect.PDU, load func(raw []byte, total int)) bool {
	if len(t.Raw) == 0 { // or an orphan's, empty from its last use
		return false
	}
	p.Conn, p.Dir, p.Proto = t.Conn.Conn, t.Dir, t.Conn.Proto
	p.First, p.Last, p.Offset = t.Request.First, t.Request.Last, t.Request.Offset
	p.Version, p.Source, p.Column = t.Version, t.Source, t.Column
	load(t.Raw, int(t.Request.Total))
	if t.Copy != nil && t.Copy.Loaded != nil {
		t.Copy.Loaded(p)
	}
	return true
}

func half(p *dissect.PDU) Half {
	return Half{Seen: true, No: p.No, First: p.First, Last: p.Last, Offset: p.Offset, Total: int32(p.Total)}
}

// answer takes the response.
func (t *Txn) answer(p *dissect.PDU) {
	t.Response = half(p)
	t.State, t.Final, t.Decided = Answered, true, p.Last.Time
	if f, ok := p.Field(layout.Status); ok {
		t.Status, t.Spec, t.By = f.Num, f.Spec, p.Column
	} else {
		t.Unread = p.StatusUnread()
	}
	t.MessageID, _ = p.Uint(layout.MessageID)
}

func (t *Txn) note(s *dissect.NoteSpec, name string, num ...int64) {
	n := dissect.Note{Spec: s, Name: name}
	copy(n.Num[:], num)
	t.Notes = append(t.Notes, n)
}

// face marks a request that stands where the response to one of the other side
// should, and that one.
func (t *Txn) face() {
	if o := t.Conn.open[t.Dir.Reverse()].oldest(t.key()); o != nil {
		o.faced, t.faced = true, true
	}
}

// answeredByRequest reports whether a request was faced and stayed without a
// response. Where the capture ended first, two requests that both sides send may
// have crossed, such as ACTIVE_TEST.
func (t *Txn) answeredByRequest() bool {
	switch t.State {
	case NoResponse, ConnClosed:
		return t.faced
	case CaptureEnded:
		return t.faced && !t.class().BothWays()
	}
	return false
}

// class is the command's, Other for an unknown one.
func (t *Txn) class() dissect.Class {
	if t.Command == nil {
		return dissect.Other
	}
	return t.Command.Class
}

// keep copies the request's octets. The room is that of few sizes, and serves
// longer requests after this one.
func (t *Txn) keep(raw []byte) {
	const step = 256
	if cap(t.Raw) < len(raw) {
		t.Raw = make([]byte, 0, (len(raw)+step-1)/step*step)
	}
	t.Raw = append(t.Raw[:0], raw...)
}

// echo is the note on a response that does not repeat the request's Msg_Id, where
// it must (C§3.10, C§3.17); nil: there is none.
func (t *Txn) echo(p *dissect.PDU) *dissect.NoteSpec {
	if c := p.Class(); c != dissect.Deliver && c != dissect.Forward {
		return nil
	}
	id, ok := p.Uint(layout.MessageID)
	switch other := swapped(id); {
	case !ok || !t.hasID || id == t.RequestID:
		return nil
	case slices.Contains(other[:], t.RequestID):
		return noteMsgIDSwapped
	}
	return noteMsgID
}

// AppendMessages appends the messages that the request carries, or the one that
// it reports on, as far as they are known.
func (t *Txn) AppendMessages(dst []*Msg) []*Msg {
	if t.Copy != nil && t.Copy.Carries != nil {
		return t.Copy.Carries(dst)
	}
	for p := t.parts; p != nil; p = p.sibling {
		dst = append(dst, p.msg)
		if t.report {
			break // its part has siblings of other receivers
		}
	}
	return dst
}
