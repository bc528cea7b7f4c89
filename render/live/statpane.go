package live

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// drawStatistics draws throughput and response times over time, and counts.
func (a *App) drawStatistics(r area) {
	f := &a.s.counts.figures
	graphs := max(r.h/3, 4)
	if r.h >= 20 {
		graphs = min(graphs*2, r.h-12)
	}
	h := graphs / 2
	if r.h < 20 {
		h = graphs
	}
	a.graph(r.part(0, 0, r.w, h), a.say(words{"PDUs by second", "每秒 PDU"}), func(b *bucket) (float64, string) {
		return float64(b.pdus), count(uint64(b.pdus))
	})
	y := h
	if r.h >= 20 {
		a.graph(r.part(0, h, r.w, h), a.say(words{"SUBMIT response time, the longest by second", "SUBMIT 响应时间，每秒最长"}), func(b *bucket) (float64, string) {
			return float64(b.slowest), render.Duration(b.slowest)
		})
		y = 2 * h
	}
	low := r.part(0, y, r.w, r.h-y)
	third := max(low.w/3, 42)
	if low.w < 110 {
		third = low.w / 2
	}
	a.column(low.part(0, 0, third-1, low.h), a.say(words{"messages", "短信"}), a.stateBars(f), a.delayLines(f))
	a.column(low.part(third, 0, third-1, low.h), a.say(words{"Result of SUBMIT", "SUBMIT 的 Result"}), a.resultBars(f), a.throttleLines(f))
	if low.w >= 110 {
		a.column(low.part(2*third, 0, low.w-2*third, low.h), a.say(words{"Stat of reports", "状态报告 Stat"}), statBars(f), nil)
	} else {
		half := low.h / 2
		a.column(low.part(third, half, third-1, low.h-half), a.say(words{"Stat of reports", "状态报告 Stat"}), statBars(f), nil)
	}
}

// bar is a count with its name.
type bar struct {
	name  string
	n     uint64
	style tcell.Style
}

// column draws bars, and lines below them.
func (a *App) column(r area, title string, bars []bar, below []string) {
	r.rule(0, title, a.g, a.theme.border, a.theme.title)
	total, name, number := uint64(0), 0, 0
	for _, b := range bars {
		total += b.n
		name, number = max(name, cells(b.name)), max(number, len(count(b.n)))
	}
	name = min(name, max(r.w-number-8, 8))
	y := 1
	room := r.h - len(below)
	for i, b := range bars {
		if y >= room-1 && i < len(bars)-1 {
			r.text(1, y, fmt.Sprintf(a.say(words{"%d more", "还有 %d 项"}), len(bars)-i), a.theme.dim)
			y++
			break
		}
		r.text(1, y, string(render.Cut([]byte(b.name), name)), b.style)
		n := count(b.n)
		r.text(2+name+number-len(n), y, n, a.theme.plain)
		width := r.w - name - number - 12
		r.text(3+name+number, y, fmt.Sprintf("%5.1f%%", 100*float64(b.n)/float64(max(total, 1))), a.theme.dim)
		if width > 2 {
			block := "#"
			if a.g.braille {
				block = "█"
			}
			r.text(10+name+number, y, strings.Repeat(block, int(b.n*uint64(width)/max(total, 1))), b.style)
		}
		y++
	}
	if len(bars) == 0 {
		r.text(1, y, a.say(words{"none", "无"}), a.theme.dim)
		y++
	}
	for _, s := range below {
		r.text(1, y, s, a.theme.plain)
		y++
	}
}

// stateBars counts the messages by state.
func (a *App) stateBars(f *figures) (bars []bar) {
	for s, n := range f.states {
		if n > 0 {
			style := a.theme.plain
			if state := track.MsgState(s); state.Failed() {
				style = a.theme.bad
			} else if state == track.Delivered {
				style = a.theme.good
			}
			bars = append(bars, bar{track.MsgState(s).String(), n, style})
		}
	}
	byCount(bars)
	return bars
}

func byCount(bars []bar) {
	slices.SortFunc(bars, func(x, y bar) int { return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.name, y.name)) })
}

// resultBars counts the answers to SUBMITs.
func (a *App) resultBars(f *figures) (bars []bar) {
	for n, times := range f.results {
		meaning := a.s.proto.ResultText(n, dissect.NoVersion)
		style := a.theme.bad
		if n == 0 {
			style = a.theme.good
		}
		bars = append(bars, bar{fmt.Sprintf("%d %s", n, a.o.Lang.Meaning(meaning)), times, style})
	}
	byCount(bars)
	return bars
}

// statBars counts the reports by their final state.
func statBars(f *figures) (bars []bar) {
	for s, n := range f.stats {
		bars = append(bars, bar{name: string(render.AppendText(nil, []byte(s))), n: *n})
	}
	byCount(bars)
	return bars
}

// delayLines gives the percentiles.
func (a *App) delayLines(f *figures) []string {
	lines := []string{"", fmt.Sprintf("%-7s %7s %7s %7s %7s", "", "p50", "p90", "p99", "max")}
	for _, d := range []struct {
		name string
		d    *track.Delays
	}{{"SUBMIT", &f.submit}, {"DELIVER", &f.deliver}, {"report", &f.reports}} {
		if d.d.Count() == 0 {
			continue
		}
		line := fmt.Sprintf("%-7s", d.name)
		for _, ns := range []int64{d.d.Quantile(50), d.d.Quantile(90), d.d.Quantile(99), d.d.Max()} {
			line += fmt.Sprintf(" %7s", render.AppendDuration(nil, ns))
		}
		lines = append(lines, line)
	}
	if len(lines) == 2 {
		return nil
	}
	return lines
}

// throttleLines says when flow control came last.
func (a *App) throttleLines(f *figures) []string {
	if f.throttled == 0 {
		return nil
	}
	t := render.Times{Form: render.Clock, Zone: a.o.Times.Zone}
	return []string{"", fmt.Sprintf(a.say(words{"flow control %d times, last %s", "流量控制 %d 次，最近 %s"}), f.throttled, t.AppendShort(nil, f.lastThrottled))}
}

// graph draws a value by second, the newest at the right.
func (a *App) graph(r area, title string, of func(*bucket) (float64, string)) {
	r.rule(0, title, a.g, a.theme.border, a.theme.title)
	f := &a.s.counts.figures
	const axis = 9
	h := r.h - 1
	if f.first == 0 || h < 1 || r.w < axis+8 {
		return
	}
	width := r.w - axis - 1
	dots := width
	if a.g.braille {
		dots *= 2
	}
	seconds := int(min(f.last-f.first+1, history))
	per := max((seconds+dots-1)/dots, 1) // seconds of a column
	values := make([]float64, min((seconds+per-1)/per, dots))
	most, label := 0.0, ""
	for i := range values {
		for k := range per {
			second := f.last - int64((len(values)-1-i)*per+per-1-k)
			if b := f.at(second); b != nil {
				v, s := of(b)
				values[i] = max(values[i], v)
				if v > most {
					most, label = v, s
				}
			}
		}
	}
	r.text(max(axis-1-cells(label), 0), 1, label, a.theme.dim)
	r.text(axis-2, h, "0", a.theme.dim)
	a.plot(r.part(axis, 1, width, h), values, most)
	if per > 1 {
		note := fmt.Sprintf(a.say(words{" a column: %ds ", " 每列 %d 秒 "}), per)
		r.text(r.w-cells(note)-1, 0, note, a.theme.dim)
	}
}

// brailleDots are the bits of a braille character's dots, by column from the
// lowest up.
var brailleDots = [2][4]rune{{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}}

// plot draws columns from the bottom up: two by four dots a cell, or bars.
func (a *App) plot(r area, values []float64, most float64) {
	if most == 0 {
		return
	}
	per, rows := 1, 1
	if a.g.braille {
		per, rows = 2, 4
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
			case a.g.braille:
				r.text(x, y, string(0x2800+dots), a.theme.good)
			default:
				r.text(x, y, "#", a.theme.good)
			}
		}
	}
}
