package stats

import "cmppdump/dissect/track"

// tally counts messages by state.
type tally [track.MsgStates]uint64

// take counts what an event tells of a message, and takes back what was told of
// it since from.
func (t *tally) take(m *track.Msg, from int64) {
	if m.Told && m.ToldAt >= from && t[m.ToldState] > 0 {
		t[m.ToldState]--
	}
	t[m.State]++
}

func (t *tally) add(o *tally) {
	for i, n := range o {
		t[i] += n
	}
}

// sum is how many are in one of the states.
func (t *tally) sum(states ...track.MsgState) (n uint64) {
	for _, s := range states {
		n += t[s]
	}
	return n
}

func (t *tally) delivered() uint64 { return t[track.Delivered] }
func (t *tally) failed() uint64    { return t.sum(track.Undelivered, track.Expired) }
func (t *tally) refused() uint64   { return t.sum(track.Rejected, track.Throttled) }

// noneYet are the messages whose report is still to come, or is not coming.
func (t *tally) noneYet() uint64 { return t.sum(track.Waiting, track.NoReport) }

// reported are all messages to phones that a report tells of, or should.
func (t *tally) reported() uint64 { return t.delivered() + t.failed() + t.noneYet() }

// sent are all messages to phones whose SUBMIT was captured.
func (t *tally) sent() (n uint64) {
	for i, k := range t {
		if s := track.MsgState(i); s != track.ReportOnly && s != track.Received {
			n += k
		}
	}
	return n
}

// reportNews reports whether an event brings the first report of a message that
// is final, and how long after its first SUBMIT that came.
func reportNews(m *track.Msg) (delay int64, ok bool) {
	if !isReported(m.State) || m.Told && isReported(m.ToldState) {
		return 0, false
	}
	p := m.LastReport()
	return p.Report.Time - m.Start(), true
}

func isReported(s track.MsgState) bool {
	return s == track.Delivered || s == track.Undelivered || s == track.Expired
}

// isMessage: the events that tell of messages.
func isMessage(e *track.Event) bool { return e.Kind == track.Message || e.Kind == track.Pending }
