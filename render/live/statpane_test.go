package live

import (
	"strings"
	"testing"

	"cmppdump/dissect/cmpp"
)

// all is every line of the statistics: what finds no room is scrolled to.
func (d *desk) all() string {
	d.press("5", "g")
	lines := d.lines()
	body := len(lines) - 2
	text := lines[1:body]
	for d.stats.top+d.stats.rows < d.stats.lines {
		d.press("j")
		text = append(text, d.lines()[body-1])
	}
	return strings.Join(text, "\n")
}

// TestStatistics: at every size each count has its whole share and a bar, and
// nothing is drawn over anything else.
func TestStatistics(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {79, 24}, {80, 24}, {100, 30}, {119, 30}, {120, 30}, {200, 50}} {
		d := show(t, size[0], size[1], options(), gocmpp)
		text := d.all()
		for _, want := range []string{
			"throttled   95  66.4% ███", "accepted    14   9.8% █", "rejected     4   2.8%",
			"84.9% ███", "   3.8%", "   1.9%",
			"DELIVRD 8  25.0% ███", "CA:0003 4  12.5% ██", "UNDELIV 1   3.1%",
			"            p50     p90     p99     max", "SUBMIT  0.152ms 0.421ms 0.515ms 0.522ms", "report   34.6ms  35.1ms  35.1ms  35.1ms",
			"flow control: 1, last", "21:40:20.404085", "21:40:21",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%v: lacks %q:\n%s", size, want, text)
			}
		}
	}
}

// TestTimeAxis: the graphs say when, the newest second at the right.
func TestTimeAxis(t *testing.T) {
	s := NewStore(cmpp.Protocol, 0)
	feed(t, s, gocmpp)
	f := &s.counts.figures
	for i, from := int64(1), f.last; i <= 300; i++ {
		f.at(from + i).pdus = 3
	}
	d := sit(t, 120, 30, options(), s)
	if got := strings.Join(d.axis(), " "); got != "21:41:21 21:42:41 21:44:01 21:45:21" {
		t.Errorf("the axis has %q:\n%s", got, d.text())
	}
}

// axis is the times below the graphs.
func (d *desk) axis() []string {
	d.press("5", "g")
	for _, l := range d.lines()[1:] {
		if words := strings.Fields(l); len(words) > 0 && strings.Count(l, ":") == 2*len(words) {
			return words
		}
	}
	d.t.Fatalf("no axis:\n%s", d.text())
	return nil
}
