package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/relay"
	"cmppdump/dissect/stats"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// session is one run of the pipeline: capture, reassembly, dissection,
// tracking, rendering.
type session struct {
	in      *input
	intake  *capture.Intake
	tally   capture.Tally // of the packets that were decoded
	asm     *reassembly.Assembler
	dis     *dissect.Dissector
	tracker *track.Tracker
	relay   *relay.Relay // between dis and tracker, or nil
	behind  relay.Next   // what dis tells: relay, or tracker
	out     *output
	writer  *packetWriter // nil without -w
	// What -w writes with -Y: the one for files, the other for what is read
	// only once. nil otherwise.
	wanted    *packetSet
	hindsight *hindsight

	selection *selection // nil without -Y
	stop      *stopper
	stderr    io.Writer

	intervals intervals

	filtered bool    // there is a capture filter, here or in the kernel
	outside  outside // what it does not see

	read    uint64        // packets of the input
	passed  uint64        // of those, the ones before --since or after --until
	packets uint64        // of those, the ones that passed the capture filter
	last    capture.Stamp // the newest packet
	copies  uint64        // of those, the ones that were captured before
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
	c.tellKey(stderr)
	var screen *notices
	if c.form == liveForm {
		if err := checkScreen(stdout); err != nil {
			return exitUsage, err
		}
		screen = &notices{w: stderr}
		stderr = screen
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1)) // who calls again may ask for more
	stop := newStopper()
	defer stop.close()
	keep, wanted, err := c.survey(stop, stdout, stderr)
	if err != nil {
		return exitUsage, err
	}
	if c.mask != nil && c.write != "" && c.display != nil && c.form != liveForm && wanted == nil {
		return exitUsage, usage("-w with -Y and --mask reads the input twice, which takes files (-r): what is known of packets too late could not be masked")
	}
	in, status, err := openInput(c, filter, newStoppable(stdin, stop.done), stderr)
	if err != nil {
		return status, err
	}
	stop.watch(in.live)
	writer, err := newPacketWriter(c, in, stdout, stderr)
	if err != nil {
		in.Close()
		return exitFailure, err
	}
	out, err := newOutput(c, stdout, stderr, in)
	if err != nil {
		in.Close()
		return exitFailure, err
	}
	f := c.newFront(in, out, writer, keep, wanted != nil)
	s := newSession(c, in, filter, f.sink, stderr)
	defer s.intake.Close()
	s.writer, s.wanted, s.hindsight, s.out, s.selection, s.stop = writer, wanted, f.hindsight, out, f.selection, stop
	var failed error
	if screen != nil {
		failed = s.runLive(c, screen)
	} else {
		progress := newProgress(stderr, stdout, in, c.lang)
		failed = s.pump(c, progress)
		progress.done()
	}
	return s.finish(c, failed)
}

// front is what looks at the events before the output does.
type front struct {
	sink      track.Sink
	selection *selection // nil without -Y
	hindsight *hindsight // nil unless -w has -Y and reads once
}

func (c *config) newFront(in *input, out *output, writer *packetWriter, keep *kept, surveyed bool) front {
	f := front{sink: out}
	if c.display != nil && out.live == nil {
		if writer != nil && !surveyed {
			f.hindsight = &hindsight{next: out}
			f.sink = f.hindsight
		}
		f.selection = c.newSelection(f.sink, c.recordOptions(in), keep)
		f.sink = f.selection
	}
	if writer != nil {
		writer.comment.next = f.sink
		f.sink = &writer.comment
	}
	if out.stats != nil {
		f.sink = &tap{out.stats, f.sink}
	}
	return f
}

// finish ends the outputs and gives the exit status. failed is why the input
// was not read to its end.
func (s *session) finish(c *config, failed error) (int, error) {
	s.figures(c)
	if s.writer != nil && failed == nil {
		failed = s.writer.end()
	}
	if err := s.out.close(); closed(err) {
		return exitOK, nil // the reader of the pipe has seen enough
	} else if err != nil {
		return exitFailure, said.Errorf("output: %w", err)
	}
	var u usageError
	if errors.As(failed, &u) {
		return exitUsage, failed
	}
	if failed == nil {
		failed = s.out.incomplete()
	}
	if s.out.why == nil {
		s.summary(s.stderr, c)
	}
	if failed != nil {
		return exitFailure, failed
	}
	status := s.problems(c)
	if s.out.why != nil && s.out.why.Found() == 0 {
		status = max(status, exitFailure)
	}
	if s.failed(c) {
		status = exitFailOn
	}
	return status, nil
}

// shares divides --max-mem: the most goes to open requests and messages, the
// rest to what comes before them.
func shares(maxMem int64) (reassembly.Options, dissect.Options, track.Options) {
	conns := int(maxMem / 8 / connMemory)
	return reassembly.Options{MaxTotal: maxMem / 8, MaxConns: conns, MaxSilent: max(conns/8, 1)},
		dissect.Options{MaxCarry: maxMem / 8}, track.Options{MaxMem: maxMem * 5 / 8}
}

// leastLimit is the least that the collector is asked to stay under: the
// program itself and its buffers need as much.
const leastLimit = 96 << 20

// connMemory is about what an open connection takes in all tables, in bytes.
const connMemory = 3 << 10

// newSession makes a pipeline that ends in a sink, and begins to read. What
// belongs to its output is set by the caller, who closes the intake.
func newSession(c *config, in *input, filter *capture.Filter, sink track.Sink, stderr io.Writer) *session {
	s := &session{in: in, intervals: intervals{every: c.statsInterval.Nanoseconds()}, filtered: filter != nil, stderr: stderr}
	s.intake = c.newIntake(in, filter)
	debug.SetMemoryLimit(max(c.maxMem-c.maxMem/16, leastLimit)) // the program itself takes the rest
	streams, pdus, events := c.limits()
	s.tracker = track.New(sink, events)
	pdus.Version, pdus.Ports, pdus.Limit, pdus.Secrets = c.version, c.ports, c.pdus, c.secrets
	s.behind = s.tracker
	if events.Messages && c.relays(in.live != nil) && s.intake.Ahead() {
		s.relay = relay.New(s.tracker, func() bool { return s.out.full() })
		s.behind, pdus.Put, pdus.Counted = s.relay, s.relay.Put, s.relay.Counted
	}
	s.dis = dissect.New(s.behind, cmpp.Protocol, pdus)
	if s.relay != nil {
		streams.Counted = s.dis.Counted
	}
	streams.Ports = append(append([]uint16{}, c.ports...), cmpp.Protocol.Ports...)
	s.asm = reassembly.New(s.dis.Open, streams)
	return s
}

// relays reports whether messages may be followed on a goroutine of their own:
// nobody asks of a packet, as soon as it is dissected, what became of them, and
// none is waited for.
func (c *config) relays(live bool) bool {
	return !live && c.form != liveForm && c.write == "" && c.statsInterval == 0
}

// limits are the memory that each stage may take, and what the output needs of
// the tracker.
func (c *config) limits() (reassembly.Options, dissect.Options, track.Options) {
	streams, pdus, events := shares(c.maxMem)
	events.ResponseTimeout, events.ReportTimeout = c.responseTimeout.Nanoseconds(), c.reportTimeout.Nanoseconds()
	messages, pending := stats.Follow(c.stats)
	events.Keep, events.Recent, events.Messages = c.keepsRequests(), !c.quiet && c.form == "text" && c.views&record.PDU != 0, c.followsMessages() || messages
	events.Pending, events.Window, events.Lent = pending, c.window, c.countsOnly()
	if c.form == liveForm {
		streams, pdus, _ = shares(c.maxMem / 2) // the view has the other half
		_, events.MaxMem = liveMemory(c)
		events.Keep, events.Recent, events.Messages, events.Progress = false, true, true, true
	}
	return streams, pdus, events
}

// pump runs the packets of the input through the pipeline, until the input
// ends, enough was seen or somebody says stop. The error is the input's or the
// filter's; the output keeps its own.
func (s *session) pump(c *config, progress *progress) error {
	for !s.full() && !s.dis.Full() && (s.in.live != nil || !s.stop.stopped()) && (c.packets == 0 || s.packets < c.packets) {
		s.requested(c)
		p, fate, err := s.intake.Next()
		switch {
		case err == io.EOF:
			s.end()
			return nil
		case err == capture.ErrIdle:
			if s.idle(c); s.intake.IdleAt() > c.period.to {
				s.end()
				return nil
			}
			continue
		case err != nil:
			s.end()
			return err
		case c.period.over(p.Time) || s.in.live != nil && p.Time > c.period.to:
			s.end()
			return nil
		}
		s.packet(c, p, fate)
		progress.tick(s.read)
	}
	s.end()
	return nil
}

// full reports whether nothing more is to be shown.
func (s *session) full() bool {
	if s.relay != nil {
		return s.relay.Full()
	}
	return s.out.full()
}

// requested does what signals have asked for. To look first is cheap, to swap is
// not, and nearly never is there anything.
func (s *session) requested(c *config) {
	if s.stop.summary.Load() && s.stop.summary.Swap(false) {
		if s.relay != nil {
			s.relay.Wait()
		}
		s.summary(s.stderr, c)
		if s.out.stats != nil {
			s.printTables(c, s.wholeSheets(c, true))
		}
	}
	if s.stop.reopen.Load() && s.stop.reopen.Swap(false) {
		s.out.reopen()
	}
}

// packet takes one packet.
func (s *session) packet(c *config, p *capture.Packet, fate capture.Fate) {
	s.read++
	switch fate {
	case capture.Outside:
		s.passed++
		return
	case capture.Refused:
		if s.packets == 0 {
			s.outside.look(c, p)
		}
		return
	}
	if s.in.live != nil {
		s.drops(p.Time) // before a timeout blames anybody
	}
	s.tick(c, p.Time)
	s.packets++
	s.tally.Add(p)
	s.behind.Tick(p.Stamp)
	switch fate {
	case capture.Repeated:
		s.copies++
	case capture.Segment:
		s.asm.Add(p)
	}
	if s.writer != nil && !s.write(p, fate != capture.NoSegment) {
		s.out.stop = true
	}
	s.last = p.Stamp
	if s.out.live != nil {
		s.out.live.Captured(s.packets, s.dropped, p.Time)
	}
}

// write gives -w a packet that was dissected, unless -Y has no hit in it. It
// reports false when nothing more is to be written.
func (s *session) write(p *capture.Packet, decoded bool) bool {
	switch {
	case s.hindsight != nil:
		return s.hindsight.write(s.writer, p, decoded)
	case s.wanted != nil && !s.wanted.has(p, decoded):
		s.writer.skip()
		return true
	}
	return s.writer.packet(p, decoded)
}

// idle lets time pass on a quiet link. The wall clock decides nothing that
// capture time would not.
func (s *session) idle(c *config) {
	now := s.intake.IdleAt() - settle
	s.drops(now)
	s.tracker.Tick(capture.Stamp{Num: s.last.Num, Time: now})
	s.tick(c, now)
	if s.writer != nil {
		if s.writer.masked != nil {
			s.writer.release(now)
		}
		s.writer.flush()
	}
	if s.out.live != nil {
		s.out.live.Captured(s.packets, s.dropped, now)
	}
}

// drops tells the tracker when the kernel has dropped packets.
func (s *session) drops(now int64) {
	if n := s.intake.Dropped(); n != s.dropped {
		s.dropped = n
		s.tracker.Dropped(now)
	}
}

// end publishes what is open.
func (s *session) end() {
	if s.relay != nil {
		s.asm.Flush()
		s.relay.End()
	} else if s.out.err == nil {
		s.asm.Flush()
	}
	if s.out.err == nil {
		if s.out.stats != nil {
			s.out.stats.Ending(s.last.Time)
		}
		s.tracker.Flush()
	}
}

// problems tells what could not be read, and gives the exit status.
func (s *session) problems(c *config) int {
	status := exitOK
	if s.in.live == nil && s.stop.stopped() {
		return status // where the input was left is no fault of it
	}
	for _, err := range s.intake.Problems() {
		fmt.Fprintf(s.stderr, "cmppdump: %s\n", lang.Of(err)[c.lang])
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
