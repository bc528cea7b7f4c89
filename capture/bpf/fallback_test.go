package bpf

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// TestMain lets the test program be a tcpdump, under that name.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "tcpdump" {
		os.Exit(m.Run())
	}
	if !slices.Equal(os.Args[1:5], []string{"-ddd", "-y", "LINUX_SLL2", "--"}) {
		fmt.Fprintln(os.Stderr, "tcpdump: unexpected", os.Args[1:])
		os.Exit(1)
	}
	switch expr := os.Args[5]; expr {
	case "host router":
		fmt.Print("3\n40 0 0 0\n21 0 0 2048\n6 0 0 262144\n")
	case "-w x":
		fmt.Print("1\n6 0 0 1\n")
	case "ip protochain 6":
		fmt.Print("2\n5 0 0 4294967290\n6 0 0 0\n")
	case "inbound":
		fmt.Print("2\n40 0 0 4294963204\n6 0 0 0\n")
	case "short":
		fmt.Print("2\n6 0 0 0\n")
	default:
		fmt.Fprintf(os.Stderr, "tcpdump: a warning\ntcpdump: unknown host '%s'\n", expr)
		os.Exit(1)
	}
}

func TestFallback(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a symbolic link")
	}
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := Fallback("iso", linkEthernet); err == nil || !strings.Contains(err.Error(), "not installed") {
		t.Error(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "tcpdump")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		expr string
		link uint32
		want string // part of the error, "" is none
	}{
		{"host router", linkLinuxSLL2, ""},
		{"-w x", linkLinuxSLL2, ""}, // an expression, not options
		{"host nowhere", linkLinuxSLL2, "tcpdump: unknown host 'host nowhere'"},
		{"ip protochain 6", linkLinuxSLL2, "backwards"},
		{"inbound", linkLinuxSLL2, "live capture"},
		{"short", linkLinuxSLL2, "not followed"},
		{"iso", 147, "link type 147"},
	} {
		p, err := Fallback(test.expr, test.link)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q: %v", test.expr, err)
		case test.want == "" && !p.Run(make([]byte, 40), 40):
			t.Errorf("%q rejects", test.expr)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%q: %v, want %s", test.expr, err, test.want)
		}
	}
}
