package live

import (
	"strings"
)

// cover is a text that lies over the panes: the help, a verdict.
type cover struct {
	title string
	lines []coverLine
	top   int
	room  int
}

type coverLine struct {
	key, text string // key stands in front, set off
}

func (c *cover) move(by int) { c.top = max(min(c.top+by, len(c.lines)-c.room), 0) }

func (c *cover) draw(a *App, r area) {
	c.room = r.h - 1
	c.top = max(min(c.top, len(c.lines)-c.room), 0)
	title := c.title
	if len(c.lines) > c.room {
		title += "  (j k)"
	}
	r.rule(0, title, a.g, a.theme.border, a.theme.title)
	for y := 1; y < r.h && c.top+y-1 < len(c.lines); y++ {
		l := &c.lines[c.top+y-1]
		x := r.text(2, y, l.key, a.theme.head)
		if l.key != "" {
			x = max(x+1, 18)
		}
		r.text(x, y, l.text, a.theme.plain)
	}
}

// showHelp shows all keys.
func (a *App) showHelp() {
	c := &cover{title: a.say(words{"keys", "按键"})}
	w, _ := a.scr.Size()
	for _, k := range Keys(int(a.o.Lang)) {
		for i, part := range wrapLine(k[1], w-20, 0) {
			l := coverLine{a.g.keys(k[0]), part}
			if i > 0 {
				l = coverLine{"", strings.Repeat(" ", 16) + part}
			}
			c.lines = append(c.lines, l)
		}
	}
	c.lines = append(c.lines, coverLine{}, coverLine{"", a.say(words{"! failed   * an expert note   > selected   + marked   1> connection 1, client to server   1< back",
		"! 失败   * 专家提示   > 选中   + 已标记   1> 连接 1 客户端到服务器   1< 反向"})})
	a.cover = c
}

// showWhy shows the verdict on the selected message.
func (a *App) showWhy() {
	a.locked(func() {
		no := a.s.across(a.view, a.list().cursor, Messages)
		m := a.l.message(no)
		if m == nil || a.o.Why == nil {
			a.note(a.say(words{"no message belongs to this row", "该行不属于任何短信"}))
			return
		}
		w, _ := a.scr.Size()
		text := string(a.why(nil, m, w-4, true))
		c := &cover{title: string(m.To) + " " + a.say(words{"why", "原因"})}
		c.title = escape(c.title)
		for _, line := range strings.Split(a.shown(strings.TrimRight(text, "\n")), "\n") {
			for _, part := range wrapLine(line, w-4, 9) {
				c.lines = append(c.lines, coverLine{"", part})
			}
		}
		a.cover = c
	})
}
