package wire

import "unicode/utf16"

// The values of Msg_Fmt in the specification (C§7.1).
const (
	FmtASCII    = 0
	FmtSIMWrite = 3
	FmtBinary   = 4
	FmtUCS2     = 8
	FmtGBK      = 15
)

// MaxContent is the most bytes that one short message holds (C§7.2).
const MaxContent = 140

// UCS2 is text as big-endian UTF-16, a pair of surrogates for what lies beyond
// 16 bits (C§7.1).
func UCS2(text string) []byte {
	units := utf16.Encode([]rune(text))
	content := make([]byte, 0, 2*len(units))
	for _, u := range units {
		content = append(content, byte(u>>8), byte(u))
	}
	return content
}

// Concat is the concatenation element of a user data header (C§7.3).
type Concat struct {
	Ref         uint16
	Wide        bool // 16-bit reference, element 08, 7 bytes; else 00, 6 bytes
	Total, Part uint8
}

// Append appends the header to dst: UDHL and the one element.
func (c Concat) Append(dst []byte) []byte {
	if c.Wide {
		return append(dst, 6, 8, 4, byte(c.Ref>>8), byte(c.Ref), c.Total, c.Part)
	}
	return append(dst, 5, 0, 3, byte(c.Ref), c.Total, c.Part)
}

func (c Concat) len() int {
	if c.Wide {
		return 7
	}
	return 6
}

// Cut says where a long message may be cut.
type Cut int

// The cuts. A character of UCS-2 takes four bytes beyond 16 bits, and the cut
// at bytes still keeps 16-bit units whole.
const (
	BetweenCharacters Cut = iota
	InsideCharacters      // where the part is full
)

// Split cuts a content of ASCII, UCS-2 or GBK text into parts of at most
// MaxContent bytes, each behind the header c with its Total and Part filled
// in. At most 255 parts are made; what would follow is left out.
func Split(content []byte, msgFmt uint8, c Concat, cut Cut) [][]byte {
	room := MaxContent - c.len()
	if msgFmt == FmtUCS2 {
		room &^= 1
	}
	var parts [][]byte
	for len(content) > 0 && len(parts) < 255 {
		n := min(room, len(content))
		if cut == BetweenCharacters {
			n = wholeCharacters(content[:n], msgFmt)
		}
		parts = append(parts, content[:n])
		content = content[n:]
	}
	c.Total = uint8(len(parts))
	for i, part := range parts {
		c.Part = uint8(i + 1)
		parts[i] = append(c.Append(nil), part...)
	}
	return parts
}

// wholeCharacters is the length of the whole characters at the start of
// content, which may end inside one.
func wholeCharacters(content []byte, msgFmt uint8) int {
	n := len(content)
	switch msgFmt {
	case FmtUCS2:
		if n >= 2 && content[n-2]&0xfc == 0xd8 { // a high surrogate comes last
			return n - 2
		}
	case FmtGBK:
		for i := 0; i < n; i++ {
			if content[i] < 0x80 {
				continue
			}
			if i++; i == n { // a lead byte comes last
				return n - 1
			}
		}
	}
	return n
}
