package live

import (
	"fmt"
	"net/netip"
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
	// key makes what the column is sorted by; nil: its text is.
	key func(a *App, c *conn, k *sortKey)
}

// connKey makes the key of a connection that of a column.
func (a *App) connKey(k *sortKey, title string, c *conn) {
	for i := range connColumns {
		switch col := &connColumns[i]; {
		case col.title != title:
		case col.key == nil:
			k.text(col.text(a, c))
		default:
			col.key(a, c, k)
		}
	}
}

// sparkColumn is how wide the rates are drawn.
const sparkColumn = 16

// connColumns are those of the list, in order.
var connColumns = []connColumn{
	{"Conn", 4, true, 0, func(_ *App, c *conn) string { return strconv.Itoa(c.ID) },
		func(_ *App, c *conn, k *sortKey) { k.num = uint64(c.ID) }},
	{"SP_Id", 6, false, 0, func(_ *App, c *conn) string { return escape(string(c.SPID())) }, nil},
	{"Ver", 3, false, 0, func(a *App, c *conn) string {
		if c.Version == dissect.NoVersion {
			return ""
		}
		return a.s.proto.Versions[c.Version]
	}, nil},
	{"State", 6, false, 0, func(_ *App, c *conn) string {
		if c.open || c.end.Reason == reassembly.CaptureEnded {
			return "open"
		}
		return "closed"
	}, nil},
	{"PDUs", 7, true, 0, func(_ *App, c *conn) string { return strconv.FormatUint(c.dis.PDUs, 10) },
		func(_ *App, c *conn, k *sortKey) { k.num = c.dis.PDUs }},
	{"Flight/Max", 10, true, 0, func(_ *App, c *conn) string {
		now, most := c.inFlight()
		return fmt.Sprintf("%d/%d", now, most)
	}, func(_ *App, c *conn, k *sortKey) {
		now, most := c.inFlight()
		k.num = uint64(now)<<32 | uint64(most)
	}},
	{"Unansw", 6, true, 0, func(_ *App, c *conn) string { return strconv.FormatUint(c.unanswered(), 10) },
		func(_ *App, c *conn, k *sortKey) { k.num = c.unanswered() }},
	{"PDU/s", sparkColumn, false, 0, func(a *App, c *conn) string { return a.spark(c, sparkColumn) },
		func(a *App, c *conn, k *sortKey) {
			k.num = 0
			for second := a.s.now/1e9 - sparkColumn + 1; second <= a.s.now/1e9; second++ {
				k.num += uint64(c.rateAt(second))
			}
		}},
	{"Beat", 7, true, 90, func(_ *App, c *conn) string {
		if c.beats == 0 {
			return ""
		}
		return render.Duration(c.beat)
	}, func(_ *App, c *conn, k *sortKey) {
		if c.beats > 0 {
			k.num = uint64(c.beat)
		}
	}},
	{"Oldest", 7, true, 100, func(a *App, c *conn) string {
		if age, ok := a.s.oldestAge(c); ok {
			return render.Duration(age)
		}
		return ""
	}, func(a *App, c *conn, k *sortKey) {
		if age, ok := a.s.oldestAge(c); ok {
			k.num = uint64(age)
		}
	}},
	{"Client", 15, false, 120, func(_ *App, c *conn) string { return c.Client.String() },
		func(_ *App, c *conn, k *sortKey) { k.address(c.Client) }},
	{"Server", 13, false, 140, func(_ *App, c *conn) string { return c.Server.String() },
		func(_ *App, c *conn, k *sortKey) { k.address(c.Server) }},
	{"Closed", 0, false, 0, func(_ *App, c *conn) string { return closed(c) }, nil},
}

// inFlight is how many requests are open, and the most that ever were in one
// direction.
func (c *conn) inFlight() (now, most int) {
	return c.Dirs[0].InFlight + c.Dirs[1].InFlight, max(c.Dirs[0].MaxInFlight, c.Dirs[1].MaxInFlight)
}

func (c *conn) unanswered() uint64 { return c.Dirs[0].Unanswered + c.Dirs[1].Unanswered }

// oldestAge is how long the oldest request of an open connection has waited.
func (s *Store) oldestAge(c *conn) (ns int64, ok bool) {
	t := s.oldest(c)
	if t == nil || !c.open || !s.rows.has(t.request) {
		return 0, false
	}
	return max(s.now-s.rows.at(t.request).time, 0), true
}

// address makes the key that of an address and port, by their numbers.
func (k *sortKey) address(a netip.AddrPort) {
	b := a.Addr().As16()
	k.text(string(append(b[:], byte(a.Port()>>8), byte(a.Port()))))
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
