package render

import (
	"strconv"
	"time"

	"cmppdump/dissect/lang"
)

// TimeForm is a form in which rows give the time; the letters are tshark's.
type TimeForm string

// The forms.
const (
	DateTimeOffset TimeForm = ""   // date, time and offset from UTC
	Clock          TimeForm = "a"  // time of day
	DateClock      TimeForm = "ad" // date and time of day
	Delta          TimeForm = "d"  // seconds since the row before
	Relative       TimeForm = "r"  // seconds since the first row
	Epoch          TimeForm = "e"  // seconds since 1970
	UTCDateClock   TimeForm = "ud" // date and time of day in UTC
)

// sayTimeForm is what is wrong with -t.
var sayTimeForm = lang.Text{"-t %s: must be a, ad, d, r, e or ud (--help explains them)", "-t %s：应为 a、ad、d、r、e 或 ud（--help 有说明）"}

// ParseTimeForm checks the value of -t.
func ParseTimeForm(s string) (TimeForm, error) {
	switch f := TimeForm(s); f {
	case DateTimeOffset, Clock, DateClock, Delta, Relative, Epoch, UTCDateClock:
		return f, nil
	}
	return "", lang.Errorf(sayTimeForm, s)
}

// Alone reports whether the time in a row does not depend on the rows before.
func (f TimeForm) Alone() bool { return f != Delta && f != Relative }

// Times writes times in one form. It remembers the first row and the one
// before.
type Times struct {
	Form TimeForm
	Zone *time.Location

	first, last int64
	begun       bool
	minutes     [16]minute // those of late, which rows of messages come back to
	*minute                // the newest
}

// minute is how times of a minute begin, and what their heading says.
type minute struct {
	no      int64
	known   bool
	date    [len("2006-01-02")]byte
	hm      [len("15:04:")]byte
	offset  [len("-0700")]byte
	heading string // date and offset
}

// AppendLong appends the time in full, for rows that stand alone.
func (t *Times) AppendLong(dst []byte, ns int64) []byte {
	return t.append(dst, ns, true)
}

// AppendShort appends the time without date and offset where the form has
// them, for rows below a heading that says them.
func (t *Times) AppendShort(dst []byte, ns int64) []byte {
	return t.append(dst, ns, false)
}

func (t *Times) append(dst []byte, ns int64, long bool) []byte {
	if !t.begun {
		t.begun, t.first, t.last = true, ns, ns
	}
	before := t.last
	t.last = ns
	switch t.Form {
	case Delta:
		return appendSeconds(dst, ns-before)
	case Relative:
		return appendSeconds(dst, ns-t.first)
	case Epoch:
		return appendSeconds(dst, ns)
	}
	t.tick(ns)
	if t.Form == DateClock || t.Form == UTCDateClock || t.Form == DateTimeOffset && long {
		dst = append(append(dst, t.date[:]...), ' ')
	}
	dst = append(dst, t.hm[:]...)
	dst = appendMicros(dst, ns)
	if t.Form == DateTimeOffset && long {
		dst = append(append(dst, ' '), t.offset[:]...)
	}
	return dst
}

// Heading is what the heading of the time column says: the date and the offset
// of the newest time where the rows leave them out.
func (t *Times) Heading(ns int64) string {
	switch t.Form {
	case DateTimeOffset:
		t.tick(ns)
		return t.heading
	case Delta:
		return "Delta"
	case Epoch:
		return "Epoch"
	}
	return "Time"
}

// tick readies the texts of the minute that ns lies in.
func (t *Times) tick(ns int64) {
	no := floorDiv(ns, 60e9)
	m := &t.minutes[uint64(no)%uint64(len(t.minutes))]
	t.minute = m
	if m.known && m.no == no {
		return
	}
	m.no, m.known = no, true
	at := time.Unix(0, ns)
	if t.Form == UTCDateClock || t.Zone == nil {
		at = at.UTC()
	} else {
		at = at.In(t.Zone)
	}
	at.AppendFormat(m.date[:0], "2006-01-02")
	at.AppendFormat(m.hm[:0], "15:04:")
	at.AppendFormat(m.offset[:0], "-0700")
	if n := len(m.date); len(m.heading) < n || m.heading[:n] != string(m.date[:]) || m.heading[n:] != string(m.offset[:]) {
		m.heading = string(m.date[:]) + string(m.offset[:])
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// appendMicros appends the seconds of the minute with six decimals.
func appendMicros(dst []byte, ns int64) []byte {
	us := (ns - floorDiv(ns, 60e9)*60e9) / 1000
	return appendFixed(appendFixed(dst, us/1e6, 2, '.'), us%1e6, 6, 0)
}

func appendSeconds(dst []byte, ns int64) []byte {
	if ns < 0 {
		dst, ns = append(dst, '-'), -ns
	}
	dst = append(strconv.AppendInt(dst, ns/1e9, 10), '.')
	return appendFixed(dst, ns%1e9/1000, 6, 0)
}

// appendFixed appends n with leading zeros, and end unless that is 0.
func appendFixed(dst []byte, n int64, width int, end byte) []byte {
	var b [20]byte
	for i := width - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	dst = append(dst, b[:width]...)
	if end != 0 {
		dst = append(dst, end)
	}
	return dst
}

// Duration is AppendDuration as a string.
func Duration(ns int64) string { return string(AppendDuration(nil, ns)) }

// AppendDuration appends a duration with three digits and the unit: 0.723ms,
// 27.5ms, 4.60s, 6m11s, 2h05m.
func AppendDuration(dst []byte, ns int64) []byte {
	if ns < 0 {
		dst, ns = append(dst, '-'), -ns
	}
	switch {
	case ns == 0:
		return append(dst, '0')
	case ns < 999500000:
		return append(appendThree(dst, float64(ns)/1e6), "ms"...)
	case ns < 99950000000:
		return append(appendThree(dst, float64(ns)/1e9), 's')
	case ns < 3600e9-5e8:
		s := (ns + 5e8) / 1e9
		return appendFixed(append(strconv.AppendInt(dst, s/60, 10), 'm'), s%60, 2, 's')
	}
	m := (ns + 30e9) / 60e9
	return appendFixed(append(strconv.AppendInt(dst, m/60, 10), 'h'), m%60, 2, 'm')
}

// AppendSince appends the time from one thing to another, with its sign.
func AppendSince(dst []byte, ns int64) []byte {
	if ns >= 0 {
		dst = append(dst, '+')
	}
	return AppendDuration(dst, ns)
}

// appendThree appends a number below 1000 with three digits, no decimals
// beyond thousandths.
func appendThree(dst []byte, f float64) []byte {
	switch {
	case f < 9.995:
		if f < 0.9995 {
			return strconv.AppendFloat(dst, f, 'f', 3, 64)
		}
		return strconv.AppendFloat(dst, f, 'f', 2, 64)
	case f < 99.95:
		return strconv.AppendFloat(dst, f, 'f', 1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', 0, 64)
}

// Span is a stretch of time, with the date of the end only if it differs.
func Span(first, last int64, zone *time.Location) string {
	a, b := time.Unix(0, first).In(zone), time.Unix(0, last).In(zone)
	form := "15:04:05 -0700"
	if last-first < 1e9 {
		return a.Format("2006-01-02 15:04:05.000") + " to " + b.Format("15:04:05.000 -0700")
	}
	if a.Format(time.DateOnly) != b.Format(time.DateOnly) {
		form = "2006-01-02 15:04:05 -0700"
	}
	return a.Format("2006-01-02 15:04:05") + " to " + b.Format(form)
}
