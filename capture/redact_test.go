package capture

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

var redactEthernet = &layers.Ethernet{SrcMAC: net.HardwareAddr{2, 0, 0, 0, 0, 1}, DstMAC: net.HardwareAddr{2, 0, 0, 0, 0, 2}, EthernetType: layers.EthernetTypeIPv4}

// redactFrame is a frame with right checksums.
func redactFrame(t *testing.T, protocol layers.IPProtocol, upper gopacket.SerializableLayer, payload string) []byte {
	t.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: protocol, SrcIP: net.IP{10, 0, 0, 1}, DstIP: net.IP{10, 0, 0, 2}}
	if c, ok := upper.(interface {
		SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
	}); ok {
		c.SetNetworkLayerForChecksum(ip)
	}
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, redactEthernet, ip, upper, gopacket.Payload(payload)); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(b.Bytes())
}

func redactTCP() *layers.TCP {
	return &layers.TCP{SrcPort: 40000, DstPort: 7890, Seq: 1000, Ack: 2000, ACK: true, Window: 512,
		Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindNop}, {OptionType: layers.TCPOptionKindNop}, {OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: make([]byte, 8)}}}
}

// TestReplacePayload: a right checksum is right for the new payload, and a wrong
// one is as wrong as before; what the link added is gone.
func TestReplacePayload(t *testing.T) {
	const old, data = "13800001234, odd", "13871520093, odd"
	want := redactFrame(t, layers.IPProtocolTCP, redactTCP(), data)
	for _, wrong := range []uint16{0, 0x1234} {
		frame := append(redactFrame(t, layers.IPProtocolTCP, redactTCP(), old), "padding"...)
		checksum := frame[14+20+16:]
		binary.BigEndian.PutUint16(checksum, binary.BigEndian.Uint16(checksum)^wrong)
		p := Packet{Frame: frame, Stamp: Stamp{Iface: &Interface{Link: LinkEthernet}}}
		if !NewDecoder().Decode(&p) {
			t.Fatal("not decoded")
		}
		at, ok := p.PayloadAt()
		if !ok || at != 14+20+32 {
			t.Fatalf("payload at %d, %v", at, ok)
		}
		p.ReplacePayload(p.Frame, at, []byte(data))
		if !bytes.Equal(p.Frame[at:], append([]byte(data), make([]byte, 7)...)) {
			t.Errorf("%q", p.Frame[at:])
		}
		if right := bytes.Equal(p.Frame[:at], want[:at]); right != (wrong == 0) {
			t.Errorf("wrong by %#x, then right: %v", wrong, right)
		}
	}
}

// TestBlank: nothing is left behind the headers of packets without a stream,
// and their checksums are right.
func TestBlank(t *testing.T) {
	const secret = "13800001234"
	zeros := string(make([]byte, len(secret)))
	icmp := func() gopacket.SerializableLayer {
		return &layers.ICMPv4{TypeCode: layers.CreateICMPv4TypeCode(layers.ICMPv4TypeDestinationUnreachable, 3)}
	}
	udp := func() gopacket.SerializableLayer { return &layers.UDP{SrcPort: 53, DstPort: 53} }
	for name, tt := range map[string]struct {
		protocol layers.IPProtocol
		upper    func() gopacket.SerializableLayer
	}{"UDP": {layers.IPProtocolUDP, udp}, "ICMP": {layers.IPProtocolICMPv4, icmp}, "TCP": {layers.IPProtocolTCP, func() gopacket.SerializableLayer { return redactTCP() }}} {
		p := Packet{Frame: append(redactFrame(t, tt.protocol, tt.upper(), secret), secret...), Stamp: Stamp{Iface: &Interface{Link: LinkEthernet}}}
		p.Blank()
		if want := append(redactFrame(t, tt.protocol, tt.upper(), zeros), zeros...); !bytes.Equal(p.Frame, want) {
			t.Errorf("%s: %x, want %x", name, p.Frame, want)
		}
	}
	for name, tt := range map[string]struct {
		link LinkType
		kept string
	}{"ARP": {LinkEthernet, "......------\x08\x06"}, "unknown link": {999, ""}, "raw": {LinkRaw, ""}, "cooked": {LinkLinuxSLL2, "\x88\x8e.................."}} {
		p := Packet{Frame: []byte(tt.kept + secret), Stamp: Stamp{Iface: &Interface{Link: tt.link}}}
		p.Blank()
		if string(p.Frame) != tt.kept+zeros {
			t.Errorf("%s: %q", name, p.Frame)
		}
	}
}

// FuzzBlank: no frame makes it stumble, and it leaves no octet of the end.
func FuzzBlank(f *testing.F) {
	f.Add([]byte("......------\x08\x00E"), uint32(LinkEthernet))
	f.Fuzz(func(t *testing.T, frame []byte, link uint32) {
		p := Packet{Frame: append(bytes.Clone(frame), "13800001234"...), Stamp: Stamp{Iface: &Interface{Link: LinkType(link)}}}
		if x := findHeaders(&p); len(frame) < x.upper+60 {
			return // they may be a header's
		}
		p.Blank()
		if !bytes.HasSuffix(p.Frame, make([]byte, 11)) {
			t.Errorf("%q", p.Frame)
		}
	})
}
