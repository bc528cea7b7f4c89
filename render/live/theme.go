package live

import (
	"os"
	"strings"

	"github.com/gdamore/tcell/v2"

	"cmppdump/render"
)

// theme is how things are set off. Colours only repeat what marks and words
// say.
type theme struct {
	plain, bad, odd, dim, head, title, tab, border, marked, good tcell.Style
	cursor                                                       tcell.Style // the selected row of the pane with the keys
	beside                                                       tcell.Style // of other panes
}

// palette is the colours of a theme, of the sixteen that terminals have or of
// the 256.
type palette struct{ red, yellow, green, blue, magenta, back tcell.Color }

var palettes = map[string]palette{
	"dark":  {tcell.PaletteColor(9), tcell.PaletteColor(11), tcell.PaletteColor(10), tcell.PaletteColor(14), tcell.PaletteColor(13), tcell.PaletteColor(238)},
	"light": {tcell.PaletteColor(1), tcell.PaletteColor(130), tcell.PaletteColor(28), tcell.PaletteColor(4), tcell.PaletteColor(5), tcell.PaletteColor(253)},
}

// newTheme makes a theme: "dark", "light" or "none" of colours, for a screen
// that has so many.
func newTheme(name string, colors int) theme {
	var s tcell.Style
	t := theme{plain: s, bad: s.Bold(true), odd: s.Underline(true), dim: s.Dim(true), head: s.Bold(true), title: s.Bold(true), tab: s.Reverse(true),
		border: s, marked: s.Bold(true), good: s, cursor: s.Reverse(true), beside: s.Underline(true)}
	p, ok := palettes[name]
	if !ok || colors < 8 {
		return t
	}
	if colors < 256 { // only the eight that all have
		p = palette{tcell.PaletteColor(1), tcell.PaletteColor(3), tcell.PaletteColor(2), tcell.PaletteColor(6), tcell.PaletteColor(5), tcell.ColorDefault}
	}
	t.bad, t.odd, t.good = s.Foreground(p.red), s.Foreground(p.yellow), s.Foreground(p.green)
	t.head, t.title, t.marked = s.Foreground(p.blue).Bold(true), s.Foreground(p.blue).Bold(true), s.Foreground(p.magenta).Bold(true)
	t.border = s.Foreground(p.blue)
	if p.back != tcell.ColorDefault {
		t.beside = s.Background(p.back)
	}
	return t
}

// pickTheme goes by what terminals say of their background.
func pickTheme(color bool) string {
	if !color {
		return "none"
	}
	parts := strings.Split(os.Getenv("COLORFGBG"), ";")
	switch parts[len(parts)-1] {
	case "7", "15":
		return "light"
	}
	return "dark"
}

// cells is the width of escaped text.
func cells(s string) int { return render.Width([]byte(s)) }
