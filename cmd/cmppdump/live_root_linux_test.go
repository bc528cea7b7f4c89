package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The tests here and in the other live_*_linux_test.go capture for real, in
// network namespaces that they make and in which the SP and ISMG of pcaps/peer
// talk. They are asked for by CMPPDUMP_ROOT=1.

// rootTools are the built programs by name.
var rootTools = sync.OnceValues(func() (map[string]string, error) {
	own, err := exec.LookPath("cmppdump") // see TestMain, which removes the directory
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(filepath.Dir(own), "built")
	tools := map[string]string{}
	for name, source := range map[string]string{"cmppdump": ".", "peer": "../../pcaps/peer/cmd/peer", "gen": "../../pcaps/gen/cmd/gen"} {
		tools[name] = filepath.Join(dir, name)
		if out, err := exec.Command("go", "build", "-o", tools[name], source).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %v\n%s", source, err, out)
		}
	}
	return tools, nil
})

// host is a thread in a network namespace of its own. The namespace goes when
// the test ends, and so do the processes in it.
type host struct {
	t    *testing.T
	tid  int
	work chan func()
}

func newHost(t *testing.T) *host {
	t.Helper()
	if os.Getenv("CMPPDUMP_ROOT") != "1" {
		t.Skip("captures in network namespaces of its own: run it as root with CMPPDUMP_ROOT=1")
	}
	if os.Geteuid() != 0 {
		t.Fatal("CMPPDUMP_ROOT=1 without root")
	}
	h := &host{t: t, work: make(chan func())}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := unix.Unshare(unix.CLONE_NEWNET)
		h.tid = unix.Gettid()
		started <- err
		for f := range h.work {
			f()
		}
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(h.work) })
	h.do(func() error { // no router solicitations between the packets
		os.WriteFile("/proc/sys/net/ipv6/conf/all/disable_ipv6", []byte("1"), 0)
		return os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	})
	h.ip("link set lo up")
	return h
}

// twoHosts are joined by a veth pair: v0 with 10.9.0.1 here, v1 with 10.9.0.2
// there.
func twoHosts(t *testing.T) (here, there *host) {
	t.Helper()
	here, there = newHost(t), newHost(t)
	here.ip(fmt.Sprint("link add v0 type veth peer name v1 netns ", there.tid))
	here.ip("addr add 10.9.0.1/24 dev v0")
	there.ip("addr add 10.9.0.2/24 dev v1")
	here.ip("link set v0 up")
	there.ip("link set v1 up")
	return here, there
}

// in is the same host for a subtest.
func (h host) in(t *testing.T) *host {
	h.t = t
	return &h
}

// do runs f in the namespace, and so the processes that it starts.
func (h *host) do(f func() error) {
	h.t.Helper()
	done := make(chan error)
	h.work <- func() { done <- f() }
	if err := <-done; err != nil {
		h.t.Fatal(err)
	}
}

func (h *host) ip(args string) {
	h.t.Helper()
	h.must("ip", strings.Fields(args)...)
}

// must runs a program to its end.
func (h *host) must(name string, args ...string) string {
	h.t.Helper()
	r := h.start(nil, name, args...)
	if status := r.waitLong(2 * time.Minute); status != 0 {
		h.t.Fatalf("%v: exit status %d\n%s", r.cmd.Args, status, r.said())
	}
	return r.said()
}

// running is a program that was started.
type running struct {
	t   *testing.T
	cmd *exec.Cmd
	// stdout is the file that its stdout is, where the test gave none.
	stdout string

	ended chan bool
	mu    sync.Mutex
	text  []byte // stderr so far
}

// Write takes stderr.
func (r *running) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = append(r.text, b...)
	return len(b), nil
}

// said is stderr so far.
func (r *running) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.text)
}

// start starts one of rootTools, or a program of the system. stdout nil is a
// file.
func (h *host) start(stdout *os.File, name string, args ...string) *running {
	h.t.Helper()
	tools, err := rootTools()
	if err != nil {
		h.t.Fatal(err)
	}
	if built := tools[name]; built != "" {
		name = built
	}
	return h.run(exec.Command(name, args...), stdout)
}

func (h *host) run(cmd *exec.Cmd, stdout *os.File) *running {
	h.t.Helper()
	r := &running{t: h.t, cmd: cmd, ended: make(chan bool)}
	if stdout == nil {
		f, err := os.CreateTemp(h.t.TempDir(), "stdout")
		if err != nil {
			h.t.Fatal(err)
		}
		defer f.Close()
		stdout, r.stdout = f, f.Name()
	}
	cmd.Stdout, cmd.Stderr = stdout, r
	h.do(cmd.Start)
	go func() { cmd.Wait(); close(r.ended) }()
	h.t.Cleanup(func() { cmd.Process.Kill(); <-r.ended })
	return r
}

// wait gives the exit status; it must come soon.
func (r *running) wait() int {
	r.t.Helper()
	return r.waitLong(patience)
}

func (r *running) waitLong(d time.Duration) int {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(d):
		r.t.Fatalf("%v: still running after %v\n%s", r.cmd.Args, d, r.said())
	}
	return r.cmd.ProcessState.ExitCode()
}

// end signals it, and expects that it ends with an exit status.
func (r *running) end(sig os.Signal, want int) {
	r.t.Helper()
	r.cmd.Process.Signal(sig)
	if status := r.wait(); status != want {
		r.t.Fatalf("%v: exit status %d, want %d\n%s", r.cmd.Args, status, want, r.said())
	}
}

// says waits until stderr has some text.
func (r *running) says(text string) {
	r.t.Helper()
	waitFor(r.t, fmt.Sprintf("%q from %v", text, r.cmd.Args), func() bool {
		select {
		case <-r.ended:
			if !strings.Contains(r.said(), text) {
				r.t.Fatalf("%v ended without %q\n%s", r.cmd.Args, text, r.said())
			}
		default:
		}
		return strings.Contains(r.said(), text)
	})
}

// cpu is the processor time that it took.
func (r *running) cpu() time.Duration {
	return r.cmd.ProcessState.UserTime() + r.cmd.ProcessState.SystemTime()
}

// number is the first number before some words in stderr, the last time they
// stand there; -1 is none.
func (r *running) number(words string) int {
	all := regexp.MustCompile(`(?m)(\d+) `+words).FindAllStringSubmatch(r.said(), -1)
	if all == nil {
		return -1
	}
	n, _ := strconv.Atoi(all[len(all)-1][1])
	return n
}

// dump starts the program and waits until it captures.
func (h *host) dump(args ...string) *running {
	h.t.Helper()
	return h.dumpTo(nil, args...)
}

func (h *host) dumpTo(stdout *os.File, args ...string) *running {
	h.t.Helper()
	r := h.start(stdout, "cmppdump", args...)
	r.says("listening on")
	return r
}

// tcpdump starts tcpdump writing to a file.
func (h *host) tcpdump(file string, args ...string) *running {
	h.t.Helper()
	r := h.start(nil, "tcpdump", append([]string{"-Z", "root", "-w", file}, args...)...)
	r.says("listening on")
	return r
}

// play has both ends of a scenario talk over lo and gives what they sent.
func (h *host) play(scenario string, flags ...string) *sent {
	h.t.Helper()
	return h.playing(scenario, flags...)()
}

// playing is play in the background; finish waits for the end of it.
func (h *host) playing(scenario string, flags ...string) (finish func() *sent) {
	h.t.Helper()
	log := filepath.Join(h.t.TempDir(), scenario+".jsonl")
	r := h.start(nil, "peer", append([]string{"-scenario", scenario, "-log", log}, flags...)...)
	return func() *sent {
		h.t.Helper()
		if status := r.wait(); status != 0 {
			h.t.Fatalf("peer: exit status %d\n%s", status, r.said())
		}
		defer os.Remove(log) // an hour of them is much
		return newSent(h.t, log)
	}
}

// playTo has the SP here talk to the ISMG there.
func (h *host) playTo(there *host, scenario string, flags ...string) *sent {
	h.t.Helper()
	dir := h.t.TempDir()
	args := func(role, where string) []string {
		return append([]string{"-scenario", scenario, "-role", role, where, "10.9.0.2:7890", "-log", filepath.Join(dir, role)}, flags...)
	}
	ismg := there.start(nil, "peer", append(args("ismg", "-listen"), "-duration", "1h")...)
	waitFor(h.t, "ISMG that listens", func() bool {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", ismg.cmd.Process.Pid))
		return bytes.Contains(b, []byte(":1ED2 00000000:0000 0A"))
	})
	sp := h.start(nil, "peer", args("sp", "-connect")...)
	if status := sp.wait(); status != 0 {
		h.t.Fatalf("peer: exit status %d\n%s", status, sp.said())
	}
	ismg.end(syscall.SIGTERM, 0)
	return newSent(h.t, filepath.Join(dir, "sp"), filepath.Join(dir, "ismg"))
}

// sent is what the ends say they sent: how often each PDU, by command,
// Sequence_Id and direction.
type sent struct {
	pdus     map[string]int
	n        int
	requests int
}

func newSent(t *testing.T, logs ...string) *sent {
	t.Helper()
	s := &sent{pdus: map[string]int{}}
	for _, log := range logs {
		f, err := os.Open(log)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for d := json.NewDecoder(f); ; {
			var e logEntry
			if err := d.Decode(&e); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", log, err)
			}
			if e.Direction == "sent" {
				s.add(e.Local, e.Remote, e.Command, e.SequenceID)
			}
		}
	}
	if s.n == 0 {
		t.Fatal("nothing was sent")
	}
	return s
}

func (s *sent) add(from, to, command string, sequence json.Number) {
	s.pdus[fmt.Sprint(from, " > ", to, " ", command, " ", sequence)]++
	s.n++
	if !strings.HasSuffix(command, "_RESP") {
		s.requests++
	}
}

// and adds what others sent.
func (s *sent) and(others ...*sent) *sent {
	for _, o := range others {
		for k, n := range o.pdus {
			s.pdus[k] += n
		}
		s.n += o.n
		s.requests += o.requests
	}
	return s
}

// captured compares with the PDU records of files, which must be whole.
func (s *sent) captured(t *testing.T, files ...string) {
	t.Helper()
	got := &sent{pdus: map[string]int{}}
	for _, file := range files {
		for _, r := range readLines(t, file) {
			if path(r, "event.dataset") == "cmpp.pdu" {
				got.add(end(r, "source"), end(r, "destination"), fmt.Sprint(path(r, "cmpp.command")), path(r, "cmpp.sequence_id").(json.Number))
			}
		}
	}
	compareSent(t, got.pdus, s.pdus)
}

func compareSent(t *testing.T, got, want map[string]int) {
	t.Helper()
	bad := 0
	for _, k := range slices.Sorted(maps.Keys(union(got, want))) {
		if got[k] != want[k] && bad < 5 {
			t.Errorf("%s: shown %d times, sent %d times", k, got[k], want[k])
			bad++
		}
	}
}

func union(a, b map[string]int) map[string]int {
	u := maps.Clone(a)
	maps.Copy(u, b)
	return u
}

// summary checks the lines at the end of a run that lost nothing: tcpdump's
// and ours.
func (s *sent) summary(t *testing.T, r *running) {
	t.Helper()
	end := regexp.MustCompile(`(?m)^(\d+) packets captured
(\d+) packets received by filter
0 packets dropped by kernel
(\d+) PDUs on \d+ connections?, 0 malformed, 0 gaps; `).FindStringSubmatch(r.said())
	if end == nil || end[1] != end[2] || end[3] != strconv.Itoa(s.n) || r.number("requests: ") != s.requests {
		t.Errorf("%d PDUs were sent, %d of them requests, and in the end it says\n%s", s.n, s.requests, r.said())
	}
}

// row is a row of a PDU.
var row = regexp.MustCompile(`^ *\d+ (\d{4}-\d\d-\d\d \S+ [+-]\d{4}) +\d+([<>]) ([A-Z]\w+(?: report)?) +(\d+)`)

// TestRootRows: every PDU is shown once, soon after its packet, and an interrupt
// ends with the counts.
func TestRootRows(t *testing.T) {
	h := newHost(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r := h.dumpTo(writer, "-i", "lo", "port", "7890")
	writer.Close()
	shown := map[string]int{}
	var late []time.Duration
	read := make(chan bool)
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(reader); lines.Scan(); {
			now, m := time.Now(), row.FindStringSubmatch(lines.Text())
			if m == nil {
				if !strings.Contains(lines.Text(), " -- ") {
					t.Errorf("row %q", lines.Text())
				}
				continue
			}
			at, err := time.Parse("2006-01-02 15:04:05.000000 -0700", m[1])
			if err != nil {
				t.Error(err)
			}
			late = append(late, now.Sub(at))
			shown[strings.TrimSuffix(m[3], " report")+" "+m[4]]++
		}
	}()
	all := h.play("flow_submit_report_30").and(h.play("two_conns_30"), h.play("traffic_30", "-duration", "2s", "-rate", "300", "-conns", "3"))
	time.Sleep(300 * time.Millisecond)
	r.end(os.Interrupt, exitOK)
	<-read
	want := map[string]int{}
	for k, n := range all.pdus {
		_, pdu, _ := strings.Cut(k, " CMPP_")
		want[pdu] += n
	}
	compareSent(t, shown, want)
	all.summary(t, r)
	slices.Sort(late)
	if len(late) == 0 {
		t.Fatal("no rows")
	}
	median, last := late[len(late)/2], late[len(late)-1]
	t.Logf("%d rows, after the packet: median %v, 99 %% %v, last %v", len(late), median, late[len(late)*99/100], last)
	if median > 50*time.Millisecond || last > time.Second {
		t.Errorf("rows come %v after the packet, at most %v", median, last)
	}
}

// TestRootAsFile: the records of a live run are those of the file that tcpdump
// wrote at the same time.
func TestRootAsFile(t *testing.T) {
	h := newHost(t)
	file := filepath.Join(t.TempDir(), "tcpdump.pcap")
	r := h.dump("-T", "json", "--view", "pdu,txn", "-i", "lo", "port", "7890")
	tcpdump := h.tcpdump(file, "-i", "lo", "port", "7890")
	var all *sent
	for _, scenario := range []string{"codings_30", "reports_20", "long_gbk_20", "batched_30", "mass_send_21", "login_failed_30", "timeout_20"} {
		if s := h.play(scenario); all == nil {
			all = s
		} else {
			all.and(s)
		}
	}
	time.Sleep(1200 * time.Millisecond) // tcpdump reads its buffer once a second
	r.end(os.Interrupt, exitOK)
	tcpdump.end(os.Interrupt, 0)
	all.captured(t, r.stdout)
	if a, b := r.number("packets captured"), tcpdump.number("packets captured"); a != b {
		t.Errorf("%d packets captured, by tcpdump %d", a, b)
	}
	saved := h.start(nil, "cmppdump", "-T", "json", "--view", "pdu,txn", "-r", file)
	if saved.wait() != exitOK {
		t.Fatal(saved.said())
	}
	live, fromFile := readLines(t, r.stdout), readLines(t, saved.stdout)
	if len(live) != len(fromFile) {
		t.Errorf("%d records live, %d of the file", len(live), len(fromFile))
	}
	names := []string{"log", "observer", "frame"}
	for i := range min(len(live), len(fromFile)) {
		a, b := live[i], fromFile[i]
		if path(a, "observer.name") == nil || path(a, "observer.ingress.interface.name") != "lo" {
			t.Fatalf("without its observer: %v", a)
		}
		for _, name := range names {
			delete(a, name)
			delete(b, name)
		}
		withoutTimes(a)
		withoutTimes(b)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("record %d\nlive %s\nfile %s", i+1, jsonLine(t, a), jsonLine(t, b))
		}
	}
}

// withoutTimes takes out frame numbers and times.
func withoutTimes(m map[string]any) {
	for k, v := range m {
		switch k {
		case "@timestamp", "start", "end", "duration", "latency_ms", "frame":
			delete(m, k)
		default:
			if inner, ok := v.(map[string]any); ok {
				withoutTimes(inner)
			}
		}
	}
}

// TestRootAny: every interface at once, with a filter. Traffic between others
// is not there.
func TestRootAny(t *testing.T) {
	here, there := twoHosts(t)
	r := there.dump("-T", "json", "-i", "any", "tcp", "port", "7890")
	all := here.playTo(there, "flow_submit_report_30").and(there.play("codings_30"))
	here.play("codings_20")
	time.Sleep(300 * time.Millisecond)
	r.end(os.Interrupt, exitOK)
	all.captured(t, r.stdout)
	all.summary(t, r)
}

// TestRootTags: port N finds PDUs with VLAN tags, vlan N only those.
func TestRootTags(t *testing.T) {
	needTool(t, "tcpreplay")
	here, there := twoHosts(t)
	const capture = "../../pcaps/flow_submit_report_30"
	tagged := map[string]string{}
	for name, tags := range map[string]string{"plain": "", "one": "\x81\x00\x00\x64", "two": "\x88\xa8\x00\x07\x81\x00\x00\x08"} {
		tagged[name] = filepath.Join(t.TempDir(), name+".pcap")
		writeTagged(t, capture+".pcap", tagged[name], tags)
	}
	s := newSent(t, capture+".log.jsonl")
	for _, c := range []struct{ iface, filter, files string }{
		{"v1", "port 7890", "plain"},
		{"v1", "port 7890", "one"},
		{"v1", "port 7890", "two"},
		{"v1", "tcp port 7890 and host 127.0.0.1", "one"},
		{"v1", "vlan 100 and port 7890", "two one"},
		{"v1", "vlan 7 and vlan 8 and port 7890", "one two"},
		{"v1", "", "two"},
		{"any", "port 7890", "one"}, // of two tags the kernel hides there that the second is one
	} {
		t.Run(c.iface+" "+c.filter+" "+c.files, func(t *testing.T) {
			here, there := here.in(t), there.in(t)
			r := there.dump(append([]string{"-T", "json", "-i", c.iface}, strings.Fields(c.filter)...)...)
			for _, name := range strings.Fields(c.files) { // the last one is found
				here.must("tcpreplay", "-i", "v0", "--topspeed", tagged[name])
			}
			time.Sleep(300 * time.Millisecond)
			r.end(os.Interrupt, exitOK)
			s.captured(t, r.stdout)
		})
	}
}

// writeTagged copies a pcap file and puts tags into its Ethernet frames.
func writeTagged(t *testing.T, from, to, tags string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	out := slices.Clone(b[:24])
	for at := 24; at < len(b); {
		n := int(b[at+8]) | int(b[at+9])<<8
		head, frame := slices.Clone(b[at:at+16]), b[at+16:at+16+n]
		for _, i := range []int{8, 12} { // captured and original length, little-endian
			l := (int(head[i]) | int(head[i+1])<<8) + len(tags)
			head[i], head[i+1] = byte(l), byte(l>>8)
		}
		out = append(append(append(append(out, head...), frame[:12]...), tags...), frame[12:]...)
		at += 16 + n
	}
	if err := os.WriteFile(to, out, 0o666); err != nil {
		t.Fatal(err)
	}
}
