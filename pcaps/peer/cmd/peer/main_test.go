package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBothRoles(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	args := "-scenario flow_submit_report_30 -listen 127.0.0.1:0 -log " + log
	if err := run(t.Context(), strings.Fields(args)); err != nil {
		t.Fatal(err)
	}
	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(lines, []byte(`"command":"CMPP_SUBMIT"`)); n != 6 {
		t.Errorf("the log has %d lines of SUBMITs, want 3 sent and 3 received", n)
	}
}

func TestMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"-scenario none": "unknown scenario",
		"-role king":     "unknown role",
		"-conns 1001":    "1 to 1000",
		"more":           "unexpected argument",
	} {
		if err := run(t.Context(), strings.Fields(args)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("peer %s: %v, want %q", args, err, want)
		}
	}
}

func TestList(t *testing.T) {
	var out bytes.Buffer
	if err := list(&out); err != nil || !strings.Contains(out.String(), "gns_21\t9168\t") {
		t.Errorf("%v, list:\n%s", err, out.String())
	}
}
