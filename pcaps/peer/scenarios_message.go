package peer

import (
	"context"
	"strings"

	"cmppdump/pcaps/peer/wire"
)

// messageScenarios are about what a SUBMIT can hold.
func messageScenarios() []Scenario {
	var all []Scenario
	for _, l := range []struct {
		name, text string
		msgFmt     uint8
	}{
		{"ascii", strings.Repeat("The quick brown fox jumps over the lazy dog. ", 8), wire.FmtASCII},
		{"ucs2", "【示例】" + strings.Repeat("您购买的商品已由快递员送出😀，预计今天18:00前送达。", 5), wire.FmtUCS2},
		{"gbk", "【示例】A" + strings.Repeat("您购买的商品已由快递员送出，预计今天18:00前送达。", 5), wire.FmtGBK},
	} {
		all = append(all, versions(Scenario{
			Name: "long_" + l.name,
			Doc:  "long messages: 8-bit and 16-bit reference, parts out of order, parts cut inside a character",
			Port: portSP, listen: plain, script: session(longs(l.text, l.msgFmt)),
		}, wire.V20, wire.V30)...)
	}
	all = append(all, versions(Scenario{
		Name: "codings", Doc: "every Msg_Fmt, an empty message, WAP push, full fields, times, payers, pseudo-codes",
		Port: portSP, listen: plain, script: session(codings),
	}, wire.V20, wire.V30)...)
	all = append(all, versions(Scenario{
		Name: "mass_send", Doc: "mass sends without reports, to 99 receivers too",
		Port: portSP, listen: plain, script: session(massWithoutReports),
	}, wire.V20)...)
	all = append(all, versions(Scenario{
		Name: "mass_send", Doc: "mass sends with a report each receiver, the Msg_Ids of one wrapping at 65535",
		Port: portSP, listen: nearWrap, script: session(massWithReports),
	}, wire.V21, wire.V30)...)
	all = append(all, versions(Scenario{
		Name: "batched", Doc: "several PDUs in a packet, one PDU in several packets",
		Port: portSP, listen: plain, script: session(batched),
	}, wire.V20, wire.V30)...)
	return all
}

func longs(text string, msgFmt uint8) func(context.Context, *SP, *Conn) error {
	return func(ctx context.Context, sp *SP, c *Conn) error {
		narrow := sp.Long(text, msgFmt, wire.Concat{Ref: 42}, wire.BetweenCharacters, sms(21))
		wide := sp.Long(text, msgFmt, wire.Concat{Ref: 0x1234, Wide: true}, wire.BetweenCharacters, sms(22))
		outOfOrder := sp.Long(text, msgFmt, wire.Concat{Ref: 43}, wire.BetweenCharacters, sms(23))
		outOfOrder[0], outOfOrder[1] = outOfOrder[1], outOfOrder[0]
		cut := sp.Long(text, msgFmt, wire.Concat{Ref: 44}, wire.InsideCharacters, sms(24))
		n := 0
		for _, message := range [][]*wire.Submit{narrow, wide, outOfOrder, cut} {
			if err := sp.Submit(ctx, c, message...); err != nil {
				return err
			}
			n += len(message)
		}
		return sp.Wait(ctx, wire.CmdDeliver, n)
	}
}

func codings(ctx context.Context, sp *SP, c *Conn) error {
	n := 30
	content := func(msgFmt uint8, content []byte) *wire.Submit {
		n++
		return sp.Content(content, msgFmt, sms(n))
	}
	withUDH := func(msgFmt uint8, bytes string) *wire.Submit {
		p := content(msgFmt, []byte(bytes))
		p.TPudhi = 1
		return p
	}
	// Ports 2948 and 9200, then a WAP push of a Service Indication (C§7.4).
	push := withUDH(wire.FmtBinary, "\x06\x05\x04\x0b\x84\x23\xf0"+
		"\x01\x06\x01\xae\x02\x05\x6a\x00\x45\xc6\x0c\x03example.com\x00\x01\x03Sample\x00\x01\x01")
	card := withUDH(wire.FmtSIMWrite, "\x02\x70\x00\x00\x0d\x0d\x00\x00\x00\x00\xb0\x00\x10\x00\x00\x00\x00")
	card.TPpID = 0x7f
	full := content(wire.FmtASCII, []byte("Every field is full."))
	full.ServiceID, full.SrcID = "SERVICE010", "106900010000000000001"
	full.FeeUserType, full.FeeTerminalID = 3, sms(9)
	full.FeeType, full.FeeCode, full.MsgLevel = "02", "000010", 9
	full.ValIDTime, full.AtTime = "270101120000032+", "000000010000000R"
	full.DestTerminalID = []string{"+86" + sms(39)}
	pseudo := content(wire.FmtUCS2, wire.UCS2(ucs2Text))
	pseudo.DestTerminalID, pseudo.DestTerminalType = []string{"A1B2C3D4E5F6A7B8C9D0A1B2C3D4E5F6"}, 1
	pseudo.LinkID = "20261122000000000001"
	submits := []*wire.Submit{
		content(wire.FmtASCII, []byte(asciiText)),
		content(wire.FmtASCII, []byte(strings.Repeat("0123456789", 16)[:159])),
		content(wire.FmtUCS2, wire.UCS2(ucs2Text)),
		content(flash, wire.UCS2("【示例】闪信：您的车辆已超速。")),
		content(wire.FmtGBK, encode(gbkText, wire.FmtGBK)),
		content(wire.FmtBinary, []byte{0, 1, 2, 3, 0xfc, 0xfd, 0xfe, 0xff}),
		content(wire.FmtASCII, nil),
		push, card, full,
	}
	if c.Version() >= wire.V30 { // there are no pseudo-codes in 2.x
		submits = append(submits, pseudo)
	}
	if err := sp.Submit(ctx, c, submits...); err != nil {
		return err
	}
	return sp.Wait(ctx, wire.CmdDeliver, len(submits))
}

func receivers(first, n int) []string {
	var to []string
	for i := range n {
		to = append(to, sms(first+i))
	}
	return to
}

// massWithoutReports: 2.0 knows mass sends only without reports (C§7.6).
func massWithoutReports(ctx context.Context, sp *SP, c *Conn) error {
	few := sp.Message(ucs2Text, wire.FmtUCS2, receivers(101, 3)...)
	many := sp.Message(asciiText, wire.FmtASCII, receivers(201, 99)...)
	few.RegisteredDelivery, many.RegisteredDelivery = 0, 0
	return sp.Submit(ctx, c, few, many)
}

func nearWrap(s *Setup) server {
	g := s.ismg()
	g.FirstID = 65534
	return g
}

func massWithReports(ctx context.Context, sp *SP, c *Conn) error {
	err := sp.Submit(ctx, c,
		sp.Message(ucs2Text, wire.FmtUCS2, receivers(101, 4)...),
		sp.Message(gbkText, wire.FmtGBK, receivers(201, 12)...))
	if err != nil {
		return err
	}
	return sp.Wait(ctx, wire.CmdDeliver, 4+12)
}

func batched(ctx context.Context, sp *SP, c *Conn) error {
	var ps []wire.PDU
	for i := range 5 {
		ps = append(ps, sp.Message(ucs2Text, wire.FmtUCS2, sms(41+i)))
	}
	if err := c.Send(append(ps, new(wire.ActiveTest))...); err != nil {
		return err
	}
	// A piece of 11 bytes ends inside the header.
	for _, size := range []int{11, 50} {
		err := c.send(size, sp.Message(asciiText, wire.FmtASCII, sms(51)), sp.Message(asciiText, wire.FmtASCII, sms(52)))
		if err != nil {
			return err
		}
	}
	if err := sp.Wait(ctx, wire.CmdSubmit|wire.Response, 9); err != nil {
		return err
	}
	return sp.Wait(ctx, wire.CmdDeliver, 9)
}
