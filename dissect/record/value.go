package record

import (
	"net/netip"
	"strconv"
	"time"
)

// Type is the type of a field's values, the same for ever.
type Type uint8

// The types.
const (
	String  Type = iota
	Uint         // integer, 0 to 2^53
	Int          // integer
	Millis       // duration in milliseconds, six decimals
	Seconds      // duration in seconds, nine decimals at most
	Bool         //
	IP           //
	Time         // RFC 3339 in UTC with nine decimals
	Hex          // octets in lower-case hexadecimal
	ID           // 64-bit number in 16 lower-case hexadecimal digits
	Objects      // a list of objects
	Float        // number, six decimals
)

// Value is the value of one field of one record. It is reused, and Str may
// point into the record's memory.
type Value struct {
	Set  bool
	Type Type
	Num  uint64 // Uint, ID; Int as its two's complement; Millis and Time in ns; Bool as 0 or 1; Float as its bits
	Str  []byte // String and Hex
	Addr netip.Addr
	List []Value // of a field that is a list
}

func (v *Value) uint(n uint64)   { v.Set, v.Type, v.Num = true, Uint, n }
func (v *Value) id(n uint64)     { v.Set, v.Type, v.Num = true, ID, n }
func (v *Value) time(ns int64)   { v.Set, v.Type, v.Num = true, Time, uint64(ns) }
func (v *Value) millis(ns int64) { v.Set, v.Type, v.Num = true, Millis, uint64(ns) }
func (v *Value) bool(b bool)     { v.Set, v.Type, v.Num = b, Bool, 1 }
func (v *Value) str(s string)    { v.Set, v.Type, v.Str = true, String, append(v.Str[:0], s...) }
func (v *Value) ip(a netip.Addr) { v.Set, v.Type, v.Addr = true, IP, a }

// text sets a string, absent if it is empty.
func (v *Value) text(b []byte) { v.Set, v.Type, v.Str = len(b) > 0, String, append(v.Str[:0], b...) }

// hex sets octets, absent if there are none.
func (v *Value) hex(b []byte) { v.Set, v.Type, v.Str = len(b) > 0, Hex, append(v.Str[:0], b...) }

// item gives the next element of a list, to be set.
func (v *Value) item() *Value {
	v.Set = true
	if len(v.List) < cap(v.List) {
		v.List = v.List[:len(v.List)+1]
	} else {
		v.List = append(v.List, Value{})
	}
	x := &v.List[len(v.List)-1]
	x.reset()
	return x
}

// copy makes v the value x, in its own memory.
func (v *Value) copy(x *Value) {
	v.Set, v.Type, v.Num, v.Addr = x.Set, x.Type, x.Num, x.Addr
	v.Str, v.List = append(v.Str[:0], x.Str...), append(v.List[:0], x.List...)
}

func (v *Value) reset() { v.Set, v.List = false, v.List[:0] }

// AppendText appends the value as it stands in columns: a string bare, a list
// with commas.
func (v *Value) AppendText(dst []byte) []byte {
	if len(v.List) > 0 {
		for i := range v.List {
			if i > 0 {
				dst = append(dst, ',')
			}
			if v.List[i].Set {
				dst = v.List[i].AppendText(dst)
			}
		}
		return dst
	}
	switch v.Type {
	case String:
		return append(dst, v.Str...)
	case Uint:
		return strconv.AppendUint(dst, v.Num, 10)
	case Int:
		return strconv.AppendInt(dst, int64(v.Num), 10)
	case Millis:
		return appendMillis(dst, int64(v.Num))
	case Seconds:
		return strconv.AppendFloat(dst, float64(v.Num)/1e9, 'f', -1, 64)
	case Float:
		return strconv.AppendFloat(dst, v.Float(), 'f', 6, 64)
	case Bool:
		return strconv.AppendBool(dst, v.Num != 0)
	case IP:
		return v.Addr.AppendTo(dst)
	case Time:
		return appendTime(dst, int64(v.Num))
	case Hex:
		return appendHex(dst, v.Str)
	case ID:
		return appendID(dst, v.Num)
	}
	return dst
}

// appendMillis appends nanoseconds as milliseconds with six decimals.
func appendMillis(dst []byte, ns int64) []byte {
	if ns < 0 {
		dst, ns = append(dst, '-'), -ns
	}
	dst = strconv.AppendInt(dst, ns/1e6, 10)
	dst = append(dst, '.')
	return appendPadded(dst, uint64(ns%1e6), 6)
}

func appendPadded(dst []byte, n uint64, width int) []byte {
	var b [20]byte
	for i := width - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, b[:width]...)
}

// appendTime appends ns since 1970 as RFC 3339 in UTC with nine decimals.
func appendTime(dst []byte, ns int64) []byte {
	const day = 86400
	sec := ns / 1e9
	frac := ns % 1e9
	if frac < 0 {
		frac, sec = frac+1e9, sec-1
	}
	if sec < 0 || sec >= 253402300800 { // outside the years 1970 to 9999
		return time.Unix(sec, frac).UTC().AppendFormat(dst, "2006-01-02T15:04:05.000000000Z")
	}
	y, m, d := civil(sec / day)
	s := sec % day
	dst = appendPadded(dst, uint64(y), 4)
	dst = appendPadded(append(dst, '-'), uint64(m), 2)
	dst = appendPadded(append(dst, '-'), uint64(d), 2)
	dst = appendPadded(append(dst, 'T'), uint64(s/3600), 2)
	dst = appendPadded(append(dst, ':'), uint64(s/60%60), 2)
	dst = appendPadded(append(dst, ':'), uint64(s%60), 2)
	dst = appendPadded(append(dst, '.'), uint64(frac), 9)
	return append(dst, 'Z')
}

// civil gives the date of a day counted from 1970-01-01, in the Gregorian
// calendar whose years are taken to begin in March so that the leap day is the
// last.
func civil(days int64) (y, m, d int64) {
	days += 719468 // from 0000-03-01
	era := days / 146097
	doe := days % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	if m = mp + 3; m > 12 {
		m -= 12
	}
	y = yoe + era*400
	if m <= 2 {
		y++
	}
	return y, m, d
}

const hexDigits = "0123456789abcdef"

func appendHex(dst, b []byte) []byte {
	for _, c := range b {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
	}
	return dst
}

func appendID(dst []byte, n uint64) []byte {
	var b [16]byte
	for i := 15; i >= 0; i-- {
		b[i] = hexDigits[n&15]
		n >>= 4
	}
	return append(dst, b[:]...)
}
