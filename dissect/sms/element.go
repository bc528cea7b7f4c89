package sms

// The information elements that change how the rest is read.
const (
	ieConcat8      = 0x00
	iePorts8       = 0x04
	iePorts16      = 0x05
	ieConcat16     = 0x08
	ieSingleShift  = 0x24
	ieLockingShift = 0x25
)

// isControl reports whether the element is one of those.
func (ie IE) isControl() bool {
	switch ie.ID {
	case ieConcat8, iePorts8, iePorts16, ieConcat16, ieSingleShift, ieLockingShift:
		return true
	}
	return false
}

// IEField is a field of an information element.
type IEField struct {
	Name, NameZh string
	Off, Width   int // in the data; a width of 2 is big-endian
	meaning      func(value int) string
}

// Value is the number in a field of the element. The field must be one of
// ie.Fields().
func (ie IE) Value(f IEField) int {
	if f.Width == 2 {
		return int(ie.Data[f.Off])<<8 | int(ie.Data[f.Off+1])
	}
	return int(ie.Data[f.Off])
}

// Meaning says what a value of the field means, "" where that is all.
func (f IEField) Meaning(value int) string {
	if f.meaning == nil {
		return ""
	}
	return f.meaning(value)
}

// element is what 23.040, section 9.2.3.24, says of an IEI.
type element struct {
	name, zh string
	min, max int // length of the data
	fields   []IEField
}

const anyLength = 255

// Name is the meaning of the element's IEI in English.
func (ie IE) Name() string { return elementOf(ie.ID).name }

// NameZh is the meaning of the element's IEI in Chinese.
func (ie IE) NameZh() string { return elementOf(ie.ID).zh }

// Fields are the fields that the data starts with, in order and without a hole.
// Bytes behind the last are plain data, and so is everything in an element of
// a length that its IEI does not allow. The slice is shared: not to be written.
func (ie IE) Fields() []IEField {
	if !ie.fits() {
		return nil
	}
	fields := elementOf(ie.ID).fields
	for n, f := range fields {
		if f.Off+f.Width > ie.Len {
			return fields[:n]
		}
	}
	return fields
}

// fits reports whether the data has a length that the IEI allows.
func (ie IE) fits() bool {
	e := elementOf(ie.ID)
	return !ie.Cut && ie.Len >= e.min && ie.Len <= e.max
}

func elementOf(id byte) *element {
	switch {
	case int(id) < len(elementTable):
		return &elementTable[id]
	case id == 0x70:
		return &simCommand
	case id == 0x71:
		return &simResponse
	case id >= 0x72 && id <= 0x7F:
		return &simOther
	case id >= 0x80 && id <= 0x9F:
		return &smeSpecific
	case id >= 0xC0 && id <= 0xDF:
		return &smscSpecific
	}
	return &reserved
}

var (
	simCommand   = element{"(U)SIM toolkit command packet", "(U)SIM 工具包命令", 0, anyLength, nil}
	simResponse  = element{"(U)SIM toolkit response packet", "(U)SIM 工具包应答", 0, anyLength, nil}
	simOther     = element{"(U)SIM toolkit security header", "(U)SIM 工具包安全头", 0, anyLength, nil}
	smeSpecific  = element{"SME to SME specific", "SME 间自定义", 0, anyLength, nil}
	smscSpecific = element{"SMSC specific", "短信中心自定义", 0, anyLength, nil}
	reserved     = element{"reserved", "保留", 0, anyLength, nil}
)

// elementTable: name, lengths and fields by IEI (23.040, sections 9.2.3.24 and
// 9.2.3.24.10; sms-user-data §2).
var elementTable = [...]element{
	0x00: {"concatenation, 8-bit reference", "长短信，8 位参考号", 3, 3, []IEField{
		{"reference", "参考号", 0, 1, nil}, {"total", "总条数", 1, 1, nil}, {"part", "第几条", 2, 1, nil}}},
	0x01: {"special message indication", "特殊消息指示", 2, 2, []IEField{
		{"type", "类型", 0, 1, waitingName}, {"count", "条数", 1, 1, nil}}},
	0x02: {"reserved", "保留", 0, anyLength, nil},
	0x03: {"not used", "不使用", 0, anyLength, nil},
	0x04: {"ports, 8-bit", "应用端口，8 位", 2, 2, []IEField{
		{"destination port", "目的端口", 0, 1, PortName}, {"originator port", "源端口", 1, 1, PortName}}},
	0x05: {"ports, 16-bit", "应用端口，16 位", 4, 4, []IEField{
		{"destination port", "目的端口", 0, 2, PortName}, {"originator port", "源端口", 2, 2, PortName}}},
	0x06: {"SMSC control parameters", "短信中心控制参数", 1, 1, []IEField{{"flags", "标志", 0, 1, nil}}},
	0x07: {"UDH source indicator", "用户数据头来源", 1, 1, []IEField{{"source", "来源", 0, 1, sourceName}}},
	0x08: {"concatenation, 16-bit reference", "长短信，16 位参考号", 4, 4, []IEField{
		{"reference", "参考号", 0, 2, nil}, {"total", "总条数", 2, 1, nil}, {"part", "第几条", 3, 1, nil}}},
	0x09: {"Wireless Control Message Protocol", "无线控制消息协议", 0, anyLength, nil},
	0x0A: {"text formatting", "文字格式", 3, 4, []IEField{
		{"position", "位置", 0, 1, nil}, {"length", "长度", 1, 1, nil}, {"mode", "样式", 2, 1, nil}, {"colour", "颜色", 3, 1, nil}}},
	0x0B: {"predefined sound", "预定义声音", 2, 2, []IEField{
		{"position", "位置", 0, 1, nil}, {"sound", "声音", 1, 1, soundName}}},
	0x0C: {"user defined sound", "自定义声音", 1, anyLength, atPosition},
	0x0D: {"predefined animation", "预定义动画", 2, 2, []IEField{
		{"position", "位置", 0, 1, nil}, {"animation", "动画", 1, 1, animationName}}},
	0x0E: {"large animation", "大动画", 129, 129, atPosition},
	0x0F: {"small animation", "小动画", 33, 33, atPosition},
	0x10: {"large picture", "大图片", 129, 129, atPosition},
	0x11: {"small picture", "小图片", 33, 33, atPosition},
	0x12: {"variable picture", "可变大小图片", 3, anyLength, []IEField{
		{"position", "位置", 0, 1, nil}, {"width / 8", "宽度 / 8", 1, 1, nil}, {"height", "高度", 2, 1, nil}}},
	0x13: {"user prompt indicator", "用户提示", 1, 1, []IEField{{"objects", "对象数", 0, 1, nil}}},
	0x14: {"extended object", "扩展对象", 1, anyLength, []IEField{
		{"reference", "参考号", 0, 1, nil}, {"length", "长度", 1, 2, nil}, {"control", "控制", 3, 1, nil},
		{"type", "类型", 4, 1, nil}, {"position", "位置", 5, 2, nil}}},
	0x15: {"reused extended object", "重用扩展对象", 3, 3, []IEField{
		{"reference", "参考号", 0, 1, nil}, {"position", "位置", 1, 2, nil}}},
	0x16: {"compression control", "压缩控制", 1, anyLength, []IEField{
		{"algorithm", "算法", 0, 1, nil}, {"length", "长度", 1, 2, nil}}},
	0x17: {"object distribution indicator", "对象转发指示", 2, 2, []IEField{
		{"objects", "对象数", 0, 1, nil}, {"attributes", "属性", 1, 1, nil}}},
	0x18: {"standard WVG object", "标准 WVG 对象", 1, anyLength, atPosition},
	0x19: {"character size WVG object", "字符大小 WVG 对象", 1, anyLength, atPosition},
	0x1A: {"extended object data request", "扩展对象请求", 0, 0, nil},
	0x1B: emsReserved, 0x1C: emsReserved, 0x1D: emsReserved, 0x1E: emsReserved, 0x1F: emsReserved,
	0x20: {"e-mail header", "电子邮件头", 1, 1, []IEField{{"header length", "邮件头长度", 0, 1, nil}}},
	0x21: {"hyperlink", "超链接", 4, 4, []IEField{
		{"position", "位置", 0, 2, nil}, {"title length", "标题长度", 2, 1, nil}, {"URL length", "链接长度", 3, 1, nil}}},
	0x22: {"reply address", "回复地址", 2, anyLength, []IEField{
		{"digits", "位数", 0, 1, nil}, {"type of address", "地址类型", 1, 1, nil}}},
	0x23: {"enhanced voice mail", "增强语音邮件", 1, anyLength, []IEField{{"flags", "标志", 0, 1, nil}}},
	0x24: {"national language single shift", "国家语言单字符切换", 1, 1, language},
	0x25: {"national language locking shift", "国家语言锁定切换", 1, 1, language},
}

var (
	atPosition  = []IEField{{"position", "位置", 0, 1, nil}}
	language    = []IEField{{"language", "语言", 0, 1, languageMeaning}}
	emsReserved = element{"reserved (EMS)", "保留（EMS）", 0, anyLength, nil}
)

func languageMeaning(id int) string { return LanguageName(uint8(id)) }

// waitingName goes by bits 1 and 0; bit 7 is whether to store, bits 6 and 5 the
// profile.
func waitingName(v int) string {
	return [...]string{"voice mail", "fax", "e-mail", "other"}[v&3]
}

func sourceName(v int) string {
	return nameOf([]string{"", "original sender", "original receiver", "SMSC"}, v)
}

func soundName(v int) string {
	return nameOf([]string{"chimes high", "chimes low", "ding", "tada", "notify", "drum", "claps", "fanfare", "chord high", "chord low"}, v)
}

func animationName(v int) string {
	return nameOf([]string{"ironic", "glad", "sceptic", "sad", "wow", "crying", "winking", "laughing", "indifferent",
		"in love", "confused", "tongue out", "angry", "glasses", "devil"}, v)
}

func nameOf(names []string, v int) string {
	if v < len(names) {
		return names[v]
	}
	return ""
}
