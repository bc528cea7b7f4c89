package live

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"

	"cmppdump/render"
)

// The pictures of the README: cells of so many units.
const cellWidth, cellHeight = 8.4, 17

// svg draws the screen as a picture.
func (d *desk) svg() string {
	cells, w, h := d.sim.GetContents()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">`+"\n",
		float64(w)*cellWidth+16, h*cellHeight+16)
	fmt.Fprint(&b, `<rect width="100%" height="100%" rx="6" fill="#14181d"/>`+"\n")
	for y := range h {
		for x := 0; x < w; {
			style := cells[y*w+x].Style
			from, text := x, ""
			for x < w && cells[y*w+x].Style == style {
				s := string(cells[y*w+x].Runes)
				if s == "" {
					s = " "
				}
				text += s
				x += max(render.Width([]byte(s)), 1)
			}
			svgRun(&b, from, y, x-from, text, style)
		}
	}
	return b.String() + "</svg>\n"
}

// svgRun draws text of one style.
func svgRun(b *strings.Builder, x, y, n int, text string, style tcell.Style) {
	fg, bg, attrs := style.Decompose()
	fore, back := svgColor(fg, "#d8dee6"), svgColor(bg, "")
	if attrs&tcell.AttrReverse != 0 {
		if fore, back = back, fore; fore == "" {
			fore = "#14181d"
		}
	}
	left, top := 8+float64(x)*cellWidth, 8+y*cellHeight
	if back != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`, left, top, float64(n)*cellWidth, cellHeight, back)
	}
	if trimmed := strings.TrimRight(text, " "); trimmed != "" {
		more := ""
		if attrs&tcell.AttrBold != 0 {
			more += ` font-weight="bold"`
		}
		if attrs&tcell.AttrDim != 0 {
			more += ` opacity="0.6"`
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%d" fill="%s" xml:space="preserve" textLength="%.1f" lengthAdjust="spacingAndGlyphs"%s>`,
			left, top+13, fore, float64(render.Width([]byte(trimmed)))*cellWidth, more)
		xml.EscapeText(b, []byte(trimmed))
		b.WriteString("</text>")
	}
	b.WriteString("\n")
}

func svgColor(c tcell.Color, none string) string {
	if c == tcell.ColorDefault {
		return none
	}
	return fmt.Sprintf("#%06x", c.TrueColor().Hex())
}

// TestPictures draws the pictures of the README.
func TestPictures(t *testing.T) {
	o := options()
	o.Color, o.Source = true, "gocmpp_30.pcap"
	d := show(t, 120, 34, o, gocmpp)
	d.s.packets = 237
	d.press("j", "j", "j", "j", "j", "Enter")
	d.picture("messages")
	o.Source = "long_ucs2_30.pcap reports_30.pcap window_30.pcap"
	d = show(t, 120, 34, o, "../../pcaps/long_ucs2_30.pcap", reports, "../../pcaps/window_30.pcap")
	d.s.packets = 500
	d.press("3", "f").typed("sms.").press("Esc", "4", "j", "j")
	d.picture("connections")
}

func (d *desk) picture(name string) {
	d.t.Helper()
	file := filepath.Join("screens", name+".svg")
	got := d.svg()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			d.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	if got != string(want) {
		d.t.Errorf("%s is of another screen: make screens", file)
	}
}
