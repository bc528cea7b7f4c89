package peer

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// endpoint is what an SP and an ISMG have in common.
type endpoint struct {
	Role    string // SP, ISMG, GNS
	Code    string // SP_Id or gateway code, 6 digits
	Secret  string // shared with whomever it connects to
	Version wire.Version
	Log     *Log
	T       time.Duration // response timeout; 0 stands for 60s (C§1.3)
	N       int           // times that a request is sent in all; 0 stands for 3
	// FirstSequence is the first Sequence_Id on each connection; 0 stands for 1.
	FirstSequence uint32
	// Accounts are the secrets of those that may connect, by Source_Addr.
	Accounts map[string]string
	// AfterLogin is run for each connection that logged in here.
	AfterLogin func(context.Context, *Conn)
	// Deaf leaves ACTIVE_TEST without an answer.
	Deaf bool
	// Skew is how far its clock is ahead of the real one.
	Skew time.Duration
	// Digest makes AuthenticatorSource; nil stands for that of the specification.
	Digest func(sourceAddr, secret string, timestamp uint32) [16]byte
	// DigestISMG makes AuthenticatorISMG; nil stands for that of the specification.
	DigestISMG func(status uint32, source [16]byte, secret string, v wire.Version) [16]byte
	// ReceiveBuffer bounds what waits for it unread on connections that it
	// opens, in octets; 0 leaves that to the system.
	ReceiveBuffer int
	// Dialect is spoken in place of the specification; nil: none.
	Dialect *Dialect

	work     sync.WaitGroup // connections and what they set going
	received inbox
}

// Wait waits until n PDUs of the command have been received in all, on
// whatever connection, and answered if they were requests.
func (e *endpoint) Wait(ctx context.Context, command wire.Command, n int) error {
	return e.received.wait(ctx, command, n)
}

// timers are T and N with their defaults.
func (e *endpoint) timers() (time.Duration, int) {
	t, n := e.T, e.N
	if t == 0 {
		t = 60 * time.Second
	}
	if n == 0 {
		n = 3
	}
	return t, n
}

// now is the time by its clock.
func (e *endpoint) now() time.Time { return time.Now().Add(e.Skew) }

// maxConns bounds the connections open at once.
const maxConns = 1000

// dial opens a connection and reads it with h.
func (e *endpoint) dial(ctx context.Context, addr string, h handler) (*Conn, error) {
	d := net.Dialer{Control: receiveBuffer(e.ReceiveBuffer)}
	tcp, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := newConn(tcp, e)
	e.work.Go(func() { c.serve(ctx, h) })
	return c, nil
}

// LoginError is a Status other than 0 (C§5.1).
type LoginError struct {
	Status  uint32
	Version wire.Version // the highest that the other end supports
}

func (e *LoginError) Error() string {
	return fmt.Sprintf("login refused with Status %d, Version %s", e.Status, e.Version)
}

// errDigest says that the other end does not know the secret, or makes its digest
// otherwise.
var errDigest = errors.New("wrong AuthenticatorISMG")

// login sends CONNECT. A refusal is a *LoginError, and the other end closes.
func (e *endpoint) login(ctx context.Context, c *Conn) error {
	digest := e.Digest
	if digest == nil {
		digest = wire.AuthenticatorSource
	}
	stamp := timestamp(e.now())
	auth := digest(e.Code, e.Secret, stamp)
	r, err := request[*wire.ConnectResp](ctx, c, &wire.Connect{
		SourceAddr: e.Code, AuthenticatorSource: auth, Version: e.Version, Timestamp: stamp})
	if err != nil {
		return err
	}
	if r.Status != 0 {
		return &LoginError{r.Status, r.Version}
	}
	if want := wire.AuthenticatorISMG(0, auth, e.Secret, e.Version); r.AuthenticatorISMG != want {
		return fmt.Errorf("%w: %x is not %x", errDigest, r.AuthenticatorISMG, want)
	}
	return nil
}

// connect opens a connection and logs in.
func (e *endpoint) connect(ctx context.Context, addr string, h handler) (*Conn, error) {
	c, err := e.dial(ctx, addr, h)
	if err != nil {
		return nil, err
	}
	if err := e.login(ctx, c); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// The values of Status (C§5.1).
const (
	statusOK            = 0
	statusIllegalSource = 2
	statusWrongSecret   = 3
	statusVersionHigh   = 4
)

// answerConnect answers a CONNECT and reports whether it was accepted.
func (e *endpoint) answerConnect(ctx context.Context, c *Conn, p *wire.Connect) bool {
	secret, known := e.Accounts[p.SourceAddr]
	r := &wire.ConnectResp{Seq: p.Seq, Version: e.Version}
	switch {
	case p.Version > e.Version:
		r.Status = statusVersionHigh
	case !known:
		r.Status = statusIllegalSource
	case p.AuthenticatorSource != wire.AuthenticatorSource(p.SourceAddr, secret, p.Timestamp):
		r.Status = statusWrongSecret
	default:
		digest := e.DigestISMG
		if digest == nil {
			digest = wire.AuthenticatorISMG
		}
		r.AuthenticatorISMG = digest(statusOK, p.AuthenticatorSource, secret, p.Version)
	}
	c.mu.Lock()
	c.version = min(p.Version, e.Version)
	if r.Status == statusOK {
		c.account = p.SourceAddr
	}
	c.mu.Unlock()
	c.Send(r)
	if r.Status != statusOK {
		c.finish()
		return false
	}
	if e.AfterLogin != nil {
		e.work.Go(func() { e.AfterLogin(ctx, c) })
	}
	return true
}

// serve accepts connections until ctx ends, then waits for those that are
// open: their other ends close them, or they are closed.
func (e *endpoint) serve(ctx context.Context, l net.Listener, h handler) error {
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	defer e.work.Wait()
	slots := make(chan struct{}, maxConns)
	for {
		tcp, err := l.Accept()
		if ctx.Err() != nil {
			if err == nil {
				tcp.Close()
			}
			return nil
		}
		if err != nil {
			return err
		}
		slots <- struct{}{}
		c := newConn(tcp, e)
		e.work.Go(func() {
			c.serve(ctx, h)
			<-slots
		})
	}
}

// wait waits for d, and reports whether ctx let it.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// zone is the zone of everything that CMPP writes as local time (C§1.6).
var zone = time.FixedZone("UTC+8", 8*60*60)

// timestamp is MMDDHHMMSS as a number.
func timestamp(t time.Time) uint32 {
	t = t.In(zone)
	_, month, day := t.Date()
	hour, minute, second := t.Clock()
	return uint32(((int(month)*100+day)*100+hour)*10000 + minute*100 + second)
}

// minute is YYMMDDHHMM.
func minute(t time.Time) string { return t.In(zone).Format("0601021504") }

// second is YYYYMMDDHHMMSS.
func second(t time.Time) string { return t.In(zone).Format("20060102150405") }
