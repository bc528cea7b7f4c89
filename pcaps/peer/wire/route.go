package wire

// The messages between an ISMG and a GNS. Their layouts changed with 2.1 and
// stayed so in 3.0 (C§0).

// Gateway says where a route leads.
type Gateway struct {
	DestinationID string // gateway code
	GatewayIP     string // dotted IPv4
	GatewayPort   uint16
}

func (g *Gateway) layout(b *body) {
	b.code("Destination_Id", &g.DestinationID)
	b.text("Gateway_IP", 15, &g.GatewayIP)
	b.u16("Gateway_port", &g.GatewayPort)
}

// Segment is a range of mobile numbers, and where they are at home.
type Segment struct {
	StartID, EndID string
	AreaCode       string
}

func (s *Segment) layout(b *body) {
	n := 6
	if b.v.newRoutes() {
		n = 9
	}
	b.text("Start_Id", n, &s.StartID)
	b.text("End_Id", n, &s.EndID)
	b.text("Area_code", 4, &s.AreaCode)
}

// MTRoute is CMPP_MT_ROUTE: which gateway serves a mobile (C§3.18).
type MTRoute struct {
	Seq
	SourceID   string
	TerminalID string
}

// Command is CmdMTRoute.
func (p *MTRoute) Command() Command { return CmdMTRoute }

// Append appends the PDU to dst.
func (p *MTRoute) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdMTRoute, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MTRoute) layout(b *body) {
	b.code("Source_Id", &p.SourceID)
	b.text("Terminal_Id", 21, &p.TerminalID)
}

// MTRouteResp is CMPP_MT_ROUTE_RESP (C§3.19).
type MTRouteResp struct {
	Seq
	RouteID uint32
	Gateway
	Segment
	Result    uint8
	UserType  uint8  // since 2.1
	TimeStamp string // since 2.1, YYYYMMDDHHMMSS
}

// Command is CmdMTRoute|Response.
func (p *MTRouteResp) Command() Command { return CmdMTRoute | Response }

// Append appends the PDU to dst.
func (p *MTRouteResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MTRouteResp) layout(b *body) {
	b.u32("Route_Id", &p.RouteID)
	p.Gateway.layout(b)
	p.Segment.layout(b)
	b.u8("Result", &p.Result)
	if b.v.newRoutes() {
		b.u8("User_type", &p.UserType)
		b.text("Time_stamp", 14, &p.TimeStamp)
	}
}

// MORoute is CMPP_MO_ROUTE: which gateway serves an SP (C§3.20).
type MORoute struct {
	Seq
	SourceID    string
	SPCode      string
	ServiceID   string
	ServiceCode uint32
}

// Command is CmdMORoute.
func (p *MORoute) Command() Command { return CmdMORoute }

// Append appends the PDU to dst.
func (p *MORoute) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdMORoute, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MORoute) layout(b *body) {
	b.code("Source_Id", &p.SourceID)
	b.text("SP_Code", 21, &p.SPCode)
	b.text("Service_Id", 10, &p.ServiceID)
	b.u32("Service_Code", &p.ServiceCode)
}

// MORouteResp is CMPP_MO_ROUTE_RESP (C§3.21).
type MORouteResp struct {
	Seq
	RouteID uint32
	Gateway
	SPID               string // 21 bytes in 2.0, 6 since
	SPCode             string // since 2.1
	SPAcessType        uint8  // since 2.1
	StartCode, EndCode uint32
	Result             uint8
	TimeStamp          string // since 2.1, YYYYMMDDHHMMSS
}

// Command is CmdMORoute|Response.
func (p *MORouteResp) Command() Command { return CmdMORoute | Response }

// Append appends the PDU to dst.
func (p *MORouteResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *MORouteResp) layout(b *body) {
	b.u32("Route_Id", &p.RouteID)
	p.Gateway.layout(b)
	if b.v.newRoutes() {
		b.text("SP_Id", 6, &p.SPID)
		b.text("SP_Code", 21, &p.SPCode)
		b.u8("SP_AcessType", &p.SPAcessType)
	} else {
		b.text("SP_Id", 21, &p.SPID)
	}
	b.u32("Start_code", &p.StartCode)
	b.u32("End_code", &p.EndCode)
	b.u8("Result", &p.Result)
	if b.v.newRoutes() {
		b.text("Time_stamp", 14, &p.TimeStamp)
	}
}

// askRoutes is the common layout of the two GET requests (C§3.22, C§3.24).
func askRoutes(b *body, source, kind *string, last *int32) {
	n := 2
	if b.v.newRoutes() {
		n = 4
	}
	b.code("Source_Id", source)
	b.text("Route_type", n, kind)
	b.i32("Last_route_Id", last)
}

// GetMTRoute is CMPP_GET_ROUTE in 2.0 and CMPP_GET_MT_ROUTE since (C§3.22).
type GetMTRoute struct {
	Seq
	SourceID    string
	RouteType   string // "MT"; in 2.0 "MO" too
	LastRouteID int32  // -1 at first
}

// Command is CmdGetMTRoute.
func (p *GetMTRoute) Command() Command { return CmdGetMTRoute }

// Append appends the PDU to dst.
func (p *GetMTRoute) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdGetMTRoute, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *GetMTRoute) layout(b *body) { askRoutes(b, &p.SourceID, &p.RouteType, &p.LastRouteID) }

// GetMTRouteResp is CMPP_GET_ROUTE_RESP in 2.0 and CMPP_GET_MT_ROUTE_RESP
// since (C§3.23).
type GetMTRouteResp struct {
	Seq
	RouteID uint32
	Gateway
	SPCode, ServiceID       string // 2.0
	StartCode, EndCode      uint32 // 2.0
	Segment                        // since 2.1; AreaCode in 2.0 too
	Result                  uint8
	UserType                uint8  // since 2.1
	RouteTotal, RouteNumber uint32 // since 2.1
	TimeStamp               string // since 2.1, YYYYMMDDHHMMSS
}

// Command is CmdGetMTRoute|Response.
func (p *GetMTRouteResp) Command() Command { return CmdGetMTRoute | Response }

// Append appends the PDU to dst.
func (p *GetMTRouteResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *GetMTRouteResp) layout(b *body) {
	b.u32("Route_Id", &p.RouteID)
	p.Gateway.layout(b)
	if !b.v.newRoutes() {
		b.text("SP_Code", 21, &p.SPCode)
		b.text("Service_Id", 10, &p.ServiceID)
		b.u32("Start_code", &p.StartCode)
		b.u32("End_code", &p.EndCode)
		b.text("Area_code", 4, &p.AreaCode)
		b.u8("Result", &p.Result)
		return
	}
	p.Segment.layout(b)
	b.u8("Result", &p.Result)
	b.u8("User_type", &p.UserType)
	b.u32("Route_total", &p.RouteTotal)
	b.u32("Route_number", &p.RouteNumber)
	b.text("Time_stamp", 14, &p.TimeStamp)
}

// GetMORoute is CMPP_GET_MO_ROUTE, since 2.1 (C§3.24).
type GetMORoute struct {
	Seq
	SourceID    string
	RouteType   string // "MO"
	LastRouteID int32  // -1 at first
}

// Command is CmdGetMORoute.
func (p *GetMORoute) Command() Command { return CmdGetMORoute }

// Append appends the PDU to dst.
func (p *GetMORoute) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdGetMORoute, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *GetMORoute) layout(b *body) { askRoutes(b, &p.SourceID, &p.RouteType, &p.LastRouteID) }

// GetMORouteResp is CMPP_GET_MO_ROUTE_RESP, since 2.1 (C§3.25).
type GetMORouteResp struct {
	Seq
	RouteID uint32
	Gateway
	SPService
	Result                  uint8
	RouteTotal, RouteNumber uint32
	TimeStamp               string // YYYYMMDDHHMMSS
}

// Command is CmdGetMORoute|Response.
func (p *GetMORouteResp) Command() Command { return CmdGetMORoute | Response }

// Append appends the PDU to dst.
func (p *GetMORouteResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *GetMORouteResp) layout(b *body) {
	b.u32("Route_Id", &p.RouteID)
	p.Gateway.layout(b)
	p.SPService.layout(b)
	b.u8("Result", &p.Result)
	b.u32("Route_total", &p.RouteTotal)
	b.u32("Route_number", &p.RouteNumber)
	b.text("Time_stamp", 14, &p.TimeStamp)
}
