package peer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// Ports (C§1.1).
const (
	portSP    = 7890
	portShort = 7900
	portISMG  = 7930
	portGNS   = 9168
)

// Scenarios are all there are, in the order of pcaps/README.md.
func Scenarios() []Scenario {
	var all []Scenario
	for _, group := range [][]Scenario{
		flowScenarios(), messageScenarios(), answerScenarios(), rateScenarios(), lifeScenarios(), troubleScenarios(), gatewayScenarios(), dialectScenarios(), trafficScenarios(),
	} {
		all = append(all, group...)
	}
	return all
}

// versions makes a scenario for each version, named after it.
func versions(sc Scenario, vs ...wire.Version) []Scenario {
	var all []Scenario
	for _, v := range vs {
		one := sc
		one.Version = v
		one.Name += "_" + strings.ReplaceAll(v.String(), ".", "")
		one.Doc += ", CMPP " + v.String()
		all = append(all, one)
	}
	return all
}

// sms is a made-up receiver.
func sms(n int) string { return fmt.Sprintf("1380000%04d", n) }

// Texts for every alphabet.
const (
	asciiText = "[Sample] Your code is 482913. It is valid for 5 minutes."
	ucs2Text  = "【示例】您的验证码是482913，5分钟内有效，请勿告诉他人。"
	gbkText   = "【示例】您的取件码是4471，请于今日领取。"
)

func flowScenarios() []Scenario {
	all := versions(Scenario{
		Name: "flow_submit_report", Doc: "login, three SUBMITs with their reports, ACTIVE_TEST, TERMINATE",
		Port: portSP, listen: plain, script: session(flow),
	}, wire.V20, wire.V21, wire.V30)
	all = append(all, versions(Scenario{
		Name: "flow_receive", Doc: "a connection that only receives: MOs in every alphabet and a long one",
		Port: portSP, listen: sendsMOs, script: session(receive),
	}, wire.V20, wire.V30)...)
	all = append(all, versions(Scenario{
		Name: "two_conns", Doc: "SUBMITs on one connection, their reports on another of the same SP",
		Port: portSP, listen: reportsElsewhere, script: twoConns,
	}, wire.V30)...)
	return all
}

func flow(ctx context.Context, sp *SP, c *Conn) error {
	err := sp.Submit(ctx, c,
		sp.Message(asciiText, wire.FmtASCII, sms(1)),
		sp.Message(ucs2Text, wire.FmtUCS2, sms(2)),
		sp.Message(gbkText, wire.FmtGBK, sms(3)))
	if err != nil {
		return err
	}
	if err := sp.Wait(ctx, wire.CmdDeliver, 3); err != nil {
		return err
	}
	return c.ActiveTest(ctx)
}

// sendsMOs is an ISMG with seven DELIVERs for whoever logs in.
func sendsMOs(s *Setup) server {
	g := s.ismg()
	g.AfterLogin = func(ctx context.Context, c *Conn) {
		for _, p := range []*wire.Deliver{
			mo("TD", wire.FmtASCII, sms(11)), mo("退订", wire.FmtUCS2, sms(12)), mo("查询余额", wire.FmtGBK, sms(13)),
		} {
			g.Deliver(ctx, c, p)
		}
		text := strings.Repeat("请问我的快递什么时候能送到，我下午不在家，能不能放在小区驿站，谢谢。", 4)
		// Real gateways copy 0x40 from SMPP; in 3.0 here as well, and the parts
		// out of order (C§7.3).
		parts, udhi := longMO(text, sms(14)), uint8(1)
		if s.Version == wire.V30 {
			udhi = 0x40
			parts[0], parts[1] = parts[1], parts[0]
		}
		for _, p := range parts {
			p.TPudhi = udhi
			g.Deliver(ctx, c, p)
		}
		g.Deliver(ctx, c, mo("", wire.FmtASCII, sms(15)))
	}
	return g
}

func mo(text string, msgFmt uint8, from string) *wire.Deliver {
	return &wire.Deliver{DestID: srcID, ServiceID: serviceID, MsgFmt: msgFmt, SrcTerminalID: from,
		MsgContent: encode(text, msgFmt)}
}

func longMO(text, from string) []*wire.Deliver {
	var all []*wire.Deliver
	concat := wire.Concat{Ref: 77}
	for _, content := range wire.Split(wire.UCS2(text), wire.FmtUCS2, concat, wire.BetweenCharacters) {
		p := mo("", wire.FmtUCS2, from)
		p.MsgContent = content
		all = append(all, p)
	}
	return all
}

func receive(ctx context.Context, sp *SP, _ *Conn) error { return sp.Wait(ctx, wire.CmdDeliver, 7) }

func reportsElsewhere(s *Setup) server {
	g := s.ismg()
	g.OtherConn = true
	return g
}

func twoConns(ctx context.Context, s *Setup) error {
	sp := s.sp()
	receiving, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	sending, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	err = errors.Join(
		sp.Submit(ctx, sending, sp.Message(ucs2Text, wire.FmtUCS2, sms(1)), sp.Message(asciiText, wire.FmtASCII, sms(2))),
		sp.Wait(ctx, wire.CmdDeliver, 2))
	return errors.Join(err, sending.Terminate(ctx), receiving.Terminate(ctx))
}

func trafficScenarios() []Scenario {
	return versions(Scenario{
		Name: "traffic", Doc: "SUBMITs at a rate, on several connections, for a time (-rate, -conns, -duration)",
		Port: portSP, listen: plain, script: traffic,
	}, wire.V20, wire.V30)
}

// traffic has each connection submit at its share of the rate until the time
// is over, then waits for the last reports.
func traffic(ctx context.Context, s *Setup) error {
	sp := s.sp()
	conns, rate := max(s.Conns, 1), max(s.Rate, 1)
	every := time.Duration(conns) * time.Second / time.Duration(rate)
	errs := make(chan error, conns)
	for i := range conns {
		go func() { errs <- submitFor(ctx, sp, s, every, i) }()
	}
	var err error
	for range conns {
		err = errors.Join(err, <-errs)
	}
	return err
}

// window is how many requests wait for their responses at once (C§1.3).
const window = 16

func submitFor(ctx context.Context, sp *SP, s *Setup, every time.Duration, i int) error {
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	end := time.Now().Add(s.Duration)
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	open := make(chan struct{}, window)
	for n := i; time.Now().Before(end) && ctx.Err() == nil; n++ {
		<-ticks.C
		open <- struct{}{}
		p := sp.Message(ucs2Text, wire.FmtUCS2, sms(n%10000))
		sp.work.Go(func() {
			c.Request(ctx, p)
			<-open
		})
	}
	for range window { // the last ones are answered
		open <- struct{}{}
	}
	wait(ctx, 3*reportDelay)
	return c.Terminate(ctx)
}
