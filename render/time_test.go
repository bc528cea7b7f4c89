package render

import (
	"fmt"
	"math"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestAppendDuration: three digits and the unit, at every border.
func TestAppendDuration(t *testing.T) {
	for _, tt := range []struct {
		d    time.Duration
		want string
	}{
		{0, "0"}, {723 * time.Microsecond, "0.723ms"}, {184 * time.Microsecond, "0.184ms"}, {1 * time.Microsecond, "0.001ms"},
		{999499, "0.999ms"}, {999500, "1.00ms"}, {time.Millisecond, "1.00ms"}, {3100 * time.Microsecond, "3.10ms"},
		{9994999, "9.99ms"}, {9995000, "10.0ms"}, {27500 * time.Microsecond, "27.5ms"}, {27503000, "27.5ms"},
		{99949999, "99.9ms"}, {99950000, "100ms"}, {328 * time.Millisecond, "328ms"}, {999499999, "999ms"},
		{999500000, "1.00s"}, {999600000, "1.00s"}, {4600 * time.Millisecond, "4.60s"}, {9994999999, "9.99s"}, {9995 * time.Millisecond, "10.0s"},
		{41213 * time.Millisecond, "41.2s"}, {60 * time.Second, "60.0s"}, {64200 * time.Millisecond, "64.2s"}, {99949999999, "99.9s"},
		{99950 * time.Millisecond, "1m40s"}, {99960 * time.Millisecond, "1m40s"}, {100400 * time.Millisecond, "1m40s"}, {6*time.Minute + 11*time.Second, "6m11s"},
		{49*time.Minute + 58*time.Second, "49m58s"}, {9*time.Minute + 59500*time.Millisecond, "10m00s"},
		{59*time.Minute + 59499*time.Millisecond, "59m59s"}, {59*time.Minute + 59500*time.Millisecond, "1h00m"}, {59*time.Minute + 59600*time.Millisecond, "1h00m"},
		{time.Hour, "1h00m"}, {2*time.Hour + 5*time.Minute, "2h05m"}, {2*time.Hour + 5*time.Minute + 30*time.Second, "2h06m"}, {72 * time.Hour, "72h00m"},
		{-27500 * time.Microsecond, "-27.5ms"}, {-time.Minute * 2, "-2m00s"},
	} {
		if got := string(AppendDuration(nil, int64(tt.d))); got != tt.want {
			t.Errorf("%d ns: %s, want %s", tt.d, got, tt.want)
		}
	}
}

// TestDurationsGrow: the longer is never shown as the shorter, and what is
// shown is as near as its digits allow.
func TestDurationsGrow(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	last := 0.0
	for ns := int64(1); ns < 1e15; ns += 1 + ns/997 + rnd.Int63n(ns/1000+1) {
		s := string(AppendDuration(nil, ns))
		got, step := readDuration(t, s)
		if got < last {
			t.Fatalf("%d ns: %s is less than what is shown of less", ns, s)
		}
		if last = got; math.Abs(got-float64(ns)) > step/2*1.0000001 {
			t.Fatalf("%d ns: %s is off by %g, a step is %g", ns, s, got-float64(ns), step)
		}
		if n := strings.Count(strings.Map(digit, s), "d"); n < 3 || n > 4 && ns < 99*3600e9 {
			t.Fatalf("%d ns: %s has %d digits", ns, s, n)
		}
	}
}

func digit(r rune) rune {
	if r >= '0' && r <= '9' {
		return 'd'
	}
	return r
}

// readDuration gives ns, and the worth of the last digit.
func readDuration(t *testing.T, s string) (ns, step float64) {
	t.Helper()
	for _, u := range []struct {
		unit  string
		worth float64
	}{{"ms", 1e6}, {"s", 1e9}, {"m", 60e9}} {
		n, ok := strings.CutSuffix(s, u.unit)
		if !ok {
			continue
		}
		if big, small, ok := strings.Cut(n, map[string]string{"s": "m", "m": "h"}[u.unit]); ok && u.unit != "ms" {
			b, err1 := strconv.Atoi(big)
			c, err2 := strconv.Atoi(small)
			if err1 != nil || err2 != nil || len(small) != 2 || c > 59 {
				t.Fatal(s)
			}
			return float64(b*60+c) * u.worth, u.worth
		}
		f, err := strconv.ParseFloat(n, 64)
		if err != nil {
			t.Fatal(s)
		}
		_, decimals, _ := strings.Cut(n, ".")
		return f * u.worth, u.worth / math.Pow10(len(decimals))
	}
	t.Fatalf("%s has no unit", s)
	return 0, 0
}

var (
	shanghai  = time.FixedZone("", 8*3600)
	kathmandu = time.FixedZone("", 5*3600+45*60)
	newYork   = time.FixedZone("", -5*3600)
)

func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 21, 18, 10, 0, 601450123, time.UTC).UnixNano()
	for _, tt := range []struct {
		form                 TimeForm
		zone                 *time.Location
		ns                   []int64
		long, short, heading string
	}{
		{DateTimeOffset, shanghai, []int64{at}, "2026-11-22 02:10:00.601450 +0800", "02:10:00.601450", "2026-11-22+0800"},
		{DateTimeOffset, kathmandu, []int64{at}, "2026-11-21 23:55:00.601450 +0545", "23:55:00.601450", "2026-11-21+0545"},
		{DateTimeOffset, newYork, []int64{at}, "2026-11-21 13:10:00.601450 -0500", "13:10:00.601450", "2026-11-21-0500"},
		{DateTimeOffset, time.UTC, []int64{at}, "2026-11-21 18:10:00.601450 +0000", "18:10:00.601450", "2026-11-21+0000"},
		{DateTimeOffset, nil, []int64{at}, "2026-11-21 18:10:00.601450 +0000", "18:10:00.601450", "2026-11-21+0000"},
		{Clock, shanghai, []int64{at}, "02:10:00.601450", "02:10:00.601450", "Time"},
		{DateClock, shanghai, []int64{at}, "2026-11-22 02:10:00.601450", "2026-11-22 02:10:00.601450", "Time"},
		{UTCDateClock, shanghai, []int64{at}, "2026-11-21 18:10:00.601450", "2026-11-21 18:10:00.601450", "Time"},
		{Epoch, shanghai, []int64{at}, "1795284600.601450", "1795284600.601450", "Epoch"},
		{Epoch, nil, []int64{-1500e6}, "-1.500000", "-1.500000", "Epoch"},
		{Delta, nil, []int64{at}, "0.000000", "0.000000", "Delta"},
		{Delta, nil, []int64{at, at + 3e9, at + 3e9 + 27503000}, "0.027503", "0.027503", "Delta"},
		{Delta, nil, []int64{at, at - 1500}, "-0.000001", "-0.000001", "Delta"},
		{Relative, nil, []int64{at, at + 3e9, at + 65e9}, "65.000000", "65.000000", "Time"},
		{Relative, nil, []int64{at, at - 2500e6}, "-2.500000", "-2.500000", "Time"},
		{DateTimeOffset, nil, []int64{at, at + 60e9}, "2026-11-21 18:11:00.601450 +0000", "18:11:00.601450", "2026-11-21+0000"},
		{DateTimeOffset, nil, []int64{at, at - 1e9}, "2026-11-21 18:09:59.601450 +0000", "18:09:59.601450", "2026-11-21+0000"},
		{DateTimeOffset, shanghai, []int64{at, at + 22*3600e9}, "2026-11-23 00:10:00.601450 +0800", "00:10:00.601450", "2026-11-23+0800"},
		{DateTimeOffset, nil, []int64{-1}, "1969-12-31 23:59:59.999999 +0000", "23:59:59.999999", "1969-12-31+0000"},
	} {
		long, short := Times{Form: tt.form, Zone: tt.zone}, Times{Form: tt.form, Zone: tt.zone}
		var l, sh []byte
		for _, ns := range tt.ns {
			l, sh = long.AppendLong(nil, ns), short.AppendShort(nil, ns)
		}
		if string(l) != tt.long || string(sh) != tt.short {
			t.Errorf("-t %q: %s and %s, want %s and %s", tt.form, l, sh, tt.long, tt.short)
		}
		if h := long.Heading(tt.ns[len(tt.ns)-1]); h != tt.heading {
			t.Errorf("-t %q: heading %s, want %s", tt.form, h, tt.heading)
		}
	}
}

// TestTimesAsLibrary: over random times and zones, the kept prefix of the
// minute is right.
func TestTimesAsLibrary(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	for _, zone := range []*time.Location{time.UTC, shanghai, kathmandu, newYork} {
		times := Times{Zone: zone}
		ns := int64(1795284600601450123)
		for range 20000 {
			ns += rnd.Int63n(40e9) - 10e9
			want := time.Unix(0, ns).In(zone).Format("2006-01-02 15:04:05.000000 -0700")
			if got := string(times.AppendLong(nil, ns)); got != want {
				t.Fatalf("%d: %s, want %s", ns, got, want)
			}
		}
	}
}

// TestSummerTime: the heading follows the offset of a zone that changes it.
func TestSummerTime(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err) // a system without zone data
	}
	times := Times{Zone: zone}
	change := time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC).UnixNano()
	if a, b := times.Heading(change-1), times.Heading(change); a != "2026-10-25+0200" || b != "2026-10-25+0100" {
		t.Errorf("%s, then %s", a, b)
	}
}

func TestParseTimeForm(t *testing.T) {
	for _, s := range []string{"a", "ad", "d", "r", "e", "ud"} {
		if f, err := ParseTimeForm(s); err != nil || string(f) != s {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{"x", "A", "add", "dd", " a"} {
		if _, err := ParseTimeForm(s); err == nil || strings.Contains(fmt.Sprint(err), "\n") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

// TestTimesNoAllocs: a time allocates nothing.
func TestTimesNoAllocs(t *testing.T) {
	times := Times{Zone: shanghai}
	b := times.AppendLong(nil, 0)
	ns := int64(1795284600601450123)
	if n := testing.AllocsPerRun(200, func() {
		ns += 7e9
		b = times.AppendLong(b[:0], ns)
		b = AppendDuration(b, ns%1e11)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
