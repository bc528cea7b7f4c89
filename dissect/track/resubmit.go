package track

import (
	"cmppdump/dissect"
	"cmppdump/dissect/sms"
)

// resubmitTime is how long after a SUBMIT the same text to the same number
// counts as submitted again, in ns of capture time.
const resubmitTime = 300e9

// resubmits remembers what was submitted to whom. What is compared is a hash.
type resubmits struct{ remembered }

// add takes a text to a number, and gives the packet that submitted the same
// not long before, and how long before, in ns; 0 if there is none.
func (r *resubmits) add(to, content []byte, at *Mark) (num uint64, before int64) {
	sum := dissect.Sum(content) ^ numberSum(to)*0x9e3779b97f4a7c15
	set := r.set(sum)
	place := oldestOf(set)
	for i := range set {
		s := &set[i]
		if s.sum == sum && s.num != 0 {
			if ago := at.Time - s.time; ago < resubmitTime {
				num, before = s.num, max(ago, 0)
			}
			place = i
			break
		}
	}
	set[place] = submitted{sum, at.Time, at.Num}
	return num, before
}

// numberSum is the hash of a phone number, however it is written.
func numberSum(to []byte) uint64 { return dissect.Sum(sms.NormalizeNumber(to)) }
