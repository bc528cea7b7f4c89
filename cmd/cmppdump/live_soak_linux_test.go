package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRootFlood captures as many packets as come, beside tcpdump -w: where
// tcpdump drops none, we drop none.
func TestRootFlood(t *testing.T) {
	here, there := twoHosts(t)
	file := generatedCapture(t, here, 300_000)
	for _, c := range []struct {
		name  string
		flood func(here, there *host)
	}{
		// As fast as is promised where tcpdump loses nothing, or as the machine can.
		{"300,000 packets a second", func(here, there *host) { here.must("tcpreplay", "-i", "v0", "--pps", "300000", file) }},
		{"peer", func(here, there *host) {
			here.playTo(there, "traffic_30", "-rate", "100000", "-conns", "16", "-duration", "3s")
		}},
	} {
		for _, args := range [][]string{{"-T", "json", "-w", "x.pcapng"}, {"-q"}, {"-w", "x.pcap"}} {
			t.Run(c.name+" "+strings.Join(args, " "), func(t *testing.T) {
				here, there := here.in(t), there.in(t)
				args := append(slices.Clone(args), "-B", "16384", "-i", "v1", "port", "7890")
				if i := slices.Index(args, "-w"); i >= 0 {
					args[i+1] = filepath.Join(t.TempDir(), args[i+1])
				}
				tcpdump := there.tcpdump(filepath.Join(t.TempDir(), "tcpdump.pcap"), "-B", "16384", "-i", "v1", "port", "7890")
				ours := there.dump(args...)
				begin := time.Now()
				c.flood(here, there)
				took := time.Since(begin)
				time.Sleep(1200 * time.Millisecond) // tcpdump reads its buffer once a second
				ours.end(os.Interrupt, exitOK)
				tcpdump.end(os.Interrupt, 0)
				packets := ours.number("packets received by filter")
				dropped, theirs := ours.number("packets? dropped by kernel"), tcpdump.number("packets? dropped by kernel")
				t.Logf("%d packets in %v, dropped: %d, tcpdump %d; CPU seconds per million: %.2f, tcpdump %.2f", packets, took, dropped, theirs,
					perMillion(ours, packets), perMillion(tcpdump, packets))
				if packets < 10_000 || dropped < 0 || theirs < 0 || theirs == 0 && dropped > 0 {
					t.Errorf("of %d packets %d dropped, by tcpdump %d\n%s\n%s", packets, dropped, theirs, ours.said(), tcpdump.said())
				}
				if n := ours.number("packets captured"); n+dropped != packets {
					t.Errorf("%d packets received, %d captured and %d dropped", packets, n, dropped)
				}
			})
		}
	}
}

// perMillion is processor seconds per million packets.
func perMillion(r *running, packets int) float64 {
	return r.cpu().Seconds() / float64(max(packets, 1)) * 1e6
}

// soakTime is SOAK, such as 5m or 1h.
func soakTime(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("SOAK")
	if text == "" {
		return 20 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 10*time.Second {
		t.Fatalf("SOAK=%s: must be a time such as 5m, 10s at least", text)
	}
	return d
}

// TestRootSoak captures while connections come and go, for the time that SOAK
// says. Memory and descriptors stay as they were, and everything that was
// answered is. A second program follows messages, up to its --max-mem.
func TestRootSoak(t *testing.T) {
	h := newHost(t)
	duration := soakTime(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	txns := h.dumpTo(writer, "-T", "json", "--view", "pdu,txn,conn", "--stats-interval", "1s", "-i", "lo", "port", "7890")
	writer.Close()
	msgs := h.dumpTo(null, "-T", "json", "--view", "msg", "--report-timeout", "5s", "--max-mem", "8M", "-i", "lo", "port", "7890")
	counts := make(chan map[string]int)
	go func() { counts <- tally(t, reader) }()
	programs := []*running{txns, msgs}
	samples := []func() (sample, sample){sampling(txns.cmd.Process.Pid, duration), sampling(msgs.cmd.Process.Pid, duration)}
	requests := map[string]int{}
	for end := time.Now().Add(duration); time.Now().Before(end); {
		for k, n := range h.play("traffic_30", "-duration", "1s", "-rate", "400", "-conns", "10").pdus {
			if _, command, _ := strings.Cut(k, " CMPP_"); !strings.Contains(command, "_RESP") {
				command, _, _ = strings.Cut(command, " ")
				requests["CMPP_"+command+" answered"] += n
			}
		}
		requests["connections"] += 10
	}
	t.Logf("%v, %v", duration, requests)
	for i, r := range programs {
		first, last := samples[i]()
		time.Sleep(300 * time.Millisecond)
		r.end(syscall.SIGTERM, exitOK)
		t.Logf("%v: resident: %d KiB, then %d KiB; descriptors: %d, then %d; %.1f s of processor time", r.cmd.Args[1:5],
			first.resident>>10, last.resident>>10, first.descriptors, last.descriptors, r.cpu().Seconds())
		// What is bounded has to fill first: the newest Msg_Ids, in 10 MB.
		if last.resident > first.resident+first.resident/4+16<<20 {
			t.Errorf("%v: resident memory grew from %d to %d bytes", r.cmd.Args, first.resident, last.resident)
		}
		if last.descriptors > first.descriptors || first.descriptors == 0 {
			t.Errorf("%v: descriptors: %d, then %d", r.cmd.Args, first.descriptors, last.descriptors)
		}
		if r.number("packets dropped by kernel") != 0 || r.number("records? dropped") > 0 {
			t.Errorf("something was dropped\n%s", r.said())
		}
	}
	compareSent(t, <-counts, requests)
	if n := requests["CMPP_SUBMIT answered"]; msgs.number("messages: ") != n {
		t.Errorf("%d messages were sent\n%s", n, msgs.said())
	}
}

// tally counts transactions by command and state, and connections.
func tally(t *testing.T, r *os.File) map[string]int {
	n := map[string]int{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o struct {
			Event struct{ Dataset string }
			CMPP  struct{ Command string }
			Txn   struct{ State string }
			Final *bool
		}
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Errorf("%v: %s", err, lines.Bytes())
		}
		switch {
		case o.Event.Dataset == "cmpp.connection":
			n["connections"]++
		case o.Event.Dataset == "cmpp.transaction" && (o.Final == nil || *o.Final):
			n[o.CMPP.Command+" "+o.Txn.State]++
		}
	}
	return n
}

// sample is what a process has: resident memory in bytes, and descriptors.
type sample struct{ resident, descriptors int }

// sampling looks at a process three hundred times in a duration, until the function that it
// gives is called. That gives the mean of the first and of the last third.
func sampling(pid int, duration time.Duration) (stop func() (first, last sample)) {
	var all []sample
	asked, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		for ticks := time.NewTicker(duration / 300); ; {
			select {
			case <-asked:
				return
			case <-ticks.C:
				all = append(all, sampleOf(pid))
			}
		}
	}()
	return func() (first, last sample) {
		close(asked)
		<-ended
		third := len(all) / 3
		return mean(all[:third]), mean(all[len(all)-third:])
	}
}

func sampleOf(pid int) (s sample) {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if fields := bytes.Fields(b); len(fields) > 1 {
		pages, _ := strconv.Atoi(string(fields[1]))
		s.resident = pages * os.Getpagesize()
	}
	fds, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	s.descriptors = len(fds)
	return s
}

func mean(all []sample) (m sample) {
	for _, s := range all {
		m.resident += s.resident
		m.descriptors += s.descriptors
	}
	n := max(len(all), 1)
	return sample{m.resident / n, (m.descriptors + n/2) / n}
}
