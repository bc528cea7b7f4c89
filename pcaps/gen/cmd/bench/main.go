//go:build linux

// Bench measures cmppdump beside the tools that people know, on generated
// captures, and prints the tables in Markdown. make bench-peers runs it.
//
// All commands of a capture take turns, so that what else the machine does
// hits all alike; shown is the median. The captures were read once before: what
// is measured is work, not the disk.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var b bench
	f := flag.NewFlagSet("bench", flag.ExitOnError)
	f.StringVar(&b.cmppdump, "cmppdump", "cmppdump", "the `program` to measure")
	f.StringVar(&b.gen, "gen", "gen", "the `program` that makes captures (pcaps/gen/cmd/gen)")
	f.StringVar(&b.dir, "dir", filepath.Join(os.TempDir(), "cmppdump-bench"), "`directory` of the captures, which are kept and used again")
	f.IntVar(&b.runs, "runs", 5, "runs of each command")
	f.IntVar(&b.slowRuns, "slow-runs", 1, "runs of tshark, on the smallest captures only")
	sizes := f.String("sizes", "200000 2000000 10000000", "PDUs in a capture, ascending")
	f.Parse(args)
	for _, field := range strings.Fields(*sizes) {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 || len(b.sizes) > 0 && n <= b.sizes[len(b.sizes)-1] {
			return fmt.Errorf("-sizes %q: must be numbers, ascending", *sizes)
		}
		b.sizes = append(b.sizes, n)
	}
	if len(b.sizes) == 0 || b.runs < 1 || b.slowRuns < 1 {
		return errors.New("there is nothing to run: see -help")
	}
	for _, tool := range []string{b.cmppdump, b.gen, "tcpdump", "capinfos", "tshark"} {
		if _, err := exec.LookPath(tool); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(b.dir, 0o777); err != nil {
		return err
	}
	return b.all()
}

type bench struct {
	cmppdump, gen  string
	dir            string
	sizes          []int
	runs, slowRuns int
	tshark         map[string]float64 // PDUs a second, by the label of the command
}

// all measures every capture, k1 first.
func (b *bench) all() error {
	fmt.Printf("%d runs each, in turn, the median; %d cores; %s; %s\n",
		b.runs, runtime.NumCPU(), firstLine("tcpdump", "--version"), firstLine("tshark", "--version"))
	for _, k := range []int{1, 5} {
		b.tshark = map[string]float64{}
		for i, pdus := range b.sizes {
			if err := b.capture(k, pdus, i == 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// capture makes a capture with k PDUs in a packet and prints its table.
func (b *bench) capture(k, pdus int, smallest bool) error {
	file := filepath.Join(b.dir, fmt.Sprintf("k%d_%d.pcap", k, pdus))
	if err := b.generate(file, k, pdus); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	commands := b.commands(file, smallest)
	if err := b.measure(commands, file); err != nil {
		return err
	}
	if smallest {
		for _, c := range commands {
			if c.slow {
				b.tshark[c.label] = float64(pdus) / c.median().seconds
			}
		}
	}
	title := fmt.Sprintf("k%d, %s PDUs, %d MB", k, thousands(pdus), info.Size()/1e6)
	fmt.Print(b.table(title, pdus, commands))
	return nil
}

// generate makes a capture unless it is there from an earlier run. It gets its
// name when it is whole.
func (b *bench) generate(file string, k, pdus int) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	fmt.Fprintf(os.Stderr, "bench: making %s\n", file)
	cmd := exec.Command(b.gen, "-pdus", strconv.Itoa(pdus), "-per-packet", strconv.Itoa(k), "-o", file+".part")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", b.gen, err, out)
	}
	return os.Rename(file+".part", file)
}

func firstLine(name string, args ...string) string {
	out, _ := exec.Command(name, args...).Output()
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSuffix(strings.TrimSpace(line), ".")
}
