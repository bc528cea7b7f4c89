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
	pages []*[pageSets][resubmitWays]submitted // made when they are needed: most captures are small
	room  int64                                // octets that the table may take; 0: as it likes
}

// The size of the table: 131072 messages, some minutes of a busy gateway, in
// 3 MB, or in a small part of what there is.
const (
	resubmitPages = 1 << 11
	pageSets      = 1 << 4
	resubmitWays  = 4
	pageSize      = pageSets * resubmitWays * 24 // octets
	resubmitPart  = 64
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
	if r.pages == nil {
		n := int64(resubmitPages)
		if r.room > 0 {
			n = min(n, max(r.room/pageSize, 1))
		}
		r.pages = make([]*[pageSets][resubmitWays]submitted, n)
	}
	sum := dissect.Sum(content) ^ dissect.Sum(sms.NormalizeNumber(to))*0x9e3779b97f4a7c15
	page := &r.pages[sum>>32%uint64(len(r.pages))]
	if *page == nil {
		*page = new([pageSets][resubmitWays]submitted)
	}
	set := &(*page)[sum>>60%pageSets]
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
