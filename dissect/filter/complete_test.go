package filter

import (
	"slices"
	"strings"
	"testing"
)

// TestComplete: the cursor is at the |. Want begins the list; a word behind !
// must not be in it.
func TestComplete(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"|", "schema @timestamp !and !=="},
		{"sms.te|", "sms.text"},
		{"SMS.TE|", "sms.text"},
		{"cmpp.comm|", "cmpp.command_id cmpp.command"},
		{"cmpp.submit.msg_f|", "cmpp.submit.msg_fmt"},
		{"cmpp.submit_resp.res|", "cmpp.submit_resp.result cmpp.submit_resp.result_text"},
		{"sms.text |", "== != < <= > >= contains matches in"},
		{"sms.text c|", "contains"},
		{"cmpp.result |", "== != < <= > >= in !contains"},
		{"cmpp.msg_id |", "== != in !<"},
		{"expert |", "and or"},
		{"txn.state == |", "answered no_response"},
		{"txn.state == no|", "no_response"},
		{"txn.state in {|", "answered no_response"},
		{"txn.state in {answered, |", "answered no_response"},
		{"txn.state in {answered |", ", }"},
		{"txn.state in |", "{"},
		{"txn.state not |", "in"},
		{"txn.state not in {cl|", "closed"},
		{"cmpp.command == submit_r|", "submit_resp"},
		{"cmpp.command == CMPP_SUBMIT_R|", "CMPP_SUBMIT_RESP"},
		{"cmpp.result == |", "0 1 2"},
		{"cmpp.fee_type == |", "00 01"},
		{"truncated == |", "true false"},
		{"sms.text contains |", ""},
		{"sms.text contains x |", "and or !=="},
		{"sms.text contains x and txn.st|", "txn.state"},
		{"!(txn.st|", "txn.state"},
		{"not txn.st|", "txn.state"},
		{"sms.text contains \"x|", ""},
		{"txn.st| == answered", "txn.state"},
		{"nothing |", "and or !=="},
	} {
		cursor := strings.IndexByte(tt.src, '|')
		src := tt.src[:cursor] + tt.src[cursor+1:]
		var got []string
		for _, c := range Complete(table, src, cursor) {
			got = append(got, c.Text)
			if c.Start > cursor || !strings.EqualFold(c.Text[:cursor-c.Start], src[c.Start:cursor]) {
				t.Errorf("%s: %q from %d", tt.src, c.Text, c.Start)
			}
		}
		n := 0
		for _, w := range strings.Fields(tt.want) {
			if not, ok := strings.CutPrefix(w, "!"); ok && w != "!=" {
				if slices.Contains(got, not) {
					t.Errorf("%s: offers %s", tt.src, not)
				}
				continue
			}
			if n >= len(got) || got[n] != w {
				t.Errorf("%s: %.10q, want %s", tt.src, got, tt.want)
				break
			}
			n++
		}
		if tt.want == "" && len(got) > 0 {
			t.Errorf("%s: %.10q", tt.src, got)
		}
	}
}

// TestCompleteDocs: what is offered is explained.
func TestCompleteDocs(t *testing.T) {
	for src, want := range map[string]string{
		"txn.latenc": "From the first request to the response.", "cmpp.submit_resp.resul": "Result: Whether the gateway accepted the message.",
		"cmpp.result == 8": "flow control", "cmpp.command == submi": "A message from the SP to phones.",
	} {
		list := Complete(table, src, len(src))
		if !slices.ContainsFunc(list, func(c Candidate) bool { return c.Doc == want }) {
			t.Errorf("%s: %v", src, list)
		}
	}
}
