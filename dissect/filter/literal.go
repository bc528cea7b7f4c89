package filter

import (
	"encoding/hex"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"cmppdump/capture/spell"
	"cmppdump/dissect/record"
)

// number reads a value of a type that has an order in integers.
func (c *checker) number(o *operand, t token) (int64, *Error) {
	switch o.kind {
	case record.Millis:
		return duration(o, t, time.Millisecond)
	case record.Seconds:
		return duration(o, t, time.Second)
	case record.Time:
		return c.time(o, t)
	case record.Bool:
		return truth(o, t)
	case record.ID:
		return c.id(o, t)
	}
	return c.integer(o, t)
}

// integer reads a decimal number, or a hexadecimal one behind 0x.
func (c *checker) integer(o *operand, t token) (int64, *Error) {
	n, err := parseInteger(t.text)
	switch {
	case err != nil && c.names.by[o.sources[0].field.Name+"_text"] != nil:
		return 0, t.fail("%s is an integer; the meaning is in %s_text", o.name, o.sources[0].field.Name)
	case err != nil:
		return 0, t.fail("%s is an integer, and %q is none", o.name, t.text)
	case n < 0 && o.kind == record.Uint:
		return 0, t.fail("%s is never below 0", o.name)
	case n > math.MaxUint16 && strings.HasSuffix(o.sources[0].field.Name, ".port"):
		return 0, t.fail("a port is at most %d", math.MaxUint16)
	}
	return n, nil
}

func parseInteger(s string) (int64, error) {
	if digits, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		n, err := strconv.ParseUint(digits, 16, 63)
		return int64(n), err
	}
	return strconv.ParseInt(s, 10, 64)
}

// duration reads a duration: with a unit, or a number of what the field counts.
func duration(o *operand, t token, unit time.Duration) (int64, *Error) {
	if d, err := time.ParseDuration(t.text); err == nil {
		return int64(d), nil
	}
	n, err := strconv.ParseFloat(t.text, 64)
	if n *= float64(unit); err != nil || math.Abs(n) >= 1<<63 || n != n {
		return 0, t.fail("%s is a duration, such as 500ms or 2s", o.name)
	}
	if o.timed {
		return 0, t.fail("%s is a duration and needs a unit: %sms or %ss", o.name, t.text, t.text)
	}
	return int64(math.Round(n)), nil
}

// timeForms are how a time may be written: as records have it, or as rows do.
var timeForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

func (c *checker) time(o *operand, t token) (int64, *Error) {
	for _, form := range timeForms {
		if at, err := time.ParseInLocation(form, t.text, c.zone); err == nil {
			if at.Year() < 1970 || at.Year() > 2200 {
				return 0, t.fail("no capture is of that year")
			}
			return at.UnixNano(), nil
		}
	}
	return 0, t.fail("%s is a time, such as \"2026-11-22 02:10:00\" or 2026-11-22T02:10:00Z", o.name)
}

func truth(o *operand, t token) (int64, *Error) {
	switch strings.ToLower(t.text) {
	case "true", "1":
		return 1, nil
	case "false", "0":
		return 0, nil
	}
	return 0, t.fail("%s is true or false", o.name)
}

// id reads an id in any form that the protocol knows, or as a number.
func (c *checker) id(o *operand, t token) (int64, *Error) {
	if id, ok := c.names.table.Protocol.ParseID(t.text); ok {
		return int64(id), nil
	}
	digits, isHex := strings.CutPrefix(strings.ToLower(t.text), "0x")
	base := 10
	if isHex {
		base = 16
	}
	id, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		return 0, t.fail("%s is an id: 16 hexadecimal digits, decimal, signed decimal, or MMDDhhmmss, gateway and sequence", o.name)
	}
	return int64(id), nil
}

// address reads an address, or one with the length of a network.
func address(o *operand, t token) (lo, hi netip.Addr, e *Error) {
	if a, err := netip.ParseAddr(t.text); err == nil {
		a = a.Unmap().WithZone("")
		return a, a, nil
	}
	p, err := netip.ParsePrefix(t.text)
	if err != nil {
		return lo, hi, t.fail("%s is an address, such as 10.0.0.1, 10.0.0.0/24 or 2001:db8::1", o.name)
	}
	lo = p.Masked().Addr()
	b := lo.AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	hi, _ = netip.AddrFromSlice(b)
	return lo, hi, nil
}

// hexDigits reads octets: hexadecimal digits, with colons between them or not.
func hexDigits(o *operand, t token) ([]byte, *Error) {
	digits := strings.ReplaceAll(strings.TrimPrefix(t.text, "0x"), ":", "")
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil, t.fail("%s is octets: hexadecimal digits such as 0a1b, or a text in quotes", o.name)
	}
	return b, nil
}

// enumerated gives the values that a word stands for, in the letters that
// records have. A command has its name with the protocol's or without, or its
// number.
func (c *checker) enumerated(o *operand, t token) ([]string, *Error) {
	for _, v := range o.values() {
		if strings.EqualFold(v, t.text) {
			return []string{v}, nil
		}
	}
	p := c.names.table.Protocol
	prefix, isCommand := "", true
	switch o.sources[0].field.Name {
	case p.Name + ".command":
		prefix = p.Title + "_"
	case "event.action":
	default:
		isCommand = false
	}
	bare := t.text
	if n := len(p.Title) + 1; isCommand && len(bare) > n && strings.EqualFold(bare[:n], p.Title+"_") {
		bare = bare[n:]
	}
	if isCommand {
		for _, v := range o.values() {
			if strings.EqualFold(v, prefix+bare) {
				return []string{v}, nil
			}
		}
		if n, err := parseInteger(bare); err == nil && n >= 0 && n <= math.MaxUint32 {
			return c.commandNames(uint32(n), prefix), nil
		}
	}
	return nil, unknownWord(o, t, prefix, bare)
}

// commandNames are the values for a Command_Id, of which prefix is the
// beginning.
func (c *checker) commandNames(id uint32, prefix string) []string {
	p := c.names.table.Protocol
	cmd := p.Command(id)
	if cmd == nil {
		return []string{prefix + fmt.Sprintf("0x%08x", id)}
	}
	var list []string
	for _, name := range append([]string{cmd.Name}, cmd.Names[:]...) {
		if name == "" {
			continue
		}
		if prefix == "" {
			name = strings.ToLower(name[len(p.Title)+1:])
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// unknownWord is the error for a word that is no value.
func unknownWord(o *operand, t token, prefix, bare string) *Error {
	var words []string
	for _, v := range o.values() {
		words = append(words, strings.ToLower(strings.TrimPrefix(v, prefix)))
	}
	text := said.With("%q is no value of %s", t.text, o.name)
	if near := spell.Nearest(strings.ToLower(bare), words); near != "" {
		return t.fail("%s; did you mean %s?", text, o.values()[slices.Index(words, near)])
	}
	return t.fail("%s; it is one of %s", text, describe(o.values()))
}
