package mutate

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// TCP flags (RFC 9293, section 3.1).
const (
	fin = 1 << iota
	syn
	rst
	psh
	ack
)

// Stream is one direction of a connection.
type Stream struct {
	Src, Dst netip.AddrPort
	First    uint32 // the sequence number of Bytes[0]
	Bytes    []byte
	PDUs     []PDU
	Peer     *Stream // the other direction
	Client   bool    // Src opened the connection, as far as the capture tells
	SYN      bool    // the capture begins with the SYN
	// Hostile: whatever is found in it is neither owed nor invented.
	Hostile bool
}

// PDU is a place in a stream.
type PDU struct {
	Offset, Length int64 // in octets; Length is what the header gives
}

// Packet is a TCP segment by its place in its stream.
type Packet struct {
	Time   int64 // ns since 1970
	Stream *Stream
	Offset int64 // of Data in the stream; -1 for a SYN
	Ack    int64 // the place in Stream.Peer that is acknowledged
	Flags  byte
	Data   []byte
	Junk   bool // Data is not what the stream has there
	blind  bool // a RST that its receiver ignores
}

func (p *Packet) end() int64 { return p.Offset + int64(len(p.Data)) }

func (p *Packet) pure() bool { return len(p.Data) == 0 && p.Flags&(syn|fin|rst) == 0 }

// Trace is a capture taken apart. Streams come in pairs, the client's first.
type Trace struct {
	Streams []*Stream
	Packets []Packet
}

// Clone copies t but for the octets, so that recipes do not disturb each other.
func (t *Trace) Clone() *Trace {
	streams := map[*Stream]*Stream{}
	c := &Trace{Packets: append([]Packet{}, t.Packets...)}
	for _, s := range t.Streams {
		n := *s
		streams[s] = &n
		c.Streams = append(c.Streams, &n)
	}
	for _, s := range c.Streams {
		s.Peer = streams[s.Peer]
	}
	for i := range c.Packets {
		c.Packets[i].Stream = streams[c.Packets[i].Stream]
	}
	return c
}

// Load takes the pcap file in b apart. It refuses a capture that is not clean:
// one with holes, or with octets that are in no PDU.
func Load(b []byte) (*Trace, error) {
	segments, err := readPcap(b)
	if err != nil {
		return nil, err
	}
	l := loader{open: map[[2]netip.AddrPort]*Stream{}}
	for _, s := range segments {
		l.add(s)
	}
	l.settle()
	for _, s := range l.Streams {
		if err := l.fill(s); err != nil {
			return nil, err
		}
	}
	return &l.Trace, nil
}

type loader struct {
	Trace
	open map[[2]netip.AddrPort]*Stream
}

func (l *loader) add(g segment) {
	s := l.open[[2]netip.AddrPort{g.src, g.dst}]
	opens := g.flags&(syn|ack) == syn
	if s == nil || opens && s.SYN && g.seq+1 != s.First {
		s = l.connect(g)
	}
	seq := g.seq
	if g.flags&syn != 0 {
		s.First, s.SYN = seq+1, true
	} else if s.First == 0 {
		s.First = seq
	}
	if g.flags&ack != 0 && s.Peer.First == 0 {
		s.Peer.First = g.ack
	}
	l.Packets = append(l.Packets, Packet{Time: g.time, Stream: s, Offset: int64(int32(seq - s.First)),
		Ack: int64(int32(g.ack - s.Peer.First)), Flags: g.flags, Data: g.data})
}

// connect makes the two directions of a connection whose first segment is g.
func (l *loader) connect(g segment) *Stream {
	s, o := &Stream{Src: g.src, Dst: g.dst}, &Stream{Src: g.dst, Dst: g.src}
	s.Peer, o.Peer = o, s
	l.open[[2]netip.AddrPort{g.src, g.dst}], l.open[[2]netip.AddrPort{g.dst, g.src}] = s, o
	if g.flags&(syn|ack) == syn|ack || g.flags&syn == 0 && g.src.Port() < g.dst.Port() {
		o.Client = true
		l.Streams = append(l.Streams, o, s)
	} else {
		s.Client = true
		l.Streams = append(l.Streams, s, o)
	}
	return s
}

// settle lets each stream without a SYN begin at its first data.
func (l *loader) settle() {
	base := map[*Stream]int64{}
	for i := range l.Packets {
		p := &l.Packets[i]
		if b, ok := base[p.Stream]; !p.Stream.SYN && len(p.Data) > 0 && (!ok || p.Offset < b) {
			base[p.Stream] = p.Offset
		}
	}
	for i := range l.Packets {
		p := &l.Packets[i]
		p.Offset -= base[p.Stream]
		p.Ack -= base[p.Stream.Peer]
	}
	for s, b := range base {
		s.First += uint32(b)
	}
}

// fill gathers the octets of a stream and finds the PDUs in them.
func (l *loader) fill(s *Stream) error {
	var have []bool
	for i := range l.Packets {
		p := &l.Packets[i]
		if p.Stream != s || len(p.Data) == 0 {
			continue
		}
		if p.Offset < 0 {
			return fmt.Errorf("%v to %v: data before the stream", s.Src, s.Dst)
		}
		for n := int(p.end()) - len(have); n > 0; n-- {
			have, s.Bytes = append(have, false), append(s.Bytes, 0)
		}
		for k, b := range p.Data {
			if at := int(p.Offset) + k; !have[at] {
				have[at], s.Bytes[at] = true, b
			}
		}
	}
	for at, ok := range have {
		if !ok {
			return fmt.Errorf("%v to %v: a hole at offset %d", s.Src, s.Dst, at)
		}
	}
	for at := 0; at < len(s.Bytes); {
		if len(s.Bytes)-at < 12 {
			break
		}
		n := int(binary.BigEndian.Uint32(s.Bytes[at:]))
		if n < 12 || n > 16384 {
			return fmt.Errorf("%v to %v: no PDU at offset %d", s.Src, s.Dst, at)
		}
		s.PDUs = append(s.PDUs, PDU{int64(at), int64(n)})
		at += n
	}
	return nil
}
