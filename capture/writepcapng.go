package capture

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// Options of blocks (draft-ietf-opsawg-pcapng, sections 3.5 and 4.1).
const (
	optionComment     = 1 // of every block
	optionApplication = 4 // of a Section Header Block
)

// enhancedHeader is the length in bytes of an Enhanced Packet Block in front of
// the packet (section 4.3).
const enhancedHeader = 28

// pcapngFormat writes pcapng files: one section in little endian, times in
// nanoseconds.
type pcapngFormat struct {
	known  []*Interface
	ids    map[interfaceKey]uint32 // of the file
	last   *Interface              // the one before, with lastID
	lastID uint32
}

// interfaceKey is what a file says of an interface: those of several input
// files may be one.
type interfaceKey struct {
	name string
	link LinkType
}

func (f *pcapngFormat) start(b []byte) []byte {
	f.last = nil
	if f.ids == nil {
		f.ids = make(map[interfaceKey]uint32)
	}
	clear(f.ids)
	b = appendSection(b)
	for _, in := range f.known {
		b, _ = f.describe(b, in)
	}
	return b
}

func (f *pcapngFormat) empty(b []byte) []byte { return b }

// appendSection appends a Section Header Block (section 4.1).
func appendSection(b []byte) []byte {
	le := binary.LittleEndian
	b, at := openBlock(b, blockSection)
	b = le.AppendUint32(b, byteOrderMagic)
	b = le.AppendUint16(b, 1) // version 1.0
	b = le.AppendUint16(b, 0)
	b = le.AppendUint64(b, math.MaxUint64) // the length is not told
	b = appendOption(b, optionApplication, []byte("cmppdump"))
	return closeBlock(appendOption(b, optionEnd, nil), at)
}

// describe appends an Interface Description Block (section 4.2), unless there is
// one that says the same, and gives the number of the interface.
func (f *pcapngFormat) describe(b []byte, in *Interface) ([]byte, uint32) {
	if in == f.last {
		return b, f.lastID
	}
	key := interfaceKey{in.Name, in.Link}
	id, ok := f.ids[key]
	if !ok {
		id = uint32(len(f.ids))
		f.ids[key] = id
		b = appendInterface(b, in)
	}
	f.last, f.lastID = in, id
	return b, id
}

func appendInterface(b []byte, in *Interface) []byte {
	le := binary.LittleEndian
	b, at := openBlock(b, blockInterface)
	b = le.AppendUint16(b, uint16(in.Link))
	b = le.AppendUint16(b, 0)
	b = le.AppendUint32(b, maxFrame)
	if in.Name != "" {
		b = appendOption(b, optionName, []byte(in.Name[:min(len(in.Name), maxInterfaceName)]))
	}
	b = appendOption(b, optionTsresol, []byte{9})
	return closeBlock(appendOption(b, optionEnd, nil), at)
}

// packet appends an Enhanced Packet Block (section 4.3).
func (f *pcapngFormat) packet(b []byte, p *Packet, comment []byte) ([]byte, bool) {
	b, id := f.describe(b, p.Iface)
	frame := storedFrame(p)
	start := len(b)
	var h [enhancedHeader]byte
	le := binary.LittleEndian
	le.PutUint32(h[0:], blockEnhancedPacket)
	le.PutUint32(h[8:], id)
	le.PutUint32(h[12:], uint32(p.Time>>32))
	le.PutUint32(h[16:], uint32(p.Time))
	le.PutUint32(h[20:], uint32(len(frame)))
	le.PutUint32(h[24:], uint32(p.WireLen))
	b = appendPadded(append(b, h[:]...), frame)
	if len(comment) > 0 {
		b = appendOption(b, optionComment, optionText(comment))
		b = appendOption(b, optionEnd, nil)
	}
	return closeBlock(b, start), true
}

// optionText is as much of a text as an option can hold, in whole characters.
func optionText(text []byte) []byte {
	n := min(len(text), math.MaxUint16)
	for n < len(text) && n > math.MaxUint16-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// openBlock appends the type of a block and room for its length; closeBlock,
// which is to be told where that was, fills it in and ends the block.
func openBlock(b []byte, kind uint32) ([]byte, int) {
	start := len(b)
	b = binary.LittleEndian.AppendUint32(b, kind)
	return binary.LittleEndian.AppendUint32(b, 0), start
}

func closeBlock(b []byte, start int) []byte {
	length := uint32(len(b) - start + 4)
	binary.LittleEndian.PutUint32(b[start+4:], length)
	return binary.LittleEndian.AppendUint32(b, length)
}

func appendOption(b []byte, code uint16, value []byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, code)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
	return appendPadded(b, value)
}

// appendPadded appends octets and zeros up to a multiple of 4.
func appendPadded(b, octets []byte) []byte {
	var zeros [3]byte
	b = append(b, octets...)
	return append(b, zeros[:-len(octets)&3]...)
}
