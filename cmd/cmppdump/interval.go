package main

import (
	"runtime"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// intervals is --stats-interval: what was counted since the last time, at every
// interval of capture time, on a quiet link too.
type intervals struct {
	every int64 // ns; 0: off
	next  int64 // capture time at which the next is due
	first int64 // capture time of the first packet
	last  int64
	seen  counters
}

// counters are what an interval is the difference of.
type counters struct {
	packets, byKernel, unused, records, pdus, requests, evicted uint64
	states                                                      [track.States]uint64
	messages                                                    [track.MsgStates]uint64
}

// tick tells of the interval if capture time has reached its end.
func (s *session) tick(c *config, now int64) {
	iv := &s.intervals
	if iv.first == 0 {
		iv.first = now
	}
	if iv.every == 0 {
		return
	}
	if iv.next == 0 {
		iv.last, iv.next = now, now+iv.every
		return
	}
	for now >= iv.next {
		s.interval(c, iv.next, false)
		if iv.next += iv.every; now-iv.next > 1000*iv.every {
			iv.next = now // a hole in the capture: do not count it out
		}
	}
}

// interval publishes one interval: as a record with -T json, else as the
// summary on stderr.
func (s *session) interval(c *config, end int64, final bool) {
	iv := &s.intervals
	now := s.counters()
	if final { // of the whole run
		iv.last, iv.seen = iv.first, counters{}
	}
	r := record.Interval{
		Protocol: cmpp.Protocol.Name, End: end, Seconds: float64(end-iv.last) / 1e9, Final: final,
		Captured: now.packets - iv.seen.packets, ByKernel: now.byKernel - iv.seen.byKernel,
		Unused: now.unused - iv.seen.unused, Records: now.records - iv.seen.records, PDUs: now.pdus - iv.seen.pdus,
		Requests: now.requests - iv.seen.requests, Evicted: now.evicted - iv.seen.evicted, Memory: memory(),
	}
	for i := range r.States {
		r.States[i] = since(now.states[i], iv.seen.states[i])
	}
	if s.tracker.Messages() != nil {
		r.Messages = new([track.MsgStates]uint64)
		for i := range r.Messages {
			r.Messages[i] = since(now.messages[i], iv.seen.messages[i])
		}
	}
	_, isRecord := s.out.r.(intervalWriter)
	r.Sheets = s.sheets(c, end, final, !isRecord)
	if !isRecord {
		s.summary(s.stderr, c)
		s.printTables(c, r.Sheets)
	}
	if s.out.interval(&r) { // else the next one is of this time too
		iv.last, iv.seen = end, now
		if s.out.stats != nil {
			s.out.stats.Next(end)
		}
	}
}

// sheets are the tables of an interval, or of the whole run.
func (s *session) sheets(c *config, end int64, whole, people bool) []record.Sheet {
	switch {
	case s.out.stats == nil:
		return nil
	case whole:
		return s.wholeSheets(c, people)
	}
	return s.shownSheets(c, s.out.stats.Recent(c.moment(end, people)))
}

// since is how many were counted since. A count falls where a state was taken
// back: a response came late, a report after its timeout.
func since(now, then uint64) uint64 { return now - min(now, then) }

func (s *session) counters() counters {
	t := s.tracker.Stats()
	n := counters{packets: s.packets, records: s.out.dropped(), pdus: s.dis.Stats().PDUs, requests: t.Requests, evicted: t.Evicted, states: t.States}
	segments := s.asm.Stats()
	n.unused = segments.Unused()
	if s.in.live != nil {
		n.byKernel = s.in.live.Dropped()
	}
	if m := s.tracker.Messages(); m != nil {
		n.messages = m.States
		n.evicted += m.Evicted
	}
	return n
}

// memory is what the process has of the system, in bytes.
func memory() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}
