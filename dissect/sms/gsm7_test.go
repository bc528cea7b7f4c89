package sms

import (
	"testing"
	"unicode/utf8"
)

func TestAppendGSM7(t *testing.T) {
	for _, c := range []struct {
		b     string
		shift Shift
		want  string
		issue Issue
	}{
		{"00 02 11 24 40 5b 60 7e 1b28 1b65", Shift{}, "@$_¤¡Ä¿ü{€", NoIssue},
		{"1b651b3c1b3e", Shift{}, "€[]", NoIssue}, // sms-user-data §10, 5
		{"1b1b 41", Shift{}, " A", NoIssue},       // an escape after an escape
		{"1b41", Shift{}, "A", NoIssue},           // no such code: the main table
		{"1b0a", Shift{}, "\f", NoIssue},
		{"41 1b", Shift{}, "A\uFFFD", SplitEscape},
		{"41 c1", Shift{}, "A\uFFFD", HighBytes},
		{"49 1b67 64 1b69 72", Shift{Single: 1}, "Iğdır", NoIssue}, // §10, 6, unpacked
		{"1b41 1b0a 1b28", Shift{Single: 2}, "Á\f{", NoIssue},
		{"1b41", Shift{Single: 3}, "À", NoIssue},
		{"0b 40 41", Shift{Locking: 1}, "Ğ\u0130A", NoIssue},
		{"5b 60 41", Shift{Locking: 3}, "Ã~A", NoIssue},
		{"5b", Shift{Locking: 2}, "Ä", NoIssue}, // Spanish has no locking table
		{"05 0e", Shift{Locking: 6}, "\u0907\u090e", NoIssue},
		{"13", Shift{Locking: 4}, "\u0993", NoIssue},
		{"11", Shift{Locking: 4}, "\uFFFD", BadBytes}, // no character of that code
		{"1b24 1b65 1b26", Shift{Single: 11}, "\u0bee€\u0bf3", NoIssue},
		{"1b13 1b5a", Shift{Single: 13}, "¡Z", NoIssue},
		{"0141", Shift{Locking: 99, Single: 99}, "£A", NoIssue}, // languages that do not exist
	} {
		got, issue := AppendGSM7(nil, unhex(t, c.b), c.shift)
		if string(got) != c.want || issue != c.issue {
			t.Errorf("%s %+v: %q, %v; want %q, %v", c.b, c.shift, got, issue, c.want, c.issue)
		}
	}
}

// TestAppendPackedGSM7: the golden bytes of sms-user-data §10, 1 to 6, headers
// included where there is one.
func TestAppendPackedGSM7(t *testing.T) {
	for _, c := range []struct {
		content string
		isUDH   bool
		want    string
	}{
		{"e8329bfd06", false, "hello"},
		{"31d98c56b3dd70", false, "12345678"},
		{"050003420201906536fb0dbabfe56c32", true, "Hello world"},
		{"06080412340201c834", true, "Hi"},
		{"9bf286b7f101", false, "€[]"},
		{"03240101486ecee44d5a0e", true, "Iğdır"},
		{"31d98c56b3dd00", false, "1234567"}, // seven characters, seven spare bits
		{"", false, ""},
	} {
		content := unhex(t, c.content)
		u := UDH{}
		if c.isUDH {
			u, _ = ParseUDH(content)
		}
		fill := 0
		if c.isUDH {
			fill = FillBits(u.Len)
		}
		got, issue := AppendPackedGSM7(nil, content[u.Len:], fill, u.Shift())
		if string(got) != c.want || issue != NoIssue {
			t.Errorf("%s: %q, %v; want %q", c.content, got, issue, c.want)
		}
	}
}

// TestFillBits: the table of sms-user-data §7.
func TestFillBits(t *testing.T) {
	for udhl, want := range map[int]int{3: 3, 5: 1, 6: 0, 7: 6, 8: 5, 10: 3, 11: 2, 12: 1} {
		if got := FillBits(1 + udhl); got != want {
			t.Errorf("UDHL %d: %d fill bits, want %d", udhl, got, want)
		}
	}
	if FillBits(0) != 0 {
		t.Error("fill bits without a header")
	}
}

// TestNational: every table gives characters of its own script, and none that
// cannot be written.
func TestNational(t *testing.T) {
	for id := uint8(0); id <= 14; id++ {
		if (LanguageName(id) == "") != (id == 0 || id == 14) {
			t.Errorf("language %d: %q", id, LanguageName(id))
		}
		other := 0
		for code := byte(0); code < 0x80; code++ {
			if code == escape {
				continue
			}
			locked := Shift{Locking: id}.locked(code)
			escaped := Shift{Single: id}.escaped(code)
			if !utf8.ValidRune(locked) || !utf8.ValidRune(escaped) {
				t.Errorf("language %d code %02x: %U %U", id, code, locked, escaped)
			}
			if locked != rune(gsmDefault[code]) {
				other++
			}
		}
		if (other == 0) != (id == 0 || id == 2 || id == 14) {
			t.Errorf("language %d: %d characters differ in the locking table", id, other)
		}
	}
}
