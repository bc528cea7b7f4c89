package stats

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect/lang"
)

// gateway decides on a SUBMIT of n messages at a time.
type gateway func(at int64, n int) bool

func tokenBucket(rate, burst float64) gateway {
	tokens, last := burst, int64(0)
	return func(at int64, n int) bool {
		tokens = min(burst, tokens+rate*float64(at-last)/1e9)
		last = at
		if tokens < float64(n) {
			return false
		}
		tokens -= float64(n)
		return true
	}
}

// sliding counts in the last second: what was accepted, or all that came.
func sliding(limit int, refusedToo bool) gateway {
	type one struct {
		at int64
		n  int
	}
	var list []one
	return func(at int64, n int) bool {
		sum := n
		for len(list) > 0 && list[0].at <= at-1e9 {
			list = list[1:]
		}
		for _, o := range list {
			sum += o.n
		}
		if ok := sum <= limit; ok || refusedToo {
			list = append(list, one{at, n})
			return ok
		}
		return false
	}
}

// clockSecond counts what was accepted in each second of a clock that is ahead.
func clockSecond(limit int, ahead int64) gateway {
	now, sum := int64(-1), 0
	return func(at int64, n int) bool {
		if at = (at + ahead) / 1e9; at != now {
			now, sum = at, 0
		}
		if sum+n > limit {
			return false
		}
		sum += n
		return true
	}
}

// submitted gives the limit that rates suggest after so many seconds at each
// rate.
func submitted(g gateway, r *rand.Rand, receivers int, seconds float64, perSecond ...float64) limit {
	var s second
	var found rates
	at := int64(1e9)
	for _, rate := range perSecond {
		for end := at + int64(seconds*1e9); at < end; {
			at += int64((0.5 + r.Float64()) * 1e9 * float64(receivers) / rate)
			o := throttled
			if g(at, receivers) {
				o = accepted
			}
			s.decide(s.add(submission{at: at, n: receivers}), o)
			for x, ok := s.tell(); ok; x, ok = s.tell() {
				found.add(&x)
			}
		}
	}
	return found.limit()
}

func TestLimit(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	chance := func(float64) gateway {
		return func(int64, int) bool { return r.Float64() < 0.8 }
	}
	for _, tt := range []struct {
		name      string
		g         gateway
		receivers int
		rates     []float64
		how       fit
		low, high int
	}{
		{"a token bucket, far above it", tokenBucket(100, 10), 1, []float64{60, 200}, refilled, 98, 102},
		{"a token bucket, a little above it", tokenBucket(100, 10), 1, []float64{60, 120, 130}, pinned, 98, 102},
		{"a token bucket that holds a second", tokenBucket(100, 100), 1, []float64{60, 150}, refilled, 98, 102},
		{"a large token bucket", tokenBucket(2000, 50), 1, []float64{1500, 2600}, refilled, 1960, 2040},
		{"a token bucket, four receivers each", tokenBucket(100, 20), 4, []float64{60, 160}, refilled, 97, 103},
		{"what came in the last second", sliding(100, true), 1, []float64{80, 130, 60, 140}, sharp, 98, 100},
		{"what was accepted in the last second", sliding(100, false), 1, []float64{80, 130, 60, 140}, pinned, 98, 100},
		{"what was accepted in a clock second", clockSecond(100, 0), 1, []float64{80, 130, 60, 150}, clocked, 98, 102},
		{"the same, by a clock ahead", clockSecond(100, 0.37e9), 1, []float64{130, 190, 150}, clocked, 98, 102},
		{"the same, four receivers each", clockSecond(100, 0.9e9), 4, []float64{60, 170, 130}, clocked, 96, 104},
		{"a large limit of clock seconds", clockSecond(2000, 0.5e9), 1, []float64{1500, 2600, 4000}, clocked, 1960, 2040},
		{"chance, often", chance(0.5), 1, []float64{20, 40}, overlaps, 0, 0},
		{"chance", chance(0.8), 1, []float64{60, 500}, overlaps, 0, 0},
		{"no refusals", tokenBucket(1000, 1000), 1, []float64{60, 500}, noRefusal, 0, 0},
	} {
		l := submitted(tt.g, r, tt.receivers, 5, tt.rates...)
		if l.how != tt.how || l.n < tt.low || l.n > tt.high {
			t.Errorf("%s: %+v; want fit %d, %d to %d", tt.name, l, tt.how, tt.low, tt.high)
		}
		if s := l.sentence(7, func(ns int64) string { return time.Duration(ns).String() })[lang.English]; strings.Contains(s, "%!") || s == "" {
			t.Errorf("%s: %q", tt.name, s)
		}
	}
}

// TestLimitUntried: where none fits, only those are named that could be tried.
func TestLimitUntried(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, tt := range []struct {
		name  string
		g     gateway
		rates []float64
		want  string
	}{
		{"all", func(int64, int) bool { return r.Float64() < 0.8 }, []float64{60, 500},
			"no limit on the second before fits, none on clock seconds, and no token bucket"},
		{"refusals for half a second", tokenBucket(100, 200), []float64{139},
			"no limit on the second before fits, and none on clock seconds; too little was refused in a row to try a token bucket"},
		{"a refusal a minute", func(at int64, _ int) bool { return at/1e9%60 != 17 || at%1e9 > 0.03e9 }, []float64{50, 40, 50, 40, 50, 40, 50, 40, 50, 40, 50, 40, 50, 40, 50, 40},
			"no limit on the second before fits; too little was refused in a row to try a token bucket or clock seconds"},
	} {
		l := submitted(tt.g, r, 1, 5.5, tt.rates...)
		if s := l.sentence(7, func(int64) string { return "" }); !strings.HasSuffix(s[lang.English], "/s: "+tt.want) {
			t.Errorf("%s: %s", tt.name, s)
		}
	}
}

// TestLimitBetween: a limit that nothing was submitted near to is not made up.
func TestLimitBetween(t *testing.T) {
	var r rates
	for range 20 {
		r.add(&sample{submission: submission{n: 1, outcome: accepted}, submitted: 40})
		r.add(&sample{submission: submission{n: 1, outcome: throttled}, submitted: 190})
	}
	if l := r.limit(); l.n != 0 || l.how != between || l.overlap != [2]int{190, 40} {
		t.Errorf("%+v", l)
	}
}

// TestSecond: what comes late, or never, holds nothing up for ever.
func TestSecond(t *testing.T) {
	var s second
	var told []sample
	tell := func() {
		for x, ok := s.tell(); ok; x, ok = s.tell() {
			told = append(told, x)
		}
	}
	first := s.add(submission{at: 0, n: 1})
	s.decide(s.add(submission{at: 0.4e9, n: 2}), accepted)
	if tell(); len(told) != 0 {
		t.Fatalf("told of %+v before the first is known", told)
	}
	s.decide(first, accepted)
	tell()
	s.decide(s.add(submission{at: 1e9, n: 3}), throttled) // a second after the first
	tell()
	lost := s.add(submission{at: 1.2e9, n: 1})
	s.decide(s.add(submission{at: 20e9, n: 1}), accepted)
	tell()
	s.decide(lost, accepted) // too late
	tell()
	want := []sample{
		{submission{0, 1, 0, accepted}, 1, 0}, {submission{0.4e9, 2, 0, accepted}, 3, 1}, {submission{1e9, 3, 0, throttled}, 5, 2},
		{submission{1.2e9, 1, 0, otherwise}, 6, 2}, {submission{20e9, 1, 0, accepted}, 1, 0},
	}
	if len(told) != len(want) {
		t.Fatalf("told %+v", told)
	}
	for i := range want {
		if told[i] != want[i] {
			t.Errorf("%d: %+v, want %+v", i, told[i], want[i])
		}
	}
	for i := range 10000 { // memory stays within bounds
		s.decide(s.add(submission{at: 30e9 + int64(i)*1e7, n: 1}), accepted)
		tell()
	}
	if cap(s.sent) > 8192 {
		t.Errorf("%d are kept", cap(s.sent))
	}
}
