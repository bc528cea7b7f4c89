package capture

import (
	"net"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// TestTunnelsOfGopacket reads what gopacket serialises.
func TestTunnelsOfGopacket(t *testing.T) {
	mac := net.HardwareAddr{2, 0, 0, 0, 0, 1}
	ether := func(kind layers.EthernetType) gopacket.SerializableLayer {
		return &layers.Ethernet{SrcMAC: mac, DstMAC: mac, EthernetType: kind}
	}
	ip := func(protocol layers.IPProtocol) gopacket.SerializableLayer {
		return &layers.IPv4{Version: 4, TTL: 9, Protocol: protocol, SrcIP: net.IP{192, 0, 2, 1}, DstIP: net.IP{192, 0, 2, 2}}
	}
	udp := func(port layers.UDPPort) gopacket.SerializableLayer {
		return &layers.UDP{SrcPort: 50000, DstPort: port}
	}
	tag := func(kind layers.EthernetType) gopacket.SerializableLayer {
		return &layers.Dot1Q{VLANIdentifier: 5, Type: kind}
	}
	tests := map[string][]gopacket.SerializableLayer{
		"GRE":         {ether(0x800), ip(47), &layers.GRE{Protocol: 0x800}},
		"GRE fields":  {ether(0x800), ip(47), &layers.GRE{Protocol: 0x800, ChecksumPresent: true, KeyPresent: true, Key: 7, SeqPresent: true, Seq: 1}},
		"GRE frames":  {ether(0x800), ip(47), &layers.GRE{Protocol: 0x6558}, ether(0x800)},
		"ERSPAN II":   {ether(0x800), ip(47), &layers.GRE{Protocol: 0x88be, SeqPresent: true}, &layers.ERSPANII{Version: 1, SessionID: 9}, ether(0x800)},
		"VXLAN":       {ether(0x800), ip(17), udp(4789), &layers.VXLAN{ValidIDFlag: true, VNI: 7}, ether(0x800)},
		"VXLAN VLANs": {ether(0x8100), tag(0x800), ip(17), udp(4789), &layers.VXLAN{ValidIDFlag: true, VNI: 7}, ether(0x8100), tag(0x800)},
		"MPLS":        {ether(0x8847), &layers.MPLS{Label: 16}, &layers.MPLS{Label: 17, StackBottom: true}},
		"PPPoE":       {ether(0x8864), &layers.PPPoE{Version: 1, Type: 1}, &layers.PPP{PPPType: layers.PPPTypeIPv4}},
		"IP in IP":    {ether(0x800), ip(4)},
	}
	segment := tcpBytes("", "payload")
	inner := concat(ipv4Header(6, "", len(segment)), segment)
	for name, stack := range tests {
		b := gopacket.NewSerializeBuffer()
		if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, append(stack, gopacket.Payload(inner))...); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d, p := NewDecoder(), frameOn(LinkEthernet, b.Bytes())
		if !d.Decode(p) || string(p.Payload) != "payload" || p.Missing != 0 {
			t.Errorf("%s: Payload %q, Missing %d, %v: %x", name, p.Payload, p.Missing, d.Skipped(), b.Bytes())
			continue
		}
		checkSegment(t, p, false)
	}
}
