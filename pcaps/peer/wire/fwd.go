package wire

// The values of Msg_Fwd_Type (C§3.15).
const (
	FwdMT       = 0
	FwdMO       = 1
	FwdMTReport = 2 // MsgContent is a Report
	FwdMOReport = 3 // MsgContent is a MOReport
)

// Fwd is CMPP_FWD, between two ISMGs (C§3.15).
type Fwd struct {
	Seq
	SourceID, DestinationID string // gateway codes, padded with '0' on the left
	NodesCount              uint8
	MsgFwdType              uint8
	MsgID                   MsgID
	PkTotal, PkNumber       uint8
	RegisteredDelivery      uint8
	MsgLevel                uint8
	ServiceID               string
	FeeUserType             uint8
	FeeTerminalID           string
	FeeTerminalPseudo       string // 3.0
	FeeTerminalUserType     uint8  // 3.0
	TPpid, TPudhi, MsgFmt   uint8
	MsgSrc                  string
	FeeType, FeeCode        string
	ValidTime, AtTime       string
	SrcID                   string
	SrcPseudo               string   // 3.0
	SrcUserType, SrcType    uint8    // 3.0
	DestID                  []string // 3.0: one
	DestPseudo              string   // 3.0
	DestUserType            uint8    // 3.0
	MsgContent              []byte   // at most 255 bytes
	LinkID                  string   // 3.0
}

// Command is CmdFwd.
func (p *Fwd) Command() Command { return CmdFwd }

// Append appends the PDU to dst.
func (p *Fwd) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, CmdFwd, p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *Fwd) layout(b *body) {
	v3 := b.v >= V30
	b.code("Source_Id", &p.SourceID)
	b.code("Destination_Id", &p.DestinationID)
	b.u8("NodesCount", &p.NodesCount)
	b.u8("Msg_Fwd_Type", &p.MsgFwdType)
	b.msgID("Msg_Id", &p.MsgID)
	b.u8("Pk_total", &p.PkTotal)
	b.u8("Pk_number", &p.PkNumber)
	b.u8("Registered_Delivery", &p.RegisteredDelivery)
	b.u8("Msg_level", &p.MsgLevel)
	b.text("Service_Id", 10, &p.ServiceID)
	b.u8("Fee_UserType", &p.FeeUserType)
	b.text("Fee_terminal_Id", 21, &p.FeeTerminalID)
	if v3 {
		b.text("Fee_terminal_Pseudo", 32, &p.FeeTerminalPseudo)
		b.u8("Fee_terminal_UserType", &p.FeeTerminalUserType)
	}
	b.u8("TP_pid", &p.TPpid)
	b.u8("TP_udhi", &p.TPudhi)
	b.u8("Msg_Fmt", &p.MsgFmt)
	b.text("Msg_src", 6, &p.MsgSrc)
	b.text("FeeType", 2, &p.FeeType)
	b.text("FeeCode", 6, &p.FeeCode)
	b.text("Valid_Time", 17, &p.ValidTime)
	b.text("At_Time", 17, &p.AtTime)
	b.text("Src_Id", 21, &p.SrcID)
	if v3 {
		b.text("Src_Pseudo", 32, &p.SrcPseudo)
		b.u8("Src_UserType", &p.SrcUserType)
		b.u8("Src_type", &p.SrcType)
	}
	n := b.count("DestUsr_tl", len(p.DestID))
	b.texts("Dest_Id", n, 21, &p.DestID)
	if v3 {
		b.text("Dest_Pseudo", 32, &p.DestPseudo)
		b.u8("Dest_UserType", &p.DestUserType)
	}
	n = b.count("Msg_Length", len(p.MsgContent))
	b.octets("Msg_Content", n, &p.MsgContent)
	switch {
	case b.mode == naming && p.MsgFwdType == FwdMTReport:
		b.report(new(Report), p.MsgContent)
	case b.mode == naming && p.MsgFwdType == FwdMOReport:
		b.report(new(MOReport), p.MsgContent)
	}
	if v3 {
		b.text("LinkID", 20, &p.LinkID)
	} else {
		b.reserved("Reserve", 8)
	}
}

// FwdResp is CMPP_FWD_RESP (C§3.17).
type FwdResp struct {
	Seq
	MsgID             MsgID
	PkTotal, PkNumber uint8
	Result            uint32
}

// Command is CmdFwd|Response.
func (p *FwdResp) Command() Command { return CmdFwd | Response }

// Append appends the PDU to dst.
func (p *FwdResp) Append(dst []byte, v Version) []byte {
	b := begin(dst, v, p.Command(), p.Seq)
	p.layout(&b)
	return b.end()
}

func (p *FwdResp) layout(b *body) {
	b.msgID("Msg_Id", &p.MsgID)
	b.u8("Pk_total", &p.PkTotal)
	b.u8("Pk_number", &p.PkNumber)
	b.status("Result", &p.Result)
}
