package track

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/sms"
	"cmppdump/reassembly"
)

// TestParked: a message that was written down is the same when it is read, and
// its slot holds another afterwards.
func TestParked(t *testing.T) {
	l := newLifecycle(&Tracker{}, 1)
	rnd := rand.New(rand.NewPCG(1, 2))
	conns := []*Conn{{Conn: &dissect.Conn{Conn: &reassembly.Conn{ID: 1}}}, {Conn: &dissect.Conn{Conn: &reassembly.Conn{ID: 70000}}}}
	ifaces := []*capture.Interface{nil, {Name: "eth0"}, {File: "a.pcap"}}
	octets := func(most int) []byte { return bytes.Repeat([]byte{byte(rnd.Uint32())}, rnd.IntN(most+1)) }
	mark := func(maybe bool) (m Mark) {
		if maybe && rnd.IntN(3) == 0 {
			return m
		}
		return Mark{Num: 1 + rnd.Uint64()>>uint(1+rnd.IntN(62)), PDU: rnd.Uint64() >> 2, Time: rnd.Int64() >> 1, Conn: rnd.Int32(), FileNum: rnd.Uint32(), Iface: ifaces[rnd.IntN(3)]}
	}
	var refs []ref
	written := map[ref]*Msg{}
	for no := uint64(1); no <= 3000; no++ {
		m := &Msg{No: no, Conn: conns[rnd.IntN(2)], Dir: reassembly.Dir(rnd.IntN(2)), From: octets(21), To: octets(32), Service: octets(10),
			EventID: rnd.Uint64(), Concat: sms.Concat{Ref: uint16(rnd.Uint32()), Bits: 16, Total: byte(rnd.Uint32())}, Wanted: rnd.IntN(2) == 0,
			State: MsgState(rnd.IntN(int(pending))), Final: rnd.IntN(2) == 0, Revision: rnd.IntN(300), Probable: rnd.IntN(2) == 0, Evicted: rnd.IntN(2) == 0,
			Decided: rnd.Int64() >> 1, Told: rnd.IntN(2) == 0, ToldState: MsgState(rnd.IntN(13)), ToldAt: rnd.Int64() >> 1, published: rnd.IntN(2) == 0, was: MsgState(rnd.IntN(13)), waitFrom: rnd.Int64() >> 1, Overdue: rnd.IntN(2) == 0}
		for range rnd.IntN(3) {
			m.Notes = append(m.Notes, dissect.Note{Spec: Notes[rnd.IntN(len(Notes))], Num: [3]int64{rnd.Int64(), -rnd.Int64(), 3}})
		}
		m.ToldNotes = len(m.Notes)
		for range 1 + rnd.IntN(4) {
			p := m.newPart()
			*p = Part{msg: m, Index: byte(rnd.Uint32()), Receiver: byte(rnd.Uint32()), Receivers: byte(rnd.Uint32()), ID: rnd.Uint64(), End: PartEnd(rnd.IntN(9)),
				Coding:  sms.DCS{Value: byte(rnd.Uint32()), Encoding: sms.Encoding(rnd.IntN(8)), Class: int8(rnd.IntN(5) - 1), Compressed: rnd.IntN(2) == 0},
				Content: octets(140), Guess: sms.Encoding(rnd.IntN(8)), HasGuess: rnd.IntN(2) == 0, Submit: mark(len(m.Parts) > 1), Resp: mark(true), Report: mark(true), Ack: mark(true), Seq: rnd.Uint32(), Result: rnd.Uint32()}
			if p.Report.Seen() {
				p.ReportSeq, p.StatLen = rnd.Uint32(), 7
				copy(p.Stat[:], "DELIVRD")
				copy(p.Done[:], "2611221405")
			}
			if p.Ack.Seen() {
				p.AckResult = rnd.Uint32()
			}
		}
		r := l.parked.write(m)
		if r == 0 {
			t.Fatalf("message %d found no room", no)
		}
		if no%2 == 0 {
			l.parked.append(r)
		} else {
			l.parked.push(r, place{})
		}
		refs, written[r] = append(refs, r), m
		if rnd.IntN(3) > 0 {
			continue
		}
		i := rnd.IntN(len(refs))
		checkParked(t, l, refs[i], written[refs[i]])
		l.parked.remove(l.parked.list(refs[i]), refs[i])
		l.parked.release(refs[i])
		delete(written, refs[i])
		refs = slices.Delete(refs, i, i+1)
	}
	for r, m := range written {
		checkParked(t, l, r, m)
	}
	n, last := 0, uint64(0)
	for r := l.parked.open.head; r != 0; r = l.parked.head(r).next {
		if no := l.parked.no(r); no <= last {
			t.Errorf("%d stands behind %d", no, last)
		} else {
			last = no
		}
		n++
	}
	for r := l.parked.done.head; r != 0; r = l.parked.head(r).next {
		n++
	}
	if n != len(written) {
		t.Errorf("%d in the queues, want %d", n, len(written))
	}
}

func checkParked(t *testing.T, l *lifecycle, r ref, want *Msg) {
	t.Helper()
	if !bytes.Equal(l.parked.to(r), want.To) || l.parked.no(r) != want.No || l.parked.submit(r) != want.First().Submit.PDU {
		t.Errorf("message %d: its begin is another", want.No)
	}
	got := l.fresh()
	l.parked.read(r, got)
	for i, p := range got.Parts {
		q := want.Parts[i]
		if p.msg != got {
			t.Error("a part belongs to another message")
		}
		a, b := *p, *q
		a.msg, b.msg, a.Content, b.Content = nil, nil, nil, nil
		if !reflect.DeepEqual(a, b) || !bytes.Equal(p.Content, q.Content) {
			t.Errorf("message %d, part %d:\n got %+v\nwant %+v", want.No, i, a, b)
		}
	}
	plain := func(m *Msg) Msg {
		c := *m
		c.From, c.To, c.Service = append([]byte{}, m.From...), append([]byte{}, m.To...), append([]byte{}, m.Service...)
		c.Parts, c.one, c.first, c.octets, c.next = nil, Part{}, [1]*Part{}, nil, nil
		return c
	}
	if a, b := plain(got), plain(want); !reflect.DeepEqual(a, b) {
		t.Errorf("message %d:\n got %+v\nwant %+v", want.No, a, b)
	}
	l.spare(got)
}
