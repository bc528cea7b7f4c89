package main

import (
	"errors"
	"fmt"
	"io"

	"cmppdump/capture/spell"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
	"cmppdump/dissect/stats"
	"cmppdump/render"
	tables "cmppdump/render/stats"
)

// newTable is the table of output names.
func newTable() *record.Table { return record.NewTable(cmpp.Protocol, stats.Sheets()...) }

// checkStats reads -z, and --fail-on, which counts what it needs by itself.
func (c *config) checkStats() (err error) {
	if c.stats, err = stats.ParseAll(c.statNames); err != nil {
		return statsError("-z ", err)
	}
	if c.window < 0 {
		return usage("--window %d: must be the number of requests that may be open, such as 16", c.window)
	}
	c.shown = len(c.stats)
	for _, text := range c.failTexts {
		if err := c.checkFail(text); err != nil {
			return err
		}
	}
	if c.query != nil && c.shown > 0 {
		return usage("-z is not of why: leave one of them out")
	}
	return nil
}

// checkFail reads one --fail-on.
func (c *config) checkFail(text string) error {
	cond, err := stats.ParseCondition(text)
	if err != nil {
		return statsError("--fail-on ", err)
	}
	if c.query != nil {
		return usage("--fail-on is not of why: leave one of them out")
	}
	c.failOn = append(c.failOn, cond)
	for i := range c.stats {
		if c.stats[i].Name == cond.Needs() {
			return nil
		}
	}
	spec, err := stats.Parse(cond.Needs())
	c.stats = append(c.stats, spec)
	return err
}

// failed says which conditions of --fail-on hold, and whether any does.
func (s *session) failed(c *config) (any bool) {
	if len(c.failOn) == 0 {
		return false
	}
	m := c.moment(s.last.Time, true)
	sheets := s.out.stats.Sheets(m)
	for _, cond := range c.failOn {
		if why, holds := cond.Holds(sheets, m); holds {
			fmt.Fprintf(s.stderr, "cmppdump: --fail-on %s\n", render.AppendEscaped(nil, []byte(why[c.lang])))
			any = true
		}
	}
	return any
}

// statsError adds the nearest name, where one is unknown.
func statsError(flag string, err error) error {
	var unknown *stats.UnknownName
	if errors.As(err, &unknown) {
		return usage("%s%s%s", flag, err, didYouMean(spell.Nearest(unknown.Name, unknown.Names)))
	}
	return usage("%s%s", flag, err)
}

// newStats makes the accumulators, or gives nil if nothing is to be counted.
func newStats(c *config) *stats.Set {
	if len(c.stats) == 0 {
		return nil
	}
	o := stats.Options{Intervals: c.statsInterval > 0, Window: c.window}
	if c.mask != nil {
		o.Mask = c.mask
	}
	return stats.New(c.stats, o)
}

// moment is now, for figures as people or as records see them.
func (c *config) moment(now int64, people bool) *stats.Moment {
	m := &stats.Moment{Now: now, Meaning: render.English.Meaning, Duration: render.Duration}
	if people {
		m.Meaning, m.Lang = c.lang.Meaning, int(c.lang)
	} else {
		m.Meaning = func(x layout.Meaning) string { return x.En }
	}
	return m
}

// shownSheets are the tables that -z asks for, of those counted.
func (s *session) shownSheets(c *config, sheets []record.Sheet) []record.Sheet {
	var shown []record.Sheet
	for _, sheet := range sheets {
		for _, spec := range c.stats[:c.shown] {
			if sheet.Of == spec.Name {
				shown = append(shown, sheet)
			}
		}
	}
	return shown
}

// figures writes the tables of the whole run: into the record of it with -T
// json, behind the rows with -T text, else to stderr, where they disturb no
// columns.
func (s *session) figures(c *config) {
	if s.out.stats == nil || c.shown == 0 || s.out.full() {
		return
	}
	switch {
	case c.form == "json" && c.write != "-":
		s.interval(c, s.last.Time, true)
	case c.form == "text" && c.write != "-":
		s.out.tables(c, s.wholeSheets(c, true))
	default:
		s.printTables(c, s.wholeSheets(c, true))
	}
}

func (s *session) wholeSheets(c *config, people bool) []record.Sheet {
	return s.shownSheets(c, s.out.stats.Sheets(c.moment(s.last.Time, people)))
}

// printTables writes tables to stderr.
func (s *session) printTables(c *config, sheets []record.Sheet) {
	b, err := tables.Append(nil, sheets, tableOptions(c, s.stderr))
	if err == nil && len(b) > 0 {
		s.stderr.Write(b)
	}
}

func tableOptions(c *config, w io.Writer) tables.Options {
	width, terminal := terminalWidth(w)
	return tables.Options{Width: width, Zone: c.zone(), Color: useColor(c.color, terminal), Lang: c.lang}
}

// tables writes tables behind the rows.
func (o *output) tables(c *config, sheets []record.Sheet) {
	var b []byte
	if !c.quiet {
		b = append(b, '\n')
	}
	if b, o.err = tables.Append(b, sheets, o.tableOptions); o.err == nil {
		_, o.err = o.spool.Write(b)
	}
}
