package main

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cmppdump/pcaps/mutate"
)

// loaded takes a clean capture apart.
func loaded(t *testing.T, file string) *mutate.Trace {
	t.Helper()
	b, err := os.ReadFile("../../pcaps/" + file)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := mutate.Load(b)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// written is a file with frames.
func written(t *testing.T, link uint32, frames []mutate.Frame) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "made.pcap")
	if err := os.WriteFile(file, mutate.AppendPcap(nil, link, frames), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// encoded writes the capture tunnelled again, put into frames in another way.
func encoded(t *testing.T, e mutate.Encoding, changes ...mutate.FrameChange) (string, []mutate.Frame) {
	t.Helper()
	_, frames := (&mutate.Recipe{Encoding: e, Frames: changes}).Apply(0, loaded(t, tunnelled))
	return written(t, e.Link, frames), frames
}

// encaps are the steps of a tunnel by name.
func encaps(t *testing.T, name string) []mutate.Encap {
	t.Helper()
	for _, x := range mutate.Tunnels() {
		if x.Name == name {
			return x.Encaps
		}
	}
	t.Fatalf("no tunnel %s", name)
	return nil
}

const tunnelled = "flow_submit_report_30.pcap"

// pduRows are the rows without the numbers of packets.
func pduRows(t *testing.T, args ...string) (rows []string, diag string) {
	t.Helper()
	out, diag, status := cmppdump(append(args, "--utc")...)
	if status != exitOK {
		t.Fatalf("exit status %d: %s", status, diag)
	}
	for _, l := range strings.SplitAfter(out, "\n") {
		if len(l) > 7 {
			rows = append(rows, l[:1]+l[7:])
		}
	}
	return rows, diag
}

// TestTunnelHint: without a capture filter all that is in a tunnel is shown;
// with one that finds nothing, the summary says what to type, and that works.
func TestTunnelHint(t *testing.T) {
	environment(t)
	want, _ := pduRows(t, "-r", "../../pcaps/"+tunnelled)
	if len(want) < 18 {
		t.Fatalf("%d rows", len(want))
	}
	for name, filter := range map[string]string{
		"ERSPAN II": "proto 47", "GRE": "proto 47", "VXLAN": "udp port 4789", "VXLAN of Linux": "udp port 8472", "GENEVE": "udp port 6081",
		"MPLS": "mpls", "IP in IP": "proto 4", "PPPoE": "pppoes", "802.1ah": "ether proto 0x88e7",
	} {
		file, frames := encoded(t, mutate.Encoding{Link: mutate.LinkEthernet, Tunnel: encaps(t, name)})
		if got, _ := pduRows(t, "-r", file); !slices.Equal(got, want) {
			t.Errorf("%s: %d rows, want %d", name, len(got), len(want))
		}
		got, diag := pduRows(t, "-r", file, "port 7890")
		kind := strings.Fields(name)[0]
		if name == "IP in IP" {
			kind = name
		}
		say := fmt.Sprintf("%d in %s; say '%s', or no filter", len(frames), kind, filter)
		if one := strings.Join(strings.Fields(diag), " "); len(got) > 0 || !strings.Contains(one, say) {
			t.Errorf("%s: %d rows, %s", name, len(got), diag)
		}
		if got, _ := pduRows(t, "-r", file, filter); !slices.Equal(got, want) {
			t.Errorf("%s, %s: %d rows, want %d", name, filter, len(got), len(want))
		}
	}
	if _, diag := pduRows(t, "-r", "../../pcaps/"+tunnelled, "port 1"); strings.Contains(diag, "tunnel") {
		t.Errorf("there is no tunnel: %s", diag)
	}
}

// TestVXLANElsewhere: VXLAN on a port of somebody's choice is recognised, and
// read when -d says so.
func TestVXLANElsewhere(t *testing.T) {
	environment(t)
	want, _ := pduRows(t, "-r", "../../pcaps/"+tunnelled)
	vxlan := encaps(t, "VXLAN")[0]
	file, _ := encoded(t, mutate.Encoding{Link: mutate.LinkEthernet, Tunnel: []mutate.Encap{func(kind uint16, b []byte) (uint16, []byte) {
		kind, b = vxlan(kind, b)
		b[22], b[23] = 0x15, 0xb3 // the destination port: 5555
		return kind, b
	}}})
	got, diag := pduRows(t, "-r", file)
	if len(got) > 0 || !strings.Contains(diag, "-d udp.port==5555,vxlan") {
		t.Errorf("%d rows, %s", len(got), diag)
	}
	if got, _ := pduRows(t, "-r", file, "-d", "udp.port==5555,vxlan"); !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
}

// TestMirror: a mirror port that shows each packet twice, once in a tunnel. The
// copies are counted, and are no retransmissions.
func TestMirror(t *testing.T) {
	environment(t)
	want, _ := pduRows(t, "-r", "../../pcaps/"+tunnelled)
	file, frames := encoded(t, mutate.Encoding{Link: mutate.LinkEthernet, Tunnel: encaps(t, "ERSPAN II"), Twice: true})
	got, diag := pduRows(t, "-r", file)
	if !slices.Equal(got, want) || !strings.Contains(diag, fmt.Sprintf("\n%d duplicate packets left out", len(frames)/2)) {
		t.Errorf("%d rows, want %d; %s", len(got), len(want), diag)
	}
	retransmitted := func(flags ...string) string {
		r := records(t, file, "conn", flags...)
		if len(r) != 1 {
			t.Fatalf("%d connections", len(r))
		}
		return fmt.Sprint(path(r[0], "c2s.retransmitted"))
	}
	if n := retransmitted(); n != "0" {
		t.Errorf("%s retransmitted", n)
	}
	if n := retransmitted("--no-dedup"); n == "0" || n == "<nil>" {
		t.Errorf("--no-dedup: %s retransmitted", n)
	}
	got, diag = pduRows(t, "-r", file, "--no-dedup")
	if !slices.Equal(got, want) || strings.Contains(diag, "duplicate") {
		t.Errorf("--no-dedup: %d rows, want %d; %s", len(got), len(want), diag)
	}
}

// TestNotRead: the summary names what may have held PDUs and was not read.
func TestNotRead(t *testing.T) {
	environment(t)
	file, _ := encoded(t, mutate.Encoding{Link: mutate.LinkEthernet}, func(_ *rand.Rand, f []mutate.Frame) []mutate.Frame {
		macsec := append([]byte("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x88\xe5\x0c\x00\x00\x00\x00\x01"), make([]byte, 40)...)
		arp := append([]byte("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02\x08\x06"), make([]byte, 28)...)
		for _, b := range [][]byte{macsec, arp, macsec} {
			f = append(f, mutate.Frame{Time: f[0].Time, Bytes: b, Wire: len(b), Packet: f[0].Packet})
		}
		return f
	})
	_, diag := pduRows(t, "-r", file)
	if !strings.Contains(diag, "\npackets not read: 2 ethertype 0x88e5 MACsec, encrypted\n") {
		t.Error(diag)
	}
}

// TestRootTsharkTunnels: what pcaps/mutate wraps is what it says: tshark finds
// the same TCP payloads and PDUs in it as in the clean capture.
func TestRootTsharkTunnels(t *testing.T) {
	needTool(t, "tshark")
	lines := func(file string) (all []string) {
		return tshark(t, file, "-d", "udp.port==8472,vxlan",
			"-d", "mpls.label==48,pwethnocw", "-d", "mpls.label==64,pwethcw", "-Y", "tcp.len>0", "-T", "fields", "-e", "frame.number", "-e", "tcp.payload", "-e", "cmpp.Command_Id")
	}
	var want []string
	for _, l := range lines(tunnelled) {
		_, found, _ := strings.Cut(l, "\t")
		want = append(want, found)
	}
	trace := loaded(t, tunnelled)
	var frames []mutate.Frame
	last := map[string]int{} // frame number
	var names []string
	for _, x := range mutate.Tunnels() {
		for k := range 4 {
			six, cut := k&1 != 0, k&2 != 0
			if x.Only == 4 && six || x.Only == 6 && !six {
				continue
			}
			host := byte(len(names))
			changes := []mutate.Change{func(_ *rand.Rand, t *mutate.Trace) {
				for _, s := range t.Streams { // each on hosts of its own
					client, server := netip.AddrFrom4([4]byte{10, 0, host, 1}), netip.AddrFrom4([4]byte{10, 0, host, 2})
					if !s.Client {
						client, server = server, client
					}
					s.Src, s.Dst = netip.AddrPortFrom(client, s.Src.Port()), netip.AddrPortFrom(server, s.Dst.Port())
				}
			}}
			if six {
				changes = append(changes, mutate.IPv6)
			}
			_, more := (&mutate.Recipe{Packets: changes, Encoding: mutate.Encoding{
				Link: mutate.LinkEthernet, Tunnel: x.Encaps, Fragments: mutate.Fragments{Cut: cut}}}).Apply(0, trace)
			frames = append(frames, more...)
			name := fmt.Sprintf("%s, IPv6 %v, fragments %v", x.Name, six, cut)
			names, last[name] = append(names, name), len(frames)
		}
	}
	file := written(t, mutate.LinkEthernet, frames)
	pcaps, err := filepath.Abs("../../pcaps")
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(pcaps, file)
	if err != nil {
		t.Fatal(err)
	}
	theirs := lines(relative)
	for _, name := range names {
		var got []string
		for len(theirs) > 0 {
			number, found, _ := strings.Cut(theirs[0], "\t")
			if n, _ := strconv.Atoi(number); n > last[name] {
				break
			}
			got, theirs = append(got, found), theirs[1:]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: tshark finds %d payloads, %d in the clean capture, or others", name, len(got), len(want))
		}
	}
}
