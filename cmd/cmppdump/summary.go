package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/lang"
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
		fmt.Fprintln(w, sayDroppedRecords.With(lang.Amount(n, aRecord))[c.lang])
	}
	st := s.dis.Stats()
	if st.PDUs == 0 {
		s.hint(w, c)
		s.forgotten(w, c.lang)
		return
	}
	paragraph(w, s.found(st).And(semicolon)[c.lang]+span(st.First.Time, st.Last.Time, c))
	s.frames(w, c.lang)
	s.strangers(w, c.lang)
	s.requests(w, c.lang)
	s.messages(w, c)
	noted(w, c.lang, st.Notes, s.tracker.Stats().Notes)
	if s.selection != nil {
		paragraph(w, s.displayed()[c.lang])
	}
}

// found counts the PDUs, and what is wrong with them.
func (s *session) found(st *dissect.Stats) lang.Text {
	text := sayOn.With(lang.Amount(st.PDUs, aPDU), lang.Amount(st.Conns, aConnection)).And(opened(st.Conns, st.Midstream))
	text = text.And(comma).And(sayMalformed.With(st.Malformed))
	if st.Truncated > 0 {
		text = text.And(comma).And(sayTruncated.With(st.Truncated))
	}
	text = text.And(comma).And(lang.Amount(st.Gaps, aGap))
	if st.Gaps > 0 {
		text = text.And(sayNotCaptured.With(lang.Amount(st.MissingBytes, aByte)))
	}
	if st.SkippedBytes > 0 {
		text = text.And(comma).And(lang.Amount(st.Resyncs, aResync)).And(saySkipped.With(lang.Amount(st.SkippedBytes, aByte)))
	}
	return text
}

// span is a stretch of time.
func span(first, last int64, c *config) string {
	return strings.Replace(render.Span(first, last, c.zone()), sayTo[lang.English], sayTo[c.lang], 1)
}

// frames counts the packets that were left out, and those in which something
// may have been that was not read.
func (s *session) frames(w io.Writer, l render.Lang) {
	if s.copies > 0 {
		paragraph(w, sayLeftOut.With(lang.Amount(s.copies, aCopy))[l])
	}
	if unread := listed(s.tally.Unread(), l); unread != "" {
		paragraph(w, sayNotRead.With(unread)[l])
	}
	if unused := s.unused(l); unused != "" {
		paragraph(w, sayUnused.With(unused)[l])
	}
}

// unused lists the segments with data that had no place in any connection.
func (s *session) unused(l render.Lang) string {
	st := s.asm.Stats()
	var words []string
	for _, x := range []struct {
		say lang.Text
		n   uint64
	}{{sayLate, st.LateData}, {sayForeign, st.Foreign}, {sayBeyondFin, st.BeyondFin}} {
		if x.n > 0 {
			words = append(words, x.say.With(x.n)[l])
		}
	}
	return strings.Join(words, comma[l])
}

// noted counts the expert notes, the most frequent first.
func noted(w io.Writer, l render.Lang, counts ...dissect.NoteCounts) {
	all := slices.Concat(counts...)
	slices.SortFunc(all, func(x, y dissect.NoteCount) int {
		return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Spec.ID, y.Spec.ID))
	})
	var words []string
	for _, x := range all {
		if x.N > 0 { // else all were taken back
			words = append(words, fmt.Sprintf("%d %s", x.N, x.Spec.ID))
		}
	}
	if len(words) > 0 {
		paragraph(w, sayNotes.With(strings.Join(words, comma[l]))[l])
	}
}

// strangers names the connections to ports of the protocol that carry something
// else.
func (s *session) strangers(w io.Writer, l render.Lang) {
	for port, f := range s.dis.Stats().Foreign {
		if f.Expected {
			paragraph(w, sayStranger.With(port, lang.Amount(f.Conns, aConnection), lang.Amount(f.Bytes, aByte), looks(f))[l])
		}
	}
}

// looks says what data that is no CMPP looks like.
func looks(f *dissect.Foreign) lang.Text {
	if f.Looks == "" {
		return unsaid
	}
	return sayLooks.With(f.Looks)
}

// unsaid is no text.
var unsaid lang.Text

// requests says what became of the requests. The words are the states, and
// the sums close.
func (s *session) requests(w io.Writer, l render.Lang) {
	st := s.tracker.Stats()
	text := sayAnswered.With(lang.Amount(st.Requests, aRequest), st.States[track.Answered], refused(st).And(unread(st)))[l]
	for _, state := range []track.State{track.NoResponse, track.Unknown, track.ConnClosed, track.CaptureEnded} {
		if n := st.States[state]; n > 0 {
			text += fmt.Sprintf("%s%d %s", comma[l], n, state)
		}
	}
	if n := st.States[track.OrphanResponse]; n > 0 {
		text += fmt.Sprintf("%s%d %s", semicolon[l], n, track.OrphanResponse)
	}
	if st.Evicted > 0 {
		text += semicolon[l] + sayForgotten.With(st.Evicted)[l]
	}
	paragraph(w, text)
	s.forgotten(w, l)
}

// forgotten says what of connections and PDUs was given up to stay within
// bounds.
func (s *session) forgotten(w io.Writer, l render.Lang) {
	conns, halves := s.asm.Stats().Evicted, s.dis.Stats().Forgotten
	if conns > 0 {
		paragraph(w, sayForgottenConns.With(lang.Amount(conns, aConnection))[l])
	}
	if halves > 0 {
		paragraph(w, sayForgottenPDUs.With(lang.Amount(halves, anUnfinished))[l])
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
	text := lang.Amount(total, aMessage)[c.lang]
	if len(words) > 0 {
		text += colon[c.lang] + strings.Join(words, comma[c.lang])
	}
	for _, state := range []track.MsgState{track.Received, track.ReportOnly} {
		if n := st.States[state]; n > 0 {
			text += fmt.Sprintf("%s%d %s", semicolon[c.lang], n, state)
		}
	}
	paragraph(w, text)
	if st.Searches > 0 {
		paragraph(w, saySearches.With(st.Searches)[c.lang])
	}
	if st.Since > 0 {
		what := lang.Amount(st.Forgotten, aDecided)
		if st.Evicted > 0 {
			what = lang.Amount(st.Evicted, anOpen)
		}
		paragraph(w, sayMatchedBack.With(what, time.Unix(0, st.Since).In(c.zone()).Format("2006-01-02 15:04:05 -0700"))[c.lang])
	}
}

// refused lists the refusals of SUBMITs by meaning, the most frequent first,
// and counts those of other requests.
func refused(st *track.Stats) lang.Text {
	type kind struct {
		text lang.Text
		n    uint64
	}
	total, counts := uint64(0), map[lang.Text]uint64{}
	for r, n := range st.Refused { // versions apart
		total += n
		name := statusText(r)
		if r.Command.Class != dissect.Submit {
			command := strings.TrimPrefix(r.Command.In(r.By), cmpp.Protocol.Title+"_") + " "
			name = lang.Text{command, command}.And(name)
		}
		counts[name] += n
	}
	if total == 0 {
		return unsaid
	}
	var kinds []kind
	for name, n := range counts {
		kinds = append(kinds, kind{name, n})
	}
	sort.Slice(kinds, func(i, j int) bool {
		if kinds[i].n != kinds[j].n {
			return kinds[i].n > kinds[j].n
		}
		return kinds[i].text[lang.English] < kinds[j].text[lang.English]
	})
	var words lang.Text
	for i, k := range kinds {
		if i > 0 {
			words = words.And(comma)
		}
		for l := range words {
			words[l] += fmt.Sprintf("%d %s", k.n, k.text[l])
		}
	}
	return sayRefused.With(total, words)
}

// unread counts the answers that nobody can tell refusals by.
func unread(st *track.Stats) lang.Text {
	if st.Unread == 0 {
		return unsaid
	}
	return sayUnread.With(st.Unread)
}

// statusText is the meaning of the status that a refusal has.
func statusText(r track.Refusal) lang.Text {
	name := lang.Unknown
	c := cmpp.Protocol.Command(r.Command.ID | 1<<31)
	if c == nil {
		return name
	}
	for _, f := range c.Body.Specs {
		if f.Role != layout.Status {
			continue
		}
		if m, ok := f.Enum.Lookup(r.Status, nil, int(r.By)); ok {
			name = lang.Text{m.En, m.Zh}
		}
		if r.Status > 13 {
			for l := range name {
				name[l] = fmt.Sprintf("%s %d (%s)", f.Name, r.Status, name[l])
			}
		}
	}
	return name
}

// opened says how many of the connections began inside the capture.
func opened(conns, midstream int) lang.Text {
	switch midstream {
	case 0:
		return unsaid
	case conns:
		return sayAllMidstream
	}
	return sayOpenedHere.With(conns-midstream, midstream)
}

func plural[N lang.Integer](n N) string {
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
