package peer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// gatewayScenarios are between gateways.
func gatewayScenarios() []Scenario {
	all := versions(Scenario{
		Name: "fwd", Doc: "FWD of all four types between two ISMGs, a long message and a refusal among them",
		Port: portISMG, listen: plain, script: forward,
	}, wire.V20, wire.V30)
	all = append(all, versions(Scenario{
		Name: "gns", Doc: "every route message between an ISMG and a GNS, long and short connections, pushes back",
		Port: portGNS, CallsBack: true, listen: gns, script: routes,
	}, wire.V20, wire.V21, wire.V30)...)
	return all
}

func forward(ctx context.Context, s *Setup) error {
	g := s.ismg()
	g.Code = gatewayThere
	c, err := g.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	fwds, reports := forwards(g, s.Version)
	for _, p := range fwds {
		if _, err := c.Request(ctx, p); err != nil {
			c.Close()
			return err
		}
	}
	return errors.Join(g.Wait(ctx, wire.CmdFwd, reports), c.Terminate(ctx))
}

// forwards are the FWDs of the scenario, and how many come back as reports.
func forwards(g *ISMG, v wire.Version) (all []*wire.Fwd, reports int) {
	mt := func(msgFmt uint8, content []byte, to ...string) *wire.Fwd {
		p := fwd(g, msgFmt, content)
		p.RegisteredDelivery = 1
		p.SrcID, p.DestID = srcID, to
		return p
	}
	all = []*wire.Fwd{
		mt(wire.FmtASCII, []byte(asciiText), sms(1)),
		mt(wire.FmtUCS2, wire.UCS2(ucs2Text), sms(2)),
		mt(wire.FmtGBK, encode(gbkText, wire.FmtGBK), sms(3)),
	}
	text := strings.Repeat("【示例】您购买的商品已由快递员送出，预计今天18:00前送达。", 4)
	parts := wire.Split(wire.UCS2(text), wire.FmtUCS2, wire.Concat{Ref: 9}, wire.BetweenCharacters)
	for i, content := range parts {
		p := mt(wire.FmtUCS2, content, sms(4))
		p.PkTotal, p.PkNumber, p.TPudhi = uint8(len(parts)), uint8(i+1), 1
		all = append(all, p)
	}
	fromMobile := fwd(g, wire.FmtGBK, encode("查询余额", wire.FmtGBK))
	fromMobile.MsgFwdType = wire.FwdMO
	fromMobile.SrcID, fromMobile.DestID = sms(5), []string{srcID}
	fromMobile.SrcUserType = 1
	all = append(all, fromMobile)
	reports = len(all)

	astray := mt(wire.FmtASCII, []byte(asciiText), sms(6))
	astray.DestinationID = "001001"
	all = append(all, astray)
	if v == wire.V20 { // since 3.0 one receiver only
		many := mt(wire.FmtASCII, []byte(asciiText), receivers(7, 3)...)
		many.RegisteredDelivery = 0
		all = append(all, many)
	}
	return all, reports
}

func fwd(g *ISMG, msgFmt uint8, content []byte) *wire.Fwd {
	return &wire.Fwd{
		SourceID: g.Code, DestinationID: gatewayHere, NodesCount: 1, MsgFwdType: wire.FwdMT, MsgID: g.NewID(1),
		PkTotal: 1, PkNumber: 1, ServiceID: serviceID, FeeUserType: 2, MsgFmt: msgFmt, MsgSrc: spID,
		FeeType: "01", FeeCode: "000000", ValidTime: "270101120000032+", MsgContent: content,
		FeeTerminalPseudo: "FEE0000001", SrcPseudo: "SRC0000001", DestPseudo: "DST0000001",
	}
}

// gns is a GNS with some routes.
func gns(s *Setup) server {
	g := &GNS{endpoint: s.endpoint("GNS", "000001"), Callback: s.Callback}
	g.FirstSequence = 9000
	changed := time.Date(2026, 11, 1, 10, 0, 0, 0, zone)
	segment := func(first, last string) (start, end string) {
		if s.Version == wire.V20 { // 6 digits in 2.0, 9 since (C§3.19)
			return first[:6], last[:6]
		}
		return first, last
	}
	for i, r := range []struct{ first, last, code, area string }{
		{"138000000", "138000999", gatewayHere, "0020"},
		{"138001000", "138001999", gatewayThere, "0791"},
		{"138002000", "138002999", "001001", "0010"},
	} {
		start, end := segment(r.first, r.last)
		g.mt = append(g.mt, MTEntry{uint32(i), gateway(r.code), wire.Segment{StartID: start, EndID: end, AreaCode: r.area},
			uint8(i), changed})
	}
	for i, code := range []string{gatewayHere, gatewayThere} {
		g.mo = append(g.mo, MOEntry{uint32(i), gateway(code), wire.SPService{
			SPID: spID, SPCode: fmt.Sprintf("1069000%d", i+1), SPAcessType: uint8(i),
			ServiceID: serviceID, StartCode: 1, EndCode: 99}, changed})
	}
	return g
}

func gateway(code string) wire.Gateway {
	return wire.Gateway{DestinationID: code, GatewayIP: "10.20.30." + strings.TrimLeft(code[1:4], "0"), GatewayPort: portSP}
}

func routes(ctx context.Context, s *Setup) error {
	g := s.ismg()
	g.Code = gatewayThere
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- g.Serve(serving, s.callback) }()
	err := askRoutes(ctx, s, g)
	stop()
	return errors.Join(err, <-served)
}

func askRoutes(ctx context.Context, s *Setup, g *ISMG) error {
	c, err := g.Connect(ctx, s.Addr)
	if err != nil {
		return err
	}
	asks := []wire.PDU{
		&wire.MTRoute{SourceID: g.Code, TerminalID: sms(1)},
		&wire.MTRoute{SourceID: g.Code, TerminalID: "13900000001"},
		&wire.MORoute{SourceID: g.Code, SPCode: srcID, ServiceID: serviceID, ServiceCode: 5},
		&wire.MORoute{SourceID: g.Code, SPCode: "10699999"},
	}
	for _, p := range append(asks, getRoutes(g, s.Version)...) {
		if _, err := c.Request(ctx, p); err != nil {
			c.Close()
			return err
		}
	}
	if err := c.Terminate(ctx); err != nil {
		return err
	}
	return changeRoutes(ctx, s, g)
}

// getRoutes asks for all routes of the GNS, one after the other.
func getRoutes(g *ISMG, v wire.Version) (all []wire.PDU) {
	for last := int32(-1); last < 2; last++ {
		all = append(all, &wire.GetMTRoute{SourceID: g.Code, RouteType: "MT", LastRouteID: last})
	}
	for last := int32(-1); last < 1; last++ {
		if v == wire.V20 {
			all = append(all, &wire.GetMTRoute{SourceID: g.Code, RouteType: "MO", LastRouteID: last})
		} else {
			all = append(all, &wire.GetMORoute{SourceID: g.Code, RouteType: "MO", LastRouteID: last})
		}
	}
	return all
}

// changeRoutes reports changes, each on a short connection of its own, and
// waits until the GNS has pushed them.
func changeRoutes(ctx context.Context, s *Setup, g *ISMG) error {
	segment := wire.Segment{StartID: "138003000", EndID: "138003999", AreaCode: "0791"}
	if s.Version == wire.V20 {
		segment.StartID, segment.EndID = "138003", "138003"
	}
	service := wire.SPService{SPID: spID, SPCode: "10690009", ServiceID: serviceID, StartCode: 1, EndCode: 9}
	for _, p := range []wire.PDU{
		&wire.MTRouteUpdate{MTChange: wire.MTChange{Gateway: gateway(gatewayThere), Segment: segment, UserType: 2}},
		&wire.MORouteUpdate{MOChange: wire.MOChange{UpdateType: 2, RouteID: 1, Gateway: gateway(gatewayThere), SPService: service}},
	} {
		c, err := g.Dial(ctx, s.Addr)
		if err != nil {
			return err
		}
		_, err = c.Request(ctx, p)
		c.Close()
		if err != nil {
			return err
		}
	}
	return errors.Join(
		g.Wait(ctx, wire.CmdPushMTRouteUpdate, 1),
		g.Wait(ctx, wire.CmdPushMORouteUpdate, 1))
}
