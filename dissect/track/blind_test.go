package track_test

import (
	"testing"

	"cmppdump/dissect/track"
)

// TestNoClock: a capture whose times are all about 0 has no holes for that.
func TestNoClock(t *testing.T) {
	r := newRunner(t, track.Options{})
	steps := parse(t, "a> submit:1; a<; +60s tick")
	for i, start := 0, steps[0].Time; i < len(steps); i++ {
		steps[i].Time -= start
	}
	r.steps(steps)
	r.end()
	if got, want := r.tr.String(), "a>submit:1 no_response 1- open"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBlind(t *testing.T) {
	const (
		deaf   = "blind (nothing was captured of the other direction since)"
		gap    = "blind (the other direction has a gap since)"
		drops  = "blind (packets were dropped since)"
		unread = "blind (octets of the other direction could not be read)"
	)
	check(t, []rule{
		{"nothing of the other direction since",
			"a> submit:1; +60s tick",
			"a>submit:1 unknown 1- open " + deaf},
		{"what came before does not count",
			"a< active_test:9; a> submit:1 active_test_resp:9; +60s tick",
			"a<active_test:9 answered 1-2 1ms; a>submit:1 unknown 2- open " + deaf},
		{"nor does the same direction, nor another connection",
			"a> submit:1; a>; b<; +60s tick",
			"a>submit:1 unknown 1- open " + deaf},
		{"nor what comes after the timeout",
			"a> submit:1; +60s a<; a<",
			"a>submit:1 unknown 1- open " + deaf},
		{"an acknowledgement is enough to accuse",
			"a> submit:1; a<; +60s tick",
			"a>submit:1 no_response 1- open"},
		{"a gap of the other direction since",
			"a> submit:1; a< missing 24; a<; +60s tick",
			"a>submit:1 unknown 1- open " + gap},
		{"a gap before",
			"a< active_test:9; a< missing 24; a> submit:1 active_test_resp:9; a<; +60s tick",
			"a<active_test:9 answered 1-3 2ms; a>submit:1 no_response 3- open conn.stalled"},
		{"a gap of the same direction",
			"a> submit:1; a> missing 24; a<; +60s tick",
			"a>submit:1 no_response 1- open"},
		{"a gap of another connection",
			"a> submit:1; b< missing 24; a<; +60s tick",
			"a>submit:1 no_response 1- open"},
		{"a gap that shows after the timeout, and may be older",
			"a> submit:1; a<; +60s tick; a< missing 24",
			"a>submit:1 no_response 1- open; a>submit:1 unknown 1- rev1 open " + gap},
		{"a gap after the timeout",
			"a> submit:1; a<; +60s tick; a<; a< missing 24",
			"a>submit:1 no_response 1- open"},
		{"of two requests, a gap after the timeout of one",
			"a> submit:1; a<; +30s a> submit:2; +40s a<; +30s tick; a< missing 24",
			"a>submit:1 no_response 1- open; a>submit:2 no_response 3- flight 2 open; a>submit:2 unknown 3- flight 2 rev1 open " + gap},
		{"the answer comes behind a gap that shows late",
			"a> submit:1; a<; +60s tick; a< missing 24; a< submit_resp:1",
			"a>submit:1 no_response 1- open; a>submit:1 unknown 1- rev1 open " + gap + "; a>submit:1 answered 1-5 1m0.003s rev2 late_response"},
		{"a late gap of the same direction",
			"a> submit:1; a<; +60s tick; a> missing 24",
			"a>submit:1 no_response 1- open"},
		{"a truncated PDU of the other direction",
			"a> submit:1; a< deliver:2/20; a> deliver_resp:2; +60s tick",
			"a<deliver:2 answered 2-3 1ms; a>submit:1 unknown 1- open " + gap},
		{"a hole that is not declared yet",
			"a> submit:1; a< waits; +60s tick",
			"a>submit:1 unknown 1- open " + gap},
		{"a hole that waits since before",
			"a<; a< waits; a> submit:1; a<; +60s tick",
			"a>submit:1 unknown 3- open " + gap},
		{"a hole that was filled",
			"a> submit:1; a< waits; a< comes; +60s tick",
			"a>submit:1 no_response 1- open"},
		{"a hole of the same direction",
			"a> submit:1; a> waits; a<; +60s tick",
			"a>submit:1 no_response 1- open"},
		{"octets in which no PDU was found",
			"a> submit:1; a< noise 30; a< active_test:9; a> active_test_resp:9; +60s tick",
			"a<active_test:9 answered 3-4 1ms; a>submit:1 unknown 1- open " + gap},
		{"octets in which no PDU was found, before and since",
			"a< noise 20; a> submit:1; a< noise 20; a< active_test:9; a> active_test_resp:9; +60s tick",
			"a<active_test:9 answered 4-5 1ms; a>submit:1 unknown 2- open " + gap},
		{"packets dropped by the kernel or by us",
			"a> submit:1; a<; drops; +60s tick",
			"a>submit:1 unknown 1- open " + drops},
		{"dropped before",
			"a>; drops; a> submit:1; a<; +60s tick",
			"a>submit:1 no_response 3- open"},
		{"dropped after the timeout",
			"a> submit:1; a<; +60s tick; drops",
			"a>submit:1 no_response 1- open"},
		{"octets in which no PDU was found yet",
			"a> submit:1; a< noise 30; +60s tick",
			"a>submit:1 unknown 1- open " + unread},
		{"half a PDU",
			"a> submit:1; a< deliver:2[:20]; +60s a< deliver:2[20:]; a> deliver_resp:2",
			"a>submit:1 unknown 1- open " + unread + "; a<deliver:2 answered 3-4 1ms"},
		{"the answer comes after all",
			"a> submit:1; +60s tick; a< submit_resp:1",
			"a>submit:1 unknown 1- open " + deaf + "; a>submit:1 answered 1-3 1m0.001s rev1 late_response"},
		{"sent again, and heard",
			"a> submit:1; +60s a> submit:1; a<; +60s tick",
			"a>submit:1 unknown 1- open " + deaf + "; @2 repeated: sent again, attempt 2; a>submit:1 no_response 1- x2 rev1 open"},
		{"sent again, and still blind",
			"a> submit:1; a<; a< missing 9; +60s a> submit:1; +60s tick",
			"a>submit:1 unknown 1- open " + gap + "; @4 repeated: sent again, attempt 2; a>submit:1 unknown 1- x2 rev1 open " + gap},
		{"the close needs no answer",
			"a> submit:1; a< missing 9; a fin",
			"a>submit:1 closed 1-"},
		{"an answer in time that a hole held back",
			"a> submit:1; a< waits; a<; +60s tick; a< comes; a< held 3 submit_resp:1",
			"a>submit:1 unknown 1- open " + gap + "; a>submit:1 answered 1-3 2ms rev1"},
		{"a late one",
			"a> submit:1; a< waits; +60s a<; a< comes; a< held 3 submit_resp:1",
			"a>submit:1 unknown 1- open " + gap + "; a>submit:1 answered 1-3 1m0.001s rev1 late_response"},
		{"an attempt that a hole held back, and the answer to it",
			"a> submit:1; a<; a> waits; +30s a>; +40s tick; a> comes; a> held 4 submit:1; a< submit_resp:1",
			"a>submit:1 no_response 1- open; @4 repeated: sent again, attempt 2; a>submit:1 answered 1-8 1m10.005s x2 rev1"},
		{"the hole is filled, and no answer was in it",
			"a> submit:1; a< waits; a<; +60s tick; a< comes; a< active_test:9; a> active_test_resp:9",
			"a>submit:1 unknown 1- open " + gap + "; a>submit:1 no_response 1- rev1 open; a<active_test:9 answered 6-7 1ms"},
		{"the hole was before the request",
			"a< waits; a<; a> submit:1; a<; +60s tick; a< comes; a< held 2 missing 24; tick",
			"a>submit:1 unknown 3- open " + gap + "; a>submit:1 no_response 3- rev1 open"},
		{"and that shows at the end of the capture",
			"a< waits; a<; a> submit:1; a<; +60s tick; a< comes; a< held 2 missing 24",
			"a>submit:1 unknown 3- open " + gap + "; a>submit:1 no_response 3- rev1 open"},
		{"a request that a hole held back beyond its timeout",
			"a< waits; a<; a>; +70s tick; a< comes; a< held 2 deliver:1; tick",
			"a<deliver:1 no_response 2- open deliver_unacknowledged"},
		{"the same at the end of the capture",
			"a< waits; a<; a>; +70s tick; a< comes; a< held 2 deliver:1",
			"a<deliver:1 no_response 2- open deliver_unacknowledged"},
		{"and of the connection",
			"a< waits; a<; a>; +70s tick; a< comes; a< held 2 deliver:1; a fin",
			"a<deliver:1 no_response 2- open deliver_unacknowledged"},
		{"held back, and within the timeout",
			"a< waits; a<; a>; a> submit:7; +50s tick; a< comes; a< held 2 deliver:1; a> submit:8; +9.995s tick",
			"@8 conn.stalled: nothing came from the other side for 50003 ms, with 1 requests open; a<deliver:1 no_response 2- open deliver_unacknowledged; a>submit:7 capture_ended 4- conn.stalled; a>submit:8 capture_ended 8- flight 2"},
		{"the answer to one that was held back",
			"a< waits; a<; a> deliver_resp:1; a< comes; a< held 2 deliver:1",
			"a<deliver:1 answered 2-3 1ms"},
		{"the late answer to one",
			"a< waits; a<; +60s a> deliver_resp:1; a< comes; a< held 2 deliver:1",
			"a<deliver:1 answered 2-3 1m0s late_response"},
		{"a connection that reassembly forgot",
			"a> submit:1; a<; a evicted",
			"a>submit:1 unknown 1- blind (its connection was forgotten to stay within bounds)"},
		{"no second record when it is forgotten after the timeout",
			"a> submit:1; a<; +60s tick; a evicted",
			"a>submit:1 no_response 1- open"},
	})
}
