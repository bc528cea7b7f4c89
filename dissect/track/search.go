package track

// Bounds of a search for the message that a report is about. An id that more
// messages have than mostLooks is a gateway's fault, or meant to cost time.
const (
	// mostLooks is how many messages are compared with a report, or reports with
	// a message. A mass send has up to 255 receivers that may all have one id.
	mostLooks = 512
	// mostAlone is how many reports without a SUBMIT are kept for that under one id,
	// besides the first: as many as a mass send has receivers. More would keep
	// searches from messages.
	mostAlone = 255
	// mostCandidates is how many messages are named that a report may be about.
	mostCandidates = 64
)

// beginSearch gives a search its comparisons.
func (l *lifecycle) beginSearch() { l.looks = mostLooks }

// look takes a comparison, and reports whether there was one.
func (l *lifecycle) look() bool {
	l.looks--
	return l.looks >= 0
}

// endSearch counts a search that ran out of comparisons before it found a part.
func (l *lifecycle) endSearch(found *Part) {
	if found == nil && l.looks < 0 {
		l.stats.Searches++
	}
}
