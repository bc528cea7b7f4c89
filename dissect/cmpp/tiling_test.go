package cmpp

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/reassembly"
)

// untiled says where the fields of p do not cover its octets: those of depth 0
// must, one behind the other, and so must the leaves. A field is a parent if
// deeper fields behind it lie within it.
func untiled(p *dissect.PDU) error {
	var top, leaf uint32
	for i, f := range p.Fields {
		end := f.Off + f.Len
		switch {
		case int(end) > len(p.Raw) || end < f.Off:
			return fmt.Errorf("%s at %d+%d, but there are %d octets", f.Spec.Name, f.Off, f.Len, len(p.Raw))
		case f.Depth == 0 && f.Off != top:
			return fmt.Errorf("%s at %d, want %d", f.Spec.Name, f.Off, top)
		case parent(p.Fields[i:]):
		case f.Off != leaf:
			return fmt.Errorf("leaf %s at %d, want %d", f.Spec.Name, f.Off, leaf)
		default:
			leaf = end
		}
		if f.Depth == 0 {
			top = end
		}
		if f.Spec.Kind <= layout.Int && f.Num != bigEndian(f.Raw(p.Raw)) {
			return fmt.Errorf("%s is %x, but read as %d", f.Spec.Name, f.Raw(p.Raw), f.Num)
		}
	}
	if int(top) != len(p.Raw) || int(leaf) != len(p.Raw) {
		return fmt.Errorf("fields up to %d, leaves up to %d of %d octets", top, leaf, len(p.Raw))
	}
	return nil
}

// parent reports whether the first field has parts.
func parent(fields []layout.Field) bool {
	f := fields[0]
	if len(fields) == 1 || fields[1].Depth <= f.Depth {
		return false
	}
	return fields[1].Off >= f.Off && fields[1].Off+fields[1].Len <= f.Off+f.Len
}

func bigEndian(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

// blank is a PDU of NULs as long as the shortest of its command in a version.
func blank(c *dissect.Command, v dissect.Version) []byte {
	pdu := make([]byte, 12+c.Body.Least(int(v)))
	binary.BigEndian.PutUint32(pdu, uint32(len(pdu)))
	binary.BigEndian.PutUint32(pdu[4:], c.ID)
	return pdu
}

// TestTiling: every octet of a PDU belongs to exactly one leaf, whatever is
// missing or too many.
func TestTiling(t *testing.T) {
	var pdus [][]byte
	for _, h := range golden(t) {
		b, err := hex.DecodeString(h)
		if err != nil {
			t.Fatal(err)
		}
		pdus = append(pdus, b)
	}
	for _, c := range commands {
		for v := range dissect.Version(layout.Columns) {
			pdus = append(pdus, blank(c, v))
		}
	}
	for _, whole := range pdus {
		for n := 12; n <= len(whole)+3; n++ {
			pdu := make([]byte, n)
			copy(pdu, whole)
			binary.BigEndian.PutUint32(pdu, uint32(n))
			one(t, pdu, func(p *dissect.PDU) {
				if err := untiled(p); err != nil {
					t.Errorf("%x: %v", pdu, err)
				}
			})
		}
		for n := 12; n < len(whole); n++ {
			seen := 0
			s := newSession(dissect.NoVersion, func(p *dissect.PDU) {
				seen++
				if err := untiled(p); err != nil {
					t.Errorf("%x cut at %d: %v", whole, n, err)
				}
			})
			s.cut("10.0.0.1:57800", reassembly.C2S, whole, n)
			if s.close(); seen != 1 {
				t.Errorf("%x cut at %d: %d PDUs", whole, n, seen)
			}
		}
	}
}

// FuzzPDU: no PDU, whole or cut, in any version, makes the dissector or a
// reading for people panic, and every octet is in exactly one leaf.
func FuzzPDU(f *testing.F) {
	for _, h := range golden(f) {
		b, err := hex.DecodeString(h)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint8(0), uint16(0))
		f.Add(b, uint8(0), uint16(len(b)-3))
	}
	for _, c := range commands {
		for v := range dissect.Version(layout.Columns) {
			f.Add(blank(c, v), uint8(v+1)|uint8(v+1)<<2, uint16(0))
		}
	}
	f.Fuzz(func(t *testing.T, pdu []byte, versions uint8, cut uint16) {
		if len(pdu) < 12 || len(pdu) > Protocol.MaxLength {
			return
		}
		pdu = longer(pdu, "") // so that Total_Length is right
		s := newSession(dissect.Version(versions&3)-1, func(p *dissect.PDU) { examine(t, p) })
		if login := versions >> 2 & 3; login > 0 {
			s.send("10.0.0.1:57800", reassembly.C2S, connectOf([]byte{0x20, 0x21, 0x30}[login-1]))
		}
		if n := int(cut); n >= 12 && n < len(pdu) {
			s.cut("10.0.0.1:57800", reassembly.C2S, pdu, n)
		} else {
			s.send("10.0.0.1:57800", reassembly.C2S, pdu)
		}
		s.close()
	})
}

// examine reads all there is to read about a PDU.
func examine(t *testing.T, p *dissect.PDU) {
	t.Helper()
	if err := untiled(p); err != nil {
		t.Fatalf("%x: %v", p.Raw, err)
	}
	b := p.AppendName(nil)
	for _, f := range p.Fields {
		if f.Spec.Show != nil {
			b = f.Spec.Show(b, f, p.Raw)
		}
		if f.Spec.Enum != nil {
			f.Spec.Enum.Of(f, p.Raw, int(p.Column))
		}
	}
	for i := range p.Notes {
		b = p.Notes[i].AppendText(b)
	}
	b = p.SMS.AppendText(b)
	if p.SMS.HasGuess {
		b = p.SMS.AppendGuess(b)
	}
	if p.Failed() && p.Malformed() && p.Truncated() || len(b) == 0 {
		t.Fatalf("%x is cut, but called malformed", p.Raw)
	}
}
