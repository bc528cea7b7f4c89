package track_test

import "testing"

// rule is one rule, shown by a script and what comes of it.
type rule struct{ name, script, want string }

func check(t *testing.T, rules []rule) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			if got := run(t, r.script); got != r.want {
				t.Errorf("%s\n got %s\nwant %s", r.script, got, r.want)
			}
		})
	}
}

func TestAnswered(t *testing.T) {
	check(t, []rule{
		{"a response answers its request",
			"a> submit:7; +250ms a< submit_resp:7",
			"a>submit:7 answered 1-2 250ms"},
		{"also without a delay",
			"a> submit:7; +0s a< submit_resp:7",
			"a>submit:7 answered 1-2 0s"},
		{"a failure is an answer",
			"a> submit:7; a< submit_resp:7=8",
			"a>submit:7 answered 1-2 1ms"},
		{"the ISMG asks as well",
			"a< deliver:7; a> deliver_resp:7",
			"a<deliver:7 answered 1-2 1ms"},
		{"time and packet are those of the last octet",
			"a> submit:7[:100]; +1s a> submit:7[100:]; +2s a< submit_resp:7[:13]; +3s a< submit_resp:7[13:]",
			"a>submit:7 answered 2-4 5s"},
		{"several in a packet, answered in another order",
			"a> submit:1 submit:2 submit:3; a< submit_resp:3 submit_resp:1; a< submit_resp:2",
			"a>submit:3 answered 1-2 1ms flight 3; a>submit:1 answered 1-2 1ms; a>submit:2 answered 1-3 2ms flight 2"},
		{"connections are apart",
			"a> submit:1; b> submit:1; b< submit_resp:1",
			"b>submit:1 answered 2-3 1ms; a>submit:1 capture_ended 1-"},
		{"commands are apart",
			"a> submit:1 query:1; a< query_resp:1",
			"a>query:1 answered 1-2 1ms flight 2; a>submit:1 capture_ended 1-"},
		{"directions are apart: both ends use one Sequence_Id at once",
			"a> active_test:1; a< active_test:1; a> active_test_resp:1; a< active_test_resp:1",
			"a<active_test:1 answered 2-3 1ms; a>active_test:1 answered 1-4 3ms"},
		{"a response in the direction of the request is none",
			"a> submit:1; a> submit_resp:1",
			"a>submit:1 capture_ended 1-; a<submit:1 orphan_response -2 orphan"},
		{"a request does not answer a request",
			"a> submit:1; a< submit:1; a> submit_resp:1; a< submit_resp:1",
			"a<submit:1 answered 2-3 1ms; a>submit:1 answered 1-4 3ms"},
		{"every Sequence_Id is one",
			"a> submit:0 submit:0xffffffff submit:0x80000000; a< submit_resp:0x80000000 submit_resp:0 submit_resp:0xffffffff",
			"a>submit:2147483648 answered 1-2 1ms flight 3; a>submit:0 answered 1-2 1ms; a>submit:4294967295 answered 1-2 1ms flight 2"},
		{"every command with an answer",
			"a> connect:1=900001; a< connect_resp:1; a> cancel:2; a< cancel_resp:2; a> fwd:3; a< fwd_resp:3; a> terminate:4; a< terminate_resp:4",
			"a>connect:1 answered 1-2 1ms; a>cancel:2 answered 3-4 1ms; a>fwd:3 answered 5-6 1ms; a>terminate:4 answered 7-8 1ms"},
		{"unknown commands",
			"a> 0x0000000f:1=abc 0x00abcdef:1; a< 0x00abcdef_resp:1=xy 0x0000000f_resp:1",
			"a>0x00abcdef:1 answered 1-2 1ms flight 2; a>0x0000000f:1 answered 1-2 1ms"},
		{"truncated ones by their headers",
			"a> submit:1/12; a< submit_resp:1/12",
			"a>submit:1 answered 1-2 1ms"},
		{"not without their headers",
			"a> submit:1/11; a< submit_resp:1",
			"a>submit:1 orphan_response -2 orphan"},
	})
}

func TestSameKey(t *testing.T) {
	check(t, []rule{
		{"the same octets are an attempt, and the first keeps the clock",
			"a> submit:1; +10s a> submit:1; a< submit_resp:1",
			"@2 repeated: sent again, attempt 2; a>submit:1 answered 1-3 10.001s x2"},
		{"attempts are counted on",
			"a> submit:1; a> submit:1; a> submit:1 submit:2; a< submit_resp:1 submit_resp:2",
			"@2 repeated: sent again, attempt 2; @3 repeated: sent again, attempt 3; a>submit:1 answered 1-4 3ms x3; a>submit:2 answered 3-4 1ms flight 2"},
		{"the answer to the second attempt has no request",
			"a> submit:1; a> submit:1; a< submit_resp:1; a< submit_resp:1",
			"@2 repeated: sent again, attempt 2; a>submit:1 answered 1-3 2ms x2; a>submit:1 orphan_response -4 orphan"},
		{"other octets are another request, the oldest is answered first",
			"a> submit:1=x; a> submit:1=y; a> submit:1=z; a< submit_resp:1 submit_resp:1; a< submit_resp:1",
			"a>submit:1 answered 1-4 3ms; a>submit:1 answered 2-4 2ms flight 2; a>submit:1 answered 3-5 2ms flight 3"},
		{"an attempt of the second of two",
			"a> submit:1=x; a> submit:1=y; a> submit:1=y; a< submit_resp:1 submit_resp:1",
			"@3 repeated: sent again, attempt 2; a>submit:1 answered 1-4 3ms; a>submit:1 answered 2-4 2ms flight 2 x2"},
		{"an attempt of the first of two",
			"a> submit:1=x; a> submit:1=y; a> submit:1=x; a< submit_resp:1 submit_resp:1",
			"@3 repeated: sent again, attempt 2; a>submit:1 answered 1-4 3ms x2; a>submit:1 answered 2-4 2ms flight 2"},
		{"after the answer it is another request",
			"a> submit:1; a< submit_resp:1; a> submit:1; a< submit_resp:1",
			"a>submit:1 answered 1-2 1ms; a>submit:1 answered 3-4 1ms"},
		{"with another Sequence_Id it is another request",
			"a> submit:1; a> submit:2; a< submit_resp:2",
			"a>submit:2 answered 2-3 1ms flight 2; a>submit:1 capture_ended 1-"},
		{"on another connection it is another request",
			"a> submit:1; b> submit:1; a< submit_resp:1",
			"a>submit:1 answered 1-3 2ms; b>submit:1 capture_ended 2-"},
		{"less of the same is another request",
			"a> submit:1; a> submit:1/100; a< submit_resp:1 submit_resp:1",
			"a>submit:1 answered 1-3 2ms; a>submit:1 answered 2-3 1ms flight 2"},
	})
}

func TestResponseFirst(t *testing.T) {
	check(t, []rule{
		{"a response waits for its request",
			"a< submit_resp:1; +5ms a> submit:1",
			"a>submit:1 answered 2-1 0s response_first"},
		{"for 200 packets",
			"a< submit_resp:1; #201 a> submit:1",
			"a>submit:1 answered 201-1 0s response_first"},
		{"no longer",
			"a< submit_resp:1; #202 a> submit:1",
			"a>submit:1 orphan_response -1 orphan; a>submit:1 capture_ended 202-"},
		{"as long again if a hole waits then where the request can be",
			"a< submit_resp:1; a> waits; #202 tick; #401 a> submit:1",
			"a>submit:1 answered 401-1 0s response_first"},
		{"not for more",
			"a< submit_resp:1; a> waits; #202 tick; #402 a> submit:1",
			"a>submit:1 orphan_response -1 orphan; a>submit:1 capture_ended 402-"},
		{"not if the hole was filled",
			"a< submit_resp:1; a> waits; a> comes; #202 tick; a> submit:1",
			"a>submit:1 orphan_response -1 orphan; a>submit:1 capture_ended 203-"},
		{"nor for a hole elsewhere",
			"a< submit_resp:1; a< waits; b> waits; #202 tick; a> submit:1",
			"a>submit:1 orphan_response -1 orphan; a>submit:1 capture_ended 203-"},
		{"the packets may be anybody's, and the capture time does not matter",
			"a< submit_resp:1; +48h tick; #201 b> submit:1; a> submit:1",
			"a>submit:1 orphan_response -1 orphan; b>submit:1 capture_ended 201-; a>submit:1 capture_ended 202-"},
		{"for 400 where a hole may hold it",
			"a> active_test:9; a> waits; a< submit_resp:1; #203 tick; #403 a> submit:1",
			"a>submit:1 answered 403-3 0s flight 2 response_first; a>active_test:9 capture_ended 1-"},
		{"not for more, and only while the hole is there",
			"a> active_test:9; a> waits; a< submit_resp:1; #204 tick; #404 a> submit:1; a< submit_resp:2; a> comes; #700 a> submit:2",
			"a>submit:1 orphan_response -3 orphan; a>submit:2 orphan_response -405 orphan; a>active_test:9 capture_ended 1-; a>submit:1 capture_ended 404- flight 2; a>submit:2 capture_ended 700- flight 3"},
		{"the oldest is taken",
			"a< submit_resp:1; a< submit_resp:1; a> submit:1; a> submit:1",
			"a>submit:1 answered 3-1 0s response_first; a>submit:1 answered 4-2 0s response_first"},
		{"then the request is answered",
			"a< submit_resp:1; a> submit:1; a< submit_resp:1",
			"a>submit:1 answered 2-1 0s response_first; a>submit:1 orphan_response -3 orphan"},
		{"it counts in flight",
			"a> submit:7; a< submit_resp:1; a> submit:1; a> submit:2",
			"a>submit:1 answered 3-2 0s flight 2 response_first; a>submit:7 capture_ended 1-; a>submit:2 capture_ended 4- flight 2"},
		{"connections, directions, commands and Sequence_Ids are apart",
			"a< submit_resp:1; b> submit:1; a< submit:1; a> query:1 submit:2; a> submit:1",
			"a>submit:1 answered 5-1 0s flight 3 response_first; b>submit:1 capture_ended 2-; a<submit:1 capture_ended 3-; a>query:1 capture_ended 4-; a>submit:2 capture_ended 4- flight 2"},
	})
}

func TestOrphan(t *testing.T) {
	check(t, []rule{
		{"a response without a request, told after 200 packets",
			"a< submit_resp:1; #202 tick; a> submit:2; a< submit_resp:2",
			"a>submit:1 orphan_response -1 orphan; a>submit:2 answered 203-204 1ms"},
		{"not before",
			"a< submit_resp:1; #201 a> submit:2; a< submit_resp:2; tick",
			"a>submit:1 orphan_response -1 orphan; a>submit:2 answered 201-202 1ms"},
		{"or at the end of its connection",
			"a< submit_resp:1; b< submit_resp:2; a fin; b> submit:3; b< submit_resp:3",
			"a>submit:1 orphan_response -1 orphan; b>submit:3 answered 4-5 1ms; b>submit:2 orphan_response -2 orphan"},
		{"they are told in order",
			"a< submit_resp:2 submit_resp:1; b< submit_resp:1; #300 tick",
			"a>submit:2 orphan_response -1 orphan; a>submit:1 orphan_response -1 orphan; b>submit:1 orphan_response -2 orphan"},
	})
}

func TestMessageID(t *testing.T) {
	const differs = "msg_id_mismatch: the Msg_Id is not that of the request; "
	check(t, []rule{
		{"DELIVER_RESP repeats it",
			"a< deliver:1=5; a> deliver_resp:1=5",
			"a<deliver:1 answered 1-2 1ms"},
		{"DELIVER_RESP has another",
			"a< deliver:1=5; a> deliver_resp:1=6",
			"@2 " + differs + "a<deliver:1 answered 1-2 1ms"},
		{"DELIVER_RESP has it with the octets of each half reversed",
			"a< deliver:1=5; a> deliver_resp:1=83886080",
			"@2 msg_id_swapped: the Msg_Id is that of the request with its octets in another order; a<deliver:1 answered 1-2 1ms"},
		{"DELIVER_RESP has none",
			"a< deliver:1=5; a> deliver_resp:1=0",
			"@2 " + differs + "a<deliver:1 answered 1-2 1ms"},
		{"FWD_RESP repeats it",
			"a> fwd:1=5; a< fwd_resp:1=5",
			"a>fwd:1 answered 1-2 1ms"},
		{"FWD_RESP has another",
			"a> fwd:1=5; a< fwd_resp:1=6",
			"@2 " + differs + "a>fwd:1 answered 1-2 1ms"},
		{"that of the response was not captured",
			"a< deliver:1=5; a> deliver_resp:1=6/19",
			"a<deliver:1 answered 1-2 1ms"},
		{"that of the request was not captured",
			"a< deliver:1=5/19; a> deliver_resp:1=5",
			"a<deliver:1 answered 1-2 1ms"},
		{"SUBMIT_RESP gives one",
			"a> submit:1; a< submit_resp:1",
			"a>submit:1 answered 1-2 1ms"},
	})
}
