package render

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
)

// Mask hides what tells of people: numbers, texts and digests, as the layouts
// declare them (layout.Privacy). Equal numbers stay equal, so that a number can
// be followed without being known. A nil Mask hides nothing. It is safe for
// concurrent use.
type Mask struct {
	mu  sync.Mutex
	mac hash.Hash
	sum []byte
}

// NewMask makes a Mask. Who does not have the key cannot find out a number by
// trying all there are.
func NewMask(key []byte) *Mask { return &Mask{mac: hmac.New(sha256.New, key)} }

// What a hash is of: none must be taken for another.
const (
	hashNumber  = 'n'
	hashText    = 't'
	hashID      = 'i'
	hashDigits  = 'd'
	hashFiller  = 'f'
	hashLeading = 'l'
)

// hash is the keyed hash of octets.
func (m *Mask) hash(of byte, parts ...[]byte) (sum [sha256.Size]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mac.Reset()
	m.mac.Write([]byte{of})
	for _, p := range parts {
		m.mac.Write(p)
	}
	m.sum = m.mac.Sum(m.sum[:0])
	copy(sum[:], m.sum)
	return sum
}

// tag is #a91f04, by which equal things are found.
func (m *Mask) tag(dst []byte, of byte, b []byte) []byte {
	sum := m.hash(of, b)
	return hex.AppendEncode(append(dst, '#'), sum[:3])
}

// stars stand for what is hidden.
const stars = "****"

// edges is how many digits of a number stay at its begin and its end. Four and
// more are hidden.
func edges(n int) (head, tail int) {
	switch {
	case n >= 11:
		return 3, 4
	case n >= 7:
		return 3, 0
	case n >= 5:
		return 2, 0
	}
	return 0, 0
}

// longestNumber is the room for a number that every version has (C§3.4).
const longestNumber = 21

// AppendNumber appends what is shown of a phone or service number:
// 138****8000#a91f04. The hash is that of the digits by which numbers are
// compared, so that 86 in front of one changes nothing. Of what is no number
// only the hash is shown.
func (m *Mask) AppendNumber(dst, number []byte) []byte {
	if len(number) == 0 {
		return dst
	}
	trimmed := bytes.Trim(number, " \t\r\n\x00")
	national := sms.NormalizeNumber(trimmed)
	tag := m.tag(nil, hashNumber, sms.ComparedDigits(trimmed))
	if !digits(bytes.TrimPrefix(national, []byte("+"))) {
		return append(append(dst, stars...), tag...)
	}
	head, tail := edges(len(national))
	if prefix := len(trimmed) - len(national); prefix > 0 && prefix+head+len(stars)+tail+len(tag) <= longestNumber {
		dst = append(dst, trimmed[:prefix]...)
	}
	dst = append(append(dst, national[:head]...), stars...)
	return append(append(dst, national[len(national)-tail:]...), tag...)
}

// number puts what is shown of a number into a field of its own length: where
// that is too short, without the hash.
func (m *Mask) number(field, old []byte) {
	text := upToNUL(old)
	shown := m.AppendNumber(nil, text)
	if len(shown) > len(field) {
		shown, _, _ = bytes.Cut(shown, []byte("#"))
	}
	clear(field[copy(field, shown):])
}

// AppendName appends what is shown of a name or a text that others are compared
// with: [text 4 chars]#a91f04.
func (m *Mask) AppendName(dst, text []byte) []byte {
	if len(text) == 0 {
		return dst
	}
	return m.tag(appendLength(dst, text), hashText, text)
}

// appendLength appends [text 29 chars].
func appendLength(dst, text []byte) []byte {
	n := utf8.RuneCount(text)
	if n == 0 {
		return dst
	}
	dst = strconv.AppendInt(append(dst, "[text "...), int64(n), 10)
	if n == 1 {
		return append(dst, " char]"...)
	}
	return append(dst, " chars]"...)
}

// PDU hides what is private in p, whose octets and fields become its own. Other
// octets stand in the place of the hidden ones: a field still ends where it
// did.
func (m *Mask) PDU(p *dissect.PDU) {
	if m == nil {
		return
	}
	instead := m.instead(p)
	p.Fields = slices.Clone(p.Fields)
	p.Raw = hide(p, shown{m})
	if p.SMS.Data != nil {
		p.SMS.Data = p.Octets(layout.UserData, p.Raw)
	}
	p.SMS.Instead = instead
}

// instead is what is shown in place of the PDU's texts.
func (m *Mask) instead(p *dissect.PDU) *dissect.Instead {
	c := &p.SMS
	if !c.HasText() && !c.HasGuess {
		return nil
	}
	var text []byte
	if c.HasText() {
		text = c.AppendText(nil)
	}
	guess := text
	if c.HasGuess {
		guess = c.AppendGuess(nil)
	}
	return m.insteadOf(text, guess)
}

func (m *Mask) insteadOf(text, guess []byte) *dissect.Instead {
	name := sms.Signature(text)
	if name == nil {
		name = sms.Signature(guess)
	}
	return &dissect.Instead{Text: appendLength(nil, text), Guess: appendLength(nil, guess), Signature: m.AppendName(nil, name)}
}

// Message is a message with what is private in it hidden.
func (m *Mask) Message(x *track.Msg) *track.Msg {
	if m == nil {
		return x
	}
	y := *x
	y.From, y.To = m.AppendNumber(nil, x.From), m.AppendNumber(nil, x.To)
	if text := x.AppendText(nil); len(text) > 0 {
		y.Instead = m.insteadOf(text, text)
	}
	// The id is made of the number and of what is known: to try all numbers is
	// quick.
	sum := m.hash(hashID, binary.BigEndian.AppendUint64(nil, x.EventID))
	y.EventID = binary.BigEndian.Uint64(sum[:])
	y.Parts = nil
	for _, p := range x.Parts {
		q := *p
		q.Content = bytes.Repeat([]byte{'*'}, len(p.Content))
		_, known := x.Conn.Proto.StatText(p.StatText(), x.Conn.Version)
		if x.State == track.ReportOnly && !likeReport(p.StatText(), known, p.DoneText()) {
			q.ID = starredID
		}
		hideStat(q.Stat[:q.StatLen])
		if !digits(q.DoneText()) {
			clear(q.Done[:])
		}
		y.Parts = append(y.Parts, &q)
	}
	y.More = slices.Clone(x.More)
	for i := range y.More {
		hideStat(y.More[i].Stat[:y.More[i].StatLen])
	}
	return &y
}

// starredID is the Msg_Id of a report whose octets are a text, as its PDU shows
// it.
const starredID = 0x2a2a2a2a2a2a2a2a

// Event is an event with what is private in it hidden. It is e itself where
// there is nothing, and else valid until the next call with the same room.
func (m *Mask) Event(e *track.Event, room *MaskRoom) *track.Event {
	if m == nil || e.PDU == nil && e.Txn == nil && e.Msg == nil {
		return e
	}
	room.event = *e
	if e.PDU != nil {
		room.pdu = *e.PDU
		m.PDU(&room.pdu)
		room.event.PDU = &room.pdu
	}
	if e.Txn != nil {
		room.txn = *e.Txn
		room.copy.Loaded = m.PDU
		room.txn.Copy = &room.copy
		room.event.Txn = &room.txn
	}
	if e.Msg != nil {
		room.event.Msg = m.Message(e.Msg)
	}
	return &room.event
}

// MaskRoom is where Event puts what it hides things in.
type MaskRoom struct {
	event track.Event
	pdu   dissect.PDU
	txn   track.Txn
	copy  track.Copy
}

// Number, Name and Stat are what tables show of their rows; see stats.Mask.

// Number is AppendNumber for tables.
func (m *Mask) Number(text string) string { return string(m.AppendNumber(nil, []byte(text))) }

// Name is AppendName for tables.
func (m *Mask) Name(text string) string { return string(m.AppendName(nil, []byte(text))) }

// Stat is what is shown of the Stat of a report.
func (m *Mask) Stat(text string) string {
	b := []byte(text)
	hideStat(b)
	return string(b)
}

// hideStat hides a Stat that is none: content that only claims to be a report.
func hideStat(b []byte) {
	if !isStat(b) {
		for i := range b {
			b[i] = '*'
		}
	}
}

// isStat reports whether b may be the final state of a message: DELIVRD,
// MK:0001 (C§5.5).
func isStat(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != ':' && c != '_' && c != '-' && c != ' ' {
			return false
		}
	}
	return true
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func upToNUL(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}
