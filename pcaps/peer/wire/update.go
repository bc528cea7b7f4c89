package wire

// SPService is an SP with a range of its service numbers.
type SPService struct {
	SPID               string // since 2.1
	SPCode             string
	SPAcessType        uint8 // since 2.1
	ServiceID          string
	StartCode, EndCode uint32
}

func (s *SPService) layout(b *body) {
	if b.v.newRoutes() {
		b.text("SP_Id", 6, &s.SPID)
	}
	b.text("SP_Code", 21, &s.SPCode)
	if b.v.newRoutes() {
		b.u8("SP_AcessType", &s.SPAcessType)
	}
	b.text("Service_Id", 10, &s.ServiceID)
	b.u32("Start_code", &s.StartCode)
	b.u32("End_code", &s.EndCode)
}

// MTChange is a change of an MT route: what MTRouteUpdate and
// PushMTRouteUpdate have in common.
type MTChange struct {
	UpdateType uint8  // 0 add, 1 delete, 2 update
	RouteID    uint32 // 0 when an ISMG adds one
	Gateway
	Segment
	UserType uint8 // since 2.1
}

func (c *MTChange) layout(b *body) {
	b.u8("Update_type", &c.UpdateType)
	b.u32("Route_Id", &c.RouteID)
	c.Gateway.layout(b)
	c.Segment.layout(b)
	if b.v.newRoutes() {
		b.u8("User_type", &c.UserType)
	}
}

// MOChange is a change of an MO route.
type MOChange struct {
	UpdateType uint8  // 0 add, 1 delete, 2 update
	RouteID    uint32 // 0 when an ISMG adds one
	Gateway
	SPService
}

func (c *MOChange) layout(b *body) {
	b.u8("Update_type", &c.UpdateType)
	b.u32("Route_Id", &c.RouteID)
	c.Gateway.layout(b)
	c.SPService.layout(b)
}

// MTRouteUpdate is CMPP_MT_ROUTE_UPDATE, ISMG to GNS (C§3.26).
type MTRouteUpdate struct {
	Seq
	MTChange
}

// Command is CmdMTRouteUpdate.
func (p *MTRouteUpdate) Command() Command { return CmdMTRouteUpdate }

// Append appends the PDU to dst.
func (p *MTRouteUpdate) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdMTRouteUpdate, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MTRouteUpdate) layout(b *body) { p.MTChange.layout(b) }

// MORouteUpdate is CMPP_MO_ROUTE_UPDATE, ISMG to GNS (C§3.28).
type MORouteUpdate struct {
	Seq
	MOChange
}

// Command is CmdMORouteUpdate.
func (p *MORouteUpdate) Command() Command { return CmdMORouteUpdate }

// Append appends the PDU to dst.
func (p *MORouteUpdate) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdMORouteUpdate, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MORouteUpdate) layout(b *body) { p.MOChange.layout(b) }

// UpdateAnswer is what a GNS answers to an update.
type UpdateAnswer struct {
	Result    uint8
	RouteID   uint32 // since 2.1
	TimeStamp string // since 2.1, YYYYMMDDHHMMSS
}

func (a *UpdateAnswer) layout(b *body) {
	b.u8("Result", &a.Result)
	if b.v.newRoutes() {
		b.u32("Route_Id", &a.RouteID)
		b.text("Time_stamp", 14, &a.TimeStamp)
	}
}

// MTRouteUpdateResp is CMPP_MT_ROUTE_UPDATE_RESP (C§3.27).
type MTRouteUpdateResp struct {
	Seq
	UpdateAnswer
}

// Command is CmdMTRouteUpdate|Response.
func (p *MTRouteUpdateResp) Command() Command { return CmdMTRouteUpdate | Response }

// Append appends the PDU to dst.
func (p *MTRouteUpdateResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MTRouteUpdateResp) layout(b *body) { p.UpdateAnswer.layout(b) }

// MORouteUpdateResp is CMPP_MO_ROUTE_UPDATE_RESP (C§3.29).
type MORouteUpdateResp struct {
	Seq
	UpdateAnswer
}

// Command is CmdMORouteUpdate|Response.
func (p *MORouteUpdateResp) Command() Command { return CmdMORouteUpdate | Response }

// Append appends the PDU to dst.
func (p *MORouteUpdateResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MORouteUpdateResp) layout(b *body) { p.UpdateAnswer.layout(b) }

// PushMTRouteUpdate is CMPP_PUSH_MT_ROUTE_UPDATE, GNS to ISMG (C§3.30).
type PushMTRouteUpdate struct {
	Seq
	MTChange
	TimeStamp string // since 2.1, YYYYMMDDHHMMSS
}

// Command is CmdPushMTRouteUpdate.
func (p *PushMTRouteUpdate) Command() Command { return CmdPushMTRouteUpdate }

// Append appends the PDU to dst.
func (p *PushMTRouteUpdate) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdPushMTRouteUpdate, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *PushMTRouteUpdate) layout(b *body) {
	p.MTChange.layout(b)
	if b.v.newRoutes() {
		b.text("Time_stamp", 14, &p.TimeStamp)
	}
}

// PushMORouteUpdate is CMPP_PUSH_MO_ROUTE_UPDATE, GNS to ISMG (C§3.32).
type PushMORouteUpdate struct {
	Seq
	MOChange
	TimeStamp string // since 2.1, YYYYMMDDHHMMSS
}

// Command is CmdPushMORouteUpdate.
func (p *PushMORouteUpdate) Command() Command { return CmdPushMORouteUpdate }

// Append appends the PDU to dst.
func (p *PushMORouteUpdate) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdPushMORouteUpdate, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *PushMORouteUpdate) layout(b *body) {
	p.MOChange.layout(b)
	if b.v.newRoutes() {
		b.text("Time_stamp", 14, &p.TimeStamp)
	}
}

// PushMTRouteUpdateResp is CMPP_PUSH_MT_ROUTE_UPDATE_RESP (C§3.31).
type PushMTRouteUpdateResp struct {
	Seq
	Result uint8
}

// Command is CmdPushMTRouteUpdate|Response.
func (p *PushMTRouteUpdateResp) Command() Command { return CmdPushMTRouteUpdate | Response }

// Append appends the PDU to dst.
func (p *PushMTRouteUpdateResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *PushMTRouteUpdateResp) layout(b *body) { b.u8("Result", &p.Result) }

// PushMORouteUpdateResp is CMPP_PUSH_MO_ROUTE_UPDATE_RESP (C§3.33).
type PushMORouteUpdateResp struct {
	Seq
	Result uint8
}

// Command is CmdPushMORouteUpdate|Response.
func (p *PushMORouteUpdateResp) Command() Command { return CmdPushMORouteUpdate | Response }

// Append appends the PDU to dst.
func (p *PushMORouteUpdateResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *PushMORouteUpdateResp) layout(b *body) { b.u8("Result", &p.Result) }

// blankRoute is a new PDU of a route command, nil for an unknown one.
func blankRoute(c Command) PDU {
	switch c {
	case CmdMTRoute:
		return new(MTRoute)
	case CmdMTRoute | Response:
		return new(MTRouteResp)
	case CmdMORoute:
		return new(MORoute)
	case CmdMORoute | Response:
		return new(MORouteResp)
	case CmdGetMTRoute:
		return new(GetMTRoute)
	case CmdGetMTRoute | Response:
		return new(GetMTRouteResp)
	case CmdGetMORoute:
		return new(GetMORoute)
	case CmdGetMORoute | Response:
		return new(GetMORouteResp)
	case CmdMTRouteUpdate:
		return new(MTRouteUpdate)
	case CmdMTRouteUpdate | Response:
		return new(MTRouteUpdateResp)
	case CmdMORouteUpdate:
		return new(MORouteUpdate)
	case CmdMORouteUpdate | Response:
		return new(MORouteUpdateResp)
	case CmdPushMTRouteUpdate:
		return new(PushMTRouteUpdate)
	case CmdPushMTRouteUpdate | Response:
		return new(PushMTRouteUpdateResp)
	case CmdPushMORouteUpdate:
		return new(PushMORouteUpdate)
	case CmdPushMORouteUpdate | Response:
		return new(PushMORouteUpdateResp)
	}
	return nil
}
