package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestLiveRefuses: where there is no screen, one line says so, and nothing else
// is written.
func TestLiveRefuses(t *testing.T) {
	const file = "../../pcaps/active_test_30.pcap"
	for _, tt := range []struct {
		term    string
		columns int // 0: no terminal
		args    []string
		want    string
	}{
		{"xterm", 0, nil, "-T live needs a terminal, and stdout is none"},
		{"dumb", 80, nil, "TERM=dumb"},
		{"", 80, nil, "TERM="},
		{"never-heard-of", 80, nil, "the terminal TERM=never-heard-of is not known here; TERM=xterm may do"},
		{"xterm", 30, nil, "needs 40x10 cells at least, the terminal has 30x40"},
		{"xterm", 80, []string{"-q"}, "-q shows no rows"},
		{"xterm", 80, []string{"--out", "x"}, "--out writes records"},
		{"xterm", 80, []string{"-w", "-"}, "both want stdout"},
		{"xterm", 80, []string{"-Y", "nonsense =="}, "display filter"},
		{"xterm", 80, []string{"--stats-interval", "1s"}, "--stats-interval"},
	} {
		t.Setenv("TERM", tt.term)
		args := append([]string{"-T", "live", "-r", file}, tt.args...)
		var out, errs string
		var status int
		if tt.columns == 0 {
			out, errs, status = cmppdump(args...)
		} else {
			out = onTerminal(t, tt.columns, func(terminal *os.File) {
				var e bytes.Buffer
				status = Main(args, nil, terminal, &e)
				errs = e.String()
			})
		}
		if status != exitUsage || out != "" || !strings.Contains(errs, tt.want) || tt.want != "display filter" && strings.Count(errs, "\n") != 1 {
			t.Errorf("TERM=%s %v: exit status %d, %q, %q", tt.term, tt.args, status, out, errs)
		}
	}
	if _, errs, status := cmppdump("why", "13800000060", "-T", "live", "-r", file); status != exitUsage || !strings.Contains(errs, "why has no -T live") {
		t.Errorf("why: exit status %d, %s", status, errs)
	}
}

// user is somebody at a terminal on which the program runs.
type user struct {
	t    *testing.T
	cmd  *exec.Cmd
	ours *os.File // what the terminal's user sees and types
	tty  *os.File
	mu   sync.Mutex
	seen bytes.Buffer
}

// startUser starts the program on a terminal.
func startUser(t *testing.T, args ...string) *user {
	t.Helper()
	ours, tty := openTerminal(t, 80, 24)
	cmd, _ := process(t, append([]string{"-T", "live"}, args...)...)
	c := newUser(t, cmd, ours, tty)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// newUser gives a program, not started yet, a terminal.
func newUser(t *testing.T, cmd *exec.Cmd, ours, tty *os.File) *user {
	c := &user{t: t, cmd: cmd, ours: ours, tty: tty}
	c.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR=")
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = c.tty, c.tty, c.tty
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	t.Cleanup(func() { ours.Close(); c.tty.Close() })
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := ours.Read(b)
			c.mu.Lock()
			c.seen.Write(b[:n])
			c.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return c
}

// wait waits until the terminal was sent a text, since the last wait.
func (c *user) wait(text string) {
	c.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		c.mu.Lock()
		seen := c.seen.String()
		if i := strings.Index(seen, text); i >= 0 {
			c.seen.Next(i + len(text))
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		if time.Now().After(end) {
			c.t.Fatalf("%q did not come: %q", text, seen)
		}
	}
}

// settings are those of the terminal: whether it echoes, reads by the line and
// turns keys into signals.
func (c *user) settings() string {
	c.t.Helper()
	x, err := unix.IoctlGetTermios(int(c.tty.Fd()), unix.TCGETS)
	if err != nil {
		c.t.Fatal(err)
	}
	return fmt.Sprintf("%x %x %x", x.Iflag, x.Oflag, x.Lflag)
}

// The other screen, where full-screen programs draw.
const enterScreen, leaveScreen = "\x1b[?1049h", "\x1b[?1049l"

// TestLiveRestores: however the live view ends, or is stopped, the terminal is
// as it was.
func TestLiveRestores(t *testing.T) {
	const file = "../../pcaps/reports_30.pcap"
	for _, tt := range []struct {
		name string
		end  func(c *user)
	}{
		{"q", func(c *user) { c.ours.WriteString("q") }},
		{"Ctrl-C", func(c *user) { c.ours.WriteString("\x03") }},
		{"TERM", func(c *user) { c.cmd.Process.Signal(syscall.SIGTERM) }},
		{"INT", func(c *user) { c.cmd.Process.Signal(syscall.SIGINT) }},
		{"HUP", func(c *user) { c.cmd.Process.Signal(syscall.SIGHUP) }},
		{"stopped and continued, by signal", func(c *user) {
			c.cmd.Process.Signal(syscall.SIGTSTP)
			c.stopped()
			c.ours.WriteString("q")
		}},
		{"stopped and continued, by key", func(c *user) {
			c.ours.WriteString("\x1a")
			c.stopped()
			c.ours.WriteString("q")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := startUser(t, "-r", file)
			before := c.settings()
			c.wait(enterScreen)
			c.wait("13800000060")
			if c.settings() == before {
				t.Error("the terminal was never taken")
			}
			tt.end(c)
			if status := exitStatus(t, c.cmd); status != exitOK {
				t.Errorf("exit status %d", status)
			}
			c.wait(leaveScreen)
			c.wait("packets captured")
			if after := c.settings(); after != before {
				t.Errorf("settings %s, were %s", after, before)
			}
		})
	}
}

// stopped waits until the program has stopped, looks at the terminal, and
// continues it.
func (c *user) stopped() {
	c.t.Helper()
	var w syscall.WaitStatus
	for end := time.Now().Add(patience); !w.Stopped(); time.Sleep(10 * time.Millisecond) {
		if _, err := syscall.Wait4(c.cmd.Process.Pid, &w, syscall.WUNTRACED|syscall.WNOHANG, nil); err != nil || time.Now().After(end) {
			c.t.Fatalf("not stopped: %v", err)
		}
	}
	c.wait(leaveScreen)
	c.cmd.Process.Signal(syscall.SIGCONT)
	c.wait(enterScreen)
	c.wait("13800000060")
}

// TestRootLiveInTmux drives the program in a real terminal: every view of every
// capture, and keys.
func TestRootLiveInTmux(t *testing.T) {
	needTool(t, "tmux")
	bin := program(t)
	tmux := func(t *testing.T, args ...string) string {
		t.Helper()
		cmd := exec.Command("tmux", append([]string{"-L", fmt.Sprint("cmppdump-", os.Getpid()), "-f", "/dev/null"}, args...)...)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v: %s", args, err, out)
		}
		return string(out)
	}
	tmux(t, "new-session", "-d", "-s", "keep", "sleep", "3600")
	defer tmux(t, "kill-server")
	for _, tt := range []struct{ size, pattern string }{{"80x24", "../../pcaps/*.pcap"}, {"200x50", "../../pcaps/real/*.pcap"}, {"100x30", "../../pcaps/real/*.pcap"}} {
		w, h, _ := strings.Cut(tt.size, "x")
		files, err := filepath.Glob(tt.pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(tt.pattern, err)
		}
		for _, file := range files {
			t.Run(tt.size+" "+filepath.Base(file), func(t *testing.T) { driveTmux(t, tmux, bin, w, h, file) })
		}
	}
}

func driveTmux(t *testing.T, run func(*testing.T, ...string) string, bin, w, h, file string) {
	t.Helper()
	tmux := func(args ...string) string { return run(t, args...) }
	see := func(what string) string {
		t.Helper()
		for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			screen := tmux("capture-pane", "-p", "-t", "it")
			if strings.Contains(screen, what) {
				return screen
			}
			if time.Now().After(end) {
				t.Fatalf("%s at %sx%s: no %q:\n%s", file, w, h, what, screen)
			}
		}
	}
	tmux("new-session", "-d", "-s", "it", "-x", w, "-y", h, "--", "sh", "-c", `"$0" --utc -T live -r "$1"; echo "left with $?"; sleep 60`, bin, file)
	defer tmux("kill-session", "-t", "it")
	for key, tab := range map[string]string{"1": "[1 Messages]", "2": "[2 Transactions]", "3": "[3 PDUs]", "4": "[4 Connections]", "5": "[5 Statistics]"} {
		tmux("send-keys", "-t", "it", key)
		screen := see(tab)
		for _, line := range strings.Split(screen, "\n") {
			if strings.Contains(line, "panic") || strings.Contains(line, "goroutine ") {
				t.Fatalf("%s:\n%s", file, screen)
			}
		}
	}
	tmux("send-keys", "-t", "it", "3", "G", "Enter", "j", "Enter")
	see("[3 PDUs]")
	tmux("send-keys", "-t", "it", "?")
	see("Shift-Tab")
	tmux("send-keys", "-t", "it", "q", "q", "q", "q")
	see("left with 0")
	see("packets captured")
}
