package peer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// lifeScenarios are about connections.
func lifeScenarios() []Scenario {
	all := versions(Scenario{
		Name: "active_test", Doc: "ACTIVE_TEST from both ends",
		Port: portSP, listen: testsActive, script: session(tested),
	}, wire.V20, wire.V30)
	all = append(all, versions(Scenario{
		Name: "query_cancel", Doc: "QUERY of both types, CANCEL of a message and of an unknown one",
		Port: portSP, listen: slowReports, script: session(queryCancel),
	}, wire.V20, wire.V30)...)
	all = append(all, versions(Scenario{
		Name: "terminate_ismg", Doc: "the ISMG ends the connection",
		Port: portSP, listen: terminating, script: terminated,
	}, wire.V20, wire.V30)...)
	all = append(all, versions(Scenario{
		Name: "login_failed", Doc: "CONNECT_RESP with Status 2 (unknown SP), 3 (wrong secret), 4 (version too high)",
		Port: portSP, listen: plain, script: loginFailed,
	}, wire.V20, wire.V30)...)
	all = append(all, Scenario{
		Name: "version_too_high_20", Doc: "an ISMG of 2.0 refuses an SP of 3.0 in its own layout; the SP comes back with 2.0",
		Port: portSP, Version: wire.V20, listen: plain, script: comeBack,
	})
	all = append(all, Scenario{
		Name: "short_20", Doc: "short connections: a lone SUBMIT, a lone DELIVER back, also with CONNECT, CMPP 2.0",
		Port: portShort, Version: wire.V20, CallsBack: true, listen: shortBack, script: short,
	}, Scenario{
		Name: "ismg_connects_20", Doc: "the ISMG opens its own connection to the SP and logs in there, CMPP 2.0",
		Port: portSP, Version: wire.V20, CallsBack: true, listen: plain, script: called,
	})
	return all
}

const tests = 2

func testsActive(s *Setup) server {
	g := s.ismg()
	g.AfterLogin = func(ctx context.Context, c *Conn) {
		for range tests {
			c.ActiveTest(ctx)
		}
	}
	return g
}

func tested(ctx context.Context, sp *SP, c *Conn) error {
	for range tests {
		if err := c.ActiveTest(ctx); err != nil {
			return err
		}
	}
	return sp.Wait(ctx, wire.CmdActiveTest, tests)
}

// slowReports leaves time to cancel.
func slowReports(s *Setup) server {
	g := s.ismg()
	g.ReportDelay = 200 * time.Millisecond
	return g
}

func queryCancel(ctx context.Context, sp *SP, c *Conn) error {
	var ids []wire.MsgID
	for i := range 3 {
		r, err := request[*wire.SubmitResp](ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(1+i)))
		if err != nil {
			return err
		}
		ids = append(ids, r.MsgID)
	}
	for _, p := range []wire.PDU{
		&wire.Cancel{MsgID: ids[1]},
		&wire.Cancel{MsgID: ids[2].Nth(1000)},
		&wire.Query{Time: time.Now().In(zone).Format("20060102")},
	} {
		if _, err := c.Request(ctx, p); err != nil {
			return err
		}
	}
	if err := sp.Wait(ctx, wire.CmdDeliver, 2); err != nil {
		return err
	}
	_, err := c.Request(ctx, &wire.Query{Time: time.Now().In(zone).Format("20060102"), QueryType: 1, QueryCode: serviceID})
	return err
}

func terminating(s *Setup) server {
	g := s.ismg()
	g.AfterLogin = func(ctx context.Context, c *Conn) {
		if g.Wait(ctx, wire.CmdSubmit, 1) == nil {
			c.Terminate(ctx)
		}
	}
	return g
}

func terminated(ctx context.Context, s *Setup) error {
	sp := s.sp()
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	p := sp.Message(asciiText, wire.FmtASCII, sms(1))
	p.RegisteredDelivery = 0
	if err := sp.Submit(ctx, c, p); err != nil {
		return err
	}
	select {
	case <-c.Done():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refusedWith logs in and expects a Status.
func refusedWith(ctx context.Context, sp *SP, addr string, status uint32) error {
	_, err := sp.Connect(ctx, addr)
	var refused *LoginError
	if !errors.As(err, &refused) || refused.Status != status {
		return fmt.Errorf("want Status %d: %v", status, err)
	}
	return nil
}

func loginFailed(ctx context.Context, s *Setup) error {
	unknown, wrong, high := s.sp(), s.sp(), s.sp()
	unknown.Code = "909999"
	wrong.Secret = "secret98"
	high.Version = s.Version + 0x10
	return errors.Join(
		refusedWith(ctx, unknown, s.Addr, statusIllegalSource),
		refusedWith(ctx, wrong, s.Addr, statusWrongSecret),
		refusedWith(ctx, high, s.Addr, statusVersionHigh))
}

func comeBack(ctx context.Context, s *Setup) error {
	sp := s.sp()
	sp.Version = wire.V30
	if err := refusedWith(ctx, sp, s.Addr, statusVersionHigh); err != nil {
		return err
	}
	return session(flow)(ctx, s)
}

// beCalled has the SP accept connections while it talks.
func beCalled(ctx context.Context, s *Setup, sp *SP, talk func() error) error {
	ctx, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- sp.Serve(ctx, s.callback) }()
	err := talk()
	stop()
	return errors.Join(err, <-served)
}

func shortBack(s *Setup) server {
	g := s.ismg()
	g.Short = true
	return g
}

// submitAndClose sends one SUBMIT on a connection that is then closed.
func submitAndClose(ctx context.Context, sp *SP, c *Conn, err error, receiver string) error {
	if err != nil {
		return err
	}
	defer c.Close()
	return sp.Submit(ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, receiver))
}

func short(ctx context.Context, s *Setup) error {
	sp := s.sp()
	return beCalled(ctx, s, sp, func() error {
		lone, err := sp.Dial(ctx, s.Addr)
		if err := submitAndClose(ctx, sp, lone, err, sms(1)); err != nil {
			return err
		}
		login, err := sp.Connect(ctx, s.Addr)
		if err := submitAndClose(ctx, sp, login, err, sms(2)); err != nil {
			return err
		}
		return sp.Wait(ctx, wire.CmdDeliver, 2)
	})
}

func called(ctx context.Context, s *Setup) error {
	sp := s.sp()
	return beCalled(ctx, s, sp, func() error {
		for i := range 2 {
			c, err := sp.Connect(ctx, s.Addr)
			if err != nil {
				return err
			}
			err = sp.Submit(ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(1+i)))
			if err := errors.Join(err, c.Terminate(ctx)); err != nil {
				return err
			}
		}
		return sp.Wait(ctx, wire.CmdTerminate, 2)
	})
}
