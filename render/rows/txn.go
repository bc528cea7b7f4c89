package rows

import (
	"bytes"
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// name adds the cell of a transaction's command, and its Sequence_Id. It
// loads the request, and reports whether there is one.
func (r *Renderer) name(x *track.Txn) bool {
	w, p := &r.row, x.Conn.Proto
	loaded := x.Load(&r.request)
	b := dissect.AppendShort(w.next(), p, x.Command, x.CommandID, x.Column)
	if loaded && r.request.SMS.Direction >= dissect.Report {
		b = append(b, " report"...)
	}
	w.set(b)
	w.seq = strconv.AppendUint(w.seq[:0], uint64(x.Sequence), 10)
	return loaded
}

// txn fills in the row of a transaction.
func (r *Renderer) txn(x *track.Txn) {
	w := &r.row
	h, _ := x.Lead()
	w.number(h.Last.Num)
	r.when(h.Last.Time)
	r.arrow(x.Conn.ID, x.Dir)
	loaded := r.name(x)
	if loaded {
		w.set(r.receiver(w.next(), &r.request))
	} else {
		w.text("")
	}
	w.text(x.State.String())
	b := w.next()
	if x.State == track.Answered {
		b = render.AppendDuration(b, x.Latency())
	}
	w.set(b)
	b = r.status(w.next(), x)
	if loaded && !r.request.Response() {
		b = r.says(append(b, "  "...), &r.request)
	}
	w.set(bytes.TrimLeft(b, " "))
	switch {
	case x.Failed(), x.State == track.NoResponse, loaded && undelivered(&r.request):
		w.mark, w.style = '!', render.Bad
	case len(x.Notes) > 0, x.Unread:
		w.mark, w.style = '*', render.Odd
	}
}

// status appends the response's status and the id that it gave.
func (r *Renderer) status(b []byte, x *track.Txn) []byte {
	if x.Attempts > 1 {
		b = strconv.AppendInt(b, int64(x.Attempts), 10)
		b = append(b, sayAttempts[r.Lang]...)
	}
	switch {
	case x.Unread:
		b = append(b, sayNoStatus[r.Lang]...)
	case x.Spec == nil:
		return b
	default:
		b = r.statusText(b, x)
	}
	if x.MessageID != 0 && x.Command != nil && x.Command.Class == dissect.Submit {
		b = render.AppendID(append(b, "  "...), x.MessageID)
	}
	return b
}

// statusText appends the status and what it means.
func (r *Renderer) statusText(b []byte, x *track.Txn) []byte {
	b = strconv.AppendUint(b, x.Status, 10)
	b = append(b, ' ')
	if m, ok := x.Spec.Enum.Lookup(x.Status, nil, int(x.By)); ok {
		b = append(b, r.Lang.Meaning(m)...)
	} else {
		b = append(b, r.Lang.Unknown()...)
	}
	return b
}

// conn fills in the row of a connection.
func (r *Renderer) conn(e *track.Event) {
	w, c := &r.row, e.Conn
	w.number(uint64(c.ID))
	r.when(c.First.Time)
	w.set(render.AppendEscaped(w.next(), c.SPID()))
	if c.Version != dissect.NoVersion {
		w.text(c.Proto.Versions[c.Version])
	} else {
		w.text("")
	}
	w.set(c.Client.AppendTo(w.next()))
	w.set(c.Server.AppendTo(w.next()))
	w.set(strconv.AppendUint(w.next(), c.Dirs[reassembly.C2S].PDUs, 10))
	w.set(strconv.AppendUint(w.next(), c.Dirs[reassembly.S2C].PDUs, 10))
	unanswered := c.Dirs[0].Unanswered + c.Dirs[1].Unanswered
	w.set(strconv.AppendUint(w.next(), unanswered, 10))
	w.set(strconv.AppendInt(w.next(), int64(max(c.Dirs[0].MaxInFlight, c.Dirs[1].MaxInFlight)), 10))
	w.set(render.AppendDuration(w.next(), c.Last.Time-c.First.Time))
	b := appendClose(w.next(), e)
	if n := c.Net[0].Missing + c.Net[1].Missing; n > 0 {
		b = append(b, comma[r.Lang]...)
		b = strconv.AppendUint(b, n, 10)
		b = append(b, sayNotThere[r.Lang]...)
	}
	if c.Proxy.Version > 0 {
		b = append(append(b, ", "...), c.Proxy.String()...)
	}
	w.set(b)
	if c.Dirs[0].Silent+c.Dirs[1].Silent > 0 || c.Spec != nil && !c.Proto.Outcome(nil, c.Status, c.By) {
		w.mark, w.style = '!', render.Bad
	}
}
