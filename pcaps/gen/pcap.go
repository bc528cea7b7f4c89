package gen

import (
	"encoding/binary"
	"io"
)

// pcapFile writes the classic format: a header of 24 bytes, then 16 bytes
// before each packet, little-endian here. It writes in large pieces and keeps
// the first error.
type pcapFile struct {
	w       io.Writer
	buf     []byte
	nano    bool
	packets int64
	bytes   int64
	err     error
}

const (
	magicMicroseconds = 0xa1b2c3d4
	magicNanoseconds  = 0xa1b23c4d
	snapLen           = 262144
	linkEthernet      = 1
	flushAt           = 256 << 10
)

func newPcapFile(w io.Writer, nano bool) *pcapFile {
	f := &pcapFile{w: w, nano: nano, buf: make([]byte, 0, flushAt+snapLen)}
	magic := uint32(magicMicroseconds)
	if nano {
		magic = magicNanoseconds
	}
	le := binary.LittleEndian
	f.buf = le.AppendUint32(f.buf, magic)
	f.buf = le.AppendUint16(f.buf, 2) // version 2.4
	f.buf = le.AppendUint16(f.buf, 4)
	f.buf = append(f.buf, make([]byte, 8)...) // zone and accuracy: always 0
	f.buf = le.AppendUint32(f.buf, snapLen)
	f.buf = le.AppendUint32(f.buf, linkEthernet)
	return f
}

// packet writes a frame captured at the given ns since 1970.
func (f *pcapFile) packet(at int64, frame []byte) {
	fraction := at % 1e9
	if !f.nano {
		fraction /= 1e3
	}
	le := binary.LittleEndian
	f.buf = le.AppendUint32(f.buf, uint32(at/1e9))
	f.buf = le.AppendUint32(f.buf, uint32(fraction))
	f.buf = le.AppendUint32(f.buf, uint32(len(frame)))
	f.buf = le.AppendUint32(f.buf, uint32(len(frame)))
	f.buf = append(f.buf, frame...)
	f.packets++
	if len(f.buf) >= flushAt {
		f.flush()
	}
}

func (f *pcapFile) flush() {
	if f.err == nil {
		_, f.err = f.w.Write(f.buf)
		f.bytes += int64(len(f.buf))
	}
	f.buf = f.buf[:0]
}
