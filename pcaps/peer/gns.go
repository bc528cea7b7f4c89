package peer

import (
	"context"
	"net"
	"strconv"
	"sync"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// Results of a GNS (C§5.5).
const (
	gnsOK        = 0
	gnsNoRoute   = 1
	gnsLastRoute = 2 // 2.0 only
)

// MTEntry is a route to the gateway of a range of mobiles.
type MTEntry struct {
	ID uint32
	wire.Gateway
	wire.Segment
	UserType uint8
	Changed  time.Time
}

// MOEntry is a route to the gateway of an SP.
type MOEntry struct {
	ID uint32
	wire.Gateway
	wire.SPService
	Changed time.Time
}

// GNS is a gateway name server: it knows which gateway serves a mobile or an
// SP, and tells gateways of changes.
type GNS struct {
	endpoint
	// Callback is the address of the gateway to be told of changes; "" tells
	// none.
	Callback string

	mu sync.Mutex
	mt []MTEntry
	mo []MOEntry
}

// Serve accepts connections until ctx ends.
func (g *GNS) Serve(ctx context.Context, l net.Listener) error {
	return g.serve(ctx, l, g.handle)
}

func (g *GNS) handle(ctx context.Context, c *Conn, p wire.PDU) {
	switch p := p.(type) {
	case *wire.Connect:
		g.answerConnect(ctx, c, p)
	case *wire.MTRoute:
		c.Send(g.mtRoute(p))
	case *wire.MORoute:
		c.Send(g.moRoute(p))
	case *wire.GetMTRoute:
		c.Send(g.nextRoute(p, c.Version()))
	case *wire.GetMORoute:
		c.Send(g.nextMORoute(p))
	case *wire.MTRouteUpdate:
		e := g.updateMT(p.MTChange)
		c.Send(&wire.MTRouteUpdateResp{Seq: p.Seq, UpdateAnswer: answerUpdate(e.ID, e.Changed)})
		g.push(ctx, &wire.PushMTRouteUpdate{TimeStamp: second(e.Changed), MTChange: wire.MTChange{
			UpdateType: p.UpdateType, RouteID: e.ID, Gateway: e.Gateway, Segment: e.Segment, UserType: e.UserType}})
	case *wire.MORouteUpdate:
		e := g.updateMO(p.MOChange)
		c.Send(&wire.MORouteUpdateResp{Seq: p.Seq, UpdateAnswer: answerUpdate(e.ID, e.Changed)})
		g.push(ctx, &wire.PushMORouteUpdate{TimeStamp: second(e.Changed), MOChange: wire.MOChange{
			UpdateType: p.UpdateType, RouteID: e.ID, Gateway: e.Gateway, SPService: e.SPService}})
	}
}

func answerUpdate(id uint32, at time.Time) wire.UpdateAnswer {
	return wire.UpdateAnswer{Result: gnsOK, RouteID: id, TimeStamp: second(at)}
}

// push tells the gateway of a change, on a connection of its own.
func (g *GNS) push(ctx context.Context, p wire.PDU) {
	if g.Callback == "" {
		return
	}
	g.work.Go(func() {
		c, err := g.dial(ctx, g.Callback, g.handle)
		if err != nil {
			return
		}
		c.Request(ctx, p)
		c.Close()
	})
}

func (g *GNS) mtRoute(p *wire.MTRoute) *wire.MTRouteResp {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range g.mt {
		n := len(e.StartID)
		if len(p.TerminalID) >= n && e.StartID <= p.TerminalID[:n] && p.TerminalID[:n] <= e.EndID {
			return &wire.MTRouteResp{Seq: p.Seq, RouteID: e.ID, Gateway: e.Gateway, Segment: e.Segment,
				UserType: e.UserType, TimeStamp: second(e.Changed)}
		}
	}
	return &wire.MTRouteResp{Seq: p.Seq, Result: gnsNoRoute}
}

func (g *GNS) moRoute(p *wire.MORoute) *wire.MORouteResp {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range g.mo {
		if e.SPCode == p.SPCode && e.StartCode <= p.ServiceCode && p.ServiceCode <= e.EndCode {
			return &wire.MORouteResp{Seq: p.Seq, RouteID: e.ID, Gateway: e.Gateway, SPID: e.SPID, SPCode: e.SPCode,
				SPAcessType: e.SPAcessType, StartCode: e.StartCode, EndCode: e.EndCode, TimeStamp: second(e.Changed)}
		}
	}
	return &wire.MORouteResp{Seq: p.Seq, Result: gnsNoRoute}
}

// nextRoute answers with the route behind the last one that the gateway has.
// In 2.0 it may ask for either kind, and Result says that a route is the last;
// since 2.1 it is the pair of total and number (C§3.23).
func (g *GNS) nextRoute(p *wire.GetMTRoute, v wire.Version) *wire.GetMTRouteResp {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := &wire.GetMTRouteResp{Seq: p.Seq, Result: gnsNoRoute}
	next, n := int(p.LastRouteID)+1, len(g.mt)
	if p.RouteType == "MO" {
		n = len(g.mo)
	}
	if next < 0 || next >= n {
		return r
	}
	r.Result, r.RouteTotal, r.RouteNumber = gnsOK, uint32(n), uint32(next+1)
	if v == wire.V20 && next == n-1 {
		r.Result = gnsLastRoute
	}
	if p.RouteType == "MO" {
		e := g.mo[next]
		r.RouteID, r.Gateway, r.SPCode, r.ServiceID = e.ID, e.Gateway, e.SPCode, e.ServiceID
		r.StartCode, r.EndCode = e.StartCode, e.EndCode
		return r
	}
	e := g.mt[next]
	r.RouteID, r.Gateway, r.Segment = e.ID, e.Gateway, e.Segment
	r.StartCode, r.EndCode = number(e.StartID), number(e.EndID)
	r.UserType, r.TimeStamp = e.UserType, second(e.Changed)
	return r
}

func (g *GNS) nextMORoute(p *wire.GetMORoute) *wire.GetMORouteResp {
	g.mu.Lock()
	defer g.mu.Unlock()
	next := int(p.LastRouteID) + 1
	if next < 0 || next >= len(g.mo) {
		return &wire.GetMORouteResp{Seq: p.Seq, Result: gnsNoRoute}
	}
	e := g.mo[next]
	return &wire.GetMORouteResp{Seq: p.Seq, RouteID: e.ID, Gateway: e.Gateway, SPService: e.SPService,
		RouteTotal: uint32(len(g.mo)), RouteNumber: uint32(next + 1), TimeStamp: second(e.Changed)}
}

func number(digits string) uint32 {
	n, _ := strconv.ParseUint(digits, 10, 32)
	return uint32(n)
}

// updateMT adds a route. (Deleting and changing are answered alike and change
// nothing: the next capture starts from the same routes.)
func (g *GNS) updateMT(c wire.MTChange) MTEntry {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := MTEntry{c.RouteID, c.Gateway, c.Segment, c.UserType, time.Now()}
	if c.UpdateType == updateAdd && len(g.mt) < maxRoutes {
		e.ID = uint32(len(g.mt))
		g.mt = append(g.mt, e)
	}
	return e
}

func (g *GNS) updateMO(c wire.MOChange) MOEntry {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := MOEntry{c.RouteID, c.Gateway, c.SPService, time.Now()}
	if c.UpdateType == updateAdd && len(g.mo) < maxRoutes {
		e.ID = uint32(len(g.mo))
		g.mo = append(g.mo, e)
	}
	return e
}

const (
	updateAdd = 0 // Update_type (C§3.26)
	maxRoutes = 1000
)
