package live

import (
	"fmt"
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"

	"cmppdump/render"
)

// viewNames are the tabs.
var viewNames = [views]words{{"Messages", "短信"}, {"Transactions", "事务"}, {"PDUs", "PDU"}, {"Connections", "连接"}, {"Statistics", "统计"}}

// leastSource is how much of the source is worth more than the names of views.
const leastSource = 12

// drawTop draws the source, the tabs and the time, and below them the filter.
func (a *App) drawTop() {
	r := a.panes.top
	x := r.text(1, 0, "cmppdump", a.theme.title)
	right := a.right()
	room := r.w - x - cells(right) - 4
	tabs := a.tabs(false)
	source := a.shown(escape(a.o.Source))
	if widthOf(tabs)+min(cells(source), leastSource)+3 > room {
		tabs = a.tabs(true)
	}
	if room-widthOf(tabs) > 8 {
		source = string(render.Cut([]byte(source), room-widthOf(tabs)-3))
		x = r.text(x+2, 0, source, a.theme.plain)
	}
	x += 2
	for v, name := range tabs {
		style := a.theme.dim
		if View(v) == a.view {
			style = a.theme.tab
		}
		a.tabAt[v] = [2]int{x, x + cells(name)}
		x = r.text(x, 0, name, style) + 2
	}
	if x+cells(right)+2 <= r.w {
		r.part(0, 0, r.w-1, 1).right(0, right, a.theme.plain)
	}
	if r.h > 1 {
		a.drawFilter(r)
	}
}

// tabs names the views, the one shown in brackets; if short, only that one.
func (a *App) tabs(short bool) (all [views]string) {
	for v := range viewNames {
		name := fmt.Sprintf("%d %s", v+1, a.say(viewNames[v]))
		switch {
		case View(v) == a.view:
			name = "[" + name + "]"
		case short:
			name = fmt.Sprint(v + 1)
		}
		all[v] = name
	}
	return all
}

// widthOf is what the tabs take, with the blanks between.
func widthOf(tabs [views]string) int { return cells(strings.Join(tabs[:], "  ")) }

// right is the newest capture time.
func (a *App) right() string {
	if a.s.now == 0 {
		return ""
	}
	return time.Unix(0, a.s.now).In(a.zone()).Format("15:04:05 -0700")
}

// drawFilter shows what the rows are limited to, and how many are left.
func (a *App) drawFilter(r area) {
	_, end := a.list().span(a.s)
	first, _ := a.list().span(a.s)
	hits := ""
	if a.view == Statistics {
		hits = a.say(words{"not applied: figures are of everything", "未应用：统计为全部流量"})
	}
	if a.view != Statistics && a.list().filtered {
		hits = fmt.Sprintf(a.say(words{"%s of %s", "%s / %s"}), count(uint64(a.list().len(a.s))), count(end-first))
		if a.list().scanned < end {
			hits = fmt.Sprintf("%d%%  %s", 100*(max(a.list().scanned, first)-first)/max(end-first, 1), hits)
		}
	}
	x := r.text(1, 1, "f: ", a.theme.head)
	r.part(0, 0, r.w-cells(hits)-2, 2).text(x, 1, escape(a.limits()), a.theme.plain)
	r.part(0, 0, r.w-1, 2).right(1, hits, a.theme.plain)
}

// rate counts PDUs a second of wall time.
type rate struct {
	at    time.Time
	pdus  uint64
	value float64
}

func (r *rate) tick(now time.Time, pdus uint64) {
	since := now.Sub(r.at)
	if since < time.Second {
		return
	}
	if !r.at.IsZero() {
		r.value = float64(pdus-r.pdus) / since.Seconds()
	}
	r.at, r.pdus = now, pdus
}

// drawStatus shows how the capture goes.
func (a *App) drawStatus() {
	r := a.panes.status
	style := a.theme.tab
	r.fill(0, 0, r.w, style)
	state, rest := a.state(), a.figures()
	right := size(a.s.memory())
	if a.s.limit > 0 {
		right += a.say(words{" of ", "/"}) + size(a.s.limit)
	}
	if room := r.w - cells(rest) - cells(right) - 3; cells(state) > room { // a long error
		state = string(render.Cut([]byte(state), max(room, leastError)))
	}
	x := r.text(0, 0, state+rest, style)
	if x+cells(right)+2 < r.w {
		r.part(0, 0, r.w-1, 1).right(0, right, style)
	}
	if a.s.counts.silent > 0 || a.s.dropped > 0 || a.s.err != nil {
		r.text(0, 0, "!", style.Bold(true))
	}
}

// leastError is how much of an error is shown at least.
const leastError = 30

// state is whether the capture goes on, and if not, why.
func (a *App) state() string {
	switch {
	case a.paused:
		return a.say(words{" PAUSED", " 已暂停"})
	case a.s.err != nil:
		return " " + a.told(a.s.err)
	case a.s.ended:
		return a.say(words{" END", " 结束"})
	case a.o.Live:
		return " LIVE"
	}
	return " " + a.progress()
}

// figures are what has come so far.
func (a *App) figures() string {
	var b strings.Builder
	c := &a.s.counts
	say := func(en, zh string, args ...any) { fmt.Fprintf(&b, "  "+a.say(words{en, zh}), args...) }
	say("%s packets", "%s 包", count(a.s.packets))
	if a.o.Live {
		say("%s dropped", "丢 %s", count(a.s.dropped))
	}
	say("%s PDUs", "%s PDU", count(c.pdus))
	if a.o.Live {
		say("%s PDU/s", "%s PDU/s", count(uint64(a.rate.value+0.5)))
	}
	if c.unanswered > 0 {
		say("%s unanswered", "%s 无应答", count(c.unanswered))
	}
	if n := a.s.openRequests(); n > 0 && !a.s.ended {
		say("%s open", "%s 待应答", count(uint64(n)))
	}
	if c.lost > 0 {
		say("oldest %s PDUs forgotten", "最早 %s 个 PDU 已淘汰", count(c.lost))
	}
	return b.String()
}

// progress is how much of the input was read.
func (a *App) progress() string {
	if a.o.Progress != nil {
		if read, total := a.o.Progress(); total > 0 {
			return fmt.Sprintf(a.say(words{"reading %d%%", "读取 %d%%"}), min(100*read/total, 100))
		}
	}
	return a.say(words{"reading", "读取中"})
}

// openRequests is how many requests wait for their responses.
func (s *Store) openRequests() int {
	n := 0
	for _, c := range s.live {
		n += c.Dirs[0].InFlight + c.Dirs[1].InFlight
	}
	return n
}

// drawFoot shows the prompt, or what there is to say, or the useful keys.
func (a *App) drawFoot() {
	r := a.panes.foot
	if a.prompt != nil {
		a.prompt.draw(a, r)
		return
	}
	if a.notice != "" {
		r.text(1, 0, escape(a.notice), a.theme.odd)
		return
	}
	right := a.footState()
	room := r.w - 1 + footGap // nothing stands behind the last
	keys := a.footKeys(room)
	if right != "" {
		keys = a.footKeys(room - cells(right) - footGap)
	}
	if _, always := a.hints(); right != "" && len(keys) <= len(always) { // the keys first
		right, keys = "", a.footKeys(room)
	}
	x := 1
	for _, k := range keys {
		x = r.text(x, 0, k[0], a.theme.head)
		x = r.text(x+1, 0, k[1], a.theme.plain) + footGap
	}
	r.part(0, 0, r.w-1, 1).right(0, right, a.theme.dim)
}

// footState is how the rows are arranged, or which part of the view is shown.
func (a *App) footState() string {
	s := &a.stats
	switch {
	case a.cover != nil:
	case a.view == Statistics:
		if s.lines > s.rows {
			return fmt.Sprintf(a.say(words{"lines %d-%d of %d", "第 %d-%d 行，共 %d 行"}), s.top+1, s.top+s.rows, s.lines)
		}
	case a.list().order != nil:
		return a.sortedBy()
	case a.list().follow && !a.s.ended:
		return a.say(words{"A autoscroll on", "A 自动滚动开"})
	}
	return ""
}

// styleOf is the style of a row, by its mark.
func (a *App) styleOf(no uint64, line string) tcell.Style {
	if a.view == PDUs && a.s.rows.has(no) && a.s.rows.at(no).kind != rowPDU && (line == "" || line[0] == ' ') {
		return a.theme.dim
	}
	switch {
	case line == "":
	case line[0] == '!':
		return a.theme.bad
	case line[0] == '*':
		return a.theme.odd
	}
	return a.theme.plain
}
