// Package fields writes chosen fields of records in columns: with tabs between
// them, or as CSV.
package fields

import (
	"bytes"
	"io"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// Options are what is written and how.
type Options struct {
	record.Options
	Views  record.View
	Fields []*record.Field
	CSV    bool // RFC 4180 with a header; else tabs
}

// Renderer is a render.Renderer.
type Renderer struct {
	Options
	w    io.Writer
	rec  record.Record
	val  record.Value
	line []byte
	cell []byte
	head bool // the header was written
}

// New makes a Renderer that writes to w.
func New(w io.Writer, o Options) *Renderer {
	return &Renderer{Options: o, w: w, rec: record.Record{Options: o.Options}}
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error {
	if !r.rec.Set(e, r.Views) {
		return nil
	}
	r.line = r.line[:0]
	r.header()
	for i, f := range r.Fields {
		if i > 0 {
			r.separator()
		}
		f.Get(&r.rec, &r.val)
		r.cell = r.cell[:0]
		if r.val.Set {
			r.cell = r.val.AppendText(r.cell)
		}
		r.append(r.cell)
	}
	return r.end()
}

// Close implements render.Renderer. Without a record the header is all there
// is.
func (r *Renderer) Close() error {
	r.line = r.line[:0]
	if r.header(); len(r.line) == 0 {
		return nil
	}
	_, err := r.w.Write(r.line)
	return err
}

// header adds the line of names, once, to CSV.
func (r *Renderer) header() {
	if !r.CSV || r.head {
		return
	}
	r.head = true
	for i, f := range r.Fields {
		if i > 0 {
			r.separator()
		}
		r.append([]byte(f.Name))
	}
	r.newline()
}

func (r *Renderer) separator() {
	if r.CSV {
		r.line = append(r.line, ',')
	} else {
		r.line = append(r.line, '\t')
	}
}

func (r *Renderer) newline() {
	if r.CSV {
		r.line = append(r.line, '\r')
	}
	r.line = append(r.line, '\n')
}

func (r *Renderer) end() error {
	r.newline()
	_, err := r.w.Write(r.line)
	return err
}

// append adds a cell: in CSV quoted where RFC 4180 asks for it, with tabs
// escaped as tshark does.
func (r *Renderer) append(cell []byte) {
	if !r.CSV {
		r.line = appendTab(r.line, cell)
		return
	}
	if !bytes.ContainsAny(cell, ",\"\r\n") {
		r.line = append(r.line, cell...)
		return
	}
	r.line = append(r.line, '"')
	for _, c := range cell {
		if c == '"' {
			r.line = append(r.line, '"')
		}
		r.line = append(r.line, c)
	}
	r.line = append(r.line, '"')
}

// appendTab appends a cell with controls, line breaks and backslashes escaped, so
// that a record is one line and a cell is one column.
func appendTab(dst, cell []byte) []byte {
	for _, c := range cell {
		switch c {
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\\':
			dst = append(dst, '\\', '\\')
		default:
			if c < ' ' || c == 0x7f {
				dst = append(dst, '\\', 'x', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
				continue
			}
			dst = append(dst, c)
		}
	}
	return dst
}
