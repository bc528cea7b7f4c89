package peer

import (
	"encoding/binary"

	"cmppdump/pcaps/peer/wire"
)

// Dialect is how platforms in the field break with the specification. Both ends
// know it: what one writes so, the other takes for what it should be.
type Dialect struct {
	// write gives what goes over the wire in place of a PDU's octets, or raw.
	write func(p wire.PDU, raw []byte) []byte
	// read gives the octets as the specification has them, or raw.
	read func(raw []byte) []byte
	// log notes in the log what is odd about a PDU.
	log func(p wire.PDU, e *Entry)
}

func (d *Dialect) writes(p wire.PDU, raw []byte) []byte {
	if d == nil || d.write == nil {
		return raw
	}
	wild := d.write(p, raw)
	binary.BigEndian.PutUint32(wild, uint32(len(wild)))
	return wild
}

func (d *Dialect) reads(raw []byte) []byte {
	if d == nil || d.read == nil {
		return raw
	}
	plain := d.read(raw)
	binary.BigEndian.PutUint32(plain, uint32(len(plain)))
	return plain
}

func (d *Dialect) logs(p wire.PDU, e Entry) Entry {
	if d != nil && d.log != nil && p != nil {
		d.log(p, &e)
	}
	return e
}

// is reports whether raw is a PDU of the command.
func is(raw []byte, c wire.Command) bool {
	h, err := wire.ParseHeader(raw)
	return err == nil && h.Command == c
}

// splice is raw with octets put in place of n at a place of the body.
func splice(raw []byte, at, n int, octets string) []byte {
	at += wire.HeaderLen
	return append(append(append([]byte(nil), raw[:at]...), octets...), raw[at+n:]...)
}

// set changes the value of a field in the log.
func (e *Entry) set(name string, value any) {
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			e.Fields[i].Value = value
		}
	}
}
