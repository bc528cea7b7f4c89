package stats

import (
	"math"
	"strconv"
	"strings"
	"time"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
)

// Condition is a comparison of a figure with a value: srt.p99 > 500ms. It is
// about the row of all, if the table has one, else about any row; with any
// before it, always about any row.
type Condition struct {
	Text  string
	any   bool
	sheet *record.SheetSpec
	col   int
	op    string
	value float64
}

// operators are those of conditions; a longer one stands before its begin.
var operators = []string{">=", "<=", "==", "!=", ">", "<"}

// ParseCondition reads [any] NAME.COLUMN OPERATOR VALUE. The columns are those
// of the records; a value is a number, a part in percent, or a duration.
func ParseCondition(text string) (*Condition, error) {
	c := &Condition{Text: text}
	left, right := "", ""
	for _, op := range operators {
		if l, r, ok := strings.Cut(text, op); ok {
			left, right, c.op = strings.TrimSpace(l), strings.TrimSpace(r), op
			break
		}
	}
	if c.op == "" {
		return nil, said.Errorf("%s: must be NAME.COLUMN, one of %s, and a value, such as srt.p99 > 500ms", text, strings.Join(operators, " "))
	}
	if rest, ok := strings.CutPrefix(left, "any "); ok {
		c.any, left = true, strings.TrimSpace(rest)
	}
	name, column, _ := strings.Cut(left, ".")
	var names []string
	for _, s := range Sheets() {
		if names = append(names, s.Name); s.Name == name {
			c.sheet = s
		}
	}
	if c.sheet == nil {
		return nil, &UnknownName{text, name, names}
	}
	if c.col = c.sheet.Column(column); c.col < 0 {
		return nil, &UnknownName{text, column, figures(c.sheet)}
	}
	spec := &c.sheet.Columns[c.col]
	if !isFigure(spec) {
		return nil, said.Errorf("%s: %s is no figure; those of %s are %s", text, column, name, enumerate(figures(c.sheet), "and"))
	}
	if err := c.parseValue(spec, right); err != nil {
		return nil, said.Errorf("%s: %w", text, err)
	}
	return c, nil
}

func isFigure(c *record.Column) bool {
	return !c.List && !c.Group && (c.Type == record.Uint || c.Type == record.Float || c.Type == record.Millis)
}

// figures are the columns that can be compared, without the unit.
func figures(s *record.SheetSpec) (names []string) {
	for i := range s.Columns {
		if c := &s.Columns[i]; c.Key != "" && isFigure(c) {
			names = append(names, strings.TrimSuffix(c.Key, "_ms"))
		}
	}
	return names
}

func (c *Condition) parseValue(spec *record.Column, text string) (err error) {
	if spec.Type == record.Millis {
		d, err := time.ParseDuration(text)
		if err != nil {
			return said.Errorf("%s is a duration, so %q must be one, such as 500ms or 2s", spec.Key, text)
		}
		c.value = float64(d)
		return nil
	}
	number, percent := strings.CutSuffix(text, "%")
	if c.value, err = strconv.ParseFloat(number, 64); err != nil || math.IsNaN(c.value) || percent && spec.Type != record.Float {
		return said.Errorf("%s is a number, so %q must be one%s", spec.Key, text, said.Text(map[bool]string{true: ", such as 0.95 or 95%"}[spec.Look == record.Percent]))
	}
	if percent {
		c.value /= 100
	}
	return nil
}

// Needs is the name of the -z that the condition is about.
func (c *Condition) Needs() string {
	name, _, _ := strings.Cut(c.sheet.Name, "_")
	return name
}

// Holds looks for a row that the condition is true of, and says what it found.
func (c *Condition) Holds(sheets []record.Sheet, m *Moment) (why lang.Text, holds bool) {
	for i := range sheets {
		s := &sheets[i]
		if s.SheetSpec != c.sheet {
			continue
		}
		rows := s.Rows
		if last := len(rows) - 1; last >= 0 && rows[last].Kind == record.Total && !c.any {
			rows = rows[last:]
		}
		for j := range rows {
			if v := &rows[j].Cells[c.col]; v.Set && c.compare(number(v)) {
				return said.With("%s: it is %s, %s", c.Text, say(v, m), about(s, &rows[j], m)), true
			}
		}
	}
	return why, false
}

func number(v *record.Value) float64 {
	if v.Type == record.Float {
		return v.Float()
	}
	return float64(v.Num)
}

func (c *Condition) compare(x float64) bool {
	switch c.op {
	case ">":
		return x > c.value
	case ">=":
		return x >= c.value
	case "<":
		return x < c.value
	case "<=":
		return x <= c.value
	case "==":
		return x == c.value
	}
	return x != c.value
}

func say(v *record.Value, m *Moment) string {
	switch v.Type {
	case record.Millis:
		return m.Duration(int64(v.Num))
	case record.Float:
		return strconv.FormatFloat(v.Float(), 'g', 4, 64)
	}
	return string(v.AppendText(nil))
}

// about names a row by what stands before its first figure.
func about(s *record.Sheet, r *record.Row, m *Moment) lang.Text {
	if r.Kind == record.Total {
		return said.Text("all")
	}
	var words []string
	for i := range s.Columns {
		if c := &s.Columns[i]; r.Cells[i].Set && c.Key != "" && (c.Group || !isFigure(c)) && c.Type != record.Bool {
			words = append(words, c.Key+" "+say(&r.Cells[i], m))
		}
	}
	return said.Text(strings.Join(words, ", "))
}
