package layout_test

import (
	"bytes"
	"testing"

	"cmppdump/dissect/layout"
)

// submit has the fields and widths of a CMPP_SUBMIT (C§3.4).
var submit = layout.New(
	layout.NewUint("Msg_Id", w(8), "").As(layout.MessageID),
	layout.NewUint("Pk_total", w(1), "").As(layout.PartTotal),
	layout.NewUint("Pk_number", w(1), "").As(layout.PartNumber),
	layout.NewUint("Registered_Delivery", w(1), "").As(layout.ReportFlag),
	layout.NewUint("Msg_level", w(1), ""),
	layout.NewText("Service_Id", w(10), "").As(layout.Service),
	layout.NewUint("Fee_UserType", w(1), ""),
	layout.NewText("Fee_terminal_Id", layout.Widths{21, 21, 32}, ""),
	layout.NewUint("Fee_terminal_type", layout.Widths{0, 0, 1}, ""),
	layout.NewUint("TP_pId", w(1), ""),
	layout.NewUint("TP_udhi", w(1), "").As(layout.UDHI),
	layout.NewUint("Msg_Fmt", w(1), "").As(layout.Coding),
	layout.NewText("Msg_src", w(6), "").As(layout.Account),
	layout.NewText("FeeType", w(2), ""),
	layout.NewText("FeeCode", w(6), ""),
	layout.NewText("ValId_Time", w(17), ""),
	layout.NewText("At_Time", w(17), ""),
	layout.NewText("Src_Id", w(21), "").As(layout.From),
	layout.NewUint("DestUsr_tl", w(1), ""),
	layout.NewText("Dest_terminal_Id", layout.Widths{21, 21, 32}, "").Times("DestUsr_tl").As(layout.To),
	layout.NewUint("Dest_terminal_type", layout.Widths{0, 0, 1}, ""),
	layout.NewUint("Msg_Length", w(1), "").As(layout.ContentLength),
	layout.NewBytes("Msg_Content", "Msg_Length", "").As(layout.Content).Sub(func(c *layout.Cursor) { c.Take(leafText, c.End-c.Off) }),
	layout.NewOctets("Reserve", layout.Widths{8, 8, 0}, ""),
	layout.NewText("LinkID", layout.Widths{0, 0, 20}, ""),
)

// submitBody is a body of the layout in the last version.
func submitBody(receivers, content int) []byte {
	b := make([]byte, 129, 151+32*receivers+content)
	b[128] = byte(receivers)
	b = append(b, bytes.Repeat(append([]byte("13800138000"), make([]byte, 21)...), receivers)...)
	b = append(b, 0, byte(content))
	return append(b, make([]byte, content+20)...)
}

// TestNoAllocs: decoding allocates nothing once there was a PDU as long.
func TestNoAllocs(t *testing.T) {
	one, many, short := submitBody(1, 140), submitBody(95, 140), submitBody(1, 140)[:200]
	var d layout.Decoded
	if n := testing.AllocsPerRun(100, func() {
		for _, b := range [][]byte{one, many, short} {
			d.Reset()
			submit.Size(b, 2)
			submit.Decode(&d, b, 0, len(b), 2)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if len(d.Fields) == 0 || !d.Err.Failed() {
		t.Error("the short body was read whole")
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, bb := range []struct {
		name      string
		receivers int
	}{{"submit", 1}, {"submit95", 95}} {
		b.Run(bb.name, func(b *testing.B) {
			body := submitBody(bb.receivers, 140)
			var d layout.Decoded
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				d.Reset()
				submit.Decode(&d, body, 0, len(body), 2)
			}
			if d.Err.Failed() {
				b.Fatal(d.Err)
			}
		})
	}
}

func BenchmarkSize(b *testing.B) {
	body := submitBody(1, 140)
	for b.Loop() {
		if n, whole := submit.Size(body, 2); n != len(body) || !whole {
			b.Fatal(n)
		}
	}
}
