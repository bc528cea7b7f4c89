package sms

// Encoding is how the bytes of a text stand for characters.
type Encoding uint8

// The encodings. Their names are the values of sms.encoding in the records.
const (
	ASCII   Encoding = iota
	UCS2             // UTF-16, big-endian
	GB18030          // GBK and GB2312 are subsets of it
	GSM7             // GSM 7-bit alphabet, one septet a byte
	UTF8
	Latin1
	Binary
	UCS2LE // UTF-16, little-endian; never declared, only guessed

	Encodings = iota // how many there are
)

var encodingNames = [...]string{"ASCII", "UCS-2", "GB18030", "GSM-7", "UTF-8", "Latin-1", "binary", "UCS-2LE"}

// String is the value of sms.encoding: "ASCII", "UCS-2", "GB18030", "GSM-7",
// "UTF-8", "Latin-1", "binary"; of a guess also "UCS-2LE".
func (e Encoding) String() string {
	if int(e) < len(encodingNames) {
		return encodingNames[e]
	}
	return "unknown"
}

// CommonName is the name that people use: GBK for what GB18030 decodes.
func (e Encoding) CommonName() string {
	if e == GB18030 {
		return "GBK"
	}
	return e.String()
}

// Most is how many octets a message of eight bits a character, or sixteen, has
// room for, its user data header included (GSM 03.40).
const Most = 140

// NoClass is the Class of a coding byte that gives none.
const NoClass = -1

// DCS is a data coding scheme: what a coding byte (Msg_Fmt) says.
type DCS struct {
	Value    byte // the coding byte
	Encoding Encoding
	// Class is where the phone puts the message: 0 screen only (flash),
	// 1 phone, 2 SIM card, 3 terminal equipment; NoClass if not given.
	Class int8
	// Compressed is bit 5 of the general group. Nobody compresses: the text is
	// to be read as if it were not set.
	Compressed bool
}

// simWrite is the one value that CMPP names by its purpose (C§7.1, 短信写卡操作).
const simWrite = 3

// Coding reads a coding byte (C§7.1). Every value has a reading.
func Coding(msgFmt byte) DCS {
	d := DCS{Value: msgFmt, Encoding: byBits3And2(msgFmt), Class: NoClass}
	general := msgFmt < 0x40
	if general && msgFmt&0x10 != 0 || msgFmt >= 0xF0 {
		d.Class = int8(msgFmt & 3)
	}
	d.Compressed = msgFmt < 0x80 && msgFmt&0x20 != 0
	switch group := msgFmt >> 4; {
	case msgFmt == simWrite:
		d.Encoding = Binary
	case group >= 0x8 && group <= 0xB: // reserved in 23.038
		d.Encoding = UCS2
	case group == 0xD: // message waiting, text
		d.Encoding = ASCII
	case group == 0xE: // message waiting, UCS-2
		d.Encoding = UCS2
	}
	return d
}

func byBits3And2(msgFmt byte) Encoding {
	return [...]Encoding{ASCII, Binary, UCS2, GB18030}[msgFmt>>2&3]
}

// messageWaiting: the groups 1100 to 1110 of 23.038, chapter 4.
func (d DCS) messageWaiting() bool { return d.Value >= 0xC0 && d.Value < 0xF0 }

// reserved: the values that 23.038 gives no meaning, so that the encoding is an
// assumption.
func (d DCS) reserved() bool {
	return d.Value >= 0x80 && d.Value < 0xC0 || d.Value >= 0xF8
}

var (
	classNames   = [...]string{", class 0 flash", ", class 1 phone", ", class 2 SIM", ", class 3 TE"}
	classNamesZh = [...]string{"，class 0 闪信", "，class 1 存手机", "，class 2 存 SIM 卡", "，class 3 终端设备"}
)

// AppendName appends the meaning for people: "UCS-2, class 0 flash".
func (d DCS) AppendName(dst []byte) []byte {
	if d.Value == simWrite {
		return append(dst, "SIM write"...)
	}
	dst = append(dst, d.Encoding.String()...)
	if d.Class >= 0 {
		dst = append(dst, classNames[d.Class]...)
	}
	if d.Compressed {
		dst = append(dst, ", compressed"...)
	}
	if d.messageWaiting() {
		dst = append(dst, ", message waiting"...)
	}
	if d.reserved() {
		dst = append(dst, ", reserved value"...)
	}
	return dst
}

// AppendNameZh is AppendName in Chinese: "UCS-2，class 0 闪信".
func (d DCS) AppendNameZh(dst []byte) []byte {
	switch {
	case d.Value == simWrite:
		return append(dst, "短信写卡操作"...)
	case d.Encoding == Binary:
		dst = append(dst, "二进制"...)
	default:
		dst = append(dst, d.Encoding.String()...)
	}
	if d.Class >= 0 {
		dst = append(dst, classNamesZh[d.Class]...)
	}
	if d.Compressed {
		dst = append(dst, "，压缩"...)
	}
	if d.messageWaiting() {
		dst = append(dst, "，留言等待指示"...)
	}
	if d.reserved() {
		dst = append(dst, "，保留值"...)
	}
	return dst
}
