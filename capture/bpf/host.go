package bpf

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
)

// ends applies is to the source, the destination, or both.
func ends(d direction, is func(source bool) cond) cond {
	switch d {
	case src:
		return is(true)
	case dst:
		return is(false)
	case srcAndDst:
		return both{is(true), is(false)}
	}
	return either{is(true), is(false)}
}

// hostMAC compares Ethernet addresses.
func (g *generator) hostMAC(m *match) (cond, *Error) {
	if m.qual.proto == nil || m.qual.proto.over != isLink || m.qual.what == "net" {
		return nil, g.fail(m.id.pos, said.With(`did you mean "ether host %s"?`, m.id.text),
			"%s is an Ethernet address", m.id.text)
	}
	if !g.at.isEthernet() {
		return nil, g.fail(m.qual.pos, none, "there are no Ethernet addresses %s", g.where())
	}
	return ends(m.qual.dir, func(source bool) cond {
		off := uint32(0)
		if source {
			off = 6
		}
		return macAt(off, m.id.mac)
	}), nil
}

func macAt(off uint32, mac [6]byte) cond {
	return both{
		test{field: field{off + 2, 4}, k: binary.BigEndian.Uint32(mac[2:])},
		test{field: field{off, 2}, k: uint32(binary.BigEndian.Uint16(mac[:]))},
	}
}

// hostIPv4 compares IPv4 addresses: in IPv4 headers, and unless qualified in
// ARP and RARP packets.
func (g *generator) hostIPv4(m *match) (cond, *Error) {
	addr, mask, err := g.network(m)
	if err != nil {
		return nil, err
	}
	in := func(ether, source, destination uint32) (cond, cond) {
		return g.at.carries(ether), ends(m.qual.dir, func(isSource bool) cond {
			off := g.at.net + destination
			if isSource {
				off = g.at.net + source
			}
			return test{field: field{off, 4}, mask: mask, k: addr}.masked()
		})
	}
	ip, inIP := in(etherIPv4, 12, 16)
	arp, inARP := in(etherARP, 14, 24)
	rarp, _ := in(etherRARP, 14, 24)
	var is cond
	switch {
	case m.qual.proto == nil && g.at.naming == byMPLS:
		return both{ip, inIP}, nil
	case m.qual.proto == nil:
		return choose{ip, inIP, both{either{arp, rarp}, inARP}}, nil
	case m.qual.proto.ether == etherIPv4:
		is = both{ip, inIP}
	case m.qual.proto.ether == etherARP:
		is = both{arp, inARP}
	case m.qual.proto.ether == etherRARP:
		is = both{rarp, inARP}
	case m.qual.proto.ether == etherDECnet:
		return nil, g.unsupported(m.qual.pos, "addresses of decnet are not supported")
	default:
		return nil, g.misfit(m)
	}
	_, err = g.carries(m.qual.pos, m.qual.proto.ether)
	return is, err
}

// network gives the address and mask of a value.
func (g *generator) network(m *match) (addr, mask uint32, err *Error) {
	addr, mask = m.id.num, ^uint32(0)
	isNet := m.qual.what == "net"
	masked := m.id.mask != nil || m.id.prefix >= 0
	switch {
	case masked && !isNet:
		return 0, 0, g.fail(m.id.pos, said.Text(`type "net"`), "a mask needs a network, not a %s", m.qual)
	case m.id.mask != nil:
		mask = m.id.mask.num
	case m.id.prefix > 32:
		return 0, 0, g.fail(m.id.pos, none, "the mask of an IPv4 network is at most 32 bits long")
	case m.id.prefix >= 0:
		mask = ^uint32(0) << (32 - m.id.prefix) // by 32 is 0
	case m.id.kind == dotted:
		mask = ^uint32(0) << (32 - m.id.bits)
	case isNet: // a plain number: 10 is 10.0.0.0/8
		for addr != 0 && addr < 1<<24 {
			addr, mask = addr<<8, mask<<8
		}
	}
	if addr&^mask != 0 {
		err = g.fail(m.id.pos, said.With("the network is %s", quad(addr&mask)), "bits set behind the mask of %s", m.id.text)
	}
	return addr, mask, err
}

func quad(n uint32) string {
	return fmt.Sprintf("%d.%d.%d.%d", n>>24, n>>16&255, n>>8&255, n&255)
}

// hostIPv6 compares IPv6 addresses, four bytes at a time.
func (g *generator) hostIPv6(m *match) (cond, *Error) {
	if m.qual.proto != nil && m.qual.proto.ether != etherIPv6 {
		return nil, g.misfit(m)
	}
	prefix := m.id.prefix
	isNet := m.qual.what == "net"
	addr := m.id.ip6.As16()
	switch {
	case prefix < 0:
		prefix = 128
	case prefix > 128:
		return nil, g.fail(m.id.pos, none, "the mask of an IPv6 network is at most 128 bits long")
	}
	words := make([]test, 0, 4)
	for i := range uint32(4) {
		mask := ^uint32(0) << (32 - min(max(prefix-32*int(i), 0), 32))
		k := binary.BigEndian.Uint32(addr[4*i:])
		if k&^mask != 0 {
			network := netip.PrefixFrom(m.id.ip6, prefix).Masked()
			return nil, g.fail(m.id.pos, said.With("the network is %s", network.Addr()), "bits set behind the mask of %s", m.id.text)
		}
		words = append(words, test{field: field{4 * i, 4}, mask: mask, k: k})
	}
	if prefix != 128 && !isNet {
		return nil, g.fail(m.id.pos, said.Text(`type "net"`), "a mask needs a network, not a %s", m.qual)
	}
	return both{g.at.carries(etherIPv6), ends(m.qual.dir, func(source bool) cond {
		off := g.at.net + 24
		if source {
			off = g.at.net + 8
		}
		var is cond = always(true)
		for _, w := range slices.Backward(words) {
			w.off += off
			is = both{w.masked(), is}
		}
		return is
	})}, nil
}
