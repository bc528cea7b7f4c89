package capture

// linkHeader is one way to announce an IP packet.
type linkHeader struct {
	name    string
	link    LinkType
	header  func(v6 bool) []byte
	trailer string // what the link adds behind the packet
	only    int    // IP version, or 0 for both
}

func linkHeaders() []linkHeader {
	const padding = "\xde\xad\xbe\xef\xde\xad"
	ethertype := func(v6 bool) []byte {
		if v6 {
			return big16(0x86dd)
		}
		return big16(0x0800)
	}
	// ether is an Ethernet header, then tags, then the ethertype.
	ether := func(tags ...byte) func(bool) []byte {
		return func(v6 bool) []byte {
			return concat([]byte("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02"), tags, ethertype(v6))
		}
	}
	sll := func(tags ...byte) func(bool) []byte {
		return func(v6 bool) []byte {
			return concat([]byte("\x00\x04\x00\x01\x00\x06\x02\x00\x00\x00\x00\x01\x00\x00"), tags, ethertype(v6))
		}
	}
	sll2 := func(v6 bool) []byte {
		return concat(ethertype(v6), []byte("\x00\x00\x00\x00\x00\x02\x00\x01\x00\x06\x02\x00\x00\x00\x00\x01\x00\x00"))
	}
	sll2VLAN := func(v6 bool) []byte {
		return concat(big16(0x8100), sll2(v6)[2:], big16(5), ethertype(v6))
	}
	bytes := func(b ...byte) func(bool) []byte { return func(bool) []byte { return b } }
	deep := func() (tags []byte) {
		for range 20 {
			tags = append(tags, 0x81, 0x00, 0x00, 0x07)
		}
		return tags
	}()
	return []linkHeader{
		{"Ethernet", LinkEthernet, ether(), padding, 0},
		{"802.1Q", LinkEthernet, ether(0x81, 0, 0, 5), padding, 0},
		{"802.1ad", LinkEthernet, ether(0x88, 0xa8, 0, 5, 0x81, 0, 0, 6), padding, 0},
		{"QinQ 9100", LinkEthernet, ether(0x91, 0, 0, 5, 0x81, 0, 0, 6), padding, 0},
		{"QinQ 9200 9300", LinkEthernet, ether(0x92, 0, 0, 5, 0x93, 0, 0, 6), padding, 0},
		{"20 tags", LinkEthernet, ether(deep...), padding, 0},
		{"SNAP", LinkEthernet, ether(0, 38, 0xaa, 0xaa, 3, 0, 0, 0), padding, 0},
		{"SNAP 802.1H", LinkEthernet, ether(0, 38, 0xaa, 0xaa, 3, 0, 0, 0xf8), padding, 0},
		{"VLAN SNAP VLAN", LinkEthernet, ether(0x81, 0, 0, 5, 0, 38, 0xaa, 0xaa, 3, 0, 0, 0, 0x81, 0, 0, 6), padding, 0},
		{"LLC", LinkEthernet, func(bool) []byte { return concat(ether()(false)[:12], []byte{0, 38, 6, 6, 3}) }, padding, 4},
		{"LINUX_SLL", LinkLinuxSLL, sll(), padding, 0},
		{"LINUX_SLL VLAN", LinkLinuxSLL, sll(0x81, 0, 0, 5), padding, 0},
		{"LINUX_SLL SNAP", LinkLinuxSLL, sll(0, 4, 0xaa, 0xaa, 3, 0, 0, 0), padding, 0},
		{"LINUX_SLL2", LinkLinuxSLL2, sll2, padding, 0},
		{"LINUX_SLL2 VLAN", LinkLinuxSLL2, sll2VLAN, padding, 0},
		{"RAW", LinkRaw, bytes(), "", 0},
		{"RAW 12", LinkRaw12, bytes(), "", 0},
		{"RAW 14", LinkRaw14, bytes(), "", 0},
		{"IPV4", LinkIPv4, bytes(), "", 4},
		{"IPV6", LinkIPv6, bytes(), "", 6},
		{"NULL little-endian", LinkNull, bytes(2, 0, 0, 0), "", 4},
		{"NULL big-endian", LinkNull, bytes(0, 0, 0, 2), "", 4},
		{"NULL Linux", LinkNull, bytes(10, 0, 0, 0), "", 6},
		{"NULL NetBSD", LinkNull, bytes(0, 0, 0, 24), "", 6},
		{"NULL FreeBSD", LinkNull, bytes(28, 0, 0, 0), "", 6},
		{"NULL macOS", LinkNull, bytes(30, 0, 0, 0), "", 6},
		{"LOOP", LinkLoop, bytes(0, 0, 0, 2), "", 4},
		{"LOOP IPv6", LinkLoop, bytes(0, 0, 0, 24), "", 6},
	}
}
