package peer

import (
	"context"
	"fmt"
	"math/bits"
	"net"
	"strconv"
	"sync"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// resultFlowControl is the Result for what comes too fast (C§5.2).
const resultFlowControl = 8

// ISMG is a gateway: it gives out Msg_Ids, answers by rules, reports later,
// and forwards to and for other gateways.
type ISMG struct {
	endpoint
	// Rules are by receiver; the rule of a mass send is that of its first.
	Rules map[string]Rule
	// ReportDelay is the time from an answer to its first report, and between
	// reports.
	ReportDelay time.Duration
	// OtherConn reports on another connection of the SP, if there is one.
	OtherConn bool
	// Callback is the address of the SP, at which to report on a connection of
	// the ISMG's own (2.0, C§1.2).
	Callback string
	// Short: without CONNECT and TERMINATE on connections to Callback.
	Short bool
	// FirstID is the sequence part of the first Msg_Id.
	FirstID uint16

	flow bucket

	mu       sync.Mutex
	ids      uint16                            // Msg_Ids given out
	conns    []*Conn                           // logged in and open
	attempts map[*Conn]map[uint32]attempt      // SUBMITs, by Sequence_Id
	pending  map[wire.MsgID]context.CancelFunc // reports to come
	totals   wire.QueryResp
}

// attempt is what is kept of a SUBMIT that may come again.
type attempt struct {
	n     int
	msgID wire.MsgID
}

// Limit lets SPs submit so many messages a second, burst of them at once.
func (g *ISMG) Limit(rate, burst float64) { g.flow.rate, g.flow.burst = rate, burst }

// Serve accepts connections until ctx ends.
func (g *ISMG) Serve(ctx context.Context, l net.Listener) error {
	return g.serve(ctx, l, g.handle)
}

// Connect opens a connection to another gateway, or an SP, and logs in.
func (g *ISMG) Connect(ctx context.Context, addr string) (*Conn, error) {
	return g.connect(ctx, addr, g.handle)
}

// Dial opens a connection without a login, as GNS traffic may be (C§1.2).
func (g *ISMG) Dial(ctx context.Context, addr string) (*Conn, error) {
	return g.dial(ctx, addr, g.handle)
}

func (g *ISMG) handle(ctx context.Context, c *Conn, p wire.PDU) {
	switch p := p.(type) {
	case *wire.Connect:
		if g.answerConnect(ctx, c, p) {
			g.register(c)
		}
	case *wire.Submit:
		g.submit(ctx, c, p)
	case *wire.Query:
		c.Send(g.query(p))
	case *wire.Cancel:
		c.Send(&wire.CancelResp{Seq: p.Seq, SuccessID: g.cancel(p.MsgID)})
	case *wire.Fwd:
		g.forwarded(ctx, c, p)
	case *wire.PushMTRouteUpdate:
		c.Send(&wire.PushMTRouteUpdateResp{Seq: p.Seq})
	case *wire.PushMORouteUpdate:
		c.Send(&wire.PushMORouteUpdateResp{Seq: p.Seq})
	}
}

// register keeps a connection for reports while it is open.
func (g *ISMG) register(c *Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	open := g.conns[:0]
	for _, o := range g.conns {
		if o.open() {
			open = append(open, o)
		} else {
			delete(g.attempts, o)
		}
	}
	g.conns = append(open, c)
}

// NewID gives out n Msg_Ids and returns the first.
func (g *ISMG) NewID(n int) wire.MsgID {
	g.mu.Lock()
	defer g.mu.Unlock()
	code, _ := strconv.ParseUint(g.Code, 10, 22)
	id := wire.NewMsgID(g.now().In(zone), uint32(code), g.FirstID+g.ids)
	g.ids += uint16(n)
	return id
}

// submit answers a SUBMIT by its rule and has it reported.
func (g *ISMG) submit(ctx context.Context, c *Conn, p *wire.Submit) {
	var rule Rule
	if len(p.DestTerminalID) > 0 {
		rule = g.Rules[p.DestTerminalID[0]]
	}
	if rule.Part != 0 && rule.Part != p.PkNumber {
		rule = Rule{}
	}
	if rule.Echo {
		c.echo(p)
		return
	}
	a := g.attempt(c, p)
	if a.n <= rule.Ignore {
		return
	}
	r := &wire.SubmitResp{Seq: p.Seq, MsgID: a.msgID, Result: rule.Result}
	if r.Result == 0 && !g.flow.take(len(p.DestTerminalID)) {
		r.Result = resultFlowControl
	}
	if r.Result != 0 {
		r.MsgID = 0
	}
	reported := r.Result == 0 && p.RegisteredDelivery == 1
	if rule.Wait == 0 && !rule.ReportFirst {
		c.Send(r)
	}
	g.work.Go(func() {
		if rule.Wait > 0 && wait(ctx, rule.Wait) {
			c.Send(r)
		}
		if reported {
			g.report(ctx, c, p, rule, r.MsgID)
		}
		if rule.ReportFirst {
			c.Send(r)
		}
	})
}

// attempt counts how often a SUBMIT came on its connection. Every attempt gets
// the same Msg_Id.
func (g *ISMG) attempt(c *Conn, p *wire.Submit) attempt {
	g.mu.Lock()
	bySequence := g.attempts[c]
	if bySequence == nil {
		bySequence = map[uint32]attempt{}
		if g.attempts == nil {
			g.attempts = map[*Conn]map[uint32]attempt{}
		}
		g.attempts[c] = bySequence
	}
	a := bySequence[p.Sequence()]
	g.mu.Unlock()
	if a.n++; a.n == 1 {
		a.msgID = g.NewID(len(p.DestTerminalID))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(bySequence, p.Sequence()-attemptsKept)
	bySequence[p.Sequence()] = a
	if a.n == 1 {
		g.totals.MTTLMsg++
		g.totals.MTTlusr += uint32(len(p.DestTerminalID))
	}
	return a
}

// attemptsKept is the SUBMITs of a connection that a resend is looked for
// among, several times the window W.
const attemptsKept = 64

// report sends the reports of a message, those of a mass send with an id for
// each receiver (C§7.6).
func (g *ISMG) report(ctx context.Context, c *Conn, p *wire.Submit, rule Rule, first wire.MsgID) {
	submitted := g.now()
	if rule.Delay > 0 && !wait(ctx, rule.Delay) {
		return
	}
	for _, stat := range rule.stats() {
		if !g.waitToReport(ctx, first) {
			return
		}
		to := g.reportConn(ctx, c)
		if to == nil {
			return
		}
		for k, receiver := range p.DestTerminalID {
			g.deliverReport(ctx, to, p, rule, wire.Report{
				MsgID: first.Nth(k), Stat: stat, SubmitTime: minute(submitted), DoneTime: minute(g.now()),
				DestTerminalID: receiver, SMSCSequence: uint32(first.Nth(k)) & 0xffff,
			})
		}
		if g.Callback != "" {
			g.hangUp(ctx, to)
		}
	}
}

// waitToReport waits for ReportDelay, and reports whether the message was not
// cancelled meanwhile.
func (g *ISMG) waitToReport(ctx context.Context, id wire.MsgID) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	g.mu.Lock()
	if g.pending == nil {
		g.pending = map[wire.MsgID]context.CancelFunc{}
	}
	g.pending[id] = cancel
	g.totals.MTWT++
	g.mu.Unlock()
	done := wait(ctx, g.ReportDelay)
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.pending, id)
	g.totals.MTWT--
	return done
}

// cancel takes a message back whose report is still to come; the value is a
// Success_Id (C§3.12).
func (g *ISMG) cancel(id wire.MsgID) uint32 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if stop := g.pending[id]; stop != nil {
		stop()
		return 0
	}
	return 1
}

// reportConn is the connection to report on, nil if there is none: one opened
// to Callback, that of the SUBMIT, or with OtherConn another of the same SP.
func (g *ISMG) reportConn(ctx context.Context, c *Conn) *Conn {
	if g.Callback != "" {
		return g.call(ctx)
	}
	if g.OtherConn {
		g.mu.Lock()
		defer g.mu.Unlock()
		for _, o := range g.conns {
			if o != c && o.open() && o.Account() == c.Account() {
				return o
			}
		}
	}
	if c.open() {
		return c
	}
	return nil
}

// call opens a connection to Callback, nil if that fails.
func (g *ISMG) call(ctx context.Context) *Conn {
	open := g.Connect
	if g.Short {
		open = g.Dial
	}
	c, err := open(ctx, g.Callback)
	if err != nil {
		return nil
	}
	return c
}

// hangUp ends what call began.
func (g *ISMG) hangUp(ctx context.Context, c *Conn) {
	if g.Short {
		c.Close()
		return
	}
	c.Terminate(ctx)
}

func (g *ISMG) deliverReport(ctx context.Context, to *Conn, p *wire.Submit, rule Rule, r wire.Report) {
	v := to.Version()
	if rule.Draft {
		v = wire.V20
	}
	if rule.Swapped {
		r.MsgID = wire.MsgID(bits.ReverseBytes64(uint64(r.MsgID)))
	}
	g.Deliver(ctx, to, &wire.Deliver{
		DestID: p.SrcID, ServiceID: p.ServiceID, SrcTerminalID: r.DestTerminalID,
		RegisteredDelivery: 1, MsgContent: r.Append(nil, v),
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.Stat == "DELIVRD" {
		g.totals.MTScs++
	} else {
		g.totals.MTFL++
	}
}

// Deliver gives p a Msg_Id, unless it has one, and sends it.
func (g *ISMG) Deliver(ctx context.Context, c *Conn, p *wire.Deliver) error {
	if p.MsgID == 0 {
		p.MsgID = g.NewID(1)
	}
	r, err := request[*wire.DeliverResp](ctx, c, p)
	if p.RegisteredDelivery == 0 {
		g.mu.Lock()
		defer g.mu.Unlock()
		if err == nil && r.Result == 0 {
			g.totals.MOScs++
		} else {
			g.totals.MOFL++
		}
	}
	if err == nil && r.MsgID != p.MsgID {
		return fmt.Errorf("DELIVER_RESP of %s for %s", r.MsgID, p.MsgID)
	}
	return err
}

// query answers with the totals so far, whatever the day or service.
func (g *ISMG) query(p *wire.Query) *wire.QueryResp {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := g.totals
	r.Seq, r.Time, r.QueryType, r.QueryCode = p.Seq, p.Time, p.QueryType, p.QueryCode
	return &r
}
