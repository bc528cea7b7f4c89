package live

import (
	"slices"
	"sort"
	"time"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
)

// list is one view's rows: which of the store's entries, in which order, and
// where the user is.
type list struct {
	view   View
	cursor uint64 // the entry selected; 0: none
	at     int    // its place, as far as known
	top    int    // the first place on the screen
	rows   int    // on the screen
	follow bool   // the newest is selected
	marks  map[uint64]bool

	filtered bool
	match    []uint64 // what passes the filter, by number
	scanned  uint64   // entries before it were looked at
	end      uint64   // entries from here on are not shown; 0: all are

	order  *order   // that it is to be sorted in; nil: by number
	sorted []uint64 // in that order, as far as that is done; nil: by number

	seen   uint64    // of connections: the version of the store that they were looked at in
	seenAt time.Time // and when
}

// span gives the entries of the store that a view may show.
func (s *Store) span(v View) (first, end uint64) {
	switch v {
	case Messages:
		return s.msgs.first, s.msgs.end
	case Transactions:
		return s.txns.first, s.txns.end
	case PDUs:
		return s.rows.first, s.rows.end
	case Connections:
		return 1, uint64(len(s.live)) + 1
	}
	return 1, 1
}

// span gives the entries that the list may show: those of its view, up to where
// it is paused.
func (l *list) span(s *Store) (first, end uint64) {
	first, end = s.span(l.view)
	if l.end > 0 {
		end = max(first, min(end, l.end))
	}
	return first, end
}

// len is the number of places.
func (l *list) len(s *Store) int {
	switch {
	case l.sorted != nil:
		return len(l.sorted)
	case l.filtered:
		return len(l.match)
	}
	first, end := l.span(s)
	return int(end - first)
}

// entry is the entry at a place.
func (l *list) entry(s *Store, i int) uint64 {
	switch {
	case l.sorted != nil:
		return l.sorted[i]
	case l.filtered:
		return l.match[i]
	}
	first, _ := l.span(s)
	return first + uint64(i)
}

// place finds an entry, or the place where it would be.
func (l *list) place(s *Store, no uint64) int {
	n := l.len(s)
	switch {
	case l.sorted != nil:
		if l.at < n && l.sorted[l.at] == no {
			return l.at
		}
		return max(slices.Index(l.sorted, no), 0)
	case l.filtered:
		i, _ := slices.BinarySearch(l.match, no)
		return max(min(i, n-1), 0)
	}
	first, _ := l.span(s)
	if no < first {
		return 0
	}
	return max(min(int(no-first), n-1), 0)
}

// settle brings the cursor and the top in line with what there is.
func (l *list) settle(s *Store) {
	first, _ := s.span(l.view)
	if l.filtered && len(l.match) > 0 && l.match[0] < first {
		l.match = l.match[sort.Search(len(l.match), func(i int) bool { return l.match[i] >= first }):]
	}
	n := l.len(s)
	switch {
	case n == 0:
		l.at, l.top = 0, 0
		return
	case l.follow:
		l.at = n - 1
	case l.cursor == 0:
		l.at = 0
	default:
		l.at = l.place(s, l.cursor)
	}
	l.cursor = l.entry(s, l.at)
	rows := max(l.rows, 1)
	l.top = max(min(l.top, l.at), l.at-rows+1)
	l.top = max(min(l.top, n-rows), 0)
}

// move goes some places down, or up.
func (l *list) move(s *Store, by int) {
	l.settle(s) // which takes out what was forgotten
	n := l.len(s)
	if n == 0 {
		return
	}
	l.follow = false
	l.at = max(min(l.at+by, n-1), 0)
	l.cursor = l.entry(s, l.at)
}

// scroll moves the rows under the cursor.
func (l *list) scroll(s *Store, by int) {
	l.top = max(min(l.top+by, l.len(s)-l.rows), 0)
	l.settleInto(s)
}

// settleInto keeps the cursor on the screen.
func (l *list) settleInto(s *Store) {
	at := max(min(l.at, l.top+l.rows-1), l.top)
	l.move(s, at-l.at)
}

// show selects an entry, if the list has it.
func (l *list) show(s *Store, no uint64) bool {
	first, end := l.span(s)
	if no < first || no >= end {
		return false
	}
	l.follow = false
	l.cursor = no
	l.at = l.place(s, no)
	return l.len(s) > 0 && l.entry(s, l.at) == no
}

// event gives the event of an entry of a view, or nil if it was forgotten.
func (l *loader) event(v View, no uint64) *track.Event {
	switch v {
	case Messages:
		return l.msgEvent(no)
	case Transactions:
		return l.txnEvent(no)
	case PDUs:
		return l.row(no)
	case Connections:
		if no >= 1 && no <= uint64(len(l.s.live)) {
			return l.connEvent(l.s.live[no-1])
		}
	}
	return nil
}

// recordViews are the kinds of record that the views show.
var recordViews = [...]record.View{Messages: record.Msg, Transactions: record.Txn, PDUs: record.PDU | record.Gap, Connections: record.Conn, Statistics: 0}

// lead is the row that an entry of a view is known by; 0: none.
func (s *Store) lead(v View, no uint64) uint64 {
	first, end := s.span(v)
	if no < first || no >= end {
		return 0
	}
	switch v {
	case Messages:
		return s.msgs.at(no).part.lead()
	case Transactions:
		return s.txns.at(no).lead()
	case PDUs:
		return no
	}
	return 0
}

// connOf is the number of the connection of an entry; 0: not known.
func (s *Store) connOf(v View, no uint64) int {
	if v == Connections {
		if no >= 1 && no <= uint64(len(s.live)) {
			return s.live[no-1].ID
		}
	} else if i := s.lead(v, no); s.rows.has(i) {
		return int(s.rows.at(i).conn)
	}
	return 0
}

// belongsTo reports whether row i is one of an entry's of a view.
func (s *Store) belongsTo(i uint64, v View, no uint64) bool {
	if !s.rows.has(i) {
		return false
	}
	switch {
	case v == Messages && s.msgs.has(no) && s.msgs.at(no).set:
		return slices.Contains(s.msgRows(nil, no), i)
	case v == Transactions && s.txns.has(no):
		t := s.txns.at(no)
		return t.request == i || t.response == i
	}
	return v < Statistics && s.across(PDUs, i, v) == no
}

// across finds the entry of another view that belongs to an entry; 0: none.
func (s *Store) across(from View, no uint64, to View) uint64 {
	if from == Connections || from == Statistics {
		return 0
	}
	i := s.lead(from, no)
	if !s.rows.has(i) {
		return 0
	}
	r := s.rows.at(i)
	switch to {
	case Messages:
		if r.msg == 0 && s.txns.has(r.txn) { // a response without a message of its own
			if t := s.txns.at(r.txn); s.rows.has(t.request) {
				return s.rows.at(t.request).msg
			}
		}
		return r.msg
	case Transactions:
		return r.txn
	case PDUs:
		return i
	case Connections:
		for n, c := range s.live {
			if c.ID == int(r.conn) {
				return uint64(n) + 1
			}
		}
	}
	return 0
}
