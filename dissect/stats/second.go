package stats

// second is what was submitted in the last second, and what became of it. What
// is submitted goes in in order; outcomes come in any order, and each SUBMIT is
// told of, in order, once its own outcome and those before it are known.
type second struct {
	sent     []submission // from the oldest that is needed
	base     uint64       // the number of sent[0]
	done     int          // how many of sent are told of
	from     int          // the first of sent that is in the second before sent[done]
	messages int          // in sent[from:done]
	accepted int          // of those
}

// submission is one SUBMIT.
type submission struct {
	at      int64 // ns
	n       int   // receivers
	frame   uint64
	outcome outcome
}

type outcome uint8

const (
	undecided outcome = iota
	accepted
	throttled
	otherwise // refused for another reason, or not answered
)

// sample is what a SUBMIT met.
type sample struct {
	submission
	submitted int // messages in the second that ends with it, its own included
	accepted  int // messages accepted in the second before it
}

// Limits of patience: an outcome that is waited for longer counts as none.
const (
	maxUndecided     = 1 << 16
	maxUndecidedTime = 10e9
)

// add takes a SUBMIT, and gives its number.
func (s *second) add(x submission) uint64 {
	s.sent = append(s.sent, x)
	return s.base + uint64(len(s.sent)) - 1
}

// decide takes an outcome.
func (s *second) decide(number uint64, o outcome) {
	if i := number - s.base; number >= s.base && i < uint64(len(s.sent)) && int(i) >= s.done {
		s.sent[i].outcome = o
	}
}

// tell gives the next sample that is complete.
func (s *second) tell() (x sample, ok bool) {
	if s.done == len(s.sent) {
		return x, false
	}
	now := &s.sent[s.done]
	if now.outcome == undecided {
		newest := s.sent[len(s.sent)-1].at
		if len(s.sent)-s.done < maxUndecided && newest-now.at < maxUndecidedTime {
			return x, false
		}
		now.outcome = otherwise
	}
	for ; s.from < s.done && s.sent[s.from].at <= now.at-1e9; s.from++ {
		s.messages -= s.sent[s.from].n
		if s.sent[s.from].outcome == accepted {
			s.accepted -= s.sent[s.from].n
		}
	}
	x = sample{*now, s.messages + now.n, s.accepted}
	s.messages += now.n
	if now.outcome == accepted {
		s.accepted += now.n
	}
	s.done++
	s.trim()
	return x, true
}

// trim forgets what is not needed any more, in large steps.
func (s *second) trim() {
	if s.from < 1024 || s.from < len(s.sent)/2 {
		return
	}
	n := copy(s.sent, s.sent[s.from:])
	s.sent = s.sent[:n]
	s.base += uint64(s.from)
	s.done -= s.from
	s.from = 0
}
