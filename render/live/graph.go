package live

import (
	"fmt"
	"time"

	"cmppdump/render"
)

// graph is a value by second, the newest at the right.
type graph struct {
	title words
	of    func(*bucket) (value float64, label string)
}

// graphs are those of the statistics. They stand below each other and share the
// axis of time.
var graphs = []graph{
	{words{"PDUs by second", "每秒 PDU"}, func(b *bucket) (float64, string) { return float64(b.pdus), count(uint64(b.pdus)) }},
	{words{"SUBMIT response time, the longest by second", "SUBMIT 响应时间，每秒最长"}, func(b *bucket) (float64, string) {
		return float64(b.slowest), render.Duration(b.slowest)
	}},
}

// graphAxis is what the labels at the left of a graph take.
const graphAxis = 9

// span is which seconds a graph shows: so many columns of dots, so many seconds
// each, the last one at the right.
type span struct {
	columns, per int
	last         int64
}

// dots is how many columns a cell of a graph has.
func (g *glyphs) dots() int {
	if g.utf8 {
		return 2
	}
	return 1
}

// span finds what fits into so many cells.
func (a *App) span(width int) span {
	f := &a.s.counts.figures
	dots := width * a.g.dots()
	if f.first == 0 || dots <= 0 {
		return span{per: 1}
	}
	seconds := int(min(f.last-f.first+1, history))
	per := max((seconds+dots-1)/dots, 1)
	return span{min((seconds+per-1)/per, dots), per, f.last}
}

// drawGraph draws one, with its heading.
func (a *App) drawGraph(r area, g *graph) {
	title := a.say(g.title)
	r.rule(0, title, a.g, a.theme.border, a.theme.title)
	h := r.h - 1
	s := a.span(r.w - graphAxis - 1)
	if h < 1 || s.columns == 0 {
		return
	}
	values := make([]float64, s.columns)
	most, label := 0.0, ""
	for i := range values {
		for k := range s.per {
			second := s.last - int64((len(values)-1-i)*s.per+s.per-1-k)
			if b := a.s.counts.figures.at(second); b != nil {
				v, text := g.of(b)
				values[i] = max(values[i], v)
				if v > most {
					most, label = v, text
				}
			}
		}
	}
	r.text(max(graphAxis-1-cells(label), 0), 1, label, a.theme.dim)
	if h > 1 {
		r.text(graphAxis-2, h, "0", a.theme.dim)
	}
	a.plot(r.part(graphAxis, 1, r.w-graphAxis-1, h), values, most)
	note := fmt.Sprintf(a.say(words{" a column: %ds ", " 每列 %d 秒 "}), s.per)
	if s.per > 1 && cells(title)+cells(note)+5 < r.w {
		r.text(r.w-cells(note)-1, 0, note, a.theme.dim)
	}
}

// tickGap is how many cells lie between the times on the axis.
const tickGap = 20

// drawAxis writes times of day; each ends below the second that it names.
func (a *App) drawAxis(r area) {
	width := r.w - graphAxis - 1
	s := a.span(width)
	dots := a.g.dots()
	first := width - (s.columns+dots-1)/dots // the first cell with anything in it
	for x := width - 1; s.columns > 0 && x >= first && x >= 0; x -= tickGap {
		second := s.last - int64((width-1-x)*dots*s.per)
		label := a.clockTime(second)
		r.text(graphAxis+x+1-len(label), 0, label, a.theme.dim)
	}
}

// clockTime writes the time of day of a second of the capture.
func (a *App) clockTime(second int64) string {
	return time.Unix(second, 0).In(a.zone()).Format(time.TimeOnly)
}

// zone is that of all times shown.
func (a *App) zone() *time.Location {
	if a.o.Times.Zone == nil {
		return time.UTC
	}
	return a.o.Times.Zone
}

// brailleDots are the bits of a braille character's dots, by column from the
// lowest up.
var brailleDots = [2][4]rune{{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}}

// plot draws columns from the bottom up: two by four dots a cell, or bars.
func (a *App) plot(r area, values []float64, most float64) {
	if most == 0 {
		return
	}
	per, rows := a.g.dots(), 1
	if a.g.utf8 {
		rows = 4
	}
	from := r.w*per - len(values)
	for x := range r.w {
		for y := range r.h {
			dots, full := rune(0), 0
			for k := range per {
				i := x*per + k - from
				if i < 0 || i >= len(values) {
					continue
				}
				height := int(values[i]/most*float64(r.h*rows) + 0.5)
				if values[i] > 0 {
					height = max(height, 1)
				}
				for d := range rows {
					if (r.h-1-y)*rows+d < height {
						full++
						if per == 2 {
							dots |= brailleDots[k][d]
						}
					}
				}
			}
			switch {
			case full == 0:
			case a.g.utf8:
				r.text(x, y, string(0x2800+dots), a.theme.good)
			default:
				r.text(x, y, string(a.g.block), a.theme.good)
			}
		}
	}
}
