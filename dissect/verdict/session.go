package verdict

import (
	"fmt"
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// Session is what is kept of a connection for the verdicts on it and on its
// logins. Its memory is bounded.
type Session struct {
	Conn   *track.Conn
	Logins []Login
	Ended  bool // the end was told of
	End    reassembly.End

	refused  [2]uint64 // requests answered with a failure, by direction
	unread   [2]uint64 // requests whose answers were captured without their status
	logouts  [2]step
	heard    [2]track.Mark // the newest PDU of each direction
	heardPDU [2]heard
	open     [2]waiting // requests without a response at the end
	missed   []step     // keep-alive requests without a response, the newest
	now      int64      // capture time of the newest event, ns
}

// step is a request that stood for something, and its response.
type step struct {
	request, response track.Mark
	dir               reassembly.Dir
	sequence          uint32
}

// heard is what is kept of a PDU, to be named.
type heard struct {
	command  *dissect.Command
	id       uint32
	column   dissect.Version
	sequence uint32
}

// lastHeard names the newest PDU of a direction.
func (s *Session) lastHeard(d reassembly.Dir) string {
	h := &s.heardPDU[d]
	return fmt.Sprintf("%s %d", dissect.AppendShort(nil, s.Conn.Proto, h.command, h.id, h.column), h.sequence)
}

// waiting are requests without a response.
type waiting struct {
	n      int
	unsure int    // those whose response may have been missed
	other  int    // answered after all
	name   string // the oldest's
	step
}

// count is where those of a state are counted.
func (w *waiting) count(s track.State) *int {
	switch s {
	case track.Unknown:
		return &w.unsure
	case track.NoResponse, track.ConnClosed, track.CaptureEnded:
		return &w.n
	}
	return &w.other
}

// waits is how many requests of a direction wait, as far as they could have been
// answered: those that a hole may hold the response to are none.
func (s *Session) waits(d reassembly.Dir) int {
	if s.Conn.Net[d.Reverse()].Missing > 0 || !s.heard[d.Reverse()].Seen() {
		return s.open[d].n
	}
	return s.open[d].n + s.open[d].unsure
}

// Login is one login and its answer.
type Login struct {
	step
	Account   string
	version   string // as the version byte says
	state     track.State
	status    uint64
	spec      *layout.Spec // nil: no answer with a status
	cut       bool         // the answer was captured without its status
	meaning   lang.Text
	failed    bool
	auth, ack *dissect.Auth // nil: not checked
	answered  string        // the version byte of the answer
}

// Bounds of what is kept of a connection.
const (
	maxLogins = 16
	maxMissed = 4
)

// Event takes an event of the connection.
func (s *Session) Event(e *track.Event) {
	switch e.Kind {
	case track.PDU:
		s.pdu(e)
	case track.Transaction:
		s.transaction(e.Txn, e.Before)
	case track.Closed:
		s.Ended, s.End = true, e.End
		if e.End.Reason == reassembly.CaptureEnded {
			s.now = max(s.now, e.End.Time)
		} else {
			s.now = e.End.Time
		}
	}
}

// Reached tells that the capture has reached a time, in ns.
func (s *Session) Reached(now int64) { s.now = max(s.now, now) }

func (s *Session) pdu(e *track.Event) {
	p := e.PDU
	at := track.MarkOf(e.Conn, p.No, p.Last)
	s.now = max(s.now, at.Time)
	s.heard[p.Dir] = at
	s.heardPDU[p.Dir] = heard{p.Command, p.CommandID, p.Column, p.Sequence}
	switch class := p.Class(); {
	case class == dissect.Login && !p.Response():
		if len(s.Logins) == maxLogins {
			s.Logins = append(s.Logins[:1], s.Logins[2:]...) // the first one stays
		}
		l := Login{step: step{request: at, dir: p.Dir, sequence: p.Sequence}, Account: octets(p.Text(layout.Login, p.Raw)), version: versionByte(p), auth: p.Auth}
		s.Logins = append(s.Logins, l)
	case class == dissect.Login && e.Txn != nil:
		s.answered(p, e.Txn, at)
	case class == dissect.Logout && !p.Response():
		s.logouts[p.Dir] = step{request: at, dir: p.Dir, sequence: p.Sequence}
	case class == dissect.Logout && s.logouts[p.Dir.Reverse()].sequence == p.Sequence:
		s.logouts[p.Dir.Reverse()].response = at
	}
}

// answered takes the answer to a login.
func (s *Session) answered(p *dissect.PDU, x *track.Txn, at track.Mark) {
	for i := range s.Logins {
		l := &s.Logins[i]
		if l.request.PDU != x.Request.No {
			continue
		}
		l.response, l.ack, l.answered = at, p.Auth, versionByte(p)
		f, ok := p.Field(layout.Status)
		if l.cut = !ok; l.cut {
			return
		}
		l.status, l.spec, l.failed = f.Num, f.Spec, p.Failed()
		l.meaning = lang.Unknown
		if f.Spec.Enum != nil {
			if m, ok := f.Spec.Enum.Of(f, p.Raw, int(p.Column)); ok {
				l.meaning = meaningOf(m)
			}
		}
	}
}

// transaction takes what became of a request, and takes back what was told of
// it before.
func (s *Session) transaction(x *track.Txn, before *track.Before) {
	if before != nil {
		*s.open[x.Dir].count(before.State)--
		s.missed = slices.DeleteFunc(s.missed, func(m step) bool { return m.request.PDU == x.Request.No })
	}
	switch x.State {
	case track.Answered:
		if x.Failed() {
			s.refused[x.Dir]++
		}
		if x.Unread {
			s.unread[x.Dir]++
		}
	case track.NoResponse, track.ConnClosed, track.CaptureEnded, track.Unknown:
		s.unanswered(x)
	}
	if x.Command == nil || x.Command.Class != dissect.Login {
		return
	}
	for i := range s.Logins {
		if s.Logins[i].request.PDU == x.Request.No {
			s.Logins[i].state = x.State
		}
	}
}

// unanswered takes a request without a response.
func (s *Session) unanswered(x *track.Txn) {
	at := step{request: track.MarkOf(x.Conn, x.Request.No, x.Request.Last), dir: x.Dir, sequence: x.Sequence}
	w := &s.open[x.Dir]
	if *w.count(x.State)++; w.n+w.unsure == 1 || track.InOrder(&at.request, &w.request) < 0 {
		w.name, w.step = string(dissect.AppendShort(nil, x.Conn.Proto, x.Command, x.CommandID, x.Column)), at
	}
	if x.State != track.CaptureEnded && x.State != track.Unknown && x.Command != nil && x.Command.Class == dissect.KeepAlive {
		if len(s.missed) == maxMissed {
			s.missed = s.missed[1:]
		}
		s.missed = append(s.missed, at)
	}
}

// versionByte is the version byte of a login or its answer, as major and minor.
func versionByte(p *dissect.PDU) string {
	f, ok := p.Field(layout.VersionByte)
	if !ok {
		return ""
	}
	return string([]byte{"0123456789abcdef"[f.Num>>4&15], '.', "0123456789abcdef"[f.Num&15]})
}
