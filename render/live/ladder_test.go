package live

import "testing"

// TestRungs: the columns in front of the arrows are there from 80 columns on,
// and latencies are whole.
func TestRungs(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		has  []string
	}{
		{40, 10, []string{"    No          SP 901234", "   13 22:20:25 │<─ SUBMIT_RESP 4  0 ─│"}},
		{50, 24, []string{"    No 2026-11-24   Conn SP 901234", "   13 22:20:25.529    1 │<── SUBMIT_RESP 4  0 ─│"}},
		{80, 24, []string{"    No 2026-11-24+0000 Conn SP 901234", "   13 22:20:25.529691    1 │", "SUBMIT_RESP 4  0 ok  0.456ms ─│"}},
		{100, 30, []string{"    No 2026-11-24+0000 Conn SP 901234", "   13 22:20:25.529691    1 │<─ SUBMIT_RESP 4 0 0.456ms ─│"}},
		{120, 30, []string{"    No 2026-11-24+0000 Conn SP 901234", "   13 22:20:25.529691    1 │<─── SUBMIT_RESP 4  0 ok  0.456ms ─│", "DELIVER 5003  EXPIRED  +21.8ms ─│"}},
	} {
		d := show(t, tt.w, tt.h, options(), reports).press("j", "j", "Enter", "g", "j")
		for _, want := range tt.has {
			d.has(want)
		}
	}
	show(t, 120, 30, options(), reports).has("2026-11-24+0000 Conn To             State").has("22:20:25.526272    1 13800000060")
	show(t, 100, 30, options(), reports).has("2026-11-24+0000 Conn To             State").has("22:20:25.526272    1 13800000060")
}

// TestOtherConnection: a report that came on another connection shows it,
// however narrow the ladder is.
func TestOtherConnection(t *testing.T) {
	d := show(t, 40, 10, options(), gocmpp)
	d.press("Enter")
	s := d.s
	s.rows.at(d.subject.arrows[len(d.subject.arrows)-1]).conn = 2
	s.conns = append(s.conns, s.conns[1])
	if c := d.rungColumns(40); !c.conn {
		t.Errorf("%+v has no connection", c)
	}
}

// TestRungLabel: what matters most goes last.
func TestRungLabel(t *testing.T) {
	l := &rungLabel{pdu: "SUBMIT_RESP", seq: "15", code: "10", meaning: "Src_Id error", took: "0.165ms", id: "bb56850003e90005"}
	for _, tt := range []struct {
		room int
		want string
	}{
		{60, "SUBMIT_RESP 15  10 Src_Id error  0.165ms  bb56850003e90005"},
		{50, "SUBMIT_RESP 15  10 Src_Id error  0.165ms"},
		{30, "SUBMIT_RESP 15  10  0.165ms"},
		{25, "SUBMIT_RESP 15 10 0.165ms"},
		{24, "SUBMIT_RESP 15  10"},
		{17, "SUBMIT_RESP 15 10"},
		{14, "SUBMIT_RESP 10"},
		{10, "SUBMIT_R.."},
	} {
		if got := l.fit(tt.room); got != tt.want {
			t.Errorf("in %d: %q, want %q", tt.room, got, tt.want)
		}
	}
}
