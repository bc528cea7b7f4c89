package stats

import (
	"cmp"
	"testing"
)

type fruit struct{ n int }

// TestRowsFold: beyond maxRows the smallest are put together, and nothing is
// lost.
func TestRowsFold(t *testing.T) {
	r := rows[int, fruit]{
		fresh: func(int) *fruit { return &fruit{} },
		merge: func(into, from *fruit) { into.n += from.n },
		first: func(a, b *fruit) int { return cmp.Compare(a.n, b.n) },
	}
	sum := 0
	for i := range 5 * maxRows {
		n := 1
		if i < 10 {
			n = 100
		}
		r.at(i).n += n
		sum += n
	}
	if len(r.byKey) > maxRows || r.other == nil || r.folded != 5*maxRows-len(r.byKey) {
		t.Fatalf("%d rows, %d folded", len(r.byKey), r.folded)
	}
	for i := range 10 {
		if r.byKey[i] == nil {
			t.Errorf("row %d, one of the largest, was folded", i)
		}
	}
	if got := r.total(every).n; got != sum {
		t.Errorf("sum %d, want %d", got, sum)
	}
}

func TestTemplate(t *testing.T) {
	for text, want := range map[string]string{
		"【示例】您的验证码是482913，5分钟内有效": "【示例】您的验证码是#，#分钟内有效",
		"12.50": "#.#",
		"１２３元":  "#元",
		"":      "",
		"no":    "no",
	} {
		if got := string(appendTemplate(nil, []byte(text))); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
