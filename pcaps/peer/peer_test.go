package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// play runs a scenario over loopback and gives what both ends logged.
func play(t *testing.T, sc Scenario) []Entry {
	t.Helper()
	log := new(Log)
	err := sc.Run(t.Context(), Setup{
		Log: log, Addr: "127.0.0.1:0", Callback: "127.0.0.1:0",
		Rate: 400, Conns: 4, Duration: 200 * time.Millisecond, Minute: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return log.Entries()
}

// Every scenario comes to its end, and what one end sent the other received,
// PDU by PDU and field by field.
func TestScenarios(t *testing.T) {
	seen := map[string]bool{}
	for _, sc := range Scenarios() {
		if seen[sc.Name] {
			t.Errorf("two scenarios are called %s", sc.Name)
		}
		seen[sc.Name] = true
		t.Run(sc.Name, func(t *testing.T) {
			t.Parallel()
			entries := play(t, sc)
			compare(t, entries)
			commands := map[string]int{}
			for _, e := range entries {
				if e.Error != "" {
					t.Errorf("%s could not read %s: %s", e.Role, e.Raw, e.Error)
				}
				if e.Direction == Sent {
					commands[e.Command]++
				}
			}
			for command, n := range expected[sc.Name] {
				// A slow machine resends more.
				if got := commands[command]; got < n || n == 0 && got > 0 {
					t.Errorf("%d %s, want %d", got, command, n)
				}
			}
		})
	}
	for name := range expected {
		if !seen[name] {
			t.Errorf("there is no scenario %s", name)
		}
	}
}

// expected are the PDUs that show what a scenario is about.
var expected = map[string]map[string]int{
	"flow_submit_report_20": {"CMPP_CONNECT": 1, "CMPP_SUBMIT_RESP": 3, "CMPP_DELIVER_RESP": 3, "CMPP_ACTIVE_TEST_RESP": 1, "CMPP_TERMINATE_RESP": 1},
	"flow_receive_30":       {"CMPP_SUBMIT": 0, "CMPP_DELIVER": 7, "CMPP_DELIVER_RESP": 7},
	"two_conns_30":          {"CMPP_CONNECT": 2, "CMPP_DELIVER": 2},
	"long_ucs2_30":          {"CMPP_SUBMIT": 12, "CMPP_DELIVER": 12},
	"mass_send_20":          {"CMPP_SUBMIT": 2, "CMPP_DELIVER": 0},
	"mass_send_30":          {"CMPP_SUBMIT": 2, "CMPP_DELIVER": 16},
	"refused_30":            {"CMPP_SUBMIT": 14, "CMPP_DELIVER": 1},
	"resend_30":             {"CMPP_SUBMIT": 10, "CMPP_SUBMIT_RESP": 4, "CMPP_DELIVER": 5, "CMPP_DELIVER_RESP": 4},
	"timeout_20":            {"CMPP_SUBMIT": 4, "CMPP_SUBMIT_RESP": 0, "CMPP_ACTIVE_TEST": 2, "CMPP_ACTIVE_TEST_RESP": 0},
	"active_test_30":        {"CMPP_ACTIVE_TEST": 4, "CMPP_ACTIVE_TEST_RESP": 4},
	"query_cancel_20":       {"CMPP_QUERY_RESP": 2, "CMPP_CANCEL_RESP": 2, "CMPP_DELIVER": 2},
	"login_failed_30":       {"CMPP_CONNECT": 3, "CMPP_CONNECT_RESP": 3},
	"version_too_high_20":   {"CMPP_CONNECT": 2},
	"short_20":              {"CMPP_CONNECT": 1, "CMPP_SUBMIT": 2, "CMPP_DELIVER": 2, "CMPP_TERMINATE": 0},
	"ismg_connects_20":      {"CMPP_CONNECT": 4, "CMPP_TERMINATE": 4, "CMPP_DELIVER": 2},
	"fwd_20":                {"CMPP_FWD": 14, "CMPP_FWD_RESP": 14},
	"fwd_30":                {"CMPP_FWD": 13, "CMPP_FWD_RESP": 13},
	"gns_20":                {"CMPP_GET_ROUTE_RESP": 5, "CMPP_PUSH_MT_ROUTE_UPDATE_RESP": 1, "CMPP_PUSH_MO_ROUTE_UPDATE_RESP": 1},
	"gns_21":                {"CMPP_GET_MT_ROUTE_RESP": 3, "CMPP_GET_MO_ROUTE_RESP": 2, "CMPP_MT_ROUTE_UPDATE_RESP": 1, "CMPP_MO_ROUTE_UPDATE_RESP": 1},
}

// compare checks each direction of each connection: sent is received.
func compare(t *testing.T, entries []Entry) {
	t.Helper()
	type direction struct{ from, to string }
	sent, received := map[direction][]string{}, map[direction][]string{}
	for _, e := range entries {
		fields, err := json.Marshal(e.Fields)
		if err != nil {
			t.Fatal(err)
		}
		what := strings.Join([]string{e.Command, e.Version, string(fields), e.Text, e.Raw}, " ")
		if e.Direction == Sent {
			d := direction{e.Local, e.Remote}
			sent[d] = append(sent[d], what)
		} else {
			d := direction{e.Remote, e.Local}
			received[d] = append(received[d], what)
		}
	}
	if len(sent) == 0 {
		t.Fatal("nothing was sent")
	}
	for d := range sent {
		if !slices.Equal(sent[d], received[d]) {
			t.Errorf("%s > %s: sent\n%s\nreceived\n%s", d.from, d.to,
				strings.Join(sent[d], "\n"), strings.Join(received[d], "\n"))
		}
	}
	if len(received) > len(sent) {
		t.Errorf("something was received that nobody sent: %d directions, %d", len(received), len(sent))
	}
}

// sentBy gives the PDUs of one command that were sent.
func sentBy(t *testing.T, entries []Entry, command string, v wire.Version) (all []wire.PDU) {
	t.Helper()
	for _, e := range entries {
		if e.Direction != Sent || e.Command != command {
			continue
		}
		p, err := wire.Parse(decodeHex(t, e.Raw), v)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func decodeHex(t *testing.T, s string) []byte {
	t.Helper()
	var b []byte
	for i := 0; i+1 < len(s); i += 2 {
		var v byte
		for _, c := range []byte(s[i : i+2]) {
			v = v<<4 | byte(strings.IndexByte("0123456789abcdef", c))
		}
		b = append(b, v)
	}
	return b
}

func TestMassSendWrapsItsIDs(t *testing.T) {
	sc, err := Find("mass_send_30")
	if err != nil {
		t.Fatal(err)
	}
	entries := play(t, sc)
	first := sentBy(t, entries, "CMPP_SUBMIT_RESP", wire.V30)[0].(*wire.SubmitResp).MsgID
	if first&0xffff != 65534 {
		t.Fatalf("the first Msg_Id is %s", first)
	}
	reported := map[string]wire.MsgID{} // by receiver
	for _, p := range sentBy(t, entries, "CMPP_DELIVER", wire.V30) {
		r, err := wire.ParseReport(p.(*wire.Deliver).MsgContent)
		if err != nil {
			t.Fatal(err)
		}
		reported[r.DestTerminalID] = r.MsgID
	}
	for k := range 4 {
		if got := reported[sms(101+k)]; got != first.Nth(k) {
			t.Errorf("receiver %d has the report of %s, want %s", k, got, first.Nth(k))
		}
	}
}

func TestReportLengths(t *testing.T) {
	for name, want := range map[string][]int{"reports_20": {60}, "reports_30": {60, 71}} {
		sc, err := Find(name)
		if err != nil {
			t.Fatal(err)
		}
		var lengths []int
		for _, p := range sentBy(t, play(t, sc), "CMPP_DELIVER", sc.Version) {
			lengths = append(lengths, len(p.(*wire.Deliver).MsgContent))
		}
		slices.Sort(lengths)
		if got := slices.Compact(lengths); !slices.Equal(got, want) {
			t.Errorf("%s has reports of %d bytes, want %d", name, got, want)
		}
	}
}

func TestBucket(t *testing.T) {
	b := &bucket{rate: 0.001, burst: 3}
	for i, c := range []struct {
		n    int
		want bool
	}{{2, true}, {2, false}, {1, true}, {1, false}} {
		if got := b.take(c.n); got != c.want {
			t.Errorf("take %d, of %d tokens: %v", i, c.n, got)
		}
	}
	if free := new(bucket); !free.take(1000) {
		t.Error("a bucket without a rate refuses")
	}
}

// A stranger on the port is logged and sent away, and does not disturb others.
func TestStranger(t *testing.T) {
	log := new(Log)
	sc, err := Find("flow_submit_report_30")
	if err != nil {
		t.Fatal(err)
	}
	s := Setup{Version: wire.V30, Log: log}
	g := s.ismg()
	addr, stop := listen(t, g)
	c := dial(t, addr)
	c.Write([]byte("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"))
	if n, err := c.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Errorf("the stranger was answered: %d bytes, %v", n, err)
	}
	c.Close()
	if err := sc.Play(t.Context(), Setup{Log: log, Addr: addr}); err != nil {
		t.Error(err)
	}
	stop()
	if e := log.Entries()[0]; !strings.Contains(e.Error, "Total_Length") {
		t.Errorf("the stranger is not in the log: %+v", e)
	}
}

func TestScriptEndsWithItsContext(t *testing.T) {
	sc, err := Find("flow_submit_report_30")
	if err != nil {
		t.Fatal(err)
	}
	s := Setup{Version: wire.V30, Log: new(Log)}
	g := s.ismg()
	g.ReportDelay = time.Hour
	addr, stop := listen(t, g)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := sc.Play(ctx, Setup{Log: new(Log), Addr: addr}); err == nil {
		t.Error("a script that waits for reports ended well without them")
	}
	stop()
}

func TestLogLines(t *testing.T) {
	var out bytes.Buffer
	l := NewLog(&out)
	p := &wire.Submit{Seq: 3, MsgFmt: wire.FmtGBK, MsgContent: encode("退订", wire.FmtGBK), DestTerminalID: []string{sms(1)}}
	l.add(entry(p, p.Append(nil, wire.V20), wire.V20))
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || l.Err() != nil {
		t.Fatal(err, l.Err())
	}
	fields, _ := line["fields"].(map[string]any)
	if line["command"] != "CMPP_SUBMIT" || line["text"] != "退订" || fields["Msg_Fmt"] != 15.0 || fields["DestUsr_tl"] != 1.0 {
		t.Errorf("the line is %s", out.Bytes())
	}
}

func FuzzTextOf(f *testing.F) {
	f.Add([]byte("\x05\x00\x03\x2a\x02\x01text"), uint8(0), uint8(1))
	f.Add([]byte{}, uint8(8), uint8(1))
	f.Add([]byte{0xff, 0xd8, 0x3d}, uint8(15), uint8(0x40))
	f.Fuzz(func(t *testing.T, content []byte, msgFmt, udhi uint8) {
		if _, err := json.Marshal(textOf(content, msgFmt, udhi)); err != nil {
			t.Error(err)
		}
	})
}
