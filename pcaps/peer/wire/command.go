package wire

import (
	"fmt"
	"strings"
)

// Command is a Command_Id (C§2).
type Command uint32

// Response is the bit that a response sets in the Command_Id of its request.
const Response Command = 0x80000000

// The requests.
const (
	CmdConnect           Command = 0x01
	CmdTerminate         Command = 0x02
	CmdSubmit            Command = 0x04
	CmdDeliver           Command = 0x05
	CmdQuery             Command = 0x06
	CmdCancel            Command = 0x07
	CmdActiveTest        Command = 0x08
	CmdFwd               Command = 0x09
	CmdMTRoute           Command = 0x10
	CmdMORoute           Command = 0x11
	CmdGetMTRoute        Command = 0x12 // GET_ROUTE in 2.0
	CmdMTRouteUpdate     Command = 0x13
	CmdMORouteUpdate     Command = 0x14
	CmdPushMTRouteUpdate Command = 0x15
	CmdPushMORouteUpdate Command = 0x16
	CmdGetMORoute        Command = 0x17 // since 2.1
)

// IsResponse reports whether bit 31 is set.
func (c Command) IsResponse() bool { return c&Response != 0 }

// Name is the specification's name, as in "CMPP_SUBMIT_RESP". Only 0x12 has
// different ones: CMPP_GET_ROUTE in 2.0, CMPP_GET_MT_ROUTE later.
func (c Command) Name(v Version) string {
	request := c &^ Response
	name, ok := names[request]
	switch {
	case request == CmdGetMTRoute && !v.newRoutes():
		name = "GET_ROUTE"
	case !ok:
		return fmt.Sprintf("CMPP_0x%08x", uint32(c))
	}
	if c.IsResponse() {
		name += "_RESP"
	}
	return "CMPP_" + name
}

// String is the Name of 2.1 and 3.0 without CMPP_.
func (c Command) String() string { return strings.TrimPrefix(c.Name(V30), "CMPP_") }

var names = map[Command]string{
	CmdConnect:           "CONNECT",
	CmdTerminate:         "TERMINATE",
	CmdSubmit:            "SUBMIT",
	CmdDeliver:           "DELIVER",
	CmdQuery:             "QUERY",
	CmdCancel:            "CANCEL",
	CmdActiveTest:        "ACTIVE_TEST",
	CmdFwd:               "FWD",
	CmdMTRoute:           "MT_ROUTE",
	CmdMORoute:           "MO_ROUTE",
	CmdGetMTRoute:        "GET_MT_ROUTE",
	CmdMTRouteUpdate:     "MT_ROUTE_UPDATE",
	CmdMORouteUpdate:     "MO_ROUTE_UPDATE",
	CmdPushMTRouteUpdate: "PUSH_MT_ROUTE_UPDATE",
	CmdPushMORouteUpdate: "PUSH_MO_ROUTE_UPDATE",
	CmdGetMORoute:        "GET_MO_ROUTE",
}
