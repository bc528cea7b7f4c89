package capture

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cmppdump/capture/bpf"
)

// vlanTraffic makes TCP connections without a tag, in VLAN 100 and in VLAN 8
// within VLAN 7, to port 7890 and another; UDP in fragments; and frames whose
// tags the sender made himself.
func vlanTraffic(t *testing.T, here, there *netns) {
	t.Helper()
	for _, addr := range []string{"10.9.0.2", "10.9.1.2", "10.9.2.2"} {
		talk(t, here, there, addr+":7890", someData(700))
		talk(t, here, there, addr+":22", someData(700))
	}
	for _, addr := range []string{"10.9.0.2:7890", "10.9.0.2:22"} {
		c := here.dial("udp4", addr)
		c.Write(make([]byte, 4000))
		c.Close()
	}
	ip := append([]byte{0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 9, 3, 2, 10, 9, 3, 1}, make([]byte, 20)...)
	copy(ip[20:], []byte{0xc3, 0x50, 0x1e, 0xd2}) // 50000 to 7890
	ip[32] = 5 << 4
	for _, tags := range []string{"\x81\x00\x60\x64", "\x88\xa8\x00\x07\x81\x00\x00\x08"} {
		frame := []byte("\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00\x00\x01" + tags + "\x08\x00" + string(ip))
		here.sendFrame("v0", frame)
		there.sendFrame("v1", frame)
	}
}

func TestRootLiveFilter(t *testing.T) {
	here, there := vethPair(t)
	for _, net := range []string{"10.9.1.", "10.9.2."} {
		here.ip("addr add " + net + "1/24 dev v0")
		there.ip("addr add " + net + "2/24 dev v1")
	}
	here.tagTraffic("v0")
	there.tagTraffic("v1")

	const (
		same   = iota // as many packets as tcpdump finds in the file that it wrote
		more          // tcpdump misses packets
		inTags        // same, and one fewer on any: see startsBehindTags
	)
	filters := []struct {
		expr  string
		exact bool
		count int
	}{
		{"", false, same},
		{"port 7890", false, more},
		{"port 7890", true, same},
		{"tcp port 7890", false, more},
		{"udp port 7890", false, more}, // later fragments
		{"udp port 7890", true, same},
		{"vlan 100 and port 7890", false, same},
		{"vlan 100 and tcp port 7890", true, same},
		{"vlan 7 and vlan 8 and port 7890", false, inTags},
		{"vlan and vlan", false, inTags},
		{"vlan", false, same},
		{"vlan", true, same},
		{"not vlan", false, same},
		{"host 10.9.0.2", false, same},
		{"vlan and host 10.9.1.2", false, same},
		{"ip[2:2] > 60 and greater 82", false, same},
		{"not port 22", false, same},
	}
	captures := make([][2]func() []Packet, len(filters))
	for i, f := range filters {
		captures[i][0] = here.filtered(t, "v0", f.expr, f.exact)
		if !f.exact { // libpcap has no vlan on any
			captures[i][1] = here.filtered(t, "any", f.expr, f.exact)
		}
	}
	tcpdumpLive := here.tcpdump("-i", "v0", "vlan 100 and port 7890")
	tcpdump := here.tcpdump("-i", "v0")
	vlanTraffic(t, here, there)
	all := tcpdump()
	theirsLive := len(tcpdumpLive())
	file := savePackets(t, all)

	for i, f := range filters {
		got, theirs := captures[i][0](), tcpdumpCount(t, file, f.expr)
		sameFrames(t, got, matching(t, all, NewFilter(f.expr, f.exact)))
		if f.count == more && len(got) <= theirs || f.count != more && len(got) != theirs {
			t.Errorf("%q, exact %t: %d packets, tcpdump -r has %d", f.expr, f.exact, len(got), theirs)
		}
		if f.expr == "vlan 100 and port 7890" && len(got) != theirsLive {
			t.Errorf("%q: %d packets, tcpdump -i has %d", f.expr, len(got), theirsLive)
		}
		if captures[i][1] == nil {
			continue
		}
		want := len(got)
		if f.count == inTags {
			want--
		}
		if cooked := captures[i][1](); len(cooked) != want {
			t.Errorf("%q on any: %d packets, want %d", f.expr, len(cooked), want)
		}
	}
}

// The kernel knows which way a packet goes. tcpdump compiles what we do not.
func TestRootLiveFilterOnly(t *testing.T) {
	here, there := vethPair(t)
	const foreign = `port 7890 and not host localhost and not ether proto \aarp`
	var e *bpf.Error
	if _, err := bpf.CompileLive(foreign, uint32(LinkEthernet), bpf.Options{}); !errors.As(err, &e) || !e.Unsupported {
		t.Fatalf("%q is supported: %v", foreign, err)
	}
	for _, name := range []string{"v0", "any"} {
		in, out := here.filtered(t, name, "inbound and port 7890", false), here.filtered(t, name, "outbound and port 7890", false)
		fallback := here.filtered(t, name, foreign, false)
		all := here.filtered(t, name, "port 7890", false)
		talk(t, here, there, "10.9.0.2:7890", someData(5000))
		talk(t, here, there, "10.9.0.2:22", someData(5000))
		received, sent, both := len(in()), len(out()), len(all())
		if received == 0 || sent == 0 || received+sent != both {
			t.Errorf("%s: %d inbound, %d outbound, %d in all", name, received, sent, both)
		}
		if n := len(fallback()); n != both {
			t.Errorf("%s: %d packets with tcpdump's program, %d with ours", name, n, both)
		}
	}
}

// filtered begins a capture.
func (ns *netns) filtered(t *testing.T, name, expr string, exact bool) (stop func() []Packet) {
	t.Helper()
	o := LiveOptions{Interfaces: []string{name}, BufferKiB: 512}
	if expr != "" {
		o.Filter = NewFilter(expr, exact).Live
	}
	return reading(t, ns.live(o))
}

// matching are the packets that the filter for files accepts.
func matching(t *testing.T, packets []Packet, f *Filter) (found []Packet) {
	t.Helper()
	for _, p := range packets {
		ok, err := f.Match(&p)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			found = append(found, p)
		}
	}
	return found
}

func savePackets(t *testing.T, packets []Packet) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "all.pcap")
	records := littleFile().pcap(0xa1b2c3d4, maxSnapLen, int(LinkEthernet))
	for _, p := range packets {
		records.record(1, 0, string(p.Frame))
	}
	if err := os.WriteFile(file, records.b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// tcpdumpCount is how many packets of a file tcpdump's own program accepts.
func tcpdumpCount(t *testing.T, file, expr string) int {
	t.Helper()
	out, err := exec.Command("tcpdump", "-r", file, "-nq", "-t", "--", expr).Output()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(out, []byte("\n"))
}
