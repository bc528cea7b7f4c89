package live

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/gdamore/tcell/v2"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/render"
)

// tree is the state of the pane of fields.
type tree struct {
	buf    bytes.Buffer
	out    render.Renderer
	made   string
	top    int             // the first row on the screen; -1: the fields, not the heading
	shown  spot            // what the rows were scrolled to last
	closed map[string]bool // branches by name; they stay closed for the next PDU
	last   treeText
}

// spot is what has to be on the screen: a field of a row of the store, in a pane
// of a size. Where nothing of it changes, the user may scroll it out of sight.
type spot struct {
	row         uint64
	field, w, h int
}

// treeText is the lines of one PDU.
type treeText struct {
	title string
	lines []treeLine
	rows  []treeRow // of the screen
}

// treeRow is what stands on a row of the screen, of a line.
type treeRow struct {
	text string
	line int
	more bool // the line began above
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
		if line := a.text(PDUs, a.panes.main.w-2).line(a.l, PDUs, a.subject.row); line != "" {
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
	t.split(a.shown(strings.TrimSpace(a.tree.buf.String())), p, a.tree.closed)
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

// signed puts the sign of a branch in front of its name. The value stays where
// it is.
func signed(line, name, sign string) string {
	before, behind, ok := strings.Cut(line, name)
	if !ok {
		return line
	}
	return before + sign + name + strings.TrimPrefix(behind, strings.Repeat(" ", len(sign)))
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
	if len(t.lines) == 0 {
		return
	}
	at := t.atField(a.subject.field)
	a.subject.field = max(t.lines[at].field, 0)
	t.wrap(r.w - 1)
	a.scrollTree(r, t, at)
	for y := 0; y < r.h && a.tree.top+y < len(t.rows); y++ {
		row := &t.rows[a.tree.top+y]
		l := &t.lines[row.line]
		style := a.lineStyle(l)
		if row.line == at && l.field >= 0 {
			own := style
			if style = a.theme.beside; a.focus == paneTree {
				style = own.Reverse(true)
			}
			r.fill(0, y, r.w, style)
			if !row.more {
				r.text(0, y, ">", own)
			}
		}
		r.text(1, y, row.text, style)
	}
}

// lineStyle is the style of a line that is not selected.
func (a *App) lineStyle(l *treeLine) tcell.Style {
	switch {
	case l.head:
		return a.theme.dim
	case l.bad == '!':
		return a.theme.bad
	case l.bad == '*':
		return a.theme.odd
	}
	return a.theme.plain
}

// wrap breaks the lines into rows.
func (t *treeText) wrap(width int) {
	t.rows = t.rows[:0]
	for i := range t.lines {
		for k, part := range wrapLine(t.lines[i].text, width, t.lines[i].value) {
			t.rows = append(t.rows, treeRow{part, i, k > 0})
		}
	}
}

// rowsOf gives the first row of a line, and the one behind its last.
func (t *treeText) rowsOf(line int) (from, to int) {
	for from < len(t.rows) && t.rows[from].line < line {
		from++
	}
	for to = from; to < len(t.rows) && t.rows[to].line == line; to++ {
	}
	return from, to
}

// scrollTree finds the first row. What is selected newly is scrolled to.
func (a *App) scrollTree(r area, t *treeText, at int) {
	from, to := t.rowsOf(at)
	if a.tree.top < 0 && len(t.rows) > r.h { // the heading is above, the fields are what counts
		for a.tree.top = 0; a.tree.top < len(t.rows) && t.lines[t.rows[a.tree.top].line].head; a.tree.top++ {
		}
	}
	if now := (spot{a.subject.row, a.subject.field, r.w, r.h}); now != a.tree.shown {
		a.tree.shown = now
		a.tree.top = min(max(a.tree.top, to-r.h), from)
	}
	last := max(len(t.rows)-r.h, 0)
	for last < from && t.rows[last].more && t.lines[t.rows[last].line].head { // no half line of the heading
		last++
	}
	a.tree.top = max(min(a.tree.top, last), 0)
}

// narrow is a room for values that would break a Msg_Id in the middle.
const narrow = 24

// nameColumn is where the name of a field stands in its line.
func nameColumn(s string) int { return max(strings.IndexFunc(s, unicode.IsLetter), 0) }

// wrapLine breaks a line into as many as it takes; those behind the first
// begin at the column of the value, or if that leaves little room, below the
// name.
func wrapLine(s string, width, column int) []string {
	if cells(s) <= width || width < 8 {
		return []string{s}
	}
	var lines []string
	rest := []byte(s)
	if room := width - column; room < narrow && column < len(s) && cells(s[column:]) > room {
		lines = append(lines, strings.TrimRight(s[:column], " "))
		rest = rest[column:]
		column = min(nameColumn(s)+2, width/2)
	}
	indent := strings.Repeat(" ", column)
	for room := width - column*min(len(lines), 1); len(rest) > 0; room = width - column {
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

// moveField goes some fields down in the tree, or up. What is left to go behind
// the last field, or before the first, is scrolled, and so is a value that goes
// on below the pane.
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
		a.scrollFields(by)
		return
	}
	if by > -far && by < far && a.scrollValue(by) {
		return
	}
	to := max(min(at+by, len(shown)-1), 0)
	a.subject.field, a.subject.octet = shown[to], -1
	if left := at + by - to; left != 0 {
		a.tree.shown.field = a.subject.field
		a.scrollFields(left)
	}
}

// scrollValue scrolls towards the end of the selected value, or back to its
// beginning, if only a part of it is on the screen.
func (a *App) scrollValue(by int) bool {
	from, to := a.tree.last.rowsOf(a.tree.last.atField(a.subject.field))
	top, end := a.tree.top, a.tree.top+a.tree.shown.h
	switch {
	case by > 0 && from < end && to > end:
		a.scrollFields(min(by, to-end))
	case by < 0 && from < top && to > top:
		a.scrollFields(max(by, from-top))
	default:
		return false
	}
	return true
}

// scrollFields scrolls the tree, whatever is selected.
func (a *App) scrollFields(by int) {
	a.tree.top = max(min(a.tree.top, len(a.tree.last.rows))+by, 0)
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
