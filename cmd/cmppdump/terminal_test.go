//go:build linux

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// onTerminal gives what f writes to a terminal of that many columns.
func onTerminal(t *testing.T, columns int, f func(terminal *os.File)) string {
	t.Helper()
	ours, theirs := openTerminal(t, columns, 40)
	defer ours.Close()
	if _, err := term.MakeRaw(int(theirs.Fd())); err != nil { // a newline stays one
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		b, _ := io.ReadAll(ours) // the error tells that theirs was closed
		read <- string(b)
	}()
	f(theirs)
	theirs.Close()
	return <-read
}

// openTerminal opens both sides of a terminal, see pty(7). Where there are none
// the test is skipped, but for the run in which nothing may be.
func openTerminal(t *testing.T, columns, rows int) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Fatal(err)
	case err != nil:
		t.Skip("no pseudo-terminals here: ", err)
	}
	fd := int(ours.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(rows), Col: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	if theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// TestTerminal looks at the rows on terminals: the header comes first, failures
// are red, and no line is wider than the terminal, Chinese or not.
func TestTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for _, noColor := range []string{"", "1"} {
		t.Setenv("NO_COLOR", noColor)
		for _, columns := range []int{60, 80, 100, 132} {
			out := onTerminal(t, columns, func(terminal *os.File) {
				if status := Main([]string{"--utc", "-r", "../../pcaps/real/gocmpp_30.pcap"}, nil, terminal, io.Discard); status != exitOK {
					t.Errorf("exit status %d", status)
				}
			})
			plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(out, "")
			if header := "     No 2026-11-22+0000 Conn PDU "; !strings.HasPrefix(plain, header) || strings.Count(plain, header) != 1 {
				t.Errorf("%d columns: no header, or several:\n%s", columns, plain)
			}
			if red := strings.Contains(out, "\x1b[31m!"); red != (noColor == "") {
				t.Errorf("%d columns: red %v with NO_COLOR=%q", columns, red, noColor)
			}
			for _, line := range strings.Split(plain, "\n") {
				if n := runewidth.StringWidth(line); n > columns {
					t.Errorf("%d columns: %d are taken by %q", columns, n, line)
				}
			}
		}
	}
}

// TestLadder: the ladders of some captures, on terminals of several widths, in
// Chinese and into a pipe, into testdata/golden/ladder.
func TestLadder(t *testing.T) {
	environment(t)
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	for _, name := range []string{"long_ucs2_30", "reports_30", "two_conns_30", "mass_send_30", "timeout_30", "wild_parts_30", "flow_receive_20"} {
		args := []string{"-r", "../../pcaps/" + name + ".pcap", "--utc", "--view", "msg", "-V", "--response-timeout", "100ms"}
		for _, width := range []int{80, 100, 200} {
			out := onTerminal(t, width, func(terminal *os.File) { Main(args, nil, terminal, io.Discard) })
			golden(t, fmt.Sprintf("testdata/golden/ladder/%s.%d.golden", name, width), out)
			for i, line := range strings.Split(out, "\n") {
				if n := runewidth.StringWidth(line); n > width || strings.HasSuffix(line, " ") {
					t.Errorf("%s at %d, line %d: %d cells, or blanks at the end: %q", name, width, i+1, n, line)
				}
			}
		}
		out, _, _ := cmppdump(append(args, "--lang", "zh")...)
		golden(t, "testdata/golden/ladder/"+name+".zh.golden", out)
	}
}

// TestLadderNarrow: where there is no room for a label, its meaning is cut, and
// not how long the answer took.
func TestLadderNarrow(t *testing.T) {
	environment(t)
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	file := filepath.Join(t.TempDir(), "refused.pcap")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	err = writeCapture(f, "tcp 40000 7890\n> submit:1234:13800001234:\"text\"\n< submit_resp:1234:8\n")
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	for width, want := range map[int]string{
		80: "|< SUBMIT_RESP 1234  8 flow co..  1.00ms --|",
		90: " SUBMIT_RESP 1234  8 flow control  1.00ms --|",
	} {
		out := onTerminal(t, width, func(terminal *os.File) {
			Main([]string{"-r", file, "--utc", "--view", "msg", "-V"}, nil, terminal, io.Discard)
		})
		if !strings.Contains(out, want+"\n") {
			t.Errorf("%d columns have no %s\n%s", width, want, out)
		}
	}
}
