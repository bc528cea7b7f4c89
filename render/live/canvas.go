package live

import (
	"strings"
	"unicode/utf8"

	"github.com/gdamore/tcell/v2"

	"cmppdump/render"
)

// area is a rectangle of a page of cells. What is drawn beyond it is cut.
type area struct {
	page       *tcell.CellBuffer
	shown      func(string) string // what can be shown of a text
	x, y, w, h int
}

// text draws escaped text from column x of line y on, and gives the column
// behind it. A character that does not fit whole is a blank.
func (a area) text(x, y int, s string, style tcell.Style) int {
	if y < 0 || y >= a.h {
		return x
	}
	s = a.shown(s)
	if x < 0 {
		behind := 0
		s, behind = scrollOut(s, -x)
		a.fill(0, y, behind, style)
		x = behind
	}
	for s != "" && x < a.w {
		rest, n := a.page.Put(a.x+x, a.y+y, s, style)
		if n == 0 {
			break
		}
		if x+n > a.w {
			a.page.Put(a.x+x, a.y+y, " ", style)
			n = a.w - x
		}
		s, x = rest, x+n
	}
	return x
}

// scrollOut takes so many cells of text away. Of a wide character that is cut
// some cells are left.
func scrollOut(s string, n int) (rest string, left int) {
	var one tcell.CellBuffer // measures as the screen does
	one.Resize(2, 1)
	for n > 0 && s != "" {
		width := 0
		s, width = one.Put(0, 0, s, tcell.StyleDefault)
		n -= width
	}
	return s, max(-n, 0)
}

// line draws text and fills the rest of the line in the same style.
func (a area) line(y int, s string, style tcell.Style) {
	a.fill(a.text(0, y, s, style), y, a.w, style)
}

// right draws text that ends at the right edge, and gives where it begins.
func (a area) right(y int, s string, style tcell.Style) int {
	x := max(a.w-cells(s), 0)
	a.text(x, y, s, style)
	return x
}

// fill draws blanks from column x up to column to.
func (a area) fill(x, y, to int, style tcell.Style) {
	for ; x < min(to, a.w) && y >= 0 && y < a.h; x++ {
		a.page.Put(a.x+x, a.y+y, " ", style)
	}
}

// part is a rectangle inside the area.
func (a area) part(x, y, w, h int) area {
	return area{a.page, a.shown, a.x + x, a.y + y, max(min(w, a.w-x), 0), max(min(h, a.h-y), 0)}
}

// blank makes a page of a size, of blanks.
func (a *App) blank(page *tcell.CellBuffer, w, h int) area {
	page.Resize(w, h)
	page.Fill(' ', tcell.StyleDefault)
	return area{page, a.shown, 0, 0, w, h}
}

// shown is a text as the terminal can show it. Lines are broken and cut after
// that, as escapes are wider than characters.
func (a *App) shown(s string) string {
	if a.g.utf8 {
		return s
	}
	return string(render.AppendShown(nil, s, a.canShow))
}

// canShow reports whether the terminal's character set has a character.
func (a *App) canShow(r rune) bool {
	if a.g.utf8 {
		return true
	}
	const none = '\x1a' // tcell's encodings have it for what they lack
	e := tcell.GetEncoding(a.scr.CharacterSet())
	if e == nil {
		return r < utf8.RuneSelf
	}
	b, err := e.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) > 0 && b[0] != none
}

// eachCell calls f with what stands in the area, a wide character once.
func (a area) eachCell(f func(x, y int, s string, style tcell.Style)) {
	for y := range a.h {
		for x, n := 0, 1; x < a.w; x += n {
			var s string
			var style tcell.Style
			s, style, n = a.page.Get(a.x+x, a.y+y)
			f(x, y, s, style)
		}
	}
}

// holds reports whether a place on the screen lies inside.
func (a area) holds(x, y int) bool { return x >= a.x && x < a.x+a.w && y >= a.y && y < a.y+a.h }

// glyphs are what lines are drawn with.
type glyphs struct {
	h, v, down rune // lines, and where a vertical one begins
	shaft      rune
	block      rune   // bars are made of
	parts      []rune // of a block, from narrow to wide
	bars       []rune // of a sparkline, from low to high
	utf8       bool   // the terminal has all characters, braille too
}

var (
	unicodeGlyphs = glyphs{h: '─', v: '│', down: '┬', shaft: '─', block: '█', parts: []rune("▏▎▍▌▋▊▉"), bars: []rune(" ▁▂▃▄▅▆▇█"), utf8: true}
	asciiGlyphs   = glyphs{h: '-', v: '|', down: '+', shaft: '-', block: '#', bars: []rune(" ._-=+*#")}
)

// rule draws a horizontal line with a title.
func (a area) rule(y int, title string, g *glyphs, line, text tcell.Style) {
	for x := range a.w {
		a.text(x, y, string(g.h), line)
	}
	if title != "" {
		title = string(render.Cut([]byte(a.shown(title)), a.w-4))
		a.text(1, y, " "+title+" ", text)
	}
}

// escape makes text from traffic harmless.
func escape(s string) string { return string(render.AppendEscaped(nil, []byte(s))) }

// arrowNames are the arrow keys where there are no arrows.
var arrowNames = strings.NewReplacer("↓", "Down", "↑", "Up", "←", "Left", "→", "Right")

// keys names keys as the help shows them.
func (g *glyphs) keys(shown string) string {
	if g.utf8 {
		return shown
	}
	return arrowNames.Replace(shown)
}
