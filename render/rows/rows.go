// Package rows shows one line a PDU, transaction or connection.
//
// On a terminal there is a heading and the last column is cut at the width.
// Into a pipe or file every row stands alone: date and offset on each, nothing
// cut, every receiver listed, so that grep sees all.
package rows

import (
	"bytes"
	"io"
	"slices"
	"strconv"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// Options are how rows look.
type Options struct {
	Views    record.View // what a row is
	Terminal bool        // headings, short times, the last column cut
	Width    int         // cells of a line on a terminal
	Color    bool
	Times    render.Times
	Lang     render.Lang
	// Embedded: the rows stand in a screen of so many cells that asks for the
	// headings itself, by Head. Columns that find no room are left out; the rest
	// is not cut, so that the screen can be scrolled sideways.
	Embedded bool
	// Timeout is the response timeout in ns, for the rows that tell it has
	// passed.
	Timeout int64
}

// Renderer is a render.Renderer; into a pipe or file, a pool.Writer too.
type Renderer struct {
	Options
	w       io.Writer
	row     row
	out     []byte // whole lines
	line    []byte
	tmp     []byte
	heading string
	table   *table // whose heading was shown last
	tables  map[record.View]*table
	written *table      // that the newest row is of
	request dissect.PDU // of a transaction, decoded anew
}

// table is the columns of one view. The last has no width.
type table struct{ columns []column }

// column is one column; it only grows.
type column struct {
	title string
	width int
	right bool
	most  int // how wide it may grow; 0: as wide as it takes
}

// The columns that tables have in common.
var (
	columnNo     = column{"No", 6, true, 0}
	columnTime   = column{"", 15, false, 0} // its title is the date
	columnConn   = column{"Conn", 4, true, 0}
	columnPDU    = column{"PDU", 19, false, 0} // the command left, the Sequence_Id right
	columnNumber = column{"Number", 14, false, 21}
	columnState  = column{"State", 13, false, 0} // of a transaction
	columnInfo   = column{"Info", 0, false, 0}
)

// row is the contents of one line.
type row struct {
	mark  byte
	style render.Style
	time  int64
	cells [][]byte
	n     int
	seq   []byte // stands at the right of the PDU column
}

// next gives the buffer of the next cell.
func (w *row) next() []byte {
	if w.n++; w.n > len(w.cells) {
		w.cells = append(w.cells, nil)
	}
	return w.cells[w.n-1][:0]
}

// set puts the contents of the newest cell back.
func (w *row) set(b []byte) { w.cells[w.n-1] = b }

// number adds a cell with n, empty for 0.
func (w *row) number(n uint64) {
	b := w.next()
	if n > 0 {
		b = strconv.AppendUint(b, n, 10)
	}
	w.set(b)
}

// text adds a cell.
func (w *row) text(s string) { w.set(append(w.next(), s...)) }

// New makes a Renderer that writes to w.
func New(w io.Writer, o Options) *Renderer {
	r := &Renderer{Options: o, w: w, tables: map[record.View]*table{
		record.PDU:  {[]column{columnNo, columnTime, columnConn, columnPDU, columnNumber, columnInfo}},
		record.Txn:  {[]column{columnNo, columnTime, columnConn, columnPDU, columnNumber, columnState, {"Resp", 7, true, 0}, columnInfo}},
		record.Msg:  {[]column{columnNo, columnTime, {"To", 14, false, 21}, {"State", 11, false, 0}, {"Resp", 7, true, 0}, {"Report", 8, true, 0}, {"Code", 7, false, 0}, {"Text", 0, false, 0}}},
		record.Conn: {[]column{{"Conn", 6, true, 0}, columnTime, {"SP_Id", 6, false, 0}, {"Ver", 3, false, 0}, {"Client", 15, false, 0}, {"Server", 13, false, 0}, {"c2s", 6, true, 0}, {"s2c", 6, true, 0}, {"Unansw", 6, true, 0}, {"Max", 3, true, 0}, {"Lasted", 6, true, 0}, {"Closed", 0, false, 0}}},
	}}
	if msg := r.tables[record.Msg]; o.Embedded {
		msg.columns = slices.Insert(msg.columns, 2, columnConn)
	}
	return r
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error { return r.put(r.Append(r.out[:0], e)) }

// put writes whole lines, if there are any.
func (r *Renderer) put(lines []byte) error {
	if r.out = lines; len(lines) == 0 {
		return nil
	}
	_, err := r.w.Write(lines)
	return err
}

// Append implements pool.Writer. On a terminal the heading may stand in front of
// the row.
func (r *Renderer) Append(dst []byte, e *track.Event) []byte {
	w := &r.row
	w.mark, w.style, w.n, w.seq = ' ', render.Plain, 0, w.seq[:0]
	view := record.PDU
	switch {
	case e.Kind == track.Transaction && r.Views&record.Txn != 0:
		view = record.Txn
		r.txn(e.Txn)
	case e.Kind == track.Message && r.Views&record.Msg != 0:
		view = record.Msg
		r.msg(e.Msg)
	case e.Kind == track.Closed && r.Views&record.Conn != 0:
		view = record.Conn
		r.conn(e)
	case r.Views&record.PDU == 0 || !r.event(e):
		return dst
	}
	return r.write(dst, r.tables[view])
}

// Close implements render.Renderer.
func (r *Renderer) Close() error { return nil }

// write appends the row in the columns of a table.
func (r *Renderer) write(dst []byte, t *table) []byte {
	w := &r.row
	r.written = t
	for i := range t.columns {
		c := &t.columns[i]
		if c.title == columnPDU.title && len(w.seq) > 0 {
			w.cells[i] = joint(w.cells[i], w.seq, c.width)
		}
		if r.Terminal {
			c.grow(w.cells[i])
		}
	}
	if r.Terminal && !r.Embedded {
		if h := r.Times.Heading(w.time); h != r.heading || t != r.table {
			r.heading, r.table = h, t
			dst = r.head(dst, t)
		}
	}
	b := append(r.line[:0], w.mark)
	for i := range t.columns {
		if r.leavesOut(&t.columns[i]) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ' ')
		}
		b = t.columns[i].append(b, w.cells[i])
	}
	return r.end(dst, b, w.style)
}

// joint puts the Sequence_Id at the right of the command's cell.
func joint(cell, seq []byte, width int) []byte {
	for n := max(width-len(cell)-len(seq), 1); n > 0; n-- {
		cell = append(cell, ' ')
	}
	return append(cell, seq...)
}

// end cuts and colours the line, and appends it.
func (r *Renderer) end(dst, b []byte, s render.Style) []byte {
	b = bytes.TrimRight(b, " ")
	if r.Terminal && !r.Embedded {
		b = render.Cut(b, r.Width)
	}
	r.line = b
	if r.Color && s != render.Plain {
		dst = append(render.AppendStyle(dst, s), b...)
		return append(render.AppendStyle(dst, render.Plain), '\n')
	}
	return append(append(dst, b...), '\n')
}

// The widths below which an embedded row has no number of its packet, one of a
// message no connection and one of a transaction no state, so that something of
// the text is left.
const (
	narrow      = 100
	narrowConn  = 90
	narrowState = 80
)

// leavesOut reports whether a column finds no room.
func (r *Renderer) leavesOut(c *column) bool {
	switch {
	case !r.Embedded:
	case c.title == columnNo.title:
		return r.Width < narrow
	case c.title == columnConn.title && r.Views == record.Msg:
		return r.Width < narrowConn
	case c.title == columnState.title && r.Views == record.Txn:
		return r.Width < narrowState
	}
	return false
}

// Head writes the headings of a view, as wide as the columns are now, with the
// date of a capture time in ns.
func (r *Renderer) Head(v record.View, ns int64) error {
	r.heading = r.Times.Heading(ns)
	return r.put(r.head(r.out[:0], r.tables[v]))
}

// head appends the headings.
func (r *Renderer) head(dst []byte, t *table) []byte {
	b := append(r.line[:0], ' ')
	for i := range t.columns {
		c := &t.columns[i]
		if r.leavesOut(c) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ' ')
		}
		r.tmp = append(r.tmp[:0], c.title...)
		switch c.title {
		case columnTime.title:
			r.tmp = append(r.tmp, r.heading...)
		case columnPDU.title:
			r.tmp = joint(r.tmp, []byte("Seq"), c.width)
		}
		b = c.append(b, r.tmp)
	}
	return r.end(dst, b, render.Head)
}

// grow makes the column as wide as a cell, within what it may take. In a pipe
// columns keep their width, so that one long row does not move all that follow.
func (c *column) grow(cell []byte) {
	if c.width == 0 {
		return
	}
	if w := render.Width(cell); w > c.width && (c.most == 0 || w <= c.most) {
		c.width = w
	}
}

// append appends a cell.
func (c *column) append(b, cell []byte) []byte {
	switch {
	case c.width == 0:
		return append(b, cell...)
	case c.right:
		return render.PadLeft(b, cell, c.width)
	}
	return render.PadRight(b, cell, c.width)
}

// when adds the cell of the time.
func (r *Renderer) when(ns int64) {
	w := &r.row
	w.time = ns
	b := w.next()
	if r.Terminal {
		b = r.Times.AppendShort(b, ns)
	} else {
		b = r.Times.AppendLong(b, ns)
	}
	w.set(b)
}
