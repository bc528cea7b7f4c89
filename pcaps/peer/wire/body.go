package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// mode says what a walk over the fields does.
type mode uint8

const (
	writing mode = iota // append the fields to buf
	reading             // take the fields from the front of buf
	naming              // list the fields, touching no bytes
)

// body walks the fields of one PDU in wire order. All integers are
// big-endian (C§1.4).
type body struct {
	mode  mode
	v     Version
	buf   []byte
	start int // writing: where this PDU begins in buf

	short  string // reading: the first field that did not fit, "" if all did
	fields Fields // naming
	off    int    // naming: offset of the next field in the body
}

// begin starts a PDU at the end of dst. Total_Length follows in end.
func begin(dst []byte, v Version, c Command, seq Seq) body {
	b := body{v: v, start: len(dst)}
	dst = append(dst, 0, 0, 0, 0)
	dst = binary.BigEndian.AppendUint32(dst, uint32(c))
	b.buf = binary.BigEndian.AppendUint32(dst, uint32(seq))
	return b
}

// end fills in Total_Length and returns dst with the PDU behind it.
func (b *body) end() []byte {
	binary.BigEndian.PutUint32(b.buf[b.start:], uint32(len(b.buf)-b.start))
	return b.buf
}

// take cuts n bytes off the front; nil if they are not there.
func (b *body) take(name string, n int) []byte {
	if b.short != "" || n > len(b.buf) {
		if b.short == "" {
			b.short = name
		}
		return nil
	}
	f := b.buf[:n:n]
	b.buf = b.buf[n:]
	return f
}

func (b *body) name(name string, n int, value any) {
	b.fields = append(b.fields, Field{Name: name, Off: b.off, Len: n, Value: value})
	b.off += n
}

func (b *body) u8(name string, p *uint8) {
	switch b.mode {
	case writing:
		b.buf = append(b.buf, *p)
	case reading:
		if f := b.take(name, 1); f != nil {
			*p = f[0]
		}
	default:
		b.name(name, 1, *p)
	}
}

func (b *body) u16(name string, p *uint16) {
	switch b.mode {
	case writing:
		b.buf = binary.BigEndian.AppendUint16(b.buf, *p)
	case reading:
		if f := b.take(name, 2); f != nil {
			*p = binary.BigEndian.Uint16(f)
		}
	default:
		b.name(name, 2, *p)
	}
}

func (b *body) u32(name string, p *uint32) {
	switch b.mode {
	case writing:
		b.buf = binary.BigEndian.AppendUint32(b.buf, *p)
	case reading:
		if f := b.take(name, 4); f != nil {
			*p = binary.BigEndian.Uint32(f)
		}
	default:
		b.name(name, 4, *p)
	}
}

// i32 is the one signed field there is, Last_route_Id.
func (b *body) i32(name string, p *int32) {
	u := uint32(*p)
	b.u32(name, &u)
	if *p = int32(u); b.mode == naming {
		b.fields[len(b.fields)-1].Value = *p
	}
}

func (b *body) msgID(name string, p *MsgID) {
	switch b.mode {
	case writing:
		b.buf = binary.BigEndian.AppendUint64(b.buf, uint64(*p))
	case reading:
		if f := b.take(name, 8); f != nil {
			*p = MsgID(binary.BigEndian.Uint64(f))
		}
	default:
		b.name(name, 8, p.String())
	}
}

// status is a status field of SP-ISMG and ISMG-ISMG responses: 1 byte in 2.x,
// 4 bytes in 3.0.
func (b *body) status(name string, p *uint32) {
	if b.v >= V30 {
		b.u32(name, p)
		return
	}
	u := uint8(*p)
	b.u8(name, &u)
	if b.mode == reading {
		*p = uint32(u)
	}
}

// text is an Octet String of n bytes: cut at n when too long, padded with NUL
// when short; a full field has no NUL (C§1.4). Reading cuts at the first NUL.
func (b *body) text(name string, n int, p *string) {
	switch b.mode {
	case writing:
		s := (*p)[:min(len(*p), n)]
		b.buf = append(b.buf, s...)
		b.zeros(n - len(s))
	case reading:
		if f := b.take(name, n); f != nil {
			*p = cString(f)
		}
	default:
		b.name(name, n, *p)
	}
}

// code is a 6-byte gateway code, padded with '0' on the left (C§1.4).
func (b *body) code(name string, p *string) {
	pad := "000000"[min(len(*p), 6):]
	switch b.mode {
	case writing:
		b.buf = append(append(b.buf, pad...), (*p)[:min(len(*p), 6)]...)
	case reading:
		b.text(name, 6, p)
	default:
		b.name(name, 6, pad+*p)
	}
}

// texts is n Octet Strings of size bytes each.
func (b *body) texts(name string, n, size int, p *[]string) {
	switch b.mode {
	case writing:
		for i := range *p {
			b.text(name, size, &(*p)[i])
		}
	case reading:
		f := b.take(name, n*size)
		for ; len(f) > 0; f = f[size:] {
			*p = append(*p, cString(f[:size]))
		}
	default:
		b.name(name, n*size, *p)
	}
}

// count is a one-byte number of elements, or of bytes, that follows from what
// it counts; reading returns what the wire says.
func (b *body) count(name string, n int) int {
	u := uint8(n)
	b.u8(name, &u)
	return int(u)
}

// octets is n bytes as they are.
func (b *body) octets(name string, n int, p *[]byte) {
	switch b.mode {
	case writing:
		b.buf = append(b.buf, (*p)[:n]...)
	case reading:
		*p = bytes.Clone(b.take(name, n))
	default:
		b.name(name, n, hex.EncodeToString(*p))
	}
}

// digest is a raw MD5.
func (b *body) digest(name string, p *[16]byte) {
	switch b.mode {
	case writing:
		b.buf = append(b.buf, p[:]...)
	case reading:
		copy(p[:], b.take(name, 16))
	default:
		b.name(name, 16, hex.EncodeToString(p[:]))
	}
}

// reserved is n bytes of NUL, whatever they are when read.
func (b *body) reserved(name string, n int) {
	switch b.mode {
	case writing:
		b.zeros(n)
	case reading:
		b.take(name, n)
	}
}

func (b *body) zeros(n int) {
	const zeros = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	b.buf = append(b.buf, zeros[:n]...)
}

func cString(f []byte) string {
	s, _, _ := strings.Cut(string(f), "\x00")
	return s
}
