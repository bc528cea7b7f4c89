// Package detail shows a PDU whole: every field with its place, its value and
// what it means, and the octets.
package detail

import (
	"io"
	"strconv"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// Options are what is shown and how.
type Options struct {
	Tree     bool // the fields
	Hex      bool // the octets
	Terminal bool // long text is wrapped at Width
	Width    int
	Color    bool
	Times    render.Times
	Lang     render.Lang
}

// Renderer is a render.Renderer. Events that are no PDUs go to the renderer of
// rows, and without Tree the PDUs too.
type Renderer struct {
	Options
	w    io.Writer
	rows render.Renderer
	b    []byte
	tmp  []byte
	text []byte

	width int  // cells of the column of the field
	row   bool // a row was shown last
}

// New makes a Renderer that writes to w, which is where rows writes too.
func New(w io.Writer, rows render.Renderer, o Options) *Renderer {
	return &Renderer{Options: o, w: w, rows: rows}
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error {
	if e.Kind != track.PDU {
		r.row = r.row || shown(e)
		return r.rows.Event(e)
	}
	r.b = r.b[:0]
	if r.Tree {
		if r.row {
			r.say("\n")
		}
		r.row = false
		r.head(e)
		r.fields(e.PDU)
		r.derived(e)
		r.notes(e.PDU)
	} else if err := r.rows.Event(e); err != nil {
		return err
	}
	if r.Hex {
		r.b = render.AppendHexDump(r.b, e.PDU.Raw)
	}
	r.b = append(r.b, '\n')
	_, err := r.w.Write(r.b)
	return err
}

// shown reports whether an event that is no PDU has a row beside the trees. Of
// transactions, only a timeout has.
func shown(e *track.Event) bool {
	return e.Kind == track.Opened || e.Kind == track.Gap || e.Kind == track.Closed || e.Kind == track.Transaction && !e.Txn.Final
}

// Close implements render.Renderer.
func (r *Renderer) Close() error { return r.rows.Close() }

// labelWidth is the width of the words in front of the heading lines.
const labelWidth = 13

// label begins a heading line.
func (r *Renderer) label(s string) {
	r.style(render.Head)
	r.b = append(r.b, s...)
	for n := len(s); n < labelWidth; n++ {
		r.b = append(r.b, ' ')
	}
	r.style(render.Plain)
}

func (r *Renderer) style(s render.Style) {
	if r.Color {
		r.b = render.AppendStyle(r.b, s)
	}
}

func (r *Renderer) say(s string)   { r.b = append(r.b, s...) }
func (r *Renderer) number(n int64) { r.b = strconv.AppendInt(r.b, n, 10) }

// head says where the PDU was captured and what it is.
func (r *Renderer) head(e *track.Event) {
	p := e.PDU
	r.label("Frame " + strconv.FormatUint(p.Last.Num, 10))
	r.b = r.Times.AppendLong(r.b, p.Last.Time)
	r.where(p.Last)
	if p.First.Num != p.Last.Num {
		r.say(", begun in frame ")
		r.number(int64(p.First.Num))
	}
	r.say("\n")
	r.label("Conn " + strconv.Itoa(p.Conn.ID))
	r.b = p.Conn.Source(p.Dir).AppendTo(r.b)
	r.say(" > ")
	r.b = p.Conn.Destination(p.Dir).AppendTo(r.b)
	r.say("  ")
	r.say(p.Dir.String())
	r.say(", offset ")
	r.number(p.Offset)
	if p.Of > 1 {
		r.say(", PDU ")
		r.number(int64(p.Nth))
		r.say(" of ")
		r.number(int64(p.Of))
		r.say(" in this frame")
	}
	r.say("\n")
	r.label(title(p))
	r.b = p.AppendName(r.b)
	r.say("  Sequence_Id ")
	r.number(int64(p.Sequence))
	r.say("  ")
	r.number(int64(p.Total))
	r.say(" bytes")
	if p.Truncated() {
		r.say(", ")
		r.number(int64(len(p.Raw)))
		r.say(" captured")
	}
	r.version(p)
	r.say("\n")
}

// where names the interface and the length of the packet.
func (r *Renderer) where(s capture.Stamp) {
	if name := s.Interface(); name != "" {
		r.say("  ")
		r.b = render.AppendEscaped(r.b, []byte(name))
	}
	r.say("  ")
	r.number(int64(s.WireLen))
	r.say(" bytes on wire, ")
	r.number(int64(s.Captured))
	r.say(" captured")
}

// title is the protocol and the version.
func title(p *dissect.PDU) string {
	if p.Version == dissect.NoVersion {
		return p.Proto.Title
	}
	return p.Proto.Title + " " + p.Proto.Versions[p.Version]
}

// version says how the version is known, and whether the login agrees.
func (r *Renderer) version(p *dissect.PDU) {
	if p.Version == dissect.NoVersion {
		return
	}
	r.say("  (version by ")
	r.say(p.Source.String())
	if v := p.Conn.Login; v != dissect.NoVersion && p.Source != dissect.FromConnect {
		r.say("; CONNECT says ")
		r.say(p.Proto.Versions[v])
		if v == p.Version {
			r.say(" too")
		}
	}
	r.say(")")
}
