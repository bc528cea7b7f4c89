package cmpp

import (
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// The clients of the scripts. a and b come from one address, c from another.
var clients = map[byte]string{'a': "10.0.0.1:57800", 'b': "10.0.0.1:57801", 'c': "10.0.0.9:57800"}

// step sends one PDU: "a>" on connection a to the server, "a<" back. want is
// what is said of its version.
type step struct {
	where string
	pdu   []byte
	want  string
}

func submitOf(v wire.Version) []byte {
	return (&wire.Submit{PkTotal: 1, PkNumber: 1, MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "10690001",
		DestTerminalID: []string{"13800138000"}, MsgContent: []byte("hello")}).Append(nil, v)
}

func deliverOf(v wire.Version) []byte {
	return (&wire.Deliver{DestID: "10690001", SrcTerminalID: "13800138000", MsgContent: []byte("hello")}).Append(nil, v)
}

func submitRespOf(v wire.Version) []byte { return new(wire.SubmitResp).Append(nil, v) }
func cancelRespOf(v wire.Version) []byte { return new(wire.CancelResp).Append(nil, v) }
func routeRespOf(v wire.Version) []byte  { return new(wire.MTRouteResp).Append(nil, v) }

// TestVersion: the PDU's own length tells; else the votes of its connection
// and direction, else the CONNECT, else other connections between the same
// addresses (design, section 5). Nothing is revised.
func TestVersion(t *testing.T) {
	test := new(wire.ActiveTest).Append(nil, wire.V20)
	testResp := new(wire.ActiveTestResp).Append(nil, wire.V20)
	query := new(wire.Query).Append(nil, wire.V20)
	route := new(wire.MTRoute).Append(nil, wire.V20)
	unknown := []byte{0, 0, 0, 16, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 0}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"length", []step{
			{"a>", submitOf(wire.V20), "2.0 length"}, {"b>", submitOf(wire.V30), "3.0 length"},
			{"a<", submitRespOf(wire.V20), "2.0 length"}, {"b<", submitRespOf(wire.V30), "3.0 length"},
			{"a<", deliverOf(wire.V20), "2.0 length"}, {"b<", deliverOf(wire.V30), "3.0 length"},
			{"a<", new(wire.ConnectResp).Append(nil, wire.V20), "2.0 length"},
			{"b<", new(wire.ConnectResp).Append(nil, wire.V30), "3.0 length"},
			{"a<", new(wire.FwdResp).Append(nil, wire.V20), "2.0 length"},
			{"b<", new(wire.FwdResp).Append(nil, wire.V30), "3.0 length"},
		}},
		{"a layout of all versions tells nothing", []step{
			{"a>", test, "- as 2.0"}, {"a<", testResp, "- as 2.0"}, {"a>", query, "- as 2.0"}, {"a>", route, "- as 2.0"}, {"a>", unknown, "- as 3.0"},
		}},
		{"votes of the direction", []step{
			{"a>", test, "- as 2.0"}, {"a>", submitOf(wire.V30), "3.0 length"}, {"a>", test, "3.0 votes"}, {"a>", query, "3.0 votes"},
			{"a>", unknown, "3.0 votes"},
		}},
		{"votes come before the CONNECT", []step{
			{"a>", connectOf(0x30), "3.0 connect"}, {"a>", test, "3.0 connect"}, {"a>", submitOf(wire.V20), "2.0 length"},
			{"a>", test, "2.0 votes"}, {"a<", test, "3.0 connect"},
		}},
		{"the most votes", []step{
			{"a>", submitOf(wire.V20), "2.0 length"}, {"a>", submitOf(wire.V20), "2.0 length"}, {"a>", submitOf(wire.V30), "3.0 length"},
			{"a>", test, "2.0 votes"}, {"a>", submitOf(wire.V30), "3.0 length"}, {"a>", submitOf(wire.V30), "3.0 length"}, {"a>", test, "3.0 votes"},
		}},
		{"the directions vote apart", []step{
			{"a>", submitOf(wire.V20), "2.0 length"}, {"a<", submitRespOf(wire.V30), "3.0 length"},
			{"a>", test, "2.0 votes"}, {"a<", test, "3.0 votes"},
		}},
		{"CONNECT, both directions", []step{
			{"a>", connectOf(0x20), "2.0 connect"}, {"a<", test, "2.0 connect"}, {"a>", test, "2.0 connect"},
		}},
		{"the version byte of a CONNECT_RESP tells nothing", []step{
			{"a>", connectOf(0x20), "2.0 connect"},
			{"a<", (&wire.ConnectResp{Version: wire.V30}).Append(nil, wire.V20), "2.0 length"}, {"a<", test, "2.0 votes"}, {"a>", test, "2.0 connect"},
		}},
		{"CONNECT from the gateway", []step{
			{"a<", connectOf(0x20), "2.0 connect"}, {"a>", test, "2.0 connect"},
		}},
		{"the newest CONNECT", []step{
			{"a>", connectOf(0x20), "2.0 connect"}, {"a>", connectOf(0x30), "3.0 connect"}, {"a>", test, "3.0 connect"},
		}},
		{"odd version bytes", []step{
			{"a>", connectOf(0x12), "2.0 connect"}, {"a>", connectOf(0), "- as 2.0"}, {"a>", connectOf(1), "2.0 connect"},
			{"a>", connectOf(11), "2.0 connect"}, {"a>", connectOf(0x7f), "- as 2.0"}, {"a>", connectOf(0x21), "2.1 connect"},
			{"a>", connectOf(0x22), "2.0 connect"}, {"a>", connectOf(0x31), "3.0 connect"},
		}},
		{"other connections between the addresses", []step{
			{"a>", submitOf(wire.V30), "3.0 length"}, {"b>", test, "3.0 votes"}, {"b<", test, "3.0 votes"}, {"c>", test, "- as 2.0"},
		}},
		{"one's own CONNECT comes before other connections", []step{
			{"a>", submitOf(wire.V30), "3.0 length"}, {"b>", connectOf(0x20), "2.0 connect"}, {"b>", test, "2.0 connect"},
		}},
		{"nothing is revised", []step{
			{"a>", test, "- as 2.0"}, {"a>", submitOf(wire.V30), "3.0 length"}, {"a>", submitOf(wire.V20), "2.0 length"},
		}},
		{"CANCEL_RESP does not vote", []step{
			{"a>", submitOf(wire.V20), "2.0 length"}, {"a<", cancelRespOf(wire.V30), "3.0 length"}, {"a<", cancelRespOf(wire.V30), "3.0 length"},
			{"a<", test, "2.0 votes"}, {"b<", test, "2.0 votes"}, {"c<", cancelRespOf(wire.V30), "3.0 length"}, {"c<", test, "- as 2.0"},
		}},
		{"a Result of four octets in a session of 2.x", []step{
			{"a>", connectOf(0x20), "2.0 connect"}, {"a>", submitOf(wire.V20), "2.0 length"}, {"a<", submitRespOf(wire.V30), "3.0 length"},
			{"a>", submitOf(wire.V20), "2.0 length"}, {"a<", deliverOf(wire.V20), "2.0 length"}, {"a>", new(wire.DeliverResp).Append(nil, wire.V30), "3.0 length"},
		}},
		{"2.1: the layouts of 2.0 after a CONNECT that says so", []step{
			{"a>", connectOf(0x21), "2.1 connect"}, {"a>", submitOf(wire.V21), "2.1 length"},
			{"a<", submitRespOf(wire.V21), "2.1 length"}, {"a<", test, "2.1 votes"}, {"a>", submitOf(wire.V30), "3.0 length"},
		}},
		{"2.0 without that CONNECT", []step{
			{"a>", submitOf(wire.V21), "2.0 length"}, {"a>", connectOf(0x21), "2.0 votes"}, {"a>", submitOf(wire.V21), "2.1 length"},
		}},
		{"2.1: the GNS layouts, while nothing says 3.0", []step{
			{"a<", routeRespOf(wire.V20), "2.0 length"}, {"b<", routeRespOf(wire.V21), "2.1 length"},
		}},
		{"3.0: the GNS layouts of 2.1 after a CONNECT that says so", []step{
			{"a>", connectOf(0x30), "3.0 connect"}, {"a<", routeRespOf(wire.V30), "3.0 length"}, {"a<", routeRespOf(wire.V20), "2.0 length"},
		}},
		{"3.0: the GNS layouts of 2.1 after votes that say so", []step{
			{"a<", submitRespOf(wire.V30), "3.0 length"}, {"a<", routeRespOf(wire.V30), "3.0 length"},
		}},
	} {
		var got []string
		s := newSession(dissect.NoVersion, func(p *dissect.PDU) { got = append(got, read(p)) })
		for i, st := range tt.steps {
			got = nil
			s.send(clients[st.where[0]], map[byte]reassembly.Dir{'>': reassembly.C2S, '<': reassembly.S2C}[st.where[1]], st.pdu)
			if g := strings.Join(got, ", "); g != st.want {
				t.Errorf("%s, step %d: %s, want %s", tt.name, i+1, g, st.want)
			}
		}
		s.close()
	}
}

// TestVersionFlag: the user's word overrides everything, and the PDU is read
// by it.
func TestVersionFlag(t *testing.T) {
	for _, v := range []dissect.Version{V20, V30} {
		s := newSession(v, func(p *dissect.PDU) {
			if want := Protocol.Versions[v] + " flag"; read(p) != want {
				t.Errorf("%s %s, want %s", p.AppendName(nil), read(p), want)
			}
			if err := untiled(p); err != nil || p.Err.Failed() && v == V30 && p.Class() == dissect.Submit {
				t.Errorf("%s by %s: %v, %+v", p.AppendName(nil), read(p), err, p.Err)
			}
		})
		s.send("10.0.0.1:57800", reassembly.C2S, connectOf(0x20))
		s.send("10.0.0.1:57800", reassembly.C2S, submitOf(wire.V30))
		s.send("10.0.0.1:57800", reassembly.S2C, submitRespOf(wire.V30))
		s.close()
	}
}

// TestVersionNote: a layout other than the login's is worth a note, once the
// length proves it.
func TestVersionNote(t *testing.T) {
	for _, tt := range []struct {
		name  string
		login byte
		pdu   []byte
		note  bool
	}{
		{"as the login", 0x30, submitOf(wire.V30), false},
		{"not as the login", 0x20, submitOf(wire.V30), true},
		{"2.1 has the layout of 2.0", 0x21, submitOf(wire.V20), false},
		{"3.0 has the routes of 2.1", 0x30, routeRespOf(wire.V21), false},
		{"routes of 2.0 in 3.0", 0x30, routeRespOf(wire.V20), true},
		{"no login", 0, submitOf(wire.V30), false},
		{"all versions alike", 0x20, new(wire.ActiveTest).Append(nil, wire.V30), false},
		{"the first response after a login", 0x20, new(wire.ConnectResp).Append(nil, wire.V30), true},
	} {
		got := false
		s := newSession(dissect.NoVersion, func(p *dissect.PDU) {
			for _, n := range p.Notes {
				got = got || n.Spec.ID == "cmpp.version_mismatch"
			}
		})
		if tt.login != 0 {
			s.send("10.0.0.1:57800", reassembly.C2S, connectOf(tt.login))
		}
		s.send("10.0.0.1:57800", reassembly.S2C, tt.pdu)
		if s.close(); got != tt.note {
			t.Errorf("%s: note %v, want %v", tt.name, got, tt.note)
		}
	}
}
