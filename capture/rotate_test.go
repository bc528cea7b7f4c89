package capture

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rotated is a run with files as tcpdump 4.99.3 makes them. Its packets have
// 1000 bytes with their record header, and the limit is a hundredth of that of
// the run of tcpdump (-C 1), so all sizes but the file header are, too.
type rotated struct {
	name    string
	path    string
	bytes   int64
	every   time.Duration
	files   int
	packets int
	rate    int // packets a second
	done    int // packets when it said ErrDone; 0: never
	want    string
}

var rotatedByTcpdump = []rotated{
	{name: "-C", path: "f", bytes: 10000, packets: 125, want: `f 10024
f1 10024
f10 10024
f11 10024
f12 5024
f2 10024
f3 10024
f4 10024
f5 10024
f6 10024
f7 10024
f8 10024
f9 10024`},
	{name: "-C -W 1", path: "f", bytes: 10000, files: 1, packets: 125, want: `f 5024`},
	{name: "-C -W 2", path: "f", bytes: 10000, files: 2, packets: 125, want: `f0 5024
f1 10024`},
	{name: "-C -W 10", path: "f.pcap", bytes: 10000, files: 10, packets: 125, want: `f.pcap0 10024
f.pcap1 10024
f.pcap2 5024
f.pcap3 10024
f.pcap4 10024
f.pcap5 10024
f.pcap6 10024
f.pcap7 10024
f.pcap8 10024
f.pcap9 10024`},
	{name: "-C -W 11", path: "f.pcap", bytes: 10000, files: 11, packets: 125, want: `f.pcap00 10024
f.pcap01 5024
f.pcap02 10024
f.pcap03 10024
f.pcap04 10024
f.pcap05 10024
f.pcap06 10024
f.pcap07 10024
f.pcap08 10024
f.pcap09 10024
f.pcap10 10024`},
	{name: "-C -W 100", path: "f.pcap", bytes: 10000, files: 100, packets: 25, want: `f.pcap00 10024
f.pcap01 10024
f.pcap02 5024`},
	{name: "-C -W 101", path: "f.pcap", bytes: 10000, files: 101, packets: 25, want: `f.pcap000 10024
f.pcap001 10024
f.pcap002 5024`},
	{name: "-C, no time in the name", path: "f%Y.pcap", bytes: 10000, packets: 25, want: `f%Y.pcap 10024
f%Y.pcap1 10024
f%Y.pcap2 5024`},
	{name: "-G", path: "f-%s.pcap", every: 2 * time.Second, packets: 135, rate: 15, want: `f-1795310100.pcap 30024
f-1795310102.pcap 30024
f-1795310104.pcap 30024
f-1795310106.pcap 30024
f-1795310108.pcap 15024`},
	{name: "-G -C", path: "f-%s.pcap", every: 2 * time.Second, bytes: 10000, packets: 135, rate: 15, want: `f-1795310100.pcap 10024
f-1795310100.pcap1 10024
f-1795310100.pcap2 10024
f-1795310102.pcap 10024
f-1795310102.pcap1 10024
f-1795310102.pcap2 10024
f-1795310104.pcap 10024
f-1795310104.pcap1 10024
f-1795310104.pcap2 10024
f-1795310106.pcap 10024
f-1795310106.pcap1 10024
f-1795310106.pcap2 10024
f-1795310108.pcap 10024
f-1795310108.pcap1 5024`},
	{name: "-G -C -W 2", path: "f-%s.pcap", every: 4 * time.Second, bytes: 10000, files: 2, packets: 90, rate: 15, want: `f-1795310100.pcap0 10024
f-1795310100.pcap1 10024
f-1795310104.pcap0 10024
f-1795310104.pcap1 10024`},
	{name: "-G -C -W 11", path: "f-%Y%%.pcap", every: 2 * time.Second, bytes: 10000, files: 11, packets: 105, rate: 15, want: `f-2026%.pcap00 10024
f-2026%.pcap01 5024
f-2026%.pcap02 10024`},
	{name: "-G -W 2", path: "f-%s.pcap", every: 2 * time.Second, files: 2, packets: 135, rate: 15, done: 60, want: `f-1795310100.pcap 30024
f-1795310102.pcap 30024`},
	{name: "-G -W 3, no time in the name", path: "f.pcap", every: 2 * time.Second, files: 3, packets: 135, rate: 15, done: 90, want: `f.pcap 30024`},
	{name: "-G -C, no time in the name", path: "f.pcap", every: 2 * time.Second, bytes: 10000, packets: 135, rate: 15, want: `f.pcap 10024
f.pcap1 5024
f.pcap2 10024`},
	{name: "-G, all that a name can have", path: "f-%F-%T-%j-%y-%Y%m%d-%H%M%S.pcap", every: 2 * time.Second, packets: 45, rate: 15,
		want: `f-2026-11-22-01:15:00-326-26-20261122-011500.pcap 30024
f-2026-11-22-01:15:02-326-26-20261122-011502.pcap 15024`},
	{name: "-W alone", path: "f.pcap", files: 3, packets: 12, want: `f.pcap 12024`},
}

func TestRotation(t *testing.T) {
	for _, test := range rotatedByTcpdump {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := test.path
			if !strings.HasSuffix(path, ".pcap") {
				path += ".pcap" // without it, it would be pcapng
			}
			w := mustWriter(t, WriteOptions{Path: filepath.Join(dir, path), MaxBytes: test.bytes, Every: test.every, Files: test.files})
			for i := range test.packets {
				switch err := w.Write(packetOf984(i, test.rate), nil); {
				case test.done > 0 && i >= test.done:
					if err != ErrDone {
						t.Fatalf("packet %d: %v", i, err)
					}
				case err != nil:
					t.Fatalf("packet %d: %v", i, err)
				}
			}
			mustClose(t, w)
			got := directory(t, dir)
			if path != test.path {
				got = strings.ReplaceAll(got, ".pcap", "")
			}
			if got != test.want {
				t.Errorf("files\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// packetOf984 makes the packet of a number, rate of which are captured in a
// second.
func packetOf984(i, rate int) *Packet {
	seconds := 0.0
	if rate > 0 {
		seconds = float64(i / rate)
	}
	return writtenPacket(seconds, strings.Repeat("x", 984))
}

// TestRotationCompressed: the number goes where tcpdump -z would have it.
func TestRotationCompressed(t *testing.T) {
	for _, suffix := range []string{".zst", ".gz"} {
		dir := t.TempDir()
		w := mustWriter(t, WriteOptions{Path: filepath.Join(dir, "f.pcap"+suffix), MaxBytes: 10000, Files: 11})
		for i := range 25 {
			mustWrite(t, w, packetOf984(i, 0))
		}
		mustClose(t, w)
		total := 0
		for i, name := range []string{"f.pcap00", "f.pcap01", "f.pcap02"} {
			n := len(readFile(t, filepath.Join(dir, name+suffix)))
			if want := []int{10, 10, 5}[i]; n != want {
				t.Errorf("%s: %d packets, want %d", name+suffix, n, want)
			}
			total += n
		}
		if s := w.Stats(); total != 25 || s.Files != 3 {
			t.Errorf("%d packets in %d files", total, s.Files)
		}
	}
}

// TestRotationInterfaces: every pcapng file describes its own.
func TestRotationInterfaces(t *testing.T) {
	dir := t.TempDir()
	w := mustWriter(t, WriteOptions{Path: filepath.Join(dir, "f"), Every: time.Second})
	other := &Interface{Name: "eth1", Link: LinkRaw}
	for i := range 4 {
		p := writtenPacket(float64(i), "x")
		if i%2 == 1 {
			p.Iface = other
		}
		mustWrite(t, w, p)
	}
	mustClose(t, w)
	got := readFile(t, filepath.Join(dir, "f"))
	if len(got) != 1 || got[0].iface.Name != "eth1" || got[0].iface.Link != LinkRaw {
		t.Errorf("the last file: %v", got)
	}
}

// TestRotationZone: names are in local time, as tcpdump's.
func TestRotationZone(t *testing.T) {
	names, err := newFileNames(&WriteOptions{Path: "a/%F-%H.pcapng.zst", Every: time.Hour, Zone: time.FixedZone("", 8*3600)})
	if err != nil {
		t.Fatal(err)
	}
	at := int64(writeStart+15*3600) * secondNs
	if got := names.path(names.base(at), 3); got != "a/2026-11-23-00.pcapng3.zst" {
		t.Error(got)
	}
}
