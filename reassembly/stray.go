package reassembly

import "cmppdump/capture"

// stray is a copy of the last segment that was dropped as foreign: the next one
// may show that it was the first of another connection.
type stray struct {
	conn   *conn
	packet capture.Packet
}

// keep copies p, which is foreign to c.
func (s *stray) keep(c *conn, p *capture.Packet) {
	payload := append(s.packet.Payload[:0], p.Payload...)
	s.conn, s.packet = c, *p
	s.packet.Frame, s.packet.Payload = nil, payload
}

// of gives what was kept of c, if p continues it, or nil.
func (s *stray) of(c *conn, d Dir, p *capture.Packet) *capture.Packet {
	if s.conn != c {
		return nil
	}
	s.conn = nil
	if s.packet.Src != p.Src || s.packet.TCP.Seq+uint32(size(&s.packet)) != p.TCP.Seq {
		return nil
	}
	return &s.packet
}
