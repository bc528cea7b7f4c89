package live

import (
	"math"
	"strings"
	"time"

	"cmppdump/dissect/track"
	"cmppdump/render"
)

// The bars of latencies have a scale of powers of ten, so that a slow answer
// does not make all others vanish: from leastLatency on, so many.
const (
	leastLatency = 100 * time.Microsecond
	decades      = 5
)

// decadeNames are where they begin.
var decadeNames = [decades]string{"0.1ms", "1ms", "10ms", "0.1s", "1s"}

// latencyWidth is how many cells of the list the bars take.
func (a *App) latencyWidth(width int) int {
	switch {
	case a.view != Transactions || width < 60:
		return 0
	case width < sideWidth:
		return 11
	case width < 160:
		return 15
	}
	return 30
}

// scale names the powers of ten over the bars, as far as there is room.
func scale(width int) string {
	s := ""
	for i, name := range decadeNames {
		if x := i * width / decades; s == "" || x > len(s) && x+len(name) <= width {
			s += strings.Repeat(" ", x-len(s)) + name
		}
	}
	return s
}

// drawLatency draws how long the response of a transaction took. Where none
// came, its state stands there.
func (a *App) drawLatency(r area, y int, no uint64) {
	x := a.l.transaction(no)
	switch {
	case x == nil:
	case x.State == track.Answered:
		style := a.theme.good
		if x.Failed() {
			style = a.theme.bad
		}
		r.text(0, y, a.g.bar(share(x.Latency()), r.w), style)
	default:
		style := a.theme.dim
		if x.State == track.NoResponse {
			style = a.theme.bad
		}
		r.text(0, y, string(render.Cut([]byte(x.State.String()), r.w)), style)
	}
}

// share is how much of the scale a latency takes.
func share(ns int64) float64 {
	tens := math.Log10(float64(max(ns, 1)) / float64(leastLatency))
	return max(min(tens/decades, 1), 0)
}

// bar draws a share of so many cells, a part of a cell at least.
func (g *glyphs) bar(share float64, width int) string {
	per := len(g.parts) + 1 // of a cell
	n := max(int(share*float64(width*per)+0.5), 1)
	s := strings.Repeat(string(g.block), n/per)
	if n%per > 0 {
		s += string(g.parts[n%per-1])
	}
	return s
}
