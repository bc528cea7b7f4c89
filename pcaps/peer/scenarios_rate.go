package peer

import (
	"context"
	"errors"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// rateScenarios are about limits a second.
func rateScenarios() []Scenario {
	return versions(Scenario{
		Name: "rate_limit", Doc: "a token bucket of 100 messages a second against 60 and then 130 a second, on two connections of one SP",
		Port: portSP, listen: metered, script: overrun,
	}, wire.V20)
}

// rateLimit is what the gateway lets through a second, and rateBurst at once.
const (
	rateLimit = 100
	rateBurst = 5
)

func metered(s *Setup) server {
	g := s.ismg()
	g.Limit(rateLimit, rateBurst)
	return g
}

// overrun submits below the limit, then above it for long enough that the
// bucket has nothing left of its beginning.
func overrun(ctx context.Context, s *Setup) error {
	sp := s.sp()
	var conns []*Conn
	for range 2 {
		c, err := sp.Connect(ctx, s.Addr)
		if err != nil {
			return err
		}
		conns = append(conns, c)
	}
	n := 0
	for _, phase := range []struct {
		rate int
		time time.Duration
	}{{60, 600 * time.Millisecond}, {130, 2200 * time.Millisecond}} {
		begin := time.Now()
		for i := range int(phase.time.Seconds() * float64(phase.rate)) {
			time.Sleep(time.Until(begin.Add(time.Duration(i) * time.Second / time.Duration(phase.rate))))
			p := sp.Message("[Sample] Code 482913.", wire.FmtASCII, sms(n))
			p.RegisteredDelivery = 0
			if err := conns[n%len(conns)].Send(p); err != nil {
				return err
			}
			n++
		}
	}
	wait(ctx, 3*reportDelay) // the last ones are answered
	var err error
	for _, c := range conns {
		err = errors.Join(err, c.Terminate(ctx))
	}
	return err
}
