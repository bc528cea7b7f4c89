package filter

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// gbk is 【示例】您的验证码是482913 in GBK.
const gbk = "\xa1\xbe\xca\xbe\xc0\xfd\xa1\xbf\xc4\xfa\xb5\xc4\xd1\xe9\xd6\xa4\xc2\xeb\xca\xc7482913"

// conversation is PDUs in packets of their own, 1 ms apart, from packet 1 and
// 2026-11-22 02:10:00 UTC on.
func conversation() (list [][]byte) {
	add := func(seq uint32, p wire.PDU) {
		p.SetSequence(seq)
		list = append(list, p.Append(nil, wire.V30))
	}
	const id = 0xbb56850003e90001
	submit := func(seq uint32, fmt uint8, text string, to ...string) {
		add(seq, &wire.Submit{PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, ServiceID: "SVC", FeeUserType: 2, MsgSrc: "901234",
			FeeType: "01", FeeCode: "000000", SrcID: "10690001", MsgFmt: fmt, DestTerminalID: to, MsgContent: []byte(text)})
	}
	report := &wire.Report{MsgID: id, Stat: "DELIVRD", SubmitTime: "2611220210", DoneTime: "2611220211", DestTerminalID: "8613800001234"}
	add(1, &wire.Connect{SourceAddr: "901234", Version: wire.V30})                                                                                      // 1
	add(1, &wire.ConnectResp{Version: wire.V30})                                                                                                        // 2
	submit(2, 0, "Hello 482913", "8613800001234", "13800001235")                                                                                        // 3
	add(2, &wire.SubmitResp{MsgID: id})                                                                                                                 // 4
	submit(3, 8, gbk, "13800001236")                                                                                                                    // 5
	add(3, &wire.SubmitResp{MsgID: id + 8, Result: 8})                                                                                                  // 6
	add(9, &wire.Deliver{MsgID: 77, DestID: "10690001", SrcTerminalID: "13800001234", RegisteredDelivery: 1, MsgContent: report.Append(nil, wire.V30)}) // 7
	add(9, &wire.DeliverResp{MsgID: 77})                                                                                                                // 8
	add(10, &wire.Deliver{MsgID: 78, DestID: "10690001", ServiceID: "HELP", SrcTerminalID: "13800001237", MsgContent: []byte("TD")})                    // 9
	submit(4, 0, "never answered", "13800001238")                                                                                                       // 10
	return list
}

// play shows the records of the conversation to look.
func play(look func(*record.Record)) {
	tracker := track.New(&looker{look: look}, track.Options{ResponseTimeout: int64(time.Minute), Keep: true, Messages: true, ReportTimeout: int64(time.Hour)})
	dis := dissect.New(tracker, cmpp.Protocol, dissect.Options{Version: dissect.NoVersion})
	at := func(n int) capture.Stamp {
		begin := time.Date(2026, 11, 22, 2, 10, 0, 0, time.UTC).UnixNano()
		return capture.Stamp{Num: uint64(n), Time: begin + int64(n)*1e6, Iface: &capture.Interface{File: "a.pcap"}}
	}
	c := &reassembly.Conn{ID: 1, First: at(1), Last: at(1), Iface: &capture.Interface{File: "a.pcap"},
		Client: netip.MustParseAddrPort("10.0.0.1:57800"), Server: netip.MustParseAddrPort("[2001:db8::2]:7890")}
	s := dis.Open(c)
	var offset [2]int64
	for i, pdu := range conversation() {
		dir := reassembly.C2S
		if response := pdu[4]>>7 == 1; response != (pdu[7] == 5) { // only DELIVER is the server's request
			dir = reassembly.S2C
		}
		tracker.Tick(at(i + 1))
		s.Data(reassembly.Chunk{Dir: dir, Stamp: at(i + 1), Offset: offset[dir], Data: pdu})
		offset[dir] += int64(len(pdu))
	}
	s.Close(reassembly.End{Stamp: at(20)})
	tracker.Flush()
}

// TestMatch: which records a filter holds for: PDUs by their packet, and
// transactions (t) and messages (m) by that of their first PDU.
func TestMatch(t *testing.T) {
	const all = "1 2 t1 3 4 t3 5 6 t5 m5 7 8 t7 m3 9 10 conn t9 t10 m3 m9 m10"
	for _, tt := range []struct{ src, want string }{
		{"conn.id == 1", all},
		{"conn.id != 1", ""},
		// Commands.
		{"cmpp.command == submit", "3 t3 5 t5 10 t10"},
		{"cmpp.command == SUBMIT", "3 t3 5 t5 10 t10"},
		{"cmpp.command == CMPP_SUBMIT", "3 t3 5 t5 10 t10"},
		{"cmpp.command == 4", "3 t3 5 t5 10 t10"},
		{"cmpp.command == 0x00000004", "3 t3 5 t5 10 t10"},
		{"cmpp.command in {connect, submit_resp}", "1 t1 4 6"},
		{"cmpp.command matches resp$", "2 4 6 8"},
		{"event.action == CMPP_SUBMIT", "3 t3 5 t5 10 t10"},
		{"event.action == mo", "m9"},
		{"cmpp.submit", "3 t3 5 t5 10 t10"},
		{"cmpp.submit_resp", "4 t3 6 t5 t10"},
		{"cmpp.submit.msg_fmt == 8", "5"},
		{"cmpp.submit_resp.result == 8", "6 t5"},
		{"cmpp.deliver_resp.result == 0", "8 t7"},
		{"cmpp.submit.service_id == SVC", "3 t3 5 t5 10 t10"},
		// Numbers.
		{"cmpp.result == 8", "6 t5"},
		{"cmpp.result != 0", "6 t5"},
		{"!cmpp.result == 0 && cmpp.result", "6 t5"},
		{"cmpp.result > 0", "6 t5"},
		{"cmpp.result >= 0 && cmpp.result <= 7", "4 t3 8 t7"},
		{"cmpp.result in {1..7, 8}", "6 t5"},
		{"cmpp.result not in {0}", strings.Join(without(all, "4 t3 8 t7"), " ")},
		{"cmpp.result_text == \"flow control\"", "6 t5"},
		// Lists.
		{"sms.to == 13800001235", "3 t3 m3"},
		{"sms.to == 8613800001234", "3 t3 m3"},
		{"sms.to != 13800001235", "5 t5 m5 7 t7 m3 9 t9 10 t10 m9 m10"},
		{"sms.to in {13800001235, 13800001236}", "3 t3 5 t5 m5 m3"},
		{"sms.to contains 00012", "3 t3 5 t5 m5 m3 10 t10 m10"},
		// Text, the guess too.
		{"sms.text contains 482913", "3 t3 5 t5 m5 m3"},
		{"sms.text contains 验证码", "5 t5 m5"},
		{"sms.text matches hello", "3 t3 m3"},
		{`sms.text matches "(?-i)hello"`, ""},
		{`sms.text matches "\d{6}$"`, "3 t3 5 t5 m5 m3"},
		{"sms.text == TD", "9 t9 m9"},
		{`sms.text == " TD "`, "9 t9 m9"},
		{"sms.text != TD", "3 t3 5 t5 m5 m3 10 t10 m10"},
		{"sms.text < Hello", ""},
		{"sms.guess", "5 t5"},
		{"sms.encoding == ucs-2", "5 t5 m5"},
		{"expert.id == sms.coding_mismatch", "5"},
		{"expert", "5"},
		// Addresses and ports.
		{"ip.src == 10.0.0.0/24 && cmpp.deliver_resp", "8"},
		{"ip.addr == 10.0.0.1 && cmpp.connect", "1 t1"},
		{"ip.dst == 10.0.0.1 && cmpp.connect_resp", "2"},
		{"ip.addr == 2001:db8::/32 && cmpp.connect", "1 t1"},
		{"ip.addr == 10.0.1.0/24", ""},
		{"ip.src in {10.0.0.0..10.0.0.2} && cmpp.connect", "1 t1"},
		{"ip.src == ::ffff:10.0.0.1 && cmpp.connect", "1 t1"},
		{"tcp.srcport == 7890 && cmpp.submit_resp", "4 6"},
		{"tcp.port == 7890 && tcp.dstport == 57800 && cmpp.deliver", "7 t7 9 t9"},
		// Times and durations.
		{`frame.time == "2026-11-22 02:10:00.003"`, "3 t3 m3"},
		{"@timestamp < 2026-11-22T10:10:00.003+08:00", "1 2 t1 conn"},
		{"txn.latency > 500us", "2 t1 4 t3 6 t5 8 t7"},
		{"txn.latency == 1ms", "2 t1 4 t3 6 t5 8 t7"},
		{"txn.latency_ms == 1", "2 t1 4 t3 6 t5 8 t7"},
		{"txn.latency > 1s", ""},
		{"msg.resp.latency in {0.5ms..1.5ms}", "8 t7 m3 m5"},
		// Frames.
		{"frame.number == 4", "4 t3 m3"},
		{"frame.number in {6..7}", "6 7 t5 m5 t7 m3"},
		{"frame.number <= 1", "1 t1"},
		// What a record belongs to. What is not known yet is not there.
		{"txn.state == answered", "2 t1 4 t3 6 t5 8 t7"},
		{"txn.state == capture_ended", "t9 t10"},
		{"txn.state != answered", "t9 t10"},
		{"event.outcome == failure", "6 t5 m5"},
		{"txn.in_flight", "1 2 t1 3 4 t3 5 6 t5 7 8 t7 9 t9 10 t10"},
		{"cmpp.sp_id == 901234", "1 2 t1 3 4 t3 5 6 t5 m5 7 8 t7 m3 9 t9 10 t10 m9 m10"},
		{"msg.state == delivered", "8 t7 m3"},
		{"msg.state == throttled", "m5"},
		{"sms.report", "7"},
		{"sms.report.stat == DELIVRD", "7"},
		// Numbers that stand alone.
		{"13800001234", "3 4 t3 7 8 t7 m3"},
		{"8613800001235", "3 4 t3 m3"},
		{"+8613800001236", "5 6 t5 m5"},
		{"10690001", "3 4 t3 5 6 t5 m5 7 8 t7 m3 9 t9 10 t10 m9 m10"},
		{"bb56850003e90001", "4 t3 7 8 t7 m3"},
		{"13499123168201736193", "4 t3 7 8 t7 m3"},
		{"-4947620905507815423", "4 t3 7 8 t7 m3"},
		{"1122214020000100100001", "4 t3 7 8 t7 m3"},
		{"cmpp.msg_id == 13499123168201736193", "4"},
		{"sms.report.msg_id == 1122214020000100100001", "7"},
		{"cmpp.msg_id == 78", "9"},
		{"cmpp.msg_id == 0x4e", "9"},
		// Together.
		{"cmpp.submit && (sms.to == 13800001236 || sms.to == 13800001238)", "5 t5 10 t10"},
		{"cmpp.submit && !sms.to == 13800001236", "3 t3 10 t10"},
		{"cmpp.connect or cmpp.submit and cmpp.msg_fmt == 8", "1 t1 5"},
		{"cmpp && !txn", "m3 m5 m9 m10 conn"},
		{"conn.close == capture_ended", "conn"},
	} {
		f := mustCompile(t, tt.src)
		var got []string
		play(func(r *record.Record) {
			if f.Match(r) {
				got = append(got, label(r))
			}
		})
		if want := strings.Fields(tt.want); !same(got, want) {
			t.Errorf("%s\n got %s\nwant %s", tt.src, strings.Join(got, " "), tt.want)
		}
		if again := mustCompile(t, f.String()); again.String() != f.String() {
			t.Errorf("%s: %s", f, again)
		}
	}
}

func label(r *record.Record) string {
	switch r.View {
	case record.Txn:
		h, _ := r.Txn.Lead()
		return fmt.Sprint("t", h.Last.Num)
	case record.Msg:
		return fmt.Sprint("m", r.Msg.First().Lead().Num)
	case record.Conn:
		return "conn"
	}
	return fmt.Sprint(r.PDU.Last.Num)
}

// same compares sets.
func same(a, b []string) bool {
	in := func(list []string) map[string]bool {
		m := map[string]bool{}
		for _, s := range list {
			m[s] = true
		}
		return m
	}
	x, y := in(a), in(b)
	for s := range x {
		if !y[s] {
			return false
		}
	}
	return len(x) == len(y)
}

func without(all, some string) (list []string) {
	gone := strings.Fields(some)
	for _, s := range strings.Fields(all) {
		if !slices.Contains(gone, s) {
			list = append(list, s)
		}
	}
	return list
}
