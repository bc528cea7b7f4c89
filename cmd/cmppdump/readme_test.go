//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestReadme runs what README.md shows in its console blocks, from the root of
// the repository, and compares the output. A last line "..." stands for more.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	environment(t)
	t.Setenv("NO_COLOR", "1")
	zone := time.Local
	t.Cleanup(func() { time.Local = zone })
	time.Local = time.UTC

	b, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	was := string(b)
	is, commands := played(was, func(command string) string { return console(t, command) })
	if commands < 5 {
		t.Errorf("%d commands found", commands)
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(is), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, want := strings.Split(is, "\n"), strings.Split(was, "\n")
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("README.md:%d\n got %s\nwant %s\n(-update writes what is shown anew)", i+1, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("README.md: %d lines, want %d", len(got), len(want))
	}
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
		got, commands := played(fmt.Sprintf(text, tt.shown), run)
		if want := fmt.Sprintf(text, tt.want); got != want || commands != 1 {
			t.Errorf("%q: %q", tt.shown, got)
		}
	}
}

// played is a text with the output of the commands in its console blocks as run
// gives it, and how many commands there are.
func played(text string, run func(command string) string) (string, int) {
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
		case line == "```console":
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
	lines := strings.Split(strings.TrimSuffix(output, "\n"), "\n")
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
	args := strings.Fields(stages[0])[1:]
	if len(stages) == 1 {
		return onTerminal(t, readmeColumns, func(terminal *os.File) { Main(args, nil, terminal, terminal) })
	}
	var stdout, stderr bytes.Buffer
	Main(args, nil, &stdout, &stderr)
	out := stdout.String()
	for _, stage := range stages[1:] {
		out = tool(strings.Fields(stage), out)
	}
	return out + stderr.String()
}

// tool is what grep, tail and jq do with the arguments that the README needs.
func tool(args []string, in string) string {
	var out strings.Builder
	lines := strings.SplitAfter(in, "\n")
	switch strings.Join(args[:len(args)-1], " ") {
	case "grep":
		for pattern, i := regexp.MustCompile(args[1]), 0; i < len(lines); i++ {
			if pattern.MatchString(lines[i]) {
				out.WriteString(lines[i])
			}
		}
	case "tail -n":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err.Error()
		}
		out.WriteString(strings.Join(lines[max(0, len(lines)-1-n):], ""))
	case "jq":
		for _, line := range lines[:len(lines)-1] {
			var b bytes.Buffer
			if err := json.Indent(&b, []byte(line), "", "  "); err != nil {
				return err.Error()
			}
			out.WriteString(b.String())
		}
	default:
		return fmt.Sprintf("%s: not known in readme_test.go\n", args[0])
	}
	return out.String()
}
