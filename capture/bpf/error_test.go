package bpf

import (
	"errors"
	"strings"
	"testing"

	"cmppdump/dissect/lang"
)

func TestErrors(t *testing.T) {
	for _, test := range []struct {
		expr  string
		under string // what the caret is under
		want  string // part of the message
	}{
		{"prot 7890", "prot", `did you mean "port"?`},
		{"tcp portt 80", "portt", `did you mean "port"?`},
		{"port7890", "port7890", `did you mean "port 7890"?`},
		{"TCP port 80", "TCP", `did you mean "tcp"?`},
		{"dport 80", "dport", `did you mean "dst port"?`},
		{"hots 10.0.0.1", "hots", `did you mean "host"?`},
		{"icmp[icmptype] = icmp-ecko", "icmp-ecko", `expected a number`},
		{"10.0.0.1", "10.0.0.1", `did you mean "host 10.0.0.1"?`},
		{"tcp and fe80::1", "fe80::1", `did you mean "host fe80::1"?`},
		{"7890", "7890", `did you mean "port 7890"?`},
		{"(port 80) or 443", "443", `did you mean "port 443"?`},
		{"host 02:00:00:00:00:01", "02:", `did you mean "ether host 02:00:00:00:00:01"?`},
		{"host 10.0.0.1:7890", ":7890", `host ADDRESS and port NUMBER`},
		{"port 7890-7930", "7890-7930", `did you mean "portrange 7890-7930"?`},
		{"port cmpp", "cmpp", "give the number"},
		{"host gateway1", "gateway1", "give the address"},
		{"tcp port 7890 host 10.0.0.1", "host", `expected "and" or "or" in front of "host"`},
		{"tcp port 7890，7900", "，", `join conditions`},
		{"tcp port （80）", "（", `type "("`},
		{"主机 10.0.0.1", "主", "unexpected"},
		{"host 10.0.0.1 and (port 80", "(", "not closed"},
		{"port 80)", ")", "not opened"},
		{"tcp port 7890 and", "", "instead of the end"},
		{"host 10.0.0.1 and port", "", "expected a port instead of the end"},
		{"port tcp", "tcp", `type \tcp`},
		{"net 10/8", "10/8", "net 10.0.0.0/8"},
		{"net 10.0.0.1/8", "10.0.0.1/8", "the network is 10.0.0.0"},
		{"net fe80::1/10", "fe80::1/10", "the network is fe80::"},
		{"net 10.0.0.0/33", "10.0.0.0", "at most 32"},
		{"host 10.0.0.0/8", "10.0.0.0", `type "net"`},
		{"host 300.1.1.1", "300", "0 to 255"},
		{"tcp host 10.0.0.1", "tcp", `"tcp" does not go with host 10.0.0.1`},
		{"port 65536", "65536", "above 65535"},
		{"portrange 1-70000", "1-70000", "port 70000 is above 65535"},
		{"udp port ssh", "udp", "not registered for udp"},
		{"port 08", "08", "octal"},
		{"ip broadcast", "ip", "netmask"},
		{"inbound", "inbound", "EN10MB"},
		{"vlan 4096", "vlan", "at most 4095"},
		{"vlan and mpls and arp", "arp", "behind mpls"},
		{"pppoes and broadcast", "broadcast", "behind pppoes"},
		{"tcp[13] & 2", "", `expected a comparison`},
		{"tcp[0:3] = 1", "3", "1, 2 or 4"},
		{"len / 0 = 1", "/", "division by zero"},
		{"len << 32 = 1", "<<", "31 bits"},
		{"ah[0] = 1", "ah", "no fields"},
		{"type mgt", "type", "does not capture"},
		{"'tcp'", "'", "no quotes"},
		{"port 80 and (443 or tcp)", "tcp", "only values"},
		{strings.Repeat("(", 1000) + "tcp", "(", "nested"},
		{strings.Repeat("-", 1000) + "1 = 1", "-", "nested"},
		{strings.Repeat("1%", 1000) + "1 = 1", "%", "nested"},
		{strings.Repeat("tcp or ", 1e5) + "tcp", "tcp", "longer than"},
	} {
		_, err := Compile(test.expr, linkEthernet, Options{})
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.60q: %v", test.expr, err)
			continue
		}
		if msg := e.Error(); !strings.Contains(msg, test.want) || strings.ContainsAny(msg, "\n") {
			t.Errorf("%.60q: %s; want %s", test.expr, msg, test.want)
		}
		if !strings.HasPrefix(e.Expr[e.Pos:], test.under) || test.under == "" && e.Pos != len(e.Expr) {
			t.Errorf("%.60q: at %d, want it at %q", test.expr, e.Pos, test.under)
		}
	}
}

func TestErrorFlags(t *testing.T) {
	const (
		nothing = iota
		unsupported
		display
		rejectsAll
	)
	for _, test := range []struct {
		expr string
		link uint32
		want int
	}{
		{"cmpp.command == 4", linkEthernet, display},
		{`sms.text contains "x"`, linkEthernet, display},
		{"port 7890 and tcp.port == 7890", linkEthernet, display},
		{"13800001234", linkEthernet, display},
		{"port 7890 and 8613800001234", linkEthernet, display},
		{"(8613800001234)", linkEthernet, display},
		{"10658", linkEthernet, display},
		{"861380000123", linkEthernet, display}, // could be an Ethernet address
		{"5f0c9a1be2d47733", linkEthernet, display},
		{"port 13800001234", linkEthernet, nothing},
		{"7890", linkEthernet, nothing},
		{"prot 7890", linkEthernet, nothing},
		{"host sms.example", linkEthernet, unsupported},
		{"net backbone", linkEthernet, unsupported},
		{"port cmpp", linkEthernet, unsupported},
		{"proto xtp", linkEthernet, unsupported},
		{"ether host router", linkEthernet, unsupported},
		{"ip protochain 6", linkEthernet, unsupported},
		{"protochain 6", linkEthernet, unsupported},
		{"geneve", linkEthernet, unsupported},
		{"llc", linkEthernet, unsupported},
		{"iso", linkEthernet, unsupported},
		{"ether proto \\ipx", linkEthernet, unsupported},
		{"isis proto 5", linkEthernet, unsupported},
		{"decnet host 1.2", linkEthernet, unsupported},
		{"atalk[0] = 1", linkEthernet, unsupported},
		{"arp", linkRaw, rejectsAll},
		{"ip6", linkIPv4, rejectsAll},
		{"port 80 and arp", linkNull, rejectsAll},
		{"not ip", linkIPv4, rejectsAll},
		{"port 80", 127, nothing},
	} {
		_, err := Compile(test.expr, test.link, Options{})
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("%q: %v", test.expr, err)
			continue
		}
		got := nothing
		switch {
		case e.DisplayFilter:
			got = display
		case e.Unsupported:
			got = unsupported
		case e.RejectsAll:
			got = rejectsAll
		}
		if got != test.want {
			t.Errorf("%q: %+v, want %d", test.expr, *e, test.want)
		}
	}
}

func TestCaret(t *testing.T) {
	for _, test := range []struct {
		expr string
		pos  int
		want string
	}{
		{"abc", 0, "^"},
		{"abc", 2, "  ^"},
		{"abc", 3, "   ^"},
		{"主机 x", 7, "     ^"},
		{"（x", 3, "  ^"},
		{"a\tb", 2, " \t^"},
		{"e\u0301x", 3, " ^"},
		{"x", 99, " ^"},
	} {
		if got := (&Error{Expr: test.expr, Pos: test.pos}).Caret(); got != test.want {
			t.Errorf("%q, %d: %q, want %q", test.expr, test.pos, got, test.want)
		}
	}
}

func TestSuggestFirst(t *testing.T) {
	// Two keywords are as near: the likelier one.
	if got := suggest("prot")[lang.English]; got != `did you mean "port"?` {
		t.Error(got)
	}
	if got := suggest("xyzzy"); got != none {
		t.Error(got)
	}
	if got := suggest(strings.Repeat("p", 1000)); got != none {
		t.Error(got)
	}
}
