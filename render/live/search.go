package live

import (
	"bytes"
	"time"
	"unicode"
	"unicode/utf8"
)

// askSearch asks what to search for.
func (a *App) askSearch() {
	a.ask("/", "search", "", func(a *App, s string) string {
		if s != "" {
			a.needle = []byte(s)
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
		a.work = append([]task{&hunt{l: l, view: a.view, at: l.at, by: by, left: l.len(a.s), sought: a.needle, needle: appendFolded(nil, a.needle), text: a.newText(a.view, 1<<14)}}, a.work...)
		a.note(a.say(words{"searching for ", "正在搜索 "}) + string(a.needle))
	})
}

// hunt is a search under way.
type hunt struct {
	l      *list
	view   View
	at, by int
	left   int    // places not looked at
	sought []byte // as typed
	needle []byte // without case
	text   *rowText
	folded []byte
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
	a.note(a.say(words{"not found: ", "未找到："}) + string(t.sought))
	return true
}

// holds reports whether the row has the text, upper or lower case.
func (t *hunt) holds(a *App, no uint64) bool {
	row := t.text.octets(a.l, t.view, no)
	if t.view == Connections {
		lines, _ := a.connRows([]uint64{no}, t.text.width)
		row = []byte(lines[0])
	}
	t.folded = appendFolded(t.folded[:0], row)
	return bytes.Contains(t.folded, t.needle)
}

// appendFolded appends text without the difference of upper and lower case, as
// Unicode's simple case folding has it.
func appendFolded(dst, s []byte) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if cased := fold(r); cased != r {
			dst = utf8.AppendRune(dst, cased)
		} else {
			dst = append(dst, s[i:i+n]...)
		}
		i += n
	}
	return dst
}

// From here to there are scripts without case: that of Chinese is most of the
// text there is, and need not be looked up.
const casesEnd, casesGoOn = 0x2e80, 0xa640

// fold gives the letter that stands for all that differ by case only: ς, σ and Σ
// are σ.
func fold(r rune) rune {
	if r >= casesEnd && r < casesGoOn {
		return r
	}
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return unicode.ToLower(least)
}
