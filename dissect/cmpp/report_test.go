package cmpp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/pcaps/peer/wire"
)

const reportID = wire.MsgID(0xbbb8594134fd1234)

// block is a report block of n octets, whose number fills what is left of it.
func block(n int) []byte {
	head := (&wire.Report{MsgID: reportID, Stat: "DELIVRD", SubmitTime: "2411231405", DoneTime: "2411231406"}).Append(nil, wire.V20)[:35]
	if n < 39 {
		return append(head, 1, 2, 3, 4)[:n]
	}
	number := append([]byte("13800138000"), make([]byte, n)...)[:n-39]
	return append(append(head, number...), 0, 0xbc, 0x61, 0x4e)
}

// reported says what is known of the message that a PDU reports on.
func reported(p *dissect.PDU) string {
	of, _ := p.Uint(layout.ReportOf)
	out := fmt.Sprintf("%s of %016x %s %s %s", p.SMS.Direction, of, p.Text(layout.Stat, p.Raw), p.Text(layout.SubmitTime, p.Raw), p.Text(layout.DoneTime, p.Raw))
	if to := p.Text(layout.ReportTo, p.Raw); to != nil {
		out += " to " + string(to)
	}
	if n, ok := p.Uint(layout.SMSCSequence); ok {
		out += fmt.Sprintf(" sequence %d", n)
	}
	return out
}

// TestReports: a report block is read by its own length, in the DELIVER of
// either version (C§3.9).
func TestReports(t *testing.T) {
	const head = "report of bbb8594134fd1234 DELIVRD 2411231405 2411231406"
	const whole = head + " to 13800138000 sequence 12345678"
	for _, tt := range []struct {
		octets int
		want   string
	}{
		{60, whole}, {71, whole}, {64, whole}, {50, whole}, {72, whole}, {140, whole},
		{45, head + " to 138001 sequence 12345678"}, // what is there of the number
		{35, head}, // no number
		{25, "report of bbb8594134fd1234 DELIVRD 2411231405 "},
		{20, "report of bbb8594134fd1234 DELIVRD  "},
		{8, "report of bbb8594134fd1234   "},
	} {
		for _, v := range []dissect.Version{V20, V30} {
			for _, flag := range []uint8{1, 2, 0x40, 255} {
				if flag != 1 && tt.octets <= 15 {
					continue // nothing shows that it is a report: TestReportFlag
				}
				pdu := (&wire.Deliver{DestID: "10690001", SrcTerminalID: "13800138000", RegisteredDelivery: flag,
					MsgFmt: 15, MsgContent: block(tt.octets)}).Append(nil, versions[v])
				one(t, pdu, func(p *dissect.PDU) {
					if got := reported(p); got != tt.want || p.Column != v || p.Err.Failed() {
						t.Errorf("%d octets, flag %d in %s: %s read as %s, %+v\nwant %s", tt.octets, flag, Protocol.Versions[v], got, read(p), p.Err, tt.want)
					}
					if p.SMS.HasText() || p.SMS.HasGuess || p.SMS.Data != nil {
						t.Errorf("%d octets, flag %d: the block passes for text", tt.octets, flag)
					}
					if err := untiled(p); err != nil {
						t.Errorf("%d octets, flag %d: %v", tt.octets, flag, err)
					}
				})
			}
		}
	}
}

// TestForwardedReports: a report between gateways, and one about an MO
// message (C§3.15, C§3.16).
func TestForwardedReports(t *testing.T) {
	mo := (&wire.MOReport{MsgID: reportID, Stat: "SA:0054", DeliverTime: "2411231405", DeliverRespTime: "2411231406", DestID: "10690001"}).Append(nil, wire.V20)
	for _, tt := range []struct {
		name    string
		kind    uint8
		content []byte
		want    string
	}{
		{"60 octets", wire.FwdMTReport, block(60), "report of bbb8594134fd1234 DELIVRD 2411231405 2411231406 to 13800138000 sequence 12345678"},
		{"71 octets", wire.FwdMTReport, block(71), "report of bbb8594134fd1234 DELIVRD 2411231405 2411231406 to 13800138000 sequence 12345678"},
		{"an MO report", wire.FwdMOReport, mo, "report of bbb8594134fd1234 SA:0054 2411231405 2411231406 to 10690001"},
		{"an MO report that is short", wire.FwdMOReport, mo[:20], "report of bbb8594134fd1234 SA:0054  "},
		{"an MO report that is long", wire.FwdMOReport, append(bytes.Clone(mo), "more"...), "report of bbb8594134fd1234 SA:0054 2411231405 2411231406 to 10690001"},
		{"text", wire.FwdMO, []byte("hello"), " hello"},
	} {
		for v, wv := range versions {
			pdu := (&wire.Fwd{MsgFwdType: tt.kind, DestID: []string{"10690001"}, FeeType: "01", FeeCode: "000000", MsgContent: tt.content}).Append(nil, wv)
			one(t, pdu, func(p *dissect.PDU) {
				got := reported(p)
				if id, ok := p.Uint(layout.MOReport); ok {
					got = strings.Replace(got, "0000000000000000", fmt.Sprintf("%016x", id), 1)
				}
				if tt.kind == wire.FwdMO {
					got = " " + string(p.SMS.AppendText(nil))
				}
				if err := untiled(p); got != tt.want || err != nil {
					t.Errorf("%s in %s: %s, %v\nwant %s", tt.name, Protocol.Versions[v], got, err, tt.want)
				}
			})
		}
	}
}

// TestConnectResp: answers to a login that have the length of no version
// (C§3.2): the status is read, whatever else is missing.
func TestConnectResp(t *testing.T) {
	auth := strings.Repeat("a", 16)
	for _, tt := range []struct {
		name, body string
		want       string
	}{
		{"only the status of 2.x", "\x03", "3 authentication failed as 2.0"},
		{"only the status of 3.0", "\x00\x00\x00\x03", "3 authentication failed as 3.0"},
		{"without a version", "\x00\x00\x00\x02" + auth, "2 illegal source address as 3.0"},
		{"with more behind it", "\x00\x00\x00\x00" + auth + "\x30tail", "0 ok as 3.0"},
		{"of 2.x, without a version", "\x04" + auth, "4 version too high as 2.0"},
		{"nothing at all", "", "none"},
	} {
		pdu := longer([]byte("\x00\x00\x00\x00\x80\x00\x00\x01\x00\x00\x00\x01"), tt.body)
		one(t, pdu, func(p *dissect.PDU) {
			got := "none"
			if f, ok := p.Field(layout.Status); ok {
				m, _ := f.Spec.Enum.Of(f, p.Raw, int(p.Column))
				got = fmt.Sprintf("%d %s as %s", f.Num, m.En, Protocol.Versions[p.Column])
			}
			if err := untiled(p); got != tt.want || err != nil {
				t.Errorf("%s: %s, %v; want %s", tt.name, got, err, tt.want)
			}
		})
	}
}
