package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/reassembly"
)

// session is one run of the pipeline: capture, reassembly, dissection,
// tracking, rendering.
type session struct {
	src     capture.Source
	filter  *capture.Filter // nil: none
	decoder *capture.Decoder
	asm     *reassembly.Assembler
	dis     *dissect.Dissector
	tracker *track.Tracker
	out     *output
	stop    *stopper
	read    uint64 // packets of the input
	packets uint64 // of those, the ones that passed the capture filter
}

// run does what the command line asks for and gives the exit status.
func run(c *config, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	filter, err := newFilter(c, stderr)
	if err != nil {
		return exitUsage, err
	}
	if c.dumpBPF {
		return dumpFilter(c, filter, stdin, stdout)
	}
	paths, err := capture.Inputs(c.read)
	if err != nil {
		return exitUsage, usageError{err}
	}
	src, err := capture.Merge(paths, stdin)
	if err != nil {
		return exitUsage, usageError{err}
	}
	defer src.Close()
	s := &session{src: src, filter: filter, decoder: capture.NewDecoder(), out: newOutput(c, stdout, len(paths) > 1), stop: newStopper()}
	defer s.stop.close()
	s.tracker = track.New(s.out, track.Options{ResponseTimeout: c.responseTimeout.Nanoseconds(), MaxMem: c.maxMem, Keep: c.keepsRequests()})
	s.dis = dissect.New(s.tracker, cmpp.Protocol, dissect.Options{Version: c.version, Ports: c.ports})
	s.asm = reassembly.New(s.dis.Open, reassembly.Options{Ports: append(append([]uint16{}, cmpp.Protocol.Ports...), c.ports...)})
	progress := newProgress(stderr, stdout, src)
	err = s.pump(c, progress)
	progress.done()
	if err == nil {
		err = s.out.close()
	}
	if closed(err) {
		return exitOK, nil // the reader of the pipe has seen enough
	}
	var u usageError
	if errors.As(err, &u) {
		return exitUsage, err
	}
	if err != nil {
		return exitFailure, fmt.Errorf("output: %w", err)
	}
	s.summary(stderr, c)
	return s.problems(stderr), nil
}

// pump runs the packets of the source through the pipeline.
func (s *session) pump(c *config, progress *progress) error {
	var p capture.Packet
	for !s.out.full() && !s.stop.stopped() && (c.packets == 0 || s.packets < c.packets) {
		if err := s.src.Next(&p); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		s.read++
		if s.filter != nil {
			if ok, err := s.filter.Match(&p); err != nil {
				return filterError(err, c.filter)
			} else if !ok {
				continue
			}
		}
		s.packets++
		s.tracker.Tick(p.Stamp)
		if s.decoder.Decode(&p) {
			s.asm.Add(&p)
		}
		progress.tick(s.packets)
	}
	if s.out.err == nil {
		s.asm.Flush()
		s.tracker.Flush()
	}
	return s.out.err
}

// problems tells what could not be read.
func (s *session) problems(stderr io.Writer) int {
	status := exitOK
	for _, err := range s.src.Problems() {
		fmt.Fprintf(stderr, "cmppdump: %s\n", err)
		status = exitUsage
	}
	return status
}

// closed reports whether the output was a pipe whose reader has gone.
func closed(err error) bool {
	return errors.Is(err, errPipe) || errors.Is(err, os.ErrClosed)
}
