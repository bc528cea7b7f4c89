package bpf

import (
	"slices"
	"testing"
)

// behindTags puts VLAN tags into an Ethernet or cooked frame.
func behindTags(frame []byte, link uint32, types ...int) []byte {
	at := map[uint32]int{linkEthernet: 12, linkLinuxSLL: 14, linkLinuxSLL2: 0}[link]
	net := map[uint32]int{linkEthernet: 14, linkLinuxSLL: 16, linkLinuxSLL2: 20}[link]
	f := slices.Clone(frame)
	for _, ether := range slices.Backward(types) {
		inner := slices.Clone(f[at : at+2])
		copy(f[at:], be16(ether))
		f = slices.Insert(f, net, cat(be16(100), inner)...)
	}
	return f
}

// cooked gives the frame with another link header.
func cooked(frame []byte, link uint32) []byte {
	ether, payload := frame[12:14], frame[14:]
	if link == linkLinuxSLL {
		return cat(make([]byte, 14), ether, payload)
	}
	return cat(ether, make([]byte, 18), payload)
}

// udp4 is a fragment of an IPv4 packet of 10.0.0.1 and 10.0.0.2.
func udp4(fragment int, payload ...[]byte) []byte {
	body := cat(payload...)
	return cat(make([]byte, 12), be16(etherIPv4), []byte{0x45, 0}, be16(20+len(body)), be16(7), be16(fragment),
		[]byte{64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}, body)
}

// udp6 is a fragment of an IPv6 packet.
func udp6(fragment int, payload ...[]byte) []byte {
	body := cat([]byte{17, 0}, be16(fragment), be32(7), cat(payload...))
	return cat(make([]byte, 12), be16(etherIPv6), []byte{0x60, 0, 0, 0}, be16(len(body)), []byte{44, 64},
		make([]byte, 15), []byte{1}, make([]byte, 15), []byte{2}, body)
}

func TestWidened(t *testing.T) {
	header := cat(be16(50000), be16(7890), be16(100), be16(0), make([]byte, 8))
	tagged := func(link uint32, types ...int) []byte {
		if link != linkEthernet {
			return behindTags(cooked(tcpFrame, link), link, types...)
		}
		return behindTags(tcpFrame, link, types...)
	}
	const no, exact, widened = 0, 1, 2 // who accepts it
	for _, test := range []struct {
		name  string
		link  uint32
		frame []byte
		expr  string
		want  int
	}{
		{"plain", linkEthernet, tcpFrame, "port 7890", exact},
		{"plain", linkEthernet, tcpFrame, "port 7900", no},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "port 7890", widened},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "tcp dst portrange 7890-7930", widened},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "src port 7890", no},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "udp port 7890", no},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "host 10.0.0.1 and port 7890", widened},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "host 10.0.0.9 and port 7890", no},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "port 7890 and not host 10.0.0.1", no},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "host 10.0.0.1", no},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "not port 7890", exact},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "not (not port 7890)", widened},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "port not 7890", exact},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "vlan and port 7890", exact},
		{"tag", linkEthernet, tagged(linkEthernet, 0x8100), "vlan 5 or port 7890", exact},
		{"two tags", linkEthernet, tagged(linkEthernet, 0x88a8, 0x8100), "port 7890", widened},
		{"two tags", linkEthernet, tagged(linkEthernet, 0x9100, 0x9100), "port 7890 or 22", widened},
		{"three tags", linkEthernet, tagged(linkEthernet, 0x8100, 0x8100, 0x8100), "port 7890", no},
		{"tag, SLL", linkLinuxSLL, tagged(linkLinuxSLL, 0x8100), "port 7890", widened},
		{"two tags, SLL", linkLinuxSLL, tagged(linkLinuxSLL, 0x8100, 0x8100), "port 7890", widened},
		{"tag, SLL2", linkLinuxSLL2, tagged(linkLinuxSLL2, 0x8100), "port 7890", widened},
		{"two tags, SLL2", linkLinuxSLL2, tagged(linkLinuxSLL2, 0x88a8, 0x8100), "port 7890", widened},

		{"first fragment", linkEthernet, udp4(0x2000, header), "port 7890", exact},
		{"first fragment", linkEthernet, udp4(0x2000, header), "port 22", no},
		{"later fragment", linkEthernet, udp4(0x0002, make([]byte, 16)), "port 7890", widened},
		{"later fragment", linkEthernet, udp4(0x2002, make([]byte, 16)), "udp src port 7890", widened},
		{"later fragment", linkEthernet, udp4(0x0002, make([]byte, 16)), "tcp port 7890", no},
		{"later fragment", linkEthernet, udp4(0x0002, make([]byte, 16)), "port 7890 and host 10.0.0.9", no},
		{"later fragment", linkEthernet, udp4(0x0002, make([]byte, 16)), "port 7890 and not host 10.0.0.9", widened},
		{"later fragment", linkEthernet, udp4(0x0002, make([]byte, 16)), "not port 7890", exact},
		{"later fragment, tag", linkEthernet, behindTags(udp4(2, make([]byte, 16)), linkEthernet, 0x8100), "port 7890", widened},
		{"first fragment, IPv6", linkEthernet, udp6(1, header), "port 7890", widened},
		{"first fragment, IPv6", linkEthernet, udp6(1, header), "port 22", no},
		{"later fragment, IPv6", linkEthernet, udp6(0x11, make([]byte, 16)), "port 7890", widened},
		{"later fragment, IPv6", linkEthernet, udp6(0x11, make([]byte, 16)), "tcp port 7890", no},
		{"later fragment, IPv6", linkEthernet, udp6(0x11, make([]byte, 16)), "not port 7890", exact},

		{"big-endian NULL", linkNull, cat(be32(2), tcpFrame[14:]), "port 7890", widened},
		{"Linux NULL", linkNull, cat([]byte{2, 0, 0, 0}, tcpFrame[14:]), "port 7890", exact},
		{"macOS NULL", linkNull, cat([]byte{30, 0, 0, 0}, udp6(1, header)[14:]), "ip6", widened},
		{"FreeBSD LOOP", linkLoop, cat(be32(28), udp6(1, header)[14:]), "ip6", widened},
		{"IPv4 LOOP", linkLoop, cat(be32(2), tcpFrame[14:]), "ip6", no},
	} {
		strict := compiled(t, test.expr, test.link, Options{Exact: true})
		loose := compiled(t, test.expr, test.link, Options{})
		if got := strict.Run(test.frame, len(test.frame)); got != (test.want == exact) {
			t.Errorf("%s, %q exact: %t", test.name, test.expr, got)
		}
		if got := loose.Run(test.frame, len(test.frame)); got != (test.want != no) {
			t.Errorf("%s, %q: %t", test.name, test.expr, got)
		}
		if strict.Widened {
			t.Errorf("%q exact: Widened", test.expr)
		}
	}
}

func TestWidenedFlag(t *testing.T) {
	for expr, want := range map[string]bool{
		"port 7890": true, "not port 22": false, "host 10.0.0.1": false, "": false,
		"tcp portrange 1-2 and not port 22": true, "vlan and port 7890": true, "not (tcp and not port 1)": true,
	} {
		if got := compiled(t, expr, linkEthernet, Options{}).Widened; got != want {
			t.Errorf("%q: %t", expr, got)
		}
	}
}

// TestWidenedAcceptsMore: without Exact nothing is lost.
func TestWidenedAcceptsMore(t *testing.T) {
	for _, link := range []uint32{linkEthernet, linkLinuxSLL, linkLinuxSLL2, linkRaw, linkPPP} {
		gen := newPackets(uint64(link) + 1)
		for _, expr := range expressions(t) {
			strict, err := Compile(expr, link, Options{Exact: true})
			if err != nil {
				continue
			}
			loose := compiled(t, expr, link, Options{})
			for range 200 {
				data := gen.link(link)
				if strict.Run(data, len(data)) && !loose.Run(data, len(data)) {
					t.Errorf("%q, link type %d: %x", expr, link, data)
					break
				}
			}
		}
	}
}
