package live

import (
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"
)

// TestTreeEnds: what stands behind the last field, and the heading above the
// first, come to the screen by the keys and by the wheel, at every size.
func TestTreeEnds(t *testing.T) {
	const behind, before = "[signature]", "Frame "
	for _, size := range [][2]int{{40, 10}, {80, 24}, {100, 24}, {120, 30}} {
		d := show(t, size[0], size[1], options(), "../../pcaps/wild_coding_20.pcap")
		d.press("3", "g").typed("/SUBMIT ").press("Enter", "Enter")
		if d.focus != paneTree {
			t.Fatal("not in the tree")
		}
		d.lacks(behind)
		d.press("G").has(behind).press("g").has(before).lacks(behind)
		for range 200 {
			d.press("j")
		}
		d.has(behind)
		d.press("g")
		for range 60 {
			d.press("PgDn")
		}
		d.has(behind).press("g").lacks(behind)
		p := d.panes.tree
		for range 60 {
			d.event(tcell.NewEventMouse(p.x+1, p.y+1, tcell.WheelDown, tcell.ModNone))
		}
		d.draw()
		d.has(behind)
	}
}

// TestTreeValue: a value that is longer than the pane is seen whole.
func TestTreeValue(t *testing.T) {
	d := show(t, 40, 10, options(), "../../pcaps/long_ucs2_30.pcap")
	d.press("3", "g").typed("/SUBMIT ").press("Enter", "Enter")
	seen := ""
	for range 60 {
		seen += strings.Join(d.lines()[2:8], "")
		d.press("j")
	}
	seen = strings.ReplaceAll(seen, " ", "")
	value := []rune("【示例】您购买的商品已由快递员送出😀，预计今天18:00前送达。您购买的商品已由快递员送出😀，预计今天18:00前送达。您购买的商")
	for i := range value[3:] {
		if want := string(value[i : i+3]); !strings.Contains(seen, want) {
			t.Errorf("never on the screen: %s", want)
		}
	}
}

// TestTreeHeading: the pane begins with a whole line, and branches have their
// sign in front of the name.
func TestTreeHeading(t *testing.T) {
	d := show(t, 200, 50, options(), "../../pcaps/two_conns_30.pcap").press("j")
	first := strings.Split(d.lines()[d.panes.tree.y], "│")
	if got := first[len(first)-1]; !strings.HasPrefix(got, "   off  len") {
		t.Errorf("the tree begins with %q", got)
	}
	d.has("175   56  - Msg_Content")
}
