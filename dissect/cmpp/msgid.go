package cmpp

import (
	"strconv"

	"cmppdump/dissect/layout"
)

// MsgID is a Msg_Id taken apart (C§4.1).
type MsgID struct {
	Month, Day, Hour, Minute, Second uint8
	Gateway                          uint32 // the ISMG's code, at most six digits for a real one
	Sequence                         uint16
}

// SplitMsgID takes a Msg_Id apart. It reports false where the bits are no
// time: not every platform follows the specification.
func SplitMsgID(v uint64) (MsgID, bool) {
	m := MsgID{
		Month: uint8(v >> 60), Day: uint8(v >> 55 & 0x1f), Hour: uint8(v >> 50 & 0x1f),
		Minute: uint8(v >> 44 & 0x3f), Second: uint8(v >> 38 & 0x3f),
		Gateway: uint32(v >> 16 & 0x3fffff), Sequence: uint16(v),
	}
	return m, m.Month >= 1 && m.Month <= 12 && m.Day >= 1 && m.Hour < 24 && m.Minute < 60 && m.Second < 60
}

// parseMsgID reads a Msg_Id as logs have it: 16 hexadecimal digits, the decimal
// number of 17 to 20 digits, the signed one, or MMDDhhmmss, gateway and sequence
// in 21 or 22 digits.
func parseMsgID(s string) (uint64, bool) {
	base, n := 10, len(s)
	switch {
	case n > 1 && s[0] == '-':
		id, err := strconv.ParseInt(s, 10, 64)
		return uint64(id), err == nil
	case n == 16:
		base = 16
	case n == 21, n == 22:
		return packMsgID(s)
	case n < 17 || n > 20:
		return 0, false
	}
	id, err := strconv.ParseUint(s, base, 64)
	return id, err == nil
}

// packMsgID packs MMDDhhmmss, the gateway in six or seven digits and the
// sequence in five into a Msg_Id (C§4.1).
func packMsgID(s string) (uint64, bool) {
	ok := true
	field := func(from, to int) uint64 {
		n, err := strconv.ParseUint(s[from:to], 10, 64)
		ok = ok && err == nil
		return n
	}
	month, day, hour, minute, second := field(0, 2), field(2, 4), field(4, 6), field(6, 8), field(8, 10)
	gateway, sequence := field(10, len(s)-5), field(len(s)-5, len(s))
	if !ok || month < 1 || month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59 || gateway >= 1<<22 || sequence > 0xffff {
		return 0, false
	}
	return month<<60 | day<<55 | hour<<50 | minute<<44 | second<<38 | gateway<<16 | sequence, true
}

// nthID counts up in the sequence part, which wraps without a carry (C§7.6).
func nthID(first, k uint64) uint64 {
	if first == 0 {
		return 0
	}
	return first&^0xffff | (first+k)&0xffff
}

// appendGateway appends the six digits of the ISMG's code.
func appendGateway(dst []byte, id uint64) []byte {
	m, ok := SplitMsgID(id)
	if !ok || m.Gateway > 999999 {
		return dst
	}
	return digits(dst, uint64(m.Gateway), 6)
}

// appendDigits appends MMDDhhmmss, the gateway in seven digits and the sequence
// in five, as SP software writes a Msg_Id into its logs (C§4.1).
func appendDigits(dst []byte, id uint64) []byte {
	m, ok := SplitMsgID(id)
	if !ok || m.Day > 31 {
		return dst
	}
	for _, n := range [...]uint8{m.Month, m.Day, m.Hour, m.Minute, m.Second} {
		dst = digits(dst, uint64(n), 2)
	}
	return digits(digits(dst, uint64(m.Gateway), 7), uint64(m.Sequence), 5)
}

// showMsgID appends the time, gateway and sequence of a Msg_Id.
func showMsgID(dst []byte, f layout.Field, _ []byte) []byte {
	m, ok := SplitMsgID(f.Num)
	if !ok {
		return dst
	}
	dst = digits(dst, uint64(m.Month), 2)
	dst = digits(append(dst, '-'), uint64(m.Day), 2)
	dst = digits(append(dst, ' '), uint64(m.Hour), 2)
	dst = digits(append(dst, ':'), uint64(m.Minute), 2)
	dst = digits(append(dst, ':'), uint64(m.Second), 2)
	dst = digits(append(dst, "  ISMG "...), uint64(m.Gateway), 6)
	dst = append(dst, "  sequence "...)
	return strconv.AppendUint(dst, uint64(m.Sequence), 10)
}

// digits appends n in decimal with leading zeros.
func digits(dst []byte, n uint64, width int) []byte {
	var b [20]byte
	s := strconv.AppendUint(b[:0], n, 10)
	for i := len(s); i < width; i++ {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}
