package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The tests here run the program and the log tools of Debian for real, with
// the files in dist. They are asked for by CMPPDUMP_ROOT=1. By default the
// program reads the captures in pcaps/real; with CMPPDUMP_IFACE=lo it captures
// on that interface what pcaps/peer says there.

// needTool skips a test of a tool, unless it was asked for. Then the tool must
// be there.
func needTool(t *testing.T, names ...string) {
	t.Helper()
	if !strings.HasPrefix(t.Name(), "TestRoot") {
		t.Fatal("by its name .ci/run would never run it with CMPPDUMP_ROOT=1")
	}
	if os.Getenv("CMPPDUMP_ROOT") != "1" {
		t.Skipf("runs %s for real: set CMPPDUMP_ROOT=1", strings.Join(names, " and "))
	}
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatal(err)
		}
	}
}

// traffic is what PDUs there are, told by someone else than the program, or
// read back from a log tool.
type traffic struct {
	outcomes map[string]int // by command and status: "CMPP_SUBMIT_RESP 8"
	texts    map[string]int // by text
}

func newTraffic() *traffic { return &traffic{map[string]int{}, map[string]int{}} }

// add counts a PDU. A nil status, or an empty text, is none.
func (x *traffic) add(command string, status any, text string) {
	if status == nil {
		status = ""
	}
	x.outcomes[fmt.Sprint(command, " ", status)]++
	if text != "" {
		x.texts[text]++
	}
}

// refused is how many responses have a status other than 0.
func (x *traffic) refused() (n int) {
	for outcome, count := range x.outcomes {
		if _, status, _ := strings.Cut(outcome, " "); status != "" && status != "0" {
			n += count
		}
	}
	return n
}

// same compares what was stored with what was sent. Texts that were sent are
// known only where they are whole characters, so more of them may be stored.
func (x *traffic) same(t *testing.T, stored *traffic) {
	t.Helper()
	if len(x.outcomes) < 8 || len(x.texts) < 8 {
		t.Errorf("too little was sent to tell: %v, %d texts", x.outcomes, len(x.texts))
	}
	if !maps.Equal(x.outcomes, stored.outcomes) {
		t.Errorf("stored %v\nsent   %v", stored.outcomes, x.outcomes)
	}
	for _, text := range slices.Sorted(maps.Keys(x.texts)) {
		if stored.texts[text] < x.texts[text] {
			t.Errorf("%q: sent %d times, stored %d times", text, x.texts[text], stored.texts[text])
		}
	}
}

// program is the built program.
func program(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "cmppdump")
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return name
}

// toolRun is one run of the program: its arguments behind -T json, and what it
// will see.
type toolRun struct {
	name string
	args []string
	sent *traffic
	play func() // live: says it, and fills sent
}

// toolRuns are the runs that a log tool is to store.
func toolRuns(t *testing.T) (runs []*toolRun) {
	if iface := os.Getenv("CMPPDUMP_IFACE"); iface != "" {
		return liveRuns(t, iface)
	}
	for _, name := range realCaptures(t) {
		r := &toolRun{name: name, args: []string{"-r", "../../pcaps/real/" + name + ".pcap"}, sent: newTraffic()}
		var truth []truePDU
		readTruth(t, name, "truth", &truth)
		for _, p := range truth {
			text := ""
			if p.Text != nil && !p.Lossy && !p.BadUDH {
				text = *p.Text
			}
			r.sent.add(p.Command, firstOf(p.Fields, "Result", "Status", "Success_Id"), text)
		}
		runs = append(runs, r)
	}
	return runs
}

// liveRuns have the two ends of pcaps/peer talk on an interface.
func liveRuns(t *testing.T, iface string) (runs []*toolRun) {
	peer := filepath.Join(t.TempDir(), "peer")
	if out, err := exec.Command("go", "build", "-o", peer, "../../pcaps/peer/cmd/peer").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, scenario := range []string{"flow_receive_30", "codings_30", "refused_30", "login_failed_30", "reports_20", "query_cancel_20"} {
		r := &toolRun{name: scenario, args: []string{"-i", iface, "tcp", "port", "7890"}, sent: newTraffic()}
		r.play = func() {
			log := filepath.Join(t.TempDir(), scenario+".jsonl")
			if out, err := exec.Command(peer, "-scenario", scenario, "-log", log).CombinedOutput(); err != nil {
				t.Fatalf("peer: %v\n%s", err, out)
			}
			for _, e := range readLines(t, log) {
				if e["direction"] == "sent" {
					text, _ := e["text"].(string)
					if strings.ContainsRune(text, '\ufffd') {
						text = ""
					}
					fields, _ := e["fields"].(map[string]any)
					r.sent.add(fmt.Sprint(e["command"]), firstOf(fields, "Result", "Status", "Success_Id"), text)
				}
			}
		}
		runs = append(runs, r)
	}
	return runs
}

// firstOf is the value of the first key that there is.
func firstOf(m map[string]any, keys ...string) any {
	for _, k := range keys {
		if v := m[k]; v != nil {
			return v
		}
	}
	return nil
}

// record runs the program with its records going to out. Live, it is ended half
// a second after the last word.
func (r *toolRun) record(t *testing.T, program, view string, out *os.File) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append([]string{"-T", "json", "--view", view}, r.args...)...)
	cmd.Stdout = out
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		fmt.Fprintln(&said, lines.Text())
		if r.play != nil && strings.Contains(lines.Text(), "listening on") {
			r.play()
			time.Sleep(500 * time.Millisecond)
			cmd.Process.Signal(syscall.SIGTERM)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, said.String())
	}
}

// toFile writes the records to a new file.
func (r *toolRun) toFile(t *testing.T, program, view, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r.record(t, program, view, f)
}

// everything is the traffic of all runs.
func everything(runs []*toolRun) *traffic {
	all := newTraffic()
	for _, r := range runs {
		for k, n := range r.sent.outcomes {
			all.outcomes[k] += n
		}
		for k, n := range r.sent.texts {
			all.texts[k] += n
		}
	}
	return all
}

// readLines reads JSON objects, one a line.
func readLines(t *testing.T, name string) (objects []map[string]any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(b) {
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		var o map[string]any
		if err := d.Decode(&o); err != nil {
			t.Fatalf("%s: %v: %s", name, err, line)
		}
		objects = append(objects, o)
	}
	return objects
}

// TestRootRsyslog: rsyslog with dist/rsyslog/cmppdump.conf stores what was
// sent. The records come in a file that is rotated under way, and by logger.
func TestRootRsyslog(t *testing.T) {
	needTool(t, "rsyslogd", "logger")
	dir, cmppdump := startRsyslog(t), program(t)
	runs := toolRuns(t)
	file := filepath.Join(dir, "log/cmppdump/eth0.json")
	lines := 0
	for i, r := range runs {
		switch i {
		case 0, 1:
			r.toFile(t, cmppdump, "pdu,txn,msg", file)
			lines += len(readLines(t, file))
			waitLines(t, filepath.Join(dir, "log/cmpp.log"), lines-10) // rotation comes once in a while
			if err := os.Rename(file, fmt.Sprintf("%s.%d", file, 2-i)); err != nil {
				t.Fatal(err)
			}
		default:
			lines += r.toLogger(t, cmppdump, filepath.Join(dir, "log.sock"))
		}
	}
	long := strings.Repeat("【示例】\u0001\n\"", 5000)
	if err := os.WriteFile(file, jsonLine(t, map[string]any{"sms": map[string]any{"text": long}}), 0o666); err != nil {
		t.Fatal(err)
	}
	waitLines(t, filepath.Join(dir, "log/cmpp.log"), lines+1)
	stored, failed := newTraffic(), 0
	for _, o := range readLines(t, filepath.Join(dir, "log/cmpp.log")) {
		if o["outcome"] == "failure" {
			failed++
		}
		if o["text"] == long {
			long = ""
		}
		if o["dataset"] == "cmpp.pdu" {
			text, _ := o["text"].(string)
			stored.add(fmt.Sprint(o["command"]), firstOf(o, "result", "status", "success_id"), text)
		}
	}
	everything(runs).same(t, stored)
	if long != "" {
		t.Error("a long text is not stored as it was")
	}
	if n := len(readLines(t, filepath.Join(dir, "log/cmpp-failed.log"))); n < failed || failed == 0 {
		t.Errorf("cmpp-failed.log has %d records, %d failed", n, failed)
	}
	if bad, err := os.ReadFile(filepath.Join(dir, "log/cmpp-bad.log")); err == nil {
		t.Errorf("not parsed: %s", bad)
	}
}

// jsonLine is an object as a line of JSON.
func jsonLine(t *testing.T, o map[string]any) []byte {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return append(b, '\n')
}

// startRsyslog runs rsyslogd until the test ends, with nothing but the shipped
// configuration, whose files are moved to a directory of the test.
func startRsyslog(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, d := range []string{"work", "log/cmppdump"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	conf, err := os.ReadFile("dist/rsyslog/cmppdump.conf")
	if err != nil {
		t.Fatal(err)
	}
	conf = bytes.ReplaceAll(conf, []byte("/var/log/"), []byte(dir+"/log/"))
	socket := filepath.Join(dir, "log.sock")
	conf = append(fmt.Appendf(nil, "global(workDirectory=%q)\nmodule(load=\"imuxsock\" SysSock.Name=%q)\n", dir+"/work", socket), conf...)
	name := filepath.Join(dir, "rsyslog.conf")
	if err := os.WriteFile(name, conf, 0o666); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command("rsyslogd", "-n", "-f", name, "-i", filepath.Join(dir, "pid"))
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		done := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait()
		done.Stop()
		if out.Len() > 0 {
			t.Errorf("rsyslogd says: %s", out.String())
		}
	})
	waitFor(t, "rsyslogd's socket", func() bool { _, err := os.Stat(socket); return err == nil })
	return dir
}

// toLogger pipes the records into logger, and gives their number.
func (r *toolRun) toLogger(t *testing.T, program, socket string) int {
	t.Helper()
	name := filepath.Join(t.TempDir(), r.name+".json")
	r.toFile(t, program, "pdu,txn,msg", name)
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	cmd := exec.Command("logger", "-u", socket, "-t", "cmppdump", "--size", "128k")
	cmd.Stdin = in
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("logger: %v\n%s", err, out)
	}
	return len(readLines(t, name))
}

// waitLines waits until a file has so many lines.
func waitLines(t *testing.T, name string, n int) {
	t.Helper()
	have := 0
	waitFor(t, fmt.Sprintf("%d lines in %s", n, filepath.Base(name)), func() bool {
		b, _ := os.ReadFile(name)
		have = bytes.Count(b, []byte("\n"))
		return have >= n
	})
}

func waitFor(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ready(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no %s after 20 s", what)
		}
	}
}

// TestRootLnav: lnav with dist/lnav/cmppdump.json reads what was sent.
func TestRootLnav(t *testing.T) {
	needTool(t, "lnav")
	lnav, cmppdump := newLnav(t), program(t)
	runs := toolRuns(t)
	var files []string
	for _, r := range runs {
		name := filepath.Join(t.TempDir(), "cmpp-"+r.name+".json")
		r.toFile(t, cmppdump, "pdu,txn,msg,conn", name)
		files = append(files, name)
	}
	sent, stored := everything(runs), newTraffic()
	for _, o := range lnav.query(t, `SELECT log_level, "event/dataset" AS dataset, "cmpp/command" AS command, "sms/text" AS text,
		coalesce("cmpp/result", "cmpp/status", "cmpp/success_id") AS status FROM cmppdump`, files...) {
		if o["dataset"] != "cmpp.pdu" {
			continue
		}
		text, _ := o["text"].(string)
		stored.add(fmt.Sprint(o["command"]), o["status"], text)
		if refused := o["status"] != nil && fmt.Sprint(o["status"]) != "0"; refused != (o["log_level"] == "error") {
			t.Errorf("%v is shown as %v", o, o["log_level"])
		}
	}
	sent.same(t, stored)
	if sent.refused() == 0 {
		t.Error("nothing was refused")
	}
}

// TestRootLnavSamples: lnav reads the samples of the format itself, piped into
// it, at the levels that they say. (It checks samples of text formats alone.)
func TestRootLnavSamples(t *testing.T) {
	needTool(t, "lnav")
	var format struct {
		Cmppdump struct {
			Sample []struct{ Line, Level string }
		}
	}
	b, err := os.ReadFile("dist/lnav/cmppdump.json")
	if err == nil {
		err = json.Unmarshal(b, &format)
	}
	if err != nil {
		t.Fatal(err)
	}
	var lines, want, got []string
	for _, s := range format.Cmppdump.Sample {
		lines, want = append(lines, s.Line), append(want, s.Level)
	}
	lnav := newLnav(t)
	lnav.stdin = strings.Join(lines, "\n") + "\n"
	for _, o := range lnav.query(t, `SELECT log_level FROM cmppdump ORDER BY log_time`) {
		got = append(got, fmt.Sprint(o["log_level"]))
	}
	if len(want) < 5 || !slices.Equal(got, want) {
		t.Errorf("levels %q, want %q", got, want)
	}
}

// lnavRunner runs lnav with the shipped format and nobody's settings.
type lnavRunner struct {
	home, stdin string
}

func newLnav(t *testing.T) *lnavRunner {
	t.Helper()
	l := &lnavRunner{home: t.TempDir()}
	formats := filepath.Join(l.home, "lnav/formats/cmppdump")
	format, err := os.ReadFile("dist/lnav/cmppdump.json")
	if err == nil {
		err = os.MkdirAll(formats, 0o777)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(formats, "cmppdump.json"), format, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// query gives the rows of an SQL query over files, or over stdin.
func (l *lnavRunner) query(t *testing.T, sql string, files ...string) (rows []map[string]any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out := filepath.Join(t.TempDir(), "rows.json")
	sql = strings.Join(strings.Fields(sql), " ")
	cmd := exec.CommandContext(ctx, "lnav", append([]string{"-W", "-n", "-q", "-c", ";" + sql, "-c", ":write-json-to " + out}, files...)...)
	cmd.Env = append(os.Environ(), "HOME="+l.home, "XDG_CONFIG_HOME="+l.home, "TERM=dumb", "TZ=UTC")
	cmd.Stdin = strings.NewReader(l.stdin)
	said, err := cmd.CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Fatalf("%s: %v\n%s", cmd, err, said)
	}
	b, err := os.ReadFile(out)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		err = d.Decode(&rows)
	}
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
