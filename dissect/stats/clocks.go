package stats

import (
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// clocks is how far the clocks are off that a connection tells of.
func (x *blame) clocks(m *Moment) []record.Sheet {
	s := record.Sheet{SheetSpec: clocksTable.SheetSpec, Of: x.spec.Name, Title: m.say("how far clocks are ahead of the capture's (behind: -), and how exactly that is known")}
	for _, r := range x.inOrder() {
		for i := range r.conn.Clocks {
			if skew, ok := r.conn.Clocks[i].Skew(r.conn.Proto); ok {
				s.Rows = append(s.Rows, clocksTable.row(&clockRow{r, i, skew}, record.OneGroup, 0, m))
			}
		}
	}
	if len(s.Rows) == 0 {
		return nil
	}
	return []record.Sheet{s}
}

type clockRow struct {
	of    *blameRow
	clock int
	track.Skew
}

// clockNames are the fields that have the times of the clocks, for people.
var clockNames = [track.Clocks]string{track.LoginClock: "CONNECT's Timestamp", track.IDClock: "Msg_Id", track.DoneClock: "Done_time"}

var clocksTable = newTable(record.SheetSpec{Name: "blame_clocks", Gap: 2, Indent: 4, Doc: "How far clocks are ahead of the capture's."}, []column[clockRow]{
	{record.Column{Key: "conn", Heading: "Conn", Type: record.Uint, Doc: "Number of the connection."}, func(r *clockRow, _ *Moment) record.Value {
		return record.Positive(uint64(r.of.of.num))
	}},
	{record.Column{Key: "clock", Doc: "Whose times tell it: connect (Timestamp of who logged in), msg_id (of the gateway), done_time (of the reports)."},
		func(r *clockRow, _ *Moment) record.Value { return record.Text(record.Clocks[r.clock].Name) }},
	{record.Column{Heading: "Clock"}, func(r *clockRow, _ *Moment) record.Value { return record.Text(clockNames[r.clock]) }},
	clockDelay("ahead_ms", "Ahead", "How far it is ahead of the capture's, in milliseconds; behind if negative.", func(r *clockRow) int64 { return r.Ahead }),
	clockDelay("error_ms", "+-", record.SkewErrorDoc, func(r *clockRow) int64 { return r.Error }),
	{record.Column{Key: "zone", Heading: "Zone", Doc: record.SkewZoneDoc},
		func(r *clockRow, _ *Moment) record.Value { return record.Text(record.ZoneName(r.Zone)) }},
})

func clockDelay(key, heading, doc string, of func(*clockRow) int64) column[clockRow] {
	return column[clockRow]{record.Column{Key: key, Heading: heading, Type: record.Millis, Look: record.Duration, Doc: doc},
		func(r *clockRow, _ *Moment) record.Value { return record.Delay(of(r)) }}
}
