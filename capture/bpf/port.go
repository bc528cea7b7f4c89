package bpf

import (
	"slices"
	"strings"
)

// ports is the condition on the ports of TCP, UDP and SCTP: that they are in
// one of the ranges. Several `port` with the same qualifiers and "or" between
// them become one.
type ports struct {
	at         layer
	dir        direction
	transports []uint32 // IP protocol numbers
	ranges     []portRange
	loose      bool // later fragments pass, and IPv6 fragments are looked into
}

type portRange struct{ lo, hi uint32 }

// port is `port` or `portrange`.
func (g *generator) port(m *match) (cond, *Error) {
	p := ports{at: g.at, dir: m.qual.dir, loose: !g.exact && !g.negated}
	r, transports, err := g.portRange(m)
	p.transports, p.ranges = transports, []portRange{r}
	g.widened = g.widened || p.loose
	return p, err
}

// anyOf is either{l, r}.
func anyOf(l, r cond) cond {
	a, isPorts := l.(ports)
	b, arePorts := r.(ports)
	if isPorts && arePorts && a.dir != srcAndDst && a.dir == b.dir && a.at == b.at && a.loose == b.loose &&
		slices.Equal(a.transports, b.transports) {
		a.ranges = append(a.ranges, b.ranges...)
		return a
	}
	return either{l, r}
}

func (p ports) emit(a *assembler, yes, no label) label {
	net := p.at.net
	later := test{field: field{net + 6, 2}, op: jset, k: 0x1fff} // RFC 791: fragment offset
	in4 := both{p.transport(net + 9), choose{later, always(p.loose),
		p.in(test{field: field{net, 2}, behindIP: true, ip: net})}}
	return choose{p.at.carries(etherIPv4), in4,
		both{p.at.carries(etherIPv6), choose{p.transport(net + 6),
			p.in(test{field: field{net + 40, 2}}), p.fragment()}}}.emit(a, yes, no)
}

// fragment is the condition on an IPv6 packet with a fragment header.
func (p ports) fragment() cond {
	if !p.loose {
		return always(false)
	}
	net := p.at.net
	is := test{field: field{net + 6, 1}, k: ipv6Fragment}
	later := test{field: field{net + 42, 2}, op: jset, k: 0xfff8} // RFC 8200, 4.5
	return both{is, both{p.transport(net + 40), either{later, p.in(test{field: field{net + 48, 2}})}}}
}

// transport is the condition on the protocol number at off.
func (p ports) transport(off uint32) cond {
	var is cond = always(false)
	for _, n := range slices.Backward(p.transports) {
		is = either{test{field: field{off, 1}, k: n}, is}
	}
	return is
}

// in is the condition on the ports, of which from is the first.
func (p ports) in(from test) cond {
	return ends(p.dir, func(source bool) cond {
		port := from
		if !source {
			port.off += 2
		}
		var is cond = always(false)
		for _, r := range slices.Backward(p.ranges) {
			low, high := port, port
			if r.lo == r.hi {
				low.k = r.lo
				is = either{low, is}
				continue
			}
			low.op, low.k = jge, r.lo
			high.op, high.k = jgt, r.hi
			is = either{both{low, not{high}}, is}
		}
		return is
	})
}

// portRange reads the value of port and portrange. A name stands for the
// transports it is registered for.
func (g *generator) portRange(m *match) (r portRange, transports []uint32, err *Error) {
	transports = []uint32{6, 17, 132}
	q := m.qual
	if q.proto != nil {
		if q.proto.name != "tcp" && q.proto.name != "udp" && q.proto.name != "sctp" {
			return r, nil, g.misfit(m)
		}
		transports = []uint32{q.proto.number}
	}
	switch m.id.kind {
	case number:
		r.lo, r.hi = m.id.num, m.id.num
	case name:
		lo, hi, isRange := strings.Cut(m.id.text, "-")
		if q.what == "port" {
			lo, hi = m.id.text, m.id.text
		} else if !isRange {
			return r, nil, g.unresolved(m)
		}
		from, okFrom := portNumber(lo)
		to, okTo := portNumber(hi)
		if !okFrom || !okTo {
			return r, nil, g.unresolved(m)
		}
		r.lo, r.hi = min(from.port, to.port), max(from.port, to.port)
		if from.tcp == to.tcp && from.udp == to.udp && from.tcp != from.udp {
			n := uint32(17)
			if from.tcp {
				n = 6
			}
			if q.proto != nil && q.proto.number != n {
				return r, nil, g.fail(q.pos, none, "%s %s is not registered for %s", q, m.id.text, q.proto.name)
			}
			if q.proto == nil {
				transports = []uint32{n}
			}
		}
	default:
		return r, nil, g.misfit(m)
	}
	if r.hi > 65535 {
		return r, nil, g.fail(m.id.pos, none, "port %d is above 65535", r.hi)
	}
	return r, transports, nil
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
