package rows_test

import (
	"bytes"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
	"cmppdump/reassembly"
	"cmppdump/render"
	"cmppdump/render/rows"
)

func newPipeline(sink tracktest.SinkFunc) *tracktest.Pipeline {
	return tracktest.New(cmpp.Protocol, sink, track.Options{Keep: true})
}

// captures are those in pcaps/real.
func captures(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../../pcaps/real/*.pcap")
	if err != nil || len(files) < 6 {
		t.Fatalf("captures: %v %v", files, err)
	}
	return files
}

// terminal are the options of a terminal so wide; 0 is a pipe.
func terminal(width int, zone *time.Location) rows.Options {
	return rows.Options{Views: record.PDU | record.Gap, Terminal: width > 0, Width: width, Times: render.Times{Zone: zone}, Timeout: int64(time.Minute)}
}

// show gives the rows of a capture.
func show(t testing.TB, file string, o rows.Options) string {
	t.Helper()
	var out bytes.Buffer
	r := rows.New(&out, o)
	newPipeline(func(e *track.Event) {
		if err := r.Event(e); err != nil {
			t.Fatal(err)
		}
	}).File(t, file)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// traffic makes TCP segments of a connection, a packet each.
type traffic struct {
	*tracktest.Pipeline
	num    uint64
	at     int64
	client netip.AddrPort
	seq    [2]uint32
}

var server = netip.MustParseAddrPort("10.0.0.2:7890")

// newTraffic begins with frame number num at the time of day at, with the
// handshake where syn asks for it.
func newTraffic(sink tracktest.SinkFunc, num uint64, at string) *traffic {
	d, err := time.Parse("2006-01-02 15:04:05.000000 -0700", "2026-11-22 "+at+" +0800")
	if err != nil {
		panic(err)
	}
	return &traffic{Pipeline: newPipeline(sink), num: num, at: d.UnixNano(), client: netip.MustParseAddrPort("10.0.0.1:57800")}
}

// packetAt sends a segment: dir, frame number, microseconds since the one
// before, flags and data.
func (s *traffic) segment(dir reassembly.Dir, num uint64, later time.Duration, flags capture.TCPFlags, data ...[]byte) {
	s.num, s.at = num, s.at+int64(later)
	payload := bytes.Join(data, nil)
	p := capture.Packet{Stamp: capture.Stamp{Num: s.num, Time: s.at, FileNum: s.num, Iface: &capture.Interface{Name: "eth0"}}, Payload: payload}
	p.Src, p.Dst = s.client, server
	if dir == reassembly.S2C {
		p.Src, p.Dst = server, s.client
	}
	p.TCP = capture.TCP{Seq: s.seq[dir], Ack: s.seq[dir.Reverse()], Flags: flags, Window: 65535}
	s.seq[dir] += uint32(len(payload))
	if flags.Has(capture.SYN) || flags.Has(capture.FIN) {
		s.seq[dir]++
	}
	s.Packet(&p, true)
}

// lose loses octets of a direction.
func (s *traffic) lose(dir reassembly.Dir, n int) { s.seq[dir] += uint32(n) }

func lines(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }
