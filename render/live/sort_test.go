package live

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/dissect/track/tracktest"
)

// catchUpAll waits until the lists are as they should be in the end.
func (d *desk) catchUpAll() *desk {
	d.t.Helper()
	for begun := time.Now(); time.Since(begun) < 30*time.Second; time.Sleep(10 * time.Millisecond) {
		d.settle()
		if l := d.list(); l.order == nil || l.unsorted(d.s) == 0 && len(d.work) == 0 {
			return d
		}
	}
	d.t.Fatal("the list is never sorted")
	return d
}

// column is what stands in a column of all rows, from the top.
func (d *desk) column(title string) (cells []string) {
	l := d.list()
	for i := range l.len(d.s) {
		cells = append(cells, string(d.cell(l.view, l.entry(d.s, i), title)))
	}
	return cells
}

// TestSortGoesOn: what comes or changes while a list is sorted comes to stand
// where it belongs, with a filter and without.
func TestSortGoesOn(t *testing.T) {
	for _, expr := range []string{"", `"state":"delivered"`} {
		s := NewStore(cmpp.Protocol, 0)
		d := sit(t, 120, 40, options(), s)
		d.press("<", "<", "<", "<", "<").has("sorted by State")
		d.SetFilter(expr)
		n, before := 0, 0
		feedSource(t, tracktest.SinkFunc(func(e *track.Event) {
			s.Event(e)
			switch n++; n {
			case 3000:
				d.catchUpAll()
				before = d.list().len(s)
			case 8000:
				time.Sleep(pace)
				d.settle()
			}
		}), generated(t, 5000))
		s.End(nil)
		d.catchUpAll()
		states := d.column("State")
		if before == 0 || len(states) <= before || !slices.IsSorted(states) {
			t.Errorf("filter %q: %d rows, %d before: %v", expr, len(states), before, slices.Compact(states))
		}
		l := d.list()
		got := slices.Sorted(slices.Values(l.sorted))
		for l.order != nil {
			d.press(">")
		}
		if l.order != nil || l.len(s) != len(got) {
			t.Fatalf("filter %q: %d rows unsorted, %d sorted", expr, l.len(s), len(got))
		}
		for i, no := range got {
			if no != l.entry(s, i) {
				t.Fatalf("filter %q: row %d is not in the sorted list", expr, l.entry(s, i))
			}
		}
	}
}

// TestSortByWhatIsShown: every column that is offered stands on the screen and
// sorts the rows by what stands in it.
func TestSortByWhatIsShown(t *testing.T) {
	d := show(t, 200, 50, options(), reports, gocmpp, "../../pcaps/window_30.pcap")
	for _, view := range []string{"1", "2", "3", "4"} {
		d.press(view)
		head := d.heads[d.view]
		for range d.sortable() {
			o := d.press(">").list().order
			d.press("g", "A", "A") // to the list's beginning
			if title := o.column.title; title != timeColumn {
				if !slices.Contains(strings.Fields(head), title) {
					t.Errorf("view %s has no column %s: %s", view, title, head)
				}
				d.has("sorted by " + title)
			}
			l, before := d.list(), sortKey{}
			for i := range l.len(d.s) {
				k := d.sortKey(o, l.view, l.entry(d.s, i))
				if i > 0 && before.compare(&k, false) > 0 {
					t.Errorf("view %s by %s: %v before %v", view, o.column.title, before, k)
					break
				}
				before = k
			}
			up := slices.Clone(l.sorted)
			d.press("r").has(" down")
			key := func(no uint64) sortKey { return d.sortKey(o, l.view, no) }
			first, least := key(l.sorted[0]), key(up[0])
			if greatest := least; first.num != none {
				for _, no := range up {
					if k := key(no); k.num != none {
						greatest = k
					}
				}
				if greatest.no = first.no; greatest != first {
					t.Errorf("view %s by %s down: %v first, want %v", view, o.column.title, first, greatest)
				}
			}
			d.press("r")
		}
		if d.press(">"); d.list().order != nil {
			t.Errorf("view %s: still sorted", view)
		}
	}
}

// TestCodesAreNumbers: Results sort by their numbers, before the Stats.
func TestCodesAreNumbers(t *testing.T) {
	d := show(t, 120, 40, options(), gocmpp)
	d.press("<", "<").has("sorted by Code").catchUpAll()
	codes := slices.Compact(d.column("Code"))
	if i, k := slices.Index(codes, "8"), slices.Index(codes, "13"); i < 0 || k < i || !slices.IsSorted(codes[k+1:len(codes)-1]) {
		t.Errorf("%q", codes)
	}
}

// TestPauseHolds: a list stands still while it is paused, limited, sorted or as
// it is, and is right again afterwards.
func TestPauseHolds(t *testing.T) {
	for _, keys := range [][]string{nil, {"f"}, {">", ">", ">"}, {"f", ">", ">", ">"}} {
		s := NewStore(cmpp.Protocol, 0)
		d := sit(t, 120, 40, options(), s)
		for _, k := range keys {
			if d.press(k); k == "f" {
				d.typed(`"delivered"`).press("Enter")
			}
		}
		n, held := 0, 0
		feedSource(t, tracktest.SinkFunc(func(e *track.Event) {
			s.Event(e)
			switch n++; {
			case n == 3000:
				d.catchUpAll().press("p").has("PAUSED")
				held = d.list().len(s)
			case n > 3000 && n%1000 == 0:
				if d.settle(); d.list().len(s) != held {
					t.Fatalf("%v: %d rows, %d while held", keys, d.list().len(s), held)
				}
			}
		}), generated(t, 5000))
		s.End(nil)
		d.press("p").catchUpAll()
		got := d.list().len(s)
		d.SetFilter("")
		if d.settle(); len(keys) > 0 && keys[0] == "f" {
			d.SetFilter(`"delivered"`)
			d.settle()
		}
		if want := d.catchUpAll().list().len(s); got != want || got <= held {
			t.Errorf("%v: %d rows, want %d; %d were held", keys, got, want, held)
		}
	}
}

// TestSortBeforeDrawn: keys pressed faster than the screen is drawn.
func TestSortBeforeDrawn(t *testing.T) {
	d := show(t, 120, 40, options(), reports)
	for _, k := range []string{"3", ">", ">", ">"} {
		d.event(keyEvent(k))
	}
	d.settle().has("sorted by PDU up")
}
