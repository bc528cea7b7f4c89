// Package ladder shows messages as what went to and fro between SP and ISMG,
// one arrow a PDU.
package ladder

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// Options are how ladders look.
type Options struct {
	Width int // cells of a line
	Color bool
	Times render.Times
	Lang  render.Lang
}

// The words of a ladder.
var (
	sayAfter       = lang.Text{" after %s", " %s 后"}
	sayWaited      = lang.Text{" for %s", " 已 %s"}
	sayParts       = lang.Text{"%d parts", "%d 段"}
	sayUnread      = lang.Text{"(truncated)", "（被截断）"}
	sayNoPart      = lang.Text{"part %d was not captured", "没有抓到第 %d 段"}
	sayNoResponse  = lang.Text{"no response within %s", "%s 内无应答"}
	sayNoReport    = lang.Text{"no report within %s", "%s 内无状态报告"}
	sayNoReportYet = lang.Text{"no report yet, waited %s", "尚无状态报告，已等 %s"}
	sayAgain       = lang.Text{"  again", "  重复"}
)

// Renderer is a render.Renderer. What is no message goes to another.
type Renderer struct {
	Options
	w     io.Writer
	other render.Renderer
	shown bool // something stands above
	b     []byte
	tmp   []byte
	steps []step
}

// New makes a Renderer that writes to w, which is where other writes too.
func New(w io.Writer, other render.Renderer, o Options) *Renderer {
	return &Renderer{Options: o, w: w, other: other}
}

// Event implements render.Renderer.
func (r *Renderer) Event(e *track.Event) error {
	if e.Kind != track.Message {
		return r.other.Event(e)
	}
	r.b = r.b[:0]
	if r.shown {
		r.say("\n")
	}
	r.shown = true
	r.head(e.Msg)
	r.text(e.Msg)
	r.collect(e.Msg)
	r.arrows()
	_, err := r.w.Write(r.b)
	return err
}

// Close implements render.Renderer.
func (r *Renderer) Close() error { return r.other.Close() }

func (r *Renderer) say(s string) { r.b = append(r.b, s...) }

func (r *Renderer) style(s render.Style) {
	if r.Color {
		r.b = render.AppendStyle(r.b, s)
	}
}

// head says who the message is to, what became of it, and whose it is.
func (r *Renderer) head(m *track.Msg) {
	style := render.Head
	if m.State.Failed() {
		style = render.Bad
	}
	r.style(style)
	begin := len(r.b)
	r.b = render.AppendEscaped(r.b, m.To)
	r.say("  ")
	r.say(strings.ToUpper(m.State.String()))
	cells := len(r.b) - begin
	r.style(render.Plain)
	words := []string{r.took(m)}
	if n := m.Total(); n > 1 {
		words = append(words, "  "+sayParts.With(n)[r.Lang])
	}
	words = append(words, named("  SP ", m.Conn.SPID()), named("  ISMG ", m.Conn.Proto.AppendGateway(nil, m.First().ID)))
	if m.MO {
		words = append(words, named("  Src_terminal_Id ", m.From))
	} else {
		words = append(words, named("  Src_Id ", m.From))
	}
	for _, w := range words {
		n := render.Width([]byte(w))
		if cells+n > r.Width {
			r.say("\n")
			cells = 0
		}
		r.say(w)
		cells += n
	}
	r.say("\n")
}

// took is the time to the last news of the message.
func (r *Renderer) took(m *track.Msg) string {
	after := func(t lang.Text, at int64) string {
		if at < m.Start() {
			return "" // a report that was captured first
		}
		return t.With(render.Duration(at - m.Start()))[r.Lang]
	}
	switch p, q := m.LastReport(), m.LastResp(); {
	case m.State == track.Waiting || m.State == track.NoReport:
		return after(sayWaited, m.Decided)
	case m.State == track.ReportOnly:
	case p != nil:
		return after(sayAfter, p.Report.Time)
	case q != nil:
		return after(sayAfter, q.Resp.Time)
	}
	return ""
}

// named says something with its name, if there is something.
func named(name string, b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return name + string(render.AppendEscaped(nil, b))
}

// text writes the text in lines, and the notes.
func (r *Renderer) text(m *track.Msg) {
	var line []byte
	if guess, ok := m.Guess(); ok {
		line = render.AppendMsgFmt(line, m.First().Coding, guess)
	}
	if r.tmp = m.AppendText(r.tmp[:0]); len(r.tmp) > 0 {
		r.wrap(render.AppendEscaped(line, r.tmp))
	}
	for i := range m.Notes {
		r.style(render.Odd)
		r.wrap(m.Notes[i].AppendIn([]byte("* "+m.Notes[i].Spec.ID+": "), int(r.Lang)))
		r.style(render.Plain)
	}
}

func (r *Renderer) wrap(text []byte) {
	for len(text) > 0 {
		n := len(text)
		if room := r.Width - 2; room >= 20 {
			n = render.FitWords(text, room)
		}
		r.say("  ")
		r.b = append(append(r.b, text[:n]...), '\n')
		text = bytes.TrimLeft(text[n:], " ")
	}
}

// step is one rung: a PDU, or something that did not come.
type step struct {
	at    track.Mark
	out   bool // from the SP
	label []byte
	took  []byte // behind the label, which is cut rather
	id    uint64 // shown where there is room
	bad   bool
	none  bool // nothing was sent
}

// collect lists the rungs in the order of capture.
func (r *Renderer) collect(m *track.Msg) {
	r.steps = r.steps[:0]
	for _, p := range m.Parts {
		r.part(m, p)
	}
	for i := range m.More {
		x := &m.More[i]
		s := r.report(m, &x.Mark, x.Seq, x.StatText(), x.Cut)
		if x.Repeated {
			s.label = append(s.label, sayAgain[r.Lang]...)
		}
	}
	for i := range m.Resent {
		r.resent(m, &m.Resent[i])
	}
	slices.SortStableFunc(r.steps, func(a, b step) int { return track.InOrder(&a.at, &b.at) })
	r.absent(m)
}

// resent adds a request that was sent again before it was answered.
func (r *Renderer) resent(m *track.Msg, x *track.Resend) {
	out, send := !m.MO, m.Request()
	if x.OfReport {
		out, send = false, "DELIVER"
	}
	s := r.add(&x.Mark, out, send, x.Seq)
	s.label = append(append(s.label, part(m, x.Index)...), sayAgain[r.Lang]...)
}

// part says which part of a long message it is.
func part(m *track.Msg, index uint8) string {
	if m.Total() <= 1 {
		return ""
	}
	return "  part " + strconv.Itoa(int(index)) + "/" + strconv.Itoa(m.Total())
}

func (r *Renderer) part(m *track.Msg, p *track.Part) {
	send := m.Request()
	if p.Submit.Seen() {
		s := r.add(&p.Submit, !m.MO, send, p.Seq)
		s.label = append(s.label, part(m, p.Index)...)
		if p.Receivers > 1 {
			s.label = append(s.label, "  receiver "...)
			s.label = strconv.AppendInt(s.label, int64(p.Receiver)+1, 10)
			s.label = append(s.label, '/')
			s.label = strconv.AppendInt(s.label, int64(p.Receivers), 10)
		}
	}
	if p.Resp.Seen() {
		s := r.add(&p.Resp, m.MO, send+"_RESP", p.Seq)
		r.result(m, s, p.Result, p.Lacks.Has(track.LacksResult), m.ResultText(p), p.Resp.Time-p.Submit.Time)
		s.id = p.ID
	}
	if p.Report.Seen() {
		s := r.report(m, &p.Report, p.ReportSeq, p.StatText(), p.Lacks.Has(track.LacksStat))
		s.id = p.ID
	}
	if p.Ack.Seen() {
		r.result(m, r.add(&p.Ack, true, "DELIVER_RESP", p.ReportSeq), p.AckResult, p.Lacks.Has(track.LacksAck), m.AckText(p), p.Ack.Time-p.Report.Time)
	}
}

func (r *Renderer) add(at *track.Mark, out bool, pdu string, sequence uint32) *step {
	r.steps = append(r.steps, step{at: *at, out: out})
	s := &r.steps[len(r.steps)-1]
	s.label = strconv.AppendUint(append(append(s.label, pdu...), ' '), uint64(sequence), 10)
	return s
}

// result adds what a response says, and how long it took. unread says that its
// Result was cut off.
func (r *Renderer) result(m *track.Msg, s *step, result uint32, unread bool, meaning layout.Meaning, took int64) {
	s.label = append(s.label, "  "...)
	if unread {
		s.label = append(s.label, sayUnread[r.Lang]...)
	} else {
		s.label = strconv.AppendUint(s.label, uint64(result), 10)
		s.label = append(append(s.label, ' '), r.Lang.Meaning(meaning)...)
		s.bad = !m.Conn.Proto.Outcome(nil, uint64(result), m.Conn.Version)
	}
	s.took = render.AppendDuration([]byte("  "), max(0, took))
}

func (r *Renderer) report(m *track.Msg, at *track.Mark, sequence uint32, stat []byte, cut bool) *step {
	s := r.add(at, false, "DELIVER", sequence)
	s.label = append(s.label, "  "...)
	if cut {
		s.label = append(s.label, sayUnread[r.Lang]...)
	} else {
		s.label = render.AppendText(s.label, stat)
	}
	if m.First().Submit.Seen() {
		s.label = render.AppendSince(append(s.label, "  "...), at.Time-m.Start())
	}
	c := m.Conn.Proto.Receipt(stat)
	s.bad = !cut && (c == dissect.Undelivered || c == dissect.Expired)
	return s
}

// absent adds what did not come, behind the rest: of each part, where not all came
// to the same.
func (r *Renderer) absent(m *track.Msg) {
	none := func(which string, t lang.Text, a any) {
		r.steps = append(r.steps, step{none: true, bad: m.State.Failed(), label: []byte(which + t.With(a)[r.Lang])})
	}
	for _, i := range m.Missing() {
		none("", sayNoPart, i)
	}
	if m.MO || m.State == track.ReportOnly {
		return
	}
	same := !slices.ContainsFunc(m.Parts, func(p *track.Part) bool { return m.Fate(p) != m.State })
	for _, p := range m.Parts {
		which := ""
		if !same {
			which = strings.TrimSpace(part(m, p.Index)) + "  "
		}
		switch m.Fate(p) {
		case track.Unanswered:
			none(which, sayNoResponse, render.Duration(m.Silence(p)))
		case track.NoReport:
			none(which, sayNoReport, render.Duration(m.Decided-m.Start()))
		case track.Waiting:
			none(which, sayNoReportYet, render.Duration(m.Decided-m.Start()))
		}
		if same {
			return
		}
	}
}

// columns are the cells of those in front of the arrows: number, time, the time
// since the rung above, connection.
type columns struct{ no, time, delta, conn int }

// width is that of all of them, with the mark and blanks.
func (c *columns) width() int { return 1 + c.no + 1 + c.time + 1 + c.delta + 1 + c.conn + 1 }

// fit finds the cells that the rungs need.
func (r *Renderer) fit() columns {
	c := columns{no: 5, delta: 7, conn: 4}
	times := r.Times // a copy: it remembers what it writes
	for i := range r.steps {
		if s := &r.steps[i]; !s.none {
			c.no = max(c.no, len(strconv.FormatUint(s.at.Num, 10)))
			c.conn = max(c.conn, len(strconv.Itoa(int(s.at.Conn))))
			c.time = max(c.time, len(times.AppendShort(r.tmp[:0], s.at.Time)))
		}
	}
	return c
}

var shaft = render.Shaft{Side: '|', Line: '-', Near: 2}

// arrows draws the rungs.
func (r *Renderer) arrows() {
	c := r.fit()
	room := max(r.Width-c.width(), leastRoom)
	heading, before := "", int64(0)
	for i := range r.steps {
		s := &r.steps[i]
		if h := r.Times.Heading(s.at.Time); h != heading && !s.none {
			heading = h
			r.heading(&c, h, room)
		}
		if s.bad {
			r.style(render.Bad)
		}
		r.b = append(r.b, map[bool]byte{true: '!', false: ' '}[s.bad])
		if s.none {
			r.b = render.PadRight(r.b, nil, c.width()-1)
			r.say("| ")
			r.b = render.PadRight(r.b, render.Cut(s.label, room-3), room-3)
			r.say("|")
		} else {
			r.lead(&c, s, before)
			r.arrow(s, room)
			before = s.at.Time
		}
		if s.bad {
			r.style(render.Plain)
		}
		r.say("\n")
	}
}

// leastRoom is for the arrows on screens that are too narrow for the columns.
const leastRoom = 20

// lead writes the columns in front of an arrow.
func (r *Renderer) lead(c *columns, s *step, before int64) {
	r.b = render.PadLeft(r.b, strconv.AppendUint(nil, s.at.Num, 10), c.no)
	r.say(" ")
	r.b = r.Times.AppendShort(r.b, s.at.Time)
	r.say(" ")
	var delta []byte
	if before != 0 {
		delta = render.AppendDuration(nil, s.at.Time-before)
	}
	r.b = render.PadLeft(r.b, delta, c.delta)
	r.say(" ")
	r.b = render.PadLeft(r.b, strconv.AppendInt(nil, int64(s.at.Conn), 10), c.conn)
	r.say(" ")
}

// arrow draws a PDU: where there is no room for all, its Msg_Id goes first, then
// the end of a meaning.
func (r *Renderer) arrow(s *step, room int) {
	s.label = append(render.Cut(s.label, max(0, shaft.Room(room)-len(s.took))), s.took...)
	if s.id != 0 {
		if n := render.Width(s.label) + 2 + 16; n <= shaft.Room(room) {
			s.label = render.AppendID(append(s.label, "  "...), s.id)
		}
	}
	r.b = shaft.Append(r.b, room, s.label, s.out)
}

// heading names the columns and the sides.
func (r *Renderer) heading(c *columns, times string, room int) {
	r.style(render.Head)
	r.say(" ")
	r.b = render.PadLeft(r.b, []byte("No"), c.no)
	r.say(" ")
	r.b = render.PadRight(r.b, []byte(times), c.time)
	r.say(" ")
	r.b = render.PadLeft(r.b, []byte("Delta"), c.delta)
	r.say(" ")
	r.b = render.PadLeft(r.b, []byte("Conn"), c.conn)
	r.say("  SP")
	r.b = render.PadLeft(r.b, []byte("ISMG"), room-3)
	r.style(render.Plain)
	r.say("\n")
}
