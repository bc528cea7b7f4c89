package record

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"testing"
	"time"
	"unicode/utf8"
)

// TestAppendTime holds the hand-written times against the library's.
func TestAppendTime(t *testing.T) {
	check := func(ns int64) {
		want := time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000000000Z")
		if got := string(appendTime(nil, ns)); got != want {
			t.Fatalf("%d: %s, want %s", ns, got, want)
		}
	}
	for _, ns := range []int64{0, 1, 999999999, -1, -1e9, -1e9 - 1, 1 << 62, -1 << 62,
		951782399e9, 951782400e9, 951868799e9, 951868800e9, // 29 February 2000 and its ends
		4107542400e9 - 1, 4107542400e9, // 1 March 2100, not a leap year
		1795400100601450000} {
		check(ns)
	}
	for day := int64(0); day < 200*366; day += 1 { // every day until 2170
		check(day*86400e9 + day*1234567%86400e9)
	}
	rnd := rand.New(rand.NewSource(1))
	for range 200000 {
		check(rnd.Int63n(1<<63 - 1))
		check(-rnd.Int63n(1 << 40))
	}
}

func TestAppendMillis(t *testing.T) {
	for ns, want := range map[int64]string{0: "0.000000", 1: "0.000001", 999999: "0.999999", 1e6: "1.000000", 27503000: "27.503000",
		-1: "-0.000001", -1500000: "-1.500000", 3600e9: "3600000.000000", 1<<63 - 1: "9223372036854.775807"} {
		if got := string(appendMillis(nil, ns)); got != want {
			t.Errorf("%d ns: %s, want %s", ns, got, want)
		}
	}
	rnd := rand.New(rand.NewSource(1))
	for range 100000 {
		ns := rnd.Int63n(1 << 50)
		got := string(appendMillis(nil, ns))
		if want := fmt.Sprintf("%d.%06d", ns/1e6, ns%1e6); got != want {
			t.Fatalf("%d ns: %s, want %s", ns, got, want)
		}
	}
}

// TestAppendString: what is written reads back the same.
func TestAppendString(t *testing.T) {
	check := func(s string) {
		b := appendString(nil, []byte(s))
		var got string
		if err := json.Unmarshal(b, &got); err != nil || got != s {
			t.Fatalf("%q: %s, %v", s, b, err)
		}
		for _, c := range b {
			if c < ' ' {
				t.Fatalf("%q: control character in %q", s, b)
			}
		}
	}
	for r := rune(0); r < 0x3000; r++ {
		if utf8.ValidRune(r) {
			check(string(r))
			check("a" + string(r) + "b")
		}
	}
	for _, s := range []string{"", `"`, `\`, `\"`, "\x00\x1f\x7f", "退订，谢谢😀", "\u2028\u2029", "</script>"} {
		check(s)
	}
}

// TestColumns: values as they stand in columns.
func TestColumns(t *testing.T) {
	var list Value
	list.item().str("a")
	list.item().str("b")
	for _, tt := range []struct {
		v    Value
		want string
	}{
		{Value{Type: Uint, Num: 1<<64 - 1}, "18446744073709551615"},
		{Value{Type: Int, Num: 1<<64 - 1}, "-1"},
		{Value{Type: Bool, Num: 1}, "true"}, {Value{Type: ID, Num: 255}, "00000000000000ff"},
		{Value{Type: Hex, Str: []byte{0xab, 1}}, "ab01"}, {Value{Type: Millis, Num: 723000}, "0.723000"}, {list, "a,b"},
	} {
		if got := string(tt.v.AppendText(nil)); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.v, got, tt.want)
		}
	}
	list.reset()
	if list.Set || len(list.AppendText(nil)) > 0 {
		t.Errorf("left of a list: %+v", list)
	}
}
