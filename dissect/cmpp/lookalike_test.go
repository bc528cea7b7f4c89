package cmpp

import (
	"bytes"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// numbers are n receivers of 13 digits, with the country code.
func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "8613800138" + string([]byte{'0' + byte(i/100), '0' + byte(i/10%10), '0' + byte(i%10)})
	}
	return out
}

// place puts octets into a content of n letters.
func place(n, at int, octets ...byte) []byte {
	b := bytes.Repeat([]byte("x"), n)
	copy(b[at:], octets)
	return b
}

// lookAlikes are bodies whose arithmetic fits a layout that they do not have
// (C§6.3). fits says which layouts it does fit, as a check of the example
// itself.
var lookAlikes = []struct {
	name     string
	pdu      wire.PDU
	v        wire.Version
	want     dissect.Version
	fits2    bool
	fits3    bool
	receiver string
}{
	{"2.x SUBMIT to one number of 11 digits with 4 octets, as 3.0 with no receiver and no content",
		&wire.Submit{MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "10690001",
			DestTerminalID: []string{"13800138000"}, MsgContent: []byte("code")},
		wire.V20, V20, true, false, "13800138000"},
	{"2.x SUBMIT to 73 numbers with 86, as 3.0 to 48: ASCII",
		&wire.Submit{MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "10690001",
			DestTerminalID: numbers(73), MsgContent: place(100, 15, 72)},
		wire.V20, V20, true, true, "8613800138000"},
	{"2.x SUBMIT to 73 numbers with 86, as 3.0 to 48: UCS-2",
		&wire.Submit{MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "10690001", MsgFmt: wire.FmtUCS2,
			ValIDTime: "261122023000032+", DestTerminalID: numbers(73), MsgContent: place(140, 14, 0x4e, 112)},
		wire.V20, V20, true, true, "8613800138000"},
	{"3.0 SUBMIT to 31 numbers with a Src_Id of 10 digits, as 2.x to 48",
		&wire.Submit{MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "1069000100",
			DestTerminalID: numbers(31), MsgContent: place(60, 2, 69)},
		wire.V30, V30, true, true, "8613800138000"},
	{"2.x DELIVER with an UCS-2 text, as 3.0",
		&wire.Deliver{DestID: "10690001", SrcTerminalID: "13800138000", MsgFmt: wire.FmtUCS2, MsgContent: place(124, 8, 0x4e, 0, 0, 100)},
		wire.V20, V20, true, true, "10690001"},
	{"2.x DELIVER whose text has no 0 or 1 where 3.0 has its flags",
		&wire.Deliver{DestID: "10690001", SrcTerminalID: "13800138000", MsgContent: place(124, 11, 100)},
		wire.V20, V20, true, false, "10690001"},
	{"2.x FWD, as 3.0",
		&wire.Fwd{SourceID: "1001", DestinationID: "1002", MsgSrc: "901234", FeeType: "01", FeeCode: "000000",
			SrcID: "10690001", DestID: []string{"13800138000"}, MsgFmt: wire.FmtBinary,
			MsgContent: append(place(99, 44, 1), place(41, 0, 28)...)},
		wire.V20, V20, true, true, "13800138000"},
}

func TestLookAlikes(t *testing.T) {
	for _, tt := range lookAlikes {
		raw := tt.pdu.Append(nil, tt.v)
		c := Protocol.Command(uint32(tt.pdu.Command()))
		for v, want := range map[dissect.Version]bool{V20: tt.fits2, V30: tt.fits3} {
			size, _ := c.Body.Size(raw[12:], int(v))
			if got := size == len(raw)-12 && c.Check(raw[12:], v); got != want {
				t.Errorf("%s: fits %s: %v, want %v", tt.name, Protocol.Versions[v], got, want)
			}
		}
		for _, login := range []byte{0, 0x20, 0x30} {
			var got string
			s := newSession(dissect.NoVersion, func(p *dissect.PDU) {
				if p.Class() != dissect.Login {
					got = read(p) + " " + string(p.Text(layout.To, p.Raw))
				}
			})
			if login != 0 {
				s.send("10.0.0.1:57800", reassembly.C2S, connectOf(login))
			}
			s.send("10.0.0.1:57800", reassembly.C2S, raw)
			s.close()
			if want := Protocol.Versions[tt.want] + " length " + tt.receiver; got != want {
				t.Errorf("%s, login %#x: %s, want %s", tt.name, login, got, want)
			}
		}
	}
}

// TestNoLayoutFits: without a length that fits, the fields are read by the
// layout that the body looks like, and the PDU has no version of its own.
func TestNoLayoutFits(t *testing.T) {
	for _, tt := range []struct {
		name string
		pdu  []byte
		want string
	}{
		{"surplus octets of 2.x", longer(submitOf(wire.V20), "tail"), "- as 2.0"},
		{"surplus octets of 3.0", longer(submitOf(wire.V30), "tail"), "- as 3.0"},
		{"a 3.0 tail that is short", shorter(submitOf(wire.V30), 9), "- as 3.0"},
		{"a 3.0 DELIVER with a tail", longer(deliverOf(wire.V30), "0123"), "- as 3.0"},
		{"a 2.x DELIVER with a tail", longer(deliverOf(wire.V20), "0123"), "- as 2.0"},
		{"a SUBMIT without receivers", (&wire.Submit{MsgSrc: "901234", FeeType: "01", FeeCode: "000000"}).Append(nil, wire.V30), "- as 3.0"},
		{"the same in 2.x", (&wire.Submit{MsgSrc: "901234", FeeType: "01", FeeCode: "000000"}).Append(nil, wire.V20), "- as 2.0"},
	} {
		one(t, tt.pdu, func(p *dissect.PDU) {
			if read(p) != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, read(p), tt.want)
			}
		})
		for login, v := range map[byte]string{0x20: "2.0", 0x30: "3.0"} {
			s := newSession(dissect.NoVersion, func(p *dissect.PDU) {
				if want := v + " connect"; read(p) != want {
					t.Errorf("%s after %s: %s", tt.name, want, read(p))
				}
			})
			s.send("10.0.0.1:57800", reassembly.C2S, connectOf(login))
			s.send("10.0.0.1:57800", reassembly.C2S, tt.pdu)
			s.close()
		}
	}
}

// longer appends octets to a PDU, shorter cuts some off; Total_Length says so.
func longer(pdu []byte, tail string) []byte {
	out := append(bytes.Clone(pdu), tail...)
	out[2], out[3] = byte(len(out)>>8), byte(len(out))
	return out
}

func shorter(pdu []byte, n int) []byte { return longer(pdu[:len(pdu)-n], "") }

// TestScore: what speaks for a layout where the length does not tell, in the
// order of C§6.3.
func TestScore(t *testing.T) {
	spec := func(name string) *layout.Spec {
		for _, s := range submitBody.Specs {
			if s.Name == name {
				return s
			}
		}
		return submitRespBody.Specs[1]
	}
	for _, tt := range []struct {
		field, octets string
		want          int
	}{
		{"FeeType", "01", 4}, {"FeeType", "\x00\x00", -1}, {"FeeType", "1\x00", -1}, {"FeeType", "AB", -1},
		{"FeeCode", "000100", 2}, {"FeeCode", "10\x00\x00\x00\x00", -1},
		{"Fee_terminal_type", "\x01", 1}, {"Fee_terminal_type", "1", -1},
		{"TP_udhi", "\x00", 1}, {"TP_udhi", "\x40", 1}, {"TP_udhi", "\x02", -1},
		{"Msg_Fmt", "\x08", 1}, {"Msg_Fmt", "\x0f", 1}, {"Msg_Fmt", "9", -1},
		{"Service_Id", "HELP\x00\x00\x00\x00\x00\x00", 1}, {"Service_Id", "0123456789", 1}, {"Service_Id", "A\x00B\x00\x00\x00\x00\x00\x00\x00", -1},
		{"Service_Id", "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", -1}, {"Msg_src", "", 0}, {"Pk_total", "\x07", 0},
		{"Result", "\x00\x00\x00\x08", 3}, {"Result", "\x08", 0},
	} {
		if got := scoreField(spec(tt.field), []byte(tt.octets)); got != tt.want {
			t.Errorf("%s %q: %d points, want %d", tt.field, tt.octets, got, tt.want)
		}
	}
}

// TestRecognised: what other protocols send to a port that is not CMPP's does
// not pass for it (C§6.5).
func TestRecognised(t *testing.T) {
	smgp := "\x00\x00\x00\x2a\x00\x00\x00\x01\x00\x00\x00\x01" + strings.Repeat("1", 30) +
		"\x00\x00\x00\x21\x80\x00\x00\x01\x00\x00\x00\x01" + strings.Repeat("\x00", 21)
	if ownStart([]byte(smgp)[:42]) || ownStart([]byte(smgp)[42:]) {
		t.Error("an SMGP login passes for CMPP")
	}
	if !ownStart(connectOf(0x20)) {
		t.Error("a CONNECT does not")
	}
	binary := connectOf(0x20)
	binary[12] = 1
	if ownStart(binary) || ownStart(longer(connectOf(0x20), "x")) {
		t.Error("a CONNECT with an unprintable Source_Addr or of 40 octets passes")
	}
}
