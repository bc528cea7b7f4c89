package stats

import "math/bits"

// delays is a distribution of delays to three digits. Counts are held by
// octave, and only those octaves that occur, so that a thousand rows of a table
// can have one each: some 10 kB instead of the 180 kB of an HdrHistogram of
// that precision. The zero value is empty.
type delays struct {
	n       uint64
	max     int64 // ns, exactly
	octaves [octaves]*[steps]uint32
}

// A delay in µs below steps is its own bucket; above, an octave has steps/2.
const (
	stepBits = 10
	steps    = 1 << stepBits
	octaves  = 32 // up to 50 days
)

// place is the bucket of a delay.
func place(us uint64) (octave, step int) {
	octave = max(0, bits.Len64(us)-stepBits)
	if octave >= octaves {
		return octaves - 1, steps - 1
	}
	return octave, int(us >> octave)
}

// add counts a delay in ns.
func (d *delays) add(ns int64) {
	ns = max(ns, 0)
	octave, step := place(uint64(ns) / 1000)
	if d.octaves[octave] == nil {
		d.octaves[octave] = new([steps]uint32)
	}
	d.octaves[octave][step]++
	d.n++
	d.max = max(d.max, ns)
}

// merge counts all that o has counted.
func (d *delays) merge(o *delays) {
	for i, from := range o.octaves {
		if from == nil {
			continue
		}
		if d.octaves[i] == nil {
			d.octaves[i] = new([steps]uint32)
		}
		for j, n := range from {
			d.octaves[i][j] += n
		}
	}
	d.n += o.n
	d.max = max(d.max, o.max)
}

// quantile is the delay in ns that a part q of all does not exceed.
func (d *delays) quantile(q float64) int64 {
	rank := max(1, uint64(q*float64(d.n)+0.999999))
	seen := uint64(0)
	for octave, counts := range d.octaves {
		if counts == nil {
			continue
		}
		for step, n := range counts {
			if seen += uint64(n); seen >= rank {
				return min(((int64(step)+1)<<octave-1)*1000, d.max)
			}
		}
	}
	return d.max
}
