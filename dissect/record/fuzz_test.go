package record

import (
	"encoding/binary"
	"testing"

	"cmppdump/dissect/cmpp"
)

// FuzzJSON: the record of any PDU is what the schema promises.
func FuzzJSON(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add(g, uint16(0))
		f.Add(g, uint16(5))
	}
	for _, p := range everyPDU() {
		f.Add(p, uint16(0))
	}
	c := newChecker()
	f.Fuzz(func(t *testing.T, in []byte, cut uint16) {
		if len(in) < 12 || len(in) > cmpp.Protocol.MaxLength {
			return
		}
		pdu := append([]byte{}, in...)
		binary.BigEndian.PutUint32(pdu, uint32(len(pdu)))
		readPDUs(Options{Raw: true}, min(int(cut), len(pdu)-12), func(r *Record) { c.record(t, r) }, pdu)
	})
}
