package wire

// Submit is CMPP_SUBMIT (C§3.4).
type Submit struct {
	Seq
	MsgID              MsgID
	PkTotal, PkNumber  uint8
	RegisteredDelivery uint8
	MsgLevel           uint8
	ServiceID          string
	FeeUserType        uint8
	FeeTerminalID      string
	FeeTerminalType    uint8 // 3.0
	TPpID              uint8
	TPudhi             uint8
	MsgFmt             uint8
	MsgSrc             string
	FeeType, FeeCode   string
	ValIDTime, AtTime  string
	SrcID              string
	DestTerminalID     []string // at most 255
	DestTerminalType   uint8    // 3.0
	MsgContent         []byte   // at most 255 bytes
	LinkID             string   // 3.0
}

// Command is CmdSubmit.
func (p *Submit) Command() Command { return CmdSubmit }

// Append appends the PDU to dst.
func (p *Submit) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdSubmit, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *Submit) layout(b *body) {
	v3 := b.v >= V30
	b.msgID("Msg_Id", &p.MsgID)
	b.u8("Pk_total", &p.PkTotal)
	b.u8("Pk_number", &p.PkNumber)
	b.u8("Registered_Delivery", &p.RegisteredDelivery)
	b.u8("Msg_level", &p.MsgLevel)
	b.text("Service_Id", 10, &p.ServiceID)
	b.u8("Fee_UserType", &p.FeeUserType)
	b.text("Fee_terminal_Id", b.v.pick(21, 32), &p.FeeTerminalID)
	if v3 {
		b.u8("Fee_terminal_type", &p.FeeTerminalType)
	}
	b.u8("TP_pId", &p.TPpID)
	b.u8("TP_udhi", &p.TPudhi)
	b.u8("Msg_Fmt", &p.MsgFmt)
	b.text("Msg_src", 6, &p.MsgSrc)
	b.text("FeeType", 2, &p.FeeType)
	b.text("FeeCode", 6, &p.FeeCode)
	b.text("ValId_Time", 17, &p.ValIDTime)
	b.text("At_Time", 17, &p.AtTime)
	b.text("Src_Id", 21, &p.SrcID)
	n := b.count("DestUsr_tl", len(p.DestTerminalID))
	b.texts("Dest_terminal_Id", n, b.v.pick(21, 32), &p.DestTerminalID)
	if v3 {
		b.u8("Dest_terminal_type", &p.DestTerminalType)
	}
	n = b.count("Msg_Length", len(p.MsgContent))
	b.octets("Msg_Content", n, &p.MsgContent)
	if v3 {
		b.text("LinkID", 20, &p.LinkID)
	} else {
		b.reserved("Reserve", 8)
	}
}

// SubmitResp is CMPP_SUBMIT_RESP (C§3.5).
type SubmitResp struct {
	Seq
	MsgID  MsgID
	Result uint32
}

// Command is CmdSubmit|Response.
func (p *SubmitResp) Command() Command { return CmdSubmit | Response }

// Append appends the PDU to dst.
func (p *SubmitResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *SubmitResp) layout(b *body) {
	b.msgID("Msg_Id", &p.MsgID)
	b.status("Result", &p.Result)
}
