package dissect

import "cmppdump/reassembly"

// What may stand in front of the first PDU of a connection: a proxy's preface,
// which is told of and stepped over, or TLS, behind which nothing can be read.

// opened looks at the first octets of a direction. It is false as long as they
// are kept here.
func (h *half) opened(c reassembly.Chunk) bool {
	if h.carry == nil && (len(c.Data) == 0 || !opens(c.Data[0])) {
		h.opening = false
		return true
	}
	h.keep(c, len(c.Data))
	for h.carry != nil {
		p, n, v := h.preface()
		switch v {
		case wait:
			return false
		case no:
			h.open()
			return false
		}
		if p.Version == 0 {
			h.s.tls = true
			h.ignore()
			return false
		}
		h.proxied(p, n)
	}
	return false
}

// opens reports whether an octet can be the first of a preface or of TLS.
func opens(b byte) bool { return b == proxyV1Word[0] || b == proxyV2Sign[0] || b == tlsHandshake }

// preface reads what the direction begins with. A PDU begins with two zeros.
func (h *half) preface() (p Proxy, n int, v verdict) {
	if h.s.proxy.Version == 0 {
		if p, n, v = readProxy(h.buf()); v != no {
			return p, n, v
		}
	}
	if h.s.conn != nil {
		return Proxy{}, 0, no
	}
	return Proxy{}, 0, readTLS(h.buf())
}

// proxied takes a preface of n octets.
func (h *half) proxied(p Proxy, n int) {
	first, last := h.stamps(0, n)
	s := h.s
	s.proxy = p
	g := Gap{Conn: s.conn, Dir: h.dir, Kind: Preface, First: first, Last: last, Offset: h.offset, Bytes: int64(n)}
	s.heads = copy(s.head[:], h.buf()[n:])
	h.drop(n)
	if s.conn != nil {
		s.conn.Proxy = p
	}
	s.gapped(g)
}

// open ends the opening: what was kept is looked at as all else.
func (h *half) open() {
	if !h.opening {
		return
	}
	h.opening = false
	if h.carry != nil {
		h.look(false)
	}
}

// ignore drops what is carried, of a direction in which nothing is looked for.
func (h *half) ignore() {
	if h.carry != nil {
		h.drop(len(h.buf()))
	}
}

// TLS (RFC 8446, section 5.1 and 4).
const (
	tlsHandshake = 22 // the record that a connection begins with
	tlsHello     = 1  // of a client; a server's is 2
	tlsMost      = 1<<14 + 256
)

// readTLS tells whether b is the beginning of a connection with TLS: a record
// with a handshake that begins with a hello.
func readTLS(b []byte) verdict {
	const head = 9 // of the record and of the handshake
	if b[0] != tlsHandshake || len(b) > 1 && b[1] != 3 || len(b) > 2 && b[2] > 4 {
		return no
	}
	if len(b) < head {
		return wait
	}
	if n := int(b[3])<<8 | int(b[4]); n < 4 || n > tlsMost || b[5] != tlsHello && b[5] != tlsHello+1 || b[6] != 0 {
		return no
	}
	return yes
}
