package live

import (
	"bytes"
	"fmt"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/render"
)

// tree is the state of the pane of fields.
type tree struct {
	buf    bytes.Buffer
	out    render.Renderer
	made   string
	top    int
	closed map[string]bool // branches by name; they stay closed for the next PDU
	last   treeText
}

// treeText is the lines of one PDU.
type treeText struct {
	title string
	lines []treeLine
}

// treeLine is a line of the tree.
type treeLine struct {
	text  string
	field int  // -1: none
	bad   rune // the mark of a line that is no field, or 0
	head  bool
	value int // the column of the value, where long ones go on
}

// prepareTree makes the lines of the PDU shown.
func (a *App) prepareTree() *treeText {
	t := &a.tree.last
	*t = treeText{lines: t.lines[:0]}
	e := a.l.row(a.subject.row)
	if e == nil {
		return t
	}
	if made := string(a.o.Times.Form) + fmt.Sprint(a.o.Lang); a.tree.out == nil || a.tree.made != made {
		a.tree.out = a.o.Tree(&a.tree.buf, render.Times{Form: a.o.Times.Form, Zone: a.o.Times.Zone}, a.o.Lang)
		a.tree.made = made
	}
	if e.PDU == nil {
		if line := a.text(PDUs, 1<<12).line(a.l, PDUs, a.subject.row); line != "" {
			t.lines = append(t.lines, treeLine{text: strings.TrimSpace(line), field: -1})
		}
		return t
	}
	p := e.PDU
	t.title = fmt.Sprintf(a.say(words{"%s %d in frame %d, connection %d", "%s %d  帧 %d，连接 %d"}), p.AppendShort(nil), p.Sequence, p.Last.Num, p.Conn.ID)
	a.tree.buf.Reset()
	if a.tree.out.Event(e) != nil {
		return t
	}
	t.split(strings.TrimSpace(a.tree.buf.String()), p, a.tree.closed)
	return t
}

// split takes the text apart: lines of heading up to the one with the columns,
// a line for each field, then what follows from them.
func (t *treeText) split(text string, p *dissect.PDU, closed map[string]bool) {
	field, hide := -2, -1 // -2: in the heading; hide: the depth of a closed branch
	value := 0
	for _, line := range strings.Split(text, "\n") {
		l := treeLine{text: line, field: -1}
		switch {
		case field == -2:
			l.head = true
			if i := strings.Index(line, "value"); strings.HasPrefix(line, "  off  len") {
				field, value = 0, i
			}
		case field < len(p.Fields):
			f := &p.Fields[field]
			l.field, l.value = field, value
			field++
			if hide >= 0 && int(f.Depth) > hide {
				continue
			}
			hide = -1
			if branch(p.Fields, l.field) {
				sign := "- "
				if closed[f.Spec.Name] {
					hide, sign = int(f.Depth), "+ "
				}
				l.text = signed(line, f.Spec.Name, sign)
			}
		case strings.HasPrefix(line, "!"), strings.HasPrefix(line, "*"):
			l.bad = rune(line[0])
		default:
			l.value = value
		}
		t.lines = append(t.lines, l)
	}
}

// signed puts the sign of a branch in front of its name.
func signed(line, name, sign string) string {
	i := strings.Index(line, name)
	if i < 2 {
		return line
	}
	return line[:i-2] + sign + line[i:]
}

// branch reports whether a field has parts.
func branch(fields []layout.Field, i int) bool {
	return i+1 < len(fields) && fields[i+1].Depth > fields[i].Depth
}

// atField is the line of a field, or of the branch that hides it.
func (t *treeText) atField(field int) int {
	at := 0
	for i := range t.lines {
		if f := t.lines[i].field; f >= 0 && f <= field {
			at = i
		}
	}
	return at
}

// drawTree draws the fields. Long values go on below themselves.
func (a *App) drawTree(r area, t *treeText) {
	at := t.atField(a.subject.field)
	if len(t.lines) == 0 {
		return
	}
	a.subject.field = max(t.lines[at].field, 0)
	if a.tree.top < 0 { // the heading is above, the fields are what counts
		for a.tree.top = 0; a.tree.top < len(t.lines) && t.lines[a.tree.top].head && len(t.lines) > r.h; a.tree.top++ {
		}
	}
	a.tree.top = max(min(a.tree.top, at), 0)
	for a.tree.top < at && t.height(a.tree.top, at, r.w) > r.h {
		a.tree.top++
	}
	y := 0
	for i := a.tree.top; i < len(t.lines) && y < r.h; i++ {
		l := &t.lines[i]
		style := a.theme.plain
		switch {
		case l.head:
			style = a.theme.dim
		case l.bad == '!':
			style = a.theme.bad
		case l.bad == '*':
			style = a.theme.odd
		}
		first := y
		for _, part := range wrapLine(l.text, r.w-1, l.value) {
			s := style
			if i == at && l.field >= 0 {
				if s = a.theme.beside; a.focus == paneTree {
					s = style.Reverse(true)
				}
				r.fill(0, y, r.w, s)
			}
			r.text(1, y, part, s)
			y++
		}
		if i == at && l.field >= 0 && first < r.h {
			r.text(0, first, ">", style)
		}
	}
}

// height is how many lines of the screen the lines from one to another take.
func (t *treeText) height(from, to, width int) int {
	n := 0
	for i := from; i <= to; i++ {
		n += len(wrapLine(t.lines[i].text, width-1, t.lines[i].value))
	}
	return n
}

// wrapLine breaks a line into as many as it takes; those behind the first
// begin at a column.
func wrapLine(s string, width, column int) []string {
	if cells(s) <= width || width < 8 {
		return []string{s}
	}
	if column > width-12 {
		column = min(4, width/4)
	}
	var lines []string
	indent := strings.Repeat(" ", column)
	rest := []byte(s)
	for room := width; len(rest) > 0; room = width - column {
		n := render.FitWords(rest, room)
		if n == 0 {
			n = render.Fit(rest, room)
		}
		part := string(rest[:n])
		if len(lines) > 0 {
			part = indent + part
		}
		lines = append(lines, part)
		rest = bytes.TrimLeft(rest[n:], " ")
	}
	return lines
}

// moveField goes some lines down in the tree, or up.
func (a *App) moveField(by int) {
	t := &a.tree.last
	var shown []int
	at := 0
	for i := range t.lines {
		if f := t.lines[i].field; f >= 0 {
			if f <= a.subject.field {
				at = len(shown)
			}
			shown = append(shown, f)
		}
	}
	if len(shown) == 0 {
		return
	}
	if by < 0 && at == 0 {
		a.tree.top = max(a.tree.top+max(by, -len(t.lines)), 0) // to the heading
		return
	}
	a.subject.field = shown[max(min(at+by, len(shown)-1), 0)]
	a.subject.octet = -1
}

// fold closes or opens the branch of the selected field.
func (a *App) fold(closed bool) bool {
	p := a.pdu()
	if p == nil || a.subject.field >= len(p.Fields) {
		return false
	}
	i := a.subject.field
	if !branch(p.Fields, i) {
		if !closed {
			return false
		}
		for i > 0 && !(branch(p.Fields, i) && p.Fields[i].Depth < p.Fields[a.subject.field].Depth) { // to the branch it is on
			i--
		}
		if !branch(p.Fields, i) {
			return false
		}
		a.subject.field = i
	}
	a.tree.closed[p.Fields[i].Spec.Name] = closed
	return true
}

// pdu is the one shown, decoded; nil if there is none.
func (a *App) pdu() *dissect.PDU {
	if e := a.l.row(a.subject.row); e != nil {
		return e.PDU
	}
	return nil
}
