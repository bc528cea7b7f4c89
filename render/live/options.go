package live

import (
	"io"
	"time"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
	"cmppdump/render"
)

// Rows writes rows, and their headings when asked.
type Rows interface {
	render.Renderer
	// Head writes the headings of a view with the date of a capture time.
	Head(v record.View, ns int64) error
	// Cell lends what stands in a column of the row written last.
	Cell(title string) []byte
}

// Match reports whether a record passes a display filter.
type Match func(*record.Record) bool

// Options say what is shown and how.
type Options struct {
	Source string // what is captured or read, and the capture filter, for the first line
	Live   bool
	Lang   render.Lang
	Color  bool
	Mask   *render.Mask // what is private is hidden, but from filters; nil: nothing is
	Times  render.Times
	Table  *record.Table
	Record record.Options
	// View is the first one shown.
	View View
	// Rows makes the writer of a view's rows, so many cells wide.
	Rows func(w io.Writer, v record.View, width int, t render.Times, l render.Lang) Rows
	// Tree makes the writer of a PDU's fields, a line each.
	Tree func(w io.Writer, t render.Times, l render.Lang) render.Renderer
	// Why appends the verdict on a message, with the PDUs it rests on or
	// without.
	Why func(dst []byte, m *track.Msg, c *verdict.Context, width int, evidence bool, t render.Times, l render.Lang) []byte
	// Filter compiles a display filter, whose errors may tell their Place;
	// Complete gives the words that can stand at a place of it instead of what
	// is there from start on. They may be nil.
	Filter   func(expr string) (Match, error)
	Complete func(expr string, at int) (words []string, start int)
	// Expr is the filter that it begins with.
	Expr string
	// Progress is how much of the input is read, in octets; total is 0 where
	// that is not known.
	Progress func() (read, total int64)
	// Now is the clock on the wall.
	Now func() time.Time
	// Copy puts text on the clipboard, or says why it cannot; nil: the screen
	// has one.
	Copy func(text []byte) error
	// Suspend stops the program until the user wants it back; nil: it cannot
	// be.
	Suspend func()
}
