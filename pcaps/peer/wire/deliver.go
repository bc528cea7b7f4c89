package wire

// Deliver is CMPP_DELIVER (C§3.8): an MO message, or a status report when
// RegisteredDelivery is 1.
type Deliver struct {
	Seq
	MsgID              MsgID
	DestID             string
	ServiceID          string
	TPpid              uint8
	TPudhi             uint8
	MsgFmt             uint8
	SrcTerminalID      string
	SrcTerminalType    uint8 // 3.0
	RegisteredDelivery uint8
	MsgContent         []byte // at most 255 bytes; a report: see Report
	LinkID             string // 3.0
}

// Command is CmdDeliver.
func (p *Deliver) Command() Command { return CmdDeliver }

// Append appends the PDU to dst.
func (p *Deliver) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdDeliver, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *Deliver) layout(b *body) {
	v3 := b.v >= V30
	b.msgID("Msg_Id", &p.MsgID)
	b.text("Dest_Id", 21, &p.DestID)
	b.text("Service_Id", 10, &p.ServiceID)
	b.u8("TP_pid", &p.TPpid)
	b.u8("TP_udhi", &p.TPudhi)
	b.u8("Msg_Fmt", &p.MsgFmt)
	b.text("Src_terminal_Id", b.v.pick(21, 32), &p.SrcTerminalID)
	if v3 {
		b.u8("Src_terminal_type", &p.SrcTerminalType)
	}
	b.u8("Registered_Delivery", &p.RegisteredDelivery)
	n := b.count("Msg_Length", len(p.MsgContent))
	b.octets("Msg_Content", n, &p.MsgContent)
	if b.mode == naming && p.RegisteredDelivery == 1 {
		b.report(new(Report), p.MsgContent)
	}
	if v3 {
		b.text("LinkID", 20, &p.LinkID)
	} else {
		b.reserved("Reserved", 8)
	}
}

// DeliverResp is CMPP_DELIVER_RESP (C§3.10).
type DeliverResp struct {
	Seq
	MsgID  MsgID
	Result uint32
}

// Command is CmdDeliver|Response.
func (p *DeliverResp) Command() Command { return CmdDeliver | Response }

// Append appends the PDU to dst.
func (p *DeliverResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *DeliverResp) layout(b *body) {
	b.msgID("Msg_Id", &p.MsgID)
	b.status("Result", &p.Result)
}
