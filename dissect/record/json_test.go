package record

import (
	"encoding/binary"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"cmppdump/dissect/cmpp"
	"cmppdump/pcaps/peer/wire"
)

var testTable = NewTable(cmpp.Protocol)

// TestRecords: the records of all captures are what the schema promises.
func TestRecords(t *testing.T) {
	c := newChecker()
	for _, file := range captures(t) {
		for _, o := range []Options{{}, {Raw: true, Files: true}} {
			before := c.lines
			readCapture(t, file, o, func(r *Record) { c.record(t, r) })
			if c.lines-before < 20 {
				t.Errorf("%s: %d records", file, c.lines-before)
			}
		}
	}
	for _, name := range []string{"sms.text", "sms.concat.ref", "sms.report.stat_text", "sms.data", "cmpp.dest_terminal_id",
		"cmpp.msg_content", "frame.number_in_file", "log.file.path", "txn.latency_ms", "conn.close", "c2s.pdus"} {
		if !c.seen[name] {
			t.Errorf("no record has %s: this test proves little", name)
		}
	}
}

// TestRecordsOfAll: the same for every PDU of the specification, drawn at
// random, in every version, whole and cut.
func TestRecordsOfAll(t *testing.T) {
	c := newChecker()
	for _, pdu := range everyPDU() {
		for cut := 0; cut <= len(pdu)-12; cut += 1 + (len(pdu)-12)/6 {
			for _, o := range []Options{{Raw: true}, {Observer: "probe1"}} {
				readPDUs(o, cut, func(r *Record) { c.record(t, r) }, pdu)
			}
		}
	}
	for _, command := range cmpp.Protocol.Commands {
		for _, s := range command.Body.Specs {
			if name := "cmpp." + s.Key; testTable.Lookup(name) != nil && !s.Quiet && !c.seen[name] {
				t.Errorf("no record has %s", name)
			}
		}
	}
}

// TestFacts: what a PDU's record says beyond its fields.
func TestFacts(t *testing.T) {
	g4 := goldens(t)["G4"]
	resp := (&wire.SubmitResp{Seq: 2, MsgID: 0xbbb8594134fd1234}).Append(nil, wire.V20)
	block := (&wire.Report{MsgID: 0xbbb8594134fd1234, Stat: "DELIVRD", SubmitTime: "2611220115", DoneTime: "2611220116", DestTerminalID: "13800138000"}).Append(nil, wire.V20)
	report := (&wire.Deliver{Seq: 7, MsgID: 9, DestID: "10690001", SrcTerminalID: "13800138000", RegisteredDelivery: 1, MsgContent: block}).Append(nil, wire.V20)
	mo := (&wire.Deliver{Seq: 8, MsgID: 10, DestID: "10690001", SrcTerminalID: "13800138001", MsgContent: []byte("TD")}).Append(nil, wire.V20)
	for _, tt := range []struct {
		name string
		cut  int
		pdus [][]byte
		view View
		want map[string]string // empty: absent
	}{
		{"a whole PDU", 0, [][]byte{g4}, PDU, map[string]string{
			"schema": "cmppdump/1", "@timestamp": "2026-11-22T01:15:00.601450000Z", "event.dataset": "cmpp.pdu", "event.action": "submit",
			"source.ip": "10.0.0.1", "source.port": "57800", "destination.ip": "10.0.0.2", "destination.port": "7890",
			"network.transport": "tcp", "network.protocol": "cmpp", "conn.id": "1", "conn.dir": "c2s", "conn.offset": "0",
			"frame.first": "8", "frame.last": "8", "log.file.path": "a.pcap", "truncated": "", "captured": "", "cmpp.reserve": "", "cmpp.fee_terminal_id": ""}},
		{"a cut PDU", 19, [][]byte{g4}, PDU, map[string]string{"truncated": "true", "captured": "150", "cmpp.total_length": "169",
			"cmpp.dest_terminal_id": "13800138000", "cmpp.msg_length": "", "sms.text": "", "expert.id": "cmpp.truncated"}},
		{"the hole behind it", 19, [][]byte{g4}, Gap, map[string]string{"event.dataset": "cmpp.gap", "gap.kind": "missing", "gap.bytes": "19",
			"gap.offset": "150", "conn.dir": "c2s", "frame.first": "9", "event.action": "", "cmpp.version": ""}},
		{"a transaction", 0, [][]byte{g4, resp}, Txn, map[string]string{"event.dataset": "cmpp.transaction", "event.action": "submit",
			"event.outcome": "success", "event.duration": "1000000", "txn.state": "answered", "txn.latency_ms": "1.000000", "txn.request.frame": "8",
			"txn.response.frame": "9", "cmpp.result": "0", "cmpp.result_text": "ok", "sms.to": "13800138000", "sms.text": "Hello CMPP",
			"sms.msg_id": "bbb8594134fd1234", "cmpp.sp_id": "901234", "cmpp.service_id": "HELP", "cmpp.msg_src": "", "final": "", "revision": ""}},
		{"an open transaction", 0, [][]byte{g4}, Txn, map[string]string{"txn.state": "capture_ended", "event.outcome": "unknown",
			"txn.latency_ms": "", "event.end": "", "event.duration": "", "txn.response.frame": "", "cmpp.result": ""}},
		{"an orphan", 0, [][]byte{resp}, Txn, map[string]string{"txn.state": "orphan_response", "cmpp.command": "CMPP_SUBMIT",
			"source.ip": "10.0.0.1", "txn.request.frame": "", "txn.response.frame": "8"}},
		{"a message", 0, [][]byte{g4, resp, report, (&wire.DeliverResp{Seq: 7, MsgID: 9}).Append(nil, wire.V20)}, Msg, map[string]string{
			"event.dataset": "cmpp.message", "event.action": "mt", "event.outcome": "success", "msg.state": "delivered", "msg.msg_ids": "bbb8594134fd1234",
			"msg.submit.frame": "8", "msg.resp.frame": "9", "msg.resp.result": "0", "msg.resp.latency_ms": "1.000000", "msg.report.frame": "10",
			"msg.report.stat": "DELIVRD", "msg.report.stat_text": "delivered", "msg.report.latency_ms": "2.000000", "msg.report.done_time": "2611220116",
			"msg.segments.part": "", "cmpp.gateway": "079101", "cmpp.sp_id": "901234", "cmpp.service_id": "HELP", "sms.to": "13800138000",
			"sms.from": "10690001", "sms.text": "Hello CMPP", "source.ip": "10.0.0.1", "conn.dir": "", "cmpp.command": ""}},
		{"a message without a report", 0, [][]byte{g4, resp}, Msg, map[string]string{"msg.state": "waiting", "event.outcome": "unknown", "final": "false",
			"msg.report.stat": "", "msg.resp.result_text": "ok"}},
		{"a message from a phone", 0, [][]byte{mo}, Msg, map[string]string{"msg.state": "received", "event.action": "mo", "sms.direction": "mo",
			"sms.from": "13800138001", "sms.to": "10690001", "sms.text": "TD"}},
		{"a report alone", 0, [][]byte{report}, Msg, map[string]string{"msg.state": "report_only", "msg.submit.frame": "", "msg.report.stat": "DELIVRD"}},
		{"a connection", 0, [][]byte{g4}, Conn, map[string]string{"event.dataset": "cmpp.connection", "source.ip": "10.0.0.1",
			"conn.close": "capture_ended", "conn.sp_side": "client", "c2s.pdus": "1", "s2c.pdus": "0", "conn.midstream": ""}},
		{"a signed number", 0, [][]byte{(&wire.GetMTRoute{RouteType: "MT", LastRouteID: -1}).Append(nil, wire.V30)}, PDU,
			map[string]string{"cmpp.command": "CMPP_GET_MT_ROUTE", "event.action": "get_mt_route", "cmpp.last_route_id": "-1", "cmpp.route_type": "MT"}},
		{"the name of 2.0", 0, [][]byte{new(wire.GetMTRoute).Append(nil, wire.V20)}, PDU, map[string]string{"cmpp.command": "CMPP_GET_ROUTE", "event.action": "get_route"}},
		{"an unknown command", 0, [][]byte{[]byte("\x00\x00\x00\x10\x00\x00\x00\x0a\x00\x00\x00\x01body")}, PDU,
			map[string]string{"cmpp.command": "CMPP_0x0000000a", "event.action": "0x0000000a", "cmpp.body": "626f6479", "cmpp.version": ""}},
		{"surplus octets", 0, [][]byte{[]byte("\x00\x00\x00\x0e\x00\x00\x00\x08\x00\x00\x00\x01xy")}, PDU, map[string]string{"cmpp.surplus": "7879", "expert.id": "cmpp.trailing"}},
		{"a live PDU", 0, [][]byte{g4}, PDU, map[string]string{"observer.name": "probe1", "observer.ingress.interface.name": "eth0", "log.file.path": ""}},
		{"of several files", 0, [][]byte{g4}, PDU, map[string]string{"frame.file": "a.pcap", "frame.number_in_file": "8"}},
		{"raw", 0, [][]byte{g4}, PDU, map[string]string{"cmpp.msg_content": "48656c6c6f20434d5050"}},
	} {
		found := false
		c := newChecker()
		o := map[string]Options{"a live PDU": {Observer: "probe1"}, "of several files": {Files: true}, "raw": {Raw: true}}[tt.name]
		readPDUs(o, tt.cut, func(r *Record) {
			if r.View != tt.view || found && tt.view == PDU {
				return
			}
			found = true
			got := map[string]string{}
			for _, m := range c.record(t, r) {
				got[m.path] = m.text
			}
			for name, want := range tt.want {
				if got[name] != want {
					t.Errorf("%s: %s is %q, want %q", tt.name, name, got[name], want)
				}
			}
		}, tt.pdus...)
		if !found {
			t.Errorf("%s: no record", tt.name)
		}
	}
}

// TestEventID: the same PDU has the same id in every run, another has another.
func TestEventID(t *testing.T) {
	g := goldens(t)
	ids := func(pdus ...[]byte) (out []string) {
		readPDUs(Options{}, 0, func(r *Record) {
			if r.View == PDU {
				var v Value
				testTable.Lookup("event.id").Get(r, &v)
				out = append(out, string(v.AppendText(nil)))
			}
		}, pdus...)
		return out
	}
	a, b := ids(g["G4"], g["G4"], g["G6"]), ids(g["G4"], g["G4"], g["G6"])
	if strings.Join(a, " ") != strings.Join(b, " ") {
		t.Errorf("%v, then %v", a, b)
	}
	if len(a) != 3 || a[0] == a[1] || a[1] == a[2] || a[0] == a[2] {
		t.Errorf("ids %v of three PDUs", a)
	}
}

// TestOctetStrings: text of no declared coding is read as UTF-8, else as
// GB18030, else shown in escapes; up to the first NUL, untrimmed (C§1.4).
func TestOctetStrings(t *testing.T) {
	for _, tt := range []struct{ octets, want string }{
		{"HELP", "HELP"}, {"HELP ", "HELP "}, {" a\x00garbage", " a"}, {"0123456789", "0123456789"},
		{"短信", "短信"}, {"\xb6\xcc\xd0\xc5", "短信"}, {"\xb6\xcc\xd0", `\xb6\xcc\xd0`}, {"a\xffb", `a\xffb`}, {"\x80", `\x80`},
		{"a\"\\/\t\n\x01", "a\"\\/\t\n\x01"}, {"\x1b[2J", "\x1b[2J"}, {"\x7f", "\x7f"}, {"", ""},
	} {
		pdu := (&wire.Submit{ServiceID: tt.octets, DestTerminalID: []string{"13800138000"}, FeeType: "01", FeeCode: "000000"}).Append(nil, wire.V30)
		readPDUs(Options{}, 0, func(r *Record) {
			if r.View != PDU {
				return
			}
			var rec struct {
				CMPP struct {
					ServiceID *string `json:"service_id"`
				}
			}
			line := testTable.AppendJSON(nil, r)
			if err := json.Unmarshal(line, &rec); err != nil {
				t.Fatalf("%q: %v", tt.octets, err)
			}
			if got := rec.CMPP.ServiceID; (got == nil) != (tt.want == "") || got != nil && *got != tt.want {
				t.Errorf("%q: %s", tt.octets, line)
			}
		}, pdu)
	}
}

var eventIDs = regexp.MustCompile(`"id":"[0-9a-f]{16}"`)

// TestGolden: the records of the golden PDUs of C§10, to the letter.
func TestGolden(t *testing.T) {
	g := goldens(t)
	for name, want := range goldenRecords {
		dir := `"source":{"ip":"10.0.0.1","port":57800},"destination":{"ip":"10.0.0.2","port":7890},"network":{"transport":"tcp","protocol":"cmpp"},"conn":{"id":1,"dir":"c2s","offset":0}`
		if binary.BigEndian.Uint32(g[name][4:])>>31 == 1 {
			dir = `"source":{"ip":"10.0.0.2","port":7890},"destination":{"ip":"10.0.0.1","port":57800},"network":{"transport":"tcp","protocol":"cmpp"},"conn":{"id":1,"dir":"s2c","offset":0}`
		}
		action, rest, _ := strings.Cut(want, " ")
		want = `{"schema":"cmppdump/1","@timestamp":"2026-11-22T01:15:00.601450000Z","event":{"dataset":"cmpp.pdu","action":"` + action +
			`","id":"…"},"log":{"file":{"path":"a.pcap"}},` + dir + `,"frame":{"first":8,"last":8},` + rest + `}`
		readPDUs(Options{}, 0, func(r *Record) {
			if r.View != PDU {
				return
			}
			got := eventIDs.ReplaceAllString(string(testTable.AppendJSON(nil, r)), `"id":"…"`)
			got = strings.Replace(got, `,"expert":[{"id":"txn.orphan","severity":"note","text":"a response without a captured request"}]`, "", 1)
			if got != want {
				t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
			}
		}, g[name])
	}
}

// goldenRecords are event.action, a blank, and the record from "cmpp" on.
var goldenRecords = map[string]string{
	"G1": `connect "cmpp":{"version":"2.0","version_source":"connect","total_length":39,"command_id":1,"command":"CMPP_CONNECT","sequence_id":1,` +
		`"source_addr":"901234","authenticatorsource":"d876e74e8b8d186586ad1908e399726a","version_byte":32,"timestamp":102030405}`,
	"G2": `connect_resp "cmpp":{"version":"2.0","version_source":"length","total_length":30,"command_id":2147483649,"command":"CMPP_CONNECT_RESP","sequence_id":1,` +
		`"status":0,"status_text":"ok","authenticatorismg":"9d38ca0cb5d7f0d7f346c4d0f74577e5","version_byte":32}`,
	"G3": `connect_resp "cmpp":{"version":"3.0","version_source":"length","total_length":33,"command_id":2147483649,"command":"CMPP_CONNECT_RESP","sequence_id":1,` +
		`"status":0,"status_text":"ok","authenticatorismg":"6502fba0650d95a697db324373d52932","version_byte":48}`,
	"G4": `submit "cmpp":{"version":"2.0","version_source":"length","total_length":169,"command_id":4,"command":"CMPP_SUBMIT","sequence_id":2,` +
		`"msg_id":"0000000000000000","pk_total":1,"pk_number":1,"registered_delivery":1,"msg_level":0,"service_id":"HELP","fee_usertype":2,` +
		`"tp_pid":0,"tp_udhi":0,"msg_fmt":0,"msg_src":"901234","fee_type":"01","fee_code":"000000","src_id":"10690001",` +
		`"dest_usr_tl":1,"dest_terminal_id":["13800138000"],"msg_length":10},` +
		`"sms":{"direction":"mt","from":"10690001","to":["13800138000"],"text":"Hello CMPP","encoding":"ASCII"}`,
	"G5": `submit "cmpp":{"version":"3.0","version_source":"length","total_length":225,"command_id":4,"command":"CMPP_SUBMIT","sequence_id":3,` +
		`"msg_id":"0000000000000000","pk_total":2,"pk_number":1,"registered_delivery":1,"msg_level":0,"service_id":"HELP","fee_usertype":2,` +
		`"fee_terminal_type":0,"tp_pid":0,"tp_udhi":1,"msg_fmt":8,"msg_src":"901234","fee_type":"01","fee_code":"000000","valid_time":"241124120000032+",` +
		`"src_id":"10690001","dest_usr_tl":1,"dest_terminal_id":["8613800138000"],"dest_terminal_type":0,"msg_length":30},` +
		`"sms":{"direction":"mt","from":"10690001","to":["8613800138000"],"text":"【测试】长短信第一段😀","encoding":"UCS-2","signature":"测试",` +
		`"udh":"0500032a0201","concat":{"ref":42,"ref_bits":8,"total":2,"part":1}}`,
	"G6": `submit_resp "cmpp":{"version":"2.0","version_source":"length","total_length":21,"command_id":2147483652,"command":"CMPP_SUBMIT_RESP","sequence_id":2,` +
		`"msg_id":"bbb8594134fd1234","result":0,"result_text":"ok"}`,
	"G7": `submit_resp "cmpp":{"version":"3.0","version_source":"length","total_length":24,"command_id":2147483652,"command":"CMPP_SUBMIT_RESP","sequence_id":3,` +
		`"msg_id":"bbb8594134fd1234","result":8,"result_text":"flow control"}`,
	"G8": `deliver "cmpp":{"version":"3.0","version_source":"length","total_length":180,"command_id":5,"command":"CMPP_DELIVER","sequence_id":7,` +
		`"msg_id":"bbb8604134fd1235","dest_id":"10690001","service_id":"HELP","tp_pid":0,"tp_udhi":0,"msg_fmt":0,"src_terminal_id":"8613800138000",` +
		`"src_terminal_type":0,"registered_delivery":1,"msg_length":71},` +
		`"sms":{"direction":"report","from":"8613800138000","to":["10690001"],"report":{"msg_id":"bbb8594134fd1234","stat":"DELIVRD","stat_text":"delivered",` +
		`"submit_time":"2411231405","done_time":"2411231406","dest_terminal_id":"8613800138000","smsc_sequence":12345678}}`,
	"G9": `deliver "cmpp":{"version":"2.0","version_source":"length","total_length":95,"command_id":5,"command":"CMPP_DELIVER","sequence_id":8,` +
		`"msg_id":"bbb8724134fd1236","dest_id":"10690001","service_id":"HELP","tp_pid":0,"tp_udhi":0,"msg_fmt":15,"src_terminal_id":"13800138000",` +
		`"registered_delivery":0,"msg_length":10},` +
		`"sms":{"direction":"mo","from":"13800138000","to":["10690001"],"text":"退订，谢谢","encoding":"GB18030"}`,
	"G10": `active_test_resp "cmpp":{"total_length":13,"command_id":2147483656,"command":"CMPP_ACTIVE_TEST_RESP","sequence_id":9}`,
}
