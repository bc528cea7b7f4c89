package track

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// Conn is what is known of a connection beyond its streams.
type Conn struct {
	*dissect.Conn
	// Login is the newest login: the account, and the status of its answer.
	Account []byte
	Status  uint64
	Spec    *layout.Spec // the status field; nil before an answer
	By      dissect.Version
	// Sender is the account that messages name, where no login was captured.
	Sender []byte
	// SP is the side that behaves as the service provider, if Known.
	SP    reassembly.Dir // the direction that the SP sends in
	Known bool
	// Terminated tells by whom the session was ended before the connection.
	Terminated [2]bool
	// Ended: the connection has ended so, and not with the capture.
	Ended     bool
	End       reassembly.End
	Version   dissect.Version // of the newest PDU that told it
	Dirs      [2]Traffic
	Heartbeat Delays // of KeepAlive requests
	Clocks    [Clocks]Clock

	gateway *gateway
	open    [2]pairs
	heard   [2]int64 // capture time of the newest PDU of a direction, ns
	told    [2]int64 // heard at the begin of the silence that conn.stalled told of
	served  [2]int64 // capture time of the newest request of a direction that was answered, ns
	lone    [2]pairs // responses that wait for their requests, by the direction of those
	inHole  [2]int64 // capture time of the newest octets missing of a direction, ns
	holes   [2]bool
	accused [2]list  // open requests published as no_response, in order of their timeouts
	doubted [2]list  // those published as unknown because of a hole that was not declared
	cleared [2]bool  // those of doubted may be told from now on
	read    [2]int64 // where the newest PDU or gap of a direction ends
}

// begin makes n know nothing of the connection c yet.
func (n *Conn) begin(c *dissect.Conn) {
	*n = Conn{Conn: c, Version: dissect.NoVersion, Account: n.Account[:0], Sender: n.Sender[:0]}
	for d := range n.accused {
		n.accused[d].lane, n.doubted[d].lane = accused, accused
	}
}

// Traffic counts one direction of a connection.
type Traffic struct {
	PDUs        uint64
	Skipped     int64  // octets in which no PDU was found
	Requests    uint64 // attempts not counted
	Unanswered  uint64 // the late ones taken back
	Silent      uint64 // of those, the ones within the timeout: a failure
	InFlight    int
	MaxInFlight int
}

// unanswered counts n more published in a state.
func (t *Traffic) unanswered(s State, n uint64) {
	if s.Unanswered() {
		t.Unanswered += n
	}
	if s == NoResponse {
		t.Silent += n
	}
}

// pdu takes what a PDU tells of its connection.
func (c *Conn) pdu(p *dissect.PDU) {
	c.Dirs[p.Dir].PDUs++
	c.heard[p.Dir] = p.Last.Time
	c.read[p.Dir] = p.Offset + int64(len(p.Raw))
	if p.Version != dissect.NoVersion {
		c.Version = p.Version
	}
	switch class := p.Class(); {
	case class == dissect.Login && p.Response():
		if f, ok := p.Field(layout.Status); ok {
			c.Status, c.Spec, c.By = f.Num, f.Spec, p.Column
		}
	case class == dissect.Login:
		c.Account = append(c.Account[:0], p.Text(layout.Login, p.Raw)...)
		c.side(p.Dir, false)
		c.loginTime(p)
	case class == dissect.Logout && !p.Response():
		c.Terminated[p.Dir] = true
	case class == dissect.Submit:
		c.side(spDir(p, false), true)
		if s := p.Text(layout.Account, p.Raw); len(s) > 0 && len(c.Sender) == 0 {
			c.Sender = append(c.Sender, s...)
		}
	case class == dissect.Deliver:
		c.side(spDir(p, true), true)
		if p.SMS.Direction == dissect.Report && !p.Response() {
			c.doneTime(p)
		}
	}
}

// refused reports whether the newest login was refused.
func (c *Conn) refused() bool { return c.Spec != nil && !c.Proto.Outcome(nil, c.Status, c.By) }

// spDir is the direction in which the SP sends, by a PDU that only one side
// requests: a SUBMIT the SP, a DELIVER the ISMG.
func spDir(p *dissect.PDU, ismg bool) reassembly.Dir {
	if p.Response() != ismg {
		return p.Dir.Reverse()
	}
	return p.Dir
}

// side notes the SP's direction. A login only suggests it: in 2.0 an ISMG may
// log in to an SP (C§1.2).
func (c *Conn) side(d reassembly.Dir, sure bool) {
	if sure || !c.Known {
		c.SP, c.Known = d, true
	}
}

// SPID is the account of the connection: the login's, else the messages'.
func (c *Conn) SPID() []byte {
	if len(c.Account) > 0 {
		return c.Account
	}
	return c.Sender
}
