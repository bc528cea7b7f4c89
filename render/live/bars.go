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

// block is a part of the statistics with its heading: counts as bars, and lines
// below them.
type block struct {
	title string
	bars  []bar
	lines []string
}

// bar is a count with its name.
type bar struct {
	name  string
	n     uint64
	style tcell.Style
}

// height is how many lines the block takes, so many cells wide.
func (b *block) height(width int) int { return 1 + len(b.bars) + len(b.below(width)) }

// below is the lines below the bars.
func (b *block) below(width int) (lines []string) {
	for _, l := range b.lines {
		lines = append(lines, wrapLine(l, width-1, 0)...)
	}
	return lines
}

// The cells of a line with a bar that are neither name, number nor bar: blanks
// and the share.
const barFrame = 10

// leastBar is how long the longest bar is at least.
const leastBar = 6

func (a *App) drawBlock(r area, b *block) {
	apart := min(r.x, 1) // from the rule of the block at the left
	r.part(apart, 0, r.w, 1).rule(0, b.title, a.g, a.theme.border, a.theme.title)
	total, name, number := uint64(0), 0, 0
	for i := range b.bars {
		x := &b.bars[i]
		x.name = a.shown(x.name)
		total += x.n
		name, number = max(name, cells(x.name)), max(number, len(count(x.n)))
	}
	name = max(min(name, r.w-number-barFrame-leastBar), 0)
	room := uint64(max(r.w-name-number-barFrame, 0))
	for i, x := range b.bars {
		y := 1 + i
		r.text(1, y, string(render.Cut([]byte(x.name), name)), x.style)
		n := count(x.n)
		r.text(2+name+number-len(n), y, n, a.theme.plain)
		r.text(3+name+number, y, fmt.Sprintf("%5.1f%%", 100*float64(x.n)/float64(max(total, 1))), a.theme.dim)
		r.text(barFrame+name+number, y, strings.Repeat(string(a.g.block), int(x.n*room/max(total, 1))), x.style)
	}
	for i, s := range b.below(r.w) {
		r.text(1, 1+len(b.bars)+i, s, a.theme.plain)
	}
}

// messageBlock counts the messages by state.
func (a *App) messageBlock(f *figures) block {
	return a.block(words{"messages", "短信"}, a.stateBars(f))
}

// resultBlock counts the answers to SUBMITs, and says when flow control came.
func (a *App) resultBlock(f *figures) block {
	b := a.block(words{"Result of SUBMIT", "SUBMIT 的 Result"}, a.resultBars(f))
	b.lines = append(b.lines, a.throttleLines(f)...)
	return b
}

// statBlock counts the reports by their Stat.
func (a *App) statBlock(f *figures) block {
	return a.block(words{"Stat of reports", "状态报告 Stat"}, statBars(f))
}

// block makes one of bars.
func (a *App) block(title words, bars []bar) block {
	b := block{title: a.say(title), bars: bars}
	if len(bars) == 0 {
		b.lines = []string{a.say(words{"none", "无"})}
	}
	return b
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
		bars = append(bars, bar{name: escape(s), n: *n})
	}
	byCount(bars)
	return bars
}

// delayBlock gives the percentiles.
func (a *App) delayBlock(f *figures) block {
	b := a.block(words{"response times, report delay", "响应时间与报告时延"}, nil)
	lines := []string{fmt.Sprintf("%-7s %7s %7s %7s %7s", "", "p50", "p90", "p99", "max")}
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
	if len(lines) > 1 {
		b.lines = lines
	}
	return b
}

// throttleLines says when flow control came last.
func (a *App) throttleLines(f *figures) []string {
	if f.throttled == 0 {
		return nil
	}
	t := render.Times{Form: render.Clock, Zone: a.o.Times.Zone}
	return []string{fmt.Sprintf(a.say(words{"flow control: %d, last %s", "流量控制：%d 次，最近 %s"}), f.throttled, t.AppendShort(nil, f.lastThrottled))}
}
