package record

import (
	"math"
	"strings"
)

// SheetSpec declares one table of statistics: its columns are members of the
// objects in "stats.NAME" of a record, and columns of the table for people.
type SheetSpec struct {
	Name, Doc string
	Columns   []Column
	// Gap is the cells between two columns of the table, Indent those before
	// the first. Spaced: a blank line stands below the title.
	Gap, Indent int
	Spaced      bool
	// Totals: the table may have a row about all groups; Folds: one about those
	// that found no room.
	Totals, Folds bool
	// Marked: the table has a column for marks in front.
	Marked bool
}

// Column declares one column.
type Column struct {
	// Key is the member's name in records; empty: only people are shown it.
	Key string
	// Heading stands above the column; a column without one and with a Key is
	// only in records.
	Heading string
	Type    Type
	List    bool
	Look    Look
	Doc     string
	// Group: what the row is about. Where a total has no value it says "all",
	// as it does in the first column.
	Group bool
	// Optional: left out of tables in which no row has a value.
	Optional bool
	// Drop: a table that is too wide for its terminal loses the columns with
	// the highest first, those of one number together; never those with 0.
	Drop int
}

// Look is how people see the values of a column.
type Look uint8

// The looks.
const (
	Plain    Look = iota
	Duration      // with three digits and a unit: 41.2s
	Tenths        // in the unit of the column with one decimal: 27.8
	Percent       // of a share: 98.5%
	Clock         // of a time: hour and minute, and seconds where intervals are shorter
	Bar           // a bar as long as the value is of the largest
	ShareBar      // a bar as long as the share
)

// Shown reports whether people are shown the column.
func (c *Column) Shown() bool { return c.Heading != "" || c.Key == "" }

// RowKind is what a row is about.
type RowKind uint8

// The kinds.
const (
	OneGroup RowKind = iota // of one group
	Total                   // of all groups together
	Other                   // of the groups that found no room
)

// Sheet is one table of figures.
type Sheet struct {
	*SheetSpec
	Of string // the -z that it is of
	// Title is the line above the table, or empty.
	Title string
	// From and To are the capture times that the title names, in ns; both 0:
	// none.
	From, To int64
	// Interval is the length of the intervals that rows are about, in ns; 0:
	// rows are about all of the time.
	Interval int64
	Rows     []Row
	// Closing are sentences below the table.
	Closing []string
}

// Row is one row of figures.
type Row struct {
	Cells []Value // one a column
	Kind  RowKind
	Mark  byte // as in rows of packets: '!' for failed, '*' for odd; 0: none
}

// Has reports whether any row has a value in the column.
func (s *Sheet) Has(column int) bool {
	for i := range s.Rows {
		if s.Rows[i].Cells[column].Set {
			return true
		}
	}
	return false
}

// Column finds a column by its name in records, where the unit may be left off,
// or gives -1.
func (s *SheetSpec) Column(name string) int {
	for i := range s.Columns {
		if k := s.Columns[i].Key; k != "" && (k == name || strings.TrimSuffix(k, "_ms") == name) {
			return i
		}
	}
	return -1
}

// field is the list of objects that records hold of such sheets.
func (s *SheetSpec) field() Field {
	f := Field{Name: "stats." + s.Name, Type: Objects, List: true, Views: Stats, Doc: s.Doc,
		count: func(r *Record) (n int) {
			for i := range r.Interval.Sheets {
				if sheet := &r.Interval.Sheets[i]; sheet.SheetSpec == s {
					n += len(sheet.Rows)
				}
			}
			return n
		}}
	member := func(key string, t Type, list bool, doc string, get func(*Row, *Value)) {
		f.Elem = append(f.Elem, Field{Name: f.Name + "." + key, Type: t, List: list, Views: Stats, Doc: doc,
			get: func(r *Record, v *Value, i int) {
				if row := r.Interval.row(s, i); row != nil {
					get(row, v)
				}
			}})
	}
	for i := range s.Columns {
		if c := &s.Columns[i]; c.Key != "" {
			member(c.Key, c.Type, c.List, c.Doc, func(row *Row, v *Value) { v.copy(&row.Cells[i]) })
		}
	}
	flag := func(key string, k RowKind, doc string) {
		member(key, Bool, false, doc, func(row *Row, v *Value) {
			if row.Kind == k {
				v.bool(true)
			}
		})
	}
	if s.Totals {
		flag("total", Total, "true in the row about all groups.")
	}
	if s.Folds {
		flag("other", Other, "true in the row about the groups that found no room.")
	}
	return f
}

// row is row i of the sheets with a declaration.
func (s *Interval) row(spec *SheetSpec, i int) *Row {
	for k := range s.Sheets {
		sheet := &s.Sheets[k]
		if sheet.SheetSpec != spec {
			continue
		}
		if i < len(sheet.Rows) {
			return &sheet.Rows[i]
		}
		i -= len(sheet.Rows)
	}
	return nil
}

// Number is a cell with a count.
func Number(n uint64) Value { return Value{Set: true, Type: Uint, Num: n} }

// Positive is Number, but empty for 0.
func Positive(n uint64) Value { return Value{Set: n > 0, Type: Uint, Num: n} }

// Text is a cell with text, empty if there is none. Text from traffic must be
// UTF-8: see AppendOctetString.
func Text(s string) Value { return Value{Set: s != "", Type: String, Str: []byte(s)} }

// Delay is a cell with a duration in ns.
func Delay(ns int64) Value { return Value{Set: true, Type: Millis, Num: uint64(ns)} }

// At is a cell with a capture time in ns.
func At(ns int64) Value { return Value{Set: true, Type: Time, Num: uint64(ns)} }

// Real is a cell with a number that is not whole, empty for what is none.
func Real(f float64) Value {
	return Value{Set: !math.IsNaN(f) && !math.IsInf(f, 0), Type: Float, Num: math.Float64bits(f)}
}

// Share is a cell with a part of a whole, empty where that is 0.
func Share(part, whole uint64) Value { return Real(float64(part) / float64(whole)) }

// Numbers is a cell with a list.
func Numbers(list []int) Value {
	v := Value{Set: len(list) > 0, Type: Uint}
	for _, n := range list {
		v.List = append(v.List, Number(uint64(n)))
	}
	return v
}

// Float is the value of a cell that Real made.
func (v *Value) Float() float64 { return math.Float64frombits(v.Num) }
