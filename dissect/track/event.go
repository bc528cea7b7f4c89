package track

import (
	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// Kind says what an event tells.
type Kind uint8

// The kinds.
const (
	Opened      Kind = iota // a connection was recognised
	PDU                     // a PDU
	Gap                     // octets that are in no PDU
	Transaction             // what became of a request
	Message                 // what became of a message
	Closed                  // a connection ended
	Progress                // a message has come further, and nothing is decided: only with Options.Progress
	Pending                 // a message was accepted and waits for its report; nothing is published
)

// Event is one thing that happened. Which fields are set depends on Kind; all
// is lent for the call.
type Event struct {
	Kind Kind
	Conn *Conn        // always
	PDU  *dissect.PDU // of PDU
	Gap  *dissect.Gap // of Gap
	// Txn is the transaction published, or that of the PDU: the one that a
	// request began or repeated, or that a response answered; nil for a
	// response without a request.
	Txn *Txn
	// Before is what was published of Txn before, if Txn.Revision is not 0:
	// whoever counts takes that back.
	Before *Before
	Msg    *Msg // of Message, Progress and Pending
	// Submit is the SUBMIT that a report is about, if it is remembered; else
	// its Num is 0.
	Submit capture.Stamp
	End    reassembly.End // of Closed
}

// Sink receives the events.
type Sink interface {
	Event(*Event)
}
