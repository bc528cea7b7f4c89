package capture

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// ipv4Header is an IPv4 header with options (a multiple of 4 bytes) for a
// payload of n bytes.
func ipv4Header(protocol uint8, options string, n int) []byte {
	b := make([]byte, 20)
	b[0] = 0x40 | byte(20+len(options))/4
	binary.BigEndian.PutUint16(b[2:], uint16(20+len(options)+n))
	b[6] = 0x40 // don't fragment
	b[8], b[9] = 64, protocol
	copy(b[12:], host4Src.AsSlice())
	copy(b[16:], host4Dst.AsSlice())
	return append(b, options...)
}

// ipv6Header is an IPv6 header for n bytes behind it.
func ipv6Header(next uint8, n int) []byte {
	b := make([]byte, 40)
	b[0] = 0x60
	binary.BigEndian.PutUint16(b[4:], uint16(n))
	b[6], b[7] = next, 64
	copy(b[8:], host6Src.AsSlice())
	copy(b[24:], host6Dst.AsSlice())
	return b
}

// networkHeader is one way to carry a segment.
type networkHeader struct {
	name   string
	v6     bool
	header []byte
}

// networkHeaders are those for a segment of n bytes.
func networkHeaders(n int) []networkHeader {
	// Extension headers, first byte: what follows.
	options := func(next byte) []byte { return []byte{next, 0, 1, 4, 0, 0, 0, 0} }
	long := func(next byte) []byte { return concat([]byte{next, 2, 1, 20}, make([]byte, 20)) }
	authentication := func(next byte) []byte { return concat([]byte{next, 4}, make([]byte, 22)) }
	fragment := func(next byte) []byte { return []byte{next, 0, 0, 0, 1, 2, 3, 4} }
	v6 := func(name string, next byte, extensions ...[]byte) networkHeader {
		e := concat(extensions...)
		return networkHeader{"IPv6" + name, true, concat(ipv6Header(next, len(e)+n), e)}
	}
	v4 := func(name string, next byte, options string, extensions ...[]byte) networkHeader {
		e := concat(extensions...)
		return networkHeader{"IPv4" + name, false, concat(ipv4Header(next, options, len(e)+n), e)}
	}
	return []networkHeader{
		v4("", 6, ""),
		v4(" options", 6, "\x94\x04\x00\x00"),
		v4(" most options", 6, string(bytes.Repeat([]byte{1}, 40))),
		v4(" AH", 51, "", authentication(6)),
		v6("", 6),
		v6(" hop-by-hop", 0, options(6)),
		v6(" routing", 43, long(6)),
		v6(" destination options", 60, options(6)),
		v6(" AH", 51, authentication(6)),
		v6(" mobility", 135, options(6)),
		v6(" atomic fragment", 44, fragment(6)),
		v6(" all extensions", 0, options(60), long(43), long(44), fragment(51), authentication(60), options(6)),
	}
}

// A length of 0 is what a capture sees before the network card cuts the
// packet up, or a jumbogram.
func TestDecodeLengthZero(t *testing.T) {
	payload := bytes.Repeat([]byte("0123456789"), 10000)
	segment := tcpBytes("", string(payload))
	v4 := concat(ipv4Header(6, "", 0), segment)
	v4[2], v4[3] = 0, 0
	jumbo := concat(ipv6Header(0, 0), []byte{6, 0, 0xc2, 4, 0, 1, 0, 0}, segment)
	tests := []struct {
		name  string
		frame []byte
		v6    bool
	}{
		{"IPv4", v4, false},
		{"IPv6", concat(ipv6Header(6, 0), segment), true},
		{"IPv6 jumbogram", jumbo, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := frameOn(LinkRaw, test.frame)
			if !NewDecoder().Decode(p) || !bytes.Equal(p.Payload, payload) || p.Missing != 0 {
				t.Errorf("%d bytes, %d missing", len(p.Payload), p.Missing)
			}
			checkSegment(t, p, test.v6)

			p.Frame = test.frame[:1000]
			if !NewDecoder().Decode(p) || len(p.Payload)+p.Missing != len(payload) {
				t.Errorf("cut: %d bytes, %d missing", len(p.Payload), p.Missing)
			}

			p.WireLen = 1 << 31 // no packet is that long
			if !NewDecoder().Decode(p) || p.Missing != 0 {
				t.Errorf("wire length 2 GiB: %d bytes, %d missing", len(p.Payload), p.Missing)
			}
		})
	}
}

// The IP header ends the packet, whatever stands behind it in the frame.
func TestDecodePadding(t *testing.T) {
	for _, n := range []int{0, 1, 6} {
		segment := tcpBytes("", "payload"[:n])
		for _, header := range [][]byte{ipv4Header(6, "", len(segment)), ipv6Header(6, len(segment))} {
			p := frameOn(LinkRaw, concat(header, segment, make([]byte, 20)))
			if !NewDecoder().Decode(p) || len(p.Payload) != n || p.Missing != 0 {
				t.Errorf("%d bytes of payload: %q, %d missing", n, p.Payload, p.Missing)
			}
		}
	}
}
