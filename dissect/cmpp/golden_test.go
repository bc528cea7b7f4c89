package cmpp

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// sink keeps what the dissector tells as text, one field a line.
type sink struct{ pdus []string }

func (s *sink) Open(*dissect.Conn)                       {}
func (s *sink) Gap(*dissect.Gap)                         {}
func (s *sink) Close(*dissect.Conn, reassembly.End) bool { return true }

func (s *sink) PDU(p *dissect.PDU) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", p.AppendName(nil), p.Sequence)
	if p.Version != dissect.NoVersion {
		fmt.Fprintf(&b, " %s %s", Protocol.Versions[p.Version], p.Source)
	}
	for _, f := range p.Body() {
		fmt.Fprintf(&b, "\n%d %d %s%s=%s", f.Off, f.Len, strings.Repeat(".", int(f.Depth)), f.Spec.Name, value(f, p.Raw))
	}
	if p.SMS.HasText() {
		fmt.Fprintf(&b, "\ntext %s", p.SMS.AppendText(nil))
	}
	for _, n := range p.Notes {
		fmt.Fprintf(&b, "\nnote %s: %s", n.Spec.ID, n.AppendText(nil))
	}
	s.pdus = append(s.pdus, b.String())
}

func value(f layout.Field, pdu []byte) string {
	switch {
	case f.Spec.Kind == layout.Text:
		return string(f.Text(pdu))
	case f.Spec.Kind == layout.Uint && f.Len == 8:
		return fmt.Sprintf("%016x", f.Num)
	case f.Spec.Kind <= layout.Int:
		return fmt.Sprint(f.Num)
	case f.Spec.Kind == layout.Octets:
		return hex.EncodeToString(f.Raw(pdu))
	}
	return ""
}

// dissectAll runs streams of bytes, client to server, through a dissector.
func dissectAll(t *testing.T, pdus ...string) []string {
	t.Helper()
	var s sink
	c := &reassembly.Conn{ID: 1, Client: netip.MustParseAddrPort("10.0.0.1:57800"), Server: netip.MustParseAddrPort("10.0.0.2:7890")}
	st := dissect.New(&s, Protocol, dissect.Options{Version: dissect.NoVersion}).Open(c)
	off := int64(0)
	for _, h := range pdus {
		b, err := hex.DecodeString(h)
		if err != nil {
			t.Fatal(err)
		}
		st.Data(reassembly.Chunk{Offset: off, Data: b})
		off += int64(len(b))
	}
	st.Close(reassembly.End{})
	return s.pdus
}

func golden(t testing.TB) map[string]string {
	m := map[string]string{}
	for _, l := range lines(t, "testdata/golden.txt") {
		name, h, _ := strings.Cut(l, " ")
		m[name] = h
	}
	return m
}

// TestGolden: the golden PDUs of C§10, with the place of every octet.
func TestGolden(t *testing.T) {
	g := golden(t)
	for name, want := range map[string]string{
		"G1":  "CMPP_CONNECT 1 2.0 connect\n12 6 Source_Addr=901234\n18 16 AuthenticatorSource=d876e74e8b8d186586ad1908e399726a\n34 1 Version=32\n35 4 Timestamp=102030405",
		"G2":  "CMPP_CONNECT_RESP 1 2.0 length\n12 1 Status=0\n13 16 AuthenticatorISMG=9d38ca0cb5d7f0d7f346c4d0f74577e5\n29 1 Version=32",
		"G3":  "CMPP_CONNECT_RESP 1 3.0 length\n12 4 Status=0\n16 16 AuthenticatorISMG=6502fba0650d95a697db324373d52932\n32 1 Version=48",
		"G4":  "CMPP_SUBMIT 2 2.0 length\n12 8 Msg_Id=0000000000000000\n20 1 Pk_total=1\n21 1 Pk_number=1\n22 1 Registered_Delivery=1\n23 1 Msg_level=0\n24 10 Service_Id=HELP\n34 1 Fee_UserType=2\n35 21 Fee_terminal_Id=\n56 1 TP_pId=0\n57 1 TP_udhi=0\n58 1 Msg_Fmt=0\n59 6 Msg_src=901234\n65 2 FeeType=01\n67 6 FeeCode=000000\n73 17 ValId_Time=\n90 17 At_Time=\n107 21 Src_Id=10690001\n128 1 DestUsr_tl=1\n129 21 Dest_terminal_Id=13800138000\n150 1 Msg_Length=10\n151 10 Msg_Content=\n151 10 .text=\n161 8 Reserve=0000000000000000\ntext Hello CMPP",
		"G5":  "CMPP_SUBMIT 3 3.0 length\n12 8 Msg_Id=0000000000000000\n20 1 Pk_total=2\n21 1 Pk_number=1\n22 1 Registered_Delivery=1\n23 1 Msg_level=0\n24 10 Service_Id=HELP\n34 1 Fee_UserType=2\n35 32 Fee_terminal_Id=\n67 1 Fee_terminal_type=0\n68 1 TP_pId=0\n69 1 TP_udhi=1\n70 1 Msg_Fmt=8\n71 6 Msg_src=901234\n77 2 FeeType=01\n79 6 FeeCode=000000\n85 17 ValId_Time=241124120000032+\n102 17 At_Time=\n119 21 Src_Id=10690001\n140 1 DestUsr_tl=1\n141 32 Dest_terminal_Id=8613800138000\n173 1 Dest_terminal_type=0\n174 1 Msg_Length=30\n175 30 Msg_Content=\n175 1 .UDHL=5\n176 1 .IEI=0\n177 1 .IEDL=3\n178 1 ..reference=42\n179 1 ..total=2\n180 1 ..part=1\n181 24 .text=\n205 20 LinkID=\ntext 【测试】长短信第一段😀",
		"G6":  "CMPP_SUBMIT_RESP 2 2.0 length\n12 8 Msg_Id=bbb8594134fd1234\n20 1 Result=0",
		"G7":  "CMPP_SUBMIT_RESP 3 3.0 length\n12 8 Msg_Id=bbb8594134fd1234\n20 4 Result=8",
		"G8":  "CMPP_DELIVER 7 3.0 length\n12 8 Msg_Id=bbb8604134fd1235\n20 21 Dest_Id=10690001\n41 10 Service_Id=HELP\n51 1 TP_pid=0\n52 1 TP_udhi=0\n53 1 Msg_Fmt=0\n54 32 Src_terminal_Id=8613800138000\n86 1 Src_terminal_type=0\n87 1 Registered_Delivery=1\n88 1 Msg_Length=71\n89 71 Msg_Content=\n89 8 .Msg_Id=bbb8594134fd1234\n97 7 .Stat=DELIVRD\n104 10 .Submit_time=2411231405\n114 10 .Done_time=2411231406\n124 32 .Dest_terminal_Id=8613800138000\n156 4 .SMSC_sequence=12345678\n160 20 LinkID=",
		"G9":  "CMPP_DELIVER 8 2.0 length\n12 8 Msg_Id=bbb8724134fd1236\n20 21 Dest_Id=10690001\n41 10 Service_Id=HELP\n51 1 TP_pid=0\n52 1 TP_udhi=0\n53 1 Msg_Fmt=15\n54 21 Src_terminal_Id=13800138000\n75 1 Registered_Delivery=0\n76 1 Msg_Length=10\n77 10 Msg_Content=\n77 10 .text=\n87 8 Reserved=0000000000000000\ntext 退订，谢谢",
		"G10": "CMPP_ACTIVE_TEST_RESP 9\n12 1 Reserved=00",
	} {
		if got := strings.Join(dissectAll(t, g[name]), "\n\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestDerived: what C§10 suggests deriving from the golden PDUs.
func TestDerived(t *testing.T) {
	g := golden(t)
	for _, tt := range []struct{ name, pdu, want string }{
		{"ACTIVE_TEST_RESP without its octet", "0000000c" + g["G10"][8:24], "CMPP_ACTIVE_TEST_RESP 9"},
		{"Msg_Length past the end", g["G4"][:300] + "c8" + g["G4"][302:], "note cmpp.length: Msg_Length 200 at 150 does not fit: 18 octets are left of the PDU"},
		{"TP_udhi 0x40", g["G5"][:138] + "40" + g["G5"][140:], "178 1 ..reference=42"},
		{"a lying UDHL", g["G5"][:350] + "ff" + g["G5"][352:], "note sms.udh_invalid"},
		{"unknown command", "000000100000000a0000000700000001", "CMPP_0x0000000a 7\n12 4 Body=00000001\nnote cmpp.unknown_command"},
		{"surplus", "0000001880000005" + g["G6"][16:] + "aabbcc", ""},
		{"surplus octets of a QUERY", "00000029" + "00000006" + "00000001" + hex.EncodeToString([]byte("20241123")) + "00" + strings.Repeat("00", 18) + "abcd", "39 2 (surplus)=abcd\nnote cmpp.trailing: 2 surplus octets at 39"},
	} {
		got := strings.Join(dissectAll(t, tt.pdu), "\n\n")
		if !strings.Contains(got, tt.want) || got == "" {
			t.Errorf("%s: %s\nmust hold %s", tt.name, got, tt.want)
		}
	}
}

// TestDraftReport: a report of 60 octets in a DELIVER of 3.0, as gateways built
// on the draft of 3.0 send it (C§3.9).
func TestDraftReport(t *testing.T) {
	g := golden(t)["G8"]
	block := g[178:178+2*35] + hex.EncodeToString([]byte("8613800138000")) + strings.Repeat("00", 8) + "00bc614e"
	pdu := "000000a9" + g[8:176] + "3c" + block + strings.Repeat("00", 20)
	got := strings.Join(dissectAll(t, pdu), "\n\n")
	for _, want := range []string{"3.0 length", "124 21 .Dest_terminal_Id=8613800138000", "145 4 .SMSC_sequence=12345678"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nmust hold %s", got, want)
		}
	}
}
