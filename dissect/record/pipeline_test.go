package record

import (
	"encoding/hex"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
	"cmppdump/reassembly"
)

// viewer makes a record of each event and shows it to look.
type viewer struct {
	rec  Record
	look func(*Record)
}

func (v *viewer) Event(e *track.Event) {
	if v.rec.Set(e, PDU|Gap|Txn|Msg|Conn) {
		v.look(&v.rec)
	}
}

func newPipeline(o Options, look func(*Record)) *tracktest.Pipeline {
	return tracktest.New(cmpp.Protocol, &viewer{rec: Record{Options: o}, look: look}, track.Options{Keep: true, Messages: true, ReportTimeout: int64(72 * time.Hour)})
}

// captures gives the captures in pcaps/real.
func captures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../pcaps/real/*.pcap")
	if err != nil || len(files) < 6 {
		t.Fatalf("captures: %v %v", files, err)
	}
	return files
}

// readCapture shows every record of a capture to look.
func readCapture(t testing.TB, file string, o Options, look func(*Record)) {
	t.Helper()
	newPipeline(o, look).File(t, file)
}

// when is the capture time of readPDUs.
var when = time.Date(2026, 11, 22, 1, 15, 0, 601450000, time.UTC).UnixNano()

// readPDUs shows the records of PDUs, sent one a packet from client to server
// if they are requests and back if not. Of the last, cut octets are lost.
func readPDUs(o Options, cut int, look func(*Record), pdus ...[]byte) {
	pl := newPipeline(o, look)
	c := &reassembly.Conn{ID: 1, Iface: &capture.Interface{File: "a.pcap"}, First: stamp(1), Last: stamp(1),
		Client: netip.MustParseAddrPort("10.0.0.1:57800"), Server: netip.MustParseAddrPort("10.0.0.2:7890")}
	s := pl.Dissector.Open(c)
	var offset [2]int64
	for i, pdu := range pdus {
		dir := reassembly.Dir(pdu[4] >> 7)
		keep := len(pdu)
		if i == len(pdus)-1 {
			keep -= cut
		}
		s.Data(reassembly.Chunk{Dir: dir, Stamp: stamp(8 + i), Offset: offset[dir], Data: pdu[:keep]})
		offset[dir] += int64(keep)
		if keep < len(pdu) {
			s.Gap(reassembly.Gap{Dir: dir, Stamp: stamp(9 + i), Offset: offset[dir], Len: int64(len(pdu) - keep)})
		}
	}
	s.Close(reassembly.End{Stamp: stamp(99)})
	pl.Tracker.Flush()
}

func stamp(n int) capture.Stamp {
	return capture.Stamp{Num: uint64(n), Time: when + int64(n-8)*1e6, FileNum: uint64(n), Iface: &capture.Interface{Name: "eth0", File: "a.pcap"}}
}

// goldens are the golden PDUs of the protocol's digest, G1 to G10.
func goldens(t testing.TB) map[string][]byte {
	t.Helper()
	b, err := os.ReadFile("../cmpp/testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, l := range strings.Split(string(b), "\n") {
		if name, h, ok := strings.Cut(l, " "); ok && name[0] == 'G' {
			if out[name], err = hex.DecodeString(h); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}
