package track_test

import (
	"testing"

	"cmppdump/dissect/track"
)

func TestStalled(t *testing.T) {
	check(t, []rule{
		{"the PDU that ends the silence is told of",
			"a< active_test:9; a> active_test_resp:9 submit:1 submit:2; +12s a< submit_resp:1; a< submit_resp:2",
			"a<active_test:9 answered 1-2 1ms; @3 conn.stalled: nothing came from the other side for 12000 ms, with 2 requests open; " +
				"a>submit:1 answered 2-3 12s; a>submit:2 answered 2-4 12.001s flight 2"},
		{"less than ten seconds is nothing",
			"a< active_test:9; a> active_test_resp:9 submit:1; +9s a< submit_resp:1",
			"a<active_test:9 answered 1-2 1ms; a>submit:1 answered 2-3 9s"},
		{"nor is silence without a request",
			"a< active_test:9; a> active_test_resp:9; +30s a> submit:1; a< submit_resp:1",
			"a<active_test:9 answered 1-2 1ms; a>submit:1 answered 3-4 1ms"},
		{"other PDUs are a sign of life",
			"a< active_test:9; a> active_test_resp:9 submit:1; +6s a< active_test:8; a> active_test_resp:8; +6s a< submit_resp:1",
			"a<active_test:9 answered 1-2 1ms; a<active_test:8 answered 3-4 1ms; a>submit:1 answered 2-5 12.001s"},
		{"once a silence, if it never ends",
			"a< active_test:9; a> active_test_resp:9 submit:1; a> submit:2; a<; +60s tick",
			"a<active_test:9 answered 1-2 1ms; a>submit:1 no_response 2- open conn.stalled; a>submit:2 no_response 3- flight 2 open"},
		{"requests past the response timeout wait for nothing",
			"a< active_test:9; a> active_test_resp:9 submit:1; a<; +60s tick; a< active_test:8; a> active_test_resp:8; +30s a< active_test:7; a> active_test_resp:7",
			"a<active_test:9 answered 1-2 1ms; a>submit:1 no_response 2- open conn.stalled; a<active_test:8 answered 5-6 1ms; a<active_test:7 answered 7-8 1ms"},
		{"nor does one that a later request was answered before",
			"a< active_test:9; a> active_test_resp:9 submit:1; a> submit:2; a< submit_resp:2; +30s a> active_test:3; a< active_test_resp:3; +15s a> active_test:4; a< active_test_resp:4; +16s tick",
			"a<active_test:9 answered 1-2 1ms; a>submit:2 answered 3-4 1ms flight 2; a>active_test:3 answered 5-6 1ms flight 2; " +
				"a>active_test:4 answered 7-8 1ms flight 2; a>submit:1 no_response 2- open"},
		{"a side that was never captured is not accused",
			"a> submit:1; +20s tick; a> submit:2",
			"a>submit:1 capture_ended 1-; a>submit:2 capture_ended 3- flight 2"},
	})
}

func TestWindow(t *testing.T) {
	r := newRunner(t, track.Options{Window: 2})
	r.steps(parse(t, "a> submit:1 submit:2; a> submit:3; a< submit_resp:1; a< submit_resp:2; a> submit:4; a< submit_resp:3 submit_resp:4"))
	r.end()
	const want = "@2 window_exceeded: 3 requests in flight, the window is 2"
	if got := r.tr.lines; len(got) != 5 || got[0] != want {
		t.Errorf("got %q, want %q and the transactions", got, want)
	}
}
