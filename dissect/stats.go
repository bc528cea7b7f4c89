package dissect

import (
	"cmppdump/capture"
)

// Stats counts what was found, for the summary and the hints.
type Stats struct {
	PDUs         uint64
	Conns        int // that carry the protocol
	Midstream    int // of those, without their SYN in the capture
	Malformed    uint64
	Truncated    uint64
	Gaps         uint64
	MissingBytes int64
	Resyncs      uint64
	SkippedBytes int64
	First, Last  capture.Stamp // of the PDUs
	Notes        map[*NoteSpec]uint64
	// Foreign are the server ports of connections in which no PDU was found,
	// at most foreignPorts of them.
	Foreign map[uint16]*Foreign
}

// Foreign is the traffic to one server port in which no PDU was found.
type Foreign struct {
	Conns int
	Bytes int64
	Looks string // what the first of them looks like, or empty
	// Expected: the port is one of the protocol's, or the user's.
	Expected bool
}

const foreignPorts = 256

func newStats() Stats {
	return Stats{Notes: map[*NoteSpec]uint64{}, Foreign: map[uint16]*Foreign{}}
}

// Stats gives the counts so far. The maps are the dissector's own.
func (d *Dissector) Stats() *Stats { return &d.stats }

func (s *Stats) pdu(p *PDU) {
	s.PDUs++
	if s.First.Num == 0 {
		s.First = p.First
	}
	s.Last = p.Last
	if p.Truncated() {
		s.Truncated++
	} else if p.Err.Failed() {
		s.Malformed++
	}
	for i := range p.Notes {
		s.Notes[p.Notes[i].Spec]++
		if p.Notes[i].Spec == noteResync {
			s.Resyncs++
		}
	}
}

func (s *Stats) gap(g *Gap) {
	if g.Kind == Missing {
		s.Gaps++
		s.Notes[noteGap]++
		s.MissingBytes += g.Bytes
	} else {
		s.SkippedBytes += g.Bytes
	}
}

func (s *Stats) foreign(st *stream) {
	bytes := st.seen[0] + st.seen[1]
	if bytes == 0 {
		return
	}
	port := st.tcp.Server.Port()
	f := s.Foreign[port]
	if f == nil {
		if len(s.Foreign) >= foreignPorts {
			return
		}
		f = &Foreign{Looks: looksLike(st.head[:st.heads]), Expected: st.prior}
		s.Foreign[port] = f
	}
	f.Conns++
	f.Bytes += bytes
}
