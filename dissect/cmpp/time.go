package cmpp

import (
	"bytes"
	"time"

	"cmppdump/dissect/layout"
)

// loginTime reads CONNECT's Timestamp, MMDDHHMMSS as a number (C§1.6).
func loginTime(n uint64, at int64) (from, before int64, ok bool) {
	t, ok := splitTimestamp(n)
	if !ok {
		return 0, 0, false
	}
	from = inYear(at, int(t[0]), int(t[1]), int(t[2]), int(t[3]), int(t[4]))
	return from, from + 1e9, true
}

// splitTimestamp gives month, day, hour, minute and second of a Timestamp.
func splitTimestamp(n uint64) (t [5]uint64, ok bool) {
	t = [...]uint64{n / 1e8, n / 1e6 % 100, n / 1e4 % 100, n / 100 % 100, n % 100}
	return t, t[0] >= 1 && t[0] <= 12 && t[1] >= 1 && t[1] <= 31 && t[2] <= 23 && t[3] <= 59 && t[4] <= 59
}

// idTime reads the time in a Msg_Id (C§4.1).
func idTime(id uint64, at int64) (from, before int64, ok bool) {
	m, ok := SplitMsgID(id)
	if !ok {
		return 0, 0, false
	}
	from = inYear(at, int(m.Month), int(m.Day), int(m.Hour), int(m.Minute), int(m.Second))
	return from, from + 1e9, true
}

// doneTime reads the YYMMDDHHMM of a report (C§3.9). It has only minutes.
func doneTime(b []byte) (from, before int64, ok bool) {
	if len(b) != 10 {
		return 0, 0, false
	}
	var two [5]int
	for i, c := range b {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		two[i/2] = two[i/2]*10 + int(c-'0')
	}
	if two[1] < 1 || two[1] > 12 || two[2] < 1 || two[2] > 31 || two[3] > 23 || two[4] > 59 {
		return 0, 0, false
	}
	from = time.Date(2000+two[0], time.Month(two[1]), two[2], two[3], two[4], 0, 0, time.UTC).UnixNano()
	return from, from + 60e9, true
}

// inYear gives a time without a year the one that brings it nearest to at.
func inYear(at int64, month, day, hour, minute, second int) int64 {
	const half = 366 * 12 * 3600e9
	year := time.Unix(0, at).UTC().Year()
	in := func(year int) int64 {
		return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).UnixNano()
	}
	switch t := in(year); {
	case t-at > half:
		return in(year - 1)
	case at-t > half:
		return in(year + 1)
	default:
		return t
	}
}

// showTimestamp reads CONNECT's Timestamp, MMDDHHMMSS as a number (C§1.6).
func showTimestamp(dst []byte, f layout.Field, _ []byte) []byte {
	t, ok := splitTimestamp(f.Num)
	if !ok {
		return dst
	}
	dst = digits(dst, t[0], 2)
	for i, sep := range [...]byte{'-', ' ', ':', ':'} {
		dst = digits(append(dst, sep), t[i+1], 2)
	}
	return dst
}

// showTime reads ValId_Time and At_Time: YYMMDDhhmmsstnnp, where nn counts
// quarter hours from UTC and p is +, - or R for a duration (C§1.6).
func showTime(dst []byte, f layout.Field, pdu []byte) []byte {
	b := f.Text(pdu)
	if len(b) != 16 {
		return dst
	}
	var digit [15]int
	for i := range digit {
		if b[i] < '0' || b[i] > '9' {
			return dst
		}
		digit[i] = int(b[i] - '0')
	}
	two := func(i int) uint64 { return uint64(digit[i]*10 + digit[i+1]) }
	switch {
	case b[15] == 'R':
	case b[15] != '+' && b[15] != '-', two(2) < 1, two(2) > 12, two(4) < 1, two(4) > 31, two(6) > 23, two(8) > 59, two(10) > 59, two(13) > 48:
		return dst
	}
	if b[15] == 'R' {
		n := len(dst)
		for i, unit := range [...]string{"y ", "mo ", "d ", "h ", "min ", "s"} {
			if v := two(2 * i); v > 0 {
				dst = append(digits(dst, v, 1), unit...)
			}
		}
		if len(dst) == n {
			dst = append(dst, "0s"...)
		}
		return append(append(dst[:n], bytes.TrimRight(dst[n:], " ")...), " from now"...)
	}
	dst = digits(append(dst, "20"...), two(0), 2)
	for i, sep := range [...]byte{'-', '-', ' ', ':', ':'} {
		dst = digits(append(dst, sep), two(2+2*i), 2)
	}
	dst = append(dst, '.', b[12], ' ')
	quarters := two(13)
	dst = digits(append(dst, b[15]), quarters/4, 2)
	return digits(dst, quarters%4*15, 2)
}
