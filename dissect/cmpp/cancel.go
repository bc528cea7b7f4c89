package cmpp

import "cmppdump/dissect/layout"

// C§3.11
var cancelBody = layout.New(
	layout.NewUint("Msg_Id", w8, "The message to take back.").As(layout.MessageID).InHex().Shown(showMsgID),
)

// C§3.12
var cancelRespBody = layout.New(
	layout.NewUint("Success_Id", sp(1, 4), "Whether the message was taken back.").As(layout.Status).Meaning(cancelStatus).Strict(),
)
