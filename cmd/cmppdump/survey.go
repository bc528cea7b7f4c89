package main

import (
	"cmp"
	"io"
	"math"
	"net/netip"
	"os"
	"slices"

	"cmppdump/capture"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// survey reads the input ahead of the reading whose records are shown: for
// --expand, and for -w with -Y, since a packet stands in front of what tells
// that it is wanted.
func (c *config) survey(stop *stopper, stdout, stderr io.Writer) (*kept, *packetSet, error) {
	if c.display == nil || len(c.interfaces) > 0 || c.expand == 0 && c.write == "" {
		return nil, nil, nil
	}
	paths, err := capture.Inputs(c.read)
	if err != nil {
		return nil, nil, usageError{err}
	}
	for _, p := range paths {
		if info, err := os.Stat(p); p != "-" && (err != nil || info.Mode().IsRegular()) {
			continue
		}
		if c.expand == 0 && c.views == record.PDU|record.Gap {
			return nil, nil, nil // see hindsight
		}
		return nil, nil, usage("%s can be read only once, and -Y reads it twice with --expand, or with -w if the view is not pdu: save it to a file first", inputName(p))
	}
	o := record.Options{Files: len(paths) > 1}
	var keep *kept
	if c.expand != 0 {
		keep = c.newKept(o)
		if err := c.readFor(keep, stop, stdout, stderr); err != nil {
			return nil, nil, err
		}
	}
	if c.write == "" {
		return keep, nil, nil
	}
	set := c.newPacketSet(o, keep)
	err = c.readFor(set, stop, stdout, stderr)
	set.finish()
	return keep, set, err
}

func inputName(path string) string {
	if path == "-" {
		return "stdin"
	}
	return path
}

// readFor reads the input once for a sink. What is wrong with the input is told
// when it is read for good.
func (c *config) readFor(sink track.Sink, stop *stopper, stdout, stderr io.Writer) error {
	filter, err := newFilter(c, io.Discard)
	if err != nil {
		return err
	}
	in, _, err := openInput(c, filter, nil, io.Discard)
	if err != nil {
		return err
	}
	s := newSession(c, in, filter, sink, stderr)
	defer s.intake.Close()
	s.out, s.stop, s.intervals = &output{}, stop, intervals{}
	progress := newProgress(stderr, stdout, in, c.lang)
	defer progress.done()
	return s.pump(c, progress)
}

// packetSet is the packets of the hits of -Y. It is a track.Sink.
type packetSet struct {
	hits    *selection
	whole   bool            // connections count with all their packets
	singles map[uint64]bool // by number
	runs    map[way][]stretch
	begins  map[arrival]begin // of PDUs in several packets; nil if nothing asks
}

// begin is where the octets of a PDU begin.
type begin struct {
	way
	frame uint64
}

// way is one direction of a connection.
type way struct{ src, dst netip.AddrPort }

// stretch is packets of a way from one to another: those with data, or all.
type stretch struct {
	first, last uint64
	all         bool
}

func (c *config) newPacketSet(o record.Options, keep *kept) *packetSet {
	s := &packetSet{singles: map[uint64]bool{}, runs: map[way][]stretch{}}
	if c.views&record.Msg != 0 {
		s.begins = map[arrival]begin{}
	}
	s.whole = c.expand == record.Conn || c.views&record.Conn != 0
	s.hits = c.newSelection(hitPackets{s}, o, keep)
	return s
}

// Event implements track.Sink.
func (s *packetSet) Event(e *track.Event) {
	if e.Kind == track.Opened {
		s.reused(e.Conn)
	}
	if p := e.PDU; s.begins != nil && e.Kind == track.PDU && p.First.Num != p.Last.Num {
		s.begins[arrival{p.Last.Num, int32(e.Conn.ID), p.Sequence}] = begin{wayOf(e.Conn, p.Dir), p.First.Num}
	}
	s.hits.Event(e)
}

// hitPackets takes the hits.
type hitPackets struct{ *packetSet }

// Event implements track.Sink.
func (s hitPackets) Event(e *track.Event) {
	switch e.Kind {
	case track.PDU:
		s.add(wayOf(e.Conn, e.PDU.Dir), e.PDU.First.Num, e.PDU.Last.Num)
	case track.Gap:
		s.add(wayOf(e.Conn, e.Gap.Dir), e.Gap.First.Num, e.Gap.Last.Num)
	case track.Transaction:
		s.half(wayOf(e.Conn, e.Txn.Dir), &e.Txn.Request)
		s.half(wayOf(e.Conn, e.Txn.Dir.Reverse()), &e.Txn.Response)
	case track.Message:
		s.message(e.Msg)
	case track.Closed:
		s.connection(e)
	}
}

func wayOf(c *track.Conn, d reassembly.Dir) way { return way{c.Source(d), c.Destination(d)} }

// add adds the packets that hold a stretch of a way.
func (s *packetSet) add(f way, first, last uint64) {
	s.singles[first], s.singles[last] = true, true
	if last-first > 1 {
		s.runs[f] = append(s.runs[f], stretch{first: first, last: last})
	}
}

func (s *packetSet) half(f way, h *track.Half) {
	if h.Seen {
		s.add(f, h.First.Num, h.Last.Num)
	}
}

func (s *packetSet) message(m *track.Msg) {
	m.EachPDU(s.arrived)
}

// arrived adds the packets of a PDU of a message.
func (s *packetSet) arrived(m *track.Mark, sequence uint32) {
	if b, several := s.begins[arrival{m.Num, m.Conn, sequence}]; several {
		s.add(b.way, b.frame, m.Num)
		return
	}
	s.singles[m.Num] = true
}

// connection adds all packets of a connection, those behind its end too.
func (s *packetSet) connection(e *track.Event) {
	if !s.whole {
		return
	}
	last := uint64(math.MaxUint64)
	if e.End.Reason == reassembly.Reuse {
		last = e.Conn.Last.Num
	}
	for _, f := range waysOf(e.Conn) {
		s.runs[f] = append(s.runs[f], stretch{e.Conn.First.Num, last, true})
	}
}

// reused ends what was added of an older connection with the same ports.
func (s *packetSet) reused(c *track.Conn) {
	for _, f := range waysOf(c) {
		for i := range s.runs[f] {
			r := &s.runs[f][i]
			r.last = min(r.last, c.First.Num-1)
		}
	}
}

func waysOf(c *track.Conn) [2]way {
	return [2]way{wayOf(c, reassembly.C2S), wayOf(c, reassembly.S2C)}
}

// finish readies the set for has.
func (s *packetSet) finish() {
	for _, runs := range s.runs {
		slices.SortFunc(runs, func(a, b stretch) int { return cmp.Compare(a.first, b.first) })
	}
}

// has is asked of packets in the order of their numbers. It reports whether a packet, decoded if it holds TCP, belongs to a hit.
func (s *packetSet) has(p *capture.Packet, decoded bool) bool {
	if s.singles[p.Num] {
		return true
	}
	if !decoded {
		return false
	}
	f := way{p.Src, p.Dst}
	runs := s.runs[f]
	for len(runs) > 0 && runs[0].last < p.Num {
		runs = runs[1:]
		s.runs[f] = runs
	}
	for _, r := range runs {
		if r.first > p.Num {
			break
		}
		if p.Num <= r.last && (r.all || len(p.Payload) > 0) {
			return true
		}
	}
	return false
}
