package peer

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// troubleScenarios are each about one trouble that cmppdump is to find.
func troubleScenarios() []Scenario {
	return []Scenario{
		trouble("silent_drop_30", "two of four SUBMITs get no answer at all, while the connection goes on for more than a minute",
			ruled(map[string]Rule{sms(302): {Ignore: 9}, sms(303): {Ignore: 9}}), silentDrop),
		trouble("late_report_30", "two of three reports come after more than a minute", lateReports, session(late)),
		trouble("second_file_30", "SUBMITs, and seconds later their reports, for a capture in two files", reportsInSeconds, session(secondFile)),
		trouble("lost_part_30", "long messages: one whole, one whose second part is never submitted, one whose second part gets no answer, one whose second part is refused",
			ruled(map[string]Rule{sms(333): {Part: 2, Ignore: 9}, sms(334): {Part: 2, Result: 9}}), lostParts),
		trouble("stopped_reader_30", "the SP reads nothing for two seconds, while MOs come for it and it submits", sendsManyMOs, stoppedReader),
		trouble("slow_second_30", "20 SUBMITs a second; those of the second second are answered 400 ms later", slowSecond, session(paced)),
		trouble("slow_sp_30", "the SP takes 80 ms to answer a DELIVER", plain, slowSP),
		trouble("wrong_secret_30", "logins refused: another secret, Timestamp not padded, Timestamp in binary, Source_Addr padded; then one that is right", plain, wrongSecrets),
		trouble("status_width_30", "the ISMG accepts a login, but puts a Status of one octet into its digest, as before 3.0: the SP drops the connection", narrowStatus, wrongDigest),
		trouble("clock_skew_30", "the clock of the SP is 90 s ahead, that of the ISMG 125 s behind; SUBMITs and reports around a minute of it", behind, skewed),
		trouble("stall_30", "after 20 answers an ISMG is silent on one of two connections, with 16 SUBMITs open, for more than a minute", stalling, stalled),
		trouble("one_way_30", "SUBMITs with their reports, and ACTIVE_TEST for more than a minute, for a capture of one direction", plain, lasting),
		trouble("far_30", "20 SUBMITs, each answered after 30 ms, and their reports, between ends that are 40 ms apart", slowly, session(farApart)),
	}
}

// trouble is a scenario of CMPP 3.0.
func trouble(name, doc string, listen func(*Setup) server, script func(context.Context, *Setup) error) Scenario {
	return Scenario{Name: name, Doc: doc + ", CMPP 3.0", Port: portSP, Version: wire.V30, listen: listen, script: script}
}

// pastTimeout is in minutes what lets the response timeout of C§1.3 pass.
const pastTimeout = 1.04

// beat sends ACTIVE_TESTs until a time has passed.
func beat(ctx context.Context, c *Conn, d time.Duration) error {
	for range 6 {
		if !wait(ctx, d/6) {
			return ctx.Err()
		}
		if err := c.ActiveTest(ctx); err != nil {
			return err
		}
	}
	return nil
}

// silentDrop sends without waiting for answers.
func silentDrop(ctx context.Context, s *Setup) error {
	return session(func(ctx context.Context, sp *SP, c *Conn) error {
		for i := range 4 {
			if err := c.Send(sp.Message(ucs2Text, wire.FmtUCS2, sms(301+i))); err != nil {
				return err
			}
		}
		return errors.Join(sp.Wait(ctx, wire.CmdDeliver, 2), beat(ctx, c, s.minutes(pastTimeout)))
	})(ctx, s)
}

func lateReports(s *Setup) server {
	rule := Rule{Delay: s.minutes(pastTimeout)}
	return ruled(map[string]Rule{sms(312): rule, sms(313): rule})(s)
}

func late(ctx context.Context, sp *SP, c *Conn) error {
	for i := range 3 {
		if err := sp.Submit(ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(311+i))); err != nil {
			return err
		}
	}
	return sp.Wait(ctx, wire.CmdDeliver, 3)
}

func reportsInSeconds(s *Setup) server {
	g := s.ismg()
	g.ReportDelay = s.minutes(0.05)
	return g
}

func secondFile(ctx context.Context, sp *SP, c *Conn) error {
	for i := range 3 {
		if err := sp.Submit(ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(321+i))); err != nil {
			return err
		}
	}
	return sp.Wait(ctx, wire.CmdDeliver, 3)
}

// threeParts is a text of three parts in UCS-2.
const threeParts = "【示例】您购买的商品已由快递员送出，预计今天18:00前送达，请保持电话畅通。如需改期请直接回复数字：" +
	"1改到明天上午，2改到明天下午，3改到后天上午，4改到后天下午。如不便收货，可存放在小区驿站，取件码4471，请于三日内领取，逾期将退回。" +
	"如对服务有任何意见，请直接回复本短信，或致电客服，感谢您的支持与理解，祝您生活愉快。回复TD退订。"

func lostParts(ctx context.Context, s *Setup) error {
	return session(func(ctx context.Context, sp *SP, c *Conn) error {
		for i := range 4 {
			parts := sp.Long(threeParts, wire.FmtUCS2, wire.Concat{Ref: uint16(60 + i)}, wire.BetweenCharacters, sms(331+i))
			if i == 1 {
				parts = append(parts[:1], parts[2:]...)
			}
			for _, p := range parts {
				if err := c.Send(p); err != nil {
					return err
				}
			}
		}
		return errors.Join(sp.Wait(ctx, wire.CmdSubmit|wire.Response, 10), sp.Wait(ctx, wire.CmdDeliver, 9), beat(ctx, c, s.minutes(pastTimeout)))
	})(ctx, s)
}

const manyMOs = 60

func sendsManyMOs(s *Setup) server {
	g := s.ismg()
	g.AfterLogin = func(ctx context.Context, c *Conn) {
		if g.Wait(ctx, wire.CmdSubmit, 2) != nil {
			return
		}
		for i := range manyMOs {
			p := mo(ucs2Text+ucs2Text, wire.FmtUCS2, sms(601+i))
			p.MsgID = g.NewID(1)
			if c.Send(p) != nil {
				return
			}
		}
	}
	return g
}

// stoppedReader submits while it reads, then while it does not.
func stoppedReader(ctx context.Context, s *Setup) error {
	sp := s.sp()
	sp.ReceiveBuffer = 4096
	return talk(ctx, s, sp, func(c *Conn) error {
		submit := func(n int) error {
			p := sp.Message(asciiText, wire.FmtASCII, sms(341+n))
			p.RegisteredDelivery = 0
			return c.Send(p)
		}
		if err := submit(0); err != nil {
			return err
		}
		if err := sp.Wait(ctx, wire.CmdSubmit|wire.Response, 1); err != nil {
			return err
		}
		resume := c.StopReading()
		err := submit(1)
		wait(ctx, 500*time.Millisecond)
		err = errors.Join(err, submit(2))
		wait(ctx, 1500*time.Millisecond)
		resume()
		return errors.Join(err, sp.Wait(ctx, wire.CmdDeliver, manyMOs), sp.Wait(ctx, wire.CmdSubmit|wire.Response, 3))
	})
}

// talk is session with an SP that is given.
func talk(ctx context.Context, s *Setup, sp *SP, talk func(*Conn) error) error {
	c, err := sp.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	if err := talk(c); err != nil {
		c.Close()
		return err
	}
	return c.Terminate(ctx)
}

// pacedRate is SUBMITs a second of paced, slowFirst the first receiver.
const (
	pacedRate = 20
	slowFirst = 400
)

func slowSecond(s *Setup) server {
	rules := map[string]Rule{}
	for i := range pacedRate {
		rules[sms(slowFirst+pacedRate+i)] = Rule{Wait: 400 * time.Millisecond}
	}
	return ruled(rules)(s)
}

// paced submits for three seconds.
func paced(ctx context.Context, sp *SP, c *Conn) error {
	const n = 3 * pacedRate
	return ticking(ctx, n, pacedRate, func(i int) error {
		p := sp.Message(asciiText, wire.FmtASCII, sms(slowFirst+i))
		p.RegisteredDelivery = 0
		return c.Send(p)
	}, func() error { return sp.Wait(ctx, wire.CmdSubmit|wire.Response, n) })
}

// ticking does something n times at a rate, then waits.
func ticking(ctx context.Context, n, rate int, do func(i int) error, end func() error) error {
	begin := time.Now()
	for i := range n {
		wait(ctx, time.Until(begin.Add(time.Duration(i)*time.Second/time.Duration(rate))))
		if err := do(i); err != nil {
			return err
		}
	}
	return end()
}

// slowSP submits one after the other, each when the report of the one before
// was answered, so that nothing waits for anything else.
func slowSP(ctx context.Context, s *Setup) error {
	sp := s.sp()
	sp.Think = 80 * time.Millisecond
	return talk(ctx, s, sp, func(c *Conn) error {
		for i := range 10 {
			err := sp.Submit(ctx, c, sp.Message(asciiText, wire.FmtASCII, sms(351+i)))
			if err := errors.Join(err, sp.Wait(ctx, wire.CmdDeliver, 1+i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// unpaddedTime is AuthenticatorSource of a Timestamp without its leading zero.
func unpaddedTime(sourceAddr, secret string, timestamp uint32) [16]byte {
	return digestOf(sourceAddr, secret, fmt.Append(nil, timestamp))
}

func binaryTime(sourceAddr, secret string, timestamp uint32) [16]byte {
	return digestOf(sourceAddr, secret, binary.BigEndian.AppendUint32(nil, timestamp))
}

func paddedSource(sourceAddr, secret string, timestamp uint32) [16]byte {
	return wire.AuthenticatorSource(sourceAddr+strings.Repeat("\x00", 6-len(sourceAddr)), secret, timestamp)
}

func digestOf(sourceAddr, secret string, timestamp []byte) [16]byte {
	return md5.Sum(bytes.Join([][]byte{[]byte(sourceAddr), make([]byte, 9), []byte(secret), timestamp}, nil))
}

// wrongSecrets: what AuthenticatorSource is made of in the ways of C§4.2.
func wrongSecrets(ctx context.Context, s *Setup) error {
	var err error
	for _, wrong := range []func(*SP){
		func(sp *SP) { sp.Secret = "secret98" },
		func(sp *SP) { sp.Digest, sp.Skew = unpaddedTime, untilNewYear(time.Now()) },
		func(sp *SP) { sp.Digest = binaryTime },
		func(sp *SP) { sp.Code, sp.Digest = shortID, paddedSource },
	} {
		sp := s.sp()
		wrong(sp)
		err = errors.Join(err, refusedWith(ctx, sp, s.Addr, statusWrongSecret))
	}
	return errors.Join(err, session(func(context.Context, *SP, *Conn) error { return nil })(ctx, s))
}

// narrowStatus: what AuthenticatorISMG is made of where a gateway of 3.0 keeps the
// Status of 2.0 (C§4.3).
func narrowStatus(s *Setup) server {
	g := s.ismg()
	g.DigestISMG = func(status uint32, source [16]byte, secret string, _ wire.Version) [16]byte {
		return wire.AuthenticatorISMG(status, source, secret, wire.V20)
	}
	return g
}

// wrongDigest logs in and expects an answer that the SP does not believe.
func wrongDigest(ctx context.Context, s *Setup) error {
	if _, err := s.sp().Connect(ctx, s.Addr); !errors.Is(err, errDigest) {
		return fmt.Errorf("want a wrong AuthenticatorISMG: %v", err)
	}
	return nil
}

// untilNewYear is the time to a day of January, whose month has one digit.
func untilNewYear(t time.Time) time.Duration {
	return time.Date(t.Year()+1, 1, 2, 3, 4, 5, 0, zone).Sub(t)
}

// How far clocks are off in skewed.
const (
	aheadOf  = 90 * time.Second
	behindBy = 125 * time.Second
)

func behind(s *Setup) server {
	g := s.ismg()
	g.Skew = -behindBy
	return g
}

// skewed submits for two seconds on either side of a minute of the ISMG's
// clock, since Done_time has only minutes.
func skewed(ctx context.Context, s *Setup) error {
	ismg := time.Now().Add(-behindBy)
	toMinute := ismg.Truncate(time.Minute).Add(time.Minute).Sub(ismg) - 2*time.Second
	if toMinute < 0 {
		toMinute += time.Minute
	}
	if !wait(ctx, s.minutes(toMinute.Minutes())) {
		return ctx.Err()
	}
	sp := s.sp()
	sp.Skew = aheadOf
	return talk(ctx, s, sp, func(c *Conn) error {
		const n, rate = 32, 8
		return ticking(ctx, n, rate, func(i int) error { return c.Send(sp.Message(asciiText, wire.FmtASCII, sms(361+i))) },
			func() error { return sp.Wait(ctx, wire.CmdDeliver, n) })
	})
}

const stallFirst = 421

func stalling(s *Setup) server {
	rules := map[string]Rule{}
	for i := range window {
		rules[sms(stallFirst+i)] = Rule{Ignore: 9}
	}
	return ruled(rules)(s)
}

func stalled(ctx context.Context, s *Setup) error {
	sp := s.sp()
	var conns [2]*Conn
	for i := range conns {
		c, err := sp.Connect(ctx, s.Addr)
		if err != nil {
			return err
		}
		conns[i] = c
	}
	message := func(n int) *wire.Submit {
		p := sp.Message(ucs2Text, wire.FmtUCS2, sms(n))
		p.RegisteredDelivery = 0
		return p
	}
	for i := range 20 {
		if err := sp.Submit(ctx, conns[i%2], message(401+i)); err != nil {
			return err
		}
	}
	for i := range window {
		if err := conns[1].Send(message(stallFirst + i)); err != nil {
			return err
		}
	}
	err := beat(ctx, conns[0], s.minutes(pastTimeout))
	conns[1].drop()
	return errors.Join(err, conns[0].Terminate(ctx))
}

func lasting(ctx context.Context, s *Setup) error {
	return session(func(ctx context.Context, sp *SP, c *Conn) error {
		for i := range 3 {
			if err := sp.Submit(ctx, c, sp.Message(ucs2Text, wire.FmtUCS2, sms(441+i))); err != nil {
				return err
			}
		}
		return errors.Join(sp.Wait(ctx, wire.CmdDeliver, 3), beat(ctx, c, s.minutes(pastTimeout)))
	})(ctx, s)
}

const (
	farFirst    = 451
	farMessages = 20
)

func slowly(s *Setup) server {
	rules := map[string]Rule{}
	for i := range farMessages {
		rules[sms(farFirst+i)] = Rule{Wait: 30 * time.Millisecond}
	}
	return ruled(rules)(s)
}

func farApart(ctx context.Context, sp *SP, c *Conn) error {
	for i := range farMessages {
		if err := sp.Submit(ctx, c, sp.Message(asciiText, wire.FmtASCII, sms(farFirst+i))); err != nil {
			return err
		}
	}
	return sp.Wait(ctx, wire.CmdDeliver, farMessages)
}
