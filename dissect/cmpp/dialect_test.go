package cmpp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// notesOf spells the notes of a PDU: ids and sentences.
func notesOf(p *dissect.PDU) string {
	var all []string
	for i := range p.Notes {
		all = append(all, p.Notes[i].Spec.ID+": "+string(p.Notes[i].AppendText(nil)))
	}
	return strings.Join(all, "; ")
}

// patched changes octets of a PDU.
func patched(pdu []byte, at int, octets string) []byte {
	out := bytes.Clone(pdu)
	copy(out[at:], octets)
	return out
}

func submitWith(v wire.Version, change func(*wire.Submit)) []byte {
	p := &wire.Submit{PkTotal: 1, PkNumber: 1, MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "10690001",
		DestTerminalID: []string{"13800138000"}, MsgContent: []byte("hello")}
	change(p)
	return p.Append(nil, v)
}

// reportIn is a DELIVER with a report block, whose Msg_Length says something.
func reportIn(v wire.Version, octets int, says byte) []byte {
	pdu := (&wire.Deliver{DestID: "10690001", SrcTerminalID: "13800138000", RegisteredDelivery: 1, MsgContent: block(octets)}).Append(nil, v)
	pdu[12+deliverBody.Find(layout.ContentLength, int(map[wire.Version]dissect.Version{wire.V20: V20, wire.V30: V30}[v]))] = says
	return pdu
}

// TestDialects: bodies that break with the specification are read in full, and
// the note says what was odd and what was assumed (C§3.2, C§3.9, C§9.1).
func TestDialects(t *testing.T) {
	auth := strings.Repeat("\xaa", 16)
	connectAs := func(addr string, version byte) []byte {
		return longer([]byte("\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01"), addr+auth+string(version)+"\x06\x14\xdc\x45")
	}
	resp := func(body string) []byte {
		return longer([]byte("\x00\x00\x00\x00\x80\x00\x00\x01\x00\x00\x00\x01"), body)
	}
	const whole = "report of bbb8594134fd1234 DELIVRD 2411231405 2411231406 to 13800138000 sequence 12345678"
	account := func(p *dissect.PDU) string { return string(p.Text(layout.Login, p.Raw)) }
	text := func(p *dissect.PDU) string { return string(p.SMS.AppendText(nil)) }
	status := func(p *dissect.PDU) string {
		s, _ := p.Status()
		v, ok := p.Uint(layout.VersionByte)
		return fmt.Sprintf("%d %d %v", s, v, ok)
	}
	for _, tt := range []struct {
		name           string
		pdu            []byte
		version, notes string
		what           func(*dissect.PDU) string
		want           string
	}{
		{"ACTIVE_TEST_RESP without its octet", []byte("\x00\x00\x00\x0c\x80\x00\x00\x08\x00\x00\x00\x01"), "- as 2.0",
			"cmpp.empty_body: no Reserved octet: taken as an answer all the same", account, ""},
		{"CONNECT, four characters not padded", connectAs("9012", 0x20), "2.0 length",
			"cmpp.dialect: Source_Addr is not padded to 6 octets: read as 4", account, "9012"},
		{"CONNECT, six and a NUL", connectAs("901234\x00", 0x30), "3.0 length",
			"cmpp.dialect: Source_Addr is not padded to 6 octets: read as 7", account, "901234"},
		{"CONNECT, more than six", connectAs("90123456", 0x30), "3.0 length",
			"cmpp.dialect: Source_Addr is not padded to 6 octets: read as 8", account, "90123456"},
		{"CONNECT, not padded, and a version byte that says nothing", connectAs("9012", 0), "- as 2.0",
			"cmpp.dialect: Source_Addr is not padded to 6 octets: read as 4; cmpp.version_byte: version byte 0x0 names no version: nothing is assumed from it", account, "9012"},
		{"CONNECT of no such form", connectAs("9012", 0x99), "- as 2.0", "cmpp.short_body: the body ends before Timestamp", nil, ""},
		{"CONNECT_RESP of Status and Version, 2.x", resp("\x03\x20"), "2.0 length",
			"cmpp.dialect: no AuthenticatorISMG: read as Status and Version", status, "3 32 true"},
		{"the same of 3.0", resp("\x00\x00\x00\x03\x30"), "3.0 length",
			"cmpp.dialect: no AuthenticatorISMG: read as Status and Version", status, "3 48 true"},
		{"CONNECT_RESP of Status alone, 2.x", resp("\x03"), "2.0 length",
			"cmpp.dialect: no AuthenticatorISMG and no Version: read as Status", status, "3 0 false"},
		{"the same of 3.0", resp("\x00\x00\x00\x03"), "3.0 length",
			"cmpp.dialect: no AuthenticatorISMG and no Version: read as Status", status, "3 0 false"},
		{"Msg_Length 71, block of 60, 3.0", reportIn(wire.V30, 60, 71), "3.0 length",
			"cmpp.dialect: Msg_Length says 71, but the PDU has the length for a report block of 60 octets: read as that", reported, whole},
		{"the same in 2.0", reportIn(wire.V20, 60, 71), "2.0 length",
			"cmpp.dialect: Msg_Length says 71, but the PDU has the length for a report block of 60 octets: read as that", reported, whole},
		{"Msg_Length 60, block of 71, 3.0", reportIn(wire.V30, 71, 60), "3.0 length",
			"cmpp.dialect: Msg_Length says 60, but the PDU has the length for a report block of 71 octets: read as that", reported, whole},
		{"Msg_Length 71, block of 71, LinkID of 9", shorter(reportIn(wire.V30, 71, 71), 11), "- as 3.0",
			"cmpp.short_body: the body ends before LinkID", reported, whole},
		{"the block as it says", reportIn(wire.V30, 60, 60), "3.0 length", "", reported, whole},
		{"LinkID left out", shorter(submitOf(wire.V30), 20), "3.0 length", "cmpp.dialect: LinkID is left out", text, "hello"},
		{"LinkID left out of a DELIVER", shorter(deliverOf(wire.V30), 20), "3.0 length", "cmpp.dialect: LinkID is left out", text, "hello"},
		{"Reserve left out", shorter(submitOf(wire.V20), 8), "2.0 length", "cmpp.dialect: Reserve is left out", text, "hello"},
		{"Reserved left out", shorter(deliverOf(wire.V20), 8), "2.0 length", "cmpp.dialect: Reserved is left out", text, "hello"},
		{"the tail of version byte 0x7f", longer(submitOf(wire.V30), "\x00\x00\x00\x04abcd"), "3.0 length",
			"cmpp.dialect: more octets behind LinkID, after a length of their own: as the dialect of version byte 0x7f has it", text, "hello"},
		{"an empty one", longer(deliverOf(wire.V30), "\x00\x00\x00\x00"), "3.0 length",
			"cmpp.dialect: more octets behind LinkID, after a length of their own: as the dialect of version byte 0x7f has it", text, "hello"},
	} {
		one(t, tt.pdu, func(p *dissect.PDU) {
			if got := notesOf(p); got != tt.notes {
				t.Errorf("%s: notes %s\nwant %s", tt.name, got, tt.notes)
			}
			if got := read(p); got != tt.version {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.version)
			}
			if tt.what != nil && tt.what(p) != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, tt.what(p), tt.want)
			}
			if err := untiled(p); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			var again dissect.PDU
			again.Conn, again.Proto, again.Version, again.Source, again.Column = p.Conn, p.Proto, p.Version, p.Source, p.Column
			if again.Load(p.Raw, p.Total); len(again.Fields) != len(p.Fields) {
				t.Errorf("%s: %d fields, %d when it is read again", tt.name, len(p.Fields), len(again.Fields))
			}
		})
	}
}

// TestFieldNotes: what fields hold that they should not. What is only unusual
// has no note.
func TestFieldNotes(t *testing.T) {
	forbids := func(name string, n int) string {
		return fmt.Sprintf("cmpp.forbidden_value: %s is %d, which the specification does not allow", name, n)
	}
	practice := func(name string, n int) string {
		return fmt.Sprintf("cmpp.practice: %s is %d, which is not in the specification but in use", name, n)
	}
	text := func(name string) string {
		return "cmpp.forbidden_text: " + name + " holds text that the specification does not allow there"
	}
	content := func(n int, format uint8) []byte {
		return submitWith(wire.V30, func(p *wire.Submit) { p.MsgContent, p.MsgFmt = bytes.Repeat([]byte("x "), n)[:n], format })
	}
	const udh = "\x05\x00\x03\x01\x02\x01"
	for _, tt := range []struct {
		name string
		pdu  []byte
		want string
	}{
		{"as it should be", submitOf(wire.V30), ""},
		{"SMC CDR, in any version", submitWith(wire.V30, func(p *wire.Submit) { p.RegisteredDelivery = 2 }), ""},
		{"no FeeType and no FeeCode", submitWith(wire.V20, func(p *wire.Submit) { p.FeeType, p.FeeCode = "", "" }), ""},
		{"every field full", submitWith(wire.V30, func(p *wire.Submit) {
			p.ServiceID, p.SrcID, p.LinkID = strings.Repeat("1", 10), strings.Repeat("1", 21), strings.Repeat("1", 20)
			p.DestTerminalID = []string{strings.Repeat("1", 32)}
		}), ""},
		{"Registered_Delivery", submitWith(wire.V20, func(p *wire.Submit) { p.RegisteredDelivery = 7 }), forbids("Registered_Delivery", 7)},
		{"Fee_UserType", submitWith(wire.V20, func(p *wire.Submit) { p.FeeUserType = 9 }), forbids("Fee_UserType", 9)},
		{"Pk_total and Pk_number", submitWith(wire.V20, func(p *wire.Submit) { p.PkTotal, p.PkNumber = 0, 0 }), forbids("Pk_total", 0) + "; " + forbids("Pk_number", 0)},
		{"Dest_terminal_type", submitWith(wire.V30, func(p *wire.Submit) { p.DestTerminalType = 3 }), forbids("Dest_terminal_type", 3)},
		{"99 receivers", submitWith(wire.V20, func(p *wire.Submit) { p.DestTerminalID = numbers(99) }), ""},
		{"100 receivers", submitWith(wire.V20, func(p *wire.Submit) { p.DestTerminalID = numbers(100) }), forbids("DestUsr_tl", 100)},
		{"no receivers", submitWith(wire.V20, func(p *wire.Submit) { p.DestTerminalID = nil }), forbids("DestUsr_tl", 0)},
		{"FeeType", submitWith(wire.V20, func(p *wire.Submit) { p.FeeType = "1" }), text("FeeType")},
		{"FeeCode", submitWith(wire.V20, func(p *wire.Submit) { p.FeeCode = "1.5" }), text("FeeCode")},
		{"159 octets of ASCII", content(159, 0), ""},
		{"160 octets of ASCII", content(160, 0), forbids("Msg_Length", 160)},
		{"140 octets of GBK", content(140, 15), ""},
		{"141 octets of GBK", content(141, 15), forbids("Msg_Length", 141)},
		{"255 octets of GBK, once", content(255, 15), forbids("Msg_Length", 255)},
		{"TP_udhi 0x40", submitWith(wire.V20, func(p *wire.Submit) { p.TPudhi, p.MsgContent = 0x40, []byte(udh+"hello") }), practice("TP_udhi", 64)},
		{"TP_udhi 2", submitWith(wire.V20, func(p *wire.Submit) { p.TPudhi = 2 }), forbids("TP_udhi", 2)},
		{"flash", submitWith(wire.V20, func(p *wire.Submit) { p.MsgFmt, p.MsgContent = 24, wire.UCS2("你好") }), practice("Msg_Fmt", 24)},
		{"DELIVER with another flag", patched(deliverOf(wire.V20), 12+63, "\x02"), forbids("Registered_Delivery", 2)},
		{"octets behind the NUL", patched(submitOf(wire.V20), 12+12, "AB\x00CDE"), "cmpp.octets_after_nul: Service_Id ends at its NUL; 3 octets from 27 on are left out of it"},
		{"behind that of a receiver", patched(submitOf(wire.V30), 12+129+20, "x"), "cmpp.octets_after_nul: Dest_terminal_Id ends at its NUL; 1 octets from 161 on are left out of it"},
		{"in a report block", patched(reportIn(wire.V30, 71, 71), 12+77+8, "OK\x00OK\x00\x00"), "cmpp.octets_after_nul: Stat ends at its NUL; 2 octets from 100 on are left out of it"},
		{"odd UCS-2", submitWith(wire.V20, func(p *wire.Submit) { p.MsgFmt, p.MsgContent = 8, append(wire.UCS2("你好"), 'x') }), "sms.odd_length: 5 octets of UCS-2: the last is left out"},
		{"byte order mark", submitWith(wire.V20, func(p *wire.Submit) { p.MsgFmt, p.MsgContent = 8, wire.UCS2("\ufeff你好") }), "sms.byte_order_mark: the text begins with a byte order mark, which is left out: big-endian, as without it"},
		{"a header that is not announced is no text to guess by", submitWith(wire.V20, func(p *wire.Submit) { p.MsgContent = []byte(udh + "hi") }),
			"sms.udh_missing_flag: the content starts like a user data header, but TP_udhi is 0"},
	} {
		one(t, tt.pdu, func(p *dissect.PDU) {
			if got := notesOf(p); got != tt.want {
				t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
			}
		})
	}
}

// TestOddIsFree: what is odd costs no allocation either.
func TestOddIsFree(t *testing.T) {
	odd := submitWith(wire.V20, func(p *wire.Submit) { p.RegisteredDelivery, p.FeeType, p.MsgFmt = 7, "xx", 24 })
	odd = patched(odd, 12+12, "AB\x00CDE")
	empty, resp := []byte("\x00\x00\x00\x0c\x80\x00\x00\x08\x00\x00\x00\x01"), submitRespOf(wire.V30)
	s := newSession(dissect.NoVersion, func(*dissect.PDU) {})
	send := func() {
		s.send("10.0.0.1:57800", reassembly.C2S, odd)
		s.send("10.0.0.1:57800", reassembly.S2C, empty)
		s.send("10.0.0.1:57800", reassembly.S2C, resp)
	}
	send()
	if n := testing.AllocsPerRun(100, send); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestReportFlag: a Registered_Delivery that is neither 0 nor 1 is a report if
// the content looks like one (C§9.1).
func TestReportFlag(t *testing.T) {
	for _, tt := range []struct {
		flag    uint8
		content []byte
		want    dissect.Direction
	}{
		{0, []byte("hi"), dissect.MO}, {1, []byte("hi"), dissect.Report}, {2, []byte("hi"), dissect.MO}, {9, []byte("hello there, this is a text"), dissect.MO},
		{0, block(60), dissect.MO}, {1, block(60), dissect.Report}, {2, block(60), dissect.Report}, {9, block(71), dissect.Report},
	} {
		for v, wv := range versions {
			pdu := (&wire.Deliver{DestID: "10690001", SrcTerminalID: "13800138000", RegisteredDelivery: tt.flag, MsgContent: tt.content}).Append(nil, wv)
			one(t, pdu, func(p *dissect.PDU) {
				if p.SMS.Direction != tt.want || (p.SMS.Data != nil) != (tt.want == dissect.MO) {
					t.Errorf("flag %d, %q in %s: %s, text %q", tt.flag, tt.content, Protocol.Versions[v], p.SMS.Direction, p.SMS.Data)
				}
			})
		}
	}
}

// TestResponsesVoteApart: a gateway of 2.0 with a Result of four octets does not
// make its odd DELIVERs ones of 3.0.
func TestResponsesVoteApart(t *testing.T) {
	odd := longer(deliverOf(wire.V20), "tail")
	var got string
	s := newSession(dissect.NoVersion, func(p *dissect.PDU) { got = read(p) + " " + string(p.Text(layout.From, p.Raw)) })
	for i, pdu := range [][]byte{deliverOf(wire.V20), submitRespOf(wire.V30), submitRespOf(wire.V30), submitRespOf(wire.V30), odd} {
		binary.BigEndian.PutUint32(pdu[8:], uint32(i))
		s.send("10.0.0.1:57800", reassembly.S2C, pdu)
	}
	s.close()
	if want := "2.0 votes 13800138000"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestVersionNoteWithoutLogin: without a CONNECT the session has the version of
// the requests from the other side.
func TestVersionNoteWithoutLogin(t *testing.T) {
	var got []string
	s := newSession(dissect.NoVersion, func(p *dissect.PDU) { got = append(got, notesOf(p)) })
	s.send("10.0.0.1:57800", reassembly.C2S, submitOf(wire.V20))
	s.send("10.0.0.1:57800", reassembly.S2C, submitRespOf(wire.V20))
	s.send("10.0.0.1:57800", reassembly.S2C, submitRespOf(wire.V30))
	s.close()
	want := []string{"", "", "cmpp.version_mismatch: read in the layout of 3.0, which its length has, and not in the session's, 2.0"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("notes %q", got)
	}
}
