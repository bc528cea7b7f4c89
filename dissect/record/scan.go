package record

import "encoding/binary"

// Eight octets are looked at at once, as one number: lows has the lowest bit of
// each octet, highs the highest.
const (
	lows  = 0x0101010101010101
	highs = lows << 7
)

// below marks the octets of x under n, which is at most 128, by their highest
// bit; octets from 128 on are not marked. An octet above a marked one may be
// marked in error: the first mark is always right.
func below(x, n uint64) uint64 { return (x - lows*n) &^ x & highs }

// escapes marks the octets that a JSON string cannot hold as they are.
func escapes(x uint64) uint64 {
	return below(x, ' ') | below(x^lows*'"', 1) | below(x^lows*'\\', 1)
}

// clean counts octets from the start of b on that a JSON string can hold as
// they are: all of them, or at least those before the eight that hold the
// first that it cannot.
func clean(b []byte) int {
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		if escapes(binary.LittleEndian.Uint64(b[n:])) != 0 {
			return n
		}
	}
	if n > 0 && escapes(binary.LittleEndian.Uint64(b[len(b)-8:])) == 0 {
		return len(b)
	}
	return n
}

// printable reports whether b is ASCII without an octet that a JSON string
// cannot hold as it is.
func printable(b []byte) bool {
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		if x := binary.LittleEndian.Uint64(b[n:]); (x&highs)|escapes(x) != 0 {
			return false
		}
	}
	for _, c := range b[n:] {
		if c < ' ' || c >= 0x80 || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
