package sms

import "bytes"

// WAPPush is a WSP push, as sent to ports 2948 and 2949 (WAP-230, section 8.2.4;
// C§7.4).
type WAPPush struct {
	TID  byte // transaction id
	Type byte // WSP PDU type: 6 push, 7 confirmed push
	// HeadersLen is the length of the headers in bytes, content type included,
	// as given; with Truncated not all of them are there.
	HeadersLen int
	Truncated  bool
	// Media is the content type's assigned number, such as MediaSI; or
	// MediaOther if MediaText has it in words.
	Media     Media
	MediaText []byte // lent
	// Headers are the headers behind the content type, Body what follows them.
	// Both are lent.
	Headers, Body []byte
}

// Media is the assigned number of a content type (WINA).
type Media int

// The content types that are looked into.
const (
	MediaOther Media = -1
	MediaSI    Media = 0x2E // Service Indication in WBXML
	MediaSL    Media = 0x30 // Service Loading in WBXML
	MediaMMS   Media = 0x3E // MMS message
)

// WSP PDU types.
const (
	wspPush          = 6
	wspConfirmedPush = 7
)

type media struct {
	number     Media
	name       string // MIME
	push, zhCN string // for people
}

// medias has the content types seen in WAP push (sms-user-data §8.2).
var medias = []media{
	{0x02, "text/html", "", ""},
	{0x03, "text/plain", "", ""},
	{0x06, "text/x-vCalendar", "", ""},
	{0x07, "text/x-vCard", "", ""},
	{0x14, "application/vnd.wap.wmlc", "", ""},
	{0x23, "application/vnd.wap.multipart.mixed", "", ""},
	{0x29, "application/vnd.wap.wbxml", "", ""},
	{0x2D, "text/vnd.wap.si", "WAP push, Service Indication", "WAP Push，服务指示"},
	{MediaSI, "application/vnd.wap.sic", "WAP push, Service Indication", "WAP Push，服务指示"},
	{0x2F, "text/vnd.wap.sl", "WAP push, Service Loading", "WAP Push，服务加载"},
	{MediaSL, "application/vnd.wap.slc", "WAP push, Service Loading", "WAP Push，服务加载"},
	{0x31, "text/vnd.wap.co", "WAP push, Cache Operation", "WAP Push，缓存操作"},
	{0x32, "application/vnd.wap.coc", "WAP push, Cache Operation", "WAP Push，缓存操作"},
	{0x33, "application/vnd.wap.multipart.related", "", ""},
	{0x36, "application/vnd.wap.connectivity-wbxml", "WAP push, OMA client provisioning", "WAP Push，终端参数配置"},
	{MediaMMS, "application/vnd.wap.mms-message", "WAP push, MMS notification", "WAP Push，彩信通知"},
	{0x44, "application/vnd.syncml.notification", "WAP push, SyncML notification", "WAP Push，SyncML 通知"},
	{0x48, "application/vnd.oma.drm.message", "WAP push, DRM message", "WAP Push，DRM 消息"},
}

func mediaOf(number Media) *media {
	for i := range medias {
		if medias[i].number == number {
			return &medias[i]
		}
	}
	return nil
}

// ParseWAPPush reads a WSP push: the bytes behind the user data header, of all
// parts. It returns false if b is none: another PDU type, or cut before the end
// of the content type.
func ParseWAPPush(b []byte) (WAPPush, bool) {
	c := cursor{b: b}
	w := WAPPush{TID: c.octet(), Type: c.octet(), HeadersLen: c.uintvar()}
	if c.bad || w.Type != wspPush && w.Type != wspConfirmedPush {
		return WAPPush{}, false
	}
	w.Truncated = w.HeadersLen > len(c.b)
	headers := cursor{b: c.take(min(w.HeadersLen, len(c.b)))}
	w.Body = c.b
	w.contentType(&headers)
	if headers.bad {
		return WAPPush{}, false
	}
	w.Headers = headers.b
	return w, true
}

// contentType takes the content type: a number, a word, or a length with
// either of them and parameters (WAP-230, section 8.4.2.24).
func (w *WAPPush) contentType(c *cursor) {
	if len(c.b) > 0 && c.b[0] < ' ' {
		inner := cursor{b: c.take(c.valueLength())}
		w.media(&inner)
		c.bad = c.bad || inner.bad
		return
	}
	w.media(c)
}

func (w *WAPPush) media(c *cursor) {
	w.Media = MediaOther
	switch {
	case len(c.b) == 0:
		c.bad = true
	case c.b[0] >= 0x80:
		w.Media = Media(c.octet() & 0x7F)
	case c.b[0] < ' ':
		w.Media = Media(c.integer())
	default:
		w.MediaText = c.text()
		for i := range medias {
			if string(w.MediaText) == medias[i].name {
				w.Media, w.MediaText = medias[i].number, nil
			}
		}
	}
}

// AppendContentType appends the content type in words, "0x%02x" in hex if its
// number is not known.
func (w WAPPush) AppendContentType(dst []byte) []byte {
	if w.Media == MediaOther {
		dst, _ = AppendText(dst, UTF8, w.MediaText)
		return dst
	}
	if m := mediaOf(w.Media); m != nil {
		return append(dst, m.name...)
	}
	return appendHex(append(dst, "0x"...), w.Media)
}

func appendHex(dst []byte, m Media) []byte {
	const digits = "0123456789abcdef"
	if m > 0xFF {
		dst = appendHex(dst, m>>8)
	}
	return append(dst, digits[m>>4&15], digits[m&15])
}

// Name is what it is, for people: "WAP push, Service Indication", or just
// "WAP push".
func (w WAPPush) Name() string {
	if m := mediaOf(w.Media); m != nil && m.push != "" {
		return m.push
	}
	return "WAP push"
}

// NameZh is Name in Chinese.
func (w WAPPush) NameZh() string {
	if m := mediaOf(w.Media); m != nil && m.zhCN != "" {
		return m.zhCN
	}
	return "WAP Push"
}

// AppendURL appends the address that a Service Indication, a Service Loading or
// an MMS notification points to, as valid UTF-8; nothing if there is none.
func (w WAPPush) AppendURL(dst []byte) []byte {
	switch w.Media {
	case MediaSI, MediaSL:
		return appendWBXML(dst, w.Body, wantURL)
	case MediaMMS:
		return appendMMS(dst, w.Body, mmsContentLocation)
	}
	return dst
}

// AppendText appends what is there for people to read, as valid UTF-8: the text
// of a Service Indication, the subject of an MMS notification, the strings of
// another WBXML document.
func (w WAPPush) AppendText(dst []byte) []byte {
	switch w.Media {
	case MediaSI:
		return appendWBXML(dst, w.Body, wantContent)
	case MediaMMS:
		return appendMMS(dst, w.Body, mmsSubject)
	case 0x29, 0x32, 0x36:
		return appendWBXML(dst, w.Body, wantStrings)
	}
	return dst
}

// cursor takes values off the front of b. What is not there makes it bad, and
// the value zero.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) take(n int) []byte {
	if n > len(c.b) {
		c.bad = true
		n = len(c.b)
	}
	taken := c.b[:n:n]
	c.b = c.b[n:]
	return taken
}

func (c *cursor) octet() byte {
	if len(c.b) == 0 {
		c.bad = true
		return 0
	}
	return c.take(1)[0]
}

// uintvar is a number of seven bits a byte, bit 7 meaning that more follows. It
// has 32 bits at most, so five bytes.
func (c *cursor) uintvar() int {
	value := uint64(0)
	for range 5 {
		o := c.octet()
		value = value<<7 | uint64(o&0x7F)
		if o < 0x80 {
			return int(min(value, 1<<31-1))
		}
	}
	c.bad = true
	return 0
}

// text is a string up to NUL, which is taken too. The last may lack it.
func (c *cursor) text() []byte {
	end := bytes.IndexByte(c.b, 0)
	if end < 0 {
		c.bad = true
		return c.take(len(c.b))
	}
	s := c.take(end)
	c.take(1)
	return s
}

// valueLength is the length before a value (WAP-230, section 8.4.2.2).
func (c *cursor) valueLength() int {
	if o := c.octet(); o != 31 {
		return int(o)
	}
	return c.uintvar()
}

// integer is a short integer, one byte with bit 7 set, or a long one, its
// length before it.
func (c *cursor) integer() int {
	o := c.octet()
	if o >= 0x80 {
		return int(o & 0x7F)
	}
	if o > 4 {
		c.bad = true
		return 0
	}
	value := 0
	for _, o := range c.take(int(o)) {
		value = value<<8 | int(o)
	}
	return value & (1<<31 - 1)
}

// charset is the encoding of an assigned number (IANA, MIBenum).
func charset(mib int) Encoding {
	switch mib {
	case 4:
		return Latin1
	case 113, 114, 2025:
		return GB18030
	case 1000, 1013, 1015:
		return UCS2
	case 1014:
		return UCS2LE
	}
	return UTF8
}
