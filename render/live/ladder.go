package live

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/verdict"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// ladderTitle says whose flow is shown.
func (a *App) ladderTitle() string {
	b := &a.subject
	switch a.view {
	case Messages:
		if m := a.l.message(b.no); m != nil {
			return string(render.AppendEscaped(nil, m.To)) + " " + m.State.String()
		}
	case Transactions:
		if x := a.l.transaction(b.no); x != nil {
			return fmt.Sprintf("%s %d %s", dissect.AppendShort(nil, a.s.proto, x.Command, x.CommandID, x.Column), x.Sequence, x.State)
		}
	case Connections:
		if b.no >= 1 && b.no <= uint64(len(a.s.live)) {
			c := a.s.live[b.no-1]
			return fmt.Sprintf("%s %d  %s > %s", a.say(words{"connection", "连接"}), c.ID, c.Client, c.Server)
		}
	}
	return ""
}

// drawLadder draws the arrows between SP and ISMG, and what they mean below.
func (a *App) drawLadder(r area) {
	below := a.meaning(r.w)
	n := len(a.subject.arrows) + 1
	if room := r.h - n; room < len(below) {
		keep := min(len(below), max(r.h/2, r.h-n)) // what became of it is worth half of the pane
		n = r.h - keep
	}
	a.drawArrows(r.part(0, 0, r.w, n))
	y := n
	if len(below) < r.h-n {
		y++
	}
	for i := 0; i < len(below) && y < r.h; i++ {
		style := a.theme.plain
		if i == 0 {
			style = a.theme.head
		}
		r.text(1, y, below[i], style)
		y++
	}
}

// meaning is the verdict on a message, or what is known of a connection.
func (a *App) meaning(width int) []string {
	switch a.view {
	case Messages:
		m := a.l.message(a.subject.no)
		if m == nil || a.o.Why == nil {
			return nil
		}
		text := a.why(nil, m, width-2, false)
		var lines []string
		for _, line := range strings.Split(a.shown(strings.TrimRight(string(text), "\n")), "\n") {
			lines = append(lines, wrapLine(line, width-2, 9)...)
		}
		return lines
	case Connections:
		return a.connLines(width - 2)
	}
	return nil
}

// context is what the capture as a whole adds to a verdict.
func (a *App) context() *verdict.Context {
	return &verdict.Context{Reports: &a.s.counts.reports, Duration: render.Duration}
}

// rungColumns are the columns in front of the arrows: frame, time, connection.
type rungColumns struct {
	clock int // cells of the time of day, which is cut; 0: left out
	conn  bool
}

// The cells of the columns; each has a blank behind it.
const (
	rungNo   = 6
	rungConn = 4
)

// width is what they take.
func (c rungColumns) width() int {
	n := rungNo + 1
	if c.clock > 0 {
		n += c.clock + 1
	}
	if c.conn {
		n += rungConn + 1
	}
	return n
}

// rungs are the columns from wide panes to narrow ones.
var rungs = []rungColumns{{len("15:04:05.000000"), true}, {len("15:04:05.000"), true}, {len("15:04:05"), true}}

// leastShaft is what the arrows take at least, as long as there are columns to
// leave out.
const leastShaft = 22

// rungColumns finds the columns for a pane.
func (a *App) rungColumns(width int) rungColumns {
	for _, c := range rungs {
		if width-c.width()-1 >= leastShaft {
			return c
		}
	}
	for _, i := range a.subject.arrows {
		if a.s.rows.at(i).conn != a.s.rows.at(a.subject.arrows[0]).conn {
			return rungColumns{conn: true} // that a report took another one must be seen
		}
	}
	return rungColumns{clock: len("15:04:05")}
}

func (a *App) drawArrows(r area) {
	b := &a.subject
	rows := r.h - 1
	if a.ladder = max(min(a.ladder, b.at), b.at-rows+1); rows <= 0 {
		return
	}
	a.ladder = max(min(a.ladder, len(b.arrows)-rows), 0)
	c := a.rungColumns(r.w)
	t := render.Times{Form: render.Clock, Zone: a.o.Times.Zone}
	a.ladderHead(r, c, &t)
	for y := 1; y <= rows && a.ladder+y-1 < len(b.arrows); y++ {
		k := a.ladder + y - 1
		a.arrow(r, y, c, b.arrows[k], &t, k == b.at)
	}
}

// lead draws what stands in front of an arrow, and gives the column behind it.
func (r area) lead(y int, c rungColumns, no, clock, conn string, s tcell.Style) int {
	r.text(1, y, fmt.Sprintf("%*s", rungNo-1, no), s)
	x := rungNo + 1
	if c.clock > 0 {
		r.text(x, y, clock, s)
		x += c.clock + 1
	}
	if c.conn {
		r.text(x, y, fmt.Sprintf("%*s", rungConn, conn), s)
		x += rungConn + 1
	}
	return x
}

// ladderHead names the columns and the sides.
func (a *App) ladderHead(r area, columns rungColumns, t *render.Times) {
	s := a.theme.head
	if len(a.subject.arrows) == 0 {
		r.lead(0, rungColumns{}, "No", "", "", s)
		return
	}
	row := a.s.rows.at(a.subject.arrows[0])
	c := a.s.conns[row.conn]
	date := render.Times{Zone: t.Zone}
	day := date.Heading(row.time)
	if len(day) > columns.clock { // the offset is left out first, and then the date
		if day = day[:min(len(day), len(time.DateOnly))]; len(day) > columns.clock {
			day = ""
		}
	}
	x := r.lead(0, columns, "No", day, "Conn", s)
	left, right := "SP "+string(render.AppendEscaped(nil, c.SPID())), "ISMG"
	if !c.Known {
		left, right = c.Client.String(), c.Server.String()
	} else if a.view == Messages {
		if m := a.l.message(a.subject.no); m != nil && m.First().ID != 0 {
			right += " " + string(a.s.proto.AppendGateway(nil, m.First().ID))
		}
	}
	left, right = a.shown(left), a.shown(right)
	r.text(x, 0, string(render.Cut([]byte(left), r.w-1-x)), s)
	if from := r.w - 1 - cells(right); from > x+cells(left) {
		r.text(from, 0, right, s)
	}
}

// arrow draws one PDU.
func (a *App) arrow(r area, y int, c rungColumns, i uint64, t *render.Times, selected bool) {
	row := a.s.rows.at(i)
	e := a.l.row(i)
	if e == nil || e.PDU == nil {
		return
	}
	p := e.PDU
	style := a.theme.plain
	if p.Failed() || p.Malformed() || badReport(p) {
		style = a.theme.bad
	}
	if selected {
		if a.focus == paneLadder {
			style = style.Reverse(true)
		} else {
			style = a.theme.beside
		}
		r.fill(0, y, r.w, style)
		r.text(0, y, ">", style)
	}
	clock := t.AppendShort(nil, row.time)
	x := r.lead(y, c, strconv.FormatUint(row.num, 10), string(clock[:min(len(clock), c.clock)]), strconv.FormatUint(uint64(row.conn), 10), style)
	l := a.label(p, row, e.Txn != nil, i)
	l.code, l.meaning = a.shown(l.code), a.shown(l.meaning)
	r.text(x, y, shaft(a.g, r.w-1-x, l, a.outwards(row)), style)
}

// outwards reports whether a PDU goes from the SP, which stands at the left.
func (a *App) outwards(r *row) bool {
	if c := a.s.conns[r.conn]; c.Known {
		return r.dir == c.SP
	}
	return r.dir == reassembly.C2S
}

// shaft is an arrow with its label, so many cells long.
func shaft(g *glyphs, width int, l *rungLabel, out bool) string {
	s := render.Shaft{Side: g.v, Line: g.shaft, Near: 1}
	return string(s.Append(nil, width, []byte(l.fit(s.Room(width))), out))
}

// rungLabel is what an arrow says, in parts.
type rungLabel struct {
	pdu     string
	seq     string // its Sequence_Id
	part    string // of a long message
	code    string // Result, Status or Stat
	meaning string
	took    string
	id      string // that the response gives
}

// fit gives as much of the label as there is room for: first the id goes, then
// what the code means, then blanks, then how long it took, at last the
// Sequence_Id.
func (l *rungLabel) fit(room int) string {
	brief := *l
	brief.id = ""
	said := brief
	brief.meaning = ""
	coded := brief
	coded.took = ""
	least := coded
	least.seq = ""
	for _, s := range []string{l.spaced(), said.spaced(), brief.spaced(), brief.tight(), coded.spaced(), coded.tight(), least.tight()} {
		if cells(s) <= room {
			return s
		}
	}
	return string(render.Cut([]byte(coded.tight()), room))
}

// spaced has two blanks between the parts.
func (l *rungLabel) spaced() string {
	code := l.code
	if l.meaning != "" {
		code += " " + l.meaning
	}
	return joined("  ", joined(" ", l.pdu, l.seq), l.part, code, l.took, l.id)
}

func (l *rungLabel) tight() string { return joined(" ", l.pdu, l.seq, l.part, l.code, l.took) }

// joined joins what there is.
func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

// label says what a PDU of the ladder is.
func (a *App) label(p *dissect.PDU, row *row, paired bool, i uint64) *rungLabel {
	l := &rungLabel{pdu: string(p.AppendShort(nil)), seq: strconv.FormatUint(uint64(p.Sequence), 10)}
	if u := &p.SMS.UDH; p.SMS.HasUDH && u.HasConcat {
		l.part = fmt.Sprintf("part %d/%d", u.Concat.Part, u.Concat.Total)
	}
	if n, ok := p.Status(); ok && p.Response() {
		l.code, l.meaning = strconv.FormatUint(n, 10), a.status(p)
	}
	if s := p.Text(layout.Stat, p.Raw); s != nil {
		l.code = string(render.AppendText(nil, s))
		if st := a.l.submitOf(i, row); st.Num != 0 {
			l.took = "+" + render.Duration(row.time-st.Time)
		}
	}
	if p.Response() && paired {
		l.took = render.Duration(a.l.txn.Latency())
	}
	if id := p.MessageID(); id != 0 && p.Response() && p.Class() == dissect.Submit {
		l.id = string(render.AppendID(nil, id))
	}
	return l
}

// status is the meaning of a response's status.
func (a *App) status(p *dissect.PDU) string {
	f, _ := p.Field(layout.Status)
	if f.Spec.Enum != nil {
		if m, ok := f.Spec.Enum.Of(f, p.Raw, int(p.Column)); ok {
			return a.o.Lang.Meaning(m)
		}
	}
	return a.o.Lang.Unknown()
}

// badReport reports a status report of failure.
func badReport(p *dissect.PDU) bool {
	s := p.Text(layout.Stat, p.Raw)
	if s == nil {
		return false
	}
	c := p.Proto.Receipt(s)
	return c == dissect.Undelivered || c == dissect.Expired
}
