package layout_test

import (
	"testing"

	"cmppdump/dissect/layout"
)

var weather = &layout.Enum{Values: []layout.Value{
	{Num: 0, Meaning: layout.Meaning{En: "dry", Zh: "干"}},
	{Num: 1, Meaning: layout.Meaning{En: "wet", Zh: "湿"}},
	{Num: 1, Meaning: layout.Meaning{En: "rain", Zh: "雨"}, From: 1},
	{Num: 1, Meaning: layout.Meaning{En: "storm", Zh: "暴雨"}, From: 2},
	{Num: 2, Meaning: layout.Meaning{En: "hail", Zh: "冰雹"}, From: 1},
	{Num: 7, Meaning: layout.Meaning{En: "frogs", Zh: "青蛙", Practice: true}},
}}

func TestEnum(t *testing.T) {
	other := &layout.Enum{Values: weather.Values, Other: func(n uint64, _ []byte, col int) (layout.Meaning, bool) {
		return layout.Meaning{En: "other"}, n >= 100 && col > 0
	}}
	for _, tt := range []struct {
		name string
		enum *layout.Enum
		num  uint64
		col  int
		want string // empty: none
	}{
		{"listed", weather, 0, 0, "dry"},
		{"the oldest version", weather, 1, 0, "wet"},
		{"a later version", weather, 1, 1, "rain"},
		{"the last version", weather, 1, 2, "storm"},
		{"not yet known", weather, 2, 0, ""},
		{"known later", weather, 2, 2, "hail"},
		{"not listed", weather, 3, 2, ""},
		{"field practice", weather, 7, 0, "frogs"},
		{"beyond 32 bits", weather, 1 << 32, 2, ""},
		{"listed values come before others", other, 1, 2, "storm"},
		{"others", other, 100, 1, "other"},
		{"others of a version", other, 100, 0, ""},
	} {
		m, ok := tt.enum.Lookup(tt.num, nil, tt.col)
		if ok != (tt.want != "") || ok && m.En != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, m.En, ok, tt.want)
		}
	}
	if m, _ := weather.Lookup(7, nil, 0); !m.Practice || m.Zh != "青蛙" {
		t.Errorf("%+v", m)
	}
}

// TestEnumOfText: the values of text fields are looked up without the blanks
// and NULs behind them.
func TestEnumOfText(t *testing.T) {
	stat := &layout.Enum{
		Values: []layout.Value{{Text: "GOOD", Meaning: layout.Meaning{En: "good"}}, {Text: "LATE", Meaning: layout.Meaning{En: "late"}, From: 2}},
		Other: func(_ uint64, s []byte, _ int) (layout.Meaning, bool) {
			return layout.Meaning{En: "other " + string(s)}, len(s) > 1 && s[1] == ':'
		},
	}
	l := layout.New(layout.NewText("Stat", w(6), "").Meaning(stat))
	for _, tt := range []struct {
		text string
		col  int
		want string
	}{
		{"GOOD\x00\x00", 0, "good"}, {"GOOD  ", 0, "good"}, {"good\x00\x00", 0, ""}, {"GOO\x00D\x00", 0, ""},
		{"LATE\x00\x00", 1, ""}, {"LATE\x00\x00", 2, "late"}, {"A:1\x00xx", 0, "other A:1"}, {"\x00\x00\x00\x00\x00\x00", 0, ""},
	} {
		var d layout.Decoded
		l.Decode(&d, []byte(tt.text), 0, len(tt.text), 0)
		m, ok := stat.Of(d.Fields[0], []byte(tt.text), tt.col)
		if ok != (tt.want != "") || ok && m.En != tt.want {
			t.Errorf("%q in version %d: %q, %v; want %q", tt.text, tt.col, m.En, ok, tt.want)
		}
	}
}

// TestEnumOfNumber: of an integer field the number counts, not its octets.
func TestEnumOfNumber(t *testing.T) {
	l := layout.New(layout.NewUint("a", layout.Widths{1, 1, 4}, "").Meaning(weather))
	for col, pdu := range map[int][]byte{0: {1}, 2: {0, 0, 0, 1}} {
		var d layout.Decoded
		l.Decode(&d, pdu, 0, len(pdu), col)
		want := map[int]string{0: "wet", 2: "storm"}[col]
		if m, ok := weather.Of(d.Fields[0], pdu, col); !ok || m.En != want {
			t.Errorf("version %d: %q, want %q", col, m.En, want)
		}
	}
}
