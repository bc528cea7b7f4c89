package why

import (
	"strconv"
	"strings"

	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
)

// Query is what a person asks about: a number, a Msg_Id, an SP_Id or a
// connection. A word may be several of them: then the capture decides, and all
// that it holds of it is told.
type Query struct {
	Text    string
	number  []byte
	id      uint64
	isID    bool
	account string
	conn    int // 0: none
}

// maxAccount is the octets of an SP_Id (C§3.1).
const maxAccount = 6

// ParseQuery reads a phone or service number of 5 to 16 digits, a Msg_Id in one
// of the forms that the protocol knows, an SP_Id, or conn:N. Its errors do not
// repeat s, which may be to be masked.
func ParseQuery(p *dissect.Protocol, s string) (Query, error) {
	q := Query{Text: s}
	if n, ok := strings.CutPrefix(s, "conn:"); ok {
		var err error
		if q.conn, err = strconv.Atoi(n); err != nil || q.conn < 1 {
			return q, lang.Errorf(sayConnNumber)
		}
		return q, nil
	}
	if sms.IsNumber(s) {
		q.number = []byte(s)
	}
	q.id, q.isID = p.ParseID(s)
	if len(s) <= maxAccount && isAccount(s) {
		q.account = s
	}
	if q.number == nil && !q.isID && q.account == "" {
		return q, lang.Errorf(sayNeither)
	}
	return q, nil
}

func isAccount(s string) bool {
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z') {
			return false
		}
	}
	return s != ""
}

// messages and sessions report whether the question may be about such.
func (q *Query) messages() bool { return q.number != nil || q.isID }
func (q *Query) sessions() bool { return q.account != "" || q.conn != 0 }

// Match reports whether the question is about a message: a number is the phone's or
// the service's.
func (q *Query) Match(m *track.Msg) bool {
	if q.number != nil && (sms.SameNumber(m.To, q.number) || sms.SameNumber(m.From, q.number)) {
		return true
	}
	for i := range m.Parts {
		if q.isID && q.id != 0 && m.Parts[i].ID == q.id {
			return true
		}
	}
	return false
}

// matchSession reports whether the question is about a connection or a login on
// it.
func (q *Query) matchSession(s *verdict.Session) bool {
	if q.conn != 0 {
		return s.Conn.ID == q.conn
	}
	if q.account == "" {
		return false
	}
	for i := range s.Logins {
		if s.Logins[i].Account == q.account {
			return true
		}
	}
	return string(s.Conn.SPID()) == q.account
}
