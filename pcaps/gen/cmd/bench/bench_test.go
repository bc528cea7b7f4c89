//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The slow one does 100 PDUs a second, the copy takes 2 s, and the third does
// 4000 in 4 s: twice as long as the copy, ten times as fast as the slow one.
func TestTable(t *testing.T) {
	b := bench{tshark: map[string]float64{tsharkText: 100}}
	table := b.table("k1", 4000, []*command{
		{label: copying, runs: []sample{{seconds: 9}, {seconds: 1}, {seconds: 2}}},
		{label: "third", peer: tsharkText, runs: []sample{{seconds: 4, cpu: 5, memory: 30e6}}},
	})
	want := "| third | 4.000 s | 5.000 s | 30 MB | 1,000 | 2.00 | 10.0 |"
	if !strings.Contains(table, want) {
		t.Errorf("%s\nhas no %s", table, want)
	}
}

func TestRunOnce(t *testing.T) {
	s, err := runOnce([]string{os.Args[0], "-test.run", "^$"})
	if err != nil {
		t.Fatal(err)
	}
	if s.seconds <= 0 || s.memory < 1e6 || s.memory > 1e9 {
		t.Errorf("%+v", s)
	}
	if _, err := runOnce([]string{os.Args[0], "-no-such-flag"}); err == nil || !strings.Contains(err.Error(), "no-such-flag") {
		t.Errorf("a command that fails: %v", err)
	}
}

func TestMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"-sizes 20,10":                  "ascending",
		"-sizes=2000;200":               "ascending",
		"-runs 0 -sizes 1":              "nothing to run",
		"-sizes 1 -cmppdump ./nowhere1": "nowhere1",
	} {
		args := append(strings.Fields(args), "-dir", filepath.Join(t.TempDir(), "captures"))
		if err := run(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", args, err, want)
		}
	}
}
