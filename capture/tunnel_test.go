package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A wrap puts what an ethertype names into a tunnel, and says by which
// ethertype the result is known.
type wrap func(kind int, b []byte) (int, []byte)

const macs = "\x02\x00\x00\x00\x00\x09\x02\x00\x00\x00\x00\x0a"

func frameOf(kind int, b []byte) []byte { return concat([]byte(macs), big16(kind), b) }

// over4 and over6 carry b as the payload of an IP protocol.
func over4(protocol uint8, b []byte) (int, []byte) {
	h := ipv4Header(protocol, "", len(b))
	copy(h[12:], "\xc0\x00\x02\x01\xc0\x00\x02\x02")
	return etherIPv4, concat(h, b)
}

func over6(protocol uint8, b []byte) (int, []byte) {
	h := ipv6Header(protocol, len(b))
	h[23], h[39] = 0x11, 0x12
	return etherIPv6, concat(h, b)
}

func overUDP(port int, b []byte) []byte {
	return concat(big16(50123), big16(port), big16(8+len(b)), big16(0), b)
}

// greOf is a GRE wrapping with flags and the fields that they announce.
func greOf(flags string, fields string) wrap {
	return func(kind int, b []byte) (int, []byte) {
		return over4(47, concat([]byte(flags), big16(kind), []byte(fields), b))
	}
}

func erspanOf(flags string, kind int, headers string) wrap {
	return func(inner int, b []byte) (int, []byte) {
		return over4(47, concat([]byte(flags), big16(kind), []byte(headers), frameOf(inner, b)))
	}
}

func udpOf(port int, header string) wrap {
	return func(kind int, b []byte) (int, []byte) {
		return over4(17, overUDP(port, concat([]byte(header), frameOf(kind, b))))
	}
}

func genevTyped(kind int, b []byte) []byte {
	return concat([]byte{2, 0}, big16(kind), []byte("\x00\x00\x07\x00optional"), b)
}

// mplsOf puts labels in front, the last with the bottom bit.
func mplsOf(labels int, between string, frame bool) wrap {
	return func(kind int, b []byte) (int, []byte) {
		stack := []byte(strings.Repeat("\x00\x01\x00\x40", labels-1) + "\x00\x02\x01\x40" + between)
		if frame {
			b = frameOf(kind, b)
		}
		return etherMPLS, concat(stack, b)
	}
}

func pppOf(kind int) string {
	if kind == etherIPv6 {
		return "\x00\x57"
	}
	return "\x00\x21"
}

// namedWrap is one way through a tunnel.
type namedWrap struct {
	name  string
	wrap  wrap
	wants string // name of the Tunnel
}

const vlan5 = "\x00\x05"

func namedWraps() []namedWrap {
	tag := func(kind int, b []byte) (int, []byte) { return etherVLAN, concat([]byte(vlan5), big16(kind), b) }
	then := func(all ...wrap) wrap {
		return func(kind int, b []byte) (int, []byte) {
			for _, w := range all {
				kind, b = w(kind, b)
			}
			return kind, b
		}
	}
	vxlan := udpOf(4789, "\x08\x00\x00\x00\x00\x00\x07\x00")
	gre := greOf("\x00\x00", "")
	ipip := func(kind int, b []byte) (int, []byte) {
		if kind == etherIPv6 {
			return over4(41, b)
		}
		return over4(4, b)
	}
	pppoe := func(kind int, b []byte) (int, []byte) {
		return etherPPPoE, concat([]byte{0x11, 0, 0, 1}, big16(2+len(b)), []byte(pppOf(kind)), b)
	}
	return []namedWrap{
		{"GRE", gre, "GRE"},
		{"GRE checksum key sequence", greOf("\xb0\x00", "\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x01"), "GRE"},
		{"GRE Ethernet", func(kind int, b []byte) (int, []byte) {
			return over4(47, concat([]byte("\x20\x00\x65\x58\x00\x00\x00\x07"), frameOf(kind, b)))
		}, "GRE"},
		{"GRE over IPv6", func(kind int, b []byte) (int, []byte) { return over6(47, concat([]byte{0, 0}, big16(kind), b)) }, "GRE"},
		{"GRE PPP", func(kind int, b []byte) (int, []byte) {
			return over4(47, concat([]byte("\x30\x81\x88\x0b\x00\x40\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\xff\x03"), []byte(pppOf(kind)), b))
		}, "GRE"},
		{"ERSPAN I", erspanOf("\x00\x00", 0x88be, ""), "ERSPAN"},
		{"ERSPAN II", erspanOf("\x10\x00", 0x88be, "\x00\x00\x00\x01\x10\x05\x08\x01\x00\x00\x00\x03"), "ERSPAN"},
		{"ERSPAN III", erspanOf("\x10\x00", 0x22eb, "\x00\x00\x00\x01\x20\x05\x08\x01\x00\x00\x00\x03\x00\x00\x00\x00"), "ERSPAN"},
		{"ERSPAN III timestamps", erspanOf("\x10\x00", 0x22eb, "\x00\x00\x00\x01\x20\x05\x08\x01\x00\x00\x00\x03\x00\x00\x00\x01platform"), "ERSPAN"},
		{"ERSPAN III IP", func(kind int, b []byte) (int, []byte) {
			return over4(47, concat([]byte("\x10\x00\x22\xeb\x00\x00\x00\x01\x20\x05\x08\x01\x00\x00\x00\x03\x00\x00\x08\x00"), b))
		}, "ERSPAN"},
		{"IP in IP", ipip, "IP in IP"},
		{"IP in IPv6", func(kind int, b []byte) (int, []byte) {
			if kind == etherIPv6 {
				return over6(41, b)
			}
			return over6(4, b)
		}, "IP in IP"},
		{"EtherIP", func(kind int, b []byte) (int, []byte) { return over4(97, concat([]byte{0x30, 0}, frameOf(kind, b))) }, "EtherIP"},
		{"VXLAN", vxlan, "VXLAN"},
		{"VXLAN group policy", udpOf(4789, "\x88\x00\x00\x05\x00\x00\x07\x00"), "VXLAN"},
		{"VXLAN Linux", udpOf(8472, "\x08\x00\x00\x00\x00\x00\x07\x00"), "VXLAN"},
		{"VXLAN over IPv6", func(kind int, b []byte) (int, []byte) {
			return over6(17, overUDP(4789, concat([]byte("\x08\x00\x00\x00\x00\x00\x07\x00"), frameOf(kind, b))))
		}, "VXLAN"},
		{"VXLAN-GPE Ethernet", udpOf(4790, "\x0c\x00\x00\x03\x00\x00\x07\x00"), "VXLAN-GPE"},
		{"VXLAN-GPE IP", func(kind int, b []byte) (int, []byte) {
			next := map[int]string{etherIPv4: "\x01", etherIPv6: "\x02"}[kind]
			return over4(17, overUDP(4790, concat([]byte("\x0c\x00\x00"+next+"\x00\x00\x07\x00"), b)))
		}, "VXLAN-GPE"},
		{"GENEVE", udpOf(6081, "\x00\x00\x65\x58\x00\x00\x07\x00"), "GENEVE"},
		{"GENEVE options IP", func(kind int, b []byte) (int, []byte) { return over4(17, overUDP(6081, genevTyped(kind, b))) }, "GENEVE"},
		{"MPLS", mplsOf(1, "", false), "MPLS"},
		{"MPLS 3 labels", mplsOf(3, "", false), "MPLS"},
		{"MPLS pseudowire", mplsOf(1, "", true), "MPLS"},
		{"MPLS pseudowire control word", mplsOf(2, "\x00\x00\x00\x07", true), "MPLS"},
		{"MPLS in UDP", func(kind int, b []byte) (int, []byte) {
			_, b = mplsOf(2, "", false)(kind, b)
			return over4(17, overUDP(6635, b))
		}, "MPLS"},
		{"MPLS in IP", func(kind int, b []byte) (int, []byte) { _, b = mplsOf(1, "", false)(kind, b); return over4(137, b) }, "MPLS"},
		{"PPPoE", pppoe, "PPPoE"},
		{"PPPoE compressed protocol", func(kind int, b []byte) (int, []byte) {
			return etherPPPoE, concat([]byte{0x11, 0, 0, 1}, big16(1+len(b)), []byte(pppOf(kind)[1:]), b)
		}, "PPPoE"},
		{"PPPoE MPLS", func(kind int, b []byte) (int, []byte) {
			_, b = mplsOf(2, "", false)(kind, b)
			return etherPPPoE, concat([]byte{0x11, 0, 0, 1}, big16(2+len(b)), []byte{2, 0x81}, b)
		}, "PPPoE"},
		{"802.1ah", func(kind int, b []byte) (int, []byte) { return etherPBB, concat([]byte{0, 0, 0, 7}, frameOf(kind, b)) }, "802.1ah"},
		{"MACsec signed", func(kind int, b []byte) (int, []byte) {
			return etherMACsec, concat([]byte{0, 0, 0, 0, 0, 1}, big16(kind), b, make([]byte, 16))
		}, "MACsec"},
		{"MACsec signed SCI", func(kind int, b []byte) (int, []byte) {
			return etherMACsec, concat([]byte{0x20, 0, 0, 0, 0, 1}, make([]byte, 8), big16(kind), b, make([]byte, 16))
		}, "MACsec"},
		{"VLAN in VXLAN", then(tag, vxlan), "VXLAN"},
		{"VXLAN in VLAN", then(vxlan, tag), "VXLAN"},
		{"VLAN in VXLAN in GRE in VLAN", then(tag, vxlan, gre, tag), "GRE"},
		{"PPPoE in VXLAN in MPLS", then(pppoe, vxlan, mplsOf(2, "", false)), "MPLS"},
		{"16 tunnels", then(slices.Repeat([]wrap{ipip}, 16)...), "IP in IP"},
	}
}

// tunnelWrappings are all tunnels around one segment, on some links.
func tunnelWrappings(segment []byte) (all []wrapping) {
	for _, n := range networkHeaders(len(segment)) {
		if n.name != "IPv4" && n.name != "IPv6" && n.name != "IPv6 all extensions" {
			continue
		}
		inner := etherIPv4
		if n.v6 {
			inner = etherIPv6
		}
		for _, w := range namedWraps() {
			kind, b := w.wrap(inner, concat(n.header, segment))
			add := func(name string, link LinkType, header, trailer string) {
				frame := concat([]byte(header), b, []byte(trailer))
				all = append(all, wrapping{
					name: name + "/" + w.name + "/" + n.name, link: link, frame: frame, v6: n.v6,
					segment: bytes.LastIndex(frame, segment), tunnel: w.wants,
				})
			}
			add("Ethernet", LinkEthernet, macs+string(big16(kind)), "\xde\xad\xbe\xef")
			add("802.1Q", LinkEthernet, macs+"\x81\x00\x00\x05"+string(big16(kind)), "")
			if kind == etherIPv4 || kind == etherIPv6 {
				add("RAW", LinkRaw, "", "")
			}
		}
		for name, link := range map[string]LinkType{"PPP": LinkPPP, "PPP_HDLC": LinkPPPHDLC, "C_HDLC": LinkCiscoHDLC, "PPPoE": LinkPPPoE} {
			head := map[LinkType]string{
				LinkPPP: pppOf(inner), LinkPPPHDLC: "\xff\x03" + pppOf(inner),
				LinkCiscoHDLC: "\x0f\x00" + string(big16(inner)), LinkPPPoE: "\x11\x00\x00\x01\x00\x00" + pppOf(inner),
			}[link]
			all = append(all, wrapping{name: name + "/" + n.name, link: link, frame: concat([]byte(head), n.header, segment), v6: n.v6, segment: len(head) + len(n.header)})
		}
	}
	return all
}

// TestTunnelFilter: what a tunnel is, and the filter that finds its packets.
func TestTunnelFilter(t *testing.T) {
	want := map[string]string{
		"GRE": "proto 47", "GRE over IPv6": "proto 47", "ERSPAN II": "proto 47", "IP in IP": "proto 4", "EtherIP": "proto 97",
		"VXLAN": "udp port 4789", "VXLAN Linux": "udp port 8472", "GENEVE": "udp port 6081", "MPLS": "mpls", "MPLS in UDP": "udp port 6635",
		"PPPoE": "pppoes", "802.1ah": "ether proto 0x88e7", "VLAN in VXLAN": "udp port 4789",
	}
	for _, w := range tunnelWrappings(tcpBytes("", "payload")) {
		parts := strings.Split(w.name, "/")
		filter := want[parts[1]]
		if parts[0] != "Ethernet" || w.v6 || filter == "" {
			continue
		}
		delete(want, parts[1])
		p := frameOn(w.link, w.frame)
		if !NewDecoder().Decode(p) || p.Tunnel.String() != w.tunnel || p.TunnelFilter() != filter {
			t.Errorf("%s: %v, %q, want %s, %q", w.name, p.Tunnel, p.TunnelFilter(), w.tunnel, filter)
		}
		if ok, err := NewFilter(p.TunnelFilter(), false).Match(p); !ok || err != nil {
			t.Errorf("%s: the filter %s does not find it: %v", w.name, p.TunnelFilter(), err)
		}
	}
	if len(want) > 0 {
		t.Errorf("not seen: %v", want)
	}
	p := frameOn(LinkEthernet, frameOf(etherIPv4, concat(ipv4Header(6, "", 20), tcpBytes("", ""))))
	if p.Tunnel = GRE; !NewDecoder().Decode(p) || p.Tunnel != NoTunnel {
		t.Error("a plain packet is in a tunnel")
	}
}

// TestVXLANPort: any port may carry VXLAN, once somebody says so.
func TestVXLANPort(t *testing.T) {
	kind, b := udpOf(5555, "\x08\x00\x00\x00\x00\x00\x07\x00")(etherIPv4, concat(ipv4Header(6, "", 27), tcpBytes("", "payload")))
	d, p := NewDecoder(), frameOn(LinkEthernet, frameOf(kind, b))
	if d.Decode(p) || countOf(d, "UDP that looks like VXLAN (-d udp.port==5555,vxlan reads it)") != 1 {
		t.Errorf("Skipped = %v", d.Skipped())
	}
	d.VXLANPort(5555)
	if !d.Decode(p) || string(p.Payload) != "payload" {
		t.Errorf("Skipped = %v", d.Skipped())
	}
	if NewDecoder().Decode(p) {
		t.Error("one decoder's ports are another's")
	}
}

// TestTunnelsDamaged: each is counted under a name, and nothing panics.
func TestTunnelsDamaged(t *testing.T) {
	gre := func(b ...byte) []byte { _, p := over4(47, b); return p }
	udp := func(port int, b ...byte) []byte { _, p := over4(17, overUDP(port, b)); return p }
	ether := func(kind int, b ...byte) []byte { return frameOf(kind, b) }
	deep := concat(ipv4Header(6, "", 20), tcpBytes("", ""))
	for range 1000 {
		_, deep = over4(4, deep)
	}
	tests := []struct {
		link  LinkType
		frame []byte
		want  string
	}{
		{LinkRaw, deep, "too many tunnels inside each other"},
		{LinkRaw, gre(0, 0), "malformed GRE header"},
		{LinkRaw, gre(0x40, 0, 8, 0), "malformed GRE header"}, // source routes
		{LinkRaw, gre(0, 2, 8, 0), "malformed GRE header"},    // version 2
		{LinkRaw, gre(0xb0, 0, 8, 0, 0, 0, 0, 0), "malformed GRE header"},
		{LinkRaw, gre(0, 0, 0, 0), "ethertype 0x0000"}, // a keep-alive
		{LinkRaw, gre(0, 0, 0x88, 0x3e, 0, 0, 0, 0), "ethertype 0x883e"},
		{LinkRaw, gre(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0), "malformed ERSPAN header"},
		{LinkRaw, gre(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x30, 0, 0, 0, 0, 0, 0, 0), "malformed ERSPAN header"},
		{LinkRaw, gre(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1), "malformed ERSPAN header"},
		{LinkRaw, gre(0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0), "malformed ERSPAN header"},
		{LinkRaw, udp(4789, 0, 0, 0, 0, 0, 0, 7, 0), "malformed VXLAN header"},
		{LinkRaw, udp(4789, 8, 0, 0, 0), "malformed VXLAN header"},
		{LinkRaw, udp(4790, 4, 0, 0, 9, 0, 0, 7, 0), "ethertype 0x0009"},
		{LinkRaw, udp(4790, 4, 0, 0, 4, 0, 0, 7, 0), "ethertype 0x894f NSH"},
		{LinkRaw, udp(6081, 0x3f, 0, 8, 0, 0, 0, 7, 0), "malformed GENEVE header"}, // options past the end
		{LinkRaw, udp(6081, 0x40, 0, 8, 0, 0, 0, 7, 0), "malformed GENEVE header"},
		{LinkRaw, udp(6081, 0, 0, 8), "malformed GENEVE header"},
		{LinkRaw, udp(2152, 0x30, 0xff, 0, 0, 0, 0, 0, 0), "UDP port 2152 GTP-U"},
		{LinkEthernet, ether(0x8847, bytes.Repeat([]byte{0, 0, 0x10, 64}, 5000)...), "malformed MPLS header"}, // no bottom
		{LinkEthernet, ether(0x8847, 0, 0, 0x11, 64), "malformed MPLS header"},                                // nothing behind
		{LinkEthernet, ether(0x8847, 0, 0, 0x11, 64, 0x90, 0, 0, 0, 0, 0), "packet neither IPv4 nor IPv6"},
		{LinkEthernet, ether(0x8864, 0x11, 0, 0, 1), "malformed PPPoE header"},
		{LinkEthernet, ether(0x8864, 0x11, 9, 0, 1, 0, 2, 0, 0x21), "malformed PPPoE header"},
		{LinkEthernet, ether(0x8864, 0x11, 0, 0, 1, 0, 2, 0xc0, 0x21), "PPP protocol 0xc021 LCP"},
		{LinkEthernet, ether(0x8864, 0x11, 0, 0, 1, 0, 2, 0xfd), "PPP protocol 0x00fd compressed"},
		{LinkEthernet, ether(0x8864, 0x11, 0, 0, 1, 0, 0), "malformed PPP header"},
		{LinkEthernet, ether(0x8863, 0x11, 9, 0, 0, 0, 0), "ethertype 0x8863 PPPoE discovery"},
		{LinkEthernet, ether(0x88e7, 0, 0), "malformed 802.1ah header"},
		{LinkEthernet, ether(0x88e5, 0x2c, 0, 0, 0, 0, 1), "ethertype 0x88e5 MACsec, encrypted"},
		{LinkEthernet, ether(0x88e5, 0x20, 0, 0, 0, 0, 1, 8, 0), "malformed MACsec header"},
		{LinkPPPHDLC, []byte{0x8f, 0, 0x20, 0}, "ethertype 0x2000"}, // CDP
		{LinkPPPHDLC, []byte{0xff}, "frame ends in the link header"},
	}
	for _, test := range tests {
		d := NewDecoder()
		if d.Decode(frameOn(test.link, test.frame)) {
			t.Errorf("%s: Decode = true", test.want)
		}
		if got := d.Skipped(); !slices.Equal(got, []Count{{test.want, 1}}) {
			t.Errorf("Skipped = %v, want %s", got, test.want)
		}
		if d.nested != 0 {
			t.Errorf("%s: %d tunnels are left", test.want, d.nested)
		}
	}
	// A snapshot length is no damage.
	d, p := NewDecoder(), frameOn(LinkRaw, gre(0x10, 0, 0x88, 0xbe, 0, 0, 0, 1))
	if p.Frame = p.Frame[:26]; d.Decode(p) || countOf(d, "frame ends in the GRE header") != 1 {
		t.Errorf("Skipped = %v", d.Skipped())
	}
}

// fragmented cuts an IP packet without extension headers into fragments.
func fragmented(packet []byte, size, id int) (frames [][]byte) {
	header := 20
	if packet[0]>>4 == 6 {
		header = 40
	}
	for _, f := range split(packet[header:], size) {
		place := f.offset
		if packet[0]>>4 == 6 {
			if !f.last {
				place |= 1
			}
			h := bytes.Clone(packet[:40])
			h[6] = protoFragment
			binary.BigEndian.PutUint16(h[4:], uint16(8+len(f.data)))
			frames = append(frames, concat(h, []byte{packet[6], 0}, big16(place), []byte{0, 0}, big16(id), f.data))
			continue
		}
		if place /= 8; !f.last {
			place |= 0x2000
		}
		h := bytes.Clone(packet[:20])
		binary.BigEndian.PutUint16(h[2:], uint16(20+len(f.data)))
		binary.BigEndian.PutUint16(h[4:], uint16(id))
		binary.BigEndian.PutUint16(h[6:], uint16(place))
		frames = append(frames, concat(h, f.data))
	}
	return frames
}

// TestTunnelFragments: fragments inside a tunnel, a tunnel inside fragments, and
// both, each captured twice.
func TestTunnelFragments(t *testing.T) {
	payload := string(bytes.Repeat([]byte("0123456789"), 200))
	segment := tcpBytes("", payload)
	for _, v6 := range []bool{false, true} {
		kind, packet := etherIPv4, concat(ipv4Header(6, "", len(segment)), segment)
		if v6 {
			kind, packet = etherIPv6, concat(ipv6Header(6, len(segment)), segment)
		}
		for _, w := range namedWraps() {
			for _, how := range []string{"inside", "outside", "both"} {
				inner := [][]byte{packet}
				if how != "outside" {
					inner = fragmented(packet, 904, 7)
				}
				var frames [][]byte
				for i, b := range inner {
					outer, b := w.wrap(kind, b)
					if how == "inside" || outer != etherIPv4 && outer != etherIPv6 {
						frames = append(frames, frameOf(outer, b))
						continue
					}
					for _, f := range fragmented(b, 440, 100+i) {
						frames = append(frames, frameOf(outer, f))
					}
				}
				d := NewDecoder()
				var p *Packet
				segments := 0
				for _, f := range frames {
					for range 2 {
						q := frameOn(LinkEthernet, f)
						if d.Decode(q) {
							segments, p = segments+1, q
						}
					}
				}
				name := fmt.Sprintf("%s, v6 %v, %s", w.name, v6, how)
				if want := 1 + bool2int(len(frames) == 1); segments != want {
					t.Errorf("%s: %d segments out of %d frames, want %d: %v", name, segments, len(frames), want, d.Skipped())
					continue
				}
				if checkSegment(t, p, v6); string(p.Payload) != payload || p.Missing != 0 || p.Tunnel.String() != w.wants {
					t.Errorf("%s: %d bytes, %d missing, in %v", name, len(p.Payload), p.Missing, p.Tunnel)
				}
				if n := countOf(d, "IP fragment waiting"); n != 0 {
					t.Errorf("%s: %d fragments wait", name, n)
				}
				checkBounds(t, d)
			}
		}
	}
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestUnread tells apart what may hide TCP from what does not.
func TestUnread(t *testing.T) {
	d := NewDecoder()
	for _, f := range [][]byte{
		frameOf(etherARP, nil), frameOf(0x88cc, nil), frameOf(etherMACsec, []byte{0x0c}), frameOf(0x1234, nil),
		frameOf(over4(17, overUDP(53, nil))), frameOf(over4(17, overUDP(1701, nil))), frameOf(over4(1, nil)), frameOf(over4(50, nil)),
		frameOf(etherPPPoE, []byte{0x11, 0, 0, 1, 0, 2, 0xc0, 0x21}), frameOf(38, []byte{0x42, 0x42, 3}), make([]byte, 13),
		frameOf(etherIPv4, part{8, make([]byte, 8), false}.frame4(1)),
	} {
		d.Decode(frameOn(LinkEthernet, f))
	}
	var got []string
	for _, c := range d.Unread() {
		got = append(got, c.Name)
	}
	want := []string{"ESP (IP protocol 50)", "IP fragment waiting", "UDP port 1701 L2TP", "ethertype 0x1234", "ethertype 0x88e5 MACsec, encrypted", "frame ends in the link header"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if n := len(d.Skipped()); n != 12 {
		t.Errorf("%d kinds skipped: %v", n, d.Skipped())
	}
}

// TestTags: networks with the same addresses are told apart.
func TestTags(t *testing.T) {
	inner := concat(ipv4Header(6, "", 20), tcpBytes("", ""))
	frame := concat(make([]byte, 12), big16(etherIPv4), inner)
	vlan := func(id int) []byte {
		return concat(make([]byte, 12), big16(etherVLAN), big16(id), big16(etherIPv4), inner)
	}
	udp := func(port int, b []byte) []byte {
		u := concat(big16(50000), big16(port), big16(8+len(b)), big16(0), b)
		return concat(make([]byte, 12), big16(etherIPv4), ipv4Header(protoUDP, "", len(u)), u)
	}
	gre := func(b []byte) []byte {
		return concat(make([]byte, 12), big16(etherIPv4), ipv4Header(47, "", len(b)), b)
	}
	vxlan := func(vni byte, b []byte) []byte { return udp(4789, concat([]byte{8, 0, 0, 0, 0, 0, vni, 0}, b)) }
	tests := []struct {
		name  string
		frame []byte
		same  string // as that name
	}{
		{"plain", frame, ""},
		{"a priority alone", vlan(0x2000), "plain"},
		{"VLAN 1", vlan(1), ""},
		{"VLAN 1 with priority", vlan(0x2001), "VLAN 1"},
		{"VLAN 2", vlan(2), ""},
		{"VXLAN 1", vxlan(1, frame), ""},
		{"VXLAN 2", vxlan(2, frame), ""},
		{"VLAN 1 in VXLAN 1", vxlan(1, vlan(1)), ""},
		{"GENEVE 3", udp(6081, concat([]byte{0, 0, 0x65, 0x58, 0, 0, 3, 0}, frame)), ""},
		{"GRE", gre(concat([]byte{0, 0, 8, 0}, inner)), "plain"},
		{"GRE, key 4", gre(concat([]byte{0x20, 0, 8, 0, 0, 0, 0, 4}, inner)), ""},
		{"GRE, key 5, checksum", gre(concat([]byte{0xa0, 0, 8, 0, 0, 0, 0, 4, 0, 0, 0, 5}, inner)), ""},
		{"MPLS 16", concat(make([]byte, 12), big16(etherMPLS), []byte{0, 1, 1, 64}, inner), ""},
		{"MPLS 17", concat(make([]byte, 12), big16(etherMPLS), []byte{0, 1, 0x11, 64}, inner), ""},
	}
	tags := map[string]uint32{}
	for _, test := range tests {
		p := frameOn(LinkEthernet, test.frame)
		if !NewDecoder().Decode(p) {
			t.Fatalf("%s: not decoded", test.name)
		}
		tags[test.name] = p.Tags
		for name, other := range tags {
			if same := name == test.name || name == test.same || test.same == "plain" && name == "a priority alone"; same != (other == p.Tags) {
				t.Errorf("%s has tags %x, %s %x", test.name, p.Tags, name, other)
			}
		}
	}
}

// FuzzTunnel goes into every kind of tunnel with any octets: the walk ends, and
// what it finds is in them.
func FuzzTunnel(f *testing.F) {
	const kinds = len(tunnelNames) - 1
	headers := []int{4, 8, 14, 34, 42} // of the way to a tunnel
	for i, w := range wrappings(tcpBytes("\x01\x01\x01\x01", "payload")) {
		if n := headers[i%len(headers)]; n < len(w.frame) {
			f.Add(uint8(i%kinds), uint16(0), w.frame[n:])
		}
	}
	for i, p := range captured(f) {
		if i%10 == 0 {
			f.Add(uint8(i/10%kinds), uint16(0), append([]byte{8, 0, 0, 0, 0, 0, 1, 0}, p.Frame...))
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, more uint16, b []byte) {
		d := NewDecoder()
		p := frameOn(LinkEthernet, b)
		found := d.enter(p, skipped{}, Tunnel(int(kind)%(len(tunnelNames)-1)+1), b, len(b)+int(more))
		if d.nested != 0 {
			t.Errorf("%d tunnels are left", d.nested)
		}
		if found && !bytes.Contains(b, p.Payload) {
			t.Errorf("payload %x is not in %x", p.Payload, b)
		}
		if !found && !p.isLeft && p.fragment == nil {
			t.Error("nothing found and nothing said of it")
		}
	})
}
