package track_test

import "testing"

// The timeout is 60 s, the first packet is at 1 s, and each is 1 ms later than
// that before it. The packets "a<" let the answer have been captured.

func TestTimeout(t *testing.T) {
	check(t, []rule{
		{"at the timeout there is no response",
			"a> submit:1; a<; +59.999s tick",
			"a>submit:1 no_response 1- open"},
		{"not before",
			"a> submit:1; a<; +59.998999999s tick; +0s a< submit_resp:1",
			"a>submit:1 answered 1-4 59.999999999s"},
		{"the capture must have reached it",
			"a> submit:1; a<; +59.998999999s tick",
			"a>submit:1 capture_ended 1-"},
		{"each at its own",
			"a> submit:1; +1s b< deliver:2; +1s a> submit:3; a<; b>; +58s tick; +1s tick; +1s tick",
			"a>submit:1 no_response 1- open; b<deliver:2 no_response 2- open deliver_unacknowledged; a>submit:3 no_response 3- flight 2 open"},
		{"several at once, in the order sent",
			"a> submit:1; b> submit:2; a> submit:3; a<; b<; +24h tick",
			"a>submit:1 no_response 1- open; b>submit:2 no_response 2- open; a>submit:3 no_response 3- flight 2 open"},
		{"it is told before the packet that shows it",
			"a> submit:1; a<; +60s a< submit_resp:1 deliver:2; a> deliver_resp:2",
			"a>submit:1 no_response 1- open; a>submit:1 answered 1-3 1m0.001s rev1 late_response; a<deliver:2 answered 3-4 1ms"},
		{"the packet at the very timeout is late",
			"a> submit:1; a<; +59.999s a< submit_resp:1",
			"a>submit:1 no_response 1- open; a>submit:1 answered 1-3 1m0s rev1 late_response"},
		{"it stays in flight",
			"a> submit:1; a<; +60s a> submit:2; a< submit_resp:2",
			"a>submit:1 no_response 1- open; a>submit:2 answered 3-4 1ms flight 2"},
	})
}

func TestLate(t *testing.T) {
	check(t, []rule{
		{"a late answer tells it again",
			"a> submit:1; a<; +60s tick; +1h a< submit_resp:1",
			"a>submit:1 no_response 1- open; a>submit:1 answered 1-4 1h1m0.001s rev1 late_response"},
		{"then it is answered",
			"a> submit:1; a<; +60s tick; a< submit_resp:1; a> submit:1; a< submit_resp:1; a< submit_resp:1",
			"a>submit:1 no_response 1- open; a>submit:1 answered 1-4 1m0.002s rev1 late_response; a>submit:1 answered 5-6 1ms; a>submit:1 orphan_response -7 orphan"},
		{"the oldest is answered first, however late",
			"a> submit:1=x; a<; +60s a> submit:1=y; a< submit_resp:1; a< submit_resp:1",
			"a>submit:1 no_response 1- open; a>submit:1 answered 1-4 1m0.002s rev1 late_response; a>submit:1 answered 3-5 2ms flight 2"},
		{"no second record at the close",
			"a> submit:1; a<; +60s tick; a fin; b> submit:1",
			"a>submit:1 no_response 1- open; b>submit:1 capture_ended 5-"},
		{"nor at the end of the capture",
			"a> submit:1; a> submit:2; a<; +59.998s tick",
			"a>submit:1 no_response 1- open; a>submit:2 capture_ended 2- flight 2"},
	})
}

func TestTimeoutOfAttempts(t *testing.T) {
	const again = "repeated: sent again, attempt "
	check(t, []rule{
		{"that of the last counts",
			"a> submit:1; a<; +59s a> submit:1; +59.999999999s tick",
			"@3 " + again + "2; a>submit:1 capture_ended 1- x2"},
		{"exactly",
			"a> submit:1; a<; +59s a> submit:1; +60s tick",
			"@3 " + again + "2; a>submit:1 no_response 1- x2 open"},
		{"others overtake it",
			"a> submit:1; a> submit:2; a<; +30s a> submit:1; +60s tick",
			"@4 " + again + "2; a>submit:2 no_response 2- flight 2 open; a>submit:1 no_response 1- x2 open"},
		{"sent again after the timeout it waits again, and is told again",
			"a> submit:1; a<; +60s a> submit:1; +59s tick; +1s tick",
			"a>submit:1 no_response 1- open; @3 " + again + "2; a>submit:1 no_response 1- x2 rev1 open"},
		{"and again",
			"a> submit:1; a<; +60s a> submit:1; +60s a> submit:1; +60s tick; a< submit_resp:1",
			"a>submit:1 no_response 1- open; @3 " + again + "2; a>submit:1 no_response 1- x2 rev1 open; @4 " + again + "3; a>submit:1 no_response 1- x3 rev2 open; " +
				"a>submit:1 answered 1-6 3m0.002s x3 rev3 late_response"},
		{"sent again after the timeout, and answered",
			"a> submit:1; a<; +60s a> submit:1; a< submit_resp:1",
			"a>submit:1 no_response 1- open; @3 " + again + "2; a>submit:1 answered 1-4 1m0.002s x2 rev1 late_response"},
		{"sent again after the timeout, and closed",
			"a> submit:1; a<; +60s a> submit:1; a rst",
			"a>submit:1 no_response 1- open; @3 " + again + "2; a>submit:1 closed 1- x2 rev1"},
		{"sent again after the timeout, and the capture ended",
			"a> submit:1; a<; +60s a> submit:1",
			"a>submit:1 no_response 1- open; @3 " + again + "2; a>submit:1 capture_ended 1- x2 rev1"},
	})
}
