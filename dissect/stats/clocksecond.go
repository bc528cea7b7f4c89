package stats

import "slices"

// clock holds refusals against a limit on each second of the gateway's clock:
// when one begins, messages are accepted again, until the limit is reached. Where
// in the capture's seconds those begin is not known beforehand.
type clock struct {
	spells []spell
	begin  int64 // of what was accepted since, ns; 0: nothing
	since  int   // accepted since, messages
	most   int   // receivers of a SUBMIT
}

// spell is messages accepted and the refusals behind them, in capture time, ns.
type spell struct {
	begin, first, last int64 // of what was accepted; of the refusals
	accepted           int
	smallest           int // receivers of a refused SUBMIT
}

const (
	maxSpells = 2048
	// So many seconds in a row must show the limit.
	minSeconds = 3
	// phases is how many begins of a second are tried.
	phases = 100
	// misfits is the part of messages that may have been accepted behind a
	// refusal of the same second, since SUBMITs of several connections overtake
	// each other.
	misfits = 0.03
)

func (c *clock) add(s *sample) {
	c.most = max(c.most, s.n)
	switch {
	case len(c.spells) == maxSpells: // enough to tell
	case s.outcome == throttled:
		c.refused(s)
	case len(c.spells) == 0: // what was accepted before tells nothing
	case c.begin == 0 && s.n < c.spells[len(c.spells)-1].smallest:
		c.spells[len(c.spells)-1].accepted += s.n
	default:
		if c.begin == 0 {
			c.begin = s.at
		}
		c.since += s.n
	}
}

func (c *clock) refused(s *sample) {
	if n := len(c.spells); n > 0 && c.begin == 0 {
		last := &c.spells[n-1]
		last.last, last.smallest = s.at, min(last.smallest, s.n)
		return
	}
	c.spells = append(c.spells, spell{c.begin, s.at, s.at, c.since, s.n})
	c.begin, c.since = 0, 0
}

// fit gives the messages accepted in each second, and where those begin in the
// capture's, ns; n is 0 if none fits. tried is false if too little was refused to
// tell.
func (c *clock) fit() (n int, phase int64, tried bool) {
	if len(c.spells) <= minSeconds {
		return 0, 0, false
	}
	phase, share := c.phase()
	if share > misfits {
		return 0, 0, true
	}
	full := c.full(phase)
	if len(full) < minSeconds {
		return 0, 0, false
	}
	slices.Sort(full)
	low, high := full[len(full)/20], full[len(full)-1-len(full)/20]
	if high-low > tolerance(high)+c.most-1 || c.beyond(high+tolerance(high)) {
		return 0, 0, true
	}
	return high, phase + c.room(phase)/2, true
}

// room is for how long after the begin of a second nothing was ever accepted: it
// may begin as much later.
func (c *clock) room(phase int64) int64 {
	room := int64(1e9)
	for i := 1; i < len(c.spells); i++ {
		if s := &c.spells[i]; secondOf(c.spells[i-1].last, phase) < secondOf(s.begin, phase) {
			room = min(room, (s.begin-phase)%1e9)
		}
	}
	return room
}

// phase finds the begin of the seconds that the fewest messages are accepted
// against: behind a refusal of the same second. It gives the share of those.
func (c *clock) phase() (best int64, share float64) {
	var ends [phases]int64 // of spells, the latest within a phase
	for i := range c.spells {
		at := c.spells[i].last%1e9 + 1
		b := &ends[min(at*phases/1e9, phases-1)]
		*b = max(*b, at)
	}
	share = 1
	for _, at := range ends {
		if at == 0 {
			continue
		}
		if x := c.against(at); x < share {
			best, share = at, x
		}
	}
	return best, share
}

func secondOf(at, phase int64) int64 { return (at - phase) / 1e9 }

func (c *clock) against(phase int64) float64 {
	against, all := 0.0, 0.0
	for i := 1; i < len(c.spells); i++ {
		s, before := &c.spells[i], secondOf(c.spells[i-1].last, phase)
		all += float64(s.accepted)
		switch {
		case before < secondOf(s.begin, phase):
		case before == secondOf(s.first, phase):
			against += float64(s.accepted)
		default: // in part
			left := (before+1)*1e9 + phase - s.begin
			against += float64(s.accepted) * float64(left) / float64(s.first-s.begin)
		}
	}
	return against / max(all, 1)
}

// full is what was accepted in each second that ends with refusals and comes
// right behind another such.
func (c *clock) full(phase int64) (list []int) {
	second, whole := int64(0), false
	for i := 1; i < len(c.spells); i++ {
		s, before := &c.spells[i], &c.spells[i-1]
		now := secondOf(s.first, phase)
		switch {
		case now == second && whole: // another spell of it
			list[len(list)-1] += s.accepted
		case now == second:
		default:
			second, whole = now, secondOf(before.last, phase) == now-1 && secondOf(s.begin, phase) == now
			if whole {
				list = append(list, s.accepted)
			}
		}
	}
	return list
}

// beyond reports whether more than n a second were accepted for longer than one.
func (c *clock) beyond(n int) bool {
	for i := range c.spells {
		s := &c.spells[i]
		if time := s.first - s.begin; s.begin != 0 && time > 2e9 && float64(s.accepted) > float64(n)*float64(time)/1e9 {
			return true
		}
	}
	return false
}
