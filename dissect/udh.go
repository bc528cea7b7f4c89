package dissect

import (
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
)

// Leaves of message content: GSM 03.40, section 9.2.3.24.
var (
	leafUDHL    = layout.Leaf(layout.Uint, "UDHL", "Octets of information elements.")
	leafElement = layout.Leaf(layout.Uint, "IEI", "Which information element.").InHex().Meaning(elements)
	leafIEDL    = layout.Leaf(layout.Uint, "IEDL", "Octets of the element's data.")
	leafData    = layout.Leaf(layout.Octets, "data", "Data of the element.")
	leafText    = layout.Leaf(layout.Bytes, "text", "The message itself.").As(layout.UserData)
)

// elements names the information elements.
var elements = &layout.Enum{Other: func(n uint64, _ []byte, _ int) (layout.Meaning, bool) {
	ie := sms.IE{ID: byte(n)}
	return layout.Meaning{En: ie.Name(), Zh: ie.NameZh()}, ie.Name() != ""
}}

// SplitContent is the hook for message content: the user data header, if there
// is one, and the text. It goes by the UDHI field before it.
func SplitContent(c *layout.Cursor) {
	content := c.Rest()
	if flag, _ := c.Uint(layout.UDHI); sms.Present(byte(flag)) {
		if u, ok := sms.ParseUDH(content); ok {
			splitHeader(c, content[:u.Len])
		}
	}
	if c.Off < c.End {
		c.Take(leafText, c.End-c.Off)
	}
}

// splitHeader reads the header that ParseUDH has found valid.
func splitHeader(c *layout.Cursor, header []byte) {
	c.Take(leafUDHL, 1)
	for ie := range sms.Elements(header) {
		c.Take(leafElement, 1)
		if ie.Off-ie.Start > 1 {
			c.Take(leafIEDL, 1)
		}
		c.Indent()
		splitElement(c, ie)
		c.Outdent()
	}
}

// splitElement reads the data of one information element.
func splitElement(c *layout.Cursor, ie sms.IE) {
	end := c.Off + ie.Len
	for i, f := range ie.Fields() {
		c.Take(leaves[ie.ID][i], f.Width)
	}
	if c.Off < end {
		c.Take(leafData, end-c.Off)
	}
}

// leaves are the parts of the elements' data, by element and place.
var leaves = makeLeaves()

func makeLeaves() (l [256][]*layout.Spec) {
	for id := range l {
		for n := range 256 {
			ie := sms.IE{ID: byte(id), Len: n}
			for _, f := range ie.Fields()[min(len(l[id]), len(ie.Fields())):] {
				l[id] = append(l[id], leafOf(f))
			}
		}
	}
	return l
}

func leafOf(f sms.IEField) *layout.Spec {
	return layout.Leaf(layout.Uint, f.Name, "Part of an information element.").Meaning(&layout.Enum{
		Other: func(n uint64, _ []byte, _ int) (layout.Meaning, bool) {
			m := f.Meaning(int(n))
			return layout.Meaning{En: m, Zh: m}, m != ""
		}})
}
