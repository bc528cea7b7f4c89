package live

import (
	"encoding/binary"
	"net/netip"

	"cmppdump/capture"
	"cmppdump/dissect"
)

// savedPackets writes PDUs as packets of their own, made anew around them: the
// store has the octets of PDUs, not the packets that they came in. Addresses,
// ports, sequence numbers and times are those of the capture.
type savedPackets struct {
	w     *capture.Writer
	iface capture.Interface
	told  map[uint64]bool
	next  map[[2]uint64]uint32 // what a direction of a connection goes on with
	buf   []byte
	pdu   dissect.PDU
}

func newSavedPackets(path string) (*savedPackets, error) {
	w, err := capture.NewWriter(capture.WriteOptions{Path: path, Nanoseconds: true})
	if err != nil {
		return nil, err
	}
	return &savedPackets{w: w, iface: capture.Interface{Name: "cmppdump", Link: capture.LinkRaw}, told: map[uint64]bool{}, next: map[[2]uint64]uint32{}}, nil
}

func (t *savedPackets) entry(a *App, v View, no uint64) error {
	for _, i := range a.rowsOf(v, no) {
		if t.told[i] || !a.s.rows.has(i) || a.s.rows.at(i).kind != rowPDU {
			continue
		}
		t.told[i] = true
		if err := t.packet(a, i); err != nil {
			return err
		}
	}
	return nil
}

func (t *savedPackets) packet(a *App, i uint64) error {
	r := a.s.rows.at(i)
	c := &a.s.conns[r.conn].tcp
	raw := a.l.octets(r)
	if a.o.Mask != nil && a.plain.load(&t.pdu, i) {
		raw = a.o.Mask.Octets(&t.pdu)
	}
	back := r.dir.Reverse()
	seq := c.Net[r.dir].FirstSeq + uint32(r.offset)
	ack, acked := t.next[[2]uint64{uint64(r.conn), uint64(back)}]
	t.next[[2]uint64{uint64(r.conn), uint64(r.dir)}] = seq + uint32(r.total)
	t.buf = appendPacket(t.buf[:0], c.Source(r.dir), c.Destination(r.dir), seq, ack, acked, raw, int(r.total))
	p := capture.Packet{Frame: t.buf, Stamp: capture.Stamp{Num: r.num, Time: r.time, Iface: &t.iface, WireLen: len(t.buf) + int(r.total) - len(raw)}}
	comment := "frame " + count(r.num) + " of the capture; the packet was made anew around the PDU"
	return t.w.Write(&p, []byte(comment))
}

func (t *savedPackets) close() error { return t.w.Close() }

const (
	ipv4Header = 20
	ipv6Header = 40
	tcpHeader  = 20
)

// appendPacket appends an IP packet with a TCP segment (RFC 791, 8200, 9293) of
// total octets, of which payload was captured.
func appendPacket(b []byte, src, dst netip.AddrPort, seq, ack uint32, acked bool, payload []byte, total int) []byte {
	length := tcpHeader + total
	from, to := src.Addr().Unmap(), dst.Addr().Unmap()
	be := binary.BigEndian
	if from.Is4() {
		b = append(b, 0x45, 0)
		b = be.AppendUint16(b, uint16(ipv4Header+length))
		b = append(b, 0, 0, 0x40, 0, 64, 6, 0, 0)
		b = append(append(b, from.AsSlice()...), to.AsSlice()...)
		be.PutUint16(b[10:], ^sum(0, b[:ipv4Header]))
	} else {
		b = append(b, 0x60, 0, 0, 0)
		b = be.AppendUint16(b, uint16(length))
		b = append(b, 6, 64)
		b = append(append(b, from.AsSlice()...), to.AsSlice()...)
	}
	at := len(b)
	b = be.AppendUint16(be.AppendUint16(b, src.Port()), dst.Port())
	b = be.AppendUint32(be.AppendUint32(b, seq), ack)
	flags := capture.PSH
	if acked {
		flags |= capture.ACK
	}
	b = append(b, tcpHeader/4<<4, byte(flags), 0xff, 0xff, 0, 0, 0, 0)
	b = append(b, payload...)
	pseudo := be.AppendUint32(append(from.AsSlice(), to.AsSlice()...), uint32(length))
	pseudo = append(pseudo, 0, 0, 0, 6)
	be.PutUint16(b[at+16:], ^sum(uint32(sum(0, pseudo)), b[at:]))
	return b
}

// sum is the ones' complement sum of octets (RFC 1071).
func sum(n uint32, b []byte) uint16 {
	for ; len(b) > 1; b = b[2:] {
		n += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		n += uint32(b[0]) << 8
	}
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return uint16(n)
}
