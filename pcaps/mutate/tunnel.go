package mutate

import (
	"encoding/binary"
	"math/rand/v2"
)

// An Encap puts what an ethertype names into a tunnel, and gives the ethertype of
// the result.
type Encap func(kind uint16, b []byte) (uint16, []byte)

// Tunnel is a way to encapsulate.
type Tunnel struct {
	Name   string
	Encaps []Encap // from the inside out
	// Only is the IP version of what it carries, 0 for both.
	Only int
}

const (
	etherVLAN   = 0x8100
	etherTEB    = 0x6558 // an Ethernet frame
	protoIPIP   = 4
	protoUDP    = 17
	protoIPv6   = 41
	protoGRE    = 47
	protoEther  = 97
	portVXLAN   = 4789
	portVXLANv0 = 8472 // of Linux
	portGENEVE  = 6081
)

// Tunnels are all of them.
func Tunnels() []Tunnel {
	gre := func(kind uint16, b []byte) (uint16, []byte) { return outer(protoGRE, join("\x00\x00", be16(kind), b)) }
	vxlan := udp(portVXLAN, "\x08\x00\x00\x00\x00\x00\x2a\x00")
	vlan := func(kind uint16, b []byte) (uint16, []byte) { return etherVLAN, join("\x00\x05", be16(kind), b) }
	erspan := func(kind uint16, header string) Encap {
		return func(inner uint16, b []byte) (uint16, []byte) {
			flags := "\x10\x00"
			if header == "" {
				flags = "\x00\x00"
			}
			return outer(protoGRE, join(flags, be16(kind), []byte(header), ethernet(inner, b)))
		}
	}
	mpls := func(labels string, frame bool) Encap {
		return func(kind uint16, b []byte) (uint16, []byte) {
			if frame {
				b = ethernet(kind, b)
			}
			return 0x8847, join(labels, b)
		}
	}
	pppoe := func(kind uint16, b []byte) (uint16, []byte) { return 0x8864, pppoeFrame(kind, b) }
	const sequence = "\x00\x00\x00\x01"
	const ii = sequence + "\x10\x05\x08\x01\x00\x00\x00\x03"
	return []Tunnel{
		{"GRE", []Encap{gre}, 0},
		{"GRE with all fields", []Encap{func(kind uint16, b []byte) (uint16, []byte) {
			b = join("\xb0\x00", be16(kind), []byte("\x00\x00\x00\x00\x00\x00\x00\x2a"+sequence), b)
			binary.BigEndian.PutUint16(b[4:], ^sum(0, b))
			return outer(protoGRE, b)
		}}, 0},
		{"GRE of frames", []Encap{func(kind uint16, b []byte) (uint16, []byte) {
			return outer(protoGRE, join("\x20\x00", be16(etherTEB), []byte("\x00\x00\x00\x2a"), ethernet(kind, b)))
		}}, 0},
		{"ERSPAN I", []Encap{erspan(0x88be, "")}, 0},
		{"ERSPAN II", []Encap{erspan(0x88be, ii)}, 0},
		{"ERSPAN III", []Encap{erspan(0x22eb, sequence+"\x20\x05\x08\x01\x00\x00\x00\x03\x00\x00\x00\x00")}, 0},
		{"ERSPAN III with timestamps", []Encap{erspan(0x22eb, sequence+"\x20\x05\x08\x01\x00\x00\x00\x03\x00\x00\x00\x01\x0c\x00\x00\x00\x00\x00\x00\x00")}, 0},
		{"VXLAN", []Encap{vxlan}, 0},
		{"VXLAN of Linux", []Encap{udp(portVXLANv0, "\x08\x00\x00\x00\x00\x00\x2a\x00")}, 0},
		{"GENEVE", []Encap{udp(portGENEVE, "\x00\x00\x65\x58\x00\x00\x2a\x00")}, 0},
		{"GENEVE with options", []Encap{func(kind uint16, b []byte) (uint16, []byte) {
			return outer(protoUDP, datagram(portGENEVE, join("\x02\x00", be16(kind), []byte("\x00\x00\x2a\x00\x01\x02\x80\x01four"), b)))
		}}, 0},
		{"MPLS", []Encap{mpls("\x00\x01\x00\x40\x00\x02\x01\x40", false)}, 0},
		{"MPLS pseudowire", []Encap{mpls("\x00\x01\x00\x40\x00\x03\x01\x40", true)}, 0},
		{"MPLS pseudowire with control word", []Encap{mpls("\x00\x04\x01\x40\x00\x00\x00\x07", true)}, 0},
		{"IP in IP", []Encap{func(_ uint16, b []byte) (uint16, []byte) { return outer(protoIPIP, b) }}, 4},
		{"6in4", []Encap{func(_ uint16, b []byte) (uint16, []byte) { return outer(protoIPv6, b) }}, 6},
		{"IP in IPv6", []Encap{func(_ uint16, b []byte) (uint16, []byte) { return outer6(protoIPIP, b) }}, 4},
		{"EtherIP", []Encap{func(kind uint16, b []byte) (uint16, []byte) {
			return outer(protoEther, join("\x30\x00", ethernet(kind, b)))
		}}, 0},
		{"PPPoE", []Encap{pppoe}, 0},
		{"802.1ah", []Encap{func(kind uint16, b []byte) (uint16, []byte) {
			return 0x88e7, join("\x00\x00\x00\x2a", ethernet(kind, b))
		}}, 0},
		{"MACsec, signed", []Encap{func(kind uint16, b []byte) (uint16, []byte) {
			return 0x88e5, join("\x00\x00\x00\x00\x00\x01", be16(kind), b, make([]byte, 16))
		}}, 0},
		{"VLAN in VXLAN", []Encap{vlan, vxlan}, 0},
		{"VXLAN in VLAN", []Encap{vxlan, vlan}, 0},
		{"VLAN in ERSPAN II in VLAN", []Encap{vlan, erspan(0x88be, ii), vlan}, 0},
		{"PPPoE in VXLAN in MPLS", []Encap{pppoe, vxlan, mpls("\x00\x02\x01\x40", false)}, 0},
		{"VXLAN in GRE in 802.1Q", []Encap{vxlan, gre, vlan}, 0},
	}
}

func join(first string, rest ...[]byte) []byte {
	b := []byte(first)
	for _, r := range rest {
		b = append(b, r...)
	}
	return b
}

func be16(n uint16) []byte { return binary.BigEndian.AppendUint16(nil, n) }

// ethernet is a frame inside a tunnel.
func ethernet(kind uint16, b []byte) []byte {
	return join("\x02\x00\x00\x00\x00\x09\x02\x00\x00\x00\x00\x0a", be16(kind), b)
}

// outer carries b between the ends of a tunnel.
func outer(protocol byte, b []byte) (uint16, []byte) {
	h := join("\x45\x00\x00\x00\x00\x00\x00\x00\x40", []byte{protocol}, []byte("\x00\x00\xc6\x33\x64\x01\xc6\x33\x64\x02"))
	binary.BigEndian.PutUint16(h[2:], uint16(20+len(b)))
	binary.BigEndian.PutUint16(h[10:], ^sum(0, h))
	return etherIPv4, append(h, b...)
}

func outer6(protocol byte, b []byte) (uint16, []byte) {
	h := append(join("\x60\x00\x00\x00", be16(uint16(len(b)))), protocol, 64)
	for _, host := range []byte{1, 2} {
		h = append(h, 0x20, 0x01, 0x0d, 0xb8, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, host)
	}
	return etherIPv6, append(h, b...)
}

// datagram is a UDP datagram without checksum.
func datagram(port uint16, b []byte) []byte {
	return join("\xc3\x50", be16(port), be16(uint16(8+len(b))), []byte{0, 0}, b)
}

func udp(port uint16, header string) Encap {
	return func(kind uint16, b []byte) (uint16, []byte) {
		return outer(protoUDP, datagram(port, join(header, ethernet(kind, b))))
	}
}

// ppp puts a PPP header in front.
func ppp(kind uint16, b []byte) []byte {
	if kind == etherIPv6 {
		return join("\x00\x57", b)
	}
	return join("\x00\x21", b)
}

func pppoeFrame(kind uint16, b []byte) []byte {
	return join("\x11\x00\x00\x01", be16(uint16(2+len(b))), ppp(kind, b))
}

// BrokenTunnels puts frames in between, with probability p behind each, that
// are noise in tunnels, cut anywhere.
func BrokenTunnels(p float64) FrameChange {
	tunnels := Tunnels()
	return func(r *rand.Rand, f []Frame) (out []Frame) {
		for _, x := range f {
			out = append(out, x)
			if r.Float64() >= p {
				continue
			}
			kind, b := uint16([]int{etherIPv4, etherIPv6, etherTEB, 0x8847, int(r.Uint32())}[r.IntN(5)]), noise(r, r.IntN(100))
			for range 1 + r.IntN(3) {
				for _, wrap := range tunnels[r.IntN(len(tunnels))].Encaps {
					kind, b = wrap(kind, b)
				}
			}
			b = ethernet(kind, b)
			out = append(out, Frame{Time: x.Time, Bytes: b[:1+r.IntN(len(b))], Wire: len(b), Packet: &Packet{Stream: x.Packet.Stream}})
		}
		return out
	}
}
