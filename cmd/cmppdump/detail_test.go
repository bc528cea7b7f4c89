package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/pcaps/peer/wire"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestGoldenDetail: -V of every PDU of C§3 in every version, in both
// languages, picked from the captures; those that no capture has in that
// version are made here.
func TestGoldenDetail(t *testing.T) {
	environment(t)
	made := madeCapture(t, gns30())
	dir, err := filepath.Abs("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../../pcaps")
	for _, lang := range []string{"en", "zh"} {
		best := map[string]string{}
		for _, file := range append(shippedCaptures(t), made) {
			for _, b := range trees(t, file, lang) {
				if k := treeKey(t, b); best[k] == "" {
					best[k] = b
				}
			}
		}
		var keys []string
		for k := range best {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range wantedTrees() {
			if !slices.ContainsFunc(keys, func(have string) bool { return strings.HasPrefix(have, k) }) {
				t.Errorf("no %s anywhere", k)
			}
		}
		var all strings.Builder
		for _, k := range keys {
			fmt.Fprintf(&all, "%s\n\n", best[k])
		}
		golden(t, filepath.Join(dir, "detail."+lang+".golden"), all.String())
	}
}

// trees are the PDUs of a capture as -V shows them.
func trees(t *testing.T, file, lang string, flags ...string) (list []string) {
	t.Helper()
	out, errs, status := cmppdump(append([]string{"-r", file, "-V", "--utc", "--lang", lang}, flags...)...)
	if status != exitOK {
		t.Fatalf("%s: exit status %d: %s", file, status, errs)
	}
	for _, b := range strings.Split(out, "\n\n") {
		if i := strings.Index(b, "Frame "); i >= 0 { // rows of events stand before
			list = append(list, b[i:])
		}
	}
	return list
}

var (
	treeTitle   = regexp.MustCompile(`(?m)^CMPP (\d\.\d|   )     (CMPP_\w+) `)
	treeCommand = regexp.MustCompile(`(?m)^    4    4  Command_Id +0x([0-9a-f]{8})`)
	treeKind    = regexp.MustCompile(`(?m)^ +\d+ +\d+  (?:Registered_Delivery|Msg_Fwd_Type|TP_udhi) +(\d)`)
)

// treeKey says what is shown: "00000004 CMPP_SUBMIT 3.0", and whether the PDU
// asks for or is a report, which kind of forward it is, and whether it has a
// UDH. In order of the keys, requests stand before responses.
func treeKey(t *testing.T, tree string) string {
	t.Helper()
	title, command := treeTitle.FindStringSubmatch(tree), treeCommand.FindStringSubmatch(tree)
	if title == nil || command == nil {
		t.Fatalf("what is this?\n%s", tree)
	}
	id := command[1]
	key := id[4:] + id[:4] + " " + title[2] + " " + title[1]
	for _, kind := range treeKind.FindAllStringSubmatch(tree, -1) {
		key += " " + kind[1]
	}
	return key
}

// wantedTrees are the beginnings of the keys that there must be.
func wantedTrees() (keys []string) {
	for _, c := range cmpp.Protocol.Commands {
		for v, name := range cmpp.Protocol.Versions {
			v := dissect.Version(v)
			if v < c.Since || v == cmpp.V21 && c.Class != dissect.Route {
				continue // between SP and ISMG 2.1 is 2.0
			}
			id := fmt.Sprintf("%08x", c.ID)
			keys = append(keys, id[4:]+id[:4]+" "+c.In(v)+" "+name)
		}
	}
	return keys
}

// gns30 is a connection of 3.0 with the messages that the GNS capture of 3.0
// has only on connections without a login, where they pass for 2.1.
func gns30() []string {
	to := wire.Gateway{DestinationID: "002001", GatewayIP: "10.20.30.20", GatewayPort: 7890}
	mt := wire.MTChange{UpdateType: 2, RouteID: 7, Gateway: to, Segment: wire.Segment{StartID: "138000000", EndID: "138000999", AreaCode: "0020"}, UserType: 2}
	mo := wire.MOChange{UpdateType: 1, RouteID: 8, Gateway: to, SPService: wire.SPService{SPID: "901234", SPCode: "10690001", SPAcessType: 1, ServiceID: "HELP", StartCode: 1, EndCode: 99}}
	const at = "20261122021000"
	answer := wire.UpdateAnswer{RouteID: 7, TimeStamp: at}
	return []string{"tcp 40000 9168",
		up(wire.V30, 1, &wire.Connect{SourceAddr: "079101", Version: wire.V30}),
		down(wire.V30, 1, &wire.ConnectResp{Version: wire.V30}),
		up(wire.V30, 2, &wire.MTRouteUpdate{MTChange: mt}),
		down(wire.V30, 2, &wire.MTRouteUpdateResp{UpdateAnswer: answer}),
		up(wire.V30, 3, &wire.MORouteUpdate{MOChange: mo}),
		down(wire.V30, 3, &wire.MORouteUpdateResp{UpdateAnswer: wire.UpdateAnswer{Result: 21}}),
		down(wire.V30, 4, &wire.PushMTRouteUpdate{MTChange: mt, TimeStamp: at}),
		up(wire.V30, 4, &wire.PushMTRouteUpdateResp{Result: 6}),
		down(wire.V30, 5, &wire.PushMORouteUpdate{MOChange: mo, TimeStamp: at}),
		up(wire.V30, 5, &wire.PushMORouteUpdateResp{}),
	}
}

// up is a segment from the client with a PDU, as capturetext has it.
func up(v wire.Version, seq uint32, p wire.PDU) string { return "> " + pduHex(v, seq, p) }

// down is one from the server.
func down(v wire.Version, seq uint32, p wire.PDU) string { return "< " + pduHex(v, seq, p) }

func pduHex(v wire.Version, seq uint32, p wire.PDU) string {
	p.SetSequence(seq)
	return hex.EncodeToString(p.Append(nil, v))
}

// madeCapture writes the capture that the lines describe (see capturePen), and
// gives its path.
func madeCapture(t *testing.T, lines []string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "made.pcap")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := writeCapture(f, strings.Join(lines, "\n")); err != nil {
		t.Fatal(err)
	}
	return file
}

// oddity is a PDU of which the detail is worth a look.
type oddity struct {
	what string
	line string // of the capture; several with line breaks, for one PDU
}

// TestGoldenOdd: -V of what is rare or wrong: every information element, WAP
// pushes, contradictions of Msg_Fmt, report blocks of all lengths, counts that
// do not fit, bodies that end early or late, unknown commands, PDUs captured in
// part.
func TestGoldenOdd(t *testing.T) {
	environment(t)
	all := oddities(t)
	file := oddCapture(t, all)
	const before = 2 // PDUs
	for _, lang := range []string{"en", "zh"} {
		shown := trees(t, file, lang)
		if len(shown) != before+len(all) {
			t.Fatalf("%d PDUs are shown, of %d", len(shown), before+len(all))
		}
		var b strings.Builder
		for i, o := range all {
			fmt.Fprintf(&b, "== %s\n%s\n\n", o.what, shown[before+i])
		}
		golden(t, "testdata/golden/odd."+lang+".golden", b.String())
	}
	out, errs, _ := cmppdump("-r", file, "--utc")
	golden(t, "testdata/golden/odd.rows.golden", out+errs)
}

// oddCapture is a connection with a login and then those PDUs.
func oddCapture(t *testing.T, all []oddity) string {
	t.Helper()
	lines := []string{"tcp 40000 7890",
		up(wire.V30, 1, &wire.Connect{SourceAddr: "901234", Version: wire.V30, Timestamp: 102030405}),
		down(wire.V30, 1, &wire.ConnectResp{Version: wire.V30})}
	for _, o := range all {
		lines = append(lines, o.line)
	}
	return madeCapture(t, lines)
}

func oddities(t *testing.T) (all []oddity) {
	t.Helper()
	seq := uint32(1)
	next := func() uint32 { seq++; return seq }
	add := func(what, line string) { all = append(all, oddity{what, line}) }
	content := func(what string, msgFmt, udhi uint8, content []byte) {
		p := plainSubmit(content)
		p.MsgFmt, p.TPudhi = msgFmt, udhi
		add(what, up(wire.V30, next(), p))
	}
	binary := func(what string, words ...string) {
		content(what, wire.FmtBinary, 1, unhex(t, strings.Join(words, "")))
	}
	const (
		push    = "0605040b8423f0" // ports 2948 and 9200
		siPush  = "25060403ae81ea02056a0045c60d036578616d706c650085036d2f3100110369643100080ac3072024010215300010c3042024010301034e6577206d61696c000101"
		slPush  = "010601b002066a0085060a036578616d706c65008503676f0001"
		mmsPush = "010601be8c82985431008d908a808e0210008805810302a30083687474703a2f2f6d6d732e6578616d706c652f3100"
	)
	binary("WAP push, Service Indication", push, siPush)
	binary("WAP push, Service Loading", push, slPush)
	binary("WAP push, MMS notification", push, mmsPush)
	binary("WAP push in two parts, the first", "0b0504 0b8423f0 0003 210201", siPush[:80])
	binary("WAP push in two parts, the second", "0b0504 0b8423f0 0003 210202", siPush[80:])
	binary("vCard by 8-bit ports", "0404 02e200 0d", "424547494e3a5643415244")
	for _, g := range elementGroups {
		udh := unhex(t, g.elements)
		content(g.what, wire.FmtBinary, 1, slices.Concat([]byte{byte(len(udh))}, udh, []byte{1, 2}))
	}
	content("UDH of 0 octets", wire.FmtASCII, 1, []byte("\x00Hello"))
	content("TP_udhi 1, but text", wire.FmtASCII, 1, []byte("Hello, this is no header"))
	content("TP_udhi 1, and nothing", wire.FmtASCII, 1, nil)
	content("UDH longer than the content", wire.FmtBinary, 1, unhex(t, "0a00030102"))
	content("element past the end of the UDH", wire.FmtUCS2, 1, append(unhex(t, "0500094b0201"), wire.UCS2("你好")...))
	content("UDH, but TP_udhi 0", wire.FmtUCS2, 0, append(unhex(t, "0500034b0201"), wire.UCS2("你好")...))
	content("part 3 of 2", wire.FmtUCS2, 1, append(unhex(t, "0500034b0203"), wire.UCS2("你好")...))

	content("Msg_Fmt 8, but GBK", wire.FmtUCS2, 0, gbk(t, "【示例】您的验证码是482913，请勿告诉他人。"))
	content("Msg_Fmt 15, but UCS-2", wire.FmtGBK, 0, wire.UCS2("【示例】您的验证码是482913，请勿告诉他人。"))
	content("Msg_Fmt 0, but UTF-8", wire.FmtASCII, 0, []byte("【示例】您的验证码是482913，请勿告诉他人。"))
	content("Msg_Fmt 0, but GBK", wire.FmtASCII, 0, gbk(t, "【示例】您的验证码是482913，请勿告诉他人。"))
	content("Msg_Fmt 8, an odd number of octets", wire.FmtUCS2, 0, append(wire.UCS2("你好"), 0x4e))
	content("text that would do things to a terminal", wire.FmtUCS2, 0, wire.UCS2("a\x1b[2Jb\u202ecba\r\nnext\ttab \\ \u200b😀"))
	content("Msg_Fmt 24, flash", 24, 0, wire.UCS2("闪信"))
	content("Msg_Fmt 25, class 1", 25, 0, wire.UCS2("存手机"))
	content("Msg_Fmt 3, SIM write", wire.FmtSIMWrite, 0, []byte{0xd0, 0x10})
	content("Msg_Fmt 0xf5, binary for the phone", 0xf5, 0, []byte{1, 2, 3})
	content("Msg_Fmt 0xc8, message waiting", 0xc8, 0, []byte("1 voice mail"))
	content("Msg_Fmt 0x28, compressed", 0x28, 0, wire.UCS2("压缩"))
	content("empty", wire.FmtUCS2, 0, nil)
	content("a long binary message", wire.FmtBinary, 0, []byte(strings.Repeat("\x00\x7f\xff", 46)))

	full := plainSubmit([]byte("hi"))
	full.MsgID, full.RegisteredDelivery, full.MsgLevel, full.FeeUserType, full.TPpID = 0xbb08a04007d1a02b, 2, 9, 9, 0x41
	full.FeeTerminalID, full.FeeTerminalType, full.FeeType = "13800000009", 7, "99"
	full.ServiceID, full.SrcID, full.LinkID = "SERVICE010", "106900010000000000001", "20261122000000000001"
	full.ValIDTime, full.AtTime = "000002000000000R", "261122020000032-"
	full.DestTerminalID = []string{"13800001234", "+8613800001235", "A1B2C3D4E5F6A7B8C9D0A1B2C3D4E5F6"}
	full.DestTerminalType = 1
	add("full fields, values that mean nothing", up(wire.V30, next(), full))
	junk := plainSubmit([]byte("hi"))
	junk.ServiceID, junk.ValIDTime, junk.FeeCode, junk.SrcID = "\x00junk", "2026-11-22", "中文", "1069 "
	add("octets after NUL, Chinese and blanks in Octet Strings", up(wire.V30, next(), junk))

	for _, n := range []int{71, 60, 65, 35, 12, 80, 0} {
		block := (&wire.Report{MsgID: 0xbb08a04007d1a02b, Stat: "MK:0001", SubmitTime: "2611220210", DoneTime: "2611220211", DestTerminalID: "13800001234", SMSCSequence: 7}).Append(nil, wire.V30)
		if n == 60 {
			block = (&wire.Report{MsgID: 0xbb08a04007d1a02b, Stat: "DELIVRD", SubmitTime: "2611220210", DoneTime: "2611220211", DestTerminalID: "13800001234", SMSCSequence: 7}).Append(nil, wire.V20)
		}
		block = append(block, "surplus octets"...)[:n]
		add(fmt.Sprintf("report block of %d octets", n), down(wire.V30, next(), report(block)))
	}
	for _, stat := range []string{"MA:0054", "IB:0008", "ID:0076", "CB:0007", "HIGRISK", "E\x1b[1m", ""} {
		block := (&wire.Report{MsgID: 7, Stat: stat, SubmitTime: "0001010000", DestTerminalID: "13800001234"}).Append(nil, wire.V30)
		add(fmt.Sprintf("Stat %q", stat), down(wire.V30, next(), report(block)))
	}
	flag := report((&wire.Report{Stat: "DELIVRD"}).Append(nil, wire.V30))
	flag.RegisteredDelivery = 3
	add("Registered_Delivery 3", down(wire.V30, next(), flag))
	for _, result := range []uint32{8, 69, 20, 250, 100, 4711} {
		add(fmt.Sprintf("SUBMIT_RESP with Result %d, its SUBMIT not captured", result), down(wire.V30, next(), &wire.SubmitResp{Result: result}))
	}
	add("DELIVER_RESP with Result 9", up(wire.V30, next(), &wire.DeliverResp{Result: 9}))
	add("CANCEL_RESP with Success_Id 1", down(wire.V30, next(), &wire.CancelResp{SuccessID: 1}))
	add("a second CONNECT, with a version byte of old", up(wire.V30, next(), &wire.Connect{SourceAddr: "9012", Version: 0x12, Timestamp: 9999999999 % (1 << 32)}))
	add("CONNECT_RESP of 2.0 on a connection of 3.0, refused", down(wire.V20, seq, &wire.ConnectResp{Status: 5, Version: wire.V20}))
	add("SUBMIT in the layout of 2.0", up(wire.V20, next(), plainSubmit([]byte("2.0"))))
	broken(&all, next)
	return all
}

// broken adds what is malformed, surplus, unknown or captured in part.
func broken(all *[]oddity, next func() uint32) {
	add := func(what, line string) { *all = append(*all, oddity{what, line}) }
	submit := func(tail string) string { return fmt.Sprintf("> submit:%d:13800001234:\"hello\"%s", next(), tail) }
	resp := func(tail string) string { return fmt.Sprintf("< submit_resp:%d:0:\"\"%s", next(), tail) }
	add("Msg_Length past the end", submit("@174=c8"))
	add("DestUsr_tl past the end", submit("@140=63"))
	add("DestUsr_tl 0", submit("@140=00"))
	add("body ends before LinkID", submit("#180@0=000000b4"))
	add("body ends inside Msg_Content", submit("#177@0=000000b1"))
	add("no body at all", submit("#12@0=0000000c"))
	add("SUBMIT_RESP without Result", resp("#20@0=00000014"))
	add("SUBMIT with four octets too many", submit("@0=000000cc")+" deadbeef")
	add("SUBMIT_RESP with two octets too many", resp("@0=0000001a")+" 0102")
	add("TERMINATE_RESP with a body", "< 00000014 80000002 00000099 0102030405060708")
	add("ACTIVE_TEST_RESP without its octet", "< 0000000c 80000008 00000098")
	add("unknown command", "> 00000016 0000000a 00000097 00010203040506070809")
	add("unknown response", "< 0000000c 80001002 00000096")
	add("NACK of old", "< 00000010 80000000 00000095 00000001")
	add("PDU in two segments", fmt.Sprintf("> active_test:%d:0:\"\"#5\n> %s", next(), "000008 000000aa"))
	add("captured in part", "> submit:170:13800001234:\"the end of this is lost\"#190\nlost > "+hex.EncodeToString([]byte(strings.Repeat("\x00", 28))))
}

// elementGroups have every information element with fields of its own.
var elementGroups = []struct{ what, elements string }{
	{"elements 00 to 07", "0003 210201 0102 8003 0302 0101 0601c2 070101 0402 e200"},
	{"elements 08 to 0d", "0804 01020201 0902 aabb 0a03 000510 0a04 00051021 0b02 0003 0d02 0102"},
	{"element 0c", "0c06 004d454c4f44"},
	{"elements 11 and 12", "1121 05" + strings.Repeat("a5", 32) + "1206 0002 10 f0f0f0"},
	{"elements 13 to 1a", "1301 02 1408 05 0010 01 04 0000 ff 1503 050003 1604 010002aa 1702 0201 1803 00aabb 1902 00cc 1a00"},
	{"elements 20 to 25", "2001 05 2104 00010a14 2205 0b918190f9 2301 81 2401 01 2501 02"},
	{"elements for SIM, SME and SMSC, and reserved ones", "7000 7102 0102 8001 01 c001 02 f002 0304 1b01 00"},
}

func plainSubmit(content []byte) *wire.Submit {
	return &wire.Submit{PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, ServiceID: "SVC", FeeUserType: 2, MsgSrc: "901234", FeeType: "01", FeeCode: "000000",
		SrcID: "106581234501", DestTerminalID: []string{"13800001234"}, MsgContent: content}
}

func report(block []byte) *wire.Deliver {
	return &wire.Deliver{MsgID: 0xbb08a04007d1a02c, DestID: "106581234501", ServiceID: "SVC", SrcTerminalID: "13800001234", RegisteredDelivery: 1, MsgContent: block}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return b
}

func gbk(t *testing.T, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
