package cmpp

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// C§3.15
var fwdBody = layout.New(
	layout.NewText("Source_Id", all(6), "Code of the source ISMG."),
	layout.NewText("Destination_Id", all(6), "Code of the destination ISMG."),
	layout.NewUint("NodesCount", w1, "Gateways passed.").Named("nodes_count"),
	layout.NewUint("Msg_Fwd_Type", w1, "What is forwarded.").As(layout.ForwardType).Meaning(fwdType).Strict(),
	layout.NewUint("Msg_Id", w8, "The message's id.").As(layout.MessageID).InHex().Shown(showMsgID),
	layout.NewUint("Pk_total", w1, "Parts of the message.").As(layout.PartTotal),
	layout.NewUint("Pk_number", w1, "Which part this is, from 1.").As(layout.PartNumber),
	layout.NewUint("Registered_Delivery", w1, "Whether a status report is wanted.").As(layout.ReportFlag).Meaning(submitReport).Strict(),
	layout.NewUint("Msg_level", w1, "Priority."),
	layout.NewText("Service_Id", all(10), "Service code.").As(layout.Service),
	layout.NewUint("Fee_UserType", w1, "Who pays.").Meaning(feeUserType).Strict(),
	layout.NewText("Fee_terminal_Id", all(21), "The number that pays, if Fee_UserType is 3.").Is(layout.Number),
	layout.NewText("Fee_terminal_Pseudo", sp(0, 32), "Its pseudo-code.").Is(layout.Number),
	layout.NewUint("Fee_terminal_UserType", sp(0, 1), "Brand of the number that pays.").Meaning(userType).Strict(),
	layout.NewUint("TP_pid", w1, "GSM 03.40 protocol identifier.").Meaning(protocolID),
	layout.NewUint("TP_udhi", w1, "GSM 03.40 user data header indicator.").As(layout.UDHI).Meaning(udhi).Strict(),
	layout.NewUint("Msg_Fmt", w1, "Coding of Msg_Content.").As(layout.Coding).Meaning(msgFmt).Strict(),
	layout.NewText("Msg_src", all(6), "Source of the content: the SP_Id.").As(layout.Account),
	layout.NewText("FeeType", all(2), "How the user is charged.").Named("fee_type").Meaning(feeType).Strict(),
	layout.NewText("FeeCode", all(6), "Amount in fen.").Named("fee_code").Digits(),
	layout.NewText("Valid_Time", all(17), "How long the message may wait, in the form of SMPP 3.3.").Shown(showTime),
	layout.NewText("At_Time", all(17), "When to send the message, in the form of SMPP 3.3.").Shown(showTime),
	layout.NewText("Src_Id", all(21), "MT and MO report: the SP's number. MO: the sender. MT report: the receiver.").As(layout.From).Is(layout.Number),
	layout.NewText("Src_Pseudo", sp(0, 32), "Its pseudo-code.").Is(layout.Number),
	layout.NewUint("Src_UserType", sp(0, 1), "Brand of the sender.").Meaning(userType).Strict(),
	layout.NewUint("Src_type", sp(0, 1), "The kind of number given to the SP.").Meaning(numberType).Strict(),
	layout.NewUint("DestUsr_tl", w1, "Number of receivers; 1 in 3.0.").Named("dest_usr_tl").Within(1, mostReceivers),
	layout.NewText("Dest_Id", all(21), "MT: the receivers. MO and MT report: the SP's number. MO report: the sender of the MO.").Named("dest_ids").Times("DestUsr_tl").As(layout.To).Is(layout.Number),
	layout.NewText("Dest_Pseudo", sp(0, 32), "Its pseudo-code.").Is(layout.Number),
	layout.NewUint("Dest_UserType", sp(0, 1), "Brand of the receiver.").Meaning(userType).Strict(),
	layout.NewUint("Msg_Length", w1, "Octets of Msg_Content.").Within(0, mostContent).As(layout.ContentLength),
	layout.NewBytes("Msg_Content", "Msg_Length", "The message, or a report block.").As(layout.Content).Sub(splitFwd),
	layout.NewOctets("Reserve", sp(8, 0), "Reserved."),
	layout.NewText("LinkID", sp(0, 20), "Link of a service that the user started with an MO.").Named("link_id").Is(layout.Number),
)

// C§3.17
var fwdRespBody = layout.New(
	layout.NewUint("Msg_Id", w8, "The Msg_Id of the FWD.").As(layout.MessageID).InHex().Shown(showMsgID),
	layout.NewUint("Pk_total", w1, "Of the FWD.").As(layout.PartTotal),
	layout.NewUint("Pk_number", w1, "Of the FWD.").As(layout.PartNumber),
	layout.NewUint("Result", sp(1, 4), "Whether the gateway took the message.").As(layout.Status).Meaning(fwdResult),
)

func splitFwd(c *layout.Cursor) {
	switch t, _ := c.Uint(layout.ForwardType); t {
	case 2:
		splitReport(c)
	case 3:
		splitMOReport(c)
	default:
		dissect.SplitContent(c)
	}
}

// checkFwd: C§6.3.
func checkFwd(b []byte, v dissect.Version) bool {
	if v == V30 {
		return b[197] == 1
	}
	return b[130] >= 1
}
