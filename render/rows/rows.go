// Package rows shows one line a PDU: number, time, connection, command,
// Sequence_Id, phone number, and what it says.
//
// On a terminal there is a heading and the last column is cut at the width.
// Into a pipe or file every row stands alone: date and offset on each, nothing
// cut, every receiver listed, so that grep sees all.
package rows

import (
	"bytes"
	"io"
	"strconv"

	"cmppdump/dissect/track"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// Options are how rows look.
type Options struct {
	Terminal bool // headings, short times, the last column cut
	Width    int  // cells of a line on a terminal
	Color    bool
	Times    render.Times
	Lang     render.Lang
}

// Renderer is a render.Renderer.
type Renderer struct {
	Options
	w       io.Writer
	row     row
	line    []byte
	tmp     []byte
	width   widths
	heading string
}

// widths are the columns' cells; they only grow.
type widths struct{ no, time, conn, pdu, number int }

// row is the contents of one line.
type row struct {
	mark   byte
	style  render.Style
	no     uint64 // 0: none
	time   int64
	conn   int
	arrow  byte
	pdu    []byte
	seq    []byte
	number []byte
	info   []byte
}

// New makes a Renderer that writes to w.
func New(w io.Writer, o Options) *Renderer {
	return &Renderer{Options: o, w: w, width: widths{no: 6, time: 15, conn: 3, pdu: 19, number: 14}}
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error {
	w := &r.row
	*w = row{mark: ' ', conn: e.Conn.ID, arrow: '>', pdu: w.pdu[:0], seq: w.seq[:0], number: w.number[:0], info: w.info[:0]}
	switch e.Kind {
	case track.Open:
		r.open(e)
	case track.PDU:
		r.pdu(e.PDU)
	case track.Gap:
		r.gap(e)
	case track.Close:
		if e.End.Reason == reassembly.CaptureEnded {
			return nil
		}
		r.closed(e)
	}
	return r.write()
}

// Close implements render.Renderer.
func (r *Renderer) Close() error { return nil }

func (r *Renderer) open(e *track.Event) {
	w, c := &r.row, e.Conn
	w.no, w.time, w.style = c.First.Num, c.First.Time, render.Dim
	w.pdu = append(w.pdu, "-- open"...)
	w.info = c.Client.AppendTo(w.info)
	w.info = append(w.info, " > "...)
	w.info = c.Server.AppendTo(w.info)
	if c.Midstream {
		w.info = append(w.info, ", in mid-stream"...)
	}
}

func (r *Renderer) gap(e *track.Event) {
	w, g := &r.row, e.Gap
	w.mark, w.style = '!', render.Bad
	w.no, w.time, w.arrow = g.Last.Num, g.Last.Time, arrow(g.Dir)
	w.pdu = append(w.pdu, "-- gap"...)
	w.info = strconv.AppendInt(w.info, g.Bytes, 10)
	w.info = append(w.info, " bytes "...)
	w.info = append(w.info, g.Kind.String()...)
	w.info = append(w.info, ", offset "...)
	w.info = strconv.AppendInt(w.info, g.Offset, 10)
}

func (r *Renderer) closed(e *track.Event) {
	w := &r.row
	w.no, w.time, w.style, w.arrow = e.End.Num, e.End.Time, render.Dim, arrow(e.End.By)
	w.pdu = append(w.pdu, "-- closed"...)
	w.info = append(w.info, e.End.Reason.String()...)
	if e.End.Reason == reassembly.Fin || e.End.Reason == reassembly.Reset {
		w.info = append(w.info, " by "...)
		w.info = append(w.info, [...]string{"client", "server"}[e.End.By]...)
	}
	w.info = append(w.info, ", "...)
	w.info = render.AppendDuration(w.info, e.End.Time-e.Conn.First.Time)
}

func arrow(d reassembly.Dir) byte { return [...]byte{'>', '<'}[d] }

// write puts the row into columns.
func (r *Renderer) write() error {
	w := &r.row
	if r.Terminal {
		if h := r.Times.Heading(w.time); h != r.heading {
			r.heading = h
			if err := r.head(); err != nil {
				return err
			}
		}
	}
	b := append(r.line[:0], w.mark)
	b = r.column(b, r.number(w.no), &r.width.no, true)
	b = append(b, ' ')
	if r.Terminal {
		r.tmp = r.Times.AppendShort(r.tmp[:0], w.time)
	} else {
		r.tmp = r.Times.AppendLong(r.tmp[:0], w.time)
	}
	b = r.column(b, r.tmp, &r.width.time, false)
	b = append(b, ' ')
	b = r.column(b, r.number(uint64(w.conn)), &r.width.conn, true)
	b = append(b, w.arrow, ' ')
	b = r.command(b)
	b = append(b, ' ')
	b = r.column(b, w.number, &r.width.number, false)
	b = append(b, ' ')
	b = append(b, w.info...)
	return r.end(b, w.style)
}

// end cuts and colours the line, and writes it.
func (r *Renderer) end(b []byte, s render.Style) error {
	b = bytes.TrimRight(b, " ")
	if r.Terminal {
		b = render.Cut(b, r.Width)
	}
	if r.Color && s != render.Plain {
		r.tmp = render.AppendStyle(r.tmp[:0], s)
		b = append(append(r.tmp, b...), "\x1b[0m"...)
		r.tmp = r.line[:0] // the two buffers change places
	}
	r.line = append(b, '\n')
	_, err := r.w.Write(r.line)
	return err
}

func (r *Renderer) head() error {
	b := append(r.line[:0], ' ')
	b = render.PadLeft(b, []byte("No"), r.width.no)
	b = append(b, ' ')
	b = r.column(b, []byte(r.heading), &r.width.time, false)
	b = append(b, ' ')
	b = render.PadLeft(b, []byte("Conn"), r.width.conn+1)
	b = append(b, ' ')
	b = render.PadRight(b, []byte("PDU"), r.width.pdu-3)
	b = append(b, "Seq "...)
	b = render.PadRight(b, []byte("Number"), r.width.number)
	b = append(b, " Info"...)
	return r.end(b, render.Head)
}

// number is n in decimal, or nothing for 0.
func (r *Renderer) number(n uint64) []byte {
	if n == 0 {
		return nil
	}
	r.tmp = strconv.AppendUint(r.tmp[:0], n, 10)
	return r.tmp
}

// column appends a cell and lets the column grow to it.
func (r *Renderer) column(b, text []byte, width *int, right bool) []byte {
	if w := render.Width(text); w > *width && r.Terminal {
		*width = w
	}
	if right {
		return render.PadLeft(b, text, *width)
	}
	return render.PadRight(b, text, *width)
}

// command appends the PDU's name and, right-aligned in the same cell, its
// Sequence_Id.
func (r *Renderer) command(b []byte) []byte {
	w := &r.row
	need := len(w.pdu) + len(w.seq)
	if len(w.seq) > 0 {
		need++
	}
	if need > r.width.pdu && r.Terminal {
		r.width.pdu = need
	}
	b = append(b, w.pdu...)
	for n := len(w.pdu); n < max(r.width.pdu, need)-len(w.seq); n++ {
		b = append(b, ' ')
	}
	return append(b, w.seq...)
}
