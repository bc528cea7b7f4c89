package dissect

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
)

// Proxy is what a proxy says of the connection that it opens for somebody, in
// front of all else (the PROXY protocol of HAProxy, versions 1 and 2).
type Proxy struct {
	Version int // 1 or 2; 0: no proxy
	// Client is who came to the proxy, and Server where to; neither is valid
	// if the proxy does not say, as in its own health checks.
	Client, Server netip.AddrPort
}

// String is the preface in words.
func (p Proxy) String() string {
	s := "PROXY v" + strconv.Itoa(p.Version)
	if !p.Client.IsValid() {
		return s + ", the client is not named"
	}
	return s + ", the client is " + p.Client.String() + ", connected to " + p.Server.String()
}

const (
	proxyV1Word = "PROXY "
	proxyV1Most = 107 // octets of the longest line, section 2.1
	proxyV2Sign = "\r\n\r\n\x00\r\nQUIT\n"
	proxyV2Head = 16 // of addresses and extensions behind it, up to 65535
)

// readProxy reads the preface at the front of a stream, and gives how many
// octets it takes; with wait, more of them will tell.
func readProxy(b []byte) (p Proxy, n int, v verdict) {
	switch {
	case begins(b, proxyV1Word):
		return readProxyV1(b)
	case begins(b, proxyV2Sign):
		return readProxyV2(b)
	}
	return p, 0, no
}

// begins reports whether b starts with s, or is the start of s.
func begins(b []byte, s string) bool {
	n := min(len(b), len(s))
	return n > 0 && string(b[:n]) == s[:n]
}

func readProxyV1(b []byte) (p Proxy, n int, v verdict) {
	b = b[:min(len(b), proxyV1Most)]
	end := bytes.Index(b, []byte("\r\n"))
	switch {
	case end < 0 && len(b) < proxyV1Most:
		return p, 0, wait
	case end < 0:
		return p, 0, no
	}
	p.Version = 1
	words := strings.Split(string(b[:end]), " ")
	if words[1] == "UNKNOWN" { // what follows is to be ignored
		return p, end + 2, yes
	}
	if len(words) != 6 {
		return p, 0, no
	}
	var ok1, ok2 bool
	p.Client, ok1 = addrPort(words[1], words[2], words[4])
	p.Server, ok2 = addrPort(words[1], words[3], words[5])
	if !ok1 || !ok2 {
		return p, 0, no
	}
	return p, end + 2, yes
}

// addrPort reads an address of the family that the line names.
func addrPort(family, address, port string) (netip.AddrPort, bool) {
	a, err := netip.ParseAddr(address)
	n, err2 := strconv.ParseUint(port, 10, 16)
	ok := err == nil && err2 == nil && (family == "TCP4" && a.Is4() || family == "TCP6" && a.Is6() && a.Zone() == "")
	return netip.AddrPortFrom(a, uint16(n)), ok
}

func readProxyV2(b []byte) (p Proxy, n int, v verdict) {
	if len(b) < proxyV2Head {
		return p, 0, wait
	}
	command, family := b[12], b[13]
	n = int(binary.BigEndian.Uint16(b[14:]))
	switch {
	case command != 0x20 && command != 0x21:
		return p, 0, no
	case len(b) < proxyV2Head+n:
		return p, 0, wait
	}
	p.Version = 2
	b, n = b[proxyV2Head:proxyV2Head+n], proxyV2Head+n
	size := map[byte]int{0x11: 4, 0x21: 16}[family] // TCP over IPv4 and IPv6
	if command == 0x20 || size == 0 {               // LOCAL: of the proxy itself
		return p, n, yes
	}
	if len(b) < 2*size+4 {
		return p, 0, no
	}
	p.Client = endpoint(b[:size], b[2*size:])
	p.Server = endpoint(b[size:2*size], b[2*size+2:])
	return p, n, yes
}

func endpoint(address, port []byte) netip.AddrPort {
	a, _ := netip.AddrFromSlice(address)
	return netip.AddrPortFrom(a, binary.BigEndian.Uint16(port))
}

// proxied is what a proxy said of the connection, or nil so far.
func (c *Conn) proxied() *Proxy {
	if c.Proxy.Version == 0 {
		return nil
	}
	return &c.Proxy
}
