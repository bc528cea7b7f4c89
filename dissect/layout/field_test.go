package layout_test

import (
	"testing"

	"cmppdump/dissect/layout"
)

// TestRoles: what a field means finds it, whatever it is called.
func TestRoles(t *testing.T) {
	pdu := octets(t, `0007 "ab" 00 02 "1" 00 "22" 03 "xyz" 0000`)
	var d layout.Decoded
	message().Decode(&d, pdu, 0, len(pdu), 0)
	if id, ok := d.Uint(layout.MessageID); !ok || id != 7 {
		t.Errorf("id %d, %v", id, ok)
	}
	if from := d.Text(layout.From, pdu); string(from) != "ab" {
		t.Errorf("from %q", from)
	}
	if c := d.Octets(layout.Content, pdu); string(c) != "xyz" {
		t.Errorf("content %q", c)
	}
	if f, ok := d.Field(layout.To); !ok || string(f.Text(pdu)) != "1" {
		t.Errorf("the first receiver is %+v", f)
	}
	if got := show(d.List(layout.To), pdu); got != `6+2 to="1", 8+2 to="22"` {
		t.Errorf("receivers %s", got)
	}
	if n := len(d.List(layout.From)); n != 1 {
		t.Errorf("a list of one field has %d elements", n)
	}
	if _, ok := d.Uint(layout.Status); ok || d.Text(layout.Status, pdu) != nil || d.Octets(layout.Status, pdu) != nil || d.List(layout.Status) != nil {
		t.Error("a field that is not there has a value")
	}
	if _, ok := d.Field(layout.NoRole); ok {
		t.Error("fields without a role are found by it")
	}
}

// TestReset: nothing of one PDU is left in the next.
func TestReset(t *testing.T) {
	pdu := octets(t, `0007 "ab" 00 02 "1"`)
	var d layout.Decoded
	m := message()
	m.Decode(&d, pdu, 0, len(pdu), 0)
	if !d.Err.Failed() {
		t.Fatal("no error")
	}
	d.Reset()
	if _, ok := d.Field(layout.MessageID); ok || len(d.Fields) > 0 || d.Err.Failed() {
		t.Errorf("left: %+v", d)
	}
	layout.New(layout.NewUint("a", w(1), "")).Decode(&d, []byte{5}, 0, 1, 0)
	if got := show(d.Fields, []byte{5}); got != "0+1 a=5" {
		t.Error(got)
	}
	if _, ok := d.Field(layout.From); ok {
		t.Error("a role of the PDU before")
	}
}

// TestFirstOfRole: of several fields with a role, the first counts.
func TestFirstOfRole(t *testing.T) {
	l := layout.New(layout.NewUint("a", w(1), "").As(layout.Status), layout.NewUint("b", w(1), "").As(layout.Status))
	var d layout.Decoded
	l.Decode(&d, []byte{1, 2}, 0, 2, 0)
	if n, _ := d.Uint(layout.Status); n != 1 || len(d.List(layout.Status)) != 1 {
		t.Errorf("status %d of %d", n, len(d.List(layout.Status)))
	}
}
