package track

import "cmppdump/dissect"

// keptConn is what a connection had told when something of it was put away.
type keptConn struct {
	conn Conn
	base dissect.Conn
}

// of puts away what c has told, and gives it: the number, addresses and
// protocol, the version and account, the side of the SP, the end, and the
// proxy.
func (k *keptConn) of(c *Conn) *Conn {
	k.base.Conn, k.base.Proto, k.base.Proxy = c.Conn.Conn, c.Proto, c.Proxy
	k.conn.Conn, k.conn.Version = &k.base, c.Version
	k.conn.Ended, k.conn.End, k.conn.SP, k.conn.Known = c.Ended, c.End, c.SP, c.Known
	k.conn.Account = append(k.conn.Account[:0], c.Account...)
	k.conn.Sender = append(k.conn.Sender[:0], c.Sender...)
	return &k.conn
}
