package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cmppdump/pcaps/gen"
)

func TestFlagsAreOptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.pcap")
	if err := run(strings.Fields("-pdus 500 -per-packet 5 -version 2.0 -seed 7 -ns -o " + path)); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if _, err := gen.Write(&want, gen.Options{PDUs: 500, PerPacket: 5, Version: 0x20, Seed: 7, Nanoseconds: true}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("the command and the package make different captures")
	}
}

func TestMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"-version 4.0":      "unknown CMPP version",
		"-version 2.1 -o -": "2.0 and 3.0 can be made",
		"-start yesterday":  "-start",
		"-pdus -4":          "outside",
		"out.pcap":          "unexpected argument",
	} {
		if err := run(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("gen %s: %v, want %q", args, err, want)
		}
	}
}
