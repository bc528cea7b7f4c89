package wire

// Query is CMPP_QUERY (C§3.6).
type Query struct {
	Seq
	Time      string // YYYYMMDD
	QueryType uint8
	QueryCode string
}

// Command is CmdQuery.
func (p *Query) Command() Command { return CmdQuery }

// Append appends the PDU to dst.
func (p *Query) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdQuery, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *Query) layout(b *body) {
	b.text("Time", 8, &p.Time)
	b.u8("Query_Type", &p.QueryType)
	b.text("Query_Code", 10, &p.QueryCode)
	b.reserved("Reserve", 8)
}

// QueryResp is CMPP_QUERY_RESP (C§3.7).
type QueryResp struct {
	Seq
	Time                                 string // YYYYMMDD
	QueryType                            uint8
	QueryCode                            string
	MTTLMsg, MTTlusr                     uint32
	MTScs, MTWT, MTFL, MOScs, MOWT, MOFL uint32
}

// Command is CmdQuery|Response.
func (p *QueryResp) Command() Command { return CmdQuery | Response }

// Append appends the PDU to dst.
func (p *QueryResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *QueryResp) layout(b *body) {
	b.text("Time", 8, &p.Time)
	b.u8("Query_Type", &p.QueryType)
	b.text("Query_Code", 10, &p.QueryCode)
	b.u32("MT_TLMsg", &p.MTTLMsg)
	b.u32("MT_Tlusr", &p.MTTlusr)
	b.u32("MT_Scs", &p.MTScs)
	b.u32("MT_WT", &p.MTWT)
	b.u32("MT_FL", &p.MTFL)
	b.u32("MO_Scs", &p.MOScs)
	b.u32("MO_WT", &p.MOWT)
	b.u32("MO_FL", &p.MOFL)
}

// Cancel is CMPP_CANCEL (C§3.11).
type Cancel struct {
	Seq
	MsgID MsgID
}

// Command is CmdCancel.
func (p *Cancel) Command() Command { return CmdCancel }

// Append appends the PDU to dst.
func (p *Cancel) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdCancel, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *Cancel) layout(b *body) { b.msgID("Msg_Id", &p.MsgID) }

// CancelResp is CMPP_CANCEL_RESP (C§3.12).
type CancelResp struct {
	Seq
	SuccessID uint32 // 0 success, 1 failure
}

// Command is CmdCancel|Response.
func (p *CancelResp) Command() Command { return CmdCancel | Response }

// Append appends the PDU to dst.
func (p *CancelResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *CancelResp) layout(b *body) { b.status("Success_Id", &p.SuccessID) }
