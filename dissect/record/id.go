package record

import (
	"encoding/binary"
	"net/netip"

	"cmppdump/dissect"
	"cmppdump/dissect/track"
)

// eventID is a keyless hash of the 4-tuple, the absolute TCP sequence number
// of the first octet and, for PDUs and transactions, the PDU's header: every
// run, revision and probe gives the same.
func (r *Record) eventID() uint64 {
	var b [52]byte
	dir, offset := r.dir(), int64(0)
	switch r.View {
	case PDU:
		offset = r.PDU.Offset
		copy(b[40:], r.PDU.Raw[:12])
	case Gap:
		offset = r.Gap.Offset
	case Txn:
		var h *track.Half
		h, dir = r.Txn.Lead()
		offset = h.Offset
		binary.BigEndian.PutUint32(b[40:], uint32(h.Total))
		binary.BigEndian.PutUint32(b[44:], r.Txn.CommandID)
		if !r.Txn.Request.Seen {
			b[44] |= 0x80
		}
		binary.BigEndian.PutUint32(b[48:], r.Txn.Sequence)
	}
	put(b[0:18], r.Conn.Source(dir))
	put(b[18:36], r.Conn.Destination(dir))
	binary.BigEndian.PutUint32(b[36:], r.Conn.Net[dir].FirstSeq+uint32(offset))
	return dissect.Sum(b[:])
}

func put(b []byte, a netip.AddrPort) {
	ip := a.Addr().As16()
	copy(b, ip[:])
	binary.BigEndian.PutUint16(b[16:], a.Port())
}
