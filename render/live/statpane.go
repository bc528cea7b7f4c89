package live

import (
	"github.com/gdamore/tcell/v2"
)

// statistics is the state of the view: what finds no room is scrolled to.
type statistics struct {
	page        tcell.CellBuffer // all of it
	top         int              // the first line on the screen
	rows, lines int              // on the screen, and in all
}

func (s *statistics) move(by int) { s.top = max(min(s.top+by, s.lines-s.rows), 0) }

// The widths from which blocks stand in two columns and in three.
const (
	twoColumns   = 80
	threeColumns = 120
)

// blocks are the counts, by column of the screen.
func (a *App) blocks(width int) [][]block {
	f := &a.s.counts.figures
	delays, messages, results, stats := a.delayBlock(f), a.messageBlock(f), a.resultBlock(f), a.statBlock(f)
	switch {
	case width >= threeColumns:
		return [][]block{{messages, delays}, {results}, {stats}}
	case width >= twoColumns:
		return [][]block{{delays, messages}, {results, stats}}
	}
	return [][]block{{delays, messages, results, stats}}
}

// The lines of a graph's dots: at least, and at most. A screen with few lines
// gives it less.
const (
	leastPlot = 3
	mostPlot  = 12
)

// drawStatistics draws throughput and response times over time, and counts
// below them.
func (a *App) drawStatistics(r area) {
	columns := a.blocks(r.w)
	width, low := r.w/len(columns), 0
	for _, blocks := range columns {
		low = max(low, stackHeight(blocks, width))
	}
	plot := max(min((r.h-low-1)/len(graphs)-1, mostPlot), leastPlot)
	if r.h < 2*leastPlot*len(graphs) {
		plot = leastPlot - 1
	}
	high := len(graphs)*(1+plot) + 1
	s := &a.stats
	s.rows, s.lines = r.h, high+low
	s.move(0)
	all := a.blank(&s.page, r.w, max(s.lines, r.h))
	for i := range graphs {
		a.drawGraph(all.part(0, i*(1+plot), r.w, 1+plot), &graphs[i])
	}
	a.drawAxis(all.part(0, high-1, r.w, 1))
	for i, blocks := range columns {
		x, end := i*width+min(i, 1), (i+1)*width+1 // the first is a cell wider, for the percentiles
		if i == len(columns)-1 {
			end = r.w
		}
		a.drawStack(all.part(x, high, end-x, low), blocks)
	}
	all.part(0, s.top, r.w, r.h).eachCell(func(x, y int, text string, style tcell.Style) { r.page.Put(r.x+x, r.y+y, text, style) })
}

// stackHeight is how many lines blocks below each other take, a blank line
// between.
func stackHeight(blocks []block, width int) int {
	n := len(blocks) - 1
	for i := range blocks {
		n += blocks[i].height(width)
	}
	return n
}

// drawStack draws blocks below each other.
func (a *App) drawStack(r area, blocks []block) {
	y := 0
	for i := range blocks {
		n := blocks[i].height(r.w)
		a.drawBlock(r.part(0, y, r.w, n), &blocks[i])
		y += n + 1
	}
}
