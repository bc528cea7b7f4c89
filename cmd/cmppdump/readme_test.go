//go:build linux

package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/filter"
	"cmppdump/dissect/record"
	"cmppdump/render/why"

	"github.com/spf13/pflag"
)

// readmes have the same content, in English and in Chinese.
var readmes = []string{"README.md", "README.zh-CN.md"}

// TestReadme runs what the READMEs show in their console blocks, from the root
// of the repository, and compares the output. A last line "..." stands for more.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	environment(t)
	t.Setenv("NO_COLOR", "1")
	zone := time.Local
	t.Cleanup(func() { time.Local = zone })
	time.Local = time.UTC

	outputs := map[string]string{} // of the commands that ran
	run := func(command string) string {
		out, ok := outputs[command]
		if !ok {
			out = console(t, command)
			outputs[command] = out
		}
		return out
	}
	for _, name := range readmes {
		comparePlayed(t, name, "console", run)
	}
}

// TestRootTsharkReadme runs what the READMEs show of tshark, in the version
// that they name.
func TestRootTsharkReadme(t *testing.T) {
	needTool(t, "tshark", "sh")
	t.Chdir("../..")
	t.Setenv("LC_ALL", "C.UTF-8")
	t.Setenv("TZ", "UTC")
	version, err := exec.Command("tshark", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(version, []byte(" 4.0.17 ")) {
		t.Skipf("the READMEs show tshark 4.0.17, this is another: %.40s", version)
	}
	for _, name := range readmes {
		comparePlayed(t, name, "shellsession", func(command string) string {
			out, err := exec.Command("sh", "-c", command).Output()
			if err != nil {
				t.Errorf("%s: %v", command, err)
			}
			return string(out)
		})
	}
}

// comparePlayed compares the blocks of one kind in a file with what their
// commands give, or with -update writes the file anew.
func comparePlayed(t *testing.T, name, kind string, run func(command string) string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	was := string(b)
	is, commands := played(was, kind, run)
	if commands < 3 {
		t.Errorf("%s: %d commands found", name, commands)
	}
	if *update {
		if err := os.WriteFile(name, []byte(is), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	compareLines(t, name, strings.Split(is, "\n"), strings.Split(was, "\n"))
}

func compareLines(t *testing.T, name string, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("%s:%d\n got %s\nwant %s\n(-update writes what is shown anew)", name, i+1, got[i], want[i])
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d lines, want %d", name, len(got), len(want))
	}
}

// TestReadmeSame finds the same commands and outputs in both READMEs.
func TestReadmeSame(t *testing.T) {
	var blocks [2][]string
	for i, name := range readmes {
		blocks[i] = code(t, name)
	}
	if len(blocks[0]) < 100 {
		t.Errorf("%d lines of code", len(blocks[0]))
	}
	for i := range min(len(blocks[0]), len(blocks[1])) {
		if blocks[0][i] != blocks[1][i] {
			t.Fatalf("%s: %s\n%s: %s", readmes[0], blocks[0][i], readmes[1], blocks[1][i])
		}
	}
	if len(blocks[0]) != len(blocks[1]) {
		t.Errorf("lines of code: %d in %s, %d in %s", len(blocks[0]), readmes[0], len(blocks[1]), readmes[1])
	}
}

// code is the lines of a README's blocks, fenced or indented by four spaces.
func code(t *testing.T, name string) (lines []string) {
	t.Helper()
	b, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	inside := false
	for _, line := range strings.Split(string(b), "\n") {
		fence := strings.HasPrefix(line, "```")
		if fence || inside || strings.HasPrefix(line, "    ") {
			lines = append(lines, line)
		}
		inside = inside != fence
	}
	return lines
}

// TestReadmeFlags checks the commands that are shown without output: flags,
// their values and capture filters are right.
func TestReadmeFlags(t *testing.T) {
	command := regexp.MustCompile(`^    (?:.*[ /])?cmppdump ([^|>]*)`)
	commands, inside := 0, false
	for _, line := range code(t, readmes[0]) {
		if strings.HasPrefix(line, "```") {
			inside = !inside
		}
		m := command.FindStringSubmatch(line)
		if m == nil || inside {
			continue
		}
		commands++
		if err := wouldRun(words(m[1])); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if commands < 9 {
		t.Errorf("%d commands found", commands)
	}
	for _, bad := range []string{"-i eth0 --rign 20G", "-i eth0 prot 7890", "-i eth0 --view foo", "why conn:x -r f.pcap"} {
		if wouldRun(words(bad)) == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

// TestReadmeFilters compiles the display filters that the READMEs list.
func TestReadmeFilters(t *testing.T) {
	for _, name := range readmes {
		b, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		filters := 0
		for _, m := range regexp.MustCompile(`(?m)^    ((?:[a-z]+\.|[0-9a-f]{11,16}).*?)(?:  .*)?$`).FindAllStringSubmatch(string(b), -1) {
			filters++
			if _, err := filter.Compile(m[1], record.NewTable(cmpp.Protocol)); err != nil {
				t.Errorf("%s: %s: %v", name, m[1], err)
			}
		}
		if filters < 10 {
			t.Errorf("%s: %d filters found", name, filters)
		}
	}
}

// wouldRun checks arguments without running anything.
func wouldRun(args []string) error {
	c := newConfig()
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	c.flags(flags)
	if len(args) > 1 && args[0] == "why" {
		if _, err := why.ParseQuery(cmpp.Protocol, args[1]); err != nil {
			return err
		}
		args = args[2:]
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := c.complete(flags.Args()); err != nil {
		return err
	}
	_, err := newFilter(c, io.Discard)
	return err
}

// TestReadmeShell finds every command of README.md's shell blocks in .ci/run,
// which runs them.
func TestReadmeShell(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	ci, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) == 0 {
		t.Error("no shell blocks")
	}
	for _, block := range blocks {
		for _, line := range strings.Split(strings.TrimSpace(block[1]), "\n") {
			if !strings.Contains(string(ci), "\n"+line) {
				t.Errorf("%q is not in .ci/run", line)
			}
		}
	}
}

// TestPlayed checks that other output than a text shows is noticed.
func TestPlayed(t *testing.T) {
	run := func(string) string { return "1\n2\n3\n" }
	for _, tt := range []struct{ shown, want string }{
		{"1\n2\n3\n", "1\n2\n3\n"},
		{"1\n2\n", "1\n2\n3\n"},
		{"1\n0\n...\n", "1\n2\n...\n"},
		{"1\n2\n...\n", "1\n2\n...\n"},
		{"1\n2\n3\n...\n", "1\n2\n3\n"},
		{"", "1\n2\n3\n"},
	} {
		text := "a\n```console\n$ x\n%s```\nb\n```\n$ y\n```\n"
		got, commands := played(fmt.Sprintf(text, tt.shown), "console", run)
		if want := fmt.Sprintf(text, tt.want); got != want || commands != 1 {
			t.Errorf("%q: %q", tt.shown, got)
		}
	}
}

// played is a text with the output of the commands in its blocks of one kind as
// run gives it, and how many commands there are.
func played(text, kind string, run func(command string) string) (string, int) {
	var out []string
	var shown []string // below the command, until now
	command, commands, inside := "", 0, false
	end := func() {
		if command != "" {
			out = append(out, shorten(run(command), shown)...)
		}
		command, shown = "", nil
	}
	for _, line := range strings.Split(text, "\n") {
		next, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case line == "```"+kind:
			inside = true
		case inside && line == "```":
			end()
			inside = false
		case inside && isCommand:
			end()
			command = next
			commands++
		case inside:
			shown = append(shown, line)
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n"), commands
}

// shorten gives the lines of an output, no more than are shown if those end in
// "...".
func shorten(output string, shown []string) []string {
	// Lines of CSV end in CR LF, which a text does not show.
	lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(output, "\r\n", "\n"), "\n"), "\n")
	if n := len(shown) - 1; n >= 0 && shown[n] == "..." && n < len(lines) {
		return append(lines[:n], "...")
	}
	return lines
}

// readmeColumns is the width of the terminal in README.md.
const readmeColumns = 100

// console gives what a command shows on a terminal without colours.
func console(t *testing.T, command string) string {
	stages := strings.Split(command, " | ")
	args := words(stages[0])[1:]
	if len(stages) == 1 {
		return onTerminal(t, readmeColumns, func(terminal *os.File) { Main(args, nil, terminal, terminal) })
	}
	var stdout, stderr bytes.Buffer
	Main(args, nil, &stdout, &stderr)
	out := stdout.String()
	for _, stage := range stages[1:] {
		out = tool(words(stage), out)
	}
	return out + stderr.String()
}

// words splits as a shell does where there are single quotes at most.
func words(command string) (list []string) {
	for _, w := range regexp.MustCompile(`'[^']*'|[^ ]+`).FindAllString(command, -1) {
		list = append(list, strings.Trim(w, "'"))
	}
	return list
}

// tool is what grep, head, tail, sort and jq do with the arguments that the
// READMEs need.
func tool(args []string, in string) string {
	lines := strings.SplitAfter(in, "\n")
	lines = lines[:len(lines)-1]
	last := args[len(args)-1]
	switch strings.Join(args[:len(args)-1], " ") {
	case "grep", "grep -E":
		pattern := regexp.MustCompile(last)
		lines = slices.DeleteFunc(lines, func(line string) bool { return !pattern.MatchString(strings.TrimSuffix(line, "\n")) })
	case "head -n", "tail -n":
		n, err := strconv.Atoi(last)
		switch {
		case err != nil:
			return err.Error()
		case args[0] == "head":
			lines = lines[:min(n, len(lines))]
		default:
			lines = lines[max(0, len(lines)-n):]
		}
	case "sort":
		if last != "-rn" {
			return "sort: -rn only\n"
		}
		slices.SortFunc(lines, func(a, b string) int {
			return cmp.Or(cmp.Compare(leadingNumber(b), leadingNumber(a)), strings.Compare(b, a))
		})
	case "jq":
		for i, line := range lines {
			var b bytes.Buffer
			if err := json.Indent(&b, []byte(line), "", "  "); err != nil {
				return err.Error()
			}
			lines[i] = b.String()
		}
	default:
		return fmt.Sprintf("%s: not known in readme_test.go\n", args[0])
	}
	return strings.Join(lines, "")
}

// leadingNumber is the one in front of a line, or 0.
func leadingNumber(line string) float64 {
	n, _ := strconv.ParseFloat(regexp.MustCompile(`^[0-9.]*`).FindString(line), 64)
	return n
}
