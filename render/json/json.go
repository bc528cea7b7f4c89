// Package json writes events as records, one JSON object a line.
package json

import (
	"io"

	"cmppdump/dissect"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// Renderer is a render.Renderer.
type Renderer struct {
	w     io.Writer
	views record.View
	table *record.Table
	rec   record.Record
	line  []byte
	pdu   dissect.PDU // loaded by a Pool
}

// New makes a Renderer that writes the records of views to w.
func New(w io.Writer, t *record.Table, views record.View, o record.Options) *Renderer {
	return &Renderer{w: w, table: t, views: views, rec: record.Record{Options: o}}
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error {
	if !r.rec.Set(e, r.views) {
		return nil
	}
	_, err := r.w.Write(r.record())
	return err
}

// Interval writes the record of what was counted in an interval.
func (r *Renderer) Interval(s *record.Interval) error {
	r.rec.SetInterval(s)
	_, err := r.w.Write(r.record())
	return err
}

// record is the line of the record that is set.
func (r *Renderer) record() []byte {
	r.line = append(r.table.AppendJSON(r.line[:0], &r.rec), '\n')
	return r.line
}

// Close implements render.Renderer.
func (r *Renderer) Close() error { return nil }
