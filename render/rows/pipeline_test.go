package rows_test

import (
	"bytes"
	"io"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
	"cmppdump/render"
	"cmppdump/render/rows"
)

// sinkFunc is a track.Sink.
type sinkFunc func(*track.Event)

func (f sinkFunc) Event(e *track.Event) { f(e) }

// pipeline is the program from packets to events.
type pipeline struct {
	tracker *track.Tracker
	dis     *dissect.Dissector
	asm     *reassembly.Assembler
}

func newPipeline(sink sinkFunc) *pipeline {
	tracker := track.New(sink, track.Options{ResponseTimeout: int64(time.Minute), Keep: true})
	dis := dissect.New(tracker, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion})
	return &pipeline{tracker, dis, reassembly.New(dis.Open, reassembly.Options{Ports: cmpp.Protocol.Ports})}
}

// packet takes the next packet of the capture.
func (pl *pipeline) packet(p *capture.Packet, decoded bool) {
	pl.tracker.Tick(p.Stamp)
	if decoded {
		pl.asm.Add(p)
	}
}

func (pl *pipeline) end() {
	pl.asm.Flush()
	pl.tracker.Flush()
}

// readCapture gives every event of a capture to sink.
func readCapture(t testing.TB, file string, sink sinkFunc) {
	t.Helper()
	src, err := capture.Merge([]string{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	pl, dec := newPipeline(sink), capture.NewDecoder()
	var p capture.Packet
	for err = src.Next(&p); err == nil; err = src.Next(&p) {
		pl.packet(&p, dec.Decode(&p))
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	pl.end()
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
	readCapture(t, file, func(e *track.Event) {
		if err := r.Event(e); err != nil {
			t.Fatal(err)
		}
	})
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// traffic makes TCP segments of a connection, a packet each.
type traffic struct {
	*pipeline
	num    uint64
	at     int64
	client netip.AddrPort
	seq    [2]uint32
}

var server = netip.MustParseAddrPort("10.0.0.2:7890")

// newTraffic begins with frame number num at the time of day at, with the
// handshake where syn asks for it.
func newTraffic(sink sinkFunc, num uint64, at string) *traffic {
	d, err := time.Parse("2006-01-02 15:04:05.000000 -0700", "2026-11-22 "+at+" +0800")
	if err != nil {
		panic(err)
	}
	return &traffic{pipeline: newPipeline(sink), num: num, at: d.UnixNano(), client: netip.MustParseAddrPort("10.0.0.1:57800")}
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
	s.packet(&p, true)
}

// lose loses octets of a direction.
func (s *traffic) lose(dir reassembly.Dir, n int) { s.seq[dir] += uint32(n) }

func lines(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }
