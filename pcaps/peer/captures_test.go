package peer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// The captures beside the logs hold every byte that the ends say they sent.
func TestCapturesHoldTheLogs(t *testing.T) {
	logs, err := filepath.Glob("../*.log.jsonl")
	if err != nil || len(logs) == 0 {
		t.Fatalf("no logs in pcaps: %v", err)
	}
	for _, log := range logs {
		name := strings.TrimSuffix(log, ".log.jsonl")
		sent, captured := sentStreams(t, log), capturedStreams(t, name+".pcap")
		for d, want := range sent {
			if !bytes.Equal(captured[d], want) {
				t.Errorf("%s: %d bytes from %s > %s captured, %d sent: make it again", name, len(captured[d]), d[0], d[1], len(want))
			}
		}
	}
	captures, err := filepath.Glob("../*.pcap")
	if err != nil || len(captures) <= len(logs) {
		t.Fatalf("captures: %d, %v", len(captures), err)
	}
	for _, c := range captures {
		limit := int64(60_000)
		if strings.Contains(c, "rate_limit") { // a limit a second takes seconds to see
			limit = 150_000
		}
		if info, err := os.Stat(c); err != nil || info.Size() > limit {
			t.Errorf("%s: %v bytes, at most %d are wanted: %v", c, info.Size(), limit, err)
		}
	}
}

// Every scenario that is captured has its line in the README.
func TestReadmeNamesTheCaptures(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, sc := range Scenarios() {
		if strings.HasPrefix(sc.Name, "traffic") {
			continue
		}
		for _, name := range capturesOf(sc) {
			if _, err := os.Stat("../" + name); err != nil || !strings.Contains(string(readme), "`"+name+"`") {
				t.Errorf("pcaps/README.md does not name %s, or there is none: %v", name, err)
			}
		}
	}
}

// capturesOf are the captures that make.sh makes of a scenario.
func capturesOf(sc Scenario) []string {
	several := map[string][]string{"far": {"_client", "_middle", "_server"}, "second_file": {"_1", "_2"}, "one_way": {"_sp", "_ismg"}}
	i := strings.LastIndexByte(sc.Name, '_')
	var names []string
	for _, which := range several[sc.Name[:i]] {
		names = append(names, sc.Name[:i]+which+sc.Name[i:]+".pcap")
	}
	if names == nil {
		return []string{sc.Name + ".pcap"}
	}
	return names
}

// sentStreams are the bytes of each direction by the log.
func sentStreams(t *testing.T, path string) map[[2]string][]byte {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	streams := map[[2]string][]byte{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct{ Local, Remote, Direction, Raw string }
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if e.Direction == string(Sent) {
			d := [2]string{e.Local, e.Remote}
			streams[d] = append(streams[d], decodeHex(t, e.Raw)...)
		}
	}
	return streams
}

// capturedStreams are the bytes of each direction by the packets, put where
// their sequence numbers say, from the SYN on.
func capturedStreams(t *testing.T, path string) map[[2]string][]byte {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	streams, begin := map[[2]string][]byte{}, map[[2]string]uint32{}
	for {
		data, _, err := r.ReadPacketData()
		if err == io.EOF {
			return streams
		}
		if err != nil {
			t.Fatal(path, err)
		}
		p := gopacket.NewPacket(data, layers.LayerTypeEthernet, gopacket.Default)
		tcp, ok := p.TransportLayer().(*layers.TCP)
		if !ok {
			t.Fatalf("%s: a packet without TCP", path)
		}
		from, to := p.NetworkLayer().NetworkFlow().Endpoints()
		fromPort, toPort := tcp.TransportFlow().Endpoints()
		d := [2]string{from.String() + ":" + fromPort.String(), to.String() + ":" + toPort.String()}
		if tcp.SYN {
			begin[d] = tcp.Seq + 1
		}
		if at := tcp.Seq - begin[d]; len(tcp.Payload) > 0 && at == uint32(len(streams[d])) {
			streams[d] = append(streams[d], tcp.Payload...)
		}
	}
}
