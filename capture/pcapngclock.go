package capture

import (
	"math"
	"math/bits"
)

const secondNs = 1_000_000_000

// pcapngClock turns the timestamps of an interface into nanoseconds since 1970.
type pcapngClock struct {
	// The fast path: timestamps below limit are times of scale, plus shift,
	// all in nanoseconds. limit is 0 if there is none.
	limit, scale uint64
	shift        int64

	resolution uint8 // if_tsresol: 10^-n, or 2^-n with the upper bit set
	offset     int64 // if_tsoffset, in seconds
}

func newPcapngClock(resolution uint8, offset int64) pcapngClock {
	c := pcapngClock{resolution: resolution, offset: offset}
	if resolution <= 9 && 0 <= offset && offset <= math.MaxUint32 {
		c.scale = powerOf10(9 - uint(resolution))
		c.shift = offset * secondNs
		c.limit = uint64(maxTime-c.shift)/c.scale + 1
	}
	return c
}

// time gives nanoseconds since 1970, rounded down, from 0 to maxTime.
func (c *pcapngClock) time(units uint64) int64 {
	if units < c.limit {
		return int64(units*c.scale) + c.shift
	}
	return c.anyTime(units)
}

// anyTime is time for every resolution and offset.
func (c *pcapngClock) anyTime(units uint64) int64 {
	seconds, ns := c.split(units)
	if seconds > math.MaxInt64 || c.offset > 0 && int64(seconds) > math.MaxInt64-c.offset {
		return maxTime
	}
	s := int64(seconds) + c.offset
	if s < 0 {
		return 0
	}
	if s > maxTime/secondNs {
		return maxTime
	}
	return min(s*secondNs+int64(ns), maxTime)
}

// split gives whole seconds and the nanoseconds above them, without rounding in
// between.
func (c *pcapngClock) split(units uint64) (seconds, ns uint64) {
	n := uint(c.resolution & 0x7f)
	switch binary := c.resolution&0x80 != 0; {
	case binary && n < 64:
		seconds = units >> n
		hi, lo := bits.Mul64(units-seconds<<n, secondNs)
		return seconds, hi<<(64-n) | lo>>n // below one second, so hi fits
	case binary:
		hi, _ := bits.Mul64(units, secondNs)
		return 0, hi >> (n - 64)
	case n <= 19:
		second := powerOf10(n)
		hi, lo := bits.Mul64(units%second, secondNs)
		ns, _ = bits.Div64(hi, lo, second) // hi < second, since the fraction is
		return units / second, ns
	case n <= 28: // 64 bits hold less than a second
		return 0, units / powerOf10(n-9)
	}
	return 0, 0
}

// powerOf10 is 10^n, for n up to 19.
func powerOf10(n uint) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
