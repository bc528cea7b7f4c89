package bpf

import (
	"encoding/binary"
	"math/rand/v2"
)

// frame is a generated packet; wireLen is at least len(data).
type frame struct {
	data    []byte
	wireLen int
}

// packets generates frames of one link type. The addresses, ports and
// identifiers are few, so that filters hit.
type packets struct{ *rand.Rand }

func newPackets(seed uint64) packets { return packets{rand.New(rand.NewPCG(seed, 7890))} }

func pick[T any](p packets, from ...T) T { return from[p.IntN(len(from))] }

// one in n.
func (p packets) one(n int) bool { return p.IntN(n) == 0 }

func be16(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) }

func be32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func cat(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func (p packets) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(p.Uint32())
	}
	return b
}

// frame makes a frame, one of four with a snapped end.
func (p packets) frame(link uint32) frame {
	data := p.link(link)
	f := frame{data, len(data)}
	switch p.IntN(8) {
	case 0:
		f.data = data[:p.IntN(len(data)+1)]
	case 1:
		f.data = data[:min(len(data), pick(p, 16, 34, 54, 60, 64, 68, 96))]
	}
	f.data = f.data[:len(f.data):len(f.data)]
	return f
}

func (p packets) link(link uint32) []byte {
	switch link {
	case linkEthernet:
		ether, payload := p.tagged()
		return cat(p.mac(), p.mac(), be16(ether), payload)
	case linkLinuxSLL:
		ether, payload := p.tagged()
		return cat(be16(pick(p, 0, 1, 2, 3, 4)), be16(1), be16(6), p.mac(), be16(0), be16(ether), payload)
	case linkLinuxSLL2:
		ether, payload := p.tagged()
		return cat(be16(ether), be16(0), be32(pick(p, uint32(1), 2)), be16(1),
			[]byte{pick(p, byte(0), 1, 4), 6}, p.mac(), be16(0), payload)
	case linkNull:
		if p.one(3) {
			return cat(pick(p, []byte{10, 0, 0, 0}, []byte{30, 0, 0, 0}, []byte{0, 0, 0, 24}), p.ipv6())
		}
		return cat(pick(p, []byte{2, 0, 0, 0}, []byte{2, 0, 0, 0}, []byte{0, 0, 0, 2}, []byte{7, 0, 0, 0}), p.ipv4())
	case linkLoop:
		if p.one(3) {
			return cat(be32(pick(p, uint32(10), 24, 28, 30)), p.ipv6())
		}
		return cat(be32(2), p.ipv4())
	case linkPPP:
		ether, payload := p.network()
		return cat([]byte{0xff, 3}, be16(int(pppType(uint32(ether)))), payload)
	case linkIPv4:
		return p.ipv4()
	case linkIPv6:
		return p.ipv6()
	}
	if p.one(3) {
		return p.ipv6()
	}
	return p.ipv4()
}

func (p packets) mac() []byte {
	return pick(p, []byte{2, 0, 0, 0, 0, 1}, []byte{2, 0, 0, 0, 0, 2}, []byte{2, 0, 0, 0, 0, 1},
		[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, []byte{1, 0, 0x5e, 0, 0, 1}, []byte{0xff, 0xff, 0, 0, 0, 1})
}

// tagged is a packet behind up to three VLAN tags.
func (p packets) tagged() (ether int, payload []byte) {
	ether, payload = p.network()
	for range pick(p, 0, 0, 0, 1, 1, 2, 3) {
		payload = cat(be16(pick(p, 100, 200, 0x6064, 5)), be16(ether), payload)
		ether = pick(p, 0x8100, 0x8100, 0x88a8, 0x9100)
	}
	return ether, payload
}

// network is a packet and its Ethernet type.
func (p packets) network() (ether int, payload []byte) {
	switch p.IntN(16) {
	case 0:
		return etherARP, p.arp()
	case 1:
		return etherRARP, p.arp()
	case 2:
		return etherMPLS, p.mpls()
	case 3:
		return etherPPPoES, p.pppoe()
	case 4:
		return pick(p, etherPPPoED, etherDECnet, 0x6004, 0x6007, 0x6001, 0x6002, 0x88cc, 0x9000, 5, 66), p.bytes(60)
	case 5: // 802.3 with 802.2 behind
		return 46, cat([]byte{66, 66, 3}, p.bytes(43))
	case 6, 7, 8, 9:
		return etherIPv6, p.ipv6()
	}
	return etherIPv4, p.ipv4()
}

func (p packets) arp() []byte {
	return cat(be16(1), be16(etherIPv4), []byte{6, 4}, be16(pick(p, 1, 2, 3)),
		p.mac(), p.ip4(), p.mac(), p.ip4(), p.bytes(18))
}

func (p packets) mpls() (b []byte) {
	n := pick(p, 1, 1, 2, 3)
	for i := range n {
		label := pick(p, uint32(5), 5, 100000) << 12
		if i == n-1 {
			label |= 0x100
		}
		b = append(b, be32(label|64)...)
	}
	if p.one(2) {
		return append(b, p.ipv6()...)
	}
	return append(b, p.ipv4()...)
}

func (p packets) pppoe() []byte {
	proto, payload := 0x21, p.ipv4()
	switch p.IntN(4) {
	case 0:
		proto, payload = 0x57, p.ipv6()
	case 1:
		proto, payload = 0x281, p.mpls()
	}
	return cat([]byte{0x11, 0}, be16(pick(p, 5, 6)), be16(len(payload)+2), be16(proto), payload)
}

func (p packets) ip4() []byte {
	return pick(p, []byte{10, 0, 0, 1}, []byte{10, 0, 0, 1}, []byte{10, 0, 0, 2}, []byte{10, 1, 2, 3}, []byte{192, 168, 7, 7},
		[]byte{224, 0, 0, 5}, []byte{255, 255, 255, 255}, []byte{0, 0, 0, 80}, []byte{172, 16, 0, 9})
}

func (p packets) ip6() []byte {
	return pick(p,
		[]byte{0x20, 1, 0xd, 0xb8, 15: 1}, []byte{0x20, 1, 0xd, 0xb8, 15: 2}, []byte{0x20, 1, 0xd, 0xb8, 7: 1, 15: 1},
		[]byte{0xfe, 0x80, 15: 1}, []byte{15: 1}, []byte{0xff, 2, 15: 1})
}

func (p packets) ipv4() []byte {
	proto, payload := p.transport(false)
	options := p.bytes(4 * pick(p, 0, 0, 0, 1, 3, 10))
	fragment := pick(p, 0, 0, 0, 0x4000, 0x2000, 0x2064, 0x0064)
	return cat([]byte{byte(0x45 + len(options)/4), pick(p, byte(0), 0x10)}, be16(20+len(options)+len(payload)),
		p.bytes(2), be16(fragment), []byte{pick(p, byte(64), 63, 1, 0), byte(proto)}, p.bytes(2), p.ip4(), p.ip4(),
		options, payload)
}

func (p packets) ipv6() []byte {
	next, payload := p.transport(true)
	for range pick(p, 0, 0, 0, 0, 1, 1, 2) {
		kind := pick(p, 0, 43, 60, 44, 44, 51)
		switch kind {
		case 44:
			payload = cat([]byte{byte(next), 0}, be16(pick(p, 0, 1, 0x65, 0x64&^7)), p.bytes(4), payload)
		case 51:
			payload = cat([]byte{byte(next), 1}, p.bytes(10), payload)
		default:
			payload = cat([]byte{byte(next), 0, 1, 4, 0, 0, 0, 0}, payload)
		}
		next = kind
	}
	return cat([]byte{0x60, 0, 0, 0}, be16(len(payload)), []byte{byte(next), 64}, p.ip6(), p.ip6(), payload)
}

func (p packets) port() []byte {
	return be16(pick(p, 7890, 7890, 7900, 7930, 80, 443, 22, 53, 8, 50000))
}

// transport is a packet that runs on IP, and its protocol number.
func (p packets) transport(v6 bool) (proto int, b []byte) {
	payload := p.bytes(pick(p, 0, 0, 6, 20, 100, 200))
	switch p.IntN(12) {
	case 0, 1:
		length := 8 + len(payload)
		return 17, cat(p.port(), p.port(), be16(length), p.bytes(2), payload)
	case 2:
		return 132, cat(p.port(), p.port(), p.bytes(8), payload)
	case 3:
		if v6 {
			return 58, cat([]byte{pick(p, byte(128), 129, 135)}, []byte{0}, p.bytes(6), payload)
		}
		return 1, cat([]byte{pick(p, byte(8), 0, 3), pick(p, byte(0), 1)}, p.bytes(6), payload)
	case 4:
		return pick(p, 2, 9, 47, 50, 51, 58, 89, 103, 112, 44), cat([]byte{0x11}, p.bytes(30), payload)
	}
	offset := 5 + p.IntN(4)
	return 6, cat(p.port(), p.port(), p.bytes(8), []byte{byte(offset << 4), pick(p, byte(2), 0x10, 0x18, 0x11, 0x14, 4)},
		p.bytes(6), make([]byte, 4*(offset-5)), payload)
}
