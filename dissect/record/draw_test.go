package record

import (
	"math/rand"
	"reflect"

	"cmppdump/pcaps/peer/wire"
)

// everyPDU is one of each PDU of C§3 in each version, with fields drawn.
func everyPDU() [][]byte {
	rnd := rand.New(rand.NewSource(1))
	var out [][]byte
	for _, v := range []wire.Version{wire.V20, wire.V21, wire.V30} {
		for _, p := range []wire.PDU{
			new(wire.Connect), new(wire.ConnectResp), new(wire.Terminate), new(wire.TerminateResp),
			new(wire.Submit), new(wire.SubmitResp), new(wire.Deliver), new(wire.DeliverResp),
			new(wire.Query), new(wire.QueryResp), new(wire.Cancel), new(wire.CancelResp),
			new(wire.ActiveTest), new(wire.ActiveTestResp), new(wire.Fwd), new(wire.FwdResp),
			new(wire.MTRoute), new(wire.MTRouteResp), new(wire.MORoute), new(wire.MORouteResp),
			new(wire.GetMTRoute), new(wire.GetMTRouteResp), new(wire.GetMORoute), new(wire.GetMORouteResp),
			new(wire.MTRouteUpdate), new(wire.MTRouteUpdateResp), new(wire.MORouteUpdate), new(wire.MORouteUpdateResp),
			new(wire.PushMTRouteUpdate), new(wire.PushMTRouteUpdateResp), new(wire.PushMORouteUpdate), new(wire.PushMORouteUpdateResp),
		} {
			draw(rnd, reflect.ValueOf(p).Elem())
			out = append(out, p.Append(nil, v))
		}
		report := (&wire.Report{MsgID: 7, Stat: "MK:0001", SubmitTime: "2411231405", DestTerminalID: "13800138000"}).Append(nil, v)
		out = append(out, (&wire.Deliver{RegisteredDelivery: 1, DestID: "10690001", MsgContent: report}).Append(nil, v),
			(&wire.Fwd{MsgFwdType: wire.FwdMOReport, DestID: []string{"1"}, MsgContent: (&wire.MOReport{MsgID: 7, Stat: "DELIVRD", DestID: "10690001"}).Append(nil, v)}).Append(nil, v))
	}
	return append(out, []byte("\x00\x00\x00\x10\x00\x00\x00\x0a\x00\x00\x00\x01body"))
}

func draw(rnd *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			draw(rnd, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			draw(rnd, v.Index(i))
		}
	case reflect.Uint8:
		v.SetUint(uint64(rnd.Intn(2)))
	case reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rnd.Uint64() & (1<<v.Type().Bits() - 1))
	case reflect.Int32:
		v.SetInt(-1)
	case reflect.String:
		v.SetString([]string{"0123456789012345678901234567890", "a\"\\\n\x1b", "短信", "\xb6\xcc", "1"}[rnd.Intn(5)])
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte("text with \"quotes\" and \x01\xff"))
			return
		}
		v.Set(reflect.ValueOf([]string{"13800138000"}))
	}
}
