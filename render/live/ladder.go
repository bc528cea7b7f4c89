package live

import (
	"fmt"
	"strconv"
	"strings"

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
		text := a.o.Why(nil, m, a.context(), width-2, false, a.o.Times, a.o.Lang)
		var lines []string
		for _, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
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

// The columns in front of the arrows: frame, time, connection.
const ladderLead = 6 + 1 + 15 + 1 + 4 + 1

func (a *App) drawArrows(r area) {
	b := &a.subject
	rows := r.h - 1
	if a.ladder = max(min(a.ladder, b.at), b.at-rows+1); rows <= 0 {
		return
	}
	a.ladder = max(min(a.ladder, len(b.arrows)-rows), 0)
	lead := ladderLead
	if r.w < 70 {
		lead = 6 + 1 + 12 + 1
	}
	t := render.Times{Form: render.Clock, Zone: a.o.Times.Zone}
	a.ladderHead(r, lead, &t)
	for y := 1; y <= rows && a.ladder+y-1 < len(b.arrows); y++ {
		k := a.ladder + y - 1
		a.arrow(r, y, lead, b.arrows[k], &t, k == b.at)
	}
}

// ladderHead names the sides.
func (a *App) ladderHead(r area, lead int, t *render.Times) {
	s := a.theme.head
	r.text(1, 0, fmt.Sprintf("%5s", "No"), s)
	if len(a.subject.arrows) == 0 {
		return
	}
	row := a.s.rows.at(a.subject.arrows[0])
	c := a.s.conns[row.conn]
	if lead == ladderLead {
		day := render.Times{Zone: t.Zone}
		r.text(7, 0, day.Heading(row.time), s)
		r.text(7+16, 0, "Conn", s)
	}
	left, right := "SP "+string(render.AppendEscaped(nil, c.SPID())), "ISMG"
	if !c.Known {
		left, right = c.Client.String(), c.Server.String()
	} else if a.view == Messages {
		if m := a.l.message(a.subject.no); m != nil && m.First().ID != 0 {
			right += " " + string(a.s.proto.AppendGateway(nil, m.First().ID))
		}
	}
	r.text(lead, 0, left, s)
	if x := r.w - 1 - cells(right); x > lead+cells(left) {
		r.text(x, 0, right, s)
	}
}

// arrow draws one PDU.
func (a *App) arrow(r area, y, lead int, i uint64, t *render.Times, selected bool) {
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
	r.text(1, y, fmt.Sprintf("%5d", row.num), style)
	at := t.AppendShort(nil, row.time)
	if lead == ladderLead {
		r.text(7, y, string(at), style)
		r.text(7+16, y, fmt.Sprintf("%4d", row.conn), style)
	} else {
		r.text(7, y, string(at[:len(at)-3]), style)
	}
	label, id := a.label(p, row, e.Txn != nil, i)
	width := r.w - 2 - lead
	if cells(label)+cells(id) <= width-6 {
		label += id
	}
	r.text(lead, y, shaft(a.g, width, label, a.outwards(row)), style)
}

// outwards reports whether a PDU goes from the SP, which stands at the left.
func (a *App) outwards(r *row) bool {
	if c := a.s.conns[r.conn]; c.Known {
		return r.dir == c.SP
	}
	return r.dir == reassembly.C2S
}

// shaft is an arrow with its label, so many cells long.
func shaft(g *glyphs, width int, label string, out bool) string {
	s := render.Shaft{Side: g.v, Line: g.shaft, Near: 1}
	return string(s.Append(nil, width, []byte(label), out))
}

// label says what a PDU of the ladder is, and which id it gives if there is
// room.
func (a *App) label(p *dissect.PDU, row *row, paired bool, i uint64) (label, given string) {
	b := append(p.AppendShort(nil), ' ')
	b = strconv.AppendUint(b, uint64(p.Sequence), 10)
	if u := &p.SMS.UDH; p.SMS.HasUDH && u.HasConcat {
		b = fmt.Appendf(b, "  part %d/%d", u.Concat.Part, u.Concat.Total)
	}
	if n, ok := p.Status(); ok && p.Response() {
		b = fmt.Appendf(b, "  %d %s", n, a.status(p))
	}
	if s := p.Text(layout.Stat, p.Raw); s != nil {
		b = render.AppendText(append(b, "  "...), s)
		if st := a.l.submitOf(i, row); st.Num != 0 {
			b = render.AppendDuration(append(b, "  +"...), row.time-st.Time)
		}
	}
	if p.Response() && paired {
		b = render.AppendDuration(append(b, "  "...), a.l.txn.Latency())
	}
	if id := p.MessageID(); id != 0 && p.Response() && p.Class() == dissect.Submit {
		given = string(render.AppendID([]byte("  "), id))
	}
	return string(b), given
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
