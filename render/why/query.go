package why

import (
	"fmt"

	"cmppdump/dissect"
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

// ParseQuery reads a phone number of 5 to 16 digits, or a Msg_Id in one of the
// forms that the protocol knows. 16 digits may be either.
func ParseQuery(p *dissect.Protocol, s string) (Query, error) {
	q := Query{Text: s}
	if sms.IsNumber(s) {
		q.number = []byte(s)
	}
	q.id, q.isID = p.ParseID(s)
	if q.number == nil && !q.isID {
		return q, fmt.Errorf("why %s: neither a phone number (5 to 16 digits) nor a Msg_Id (16 hexadecimal digits, decimal, or MMDDhhmmss and gateway and sequence)", s)
	}
	return q, nil
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
