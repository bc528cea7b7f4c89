// Package json writes events as records, one JSON object a line.
package json

import (
	"io"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// Renderer is a render.Renderer and a pool.Writer.
type Renderer struct {
	w     io.Writer
	views record.View
	table *record.Table
	rec   record.Record
	line  []byte
}

// New makes a Renderer that writes the records of views to w.
func New(w io.Writer, t *record.Table, views record.View, o record.Options) *Renderer {
	return &Renderer{w: w, table: t, views: views, rec: record.Record{Options: o}}
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error { return r.write(r.Append(r.line[:0], e)) }

// Append implements pool.Writer.
func (r *Renderer) Append(dst []byte, e *track.Event) []byte {
	if !r.rec.Set(e, r.views) {
		return dst
	}
	return append(r.table.AppendJSON(dst, &r.rec), '\n')
}

// Interval writes the record of what was counted in an interval.
func (r *Renderer) Interval(s *record.Interval) error {
	return r.write(r.AppendInterval(r.line[:0], s))
}

// AppendInterval implements pool.IntervalWriter.
func (r *Renderer) AppendInterval(dst []byte, s *record.Interval) []byte {
	r.rec.SetInterval(s)
	return append(r.table.AppendJSON(dst, &r.rec), '\n')
}

// write writes the record, if there is one.
func (r *Renderer) write(line []byte) error {
	if r.line = line; len(line) == 0 {
		return nil
	}
	_, err := r.w.Write(line)
	return err
}

// Close implements render.Renderer.
func (r *Renderer) Close() error { return nil }
