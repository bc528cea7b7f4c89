package stats

import (
	"cmppdump/dissect/layout"
	"cmppdump/dissect/record"
)

// Moment is when, and for whom, figures are given.
type Moment struct {
	Now int64 // capture time in ns
	// Meaning is a meaning in the language of those who read it.
	Meaning func(layout.Meaning) string
	// Duration writes a duration in ns in a sentence.
	Duration func(int64) string
	// Lang is the language of titles and sentences.
	Lang int
}

// say is a sentence for those who read it.
func (m *Moment) say(english string, a ...any) string { return said.With(english, a...)[m.Lang] }

// column is a column of a table whose rows are R, and what it holds.
type column[R any] struct {
	record.Column
	of func(*R, *Moment) record.Value
}

// table is a table whose rows are R.
type table[R any] struct {
	*record.SheetSpec
	columns []column[R]
}

func newTable[R any](s record.SheetSpec, columns ...[]column[R]) *table[R] {
	t := &table[R]{SheetSpec: &s}
	for _, list := range columns {
		for _, c := range list {
			t.columns = append(t.columns, c)
			t.Columns = append(t.Columns, c.Column)
		}
	}
	return t
}

// row makes the row of the sheet.
func (t *table[R]) row(r *R, k record.RowKind, mark byte, m *Moment) record.Row {
	row := record.Row{Kind: k, Mark: mark, Cells: make([]record.Value, len(t.columns))}
	for i := range t.columns {
		row.Cells[i] = t.columns[i].of(r, m)
	}
	return row
}

// foldedSentence says that rows found no room.
func foldedSentence(n int, m *Moment) []string {
	if n == 0 {
		return nil
	}
	return []string{m.say("other: %d rows that found no room, put together", n)}
}

// empty is the value of a cell without one.
var empty record.Value

// countColumn is a column of counts.
func countColumn[R any](key, heading, doc string, get func(*R) uint64) column[R] {
	return column[R]{record.Column{Key: key, Heading: heading, Type: record.Uint, Doc: doc},
		func(r *R, _ *Moment) record.Value { return record.Number(get(r)) }}
}

// optional is a column that is left out where it would be empty, and empty
// where it would be 0.
func optional[R any](c column[R]) column[R] {
	get := c.of
	c.Optional = true
	c.of = func(r *R, m *Moment) record.Value {
		v := get(r, m)
		v.Set = v.Set && v.Num != 0
		return v
	}
	return c
}

// droppable is a column that goes where a terminal is too narrow, the higher
// the sooner.
func droppable[R any](drop int, c column[R]) column[R] {
	c.Drop = drop
	return c
}

// delayColumn is a column of a quantile of delays.
func delayColumn[R any](key, heading, doc string, look record.Look, of func(*R) *delays, which func(*delays) int64) column[R] {
	return column[R]{record.Column{Key: key, Heading: heading, Type: record.Millis, Look: look, Doc: doc},
		func(r *R, _ *Moment) record.Value {
			if d := of(r); d.n > 0 {
				return record.Delay(which(d))
			}
			return empty
		}}
}

// shareColumn is a column of parts of a whole.
func shareColumn[R any](key, heading, doc string, get func(*R) (part, whole uint64)) column[R] {
	return column[R]{record.Column{Key: key, Heading: heading, Type: record.Float, Look: record.Percent, Doc: doc},
		func(r *R, _ *Moment) record.Value { return record.Share(get(r)) }}
}

// frameColumn is a column of frame numbers.
func frameColumn[R any](key, heading, doc string, get func(*R) uint64) column[R] {
	return column[R]{record.Column{Key: key, Heading: heading, Type: record.Uint, Doc: doc},
		func(r *R, _ *Moment) record.Value { return record.Positive(get(r)) }}
}

func median(d *delays) int64  { return d.quantile(0.5) }
func p90(d *delays) int64     { return d.quantile(0.9) }
func p99(d *delays) int64     { return d.quantile(0.99) }
func longest(d *delays) int64 { return d.max }

// bar is the last column of a table: how large a value is beside the others.
func bar[R any](get func(*R) float64) column[R] {
	return column[R]{record.Column{Type: record.Float, Look: record.Bar, Drop: 9},
		func(r *R, _ *Moment) record.Value { return record.Real(get(r)) }}
}
