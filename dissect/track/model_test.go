package track_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"cmppdump/dissect/track"
)

// model says what must be told of a script, from the rules and the whole of it.
// It keeps every PDU in one list, looks through that list for everything, and
// decides what timed out at the end. It shares nothing with the tracker.
type model struct {
	steps []step
	ends  []int // the step that ends the connection that a step is of
	pdus  []*sent
	told  []told
}

// place is a PDU's: the step, and the PDU in it.
type place struct{ step, pdu int }

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.step, o.step), cmp.Compare(p.pdu, o.pdu))
}

// sent is a PDU: a request, a further attempt of one, or a response.
type sent struct {
	place
	*step
	*token
	first    *sent   // of an attempt: the request
	attempts []place // of a request, the first included
	partner  *sent   // of a request its response, and the other way round
	end      int     // of a request: the step that ended it
	faced    []int   // of a request: the steps of those from the other side with its key
	flight   int
}

// told is a line at its place: the phases of a step are doubts that are cleared,
// timeouts, responses given up, PDUs, and of the end responses, doubts, requests.
type told struct {
	step, phase int
	order       place
	text        string
}

// model gives the transcript that a script must have.
func transcriptOf(steps []step) string {
	m := &model{steps: steps, ends: findEnds(steps)}
	for i := range steps {
		for j := range steps[i].pdus {
			m.add(&sent{place: place{i, j}, step: &steps[i], token: &steps[i].pdus[j], end: len(steps)})
		}
	}
	for _, s := range m.pdus {
		m.tell(s)
	}
	slices.SortStableFunc(m.told, func(a, b told) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.phase, b.phase), a.order.compare(b.order))
	})
	var lines []string
	for _, t := range m.told {
		lines = append(lines, t.text)
	}
	return strings.Join(lines, "; ")
}

// findEnds finds where the connections end.
func findEnds(steps []step) []int {
	ends := make([]int, len(steps))
	for i := range steps {
		same := func(s step) bool { return s.conn == steps[i].conn && slices.Contains(closes, s.what) }
		if ends[i] = len(steps); steps[i].conn != 0 {
			if n := slices.IndexFunc(steps[i:], same); n >= 0 {
				ends[i] = i + n
			}
		}
	}
	return ends
}

var closes = []string{"fin", "rst", "reuse"}

// alike reports whether two PDUs belong to one connection and key.
func (m *model) alike(s, o *sent) bool {
	same := s.conn == o.conn && m.ends[s.place.step] == m.ends[o.place.step] && s.name == o.name && s.sequence == o.sequence
	return same && (s.dir == o.dir) == (s.response == o.response)
}

// add pairs a PDU with those before it.
func (m *model) add(s *sent) {
	defer func() { m.pdus = append(m.pdus, s) }()
	if s.response {
		for _, o := range m.pdus {
			if m.waits(o) && m.alike(s, o) {
				m.pair(o, s, s.place.step)
				return
			}
		}
		return
	}
	s.flight = 1
	for _, o := range m.pdus {
		if m.waits(o) && m.alike(s, o) && sameOctets(o, s) {
			s.first = o
			o.attempts = append(o.attempts, s.place)
			return
		}
		if m.waits(o) && o.conn == s.conn && o.dir == s.dir && m.ends[o.place.step] == m.ends[s.place.step] {
			s.flight++
		}
	}
	s.attempts = []place{s.place}
	for _, o := range m.pdus {
		if o.response && o.partner == nil && m.alike(s, o) {
			if until, _ := m.givenUp(o); s.place.step < until {
				m.pair(s, o, s.place.step)
				return
			}
		}
	}
	m.face(s)
}

// face finds the request of the other side that a request stands against.
func (m *model) face(s *sent) {
	for _, o := range m.pdus {
		same := o.conn == s.conn && m.ends[o.place.step] == m.ends[s.place.step] && o.name == s.name && o.sequence == s.sequence
		if same && o.dir != s.dir && m.waits(o) {
			o.faced, s.faced = append(o.faced, s.place.step), append(s.faced, s.place.step)
			return
		}
	}
}

// notes are what a request's line has besides, if it is told at a step.
func (m *model) notes(s *sent, state track.State, at int) (notes []string) {
	test := s.name == "active_test"
	if state == track.NoResponse && test {
		notes = append(notes, "conn.heartbeat_missed")
	}
	if s.name == "deliver" && (state == track.NoResponse || state == track.ConnClosed && m.blind(s, at) == "") {
		notes = append(notes, "deliver_unacknowledged")
	}
	if len(s.faced) > 0 && s.faced[0] < at && !(state == track.CaptureEnded && test) {
		notes = append(notes, "cmpp.answered_by_request")
	}
	return notes
}

// sameOctets reports whether the captured octets of two requests with the same
// key are the same: values stand behind what is cut.
func sameOctets(a, b *sent) bool {
	return a.captured == b.captured && (a.captured >= 0 || a.value == b.value)
}

// waits reports whether a PDU is a request that has no response so far.
func (m *model) waits(s *sent) bool { return !s.response && s.first == nil && s.partner == nil }

func (m *model) pair(request, response *sent, at int) {
	request.partner, response.partner, request.end = response, request, at
}

// tell says all that must be told of a PDU.
func (m *model) tell(s *sent) {
	switch {
	case s.first != nil:
		n := slices.Index(s.first.attempts, s.place) + 1
		m.say(s.place.step, 2, s.place, fmt.Sprintf("@%d repeated: sent again, attempt %d", s.Num, n))
	case !s.response:
		m.request(s)
	case s.partner == nil:
		m.orphan(s)
	}
}

func (m *model) say(step, phase int, order place, text string) {
	m.told = append(m.told, told{step, phase, order, text})
}

// orphan tells of a response without a request.
func (m *model) orphan(s *sent) {
	l := line{conn: s.conn, dir: s.dir.Reverse(), name: s.name, sequence: s.sequence, state: track.OrphanResponse, response: s.Num, notes: []string{"orphan"}}
	if at, queued := m.givenUp(s); at < len(m.steps) && at <= m.ends[s.place.step] {
		m.say(at, 1, queued, l.String())
		return
	}
	m.say(m.ends[s.place.step], 3, s.place, l.String())
}

// givenUp is the step at which a response waits no longer for its request, and
// since when it is in the queue: it waits 200 packets, and if a hole in the
// other direction may then hold the request, until 400, at the end of the queue.
func (m *model) givenUp(s *sent) (at int, queued place) {
	patience := uint64(200)
	queued = s.place
	for i := s.place.step + 1; i < len(m.steps); i++ {
		switch n := m.steps[i].Num; {
		case n <= s.Num+patience:
		case patience == 200 && n <= s.Num+400 && m.hole(s, i):
			patience, queued = 400, place{i, -1}
		default:
			return i, queued
		}
	}
	return len(m.steps), queued
}

// hole reports whether at a step the direction that s answers has a hole not
// declared yet.
func (m *model) hole(s *sent, at int) bool {
	for i := at - 1; i >= 0; i-- {
		o := &m.steps[i]
		if (o.what == "waits" || o.what == "comes") && o.conn == s.conn && m.ends[i] == m.ends[s.place.step] && o.dir != s.dir {
			return o.what == "waits"
		}
	}
	return false
}

// request tells all that must be told of a request.
func (m *model) request(s *sent) {
	end := min(s.end, m.ends[s.place.step])
	l := line{conn: s.conn, dir: s.dir, name: s.name, sequence: s.sequence, request: s.Num, flight: s.flight}
	timedOut := false
	for i, a := range s.attempts {
		until := end
		if i+1 < len(s.attempts) {
			until = s.attempts[i+1].step
		}
		at := m.passes(a.step, until)
		if timedOut = at >= 0; !timedOut {
			continue
		}
		l.state, l.open, l.attempts, l.notes = track.NoResponse, true, i+1, m.notes(s, track.NoResponse, at)
		if why := m.blind(s, at); why != "" {
			l.state, l.notes = track.Unknown, []string{"blind (" + why + ")"}
		}
		m.say(at, 0, a, l.String())
		l.revision++
		if j, phase := m.cleared(s, at, until); l.state == track.Unknown && j >= 0 {
			l.state, l.notes = track.NoResponse, m.notes(s, track.NoResponse, j)
			m.say(j, phase, m.inLists(s, a), l.String())
			l.revision++
			at = j
		}
		if j := m.doubtful(s, m.steps[a.step].Time, at, until); l.state == track.NoResponse && j >= 0 {
			l.state, l.notes = track.Unknown, []string{"blind (the other direction has a gap since)"}
			m.say(j, 2, a, l.String())
			l.revision++
		}
	}
	l.open, l.attempts, l.notes = false, len(s.attempts), nil
	switch {
	case s.partner != nil:
		m.answered(s, l)
	case timedOut: // nothing new
	case end < len(m.steps):
		l.state, l.notes = track.ConnClosed, m.notes(s, track.ConnClosed, end)
		m.say(end, 5, s.place, l.String())
	default:
		l.state, l.notes = track.CaptureEnded, m.notes(s, track.CaptureEnded, end)
		m.say(end, 3, s.place, l.String())
	}
}

// answered tells of a request that has a response.
func (m *model) answered(s *sent, l line) {
	r := s.partner
	l.state, l.response, l.latency = track.Answered, r.Num, max(0, time.Duration(r.Time-s.Time))
	if r.place.compare(s.place) < 0 {
		l.notes = []string{"response_first"}
		m.say(s.place.step, 2, s.place, l.String())
		return
	}
	if l.revision > 0 {
		l.notes = []string{"late_response"}
	}
	if s.name == "deliver" && s.value != r.value && s.captured < 0 && r.captured < 0 {
		m.say(r.place.step, 2, r.place, fmt.Sprintf("@%d msg_id_mismatch: the Msg_Id is not that of the request", r.Num))
	}
	m.say(r.place.step, 2, r.place, l.String())
}

// doubtful gives the first step from one up to another by which a hole shows
// that may be older than the timeout of the request sent at a time, -1 if none
// does.
func (m *model) doubtful(s *sent, sent int64, from, until int) int {
	same := func(i int) bool { return m.steps[i].conn == s.conn && m.ends[i] == m.ends[s.place.step] }
	for j := from; j <= until && j < len(m.steps); j++ {
		o := &m.steps[j]
		if !same(j) || o.dir == s.dir || o.what != "missing" {
			continue
		}
		since, clean := int64(-1), []string{"pdus", "noise", "comes", "missing"}
		for i := range j {
			if same(i) && (since < 0 || m.steps[i].dir != s.dir && slices.Contains(clean, m.steps[i].what)) {
				since = m.steps[i].Time
			}
		}
		if since < sent+timeout.Nanoseconds() {
			return j
		}
	}
	return -1
}

// cleared gives the step, from one up to another, at which a request that was in
// doubt because of a hole is found to have no response: the hole is gone, all
// behind it is read, and nothing else can hold the response. -1 if there is none.
// phase is that of the step.
func (m *model) cleared(s *sent, from, until int) (step, phase int) {
	if !m.waiting(s, from) || m.blind(s, from) != "the other direction has a gap since" {
		return -1, 0
	}
	told := func(j, phase int) (int, int) {
		if m.blind(s, j) != "" {
			return -1, 0
		}
		return j, phase
	}
	for k := from; k < until; k++ {
		o := &m.steps[k]
		if o.conn != s.conn || o.dir == s.dir || !(o.what == "missing" || len(o.pdus) > 0) {
			continue
		}
		if j := k + 1; !m.waiting(s, j) {
			return told(j, -1)
		}
	}
	switch {
	case until != m.ends[s.place.step], m.waiting(s, until):
		return -1, 0
	case until == len(m.steps):
		return told(until, -1)
	}
	return told(until, 4)
}

// waiting reports whether before a step the direction that answers a request has
// a hole not declared yet.
func (m *model) waiting(s *sent, before int) (waits bool) {
	for i := range before {
		o := &m.steps[i]
		if o.conn == s.conn && m.ends[i] == m.ends[s.place.step] && o.dir != s.dir && (o.what == "waits" || o.what == "comes") {
			waits = o.what == "waits"
		}
	}
	return waits
}

// inLists orders attempts by connections, by directions in each, and by place.
func (m *model) inLists(s *sent, a place) place {
	first := 0
	for m.steps[first].conn != s.conn || m.ends[first] != m.ends[s.place.step] {
		first++
	}
	return place{(2*first+int(s.dir))*len(m.steps) + a.step, a.pdu}
}

// passes gives the first packet behind a step by which the timeout has passed,
// up to the step until; -1 if there is none.
func (m *model) passes(from, until int) int {
	for i := from + 1; i <= until && i < len(m.steps); i++ {
		if m.steps[i].Time >= m.steps[from].Time+timeout.Nanoseconds() {
			return i
		}
	}
	return -1
}

// blind says why the response to a request may have been missed before a step.
func (m *model) blind(s *sent, before int) string {
	heard, gap, waits, drops := false, false, false, before < len(m.steps) && m.steps[before].what == "drops"
	for i := 0; i < before; i++ {
		o := &m.steps[i]
		drops = drops || o.what == "drops" && o.Time >= s.Time
		if o.conn != s.conn || m.ends[i] != m.ends[s.place.step] || o.dir == s.dir {
			continue
		}
		since := i > s.place.step
		switch o.what {
		case "pdus":
			heard = heard || since
			cut := slices.ContainsFunc(o.pdus, func(k token) bool { return k.captured >= 0 })
			gap = gap || cut && o.Time >= s.Time
		case "missing":
			gap = gap || o.Time >= s.Time
		case "waits", "comes":
			heard = heard || since
			waits = o.what == "waits"
		}
	}
	switch {
	case drops:
		return "packets were dropped since"
	case !heard:
		return "nothing was captured of the other direction since"
	case gap || waits:
		return "the other direction has a gap since"
	}
	return ""
}
