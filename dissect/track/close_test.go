package track_test

import (
	"slices"
	"strings"
	"testing"

	"cmppdump/dissect/track"
)

func TestClosed(t *testing.T) {
	for _, why := range []string{"fin", "rst", "reuse"} {
		check(t, []rule{
			{why + " closes what is open, in the order sent",
				"a> submit:2; a> submit:1; a< deliver:3; b> submit:4; a " + why + "; tick; b< submit_resp:4",
				"a>submit:2 closed 1-; a>submit:1 closed 2- flight 2; a<deliver:3 closed 3-; b>submit:4 answered 4-7 3ms"},
			{"what follows " + why + " is another connection",
				"a> submit:1; a " + why + "; a> submit:1; a< submit_resp:1; a< submit_resp:1",
				"a>submit:1 closed 1-; a>submit:1 answered 3-4 1ms; a>submit:1 orphan_response -5 orphan"},
			{"attempts do not count twice",
				"a> submit:1; a> submit:1; a " + why,
				"@2 repeated: sent again, attempt 2; a>submit:1 closed 1- x2"},
		})
	}
}

func TestCaptureEnded(t *testing.T) {
	check(t, []rule{
		{"by the packet of the request, then by offset, over all connections",
			"b> submit:9 submit:3 submit:5; a> submit:2; b< deliver:1; a< deliver:8 deliver:7; c> submit:1; b> submit:1; a> submit:1",
			"b>submit:9 capture_ended 1-; b>submit:3 capture_ended 1- flight 2; b>submit:5 capture_ended 1- flight 3; a>submit:2 capture_ended 2-; b<deliver:1 capture_ended 3-; " +
				"a<deliver:8 capture_ended 4-; a<deliver:7 capture_ended 4- flight 2; c>submit:1 capture_ended 5-; b>submit:1 capture_ended 6- flight 4; a>submit:1 capture_ended 7- flight 2"},
		{"responses that wait stand among them",
			"a< submit_resp:1; b> submit:2; b< submit_resp:3; a> submit:4",
			"a>submit:1 orphan_response -1 orphan; b>submit:2 capture_ended 2-; b>submit:3 orphan_response -3 orphan; a>submit:4 capture_ended 4-"},
		{"attempts keep their place",
			"a> submit:1; b> submit:2; a> submit:1",
			"@3 repeated: sent again, attempt 2; a>submit:1 capture_ended 1- x2; b>submit:2 capture_ended 2-"},
		{"what was told is not told again",
			"a> submit:1; b> submit:2; a<; b<; +59.997s tick; +0s c> submit:3",
			"a>submit:1 no_response 1- open; b>submit:2 capture_ended 2-; c>submit:3 capture_ended 6-"},
	})
}

// TestEvents shows the order of all events.
func TestEvents(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"a> submit:1; a< submit_resp:1", "opened pdu pdu transaction closed"},
		{"a> submit:1; a< submit_resp:1; a fin; a> submit:1; a< submit_resp:1; a fin", "opened pdu pdu transaction closed opened pdu pdu transaction closed"},
		{"a< submit_resp:1; a> submit:1", "opened pdu pdu transaction closed"},
		{"a< submit_resp:1; a fin", "opened pdu transaction closed"},
		{"a> submit:1/20; a< submit_resp:1", "opened pdu gap pdu transaction closed"},
		{"a> submit:1; a<; +60s a< submit_resp:1", "opened pdu transaction pdu transaction closed"},
		{"a> submit:1; b> submit:1; a fin", "opened pdu opened pdu transaction closed transaction closed"},
		{"a> submit:1; b> submit:1", "opened pdu opened pdu transaction transaction closed closed"},
		{"a>; a fin", "opened"},
	} {
		r := newRunner(t, track.Options{})
		r.steps(parse(t, c.script))
		if c.want == "opened" { // no octets: nothing to recognise
			c.want = ""
		}
		r.end()
		if got := strings.Join(r.tr.kinds, " "); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.script, got, c.want)
		}
		if n := len(r.tr.kinds); n > 0 && slices.Index(r.tr.kinds, "closed") < 0 {
			t.Errorf("%s: no close", c.script)
		}
	}
}
