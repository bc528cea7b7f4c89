package capture

import (
	"encoding/binary"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Sizes within the ring (Documentation/networking/packet_mmap.rst and
// linux/if_packet.h in the kernel's source).
const (
	// maxBlock is the size of a block in bytes. The largest packet of a block
	// is a little smaller.
	maxBlock = 256 << 10
	// minBlock still takes a whole packet of 64 KiB.
	minBlock = 128 << 10

	// addressOffset is where the address (sockaddr_ll) of a packet is, from
	// its header on.
	addressOffset = (unix.SizeofTpacket3Hdr + unix.TPACKET_ALIGNMENT - 1) &^ (unix.TPACKET_ALIGNMENT - 1)

	vlanTagLen = 4
	sll2Len    = 20
	// headroom is what the kernel leaves free in front of a packet for us.
	headroom = sll2Len + vlanTagLen

	macAddressesLen = 12 // the two addresses that a VLAN tag stands behind
)

// blockGeometry cuts a buffer into blocks. There should be many: however few
// packets come, one that has any is handed over at every retire timeout, and
// the blocks must last while the reader is busy elsewhere.
func blockGeometry(buffer int) (size, count int) {
	size = maxBlock
	if buffer < 8*maxBlock {
		size = minBlock
	}
	return size, max(2, buffer/size)
}

// ring is a packet socket with its receive ring (TPACKET_V3): blocks of packets
// in memory shared with the kernel. A block is the kernel's until it is full or
// its time is up, then ours until release.
type ring struct {
	fd        int
	mem       []byte
	blockSize int

	block int               // offset in mem of the block that is read, or is next
	head  *unix.Tpacket3Hdr // the next packet, in mem; nil: the block is the kernel's
	pos   int               // offset of head in mem
	left  uint32            // packets of the block from head on

	iface   *Interface
	cooked  bool // SOCK_DGRAM: packets start at the network header
	snapLen int

	stored atomic.Uint64 // packets that the kernel put in, as far as it was asked
	taken  uint64        // packets delivered
	last   uint64        // number of the last one to deliver, after Stop

	lossy bool       // the kernel dropped packets before it closed the block
	errno unix.Errno // of the socket: ENETDOWN when the interface went down
	down  bool       // the interface is down, and somebody was told
}

// ready reports whether there is a packet. If so, head is it.
func (r *ring) ready() bool { return r.head != nil || r.open() }

// open looks into the next block. The kernel makes empty ones too (before
// Linux 3.19).
func (r *ring) open() bool {
	for {
		b := r.header(r.block)
		status := atomic.LoadUint32(&b.Block_status)
		if status&unix.TP_STATUS_USER == 0 {
			return false
		}
		r.lossy = r.lossy || status&unix.TP_STATUS_LOSING != 0
		if b.Num_pkts > 0 {
			r.left = b.Num_pkts
			r.seek(r.block + int(b.Offset_to_first_pkt))
			return true
		}
		r.release()
	}
}

// header is the header of the block at an offset of mem. It follows a version
// and the length of a private area.
func (r *ring) header(block int) *unix.TpacketHdrV1 {
	const offset = int(unsafe.Offsetof(unix.TpacketBlockDesc{}.Hdr))
	return (*unix.TpacketHdrV1)(unsafe.Pointer(&r.mem[block+offset]))
}

func (r *ring) seek(pos int) {
	r.pos = pos
	r.head = (*unix.Tpacket3Hdr)(unsafe.Pointer(&r.mem[pos]))
}

// advance moves past head. Behind the last packet of a block the block goes
// back to the kernel.
func (r *ring) advance() {
	r.left--
	if r.left > 0 {
		r.seek(r.pos + int(r.head.Next_offset))
		return
	}
	r.head = nil
	r.release()
}

func (r *ring) release() {
	atomic.StoreUint32(&r.header(r.block).Block_status, unix.TP_STATUS_KERNEL)
	if r.block += r.blockSize; r.block >= len(r.mem) {
		r.block = 0
	}
}

// time is the capture time of head in nanoseconds.
func (r *ring) time() int64 {
	return int64(r.head.Sec)*int64(time.Second) + int64(r.head.Nsec)
}

// packet fills in Time, Frame, WireLen and Iface from head. What the kernel
// took out of the frame, or never put in, is put in front of it, in place.
func (r *ring) packet(p *Packet) {
	h := r.head
	start := r.pos + int(h.Mac)
	end := start + int(h.Snaplen)
	wire := int(h.Len)
	tagged := h.Status&unix.TP_STATUS_VLAN_VALID != 0
	switch {
	case r.cooked:
		n := putCooked(r.mem[r.pos+addressOffset:start], h, tagged)
		start -= n
		wire += n
	case tagged && h.Snaplen >= macAddressesLen && r.iface.Link == LinkEthernet:
		start -= vlanTagLen
		wire += vlanTagLen
		putTag(r.mem[start:end], h)
	}
	if end-start > r.snapLen {
		end = start + r.snapLen
	}
	p.Time = r.time()
	p.Frame = r.mem[start:end:end]
	p.WireLen = wire
	p.Iface = r.iface
}

// putTag puts a VLAN tag into a frame that starts 4 bytes later.
func putTag(frame []byte, h *unix.Tpacket3Hdr) {
	copy(frame, frame[vlanTagLen:vlanTagLen+macAddressesLen])
	tag := frame[macAddressesLen : macAddressesLen+vlanTagLen]
	binary.BigEndian.PutUint16(tag, tpid(h))
	binary.BigEndian.PutUint16(tag[2:], uint16(h.Hv1.Vlan_tci))
}

// tpid is the Ethernet type of the VLAN tag. Linux 3.10 to 3.13 does not tell.
func tpid(h *unix.Tpacket3Hdr) uint16 {
	if h.Status&unix.TP_STATUS_VLAN_TPID_VALID == 0 {
		return etherVLAN
	}
	return h.Hv1.Vlan_tpid
}

// putCooked makes a LINKTYPE_LINUX_SLL2 header, and behind it the VLAN tag if
// there is one, at the end of room; it starts with the sockaddr_ll of the
// packet. The length of what it made is returned.
func putCooked(room []byte, h *unix.Tpacket3Hdr, tagged bool) int {
	from := (*unix.RawSockaddrLinklayer)(unsafe.Pointer(&room[0]))
	protocol := binary.BigEndian.Uint16(room[unsafe.Offsetof(from.Protocol):])
	n := sll2Len
	if tagged {
		tag := room[len(room)-vlanTagLen:]
		binary.BigEndian.PutUint16(tag, uint16(h.Hv1.Vlan_tci))
		binary.BigEndian.PutUint16(tag[2:], protocol)
		protocol = tpid(h)
		n += vlanTagLen
	}
	b := room[len(room)-n:][:sll2Len]
	binary.BigEndian.PutUint16(b, protocol)
	binary.BigEndian.PutUint16(b[2:], 0) // reserved
	binary.BigEndian.PutUint32(b[4:], uint32(from.Ifindex))
	binary.BigEndian.PutUint16(b[8:], from.Hatype)
	b[10] = from.Pkttype
	b[11] = from.Halen
	// The kernel writes only as much as the address has: behind it may be an
	// older one.
	clear(b[12:])
	copy(b[12:], from.Addr[:min(int(from.Halen), len(from.Addr))])
	return n
}
