package sms

// Header names of an MMS message (OMA-WAP-MMS-ENC, section 7.3), bit 7 set.
const (
	mmsContentLocation = 0x83
	mmsSubject         = 0x96
)

// appendMMS appends the text of the first header of that name, as valid UTF-8.
func appendMMS(dst, message []byte, name byte) []byte {
	c := cursor{b: message}
	for len(c.b) > 0 && !c.bad {
		header := c.octet()
		if header < 0x80 { // a name in words, and a text
			c.text()
			c.text()
			continue
		}
		if header == name {
			return appendEncodedString(dst, &c)
		}
		c.skipValue()
	}
	return dst
}

// skipValue goes by the form of the value (WAP-230, section 8.4.1.2).
func (c *cursor) skipValue() {
	switch {
	case len(c.b) == 0:
	case c.b[0] >= 0x80:
		c.octet()
	case c.b[0] >= ' ':
		c.text()
	default:
		c.take(c.valueLength())
	}
}

// appendEncodedString: a text, or a length with a character set and a text.
func appendEncodedString(dst []byte, c *cursor) []byte {
	if len(c.b) == 0 || c.b[0] >= 0x80 {
		return dst
	}
	enc, inner := UTF8, *c
	if c.b[0] < ' ' {
		inner = cursor{b: c.take(c.valueLength())}
		enc = charset(inner.integer())
	}
	text := inner.b
	if enc != UCS2 && enc != UCS2LE {
		text = inner.text()
	}
	if len(text) > 0 && text[0] == 0x7F { // a quote, for texts that start above it
		text = text[1:]
	}
	dst, _ = AppendText(dst, enc, text)
	return dst
}
