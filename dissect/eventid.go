package dissect

import (
	"encoding/binary"
	"net/netip"

	"cmppdump/reassembly"
)

// EventID is a keyless hash of the 4-tuple, the absolute TCP sequence number of
// the octet at offset, the PDU's header, if any, and what else tells two things
// apart: every run, revision and probe gives the same.
func EventID(c *reassembly.Conn, dir reassembly.Dir, offset int64, header, more []byte) uint64 {
	var b [96]byte
	put(b[0:18], c.Source(dir))
	put(b[18:36], c.Destination(dir))
	binary.BigEndian.PutUint32(b[36:], c.Net[dir].FirstSeq+uint32(offset))
	n := 40 + copy(b[40:52], header)
	n += copy(b[n:], more)
	return Sum(b[:max(n, 52)])
}

func put(b []byte, a netip.AddrPort) {
	ip := a.Addr().As16()
	copy(b, ip[:])
	binary.BigEndian.PutUint16(b[16:], a.Port())
}

// AppendHeader appends the header of a PDU.
func AppendHeader(dst []byte, total int, command, sequence uint32) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(total))
	dst = binary.BigEndian.AppendUint32(dst, command)
	return binary.BigEndian.AppendUint32(dst, sequence)
}
