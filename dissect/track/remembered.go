package track

// remembered are submissions in a table of fixed size, by a hash: the oldest of a
// set gives way.
type remembered struct {
	pages []*[pageSets]submittedSet // made when they are needed: most captures are small
	room  int64                     // octets that the table may take; 0: as it likes
}

// The size of the table: 131072 messages, some minutes of a busy gateway, in
// 3 MB, or in a small part of what there is.
const (
	rememberedPages = 1 << 11
	pageSets        = 1 << 4
	setWays         = 4
	pageSize        = pageSets * setWays * 24 // octets
	rememberedPart  = 64
)

type submittedSet [setWays]submitted

// submitted is what was submitted, and when it was last.
type submitted struct {
	sum  uint64
	time int64  // ns
	num  uint64 // of the packet, or the Msg_Id; 0: nothing
}

// set is where those with a hash are.
func (r *remembered) set(sum uint64) *submittedSet {
	if r.pages == nil {
		n := int64(rememberedPages)
		if r.room > 0 {
			n = min(n, max(r.room/pageSize, 1))
		}
		r.pages = make([]*[pageSets]submittedSet, n)
	}
	page := &r.pages[sum>>32%uint64(len(r.pages))]
	if *page == nil {
		*page = new([pageSets]submittedSet)
	}
	return &(*page)[sum>>60%pageSets]
}

// oldestOf is the place in a set that gives way.
func oldestOf(set *submittedSet) int {
	oldest := 0
	for i := range set {
		if set[i].num == 0 {
			return i
		}
		if set[i].time < set[oldest].time {
			oldest = i
		}
	}
	return oldest
}
