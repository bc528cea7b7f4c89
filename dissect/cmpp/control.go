package cmpp

import "cmppdump/dissect/layout"

// C§3.14
var activeTestRespBody = layout.New(
	layout.NewOctets("Reserved", w1, "Reserved."),
)
