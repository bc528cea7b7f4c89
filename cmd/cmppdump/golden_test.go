package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldenCaptures: what the program says of each capture, in every view and
// form, on both outputs. NAME.golden stands beside NAME.pcap and is written to
// be read.
func TestGoldenCaptures(t *testing.T) {
	environment(t)
	t.Chdir("../../pcaps")
	for _, file := range shippedCaptures(t) {
		var b strings.Builder
		for _, args := range []string{"", " --view txn", " --view msg", " --view conn", " -T json --view pdu,txn,msg,conn"} {
			args = "-r " + file + " --utc" + args
			out, errs, status := cmppdump(strings.Fields(args)...)
			fmt.Fprintf(&b, "$ cmppdump %s\n%s%s", args, abridged(out, strings.Contains(args, "json")), errs)
			if status != exitOK {
				fmt.Fprintf(&b, "exit status %d\n", status)
			}
			b.WriteString("\n")
		}
		golden(t, strings.TrimSuffix(file, ".pcap")+".golden", b.String())
	}
}

// environment is the same for every run of the program in a test.
func environment(t *testing.T) {
	t.Helper()
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR_FORCE"} {
		t.Setenv(name, "")
	}
}

// shippedCaptures are the captures below the working directory, which is pcaps.
func shippedCaptures(t *testing.T) (files []string) {
	t.Helper()
	for _, pattern := range []string{"*.pcap", "real/*.pcap", "rough/*.pcap"} {
		list, err := filepath.Glob(pattern)
		if err != nil || len(list) < 2 {
			t.Fatalf("%s: %d captures, %v", pattern, len(list), err)
		}
		files = append(files, list...)
	}
	return files
}

// abridged leaves the middle of a long output out. JSON is held against other
// truth elsewhere, so that less of it is kept.
func abridged(out string, json bool) string {
	head, tail := 60, 10
	if json {
		head = 20
	}
	lines := strings.SplitAfter(out, "\n")
	left := len(lines) - 1 - head - tail // the last is empty
	if left <= 0 {
		return out
	}
	return strings.Join(lines[:head], "") + fmt.Sprintf("[%d lines left out]\n", left) + strings.Join(lines[head+left:], "")
}

// golden holds a text against a golden file, or writes the file with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; go test ./cmd/cmppdump -run Golden -update writes it", err)
	}
	a, b := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			t.Errorf("%s, line %d:\n%s\nwant\n%s\n(go test ./cmd/cmppdump -run Golden -update writes it anew)", file, i+1, lineAt(a, i), lineAt(b, i))
			return
		}
	}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(the end)"
}

// TestGoldenWhy: the verdicts on messages, logins and connections of the
// captures, in both languages.
func TestGoldenWhy(t *testing.T) {
	environment(t)
	t.Chdir("../../pcaps")
	for _, lang := range []string{"en", "zh"} {
		var b strings.Builder
		for _, args := range []string{
			"13800000062 -r reports_30.pcap", // EXPIRED
			"13800000072 -r reports_30.pcap", // a provisional report only
			"13800000073 -r reports_30.pcap", // a report that came again
			"13800000074 -r reports_30.pcap", // none
			"13800000074 -r reports_30.pcap --report-timeout 30ms",
			"13800000110 -r refused_30.pcap",      // Result 10
			"13800000022 -r long_ucs2_30.pcap",    // three parts
			"13800000101 -r mass_send_30.pcap",    // one of several receivers
			"13800000011 -r flow_receive_30.pcap", // MOs
			"13800000001 -r wild_msg_id_20.pcap",  // Msg_Id in reverse
			"13800000001 -r wild_coding_20.pcap",  // Msg_Fmt is wrong
			"13800000001 -r wild_parts_30.pcap",   // a part twice
			"13800000095 -r timeout_30.pcap",      // the connection ended first
			"13800000095 -r timeout_30.pcap --response-timeout 100ms",
			"conn:1 -r timeout_30.pcap --response-timeout 100ms",
			"901234 -r login_failed_30.pcap --secret-file secrets",
			"901234 -r ismg_connects_20.pcap",
			"901234 -r version_too_high_20.pcap",
			"conn:1 -r terminate_ismg_20.pcap",
			"conn:1 -r real/mess_midstream30.pcap",
		} {
			args = "why " + args + " --utc --lang " + lang
			out, errs, _ := cmppdump(strings.Fields(args)...)
			fmt.Fprintf(&b, "$ cmppdump %s\n%s%s\n", args, out, errs)
		}
		golden(t, "../cmd/cmppdump/testdata/golden/why."+lang+".golden", b.String())
	}
}
