package track

import (
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// Kind says what an event tells.
type Kind uint8

// The kinds.
const (
	Open  Kind = iota // a connection was recognised
	PDU               // a PDU
	Gap               // octets that are in no PDU
	Close             // a connection ended
)

// Event is one thing that happened. Which fields are set depends on Kind; all
// is lent for the call.
type Event struct {
	Kind Kind
	Conn *dissect.Conn  // always
	PDU  *dissect.PDU   // of PDU
	Gap  *dissect.Gap   // of Gap
	End  reassembly.End // of Close
}

// Sink receives the events.
type Sink interface {
	Event(*Event)
}

// Tracker turns what the dissector finds into events. It is a dissect.Sink.
type Tracker struct {
	sink Sink
	ev   Event // reused
}

// New makes a Tracker that tells sink.
func New(sink Sink) *Tracker { return &Tracker{sink: sink} }

func (t *Tracker) tell(e Event) {
	t.ev = e
	t.sink.Event(&t.ev)
}

// Open implements dissect.Sink.
func (t *Tracker) Open(c *dissect.Conn) { t.tell(Event{Kind: Open, Conn: c}) }

// PDU implements dissect.Sink.
func (t *Tracker) PDU(p *dissect.PDU) { t.tell(Event{Kind: PDU, Conn: p.Conn, PDU: p}) }

// Gap implements dissect.Sink.
func (t *Tracker) Gap(g *dissect.Gap) { t.tell(Event{Kind: Gap, Conn: g.Conn, Gap: g}) }

// Close implements dissect.Sink.
func (t *Tracker) Close(c *dissect.Conn, e reassembly.End) {
	t.tell(Event{Kind: Close, Conn: c, End: e})
}
