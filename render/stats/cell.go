package stats

import (
	"strconv"
	"time"

	"cmppdump/dissect/record"
	"cmppdump/render"
)

// cell is a value as people see it.
func (g *grid) cell(v *record.Value, c *record.Column) string {
	switch {
	case !v.Set:
		return ""
	case c.Look == record.Duration:
		return render.Duration(int64(v.Num))
	case c.Look == record.Tenths && c.Type == record.Millis:
		return strconv.FormatFloat(float64(v.Num)/1e6, 'f', 1, 64)
	case c.Look == record.Tenths:
		return strconv.FormatFloat(v.Float(), 'f', 1, 64)
	case c.Look == record.Percent:
		return strconv.FormatFloat(v.Float()*100, 'f', 1, 64) + "%"
	case c.Look == record.Clock:
		return time.Unix(0, int64(v.Num)).In(g.Zone).Format(g.clock())
	case c.Type == record.Float:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return string(render.AppendEscaped(nil, v.AppendText(nil)))
}

// clock is the form of the times at which intervals begin.
func (g *grid) clock() string {
	form := "15:04"
	switch n := time.Duration(g.sheet.Interval); {
	case n%time.Second != 0:
		form = "15:04:05.000"
	case n%time.Minute != 0:
		form = "15:04:05"
	}
	if g.days {
		return "01-02 " + form
	}
	return form
}

// clockHeading is what stands above such times.
func clockHeading(interval int64) string {
	switch time.Duration(interval) {
	case time.Second:
		return "Second"
	case time.Minute:
		return "Minute"
	case time.Hour:
		return "Hour"
	}
	return "Time"
}
