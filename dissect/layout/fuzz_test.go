package layout_test

import (
	"reflect"
	"testing"

	"cmppdump/dissect/layout"
)

// synthetic has everything that the language can say. Counts have two octets at
// most, as they have in all protocols; TestHugeCounts looks at wider ones.
var synthetic = layout.New(
	layout.NewUint("id", w(8), "").As(layout.MessageID),
	layout.NewInt("last", layout.Widths{0, 4, 4}, ""),
	layout.NewText("from", layout.Widths{3, 3, 5}, "").As(layout.From),
	layout.NewUint("flag", w(1), "").As(layout.ReportFlag),
	layout.NewUint("receivers", layout.Widths{1, 2, 2}, ""),
	layout.NewText("to", layout.Widths{2, 2, 4}, "").Times("receivers").As(layout.To),
	layout.NewUint("kind", layout.Widths{0, 0, 1}, "").Times("receivers"),
	layout.NewUint("length", layout.Widths{1, 2, 2}, "").As(layout.ContentLength),
	layout.NewBytes("content", "length", "").As(layout.Content).Sub(syntheticContent),
	layout.NewOctets("reserve", layout.Widths{2, 2, 0}, ""),
)

func syntheticContent(c *layout.Cursor) {
	flag, _ := c.Uint(layout.ReportFlag)
	if flag&1 != 0 {
		c.Layout(leafBlock, c.Column)
	}
	for flag&2 != 0 && c.Off < c.End {
		n := c.Take(leafByte, 1)
		c.Indent()
		c.Take(leafText, int(n.Num&7))
		c.Outdent()
	}
	if c.Off < c.End {
		c.Take(leafText, c.End-c.Off)
	}
}

// FuzzDecode: no octets make decoding panic or read past them; fields follow
// each other without a hole, parts lie in their field, and Size agrees.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x07abc\x01\x02aabb\x03xyz\x00\x00"), uint8(0), uint8(0), uint8(0))
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x07\xff\xff\xff\xffabc\x03\x00\x01aa\x00\x05\x01xyyz\x00\x00"), uint8(0), uint8(0), uint8(1))
	f.Add([]byte("h\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00abcde\x02\x00\x01aaaak\x00\x02\x01x"), uint8(1), uint8(3), uint8(2))
	f.Add([]byte("\x00\x00\x00\x00\x00\x00\x00\x07abc\x01\xffaabb\x03xyz\x00\x00"), uint8(0), uint8(9), uint8(0))
	f.Fuzz(func(t *testing.T, pdu []byte, start, more, column uint8) {
		off, end, col := min(int(start), len(pdu)), len(pdu)+int(more), int(column)%layout.Columns
		var d layout.Decoded
		next := synthetic.Decode(&d, pdu, off, end, col)
		covers(t, d.Fields, off, next)
		size, whole := synthetic.Size(pdu[off:], col)
		if !whole && size <= len(pdu)-off {
			t.Fatalf("at least %d octets needed, %d there, but not whole", size, len(pdu)-off)
		}
		if fits := whole && off+size <= len(pdu); fits == d.Err.Failed() {
			t.Fatalf("size %d, whole %v, of %d, but %+v", size, whole, len(pdu)-off, d.Err)
		}
		if !d.Err.Failed() && next != off+size {
			t.Fatalf("read up to %d, size %d from %d", next, size, off)
		}
		if e := d.Err; e.Failed() && (e.Off != next || e.Need <= 0 || more == 0 && e.Have >= e.Need) {
			t.Fatalf("read up to %d, but %+v", next, e)
		}
		again := layout.Decoded{}
		synthetic.Decode(&again, pdu, off, end, col)
		d.Reset()
		synthetic.Decode(&d, pdu, off, end, col)
		if !reflect.DeepEqual(d.Fields, again.Fields) && len(d.Fields)+len(again.Fields) > 0 || d.Err != again.Err {
			t.Fatalf("reused: %+v\nnew: %+v", d, again)
		}
	})
}

// covers fails unless the fields of depth 0 tile from..to, and the parts of a
// field lie in it, in order.
func covers(t *testing.T, fields []layout.Field, from, to int) {
	t.Helper()
	at := from
	var top layout.Field
	part := 0
	for _, f := range fields {
		if f.Depth > 0 {
			if int(f.Off) < part || f.Off+f.Len > top.Off+top.Len {
				t.Fatalf("%s at %d+%d is not in %s at %d+%d behind %d", f.Spec.Name, f.Off, f.Len, top.Spec.Name, top.Off, top.Len, part)
			}
			part = int(f.Off + f.Len)
			continue
		}
		if int(f.Off) != at {
			t.Fatalf("%s at %d, want %d", f.Spec.Name, f.Off, at)
		}
		at, top, part = int(f.Off+f.Len), f, int(f.Off)
	}
	if at != to {
		t.Fatalf("fields up to %d, want %d", at, to)
	}
}
