package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"cmppdump/pcaps/mutate"
)

// TestCores: the output does not depend on how many cores there are.
func TestCores(t *testing.T) {
	environment(t)
	t.Chdir("../../pcaps")
	for _, in := range append(shippedCaptures(t), ".") {
		for _, views := range []string{"pdu", "pdu,txn,msg,conn"} {
			if out := sameOnCores(t, "-r", in, "-T", "json", "--view", views); out == "" {
				t.Errorf("%s: nothing was written", in)
			}
		}
	}
}

// TestCoresRows: nor do rows, in a form of time that each has for itself or not,
// with texts hidden, or chosen by a filter.
func TestCoresRows(t *testing.T) {
	environment(t)
	t.Chdir("../../pcaps")
	for _, in := range append(shippedCaptures(t), ".") {
		for _, args := range [][]string{
			{}, {"--view", "txn"}, {"--view", "pdu,txn,msg,conn"}, {"-t", "d"}, {"-t", "r"}, {"--color", "always", "--lang", "zh"},
			{"--mask=0123456789abcdef"}, {"-Y", "cmpp.sequence_id < 20", "--expand", "transaction"},
		} {
			if out := sameOnCores(t, append([]string{"-r", in}, args...)...); out == "" && len(args) < 3 {
				t.Errorf("%s %v: nothing was written", in, args)
			}
		}
	}
}

// TestCoresRough: nor does that of a rough capture, of every kind.
func TestCoresRough(t *testing.T) {
	environment(t)
	other := loadTrace(t, "../../pcaps/flow_submit_report_30.pcap")
	var clean []*mutate.Trace
	for _, name := range mutated {
		clean = append(clean, loadTrace(t, "../../pcaps/"+name+".pcap"))
	}
	file, written := filepath.Join(t.TempDir(), "rough.pcap"), 0
	for i, recipe := range mutate.Recipes(other) {
		trace := clean[i%len(clean)]
		if recipe.SYN && !trace.Streams[0].SYN {
			trace = other
		}
		_, frames := recipe.Apply(1, trace)
		if err := os.WriteFile(file, mutate.AppendPcap(nil, recipe.Encoding.Link, frames), 0o644); err != nil {
			t.Fatal(err)
		}
		if out := sameOnCores(t, "-r", file, "-T", "json", "--view", "pdu,txn,msg,conn"); out != "" {
			written++
		}
		sameOnCores(t, "-r", file)
		if t.Failed() {
			t.Fatalf("recipe %q", recipe.Name)
		}
	}
	if written < 200 {
		t.Errorf("%d of the captures had records", written)
	}
}

func loadTrace(t *testing.T, file string) *mutate.Trace {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := mutate.Load(b)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return trace
}

// sameOnCores holds what a command writes on two and on five cores against what
// it writes on one, which it gives.
func sameOnCores(t *testing.T, args ...string) (want string) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(cores)
		out, errs, status := cmppdump(args...)
		if status != exitOK {
			t.Fatalf("%v on %d cores: status %d, %s", args, cores, status, errs)
		}
		if cores == 1 {
			want = out
		} else if out != want {
			t.Errorf("%v: %d cores write other records than one", args, cores)
		}
	}
	return want
}
