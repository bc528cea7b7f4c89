package stats

// bucket holds refusals against a token bucket: whenever one refuses, it is
// empty, so what it accepts between two refusals is what flowed in meanwhile.
type bucket struct {
	last     int64 // the newest refusal, ns
	accepted int   // messages since
	largest  int   // receivers of a SUBMIT
	refusals []refill
}

// refill is what was accepted between two refusals.
type refill struct {
	time     int64 // ns
	accepted int
}

const (
	// A refusal later than this after the one before tells nothing: the bucket
	// may have been full in between.
	maxRefill = 1e9
	// So many refusals are looked at, and so many are needed, over so long.
	maxRefills     = 4096
	minRefills     = 10
	minRefillTime  = 1e9
	bucketSwing    = 0.05 // of the limit, by which sums may be off
	bucketSwingFew = 2
)

func (b *bucket) add(s *sample) {
	b.largest = max(b.largest, s.n)
	if s.outcome == accepted {
		b.accepted += s.n
		return
	}
	if gap := s.at - b.last; b.last != 0 && gap < maxRefill && len(b.refusals) < maxRefills {
		b.refusals = append(b.refusals, refill{gap, b.accepted})
	}
	b.last, b.accepted = s.at, 0
}

// fit gives the messages that flow in a second, and the time that this was seen
// for; 0 if the refusals are not those of a token bucket. What was accepted
// must have kept step with the time all along: refusals by chance do not. tried
// is false if there were too few to tell, or for too short a time.
func (b *bucket) fit() (rate int, time int64, tried bool) {
	sum := 0
	for _, r := range b.refusals {
		time += r.time
		sum += r.accepted
	}
	if len(b.refusals) < minRefills || time < minRefillTime || sum == 0 {
		return 0, 0, false
	}
	perNS := float64(sum) / float64(time)
	ahead, low, high := 0.0, 0.0, 0.0
	for _, r := range b.refusals {
		ahead += float64(r.accepted) - perNS*float64(r.time)
		low, high = min(low, ahead), max(high, ahead)
	}
	if high-low > bucketSwingFew+2*float64(b.largest)+bucketSwing*perNS*1e9 {
		return 0, 0, true
	}
	return int(perNS*1e9 + 0.5), time, true
}
