package lang

import "testing"

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		text Text
		ok   bool
	}{
		{Text{"a", "甲"}, true},
		{Text{"a", ""}, false},
		{Text{"", "甲"}, false},
		{Text{"%d of %s", "%d，%s"}, true},
		{Text{"%d of %s", "%[2]s 的 %[1]d"}, true},
		{Text{"%d of %s", "%s 的 %d"}, false},
		{Text{"%d of %s", "%d"}, false},
		{Text{"%d%% of %s", "%d%%，%s"}, true},
		{Text{"%d", "%s"}, false},
		{Text{"%016x", "%016x"}, true},
	} {
		if err := tt.text.Check(); (err == nil) != tt.ok {
			t.Errorf("%q: %v", tt.text, err)
		}
	}
}

func TestWith(t *testing.T) {
	got := Text{"%d of %s", "%[2]s 的 %[1]d"}.With(2, Text{"x", "乙"}).And(Text{"!", "！"})
	if want := (Text{"2 of x!", "乙 的 2！"}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
