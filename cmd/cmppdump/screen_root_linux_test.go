package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// watch starts the live view on a terminal of this host.
func (h *host) watch(columns, rows int, args ...string) *user {
	h.t.Helper()
	tools, err := rootTools()
	if err != nil {
		h.t.Fatal(err)
	}
	ours, tty := openTerminal(h.t, columns, rows)
	c := newUser(h.t, exec.Command(tools["cmppdump"], append([]string{"-T", "live"}, args...)...), ours, tty)
	h.do(c.cmd.Start)
	h.t.Cleanup(func() { c.cmd.Process.Kill(); c.cmd.Wait() })
	c.wait(enterScreen)
	return c
}

// TestRootLiveTraffic looks at traffic as it comes, in a real terminal: rows
// appear, all that was sent is counted, keys do what they say, and the terminal
// is as it was in the end.
func TestRootLiveTraffic(t *testing.T) {
	needTool(t, "tmux")
	h := newHost(t)
	tools, err := rootTools()
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "tmux")
	tmux := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("tmux", append([]string{"-S", socket, "-f", "/dev/null"}, args...)...)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color")
		r := h.run(cmd, nil)
		if status := r.wait(); status != 0 {
			t.Fatalf("tmux %v: exit status %d: %s", args, status, r.said())
		}
		out, err := os.ReadFile(r.stdout)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	see := func(what string) string {
		t.Helper()
		var screen string
		for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
			if screen = tmux("capture-pane", "-p", "-t", "it"); regexp.MustCompile(what).MatchString(screen) {
				return screen
			}
			if time.Now().After(end) {
				t.Fatalf("no %q:\n%s", what, screen)
			}
		}
	}
	keys := func(k ...string) { t.Helper(); tmux(append([]string{"send-keys", "-t", "it"}, k...)...) }
	tmux("new-session", "-d", "-s", "it", "-x", "120", "-y", "30", "--", "sh", "-c",
		`"$0" --utc -i lo -T live port 7890; echo "left with $?"; sleep 600`, tools["cmppdump"])
	defer tmux("kill-server")
	see(`LIVE  0 packets  0 dropped`)
	sent := h.play("reports_30").and(h.play("long_ucs2_20"))
	see(fmt.Sprintf(` 0 dropped  %d PDUs `, sent.n))
	see(`undelivered .*MK:0001`)
	keys("f", `msg.state == "undelivered"`, "Enter")
	see(` f: msg.state == "undelivered" +\d+ of \d+`)
	keys("f", "C-u", "Enter", "3", "g", "j", "Enter")
	see(`(?s)\[3 PDUs\].*CONNECT.*Total_Length`)
	keys("q", "4")
	see(`(?s)\[4 Connections\].*901234 3\.0.*901234 2\.0`)
	keys("p")
	see(`PAUSED`)
	sent.and(h.play("refused_30"))
	if screen := see(fmt.Sprintf(` 0 dropped  %d PDUs `, sent.n)); regexp.MustCompile(`(?m)^ +3 901234`).MatchString(screen) {
		t.Errorf("paused, and there is a new row:\n%s", screen)
	}
	keys("p")
	see(`(?m)^ +3 901234`)
	keys("2")
	see(`(?s)\[2 Transactions\].*SUBMIT`)
	keys("q")
	end := see("left with 0")
	if !strings.Contains(end, "0 packets dropped by kernel") || strings.Contains(end, "[2 Transactions]") {
		t.Errorf("in the end:\n%s", end)
	}
}

// TestRootLiveFlood: the live view loses no packets where -q loses none, and
// answers keys. FLOOD=2m has 50,000 PDUs a second for so long, on a machine that
// does nothing else; without it, it is less for a moment.
func TestRootLiveFlood(t *testing.T) {
	here, there := twoHosts(t)
	duration, rate := 4*time.Second, 20_000 // PDUs a second, in two packets each
	if text := os.Getenv("FLOOD"); text != "" {
		var err error
		if duration, err = time.ParseDuration(text); err != nil {
			t.Fatalf("FLOOD: %v", err)
		}
		rate = 50_000
	}
	file := generatedCapture(t, here, min(int(duration.Seconds())*rate, 1_000_000))
	quiet := there.dump("-q", "-B", "16384", "-i", "v1", "port", "7890")
	live := there.watch(120, 40, "-B", "16384", "-i", "v1", "port", "7890")
	live.wait("LIVE")
	replay := here.start(nil, "tcpreplay", "-i", "v0", "--pps", fmt.Sprint(2*rate), "--loop", "0", "--duration", fmt.Sprint(int(duration.Seconds())), file)
	slowest, pressed := time.Duration(0), 0
	for begin := time.Now(); time.Since(begin) < duration; time.Sleep(300 * time.Millisecond) {
		slowest = max(slowest, live.answers("?", "Shift-Tab"), live.answers("q", "["))
		pressed += 2
	}
	if status := replay.waitLong(patience); status != 0 {
		t.Fatalf("tcpreplay: exit status %d\n%s", status, replay.said())
	}
	time.Sleep(time.Second)
	live.ours.WriteString("q")
	quiet.end(syscall.SIGINT, exitOK)
	live.wait(leaveScreen)
	if status := exitStatus(t, live.cmd); status != exitOK {
		t.Errorf("exit status %d", status)
	}
	lost := live.number("packets? dropped by kernel")
	got, all := live.number("packets? captured"), quiet.number("packets? captured")
	t.Logf("%d packets, lost %d, -q %d; slowest of %d keys %v\n%s", all, lost, quiet.number("packets? dropped by kernel"), pressed, slowest, replay.said())
	if lost < 0 || lost > 0 && quiet.number("packets? dropped by kernel") == 0 {
		t.Errorf("%d packets dropped, by -q none", lost)
	}
	if lost == 0 && got != all {
		t.Errorf("%d packets captured, by -q %d", got, all)
	}
	if slowest > time.Second { // what people call stuck; the figure is in the log
		t.Errorf("a key was answered after %v", slowest)
	}
}

// answers types a key and gives how long it takes until the terminal is sent a
// text.
func (c *user) answers(key, text string) time.Duration {
	c.t.Helper()
	c.mu.Lock()
	c.seen.Reset()
	c.mu.Unlock()
	begin := time.Now()
	c.ours.WriteString(key)
	c.wait(text)
	return time.Since(begin)
}

// number is the first number before some words that the terminal is sent yet.
func (c *user) number(words string) int {
	c.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		c.mu.Lock()
		found := regexp.MustCompile(`(\d+) ` + words).FindStringSubmatch(c.seen.String())
		c.mu.Unlock()
		if found != nil {
			n, _ := strconv.Atoi(found[1])
			return n
		}
	}
	return -1
}

// TestRootLivePanics: where the program has a fault, the terminal is as it was
// before the trace is printed on it. The faults are planted into its source.
func TestRootLivePanics(t *testing.T) {
	needTool(t, "go")
	for _, fault := range []struct{ where, file, function string }{
		{"while it draws", "draw.go", "func (a *App) draw() {"},
		{"while it reads", "store.go", "func (s *Store) Captured(packets, dropped uint64, now int64) {"},
	} {
		t.Run(fault.where, func(t *testing.T) {
			c := newFaulty(t, "../../render/live/"+fault.file, fault.function)
			before := c.settings()
			if err := c.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			c.wait(enterScreen)
			c.wait(leaveScreen)
			c.wait("panic: planted")
			c.wait("goroutine ")
			if status := exitStatus(t, c.cmd); status != exitUsage { // the runtime's own
				t.Errorf("exit status %d", status)
			}
			if after := c.settings(); after != before {
				t.Errorf("settings %s, were %s", after, before)
			}
		})
	}
}

// newFaulty builds the program with a panic at the begin of a function.
func newFaulty(t *testing.T, file, function string) *user {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), function) != 1 {
		t.Fatalf("%s has no %s", file, function)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	faulty := write("faulty.go", strings.Replace(string(source), function, function+`panic("planted");`, 1))
	absolute, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	overlay := write("overlay.json", fmt.Sprintf(`{"Replace":{%q:%q}}`, absolute, faulty))
	bin := filepath.Join(dir, "cmppdump")
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ours, tty := openTerminal(t, 80, 24)
	return newUser(t, exec.Command(bin, "-T", "live", "-r", "../../pcaps/reports_30.pcap"), ours, tty)
}
