package live

import (
	"bytes"
	"strings"
	"time"
)

// askSearch asks what to search for.
func (a *App) askSearch() {
	a.ask("/", "search", "", func(a *App, s string) string {
		if s != "" {
			a.needle = []byte(strings.ToLower(s))
		}
		a.search(1)
		return ""
	})
}

// search goes to the next row with the text, forwards or back.
func (a *App) search(by int) {
	if len(a.needle) == 0 || a.view == Statistics {
		return
	}
	for _, t := range a.work {
		if s, is := t.(*hunt); is {
			s.by = by
			return
		}
	}
	a.locked(func() {
		l := a.list()
		l.settle(a.s)
		if l.len(a.s) == 0 {
			return
		}
		a.work = append([]task{&hunt{l: l, view: a.view, at: l.at, by: by, left: l.len(a.s), needle: a.needle, text: a.newText(a.view, 1<<14)}}, a.work...)
		a.note(a.say(words{"searching for ", "正在搜索 "}) + string(a.needle))
	})
}

// hunt is a search under way.
type hunt struct {
	l      *list
	view   View
	at, by int
	left   int // places not looked at
	needle []byte
	text   *rowText
	lower  []byte
}

func (t *hunt) step(a *App, until time.Time) bool {
	if a.view != t.view {
		return true
	}
	n := t.l.len(a.s)
	for k := 0; t.left > 0 && n > 0; k++ {
		if k%16 == 15 && time.Now().After(until) {
			return false
		}
		t.left--
		t.at = ((t.at+t.by)%n + n) % n
		no := t.l.entry(a.s, t.at)
		if t.holds(a, no) {
			t.l.show(a.s, no)
			a.note("")
			return true
		}
	}
	a.note(a.say(words{"not found: ", "未找到："}) + string(t.needle))
	return true
}

// holds reports whether the row has the text, upper or lower case.
func (t *hunt) holds(a *App, no uint64) bool {
	t.lower = appendLower(t.lower[:0], t.text.octets(a.l, t.view, no))
	return bytes.Contains(t.lower, t.needle)
}

// appendLower appends ASCII in lower case, all else as it is.
func appendLower(dst, s []byte) []byte {
	for _, c := range s {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
