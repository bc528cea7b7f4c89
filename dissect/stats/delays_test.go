package stats

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestDelays holds quantiles against the sorted delays: right to three digits,
// or to the microsecond.
func TestDelays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() int64{
		"microseconds": func() int64 { return r.Int64N(900) * 1000 },
		"milliseconds": func() int64 { return int64(1e6 + r.ExpFloat64()*50e6) },
		"days":         func() int64 { return int64(r.ExpFloat64() * 86400e9) },
		"one":          func() int64 { return 27.5e6 },
	} {
		var d delays
		var half, other delays // merged: the same
		var all []int64
		for i := range 5000 {
			ns := draw()
			all = append(all, ns)
			d.add(ns)
			if i%2 == 0 {
				half.add(ns)
			} else {
				other.add(ns)
			}
		}
		half.merge(&other)
		slices.Sort(all)
		for _, q := range []float64{0.001, 0.5, 0.9, 0.99, 0.999, 1} {
			want := all[max(0, int(q*float64(len(all))+0.999999)-1)]
			got := d.quantile(q)
			if diff := got - want; diff < -1000 || diff > max(1000, want/500) {
				t.Errorf("%s: %v quantile %d, want %d", name, q, got, want)
			}
			if half.quantile(q) != got {
				t.Errorf("%s: merged, the %v quantile is %d instead of %d", name, q, half.quantile(q), got)
			}
		}
		if d.max != all[len(all)-1] || d.n != uint64(len(all)) || half.n != d.n {
			t.Errorf("%s: max %d of %d", name, d.max, d.n)
		}
	}
	var none delays
	none.add(-5) // a response that was captured first
	if none.quantile(0.5) != 0 || none.n != 1 {
		t.Errorf("%+v", none.quantile(0.5))
	}
}
