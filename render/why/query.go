package why

import (
	"fmt"
	"strconv"

	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
)

// Query is what a person asks about: a phone number or a Msg_Id.
type Query struct {
	Text   string
	number []byte
	id     uint64
	isID   bool
}

// ParseQuery reads a phone number of 5 to 16 digits, or a Msg_Id: 16 hexadecimal
// digits, the decimal number, signed or not, or MMDDhhmmss, gateway and
// sequence in 21 or 22 digits.
func ParseQuery(s string) (Query, error) {
	q := Query{Text: s}
	digits := len(s) > 0
	for _, c := range s {
		digits = digits && c >= '0' && c <= '9'
	}
	if id, err := strconv.ParseUint(s, 16, 64); err == nil && len(s) == 16 && !digits {
		q.id, q.isID = id, true
		return q, nil
	}
	if len(s) > 1 && s[0] == '-' {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			q.id, q.isID = uint64(id), true
			return q, nil
		}
	}
	switch {
	case digits && len(s) >= 17 && len(s) <= 20:
		if id, err := strconv.ParseUint(s, 10, 64); err == nil {
			q.id, q.isID = id, true
			return q, nil
		}
	case digits && len(s) >= 21 && len(s) <= 22:
		if id, ok := parsedID(s); ok {
			q.id, q.isID = id, true
			return q, nil
		}
	case digits && len(s) == 16:
		if id, err := strconv.ParseUint(s, 16, 64); err == nil {
			q.id, q.isID, q.number = id, true, []byte(s) // it may be either
			return q, nil
		}
	case digits && len(s) >= 5, len(s) > 5 && s[0] == '+':
		q.number = []byte(s)
		return q, nil
	}
	return q, fmt.Errorf("why %s: neither a phone number (5 to 16 digits) nor a Msg_Id (16 hexadecimal digits, decimal, or MMDDhhmmss and gateway and sequence)", s)
}

// parsedID packs MMDDhhmmss, the gateway in six or seven digits and the
// sequence in five or six into a Msg_Id (C§4.1).
func parsedID(s string) (uint64, bool) {
	field := func(from, to int) uint64 {
		n, _ := strconv.ParseUint(s[from:to], 10, 64)
		return n
	}
	month, day, hour, minute, second := field(0, 2), field(2, 4), field(4, 6), field(6, 8), field(8, 10)
	gateway, sequence := field(10, 16), field(16, len(s))
	if sequence > 0xffff { // a gateway in seven digits
		gateway, sequence = field(10, 17), field(17, len(s))
	}
	if month < 1 || month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59 || gateway >= 1<<22 || sequence > 0xffff {
		return 0, false
	}
	return month<<60 | day<<55 | hour<<50 | minute<<44 | second<<38 | gateway<<16 | sequence, true
}

// Match reports whether the question is about a message.
func (q *Query) Match(m *track.Msg) bool {
	if q.number != nil && (sms.SameNumber(m.To, q.number) || m.MO && sms.SameNumber(m.From, q.number)) {
		return true
	}
	for i := range m.Parts {
		if q.isID && q.id != 0 && m.Parts[i].ID == q.id {
			return true
		}
	}
	return false
}
