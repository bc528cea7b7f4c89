package bpf

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

var updateTcpdump = flag.Bool("update-tcpdump", false, "refresh testdata/tcpdump.txt with the installed tcpdump")

// referenceLinks are the link types that tcpdump's programs are shipped for.
var referenceLinks = []uint32{linkEthernet, linkLinuxSLL, linkLinuxSLL2, linkRaw12, linkNull}

const referenceFile = "tcpdump.txt"

// expressions reads testdata/expressions.txt.
func expressions(t testing.TB) (exprs []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "expressions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if line != "" && !strings.HasPrefix(line, "#") && !slices.Contains(exprs, line) {
			exprs = append(exprs, line)
		}
	}
	return exprs
}

// reference is what tcpdump makes of an expression: a program, or an error.
type reference struct {
	code []bpf.RawInstruction
	err  string
}

type key struct {
	expr string
	link uint32
}

// references reads testdata/tcpdump.txt: lines of expression, link type, and
// the instructions ("code jt jf k", with commas between) or "! error".
func references(t *testing.T) map[key]reference {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", referenceFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	refs := map[key]reference{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		part := strings.Split(lines.Text(), "\t")
		if len(part) != 3 {
			t.Fatalf("%s: %q", referenceFile, lines.Text())
		}
		link, err := strconv.ParseUint(part[1], 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		var ref reference
		if msg, isError := strings.CutPrefix(part[2], "! "); isError {
			ref.err = msg
		} else {
			code := strings.Split(part[2], ",")
			ref.code, err = parseDDD([]byte(strconv.Itoa(len(code)) + "\n" + strings.Join(code, "\n")))
			if err != nil {
				t.Fatalf("%s: %v", part[0], err)
			}
		}
		refs[key{part[0], uint32(link)}] = ref
	}
	return refs
}

// writeReferences runs tcpdump.
func writeReferences(t *testing.T) {
	t.Helper()
	var b strings.Builder
	for _, expr := range expressions(t) {
		for _, link := range referenceLinks {
			out, err := exec.Command("tcpdump", "-ddd", "-y", dltName(link), "--", expr).Output()
			fmt.Fprintf(&b, "%s\t%d\t", expr, link)
			if exit, ok := err.(*exec.ExitError); ok {
				fmt.Fprintf(&b, "! %s\n", strings.TrimPrefix(lastLine(exit.Stderr), "tcpdump: "))
			} else if err != nil {
				t.Fatal(err)
			} else {
				lines := strings.Split(strings.TrimSpace(string(out)), "\n")
				fmt.Fprintf(&b, "%s\n", strings.Join(lines[1:], ","))
			}
		}
	}
	if err := os.WriteFile(filepath.Join("testdata", referenceFile), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dumpFile has what tcpdump -d prints for dumped, each behind a line "# ".
const dumpFile = "dump.txt"

// dumped need every kind of operand.
var dumped = []string{
	"port 7890", "tcp[((tcp[12] & 0xf0) >> 2):4] != 0", "ip[0:4] % 7 = 3", "- ip[8] > 0xffffffc0", "len - 14 > 100",
	"ip[8] << 1 >> 1 = 64", "ip[2:2] % ip[8] = 0", "len * 2 >= ip[2:2] + 28", "ip[1] | ip[8] = 0x40", "ip[8] ^ 3 = 1", "len = len",
}

func writeDumps(t *testing.T) {
	t.Helper()
	var b strings.Builder
	for _, expr := range dumped {
		out, err := exec.Command("tcpdump", "-d", "-y", "EN10MB", "--", expr).Output()
		if err != nil {
			t.Fatal(err)
		}
		code, err := exec.Command("tcpdump", "-ddd", "-y", "EN10MB", "--", expr).Output()
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "# %s\n%s\n%s\n", expr, code, out)
	}
	if err := os.WriteFile(filepath.Join("testdata", dumpFile), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestDump prints tcpdump's programs as tcpdump does.
func TestDump(t *testing.T) {
	if *updateTcpdump {
		writeDumps(t)
	}
	data, err := os.ReadFile(filepath.Join("testdata", dumpFile))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for entry := range strings.SplitSeq(string(data), "# ") {
		if entry == "" {
			continue
		}
		expr, rest, _ := strings.Cut(entry, "\n")
		ddd, want, _ := strings.Cut(rest, "\n\n")
		code, err := parseDDD([]byte(ddd))
		if err != nil {
			t.Fatalf("%q: %v", expr, err)
		}
		p, err := NewProgram(code)
		if err != nil {
			t.Fatalf("%q: %v", expr, err)
		}
		var d, dd strings.Builder
		if err := p.Dump(&d); err != nil || d.String() != strings.TrimSuffix(want, "\n") {
			t.Errorf("%q: got %v\n%s\nwant\n%s", expr, err, d.String(), want)
		}
		if err := p.Dumpddd(&dd); err != nil || strings.TrimSpace(dd.String()) != ddd {
			t.Errorf("%q: got %v\n%s\nwant\n%s", expr, err, dd.String(), ddd)
		}
		n++
	}
	if n != len(dumped) {
		t.Errorf("%d of %d programs", n, len(dumped))
	}
}

// differences are the expressions that we do not treat as tcpdump does, with
// the link types and the reason. Nothing else may differ, and these must.
var differences = []struct {
	expr   string
	links  []uint32
	reason string
}{
	{"inbound", []uint32{linkEthernet, linkRaw12, linkNull}, "reads what the kernel says of a live packet; with -r tcpdump refuses it too"},
	{"outbound", []uint32{linkEthernet, linkRaw12, linkNull}, "the same"},
	{"inbound and port 7890", []uint32{linkEthernet, linkRaw12, linkNull}, "the same"},
	{"ifindex 2", []uint32{linkEthernet, linkLinuxSLL, linkRaw12, linkNull}, "the same"},
	{"ip broadcast", referenceLinks, "tcpdump takes the netmask to be 0 when it does not know it"},
	{"port 80 and ((443 or 22) or 53)", referenceLinks, "libpcap's grammar has no parentheses at the beginning of a list of values"},
	{"portrange 1-2-3", referenceLinks, "libpcap ignores the third number"},
	{"ip and arp", []uint32{linkEthernet, linkLinuxSLL, linkLinuxSLL2}, "libpcap's optimizer finds that no packet matches"},
	{"link[-1] = 1", referenceLinks, "libpcap's program rejects every packet, in the kernel it reads ancillary data"},
	{"ip[-8] & 1 = 1", []uint32{linkRaw12, linkNull}, "the same"},
}

func isListed(expr string, link uint32) bool {
	for _, d := range differences {
		if d.expr == expr && slices.Contains(d.links, link) {
			return true
		}
	}
	return false
}

// TestAgainstTcpdump compares our programs, compiled with Exact, with
// tcpdump's: whether there is one, and its verdict on generated packets.
func TestAgainstTcpdump(t *testing.T) {
	if *updateTcpdump {
		writeReferences(t)
	}
	refs := references(t)
	for _, link := range referenceLinks {
		gen := newPackets(uint64(link))
		frames := make([]frame, 4000)
		for i := range frames {
			frames[i] = gen.frame(link)
		}
		for _, expr := range expressions(t) {
			ref, ok := refs[key{expr, link}]
			if !ok {
				t.Fatalf("%q, link type %d: no reference; run go test -update-tcpdump", expr, link)
			}
			msg := compareWith(ref, expr, link, frames)
			switch listed := isListed(expr, link); {
			case msg != "" && !listed:
				t.Errorf("%q, link type %d: %s", expr, link, msg)
			case msg == "" && listed:
				t.Errorf("%q, link type %d: listed as a difference, but there is none", expr, link)
			}
		}
	}
}

// compareWith gives the difference, or "".
func compareWith(ref reference, expr string, link uint32, frames []frame) string {
	ours, err := Compile(expr, link, Options{Exact: true})
	switch {
	case err != nil && ref.err != "":
		return ""
	case err != nil:
		return "tcpdump compiles it, we do not: " + err.Error()
	case ref.err != "":
		return "we compile it, tcpdump does not: " + ref.err
	}
	theirs := &Program{raw: ref.code, ops: predecode(ref.code)}
	var wrong, cut int
	for i, f := range frames {
		want := theirs.Run(f.data, f.wireLen)
		if ours.Run(f.data, f.wireLen) == want {
			continue
		}
		if len(f.data) < f.wireLen {
			cut++
			continue
		}
		if wrong++; wrong == 1 {
			defer fmt.Printf("first: frame %d, tcpdump says %t: %x\n", i, want, f.data)
		}
	}
	// Loading from behind the captured bytes rejects a packet, and libpcap's
	// optimizer changes which loads there are and their order.
	if wrong > 0 || cut > len(frames)/200 {
		return fmt.Sprintf("of %d verdicts %d differ, and %d of snapped frames", len(frames), wrong, cut)
	}
	return ""
}

// TestReferencesSelect: an expression that no frame matches, or every frame,
// would compare nothing.
func TestReferencesSelect(t *testing.T) {
	all := []string{"1 = 1", "net 0.0.0.0/0", "not vlan and tcp"}
	gen := newPackets(linkEthernet)
	frames := make([]frame, 4000)
	for i := range frames {
		frames[i] = gen.frame(linkEthernet)
	}
	for _, expr := range expressions(t) {
		p, err := Compile(expr, linkEthernet, Options{Exact: true})
		if err != nil || slices.Contains(all, expr) || isListed(expr, linkEthernet) {
			continue
		}
		accepted := 0
		for _, f := range frames {
			if p.Run(f.data, f.wireLen) {
				accepted++
			}
		}
		if accepted == 0 || accepted == len(frames) {
			t.Errorf("%q accepts %d of %d frames", expr, accepted, len(frames))
		}
	}
}
