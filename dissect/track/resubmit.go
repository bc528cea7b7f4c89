package track

import (
	"cmppdump/dissect"
	"cmppdump/dissect/sms"
)

// resubmitTime is how long after a SUBMIT the same text to the same number
// counts as submitted again, in ns of capture time.
const resubmitTime = 300e9

// resubmits remembers what was submitted to whom, in a table of fixed size: the
// oldest of a set gives way. What is compared is a hash.
type resubmits struct {
	sets [][resubmitWays]submitted
	room int64 // octets that the table may take; 0: as it likes
}

// The size of the table: 131072 messages, some minutes of a busy gateway, in
// 3 MB, or in a small part of what there is.
const (
	resubmitSets = 1 << 15
	resubmitWays = 4
	resubmitSize = resubmitWays * 24
	resubmitPart = 64
)

// submitted is a text to a number, and when it was submitted last.
type submitted struct {
	sum  uint64
	time int64  // ns
	num  uint64 // of the packet; 0: nothing
}

// add takes a text to a number, and gives the packet that submitted the same
// not long before, and how long before, in ns; 0 if there is none.
func (r *resubmits) add(to, content []byte, at *Mark) (num uint64, before int64) {
	if r.sets == nil {
		n := int64(resubmitSets)
		if r.room > 0 {
			n = min(n, max(r.room/resubmitSize, 1))
		}
		r.sets = make([][resubmitWays]submitted, n)
	}
	sum := dissect.Sum(content) ^ dissect.Sum(sms.NormalizeNumber(to))*0x9e3779b97f4a7c15
	set := &r.sets[sum>>32%uint64(len(r.sets))]
	oldest := 0
	for i := range set {
		s := &set[i]
		if s.sum == sum && s.num != 0 {
			if ago := at.Time - s.time; ago < resubmitTime {
				num, before = s.num, max(ago, 0)
			}
			oldest = i
			break
		}
		if s.time < set[oldest].time {
			oldest = i
		}
	}
	set[oldest] = submitted{sum, at.Time, at.Num}
	return num, before
}
