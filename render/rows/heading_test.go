package rows_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/render"
	"cmppdump/render/rows"
)

// TestHeading: on a terminal the heading comes first, and again when the date
// changes; into a pipe there is none.
func TestHeading(t *testing.T) {
	show := func(o rows.Options) []string {
		var out bytes.Buffer
		r := rows.New(&out, o)
		s := newTraffic(func(e *eventOf) { r.Event(e) }, 1, "23:59:58.000000")
		s.segment(c2s, 1, 0, capture.SYN)
		for n := range 4 {
			s.segment(c2s, uint64(2+n), time.Second, ack, v3(&wire.ActiveTest{Seq: wire.Seq(n)}))
		}
		s.End()
		return lines(out.String())
	}
	l := show(terminal(80, beijing))
	var heads []string
	for i, line := range l {
		if strings.Contains(line, " No ") {
			heads = append(heads, line)
			if i+1 == len(l) {
				t.Error("a heading without rows")
			}
		}
	}
	if len(heads) != 2 || !strings.HasPrefix(l[0], "     No 2026-11-22+0800 Conn PDU") || !strings.Contains(heads[1], "2026-11-23+0800") {
		t.Errorf("headings %q of\n%s", heads, strings.Join(l, "\n"))
	}
	if p := strings.Join(show(terminal(0, beijing)), "\n"); strings.Contains(p, "Conn") || !strings.Contains(p, " 2026-11-23 00:00:02.000000 +0800 ") {
		t.Errorf("into a pipe:\n%s", p)
	}
}

// TestAligned: the columns stand under their headings.
func TestAligned(t *testing.T) {
	for _, form := range []render.TimeForm{render.DateTimeOffset, render.Clock, render.Delta, render.Relative} {
		o := terminal(100, beijing)
		o.Times.Form = form
		l := lines(played(o))
		number, info := strings.Index(l[0], "Number"), strings.Index(l[0], "Info")
		for _, line := range l[1:] {
			if len(line) > info && (line[number-1] != ' ' || line[info-1] != ' ' || line[info] == ' ') {
				t.Errorf("-t %q: not under its heading:\n%s\n%s", form, l[0], line)
				break
			}
		}
	}
}

// TestWidths: no width is too small for a terminal.
func TestWidths(t *testing.T) {
	for width := range 140 {
		if width == 0 {
			continue
		}
		for _, l := range lines(played(terminal(width, beijing))) {
			if w := render.Width([]byte(l)); w > width {
				t.Fatalf("%d cells on a terminal of %d: %s", w, width, l)
			}
		}
	}
}
