package main

import (
	"fmt"
	"io"
	"time"

	"cmppdump/capture"
	"cmppdump/render"
)

// progress is a line on stderr while a long input is read: when stderr is a
// terminal, stdout is not, and the size of the input is known.
type progress struct {
	w     io.Writer // nil: none
	lang  render.Lang
	src   interface{ Progress() (read, total int64) }
	begun time.Time
	shown time.Time
}

// ticks is after how many packets the clock is looked at.
const ticks = 1 << 14

func newProgress(stderr, stdout io.Writer, src capture.Source, l render.Lang) *progress {
	p := &progress{begun: time.Now(), lang: l}
	var ok bool
	if p.src, ok = src.(interface{ Progress() (read, total int64) }); !ok {
		return p
	}
	_, total := p.src.Progress()
	_, errTerminal := terminalWidth(stderr)
	_, outTerminal := terminalWidth(stdout)
	if errTerminal && !outTerminal && total > 0 {
		p.w = stderr
	}
	return p
}

// tick may draw the line anew; packets is how many were read.
func (p *progress) tick(packets uint64) {
	if p.w == nil || packets%ticks != 0 {
		return
	}
	now := time.Now()
	if now.Sub(p.shown) < 200*time.Millisecond || now.Sub(p.begun) < time.Second {
		return
	}
	p.shown = now
	read, total := p.src.Progress()
	left := time.Duration(float64(now.Sub(p.begun)) * float64(total-read) / float64(max(read, 1)))
	fmt.Fprintf(p.w, "\r\x1b[K%3d%%  %s", 100*read/max(total, 1), said.With("%d packets  %s left", packets, left.Round(time.Second))[p.lang])
}

// done takes the line away.
func (p *progress) done() {
	if p.w != nil && !p.shown.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
