package stats

import (
	"slices"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
)

// rates counts the outcomes of SUBMITs by what was submitted in the second
// that ends with them, and refusals by what was accepted in the second before.
type rates struct {
	answered  []uint32 // by messages submitted
	throttled []uint32
	before    []uint32 // refusals, by messages accepted
	most      int      // messages accepted in one second
	bucket    bucket
	clock     clock
}

// maxRate bounds what rates are told apart.
const maxRate = 1 << 16

func count(list []uint32, rate int) []uint32 {
	rate = min(rate, maxRate-1)
	if rate >= len(list) {
		list = slices.Grow(list, rate+1-len(list))[:rate+1]
	}
	list[rate]++
	return list
}

func (r *rates) add(s *sample) {
	switch s.outcome {
	case throttled:
		r.throttled = count(r.throttled, s.submitted)
		r.before = count(r.before, s.accepted)
	case accepted:
		r.most = max(r.most, s.accepted+s.n)
	default:
		return
	}
	r.answered = count(r.answered, s.submitted)
	r.bucket.add(s)
	r.clock.add(s)
}

// limit is what the rates suggest.
type limit struct {
	n         int // messages a second; 0: none fits
	how       fit
	low, high int                          // accepted in the second before nearly all refusals
	most      int                          // accepted in a second
	time      int64                        // ns, that a token bucket was seen for
	phase     int64                        // ns, where clock seconds begin
	untried   struct{ bucket, clock bool } // for which too little was refused
	refusals  uint32
	overlap   [2]int // lowest rate refused, highest accepted
}

// fit is how a limit fits what was refused.
type fit uint8

const (
	noRefusal fit = iota
	sharp         // never refused up to a rate, always above it
	between       // the same, but the rates on both sides are far apart
	pinned        // refused whenever so much was accepted in the second before
	refilled      // accepted at the pace of a token bucket
	clocked       // accepted up to so many in each clock second
	overlaps      // none of these
)

// tolerance is by how much rates around a limit may differ.
func tolerance(n int) int { return max(2, n*3/100) }

func (r *rates) limit() (l limit) {
	lowest, highest := -1, 0 // refused, accepted
	for rate, n := range r.answered {
		refused := uint32(0)
		if rate < len(r.throttled) {
			refused = r.throttled[rate]
		}
		if refused > 0 && lowest < 0 {
			lowest = rate
		}
		if n > refused {
			highest = rate
		}
		l.refusals += refused
	}
	l.overlap, l.most = [2]int{lowest, highest}, r.most
	switch {
	case lowest < 0:
		return l
	case highest > 0 && highest < lowest && lowest-highest <= tolerance(lowest):
		l.how, l.n = sharp, highest
		return l
	case highest > 0 && highest < lowest:
		l.how = between
		return l
	}
	l.how = overlaps
	if m := quantileOf(r.before, 0.5); l.refusals >= minRefills && m > 0 {
		l.low, l.high = quantileOf(r.before, 0.05), quantileOf(r.before, 0.95)
		if l.high-l.low <= tolerance(m) {
			l.how, l.n = pinned, m
			return l
		}
	}
	l.model(r)
	return l
}

// model tries the gateways that do not look at the second before.
func (l *limit) model(r *rates) {
	n, time, tried := r.bucket.fit()
	if n > 0 {
		l.how, l.n, l.time = refilled, n, time
		return
	}
	l.untried.bucket = !tried
	if n, l.phase, tried = r.clock.fit(); n > 0 {
		l.how, l.n = clocked, n
	} else {
		l.untried.clock = !tried
	}
}

// quantileOf is the index below or at which a part q of all counts are.
func quantileOf(counts []uint32, q float64) int {
	total, seen := uint64(0), uint64(0)
	for _, n := range counts {
		total += uint64(n)
	}
	rank := max(1, uint64(q*float64(total)+0.5))
	for i, n := range counts {
		if seen += uint64(n); seen >= rank {
			return i
		}
	}
	return 0
}

// sentence says what the rates suggest, of so many refusals.
func (l *limit) sentence(refusals uint64, duration func(int64) string) lang.Text {
	low, high := l.overlap[0], l.overlap[1]
	switch l.how {
	case sharp:
		return said.With("never refused up to %d, always from %d: a limit of %d/s explains all %d refusals", high, low, l.n, refusals)
	case between:
		return said.With("never refused up to %d, always from %d: the limit is between, where nothing was submitted", high, low)
	case pinned:
		return said.With("9 in 10 refusals came when %d to %d messages had been accepted in the second before, and never more than %d were: a limit of %d/s explains them", l.low, l.high, l.most, l.n)
	case refilled:
		return said.With("between refusals, %s in all, messages were accepted at a steady %d/s: a token bucket of %d/s explains them", duration(l.time), l.n, l.n)
	case overlaps:
		return said.With("refused from %d/s on, but accepted at up to %d/s: %s", low, high, said.Text(l.none()))
	case clocked:
		return said.With("in clock seconds, which begin at about .%03d of the capture's, %d messages were accepted, and then none: a limit of %d in each clock second explains them", l.phase%1e9/1e6, l.n, l.n)
	}
	return said.Text("the answers to them came too late to tell")
}

// none says which limits do not fit: those that were tried.
func (l *limit) none() string {
	switch bucket, clock := !l.untried.bucket, !l.untried.clock; {
	case bucket && clock:
		return "no limit on the second before fits, none on clock seconds, and no token bucket"
	case clock:
		return "no limit on the second before fits, and none on clock seconds; too little was refused in a row to try a token bucket"
	case bucket:
		return "no limit on the second before fits, and no token bucket; too little was refused in a row to try clock seconds"
	}
	return "no limit on the second before fits; too little was refused in a row to try a token bucket or clock seconds"
}

// bandRow is a range of rates.
type bandRow struct {
	of                  *flowRow
	low, high           int
	answered, throttled uint64
}

// bands is how often SUBMITs were refused by rate: two bands above the limit,
// three up to it.
func (x *flow) bands(r *flowRow, l limit, m *Moment) record.Sheet {
	s := record.Sheet{SheetSpec: bandTable.SheetSpec, Of: x.spec.Name,
		Title: m.say("%s, messages in the second that ends with a SUBMIT, its own included", r.name(m))}
	rates := &r.rates
	top := len(rates.answered) - 1
	low := 1
	for _, high := range l.borders(top) {
		if high < low {
			continue
		}
		b := bandRow{of: r, low: low, high: min(high, top)}
		for rate := low; rate <= b.high; rate++ {
			b.answered += uint64(rates.answered[rate])
			if rate < len(rates.throttled) {
				b.throttled += uint64(rates.throttled[rate])
			}
		}
		s.Rows = append(s.Rows, bandTable.row(&b, record.OneGroup, 0, m))
		if low = b.high + 1; low > top {
			break
		}
	}
	s.Closing = []string{l.sentence(r.throttled, m.Duration)[m.Lang]}
	return s
}

// borders are the highest rates of the bands.
func (l *limit) borders(top int) [5]int {
	at := l.n
	if l.how == between {
		at = l.overlap[1]
	}
	if at == 0 {
		return [5]int{top / 5, top * 2 / 5, top * 3 / 5, top * 4 / 5, top}
	}
	return [5]int{at * 8 / 10, at * 9 / 10, at, at * 11 / 10, top}
}

var bandTable = newTable(record.SheetSpec{Name: "flow_bands", Gap: 2, Indent: 4, Doc: "How often SUBMITs were refused by flow control, by the messages in the second that ends with them."}, []column[bandRow]{
	{record.Column{Key: "group", Doc: "What the row is about: the value of what the table flow is grouped by."}, func(b *bandRow, m *Moment) record.Value { return record.Text(b.of.name(m)) }},
	{record.Column{Key: "from_per_s", Type: record.Uint, Doc: "Lowest rate of the band."}, func(b *bandRow, _ *Moment) record.Value { return record.Number(uint64(b.low)) }},
	{record.Column{Key: "to_per_s", Type: record.Uint, Doc: "Highest rate of the band."}, func(b *bandRow, _ *Moment) record.Value { return record.Number(uint64(b.high)) }},
	{record.Column{Heading: "Messages", Type: record.Uint}, func(b *bandRow, m *Moment) record.Value {
		if b.low == b.high {
			return record.Number(uint64(b.low))
		}
		return record.Text(m.say("%d to %d", b.low, b.high))
	}},
	countColumn("answered", "Answered", "SUBMITs accepted or refused by flow control.", func(b *bandRow) uint64 { return b.answered }),
	countColumn("throttled", "Result 8", "Those refused by flow control.", func(b *bandRow) uint64 { return b.throttled }),
	shareColumn("share", "Share", "Part refused, from 0 to 1.", func(b *bandRow) (uint64, uint64) { return b.throttled, b.answered }),
	{record.Column{Type: record.Float, Look: record.ShareBar}, func(b *bandRow, _ *Moment) record.Value { return record.Share(b.throttled, b.answered) }},
})
