package rows_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect/track/tracktest"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
	"cmppdump/render"
	"cmppdump/render/rows"
)

const (
	c2s, s2c = reassembly.C2S, reassembly.S2C
	ack      = capture.ACK
	us       = time.Microsecond
)

func submit(seq int, text string, to ...string) *wire.Submit {
	return &wire.Submit{Seq: wire.Seq(seq), PkTotal: 1, PkNumber: 1, RegisteredDelivery: 1, ServiceID: "SVC", FeeUserType: 2, MsgFmt: wire.FmtUCS2,
		MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "106581234501", DestTerminalID: to, MsgContent: wire.UCS2(text)}
}

func v3(p wire.PDU) []byte { return p.Append(nil, wire.V30) }

// play sends what looks like an hour of an SP: a login, a long message, a mass
// send that is refused, a message in the wrong coding, reports, an MO, a hole,
// a broken PDU, a request without an answer, the end.
func play(sink tracktest.SinkFunc) {
	s := newTraffic(sink, 24301, "02:09:58.103100")
	s.segment(c2s, 24301, 0, capture.SYN)
	s.segment(s2c, 24302, 100*us, capture.SYN|ack)
	s.segment(c2s, 24303, 100*us, ack)
	s.segment(c2s, 24304, 933*us, ack, v3(&wire.Connect{Seq: 1, SourceAddr: "901234", Version: wire.V30, Timestamp: 1122020958}))
	s.segment(s2c, 24305, 723*us, ack, v3(&wire.ConnectResp{Seq: 1, Version: wire.V30}))
	var parts [][]byte
	for i, part := range wire.Split(wire.UCS2(strings.Repeat("您购买的商品已由快递员送出，", 7)), wire.FmtUCS2, wire.Concat{Ref: 42}, wire.BetweenCharacters) {
		p := submit(2+i, "", "13800001250")
		p.PkTotal, p.PkNumber, p.TPudhi, p.MsgContent = 2, uint8(i+1), 1, part
		parts = append(parts, v3(p))
	}
	s.segment(c2s, 24388, 2496494*us, ack, parts...)
	s.segment(s2c, 24389, 27503*us, ack, v3(&wire.SubmitResp{Seq: 2, MsgID: 0xbb08a00007d1a029}), v3(&wire.SubmitResp{Seq: 3, MsgID: 0xbb08a00007d1a02a}))
	mass := submit(4, "【示例】今晚22:00至24:00系统维护，期间短信可能延迟。")
	for i := range 95 {
		mass.DestTerminalID = append(mass.DestTerminalID, fmt.Sprintf("1380000%04d", 1240+i))
	}
	s.segment(c2s, 24393, 51227*us, ack, v3(mass))
	s.segment(s2c, 24394, 3100*us, ack, v3(&wire.SubmitResp{Seq: 4, Result: 8}))
	s.segment(c2s, 24419, 516834*us, ack, v3(submit(5, "【示例】您的验证码是482913，5分钟内有效，请勿告诉他人。", "13800001234")))
	s.segment(s2c, 24421, 27766*us, ack, v3(&wire.SubmitResp{Seq: 5, MsgID: 0xbb08a04007d1a02b}))
	gbk := submit(8, "", "13800001238")
	gbk.MsgContent, _ = hex.DecodeString("a1becabec0fda1bfc4fab5c4d1e9d6a4c2ebcac7313035353636a3ac35b7d6d6d3c4dad3d0d0a7a1a3")
	s.segment(c2s, 24430, 83123*us, ack, v3(gbk))
	report := func(id wire.MsgID, stat, to string) []byte {
		return (&wire.Report{MsgID: id, Stat: stat, SubmitTime: "2611220210", DoneTime: "2611220210", DestTerminalID: to}).Append(nil, wire.V30)
	}
	s.segment(s2c, 24572, 3690004*us, ack, v3(&wire.Deliver{Seq: 77, MsgID: 9, DestID: "106581234501", SrcTerminalID: "13800001236", RegisteredDelivery: 1,
		MsgContent: report(0xbb08a04007d1a02c, "MK:0001", "13800001236")}))
	s.segment(c2s, 24573, 2110*us, ack, v3(&wire.DeliverResp{Seq: 77, MsgID: 9}))
	s.segment(s2c, 24760, 4666904*us, ack, v3(&wire.Deliver{Seq: 78, MsgID: 10, DestID: "106581234501", SrcTerminalID: "13800001237", MsgFmt: wire.FmtUCS2, MsgContent: wire.UCS2("退订")}))
	s.segment(c2s, 24761, 1*time.Millisecond, ack, v3(&wire.DeliverResp{Seq: 78, MsgID: 10}))
	s.lose(s2c, 1448)
	s.segment(s2c, 25630, 20*time.Second, ack, v3(&wire.Deliver{Seq: 79, MsgID: 11, DestID: "106581234501", SrcTerminalID: "13800001234", RegisteredDelivery: 1,
		MsgContent: report(0xbb08a04007d1a02b, "DELIVRD", "13800001234")}))
	for n := range 210 { // the hole is given up after so many packets
		s.segment(c2s, uint64(25631+n), 10*time.Millisecond, ack)
	}
	s.segment(c2s, 25900, time.Millisecond, ack, v3(&wire.DeliverResp{Seq: 79, MsgID: 11}))
	broken := v3(submit(412, "内容", "13800001260"))
	broken[12+162] = 200
	s.segment(c2s, 27390, time.Second, ack, broken)
	s.segment(c2s, 27391, time.Second, ack, v3(&wire.ActiveTest{Seq: 9}))
	s.segment(s2c, 27392, 184*us, ack, v3(&wire.ActiveTestResp{Seq: 9}))
	wap := submit(10, "", "13800001261")
	wap.TPudhi, wap.MsgFmt, wap.MsgContent = 1, wire.FmtBinary, append([]byte{6, 5, 4, 0x0b, 0x84, 0x23, 0xf0}, make([]byte, 127)...)
	pk := submit(11, "第二条", "13800001262")
	pk.PkTotal, pk.PkNumber = 2, 2
	s.segment(c2s, 27400, time.Second, ack, v3(wap), v3(pk), v3(submit(12, "", "13800001263")), []byte("\x00\x00\x00\x10\x00\x00\x00\x0a\x00\x00\x00\x0dbody"))
	s.segment(c2s, 27401, 61*time.Second, ack, v3(&wire.Query{Seq: 14, Time: "20261122"}))
	s.segment(s2c, 27402, 5*time.Millisecond, ack, v3(&wire.QueryResp{Seq: 14, Time: "20261122", MTTLMsg: 40541}))
	s.segment(s2c, 27403, 5*time.Second, ack, v3(&wire.SubmitResp{Seq: 10, MsgID: 0xbb08a04007d1a02f}))
	s.segment(c2s, 32007, time.Second, ack, v3(&wire.Terminate{Seq: 15}))
	s.segment(s2c, 32008, time.Millisecond, ack, v3(&wire.TerminateResp{Seq: 15}))
	s.segment(c2s, 32009, time.Millisecond, ack|capture.FIN)
	s.segment(s2c, 32010, time.Millisecond, ack|capture.FIN)
	s.segment(c2s, 32011, time.Millisecond, ack)
	s.End()
}

func played(o rows.Options) string {
	var out bytes.Buffer
	r := rows.New(&out, o)
	play(func(e *eventOf) { r.Event(e) })
	return out.String()
}

var beijing = time.FixedZone("", 8*3600)

// TestPlay: an invented hour with everything that rows tell, as a golden file
// of its own.
func TestPlay(t *testing.T) {
	golden(t, "play.100", played(terminal(100, beijing)))
	golden(t, "play.pipe", played(terminal(0, beijing)))
	zh := terminal(100, beijing)
	zh.Lang = render.Chinese
	golden(t, "play.zh", played(zh))
}

// TestHostile: whatever stands in the fields of PDUs, rows hold no control
// characters, and one row is one line.
func TestHostile(t *testing.T) {
	bad := "\x1b[2J\x9b\u202e\n\x00"
	for _, o := range []rows.Options{terminal(120, beijing), terminal(0, beijing)} {
		var out bytes.Buffer
		r := rows.New(&out, o)
		n := 0
		s := newTraffic(func(e *eventOf) { n++; r.Event(e) }, 1, "02:00:00.000000")
		s.segment(c2s, 1, 0, capture.SYN)
		p := submit(1, bad, bad, bad)
		p.ServiceID, p.MsgSrc, p.SrcID, p.LinkID = bad, bad, bad, bad
		ascii := submit(2, "", bad)
		ascii.MsgFmt, ascii.MsgContent = 0, []byte(bad)
		s.segment(c2s, 2, us, ack, v3(&wire.Connect{Seq: 1, SourceAddr: bad, Version: wire.V30}), v3(p), v3(ascii),
			v3(&wire.Query{Seq: 3, Time: bad, QueryCode: bad}), v3(&wire.MTRoute{SourceID: bad, TerminalID: bad}))
		s.segment(s2c, 3, us, ack, v3(&wire.Deliver{Seq: 4, DestID: bad, SrcTerminalID: bad, MsgFmt: 15, MsgContent: []byte(bad)}),
			v3(&wire.Deliver{Seq: 5, DestID: bad, SrcTerminalID: bad, RegisteredDelivery: 1,
				MsgContent: (&wire.Report{Stat: bad, SubmitTime: bad, DestTerminalID: bad}).Append(nil, wire.V30)}),
			v3(&wire.MTRouteResp{Gateway: wire.Gateway{GatewayIP: bad}, Segment: wire.Segment{StartID: bad, AreaCode: bad}}))
		s.End()
		if control.MatchString(out.String()) || strings.ContainsRune(out.String(), 0x1b) {
			t.Errorf("control characters: %q", control.FindString(out.String()))
		}
		if got := len(lines(out.String())); got < 9 || got > n+2 {
			t.Errorf("%d lines of %d events:\n%s", got, n, out.String())
		}
	}
}
