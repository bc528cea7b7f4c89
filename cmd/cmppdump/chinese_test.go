package main

import (
	"path/filepath"
	"strings"
	"testing"

	"cmppdump/dissect/stats"
)

// TestErrorsInChinese: what goes wrong is said in Chinese where the environment
// or --lang asks for it, with the same exit status and the caret in its place.
func TestErrorsInChinese(t *testing.T) {
	environment(t)
	const file = "../../pcaps/timeout_30.pcap"
	for _, args := range [][]string{
		{}, {"13800000001"}, {file + "2"}, {"-r", "/nonexistent"}, {"-r", "chinese_test.go"}, {"-i", "nothing0"}, {"--nonsense"}, {"-c", "x"}, {"-c"},
		{"-r", file, "port"}, {"-r", file, "13800000001"}, {"-r", file, "prot 7890"}, {"-r", file, "-Y", "cmpp.resul == 3"}, {"-r", file, "-Y", "cmpp.result ="},
		{"-r", file, "-Y", "("}, {"-r", file, "-Y", "cmpp.result == x"}, {"-r", file, "-z", "nothing"}, {"-r", file, "--fail-on", "srt.p99 > 1"},
		{"-r", file, "-q", "--fail-on", "srt.count > 0"}, {"-r", file, "-t", "q"}, {"-r", file, "-e", "x", "-T", "csv"}, {"-r", file, "--max-mem", "z"},
		{"-r", file, "--secret-file", "/nonexistent"}, {"-r", file, "--out", "/nonexistent/x"}, {"-r", file, "-w", "/nonexistent/x"}, {"-r", file, "--mask=x"},
		{"-r", file, "--since", "x"}, {"-r", file, "--lang", "x"}, {"why"}, {"why", "conn:x"}, {"why", "not-a-thing", "-r", file}, {"-r", file, "port", "80"},
	} {
		_, english, status := cmppdump(append([]string{}, args...)...)
		t.Setenv("LANG", "zh_CN.UTF-8")
		out, chinese, same := cmppdump(args...)
		t.Setenv("LANG", "C")
		line := firstLine(chinese, "cmppdump: ")
		if status != same || !hasHan(line) || firstLine(english, "cmppdump: ") == line || strings.Count(english, "\n") != strings.Count(chinese, "\n") && len(args) > 0 && args[0] == "-r" && !strings.Contains(english, "captured") {
			t.Errorf("%q: exit status %d, %d in Chinese: %s%s", args, status, same, out, chinese)
		}
		if strings.Contains(english, "^") != strings.Contains(chinese, "^") {
			t.Errorf("%q: the caret: %s", args, chinese)
		}
	}
	if _, errs, _ := cmppdump("--lang", "zh", "-r", "/nonexistent"); errs != "cmppdump: /nonexistent：没有这个文件\n" {
		t.Error(errs)
	}
}

// firstLine is the line that begins so.
func firstLine(text, begin string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, begin) {
			return line
		}
	}
	return ""
}

// TestTablesInChinese: what stands above and below tables is Chinese, and no
// line of it, at whatever width, begins with what closes.
func TestTablesInChinese(t *testing.T) {
	environment(t)
	for _, name := range stats.Names() {
		out, _, _ := cmppdump("-r", "../../pcaps/rate_limit_20.pcap", "-q", "-z", name, "--lang", "zh")
		first, _, _ := strings.Cut(out, "\n")
		if name != "conv" && !hasHan(first) {
			t.Errorf("-z %s: %s", name, first)
		}
		for line := range strings.Lines(out) {
			if words := strings.Fields(line); strings.HasPrefix(line, "  ") && len(words) > 9 && !hasHan(line) && !strings.ContainsAny(line, "0123456789") && words[0] != "Conn" && words[0] != "SP_Id" {
				t.Errorf("-z %s: %s", name, line)
			}
		}
	}
	files, err := filepath.Glob("../../pcaps/*_30.pcap")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		out, errs, _ := cmppdump("why", "901234", "-r", file, "--lang", "zh")
		for line := range strings.Lines(out + errs) {
			if line = strings.TrimLeft(line, " "); strings.IndexAny(line, "，。；：、！？）】”") == 0 {
				t.Errorf("%s: %s", file, line)
			}
		}
	}
}
