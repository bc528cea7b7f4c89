package mutate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

// segment is a TCP segment as a file has it.
type segment struct {
	time     int64
	src, dst netip.AddrPort
	seq, ack uint32
	flags    byte
	data     []byte
}

var errShort = errors.New("a frame that ends too early")

// readPcap gives the TCP segments of a little-endian pcap file.
func readPcap(b []byte) ([]segment, error) {
	le := binary.LittleEndian
	if len(b) < 24 {
		return nil, errors.New("no pcap file")
	}
	unit, link := int64(1000), le.Uint32(b[20:])
	switch le.Uint32(b) {
	case 0xa1b2c3d4:
	case 0xa1b23c4d:
		unit = 1
	default:
		return nil, errors.New("no little-endian pcap file")
	}
	var out []segment
	for n, at := 1, 24; at+16 <= len(b); n++ {
		length := int(le.Uint32(b[at+8:]))
		if at+16+length > len(b) {
			break
		}
		s, ok, err := readFrame(b[at+16:at+16+length], link)
		if err != nil {
			return nil, fmt.Errorf("frame %d: %w", n, err)
		}
		if s.time = int64(le.Uint32(b[at:]))*1e9 + int64(le.Uint32(b[at+4:]))*unit; ok {
			out = append(out, s)
		}
		at += 16 + length
	}
	return out, nil
}

// readFrame reads a frame. ok is false if it has no TCP segment.
func readFrame(b []byte, link uint32) (s segment, ok bool, err error) {
	head, kind := map[uint32]int{LinkNull: 4, LinkEthernet: 14, LinkRaw: 0, LinkSLL: 16, LinkSLL2: 20}[link], uint16(0)
	if len(b) < head+1 {
		return s, false, errShort
	}
	switch link {
	case LinkEthernet, LinkSLL:
		kind = binary.BigEndian.Uint16(b[head-2:])
	case LinkSLL2:
		kind = binary.BigEndian.Uint16(b)
	default:
		kind = map[byte]uint16{4: etherIPv4, 6: etherIPv6}[b[head]>>4]
	}
	b = b[head:]
	var src, dst netip.Addr
	switch {
	case kind == etherIPv4 && len(b) >= 20 && b[9] == protoTCP:
		total := int(binary.BigEndian.Uint16(b[2:]))
		if total > len(b) {
			return s, false, errShort
		}
		src, dst = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		b = b[int(b[0]&15)*4 : total]
	case kind == etherIPv6 && len(b) >= 40 && b[6] == protoTCP:
		total := 40 + int(binary.BigEndian.Uint16(b[4:]))
		if total > len(b) {
			return s, false, errShort
		}
		src, dst = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
		b = b[40:total]
	default:
		return s, false, nil
	}
	if len(b) < 20 || len(b) < int(b[12]>>4)*4 {
		return s, false, errShort
	}
	be := binary.BigEndian
	s.src, s.dst = netip.AddrPortFrom(src, be.Uint16(b)), netip.AddrPortFrom(dst, be.Uint16(b[2:]))
	s.seq, s.ack, s.flags, s.data = be.Uint32(b[4:]), be.Uint32(b[8:]), b[13], b[int(b[12]>>4)*4:]
	return s, true, nil
}
