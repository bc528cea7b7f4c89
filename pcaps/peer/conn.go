package peer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// ErrNoResponse says that a request stayed without an answer, its resends
// included.
var ErrNoResponse = errors.New("no response")

var errClosed = errors.New("connection is closed")

const (
	writeTimeout = 5 * time.Second
	// closeTimeout bounds the wait for the other end to close too.
	closeTimeout = 2 * time.Second
)

// handler answers a request. It runs where the connection is read, so it must
// not wait for a response itself.
type handler func(context.Context, *Conn, wire.PDU)

// Conn is one end of a CMPP connection.
type Conn struct {
	tcp  net.Conn
	end  *endpoint
	done chan struct{} // closed when nothing more will be read
	gate sync.Mutex    // held by who keeps it from reading

	mu      sync.Mutex
	version wire.Version // whose layouts are used
	account string       // Source_Addr that logged in
	next    uint32       // Sequence_Id
	closed  bool         // nothing more is sent
	waiting map[key]chan wire.PDU
	buf     []byte
}

// key is what a response shares with its request.
type key struct {
	command wire.Command
	seq     uint32
}

func newConn(tcp net.Conn, e *endpoint) *Conn {
	return &Conn{tcp: tcp, end: e, done: make(chan struct{}), version: min(e.Version, wire.V30),
		next: max(e.FirstSequence, 1), waiting: map[key]chan wire.PDU{}}
}

// Done is closed when the other end has closed the connection, or it broke.
func (c *Conn) Done() <-chan struct{} { return c.done }

// open reports whether the other end may still send.
func (c *Conn) open() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// Version is the version in use.
func (c *Conn) Version() wire.Version {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.version
}

// Account is the Source_Addr of the end that logged in here, "" if none did.
func (c *Conn) Account() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.account
}

// Send numbers the requests among ps and sends all of them in one write.
// Responses keep the Sequence_Id that they have.
func (c *Conn) Send(ps ...wire.PDU) error { return c.send(0, ps...) }

// send writes the PDUs in pieces of so many bytes, all in one with 0.
func (c *Conn) send(piece int, ps ...wire.PDU) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range ps {
		if !p.Command().IsResponse() {
			c.number(p)
		}
	}
	return c.write(piece, ps...)
}

// echo sends a request as it came, with its Sequence_Id.
func (c *Conn) echo(p wire.PDU) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write(0, p)
}

// number gives a request the next Sequence_Id. c.mu is held.
func (c *Conn) number(p wire.PDU) {
	p.SetSequence(c.next)
	c.next++
}

// write logs and writes PDUs as they are. c.mu is held.
func (c *Conn) write(piece int, ps ...wire.PDU) error {
	if c.closed {
		return errClosed
	}
	c.buf = c.buf[:0]
	for _, p := range ps {
		start := len(c.buf)
		v := c.version
		if connect, ok := p.(*wire.Connect); ok {
			v = layoutOfConnect(connect)
		}
		c.buf = p.Append(c.buf, v)
		if wild := c.end.Dialect.writes(p, c.buf[start:]); len(wild) > 0 {
			c.buf = append(c.buf[:start], wild...)
		}
		if h, err := wire.ParseHeader(c.buf[start:]); err == nil {
			v = wire.LayoutOf(h, v)
		}
		c.log(Sent, c.end.Dialect.logs(p, entry(p, c.buf[start:], v)))
	}
	c.tcp.SetWriteDeadline(time.Now().Add(writeTimeout))
	if piece == 0 {
		_, err := c.tcp.Write(c.buf)
		return err
	}
	for b := c.buf; len(b) > 0; {
		n := min(piece, len(b))
		if _, err := c.tcp.Write(b[:n]); err != nil {
			return err
		}
		b = b[n:]
		time.Sleep(pieceGap)
	}
	return nil
}

// pieceGap keeps pieces in packets of their own.
const pieceGap = 2 * time.Millisecond

// layoutOfConnect is the version to log for a CONNECT, whose layout is the
// same in all and which comes before a connection has one.
func layoutOfConnect(p *wire.Connect) wire.Version { return min(p.Version, wire.V30) }

func (c *Conn) log(d Direction, e Entry) {
	e.Role, e.Direction = c.end.Role, d
	e.Local, e.Remote = c.tcp.LocalAddr().String(), c.tcp.RemoteAddr().String()
	c.end.Log.add(e)
}

// Request sends p and waits for its response. After T without one it sends the
// same bytes again, N times in all (C§1.3), then gives up with ErrNoResponse.
func (c *Conn) Request(ctx context.Context, p wire.PDU) (wire.PDU, error) {
	c.mu.Lock()
	c.number(p)
	k := key{p.Command() | wire.Response, p.Sequence()}
	answer := make(chan wire.PDU, 1)
	c.waiting[k] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, k)
		c.mu.Unlock()
	}()
	timeout, times := c.end.timers()
	for range times {
		c.mu.Lock()
		err := c.write(0, p)
		c.mu.Unlock()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Command(), err)
		}
		select {
		case r := <-answer:
			return r, nil
		case <-time.After(timeout):
		case <-c.done:
			select {
			case r := <-answer: // the last thing before the close
				return r, nil
			default:
				return nil, fmt.Errorf("%s: %w", p.Command(), errClosed)
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, fmt.Errorf("%s %d: %w", p.Command(), p.Sequence(), ErrNoResponse)
}

// request is Request for a response whose type is known.
func request[R wire.PDU](ctx context.Context, c *Conn, p wire.PDU) (R, error) {
	var none R
	r, err := c.Request(ctx, p)
	if err != nil {
		return none, err
	}
	return r.(R), nil
}

// serve reads until the other end closes and hands requests to h.
func (c *Conn) serve(ctx context.Context, h handler) {
	stop := context.AfterFunc(ctx, c.finish)
	defer stop()
	defer c.tcp.Close()
	defer close(c.done)
	defer c.finish()
	r := bufio.NewReader(c.tcp)
	for {
		p, err := c.read(r)
		if err != nil {
			return
		}
		c.take(ctx, p, h)
	}
}

// take does what a PDU asks for, as long as nobody keeps it from that.
func (c *Conn) take(ctx context.Context, p wire.PDU, h handler) {
	c.gate.Lock()
	defer c.gate.Unlock()
	if p.Command().IsResponse() {
		c.deliver(p)
	} else if !c.housekeeping(p) {
		h(ctx, c, p)
	}
	c.end.received.add(p.Command())
}

// StopReading leaves what the other end sends unread, but for the next
// PDU, until resume.
func (c *Conn) StopReading() (resume func()) {
	c.gate.Lock()
	return c.gate.Unlock
}

// read reads and logs one PDU.
func (c *Conn) read(r *bufio.Reader) (wire.PDU, error) {
	head, err := r.Peek(wire.HeaderLen)
	if err != nil {
		return nil, err
	}
	v := c.Version()
	h, err := wire.ParseHeader(head)
	if err != nil {
		return nil, c.refuse(head, v, err)
	}
	raw := make([]byte, h.TotalLength)
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, err
	}
	plain := c.end.Dialect.reads(raw)
	h.TotalLength = uint32(len(plain))
	v = wire.LayoutOf(h, v)
	p, err := wire.Parse(plain, v)
	if err != nil {
		return nil, c.refuse(raw, v, err)
	}
	if connect, ok := p.(*wire.Connect); ok {
		v = layoutOfConnect(connect)
	}
	c.log(Received, c.end.Dialect.logs(p, entry(p, raw, v)))
	return p, nil
}

// refuse logs what is no PDU and returns err.
func (c *Conn) refuse(raw []byte, v wire.Version, err error) error {
	e := entry(nil, raw, v)
	e.Error = err.Error()
	c.log(Received, e)
	return err
}

// deliver hands a response to the request that waits for it. What comes too
// late is in the log and nowhere else.
func (c *Conn) deliver(p wire.PDU) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answer := c.waiting[key{p.Command(), p.Sequence()}]; answer != nil {
		select {
		case answer <- p:
		default: // a resend was answered too
		}
	}
}

// housekeeping answers what both ends answer alike.
func (c *Conn) housekeeping(p wire.PDU) bool {
	switch p := p.(type) {
	case *wire.ActiveTest:
		if !c.end.Deaf {
			c.Send(&wire.ActiveTestResp{Seq: p.Seq})
		}
	case *wire.Terminate:
		c.Send(&wire.TerminateResp{Seq: p.Seq})
		c.finish()
	default:
		return false
	}
	return true
}

// finish sends nothing more. What the other end still sends is read, for a
// while.
func (c *Conn) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	c.tcp.SetReadDeadline(time.Now().Add(closeTimeout))
	if tcp, ok := c.tcp.(*net.TCPConn); ok {
		tcp.CloseWrite()
	}
}

// Close closes this end and waits until the other has closed too.
func (c *Conn) Close() {
	c.finish()
	<-c.done
}

// Terminate ends the connection as the specification has it (C§3.3).
func (c *Conn) Terminate(ctx context.Context) error {
	_, err := c.Request(ctx, new(wire.Terminate))
	c.Close()
	return err
}

// ActiveTest asks whether the other end is there. When it is not, the
// connection is dropped (C§1.3).
func (c *Conn) ActiveTest(ctx context.Context) error {
	_, err := c.Request(ctx, new(wire.ActiveTest))
	if errors.Is(err, ErrNoResponse) {
		c.drop()
	}
	return err
}

// drop resets the connection.
func (c *Conn) drop() {
	if tcp, ok := c.tcp.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.tcp.Close()
	<-c.done
}
