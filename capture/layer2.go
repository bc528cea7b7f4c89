package capture

import "encoding/binary"

// mpls walks a stack of labels. Nothing says what is behind it: IP, or an
// Ethernet frame, with or without a control word in front.
func (d *Decoder) mpls(p *Packet, b []byte, wire int) bool {
	const entry, control, bottom = 4, 4, 1
	for last := false; !last; b, wire = b[entry:], wire-entry {
		if len(b) < entry {
			return p.short(MPLS, entry, wire)
		}
		if last = b[2]&bottom != 0; last {
			p.tag(MPLS, binary.BigEndian.Uint32(b)>>12)
		}
	}
	switch {
	case len(b) == 0:
		return p.short(MPLS, 1, wire)
	case fitsIP(b, wire):
	case b[0]>>4 == 0 && leadsOn(b[control:]):
		return d.ethernet(p, b[control:], wire-control)
	case leadsOn(b):
		return d.ethernet(p, b, wire)
	}
	return d.raw(p, b, wire)
}

// fitsIP reports whether b can be an IP packet that was wire bytes long. The
// addresses of an Ethernet frame may begin with the digits of an IP version.
func fitsIP(b []byte, wire int) bool {
	switch {
	case len(b) < 6:
		return true // who knows
	case b[0]>>4 == 4:
		total := int(binary.BigEndian.Uint16(b[2:]))
		return b[0]&15 >= 5 && total >= 20 && total <= wire
	case b[0]>>4 == 6:
		return 40+int(binary.BigEndian.Uint16(b[4:])) <= wire
	}
	return false
}

// leadsOn reports whether b can be an Ethernet frame in which TCP may be.
func leadsOn(b []byte) bool {
	if len(b) < 14 {
		return false
	}
	switch binary.BigEndian.Uint16(b[12:]) {
	case etherIPv4, etherIPv6, etherVLAN, etherQinQ, etherVLAN91, etherVLAN92, etherVLAN93, etherMPLS, etherPPPoE:
		return true
	}
	return false
}

// pppoe walks the header of a session. Its length is of no use: the IP header
// has a better one.
func (d *Decoder) pppoe(p *Packet, b []byte, wire int) bool {
	const n, version, session = 6, 0x11, 0
	if len(b) < n {
		return p.short(PPPoE, n, wire)
	}
	if b[0] != version || b[1] != session {
		return p.leave(skipped{kindMalformed, uint32(PPPoE)})
	}
	return d.ppp(p, b[n:], wire-n)
}

// pppNames are the values that have names. Those from 0x8000 on control a link
// (RFC 1661, section 2).
var pppNames = map[uint32]string{
	0x002d: "VJ compressed TCP",
	0x002f: "VJ uncompressed TCP",
	0x0031: "bridging",
	0x003d: "multilink",
	0x0053: "encrypted",
	0x00fb: "compressed, single link",
	0x00fd: "compressed",
	0x8021: "IPCP",
	0x8057: "IPv6CP",
	0x80fd: "CCP",
	0xc021: "LCP",
	0xc023: "PAP",
	0xc025: "LQR",
	0xc223: "CHAP",
}

// ppp walks a PPP header: address and control, which may be left out, and the
// protocol in one byte or two (RFC 1661, section 6.5 and 6.6).
func (d *Decoder) ppp(p *Packet, b []byte, wire int) bool {
	const allStations, unnumbered = 0xff, 0x03
	if len(b) >= 2 && b[0] == allStations && b[1] == unnumbered {
		b, wire = b[2:], wire-2
	}
	switch {
	case len(b) >= 1 && b[0]&1 != 0:
		return d.behindPPP(p, uint16(b[0]), b[1:], wire-1)
	case len(b) >= 2:
		return d.behindPPP(p, binary.BigEndian.Uint16(b), b[2:], wire-2)
	}
	return p.short(PPP, 2, wire)
}

func (d *Decoder) behindPPP(p *Packet, protocol uint16, b []byte, wire int) bool {
	switch protocol {
	case 0x0021:
		return d.ipv4(p, b, wire)
	case 0x0057:
		return d.ipv6(p, b, wire)
	case 0x0281:
		return d.ether(p, etherMPLS, b, wire)
	case 0x0283:
		return d.ether(p, etherMPLSMulticast, b, wire)
	}
	return p.leave(skipped{kindPPP, uint32(protocol)})
}

// hdlc walks a frame of a serial line: Cisco's header, whose first byte says
// unicast or multicast, or PPP's.
func (d *Decoder) hdlc(p *Packet, b []byte, wire int) bool {
	const n, unicast, multicast = 4, 0x0f, 0x8f
	if len(b) < n {
		return p.skip(endsInLink)
	}
	if b[0] == unicast || b[0] == multicast {
		return d.typed(p, binary.BigEndian.Uint16(b[2:]), b[n:], wire-n)
	}
	return d.ppp(p, b, wire)
}

// macsec walks the SecTAG of a frame that is only signed (IEEE 802.1AE, clause
// 9.3). What is encrypted is counted.
func (d *Decoder) macsec(p *Packet, b []byte, wire int) bool {
	const hasSCI, encrypted, changed = 0x20, 0x08, 0x04
	if len(b) < 1 {
		return p.short(MACsec, 1, wire)
	}
	if b[0]&(encrypted|changed) != 0 {
		return p.leave(skipped{kindEther, etherMACsec})
	}
	n := 6
	if b[0]&hasSCI != 0 {
		n += 8
	}
	if len(b) < n+2 {
		return p.short(MACsec, n+2, wire)
	}
	return d.ether(p, binary.BigEndian.Uint16(b[n:]), b[n+2:], wire-n-2)
}
