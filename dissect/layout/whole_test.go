package layout_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"cmppdump/dissect/layout"
)

// header is that of CMPP (C§1.5).
var header = layout.New(layout.NewUint("Total_Length", w(4), ""), layout.NewUint("Command_Id", w(4), ""), layout.NewUint("Sequence_Id", w(4), ""))

// bodies are layouts behind it: long ones, short ones, and none.
func bodies() []*layout.Layout {
	list := []*layout.Layout{
		layout.New(submit.Specs...),
		layout.New(layout.NewUint("Result", layout.Widths{1, 1, 4}, "").As(layout.Status)),
		layout.New(),
	}
	for _, l := range list {
		l.Behind(header)
	}
	return list
}

// TestDecodePDU: whatever was decoded before, and wherever the PDU ends, it has
// the fields that header and body have each for itself.
func TestDecodePDU(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	list := bodies()
	var d layout.Decoded
	for i := range 3000 {
		l, col := list[random.IntN(len(list))], random.IntN(layout.Columns)
		pdu := append(make([]byte, 12), submitBody(random.IntN(100), random.IntN(160))...)
		for j := range pdu[:140] {
			if random.IntN(8) == 0 {
				pdu[j] = byte(random.IntN(256))
			}
		}
		if random.IntN(3) == 0 {
			pdu = pdu[:12+random.IntN(len(pdu)-11)]
		}
		end := len(pdu) + random.IntN(2)*random.IntN(50)

		var apart layout.Decoded
		want := l.Decode(&apart, pdu, header.Decode(&apart, pdu, 0, end, 0), end, col)
		d.Reset()
		if got := l.DecodePDU(&d, header, pdu, end, col); got != want {
			t.Fatalf("PDU %d: read to %d, want %d", i, got, want)
		}
		if got, want := told(&d), told(&apart); !reflect.DeepEqual(got, want) {
			t.Fatalf("PDU %d: %v\nwant %v", i, got, want)
		}
	}
}

// told is all that is known of a decoded PDU.
func told(d *layout.Decoded) []any {
	out := []any{d.Odd, d.Err}
	for _, f := range d.Fields {
		out = append(out, f)
	}
	for r := range layout.RoleCount {
		f, ok := d.Field(layout.Role(r))
		out = append(out, fmt.Sprint(ok, f.Off))
	}
	return out
}

// TestDecodePDUAllocs: PDUs of different kinds allocate nothing once there were
// such as long.
func TestDecodePDUAllocs(t *testing.T) {
	list := bodies()
	long, short := append(make([]byte, 12), submitBody(95, 140)...), append(make([]byte, 12), submitBody(1, 10)...)
	var d layout.Decoded
	if n := testing.AllocsPerRun(100, func() {
		for _, l := range list {
			for _, pdu := range [][]byte{long, short, short[:30]} {
				d.Reset()
				l.DecodePDU(&d, header, pdu, len(pdu), 2)
			}
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkDecodePDU is the cost of a SUBMIT, and of header and body each for
// itself.
func BenchmarkDecodePDU(b *testing.B) {
	l, pdu := bodies()[0], append(make([]byte, 12), submitBody(1, 70)...)
	b.Run("whole", func(b *testing.B) {
		var d layout.Decoded
		b.ReportAllocs()
		for b.Loop() {
			d.Reset()
			l.DecodePDU(&d, header, pdu, len(pdu), 2)
		}
	})
	b.Run("apart", func(b *testing.B) {
		var d layout.Decoded
		for b.Loop() {
			d.Reset()
			l.Decode(&d, pdu, header.Decode(&d, pdu, 0, len(pdu), 0), len(pdu), 2)
		}
	})
}
