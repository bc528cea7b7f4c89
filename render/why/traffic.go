package why

import (
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/stats"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
)

// traffic is what the SPs do besides the messages asked for.
type traffic struct {
	query   *Query
	set     *stats.Set // reports by minute, and limits
	seconds map[string]*second
	bursts  map[uint64]verdict.Around // by the number of a SUBMIT to the number asked for
}

// second is what an SP submitted in the last second.
type second struct{ sent []submission }

type submission struct {
	at   int64 // ns
	n    int   // receivers
	conn int
}

// Bounds of what is kept.
const (
	maxAccounts = 1 << 12
	maxBursts   = 10 * most
)

func newTraffic(q *Query) *traffic {
	t := &traffic{query: q, seconds: map[string]*second{}, bursts: map[uint64]verdict.Around{}}
	var specs []stats.Spec
	for _, text := range []string{"reports,1m", "flow"} {
		spec, err := stats.Parse(text)
		if err != nil {
			panic(err) // the text is a constant
		}
		specs = append(specs, spec)
	}
	t.set = stats.New(specs, stats.Options{})
	return t
}

func (t *traffic) event(e *track.Event) {
	t.set.Event(e)
	if p := e.PDU; e.Kind == track.PDU && p.Class() == dissect.Submit && !p.Response() && e.Txn.Attempts == 1 && t.query.number != nil {
		t.submit(e.Conn, p)
	}
}

// submit counts a SUBMIT, and remembers the count if it is to the number asked
// for.
func (t *traffic) submit(c *track.Conn, p *dissect.PDU) {
	s := t.seconds[string(c.SPID())]
	if s == nil {
		if len(t.seconds) >= maxAccounts {
			return
		}
		s = &second{}
		t.seconds[string(c.SPID())] = s
	}
	receivers := p.List(layout.To)
	n := max(1, len(receivers))
	s.add(submission{p.Last.Time, n, c.ID})
	if len(t.bursts) < maxBursts && slices.ContainsFunc(receivers, func(f layout.Field) bool { return sms.SameNumber(f.Text(p.Raw), t.query.number) }) {
		t.bursts[p.No] = s.burst(n)
	}
}

func (s *second) add(x submission) {
	old := 0
	for old < len(s.sent) && s.sent[old].at <= x.at-1e9 {
		old++
	}
	if old > len(s.sent)/2 || old > 1024 {
		s.sent = append(s.sent[:0], s.sent[old:]...)
	} else {
		s.sent = s.sent[old:]
	}
	s.sent = append(s.sent, x)
}

// burst is what was submitted in the second that ends with the newest.
func (s *second) burst(n int) verdict.Around {
	a := verdict.Around{Receivers: n}
	for _, x := range s.sent {
		a.Messages += x.n
		if !slices.Contains(a.Conns, x.conn) {
			a.Conns = append(a.Conns, x.conn)
		}
	}
	slices.Sort(a.Conns)
	return a
}

// figures are those of all of the capture.
type figures struct {
	*traffic
	minutes map[string][]verdict.Minute
	limits  map[string]int
	most    map[string]int // messages in a second at which some were accepted
}

func (t *traffic) figures(duration func(int64) string) *figures {
	f := &figures{t, map[string][]verdict.Minute{}, map[string]int{}, map[string]int{}}
	for _, sheet := range t.set.Sheets(&stats.Moment{Duration: duration}) {
		if sheet.Name == "flow_bands" {
			f.accepted(&sheet)
		}
		sp := sheet.Column("sp_id")
		if sp < 0 {
			continue
		}
		for _, row := range sheet.Rows {
			if row.Kind != record.OneGroup {
				continue
			}
			account := string(row.Cells[sp].Str)
			switch sheet.Name {
			case "reports":
				at, delay := &row.Cells[sheet.Column("time")], &row.Cells[sheet.Column("p50_ms")]
				if at.Set && delay.Set {
					f.minutes[account] = append(f.minutes[account], verdict.Minute{Start: int64(at.Num), Delay: int64(delay.Num)})
				}
			case "flow":
				f.limits[account] = int(row.Cells[sheet.Column("limit_per_s")].Num)
			}
		}
	}
	return f
}

// accepted takes from the bands of an SP the highest in which there were SUBMITs
// that were not refused.
func (f *figures) accepted(bands *record.Sheet) {
	of, from := bands.Column("group"), bands.Column("from_per_s")
	answered, refused := bands.Column("answered"), bands.Column("throttled")
	for _, row := range bands.Rows {
		if row.Cells[answered].Num > row.Cells[refused].Num {
			account := string(row.Cells[of].Str)
			f.most[account] = max(f.most[account], int(row.Cells[from].Num))
		}
	}
}

// minutesBefore is how many minutes in front of a message's are told of.
const minutesBefore = 3

// around is what the message's SP did around it.
func (f *figures) around(m *track.Msg) *verdict.Around {
	p := m.First()
	for _, q := range m.Parts {
		if m.Fate(q) == track.Throttled {
			p = q
		}
	}
	a, account := f.bursts[p.Submit.PDU], account(m)
	a.Limit, a.Accepted = f.limits[account], f.most[account]
	for _, x := range f.minutes[account] {
		if x.Start <= m.Start()+60e9 && x.Start > m.Start()-(minutesBefore+1)*60e9 {
			a.Minutes = append(a.Minutes, x)
		}
	}
	return &a
}

// account is the SP of a message, as tables have it.
func account(m *track.Msg) string { return string(record.AppendOctetString(nil, m.Conn.SPID())) }
