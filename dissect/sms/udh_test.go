package sms

import (
	"slices"
	"strings"
	"testing"
)

func TestParseUDH(t *testing.T) {
	part := func(ref uint16, bits, total, part uint8) UDH {
		return UDH{Len: 6 + int(bits/16), Concat: Concat{ref, bits, total, part}, HasConcat: true}
	}
	for _, c := range []struct {
		name string
		b    string
		want UDH
		ok   bool
	}{
		{"8-bit reference (sms-user-data §10, 3)", "050003420201 906536", part(0x42, 8, 2, 1), true},
		{"16-bit reference (4)", "06080412340201 c834", part(0x1234, 16, 2, 1), true},
		{"single shift (6)", "03240101 486e", UDH{Len: 4, SingleShift: 1}, true},
		{"locking shift", "06 240103 250105", UDH{Len: 7, SingleShift: 3, LockingShift: 5}, true},
		{"part and ports (11)", "0b0003a7020105040b8423f0", UDH{
			Len: 12, Concat: Concat{0xA7, 8, 2, 1}, HasConcat: true, DestPort: 2948, SrcPort: 9200, HasPorts: true}, true},
		{"captured (C§7.3)", "0B0003BA01010504158A0000", UDH{
			Len: 12, Concat: Concat{0xBA, 8, 1, 1}, HasConcat: true, DestPort: 5514, HasPorts: true}, true},
		{"8-bit ports", "04 0402e2e4", UDH{Len: 5, DestPort: 226, SrcPort: 228, HasPorts: true}, true},
		{"SIM command", "027000", UDH{Len: 3}, true},
		{"no elements", "00 41", UDH{Len: 1}, true},
		{"only a header", "00", UDH{Len: 1}, true},
		{"of the 8-bit and the 16-bit reference the last", "0b 08041234 0302 0003420201", UDH{
			Len: 12, Concat: Concat{0x42, 8, 2, 1}, HasConcat: true}, true},
		{"of two ports the last", "0a 05040b8423f0 0402e2e4", UDH{Len: 11, DestPort: 226, SrcPort: 228, HasPorts: true}, true},
		{"unknown elements are skipped", "0a 6f03aabbcc 0003420201", UDH{
			Len: 11, Concat: Concat{0x42, 8, 2, 1}, HasConcat: true}, true},

		{"no content", "", UDH{Issue: NoUDH}, false},
		{"UDHL behind the end", "0500034202", UDH{Issue: UDHTooLong}, false},
		{"text in UCS-2 under a wrong flag", "4e2d 6587" + strings.Repeat("4f60597d", 20), UDH{Issue: UDHIsText}, false},
		{"text in ASCII under a wrong flag", "2061626364656667686961626364656667686961626364656667686961626364656667", UDH{Issue: UDHIsText}, false},
		{"an element past the header", "05 0004420201", UDH{Len: 6, Issue: ElementTooLong}, true},
		{"a lone IEI", "06 0003420201 70 41", UDH{Len: 7, Concat: Concat{0x42, 8, 2, 1}, HasConcat: true, Issue: ElementTooLong}, true},
		{"what comes before counts", "08 0003420201 0504 0b", UDH{
			Len: 9, Concat: Concat{0x42, 8, 2, 1}, HasConcat: true, Issue: ElementTooLong}, true},
		{"IE 00 of length 4", "06 000442020100", UDH{Len: 7, Issue: ElementLength}, true},
		{"IE 08 of length 3", "05 0803420201", UDH{Len: 6, Issue: ElementLength}, true},
		{"total 0", "050003420001", UDH{Len: 6, Issue: BadConcat}, true},
		{"part 0", "050003420200", UDH{Len: 6, Issue: BadConcat}, true},
		{"part above the total", "050003420203", UDH{Len: 6, Issue: BadConcat}, true},
		{"a bad one does not undo a good one", "0a 0003420201 0003430001", UDH{
			Len: 11, Concat: Concat{0x42, 8, 2, 1}, HasConcat: true, Issue: BadConcat}, true},
	} {
		got, ok := ParseUDH(unhex(t, c.b))
		if got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %v; want %+v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestPresent(t *testing.T) {
	for v, want := range map[byte]bool{0: false, 1: true, 0x40: true, 0x41: true, 2: false, 0x80: false, 0xFF: true} {
		if Present(v) != want {
			t.Errorf("TP_udhi %d: %v", v, !want)
		}
	}
}

func TestProbable(t *testing.T) {
	for b, want := range map[string]bool{
		"050003420201 41":  true,
		"06080412340202":   true,
		"050003420200":     false,
		"050003420203":     false,
		"050003420001":     false,
		"0500034202":       false,
		"050003":           false,
		"":                 false,
		"0b0003a702010504": false,
		"48656c6c6f":       false,
	} {
		if got := Probable(unhex(t, b)); got != want {
			t.Errorf("%s: %v", b, got)
		}
	}
}

func TestElements(t *testing.T) {
	content := unhex(t, "14 0003a70201 05040b8423f0 6f01aa 0a0410050300 41")
	var lines []string
	for ie := range Elements(content) {
		line := ie.Name()
		for _, f := range ie.Fields() {
			line += "; " + f.Name
			if m := f.Meaning(ie.Value(f)); m != "" {
				line += " " + m
			}
		}
		lines = append(lines, line)
	}
	want := []string{
		"concatenation, 8-bit reference; reference; total; part",
		"ports, 16-bit; destination port WAP push; originator port WSP",
		"reserved",
		"text formatting; position; length; mode; colour",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
	for range Elements(content) {
		break // early exit is allowed
	}
}

// TestElementTable: every IEI has names, and the fields of an element cover a
// prefix of its data without a hole.
func TestElementTable(t *testing.T) {
	for id := range 256 {
		for length := range 140 {
			ie := IE{ID: byte(id), Len: length, Data: make([]byte, length)}
			if ie.Name() == "" || ie.NameZh() == "" {
				t.Fatalf("IE %02x has no name", id)
			}
			next := 0
			for _, f := range ie.Fields() {
				if f.Off != next || f.Width < 1 || f.Width > 2 || f.Name == "" || f.NameZh == "" {
					t.Fatalf("IE %02x of %d bytes: field %+v at %d", id, length, f, next)
				}
				next += f.Width
				for v := range 256 {
					f.Meaning(v)
				}
			}
			if next > length {
				t.Fatalf("IE %02x: fields of %d bytes in %d", id, next, length)
			}
		}
	}
	for id, length := range map[byte]int{0x00: 3, 0x05: 4, 0x01: 2, 0x24: 1} {
		wrong := IE{ID: id, Len: length + 1, Data: make([]byte, length+1)}
		if wrong.Fields() != nil {
			t.Errorf("IE %02x of %d bytes has fields", id, length+1)
		}
	}
}

func FuzzUDH(f *testing.F) {
	for _, s := range []string{"050003420201", "0b0003a7020105040b8423f0", "06080412340201c834", "0500", "03240101", "ff000000", "0a6f0000"} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		u, ok := ParseUDH(b)
		next := 1
		for ie := range Elements(b) {
			if ie.Start != next || ie.Off < ie.Start+1 || ie.Off > ie.Start+2 || ie.Len != len(ie.Data) {
				t.Fatalf("%x: %+v at %d", b, ie, next)
			}
			if string(b[ie.Off:ie.Off+ie.Len]) != string(ie.Data) {
				t.Fatalf("%x: data of %+v", b, ie)
			}
			covered := 0
			for _, field := range ie.Fields() {
				covered += field.Width
				field.Meaning(ie.Value(field))
			}
			if covered > ie.Len || ie.Name() == "" {
				t.Fatalf("%x: fields of %+v", b, ie)
			}
			next = ie.Off + ie.Len
		}
		if ok && (next != u.Len || u.Len > len(b)) {
			t.Errorf("%x: elements end at %d, header at %d", b, next, u.Len)
		}
		if u.HasConcat && (u.Concat.Part < 1 || u.Concat.Part > u.Concat.Total) {
			t.Errorf("%x: %+v", b, u.Concat)
		}
		if Probable(b) && !u.HasConcat {
			t.Errorf("%x: probable, but no part", b)
		}
	})
}
