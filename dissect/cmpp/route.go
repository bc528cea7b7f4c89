package cmpp

import (
	"slices"

	"cmppdump/dissect/layout"
)

// The PDUs between ISMG and GNS. Version 2.1 defined all of them anew
// (C§0); 3.0 keeps those.

// Runs of fields that several of them have.
var (
	gateway = fields(
		layout.NewUint("Route_Id", w4, "The GNS's number of the route, MO and MT apart."),
		layout.NewText("Destination_Id", all(6), "Code of the ISMG that the route leads to."),
		layout.NewText("Gateway_IP", all(15), "Its IPv4 address."),
		layout.NewUint("Gateway_port", w2, "Its TCP port."),
	)
	segment = fields(
		layout.NewText("Start_Id", gns(6, 9), "First number segment.").Is(layout.Number),
		layout.NewText("End_Id", gns(6, 9), "Last number segment.").Is(layout.Number),
		layout.NewText("Area_code", all(4), "Province: the area code of its capital."),
	)
	position = fields(
		layout.NewUint("Route_total", gns(0, 4), "Routes in the whole answer."),
		layout.NewUint("Route_number", gns(0, 4), "Which route this is, from 1."),
	)
	update     = fields(layout.NewUint("Update_type", w1, "What is done to the route.").Meaning(updateType).Strict())
	result     = fields(layout.NewUint("Result", w1, "Whether it succeeded.").As(layout.Status).Meaning(routeResult))
	brand      = fields(layout.NewUint("User_type", gns(0, 1), "Brand of the numbers.").Meaning(userType).Strict())
	lastChange = fields(layout.NewText("Time_stamp", gns(0, 14), "Last change, YYYYMMDDHHMMSS."))
)

func fields(specs ...*layout.Spec) []*layout.Spec { return specs }

// run is the layout of runs of fields, one behind the other.
func run(runs ...[]*layout.Spec) *layout.Layout { return layout.New(slices.Concat(runs...)...) }

// C§3.18
var mtRouteBody = layout.New(
	layout.NewText("Source_Id", all(6), "Code of the ISMG that asks."),
	layout.NewText("Terminal_Id", all(21), "The receiver.").Is(layout.Number),
)

// C§3.19
var mtRouteRespBody = run(gateway, segment, result, brand, lastChange)

// C§3.20
var moRouteBody = layout.New(
	layout.NewText("Source_Id", all(6), "Code of the ISMG that asks."),
	layout.NewText("SP_Code", all(21), "The SP's service number.").Is(layout.Number),
	layout.NewText("Service_Id", all(10), "The service asked for.").As(layout.Service),
	layout.NewUint("Service_Code", w4, "The service number asked for; 0 without a Service_Id.").Is(layout.Number),
)

// C§3.21
var moRouteRespBody = run(gateway, fields(
	layout.NewText("SP_Id", gns(21, 6), "The SP's enterprise code."),
	layout.NewText("SP_Code", gns(0, 21), "The SP's service number.").Is(layout.Number),
	layout.NewUint("SP_AcessType", gns(0, 1), "Primary or mirror gateway of the SP.").Named("sp_access_type").Meaning(accessType).Strict(),
	layout.NewUint("Start_code", w4, "First service number.").Is(layout.Number),
	layout.NewUint("End_code", w4, "Last service number.").Is(layout.Number),
), result, lastChange)

// C§3.22
var getMTRouteBody = layout.New(
	layout.NewText("Source_Id", all(6), "Code of the ISMG that asks."),
	layout.NewText("Route_type", gns(2, 4), "MT, or in 2.0 also MO."),
	layout.NewInt("Last_route_Id", w4, "The newest Route_Id received so far; -1 at first."),
)

// C§3.23
var getMTRouteRespBody = run(gateway, fields(
	layout.NewText("SP_Code", gns(21, 0), "The SP's service number.").Is(layout.Number),
	layout.NewText("Service_Id", gns(10, 0), "Service code, or empty.").As(layout.Service),
	layout.NewUint("Start_code", gns(4, 0), "MO: first service number. MT: first number segment.").Is(layout.Number),
	layout.NewUint("End_code", gns(4, 0), "MO: last service number. MT: last number segment.").Is(layout.Number),
	layout.NewText("Start_Id", gns(0, 9), "First number segment.").Is(layout.Number),
	layout.NewText("End_Id", gns(0, 9), "Last number segment.").Is(layout.Number),
	layout.NewText("Area_code", all(4), "Province: the area code of its capital."),
), result, brand, position, lastChange)

// C§3.24
var getMORouteBody = layout.New(
	layout.NewText("Source_Id", gns(0, 6), "Code of the ISMG that asks."),
	layout.NewText("Route_type", gns(0, 4), "MO."),
	layout.NewInt("Last_route_Id", gns(0, 4), "The newest Route_Id received so far; -1 at first."),
)

// C§3.25
var getMORouteRespBody = run(fields(
	layout.NewUint("Route_Id", gns(0, 4), "The GNS's number of the route, MO and MT apart."),
	layout.NewText("Destination_Id", gns(0, 6), "Code of the ISMG that the route leads to."),
	layout.NewText("Gateway_IP", gns(0, 15), "Its IPv4 address."),
	layout.NewUint("Gateway_port", gns(0, 2), "Its TCP port."),
	layout.NewText("SP_Id", gns(0, 6), "The SP's enterprise code."),
	layout.NewText("SP_Code", gns(0, 21), "The SP's service number.").Is(layout.Number),
	layout.NewUint("SP_AcessType", gns(0, 1), "Primary or mirror gateway of the SP.").Named("sp_access_type").Meaning(accessType).Strict(),
	layout.NewText("Service_Id", gns(0, 10), "Service code, or empty.").As(layout.Service),
	layout.NewUint("Start_code", gns(0, 4), "First service number.").Is(layout.Number),
	layout.NewUint("End_code", gns(0, 4), "Last service number.").Is(layout.Number),
	layout.NewUint("Result", gns(0, 1), "Whether it succeeded.").As(layout.Status).Meaning(routeResult),
), position, lastChange)

// C§3.26
var mtRouteUpdateBody = run(update, gateway, segment, brand)

// C§3.27
var mtRouteUpdateRespBody = layout.New(
	layout.NewUint("Result", w1, "Whether it succeeded.").As(layout.Status).Meaning(updateResult),
	layout.NewUint("Route_Id", gns(0, 4), "The new route, or the one asked about."),
	layout.NewText("Time_stamp", gns(0, 14), "When the request was received, YYYYMMDDHHMMSS."),
)

// C§3.28
var moRouteUpdateBody = run(update, gateway, fields(
	layout.NewText("SP_Id", gns(0, 6), "The SP's enterprise code."),
	layout.NewText("SP_Code", all(21), "The SP's service number.").Is(layout.Number),
	layout.NewUint("SP_AcessType", gns(0, 1), "Primary or mirror gateway of the SP.").Named("sp_access_type").Meaning(accessType).Strict(),
	layout.NewText("Service_Id", all(10), "Service code, or empty.").As(layout.Service),
	layout.NewUint("Start_code", w4, "First service number.").Is(layout.Number),
	layout.NewUint("End_code", w4, "Last service number.").Is(layout.Number),
))

// C§3.29
var moRouteUpdateRespBody = mtRouteUpdateRespBody

// C§3.30
var pushMTRouteUpdateBody = run(mtRouteUpdateBody.Specs, lastChange)

// C§3.31
var pushMTRouteUpdateRespBody = layout.New(
	layout.NewUint("Result", w1, "Whether it succeeded.").As(layout.Status).Meaning(pushResult),
)

// C§3.32
var pushMORouteUpdateBody = run(moRouteUpdateBody.Specs, lastChange)

// C§3.33
var pushMORouteUpdateRespBody = pushMTRouteUpdateRespBody
