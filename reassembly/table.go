package reassembly

import (
	"net/netip"

	"cmppdump/capture"
)

// key is a 4-tuple without direction: the endpoint with the smaller port is a,
// of equal ports that with the smaller address.
type key struct {
	a, b   [16]byte
	pa, pb uint16
}

// keyOf is the key of the packets from src to dst and back. side is 0 if src is
// the endpoint a.
func keyOf(src, dst netip.AddrPort) (k key, side int) {
	ps, pd := src.Port(), dst.Port()
	if ps > pd || ps == pd && dst.Addr().Less(src.Addr()) {
		return key{dst.Addr().As16(), src.Addr().As16(), pd, ps}, 1
	}
	return key{src.Addr().As16(), dst.Addr().As16(), ps, pd}, 0
}

// table finds the connection of a packet. Connections of the same 4-tuple in
// different networks (twins.go) are a ring, of which the map has one. It also remembers, within a bound,
// the 4-tuples of connections that were closed, so that what is still on its
// way then is not taken for a new connection.
type table struct {
	open   map[key]*conn
	recent [1024]*conn // a cache of open, by ports
	silent uses        // of open, those without data so far
	talks  uses        // those with data
	closed closedConns
	n      int // open connections
}

// uses are connections by their last packet, linked by newer and older.
type uses struct {
	newest, oldest *conn
	n              int
}

func newTable() table {
	return table{open: make(map[key]*conn), closed: newClosedConns()}
}

// find returns the open connection of p and p's direction, or nil.
func (t *table) find(p *capture.Packet) (*conn, Dir) {
	recent := t.slot(p.Src, p.Dst)
	if c := *recent; c != nil {
		if p.Src == c.Client && p.Dst == c.Server {
			return c, C2S
		}
		if p.Src == c.Server && p.Dst == c.Client {
			return c, S2C
		}
	}
	k, side := keyOf(p.Src, p.Dst)
	c := t.open[k]
	if c == nil {
		return nil, 0
	}
	*recent = c
	return c, Dir(side) ^ c.flip
}

// slot is the place in recent of the packets between x and y.
func (t *table) slot(x, y netip.AddrPort) **conn {
	return &t.recent[(x.Port()^y.Port())%uint16(len(t.recent))]
}

// add enters an open connection.
func (t *table) add(c *conn) {
	k, side := keyOf(c.Client, c.Server)
	c.flip = Dir(side) // of the client
	if twin := t.open[k]; twin == nil {
		t.open[k] = c
	} else {
		twin.join(c)
	}
	t.n++
	*t.slot(c.Client, c.Server) = c
	t.silent.push(c)
}

// remove takes an open connection out.
func (t *table) remove(c *conn) {
	k, _ := keyOf(c.Client, c.Server)
	if other := c.leave(); other == nil {
		delete(t.open, k)
	} else if t.open[k] == c {
		t.open[k] = other
	}
	t.n--
	if s := t.slot(c.Client, c.Server); *s == c {
		*s = nil
	}
	t.uses(c).remove(c)
}

func (t *table) uses(c *conn) *uses {
	if c.talks {
		return &t.talks
	}
	return &t.silent
}

// touch makes c the newest connection.
func (t *table) touch(c *conn) {
	if u := t.uses(c); u.newest != c {
		u.remove(c)
		u.push(c)
	}
}

// talk notes that c has data.
func (t *table) talk(c *conn) {
	t.silent.remove(c)
	c.talks = true
	t.talks.push(c)
}

// oldest is the least recently used connection.
func (t *table) oldest() *conn {
	s, u := t.silent.oldest, t.talks.oldest
	if u == nil || s != nil && s.used < u.used {
		return s
	}
	return u
}

func (u *uses) push(c *conn) {
	u.n++
	c.older = u.newest
	if u.newest != nil {
		u.newest.newer = c
	} else {
		u.oldest = c
	}
	u.newest = c
}

func (u *uses) remove(c *conn) {
	u.n--
	if c.newer != nil {
		c.newer.older = c.older
	} else {
		u.newest = c.older
	}
	if c.older != nil {
		c.older.newer = c.newer
	} else {
		u.oldest = c.newer
	}
	c.newer, c.older = nil, nil
}
