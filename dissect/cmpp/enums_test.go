package cmpp

import (
	"strconv"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

var enums = map[string]*layout.Enum{
	"connect": connectStatus, "submit": submitResult, "deliver": deliverResult, "fwd": fwdResult, "cancel": cancelStatus,
	"route": routeResult, "update": updateResult, "push": pushResult, "stat": stat,
}

// lookup finds the meaning of a value as codes.txt writes it.
func lookup(t *testing.T, enum, value string, v dissect.Version) (layout.Meaning, bool) {
	t.Helper()
	if enum == "stat" {
		return stat.Lookup(0, []byte(value), int(v))
	}
	n, err := strconv.ParseUint(value, 10, 32)
	if err != nil || enums[enum] == nil {
		t.Fatalf("%s %s: %v", enum, value, err)
	}
	return enums[enum].Lookup(n, nil, int(v))
}

// TestCodes holds the meanings against C§5, in every version.
func TestCodes(t *testing.T) {
	of := map[string][]dissect.Version{"all": {V20, V21, V30}, "2.0": {V20}, "later": {V21, V30}}
	for _, l := range lines(t, "testdata/codes.txt") {
		c := strings.Split(l, "|")
		want, practice := strings.CutPrefix(c[3], "~")
		for _, v := range of[c[1]] {
			m, ok := lookup(t, c[0], c[2], v)
			switch {
			case !ok:
				t.Errorf("%s %s in %s means nothing", c[0], c[2], Protocol.Versions[v])
			case strings.ReplaceAll(m.Zh, " ", "") != want || m.Practice != practice:
				t.Errorf("%s %s in %s: %s, field practice %v; want %s", c[0], c[2], Protocol.Versions[v], m.Zh, m.Practice, l)
			}
		}
	}
}

// TestMeaningsComplete: whatever has a meaning has it in both languages.
func TestMeaningsComplete(t *testing.T) {
	for _, s := range enumerated() {
		for v := range dissect.Version(layout.Columns) {
			check := func(what string, m layout.Meaning, ok bool) {
				switch {
				case !ok:
				case m.En == "" || m.Zh == "":
					t.Errorf("%s %s in %s: %q, %q", s.Name, what, Protocol.Versions[v], m.En, m.Zh)
				case m.En != strings.TrimSpace(m.En) || m.Zh != strings.TrimSpace(m.Zh):
					t.Errorf("%s %s: blanks around %q, %q", s.Name, what, m.En, m.Zh)
				case !ascii(m.En):
					t.Errorf("%s %s: %q is no English", s.Name, what, m.En)
				}
			}
			for n := range uint64(300) {
				m, ok := s.Enum.Lookup(n, nil, int(v))
				check(strconv.FormatUint(n, 10), m, ok)
			}
			for _, x := range s.Enum.Values {
				m, ok := s.Enum.Lookup(x.Num, []byte(x.Text), int(v))
				check(x.Text, m, ok)
			}
		}
	}
}

// TestNoDuplicates: no table lists a value of a version twice, and within a
// table two values mean the same only where the specification says so.
func TestNoDuplicates(t *testing.T) {
	type key struct {
		num  uint64
		text string
		from int
	}
	same := map[string]bool{"other error": true, "Msg_Content starts with a UDH": true}
	for _, s := range enumerated() {
		seen := map[key]bool{}
		for _, v := range s.Enum.Values {
			k := key{v.Num, v.Text, v.From}
			if seen[k] {
				t.Errorf("%s: %d%s is listed twice for version %d", s.Name, v.Num, v.Text, v.From)
			}
			seen[k] = true
		}
		for col := range layout.Columns {
			by := map[string]string{}
			for _, v := range s.Enum.Values {
				m, ok := s.Enum.Lookup(v.Num, []byte(v.Text), col)
				name := strconv.FormatUint(v.Num, 10) + v.Text
				if other := by[m.En]; ok && other != "" && other != name && !same[m.En] {
					t.Errorf("%s in version %d: %s and %s both mean %q", s.Name, col, other, name, m.En)
				}
				by[m.En] = name
			}
		}
	}
	if len(fieldCodes) != 44 {
		t.Errorf("%d codes of C§5.7, want 44", len(fieldCodes))
	}
}

// enumerated are all fields with an enum.
func enumerated() []*layout.Spec {
	var out []*layout.Spec
	for _, l := range layouts() {
		for _, s := range l.Specs {
			if s.Enum != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

func ascii(s string) bool {
	for _, c := range s {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// TestStats: Stat of the field, and what is nobody's but a reseller's.
func TestStats(t *testing.T) {
	for _, tt := range []struct {
		stat, want string // want empty: nothing is known
		practice   bool
		receipt    dissect.Receipt
	}{
		{"DELIVRD", "delivered", false, dissect.Delivered},
		{"DELIVRD ", "delivered", false, dissect.Delivered},
		{"ACCEPTD", "accepted, an intermediate state", false, dissect.Intermediate},
		{"EXPIRED", "validity period expired", false, dissect.Expired},
		{"UNKNOWN", "message in an invalid state", false, dissect.Undelivered},
		{"MA:0054", "SMSC did not respond, response timeout", true, dissect.Undelivered},
		{"DA:0051", "DSMP did not respond, not connected", true, dissect.Undelivered},
		{"MA:0001", "SMSC did not respond", false, dissect.Undelivered}, // resellers mean something else by the number
		{"MK:0001", "SMSC final state UNDELIV, no such user", true, dissect.Undelivered},
		{"MK:0010", "SMSC final state UNDELIV, switched off or no coverage", true, dissect.Undelivered},
		{"CB:0007", "SCP responded with an error, balance too low", true, dissect.Undelivered},
		{"DB:0144", "DSMP responded with an error, blacklist", true, dissect.Undelivered},
		{"IB:0008", "next ISMG responded with an error, flow control", true, dissect.Undelivered},
		{"IB:0013", "next ISMG responded with an error, Dest_terminal_Id error", true, dissect.Undelivered},
		{"IB:0020", "next ISMG responded with an error", false, dissect.Undelivered},
		{"ID:0069", "rejected by the ISMG's own checks, blacklisted user", true, dissect.Undelivered},
		{"ID:0000", "rejected by the ISMG's own checks", true, dissect.Undelivered},
		{"IC:0154", "no status report received from the next ISMG, report timeout", true, dissect.Undelivered},
		{"MB:0088", "SMSC responded with an error", false, dissect.Undelivered},
		{"SA:", "", false, dissect.Undelivered},
		{"AF:4", "", false, dissect.Undelivered}, {"AP:2", "", false, dissect.Undelivered},
		{"HD:0001", "", false, dissect.Undelivered}, {"HD:29", "", false, dissect.Undelivered},
		{"CJ:0007", "", false, dissect.Undelivered}, {"MO:0008", "", false, dissect.Undelivered},
		{"NOSEND", "", false, dissect.Undelivered}, {"TIMEOUT", "", false, dissect.Undelivered},
		{"-9209", "", false, dissect.Undelivered}, {"MN00013", "", false, dissect.Undelivered},
		{"delivrd", "", false, dissect.Undelivered}, {"", "", false, dissect.Undelivered},
	} {
		m, ok := stat.Lookup(0, []byte(tt.stat), int(V30))
		if ok != (tt.want != "") || ok && (m.En != tt.want || m.Practice != tt.practice) {
			t.Errorf("%q: %q, field practice %v, %v; want %q, %v", tt.stat, m.En, m.Practice, ok, tt.want, tt.practice)
		}
		if r := Protocol.Receipt([]byte(tt.stat)); r != tt.receipt {
			t.Errorf("%q: receipt %d, want %d", tt.stat, r, tt.receipt)
		}
	}
}

// TestResultByVersion: the same number means another thing in another version,
// which the PDU's layout or the login tells.
func TestResultByVersion(t *testing.T) {
	for _, tt := range []struct {
		name  string
		login byte // 0: none
		pdu   wire.PDU
		in    wire.Version
		want  string
	}{
		{"SUBMIT_RESP of 2.0", 0, &wire.SubmitResp{Result: 10}, wire.V20, "other error"},
		{"SUBMIT_RESP of 2.0 after its CONNECT", 0x20, &wire.SubmitResp{Result: 13}, wire.V20, "other error"},
		{"SUBMIT_RESP of 2.1", 0x21, &wire.SubmitResp{Result: 10}, wire.V21, "Src_Id error"},
		{"SUBMIT_RESP of 3.0", 0, &wire.SubmitResp{Result: 10}, wire.V30, "Src_Id error"},
		{"SUBMIT_RESP of 3.0, flow control", 0, &wire.SubmitResp{Result: 8}, wire.V30, "flow control"},
		{"MT_ROUTE_RESP of 2.0", 0, &wire.MTRouteResp{Result: 2}, wire.V20, "this is the last route"},
		{"MT_ROUTE_RESP of 2.1", 0, &wire.MTRouteResp{Result: 2}, wire.V21, "source gateway code error"},
		{"MO_ROUTE_RESP of 3.0", 0x30, &wire.MORouteResp{Result: 2}, wire.V30, "source gateway code error"},
		{"GET_ROUTE_RESP of 2.0", 0, &wire.GetMTRouteResp{Result: 2}, wire.V20, "this is the last route"},
		{"GET_MT_ROUTE_RESP of 3.0", 0, &wire.GetMTRouteResp{Result: 2}, wire.V30, "source gateway code error"},
		{"MT_ROUTE_UPDATE_RESP of 2.0", 0, &wire.MTRouteUpdateResp{UpdateAnswer: wire.UpdateAnswer{Result: 1}}, wire.V20, "data illegal"},
		{"MT_ROUTE_UPDATE_RESP of 3.0", 0, &wire.MTRouteUpdateResp{UpdateAnswer: wire.UpdateAnswer{Result: 4}}, wire.V30, "this node does not accept updates"},
		{"PUSH_MT_ROUTE_UPDATE_RESP of 2.0", 0x20, &wire.PushMTRouteUpdateResp{Result: 1}, wire.V20, "update failed"},
		{"PUSH_MT_ROUTE_UPDATE_RESP of 3.0", 0x30, &wire.PushMTRouteUpdateResp{Result: 5}, wire.V30, "route update failed"},
	} {
		tt.pdu.SetSequence(7)
		got := ""
		s := newSession(dissect.NoVersion, func(p *dissect.PDU) {
			if f, ok := p.Field(layout.Status); ok && p.Sequence == 7 {
				m, _ := f.Spec.Enum.Of(f, p.Raw, int(p.Column))
				got = m.En
			}
		})
		if tt.login != 0 {
			s.send("10.0.0.1:57800", reassembly.C2S, connectOf(tt.login))
		}
		s.send("10.0.0.1:57800", reassembly.S2C, tt.pdu.Append(nil, tt.in))
		if s.close(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
