package wire

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

const (
	gateway   = 79101
	goldenMsg = MsgID(0xbbb8594134fd1234)
)

// golden are the PDUs of C§10.
var golden = []struct {
	name string
	v    Version
	pdu  PDU
	hex  string
}{
	{"G1 CONNECT 2.0", V20,
		&Connect{Seq: 1, SourceAddr: "901234", AuthenticatorSource: AuthenticatorSource("901234", "secret99", 102030405),
			Version: V20, Timestamp: 102030405},
		"000000270000000100000001393031323334d876e74e8b8d186586ad1908e399726a200614dc45"},
	{"G2 CONNECT_RESP 2.x", V20,
		&ConnectResp{Seq: 1, AuthenticatorISMG: authISMG(V20), Version: V20},
		"0000001e8000000100000001009d38ca0cb5d7f0d7f346c4d0f74577e520"},
	{"G3 CONNECT_RESP 3.0", V30,
		&ConnectResp{Seq: 1, AuthenticatorISMG: authISMG(V30), Version: V30},
		"000000218000000100000001000000006502fba0650d95a697db324373d5293230"},
	{"G4 SUBMIT 2.x ASCII", V20,
		&Submit{Seq: 2, PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, ServiceID: "HELP", FeeUserType: 2,
			MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "10690001",
			DestTerminalID: []string{"13800138000"}, MsgContent: []byte("Hello CMPP")},
		`000000a9000000040000000200000000000000000101010048454c5000000000
		0000020000000000000000000000000000000000000000000000003930313233
		3430313030303030300000000000000000000000000000000000000000000000
		0000000000000000000000313036393030303100000000000000000000000000
		013133383030313338303030000000000000000000000a48656c6c6f20434d50
		500000000000000000`},
	{"G5 SUBMIT 3.0 UCS-2 part", V30,
		&Submit{Seq: 3, PkTotal: 2, PkNumber: 1, RegisteredDelivery: 1, ServiceID: "HELP", FeeUserType: 2,
			TPudhi: 1, MsgFmt: FmtUCS2, MsgSrc: "901234", FeeType: "01", FeeCode: "000000",
			ValIDTime: "241124120000032+", SrcID: "10690001", DestTerminalID: []string{"8613800138000"},
			MsgContent: append(Concat{Ref: 42, Total: 2, Part: 1}.Append(nil), UCS2("【测试】长短信第一段😀")...)},
		`000000e1000000040000000300000000000000000201010048454c5000000000
		0000020000000000000000000000000000000000000000000000000000000000
		0000000000010839303132333430313030303030303234313132343132303030
		303033322b000000000000000000000000000000000000313036393030303100
		0000000000000000000000000138363133383030313338303030000000000000
		00000000000000000000000000001e0500032a020130106d4b8bd53011957f77
		ed4fe17b2c4e006bb5d83dde0000000000000000000000000000000000000000
		00`},
	{"G6 SUBMIT_RESP 2.x", V20, &SubmitResp{Seq: 2, MsgID: goldenMsg},
		"000000158000000400000002bbb8594134fd123400"},
	{"G7 SUBMIT_RESP 3.0", V30, &SubmitResp{Seq: 3, MsgID: goldenMsg, Result: 8},
		"000000188000000400000003bbb8594134fd123400000008"},
	{"G8 DELIVER 3.0 report", V30,
		&Deliver{Seq: 7, MsgID: msgID(14, 6, 1, 4661), DestID: "10690001", ServiceID: "HELP",
			SrcTerminalID: "8613800138000", RegisteredDelivery: 1,
			MsgContent: (&Report{MsgID: goldenMsg, Stat: "DELIVRD", SubmitTime: "2411231405", DoneTime: "2411231406",
				DestTerminalID: "8613800138000", SMSCSequence: 12345678}).Append(nil, V30)},
		`000000b40000000500000007bbb8604134fd1235313036393030303100000000
		00000000000000000048454c5000000000000000000038363133383030313338
		30303000000000000000000000000000000000000000000147bbb8594134fd12
		3444454c49565244323431313233313430353234313132333134303638363133
		3830303133383030300000000000000000000000000000000000000000bc614e
		0000000000000000000000000000000000000000`},
	{"G9 DELIVER 2.x GBK MO", V20,
		&Deliver{Seq: 8, MsgID: msgID(14, 7, 9, 4662), DestID: "10690001", ServiceID: "HELP", MsgFmt: FmtGBK,
			SrcTerminalID: "13800138000", MsgContent: []byte("\xcd\xcb\xb6\xa9\xa3\xac\xd0\xbb\xd0\xbb")},
		`0000005f0000000500000008bbb8724134fd1236313036393030303100000000
		00000000000000000048454c5000000000000000000f31333830303133383030
		3000000000000000000000000acdcbb6a9a3acd0bbd0bb0000000000000000`},
	{"G10 ACTIVE_TEST_RESP", V30, &ActiveTestResp{Seq: 9}, "0000000d800000080000000900"},
}

func authISMG(v Version) [16]byte {
	return AuthenticatorISMG(0, AuthenticatorSource("901234", "secret99", 102030405), "secret99", v)
}

func msgID(hour, minute, second int, seq uint16) MsgID {
	return NewMsgID(time.Date(2024, 11, 23, hour, minute, second, 0, time.UTC), gateway, seq)
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGolden(t *testing.T) {
	for _, g := range golden {
		want := unhex(t, g.hex)
		if got := g.pdu.Append([]byte("before"), g.v); !bytes.Equal(got, append([]byte("before"), want...)) {
			t.Errorf("%s is written\n%x, want\n%x", g.name, got[6:], want)
		}
		got, err := Parse(want, g.v)
		if err != nil {
			t.Errorf("%s: %v", g.name, err)
		} else if !reflect.DeepEqual(got, g.pdu) {
			t.Errorf("%s is read\n%+v, want\n%+v", g.name, got, g.pdu)
		}
		for n := range want { // no cut may pass for the whole, or panic
			if _, err := Parse(want[:n], g.v); err == nil {
				t.Errorf("%s cut to %d bytes was read", g.name, n)
			}
		}
	}
}

func TestMsgID(t *testing.T) {
	if got := msgID(14, 5, 37, 4660); got != goldenMsg {
		t.Errorf("the example of C§4.1 is %s, want %s", got, goldenMsg)
	}
	if got := msgID(14, 5, 37, 0xffff).Nth(2); got != msgID(14, 5, 37, 1) {
		t.Errorf("the sequence number of a mass send wraps to %s", got)
	}
}

// every field of every PDU, filled so that no two neighbours look alike.
func filled() []PDU {
	gw := Gateway{"79101", "10.20.30.40", 7890}
	seg := Segment{"138000", "138009", "0791"}
	svc := SPService{"901234", "10690001", 1, "HELP", 11, 22}
	mt := MTChange{2, 5, gw, seg, 1}
	mo := MOChange{2, 5, gw, svc}
	upd := UpdateAnswer{0, 5, "20241123140537"}
	to := []string{"13800138000", "13800138001"}
	text := []byte("9 letters")
	return []PDU{
		&Connect{1, "901234", [16]byte{1, 2}, V30, 102030405},
		&ConnectResp{2, 3, [16]byte{3, 4}, V30},
		&Terminate{3}, &TerminateResp{4},
		&Submit{5, goldenMsg, 2, 1, 1, 3, "HELP", 3, "13800138009", 1, 2, 1, 8, "901234", "02", "000010",
			"241124120000032+", "241124110000032+", "10690001", to, 1, text, "link"},
		&SubmitResp{6, goldenMsg, 9},
		&Deliver{7, goldenMsg, "10690001", "HELP", 1, 0, 8, "13800138000", 1, 0, text, "link"},
		&DeliverResp{8, goldenMsg, 5},
		&Query{9, "20241123", 1, "HELP"},
		&QueryResp{10, "20241123", 1, "HELP", 1, 2, 3, 4, 5, 6, 7, 8},
		&Cancel{11, goldenMsg}, &CancelResp{12, 1},
		&ActiveTest{13}, &ActiveTestResp{14},
		&Fwd{15, "79101", "2001", 1, 0, goldenMsg, 2, 1, 1, 3, "HELP", 3, "13800138009", "pseudo1", 1, 2, 0, 8,
			"901234", "02", "000010", "241124120000032+", "241124110000032+", "10690001", "pseudo2", 1, 1, to,
			"pseudo3", 1, text, "link"},
		&FwdResp{16, goldenMsg, 2, 1, 9},
		&MTRoute{17, "79101", "13800138000"},
		&MTRouteResp{18, 5, gw, seg, 1, 2, "20241123140537"},
		&MORoute{19, "79101", "10690001", "HELP", 11},
		&MORouteResp{20, 5, gw, "901234", "10690001", 1, 11, 22, 2, "20241123140537"},
		&GetMTRoute{21, "79101", "MT", -1},
		&GetMTRouteResp{22, 5, gw, "10690001", "HELP", 11, 22, seg, 2, 1, 9, 3, "20241123140537"},
		&GetMORoute{23, "79101", "MO", 7},
		&GetMORouteResp{24, 5, gw, svc, 2, 9, 3, "20241123140537"},
		&MTRouteUpdate{25, mt}, &MTRouteUpdateResp{26, upd},
		&MORouteUpdate{27, mo}, &MORouteUpdateResp{28, upd},
		&PushMTRouteUpdate{29, mt, "20241123140537"}, &PushMTRouteUpdateResp{30, 6},
		&PushMORouteUpdate{31, mo, "20241123140537"}, &PushMORouteUpdateResp{32, 6},
	}
}

// The fields have the names, offsets and lengths that C§3 prints.
func TestLayout(t *testing.T) {
	want := specLayout(t)
	for _, p := range filled() {
		for _, v := range []Version{V20, V21, V30} {
			if p.Command()&^Response == CmdGetMORoute && v == V20 {
				continue // not in 2.0
			}
			key := fmt.Sprintf("%08x %s", uint32(p.Command()), v)
			var got []string
			for _, f := range FieldsOf(p, v) {
				got = append(got, fmt.Sprintf("%s %d %d", f.Name, f.Off, f.Len))
			}
			if !reflect.DeepEqual(got, want[key].fields) {
				t.Errorf("%s %s has the fields\n%q, want\n%q", v, p.Command(), got, want[key].fields)
			}
			b := p.Append(nil, v)
			if len(b) != HeaderLen+want[key].length {
				t.Errorf("%s %s has a body of %d bytes, want %d", v, p.Command(), len(b)-HeaderLen, want[key].length)
			}
			back, err := Parse(b, v)
			if err != nil {
				t.Error(err)
			} else if again := back.Append(nil, v); !bytes.Equal(again, b) {
				t.Errorf("%s %s is written again as\n%x, was\n%x", v, p.Command(), again, b)
			} else if !reflect.DeepEqual(jsonOf(t, FieldsOf(back, v)), jsonOf(t, FieldsOf(p, v))) {
				t.Errorf("%s %s is read as %s", v, p.Command(), jsonOf(t, FieldsOf(back, v)))
			}
		}
	}
}

func jsonOf(t *testing.T, f Fields) string {
	b, err := f.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type specFields struct {
	fields []string
	length int // of the body
}

// specLayout reads the tables of C§3, laid out for two receivers and nine
// bytes of content. Reserve and Reserved count for the length alone.
func specLayout(t *testing.T) map[string]specFields {
	f, err := os.Open("testdata/layout.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	spec := map[string]specFields{}
	for s := bufio.NewScanner(f); s.Scan(); {
		var command, version, name string
		var off, n int
		if _, err := fmt.Sscan(s.Text(), &command, &version, &name, &off, &n); err != nil {
			continue // a comment
		}
		key := command + " " + version
		l := spec[key]
		if !strings.HasPrefix(name, "Reserve") {
			l.fields = append(l.fields, fmt.Sprintf("%s %d %d", name, off, n))
		}
		l.length = off + n
		spec[key] = l
	}
	return spec
}

func TestReports(t *testing.T) {
	want := specLayout(t)
	r := &Report{goldenMsg, "DELIVRD", "2411231405", "2411231406", "13800138000", 7}
	mo := &MOReport{goldenMsg, "REJECTD", "2411231405", "2411231406", "10690001"}
	for _, v := range []Version{V20, V30} {
		for key, b := range map[string]block{"report ": r, "moreport ": mo} {
			w := body{mode: naming, v: v}
			b.layout(&w)
			var got []string
			for _, f := range w.fields {
				got = append(got, fmt.Sprintf("%s %d %d", f.Name, f.Off, f.Len))
			}
			if key += v.String(); !reflect.DeepEqual(got, want[key].fields) {
				t.Errorf("%s has the fields\n%q, want\n%q", key, got, want[key].fields)
			}
		}
		if back, err := ParseReport(r.Append(nil, v)); err != nil || back != *r {
			t.Errorf("%s report: %+v, %v", v, back, err)
		}
	}
	if _, err := ParseReport(make([]byte, 61)); err == nil {
		t.Error("a report of 61 bytes was read")
	}
	for _, p := range []PDU{
		&Deliver{RegisteredDelivery: 1, MsgContent: r.Append(nil, V20)},
		&Fwd{MsgFwdType: FwdMTReport, MsgContent: r.Append(nil, V30)},
		&Fwd{MsgFwdType: FwdMOReport, MsgContent: mo.Append(nil, V30)},
	} {
		if got := jsonOf(t, FieldsOf(p, V30)); !strings.Contains(got, `"report":{"Msg_Id":"bbb8594134fd1234","Stat":"`) {
			t.Errorf("%s without its report: %s", p.Command(), got)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		command Command
		v       Version
		want    string
	}{
		{CmdSubmit, V30, "CMPP_SUBMIT"},
		{CmdSubmit | Response, V20, "CMPP_SUBMIT_RESP"},
		{CmdGetMTRoute | Response, V20, "CMPP_GET_ROUTE_RESP"},
		{CmdGetMTRoute, V21, "CMPP_GET_MT_ROUTE"},
		{3, V30, "CMPP_0x00000003"},
	} {
		if got := c.command.Name(c.v); got != c.want {
			t.Errorf("0x%x in %s is %s, want %s", uint32(c.command), c.v, got, c.want)
		}
	}
}

func TestFullAndLongFields(t *testing.T) {
	long := strings.Repeat("1", 40)
	b := (&Deliver{DestID: long, SrcTerminalID: long}).Append(nil, V30)
	p, err := Parse(b, V30)
	if err != nil {
		t.Fatal(err)
	}
	if d := p.(*Deliver); d.DestID != long[:21] || d.SrcTerminalID != long[:32] {
		t.Errorf("full fields are read %q and %q", d.DestID, d.SrcTerminalID)
	}
}

// A server that knows only 2.x answers a client of 3.0 in 30 bytes.
func TestConnectRespGoesByLength(t *testing.T) {
	for _, wrote := range []Version{V20, V30} {
		for _, expected := range []Version{V20, V30} {
			p, err := Parse((&ConnectResp{Status: 4, Version: wrote}).Append(nil, wrote), expected)
			if err != nil {
				t.Error(err)
			} else if r := p.(*ConnectResp); r.Status != 4 || r.Version != wrote {
				t.Errorf("CONNECT_RESP of %s, expected %s: %+v", wrote, expected, r)
			}
		}
	}
}

func TestSplit(t *testing.T) {
	ucs2 := UCS2(strings.Repeat("短", 66) + "😀" + strings.Repeat("信", 66))
	gbk := bytes.Repeat([]byte("a\xb6\xcc"), 60)
	for _, c := range []struct {
		name    string
		content []byte
		msgFmt  uint8
		concat  Concat
		cut     Cut
		want    []int // lengths, header included
	}{
		{"ASCII", bytes.Repeat([]byte("x"), 300), FmtASCII, Concat{}, BetweenCharacters, []int{140, 140, 38}},
		{"ASCII wide", bytes.Repeat([]byte("x"), 266), FmtASCII, Concat{Wide: true}, BetweenCharacters, []int{140, 140}},
		{"UCS-2", ucs2, FmtUCS2, Concat{}, BetweenCharacters, []int{138, 140, 8}},
		{"UCS-2 in the pair", ucs2, FmtUCS2, Concat{}, InsideCharacters, []int{140, 140}},
		{"UCS-2 wide", ucs2, FmtUCS2, Concat{Wide: true}, BetweenCharacters, []int{139, 139, 11}},
		{"GBK", gbk, FmtGBK, Concat{}, BetweenCharacters, []int{139, 53}},
		{"GBK in a character", gbk[1:], FmtGBK, Concat{Wide: true}, InsideCharacters, []int{140, 53}},
	} {
		parts := Split(c.content, c.msgFmt, c.concat, c.cut)
		var lens []int
		var joined []byte
		for i, p := range parts {
			lens = append(lens, len(p))
			joined = append(joined, p[1+p[0]:]...)
			if total, part := p[p[0]-1], p[p[0]]; int(total) != len(parts) || int(part) != i+1 {
				t.Errorf("%s: part %d says %d of %d", c.name, i+1, part, total)
			}
		}
		if !reflect.DeepEqual(lens, c.want) || !bytes.Equal(joined, c.content) {
			t.Errorf("%s is cut into %d, want %d", c.name, lens, c.want)
		}
	}
}

func TestHeaderOutOfStep(t *testing.T) {
	for _, length := range []string{"0000000b", "00004001", "ffffffff"} {
		if _, err := ParseHeader(unhex(t, length+"0000000800000001")); err == nil {
			t.Errorf("Total_Length 0x%s was accepted", length)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, p := range filled() {
		f.Add(p.Append(nil, V20), uint8(V20))
		f.Add(p.Append(nil, V30), uint8(V30))
	}
	f.Fuzz(func(t *testing.T, b []byte, v uint8) {
		p, err := Parse(b, Version(v))
		if err != nil {
			return
		}
		layout := LayoutOf(Header{uint32(len(b)), p.Command(), 0}, Version(v))
		if got := p.Append(nil, layout); len(got) != len(b) {
			t.Errorf("%x is written again as %x", b, got)
		}
		if _, err := FieldsOf(p, layout).MarshalJSON(); err != nil {
			t.Error(err)
		}
	})
}

func TestAppendAllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 1024)
	for _, p := range filled() {
		if n := testing.AllocsPerRun(10, func() { p.Append(dst, V30) }); n != 0 {
			t.Errorf("%s allocates %v times", p.Command(), n)
		}
	}
}

func BenchmarkAppendSubmit(b *testing.B) {
	dst := make([]byte, 0, 1024)
	p := golden[4].pdu
	for b.Loop() {
		p.Append(dst, V30)
	}
}
