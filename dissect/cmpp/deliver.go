package cmpp

import (
	"bytes"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// C§3.8
var deliverBody = layout.New(
	layout.NewUint("Msg_Id", w8, "The gateway's id of this DELIVER; a report has the SUBMIT's id inside.").As(layout.MessageID).InHex().Shown(showMsgID),
	layout.NewText("Dest_Id", all(21), "The SP's number that the user wrote to.").As(layout.To).Is(layout.Number),
	layout.NewText("Service_Id", all(10), "Service code.").As(layout.Service),
	layout.NewUint("TP_pid", w1, "GSM 03.40 protocol identifier.").Meaning(protocolID),
	layout.NewUint("TP_udhi", w1, "GSM 03.40 user data header indicator.").As(layout.UDHI).Meaning(udhi).Strict(),
	layout.NewUint("Msg_Fmt", w1, "Coding of Msg_Content.").As(layout.Coding).Meaning(msgFmt).Strict(),
	layout.NewText("Src_terminal_Id", sp(21, 32), "MO: the sender. Report: the receiver of the SUBMIT.").As(layout.From).Is(layout.Number),
	layout.NewUint("Src_terminal_type", sp(0, 1), "Whether Src_terminal_Id is a real number.").Meaning(numberType).Strict(),
	layout.NewUint("Registered_Delivery", w1, "Whether this is a status report.").As(layout.ReportFlag).Meaning(deliverReport).Strict(),
	layout.NewUint("Msg_Length", w1, "Octets of Msg_Content.").Within(0, mostContent).As(layout.ContentLength),
	layout.NewBytes("Msg_Content", "Msg_Length", "The message, or a report block.").As(layout.Content).Sub(splitDeliver),
	layout.NewOctets("Reserved", sp(8, 0), "Reserved."),
	layout.NewText("LinkID", sp(0, 20), "Link of the service.").Named("link_id").Is(layout.Number),
)

// C§3.10
var deliverRespBody = layout.New(
	layout.NewUint("Msg_Id", w8, "The Msg_Id of the DELIVER.").As(layout.MessageID).InHex().Shown(showMsgID),
	layout.NewUint("Result", sp(1, 4), "Whether the SP took the message.").As(layout.Status).Meaning(deliverResult),
)

// splitDeliver tells reports from messages. A Registered_Delivery of 1 is a
// report, and any other but 0 if the content looks like one (C§3.8, C§9.1).
func splitDeliver(c *layout.Cursor) {
	if flag, _ := c.Uint(layout.ReportFlag); flag == 1 || flag != 0 && looksReport(c.Rest()) {
		splitReport(c)
		return
	}
	dissect.SplitContent(c)
}

// looksReport reports whether content can be a report block: the times behind
// Msg_Id and Stat are digits, as far as they are there.
func looksReport(b []byte) bool {
	const times, number = 15, 35
	return len(b) > times && digitsOnly(bytes.TrimRight(b[times:min(number, len(b))], "\x00"))
}

// checkDeliver: C§6.3, but for flags of 2 and 3, which are seen (C§9.1).
func checkDeliver(b []byte, v dissect.Version) bool {
	const odd = 3 // above it, the octet is no Registered_Delivery of any platform
	if v == V30 {
		return b[74] <= 1 && b[75] <= odd
	}
	return b[63] <= odd
}
