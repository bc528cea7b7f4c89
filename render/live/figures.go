package live

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
)

// bucket is what happened in one second of capture time.
type bucket struct {
	pdus, submits, answered, refused uint32
	latency                          int64 // the sum of answered SUBMITs, ns
	slowest                          int64 // ns
}

// history is how many buckets are kept.
const history = 1 << 10

// figures are counted for the view of statistics, of all that was captured,
// shown or forgotten.
type figures struct {
	buckets       [history]bucket // by second, the newest is last
	first, last   int64           // seconds
	submit        track.Delays    // response times of SUBMITs
	deliver       track.Delays    // of DELIVERs
	reports       track.Delays    // from the SUBMIT to the report
	results       map[uint64]uint64
	stats         map[string]*uint64
	states        [track.MsgStates + 1]uint64
	throttled     uint64
	lastThrottled int64
}

// maxStats bounds how many final states are told apart: their text is the
// sender's.
const maxStats = 256

// at is the bucket of a second, or nil if it is too old.
func (f *figures) at(second int64) *bucket {
	if f.first == 0 {
		f.first, f.last = second, second
		f.buckets[second%history] = bucket{}
	}
	for second > f.last && f.last < second {
		f.last = max(f.last+1, second-history+1)
		f.buckets[f.last%history] = bucket{}
	}
	if second <= f.last-history || second < f.first {
		return nil
	}
	return &f.buckets[second%history]
}

func (f *figures) pdu(p *dissect.PDU) {
	b := f.at(p.Last.Time / 1e9)
	if b == nil {
		return
	}
	b.pdus++
	if p.Class() == dissect.Submit && !p.Response() {
		b.submits++
	}
	if s := p.Text(layout.Stat, p.Raw); len(s) > 0 {
		if f.stats == nil {
			f.stats = map[string]*uint64{}
		}
		n := f.stats[string(s)]
		if n == nil && len(f.stats) < maxStats {
			n = new(uint64)
			f.stats[string(s)] = n
		}
		if n != nil {
			*n++
		}
	}
}

// latency takes the response p to a request.
func (f *figures) latency(x *track.Txn, p *dissect.PDU) {
	switch p.Class() {
	case dissect.Deliver:
		f.deliver.Add(x.Latency())
		return
	case dissect.Submit:
	default:
		return
	}
	f.submit.Add(x.Latency())
	status, ok := p.Status()
	if !ok {
		return
	}
	if f.results == nil {
		f.results = map[uint64]uint64{}
	}
	if _, ok := f.results[status]; ok || len(f.results) < maxStats {
		f.results[status]++
	}
	if p.Proto.Throttled(status) {
		f.throttled++
		f.lastThrottled = p.Last.Time
	}
	if b := f.at(p.Last.Time / 1e9); b != nil {
		b.answered++
		b.latency += x.Latency()
		b.slowest = max(b.slowest, x.Latency())
		if p.Failed() {
			b.refused++
		}
	}
}

// message counts a message in its state, or takes it back with -1.
func (f *figures) message(s track.MsgState, n int) { f.states[s] += uint64(n) }
