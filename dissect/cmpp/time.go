package cmpp

import (
	"bytes"

	"cmppdump/dissect/layout"
)

// showTimestamp reads CONNECT's Timestamp, MMDDHHMMSS as a number (C§1.6).
func showTimestamp(dst []byte, f layout.Field, _ []byte) []byte {
	n := f.Num
	month, day, hour, minute, second := n/1e8, n/1e6%100, n/1e4%100, n/100%100, n%100
	if month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 {
		return dst
	}
	dst = digits(dst, month, 2)
	dst = digits(append(dst, '-'), day, 2)
	dst = digits(append(dst, ' '), hour, 2)
	dst = digits(append(dst, ':'), minute, 2)
	return digits(append(dst, ':'), second, 2)
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
