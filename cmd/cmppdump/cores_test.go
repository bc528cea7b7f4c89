package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"cmppdump/pcaps/gen"
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

// TestCoresMany: nor does that of many messages, in every form that may follow
// them beside the dissection.
func TestCoresMany(t *testing.T) {
	environment(t)
	file := filepath.Join(t.TempDir(), "many.pcap")
	w, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = gen.Write(w, gen.Options{PDUs: 20_000, PerPacket: 3, Loss: 0.5, Reorder: 0.5}); err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"-T", "json", "--view", "txn,msg"}, {"--view", "msg"}, {"-T", "csv", "--view", "msg", "-e", "msg.state,sms.to"},
		{"-T", "json", "--view", "msg", "--expand", "message", "-Y", "cmpp.result != 0"},
		{"-q", "-z", "blame", "-z", "sp", "--view", "msg"}, {"--view", "msg", "--max-mem", "64M", "-c", "5000"},
	} {
		if out := sameOnCores(t, append([]string{"-r", file}, args...)...); out == "" {
			t.Errorf("%v: nothing was written", args)
		}
	}
}

// TestCoresLeft: an input that is left before it is read to its end has the same
// status, whatever was read ahead: what is wrong behind that was not met.
func TestCoresLeft(t *testing.T) {
	environment(t)
	whole, err := os.ReadFile("../../pcaps/window_30.pcap")
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.pcap")
	if err := os.WriteFile(cut, whole[:1500], 0o644); err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, args := range [][]string{{}, {"-c", "1"}, {"-c", "8"}, {"--pdus", "1"}, {"--until", "2000-01-01"}, {"-c", "1", "--view", "msg"}, {"--view", "msg"}} {
		var want string
		for _, cores := range []int{1, 2} {
			runtime.GOMAXPROCS(cores)
			out, errs, status := cmppdump(append([]string{"-r", cut}, args...)...)
			if got := fmt.Sprint(out, errs, status); cores == 1 {
				want = got
			} else if got != want {
				t.Errorf("%v: on two cores\n%s\non one\n%s", args, got, want)
			}
		}
		if left := len(args) > 0 && args[0] != "--view"; strings.Contains(want, "cut short") == left {
			t.Errorf("%v: %s", args, want)
		}
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
