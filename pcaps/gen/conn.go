package gen

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// end is one of the two ends of a connection. The SP is the TCP client.
type end uint8

const (
	sp end = iota
	ismg
)

func (e end) other() end { return e ^ 1 }

// conn is a connection between an SP and the ISMG.
type conn struct {
	id    uint16
	ends  [2]endpoint
	spID  string
	srcID string
	up    bool // logged in: loss and disorder may begin

	digest  [16]byte // AuthenticatorSource of its CONNECT
	sending outgoing // the message being submitted
	waiting []event  // reports and MOs, until there are enough for a packet
}

// endpoint is what one end knows.
type endpoint struct {
	mac   [6]byte
	ip    [4]byte
	port  uint16
	ipID  uint16
	seq   uint32 // TCP: the next byte to send
	acked uint32 // TCP: the acknowledgement number sent last
	clock uint32 // TCP: time stamps start here
	heard uint32 // TCP: the newest time stamp of the other end
	next  uint32 // CMPP: the next Sequence_Id
}

func newConn(i int, random func() uint32) *conn {
	group := i / connsPerSP
	c := &conn{
		id:    uint16(i),
		spID:  fmt.Sprintf("90%04d", 1234+group),
		srcID: fmt.Sprintf("1069%04d", group+1),
	}
	c.ends[sp] = endpoint{
		ip:   [4]byte{10, 1, 0, byte(group + 1)},
		port: uint16(32768 + i%connsPerSP*1811 + group),
	}
	c.ends[ismg] = endpoint{ip: [4]byte{10, 2, 0, 1}, port: 7890}
	for e := range c.ends {
		p := &c.ends[e]
		copy(p.mac[:], []byte{0x02, 0, p.ip[0], p.ip[1], p.ip[2], p.ip[3]})
		p.ipID, p.seq, p.clock, p.next = uint16(random()), random(), random(), 1
	}
	return c
}

const (
	connsPerSP = 4

	flagSYN = 0x02
	flagPSH = 0x08
	flagACK = 0x10

	ethernetLen = 14
	ipLen       = 20
	tcpLen      = 20
)

// frame appends to dst the Ethernet frame of a segment from e at the given ns,
// and advances the connection by it.
func (c *conn) frame(dst []byte, e end, at int64, flags byte, payload []byte) []byte {
	from, to := &c.ends[e], &c.ends[e.other()]
	be := binary.BigEndian
	options := 12 // NOP NOP, time stamps
	if flags&flagSYN != 0 {
		options = 20
	}
	dst = append(dst, to.mac[:]...)
	dst = append(dst, from.mac[:]...)
	dst = append(dst, 0x08, 0x00)

	ip := len(dst)
	dst = append(dst, 0x45, 0)
	dst = be.AppendUint16(dst, uint16(ipLen+tcpLen+options+len(payload)))
	dst = be.AppendUint16(dst, from.ipID)
	dst = append(dst, 0x40, 0, 64, 6, 0, 0) // don't fragment, TTL 64, TCP
	dst = append(dst, from.ip[:]...)
	dst = append(dst, to.ip[:]...)
	be.PutUint16(dst[ip+10:], ^fold(sum(dst[ip:ip+ipLen])))

	tcp := len(dst)
	acknowledged := to.seq
	if flags&flagACK == 0 {
		acknowledged = 0
	}
	dst = be.AppendUint16(dst, from.port)
	dst = be.AppendUint16(dst, to.port)
	dst = be.AppendUint32(dst, from.seq)
	dst = be.AppendUint32(dst, acknowledged)
	dst = append(dst, byte((tcpLen+options)/4<<4), flags, 0x01, 0xf5, 0, 0, 0, 0)
	stamp := from.clock + uint32(at/1e6)
	if flags&flagSYN != 0 {
		dst = append(dst, 2, 4, 0x05, 0xb4, 4, 2) // MSS 1460, SACK permitted
		dst = appendStamps(dst, stamp, from.heard)
		dst = append(dst, 1, 3, 3, 7) // window scale
	} else {
		dst = append(dst, 1, 1)
		dst = appendStamps(dst, stamp, from.heard)
	}
	dst = append(dst, payload...)
	pseudo := sum(dst[ip+12:ip+20]) + 6 + uint64(len(dst)-tcp)
	be.PutUint16(dst[tcp+16:], ^fold(pseudo+uint64(fold(sum(dst[tcp:])))))

	from.ipID++
	from.acked = acknowledged
	to.heard = stamp
	from.seq += uint32(len(payload)) + uint32(flags&flagSYN>>1)
	return dst
}

func appendStamps(dst []byte, value, echo uint32) []byte {
	dst = append(dst, 8, 10)
	dst = binary.BigEndian.AppendUint32(dst, value)
	return binary.BigEndian.AppendUint32(dst, echo)
}

// sum adds b up as 16-bit words, not yet folded (RFC 1071): eight bytes at a
// time with the carry brought round, which comes to the same modulo 65535.
func sum(b []byte) uint64 {
	var s, carry uint64
	for ; len(b) >= 8; b = b[8:] {
		s, carry = bits.Add64(s, binary.BigEndian.Uint64(b), carry)
	}
	s, carry = bits.Add64(s, 0, carry)
	s += carry
	s = s>>32 + s&0xffffffff
	for ; len(b) >= 2; b = b[2:] {
		s += uint64(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		s += uint64(b[0]) << 8
	}
	return s
}

// fold brings a sum to 16 bits.
func fold(s uint64) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
