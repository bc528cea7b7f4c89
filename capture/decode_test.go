package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// The segment that most tests wrap.
const (
	segmentSeq     = 0x11223344
	segmentAck     = 0x55667788
	segmentWindow  = 0x99aa
	segmentSrcPort = 50000
	segmentDstPort = 7890
)

var (
	host4Src = netip.MustParseAddr("10.1.2.3")
	host4Dst = netip.MustParseAddr("10.4.5.6")
	host6Src = netip.MustParseAddr("2001:db8::1")
	host6Dst = netip.MustParseAddr("2001:db8::2")
)

// frameOn is a packet of a link, captured whole.
func frameOn(link LinkType, frame []byte) *Packet {
	return &Packet{Frame: frame, Stamp: Stamp{WireLen: len(frame), Iface: &Interface{Link: link}}}
}

// tcpBytes is a TCP segment with options (a multiple of 4 bytes).
func tcpBytes(options, payload string) []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint16(b, segmentSrcPort)
	binary.BigEndian.PutUint16(b[2:], segmentDstPort)
	binary.BigEndian.PutUint32(b[4:], segmentSeq)
	binary.BigEndian.PutUint32(b[8:], segmentAck)
	b[12] = byte(20+len(options)) / 4 << 4
	b[13] = byte(PSH | ACK)
	binary.BigEndian.PutUint16(b[14:], segmentWindow)
	return append(append(b, options...), payload...)
}

func concat(parts ...[]byte) []byte { return slices.Concat(parts...) }

func big16(v int) []byte { return []byte{byte(v >> 8), byte(v)} }

// wrapping is a frame around a segment; segment says where in the frame it
// starts.
type wrapping struct {
	name    string
	link    LinkType
	frame   []byte
	segment int // offset of the TCP header
	v6      bool
	tunnel  string // the outermost
}

// wrappings are all links times all networks around one segment, and all
// tunnels.
func wrappings(segment []byte) []wrapping {
	var all []wrapping
	for _, l := range linkHeaders() {
		for _, n := range networkHeaders(len(segment)) {
			if l.only != 0 && (l.only == 6) != n.v6 {
				continue
			}
			frame := concat(l.header(n.v6), n.header, segment, []byte(l.trailer))
			all = append(all, wrapping{
				name: l.name + "/" + n.name, link: l.link, frame: frame, v6: n.v6,
				segment: len(l.header(n.v6)) + len(n.header),
			})
		}
	}
	return append(all, tunnelWrappings(segment)...)
}

func checkSegment(t *testing.T, p *Packet, v6 bool) {
	t.Helper()
	src, dst := host4Src, host4Dst
	if v6 {
		src, dst = host6Src, host6Dst
	}
	if want := netip.AddrPortFrom(src, segmentSrcPort); p.Src != want {
		t.Errorf("Src = %v, want %v", p.Src, want)
	}
	if want := netip.AddrPortFrom(dst, segmentDstPort); p.Dst != want {
		t.Errorf("Dst = %v, want %v", p.Dst, want)
	}
	if want := (TCP{segmentSeq, segmentAck, segmentWindow, PSH | ACK}); p.TCP != want {
		t.Errorf("TCP = %+v, want %+v", p.TCP, want)
	}
}

func TestDecode(t *testing.T) {
	for _, w := range wrappings(tcpBytes("", "payload")) {
		t.Run(w.name, func(t *testing.T) {
			p := frameOn(w.link, w.frame)
			d := NewDecoder()
			if !d.Decode(p) {
				t.Fatalf("no TCP: %v", d.Skipped())
			}
			checkSegment(t, p, w.v6)
			if string(p.Payload) != "payload" || p.Missing != 0 || p.Tunnel.String() != w.tunnel {
				t.Errorf("Payload %q, Missing %d, in %v", p.Payload, p.Missing, p.Tunnel)
			}
			if len(d.Skipped()) != 0 {
				t.Errorf("Skipped = %v", d.Skipped())
			}
		})
	}
}

// A snapshot length may end a frame anywhere. Once the fixed TCP header is
// there the segment must be known, with its length on the wire.
func TestDecodeCut(t *testing.T) {
	const options, payload = "\x01\x01\x01\x01\x01\x01\x01\x00", "payload"
	d := NewDecoder()
	for _, w := range wrappings(tcpBytes(options, payload)) {
		for n := range len(w.frame) + 1 {
			p := frameOn(w.link, w.frame)
			p.Frame = w.frame[:n:n]
			got := d.Decode(p)
			if want := n >= w.segment+20; got != want {
				t.Fatalf("%s cut to %d: Decode = %v, want %v", w.name, n, got, want)
			}
			if !got {
				continue
			}
			checkSegment(t, p, w.v6)
			have := min(max(0, n-w.segment-20-len(options)), len(payload))
			if string(p.Payload) != payload[:have] || p.Missing != len(payload)-have {
				t.Fatalf("%s cut to %d: Payload %q, Missing %d", w.name, n, p.Payload, p.Missing)
			}
		}
	}
}

// Tools that cut files may write the cut length as wire length too.
func TestDecodeCutWithoutWireLength(t *testing.T) {
	for _, w := range wrappings(tcpBytes("", "payload")) {
		p := frameOn(w.link, w.frame[:w.segment+23])
		if !NewDecoder().Decode(p) || string(p.Payload) != "pay" || p.Missing != 4 {
			t.Errorf("%s: Payload %q, Missing %d", w.name, p.Payload, p.Missing)
		}
	}
}

func TestSkipped(t *testing.T) {
	ether := func(ethertype int, payload ...byte) []byte {
		return concat(make([]byte, 12), big16(ethertype), payload)
	}
	v4 := func(protocol uint8, payload ...byte) []byte {
		return ether(0x0800, concat(ipv4Header(protocol, "", len(payload)), payload)...)
	}
	v6 := func(next uint8, payload ...byte) []byte {
		return ether(0x86dd, concat(ipv6Header(next, len(payload)), payload)...)
	}
	edit := func(frame []byte, at int, b ...byte) []byte {
		copy(frame[at:], b)
		return frame
	}
	cut := func(frame []byte, n int) []byte { return frame[:n] }
	segment := tcpBytes("", "payload")
	tests := []struct {
		link  LinkType
		frame []byte
		want  string
	}{
		{LinkEthernet, v4(17, make([]byte, 8)...), "UDP"},
		{LinkEthernet, v6(17, make([]byte, 8)...), "UDP"},
		{LinkEthernet, v4(17, 0, 1, 6, 0xa5, 0, 0, 0, 0), "UDP port 1701 L2TP"},
		{LinkEthernet, v6(17, 0, 1, 8, 0x68, 0, 0, 0, 0), "UDP port 2152 GTP-U"},
		{LinkEthernet, v4(17), "UDP"},
		{LinkEthernet, v4(1, 8), "ICMP"},
		{LinkEthernet, v6(58, 8), "IPv6 ICMP"},
		{LinkEthernet, v6(0, 58, 0, 5, 2, 0, 0, 0, 0), "IPv6 ICMP"},
		{LinkEthernet, v4(50, 8), "ESP (IP protocol 50)"},
		{LinkEthernet, v4(41, 8), "packet neither IPv4 nor IPv6"},
		{LinkEthernet, v4(253, 8), "IP protocol 253"},
		{LinkEthernet, v6(59), "no next header (IP protocol 59)"},
		{LinkEthernet, ether(0x0806), "ARP"},
		{LinkEthernet, ether(0x88cc), "ethertype 0x88cc LLDP"},
		{LinkEthernet, ether(0x8100, 0, 5, 0x88, 0x63), "ethertype 0x8863 PPPoE discovery"},
		{LinkEthernet, ether(0x1234), "ethertype 0x1234"},
		{LinkEthernet, ether(0x05ff), "ethertype 0x05ff"},
		{LinkEthernet, ether(38, 0x42, 0x42, 3, 0), "LLC SAP 0x42 STP"},
		{LinkEthernet, ether(38, 0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0), "SNAP OUI 0x00000c Cisco"},
		{LinkEthernet, ether(38, 0xaa, 0xaa, 3, 0, 0, 0, 0, 9), "SNAP OUI 0x000000"},
		{LinkEthernet, ether(38, 0xaa, 0xaa, 3, 0), "LLC SAP 0xaa SNAP"},
		{LinkEthernet, ether(38, 0xe4, 0, 0), "LLC SAP 0xe4"},
		{LinkEthernet, ether(38, 0xaa), "frame ends in the link header"},
		{LinkEthernet, ether(0x8100, 0, 5), "frame ends in the link header"},
		{LinkEthernet, make([]byte, 13), "frame ends in the link header"},
		{LinkEthernet, nil, "frame ends in the link header"},
		{LinkLinuxSLL, concat(make([]byte, 14), big16(0x000c)), "ethertype 0x000c"},
		{LinkLinuxSLL, make([]byte, 15), "frame ends in the link header"},
		{LinkLinuxSLL2, concat(big16(0x88cc), make([]byte, 18)), "ethertype 0x88cc LLDP"},
		{LinkLinuxSLL2, make([]byte, 19), "frame ends in the link header"},
		{LinkNull, []byte{7, 0, 0, 0}, "address family 7"},
		{LinkNull, []byte{2, 0, 0}, "frame ends in the link header"},
		{LinkLoop, []byte{2, 0, 0, 0}, "address family 33554432"},
		{LinkRaw, []byte{0x50}, "packet neither IPv4 nor IPv6"},
		{LinkRaw, nil, "frame ends in the IP header"},
		{147, nil, "link type 147"},
		{105, nil, "link type 105 IEEE 802.11"},
		{LinkEthernet, edit(v4(6, segment...), 14, 0x65), "malformed IPv4 header"},
		{LinkEthernet, edit(v4(6, segment...), 14, 0x44), "malformed IPv4 header"},
		{LinkEthernet, edit(v4(6, segment...), 16, 0, 19), "malformed IPv4 header"},
		{LinkEthernet, edit(v6(6, segment...), 14, 0x45), "malformed IPv6 header"},
		{LinkEthernet, v6(0, 6, 1, 0, 0, 0, 0, 0, 0), "malformed IP extension header"},
		{LinkEthernet, v6(0, 6, 0, 0, 0), "malformed IP extension header"},
		{LinkEthernet, cut(v6(0, 6, 0, 0, 0, 0, 0, 0, 0), 58), "frame ends in the IP header"},
		{LinkEthernet, cut(v6(0, concat([]byte{6, 1}, make([]byte, 14))...), 63), "frame ends in the IP header"},
		{LinkEthernet, cut(v4(6, segment...), 33), "frame ends in the IP header"},
		{LinkEthernet, cut(edit(v4(6, segment...), 14, 0x46), 37), "frame ends in the IP header"},
		{LinkEthernet, cut(v6(6, segment...), 53), "frame ends in the IP header"},
		{LinkEthernet, cut(v4(6, segment...), 53), "frame ends in the TCP header"},
		{LinkEthernet, v4(6, segment[:19]...), "malformed TCP header"},
		{LinkEthernet, edit(v4(6, segment...), 46, 0x4f), "malformed TCP header"},
		{LinkEthernet, edit(v4(6, segment...), 46, 0x70), "malformed TCP header"},
	}
	for _, test := range tests {
		d := NewDecoder()
		if d.Decode(frameOn(test.link, test.frame)) {
			t.Errorf("%s: Decode = true", test.want)
		}
		if got := d.Skipped(); !slices.Equal(got, []Count{{test.want, 1}}) {
			t.Errorf("Skipped = %v, want %s", got, test.want)
		}
	}
}

func TestSkippedOrder(t *testing.T) {
	d := NewDecoder()
	for link, n := range map[LinkType]int{200: 1, 201: 3, 202: 2, 203: 2} {
		for range n {
			d.Decode(frameOn(link, nil))
		}
	}
	want := []Count{{"link type 201", 3}, {"link type 202", 2}, {"link type 203", 2}, {"link type 200", 1}}
	if got := d.Skipped(); !slices.Equal(got, want) {
		t.Errorf("Skipped = %v, want %v", got, want)
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	frames := []*Packet{
		frameOn(LinkEthernet, concat(make([]byte, 12), big16(0x0806))),
		frameOn(LinkEthernet, concat(make([]byte, 12), big16(0x88cc))),
		frameOn(147, nil),
		frameOn(LinkRaw, concat(ipv4Header(17, "", 8), make([]byte, 8))),
		frameOn(LinkRaw, ipv4Header(6, "", 0)),
	}
	for _, w := range wrappings(tcpBytes("", "payload")) {
		frames = append(frames, frameOn(w.link, w.frame))
	}
	d := NewDecoder()
	if n := testing.AllocsPerRun(100, func() {
		for _, p := range frames {
			d.Decode(p)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// randomStack makes the layers of a packet that gopacket decodes right.
func randomStack(r *rand.Rand) []gopacket.SerializableLayer {
	bytesOf := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	var stack []gopacket.SerializableLayer
	v6 := r.IntN(2) == 0
	inner := layers.EthernetTypeIPv4
	if v6 {
		inner = layers.EthernetTypeIPv6
	}
	types := []layers.EthernetType{inner}
	for range r.IntN(4) {
		tags := []layers.EthernetType{layers.EthernetTypeDot1Q, layers.EthernetTypeQinQ}
		types = append(types, tags[r.IntN(2)])
	}
	slices.Reverse(types)
	stack = append(stack, &layers.Ethernet{SrcMAC: bytesOf(6), DstMAC: bytesOf(6), EthernetType: types[0]})
	for _, t := range types[1:] {
		stack = append(stack, &layers.Dot1Q{VLANIdentifier: uint16(r.IntN(4096)), Type: t})
	}
	tcp := &layers.TCP{
		SrcPort: layers.TCPPort(r.Uint32()), DstPort: layers.TCPPort(r.Uint32()),
		Seq: r.Uint32(), Ack: r.Uint32(), Window: uint16(r.Uint32()),
		FIN: r.IntN(2) == 0, SYN: r.IntN(2) == 0, RST: r.IntN(2) == 0, PSH: r.IntN(2) == 0,
		ACK: r.IntN(2) == 0, URG: r.IntN(2) == 0, ECE: r.IntN(2) == 0, CWR: r.IntN(2) == 0,
	}
	for range r.IntN(3) {
		tcp.Options = append(tcp.Options, layers.TCPOption{OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: bytesOf(8)})
	}
	if v6 {
		ip := &layers.IPv6{Version: 6, NextHeader: layers.IPProtocolTCP, SrcIP: bytesOf(16), DstIP: bytesOf(16)}
		stack = append(stack, ip)
		if r.IntN(2) == 0 {
			ip.NextHeader = layers.IPProtocolIPv6Destination
			options := &layers.IPv6Destination{Options: []*layers.IPv6DestinationOption{{OptionType: 30, OptionData: bytesOf(4 + 8*r.IntN(3))}}}
			options.NextHeader = layers.IPProtocolTCP
			stack = append(stack, options)
		}
	} else {
		ip := &layers.IPv4{Version: 4, TTL: 64, Id: uint16(r.Uint32()), Protocol: layers.IPProtocolTCP, SrcIP: bytesOf(4), DstIP: bytesOf(4)}
		if r.IntN(2) == 0 {
			ip.Options = []layers.IPv4Option{{OptionType: 68, OptionLength: 12, OptionData: bytesOf(10)}}
		}
		stack = append(stack, ip)
	}
	return append(stack, tcp, gopacket.Payload(bytesOf(r.IntN(100))))
}

// oracle is what gopacket finds; nil if it does not find a whole segment.
func oracle(frame []byte) *Packet {
	g := gopacket.NewPacket(frame, layers.LayerTypeEthernet, gopacket.DecodeOptions{NoCopy: true, Lazy: false})
	tcp, ok := g.Layer(layers.LayerTypeTCP).(*layers.TCP)
	if !ok || g.Metadata().Truncated || g.ErrorLayer() != nil {
		return nil
	}
	networks := 0 // tunnels come later
	for _, l := range g.Layers() {
		switch ip := l.(type) {
		case *layers.IPv4:
			networks++
			ok = ok && ip.Version == 4 // gopacket does not look
		case *layers.IPv6:
			networks++
			ok = ok && ip.Version == 6
		}
	}
	if !ok || networks != 1 {
		return nil
	}
	flow := g.NetworkLayer().NetworkFlow()
	src, _ := netip.AddrFromSlice(flow.Src().Raw())
	dst, _ := netip.AddrFromSlice(flow.Dst().Raw())
	return &Packet{
		Src: netip.AddrPortFrom(src, uint16(tcp.SrcPort)), Dst: netip.AddrPortFrom(dst, uint16(tcp.DstPort)),
		TCP:     TCP{tcp.Seq, tcp.Ack, tcp.Window, TCPFlags(tcp.Contents[13])},
		Payload: tcp.Payload,
	}
}

func sameSegment(a, b *Packet) bool {
	return a.Src == b.Src && a.Dst == b.Dst && a.TCP == b.TCP && bytes.Equal(a.Payload, b.Payload) && a.Missing == b.Missing
}

// TestDecodeLikeGopacket compares whole packets, and damaged ones where
// gopacket still finds a segment.
func TestDecodeLikeGopacket(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	buffer := gopacket.NewSerializeBuffer()
	d := NewDecoder()
	compared := 0
	for range 4000 {
		stack := randomStack(r)
		for _, l := range stack {
			if tcp, ok := l.(*layers.TCP); ok {
				for _, n := range stack {
					if n, ok := n.(gopacket.NetworkLayer); ok {
						tcp.SetNetworkLayerForChecksum(n)
					}
				}
			}
		}
		options := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
		if err := gopacket.SerializeLayers(buffer, options, stack...); err != nil {
			t.Fatal(err)
		}
		frame := append(bytes.Clone(buffer.Bytes()), make([]byte, r.IntN(10))...) // padding
		want := oracle(frame)
		if want == nil {
			t.Fatalf("gopacket does not read its own packet\n%x", frame)
		}
		p := frameOn(LinkEthernet, frame)
		if !d.Decode(p) || !sameSegment(p, want) {
			t.Fatalf("got  %v %v %+v %x\nwant %v %v %+v %x\n%x",
				p.Src, p.Dst, p.TCP, p.Payload, want.Src, want.Dst, want.TCP, want.Payload, frame)
		}
		for range 3 {
			frame[r.IntN(min(90, len(frame)))] ^= 1 << r.IntN(8)
		}
		p = frameOn(LinkEthernet, frame)
		if want = oracle(frame); want == nil {
			d.Decode(p)
			continue
		}
		compared++
		if !d.Decode(p) || !sameSegment(p, want) {
			t.Fatalf("damaged: got  %v %v %+v %x\nwant %v %v %+v %x\n%x\n%v",
				p.Src, p.Dst, p.TCP, p.Payload, want.Src, want.Dst, want.TCP, want.Payload, frame, d.Skipped())
		}
	}
	if compared < 1000 {
		t.Errorf("only %d damaged packets compared", compared)
	}
}

// Every packet is either a segment or counted once.
func TestEveryPacketIsCounted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	all := wrappings(tcpBytes("\x01\x01\x01\x01", "payload"))
	d := NewDecoder()
	var packets, segments uint64
	for range 20000 {
		w := all[r.IntN(len(all))]
		p := frameOn(w.link, bytes.Clone(w.frame))
		p.Time = int64(packets) * 1e8
		for range r.IntN(6) {
			p.Frame[r.IntN(len(p.Frame))] ^= byte(1 << r.IntN(8))
		}
		p.Frame = p.Frame[:len(p.Frame)-r.IntN(3)]
		if d.Decode(p) {
			segments++
		}
		packets++
	}
	skipped := uint64(0)
	for _, c := range d.Skipped() {
		skipped += c.Packets
	}
	if packets != segments+skipped {
		t.Errorf("%d packets, %d segments, %d skipped: %v", packets, segments, skipped, d.Skipped())
	}
}

// FuzzDecode gives a decoder the same frame twice, whole and cut, so that
// fragments meet too.
func FuzzDecode(f *testing.F) {
	for _, w := range wrappings(tcpBytes("\x01\x01\x01\x01", "payload")) {
		f.Add(uint16(w.link), uint16(0), uint16(len(w.frame)), w.frame)
		f.Add(uint16(w.link), uint16(100), uint16(w.segment+22), w.frame)
	}
	for _, p := range captured(f) {
		f.Add(uint16(p.Iface.Link), uint16(0), uint16(len(p.Frame)/2), p.Frame)
	}
	f.Fuzz(func(t *testing.T, link, more, n uint16, frame []byte) {
		d := NewDecoder()
		cut := min(int(n), len(frame))
		first := frameOn(LinkType(link), frame[:cut:cut])
		first.WireLen += int(more)
		for _, p := range []*Packet{first, frameOn(LinkType(link), frame)} {
			if !d.Decode(p) {
				continue
			}
			if !p.Src.IsValid() || !p.Dst.IsValid() {
				t.Errorf("addresses %v %v", p.Src, p.Dst)
			}
			// An IP header may promise more than the frame has, but not
			// more than a datagram holds.
			if total := len(p.Payload) + p.Missing; p.Missing < 0 || total > max(p.WireLen, maxDatagram) {
				t.Errorf("%d bytes and %d missing of %d", len(p.Payload), p.Missing, p.WireLen)
			}
			if len(p.Payload) > len(frame)+cut {
				t.Errorf("payload of %d bytes out of frames of %d and %d", len(p.Payload), cut, len(frame))
			}
			if !bytes.Contains(frame, p.Payload) && d.fragments.used == 0 {
				t.Errorf("payload %x is not in the frame", p.Payload)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	payload := string(make([]byte, 200))
	for _, w := range wrappings(tcpBytes("", payload)) {
		switch w.name {
		case "Ethernet/IPv4", "802.1Q/IPv6", "LINUX_SLL2/IPv4", "Ethernet/IPv6 all extensions":
			b.Run(w.name, func(b *testing.B) {
				d, p := NewDecoder(), frameOn(w.link, w.frame)
				b.ReportAllocs()
				for b.Loop() {
					if !d.Decode(p) {
						b.Fatal(d.Skipped())
					}
				}
			})
		}
	}
	b.Run("UDP", func(b *testing.B) {
		d, p := NewDecoder(), frameOn(LinkRaw, concat(ipv4Header(17, "", 8), make([]byte, 8)))
		b.ReportAllocs()
		for b.Loop() {
			d.Decode(p)
		}
	})
}

func ExampleDecoder_Skipped() {
	d := NewDecoder()
	ping := append(make([]byte, 12), 0x08, 0x06)
	d.Decode(&Packet{Frame: ping, Stamp: Stamp{WireLen: len(ping), Iface: &Interface{Link: LinkEthernet}}})
	for _, c := range d.Skipped() {
		fmt.Println(c.Packets, c.Name)
	}
	// Output: 1 ARP
}

// captured are frames of all captures of the project: of each the first of every
// length.
func captured(t testing.TB) (packets []Packet) {
	var files []string
	for _, pattern := range []string{"../pcaps/*.pcap", "../pcaps/real/*.pcap", "../pcaps/rough/*.pcap"} {
		some, err := filepath.Glob(pattern)
		if err != nil || len(some) == 0 {
			t.Fatal(pattern, err)
		}
		files = append(files, some...)
	}
	type kind struct {
		link LinkType
		n    int
	}
	seen := map[kind]bool{}
	for _, file := range files {
		source, err := Open(file, nil)
		if err != nil {
			t.Fatal(err)
		}
		for {
			var p Packet
			if source.Next(&p) != nil {
				break
			}
			if k := (kind{p.Iface.Link, len(p.Frame)}); !seen[k] {
				seen[k] = true
				p.Frame = bytes.Clone(p.Frame)
				packets = append(packets, p)
			}
		}
		source.Close()
	}
	return packets
}
