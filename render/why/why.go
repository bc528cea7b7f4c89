// Package why answers the question what became of a message.
package why

import (
	"cmppdump/dissect"
	"io"
	"strconv"
	"strings"
	"time"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
	"cmppdump/render"
)

// Options are the question and how the answer looks.
type Options struct {
	Query  Query
	JSON   bool
	Table  *record.Table
	Record record.Options
	Files  []string // what was searched, as given
	Width  int      // cells of a line
	Color  bool
	Times  render.Times
	Lang   render.Lang
	Mask   *render.Mask // what is private in the answer is hidden
}

// Renderer is a render.Renderer. It shows nothing until Close: a verdict rests
// on the whole capture.
type Renderer struct {
	Options
	w           io.Writer
	found       []*track.Msg
	seen        map[*track.Msg]bool
	first, last int64 // of the PDUs, ns
	messages    uint64
	missing     int64
	reports     track.Delays
	b           []byte
	tmp         []byte
}

// New makes a Renderer that writes to w.
func New(w io.Writer, o Options) *Renderer {
	return &Renderer{Options: o, w: w, seen: map[*track.Msg]bool{}}
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error {
	switch e.Kind {
	case track.PDU:
		if r.first == 0 {
			r.first = e.PDU.First.Time
		}
		r.last = e.PDU.Last.Time
	case track.Gap:
		if e.Gap.Kind != dissect.Preface {
			r.missing += e.Gap.Bytes
		}
	case track.Message:
		r.message(e.Msg)
	}
	return nil
}

func (r *Renderer) message(m *track.Msg) {
	if m.Revision == 0 {
		r.messages++
	}
	if p := m.LastReport(); m.State == track.Delivered && p != nil && m.Revision == 0 {
		r.reports.Add(p.Report.Time - m.Start())
	}
	if r.Query.Match(m) && !r.seen[m] {
		r.seen[m] = true
		r.found = append(r.found, m)
	}
}

// Found is the number of messages that the question is about.
func (r *Renderer) Found() int { return len(r.found) }

// Close implements render.Renderer: it writes the verdicts.
func (r *Renderer) Close() error {
	r.b = r.b[:0]
	if !r.JSON {
		r.head()
	}
	c := verdict.Context{Reports: &r.reports, Duration: func(ns int64) string { return string(render.AppendDuration(nil, ns)) }}
	for _, m := range r.found {
		m = r.Mask.Message(m)
		v := verdict.Of(m, &c)
		if r.JSON {
			r.json(m, v)
		} else {
			r.verdict(m, v)
		}
	}
	_, err := r.w.Write(r.b)
	return err
}

func (r *Renderer) say(s ...string) {
	for _, x := range s {
		r.b = append(r.b, x...)
	}
}

// asked is the question.
func (r *Renderer) asked() string {
	if r.Mask != nil && r.Query.number != nil {
		return r.Mask.Number(r.Query.Text)
	}
	return r.Query.Text
}

// head says what was searched.
func (r *Renderer) head() {
	n := strconv.Itoa(len(r.found))
	r.say(r.asked(), ": ")
	switch {
	case r.Lang == render.Chinese:
		r.say(strings.Join(r.Files, " "), " 中有 ", n, " 条短信")
	case len(r.found) == 1:
		r.say("1 message in ", strings.Join(r.Files, " "))
	case len(r.found) == 0:
		r.say("no message in ", strings.Join(r.Files, " "))
	default:
		r.say(n, " messages in ", strings.Join(r.Files, " "))
	}
	if r.first != 0 {
		a, b := time.Unix(0, r.first).In(r.Times.Zone), time.Unix(0, r.last).In(r.Times.Zone)
		r.say(" (", a.Format("2006-01-02 15:04:05"), [...]string{" to ", " 至 "}[r.Lang], b.Format("15:04:05 -0700"))
		if len(r.found) == 0 {
			r.say("; ", strconv.FormatUint(r.messages, 10), " messages, ", strconv.FormatInt(r.missing, 10), " bytes missing or skipped")
		}
		r.say(")")
	}
	r.say("\n")
}
