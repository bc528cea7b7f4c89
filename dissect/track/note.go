package track

import "cmppdump/dissect"

// The notes of this package.
var (
	noteRepeated     = &dissect.NoteSpec{ID: "txn.repeated", Severity: dissect.Remark, Text: "sent again, attempt %d", Doc: "A request with the Sequence_Id and the octets of one that is not answered yet."}
	noteLate         = &dissect.NoteSpec{ID: "txn.late_response", Severity: dissect.Warn, Text: "the response came after the response timeout", Doc: "By capture time. The transaction was published as no_response before, or as unknown where the capture has a hole."}
	noteFirst        = &dissect.NoteSpec{ID: "txn.response_first", Severity: dissect.Chat, Text: "the response was captured before its request", Doc: "The order of the packets was disturbed on the way to the capture."}
	noteOrphan       = &dissect.NoteSpec{ID: "txn.orphan", Severity: dissect.Remark, Text: "a response without a captured request", Doc: "The request came before the capture began, or was lost."}
	noteBlind        = &dissect.NoteSpec{ID: "txn.blind", Severity: dissect.Remark, Text: "the response may have been missed: %s", Doc: "The capture has a hole where the response can have been, so nobody is accused."}
	noteMsgID        = &dissect.NoteSpec{ID: "txn.msg_id_mismatch", Severity: dissect.Remark, Text: "the Msg_Id is not that of the request", Doc: "DELIVER_RESP and FWD_RESP must repeat the Msg_Id of what they answer."}
	noteMsgIDSwapped = &dissect.NoteSpec{ID: "txn.msg_id_swapped", Severity: dissect.Remark, Text: "the Msg_Id is that of the request with its octets in another order", Doc: "DELIVER_RESP and FWD_RESP must repeat the Msg_Id of what they answer. A program that takes it for a number of its machine writes the octets in reverse."}
	noteFaced        = &dissect.NoteSpec{ID: "cmpp.answered_by_request", Severity: dissect.Warn, Text: "the other side sent such a request with the same Sequence_Id, and no response", Doc: "A response whose Command_Id lacks bit 31 looks like this. Both requests stay open."}
	noteHeartbeat    = &dissect.NoteSpec{ID: "conn.heartbeat_missed", Severity: dissect.Warn, Text: "nothing answered within %d ms", Doc: "The end that gets no answer to its ACTIVE_TESTs drops the connection."}
	noteDeliver      = &dissect.NoteSpec{ID: "txn.deliver_unacknowledged", Severity: dissect.Warn, Text: "the SP did not acknowledge it within %d ms", Doc: "A DELIVER, a report or a message from a phone, that got no response until the response timeout or the end of its connection. The gateway will send it again, or stop delivering."}
	noteClosed       = &dissect.NoteSpec{ID: "conn.closed", Severity: dissect.Chat, Text: "%s", Doc: "Who closed the connection and how, after a TERMINATE or a refused login; on the record of the connection."}
	noteNoTerminate  = &dissect.NoteSpec{ID: "conn.no_terminate", Severity: dissect.Remark, Text: "%s, without TERMINATE", Doc: "Who closed the connection and how, where nobody ended the session by TERMINATE first; on the record of the connection."}
	notePart         = &dissect.NoteSpec{ID: "sms.part_repeated", Severity: dissect.Remark, Text: "part %d came again in packet %d, and is counted once", Doc: "The same part of a long message with the same octets, in a request of its own."}
	noteSwapped      = &dissect.NoteSpec{ID: "msg.id_swapped", Severity: dissect.Remark, Text: "the report of packet %d has the Msg_Id in another order of octets: matched by that and the number", Doc: "The match is probable, not sure."}
	noteByNumber     = &dissect.NoteSpec{ID: "msg.id_unknown", Severity: dissect.Remark, Text: "the report of packet %d has another Msg_Id: matched by the number and Submit_time", Doc: "No other SUBMIT to that number fits. The match is probable, not sure."}
	noteAmbiguous    = &dissect.NoteSpec{ID: "msg.report_ambiguous", Severity: dissect.Remark, Text: "the report of packet %d may be about it: it fits %d SUBMITs", Doc: "Several SUBMITs have the Msg_Id and the number of a report, so that it is counted for none."}
	noteAgain        = &dissect.NoteSpec{ID: "msg.resubmitted", Severity: dissect.Remark, Text: "packet %d had the same text to the same number %d ms before", Doc: "The same text to the same number within 5 minutes, in a SUBMIT of its own: the SP tries again, or the phone gets it twice."}
	noteReport       = &dissect.NoteSpec{ID: "msg.report_repeated", Severity: dissect.Remark, Text: "the report came again in packet %d", Doc: "Another DELIVER with the same report: a gateway sends it again when it gets no DELIVER_RESP in time."}
	noteOmitted      = &dissect.NoteSpec{ID: "msg.reports_omitted", Severity: dissect.Remark, Text: "%d further reports are not listed: only the first %d, and the newest", Doc: "There are so many reports on one message that not all are kept."}
	noteUnacked      = &dissect.NoteSpec{ID: "msg.report_unacknowledged", Severity: dissect.Warn, Text: "the SP did not acknowledge the report of packet %d in time", Doc: "The gateway gets no DELIVER_RESP, and will send the report again or stop delivering."}
	noteParts        = &dissect.NoteSpec{ID: "msg.parts_missing", Severity: dissect.Warn, Text: "%d of %d parts were captured", Doc: "A phone shows a long message only when it has all parts. They may have been sent where nothing was captured."}
	noteMixed        = &dissect.NoteSpec{ID: "msg.parts_differ", Severity: dissect.Remark, Text: "part %d has Msg_Fmt %d, the first part %d", Doc: "Each part is read in its own coding; phones may not."}
	noteNumber       = &dissect.NoteSpec{ID: "msg.receiver_cut", Severity: dissect.Remark, Text: "the SUBMIT of packet %d was cut before its receivers; the number is that in the report of packet %d", Doc: "The capture does not hold the whole SUBMIT. It may have had other receivers too."}
	noteWindow       = &dissect.NoteSpec{ID: "txn.window_exceeded", Severity: dissect.Warn, Text: "%d requests in flight, the window is %d", Doc: "More requests were open than --window allows; a gateway may stop reading or answer with flow control."}
	noteStalled      = &dissect.NoteSpec{ID: "conn.stalled", Severity: dissect.Warn, Text: "nothing came from the other side for %d ms, with %d requests open", Doc: "A side stopped answering for 10 seconds or more while requests waited. Told once a silence: with the PDU that ends it, or with a request that it cost."}
)

// Notes are all the notes that this package gives.
var Notes = []*dissect.NoteSpec{noteRepeated, noteLate, noteFirst, noteOrphan, noteBlind, noteMsgID, noteMsgIDSwapped, noteFaced, noteHeartbeat, noteDeliver, noteClosed, noteNoTerminate, notePart, noteSwapped, noteByNumber, noteAmbiguous, noteAgain, noteReport, noteOmitted, noteUnacked, noteParts, noteMixed, noteNumber, noteWindow, noteStalled}
