package render

import (
	"bytes"
	"encoding/binary"
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/sms"
)

// Octets gives the octets of a PDU as they may be written into a capture file:
// a PDU of the same length that is dissected and followed as p is. Numbers keep
// three digits and their length, and the others become digits that only the
// key tells; texts become letters in their coding; digests and what nothing is
// known of become zero.
func (m *Mask) Octets(p *dissect.PDU) []byte {
	q := *p
	q.Fields = slices.Clone(p.Fields)
	return hide(&q, onWire{m})
}

// onWire paints for dissectors.
type onWire struct{ *Mask }

func (w onWire) secret(field, _ []byte) { clear(field) }

// written depends on the octets: who follows requests tells one that is sent
// again from another by them.
func (w onWire) written(field, old []byte, p *dissect.PDU, text bool) {
	if text && p.SMS.Coding.Encoding == sms.UCS2 {
		clear(field)
		letters := make([]byte, len(field)/2)
		w.letters(letters, old)
		for i, c := range letters {
			field[2*i+1] = c
		}
		return
	}
	w.letters(field, old)
}

// letters fills dst with letters that octets and the key decide.
func (w onWire) letters(dst, of []byte) {
	for at := 0; at < len(dst); {
		sum := w.hash(hashFiller, of, binary.BigEndian.AppendUint32(nil, uint32(at)))
		for _, c := range sum[:min(len(sum), len(dst)-at)] {
			dst[at] = 'a' + c%26
			at++
		}
	}
}

func (w onWire) number(field, old []byte) {
	text := upToNUL(old)
	clear(field)
	copy(field, text)
	b := bytes.TrimPrefix(bytes.Trim(field[:len(text)], " \t\r\n"), []byte("+"))
	switch lead := len(b) - comparedDigits; {
	case !digits(b):
		w.letters(b, bytes.Clone(b))
	case lead > longestPrefix:
		w.scatter(b[:lead], hashLeading)
		w.scatter(b[lead:], hashDigits)
	case lead > 0:
		w.scatter(b[lead:], hashDigits)
	default:
		w.scatter(b, hashDigits)
	}
}

// comparedDigits is how many of the last digits tell two numbers apart (C§8);
// longestPrefix, how many may stand in front of them that name a country or a
// carrier: 0086, 12593.
const comparedDigits, longestPrefix = 11, 5

// scatter puts other digits in the place of all but the first of a number. No
// two numbers become one: what was told apart still is. The digits are halves
// that are added to each other in turn, by a hash (a Feistel network).
func (w onWire) scatter(number []byte, of byte) {
	head, _ := edges(len(number))
	kept, hidden := number[:head], number[head:]
	first, second := hidden[:len(hidden)/2], hidden[len(hidden)/2:]
	for round := range byte(10) {
		sum := w.hash(of, []byte{round, byte(len(number))}, kept, first)
		add(second, binary.BigEndian.Uint64(sum[:])>>1)
		first, second = second, first
	}
}

// add adds n to a number in decimal, modulo its length.
func add(number []byte, n uint64) {
	for i := len(number) - 1; i >= 0; i-- {
		n += uint64(number[i] - '0')
		number[i] = '0' + byte(n%10)
		n /= 10
	}
}
