package track

import (
	"bytes"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
)

// groupKey tells long messages apart (C§7.5): sender, receiver, width and value
// of the reference, number of parts. The connection is not in it, since parts
// may take any of an account's.
type groupKey struct {
	numbers string // from, NUL, to
	concat  sms.Concat
}

// groupTime is how long the parts of a long message may be apart, in capture
// time.
const groupTime = 300e9

// part finds or makes the message that a PDU belongs to, and the part for it.
// The part is nil for one that the message has already.
func (l *lifecycle) part(c *Conn, p *dissect.PDU, to, content []byte) (*Msg, *Part) {
	long := p.SMS.HasUDH && p.SMS.UDH.HasConcat && p.SMS.UDH.Concat.Total > 1
	if !long {
		m := l.begin(c, p, to)
		return m, l.addPart(m, p, 1, content)
	}
	k := l.key(p, to)
	index := p.SMS.UDH.Concat.Part
	m := l.groups[k]
	if m != nil && p.Last.Time-m.Start() > groupTime {
		l.ungroup(m)
		m = nil
	}
	if m != nil {
		if have := m.Part(int(index)); have != nil {
			if bytes.Equal(have.Content, content) {
				return m, nil
			}
			l.ungroup(m) // the reference is used again
			m = nil
		}
	}
	if m == nil {
		m = l.begin(c, p, to)
		m.Concat, m.group = k.concat, &k
		l.groups[k] = m
	}
	part := l.addPart(m, p, index, content)
	if len(m.Parts) == m.Total() {
		l.ungroup(m)
	}
	return m, part
}

// ungroup ends the search for a message's parts.
func (l *lifecycle) ungroup(m *Msg) {
	if m.group != nil {
		if l.groups[*m.group] == m {
			delete(l.groups, *m.group)
		}
		m.group = nil
	}
}

func (l *lifecycle) key(p *dissect.PDU, to []byte) groupKey {
	from := p.Text(layout.From, p.Raw)
	concat := p.SMS.UDH.Concat
	concat.Part = 0
	b := make([]byte, 0, 64)
	b = append(append(append(b, from...), 0), to...)
	return groupKey{string(b), concat}
}

// begin makes a message.
func (l *lifecycle) begin(c *Conn, p *dissect.PDU, to []byte) *Msg {
	from, service := p.Text(layout.From, p.Raw), p.Text(layout.Service, p.Raw)
	l.begun++
	m := l.fresh()
	m.No, m.Conn, m.Dir, m.State = l.begun, c, p.Dir, pending
	b := append(append(append(m.octets, from...), to...), service...)
	m.octets = b
	m.From, m.To, m.Service = b[:len(from):len(from)], b[len(from):len(from)+len(to):len(from)+len(to)], b[len(from)+len(to):len(b):len(b)]
	m.EventID = dissect.EventID(c.Conn.Conn, p.Dir, p.Offset, p.Raw[:12], to)
	m.where = inOpen
	l.open.push(m)
	l.mem += m.size()
	l.shrink(m)
	return m
}

// addPart adds a part to a message.
func (l *lifecycle) addPart(m *Msg, p *dissect.PDU, index uint8, content []byte) *Part {
	l.mem -= m.size()
	part := m.newPart()
	*part = Part{Index: index, msg: m}
	part.Carry(p)
	part.Content = content
	l.mem += m.size() + int64(len(content))
	return part
}

// What a message takes of memory besides its octets: the struct, and its share
// of the index by id.
const (
	messageSize = 768
	partSize    = 320
)

func (m *Msg) size() int64 {
	return messageSize + int64(max(len(m.Parts)-1, 0))*partSize + int64(len(m.Resent))*resendSize + int64(len(m.More))*receiptSize +
		int64(len(m.Notes))*noteSize + int64(len(m.Candidates))*8
}

// shrink forgets messages while they take more than their limit: the final ones
// first, then the oldest open ones, which are published as they are.
func (l *lifecycle) shrink(keep *Msg) {
	limit := l.t.opt.MaxMem
	for limit > 0 && l.mem+l.early.mem+l.t.mem > limit {
		m, r := oldest(&l.parked, &l.done, &l.parked.done)
		open := m == nil && r == 0
		if open {
			m, r = oldest(&l.parked, &l.open, &l.parked.open)
		}
		if r != 0 {
			m = l.wake(r)
		}
		if m == nil || m == keep {
			return
		}
		if open {
			m.State, m.Final = m.judge(true)
			m.Evicted, m.Decided = true, l.now
			l.publish(m)
			if l.stats.Evicted++; l.stats.Evicted == 1 {
				l.stats.Since = 0 // what had an end misses no more than a repeated report
			}
		} else {
			l.stats.Forgotten++
		}
		if open || l.stats.Evicted == 0 && m.First().Submit.Seen() {
			l.stats.Since = max(l.stats.Since, m.Start())
		}
		l.forget(m)
		if r != 0 {
			l.spare(m) // it was parked: nobody holds it
		}
	}
}

// forget takes a message out of every table.
func (l *lifecycle) forget(m *Msg) {
	l.leave(m)
	l.mem -= l.weight(m)
	for _, p := range m.Parts {
		l.unregister(p)
		p.txn.forget(p)
	}
	l.ungroup(m)
}

// forget lets go of a message that was forgotten and the SUBMIT carries. They go
// oldest first, so it is the first that it has.
func (t *Txn) forget(p *Part) {
	if t != nil && t.parts == p {
		t.parts = p.sibling
	}
	p.txn = nil
}

// unregister makes a part not found by its id any more.
func (l *lifecycle) unregister(p *Part) {
	if p.ID == 0 {
		return
	}
	l.uncount(p)
	if p.same != nil {
		p.same.before = p.before
	}
	switch {
	case p.before != nil:
		p.before.same = p.same
	case p.same != nil:
		l.byID[p.ID] = p.same
	case l.byID[p.ID] == p:
		delete(l.byID, p.ID)
	}
	p.same, p.before = nil, nil
}
