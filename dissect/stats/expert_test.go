package stats

import (
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
)

// TestExpertOfMessage: notes that were told of before do not count again, and
// those that a message had no room for do.
func TestExpertOfMessage(t *testing.T) {
	odd, odder := &dissect.NoteSpec{ID: "odd"}, &dissect.NoteSpec{ID: "odder"}
	x := newExpert(nil, Spec{}).(*expert)
	x.event(&track.Event{Kind: track.Message, Msg: &track.Msg{
		Parts:     []*track.Part{{Submit: track.Mark{Num: 4}}},
		Notes:     []dissect.Note{{Spec: odd}, {Spec: odd}, {Spec: odder}},
		ToldNotes: 1,
		Unnamed:   map[*dissect.NoteSpec]int{odd: 7},
	}})
	for spec, n := range map[*dissect.NoteSpec]uint64{odd: 8, odder: 1} {
		if row := x.rows.at(spec); row.n != n || row.first != 4 {
			t.Errorf("%s: %d, the first in packet %d", spec.ID, row.n, row.first)
		}
	}
}
