package live

import (
	"strings"
	"testing"

	"cmppdump/render"
)

// TestSideways: a long Chinese text can be read to its end, the columns stay as
// they are, and it ends there.
func TestSideways(t *testing.T) {
	for _, width := range []int{40, 80, 120} {
		d := show(t, width, 24, options(), "../../pcaps/long_ucs2_30.pcap")
		line := d.newText(Messages, width-2).line(d.l, Messages, 1)
		seen, rows := "", 0
		for range 200 {
			l := d.lines()[2]
			if strings.HasSuffix(l, "..") && render.Width([]byte(l)) < width-3 && width >= 80 { // blanks of a column in front of the dots are left out
				t.Errorf("width %d: ends in the middle of the screen: %s", width, l)
			}
			if l == seen {
				break
			}
			seen = l
			rows++
			d.press("l")
		}
		if end := line[strings.LastIndex(line, "，"):]; !strings.Contains(d.text(), end) {
			t.Errorf("width %d: the end %q is not reached:\n%s", width, end, d.text())
		}
		at := d.hscroll
		if d.press("l", "l", "l"); d.hscroll != at {
			t.Errorf("width %d: scrolled beyond the end, %d > %d", width, d.hscroll, at)
		}
		for range rows {
			d.press("h")
		}
		d.has("22:20:12.664484").has("13800000021")
	}
}

// TestScrollOut: cells are taken away, not characters.
func TestScrollOut(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		want string
		left int
	}{
		{"abc", 1, "bc", 0}, {"短信ab", 2, "信ab", 0}, {"短信ab", 3, "ab", 1}, {"短信", 9, "", 0}, {"e\u0301x", 1, "x", 0}, {"👍🏽x", 2, "x", 0}, {"", 3, "", 0},
	} {
		if got, left := scrollOut(tt.s, tt.n); got != tt.want || left != tt.left && tt.want != "" {
			t.Errorf("%q without %d: %q and %d cells, want %q and %d", tt.s, tt.n, got, left, tt.want, tt.left)
		}
	}
}
