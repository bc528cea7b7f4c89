package live

import (
	"errors"
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"

	"cmppdump/render"
)

// prompt is the line at the bottom in which something is typed.
type prompt struct {
	label    string
	kind     string // whose history it has
	text     []rune
	at       int
	past     int // how far back in the history
	done     func(a *App, text string) (fault string)
	check    func(string) error
	complete func(text string, at int) (words []string, start int)
	fault    string
	offers   []string
	offer    int
	from     int // where in text the offers begin
}

// maxInput is how many characters may be typed.
const maxInput = 1000

// ask opens the prompt.
func (a *App) ask(label, kind, text string, done func(*App, string) string) *prompt {
	a.cover = nil
	a.prompt = &prompt{label: label, kind: kind, text: []rune(text), at: len([]rune(text)), done: done}
	return a.prompt
}

// key takes a key while the prompt is open.
func (p *prompt) key(a *App, e *tcell.EventKey) {
	if e.Key() != tcell.KeyTab {
		p.offers = nil
	}
	p.fault = ""
	switch e.Key() {
	case tcell.KeyEscape, tcell.KeyCtrlC:
		a.prompt = nil
	case tcell.KeyEnter:
		p.enter(a)
	case tcell.KeyLeft:
		p.at = max(p.at-1, 0)
	case tcell.KeyRight:
		p.at = min(p.at+1, len(p.text))
	case tcell.KeyHome, tcell.KeyCtrlA:
		p.at = 0
	case tcell.KeyEnd, tcell.KeyCtrlE:
		p.at = len(p.text)
	case tcell.KeyBackspace, tcell.KeyBackspace2:
		if p.at > 0 {
			p.text, p.at = slices.Delete(p.text, p.at-1, p.at), p.at-1
		} else if len(p.text) == 0 {
			a.prompt = nil
		}
	case tcell.KeyDelete:
		if p.at < len(p.text) {
			p.text = slices.Delete(p.text, p.at, p.at+1)
		}
	case tcell.KeyCtrlU:
		p.text, p.at = p.text[p.at:], 0
	case tcell.KeyCtrlW:
		n := p.at
		for n > 0 && p.text[n-1] == ' ' {
			n--
		}
		for n > 0 && p.text[n-1] != ' ' {
			n--
		}
		p.text, p.at = slices.Delete(p.text, n, p.at), n
	case tcell.KeyUp:
		p.recall(a, 1)
	case tcell.KeyDown:
		p.recall(a, -1)
	case tcell.KeyTab:
		p.offerNext()
	case tcell.KeyRune:
		if len(p.text) < maxInput {
			p.text, p.at = slices.Insert(p.text, p.at, e.Rune()), p.at+1
		}
	}
}

// enter takes what was typed, unless there is a fault in it.
func (p *prompt) enter(a *App) {
	text := strings.TrimSpace(string(p.text))
	if p.fault = p.done(a, text); p.fault != "" {
		return
	}
	if h := a.history[p.kind]; text != "" && (len(h) == 0 || h[len(h)-1] != text) {
		a.history[p.kind] = append(h, text)
	}
	if a.prompt == p {
		a.prompt = nil
	}
}

// recall takes an older line out of the history, or a newer one.
func (p *prompt) recall(a *App, by int) {
	h := a.history[p.kind]
	p.past = max(min(p.past+by, len(h)), 0)
	p.text = nil
	if p.past > 0 {
		p.text = []rune(h[len(h)-p.past])
	}
	p.at = len(p.text)
}

// offerNext completes the word before the cursor: first by what all offers have
// in common, then by one after the other.
func (p *prompt) offerNext() {
	if p.complete == nil {
		return
	}
	if p.offers == nil {
		start := 0
		p.offers, start = p.complete(string(p.text), len(string(p.text[:p.at])))
		p.offer, p.from = -1, min(len([]rune(string(p.text)[:start])), p.at)
	}
	if len(p.offers) == 0 {
		return
	}
	p.offer = (p.offer + 1) % len(p.offers)
	word := p.offers[p.offer]
	p.text = slices.Replace(p.text, p.from, p.at, []rune(word)...)
	p.at = p.from + len([]rune(word))
}

// Place is what an error says of where in the text it is, in octets from 0.
type Place interface{ Place() (from, to int) }

// draw shows the text, the part at fault set off, and what is wrong with it
// behind.
func (p *prompt) draw(a *App, r area) {
	fault := p.fault
	from, to := -1, -1
	if p.check != nil {
		if err := p.check(string(p.text)); err != nil {
			var at Place
			if errors.As(err, &at) {
				from, to = at.Place()
			}
			if fault == "" {
				fault = firstLine(a.told(err))
			}
		}
	}
	x := r.text(1, 0, p.label, a.theme.head)
	room := r.w - x - 2
	skip := 0
	for skip < p.at && cells(string(p.text[skip:p.at])) > room-1 {
		skip++
	}
	off := len(string(p.text[:skip]))
	cursor := x
	for i := skip; i <= len(p.text); i++ {
		if i == p.at {
			cursor = x
		}
		if i == len(p.text) {
			break
		}
		s := a.theme.plain
		if off >= from && off < to {
			s = a.theme.bad.Underline(true)
		}
		x = r.text(x, 0, string(render.AppendEscaped(nil, []byte(string(p.text[i])))), s)
		off += len(string(p.text[i]))
	}
	switch {
	case len(p.offers) > 1:
		r.text(x+2, 0, strings.Join(p.offers[(p.offer+1)%len(p.offers):], " "), a.theme.dim)
	case fault != "": // in place of the line above
		a.panes.status.line(0, " ! "+escape(fault), a.theme.bad)
	}
	a.caret = caret{r.x + min(cursor, r.w-1), r.y}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
