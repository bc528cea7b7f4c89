package main

import (
	"fmt"
	"io"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect/lang"

	"golang.org/x/net/bpf"
)

// input is where the packets come from: files, or interfaces.
type input struct {
	capture.Source
	live    *capture.Live // nil for files
	several bool          // files or interfaces
	files   int
}

// openInput opens what the command line names. The int is the exit status that
// goes with an error.
func openInput(c *config, f *capture.Filter, stdin io.Reader, stderr io.Writer) (*input, int, error) {
	if len(c.interfaces) > 0 {
		in, err := openLive(c, f, stderr)
		return in, exitFailure, err
	}
	paths, err := capture.Inputs(c.read)
	if err != nil {
		return nil, exitUsage, usageError{err}
	}
	if err := c.period.resolve(paths); err != nil {
		return nil, exitUsage, err
	}
	src, err := capture.Merge(paths, stdin)
	if err != nil {
		return nil, exitUsage, usageError{err}
	}
	return &input{Source: src, several: len(paths) > 1, files: len(paths)}, exitOK, nil
}

// openLive opens the interfaces, with the filter attached, and gives up the
// privileges that took.
func openLive(c *config, f *capture.Filter, stderr io.Writer) (*input, error) {
	o := capture.LiveOptions{
		Interfaces: c.interfaces, SnapLen: c.snapLen, NoPromisc: c.noPromisc, BufferKiB: c.bufferKiB, Immediate: c.immediate,
		Notify: func(event lang.Text) { fmt.Fprintf(stderr, "cmppdump: %s\n", event[c.lang]) },
	}
	if f != nil {
		o.Filter = func(link capture.LinkType) ([]bpf.RawInstruction, error) {
			code, err := f.Live(link)
			if err != nil {
				return nil, filterError(err, c.filter)
			}
			return code, nil
		}
	}
	live, err := capture.OpenLive(o)
	if err != nil {
		return nil, err
	}
	if err := capture.DropPrivileges(c.user); err != nil {
		live.Close()
		return nil, err
	}
	for _, i := range live.Interfaces() {
		fmt.Fprintf(stderr, "cmppdump: %s\n", said.With("listening on %s (%s)", i.Name, i.Link)[c.lang])
	}
	return &input{Source: live, live: live, several: len(live.Interfaces()) > 1}, nil
}

// newIntake begins to read.
func (c *config) newIntake(in *input, filter *capture.Filter) *capture.Intake {
	o := capture.IntakeOptions{Decoder: newDecoder(c), Holds: c.period.holds, MaxBytes: c.maxMem / 16}
	if !c.noDedup {
		o.Dedup = capture.NewDedup()
	}
	if filter != nil && in.live == nil {
		o.Match = func(p *capture.Packet) (bool, error) {
			ok, err := filter.Match(p)
			if err != nil {
				err = filterError(err, c.filter)
			}
			return ok, err
		}
	}
	return capture.NewIntake(in.Source, o)
}

func newDecoder(c *config) *capture.Decoder {
	d := capture.NewDecoder()
	for _, port := range c.vxlan {
		d.VXLANPort(port)
	}
	return d
}

// settle is how much later than its time a packet may be handed over by the
// kernel: before that, an idle wall clock says nothing about capture time.
const settle = int64(time.Second)

// printInterfaces is -D.
func printInterfaces(w io.Writer) error {
	list, err := capture.Interfaces()
	if err != nil {
		return err
	}
	for n, i := range list {
		fmt.Fprintf(w, "%d.%s [%s]", n+1, i.Name, i.State())
		for _, a := range i.Addrs {
			fmt.Fprintf(w, " %s", a)
		}
		fmt.Fprintln(w)
	}
	return nil
}
