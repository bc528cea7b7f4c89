package track_test

import (
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/track"
)

// watcher is a sink that looks at transactions.
type watcher func(*track.Txn)

func (w watcher) Event(e *track.Event) {
	if e.Kind == track.Transaction {
		w(e.Txn)
	}
}

// watch runs a script with look at each transaction told.
func watch(t *testing.T, o track.Options, script string, look func(*track.Txn)) *track.Tracker {
	r := newRunner(t, o)
	told := 0
	r.sink(watcher(func(x *track.Txn) { told++; look(x) }), o)
	r.steps(parse(t, script))
	r.end()
	if told == 0 {
		t.Errorf("%s: nothing was told", script)
	}
	return r.tracker
}

// TestKeep: the octets of requests are kept where views need them, and only
// their own.
func TestKeep(t *testing.T) {
	const script = "a> submit:1=first; a< submit_resp:1; a> submit:2=second; a<; +60s tick; a< submit_resp:2 submit_resp:3; a> submit:4=fourth; a< deliver:1/20; a> query:9; a fin"
	texts := map[uint32]string{1: "first", 2: "second", 4: "fourth"}
	seen := map[uint32]int{}
	var p dissect.PDU
	watch(t, track.Options{Keep: true}, script, func(x *track.Txn) {
		seen[x.Sequence]++
		if loaded := x.Load(&p); loaded != x.Request.Seen {
			t.Fatalf("%d: loaded is %v", x.Sequence, loaded)
		} else if !loaded {
			return
		}
		if p.Sequence != x.Sequence || p.CommandID != x.CommandID || p.Total != int(x.Request.Total) || p.Dir != x.Dir || p.Last != x.Request.Last || p.Offset != x.Request.Offset {
			t.Errorf("%d: another PDU: %d", x.Sequence, p.Sequence)
		}
		if text := texts[x.Sequence]; x.Command.Class == dissect.Submit && string(p.Octets(layout.Content, p.Raw)) != text {
			t.Errorf("%d: content %q, want %q", x.Sequence, p.Octets(layout.Content, p.Raw), text)
		}
		if x.Command.Class == dissect.Deliver && (len(p.Raw) != 20 || !p.Truncated()) {
			t.Errorf("%d octets of a DELIVER of which 20 were captured", len(p.Raw))
		}
	})
	if seen[1] != 2 || seen[2] != 2 || seen[3] != 1 || seen[4] != 1 || seen[9] != 1 {
		t.Errorf("told: %v", seen)
	}
	watch(t, track.Options{}, script, func(x *track.Txn) {
		if x.Load(&p) || x.Raw != nil {
			t.Errorf("%d: the request was kept", x.Sequence)
		}
	})
}

// TestStatus: the response's status and Msg_Id, and what counts as refused: what
// was asked.
func TestStatus(t *testing.T) {
	const script = "a> submit:1 submit:2 submit:3 submit:4; a< submit_resp:1 submit_resp:2=8; a< submit_resp:3=8/20; a< submit_resp:9=8 submit_resp:8=8; a> submit:9; a> cancel:5; a< cancel_resp:5=1; a> active_test:6; a< active_test_resp:6"
	want := map[uint32]string{1: "status 0 id 77", 2: "status 8 failed id 77", 3: "no status id 77", 4: "no status", 9: "status 8 failed id 77", 8: "status 8 id 77", 5: "status 1 failed", 6: "no status"}
	tr := watch(t, track.Options{}, script, func(x *track.Txn) {
		var b strings.Builder
		if x.Spec == nil {
			b.WriteString("no status")
		} else if b.WriteString("status "); true {
			b.WriteByte(byte('0' + x.Status))
		}
		if x.Failed() {
			b.WriteString(" failed")
		}
		if x.MessageID == 77 {
			b.WriteString(" id 77")
		}
		if b.String() != want[x.Sequence] {
			t.Errorf("%d: %s, want %s", x.Sequence, b.String(), want[x.Sequence])
		}
		delete(want, x.Sequence)
	})
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
	refused := map[string]uint64{}
	for k, n := range tr.Stats().Refused {
		refused[k.Command.Name+" "+string(rune('0'+k.Status))] += n
	}
	if refused["CMPP_SUBMIT 8"] != 2 || refused["CMPP_CANCEL 1"] != 1 || len(refused) != 2 {
		t.Errorf("refused: %v", refused)
	}
}

// TestManyAlike: requests that nobody numbers and nobody answers.
func TestManyAlike(t *testing.T) {
	e := newExchange(0, false, track.Options{})
	for i := range 30_000 {
		e.next = 7
		copy(e.request[len(e.request)-20:], []byte{byte(i), byte(i >> 8), byte(i >> 16)}) // the LinkID
		e.sendRequest()
	}
	if s := e.tracker.Stats(); s.Requests != 30_000 {
		t.Errorf("%d requests", s.Requests)
	}
	for i := range 30_000 {
		if e.oldest = 7; i%1000 == 0 {
			e.sendResponse()
		}
	}
	if s := e.tracker.Stats(); s.States[track.Answered] != 30 {
		t.Errorf("%d answered", s.States[track.Answered])
	}
}
