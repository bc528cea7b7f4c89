package rows

import (
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// event fills in a row of the PDU view, and reports whether the event has one.
func (r *Renderer) event(e *track.Event) bool {
	switch e.Kind {
	case track.Opened:
		r.opened(e)
	case track.PDU:
		r.pdu(e)
	case track.Gap:
		r.gap(e)
	case track.Transaction:
		return r.expired(e.Txn)
	case track.Closed:
		return r.closed(e)
	default:
		return false // followed for a filter's sake
	}
	return true
}

// start fills in the first cells of a row that is no PDU.
func (r *Renderer) start(no uint64, ns int64, conn int, d reassembly.Dir, what string) {
	w := &r.row
	w.number(no)
	r.when(ns)
	r.arrow(conn, d)
	w.text(what)
	w.text("")
}

// arrow adds the cell of the connection: 1> to the server, 1< back.
func (r *Renderer) arrow(conn int, d reassembly.Dir) {
	b := strconv.AppendInt(r.row.next(), int64(conn), 10)
	r.row.set(append(b, [...]byte{'>', '<'}[d]))
}

func (r *Renderer) opened(e *track.Event) {
	w, c := &r.row, e.Conn
	w.style = render.Dim
	r.start(c.First.Num, c.First.Time, c.ID, reassembly.C2S, "-- open")
	b := c.Client.AppendTo(w.next())
	b = append(b, " > "...)
	b = c.Server.AppendTo(b)
	if c.Midstream {
		b = append(b, sayMidstream[r.Lang]...)
	}
	w.set(b)
}

func (r *Renderer) gap(e *track.Event) {
	w, g := &r.row, e.Gap
	w.mark, w.style = '!', render.Bad
	what, tell := "-- gap", sayMissing
	switch g.Kind {
	case dissect.Skipped:
		what, tell = "-- skipped", saySkipped
	case dissect.Preface:
		w.mark, w.style = ' ', render.Dim
		r.start(g.Last.Num, g.Last.Time, e.Conn.ID, g.Dir, "-- preface")
		w.set(g.Notes[0].AppendIn(w.next(), int(r.Lang)))
		return
	}
	r.start(g.Last.Num, g.Last.Time, e.Conn.ID, g.Dir, what)
	b := append(r.appendBytes(w.next(), g.Bytes), tell[r.Lang]...)
	b = strconv.AppendInt(b, g.Offset, 10)
	if g.Cut {
		b = g.Notes[1].AppendIn(append(b, colon[r.Lang]...), int(r.Lang))
	}
	w.set(b)
}

// closed fills in the row of a connection's end. The end of the capture is
// none.
func (r *Renderer) closed(e *track.Event) bool {
	if e.End.Reason == reassembly.CaptureEnded {
		return false
	}
	w := &r.row
	w.style = render.Dim
	r.start(e.End.Num, e.End.Time, e.Conn.ID, e.End.By, "-- closed")
	b := appendClose(w.next(), e)
	b = append(b, ", "...)
	w.set(render.AppendDuration(b, e.End.Time-e.Conn.First.Time))
	return true
}

// appendClose says how a connection ended: TERMINATE, fin by client.
func appendClose(b []byte, e *track.Event) []byte {
	if e.Conn.Terminated[0] || e.Conn.Terminated[1] {
		b = append(b, "TERMINATE, "...)
	}
	b = append(b, e.End.Reason.String()...)
	if e.End.Reason == reassembly.Fin || e.End.Reason == reassembly.Reset {
		b = append(b, " by "...)
		b = append(b, [...]string{"client", "server"}[e.End.By]...)
	}
	return b
}

// expired fills in the row that tells of a response timeout. Other news of
// transactions stand in the rows of their responses.
func (r *Renderer) expired(x *track.Txn) bool {
	if x.State != track.NoResponse && x.State != track.Unknown || x.Final {
		return false
	}
	w := &r.row
	w.mark, w.style = '!', render.Bad
	w.number(0)
	r.when(x.Decided)
	r.arrow(x.Conn.ID, x.Dir)
	r.name(x)
	r.receiverOf(x)
	b := w.next()
	if x.State == track.Unknown {
		w.mark, w.style = '*', render.Odd
		b = x.Notes[len(x.Notes)-1].AppendIn(b, int(r.Lang))
		b = append(b, semicolon[r.Lang]...)
	}
	b = append(b, sayNoResponse[r.Lang]...)
	b = appendWhole(b, r.Timeout)
	b = append(b, saySentIn[r.Lang]...)
	b = strconv.AppendUint(b, x.Request.Last.Num, 10)
	w.set(b)
	return true
}

// appendWhole appends a duration that somebody has set: 60s, not 60.0s.
func appendWhole(b []byte, ns int64) []byte {
	if ns%1e9 == 0 && ns < 100e9 {
		return append(strconv.AppendInt(b, ns/1e9, 10), 's')
	}
	return render.AppendDuration(b, ns)
}
