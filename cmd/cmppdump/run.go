package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/stats"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// session is one run of the pipeline: capture, reassembly, dissection,
// tracking, rendering.
type session struct {
	in      *input
	filter  *capture.Filter // nil: none, or in the kernel
	decoder *capture.Decoder
	asm     *reassembly.Assembler
	dis     *dissect.Dissector
	tracker *track.Tracker
	out     *output
	writer  *packetWriter // nil without -w
	stop    *stopper
	stderr  io.Writer

	intervals intervals

	read    uint64        // packets of the input
	packets uint64        // of those, the ones that passed the capture filter
	last    capture.Stamp // the newest packet
	dropped uint64        // by the kernel, as far as the tracker knows
}

// run does what the command line asks for and gives the exit status.
func run(c *config, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	if c.list {
		return exitFailure, printInterfaces(stdout)
	}
	filter, err := newFilter(c, stderr)
	if err != nil {
		return exitUsage, err
	}
	if c.dumpBPF {
		return dumpFilter(c, filter, stdin, stdout)
	}
	stop := newStopper()
	defer stop.close()
	in, status, err := openInput(c, filter, newStoppable(stdin, stop.done), stderr)
	if err != nil {
		return status, err
	}
	defer in.Close()
	stop.watch(in.live)
	writer, err := newPacketWriter(c, in, stdout, stderr)
	if err != nil {
		return exitFailure, err
	}
	out, err := newOutput(c, stdout, stderr, in)
	if err != nil {
		return exitFailure, err
	}
	s := newSession(c, in, filter, writer, out, stderr)
	s.stop = stop
	progress := newProgress(stderr, stdout, in)
	failed := s.pump(c, progress)
	progress.done()
	s.figures(c)
	if writer != nil && failed == nil {
		failed = writer.end()
	}
	if err := s.out.close(); closed(err) {
		return exitOK, nil // the reader of the pipe has seen enough
	} else if err != nil {
		return exitFailure, fmt.Errorf("output: %w", err)
	}
	var u usageError
	if errors.As(failed, &u) {
		return exitUsage, failed
	}
	if failed == nil {
		failed = s.out.incomplete()
	}
	if s.out.why == nil {
		s.summary(stderr, c)
	}
	if failed != nil {
		return exitFailure, failed
	}
	status = s.problems()
	if s.out.why != nil && s.out.why.Found() == 0 {
		status = max(status, exitFailure)
	}
	if s.failed(c) {
		status = exitFailOn
	}
	return status, nil
}

// connMemory is about what an open connection takes in all tables, in bytes.
const connMemory = 1 << 10

func newSession(c *config, in *input, filter *capture.Filter, writer *packetWriter, out *output, stderr io.Writer) *session {
	s := &session{in: in, writer: writer, intervals: intervals{every: c.statsInterval.Nanoseconds()}, decoder: capture.NewDecoder(), out: out, stderr: stderr}
	if in.live == nil {
		s.filter = filter
	}
	var sink track.Sink = s.out
	if writer != nil {
		writer.comment.next = s.out
		sink = &writer.comment
	}
	messages, pending := stats.Follow(c.stats)
	s.tracker = track.New(sink, track.Options{
		ResponseTimeout: c.responseTimeout.Nanoseconds(), MaxMem: c.maxMem, Keep: c.keepsRequests(), Recent: !c.quiet && c.form == "text",
		Messages: c.views&record.Msg != 0 || messages, ReportTimeout: c.reportTimeout.Nanoseconds(), Pending: pending, Window: c.window,
	})
	s.dis = dissect.New(s.tracker, cmpp.Protocol, dissect.Options{Version: c.version, Ports: c.ports, Limit: c.pdus})
	s.asm = reassembly.New(s.dis.Open, reassembly.Options{
		Ports:    append(append([]uint16{}, c.ports...), cmpp.Protocol.Ports...),
		MaxTotal: c.maxMem / 4, MaxConns: int(c.maxMem / 4 / connMemory),
	})
	return s
}

// pump runs the packets of the input through the pipeline, until the input
// ends, enough was seen or somebody says stop. The error is the input's or the
// filter's; the output keeps its own.
func (s *session) pump(c *config, progress *progress) error {
	var p capture.Packet
	for !s.out.full() && !s.dis.Full() && (s.in.live != nil || !s.stop.stopped()) && (c.packets == 0 || s.packets < c.packets) {
		s.requested(c)
		idle, err := s.in.next(&p)
		switch {
		case err == io.EOF:
			s.end()
			return nil
		case err != nil:
			s.end()
			return err
		case idle:
			s.idle(c)
			continue
		}
		if err := s.packet(c, &p); err != nil {
			return err
		}
		progress.tick(s.read)
	}
	s.end()
	return nil
}

// requested does what signals have asked for.
func (s *session) requested(c *config) {
	if s.stop.summary.Swap(false) {
		s.summary(s.stderr, c)
		if s.out.stats != nil {
			s.printTables(c, s.wholeSheets(c, true))
		}
	}
	if s.stop.reopen.Swap(false) {
		s.out.reopen()
	}
}

// packet takes one packet.
func (s *session) packet(c *config, p *capture.Packet) error {
	s.read++
	if s.filter != nil {
		if ok, err := s.filter.Match(p); err != nil {
			return filterError(err, c.filter)
		} else if !ok {
			return nil
		}
	}
	if s.in.live != nil {
		s.drops(p.Time) // before a timeout blames anybody
	}
	s.tick(c, p.Time)
	s.packets++
	s.tracker.Tick(p.Stamp)
	if s.decoder.Decode(p) {
		s.asm.Add(p)
	}
	if s.writer != nil && !s.writer.packet(p) {
		s.out.stop = true
	}
	s.last = p.Stamp
	return nil
}

// idle lets time pass on a quiet link. The wall clock decides nothing that
// capture time would not.
func (s *session) idle(c *config) {
	now := time.Now().Add(-settle).UnixNano()
	s.drops(now)
	s.tracker.Tick(capture.Stamp{Num: s.last.Num, Time: now})
	s.tick(c, now)
	if s.writer != nil {
		s.writer.flush()
	}
}

// drops tells the tracker when the kernel has dropped packets.
func (s *session) drops(now int64) {
	if n := s.in.live.Dropped(); n != s.dropped {
		s.dropped = n
		s.tracker.Dropped(now)
	}
}

// end publishes what is open.
func (s *session) end() {
	if s.out.err == nil {
		s.asm.Flush()
		if s.out.stats != nil {
			s.out.stats.Ending(s.last.Time)
		}
		s.tracker.Flush()
	}
}

// problems tells what could not be read, and gives the exit status.
func (s *session) problems() int {
	status := exitOK
	if s.in.live == nil && s.stop.stopped() {
		return status // where the input was left is no fault of it
	}
	for _, err := range s.in.Problems() {
		fmt.Fprintf(s.stderr, "cmppdump: %s\n", err)
		status = exitUsage
	}
	if s.in.live != nil && status != exitOK {
		return exitOK // an interface that came and went was told of when it did
	}
	return status
}

// closed reports whether the output was a pipe whose reader has gone.
func closed(err error) bool {
	return errors.Is(err, errPipe) || errors.Is(err, os.ErrClosed)
}
