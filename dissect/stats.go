package dissect

import (
	"strings"

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
	// Forgotten counts the directions whose waiting octets were given up to
	// stay within Options.MaxCarry.
	Forgotten   uint64
	First, Last capture.Stamp // of the PDUs
	Notes       NoteCounts
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
	return Stats{Foreign: map[uint16]*Foreign{}}
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
	s.notes(p.Notes)
}

func (s *Stats) notes(list []Note) {
	for i := range list {
		s.Notes.Add(list[i].Spec)
		if list[i].Spec == noteResync {
			s.Resyncs++
		}
	}
}

func (s *Stats) gap(g *Gap) {
	s.notes(g.Notes)
	switch g.Kind {
	case Missing:
		s.Gaps++
		s.MissingBytes += g.Bytes
	case Skipped:
		s.SkippedBytes += g.Bytes
	}
}

func (s *Stats) foreign(st *stream) {
	bytes := st.seen[0] + st.seen[1]
	if bytes == 0 {
		return
	}
	if st.prior && strings.HasPrefix(st.looksLike(), tlsName) {
		s.Notes.Add(noteTLS)
	}
	port := st.tcp.Server.Port()
	f := s.Foreign[port]
	if f == nil {
		if len(s.Foreign) >= foreignPorts {
			return
		}
		f = &Foreign{Looks: st.looksLike(), Expected: st.prior}
		s.Foreign[port] = f
	}
	f.Conns++
	f.Bytes += bytes
}
