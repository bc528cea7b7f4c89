package track_test

import (
	"testing"

	"cmppdump/dissect/track"
)

// TestNoRoom: the newest stays, however little room there is.
func TestNoRoom(t *testing.T) {
	r := newRunner(t, track.Options{MaxMem: 1})
	r.steps(parse(t, "a> submit:1; a< submit_resp:1; a< submit_resp:2; a> submit:2; a> submit:3; a< submit_resp:3; a> submit:4"))
	r.end()
	const want = "a>submit:1 answered 1-2 1ms; a>submit:2 answered 4-3 0s response_first; a>submit:3 answered 5-6 1ms; a>submit:4 capture_ended 7-"
	if got := r.tr.String(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestEvict: there is room for two. The request that is one too many counts in
// flight those that were open when it was sent.
func TestEvict(t *testing.T) {
	const forgotten = " blind (it was forgotten to stay under --max-mem)"
	for _, c := range []struct {
		rule
		evicted uint64
	}{
		{rule{"the oldest goes, of whatever connection",
			"a> submit:1; b> submit:2; b> submit:3; a> submit:4; b< submit_resp:3; a< submit_resp:4",
			"a>submit:1 unknown 1-" + forgotten + "; b>submit:2 unknown 2-" + forgotten + "; b>submit:3 answered 3-5 2ms flight 2; a>submit:4 answered 4-6 2ms"}, 2},
		{rule{"an attempt makes it young again",
			"a> submit:1; a> submit:2; a> submit:1; a> submit:3; a< submit_resp:1 submit_resp:3",
			"@3 repeated: sent again, attempt 2; a>submit:2 unknown 2- flight 2" + forgotten + "; a>submit:1 answered 1-5 4ms x2; a>submit:3 answered 4-5 1ms flight 3"}, 1},
		{rule{"nothing goes while there is room",
			"a> submit:1 submit:2; a< submit_resp:1; a> submit:3; a< submit_resp:2; a> submit:4; a< submit_resp:3 submit_resp:4",
			"a>submit:1 answered 1-2 1ms; a>submit:2 answered 1-4 3ms flight 2; a>submit:3 answered 3-6 3ms flight 2; a>submit:4 answered 5-6 1ms flight 2"}, 0},
		{rule{"those whose timeout was told go first, without news",
			"a> submit:1; a<; +60s a> submit:2; a> submit:3; a< submit_resp:2 submit_resp:3",
			"a>submit:1 no_response 1- open; a>submit:2 answered 3-5 2ms flight 2; a>submit:3 answered 4-5 1ms flight 3"}, 1},
		{rule{"what was forgotten has no request",
			"a> submit:1; a> submit:2; a> submit:3; a< submit_resp:3 submit_resp:1 submit_resp:2; a fin",
			"a>submit:1 unknown 1-" + forgotten + "; a>submit:3 answered 3-4 1ms flight 3; a>submit:2 answered 2-4 2ms flight 2; a>submit:1 orphan_response -4 orphan"}, 1},
		{rule{"nor is it the same that is sent again",
			"a> submit:1; a> submit:2; a> submit:3; a< submit_resp:2; a> submit:1; a< submit_resp:1 submit_resp:3",
			"a>submit:1 unknown 1-" + forgotten + "; a>submit:2 answered 2-4 2ms flight 2; a>submit:1 answered 5-6 1ms flight 2; a>submit:3 answered 3-6 3ms flight 3"}, 1},
		{rule{"responses that wait for their requests take room too",
			"a< submit_resp:1; a< submit_resp:2; a< submit_resp:3; a> submit:2; a> submit:1",
			"a>submit:1 orphan_response -1 orphan; a>submit:2 answered 4-2 0s response_first; a>submit:3 orphan_response -3 orphan; a>submit:1 capture_ended 5-"}, 1},
		{rule{"but requests go first",
			"a< submit_resp:1; a> submit:2; a> submit:3; a> submit:1",
			"a>submit:2 unknown 2-" + forgotten + "; a>submit:1 answered 4-1 0s flight 2 response_first; a>submit:3 capture_ended 3- flight 2"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRunner(t, track.Options{MaxMem: 2 * track.TxnSize})
			r.steps(parse(t, c.script))
			r.end()
			if got := r.tr.String(); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.script, got, c.want)
			}
			if n := r.tracker.Stats().Evicted; n != c.evicted {
				t.Errorf("%s: %d were counted as forgotten, want %d", c.script, n, c.evicted)
			}
		})
	}
}
