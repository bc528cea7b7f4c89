package layout_test

import (
	"testing"

	"cmppdump/dissect/layout"
)

// TestErrors: where a field does not fit, what was read stays, and the error
// says which field asked for more than there is.
func TestErrors(t *testing.T) {
	m := message()
	spec := func(name string) *layout.Spec {
		for _, s := range m.Specs {
			if s.Name == name {
				return s
			}
		}
		return nil
	}
	for _, tt := range []struct {
		name string
		pdu  string
		more int // octets of the PDU that were not captured
		want layout.Error
		read string
	}{
		{"empty", "", 0, layout.Error{Spec: spec("id"), Need: 2}, ""},
		{"cut in a field", `0007 "ab"`, 0, layout.Error{Spec: spec("from"), Off: 2, Need: 3, Have: 2}, "0+2 id=7"},
		{"cut between fields", `0007 "abc"`, 0, layout.Error{Spec: spec("receivers"), Off: 5, Need: 1}, `0+2 id=7, 2+3 from="abc"`},
		{"a length past the end", `0007 "abc" 00 c8 "xyz"`, 0,
			layout.Error{Spec: spec("content"), Off: 7, Need: 200, Have: 3, By: spec("length"), Num: 200, At: 6},
			`0+2 id=7, 2+3 from="abc", 5+1 receivers=0, 6+1 length=200`},
		{"a count past the end", `0007 "abc" 05 "1"`, 0,
			layout.Error{Spec: spec("to"), Off: 6, Need: 10, Have: 1, By: spec("receivers"), Num: 5, At: 5},
			`0+2 id=7, 2+3 from="abc", 5+1 receivers=5`},
		{"the tail is missing", `0007 "abc" 00 01 "x" 00`, 0, layout.Error{Spec: spec("reserve"), Off: 8, Need: 2, Have: 1},
			`0+2 id=7, 2+3 from="abc", 5+1 receivers=0, 6+1 length=1, 7+1 content=78`},
		{"not all captured, but right", `0007 "abc" 00 03 "xy"`, 3,
			layout.Error{Spec: spec("content"), Off: 7, Need: 3, Have: 5, By: spec("length"), Num: 3, At: 6},
			`0+2 id=7, 2+3 from="abc", 5+1 receivers=0, 6+1 length=3`},
	} {
		pdu := octets(t, tt.pdu)
		var d layout.Decoded
		next := m.Decode(&d, pdu, 0, len(pdu)+tt.more, 0)
		if d.Err != tt.want || !d.Err.Failed() || next != tt.want.Off {
			t.Errorf("%s: %+v up to %d\nwant %+v", tt.name, d.Err, next, tt.want)
		}
		if got := show(d.Fields, pdu); got != tt.read {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.read)
		}
	}
}

// TestPartOfList: the whole elements of a list that does not fit are kept.
func TestPartOfList(t *testing.T) {
	pdu := octets(t, `0007 "abc" 05 "1" 00 "22" "3"`)
	var d layout.Decoded
	message().Decode(&d, pdu, 0, len(pdu), 0)
	if got := show(d.List(layout.To), pdu); got != `6+2 to="1", 8+2 to="22"` {
		t.Errorf("receivers %s", got)
	}
	if e := d.Err; e.Spec == nil || e.Spec.Name != "to" || e.By == nil || e.By.Name != "receivers" || e.Num != 5 || e.At != 5 {
		t.Errorf("error %+v", e)
	}
}

// TestHugeCounts: a count from the wire sizes nothing, and Size does not
// overflow.
func TestHugeCounts(t *testing.T) {
	l := layout.New(
		layout.NewUint("n", w(4), ""), layout.NewText("to", w(32), "").Times("n"),
		layout.NewUint("length", w(4), ""), layout.NewBytes("x", "length", ""))
	pdu := octets(t, "ffffffff 0102")
	var d layout.Decoded
	if l.Decode(&d, pdu, 0, len(pdu), 0); len(d.Fields) != 1 || !d.Err.Failed() || cap(d.Fields) > 16 {
		t.Errorf("%d fields, room for %d, %+v", len(d.Fields), cap(d.Fields), d.Err)
	}
	if n, whole := l.Size(pdu, 0); whole || n <= len(pdu) {
		t.Errorf("%d octets, whole %v", n, whole)
	}
}
