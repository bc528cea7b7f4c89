package track

import (
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/reassembly"
)

// TestForgottenAreLetGo: an open SUBMIT holds none of its messages that were
// forgotten, and goes on with those that are left.
func TestForgottenAreLetGo(t *testing.T) {
	l := New(nil, Options{Messages: true, ReportTimeout: 1}).life
	conn := &Conn{Conn: &dissect.Conn{Conn: &reassembly.Conn{}, Proto: cmpp.Protocol}}
	x := &Txn{Conn: conn, MessageID: 100}
	var parts []*Part
	for i := range 3 {
		m := &Msg{Conn: conn, No: uint64(i + 1), where: inOpen}
		l.open.push(m)
		p := m.newPart()
		*p = Part{Index: 1, Receiver: uint8(i), Receivers: 3, msg: m, txn: x}
		if i == 0 {
			x.parts = p
		} else {
			parts[i-1].sibling = p
		}
		parts = append(parts, p)
	}
	l.forget(parts[0].msg)
	l.forget(parts[1].msg)
	if x.parts != parts[2] {
		t.Fatal("the SUBMIT still holds a message that was forgotten")
	}
	l.given(x.parts, x)
	if x.parts.ID != cmpp.Protocol.NthID(100, 2) {
		t.Errorf("the third receiver has the Msg_Id %d", x.parts.ID)
	}
	l.forget(parts[2].msg)
	if x.parts != nil {
		t.Error("the SUBMIT still holds the last one")
	}
}
