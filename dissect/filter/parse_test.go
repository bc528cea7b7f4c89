package filter

import (
	"fmt"
	"strings"
	"testing"

	"cmppdump/dissect/lang"
)

// TestGrammar: what expressions mean, printed in one form.
func TestGrammar(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"sms.text", "sms.text"},
		{"  sms.text\t", "sms.text"},
		{"cmpp.result==8", "cmpp.result == 8"},
		{"cmpp.result eq 8", "cmpp.result == 8"},
		{"cmpp.result ne 8", "cmpp.result != 8"},
		{"cmpp.result lt 8 || cmpp.result le 8 || cmpp.result gt 8 || cmpp.result ge 8", "cmpp.result < 8 || cmpp.result <= 8 || cmpp.result > 8 || cmpp.result >= 8"},
		{"cmpp.result<8", "cmpp.result < 8"},
		{"cmpp.result<=8", "cmpp.result <= 8"},
		{"cmpp.result>0x8", "cmpp.result > 0x8"},
		{"!sms.text", "!sms.text"},
		{"not sms.text", "!sms.text"},
		{"!!sms.text", "!!sms.text"},
		{"not not sms.text", "!!sms.text"},
		{"!cmpp.result == 8", "!(cmpp.result == 8)"},
		{"a and b or c", "(a && b) || c"},
		{"a or b and c", "a || (b && c)"},
		{"(a or b) and c", "(a || b) && c"},
		{"a && b && c", "a && b && c"},
		{"a && (b && c)", "a && (b && c)"},
		{"((a))", "a"},
		{"!(a || b)", "!(a || b)"},
		{"! a && b", "!a && b"},
		{`sms.text contains "a \"b\" \\ c"`, `sms.text contains "a \"b\" \\ c"`},
		{`sms.text matches "\d{6}"`, `sms.text matches "\\d{6}"`},
		{`sms.text matches r"\d\"`, `sms.text matches "\\d\\"`},
		{`sms.text ~ '\d"'`, `sms.text matches "\\d\""`},
		{"sms.text contains “验证码”", `sms.text contains "验证码"`},
		{"sms.text contains 验证码", "sms.text contains 验证码"},
		{`sms.text contains "a\nb"`, `sms.text contains "a\nb"`},
		{"cmpp.result in {1,2..5 8}", "cmpp.result in {1, 2..5, 8}"},
		{"cmpp.result in{1}", "cmpp.result in {1}"},
		{"cmpp.result not in {1}", "!(cmpp.result in {1})"},
		{"ip.addr in {10.0.0.1..10.0.0.9}", "ip.addr in {10.0.0.1..10.0.0.9}"},
		{"ip.addr == 10.0.0.0/24", "ip.addr == 10.0.0.0/24"},
		{"ip.addr == ::1", "ip.addr == ::1"},
		{"txn.latency in {500ms..1.5s}", "txn.latency in {500ms..1.5s}"},
		{"13800001234", "13800001234"},
		{"-4947500466018385919 or +8613800001234", "-4947500466018385919 || +8613800001234"},
		{"@timestamp >= 2026-11-22T01:15:00+08:00", "@timestamp >= 2026-11-22T01:15:00+08:00"},
	} {
		n, err := parse(tt.src)
		if err != nil {
			t.Errorf("%s: %v", tt.src, err)
			continue
		}
		if got := string(n.append(nil)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.src, got, tt.want)
		}
	}
}

// TestErrors: the place of a fault, and what the message says.
func TestErrors(t *testing.T) {
	for _, tt := range []struct{ src, place, message string }{
		{"", "", "too early: expected a field"},
		{"sms.text &&", "", "too early: expected a field"},
		{"sms.text contains", "", "too early: expected a value"},
		{"(sms.text", "(", "not closed"},
		{"sms.text)", ")", "not opened"},
		{"sms.text sms.to", "sms.to", "expected and, or"},
		{"cmpp.result in 8", "8", "expected {"},
		{"cmpp.result in {8", "{", "not closed"},
		{"cmpp.result in {}", "}", "nothing"},
		{"cmpp.result in {8,}", "}", "expected a value"},
		{"cmpp.result not 8", "8", "expected in"},
		{"cmpp.result = 8", "=", "did you mean ==?"},
		{"sms.text & sms.to", "&", "did you mean &&?"},
		{`sms.text contains "x`, `"x`, "not closed"},
		{`"x"`, `"x"`, "needs a field"},
		{"sms.text contains and", "and", `quote it: "and"`},
		{"== 8", "==", "expected a field"},
		{"sms.txt contains x", "sms.txt", "did you mean sms.text?"},
		{"sms.to == 1 or cmpp.comand == 4", "cmpp.comand", "did you mean cmpp.command?"},
		{"latency_ms > 5", "latency_ms", "did you mean txn.latency_ms?"},
		{"nothing.like.it", "nothing.like.it", "cmppdump fields lists all"},
		{"1234", "1234", "no such field"},
		{"13800001234 == 5", "13800001234", "where a field must"},
		{"port 7890", "port", "tcp.port =="},
		{"host == 10.0.0.1", "host", "no such field"},
		{"cmpp.result contains 8", "contains", "is an integer and has no contains"},
		{"cmpp.result == ok", "ok", "the meaning is in cmpp.result_text"},
		{"cmpp.result == -1", "-1", "never below 0"},
		{"cmpp.result == 99999999999999999999", "99999999999999999999", "is an integer"},
		{"conn.id == x", "x", "is an integer"},
		{"tcp.port == 99999", "99999", "a port is at most 65535"},
		{"destination.port in {7890..65536}", "65536", "a port is at most 65535"},
		{"cmpp.command == submt", "submt", "did you mean CMPP_SUBMIT?"},
		{"cmpp.command == deliver_report", "deliver_report", "is no value of cmpp.command"},
		{"cmpp.command > submit", ">", "has no >"},
		{"txn.state == done", "done", "it is one of answered"},
		{"txn.state in {answered, closd}", "closd", "did you mean closed?"},
		{"txn.state in {answered..closed}", "closed", "have no ranges"},
		{"txn.latency > 5", "5", "5ms or 5s"},
		{"txn.latency_ms > fast", "fast", "such as 500ms"},
		{"ip.addr == 10.0.0", "10.0.0", "is an address"},
		{"ip.addr == 10.0.0.0/33", "10.0.0.0/33", "is an address"},
		{"ip.addr contains 10", "contains", "has no contains"},
		{"frame.time > yesterday", "yesterday", "is a time"},
		{"truncated == maybe", "maybe", "is true or false"},
		{"cmpp.msg_id == zz", "zz", "is an id"},
		{"cmpp.msg_id > 5", ">", "has no >"},
		{"cmpp.body contains 0a0", "0a0", "hexadecimal digits"},
		{"sms.text matches '('", "'('", "missing closing )"},
		{"cmpp.result in {5..1}", "5..1", "range is empty"},
		{"expert == x", "==", "such as expert.id"},
		{"sms.report == x", "==", "group of fields"},
		{"cmpp.submit == x", "==", "is a command"},
		{"cmpp.submit.result == 8", "cmpp.submit.result", "cmpp.submit_resp.result"},
		{"cmpp.submit.msg_fnt == 8", "cmpp.submit.msg_fnt", "did you mean cmpp.submit.msg_fmt?"},
		{"cmpp.msg_src == cmpp.sp_id", "cmpp.sp_id", "fields stand on the left"},
		{strings.Repeat("!", 300) + "sms.text", "!", "too deep"},
		{strings.Repeat("(", 300) + "sms.text", "(", "too deep"},
		{"sms.text" + strings.Repeat(" ", maxLen), "", "longer than"},
	} {
		_, err := Compile(tt.src, table)
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%.40s: no error", tt.src)
			continue
		}
		if got := tt.src[e.Offset : e.Offset+e.Length]; got != tt.place || !strings.Contains(e.Message[lang.English], tt.message) {
			t.Errorf("%.40s: at %q: %s; want at %q: %s", tt.src, got, e.Message, tt.place, tt.message)
		}
	}
}

// shape prints a tree with every parenthesis.
func shape(n node) string {
	switch n := n.(type) {
	case *logical:
		s := fmt.Sprintf("(%v", n.or)
		for _, x := range n.terms {
			s += " " + shape(x)
		}
		return s + ")"
	case *negation:
		return "(not " + shape(n.x) + ")"
	case *test:
		s := fmt.Sprintf("(%s %d", n.name.text, n.op)
		for _, x := range n.items {
			s += fmt.Sprintf(" %d%q..%d%q", x.lo.kind, x.lo.text, x.hi.kind, x.hi.text)
		}
		return s + ")"
	}
	return "?"
}

// FuzzParse: no expression makes it panic, and what is printed of a filter is
// the same filter.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a", "!a", "a && b || c", "(a || b) && !c", `a contains "x\"\\\n"`, `a matches r"\d"`, "a in {1, 2..3, \"x\"}", "a not in {1}",
		"a ~ 'x'", "sms.text contains “验证码”", "13800001234 or bb56850003e90001", "txn.latency > 500ms", "ip.addr == 10.0.0.0/24",
		"cmpp.command == submit", "frame.time > \"2026-11-22 02:10\"", "a = b", "((((", "a..b", "\xff", "a == r\"", "cmpp.submit.msg_fmt == 8",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		Complete(table, src, len(src)/2)
		if _, err := Compile(src, table); err != nil {
			if e := err.(*Error); e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(src) || strings.Contains(e.Message[lang.English], "\n") && !strings.Contains(src, "\n") {
				t.Fatalf("%q: the place %d+%d: %s", src, e.Offset, e.Length, e.Message)
			}
		}
		n, err := parse(src)
		if err != nil {
			return
		}
		printed := string(n.append(nil))
		again, err := parse(printed)
		if err != nil {
			t.Fatalf("%q is printed %q: %v", src, printed, err)
		}
		if shape(n) != shape(again) {
			t.Fatalf("%q is printed %q: %s, then %s", src, printed, shape(n), shape(again))
		}
	})
}
