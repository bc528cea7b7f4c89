package main

import (
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"
	"time"

	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
	"cmppdump/render"
)

// summaryWidth is where the summary's lines break.
const summaryWidth = 100

// summary says what was found, on stderr, in tcpdump's words first.
func (s *session) summary(w io.Writer, c *config) {
	fmt.Fprintf(w, "%d packet%s captured\n", s.packets, plural(s.packets))
	if s.in.live != nil {
		n := s.in.live.Stats()
		fmt.Fprintf(w, "%d packet%s received by filter\n%d packet%s dropped by kernel\n", n.Received, plural(n.Received), n.Dropped, plural(n.Dropped))
	}
	if n := s.out.dropped(); n > 0 {
		fmt.Fprintf(w, "%d record%s dropped: the output was too slow or could not be written\n", n, plural(n))
	}
	st := s.dis.Stats()
	if st.PDUs == 0 {
		s.hint(w, c)
		s.forgotten(w)
		return
	}
	parts := []string{fmt.Sprintf("%s on %s%s", count(st.PDUs, "PDU"), count(st.Conns, "connection"), opened(st.Conns, st.Midstream)),
		fmt.Sprintf("%d malformed", st.Malformed)}
	if st.Truncated > 0 {
		parts = append(parts, fmt.Sprintf("%d truncated", st.Truncated))
	}
	gaps := count(st.Gaps, "gap")
	if st.Gaps > 0 {
		gaps += fmt.Sprintf(" (%s not captured)", count(st.MissingBytes, "byte"))
	}
	parts = append(parts, gaps)
	if st.SkippedBytes > 0 {
		parts = append(parts, fmt.Sprintf("%s (%s skipped)", count(st.Resyncs, "resync"), count(st.SkippedBytes, "byte")))
	}
	paragraph(w, strings.Join(parts, ", ")+"; "+render.Span(st.First.Time, st.Last.Time, c.zone()))
	s.frames(w)
	s.strangers(w)
	s.requests(w)
	s.messages(w, c)
	noted(w, st.Notes, s.tracker.Stats().Notes)
	if s.selection != nil {
		paragraph(w, s.displayed())
	}
}

// frames counts the packets that were left out, and those in which something
// may have been that was not read.
func (s *session) frames(w io.Writer) {
	if s.dedup != nil && s.dedup.Duplicates > 0 {
		paragraph(w, count(s.dedup.Duplicates, "duplicate packet")+" left out (--no-dedup keeps them)")
	}
	if unread := listed(s.decoder.Unread()); unread != "" {
		paragraph(w, "packets not read: "+unread)
	}
}

// noted counts the expert notes, the most frequent first.
func noted(w io.Writer, counts ...map[*dissect.NoteSpec]uint64) {
	type line struct {
		id string
		n  uint64
	}
	var lines []line
	for _, m := range counts {
		for spec, n := range m {
			lines = append(lines, line{spec.ID, n})
		}
	}
	sort.Slice(lines, func(i, j int) bool {
		if lines[i].n != lines[j].n {
			return lines[i].n > lines[j].n
		}
		return lines[i].id < lines[j].id
	})
	var words []string
	for _, l := range lines {
		words = append(words, fmt.Sprintf("%d %s", l.n, l.id))
	}
	if len(words) > 0 {
		paragraph(w, "notes: "+strings.Join(words, ", "))
	}
}

// strangers names the connections to ports of the protocol that carry something
// else.
func (s *session) strangers(w io.Writer) {
	for port, f := range s.dis.Stats().Foreign {
		if f.Expected {
			looks := ""
			if f.Looks != "" {
				looks = ", looks like " + f.Looks
			}
			paragraph(w, fmt.Sprintf("port %d: %s without a PDU (%s%s)", port, count(f.Conns, "connection"), count(f.Bytes, "byte"), looks))
		}
	}
}

// requests says what became of the requests. The words are the states, and
// the sums close.
func (s *session) requests(w io.Writer) {
	st := s.tracker.Stats()
	text := fmt.Sprintf("%s: %d answered%s", count(st.Requests, "request"), st.States[track.Answered], refused(st))
	for _, state := range []track.State{track.NoResponse, track.Unknown, track.ConnClosed, track.CaptureEnded} {
		if n := st.States[state]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, state)
		}
	}
	if n := st.States[track.OrphanResponse]; n > 0 {
		text += fmt.Sprintf("; %d %s", n, track.OrphanResponse)
	}
	if st.Evicted > 0 {
		text += fmt.Sprintf("; %d forgotten to stay under --max-mem", st.Evicted)
	}
	paragraph(w, text)
	s.forgotten(w)
}

// forgotten says what of connections and PDUs was given up to stay within
// bounds.
func (s *session) forgotten(w io.Writer) {
	conns, halves := s.asm.Stats().Evicted, s.dis.Stats().Forgotten
	if conns > 0 {
		paragraph(w, fmt.Sprintf("%s forgotten to stay under --max-mem, the least recently used first", count(conns, "connection")))
	}
	if halves > 0 {
		paragraph(w, fmt.Sprintf("%s given up to stay under --max-mem", count(halves, "unfinished PDU")))
	}
}

// messages says what became of the messages, where they are followed.
func (s *session) messages(w io.Writer, c *config) {
	st := s.tracker.Messages()
	if st == nil {
		return
	}
	total, words := uint64(0), []string{}
	for _, state := range []track.MsgState{track.Delivered, track.Undelivered, track.Expired, track.Throttled, track.Rejected,
		track.Unanswered, track.NoReport, track.Waiting, track.Accepted, track.Sent, track.Partial} {
		if n := st.States[state]; n > 0 {
			total += n
			words = append(words, fmt.Sprintf("%d %s", n, state))
		}
	}
	text := count(total, "message")
	if len(words) > 0 {
		text += ": " + strings.Join(words, ", ")
	}
	for _, state := range []track.MsgState{track.Received, track.ReportOnly} {
		if n := st.States[state]; n > 0 {
			text += fmt.Sprintf("; %d %s", n, state)
		}
	}
	paragraph(w, text)
	if st.Since > 0 {
		what := "messages with an end"
		if st.Evicted > 0 {
			what = count(st.Evicted, "open message")
		}
		paragraph(w, fmt.Sprintf("%s forgotten to stay under --max-mem; reports could be matched back to SUBMITs of %s and later",
			what, time.Unix(0, st.Since).In(c.zone()).Format("2006-01-02 15:04:05 -0700")))
	}
}

// refused lists the refusals of SUBMITs by meaning, the most frequent first,
// and counts those of other requests.
func refused(st *track.Stats) string {
	type kind struct {
		text string
		n    uint64
	}
	var kinds []kind
	total := uint64(0)
	for r, n := range st.Refused {
		total += n
		name := "unknown"
		if c := cmpp.Protocol.Command(r.Command.ID | 1<<31); c != nil {
			for _, f := range c.Body.Specs {
				if f.Role == layout.Status {
					if m, ok := f.Enum.Lookup(r.Status, nil, int(r.By)); ok {
						name = m.En
					}
					if r.Status > 13 {
						name = fmt.Sprintf("%s %d (%s)", f.Name, r.Status, name)
					}
				}
			}
		}
		if r.Command.Class != dissect.Submit {
			name = strings.TrimPrefix(r.Command.In(r.By), cmpp.Protocol.Title+"_") + " " + name
		}
		kinds = append(kinds, kind{name, n})
	}
	if total == 0 {
		return ""
	}
	sort.Slice(kinds, func(i, j int) bool {
		if kinds[i].n != kinds[j].n {
			return kinds[i].n > kinds[j].n
		}
		return kinds[i].text < kinds[j].text
	})
	var words []string
	for _, k := range kinds {
		words = append(words, fmt.Sprintf("%d %s", k.n, k.text))
	}
	return fmt.Sprintf(" (%d refused: %s)", total, strings.Join(words, ", "))
}

// opened says how many of the connections began inside the capture.
func opened(conns, midstream int) string {
	switch midstream {
	case 0:
		return ""
	case conns:
		return " (in mid-stream)"
	}
	return fmt.Sprintf(" (%d opened here, %d in mid-stream)", conns-midstream, midstream)
}

type integer interface{ ~int | ~int64 | ~uint64 }

// count is "1 gap" or "2 gaps".
func count[N integer](n N, what string) string {
	return fmt.Sprintf("%d %s%s", n, what, plural(n))
}

func plural[N integer](n N) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// paragraph prints text with hanging lines. A number stays with the word behind
// it.
func paragraph(w io.Writer, text string) {
	const glue = "\x00"
	text = numberAndBlank.ReplaceAllString(text, "$1"+glue)
	width := summaryWidth
	if cells, ok := terminalWidth(w); ok {
		width = min(width, max(cells, 40))
	}
	for i, l := range wrap(text, width-2) {
		if i > 0 {
			l = "  " + l
		}
		fmt.Fprintln(w, strings.ReplaceAll(l, glue, " "))
	}
}

var numberAndBlank = regexp.MustCompile(`(\b\d+) `)
