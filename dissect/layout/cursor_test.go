package layout_test

import (
	"testing"

	"cmppdump/dissect/layout"
)

var (
	leafByte  = layout.Leaf(layout.Uint, "byte", "")
	leafPair  = layout.Leaf(layout.Uint, "pair", "").As(layout.SMSCSequence)
	leafText  = layout.Leaf(layout.Bytes, "rest", "").As(layout.UserData)
	leafBlock = layout.New(layout.NewUint("x", layout.Widths{1, 2, 2}, "").As(layout.ReportOf), layout.NewText("y", w(2), ""))
)

// split declares a body of flag, length and content, the content split by f.
func split(f func(*layout.Cursor)) *layout.Layout {
	return layout.New(
		layout.NewUint("flag", w(1), "").As(layout.ReportFlag),
		layout.NewUint("n", w(1), ""),
		layout.NewBytes("content", "n", "").Sub(f),
		layout.NewUint("tail", w(1), ""),
	)
}

func TestCursor(t *testing.T) {
	for _, tt := range []struct {
		name string
		hook func(*layout.Cursor)
		pdu  string
		want string
	}{
		{"leaves", func(c *layout.Cursor) { c.Take(leafByte, 1); c.Take(leafPair, 2); c.Take(leafText, c.End-c.Off) },
			"01 05 0a 0102 7879 ff", "2+5 content=0a01027879, 2+1 .byte=10, 3+2 .pair=258, 5+2 .rest=7879, 7+1 tail=255"},
		{"a leaf past the end gets what is left", func(c *layout.Cursor) { c.Take(leafPair, 2); c.Take(leafPair, 2) },
			"01 03 0102 03 ff", "2+3 content=010203, 2+2 .pair=258, 4+1 .pair=3, 5+1 tail=255"},
		{"nothing left", func(c *layout.Cursor) { c.Take(leafByte, 1) },
			"01 00 ff", "2+0 content=, 2+0 .byte=0, 2+1 tail=255"},
		{"a level deeper, and back", func(c *layout.Cursor) {
			c.Take(leafByte, 1)
			c.Indent()
			c.Take(leafByte, 1)
			c.Outdent()
			c.Take(leafByte, 1)
		}, "01 03 010203 ff", "2+3 content=010203, 2+1 .byte=1, 3+1 ..byte=2, 4+1 .byte=3, 5+1 tail=255"},
		{"a layout", func(c *layout.Cursor) { c.Layout(leafBlock, 0) },
			`01 03 09 "ab" ff`, `2+3 content=096162, 2+1 .x=9, 3+2 .y="ab", 5+1 tail=255`},
		{"a layout of another version", func(c *layout.Cursor) { c.Layout(leafBlock, 2) },
			`01 04 0009 "ab" ff`, `2+4 content=00096162, 2+2 .x=9, 4+2 .y="ab", 6+1 tail=255`},
		{"a layout that does not fit, and the rest", func(c *layout.Cursor) {
			if c.Layout(leafBlock, 0) {
				panic("it fits")
			}
			c.Take(leafText, c.End-c.Off)
		}, `01 02 09 "a" ff`, `2+2 content=0961, 2+1 .x=9, 3+1 .rest=61, 4+1 tail=255`},
		{"by a field before it", func(c *layout.Cursor) {
			if flag, ok := c.Uint(layout.ReportFlag); ok && flag == 1 {
				c.Take(leafText, len(c.Rest()))
			}
		}, "01 02 7879 ff", "2+2 content=7879, 2+2 .rest=7879, 4+1 tail=255"},
	} {
		pdu := octets(t, tt.pdu)
		var d layout.Decoded
		next := split(tt.hook).Decode(&d, pdu, 0, len(pdu), 0)
		if d.Err.Failed() || next != len(pdu) {
			t.Errorf("%s: up to %d, %+v", tt.name, next, d.Err)
		}
		if got := show(d.Fields[2:], pdu); got != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// TestCursorRoles: the parts that a hook yields have roles too.
func TestCursorRoles(t *testing.T) {
	l := split(func(c *layout.Cursor) { c.Layout(leafBlock, 0); c.Take(leafPair, 2) })
	pdu := octets(t, `01 05 09 "ab" 0102 ff`)
	var d layout.Decoded
	l.Decode(&d, pdu, 0, len(pdu), 0)
	if of, ok := d.Uint(layout.ReportOf); !ok || of != 9 {
		t.Errorf("report of %d, %v", of, ok)
	}
	if n, ok := d.Uint(layout.SMSCSequence); !ok || n != 258 {
		t.Errorf("sequence %d, %v", n, ok)
	}
}

// TestNestedHooks: a hook may read a layout whose fields have hooks, and goes
// on where that ended.
func TestNestedHooks(t *testing.T) {
	inner := layout.New(layout.NewUint("n", w(1), ""),
		layout.NewBytes("in", "n", "").Sub(func(c *layout.Cursor) { c.Take(leafByte, 1); c.Take(leafText, c.End-c.Off) }))
	l := split(func(c *layout.Cursor) {
		c.Layout(inner, 0)
		c.Take(leafText, c.End-c.Off)
	})
	pdu := octets(t, "00 06 02 aabb 010203 ff")
	var d layout.Decoded
	l.Decode(&d, pdu, 0, len(pdu), 0)
	want := "2+6 content=02aabb010203, 2+1 .n=2, 3+2 .in=aabb, 3+1 ..byte=170, 4+1 ..rest=bb, 5+3 .rest=010203, 8+1 tail=255"
	if got := show(d.Fields[2:], pdu); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestHookErrorStays: that a part does not fit is no error of the PDU.
func TestHookErrorStays(t *testing.T) {
	l := split(func(c *layout.Cursor) { c.Layout(leafBlock, 0); c.Take(leafText, c.End-c.Off) })
	pdu := octets(t, "00 01 09 ff")
	var d layout.Decoded
	if l.Decode(&d, pdu, 0, len(pdu), 0); d.Err.Failed() {
		t.Errorf("%+v", d.Err)
	}
}
