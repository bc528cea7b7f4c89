package cmpp

import (
	"encoding/hex"
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/pcaps/peer/wire"
	"cmppdump/reassembly"
)

// everyPDU is one of each PDU of C§3, empty.
func everyPDU() []wire.PDU {
	return []wire.PDU{
		new(wire.Connect), new(wire.ConnectResp), new(wire.Terminate), new(wire.TerminateResp),
		new(wire.Submit), new(wire.SubmitResp), new(wire.Deliver), new(wire.DeliverResp),
		new(wire.Query), new(wire.QueryResp), new(wire.Cancel), new(wire.CancelResp),
		new(wire.ActiveTest), new(wire.ActiveTestResp), new(wire.Fwd), new(wire.FwdResp),
		new(wire.MTRoute), new(wire.MTRouteResp), new(wire.MORoute), new(wire.MORouteResp),
		new(wire.GetMTRoute), new(wire.GetMTRouteResp), new(wire.GetMORoute), new(wire.GetMORouteResp),
		new(wire.MTRouteUpdate), new(wire.MTRouteUpdateResp), new(wire.MORouteUpdate), new(wire.MORouteUpdateResp),
		new(wire.PushMTRouteUpdate), new(wire.PushMTRouteUpdateResp), new(wire.PushMORouteUpdate), new(wire.PushMORouteUpdateResp),
	}
}

var versions = map[dissect.Version]wire.Version{V20: wire.V20, V21: wire.V21, V30: wire.V30}

// TestRoundTrip: what another reading of the specification writes, the
// dissector reads: every PDU, every field, in every version.
func TestRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	done := map[string]bool{}
	for v, wv := range versions {
		for _, p := range everyPDU() {
			for range 60 {
				if c := Protocol.Command(uint32(p.Command())); c == nil || v < c.Since {
					continue
				}
				fill(rnd, p, wv)
				roundTrip(t, p, v, wv)
				done[p.Command().Name(wv)] = true
			}
		}
	}
	if len(done) != len(commands)+2 { // GET_ROUTE and its response are names of 2.0 only
		t.Errorf("%d commands by name, want %d", len(done), len(commands)+2)
	}
}

// roundTrip logs in with the version, sends p, and compares.
func roundTrip(t *testing.T, p wire.PDU, v dissect.Version, wv wire.Version) {
	t.Helper()
	raw := p.Append(nil, wv)
	var got *dissect.PDU
	s := newSession(dissect.NoVersion, func(d *dissect.PDU) {
		if got = d; d.Sequence != p.Sequence() {
			return
		}
		if name := string(d.AppendName(nil)); name != p.Command().Name(wv) || d.Version != v || d.Column != v {
			t.Errorf("%s %s read as %s %s", p.Command().Name(wv), wv, name, read(d))
		}
		if err := untiled(d); err != nil || d.Err.Failed() {
			t.Errorf("%s %s: %v, %+v", p.Command().Name(wv), wv, err, d.Err)
		}
		have, want := dissected(d), encoded(p, wv)
		if have != want {
			t.Errorf("%s %s %x:\n%s\nwant\n%s", p.Command().Name(wv), wv, raw, have, want)
		}
	})
	s.send("10.0.0.1:57800", reassembly.C2S, connectOf(byte(wv)))
	s.send("10.0.0.1:57800", reassembly.C2S, raw)
	if s.close(); got == nil || got.Sequence != p.Sequence() {
		t.Errorf("%s %s %x: not found", p.Command().Name(wv), wv, raw)
	}
}

// dissected is "name offset octets value" for each field of a body; a list is
// one field, reserved octets are left out.
func dissected(p *dissect.PDU) string {
	var out strings.Builder
	body := p.Body()
	for i := 0; i < len(body); i++ {
		f := body[i]
		if f.Depth > 1 || f.Depth == 1 && f.Spec.Kind == layout.Bytes || f.Depth == 1 && p.SMS.Direction < dissect.Report ||
			strings.HasPrefix(f.Spec.Name, "Reserve") {
			continue
		}
		n, values := f.Len, []string{wireValue(f, p.Raw)}
		for f.Spec.List && i+1 < len(body) && body[i+1].Spec == f.Spec {
			i++
			n += body[i].Len
			values = append(values, wireValue(body[i], p.Raw))
		}
		fmt.Fprintf(&out, "%s %d %d %s\n", f.Spec.Name, f.Off-12, n, strings.Join(values, " "))
	}
	return out.String()
}

func wireValue(f layout.Field, raw []byte) string {
	switch {
	case f.Spec.Kind == layout.Text:
		return string(f.Text(raw))
	case f.Spec.Kind == layout.Int:
		return fmt.Sprint(int32(f.Num))
	case f.Spec.Kind == layout.Uint && f.Len == 8:
		return fmt.Sprintf("%016x", f.Num)
	case f.Spec.Kind == layout.Uint:
		return fmt.Sprint(f.Num)
	}
	return hex.EncodeToString(f.Raw(raw))
}

// encoded is the same by the encoder's account.
func encoded(p wire.PDU, v wire.Version) string {
	var out strings.Builder
	write(&out, wire.FieldsOf(p, v), 0)
	return out.String()
}

func write(out *strings.Builder, fields wire.Fields, base int) {
	content := 0
	for _, f := range fields {
		if inner, ok := f.Value.(wire.Fields); ok {
			write(out, inner, content)
			continue
		}
		if f.Name == "Msg_Content" {
			content = f.Off
		}
		value := fmt.Sprint(f.Value)
		switch v := f.Value.(type) {
		case string:
			if f.Len < len(v) && !strings.HasPrefix(f.Name, "Auth") && f.Name != "Msg_Content" && f.Name != "Msg_Id" {
				value = v[:f.Len] // the encoder cuts what is too long
			}
		case []string:
			if len(v) == 0 {
				continue
			}
			value = strings.Join(v, " ")
		}
		fmt.Fprintf(out, "%s %d %d %s\n", f.Name, f.Off+base, f.Len, value)
	}
}

// fill draws the fields of p, within what makes a PDU of the version.
func fill(rnd *rand.Rand, p wire.PDU, v wire.Version) {
	draw(rnd, reflect.ValueOf(p).Elem())
	p.SetSequence(1000 + uint32(rnd.Intn(1<<30)))
	switch p := p.(type) {
	case *wire.Connect:
		p.Version = v
	case *wire.Submit:
		p.TPudhi &= 0x41
	case *wire.Deliver:
		p.TPudhi &= 0x41
		p.SrcTerminalType &= 1
		if p.RegisteredDelivery &= 1; p.RegisteredDelivery == 1 {
			p.MsgContent = report(rnd).Append(nil, v)
		}
	case *wire.Fwd:
		p.TPudhi &= 0x41
		if v == wire.V30 {
			p.DestID = p.DestID[:1]
		}
		switch p.MsgFwdType &= 3; p.MsgFwdType {
		case wire.FwdMTReport:
			p.MsgContent = report(rnd).Append(nil, v)
		case wire.FwdMOReport:
			r := new(wire.MOReport)
			draw(rnd, reflect.ValueOf(r).Elem())
			p.MsgContent = r.Append(nil, v)
		}
	}
}

func report(rnd *rand.Rand) *wire.Report {
	r := new(wire.Report)
	draw(rnd, reflect.ValueOf(r).Elem())
	return r
}

// draw fills a value: numbers with edges, texts from empty to too long.
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
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n := [...]uint64{0, 1, 2, ^uint64(0), rnd.Uint64(), rnd.Uint64()}[rnd.Intn(6)]
		v.SetUint(n & (1<<v.Type().Bits() - 1))
	case reflect.Int32:
		v.SetInt([...]int64{-1, 0, 1 << 30}[rnd.Intn(3)])
	case reflect.String:
		v.SetString(word(rnd, [...]int{0, 3, 6, 11, 40}[rnd.Intn(5)]))
	case reflect.Slice:
		n := [...]int{1, 2, 100}[rnd.Intn(3)]
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(word(rnd, [...]int{0, 1, 140, 255}[rnd.Intn(4)])))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			v.Index(i).SetString("13" + word(rnd, 9))
		}
	}
}

func word(rnd *rand.Rand, n int) string {
	const letters = "0123456789ABCDabcd:+"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[rnd.Intn(len(letters))]
	}
	return string(b)
}

// connectOf is a CONNECT with a version byte.
func connectOf(version byte) []byte {
	return (&wire.Connect{SourceAddr: "901234", Version: wire.Version(version), Timestamp: 1122020958}).Append(nil, wire.V20)
}
