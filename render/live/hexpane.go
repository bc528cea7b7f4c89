package live

import (
	"fmt"

	"cmppdump/dissect"
)

// perLine is how many octets stand on a line of so many cells.
func perLine(width int) int {
	for _, n := range []int{16, 8} {
		if hexColumn+3*n+(n-1)/8+1+n <= width {
			return n
		}
	}
	return 4
}

// hexColumn is where the octets begin, behind the offset.
const hexColumn = 7

// drawHex draws the octets; those of the selected field stand in brackets.
func (a *App) drawHex(r area) {
	p := a.pdu()
	if p == nil {
		return
	}
	n := perLine(r.w)
	from, to := a.selected(p)
	lines := (len(p.Raw) + n - 1) / n
	at := from / n
	if a.subject.octet >= 0 {
		at = a.subject.octet / n
	}
	if at < a.hexTop || at >= a.hexTop+r.h {
		a.hexTop = max(at-r.h/3, 0)
	}
	a.hexTop = max(min(a.hexTop, lines-r.h), 0)
	for y := 0; y < r.h && (a.hexTop+y)*n < len(p.Raw); y++ {
		off := (a.hexTop + y) * n
		a.hexLine(r, y, off, p.Raw[off:min(off+n, len(p.Raw))], n, from, to)
	}
}

func (a *App) hexLine(r area, y, off int, b []byte, n, from, to int) {
	r.text(1, y, fmt.Sprintf("%04x", off), a.theme.dim)
	for i, c := range b {
		x := hexColumn + 3*i + i/8
		style := a.theme.plain
		if k := off + i; k >= from && k < to {
			style = style.Reverse(true)
			if k == from || i == 0 {
				r.text(x-1, y, "[", a.theme.head)
			}
			if k == to-1 || i == len(b)-1 {
				r.text(x+2, y, "]", a.theme.head)
			} else {
				r.fill(x+2, y, x+3+(i+1)/8-i/8, style)
			}
		}
		if off+i == a.subject.octet && a.focus == paneHex {
			style = a.theme.marked.Reverse(true).Bold(true)
		}
		r.text(x, y, fmt.Sprintf("%02x", c), style)
		if c < ' ' || c > '~' {
			c = '.'
		}
		r.text(hexColumn+3*n+(n-1)/8+1+i, y, string(rune(c)), style)
	}
}

// selected gives the octets of the selected field.
func (a *App) selected(p *dissect.PDU) (from, to int) {
	if f := a.subject.field; f < len(p.Fields) {
		x := &p.Fields[f]
		return int(x.Off), int(x.Off + x.Len)
	}
	return 0, 0
}

// moveOctet goes some octets on, or back, and selects the field there.
func (a *App) moveOctet(by int) {
	p := a.pdu()
	if p == nil {
		return
	}
	b := &a.subject
	if b.octet < 0 {
		b.octet, _ = a.selected(p)
		if by == 0 {
			return
		}
	}
	a.selectOctet(p, max(min(b.octet+by, len(p.Raw)-1), 0))
}

// selectOctet selects the innermost field that holds an octet.
func (a *App) selectOctet(p *dissect.PDU, octet int) {
	a.subject.octet = octet
	for i := range p.Fields {
		if f := &p.Fields[i]; octet >= int(f.Off) && octet < int(f.Off+f.Len) {
			a.subject.field = i
		}
	}
}
