package capture

import (
	"encoding/binary"
)

// Blocks of a pcapng file (draft-ietf-opsawg-pcapng, section 11.1).
const (
	blockSection        = 0x0a0d0d0a // the same in both byte orders
	blockInterface      = 1
	blockPacket         = 2 // obsolete
	blockSimplePacket   = 3
	blockEnhancedPacket = 6
)

const (
	byteOrderMagic = 0x1a2b3c4d

	// maxPcapngBlock and maxPcapngSkip are the longest blocks in bytes, of those that
	// must be in memory whole and of those that are passed over. A longer
	// one is damage.
	maxPcapngBlock = 1 << 20
	maxPcapngSkip  = 64 << 20

	maxInterfaces    = 1 << 16 // in a section
	maxInterfaceName = 255     // bytes
)

// Options of an Interface Description Block (section 4.2).
const (
	optionEnd      = 0
	optionName     = 2
	optionTsresol  = 9
	optionTsoffset = 14
)

func isPcapng(b []byte) bool {
	return len(b) >= 4 && binary.LittleEndian.Uint32(b) == blockSection
}

// pcapngReader reads the blocks of a pcapng file. Name resolution, statistics,
// secrets, custom and unknown blocks are passed over.
type pcapngReader struct {
	win        *readWindow
	file       string
	big        bigEndian // of the section
	interfaces []pcapngInterface
	start      int64 // the offset of the block at hand
	last       int64 // time of the packet before
}

// pcapngInterface is an interface of the section.
type pcapngInterface struct {
	clock   pcapngClock
	snaplen uint32
	*Interface
}

// newPcapngReader reads the Section Header Block at the start.
func newPcapngReader(w *readWindow, file string) (*pcapngReader, error) {
	r := &pcapngReader{win: w, file: file}
	if err := r.section(); err != nil {
		return nil, err
	}
	return r, nil
}

// next reads blocks up to the next packet.
func (r *pcapngReader) next(p *Packet) error {
	for {
		r.start = r.win.offset()
		if !r.win.has(8) {
			return r.win.shortage(r.start)
		}
		h := r.win.rest()
		var err error
		switch kind, length := r.big.uint32(h), r.big.uint32(h[4:]); kind {
		case blockEnhancedPacket, blockPacket:
			return r.packet(p, kind, length)
		case blockSimplePacket:
			return r.simplePacket(p, length)
		case blockSection:
			err = r.section()
		case blockInterface:
			err = r.description(length)
		default:
			err = r.pass(length)
		}
		if err != nil {
			return outsideFrame(err)
		}
	}
}

// outsideFrame says of damage that it is in no packet.
func outsideFrame(err error) error {
	if damage, ok := err.(*damageError); ok {
		damage.between = true
	}
	return err
}

// block takes a block into memory, from its type to its trailing length, and
// checks it. least is the length in bytes that its kind has at least.
func (r *pcapngReader) block(length uint32, least int) ([]byte, error) {
	switch {
	case length < uint32(least):
		return nil, damaged(r.start, "block length %d, where %d is the least", length, least)
	case length > maxPcapngBlock:
		return nil, damaged(r.start, "block length %d is above the limit of %d", length, maxPcapngBlock)
	case !r.win.has(int(length)):
		return nil, r.win.shortage(r.start)
	}
	b := r.win.rest()[:length]
	if end := r.big.uint32(b[length-4:]); end != length {
		return nil, r.lengthsDiffer(length, end)
	}
	r.win.take(int(length))
	return b, nil
}

// pass moves past a block that is not needed.
func (r *pcapngReader) pass(length uint32) error {
	switch {
	case length < 12:
		return damaged(r.start, "block length %d, where 12 is the least", length)
	case length > maxPcapngSkip:
		return damaged(r.start, "block length %d is above the limit of %d", length, maxPcapngSkip)
	case !r.win.skip(int64(length)-4) || !r.win.has(4):
		return r.win.shortage(r.start)
	}
	if end := r.big.uint32(r.win.rest()); end != length {
		return r.lengthsDiffer(length, end)
	}
	r.win.take(4)
	return nil
}

func (r *pcapngReader) lengthsDiffer(front, end uint32) error {
	return damaged(r.start, "block length is %d in front and %d at the end", front, end)
}

// section starts a section: a byte order and interfaces of its own
// (section 4.1). The length of the section is not needed.
func (r *pcapngReader) section() error {
	if !r.win.has(12) {
		return r.win.shortage(r.start)
	}
	h := r.win.rest()
	switch {
	case bigEndian(false).uint32(h[8:]) == byteOrderMagic:
		r.big = false
	case bigEndian(true).uint32(h[8:]) == byteOrderMagic:
		r.big = true
	default:
		return damaged(r.start, "section header without a byte order (% x)", h[8:12])
	}
	b, err := r.block(r.big.uint32(h[4:]), 28)
	if err != nil {
		return err
	}
	if major := r.big.uint16(b[12:]); major != 1 {
		return damaged(r.start, "pcapng version %d.%d; version 1 is read", major, r.big.uint16(b[14:]))
	}
	r.interfaces = r.interfaces[:0]
	return nil
}

// description adds an interface to the section (section 4.2).
func (r *pcapngReader) description(length uint32) error {
	b, err := r.block(length, 20)
	if err != nil {
		return err
	}
	if len(r.interfaces) == maxInterfaces {
		return damaged(r.start, "more than %d interfaces", maxInterfaces)
	}
	in := pcapngInterface{
		Interface: &Interface{Link: LinkType(r.big.uint16(b[8:])), File: r.file},
		snaplen:   r.big.uint32(b[12:]),
	}
	resolution, offset := uint8(6), int64(0)
	for o := b[16 : len(b)-4]; len(o) >= 4; {
		code, n := r.big.uint16(o), int(r.big.uint16(o[2:]))
		if o = o[4:]; code == optionEnd {
			break
		}
		if n > len(o) {
			return damaged(r.start, "interface option %d of %d bytes does not fit the block", code, n)
		}
		value := o[:n]
		switch {
		case code == optionName:
			in.Name = string(value[:min(n, maxInterfaceName)])
		case code == optionTsresol && n == 1:
			resolution = value[0]
		case code == optionTsoffset && n == 8:
			offset = int64(r.big.uint64(value))
		case code == optionTsresol, code == optionTsoffset:
			return damaged(r.start, "interface option %d of %d bytes: the times would be wrong", code, n)
		}
		o = o[min((n+3)&^3, len(o)):]
	}
	in.clock = newPcapngClock(resolution, offset)
	r.interfaces = append(r.interfaces, in)
	return nil
}

// packet reads an Enhanced Packet Block, or the obsolete Packet Block, which
// differs in the width of the interface id (sections 4.3 and A).
func (r *pcapngReader) packet(p *Packet, kind, length uint32) error {
	b, err := r.block(length, 32)
	if err != nil {
		return err
	}
	h := b[:28]
	id := r.big.uint32(h[8:])
	if kind == blockPacket {
		id = uint32(r.big.uint16(h[8:]))
	}
	if id >= uint32(len(r.interfaces)) {
		return r.noInterface(id)
	}
	captured, wire := r.big.uint32(h[20:]), r.big.uint32(h[24:])
	if captured > length-32 {
		return damaged(r.start, "captured length %d does not fit the block of %d bytes", captured, length)
	}
	in := &r.interfaces[id]
	r.last = in.clock.time(uint64(r.big.uint32(h[12:]))<<32 | uint64(r.big.uint32(h[16:])))
	p.Time = r.last
	p.Frame = b[28:][:captured]
	p.WireLen = int(max(wire, captured))
	p.Iface = in.Interface
	return nil
}

// simplePacket reads a Simple Packet Block (section 4.4). It is of the first
// interface and has no time; the time of the packet before is taken, so that
// capture time does not jump to 1970 and back.
func (r *pcapngReader) simplePacket(p *Packet, length uint32) error {
	b, err := r.block(length, 16)
	if err != nil {
		return err
	}
	if len(r.interfaces) == 0 {
		return r.noInterface(0)
	}
	in := &r.interfaces[0]
	wire := r.big.uint32(b[8:])
	captured := min(wire, length-16)
	if in.snaplen > 0 {
		captured = min(captured, in.snaplen)
	}
	p.Time = r.last
	p.Frame = b[12:][:captured]
	p.WireLen = int(wire)
	p.Iface = in.Interface
	return nil
}

func (r *pcapngReader) noInterface(id uint32) error {
	return damaged(r.start, "interface %d is not described; the section has %d so far", id, len(r.interfaces))
}
