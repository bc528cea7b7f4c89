package cmpp

import "cmppdump/dissect/layout"

// The report block has 60 octets in 2.x and in gateways built on the draft of
// 3.0, 71 in 3.0. Its own length decides, not the version (C§3.9).
const (
	shortReport = 60
	longReport  = 71
)

// C§3.9. The columns are the lengths, not the versions: Dest_terminal_Id has
// 21 octets in the short block and 32 in the long one.
var reportBlock = layout.New(
	layout.NewUint("Msg_Id", w8, "The SUBMIT_RESP's Msg_Id of the message reported.").As(layout.ReportOf).InHex().Shown(showMsgID),
	layout.NewText("Stat", all(7), "What became of the message.").As(layout.Stat).Meaning(stat),
	layout.NewText("Submit_time", all(10), "YYMMDDHHMM, local time.").As(layout.SubmitTime),
	layout.NewText("Done_time", all(10), "YYMMDDHHMM, local time.").As(layout.DoneTime),
	layout.NewText("Dest_terminal_Id", sp(21, 32), "The receiver of the message.").As(layout.ReportTo).Is(layout.Number),
	layout.NewUint("SMSC_sequence", w4, "The SMSC's own number of the report.").As(layout.SMSCSequence),
)

// reportHead is what blocks of any other length begin with.
var reportHead = layout.New(reportBlock.Specs[:4]...)

// C§3.16
var moReportBlock = layout.New(
	layout.NewUint("Msg_Id", w8, "The Msg_Id of the DELIVER that was sent to the SP.").As(layout.MOReport).InHex().Shown(showMsgID),
	layout.NewText("Stat", all(7), "Whether the SP took it.").As(layout.Stat).Meaning(stat),
	layout.NewText("CMPP_DELIVER_time", all(10), "YYMMDDHHMM, local time.").As(layout.SubmitTime),
	layout.NewText("CMPP_DELIVER_RESP_time", all(10), "YYMMDDHHMM, local time.").As(layout.DoneTime),
	layout.NewText("Dest_Id", all(21), "The SP's number.").As(layout.ReportTo).Is(layout.Number),
	layout.NewOctets("Reserved", w4, "Reserved."),
)

var (
	reportNumber = layout.Leaf(layout.Text, "Dest_terminal_Id", "The receiver of the message.").As(layout.ReportTo).Is(layout.Number)
	reportSMSC   = layout.Leaf(layout.Uint, "SMSC_sequence", "The SMSC's own number of the report.").As(layout.SMSCSequence)
	reportRest   = layout.Leaf(layout.Octets, "(surplus)", "Octets behind the report block.")
)

// splitReport reads a report block of any length.
func splitReport(c *layout.Cursor) {
	switch n := c.End - c.Off; {
	case n == shortReport:
		c.Layout(reportBlock, int(V20))
	case n == longReport:
		c.Layout(reportBlock, int(V30))
	case c.Layout(reportHead, int(V20)):
		if left := c.End - c.Off; left > 4 {
			c.Take(reportNumber, left-4)
			c.Take(reportSMSC, 4)
		}
	}
	if c.Off < c.End {
		c.Take(reportRest, c.End-c.Off)
	}
}

func splitMOReport(c *layout.Cursor) {
	c.Layout(moReportBlock, c.Column)
	if c.Off < c.End {
		c.Take(reportRest, c.End-c.Off)
	}
}
