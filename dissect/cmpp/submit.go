package cmpp

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// C§3.4
var submitBody = layout.New(
	layout.NewUint("Msg_Id", w8, "Left 0 by the SP; the gateway's SUBMIT_RESP has the real one.").As(layout.MessageID).InHex().Shown(showMsgID),
	layout.NewUint("Pk_total", w1, "Parts of the message.").Within(1, 255).As(layout.PartTotal),
	layout.NewUint("Pk_number", w1, "Which part this is, from 1.").Within(1, 255).As(layout.PartNumber),
	layout.NewUint("Registered_Delivery", w1, "Whether a status report is wanted.").As(layout.ReportFlag).Meaning(submitReport).Strict(),
	layout.NewUint("Msg_level", w1, "Priority."),
	layout.NewText("Service_Id", all(10), "Service code.").As(layout.Service),
	layout.NewUint("Fee_UserType", w1, "Who pays.").Meaning(feeUserType).Strict(),
	layout.NewText("Fee_terminal_Id", sp(21, 32), "The number that pays, if Fee_UserType is 3.").Is(layout.Number),
	layout.NewUint("Fee_terminal_type", sp(0, 1), "Whether Fee_terminal_Id is a real number.").Meaning(numberType).Strict(),
	layout.NewUint("TP_pId", w1, "GSM 03.40 protocol identifier.").Meaning(protocolID),
	layout.NewUint("TP_udhi", w1, "GSM 03.40 user data header indicator.").As(layout.UDHI).Meaning(udhi).Strict(),
	layout.NewUint("Msg_Fmt", w1, "Coding of Msg_Content.").As(layout.Coding).Meaning(msgFmt).Strict(),
	layout.NewText("Msg_src", all(6), "Source of the content: the SP_Id.").As(layout.Account),
	layout.NewText("FeeType", all(2), "How the user is charged.").Named("fee_type").Meaning(feeType).Strict(),
	layout.NewText("FeeCode", all(6), "Amount in fen.").Named("fee_code").Digits(),
	layout.NewText("ValId_Time", all(17), "How long the message may wait, in the form of SMPP 3.3.").Named("valid_time").Shown(showTime),
	layout.NewText("At_Time", all(17), "When to send the message, in the form of SMPP 3.3.").Shown(showTime),
	layout.NewText("Src_Id", all(21), "The number that the phone shows as sender.").As(layout.From).Is(layout.Number),
	layout.NewUint("DestUsr_tl", w1, "Number of receivers.").Named("dest_usr_tl").Within(1, mostReceivers),
	layout.NewText("Dest_terminal_Id", sp(21, 32), "The receivers.").Times("DestUsr_tl").As(layout.To).Is(layout.Number),
	layout.NewUint("Dest_terminal_type", sp(0, 1), "Whether the receivers are real numbers.").Meaning(numberType).Strict(),
	layout.NewUint("Msg_Length", w1, "Octets of Msg_Content.").Within(0, mostContent).As(layout.ContentLength),
	layout.NewBytes("Msg_Content", "Msg_Length", "The message.").As(layout.Content).Sub(dissect.SplitContent),
	layout.NewOctets("Reserve", sp(8, 0), "Reserved."),
	layout.NewText("LinkID", sp(0, 20), "Link of a service that the user started with an MO.").Named("link_id").Is(layout.Number),
)

// What the specification allows: fewer than 100 receivers, and of ASCII fewer
// than 160 octets (C§3.4).
const (
	mostReceivers = 99
	mostContent   = 159
)

// C§3.5
var submitRespBody = layout.New(
	layout.NewUint("Msg_Id", w8, "The message's id, the first of a range for a mass send.").As(layout.MessageID).InHex().Shown(showMsgID),
	layout.NewUint("Result", sp(1, 4), "Whether the gateway accepted the message.").As(layout.Status).Meaning(submitResult),
)

// checkSubmit: without a receiver the arithmetic proves nothing (C§6.3).
func checkSubmit(b []byte, v dissect.Version) bool {
	at := 116
	if v == V30 {
		at = 128
	}
	return b[at] >= 1
}
