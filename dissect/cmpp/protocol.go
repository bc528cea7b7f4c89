package cmpp

import (
	"cmppdump/dissect"
	"cmppdump/dissect/layout"
)

// The versions, which are the columns of all layouts.
const (
	V20 dissect.Version = iota
	V21
	V30
)

// Protocol is CMPP as the rest of the program knows it.
var Protocol = (&dissect.Protocol{
	Name:      "cmpp",
	Title:     "CMPP",
	Versions:  [layout.Columns]string{"2.0", "2.1", "3.0"},
	Ports:     []uint16{7890, 7900, 7930, 9168}, // C§1.1
	Header:    head,
	MaxLength: 16384, // above any PDU that can be encoded (C§1.5)
	Commands:  commands,
	FromByte:  fromByte,
	Score:     score,
	Abstains:  func(c *dissect.Command) bool { return c.ID == cancelResp }, // C§6.4
	Surplus:   layout.Leaf(layout.Octets, "(surplus)", "Octets behind the last field.").Named("surplus"),
	Rest:      layout.Leaf(layout.Octets, "(not decoded)", "Octets from the first field that does not fit.").Named("not_decoded"),
	Body:      layout.Leaf(layout.Octets, "Body", "The body of an unknown command."),
	Outcome:   outcome,
	Throttled: func(status uint64) bool { return status == flowControl },
	NthID:     nthID,
	Receipt:   receipt,

	ParseID:       parseMsgID,
	AppendGateway: appendGateway,
	LoginTime:     loginTime,
	IDTime:        idTime,
	DoneTime:      doneTime,
	Zone:          8 * 3600e9, // C§1.6
	AppendDigits:  appendDigits,
	LoginFault:    loginFault,
	SubmitStatus:  submitResult,
	DeliverStatus: deliverResult,
	FinalState:    stat,

	OwnStart:   ownStart,
	Alien:      alien,
	CheckLogin: checkLogin,
}).Index()

// Command_Ids that code refers to (C§2).
const (
	connect    = 0x00000001
	activeTest = 0x00000008
	mtRoute    = 0x00000010
	getRoute   = 0x00000012
	cancelResp = 0x80000007
)

// flowControl is the Result of a SUBMIT refused for its rate (C§5.2).
const flowControl = 8

// head is the header of every PDU (C§1.5).
var head = layout.New(
	layout.NewUint("Total_Length", w4, "Octets of the whole PDU, this header included."),
	layout.NewUint("Command_Id", w4, "The command; bit 31 marks a response.").InHex(),
	layout.NewUint("Sequence_Id", w4, "Pairs a response with its request.").As(layout.Sequence),
)

// Widths that all versions share.
var (
	w1 = all(1)
	w2 = all(2)
	w4 = all(4)
	w8 = all(8)
)

// all: the same octets in every version.
func all(n int) layout.Widths { return layout.Widths{n, n, n} }

// sp: the octets in 2.x and in 3.0, which is where the PDUs between SP and
// ISMG changed.
func sp(v2, v3 int) layout.Widths { return layout.Widths{v2, v2, v3} }

// gns: the octets in 2.0 and from 2.1 on, which is where the routing PDUs
// changed (C§0).
func gns(v20, v21 int) layout.Widths { return layout.Widths{v20, v21, v21} }

// commands is C§2.
var commands = []*dissect.Command{
	{ID: 0x00000001, Name: "CMPP_CONNECT", Class: dissect.Login, Body: connectBody, Dialects: connectDialects, Doc: "Opens a session."},
	{ID: 0x80000001, Name: "CMPP_CONNECT_RESP", Class: dissect.Login, Response: true, Request: 0x00000001, Body: connectRespBody, Dialects: connectRespDialects, Doc: "Answers CMPP_CONNECT."},
	{ID: 0x00000002, Name: "CMPP_TERMINATE", Class: dissect.Logout, Body: empty, Doc: "Ends the session."},
	{ID: 0x80000002, Name: "CMPP_TERMINATE_RESP", Class: dissect.Logout, Response: true, Request: 0x00000002, Body: empty, Doc: "Answers CMPP_TERMINATE."},
	{ID: 0x00000004, Name: "CMPP_SUBMIT", Class: dissect.Submit, Body: submitBody, Check: checkSubmit, Dialects: submitDialects, Doc: "A message from the SP to phones."},
	{ID: 0x80000004, Name: "CMPP_SUBMIT_RESP", Class: dissect.Submit, Response: true, Request: 0x00000004, Body: submitRespBody, Doc: "Answers CMPP_SUBMIT: accepted or refused, and the Msg_Id."},
	{ID: 0x00000005, Name: "CMPP_DELIVER", Class: dissect.Deliver, Body: deliverBody, Check: checkDeliver, Dialects: deliverDialects, Doc: "A message from a phone to the SP, or a status report."},
	{ID: 0x80000005, Name: "CMPP_DELIVER_RESP", Class: dissect.Deliver, Response: true, Request: 0x00000005, Body: deliverRespBody, Doc: "Answers CMPP_DELIVER."},
	{ID: 0x00000006, Name: "CMPP_QUERY", Class: dissect.Query, Body: queryBody, Doc: "Asks for the figures of a day."},
	{ID: 0x80000006, Name: "CMPP_QUERY_RESP", Class: dissect.Query, Response: true, Request: 0x00000006, Body: queryRespBody, Doc: "The figures of a day."},
	{ID: 0x00000007, Name: "CMPP_CANCEL", Class: dissect.Cancel, Body: cancelBody, Doc: "Takes a message back."},
	{ID: cancelResp, Name: "CMPP_CANCEL_RESP", Class: dissect.Cancel, Response: true, Request: 0x00000007, Body: cancelRespBody, Doc: "Answers CMPP_CANCEL."},
	{ID: activeTest, Name: "CMPP_ACTIVE_TEST", Class: dissect.KeepAlive, Body: empty, Doc: "Asks whether the other end is there."},
	{ID: 0x80000008, Name: "CMPP_ACTIVE_TEST_RESP", Class: dissect.KeepAlive, Response: true, Request: 0x00000008, Body: activeTestRespBody, Dialects: activeTestRespDialects, Doc: "Answers CMPP_ACTIVE_TEST."},
	{ID: 0x00000009, Name: "CMPP_FWD", Class: dissect.Forward, Body: fwdBody, Check: checkFwd, Doc: "A message or a report from gateway to gateway."},
	{ID: 0x80000009, Name: "CMPP_FWD_RESP", Class: dissect.Forward, Response: true, Request: 0x00000009, Body: fwdRespBody, Doc: "Answers CMPP_FWD."},
	{ID: 0x00000010, Name: "CMPP_MT_ROUTE", Class: dissect.Route, Body: mtRouteBody, Doc: "Asks the GNS for the route to a phone."},
	{ID: 0x80000010, Name: "CMPP_MT_ROUTE_RESP", Class: dissect.Route, Response: true, Request: 0x00000010, Body: mtRouteRespBody, Doc: "The route to a phone."},
	{ID: 0x00000011, Name: "CMPP_MO_ROUTE", Class: dissect.Route, Body: moRouteBody, Doc: "Asks the GNS for the route to an SP."},
	{ID: 0x80000011, Name: "CMPP_MO_ROUTE_RESP", Class: dissect.Route, Response: true, Request: 0x00000011, Body: moRouteRespBody, Doc: "The route to an SP."},
	{ID: 0x00000012, Name: "CMPP_GET_MT_ROUTE", Names: [layout.Columns]string{"CMPP_GET_ROUTE"}, Class: dissect.Route, Body: getMTRouteBody, Doc: "Asks the GNS for its MT routes, one by one."},
	{ID: 0x80000012, Name: "CMPP_GET_MT_ROUTE_RESP", Names: [layout.Columns]string{"CMPP_GET_ROUTE_RESP"}, Class: dissect.Route, Response: true, Request: 0x00000012, Body: getMTRouteRespBody, Doc: "One route of the GNS."},
	{ID: 0x00000013, Name: "CMPP_MT_ROUTE_UPDATE", Class: dissect.Route, Body: mtRouteUpdateBody, Doc: "Tells the GNS of a changed MT route."},
	{ID: 0x80000013, Name: "CMPP_MT_ROUTE_UPDATE_RESP", Class: dissect.Route, Response: true, Request: 0x00000013, Body: mtRouteUpdateRespBody, Doc: "Answers CMPP_MT_ROUTE_UPDATE."},
	{ID: 0x00000014, Name: "CMPP_MO_ROUTE_UPDATE", Class: dissect.Route, Body: moRouteUpdateBody, Doc: "Tells the GNS of a changed MO route."},
	{ID: 0x80000014, Name: "CMPP_MO_ROUTE_UPDATE_RESP", Class: dissect.Route, Response: true, Request: 0x00000014, Body: moRouteUpdateRespBody, Doc: "Answers CMPP_MO_ROUTE_UPDATE."},
	{ID: 0x00000015, Name: "CMPP_PUSH_MT_ROUTE_UPDATE", Class: dissect.Route, Body: pushMTRouteUpdateBody, Doc: "The GNS tells of a changed MT route."},
	{ID: 0x80000015, Name: "CMPP_PUSH_MT_ROUTE_UPDATE_RESP", Class: dissect.Route, Response: true, Request: 0x00000015, Body: pushMTRouteUpdateRespBody, Doc: "Answers CMPP_PUSH_MT_ROUTE_UPDATE."},
	{ID: 0x00000016, Name: "CMPP_PUSH_MO_ROUTE_UPDATE", Class: dissect.Route, Body: pushMORouteUpdateBody, Doc: "The GNS tells of a changed MO route."},
	{ID: 0x80000016, Name: "CMPP_PUSH_MO_ROUTE_UPDATE_RESP", Class: dissect.Route, Response: true, Request: 0x00000016, Body: pushMORouteUpdateRespBody, Doc: "Answers CMPP_PUSH_MO_ROUTE_UPDATE."},
	{ID: 0x00000017, Name: "CMPP_GET_MO_ROUTE", Class: dissect.Route, Since: V21, Body: getMORouteBody, Doc: "Asks the GNS for its MO routes, one by one."},
	{ID: 0x80000017, Name: "CMPP_GET_MO_ROUTE_RESP", Class: dissect.Route, Response: true, Request: 0x00000017, Since: V21, Body: getMORouteRespBody, Doc: "One MO route of the GNS."},
}

// empty is the body of PDUs that have none (C§3.3, C§3.13).
var empty = layout.New()
