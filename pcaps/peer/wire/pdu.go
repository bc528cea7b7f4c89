package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

const (
	// HeaderLen is the length of Total_Length, Command_Id and Sequence_Id.
	HeaderLen = 12
	// MaxLen is the largest Total_Length accepted; nothing legal comes near
	// (C§1.5).
	MaxLen = 16384
)

// Header is the header of a PDU (C§1.5).
type Header struct {
	TotalLength uint32 // bytes, header included
	Command     Command
	Sequence    uint32
}

// ParseHeader reads the first 12 bytes of b. A Total_Length outside 12 to
// MaxLen is an error: the stream is out of step.
func ParseHeader(b []byte) (Header, error) {
	if len(b) < HeaderLen {
		return Header{}, fmt.Errorf("header: %d of 12 bytes", len(b))
	}
	h := Header{
		TotalLength: binary.BigEndian.Uint32(b),
		Command:     Command(binary.BigEndian.Uint32(b[4:])),
		Sequence:    binary.BigEndian.Uint32(b[8:]),
	}
	if h.TotalLength < HeaderLen || h.TotalLength > MaxLen {
		return h, fmt.Errorf("Total_Length %d is outside 12 to %d", h.TotalLength, MaxLen)
	}
	return h, nil
}

// Seq is the Sequence_Id of a PDU; every PDU embeds one.
type Seq uint32

// Sequence is the Sequence_Id.
func (s Seq) Sequence() uint32 { return uint32(s) }

// SetSequence numbers the PDU.
func (s *Seq) SetSequence(n uint32) { *s = Seq(n) }

// PDU is a pointer to one of the structs of this package.
type PDU interface {
	Command() Command
	Sequence() uint32
	SetSequence(uint32)
	// Append appends the PDU, header included, in the layout of v to dst. It
	// allocates only when dst has no room.
	Append(dst []byte, v Version) []byte
	layout(*body)
}

// Parse reads one whole PDU in the layout of v, or of LayoutOf. The PDU shares no memory with b. Surplus bytes, and bytes missing,
// are an error: a peer writes what the specification says.
func Parse(b []byte, v Version) (PDU, error) {
	h, err := ParseHeader(b)
	if err != nil {
		return nil, err
	}
	if int(h.TotalLength) != len(b) {
		return nil, fmt.Errorf("%s: Total_Length %d, but %d bytes", h.Command, h.TotalLength, len(b))
	}
	p := blank(h.Command)
	if p == nil {
		return nil, fmt.Errorf("unknown Command_Id 0x%08x", uint32(h.Command))
	}
	p.SetSequence(h.Sequence)
	w := body{mode: reading, v: LayoutOf(h, v), buf: b[HeaderLen:]}
	p.layout(&w)
	switch {
	case w.short != "":
		return nil, fmt.Errorf("%s %s of %d bytes ends before or in %s", v, h.Command, len(b), w.short)
	case len(w.buf) > 0:
		return nil, fmt.Errorf("%s %s of %d bytes has %d too many", v, h.Command, len(b), len(w.buf))
	}
	return p, nil
}

// LayoutOf is the version whose layout the PDU has on a connection of version
// v: v but for responses, where the length decides: of a CONNECT_RESP, since a
// server may not know the client's version (C§3.2), and of those with a Result,
// which some gateways of 2.x write in four octets (C§6.2).
func LayoutOf(h Header, v Version) Version {
	var long uint32
	switch h.Command {
	case CmdConnect | Response:
		long = 33
	case CmdSubmit | Response, CmdDeliver | Response:
		long = 24
	default:
		return v
	}
	switch is := h.TotalLength == long; {
	case is == (v >= V30):
		return v
	case is:
		return V30
	}
	return V20
}

// blank is a new PDU of the command, nil for an unknown one.
func blank(c Command) PDU {
	switch c {
	case CmdConnect:
		return new(Connect)
	case CmdConnect | Response:
		return new(ConnectResp)
	case CmdTerminate:
		return new(Terminate)
	case CmdTerminate | Response:
		return new(TerminateResp)
	case CmdSubmit:
		return new(Submit)
	case CmdSubmit | Response:
		return new(SubmitResp)
	case CmdDeliver:
		return new(Deliver)
	case CmdDeliver | Response:
		return new(DeliverResp)
	case CmdQuery:
		return new(Query)
	case CmdQuery | Response:
		return new(QueryResp)
	case CmdCancel:
		return new(Cancel)
	case CmdCancel | Response:
		return new(CancelResp)
	case CmdActiveTest:
		return new(ActiveTest)
	case CmdActiveTest | Response:
		return new(ActiveTestResp)
	case CmdFwd:
		return new(Fwd)
	case CmdFwd | Response:
		return new(FwdResp)
	}
	return blankRoute(c)
}

// Field is one field of a PDU's body.
type Field struct {
	Name string // the specification's
	// Off and Len are bytes, Off from the start of the body. A derived field,
	// such as a report inside Msg_Content, has Len 0.
	Off, Len int
	// Value is a number, a string (octets in hex, a Msg_Id as 16 hex digits),
	// a list of strings, or Fields.
	Value any
}

// Fields are the fields of a PDU's body in wire order, Reserve and Reserved
// left out.
type Fields []Field

// MarshalJSON writes an object with the fields in wire order.
func (f Fields) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, field := range f {
		value, err := json.Marshal(field.Value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:%s", field.Name, value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// FieldsOf lists the fields that p has in the layout of v.
func FieldsOf(p PDU, v Version) Fields {
	w := body{mode: naming, v: v, fields: Fields{}}
	p.layout(&w)
	return w.fields
}
