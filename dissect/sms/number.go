package sms

import "bytes"

// mobileDigits is the length of a Chinese phone number without its country
// code, and how many of the last digits tell two numbers apart (C§8).
const mobileDigits = 11

// IsNumber reports whether people may mean a phone or service number by s: 5
// to 16 digits, or digits behind a plus sign.
func IsNumber(s string) bool {
	if len(s) > 5 && s[0] == '+' {
		return allDigits([]byte(s[1:]))
	}
	return len(s) >= 5 && len(s) <= 16 && allDigits([]byte(s))
}

// NormalizeNumber is a phone number without blanks and NULs around it and
// without +86, 0086 or 86 in front of eleven digits. Other numbers stay as they
// are. It is a part of b.
func NormalizeNumber(b []byte) []byte {
	b = bytes.Trim(b, " \t\r\n\x00")
	prefix := len(b) - mobileDigits
	if prefix < 2 || !allDigits(b[prefix:]) {
		return b
	}
	switch string(b[:prefix]) {
	case "86", "+86", "0086":
		return b[prefix:]
	}
	return b
}

// SameNumber reports whether two phone or service numbers are the same: equal,
// or equal in the last eleven digits if both have as many. No number is the
// same as none.
func SameNumber(a, b []byte) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	if x, y := a[len(a)-1], b[len(b)-1]; x != y && isDigit(x) && isDigit(y) {
		return false // tells most of them apart
	}
	a, b = ComparedDigits(a), ComparedDigits(b)
	return len(a) > 0 && bytes.Equal(a, b)
}

// ComparedDigits is what SameNumber compares of a number. It is a part of b.
func ComparedDigits(b []byte) []byte { return lastDigits(NormalizeNumber(b)) }

func lastDigits(b []byte) []byte {
	if n := len(b) - mobileDigits; n > 0 && allDigits(b[n:]) {
		return b[n:]
	}
	return b
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return true
}
