package live

import (
	"fmt"
	"strconv"

	"cmppdump/dissect"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// connColumn is a column of the list of connections.
type connColumn struct {
	title string
	width int
	right bool
	least int // the width of the screen below which it is left out
	text  func(a *App, c *conn) string
}

// sparkColumn is how wide the rates are drawn.
const sparkColumn = 16

// connColumns are those of the list, in order.
var connColumns = []connColumn{
	{"Conn", 4, true, 0, func(_ *App, c *conn) string { return strconv.Itoa(c.ID) }},
	{"SP_Id", 6, false, 0, func(_ *App, c *conn) string { return escape(string(c.SPID())) }},
	{"Ver", 3, false, 0, func(a *App, c *conn) string {
		if c.Version == dissect.NoVersion {
			return ""
		}
		return a.s.proto.Versions[c.Version]
	}},
	{"State", 6, false, 0, func(_ *App, c *conn) string {
		if c.open || c.end.Reason == reassembly.CaptureEnded {
			return "open"
		}
		return "closed"
	}},
	{"PDUs", 7, true, 0, func(_ *App, c *conn) string { return strconv.FormatUint(c.dis.PDUs, 10) }},
	{"Flight/Max", 10, true, 0, func(_ *App, c *conn) string {
		most := max(c.Dirs[0].MaxInFlight, c.Dirs[1].MaxInFlight)
		return fmt.Sprintf("%d/%d", c.Dirs[0].InFlight+c.Dirs[1].InFlight, most)
	}},
	{"Unansw", 6, true, 0, func(_ *App, c *conn) string { return strconv.FormatUint(c.Dirs[0].Unanswered+c.Dirs[1].Unanswered, 10) }},
	{"PDU/s", sparkColumn, false, 0, func(a *App, c *conn) string { return a.spark(c, sparkColumn) }},
	{"Beat", 7, true, 90, func(_ *App, c *conn) string {
		if c.beats == 0 {
			return ""
		}
		return render.Duration(c.beat)
	}},
	{"Oldest", 7, true, 100, func(a *App, c *conn) string {
		t := a.s.oldest(c)
		if t == nil || !c.open || !a.s.rows.has(t.request) {
			return ""
		}
		return render.Duration(max(a.s.now-a.s.rows.at(t.request).time, 0))
	}},
	{"Client", 15, false, 120, func(_ *App, c *conn) string { return c.Client.String() }},
	{"Server", 13, false, 140, func(_ *App, c *conn) string { return c.Server.String() }},
	{"Closed", 0, false, 0, func(_ *App, c *conn) string { return closed(c) }},
}

// closed says how a connection ended, or is empty.
func closed(c *conn) string {
	if c.open || c.end.Reason == reassembly.CaptureEnded {
		return ""
	}
	s := c.end.Reason.String()
	if c.Terminated[0] || c.Terminated[1] {
		s = "TERMINATE, " + s
	}
	if c.end.Reason == reassembly.Fin || c.end.Reason == reassembly.Reset {
		s += " by " + [...]string{"client", "server"}[c.end.By]
	}
	return s
}

// connRows makes the headings and the rows of connections.
func (a *App) connRows(list []uint64, width int) (lines []string, head string) {
	made := make([][]byte, len(list)+1)
	for i := range made {
		made[i] = []byte{' '}
		if i > 0 && list[i-1] >= 1 && list[i-1] <= uint64(len(a.s.live)) {
			made[i][0] = connMark(a.s.live[list[i-1]-1])
		}
	}
	for k := range connColumns {
		col := &connColumns[k]
		if width < col.least {
			continue
		}
		cells := make([][]byte, len(made))
		cells[0] = []byte(col.title)
		most := col.width
		for i, no := range list {
			if no >= 1 && no <= uint64(len(a.s.live)) {
				cells[i+1] = []byte(a.shown(col.text(a, a.s.live[no-1])))
			}
			most = max(most, render.Width(cells[i+1]))
		}
		for i := range made {
			if k > 0 {
				made[i] = append(made[i], ' ')
			}
			switch {
			case col.width == 0:
				made[i] = append(made[i], cells[i]...)
			case col.right:
				made[i] = render.PadLeft(made[i], cells[i], most)
			default:
				made[i] = render.PadRight(made[i], cells[i], most)
			}
		}
	}
	for _, b := range made[1:] {
		lines = append(lines, string(b))
	}
	return lines, string(made[0])
}

// connMark is ! for a connection on which something failed.
func connMark(c *conn) byte {
	if c.Dirs[0].Silent+c.Dirs[1].Silent > 0 || c.Spec != nil && !c.Proto.Outcome(nil, c.Status, c.By) {
		return '!'
	}
	return ' '
}
