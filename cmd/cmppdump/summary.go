package main

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"time"
)

// summaryWidth is where the summary's lines break.
const summaryWidth = 100

// summary says what was found, on stderr, in tcpdump's words first.
func (s *session) summary(w io.Writer, c *config) {
	fmt.Fprintf(w, "%d packet%s captured\n", s.packets, plural(s.packets))
	st := s.dis.Stats()
	if st.PDUs == 0 {
		s.hint(w)
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
	paragraph(w, strings.Join(parts, ", ")+"; "+span(st.First.Time, st.Last.Time, c.zone()))
	var notes []string
	for spec, n := range st.Notes {
		notes = append(notes, fmt.Sprintf("%d %s", n, spec.ID))
	}
	if len(notes) > 0 {
		sort.Strings(notes)
		paragraph(w, "notes: "+strings.Join(notes, ", "))
	}
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

// span is a stretch of time, with the date of the end only if it differs.
func span(first, last int64, zone *time.Location) string {
	a, b := time.Unix(0, first).In(zone), time.Unix(0, last).In(zone)
	form := "15:04:05 -0700"
	if a.Format(time.DateOnly) != b.Format(time.DateOnly) {
		form = "2006-01-02 15:04:05 -0700"
	}
	return a.Format("2006-01-02 15:04:05") + " to " + b.Format(form)
}

type integer interface{ ~int | ~int64 | ~uint64 }

// count is "1 gap" or "2 gaps".
func count[N integer](n N, what string) string { return fmt.Sprintf("%d %s%s", n, what, plural(n)) }

func plural[N integer](n N) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// paragraph prints text with hanging lines.
func paragraph(w io.Writer, text string) {
	for i, l := range wrap(text, summaryWidth-2) {
		if i > 0 {
			l = "  " + l
		}
		fmt.Fprintln(w, l)
	}
}
