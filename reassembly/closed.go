package reassembly

import "cmppdump/capture"

// maxClosed is how many closed connections are remembered.
const maxClosed = 1 << 14

// closedConn is what is remembered of a closed connection, by side of its key.
type closedConn struct {
	id   int
	side [2]closedHalf
}

// closedHalf is what is remembered of one direction.
type closedHalf struct {
	next    uint32 // the sequence number that would have followed
	back    uint32 // how many bytes before that are the connection's, at most
	isn     uint32 // of the SYN
	syn     bool   // isn is known
	started bool   // next is known
	ended   bool   // the sender cannot send more: it sent a FIN or the RST
}

// closedConns remembers the last maxClosed connections that were closed by
// FIN, RST or another connection, the last of each 4-tuple. It holds no pointers, so that the collector need not look at it.
type closedConns struct {
	conns map[key]closedConn
	order []closedKey // a ring once it is full
	first int         // the oldest in order
}

// closedKey tells by id whether the entry under key is still the one meant.
type closedKey struct {
	key key
	id  int
}

func newClosedConns() closedConns {
	return closedConns{conns: make(map[key]closedConn)}
}

func (t *closedConns) forget(k key) { delete(t.conns, k) }

func (t *closedConns) remember(k key, c closedConn) {
	t.conns[k] = c
	entry := closedKey{k, c.id}
	if len(t.order) < maxClosed {
		t.order = append(t.order, entry)
		return
	}
	old := t.order[t.first]
	if t.conns[old.key].id == old.id {
		delete(t.conns, old.key)
	}
	t.order[t.first] = entry
	t.first = (t.first + 1) % maxClosed
}

// late reports whether p, whose ports have no open connection, is the rest of
// a connection that was closed: a retransmission, a last ACK.
func (t *table) late(p *capture.Packet) bool {
	if len(t.closed.conns) == 0 {
		return false
	}
	k, side := keyOf(p.Src, p.Dst)
	c, ok := t.closed.conns[k]
	return ok && c.late(side, p)
}

// late reports whether p, sent by side s, belongs to the closed connection.
//
// A SYN does only with the old sequence number. A segment without data always
// does: at worst a new connection is met one packet later. Data does if it is
// a retransmission, or was under way when the receiver sent its RST. Data
// behind a FIN or behind the sender's own RST cannot be, nor data from before
// the connection: it is new.
func (c *closedConn) late(s int, p *capture.Packet) bool {
	h, o, t := &c.side[s], &c.side[1-s], &p.TCP
	if t.Flags.Has(capture.SYN) {
		return h.syn && t.Seq == h.isn ||
			t.Flags.Has(capture.ACK) && o.syn && t.Ack == o.isn+1
	}
	if size(p) == 0 {
		return true
	}
	if !h.started {
		return o.started && near(int64(int32(t.Ack-o.next)))
	}
	ahead := int64(int32(t.Seq - h.next))
	if ahead < -int64(h.back) {
		return false
	}
	return ahead < 0 || !h.ended && ahead <= nearby
}

// memory is what to remember of c.
func (c *conn) memory() closedConn {
	m := closedConn{id: c.ID}
	for d := range c.half {
		h := &c.half[d]
		m.side[d^int(c.flip)] = closedHalf{
			next:    h.first + uint32(h.last()),
			back:    uint32(min(h.last()+h.slack(), farBehind)),
			isn:     h.first - 1,
			syn:     h.syn,
			started: h.started,
			ended:   h.ended,
		}
	}
	return m
}
