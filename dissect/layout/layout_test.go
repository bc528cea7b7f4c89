package layout_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"cmppdump/dissect/layout"
)

// w gives the same octets in every version.
func w(n int) layout.Widths { return layout.Widths{n, n, n} }

// octets reads hexadecimal with blanks; a piece in quotes is text.
func octets(t testing.TB, s string) []byte {
	t.Helper()
	var out []byte
	for i, part := range strings.Split(s, `"`) {
		if i%2 == 1 {
			out = append(out, part...)
			continue
		}
		b, err := hex.DecodeString(strings.ReplaceAll(part, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	return out
}

// show writes fields down as "offset+octets name=value", a dot a level.
func show(fields []layout.Field, pdu []byte) string {
	var out []string
	for _, f := range fields {
		out = append(out, fmt.Sprintf("%d+%d %s%s=%s", f.Off, f.Len, strings.Repeat(".", int(f.Depth)), f.Spec.Name, value(f, pdu)))
	}
	return strings.Join(out, ", ")
}

func value(f layout.Field, pdu []byte) string {
	switch f.Spec.Kind {
	case layout.Uint:
		return fmt.Sprint(f.Num)
	case layout.Int:
		return fmt.Sprint(int32(uint32(f.Num)))
	case layout.Text:
		return fmt.Sprintf("%q", f.Text(pdu))
	}
	return hex.EncodeToString(f.Raw(pdu))
}

// message has the shape of a SUBMIT: a head with a field that only the last
// version has, receivers by a count, content by a length, and a tail.
func message() *layout.Layout {
	return layout.New(
		layout.NewUint("id", w(2), "").As(layout.MessageID),
		layout.NewText("from", layout.Widths{3, 3, 5}, "").As(layout.From),
		layout.NewUint("kind", layout.Widths{0, 0, 1}, ""),
		layout.NewUint("receivers", w(1), ""),
		layout.NewText("to", layout.Widths{2, 2, 4}, "").Times("receivers").As(layout.To),
		layout.NewUint("length", w(1), "").As(layout.ContentLength),
		layout.NewBytes("content", "length", "").As(layout.Content),
		layout.NewOctets("reserve", layout.Widths{2, 2, 0}, ""),
		layout.NewText("link", layout.Widths{0, 0, 3}, ""),
	)
}

func TestDecode(t *testing.T) {
	for _, tt := range []struct {
		name   string
		layout *layout.Layout
		col    int
		pdu    string
		off    int
		want   string
		next   int
	}{
		{"nothing", layout.New(), 0, "", 0, "", 0},
		{"integers, big-endian", layout.New(
			layout.NewUint("a", w(1), ""), layout.NewUint("b", w(2), ""), layout.NewUint("c", w(4), ""),
			layout.NewUint("d", w(8), ""), layout.NewInt("e", w(4), "")), 1,
			"fe 0102 80000001 8000000000000002 ffffffff", 0,
			"0+1 a=254, 1+2 b=258, 3+4 c=2147483649, 7+8 d=9223372036854775810, 15+4 e=-1", 19},
		{"text up to the first NUL, and full without one", layout.New(
			layout.NewText("a", w(4), ""), layout.NewText("b", w(3), ""), layout.NewText("c", w(2), "")), 0,
			`"ab" 00 "x" "abc" 0000`, 0, `0+4 a="ab", 4+3 b="abc", 7+2 c=""`, 9},
		{"an early version", message(), 0, `0007 "abc" 02 "1" 00 "22" 03 "xyz" 0000`, 0,
			`0+2 id=7, 2+3 from="abc", 5+1 receivers=2, 6+2 to="1", 8+2 to="22", 10+1 length=3, 11+3 content=78797a, 14+2 reserve=0000`, 16},
		{"a version with other widths and other fields", message(), 2, `0007 "abcde" 09 01 "1234" 01 "x" "l" 0000`, 0,
			`0+2 id=7, 2+5 from="abcde", 7+1 kind=9, 8+1 receivers=1, 9+4 to="1234", 13+1 length=1, 14+1 content=78, 15+3 link="l"`, 18},
		{"behind a header", message(), 0, `ffffffff 0007 "abc" 00 00 0000`, 4,
			`4+2 id=7, 6+3 from="abc", 9+1 receivers=0, 10+1 length=0, 11+0 content=, 11+2 reserve=0000`, 13},
		{"surplus is left", message(), 0, `0007 "abc" 00 00 0000 ffff`, 0,
			`0+2 id=7, 2+3 from="abc", 5+1 receivers=0, 6+1 length=0, 7+0 content=, 7+2 reserve=0000`, 9},
		{"two lists of one count", layout.New(
			layout.NewUint("n", w(1), ""), layout.NewUint("a", w(1), "").Times("n"), layout.NewUint("b", w(2), "").Times("n")), 0,
			"02 01 02 0003 0004", 0, "0+1 n=2, 1+1 a=1, 2+1 a=2, 3+2 b=3, 5+2 b=4", 7},
		{"a length of two octets", layout.New(layout.NewUint("n", w(2), ""), layout.NewBytes("x", "n", "")), 0,
			"0002 abcd", 0, "0+2 n=2, 2+2 x=abcd", 4},
	} {
		pdu := octets(t, tt.pdu)
		var d layout.Decoded
		next := tt.layout.Decode(&d, pdu, tt.off, len(pdu), tt.col)
		if got := show(d.Fields, pdu); got != tt.want || next != tt.next || d.Err.Failed() {
			t.Errorf("%s: %s up to %d, %+v\nwant %s up to %d", tt.name, got, next, d.Err, tt.want, tt.next)
		}
	}
}

// TestSizes: Size computes what Decode takes, without decoding.
func TestSizes(t *testing.T) {
	m := message()
	for _, tt := range []struct {
		name  string
		col   int
		pdu   string
		size  int
		whole bool
	}{
		{"whole", 0, `0007 "abc" 02 "1" 00 "22" 03 "xyz" 0000`, 16, true},
		{"up to the last count is enough", 0, `0007 "abc" 02 "1" 00 "22" 03`, 16, true},
		{"nothing counted", 0, `0007 "abc" 00 00`, 9, true},
		{"ends before the length", 0, `0007 "abc" 02 "1" 00 "22"`, 11, false},
		{"ends before the count", 0, `0007 "abc"`, 6, false},
		{"empty", 0, "", 6, false},
		{"another version", 2, `0007 "abcde" 09 01 "1234" 01`, 18, true},
		{"the count reaches past the end", 0, `0007 "abc" ff 00`, 6 + 255*2 + 1, false},
	} {
		pdu := octets(t, tt.pdu)
		if size, whole := m.Size(pdu, tt.col); size != tt.size || whole != tt.whole {
			t.Errorf("%s: %d octets, %v; want %d, %v", tt.name, size, whole, tt.size, tt.whole)
		}
	}
	if a, b := m.Least(0), m.Least(2); a != 9 || b != 13 {
		t.Errorf("least: %d and %d octets, want 9 and 13", a, b)
	}
	if a, b := m.Fixed(0), m.Fixed(2); a != -1 || b != -1 {
		t.Errorf("counts inside, but fixed at %d and %d octets", a, b)
	}
	fixed := layout.New(layout.NewUint("a", layout.Widths{1, 4, 4}, ""), layout.NewText("b", layout.Widths{0, 7, 9}, ""))
	for col, n := range []int{1, 11, 13} {
		if fixed.Fixed(col) != n || fixed.Least(col) != n {
			t.Errorf("version %d: fixed %d, least %d octets, want %d", col, fixed.Fixed(col), fixed.Least(col), n)
		}
		if size, whole := fixed.Size(nil, col); size != n || !whole {
			t.Errorf("version %d: %d octets, %v; want %d without a look at any", col, size, whole, n)
		}
	}
	if n := layout.New().Fixed(0); n != 0 {
		t.Errorf("an empty layout has %d octets", n)
	}
}

func TestSame(t *testing.T) {
	m := message()
	if !m.Same(0, 1) || m.Same(1, 2) || m.Same(0, 2) || !m.Same(2, 2) {
		t.Error("versions with equal widths are the same layout, others not")
	}
	moved := layout.New(layout.NewUint("a", layout.Widths{1, 0, 0}, ""), layout.NewUint("b", layout.Widths{0, 1, 1}, ""))
	if moved.Same(0, 1) {
		t.Error("the same number of octets, but other fields")
	}
}

func TestFind(t *testing.T) {
	m := message()
	for _, tt := range []struct {
		role layout.Role
		col  int
		want int
	}{
		{layout.MessageID, 0, 0}, {layout.From, 0, 2}, {layout.To, 0, 6}, {layout.To, 2, 9},
		{layout.ContentLength, 0, -1}, // behind a list
		{layout.Stat, 0, -1},          // no such field
	} {
		if got := m.Find(tt.role, tt.col); got != tt.want {
			t.Errorf("role %d in version %d: at %d, want %d", tt.role, tt.col, got, tt.want)
		}
	}
	last := layout.New(layout.NewUint("a", w(1), ""), layout.NewUint("b", layout.Widths{0, 0, 1}, "").As(layout.Status))
	if a, b := last.Find(layout.Status, 0), last.Find(layout.Status, 2); a != -1 || b != 1 {
		t.Errorf("a field that only the last version has: at %d and %d, want -1 and 1", a, b)
	}
}

// TestFaults: a wrong declaration is found when the program starts.
func TestFaults(t *testing.T) {
	n := func(name string) *layout.Spec { return layout.NewUint(name, w(1), "") }
	for _, tt := range []struct {
		name  string
		specs []*layout.Spec
		want  string
	}{
		{"a count that is not there", []*layout.Spec{n("a").Times("n")}, `a refers to "n"`},
		{"a length that stands behind", []*layout.Spec{layout.NewBytes("x", "n", ""), n("n")}, `x refers to "n"`},
		{"a length that a version lacks", []*layout.Spec{layout.NewUint("n", layout.Widths{0, 1, 1}, ""), layout.NewBytes("x", "n", "")}, `x refers to "n"`},
		{"an integer of three octets", []*layout.Spec{layout.NewUint("a", w(3), "")}, "a: integer of 3 octets"},
		{"a signed integer of two", []*layout.Spec{layout.NewInt("a", layout.Widths{4, 4, 2}, "")}, "a: integer of 2 octets"},
		{"five counts", []*layout.Spec{n("a"), n("b"), n("c"), n("d"), n("e"), n("1").Times("a"), n("2").Times("b"),
			n("3").Times("c"), n("4").Times("d"), n("5").Times("e")}, "too many counts"},
	} {
		if got := fault(tt.specs); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func fault(specs []*layout.Spec) (msg string) {
	defer func() { msg = fmt.Sprint(recover()) }()
	layout.New(specs...)
	return "no fault"
}

// TestSpec: what a declaration says can be read back.
func TestSpec(t *testing.T) {
	s := layout.NewText("Dest_Id", layout.Widths{1, 2, 3}, "doc").Named("dest_ids").Times("n")
	if s.Key != "dest_ids" || s.Widths() != (layout.Widths{1, 2, 3}) || !s.List || s.HasMeaning() {
		t.Errorf("%+v", s)
	}
	if k := layout.NewUint("TP_udhi", w(1), "").Key; k != "tp_udhi" {
		t.Errorf("the key of TP_udhi is %s", k)
	}
	if !layout.NewOctets("x", w(1), "").Quiet || layout.NewText("x", w(1), "").Quiet {
		t.Error("octets without text are left out while zero, text is not")
	}
	if l := layout.NewBytes("x", "n", "").LengthFrom(); l != "n" {
		t.Errorf("length from %q", l)
	}
	if !layout.NewUint("x", w(1), "").Meaning(&layout.Enum{}).HasMeaning() ||
		!layout.NewUint("x", w(1), "").Shown(func(dst []byte, _ layout.Field, _ []byte) []byte { return dst }).HasMeaning() {
		t.Error("a meaning or a reading is more than the bare value")
	}
}
