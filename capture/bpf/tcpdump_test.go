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
			out, err := exec.Command("tcpdump", "-ddd", "-y", dltNames[link], "--", expr).Output()
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

// differences are the expressions that we do not treat as tcpdump does, with
// the link types and the reason. Nothing else may differ, and these must.
var differences = []struct {
	expr   string
	links  []uint32
	reason string
}{
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
			msg := compare2(ref, expr, link, frames)
			switch listed := isListed(expr, link); {
			case msg != "" && !listed:
				t.Errorf("%q, link type %d: %s", expr, link, msg)
			case msg == "" && listed:
				t.Errorf("%q, link type %d: listed as a difference, but there is none", expr, link)
			}
		}
	}
}

func compare2(ref reference, expr string, link uint32, frames []frame) string {
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
	wrong, accepted, cut := 0, 0, 0
	first := ""
	for _, f := range frames {
		want := theirs.Run(f.data, f.wireLen)
		if want {
			accepted++
		}
		if got := ours.Run(f.data, f.wireLen); got != want {
			if len(f.data) < f.wireLen {
				cut++
				continue
			}
			if wrong++; first == "" {
				first = fmt.Sprintf("want %t for % x", want, f.data)
			}
		}
	}
	if wrong > 0 {
		return fmt.Sprintf("%d of %d verdicts differ; %s", wrong, len(frames), first)
	}
	if cut > 0 {
		fmt.Println("CUT", cut, expr, link)
	}
	_ = accepted
	return ""
}
