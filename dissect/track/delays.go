package track

import "github.com/HdrHistogram/hdrhistogram-go"

// Delays is a distribution of delays, in bounded memory. The zero value is
// empty.
type Delays struct {
	h   *hdrhistogram.Histogram
	max int64 // ns, exactly
}

// Delays are counted in microseconds up to an hour, to two digits.
const longestDelay = 3600e6

// Add counts a delay in ns.
func (d *Delays) Add(ns int64) {
	if d.h == nil {
		d.h = hdrhistogram.New(1, longestDelay, 2)
	}
	d.max = max(d.max, ns)
	d.h.RecordValue(min(max(ns/1000, 1), longestDelay))
}

// Count is the number of delays.
func (d *Delays) Count() int64 {
	if d.h == nil {
		return 0
	}
	return d.h.TotalCount()
}

// Quantile is the delay in ns below which q percent of all are.
func (d *Delays) Quantile(q float64) int64 {
	if d.h == nil {
		return 0
	}
	return min(d.h.ValueAtQuantile(q)*1000, d.max)
}

// Max is the longest delay in ns.
func (d *Delays) Max() int64 { return d.max }
