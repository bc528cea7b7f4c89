package stats

import (
	"slices"
	"strings"
	"time"

	"cmppdump/dissect/record"
	"cmppdump/render"

	"github.com/olekukonko/tablewriter/tw"
)

// grid is a sheet as text, column by column.
type grid struct {
	*Options
	sheet *record.Sheet
	cols  []col
	days  bool // times are of several days
}

// col is a column that is shown.
type col struct {
	*record.Column
	index   int // in the sheet
	heading string
	cells   []string
	width   int
}

// barCells is how long bars are where there is room for them.
const barCells = 20

func newGrid(s *record.Sheet, o *Options) *grid {
	g := &grid{Options: o, sheet: s}
	g.days = g.date(s.From) != g.date(s.To)
	if s.Marked {
		g.cols = append(g.cols, g.marks())
	}
	for i := range s.Columns {
		c := &s.Columns[i]
		if alone := c.Look == record.Bar && g.groups() < 2; c.Shown() && !alone && !(c.Optional && !s.Has(i)) {
			g.cols = append(g.cols, g.column(c, i))
		}
	}
	g.totals()
	for i := range g.cols {
		g.cols[i].measure()
	}
	return g
}

// groups is how many rows can be compared by bars.
func (g *grid) groups() (n int) {
	for i := range g.sheet.Rows {
		if g.sheet.Rows[i].Kind == record.OneGroup {
			n++
		}
	}
	return n
}

// marks is the column in front.
func (g *grid) marks() col {
	c := col{Column: &record.Column{}, index: -1, heading: " "}
	for i := range g.sheet.Rows {
		mark := " "
		if m := g.sheet.Rows[i].Mark; m != 0 {
			mark = string(rune(m))
		}
		c.cells = append(c.cells, mark)
	}
	return c
}

func (g *grid) column(spec *record.Column, index int) col {
	c := col{Column: spec, index: index, heading: spec.Heading}
	switch {
	case spec.Look == record.Clock:
		c.heading = clockHeading(g.sheet.Interval)
	case c.isBar():
		c.cells = g.bars(index, spec.Look)
		return c
	}
	for i := range g.sheet.Rows {
		c.cells = append(c.cells, g.cell(&g.sheet.Rows[i].Cells[index], spec))
	}
	return c
}

// bars are bars as long as the values are of the largest, or of 1.
func (g *grid) bars(index int, look record.Look) (bars []string) {
	largest := 1.0
	if look == record.Bar {
		largest = 0
		for i := range g.sheet.Rows {
			if r := &g.sheet.Rows[i]; r.Kind == record.OneGroup && r.Cells[index].Set {
				largest = max(largest, r.Cells[index].Float())
			}
		}
	}
	for i := range g.sheet.Rows {
		n := 0
		if r := &g.sheet.Rows[i]; r.Kind == record.OneGroup && r.Cells[index].Set && largest > 0 && r.Cells[index].Float() > 0 {
			n = max(1, int(barCells*r.Cells[index].Float()/largest+0.5))
		}
		bars = append(bars, strings.Repeat("#", n))
	}
	return bars
}

// totals writes what rows are about that are of no group.
func (g *grid) totals() {
	first := 0
	if g.sheet.Marked {
		first = 1
	}
	for i := range g.sheet.Rows {
		kind := g.sheet.Rows[i].Kind
		for j := first; j < len(g.cols); j++ {
			switch c := &g.cols[j]; {
			case kind == record.OneGroup, c.cells[i] != "":
			case kind == record.Total && (c.Group || j == first):
				c.cells[i] = "all"
			case kind == record.Other && j == first:
				c.cells[i] = "other"
			}
		}
	}
}

func (c *col) isBar() bool { return c.Look == record.Bar || c.Look == record.ShareBar }

func (c *col) measure() {
	c.width = render.Width([]byte(c.heading))
	for _, s := range c.cells {
		c.width = max(c.width, render.Width([]byte(s)))
	}
}

// width is the cells that a line takes.
func (g *grid) width() int {
	n := g.sheet.Indent - g.sheet.Gap
	for i := range g.cols {
		n += g.cols[i].width + g.sheet.Gap
	}
	return n
}

// fit makes the table as narrow as the terminal: what can go goes, columns of
// one Drop together, then the last column is cut.
func (g *grid) fit() {
	for g.Width > 0 && g.width() > g.Width {
		drop := 0
		for i := range g.cols {
			drop = max(drop, g.cols[i].Drop)
		}
		last := &g.cols[len(g.cols)-1]
		room := last.width - (g.width() - g.Width)
		if least := last.least(); least > 0 && (room >= least || drop == 0) {
			last.cut(max(room, 2))
			return
		} else if drop == 0 {
			return
		}
		g.cols = slices.DeleteFunc(g.cols, func(c col) bool { return c.Drop == drop })
	}
}

// least is the cells that the last column keeps rather than that others go; 0:
// it is not cut.
func (c *col) least() int {
	switch {
	case c.isBar():
		return min(c.width, 5)
	case c.Type == record.String:
		return min(c.width, 24)
	}
	return 0
}

// cut shortens the cells of the last column.
func (c *col) cut(width int) {
	for i, s := range c.cells {
		if c.isBar() {
			c.cells[i] = s[:min(len(s), (len(s)*width+barCells-1)/barCells)]
			continue
		}
		c.cells[i] = string(render.Cut([]byte(s), width))
	}
	c.measure()
}

func (g *grid) headings() []string {
	list := make([]string, len(g.cols))
	for i := range g.cols {
		list[i] = g.cols[i].heading
		if g.cols[i].isBar() {
			list[i] = strings.Repeat(" ", g.cols[i].width) // or it would have none
		}
	}
	return list
}

func (g *grid) row(i int) []string {
	list := make([]string, len(g.cols))
	for j := range g.cols {
		list[j] = g.cols[j].cells[i]
	}
	return list
}

// aligns: numbers right, words left.
func (g *grid) aligns() []tw.Align {
	list := make([]tw.Align, len(g.cols))
	for i := range g.cols {
		list[i] = tw.AlignRight
		if c := &g.cols[i]; c.Type == record.String || c.isBar() || c.Look == record.Clock || c.index < 0 {
			list[i] = tw.AlignLeft
		}
	}
	return list
}

// style is that of a line of the table.
func (g *grid) style(line int) render.Style {
	if line < 2 {
		return render.Head
	}
	switch g.sheet.Rows[line-2].Mark {
	case '!':
		return render.Bad
	case '*':
		return render.Odd
	}
	return render.Plain
}

func (g *grid) date(ns int64) string { return time.Unix(0, ns).In(g.Zone).Format(time.DateOnly) }

// title is the line above, with the time that it is of.
func (g *grid) title() string {
	s := g.sheet
	switch {
	case s.Title == "" || s.From == 0 && s.To == 0:
		return s.Title
	case s.Interval > 0 && !g.days:
		return s.Title + ", " + time.Unix(0, s.From).In(g.Zone).Format("2006-01-02 -0700")
	}
	return s.Title + ", " + render.Span(s.From, s.To, g.Zone)
}
