package render

import (
	"fmt"
	"strings"
	"testing"

	"cmppdump/dissect/sms"
)

func testMask() *Mask { return NewMask([]byte("0123456789abcdef")) }

// TestMaskedNumbers: what is shown of numbers of every length; who is the same
// stays the same, with 86 in front or not.
func TestMaskedNumbers(t *testing.T) {
	m := testMask()
	for number, want := range map[string]string{
		"13800138000": "138****8000", "8613800138000": "86138****8000", "+8613800138000": "+86138****8000", "008613800138000": "138****8000",
		"106581234501": "106****4501", "10690001": "106****", "10086": "10****", "1069": "****", "A1B2C3": "****", "": "",
		"13800138000 ": "138****8000", "12593" + "13800138000": "125****8000",
	} {
		shown := m.Number(number)
		text, tag, _ := strings.Cut(shown, "#")
		if text != want || len(shown) > longestNumber || number != "" && len(tag) != 6 {
			t.Errorf("%q is shown as %q", number, shown)
		}
		if same := tag == strings.SplitAfter(m.Number("13800138000"), "#")[1]; same != strings.Contains(number, "13800138000") {
			t.Errorf("%q: %s; the same as 13800138000: %v", number, shown, same)
		}
	}
	if m.Number("13800138000") == NewMask([]byte("another key")).Number("13800138000") {
		t.Error("the key changes nothing")
	}
}

// TestWrittenNumbers: no two numbers become one, they keep length and begin, and
// those compared as the same still are.
func TestWrittenNumbers(t *testing.T) {
	w := onWire{testMask()}
	write := func(number string) string {
		field := make([]byte, 32)
		w.number(field, append([]byte(number), make([]byte, 32-len(number))...))
		return strings.TrimRight(string(field), "\x00")
	}
	for _, form := range []string{"1380%07d", "106900%04d", "%05d", "86139%08d"} {
		seen := map[string]string{}
		for i := range 3000 {
			number := fmt.Sprintf(form, i)
			got := write(number)
			head, _ := edges(min(len(number), comparedDigits))
			if len(got) != len(number) || got[:head] != number[:head] || !digits([]byte(got)) {
				t.Fatalf("%s became %s", number, got)
			}
			if was := seen[got]; was != "" {
				t.Fatalf("%s and %s became %s", was, number, got)
			}
			seen[got] = number
		}
	}
	plain := write("13800138000")
	if strings.HasSuffix(plain, "8000") || plain == "13800138000" {
		t.Errorf("%s shows", plain)
	}
	for _, number := range []string{"8613800138000", "+8613800138000", "008613800138000", "1259313800138000", "123456789" + "13800138000"} {
		if got := write(number); !sms.SameNumber([]byte(got), []byte(plain)) || len(got) != len(number) {
			t.Errorf("%s became %s, and 13800138000 %s", number, got, plain)
		}
	}
	if got := write("A1B2C3D4"); len(got) != 8 || strings.ContainsAny(got, "ABCD0123456789") {
		t.Errorf("a pseudo-code became %s", got)
	}
}
