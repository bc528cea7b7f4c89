package layout_test

import (
	"bytes"
	"math/rand"
	"slices"
	"testing"

	"cmppdump/dissect/layout"
)

var kinds = &layout.Enum{Values: []layout.Value{
	{Num: 0, Meaning: layout.Meaning{En: "none"}}, {Num: 1, Meaning: layout.Meaning{En: "one"}, From: 2},
	{Num: 0x40, Meaning: layout.Meaning{En: "one", Practice: true}},
}}

var words = &layout.Enum{Values: []layout.Value{{Text: "01"}, {Text: "02"}}}

// TestRules: what the declaration allows a field to hold, in the head of a
// layout and behind it.
func TestRules(t *testing.T) {
	for _, tt := range []struct {
		name     string
		spec     func() *layout.Spec
		octets   string
		ok, seen bool
	}{
		{"listed", func() *layout.Spec { return layout.NewUint("a", w(1), "").Meaning(kinds).Strict() }, "\x00", true, false},
		{"of one version", func() *layout.Spec { return layout.NewUint("a", w(1), "").Meaning(kinds).Strict() }, "\x01", true, false},
		{"not listed", func() *layout.Spec { return layout.NewUint("a", w(1), "").Meaning(kinds).Strict() }, "\x02", false, false},
		{"field practice", func() *layout.Spec { return layout.NewUint("a", w(1), "").Meaning(kinds).Strict() }, "\x40", false, true},
		{"wide", func() *layout.Spec { return layout.NewUint("a", w(4), "").Meaning(kinds).Strict() }, "\x00\x00\x00\x01", true, false},
		{"wide, not listed", func() *layout.Spec { return layout.NewUint("a", w(4), "").Meaning(kinds).Strict() }, "\x01\x00\x00\x01", false, false},
		{"without a rule", func() *layout.Spec { return layout.NewUint("a", w(1), "").Meaning(kinds) }, "\x02", true, false},
		{"lowest", func() *layout.Spec { return layout.NewUint("a", w(1), "").Within(1, 99) }, "\x01", true, false},
		{"below", func() *layout.Spec { return layout.NewUint("a", w(1), "").Within(1, 99) }, "\x00", false, false},
		{"above", func() *layout.Spec { return layout.NewUint("a", w(1), "").Within(1, 99) }, "\x64", false, false},
		{"digits", func() *layout.Spec { return layout.NewText("a", w(3), "").Digits() }, "12\x00", true, false},
		{"no digits", func() *layout.Spec { return layout.NewText("a", w(3), "").Digits() }, "1.5", false, false},
		{"nothing", func() *layout.Spec { return layout.NewText("a", w(3), "").Digits() }, "\x00\x00\x00", true, false},
		{"a word", func() *layout.Spec { return layout.NewText("a", w(2), "").Meaning(words).Strict() }, "02", true, false},
		{"no word", func() *layout.Spec { return layout.NewText("a", w(2), "").Meaning(words).Strict() }, "03", false, false},
		{"no word at all", func() *layout.Spec { return layout.NewText("a", w(2), "").Meaning(words).Strict() }, "\x00\x00", true, false},
	} {
		spec := tt.spec()
		head := layout.New(spec)
		behind := layout.New(layout.NewUint("n", w(1), ""), layout.NewText("list", w(2), "").Times("n"), spec)
		for name, l := range map[string]*layout.Layout{"head": head, "behind": behind} {
			pdu := []byte(tt.octets)
			if name == "behind" {
				pdu = append([]byte("\x01xy"), pdu...)
			}
			var d layout.Decoded
			l.Decode(&d, pdu, 0, len(pdu), 2)
			ok, seen := spec.Allows(d.Fields[len(d.Fields)-1], pdu)
			if d.Odd == tt.ok || ok != tt.ok || seen != tt.seen {
				t.Errorf("%s, %s: odd %v, allowed %v, practice %v", tt.name, name, d.Odd, ok, seen)
			}
		}
	}
}

// TestAfterNUL: octets behind the NUL of a text are found wherever they stand,
// in fields of any width and place, and nowhere else.
func TestAfterNUL(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	for range 3000 {
		first, second := 1+rnd.Intn(40), 1+rnd.Intn(40)
		l := layout.New(layout.NewText("first", w(first), ""), layout.NewUint("n", w(1), ""), layout.NewText("second", w(second), ""),
			layout.NewText("list", w(second), "").Times("n"))
		texts := [][]byte{text(rnd, first), text(rnd, second), text(rnd, second)}
		pdu := append(bytes.Clone(texts[0]), 1)
		pdu = append(append(pdu, texts[1]...), texts[2]...)
		var d layout.Decoded
		l.Decode(&d, pdu, 0, len(pdu), 0)
		odd := false
		for i, f := range []layout.Field{d.Fields[0], d.Fields[2], d.Fields[3]} {
			nul := bytes.IndexByte(texts[i], 0)
			want := nul >= 0 && len(bytes.Trim(texts[i][nul:], "\x00")) > 0
			odd = odd || want
			at, n := f.AfterNUL(pdu)
			if want != (n > 0) {
				t.Fatalf("%q: %d octets behind the NUL at %d", texts[i], n, at)
			}
			if end := bytes.TrimRight(texts[i], "\x00"); want && (at+n != len(end) || texts[i][at] == 0 || texts[i][at-1] != 0) {
				t.Fatalf("%q: %d octets at %d", texts[i], n, at)
			}
		}
		if d.Odd != odd {
			t.Fatalf("%q: odd %v", texts, d.Odd)
		}
	}
}

// text is n octets: mostly a text and NULs, now and then with more behind.
func text(rnd *rand.Rand, n int) []byte {
	b := make([]byte, n)
	copy(b, bytes.Repeat([]byte("x"), rnd.Intn(n+1)))
	if rnd.Intn(3) == 0 {
		b[rnd.Intn(n)] = byte(rnd.Intn(3)) << 7
	}
	return b
}

// TestResized: a field has the octets that it is given, and the others keep
// theirs.
func TestResized(t *testing.T) {
	l := layout.New(layout.NewText("a", w(6), ""), layout.NewUint("n", w(1), ""), layout.NewBytes("b", "n", ""), layout.NewText("c", w(2), ""))
	for _, tt := range []struct {
		l     *layout.Layout
		fixed int
		octet string
		want  []uint32
	}{
		{l.Resized("a", 2), -1, "AA\x01Bcc", []uint32{2, 1, 1, 2}},
		{l.Resized("b", 3), 12, "AAAAAA\x01BBBcc", []uint32{6, 1, 3, 2}},
		{l.Resized("c", 0), -1, "AAAAAA\x01B", []uint32{6, 1, 1}},
		{l.Resized("c", 0).Resized("b", 0), 7, "AAAAAA\x01", []uint32{6, 1}},
		{l, -1, "AAAAAA\x01Bcc", []uint32{6, 1, 1, 2}},
	} {
		var d layout.Decoded
		end := tt.l.Decode(&d, []byte(tt.octet), 0, len(tt.octet), 1)
		var got []uint32
		for _, f := range d.Fields {
			got = append(got, f.Len)
		}
		n, whole := tt.l.Size([]byte(tt.octet), 1)
		if end != len(tt.octet) || d.Err.Failed() || !slices.Equal(got, tt.want) || n != end || !whole || tt.l.Fixed(1) != tt.fixed {
			t.Errorf("%q: %v up to %d, %+v; size %d, fixed %d", tt.octet, got, end, d.Err, n, tt.l.Fixed(1))
		}
	}
}
