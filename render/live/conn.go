package live

import (
	"bytes"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// conn is what the screen knows of a connection: a copy of the tracker's, so
// that both goroutines may look, and what only a screen wants.
type conn struct {
	track.Conn
	dis     dissect.Conn
	tcp     reassembly.Conn
	open    bool
	end     reassembly.End
	waiting []uint64         // requests, the oldest first; answered ones are taken out when they are the oldest
	heard   [2]int64         // capture time of the newest PDU by direction, ns
	rate    [rateTime]uint32 // PDUs by second
	second  int64            // the newest in rate
	beats   int              // answered keep-alive requests
	beat    int64            // the latency of the newest, ns
}

// rateTime is how many seconds of PDU rates a connection keeps.
const rateTime = 64

// connSize is about what a connection takes, in octets.
const connSize = 2 << 10

// conn brings the copy of a connection up to date.
func (s *Store) conn(from *track.Conn) *conn {
	for from.ID >= len(s.conns) {
		s.conns = append(s.conns, nil)
	}
	c := s.conns[from.ID]
	if c == nil {
		c = &conn{open: true}
		c.Conn.Conn, c.dis.Conn, c.dis.Proto = &c.dis, &c.tcp, from.Proto
		s.conns[from.ID] = c
		s.live = append(s.live, c)
		s.extras += connSize
	}
	c.tcp = *from.Conn.Conn
	c.dis.Login, c.dis.LoginByte, c.dis.PDUs = from.Login, from.LoginByte, from.Conn.PDUs
	if !bytes.Equal(c.Account, from.Account) {
		c.Account = append([]byte(nil), from.Account...)
	}
	if !bytes.Equal(c.Sender, from.Sender) {
		c.Sender = append([]byte(nil), from.Sender...)
	}
	c.Status, c.Spec, c.By = from.Status, from.Spec, from.By
	c.Ended, c.End = from.Ended, from.End
	c.SP, c.Known, c.Terminated, c.Version, c.Dirs = from.SP, from.Known, from.Terminated, from.Version, from.Dirs
	c.CopyClocks(from)
	return c
}

// pdu counts a PDU.
func (c *conn) pdu(p *dissect.PDU) {
	c.heard[p.Dir] = p.Last.Time
	second := p.Last.Time / 1e9
	if second > c.second {
		for i := max(c.second+1, second-rateTime+1); i <= second; i++ {
			c.rate[i%rateTime] = 0
		}
		c.second = second
	}
	if second > c.second-rateTime {
		c.rate[second%rateTime]++
	}
}

// rateAt is the number of PDUs in a second of capture time.
func (c *conn) rateAt(second int64) uint32 {
	if second > c.second || second <= c.second-rateTime {
		return 0
	}
	return c.rate[second%rateTime]
}

// answered takes the response to a request.
func (c *conn) answered(latency int64, p *dissect.PDU) {
	if p.Class() == dissect.KeepAlive {
		c.beats++
		c.beat = latency
		c.Heartbeat.Add(latency)
	}
}

// oldest is the oldest open request of a connection, or nil.
func (s *Store) oldest(c *conn) *txnRow {
	n := 0
	for ; n < len(c.waiting); n++ {
		if no := c.waiting[n]; s.txns.has(no) {
			if t := s.txns.at(no); t.response == 0 && (t.state == open || !t.final) {
				break
			}
		}
	}
	if n > 0 {
		c.waiting = c.waiting[:copy(c.waiting, c.waiting[n:])]
	}
	if len(c.waiting) == 0 {
		return nil
	}
	return s.txns.at(c.waiting[0])
}
