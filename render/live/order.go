package live

import (
	"cmp"
	"slices"
	"time"
	"unsafe"

	"cmppdump/dissect/record"
)

// pace is how long a list stays as it is sorted at least.
const pace = 500 * time.Millisecond

// order keeps a list sorted while entries come and change. What it is sorted by
// is read by the goroutine of the screen; putting it in order is left to another.
type order struct {
	column sortColumn
	field  *record.Field // of column; nil: none
	desc   bool          // the other way round

	keys    []sortKey   // in order
	fresh   [][]sortKey // read, and not in keys yet; in pieces: a large slice that grows takes long at once
	again   []uint64    // entries to be read now, by number, which keys may have as they were
	at      int         // in again
	changed []uint64    // those to be read the next time
	read    uint64      // entries before it were read, if there is no filter
	until   uint64      // those before it are to be read now
	stale   bool        // everything is to be read
	octets  int64       // of the texts in keys
	merged  chan merged // of the other goroutine; nil: none
	took    time.Duration
	done    time.Time
}

// sortKey is what an entry is sorted by: a number, and then a text.
type sortKey struct {
	num, no uint64
	str     string
}

// none is the number of what has no value: it comes last, whichever way.
const none = 1<<64 - 1

// maxChanged is how many changes are remembered. Where there are more, as of a
// list that is not shown, everything is read anew.
const maxChanged = 1 << 18

// touch tells that an entry has come or changed.
func (o *order) touch(no uint64) {
	if len(o.changed) >= maxChanged && o.merged == nil && o.at >= len(o.again) {
		o.anew()
	}
	if !o.stale {
		o.changed = append(o.changed, no)
	}
}

// anew has everything read again. Until then the list stays as it is.
func (o *order) anew() { o.stale, o.changed = true, nil }

// unsorted is about how many entries are to be read.
func (l *list) unsorted(s *Store) int {
	o := l.order
	n := len(o.changed) + len(o.again) - o.at
	switch first, end := l.span(s); {
	case o.stale:
		return l.len(s) + 1
	case !l.filtered:
		n += int(end - min(max(o.read, first), end))
	}
	return n
}

// begin takes what is to be read by the next merge.
func (o *order) begin(l *list, s *Store) {
	if o.stale {
		o.keys, o.read, o.octets, o.stale = nil, 0, 0, false
		o.changed = nil
		if l.filtered {
			o.changed = slices.Clone(l.match)
		}
	}
	o.again, o.changed, o.at = o.changed, nil, 0
	first, end := l.span(s)
	o.read, o.until = max(o.read, first), end
	slices.Sort(o.again)
	o.again = slices.Compact(o.again)
}

// next reports whether there is an entry to be read.
func (o *order) next(l *list) bool {
	return o.at < len(o.again) || !l.filtered && o.read < o.until
}

// take reads the next entry.
func (o *order) take(l *list, key func(*order, View, uint64) sortKey) {
	no := o.read
	if o.at < len(o.again) {
		no = o.again[o.at]
		o.at++
		if l.filtered {
			if _, has := slices.BinarySearch(l.match, no); !has {
				return
			}
		} else if no >= o.read {
			return // it comes with all that are new
		}
	} else {
		o.read = no + 1
	}
	k := key(o, l.view, no)
	last := len(o.fresh) - 1
	if last < 0 || len(o.fresh[last]) == cap(o.fresh[last]) {
		o.fresh = append(o.fresh, make([]sortKey, 0, 4*chunkSize))
		last++
	}
	o.fresh[last] = append(o.fresh[last], k)
	o.octets += int64(len(k.str))
}

// size is what the order takes, in octets.
func (o *order) size() int64 {
	const key = int64(unsafe.Sizeof(sortKey{}))
	return key*int64(cap(o.keys)+4*chunkSize*len(o.fresh)) + o.octets + 8*int64(cap(o.again)+cap(o.changed))
}

// merged is a list in order.
type merged struct {
	keys   []sortKey
	list   []uint64
	octets int64
	took   time.Duration
}

// merge puts what was read in order, with what was before and is not forgotten:
// first is the oldest entry kept.
func (o *order) merge(first uint64) {
	done := make(chan merged, 1)
	old, again, pieces, desc := o.keys, o.again, o.fresh, o.desc
	o.merged, o.fresh, o.again, o.at = done, nil, nil, 0
	go func() {
		begun := time.Now()
		fresh := slices.Concat(pieces...)
		slices.SortFunc(fresh, func(x, y sortKey) int { return x.compare(&y, desc) })
		m := merged{keys: make([]sortKey, 0, len(old)+len(fresh))}
		for i := range old {
			if _, has := slices.BinarySearch(again, old[i].no); has || old[i].no < first {
				continue
			}
			for len(fresh) > 0 && fresh[0].compare(&old[i], desc) < 0 {
				m.keys, fresh = append(m.keys, fresh[0]), fresh[1:]
			}
			m.keys = append(m.keys, old[i])
		}
		m.keys = append(m.keys, fresh...)
		m.list = make([]uint64, len(m.keys))
		for i := range m.keys {
			m.list[i] = m.keys[i].no
			m.octets += int64(len(m.keys[i].str))
		}
		m.took = time.Since(begun)
		done <- m
	}()
}

// compare compares two keys; what has no value comes last, and of equals the
// older one first.
func (k *sortKey) compare(than *sortKey, desc bool) int {
	order := cmp.Or(cmp.Compare(k.num, than.num), cmp.Compare(k.str, than.str))
	if desc && k.num != none && than.num != none {
		order = -order
	}
	return cmp.Or(order, cmp.Compare(k.no, than.no))
}
