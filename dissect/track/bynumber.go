package track

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// Some gateways report with another Msg_Id than they gave. Then the number and
// Submit_time tell the message, if they fit a single SUBMIT (C§8): that match is
// only probable.

// numbers remembers the newest accepted messages by their receivers.
type numbers struct{ remembered }

// add takes a part that was accepted.
func (n *numbers) add(p *Part) {
	sum := numberSum(p.msg.To)
	set := n.set(sum)
	set[oldestOf(set)] = submitted{sum, p.Submit.Time, p.ID}
}

// submitMargin is how far Submit_time, which has only minutes and is by the
// gateway's clock, may be from the SUBMIT, ns.
const submitMargin = 120e9

// submitTime reads Submit_time of a report; 0 if it tells nothing.
func submitTime(p *dissect.PDU) int64 {
	from, _, ok := p.Proto.DoneTime(p.Text(layout.SubmitTime, p.Raw))
	if !ok {
		return 0
	}
	return from
}

// submittedThen reports whether Submit_time of the report fits a SUBMIT: by the
// gateway's clock if ids tell of it, else in the protocol's zone or in UTC.
func (r *reportData) submittedThen(at int64) bool {
	early, late := r.submitted-at-submitMargin, r.submitted+60e9-at+submitMargin
	fits := func(ahead int64) bool { return early <= ahead && ahead <= late }
	if s, ok := r.conn.gateway.ids.Skew(r.conn.Proto); ok {
		return fits(s.Ahead + s.Zone)
	}
	return fits(r.conn.Proto.Zone) || fits(0)
}

// findByNumber finds the only part that a report with an unknown Msg_Id can be
// about, by the number and Submit_time.
func (l *lifecycle) findByNumber(r *reportData) *Part {
	if r.submitted == 0 || len(r.phone()) == 0 || l.known(r.id) {
		return nil
	}
	sum := numberSum(r.phone())
	set, n := *l.numbers.set(sum), 0
	var found uint64
	for i := range set {
		s := &set[i]
		if s.sum == sum && s.num != 0 && s.time <= r.at.Time && r.submittedThen(s.time) && l.lacksReport(s, r) {
			found, n = s.num, n+1
		}
	}
	if n != 1 {
		return nil
	}
	return l.partOf(found, r)
}

// lacksReport reports whether a message still waits for a report such as r, or
// has it already by such a match.
func (l *lifecycle) lacksReport(s *submitted, r *reportData) bool {
	p := l.partOf(s.num, r)
	if p == nil {
		return false
	}
	m := p.msg
	lacks := m.Wanted && (!p.Report.Seen() || m.Probable && (p.End == partProvisional || r.same(p)))
	l.park(m)
	return lacks
}

// partOf is the part with an id that has the report's number; it may have to be
// parked again.
func (l *lifecycle) partOf(id uint64, r *reportData) *Part {
	first := l.lookup(id)
	for p := first; p != nil; p = p.same {
		if p.Submit.Seen() && r.about(p.msg.To) {
			return p
		}
	}
	if first != nil {
		l.park(first.msg)
	}
	return nil
}
