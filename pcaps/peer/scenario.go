package peer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// Setup is what a scenario is run with.
type Setup struct {
	Version  wire.Version
	Log      *Log
	Addr     string // of the end that listens
	Callback string // of the other end, where a scenario needs one
	callback net.Listener
	dialect  *Dialect
	// Minute is what scenarios take for a minute where one has to pass: tests
	// shorten it; 0 stands for time.Minute.
	Minute time.Duration
	// Rate, Conns and Duration are for the scenario "traffic": SUBMITs a
	// second in all, connections, and how long.
	Rate     int
	Conns    int
	Duration time.Duration
}

// server is the end that listens.
type server interface {
	Serve(context.Context, net.Listener) error
}

// Scenario is a pair of scripts. Most have an ISMG listen and an SP connect;
// between gateways it is an ISMG or GNS that listens and an ISMG that connects.
type Scenario struct {
	Name    string // of the capture too
	Doc     string // what it shows, one line
	Port    int    // on which it listens by default
	Version wire.Version
	// CallsBack: the end that listens also connects to the other end.
	CallsBack bool
	// Dialect is what both ends speak.
	Dialect *Dialect

	listen func(*Setup) server
	script func(context.Context, *Setup) error
}

// timeout bounds a scenario other than "traffic", apart from the minutes that
// it lets pass.
const timeout = 20 * time.Second

// minutes is so many of Setup.Minute.
func (s *Setup) minutes(n float64) time.Duration {
	m := s.Minute
	if m == 0 {
		m = time.Minute
	}
	return time.Duration(n * float64(m))
}

// Find gives the scenario of that name.
func Find(name string) (Scenario, error) {
	for _, s := range Scenarios() {
		if s.Name == name {
			return s, nil
		}
	}
	return Scenario{}, fmt.Errorf("unknown scenario %q", name)
}

// Serve plays the end that listens, on l, until ctx ends.
func (sc Scenario) Serve(ctx context.Context, l net.Listener, s Setup) error {
	s.Version, s.dialect = sc.Version, sc.Dialect
	if !sc.CallsBack {
		s.Callback = ""
	}
	return sc.listen(&s).Serve(ctx, l)
}

// Play plays the end that connects, to its end.
func (sc Scenario) Play(ctx context.Context, s Setup) (err error) {
	s.Version, s.dialect = sc.Version, sc.Dialect
	if sc.CallsBack && s.callback == nil {
		if s.callback, err = net.Listen("tcp", s.Callback); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout+s.Duration+s.minutes(2))
	defer cancel()
	if err := sc.script(ctx, &s); err != nil {
		return fmt.Errorf("%s: %w", sc.Name, err)
	}
	return nil
}

// Run plays both ends: one listens on s.Addr, the other, where it is called
// back, on s.Callback.
func (sc Scenario) Run(ctx context.Context, s Setup) error {
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return err
	}
	s.Addr = l.Addr().String() // a port of 0 has become a real one
	if sc.CallsBack {
		if s.callback, err = net.Listen("tcp", s.Callback); err != nil {
			l.Close()
			return err
		}
		s.Callback = s.callback.Addr().String()
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- sc.Serve(serving, l, s) }()
	err = sc.Play(ctx, s)
	stop()
	return errors.Join(err, <-served)
}

// The made-up parties.
const (
	spID      = "901234"
	shortID   = "9012"
	secret    = "secret99"
	serviceID = "HELP"
	srcID     = "10690001"

	gatewayHere  = "002001"
	gatewayThere = "079101"

	reportDelay = 20 * time.Millisecond
	shortT      = 60 * time.Millisecond // T where it must pass
	longT       = 5 * time.Second       // T where it must not
)

func (s *Setup) endpoint(role, code string) endpoint {
	return endpoint{
		Role: role, Code: code, Secret: secret, Version: s.Version, Log: s.Log, T: longT, N: 3, Dialect: s.dialect,
		Accounts: map[string]string{spID: secret, shortID: secret, gatewayHere: secret, gatewayThere: secret},
	}
}

func (s *Setup) sp() *SP {
	return &SP{endpoint: s.endpoint("SP", spID), ServiceID: serviceID, SrcID: srcID}
}

func (s *Setup) ismg() *ISMG {
	g := &ISMG{endpoint: s.endpoint("ISMG", gatewayHere), ReportDelay: reportDelay, Callback: s.Callback, FirstID: 1000}
	g.FirstSequence = 5000
	return g
}

// plain is an ISMG without rules.
func plain(s *Setup) server { return s.ismg() }

// ruled is an ISMG with rules by receiver.
func ruled(rules map[string]Rule) func(*Setup) server {
	return func(s *Setup) server {
		g := s.ismg()
		g.Rules = rules
		return g
	}
}

// session is the script of an SP on one connection, from login to TERMINATE.
func session(talk func(context.Context, *SP, *Conn) error) func(context.Context, *Setup) error {
	return func(ctx context.Context, s *Setup) error {
		sp := s.sp()
		c, err := sp.Connect(ctx, s.Addr)
		if err != nil {
			return err
		}
		if err := talk(ctx, sp, c); err != nil {
			c.Close()
			return err
		}
		return c.Terminate(ctx)
	}
}
