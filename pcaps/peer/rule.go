package peer

import (
	"sync"
	"time"
)

// Rule says what an ISMG does with a message. The zero value: answer Result 0
// at once and report DELIVRD.
type Rule struct {
	Part   uint8         // of a long message that it is for; 0: for all there is
	Result uint32        // of SUBMIT_RESP; other than 0 nothing is reported
	Ignore int           // attempts, from the first, that get no answer
	Wait   time.Duration // before the answer
	Delay  time.Duration // before the first report, ReportDelay not counted
	// Stats are the Stat values of the reports, one report each.
	Stats []string
	// Draft: reports of 60 bytes in 3.0, as gateways built on its draft send
	// (C§3.9).
	Draft bool
	// Swapped: reports have the octets of the Msg_Id in reverse (C§4.1).
	Swapped bool
	// Echo: the SUBMIT itself is the answer, and there is no other.
	Echo bool
	// ReportFirst sends the reports before the answer (C§8).
	ReportFirst bool
}

func (r Rule) stats() []string {
	if r.Stats == nil {
		return []string{"DELIVRD"}
	}
	return r.Stats
}

// bucket is a token bucket: Rate tokens a second, at most Burst at once. With
// Rate 0 it gives as many as one likes.
type bucket struct {
	rate, burst float64

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

// take takes n tokens, all or none.
func (b *bucket) take(n int) bool {
	if b.rate == 0 {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.last.IsZero() {
		b.tokens = b.burst
	} else {
		b.tokens = min(b.burst, b.tokens+b.rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.tokens < float64(n) {
		return false
	}
	b.tokens -= float64(n)
	return true
}
