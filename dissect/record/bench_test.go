package record

import (
	"fmt"
	"testing"

	"cmppdump/pcaps/peer/wire"
)

// samples are PDUs as they are frequent, by name.
func samples(t testing.TB) map[string][]byte {
	g := goldens(t)
	mass := &wire.Submit{MsgSrc: "901234", FeeType: "01", FeeCode: "000000", SrcID: "10690001", MsgFmt: wire.FmtUCS2,
		MsgContent: wire.UCS2("【示例】今晚22:00至24:00系统维护，期间短信可能延迟。")}
	for i := range 95 {
		mass.DestTerminalID = append(mass.DestTerminalID, fmt.Sprintf("138000012%02d", i))
	}
	one := *mass
	one.DestTerminalID = one.DestTerminalID[:1]
	return map[string][]byte{
		"SUBMIT": one.Append(nil, wire.V30), "SUBMIT_RESP": g["G7"], "report": g["G8"], "mass": mass.Append(nil, wire.V30),
		"ascii": g["G4"], "long": g["G5"], "gbk": g["G9"], "login": g["G1"],
	}
}

// TestNoAllocs: a record allocates nothing once there was one as long.
func TestNoAllocs(t *testing.T) {
	for name, pdu := range samples(t) {
		readPDUs(Options{Raw: true}, 0, func(r *Record) {
			if r.View != PDU && r.View != Txn {
				return
			}
			line := testTable.AppendJSON(nil, r)
			if n := testing.AllocsPerRun(20, func() { line = testTable.AppendJSON(line[:0], r) }); n > 0 {
				t.Errorf("%s: %v allocations", name, n)
			}
		}, pdu)
	}
}

func BenchmarkJSON(b *testing.B) {
	for _, name := range []string{"SUBMIT", "SUBMIT_RESP", "report", "mass", "ascii"} {
		pdu := samples(b)[name]
		b.Run(name, func(b *testing.B) {
			readPDUs(Options{}, 0, func(r *Record) {
				if r.View != PDU {
					return
				}
				var line []byte
				b.ReportAllocs()
				for b.Loop() {
					line = testTable.AppendJSON(line[:0], r)
				}
				b.SetBytes(int64(len(line)))
			}, pdu)
		})
	}
}

func BenchmarkAppendTime(b *testing.B) {
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = appendTime(dst[:0], when)
	}
}
