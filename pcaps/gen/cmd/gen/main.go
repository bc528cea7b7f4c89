// Gen writes a large capture of made-up CMPP traffic, the same for the same
// flags, to stdout or to a file.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"cmppdump/pcaps/gen"
	"cmppdump/pcaps/peer/wire"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	f := flag.NewFlagSet("gen", flag.ExitOnError)
	var o gen.Options
	f.IntVar(&o.PDUs, "pdus", 200_000, "PDUs in all")
	f.IntVar(&o.PerPacket, "per-packet", 1, "PDUs in a data packet, 1 to 50")
	f.IntVar(&o.Conns, "conns", 4, "connections, 1 to 1000, four to an SP")
	version := f.String("version", "3.0", "CMPP version, 2.0 or 3.0")
	f.Uint64Var(&o.Seed, "seed", 1, "another seed, another capture")
	f.IntVar(&o.Rate, "rate", 2000, "PDUs in a second of capture time")
	start := f.String("start", "2026-11-22T02:00:00+08:00", "time of the first packet, RFC 3339")
	f.Float64Var(&o.Loss, "loss", 0, "percentage of data packets that the capture misses, 0 to 10")
	f.Float64Var(&o.Reorder, "reorder", 0, "percentage of data packets captured after a later one, 0 to 10")
	f.DurationVar(&o.ReportDelay, "report-delay", 20*time.Second, "mean time from SUBMIT_RESP to report")
	f.BoolVar(&o.Nanoseconds, "ns", false, "time stamps in nanoseconds")
	out := f.String("o", "-", "output `file`, - is stdout")
	f.Parse(args)
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	var err error
	if o.Version, err = wire.ParseVersion(*version); err != nil {
		return err
	}
	if o.Start, err = time.Parse(time.RFC3339, *start); err != nil {
		return fmt.Errorf("-start: %w", err)
	}
	return write(*out, o)
}

// write writes the capture, and what is in it to stderr as JSON.
func write(path string, o gen.Options) error {
	file := os.Stdout
	if path != "-" {
		var err error
		if file, err = os.Create(path); err != nil {
			return err
		}
	}
	stats, err := gen.Write(file, o)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stderr).Encode(stats)
}
