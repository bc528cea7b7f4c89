package peer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// answerScenarios are about what becomes of a SUBMIT.
func answerScenarios() []Scenario {
	var all []Scenario
	for _, sc := range []Scenario{
		{Name: "reports", Doc: "every kind of Stat, a provisional and a repeated report, none at all; 60 bytes too in 3.0",
			listen: ruled(statRules()), script: session(stats)},
		{Name: "refused", Doc: "SUBMIT_RESP with Result 1 to 13, DELIVER_RESP with Result 9",
			listen: ruled(refusals()), script: session(refused)},
		{Name: "flow_control", Doc: "Result 8 from a token bucket; the SP submits again and gets through",
			listen: limited, script: session(flowControl)},
		{Name: "resend", Doc: "no response within T, the same Sequence_Id again: answered, answered twice, never; DELIVER too",
			listen: forgetful, script: resend},
		{Name: "timeout", Doc: "SUBMIT never answered, then ACTIVE_TEST neither: the SP drops the connection",
			listen: deaf, script: timeouts},
		{Name: "early_report", Doc: "the report comes before the SUBMIT_RESP",
			listen: ruled(map[string]Rule{sms(81): {ReportFirst: true}}), script: session(early)},
		{Name: "window", Doc: "16 SUBMITs in flight, answered out of order; Sequence_Id wraps at 0xffffffff",
			listen: ruled(slowRules()), script: inFlight},
	} {
		sc.Port = portSP
		all = append(all, versions(sc, wire.V20, wire.V30)...)
	}
	return all
}

// reported are the Stat values to be had by submitting to sms(61) and up
// (C§5.6; MK and DB are field practice).
var reported = [][]string{
	{"DELIVRD"}, {"EXPIRED"}, {"DELETED"}, {"UNDELIV"}, {"UNKNOWN"}, {"REJECTD"},
	{"MA:0054"}, {"CB:0007"}, {"IB:0008"}, {"MK:0001"}, {"DB:0142"},
	{"ACCEPTD", "DELIVRD"}, {"DELIVRD", "DELIVRD"}, {},
}

func statRules() map[string]Rule {
	rules := map[string]Rule{sms(60): {Draft: true}}
	for i, stats := range reported {
		rules[sms(61+i)] = Rule{Stats: stats}
	}
	return rules
}

func stats(ctx context.Context, sp *SP, c *Conn) error {
	n := 0
	submits := []*wire.Submit{sp.Message(asciiText, wire.FmtASCII, sms(60))}
	for i, stats := range reported {
		submits = append(submits, sp.Message(asciiText, wire.FmtASCII, sms(61+i)))
		n += len(stats)
	}
	if err := sp.Submit(ctx, c, submits...); err != nil {
		return err
	}
	return sp.Wait(ctx, wire.CmdDeliver, 1+n)
}

// mostResult is the last Result that the specification names (C§5.2).
const mostResult = 13

func refusals() map[string]Rule {
	rules := map[string]Rule{}
	for result := 1; result <= mostResult; result++ {
		rules[sms(100+result)] = Rule{Result: uint32(result)}
	}
	return rules
}

func refused(ctx context.Context, sp *SP, c *Conn) error {
	for result := 1; result <= mostResult; result++ {
		r, err := request[*wire.SubmitResp](ctx, c, sp.Message(asciiText, wire.FmtASCII, sms(100+result)))
		if err != nil {
			return err
		}
		if r.Result != uint32(result) {
			return fmt.Errorf("got Result %d, want %d", r.Result, result)
		}
	}
	sp.Result = 9
	if err := sp.Submit(ctx, c, sp.Message(asciiText, wire.FmtASCII, sms(1))); err != nil {
		return err
	}
	return sp.Wait(ctx, wire.CmdDeliver, 1)
}

func limited(s *Setup) server {
	g := s.ismg()
	g.Limit(10, 3)
	return g
}

// flowControl submits until Result 8 comes, then the same again until it gets
// through. A mass send counts as its receivers.
func flowControl(ctx context.Context, sp *SP, c *Conn) error {
	accepted := 0
	refused := false
	for i := 0; !refused || accepted < 4; i++ {
		r, err := request[*wire.SubmitResp](ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(110+accepted)))
		switch {
		case err != nil:
			return err
		case r.Result == 0:
			accepted++
		case r.Result == resultFlowControl:
			refused = true
			wait(ctx, 50*time.Millisecond)
		default:
			return fmt.Errorf("got Result %d, want 0 or 8", r.Result)
		}
	}
	return sp.Wait(ctx, wire.CmdDeliver, accepted)
}

// forgetful is an ISMG that leaves attempts without an answer, or answers late.
func forgetful(s *Setup) server {
	g := s.ismg()
	g.T = shortT
	g.Rules = map[string]Rule{
		sms(91): {Ignore: 1},
		sms(92): {Ignore: 2},
		sms(93): {Ignore: 9},
		sms(94): {Wait: shortT * 3 / 2},
	}
	return g
}

func resend(ctx context.Context, s *Setup) error {
	sp := s.sp()
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	sp.T = shortT
	sp.Ignore = 1 // the first report comes twice
	for i := range 4 {
		_, err := c.Request(ctx, sp.Message(asciiText, wire.FmtASCII, sms(91+i)))
		if err != nil && !errors.Is(err, ErrNoResponse) {
			c.Close()
			return err
		}
	}
	// Both attempts of the last one are answered and reported.
	err = errors.Join(
		sp.Wait(ctx, wire.CmdSubmit|wire.Response, 4),
		sp.Wait(ctx, wire.CmdDeliver, 5))
	sp.T = longT
	return errors.Join(err, c.Terminate(ctx))
}

func deaf(s *Setup) server {
	g := s.ismg()
	g.Deaf = true
	g.Rules = map[string]Rule{sms(95): {Ignore: 9}}
	return g
}

func timeouts(ctx context.Context, s *Setup) error {
	sp := s.sp()
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	sp.T = shortT
	sp.N = 2
	for _, p := range []wire.PDU{sp.Message(asciiText, wire.FmtASCII, sms(95)), sp.Message(ucs2Text, wire.FmtUCS2, sms(95))} {
		if _, err := c.Request(ctx, p); !errors.Is(err, ErrNoResponse) {
			c.Close()
			return fmt.Errorf("a SUBMIT that is never answered: %v", err)
		}
	}
	if err := c.ActiveTest(ctx); !errors.Is(err, ErrNoResponse) {
		c.Close()
		return fmt.Errorf("an ACTIVE_TEST that is never answered: %v", err)
	}
	return nil
}

func early(ctx context.Context, sp *SP, c *Conn) error {
	return sp.Submit(ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(81)))
}

// slowRules have message 0 answered last.
func slowRules() map[string]Rule {
	rules := map[string]Rule{}
	for i := range window {
		rules[sms(121+i)] = Rule{Wait: time.Duration(window-i) * 3 * time.Millisecond}
	}
	return rules
}

func inFlight(ctx context.Context, s *Setup) error {
	sp := s.sp()
	sp.FirstSequence = 0xffffffff - window/2
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	for i := range window {
		if err := c.Send(sp.Message(ucs2Text, wire.FmtUCS2, sms(121+i))); err != nil {
			return err
		}
	}
	err = errors.Join(
		sp.Wait(ctx, wire.CmdSubmit|wire.Response, window),
		sp.Wait(ctx, wire.CmdDeliver, window))
	return errors.Join(err, c.Terminate(ctx))
}
