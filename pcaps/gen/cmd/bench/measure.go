//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// command is something to measure.
type command struct {
	label string
	args  []string
	slow  bool   // tshark
	peer  string // label of the tshark command that does the same, or ""
	runs  []sample
}

// sample is one run.
type sample struct {
	seconds float64 // from start to end
	cpu     float64 // seconds, user and system
	memory  int64   // bytes resident at most
}

const (
	copying    = "`tcpdump -r F -w /dev/null`"
	tsharkText = "`tshark -r F`"
	tsharkJSON = "`tshark -r F -T ek -J cmpp`"
)

// commands are all that is measured on a file; tshark only if slow is asked
// for, since it takes minutes for what others do in seconds.
func (b *bench) commands(file string, slow bool) []*command {
	list := []*command{
		{label: "`cat F`", args: []string{"cat", file}},
		{label: copying, args: []string{"tcpdump", "-r", file, "-w", "/dev/null"}},
		{label: "`capinfos F`", args: []string{"capinfos", file}},
	}
	if slow {
		list = append(list,
			&command{label: tsharkText, slow: true, args: []string{"tshark", "-r", file}},
			&command{label: tsharkJSON, slow: true, args: []string{"tshark", "-r", file, "-T", "ek", "-J", "cmpp"}})
	}
	add := func(peer string, flags ...string) {
		list = append(list, &command{
			label: "`cmppdump -r F " + strings.Join(quoted(flags), " ") + "`",
			args:  append([]string{b.cmppdump, "-r", file}, flags...),
			peer:  peer,
		})
		if len(flags) == 0 {
			list[len(list)-1].label = "`cmppdump -r F`"
		}
	}
	add("", "-q")
	add(tsharkText)
	for _, view := range []string{"pdu", "txn", "msg", "conn"} {
		peer := ""
		if view == "pdu" {
			peer = tsharkJSON
		}
		add(peer, "-T", "json", "--view", view)
	}
	add("", "-q", "-z", "srt")
	add("", "-Y", "cmpp.result != 0")
	return list
}

// quoted is how flags are typed.
func quoted(flags []string) []string {
	out := slices.Clone(flags)
	for i, f := range out {
		if strings.Contains(f, " ") {
			out[i] = "'" + f + "'"
		}
	}
	return out
}

// measure runs the commands in turn, as often as each is due.
func (b *bench) measure(commands []*command, file string) error {
	if _, err := runOnce([]string{"cat", file}); err != nil { // into the page cache
		return err
	}
	for round := range max(b.runs, b.slowRuns) {
		fmt.Fprintf(os.Stderr, "bench: %s, round %d\n", file, round+1)
		for _, c := range commands {
			due := b.runs
			if c.slow {
				due = b.slowRuns
			}
			if round >= due {
				continue
			}
			s, err := runOnce(c.args)
			if err != nil {
				return err
			}
			c.runs = append(c.runs, s)
		}
	}
	return nil
}

// runOnce runs a command, whose output goes nowhere. What it takes of memory
// is never less than this process has, as Linux counts (getrusage).
func runOnce(args []string) (sample, error) {
	cmd := exec.Command(args[0], args[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return sample{
		seconds: took.Seconds(),
		cpu:     (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(),
		memory:  usage.Maxrss * 1024,
	}, nil
}

// median takes each figure by itself.
func (c *command) median() sample {
	var seconds, cpu []float64
	var memory []int64
	for _, r := range c.runs {
		seconds, cpu, memory = append(seconds, r.seconds), append(cpu, r.cpu), append(memory, r.memory)
	}
	return sample{middle(seconds), middle(cpu), middle(memory)}
}

// middle is the median, of an even number the upper one.
func middle[T int64 | float64](v []T) T {
	slices.Sort(v)
	return v[len(v)/2]
}
