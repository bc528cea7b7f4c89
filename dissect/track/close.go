package track

import (
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// Close implements dissect.Sink. Connections that the end of the input closes
// wait for Flush, so that what is open is published in the order of requests.
func (t *Tracker) Close(c *dissect.Conn, e reassembly.End) (kept bool) {
	n := c.Own.(*Conn)
	t.leave(n)
	if e.Reason == reassembly.CaptureEnded {
		t.ending = append(t.ending, ended{n, e})
		return true
	}
	n.Ended, n.End = true, e
	t.orphansOf(n)
	t.clear(n, reassembly.C2S)
	t.clear(n, reassembly.S2C)
	s := ConnClosed
	if e.Reason == reassembly.Evicted {
		s = Unknown
	}
	for _, p := range t.inOrder(&n.open) {
		t.settle(p.txn, s, map[bool]string{true: "its connection was forgotten to stay within bounds"}[s == Unknown])
	}
	t.noteClose(n, e)
	t.tell(Event{Kind: Closed, Conn: n, End: e})
	return !t.opt.Lent
}

// noteClose notes on a connection who closed it and how.
func (t *Tracker) noteClose(c *Conn, e reassembly.End) {
	var how string
	switch e.Reason {
	case reassembly.Fin:
		how = [...]string{"FIN by the client", "FIN by the server"}[e.By]
	case reassembly.Reset:
		how = [...]string{"RST by the client", "RST by the server"}[e.By]
	case reassembly.Reuse:
		how = "a new connection took its ports"
	default:
		return // nobody closed it
	}
	spec := noteClosed
	switch c.Terminated {
	case [2]bool{true, true}:
		how = "TERMINATE by both sides, " + how
	case [2]bool{true, false}:
		how = "TERMINATE by the client, " + how
	case [2]bool{false, true}:
		how = "TERMINATE by the server, " + how
	default:
		if c.refused() {
			how = "the login was refused, " + how
		} else {
			spec = noteNoTerminate
		}
	}
	c.Notes = append(c.Notes, dissect.Note{Spec: spec, Name: how})
	if spec != noteClosed { // an orderly end is not worth a word in the summary
		t.stats.note(spec)
	}
}

// Flush ends the input: what is open is published.
func (t *Tracker) Flush() {
	var all order
	for x := t.orphans.pop(); x != nil; x = t.orphans.pop() {
		all.add(x)
	}
	for _, e := range t.ending {
		t.clear(e.c, reassembly.C2S)
		t.clear(e.c, reassembly.S2C)
		all.addAll(&e.c.open)
	}
	all.sort()
	for _, p := range all {
		if p.txn.State == OrphanResponse {
			t.publishOrphan(p.txn)
			continue
		}
		t.settle(p.txn, CaptureEnded, "")
	}
	if t.life != nil {
		t.life.flush()
	}
	for _, e := range t.ending {
		t.tell(Event{Kind: Closed, Conn: e.c, End: e.e})
	}
	t.ending = nil
}
