package capture

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inputTree makes files of those names below a new directory, and makes it the
// working directory.
func inputTree(t *testing.T, files map[string][]byte) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInputs(t *testing.T) {
	pcap := littleFile().pcap(pcapMicro, 0, 1).b
	inputTree(t, map[string][]byte{
		"ring/b.pcap":      pcap,
		"ring/a":           littleFile().section().b, // found by content
		"ring/c.pcap.gz":   compressed(t, "gzip", pcap),
		"ring/cut.pcap":    pcap[:10], // Merge has to say so
		"ring/log.gz":      compressed(t, "gzip", []byte("some log")),
		"ring/readme.txt":  []byte("hello"),
		"ring/new.pcap":    nil, // just made by a capture
		"ring/.hidden":     pcap,
		"ring/sub/d.pcap":  pcap,
		"plain/x1.pcap":    pcap,
		"plain/x2.pcap":    pcap,
		"plain/x[1-2].txt": []byte("hello"),
		"bare/readme.txt":  []byte("hello"),
	})
	if err := os.Symlink("b.pcap", "ring/z-link"); err != nil {
		t.Skip(err)
	}
	ring := "ring/a ring/b.pcap ring/c.pcap.gz ring/cut.pcap ring/z-link"
	for args, want := range map[string]string{
		"":                               "",
		"-":                              "-",
		"ring":                           ring,
		"ring/":                          ring,
		"plain/x2.pcap plain/x1.pcap":    "plain/x2.pcap plain/x1.pcap",
		"plain/x*.pcap":                  "plain/x1.pcap plain/x2.pcap",
		"plain/x[12].pcap - missing.cap": "plain/x1.pcap plain/x2.pcap - missing.cap",
		"plain/x[1-2].txt":               "plain/x[1-2].txt", // it is there by that very name
		"rin? plain/x1.pcap":             ring + " plain/x1.pcap",
		"plain/x1.pcap plain/x1.pcap":    "plain/x1.pcap plain/x1.pcap", // as told
		"ring/readme.txt":                "ring/readme.txt",             // Merge has to say so
	} {
		got, err := Inputs(strings.Fields(args))
		if err != nil || !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: got %v, %v; want %s", args, got, err, want)
		}
	}
	for args, want := range map[string]string{
		"bare":          "bare: no capture file in this directory (its sub-directories and hidden files are left out)",
		"plain/y*.pcap": "plain/y*.pcap: no file matches this pattern",
		"plain/[y":      "plain/[y: not a valid pattern; no such file either",
		"- ring -":      "-: stdin can be read once only",
	} {
		_, err := Inputs(strings.Fields(args))
		checkProblems(t, []error{err}, want)
	}
}

// From arguments to packets, on real files.
func TestInputsMerged(t *testing.T) {
	inputTree(t, map[string][]byte{
		"ring/1.pcap":     littleFile().pcap(pcapMicro, 0, 1).record(3, 0, "three").b,
		"ring/2.pcap":     bigFile().pcap(pcapMicro, 0, 1).record(1, 0, "one").record(4, 0, "four").b,
		"ring/3.pcap.zst": compressed(t, "zstd", littleFile().section().iface(1, 0).enhanced(0, 2000000, "two").b),
	})
	paths, err := Inputs([]string{"ring"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Merge(paths, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	checkPackets(t, readAllPackets(t, s),
		readPacket{1, 1, 1e9, "one", 3, nil}, readPacket{2, 1, 2e9, "two", 3, nil},
		readPacket{3, 1, 3e9, "three", 5, nil}, readPacket{4, 2, 4e9, "four", 4, nil})
	checkProblems(t, s.Problems())
}
