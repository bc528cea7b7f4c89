package main

import (
	"math"
	"strings"
	"time"

	"cmppdump/capture"
)

// period is --since and --until: the capture time of the packets that are
// looked at.
type period struct {
	since, until *moment // nil: open
	from, to     int64   // ns, both included, once resolved
}

// moment is a time on the command line.
type moment struct {
	text  string
	at    time.Time     // with its date
	clock bool          // only the time of day of at counts
	back  time.Duration // before the end of the capture
}

// dated are the forms of a moment with its date; those without a zone are in
// the zone that times are shown in.
var dated = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly}

// parseMoment reads the value of a flag; empty is no moment.
func parseMoment(flag, text string, zone *time.Location) (*moment, error) {
	if text == "" {
		return nil, nil
	}
	m := &moment{text: text}
	for _, form := range dated {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			m.at = t
			return m, nil
		}
	}
	for _, form := range []string{time.TimeOnly, "15:04"} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			m.at, m.clock = t, true
			return m, nil
		}
	}
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		if d, err := time.ParseDuration(rest); err == nil && d > 0 {
			m.back = d
			return m, nil
		}
	}
	return nil, usage("%s %s: must be a time such as 2026-11-22T02:10:00+08:00, 02:10 or -15m (before the end of the capture)", flag, text)
}

// checkPeriod reads --since and --until.
func (c *config) checkPeriod() (err error) {
	p := &c.period
	if p.since, err = parseMoment("--since", c.since, c.zone()); err != nil {
		return err
	}
	if p.until, err = parseMoment("--until", c.until, c.zone()); err != nil {
		return err
	}
	p.from, p.to = math.MinInt64, math.MaxInt64
	live := len(c.interfaces) > 0
	switch {
	case live && p.since != nil:
		return usage("--since is for files: a live capture begins now")
	case live && p.until != nil && p.until.back > 0:
		return usage("--until %s: a live capture has no end to count from", p.until.text)
	case live && p.until != nil:
		now := time.Now()
		p.to = p.until.in(now, now).UnixNano()
	}
	return nil
}

// relative reports whether the period depends on when the capture was made.
func (p *period) relative() bool {
	for _, m := range []*moment{p.since, p.until} {
		if m != nil && (m.clock || m.back > 0) {
			return true
		}
	}
	return false
}

// in gives the time of the moment, in a capture that ends at end: a time of day
// is the first from start on.
func (m *moment) in(start, end time.Time) time.Time {
	switch {
	case m.back > 0:
		return end.Add(-m.back)
	case !m.clock:
		return m.at
	}
	day := start.In(m.at.Location())
	t := time.Date(day.Year(), day.Month(), day.Day(), m.at.Hour(), m.at.Minute(), m.at.Second(), 0, day.Location())
	if t.Before(start) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// resolve finds the period in the files. Where it depends on their times they
// are read once before.
func (p *period) resolve(paths []string) error {
	var start, end time.Time
	if p.relative() {
		var err error
		if start, end, err = extent(paths); err != nil {
			return err
		}
	}
	if p.since != nil {
		from := p.since.in(start, end)
		if before := from.AddDate(0, 0, -1); p.since.clock && from.After(end) && before.Before(start) && sameDay(before, start) {
			from = before // it was over when the capture began
		}
		p.from, start = from.UnixNano(), from
	}
	if p.until != nil {
		p.to = p.until.in(start, end).UnixNano()
	}
	if p.from > p.to {
		return usage("--since %s is after --until %s", p.since.text, p.until.text)
	}
	return nil
}

// sameDay reports whether b is on the day of a, in the zone of a.
func sameDay(a, b time.Time) bool {
	b = b.In(a.Location())
	return a.YearDay() == b.YearDay() && a.Year() == b.Year()
}

// extent gives the time of the first and of the last packet of files.
func extent(paths []string) (start, end time.Time, err error) {
	for _, path := range paths {
		if path == "-" {
			return start, end, usage("--since and --until need a date where the input is stdin, such as 2026-11-22T02:10")
		}
	}
	src, err := capture.Merge(paths, nil)
	if err != nil {
		return start, end, usageError{err}
	}
	defer src.Close()
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	var packet capture.Packet
	for src.Next(&packet) == nil { // an error is told of when the packets are read for good
		first, last = min(first, packet.Time), max(last, packet.Time)
	}
	return time.Unix(0, first), time.Unix(0, last), nil
}

// holds reports whether a packet at a time is looked at.
func (p *period) holds(ns int64) bool { return ns >= p.from && ns <= p.to }

// over reports whether no packet that follows one of a time can count: those of
// several interfaces may stand somewhat out of order.
func (p *period) over(ns int64) bool { return p.to != math.MaxInt64 && ns-p.to > int64(time.Minute) }

// describe is the period for people.
func (p *period) describe() string {
	var words []string
	if p.since != nil {
		words = append(words, "--since "+p.since.text)
	}
	if p.until != nil {
		words = append(words, "--until "+p.until.text)
	}
	return strings.Join(words, " ")
}
