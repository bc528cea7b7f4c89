// Peer plays an SP and an ISMG that talk CMPP over TCP, both or one of them,
// and logs every PDU as a line of JSON.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"cmppdump/pcaps/peer"
)

type options struct {
	role, scenario            string
	listen, connect, callback string
	log                       string
	list                      bool
	setup                     peer.Setup
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var o options
	f := flag.NewFlagSet("peer", flag.ExitOnError)
	f.StringVar(&o.role, "role", "both", "both, ismg (the end that listens) or sp (the end that connects)")
	f.StringVar(&o.scenario, "scenario", "flow_submit_report_30", "what to play")
	f.BoolVar(&o.list, "list", false, "list the scenarios: name, port, what it shows")
	f.StringVar(&o.listen, "listen", "", "address to listen on; default 127.0.0.1 and the port of the scenario")
	f.StringVar(&o.connect, "connect", "", "address to connect to with -role sp; default as -listen")
	f.StringVar(&o.callback, "callback", "", "address of the end that connects, where the other calls it back;\ndefault 127.0.0.2 and the port of the scenario")
	f.StringVar(&o.log, "log", "-", "`file` for the log, - is stdout")
	f.DurationVar(&o.setup.Duration, "duration", 10*time.Second, "of the scenarios traffic_*, and how long -role ismg listens")
	f.IntVar(&o.setup.Rate, "rate", 100, "SUBMITs a second of the scenarios traffic_*")
	f.IntVar(&o.setup.Conns, "conns", 1, "connections of the scenarios traffic_*")
	f.Parse(args)
	switch {
	case f.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	case o.list:
		return list(os.Stdout)
	case o.setup.Rate < 1 || o.setup.Rate > 100_000 || o.setup.Conns < 1 || o.setup.Conns > 1000:
		return fmt.Errorf("-rate must be 1 to 100000, -conns 1 to 1000")
	}
	return play(ctx, o)
}

func list(w io.Writer) error {
	for _, sc := range peer.Scenarios() {
		if _, err := fmt.Fprintf(w, "%s\t%d\t%s\n", sc.Name, sc.Port, sc.Doc); err != nil {
			return err
		}
	}
	return nil
}

// play plays the scenario and writes the log.
func play(ctx context.Context, o options) error {
	sc, err := peer.Find(o.scenario)
	if err != nil {
		return fmt.Errorf("%w; -list names them", err)
	}
	file := os.Stdout
	if o.log != "-" {
		if file, err = os.Create(o.log); err != nil {
			return err
		}
		defer file.Close()
	}
	s := o.setup
	s.Log = peer.NewLog(file)
	s.Addr = orPort(o.listen, "127.0.0.1", sc.Port)
	s.Callback = orPort(o.callback, "127.0.0.2", sc.Port)
	if err := playRole(ctx, sc, s, o); err != nil {
		return err
	}
	return s.Log.Err()
}

func playRole(ctx context.Context, sc peer.Scenario, s peer.Setup, o options) error {
	switch strings.ToLower(o.role) {
	case "both":
		return sc.Run(ctx, s)
	case "sp":
		if o.connect != "" {
			s.Addr = o.connect
		}
		return sc.Play(ctx, s)
	case "ismg":
		l, err := net.Listen("tcp", s.Addr)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, s.Duration)
		defer cancel()
		return sc.Serve(ctx, l, s)
	}
	return fmt.Errorf("unknown role %q: both, sp and ismg exist", o.role)
}

// orPort is addr, or host with the port if addr is empty.
func orPort(addr, host string, port int) string {
	if addr != "" {
		return addr
	}
	return net.JoinHostPort(host, fmt.Sprint(port))
}
