package cmpp

import (
	"fmt"
	"net/netip"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/reassembly"
)

// session is a few connections through one dissector. seen is called for each
// PDU.
type session struct {
	d     *dissect.Dissector
	conns map[string]*testConn
	seen  func(*dissect.PDU)
}

type testConn struct {
	reassembly.Stream
	offset [2]int64
}

func newSession(flag dissect.Version, seen func(*dissect.PDU)) *session {
	s := &session{conns: map[string]*testConn{}, seen: seen}
	s.d = dissect.New(s, Protocol, dissect.Options{Version: flag})
	return s
}

func (s *session) Open(*dissect.Conn)                       {}
func (s *session) Gap(*dissect.Gap)                         {}
func (s *session) Close(*dissect.Conn, reassembly.End) bool { return true }
func (s *session) PDU(p *dissect.PDU)                       { s.seen(p) }

// conn opens the connection with a client at its first use.
func (s *session) conn(client string) *testConn {
	c := s.conns[client]
	if c == nil {
		c = &testConn{Stream: s.d.Open(&reassembly.Conn{ID: len(s.conns) + 1, Iface: &capture.Interface{},
			Client: netip.MustParseAddrPort(client), Server: netip.MustParseAddrPort("10.0.0.2:7890")})}
		s.conns[client] = c
	}
	return c
}

// send sends octets on the connection with a client.
func (s *session) send(client string, dir reassembly.Dir, b []byte) {
	c := s.conn(client)
	c.Data(reassembly.Chunk{Dir: dir, Stamp: capture.Stamp{Num: 1}, Offset: c.offset[dir], Data: b})
	c.offset[dir] += int64(len(b))
}

// cut sends the first n octets of b, and the others get lost.
func (s *session) cut(client string, dir reassembly.Dir, b []byte, n int) {
	s.send(client, dir, b[:n])
	c := s.conn(client)
	c.Gap(reassembly.Gap{Dir: dir, Offset: c.offset[dir], Len: int64(len(b) - n)})
	c.offset[dir] += int64(len(b) - n)
}

func (s *session) close() {
	for _, c := range s.conns {
		c.Close(reassembly.End{})
	}
}

// one dissects a single PDU on a connection of its own; look is called with it.
func one(t testing.TB, pdu []byte, look func(*dissect.PDU)) {
	t.Helper()
	n := 0
	s := newSession(dissect.NoVersion, func(p *dissect.PDU) { n++; look(p) })
	s.send("10.0.0.1:57800", reassembly.C2S, pdu)
	s.close()
	if n != 1 {
		t.Fatalf("%d PDUs, want one", n)
	}
}

// read says "2.0 length": the version of a PDU and what told it; "-" for
// none. "as 2.0" follows where the fields were read by another version.
func read(p *dissect.PDU) string {
	if p.Version == dissect.NoVersion {
		return "- as " + Protocol.Versions[p.Column]
	}
	s := fmt.Sprintf("%s %s", Protocol.Versions[p.Version], p.Source)
	if p.Column != p.Version {
		s += " as " + Protocol.Versions[p.Column]
	}
	return s
}
