package bpf

import (
	"fmt"
	"strings"

	"cmppdump/dissect/lang"

	"golang.org/x/net/bpf"
)

// generator turns a tree into a condition on frames. It walks the tree in the
// order of the expression, because vlan, mpls and pppoes move the layer for
// everything behind them, whatever the tree looks like.
type generator struct {
	expr    string
	exact   bool
	live    bool // for a socket, see CompileLive
	at      layer
	negated bool
	widened bool // a port lets later fragments through
	encaps  bool // the expression has vlan, mpls or pppoes

	length []bpf.RawInstruction // loads the length of the frame
}

func (g *generator) fail(pos int, hint lang.Text, format string, args ...any) *Error {
	return &Error{Expr: g.expr, Pos: pos, Msg: said.With(format, args...), Hint: hint}
}

// where says in a message where the generator is.
func (g *generator) where() lang.Text {
	if g.at.header != 0 {
		return said.Text("behind pppoes")
	}
	return said.With("in %s frames", dltName(g.at.link))
}

// frame is the condition on a frame.
func (g *generator) frame(root node, at layer) (cond, *Error) {
	is, err := g.within(root, at)
	if err != nil || !g.looksBehindTags() || at.naming != byEtherType && at.naming != byTag {
		return is, err
	}
	behind, err := g.behindTags(root, at, always(true))
	return either{is, behind}, err
}

// within is the condition with the outermost layer given.
func (g *generator) within(root node, at layer) (cond, *Error) {
	g.at = at
	return g.cond(root)
}

// looksBehindTags: it is as if the expression E were
// `E or vlan and (E or vlan and E)`. That is known after the first E.
func (g *generator) looksBehindTags() bool { return g.widened && !g.encaps }

// behindTags is `vlan and (E or vlan and E)`, the second vlan only where second
// holds.
func (g *generator) behindTags(root node, at layer, second cond) (cond, *Error) {
	tag, at := at.tagged()
	one, err := g.within(root, at)
	if err != nil {
		return nil, err
	}
	tag2, at := at.tagged()
	two, err := g.within(root, at)
	return both{tag, either{one, both{second, both{tag2, two}}}}, err
}

func (g *generator) cond(n node) (cond, *Error) {
	switch n := n.(type) {
	case *logical:
		l, err := g.cond(n.l)
		if err != nil {
			return nil, err
		}
		r, err := g.cond(n.r)
		if n.or {
			return anyOf(l, r), err
		}
		return both{l, r}, err
	case *negation:
		g.negated = !g.negated
		x, err := g.cond(n.x)
		g.negated = !g.negated
		return not{x}, err
	case *match:
		return g.match(n)
	case *word:
		return g.keyword(n)
	case *relation:
		return g.relation(n)
	}
	panic(fmt.Sprintf("bpf: no code for %T", n))
}

// carries is layer.carries, checked: labels carry nothing but IP.
func (g *generator) carries(pos int, ether uint32) (cond, *Error) {
	if g.at.naming == byMPLS && ether != etherIPv4 && ether != etherIPv6 {
		return nil, g.fail(pos, none, "behind mpls there is only ip and ip6")
	}
	return g.at.carries(ether), nil
}

// match is a condition with a value: host, net, port, portrange or proto.
func (g *generator) match(m *match) (cond, *Error) {
	switch m.qual.what {
	case "port", "portrange":
		return g.port(m)
	case "proto":
		return g.proto(m)
	}
	if m.qual.proto != nil && m.qual.proto.over&isLLC != 0 {
		return nil, g.unsupported(m.qual.pos, "addresses of %s are not supported", m.qual.proto.name)
	}
	switch m.id.kind {
	case mac:
		return g.hostMAC(m)
	case name:
		return nil, g.unresolved(m)
	case ipv6:
		return g.hostIPv6(m)
	}
	return g.hostIPv4(m)
}

func (g *generator) unsupported(pos int, format string, args ...any) *Error {
	e := g.fail(pos, none, format, args...)
	e.Unsupported = true
	return e
}

// unresolved is the error for a name that only the system can know.
func (g *generator) unresolved(m *match) *Error {
	e := g.fail(m.id.pos, none, "unknown %s %q", m.qual, m.id.text)
	e.Unsupported = true
	switch m.qual.what {
	case "port":
		if strings.Contains(m.id.text, "-") && isNumber(m.id.text[:strings.Index(m.id.text, "-")]) {
			e.Hint = said.With(`did you mean "portrange %s"?`, m.id.text)
			e.Unsupported = false
			return e
		}
		e.Hint = said.Text("give the number")
	case "portrange":
		e.Hint = said.Text("give two numbers, as in portrange 7890-7930")
	case "proto":
		e.Hint = said.Text("give the number")
	default:
		e.Hint = said.Text("give the address")
	}
	return e
}

// misfit is the error for a qualifier that does not go with the value.
func (g *generator) misfit(m *match) *Error {
	if m.qual.proto == nil {
		return g.fail(m.id.pos, none, "%q is no %s", m.id.text, m.qual)
	}
	return g.fail(m.qual.pos, none, "%q does not go with %s %s", m.qual.proto.name, m.qual, m.id.text)
}

// proto is `ether proto`, `ip proto`, `ip6 proto` or `proto`.
func (g *generator) proto(m *match) (cond, *Error) {
	q, id := m.qual, m.id
	if id.kind != number && id.kind != name {
		return nil, g.misfit(m)
	}
	table := ipNames
	if q.proto != nil && q.proto.over == isLink {
		table = etherNames
	}
	n, ok := id.num, true
	if id.kind == name {
		n, ok = lookup(table, id.text)
	}
	if !ok {
		return nil, g.unresolved(m)
	}
	switch {
	case q.proto == nil:
		return g.onIP(n, overIPv4|overIPv6), nil
	case q.proto.over == isLink:
		return g.carries(q.pos, n)
	case q.proto.ether == etherIPv4:
		return g.onIP(n, overIPv4), nil
	case q.proto.ether == etherIPv6:
		return g.onIP(n, overIPv6), nil
	case q.proto.over&isLLC != 0:
		return nil, g.unsupported(q.pos, "protocols on %s are not supported", q.proto.name)
	}
	return nil, g.misfit(m)
}

// onIP is the condition that the packet is of the IP protocol n. In IPv6 that
// is the next header, or the one behind a fragment header.
func (g *generator) onIP(n uint32, over uint8) cond {
	v4, v6 := g.at.carries(etherIPv4), g.at.carries(etherIPv6)
	in4 := test{field: field{g.at.net + 9, 1}, k: n}
	next := field{g.at.net + 6, 1}
	in6 := either{test{field: next, k: n},
		both{test{field: next, k: ipv6Fragment}, test{field: field{g.at.net + 40, 1}, k: n}}}
	switch over {
	case overIPv4:
		return both{v4, in4}
	case overIPv6:
		return both{v6, in6}
	}
	return choose{v4, in4, both{v6, in6}}
}

// ipv6Fragment is the next header value of a fragment header (RFC 8200, 4.5).
const ipv6Fragment = 44

// keyword is a condition of one keyword.
func (g *generator) keyword(w *word) (cond, *Error) {
	switch w.text {
	case "broadcast":
		return g.broadcast(w)
	case "multicast":
		return g.multicast(w)
	case "less":
		return not{relational{code: g.length, op: jgt, k: *w.n}}, nil
	case "greater":
		return relational{code: g.length, op: jge, k: *w.n}, nil
	case "inbound", "outbound":
		return g.packetType(w)
	case "ifindex":
		switch {
		case g.live:
			return test{field: socketInterface, k: *w.n}, nil
		case g.at.link != linkLinuxSLL2:
			return nil, g.fail(w.pos, none, "there is no interface number %s", g.where())
		}
		return test{field: field{4, 4}, k: *w.n}, nil
	case "pppoed":
		return g.carries(w.pos, etherPPPoED)
	case "vlan", "mpls", "pppoes":
		g.encaps = true
		return g.encapsulation(w)
	}
	switch w.proto.over {
	case overLink:
		return g.carries(w.pos, w.proto.ether)
	case isLink:
		return nil, g.fail(w.pos, said.With(`as in "%s host MAC"`, w.proto.name), "%q needs more behind it", w.proto.name)
	case isLLC:
		return nil, g.unsupported(w.pos, "packets of %s are not supported", w.proto.name)
	}
	return g.onIP(w.proto.number, w.proto.over), nil
}

func (g *generator) broadcast(w *word) (cond, *Error) {
	switch {
	case w.proto == nil || w.proto.over == isLink:
		if !g.at.isEthernet() {
			return nil, g.fail(w.pos, none, "there is no link-level broadcast %s", g.where())
		}
		return macAt(0, [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), nil
	case w.proto.ether == etherIPv4:
		return nil, g.fail(w.pos, said.Text(`use "dst host ADDRESS"`), "the netmask is not known, so that there is no ip broadcast")
	}
	return nil, g.fail(w.pos, none, "%q has no broadcast", w.proto.name)
}

func (g *generator) multicast(w *word) (cond, *Error) {
	switch {
	case w.proto == nil || w.proto.over == isLink:
		if !g.at.isEthernet() {
			return nil, g.fail(w.pos, none, "there is no link-level multicast %s", g.where())
		}
		return test{field: field{0, 1}, op: jset, k: 1}, nil
	case w.proto.ether == etherIPv4:
		return both{g.at.carries(etherIPv4), test{field: field{g.at.net + 16, 1}, op: jge, k: 224}}, nil
	case w.proto.ether == etherIPv6:
		return both{g.at.carries(etherIPv6), test{field: field{g.at.net + 24, 1}, k: 255}}, nil
	}
	return nil, g.fail(w.pos, none, "%q has no multicast", w.proto.name)
}

// outgoing is the packet type of a packet that the host sent
// (PACKET_OUTGOING).
const outgoing = 4

// packetType is inbound and outbound: the packet type that the kernel gives, or
// a cooked header.
func (g *generator) packetType(w *word) (cond, *Error) {
	sent := test{field: field{0, 2}, k: outgoing}
	switch {
	case g.live:
		sent.field = socketType
	case g.at.link == linkLinuxSLL:
	case g.at.link == linkLinuxSLL2:
		sent.field = field{10, 1}
	default:
		return nil, g.fail(w.pos, none, "nothing %s says whether a packet is %s", g.where(), w.text)
	}
	if w.text == "inbound" {
		return not{sent}, nil
	}
	return sent, nil
}

// encapsulation is vlan, mpls or pppoes. It moves the layer inwards, also when
// it is negated.
func (g *generator) encapsulation(w *word) (is cond, err *Error) {
	outer := g.at
	var n uint32
	if w.n != nil {
		n = *w.n
	}
	var id cond
	limit := uint32(0xfff)
	switch {
	case w.text == "pppoes":
		if _, err := g.carries(w.pos, etherPPPoES); err != nil {
			return nil, err
		}
		is, g.at = outer.inSession()
		id = test{field: field{outer.net + 2, 2}, k: n}
		limit = 0xffff
	case outer.naming == byMPLS && w.text == "vlan":
		return nil, g.fail(w.pos, none, "no VLAN tag can follow behind mpls")
	case w.text == "vlan":
		// libpcap looks for them in Ethernet only.
		if !outer.isEthernet() && (g.exact || !outer.isCooked()) {
			return nil, g.fail(w.pos, none, "there are no VLAN tags %s", g.where())
		}
		is, g.at = outer.tagged()
		id = outer.isVLAN(n)
	default:
		if !outer.isEthernet() && outer.naming != byPPP && outer.naming != byMPLS {
			return nil, g.fail(w.pos, none, "there is no MPLS %s", g.where())
		}
		is, g.at = outer.labelled()
		id = test{field: field{outer.net, 4}, mask: 0xfffff000, k: n << 12}
		limit = 0xfffff
	}
	if w.n == nil {
		return is, nil
	}
	if n > limit {
		return nil, g.fail(w.pos, none, "%s takes at most %d, not %d", w.text, limit, n)
	}
	return both{is, id}, nil
}
