package bpf

import "strings"

// portRange is a range of ports of some transports.
type portRange struct {
	lo, hi     uint32
	transports []uint32 // IP protocol numbers
}

// port is the condition on the ports of TCP, UDP and SCTP.
func (g *generator) port(m *match) (cond, *Error) {
	r, err := g.portRange(m)
	if err != nil {
		return nil, err
	}
	loose := !g.exact && !g.negated
	g.widened = g.widened || loose
	net := g.at.net
	in := func(f field, behindIP bool) cond {
		return ends(m.qual.dir, func(source bool) cond {
			f := f
			if !source {
				f.off += 2
			}
			t := test{field: f, behindIP: behindIP, ip: net}
			if r.lo == r.hi {
				t.k = r.lo
				return t
			}
			low, high := t, t
			low.op, low.k = jge, r.lo
			high.op, high.k = jgt, r.hi
			return both{low, not{high}}
		})
	}
	transport := func(off uint32) cond {
		var is cond = always(false)
		for _, n := range r.transports {
			is = either{is, test{field: field{off, 1}, k: n}}
		}
		return is
	}
	later := test{field: field{net + 6, 2}, op: jset, k: 0x1fff} // RFC 791: fragment offset
	in4 := both{transport(net + 9), choose{later, always(loose), in(field{net, 2}, true)}}
	var in6 cond = both{transport(net + 6), in(field{net + 40, 2}, false)}
	if loose {
		fragment := test{field: field{net + 6, 1}, k: ipv6Fragment}
		later := test{field: field{net + 42, 2}, op: jset, k: 0xfff8} // RFC 8200, 4.5
		in6 = either{in6, both{fragment, both{transport(net + 40),
			either{later, in(field{net + 48, 2}, false)}}}}
	}
	return choose{g.at.carries(etherIPv4), in4, both{g.at.carries(etherIPv6), in6}}, nil
}

// portRange reads the value of port and portrange. A name stands for the
// transports it is registered for.
func (g *generator) portRange(m *match) (portRange, *Error) {
	r := portRange{transports: []uint32{6, 17, 132}}
	q := m.qual
	if q.proto != nil {
		if q.proto.name != "tcp" && q.proto.name != "udp" && q.proto.name != "sctp" {
			return r, g.misfit(m)
		}
		r.transports = []uint32{q.proto.number}
	}
	switch m.id.kind {
	case number:
		r.lo, r.hi = m.id.num, m.id.num
	case name:
		lo, hi, isRange := strings.Cut(m.id.text, "-")
		if q.what == "port" {
			lo, hi = m.id.text, m.id.text
		} else if !isRange {
			return r, g.unresolved(m)
		}
		from, okFrom := portNumber(lo)
		to, okTo := portNumber(hi)
		if !okFrom || !okTo {
			return r, g.unresolved(m)
		}
		r.lo, r.hi = min(from.port, to.port), max(from.port, to.port)
		if from.tcp == to.tcp && from.udp == to.udp && from.tcp != from.udp {
			n := uint32(17)
			if from.tcp {
				n = 6
			}
			if q.proto != nil && q.proto.number != n {
				return r, g.fail(q.pos, "", "%s %s is not registered for %s", q, m.id.text, q.proto.name)
			}
			if q.proto == nil {
				r.transports = []uint32{n}
			}
		}
	default:
		return r, g.misfit(m)
	}
	if r.hi > 65535 {
		e := g.fail(m.id.pos, "", "port %d is above 65535", r.hi)
		return r, e
	}
	return r, nil
}

// portNumber reads a number, of both transports, or a service name.
func portNumber(s string) (service, bool) {
	if sv := serviceOf(s); sv != nil {
		return *sv, true
	}
	l := lexer{expr: s}
	if !isNumber(s) || strings.ContainsAny(s, "xX") {
		return service{}, false
	}
	n, err := l.number(s)
	return service{port: n, tcp: true, udp: true}, err == nil
}
