package live

import (
	"slices"
	"strconv"
	"strings"

	"cmppdump/render"
)

// askCommand opens the command line.
func (a *App) askCommand() {
	p := a.ask(":", "command", "", (*App).command)
	p.complete = func(s string, at int) (offers []string, start int) {
		if expr, is := strings.CutPrefix(s, "filter "); is && a.o.Complete != nil {
			before := len(s) - len(expr)
			offers, start = a.o.Complete(expr, max(at-before, 0))
			return offers, start + before
		}
		for _, c := range []string{"filter", "lang", "q", "save", "theme", "time", "view"} {
			if strings.HasPrefix(c, s) {
				offers = append(offers, c)
			}
		}
		return offers, 0
	}
}

// command does what a line says, and gives what is wrong with it.
func (a *App) command(line string) string {
	name, arg, _ := strings.Cut(line, " ")
	arg = strings.TrimSpace(arg)
	if n, err := strconv.ParseUint(line, 10, 64); err == nil {
		return a.goTo(n)
	}
	switch name {
	case "":
	case "q", "quit":
		a.quit = true
	case "filter":
		if a.o.Filter == nil {
			return a.say(words{"no display filter here", "这里没有显示过滤器"})
		}
		if err := a.SetFilter(arg); err != nil {
			return firstLine(a.told(err))
		}
	case "save":
		return a.save(arg)
	case "theme":
		if _, ok := palettes[arg]; !ok && arg != "none" {
			return a.say(words{"theme dark, light or none", "theme dark、light 或 none"})
		}
		a.setTheme(arg)
	case "lang":
		i := slices.Index([]string{"en", "zh"}, arg)
		if i < 0 {
			return a.say(words{"lang en or zh", "lang en 或 zh"})
		}
		if render.Lang(i) == render.Chinese && !a.canShow('中') {
			return "the terminal's character set has no Chinese: " + a.scr.CharacterSet()
		}
		a.o.Lang = render.Lang(i)
	case "time":
		form, err := render.ParseTimeForm(arg)
		if err != nil {
			return a.say(words{"time a, ad, d, r, e or ud", "time a、ad、d、r、e 或 ud"})
		}
		a.o.Times.Form = form
	case "view":
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 || n > int(views) {
			return a.say(words{"view 1 to 5", "view 1 到 5"})
		}
		a.turnTo(View(n - 1))
	default:
		return a.say(words{"no such command: a frame number, q, filter, view, save, theme, lang, time", "没有此命令：帧号、q、filter、view、save、theme、lang、time"})
	}
	return ""
}

// point selects the arrow of row i, of what is selected in the list.
func (a *App) point(i uint64) {
	a.choose()
	if k := slices.Index(a.subject.arrows, i); k >= 0 && k != a.subject.at {
		a.subject.at, a.subject.field = k, 0
	}
}

// goTo selects the first row of a frame, or of the next that has one.
func (a *App) goTo(frame uint64) (fault string) {
	a.locked(func() {
		s := a.s
		for i := s.rows.first; i < s.rows.end; i++ {
			r := s.rows.at(i)
			if r.num < frame {
				continue
			}
			no := s.across(PDUs, i, a.view)
			if no == 0 || a.view == Statistics {
				a.view, no = PDUs, i
			}
			if !a.list().show(s, no) {
				fault = a.say(words{"the frame does not pass the filter", "该帧被过滤掉了"})
			}
			a.focus = paneList
			a.point(i)
			return
		}
		fault = a.say(words{"no such frame", "没有此帧"})
	})
	return fault
}
