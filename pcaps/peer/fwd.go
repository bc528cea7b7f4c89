package peer

import (
	"context"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// resultForwardingWrong is the Result for a FWD that came to the wrong
// gateway (C§5.4).
const resultForwardingWrong = 9

// forwarded answers a FWD. A message gets its report on the way back: an MT of
// type 2, an MO of type 3 (C§3.15).
func (g *ISMG) forwarded(ctx context.Context, c *Conn, p *wire.Fwd) {
	r := &wire.FwdResp{Seq: p.Seq, MsgID: p.MsgID, PkTotal: p.PkTotal, PkNumber: p.PkNumber}
	if p.DestinationID != g.Code {
		r.Result = resultForwardingWrong
	}
	c.Send(r)
	if r.Result != 0 {
		return
	}
	var back *wire.Fwd
	switch {
	case p.MsgFwdType == wire.FwdMT && p.RegisteredDelivery == 1:
		back = g.mtReport(p, c.Version())
	case p.MsgFwdType == wire.FwdMO:
		back = g.moReport(p)
	default:
		return
	}
	g.work.Go(func() {
		if wait(ctx, g.ReportDelay) {
			c.Request(ctx, back)
		}
	})
}

// back is a FWD to where p came from.
func (g *ISMG) back(p *wire.Fwd) *wire.Fwd {
	return &wire.Fwd{
		SourceID: g.Code, DestinationID: p.SourceID, NodesCount: p.NodesCount + 1, MsgID: p.MsgID,
		PkTotal: 1, PkNumber: 1, ServiceID: p.ServiceID, FeeUserType: p.FeeUserType,
		MsgSrc: p.MsgSrc, FeeType: p.FeeType, FeeCode: p.FeeCode,
	}
}

func (g *ISMG) mtReport(p *wire.Fwd, v wire.Version) *wire.Fwd {
	b := g.back(p)
	b.MsgFwdType = wire.FwdMTReport
	b.SrcID, b.DestID = p.DestID[0], []string{p.SrcID}
	now := minute(time.Now())
	report := wire.Report{MsgID: p.MsgID, Stat: "DELIVRD", SubmitTime: now, DoneTime: now,
		DestTerminalID: p.DestID[0], SMSCSequence: uint32(p.MsgID) & 0xffff}
	b.MsgContent = report.Append(nil, v)
	return b
}

func (g *ISMG) moReport(p *wire.Fwd) *wire.Fwd {
	b := g.back(p)
	b.MsgFwdType = wire.FwdMOReport
	b.SrcID, b.DestID = p.DestID[0], []string{p.SrcID}
	now := minute(time.Now())
	report := wire.MOReport{MsgID: p.MsgID, Stat: "DELIVRD", DeliverTime: now, DeliverRespTime: now,
		DestID: p.DestID[0]}
	b.MsgContent = report.Append(nil, wire.V30)
	return b
}
