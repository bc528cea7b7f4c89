package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// refusal is a live run that fails at once: the exit status, and one line.
func refusal(t *testing.T, r *running, line string) {
	t.Helper()
	status := r.wait()
	if said := r.said(); status != exitFailure || !regexp.MustCompile(`^cmppdump: `+line+`\n$`).MatchString(said) {
		t.Errorf("%v: exit status %d, %q", r.cmd.Args, status, said)
	}
}

// TestRootRefused: what cannot be captured or written is told in a line.
func TestRootRefused(t *testing.T) {
	h := newHost(t)
	dir := t.TempDir()
	gone := filepath.Join(dir, "none", "x.pcap")
	mkdir := `: there is no directory ` + filepath.Dir(gone) + `: make it first \(mkdir -p ` + filepath.Dir(gone) + `\)`
	for _, c := range []struct {
		args []string
		line string
	}{
		{[]string{"-i", "lo9"}, `lo9: no such interface; did you mean lo\? .*`},
		{[]string{"-i", "lo", "-w", gone, "-C", "1"}, gone + mkdir},
		{[]string{"-i", "lo", "-T", "json", "--out", gone, "--out-rotate", "1M,3"}, gone + mkdir},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			r := h.in(t).start(nil, "cmppdump", c.args...)
			status, said := r.wait(), strings.TrimPrefix(r.said(), "cmppdump: listening on lo (Ethernet)\n")
			if status != exitFailure || !regexp.MustCompile(`^cmppdump: `+c.line+`\n$`).MatchString(said) {
				t.Errorf("exit status %d, %q", status, said)
			}
		})
	}
}

// TestRootNobody: without the permission, the line that gives it.
func TestRootNobody(t *testing.T) {
	h := newHost(t)
	tools, err := rootTools()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "cmppdump") // where nobody may run it
	b, err := os.ReadFile(tools["cmppdump"])
	if err == nil {
		err = os.WriteFile(program, b, 0o755)
	}
	for dir := filepath.Dir(program); err == nil && dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	const line = "lo: no permission to capture: run it as root, or once: sudo setcap cap_net_raw,cap_net_admin=eip "
	cmd := exec.Command(program, "-i", "lo", "port", "7890")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	refusal(t, h.run(cmd, nil), line+program)

	ours, tty := openTerminal(t, 80, 24)
	c := newUser(t, exec.Command(program, "-T", "live", "-i", "lo", "port", "7890"), ours, tty)
	c.cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
	h.do(c.cmd.Start)
	if status := exitStatus(t, c.cmd); status != exitFailure {
		t.Errorf("-T live: exit status %d", status)
	}
	c.mu.Lock()
	before := c.seen.String()
	c.mu.Unlock()
	if c.wait(line + program + "\r\n"); strings.Contains(before, "\x1b") {
		t.Errorf("-T live: more than a line on the terminal: %q", before)
	}
}

// TestRootRemoved removes interfaces while they are captured on. The last one
// ends the capture.
func TestRootRemoved(t *testing.T) {
	here, there := twoHosts(t)
	only := here.dump("-T", "json", "-i", "v0", "port", "7890")
	both := here.dump("-T", "json", "-i", "v0", "-i", "lo", "port", "7890")
	all := here.playTo(there, "flow_submit_report_30")
	time.Sleep(300 * time.Millisecond)
	here.ip("link del v0")
	if status := only.wait(); status != exitFailure || !strings.HasSuffix(only.said(), "cmppdump: no interface is left to capture on (v0: the interface was removed)\n") {
		t.Errorf("exit status %d\n%s", status, only.said())
	}
	all.captured(t, only.stdout)
	all.summary(t, only)
	time.Sleep(300 * time.Millisecond)
	all.and(here.play("codings_30"))
	time.Sleep(300 * time.Millisecond)
	both.end(os.Interrupt, exitOK)
	if n := strings.Count(both.said(), "cmppdump: v0: the interface was removed\n"); n != 1 {
		t.Errorf("told %d times that it is removed\n%s", n, both.said())
	}
	all.captured(t, both.stdout)
	all.summary(t, both)
}

// smallDisk is a file system of 1 MiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
			syscall.Unmount(dir, syscall.MNT_DETACH)
		}
	})
	return dir
}

// TestRootFullDisk fills the disk of -w, then that of --out. The other output
// is whole, and so is what is on the disk.
func TestRootFullDisk(t *testing.T) {
	h := newHost(t)
	traffic := []string{"-duration", "4s", "-rate", "800", "-conns", "8"}
	full := func(name string) string {
		return regexp.QuoteMeta(name) + `: .*no space left on device.*`
	}
	t.Run("-w", func(t *testing.T) {
		h := h.in(t)
		name := filepath.Join(smallDisk(t), "x.pcapng")
		r := h.dump("-T", "json", "-i", "lo", "-w", name, "port", "7890")
		all := h.play("traffic_30", traffic...)
		time.Sleep(300 * time.Millisecond)
		r.end(os.Interrupt, exitFailure)
		all.captured(t, r.stdout)
		all.summary(t, r)
		told(t, r, full(name), `-w: \d+ packets could not be written`)
		lost := r.number("packets could not be written")
		if n := readable(t, h, name); n == 0 || n+lost != r.number("packets captured") {
			t.Errorf("%d packets are readable, %d lost, %d captured", n, lost, r.number("packets captured"))
		}
	})
	t.Run("--out", func(t *testing.T) {
		h := h.in(t)
		name, packets := filepath.Join(smallDisk(t), "x.json"), filepath.Join(t.TempDir(), "x.pcapng")
		r := h.dump("-T", "json", "-i", "lo", "-w", packets, "--out", name, "port", "7890")
		all := h.play("traffic_30", traffic...)
		time.Sleep(300 * time.Millisecond)
		r.end(os.Interrupt, exitFailure)
		told(t, r, full(name), `--out: \d+ records could not be written`)
		if n := readable(t, h, packets); n != r.number("packets captured") {
			t.Errorf("%d packets are readable, %d captured", n, r.number("packets captured"))
		}
		records := len(readLines(t, name))
		if n := r.number("records? dropped"); records == 0 || n+records < all.n || n < 1 {
			t.Errorf("%d records, %d dropped, %d PDUs", records, n, all.n)
		}
	})
}

// told checks that each line is on stderr once.
func told(t *testing.T, r *running, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if n := len(regexp.MustCompile(`(?m)^cmppdump: `+line+`$`).FindAllString(r.said(), -1)); n != 1 {
			t.Errorf("told %d times %q\n%s", n, line, r.said())
		}
	}
}

// readable counts the packets of files, which we and tcpdump can read to their
// ends.
func readable(t *testing.T, h *host, names ...string) (packets int) {
	t.Helper()
	for _, name := range names {
		r := h.start(nil, "cmppdump", "-q", "-r", name)
		if status := r.wait(); status != exitOK {
			t.Errorf("%s: exit status %d\n%s", name, status, r.said())
		}
		packets += r.number("packets? captured")
		h.must("tcpdump", "-r", name, "-w", filepath.Join(t.TempDir(), "copy"))
	}
	return packets
}

// TestRootHead takes the reader away, as | head -1 does.
func TestRootHead(t *testing.T) {
	h := newHost(t)
	for _, form := range []string{"text", "json"} {
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r := h.dumpTo(writer, "-T", form, "-i", "lo", "port", "7890")
		writer.Close()
		reader.SetReadDeadline(time.Now().Add(patience))
		line := make(chan string)
		go func() {
			first, _ := bufio.NewReader(reader).ReadString('\n')
			reader.Close()
			line <- first
		}()
		h.play("flow_submit_report_30")
		if first := <-line; !strings.HasSuffix(first, "\n") {
			t.Errorf("%q", first)
		}
		h.play("flow_submit_report_30")
		if status := r.wait(); status != exitOK || r.said() != "cmppdump: listening on lo (Ethernet)\n" {
			t.Errorf("-T %s: exit status %d\n%s", form, status, r.said())
		}
	}
}

// generatedCapture is a capture with so many PDUs.
func generatedCapture(t *testing.T, h *host, pdus int) string {
	t.Helper()
	needTool(t, "tcpreplay")
	name := filepath.Join(t.TempDir(), "generated.pcap")
	h.must("gen", "-pdus", fmt.Sprint(pdus), "-o", name)
	return name
}

// TestRootJam does not read stdout while more comes than may wait. Records are
// dropped and counted, packets are not.
func TestRootJam(t *testing.T) {
	here, there := twoHosts(t)
	const pdus = 150_000
	file, packets := generatedCapture(t, here, pdus), filepath.Join(t.TempDir(), "x.pcap")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r := there.dumpTo(writer, "-T", "json", "--stats-interval", "1s", "-i", "v1", "-w", packets, "port", "7890")
	writer.Close()
	here.must("tcpreplay", "-i", "v0", "-p", "40000", file)
	time.Sleep(1500 * time.Millisecond)
	records, told := 0, 0
	read := make(chan bool)
	go func() {
		defer close(read)
		for lines := bufio.NewReaderSize(reader, 1<<20); ; {
			line, err := lines.ReadBytes('\n')
			if err == io.EOF && len(line) == 0 {
				return
			}
			var record struct {
				Event struct{ Dataset string }
				Stats struct {
					Records struct{ Dropped int }
				}
			}
			if err := json.Unmarshal(line, &record); err != nil {
				t.Errorf("%v: %.200q", err, line)
				return
			}
			if record.Event.Dataset == "cmpp.pdu" {
				records++
			}
			told += record.Stats.Records.Dropped
		}
	}()
	time.Sleep(1500 * time.Millisecond) // for an interval
	r.end(syscall.SIGTERM, exitOK)
	<-read
	dropped, byKernel := r.number("records? dropped"), r.number("packets? dropped by kernel")
	t.Logf("%d records, %d dropped, %d by the records of intervals; packets: %d captured, %d dropped by the kernel", records, dropped, told, r.number("packets captured"), byKernel)
	if told != dropped {
		t.Errorf("the records of intervals tell of %d dropped, %d were", told, dropped)
	}
	if dropped <= 0 || records < 10_000 {
		t.Errorf("nothing was dropped, or too much\n%s", r.said())
	}
	if n := r.number("packets captured"); n != readable(t, there, packets) {
		t.Errorf("-w has not the %d packets captured", n)
	}
	if byKernel == 0 && records+dropped < pdus {
		t.Errorf("%d records and %d dropped are not %d PDUs", records, dropped, pdus)
	}
	if byKernel == 0 && !strings.Contains(r.said(), fmt.Sprintf("\n%d PDUs on ", pdus)) {
		t.Errorf("not %d PDUs\n%s", pdus, r.said())
	}
}

// TestRootTerm ends the program under load: soon, with whole records and the
// counts.
func TestRootTerm(t *testing.T) {
	here, there := twoHosts(t)
	file := generatedCapture(t, here, 50_000)
	packets := filepath.Join(t.TempDir(), "x.pcapng")
	r := there.dump("-T", "json", "-i", "v1", "-w", packets, "port", "7890")
	flood := here.start(nil, "tcpreplay", "-i", "v0", "--loop", "100", "-p", "30000", file)
	time.Sleep(time.Second)
	begin := time.Now()
	r.end(syscall.SIGTERM, exitOK)
	took := time.Since(begin)
	select {
	case <-flood.ended:
		t.Fatal("the load ended first")
	default:
	}
	flood.cmd.Process.Kill()
	captured, received, dropped := r.number("packets captured"), r.number("packets received by filter"), r.number("packets? dropped by kernel")
	t.Logf("ended after %v: %d packets captured, %d received by filter, %d dropped", took, captured, received, dropped)
	if took > 5*time.Second || captured < 1000 || captured+dropped > received {
		t.Errorf("%v for the end\n%s", took, r.said())
	}
	if n := readable(t, there, packets); n != captured {
		t.Errorf("-w has %d packets of %d", n, captured)
	}
	pdus := 0
	for _, o := range readLines(t, r.stdout) {
		if path(o, "event.dataset") == "cmpp.pdu" {
			pdus++
		}
	}
	if pdus != r.number("PDUs on ") {
		t.Errorf("%d records of PDUs\n%s", pdus, r.said())
	}
}

// TestRootLogrotate moves the file of records away and has it opened anew, as
// logrotate does, again and again under load.
func TestRootLogrotate(t *testing.T) {
	h := newHost(t)
	name := filepath.Join(t.TempDir(), "x.json")
	r := h.dump("-T", "json", "-i", "lo", "--out", name, "port", "7890")
	files := []string{name}
	finish := h.playing("traffic_30", "-duration", "2s", "-rate", "500", "-conns", "4")
	for i := range 5 {
		time.Sleep(300 * time.Millisecond)
		old := fmt.Sprint(name, ".", i)
		if err := os.Rename(name, old); err != nil {
			t.Fatal(err)
		}
		files = append(files, old)
		r.cmd.Process.Signal(syscall.SIGHUP)
		waitFor(t, name, func() bool { _, err := os.Stat(name); return err == nil })
	}
	all := finish()
	time.Sleep(300 * time.Millisecond)
	r.end(os.Interrupt, exitOK)
	all.captured(t, files...)
	all.summary(t, r)
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, or empty", f, err)
		}
	}
}

// TestRootCounters: USR1 asks for the counters, and nothing else happens.
func TestRootCounters(t *testing.T) {
	h := newHost(t)
	r := h.dump("-T", "json", "-i", "lo", "port", "7890")
	all := h.play("flow_submit_report_30")
	time.Sleep(300 * time.Millisecond)
	r.cmd.Process.Signal(syscall.SIGUSR1)
	r.says("requests: ")
	all.summary(t, r)
	all.and(h.play("flow_submit_report_20"))
	time.Sleep(300 * time.Millisecond)
	r.end(os.Interrupt, exitOK)
	all.captured(t, r.stdout)
	if n := strings.Count(r.said(), "packets received by filter\n"); n != 2 {
		t.Errorf("%d times counters\n%s", n, r.said())
	}
}

// TestRootIdle: records of intervals come on an idle link.
func TestRootIdle(t *testing.T) {
	h := newHost(t)
	r := h.dump("-T", "json", "--stats-interval", "1s", "-i", "lo", "port", "7890")
	time.Sleep(4500 * time.Millisecond)
	b, err := os.ReadFile(r.stdout) // while it runs
	if n := bytes.Count(b, []byte(`"dataset":"cmpp.stats"`)); err != nil || n < 2 || n > 4 {
		t.Errorf("%d records after 4.5 s: %v\n%s", n, err, b)
	}
	r.end(os.Interrupt, exitOK)
	for _, o := range readLines(t, r.stdout) {
		if final := path(o, "final"); path(o, "stats.interval_s") == nil || final == nil {
			t.Errorf("record %v", o)
		}
	}
}

// TestRootMessages: the few messages of a quiet link are shown while the capture
// runs, and time that passes does not overtake their responses.
func TestRootMessages(t *testing.T) {
	h := newHost(t)
	r := h.dump("-T", "json", "--view", "txn,msg", "--response-timeout", "1s", "-i", "lo", "port", "7890")
	all := h.play("flow_submit_report_30")
	time.Sleep(3 * time.Second)
	b, err := os.ReadFile(r.stdout) // while it runs
	if n := bytes.Count(b, []byte(`"dataset":"cmpp.message"`)); err != nil || n == 0 {
		t.Errorf("%d messages after 3 s: %v\n%s", n, err, b)
	}
	if n := bytes.Count(b, []byte(`"dataset":"cmpp.transaction"`)); n != all.requests {
		t.Errorf("%d transactions after 3 s, %d requests", n, all.requests)
	}
	r.end(os.Interrupt, exitOK)
	if strings.Contains(r.said(), "no_response") {
		t.Error(r.said())
	}
}

// TestRootRotation rotates what is written while it is shown, by size.
func TestRootRotation(t *testing.T) {
	h := newHost(t)
	dir := t.TempDir()
	name := filepath.Join(dir, "x.pcapng")
	r := h.dump("-T", "json", "-i", "lo", "-w", name, "-C", "200k", "port", "7890")
	all := h.play("traffic_20", "-duration", "2s", "-rate", "600", "-conns", "4")
	time.Sleep(300 * time.Millisecond)
	r.end(os.Interrupt, exitOK)
	all.captured(t, r.stdout)
	all.summary(t, r)
	files, err := filepath.Glob(filepath.Join(dir, "x*"))
	if err != nil || len(files) < 3 || !slices.Contains(files, name) {
		t.Errorf("%q %v", files, err)
	}
	if n := readable(t, h, files...); n != r.number("packets captured") {
		t.Errorf("%d packets in %d files, %d captured", n, len(files), r.number("packets captured"))
	}
}

// TestRootRotationLost takes the directory of -w away: a line, and everything
// else goes on.
func TestRootRotationLost(t *testing.T) {
	h := newHost(t)
	dir := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	r := h.dump("-T", "json", "-i", "lo", "-w", filepath.Join(dir, "x.pcap"), "-C", "100k", "port", "7890")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	all := h.play("traffic_20", "-duration", "2s", "-rate", "600", "-conns", "4")
	time.Sleep(300 * time.Millisecond)
	r.end(os.Interrupt, exitFailure)
	all.captured(t, r.stdout)
	all.summary(t, r)
	told(t, r, `.*there is no directory `+regexp.QuoteMeta(dir)+`.*`)
}
