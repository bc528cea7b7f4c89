package capture

import "encoding/binary"

// Tunnel is a kind of header between the link header and the innermost IP
// header, in which an IP packet or a whole frame is carried.
type Tunnel uint8

// The tunnels that the decoder reads.
const (
	NoTunnel Tunnel = iota
	GRE             // RFC 2784 and 2890; enhanced, RFC 2637
	ERSPAN          // types I, II and III, in GRE
	IPinIP          // RFC 2003; 6in4, RFC 4213; RFC 2473
	EtherIP         // RFC 3378
	VXLAN           // RFC 7348
	VXLANGPE        // draft-ietf-nvo3-vxlan-gpe
	GENEVE          // RFC 8926
	MPLS            // RFC 3032; Ethernet pseudowires, RFC 4448
	PPPoE           // RFC 2516
	PPP             // RFC 1661 and 1662
	PBB             // IEEE 802.1ah, MAC-in-MAC
	MACsec          // IEEE 802.1AE, where it does not encrypt
)

var tunnelNames = [...]string{
	GRE: "GRE", ERSPAN: "ERSPAN", IPinIP: "IP in IP", EtherIP: "EtherIP", VXLAN: "VXLAN", VXLANGPE: "VXLAN-GPE",
	GENEVE: "GENEVE", MPLS: "MPLS", PPPoE: "PPPoE", PPP: "PPP", PBB: "802.1ah", MACsec: "MACsec",
}

// String is the name for people.
func (t Tunnel) String() string { return tunnelNames[t] }

// maxNesting bounds how many tunnels may be inside each other: no network has
// as many, only packets made to cost time.
const maxNesting = 16

// tunnels say what announces which tunnel. On UDP it is the destination port;
// the source port is a hash (RFC 7348, section 5).
var tunnels = map[skipped]Tunnel{
	{kindEther, etherMPLS}:          MPLS,
	{kindEther, etherMPLSMulticast}: MPLS,
	{kindEther, etherPPPoE}:         PPPoE,
	{kindEther, etherPBB}:           PBB,
	{kindEther, etherMACsec}:        MACsec,
	{kindProtocol, 4}:               IPinIP,
	{kindProtocol, 41}:              IPinIP,
	{kindProtocol, 47}:              GRE,
	{kindProtocol, 97}:              EtherIP,
	{kindProtocol, 137}:             MPLS, // RFC 4023
	{kindUDPPort, 4789}:             VXLAN,
	{kindUDPPort, 8472}:             VXLAN, // Linux's default
	{kindUDPPort, 4790}:             VXLANGPE,
	{kindUDPPort, 6081}:             GENEVE,
	{kindUDPPort, 6635}:             MPLS, // RFC 7510
}

// TunnelFilter is the capture filter, in tcpdump's language, that finds the
// packets of the tunnel that p's segment came in.
func (p *Packet) TunnelFilter() string { return p.announced.filter() }

// VXLANPort makes d read VXLAN also on a UDP port that is not its own.
func (d *Decoder) VXLANPort(port uint16) { d.tunnels[skipped{kindUDPPort, uint32(port)}] = VXLAN }

// enter goes into a tunnel whose header starts b.
func (d *Decoder) enter(p *Packet, what skipped, t Tunnel, b []byte, wire int) bool {
	if d.nested == maxNesting {
		return p.skip(tooNested)
	}
	if p.Tunnel == NoTunnel {
		p.Tunnel, p.announced = t, what
	}
	d.nested++
	ok := d.inside(p, t, b, wire)
	d.nested--
	return ok
}

func (d *Decoder) inside(p *Packet, t Tunnel, b []byte, wire int) bool {
	switch t {
	case GRE:
		return d.gre(p, b, wire)
	case IPinIP:
		return d.raw(p, b, wire)
	case EtherIP:
		if len(b) < 2 {
			return p.short(t, 2, wire)
		}
		return d.ethernet(p, b[2:], wire-2)
	case VXLAN, VXLANGPE:
		return d.vxlan(p, t, b, wire)
	case GENEVE:
		return d.geneve(p, b, wire)
	case MPLS:
		return d.mpls(p, b, wire)
	case PPPoE:
		return d.pppoe(p, b, wire)
	case PBB:
		if len(b) < 4 {
			return p.short(t, 4, wire)
		}
		p.tag(PBB, binary.BigEndian.Uint32(b)&0xffffff)
		return d.ethernet(p, b[4:], wire-4)
	}
	return d.macsec(p, b, wire)
}

// udp looks whether the UDP datagram b is a tunnel's (RFC 768).
func (d *Decoder) udp(p *Packet, b []byte, wire int) bool {
	if len(b) < 4 {
		return p.leave(skipped{kindProtocol, protoUDP})
	}
	port := skipped{kindUDPPort, uint32(binary.BigEndian.Uint16(b[2:]))}
	t := d.tunnels[port]
	switch {
	case t != NoTunnel && len(b) < 8:
		return p.short(t, 8, wire)
	case t != NoTunnel:
		return d.enter(p, port, t, b[8:], wire-8)
	case closedPorts[port.number] != "":
		return p.leave(port)
	case len(b) > 8 && looksVXLAN(b[8:]):
		return p.leave(skipped{kindLooksVXLAN, port.number})
	}
	return p.leave(skipped{kindProtocol, protoUDP})
}

// looksVXLAN reports whether b can be VXLAN with a frame in it that may carry
// TCP. Guessing is not enough to read it: a port is somebody's to name.
func looksVXLAN(b []byte) bool {
	const n, flags, reserved = 8, 0x08000000, 0xff
	return len(b) > n && binary.BigEndian.Uint32(b) == flags && binary.BigEndian.Uint32(b[4:])&reserved == 0 && leadsOn(b[n:])
}

// gre reads a GRE header, version 0 or, with PPP, 1.
func (d *Decoder) gre(p *Packet, b []byte, wire int) bool {
	const checksum, routing, key, sequence, acknowledged, version = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080, 7
	if len(b) < 4 {
		return p.short(GRE, 4, wire)
	}
	flags, kind := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	if flags&routing != 0 || flags&version > 1 { // RFC 2784, section 2.3
		return p.leave(skipped{kindMalformed, uint32(GRE)})
	}
	fields := flags & (checksum | key | sequence)
	if flags&version == 1 {
		fields = flags & (key | sequence | acknowledged)
	}
	n := 4
	for ; fields != 0; fields &= fields - 1 {
		n += 4
	}
	if len(b) < n {
		return p.short(GRE, n, wire)
	}
	if at := 4 + 4*int(flags&checksum>>15); flags&key != 0 && flags&version == 0 {
		p.tag(GRE, binary.BigEndian.Uint32(b[at:]))
	}
	b, wire = b[n:], wire-n
	switch kind {
	case etherERSPAN, etherERSPAN3:
		if d.nested == 1 {
			p.Tunnel = ERSPAN
		}
		if flags&sequence == 0 && kind == etherERSPAN {
			return d.ethernet(p, b, wire) // type I has no header of its own
		}
		return d.erspan(p, b, wire)
	case etherPPP:
		return d.ppp(p, b, wire)
	}
	return d.typed(p, kind, b, wire)
}

// erspan reads the header of type II or III (draft-foschiano-erspan-03,
// sections 4.2 and 4.3).
func (d *Decoder) erspan(p *Packet, b []byte, wire int) bool {
	const typeII, typeIII, timestamps, frameIP = 1, 2, 1, 2
	if len(b) < 1 {
		return p.short(ERSPAN, 1, wire)
	}
	n := 8
	switch b[0] >> 4 {
	case typeII:
	case typeIII:
		if len(b) < 12 {
			return p.short(ERSPAN, 12, wire)
		}
		if n = 12; b[11]&timestamps != 0 {
			n += 8 // the platform's own
		}
	default:
		return p.leave(skipped{kindMalformed, uint32(ERSPAN)})
	}
	if len(b) < n {
		return p.short(ERSPAN, n, wire)
	}
	if vlan := binary.BigEndian.Uint16(b) & 0xfff; vlan != 0 {
		p.tag(NoTunnel, uint32(vlan))
	}
	if n > 8 && b[10]>>2&31 == frameIP {
		return d.raw(p, b[n:], wire-n)
	}
	return d.ethernet(p, b[n:], wire-n)
}

// nextGPE gives the ethertypes of what VXLAN-GPE numbers.
var nextGPE = [...]uint16{1: etherIPv4, 2: etherIPv6, 3: etherBridged, 4: etherNSH, 5: etherMPLS}

func (d *Decoder) vxlan(p *Packet, t Tunnel, b []byte, wire int) bool {
	const n, hasVNI, hasNext = 8, 0x08, 0x04
	if len(b) < n {
		return p.short(t, n, wire)
	}
	if b[0]&hasVNI != 0 {
		p.tag(VXLAN, binary.BigEndian.Uint32(b[4:])>>8)
	}
	if t == VXLANGPE && b[0]&hasNext != 0 {
		kind := uint16(b[3])
		if int(kind) < len(nextGPE) {
			kind = nextGPE[kind]
		}
		return d.typed(p, kind, b[n:], wire-n)
	}
	if b[0]&hasVNI == 0 {
		return p.leave(skipped{kindMalformed, uint32(t)})
	}
	return d.ethernet(p, b[n:], wire-n)
}

func (d *Decoder) geneve(p *Packet, b []byte, wire int) bool {
	if len(b) < 8 {
		return p.short(GENEVE, 8, wire)
	}
	if b[0]>>6 != 0 { // of the versions there is only 0
		return p.leave(skipped{kindMalformed, uint32(GENEVE)})
	}
	n := 8 + int(b[0]&0x3f)*4
	if len(b) < n {
		return p.short(GENEVE, n, wire)
	}
	p.tag(GENEVE, binary.BigEndian.Uint32(b[4:])>>8)
	return d.typed(p, binary.BigEndian.Uint16(b[2:]), b[n:], wire-n)
}

// typed goes on behind a header that names what follows by an ethertype. There
// is no LLC here: small values are not lengths.
func (d *Decoder) typed(p *Packet, t uint16, b []byte, wire int) bool {
	switch {
	case t == etherBridged:
		return d.ethernet(p, b, wire)
	case t <= maxLength:
		return p.leave(skipped{kindEther, uint32(t)})
	}
	return d.ether(p, t, b, wire)
}

// short counts a packet that was captured up to within the first n bytes of a
// tunnel's header.
func (p *Packet) short(t Tunnel, n, wire int) bool {
	if wire < n {
		return p.leave(skipped{kindMalformed, uint32(t)})
	}
	return p.leave(skipped{kindShort, uint32(t)})
}
