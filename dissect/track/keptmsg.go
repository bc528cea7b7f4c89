package track

import "slices"

// msgCopy is a copy of a message, with all the room that it takes.
type msgCopy struct {
	msg    Msg
	parts  []Part
	list   []*Part
	octets []byte
}

// of makes the copy that of a message, and gives it. It is in no queue, and has
// the connection in common with the message.
func (k *msgCopy) of(m *Msg) *Msg {
	c := &k.msg
	candidates, more, resent, notes := c.Candidates[:0], c.More[:0], c.Resent[:0], c.Notes[:0]
	*c = *m
	c.Candidates, c.More, c.Notes = append(candidates, m.Candidates...), append(more, m.More...), append(notes, m.Notes...)
	c.Resent = append(resent, m.Resent...)
	c.next, c.prev, c.group, c.octets = nil, nil, nil, nil
	c.one, c.first = Part{}, [1]*Part{}

	size := len(m.From) + len(m.To) + len(m.Service)
	for _, p := range m.Parts {
		size += len(p.Content)
	}
	k.octets = slices.Grow(k.octets[:0], size)
	c.From, c.To, c.Service = k.keep(m.From), k.keep(m.To), k.keep(m.Service)
	k.parts, k.list = slices.Grow(k.parts[:0], len(m.Parts)), k.list[:0]
	for _, p := range m.Parts {
		k.parts = append(k.parts, *p)
		q := &k.parts[len(k.parts)-1]
		q.Content = k.keep(p.Content)
		q.msg, q.same, q.before, q.sibling, q.txn = c, nil, nil, nil, nil
		k.list = append(k.list, q)
	}
	c.Parts = k.list
	return c
}

// keep copies octets for which there is room.
func (k *msgCopy) keep(b []byte) []byte {
	n := len(k.octets)
	k.octets = append(k.octets, b...)
	return k.octets[n:len(k.octets):len(k.octets)]
}

// KeptMsg is a message that is put away, with what its connection had told by
// then. It has all the room that it takes, and can be used again.
type KeptMsg struct {
	copy msgCopy
	conn keptConn
}

// Keep puts a message away.
func (k *KeptMsg) Keep(m *Msg) { k.copy.of(m).Conn = k.conn.of(m.Conn) }

// Load gives the message that was put away. It is lent until the next Keep, and
// not to be changed. Of its connection there are the addresses, the protocol,
// version and account, the side of the SP, the end, and the proxy.
func (k *KeptMsg) Load() *Msg { return &k.copy.msg }
