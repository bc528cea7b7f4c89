package capture

import (
	"slices"
	"unsafe"
)

const (
	// batchBytes and batchPackets are when a batch is full: it has room in the
	// caches of two cores.
	batchBytes   = 128 << 10
	batchPackets = 512
	// batchSize is about what a batch takes, in bytes.
	batchSize = batchBytes + batchPackets*int64(unsafe.Sizeof(Packet{}))
)

// packetBatch is packets in their order, with all that they lend.
type packetBatch struct {
	packets   []Packet
	fates     []Fate
	octets    []byte // of frames, and of payloads that are in no frame
	fragments []fragmentInfo

	dropped  uint64  // by the kernel before the first packet
	end      error   // what comes behind the packets, or nil
	at       int64   // when that was, by the wall clock, ns
	problems []error // of the source up to here
	panicked string  // what the goroutine panicked with, and where
}

func newPacketBatch() *packetBatch {
	return &packetBatch{packets: make([]Packet, 0, batchPackets), fates: make([]Fate, 0, batchPackets), octets: make([]byte, 0, batchBytes)}
}

// reset makes a batch empty.
func (b *packetBatch) reset() {
	*b = packetBatch{packets: b.packets[:0], fates: b.fates[:0], octets: b.octets[:0], fragments: b.fragments[:0]}
}

// fits reports whether there is room for a packet. There is in an empty batch,
// for the largest too.
func (b *packetBatch) fits(p *Packet) bool {
	return len(b.packets) == 0 || len(b.packets) < cap(b.packets) && len(b.octets)+len(p.Frame) <= cap(b.octets)
}

// add copies the first group of fields of a packet.
func (b *packetBatch) add(from *Packet) *Packet {
	b.packets = b.packets[:len(b.packets)+1]
	p := &b.packets[len(b.packets)-1]
	p.Stamp, p.Frame = from.Stamp, b.keep(from.Frame)
	return p
}

// takeBack takes the packet that was added last out again.
func (b *packetBatch) takeBack() { b.packets = b.packets[:len(b.packets)-1] }

// asked notes the fate of the packet that was added last, and copies what the
// decoder lends.
func (b *packetBatch) asked(p *Packet, fate Fate) {
	b.fates = append(b.fates, fate)
	if fate < NoSegment || p.fragment == nil {
		return
	}
	b.fragments = append(b.fragments, *p.fragment)
	p.fragment = &b.fragments[len(b.fragments)-1]
	if fate > NoSegment { // it was put together
		p.Payload = b.keep(p.Payload)
	}
}

// keep copies octets. Where they find no room, what was kept before stays where
// it is.
func (b *packetBatch) keep(octets []byte) []byte {
	if len(b.octets)+len(octets) > cap(b.octets) {
		b.octets = slices.Grow(b.octets[:0:0], max(len(octets), batchBytes))
	}
	at := len(b.octets)
	b.octets = append(b.octets, octets...)
	return b.octets[at:len(b.octets):len(b.octets)]
}
