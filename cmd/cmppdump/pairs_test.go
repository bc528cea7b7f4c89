package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// pairPDU is an element of NAME.truth.json, with the packets that it may be
// said to be in.
type pairPDU struct {
	truePDU
	FrameFirst *int `json:"frame_first"`
	FrameReady *int `json:"frame_ready"`
}

// in reports whether a frame of a record is one of the PDU's.
func (p *pairPDU) in(frame any) bool {
	lo, hi := p.Frame, p.Frame
	for _, f := range []*int{p.FrameFirst, p.FrameReady} {
		if f != nil {
			lo, hi = min(lo, *f), max(hi, *f)
		}
	}
	n, ok := frame.(json.Number)
	i, err := n.Int64()
	return ok && err == nil && int(i) >= lo && int(i) <= hi
}

func (p *pairPDU) key() string { return fmt.Sprint(p.Src, p.Command, p.Seq) }

// again reports whether two PDUs are the same, sent twice.
func (p *pairPDU) again(o *pairPDU) bool {
	return p.key() == o.key() && p.Dst == o.Dst && reflect.DeepEqual(p.Fields, o.Fields)
}

// TestTruthPairs holds the transactions of every capture in pcaps/real against
// what is known of it: which response answers which request, and which requests
// and responses have no partner.
func TestTruthPairs(t *testing.T) {
	for _, name := range realCaptures(t) {
		t.Run(name, func(t *testing.T) {
			judgePairs(t, name, "../../pcaps/real/"+name+".pcap")
		})
	}
}

// TestTruthPairsMutated holds the transactions of captures whose packets are in
// other frames, as many and in the same order, against the same truth.
func TestTruthPairsMutated(t *testing.T) {
	other := []string{"as it is", "VLAN", "QinQ", "up to four tags", "SLL2", "RAW", "NULL", "wrap", "GRE", "ERSPAN II", "VXLAN", "GENEVE", "MPLS"}
	eachMutated(t, other, judgePairs)
}

// judgePairs holds the transactions of a file against the truth of a capture.
func judgePairs(t *testing.T, name, file string) {
	t.Helper()
	var truth []pairPDU
	var pairs [][2]*int
	readTruth(t, name, "truth", &truth)
	readTruth(t, name, "pairs", &pairs)
	if len(pairs) == 0 {
		t.Fatal("no pairs")
	}
	told := readTxns(t, file)
	answers := map[int]bool{}
	for i, p := range pairs {
		request, response := &truth[*p[0]], (*pairPDU)(nil)
		if p[1] != nil {
			response, answers[*p[1]] = &truth[*p[1]], true
		}
		before := func(q [2]*int) bool { return truth[*q[0]].again(request) }
		if !told.take(request, response) && !(slices.ContainsFunc(pairs[:i], before) && told.attempt(request)) {
			t.Errorf("frame %d: %s %d: told was %v", request.Frame, request.Command, request.Seq, told.txns[request.key()])
		}
	}
	for i := range truth {
		p := &truth[i]
		if _, isResponse := requestOf(p.Command); isResponse && !answers[i] && !told.takeOrphan(p) {
			t.Errorf("frame %d: %s %d is not said to have no request", p.Frame, p.Command, p.Seq)
		}
	}
	told.rest(t)
}

// requestOf gives the command that a response answers.
func requestOf(command string) (string, bool) {
	const suffix = "_RESP"
	n := len(command) - len(suffix)
	if n > 0 && command[n:] == suffix {
		return command[:n], true
	}
	return "", false
}

// txns are the transactions that the program told of, by the sender, command
// and Sequence_Id of the request; those with no request by themselves.
type txns struct {
	txns    map[string][]map[string]any
	spare   map[string]int // attempts beyond the first
	orphans []map[string]any
}

func readTxns(t *testing.T, file string) *txns {
	told := &txns{txns: map[string][]map[string]any{}, spare: map[string]int{}}
	for _, r := range records(t, file, "txn") {
		if path(r, "event.dataset") != "cmpp.transaction" {
			continue
		}
		if path(r, "txn.request") == nil {
			told.orphans = append(told.orphans, r)
			continue
		}
		k := fmt.Sprint(end(r, "source"), path(r, "cmpp.command"), path(r, "cmpp.sequence_id"))
		told.txns[k] = append(told.txns[k], r)
		if n, ok := path(r, "txn.attempts").(json.Number); ok {
			i, _ := n.Int64()
			told.spare[k] = max(told.spare[k], int(i)-1)
		}
	}
	return told
}

// take takes the transaction of a request and its response, which may be nil.
func (s *txns) take(request, response *pairPDU) bool {
	rs := s.txns[request.key()]
	i := slices.IndexFunc(rs, func(r map[string]any) bool {
		state, frame := path(r, "txn.state"), path(r, "txn.response.frame")
		switch {
		case !request.in(path(r, "txn.request.frame")):
			return false
		case response == nil:
			return frame == nil && slices.Contains([]any{"no_response", "closed", "capture_ended", "unknown"}, state)
		}
		return state == "answered" && response.in(frame)
	})
	if i >= 0 {
		s.txns[request.key()] = slices.Delete(rs, i, i+1)
	}
	return i >= 0
}

// attempt takes one of the further attempts of a request.
func (s *txns) attempt(request *pairPDU) bool {
	s.spare[request.key()]--
	return s.spare[request.key()] >= 0
}

// takeOrphan takes the transaction of a response that has no request.
func (s *txns) takeOrphan(p *pairPDU) bool {
	request, _ := requestOf(p.Command)
	i := slices.IndexFunc(s.orphans, func(r map[string]any) bool {
		return p.in(path(r, "txn.response.frame")) && path(r, "cmpp.command") == request && path(r, "txn.state") == "orphan_response" &&
			end(r, "source") == p.Dst && fmt.Sprint(path(r, "cmpp.sequence_id")) == fmt.Sprint(p.Seq)
	})
	if i >= 0 {
		s.orphans = slices.Delete(s.orphans, i, i+1)
	}
	return i >= 0
}

// rest: nothing was told beyond what there is; but a state that is not final is
// told again.
func (s *txns) rest(t *testing.T) {
	for _, rs := range s.txns {
		for _, r := range rs {
			if r["final"] != false {
				t.Errorf("a transaction that is not there: %v", r)
			}
		}
	}
	for _, r := range s.orphans {
		t.Errorf("a response with a request: %v", r)
	}
}
