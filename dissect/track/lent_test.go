package track_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// closings notes what is known of connections when they are closed, and where
// that stands.
type closings struct {
	told  []string
	conns []*track.Conn
}

func (s *closings) Event(e *track.Event) {
	if c := e.Conn; e.Kind == track.Closed {
		s.told = append(s.told, fmt.Sprintf("%d %q %d %d %d", c.ID, c.Account, c.PDUs, c.Dirs[c2s].PDUs, len(c.Notes)))
		s.conns = append(s.conns, c)
	}
}

// TestLent: a connection is used again where the sink lets go of it, and only
// there, and then knows nothing of the one before.
func TestLent(t *testing.T) {
	for _, lent := range []bool{false, true} {
		var s closings
		tr := track.New(&s, track.Options{ResponseTimeout: 60e9, Lent: lent})
		d := dissect.New(tr, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion})
		login := &wire.Connect{Seq: 1, SourceAddr: "900001", Timestamp: 1122020958}
		for i, pdu := range []wire.PDU{login, &wire.Terminate{Seq: 2}, login} {
			c := &reassembly.Conn{ID: i + 1, Iface: &capture.Interface{}, Client: netip.MustParseAddrPort("10.0.0.1:50001"), Server: netip.MustParseAddrPort("10.0.0.2:7890")}
			at := capture.Stamp{Num: uint64(i + 1), Time: int64(i+1) * 1e9}
			stream := d.Open(c)
			stream.Data(reassembly.Chunk{Dir: c2s, Stamp: at, Data: pdu.Append(nil, wire.V30)})
			if kept := stream.Close(reassembly.End{Reason: reassembly.Fin, Stamp: at}); kept == lent {
				t.Errorf("lent %v: kept %v", lent, kept)
			}
		}
		if want := []string{`1 "900001" 1 1 1`, `2 "" 1 1 1`, `3 "900001" 1 1 1`}; !slices.Equal(s.told, want) {
			t.Errorf("lent %v: told %q, want %q", lent, s.told, want)
		}
		if again := s.conns[0] == s.conns[1]; again != lent {
			t.Errorf("lent %v: used again %v", lent, again)
		}
	}
}
