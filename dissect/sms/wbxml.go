package sms

// want is what is to be taken of a WBXML document.
type want uint8

const (
	wantURL     want = iota // the first href attribute
	wantContent             // the text between tags
	wantStrings             // all inline strings
)

// WBXML tokens (WAP-192, section 7.1).
const (
	wbxmlSwitchPage = 0x00
	wbxmlEnd        = 0x01
	wbxmlEntity     = 0x02
	wbxmlString     = 0x03
	wbxmlLiteral    = 0x04
	wbxmlExtI0      = 0x40
	wbxmlPI         = 0x43
	wbxmlExtT0      = 0x80
	wbxmlTableRef   = 0x83
	wbxmlExt0       = 0xC0
	wbxmlOpaque     = 0xC3
)

// Public ids of the documents whose attributes are known.
const (
	publicSI = 5
	publicSL = 6
)

// wbxml walks through a document.
type wbxml struct {
	cursor
	want     want
	publicID int
	charset  Encoding
	strings  []byte // the string table
	dst      []byte
	begin    int  // where in dst the result starts
	inAttrs  bool // inside the attributes of a tag
	inHref   bool // inside the href attribute
	isDone   bool
}

// appendWBXML appends what is wanted of a document to dst, as valid UTF-8. Of
// a broken document it is what comes before the fault.
func appendWBXML(dst, document []byte, w want) []byte {
	x := wbxml{cursor: cursor{b: document}, want: w, dst: dst, begin: len(dst)}
	x.header()
	for len(x.b) > 0 && !x.bad && !x.isDone {
		x.token(x.octet())
	}
	return x.dst
}

func (x *wbxml) header() {
	x.octet() // version
	x.publicID = x.uintvar()
	if x.publicID == 0 {
		x.uintvar() // where in the string table its name is
	}
	x.charset = charset(x.uintvar())
	x.strings = x.take(x.uintvar())
}

func (x *wbxml) token(t byte) {
	switch {
	case t == wbxmlSwitchPage:
		x.octet()
	case t == wbxmlEnd:
		x.endAttribute()
		x.inAttrs = false
	case t == wbxmlEntity:
		x.uintvar()
	case t == wbxmlString || t >= wbxmlExtI0 && t < wbxmlExtI0+3:
		x.piece(x.text(), true)
	case t == wbxmlTableRef:
		x.piece(x.tableString(x.uintvar()), false)
	case t == wbxmlOpaque:
		x.take(x.uintvar()) // a date, in all that is known
	case t >= wbxmlExtT0 && t < wbxmlExtT0+3:
		x.uintvar()
	case t >= wbxmlExt0 && t < wbxmlExt0+3:
	case t == wbxmlPI:
		x.uintvar()
		x.inAttrs = true
	case t&0x3F == wbxmlLiteral:
		x.uintvar()
		if !x.inAttrs {
			x.inAttrs = t&0x80 != 0
		}
	case !x.inAttrs:
		x.inAttrs = t&0x80 != 0
	case t < 0x80:
		x.attribute(t)
	default:
		x.piece([]byte(attributeValue(t)), false)
	}
}

func (x *wbxml) attribute(t byte) {
	x.endAttribute()
	prefix := ""
	prefix, x.inHref = hrefPrefix(x.publicID, t)
	if !x.isDone {
		x.piece([]byte(prefix), false)
	}
}

// endAttribute: behind the first address there is nothing to look for.
func (x *wbxml) endAttribute() {
	x.isDone = x.inHref && x.want == wantURL
	x.inHref = false
}

// piece is a run of characters where the walk stands.
func (x *wbxml) piece(s []byte, isInline bool) {
	switch {
	case x.want == wantURL && x.inHref:
	case x.want == wantContent && !x.inAttrs, x.want == wantStrings && isInline:
		if len(x.dst) > x.begin && len(s) > 0 {
			x.dst = append(x.dst, ' ')
		}
	default:
		return
	}
	x.dst, _ = AppendText(x.dst, x.charset, s)
}

func (x *wbxml) tableString(offset int) []byte {
	if offset >= len(x.strings) {
		return nil
	}
	c := cursor{b: x.strings[offset:]}
	return c.text()
}

// hrefPrefix is the beginning of the address that an attribute start token of
// SI or SL stands for; false if it is another attribute.
func hrefPrefix(publicID int, t byte) (string, bool) {
	first := byte(0x0B) // SI 1.0
	if publicID == publicSL {
		first = 0x08
	} else if publicID != publicSI {
		return "", false
	}
	switch t - first {
	case 0:
		return "", true
	case 1:
		return "http://", true
	case 2:
		return "http://www.", true
	case 3:
		return "https://", true
	case 4:
		return "https://www.", true
	}
	return "", false
}

// attributeValue is the same for SI and SL.
func attributeValue(t byte) string {
	switch t {
	case 0x85:
		return ".com/"
	case 0x86:
		return ".edu/"
	case 0x87:
		return ".net/"
	case 0x88:
		return ".org/"
	}
	return ""
}
