package sms

import "testing"

func TestNormalizeNumber(t *testing.T) {
	for number, want := range map[string]string{
		"13800001234":         "13800001234",
		"8613800001234":       "13800001234",
		"+8613800001234":      "13800001234",
		"008613800001234":     "13800001234",
		" 8613800001234 \x00": "13800001234",
		"106581234501":        "106581234501",
		"86138000012":         "86138000012", // no country code: eleven digits in all
		"8610086":             "8610086",
		"861064812345678":     "861064812345678", // 86 before thirteen digits
		"1064812345678":       "1064812345678",
		"+4915112345678":      "+4915112345678",
		"86x3800001234":       "86x3800001234",
		"":                    "",
		"  ":                  "",
		"+86":                 "+86",
	} {
		if got := string(NormalizeNumber([]byte(number))); got != want {
			t.Errorf("%q: %q, want %q", number, got, want)
		}
	}
}

func TestSameNumber(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"13800001234", "8613800001234", true},
		{"13800001234", "+8613800001234", true},
		{"13800001234", " 008613800001234", true},
		{"13800001234", "17951013800001234", true}, // the last eleven
		{"13800001234", "13800001235", false},
		{"10086", "10086", true},
		{"10086", "8610086", false},
		{"10086", "13800010086", false},
		{"106581234501", "106581234501", true},
		{"106581234501", "106581234502", false},
		{"901234", "901234", true},
		{"", "", false},
		{"", "10086", false},
		{"abcdefghijklm", "xxcdefghijklm", false},
	} {
		if got := SameNumber([]byte(c.a), []byte(c.b)); got != c.want {
			t.Errorf("%q %q: %v", c.a, c.b, got)
		}
		if got := SameNumber([]byte(c.b), []byte(c.a)); got != c.want {
			t.Errorf("%q %q: %v", c.b, c.a, got)
		}
	}
}
