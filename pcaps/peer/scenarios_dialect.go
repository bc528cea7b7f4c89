package peer

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// dialectScenarios are about platforms that break with the specification.
func dialectScenarios() []Scenario {
	var all []Scenario
	for _, sc := range []Scenario{
		{Name: "wild_result", Version: wire.V20, Doc: "a Result of four octets in 2.0",
			Dialect: longResults, listen: plain, script: session(flow)},
		{Name: "wild_active_test", Version: wire.V20, Doc: "ACTIVE_TEST_RESP without a body",
			Dialect: emptyTests, listen: plain, script: session(activeTests)},
		{Name: "wild_connect", Version: wire.V20, Doc: "CONNECT whose Source_Addr of four characters is not padded",
			Dialect: unpadded, listen: plain, script: shortAccount},
		{Name: "wild_connect_resp", Version: wire.V20, Doc: "CONNECT_RESP without AuthenticatorISMG, since the secret is wrong",
			Dialect: bareRefusals, listen: plain, script: wrongSecret},
		{Name: "wild_report", Version: wire.V30, Doc: "reports whose Msg_Length says 71, with a block of 60",
			Dialect: shortBlocks, listen: ruled(map[string]Rule{sms(1): {Draft: true}, sms(2): {Draft: true}, sms(3): {Draft: true}}), script: session(flow)},
		{Name: "wild_version_0", Version: wire.V30, Doc: "version byte 0, and the layouts of 3.0",
			Dialect: versionByte(0), listen: plain, script: session(flow)},
		{Name: "wild_version_7f", Version: wire.V30, Doc: "version byte 0x7f: the layouts of 3.0 and more octets behind LinkID",
			Dialect: tails, listen: plain, script: session(flow)},
		{Name: "wild_echo", Version: wire.V30, Doc: "a SUBMIT answered by the same SUBMIT, then another as it should be",
			listen: ruled(map[string]Rule{sms(1): {Echo: true}}), script: echoed},
		{Name: "wild_msg_id", Version: wire.V20, Doc: "reports with the octets of the Msg_Id in reverse",
			listen: ruled(map[string]Rule{sms(1): {Swapped: true}, sms(2): {Swapped: true}}), script: session(flow)},
		{Name: "wild_coding", Version: wire.V20, Doc: "texts in another coding than Msg_Fmt says",
			Dialect: noted("CMPP_SUBMIT", "sms.coding_mismatch"), listen: plain, script: session(miscoded)},
		{Name: "wild_values", Version: wire.V20, Doc: "values that the specification forbids, and octets behind the NUL of a text",
			Dialect: forbidden, listen: plain, script: session(forbiddenValues)},
		{Name: "wild_parts", Version: wire.V30, Doc: "a part of a long message submitted twice",
			listen: plain, script: session(partTwice)},
	} {
		sc.Port = portSP
		all = append(all, versions(sc, sc.Version)...)
	}
	return all
}

// noted is no dialect but for the note that PDUs of a command get.
func noted(command string, notes ...string) *Dialect {
	return &Dialect{log: func(_ wire.PDU, e *Entry) {
		if e.Command == command {
			e.Notes = notes
		}
	}}
}

// longResults: C§6.2.
var longResults = &Dialect{
	write: func(p wire.PDU, raw []byte) []byte {
		switch p.(type) {
		case *wire.SubmitResp, *wire.DeliverResp:
			return p.Append(nil, wire.V30)
		}
		return raw
	},
	log: func(p wire.PDU, e *Entry) {
		switch p.(type) {
		case *wire.SubmitResp, *wire.DeliverResp:
			e.Notes = []string{"cmpp.version_mismatch"}
		}
	},
}

// emptyTests: C§3.14.
var emptyTests = &Dialect{
	write: func(p wire.PDU, raw []byte) []byte {
		if _, ok := p.(*wire.ActiveTestResp); ok {
			return splice(raw, 0, 1, "")
		}
		return raw
	},
	read: func(raw []byte) []byte {
		if is(raw, wire.CmdActiveTest|wire.Response) {
			return splice(raw, 0, 0, "\x00")
		}
		return raw
	},
	log: noted("CMPP_ACTIVE_TEST_RESP", "cmpp.empty_body").log,
}

func activeTests(ctx context.Context, sp *SP, c *Conn) error {
	return errors.Join(c.ActiveTest(ctx), sp.Submit(ctx, c, sp.Message(asciiText, wire.FmtASCII, sms(1))),
		sp.Wait(ctx, wire.CmdDeliver, 1), c.ActiveTest(ctx))
}

var unpadded = &Dialect{
	write: func(p wire.PDU, raw []byte) []byte {
		if _, ok := p.(*wire.Connect); ok {
			return splice(raw, len(shortID), 6-len(shortID), "")
		}
		return raw
	},
	read: func(raw []byte) []byte {
		if is(raw, wire.CmdConnect) {
			return splice(raw, len(shortID), 0, "\x00\x00")
		}
		return raw
	},
	log: noted("CMPP_CONNECT", "cmpp.dialect").log,
}

func shortAccount(ctx context.Context, s *Setup) error {
	sp := s.sp()
	sp.Code = shortID
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	return errors.Join(flow(ctx, sp, c), c.Terminate(ctx))
}

// bareRefusals: C§3.2.
var bareRefusals = &Dialect{
	write: func(p wire.PDU, raw []byte) []byte {
		if _, ok := p.(*wire.ConnectResp); ok {
			return splice(raw, 1, 16, "")
		}
		return raw
	},
	read: func(raw []byte) []byte {
		if is(raw, wire.CmdConnect|wire.Response) {
			return splice(raw, 1, 0, string(make([]byte, 16)))
		}
		return raw
	},
	log: noted("CMPP_CONNECT_RESP", "cmpp.dialect").log,
}

func wrongSecret(ctx context.Context, s *Setup) error {
	sp := s.sp()
	sp.Secret = "secret00"
	_, err := sp.Connect(ctx, s.Addr)
	var refused *LoginError
	if !errors.As(err, &refused) || refused.Status != statusWrongSecret {
		return fmt.Errorf("a wrong secret: %v", err)
	}
	return nil
}

// shortBlocks: C§3.9. The octet at 76 is Msg_Length.
var shortBlocks = &Dialect{
	write: func(p wire.PDU, raw []byte) []byte {
		if d, ok := p.(*wire.Deliver); ok && d.RegisteredDelivery == 1 {
			return splice(raw, 76, 1, "\x47")
		}
		return raw
	},
	read: func(raw []byte) []byte {
		if is(raw, wire.CmdDeliver) && raw[wire.HeaderLen+75] == 1 {
			return splice(raw, 76, 1, "\x3c")
		}
		return raw
	},
	log: func(p wire.PDU, e *Entry) {
		if d, ok := p.(*wire.Deliver); ok && d.RegisteredDelivery == 1 {
			e.Notes = []string{"cmpp.dialect"}
			e.set("Msg_Length", 71)
		}
	},
}

// versionByte is a CONNECT with a byte that names no version (C§6.1).
func versionByte(b byte) *Dialect {
	return &Dialect{
		write: func(p wire.PDU, raw []byte) []byte {
			if _, ok := p.(*wire.Connect); ok {
				return splice(raw, 22, 1, string([]byte{b}))
			}
			return raw
		},
		read: func(raw []byte) []byte {
			if is(raw, wire.CmdConnect) {
				return splice(raw, 22, 1, string([]byte{byte(wire.V30)}))
			}
			return raw
		},
		log: func(p wire.PDU, e *Entry) {
			if _, ok := p.(*wire.Connect); ok {
				e.Version, e.Notes = "", []string{"cmpp.version_byte"}
				e.set("Version", b)
			}
		},
	}
}

// tail is a length of four octets, and so many.
const tail = "\x00\x00\x00\x04tail"

// tails: C§6.1.
var tails = &Dialect{
	write: func(p wire.PDU, raw []byte) []byte {
		switch p.(type) {
		case *wire.Submit, *wire.Deliver:
			return append(raw[:len(raw):len(raw)], tail...)
		}
		return versionByte(0x7f).write(p, raw)
	},
	read: func(raw []byte) []byte {
		if is(raw, wire.CmdSubmit) || is(raw, wire.CmdDeliver) {
			return splice(raw[:len(raw)-len(tail)], 0, 0, "")
		}
		return versionByte(0x7f).read(raw)
	},
	log: func(p wire.PDU, e *Entry) {
		switch p.(type) {
		case *wire.Submit, *wire.Deliver:
			e.Notes = []string{"cmpp.dialect"}
			e.Fields = append(e.Fields, wire.Field{Name: "surplus", Len: len(tail), Value: hex.EncodeToString([]byte(tail))})
		}
		versionByte(0x7f).log(p, e)
	},
}

// echoed waits for an answer that does not come.
func echoed(ctx context.Context, s *Setup) error {
	sp := s.sp()
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	sp.T, sp.N = shortT, 1
	_, err = c.Request(ctx, sp.Message(asciiText, wire.FmtASCII, sms(1)))
	sp.T, sp.N = longT, 3
	if !errors.Is(err, ErrNoResponse) {
		c.Close()
		return fmt.Errorf("a SUBMIT answered by a SUBMIT: %v", err)
	}
	return errors.Join(sp.Submit(ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(2))), sp.Wait(ctx, wire.CmdDeliver, 1), c.Terminate(ctx))
}

func miscoded(ctx context.Context, sp *SP, c *Conn) error {
	return errors.Join(sp.Submit(ctx, c,
		sp.Content(encode(gbkText, wire.FmtGBK), wire.FmtUCS2, sms(1)),
		sp.Content([]byte(asciiText[:len(asciiText)&^1]), wire.FmtUCS2, sms(2)),
		sp.Content(encode(gbkText, wire.FmtGBK), wire.FmtASCII, sms(3))),
		sp.Wait(ctx, wire.CmdDeliver, 3))
}

// behindNUL is where a body of SUBMIT has octets behind the NUL of Service_Id.
const behindNUL = 12 + len(serviceID) + 1

var forbidden = &Dialect{
	write: func(p wire.PDU, raw []byte) []byte {
		if _, ok := p.(*wire.Submit); ok {
			return splice(raw, behindNUL, 3, "OLD")
		}
		return raw
	},
	log: noted("CMPP_SUBMIT", "cmpp.forbidden_value", "cmpp.forbidden_text", "cmpp.octets_after_nul").log,
}

func forbiddenValues(ctx context.Context, sp *SP, c *Conn) error {
	p := sp.Message(asciiText, wire.FmtASCII, sms(1))
	p.FeeUserType, p.FeeType = 9, "1"
	return errors.Join(sp.Submit(ctx, c, p), sp.Wait(ctx, wire.CmdDeliver, 1))
}

func partTwice(ctx context.Context, sp *SP, c *Conn) error {
	text := ucs2Text + ucs2Text + ucs2Text
	parts := sp.Long(text, wire.FmtUCS2, wire.Concat{Ref: 21}, wire.BetweenCharacters, sms(1))
	again := *parts[0]
	err := sp.Submit(ctx, c, parts[0], &again, parts[1])
	wait(ctx, 10*time.Millisecond)
	return errors.Join(err, sp.Wait(ctx, wire.CmdDeliver, 3))
}
