package capture

import (
	"encoding/binary"
	"math"
)

const (
	magicMicroseconds = 0xa1b2c3d4
	magicNanoseconds  = 0xa1b23c4d
)

// pcapFormat writes pcap files (draft-ietf-opsawg-pcap), version 2.4 in little
// endian.
type pcapFormat struct {
	link  LinkType // of all packets, once it is known
	known bool
	nano  bool
	begun bool // the file has its header
}

func newPcapFormat(o *WriteOptions) *pcapFormat {
	f := &pcapFormat{nano: o.Nanoseconds, link: LinkEthernet}
	if len(o.Interfaces) > 0 {
		f.link, f.known = o.Interfaces[0].Link, true
	}
	return f
}

// start leaves the header to the first packet of all, which decides what is in
// it. Later files have the same.
func (f *pcapFormat) start(b []byte) []byte {
	f.begun = false
	if !f.known || !f.nano {
		return b
	}
	return f.header(b)
}

func (f *pcapFormat) empty(b []byte) []byte { return f.header(b) }

func (f *pcapFormat) header(b []byte) []byte {
	f.begun = true
	magic := uint32(magicMicroseconds)
	if f.nano {
		magic = magicNanoseconds
	}
	le := binary.LittleEndian
	b = le.AppendUint32(b, magic)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 4)
	b = le.AppendUint64(b, 0) // time zone and its accuracy: always 0
	b = le.AppendUint32(b, maxFrame)
	return le.AppendUint32(b, uint32(f.link))
}

func (f *pcapFormat) packet(b []byte, p *Packet, _ []byte) ([]byte, bool) {
	if !f.known {
		f.link, f.known = p.Iface.Link, true
	}
	if p.Iface.Link != f.link {
		return b, false
	}
	if !f.begun {
		f.nano = f.nano || p.Time%1000 != 0
		b = f.header(b)
	}
	fraction := p.Time % secondNs
	if !f.nano {
		fraction /= 1000
	}
	frame := storedFrame(p)
	var h [pcapRecordHeader]byte
	le := binary.LittleEndian
	le.PutUint32(h[0:], uint32(min(p.Time/secondNs, math.MaxUint32)))
	le.PutUint32(h[4:], uint32(fraction))
	le.PutUint32(h[8:], uint32(len(frame)))
	le.PutUint32(h[12:], uint32(p.WireLen))
	return append(append(b, h[:]...), frame...), true
}
