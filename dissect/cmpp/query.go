package cmpp

import "cmppdump/dissect/layout"

// C§3.6
var queryBody = layout.New(
	layout.NewText("Time", all(8), "The day, YYYYMMDD."),
	layout.NewUint("Query_Type", w1, "Totals, or one service.").Meaning(queryType).Strict(),
	layout.NewText("Query_Code", all(10), "The Service_Id, if Query_Type is 1."),
	layout.NewOctets("Reserve", all(8), "Reserved."),
)

// C§3.7
var queryRespBody = layout.New(
	layout.NewText("Time", all(8), "The day, YYYYMMDD."),
	layout.NewUint("Query_Type", w1, "Totals, or one service.").Meaning(queryType).Strict(),
	layout.NewText("Query_Code", all(10), "The Service_Id, if Query_Type is 1."),
	layout.NewUint("MT_TLMsg", w4, "Messages received from the SP."),
	layout.NewUint("MT_Tlusr", w4, "Receivers of those."),
	layout.NewUint("MT_Scs", w4, "Forwarded."),
	layout.NewUint("MT_WT", w4, "Waiting to be forwarded."),
	layout.NewUint("MT_FL", w4, "Not forwarded."),
	layout.NewUint("MO_Scs", w4, "Delivered to the SP."),
	layout.NewUint("MO_WT", w4, "Waiting to be delivered to the SP."),
	layout.NewUint("MO_FL", w4, "Not delivered to the SP."),
)
