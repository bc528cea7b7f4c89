package mutate

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
)

// Recipe makes a rough capture of a clean one: changes of packets, the way into
// frames, changes of frames.
type Recipe struct {
	Name     string
	Packets  []Change
	Encoding Encoding
	Frames   []FrameChange
	// SYN: only captures that begin with the handshakes have what it needs.
	SYN bool
	// Tiny: segments are so small, and octets are lost, that a request may end
	// hundreds of packets behind its response, once its hole is declared. No
	// pairs are owed.
	Tiny bool
}

// Apply makes the capture that belongs to a seed. The trace it gives is t with
// the addresses and numbers of the capture; t stays as it is.
func (c *Recipe) Apply(seed uint64, t *Trace) (*Trace, []Frame) {
	h := fnv.New64a()
	h.Write([]byte(c.Name))
	r := rand.New(rand.NewPCG(seed, h.Sum64()))
	t = t.Clone()
	for _, change := range c.Packets {
		change(r, t)
	}
	f := c.Encoding.frames(r, t.Packets)
	for _, change := range c.Frames {
		f = change(r, f)
	}
	return t, f
}

// Recipes are all of them. other is a second clean capture, of which the
// connections take the ports of the first.
func Recipes(other *Trace) []Recipe {
	eth := Encoding{Link: LinkEthernet}
	changes := func(name string, c ...Change) Recipe { return Recipe{Name: name, Packets: c, Encoding: eth} }
	frames := func(name string, f ...FrameChange) Recipe { return Recipe{Name: name, Frames: f, Encoding: eth} }
	coded := func(name string, e Encoding, c ...Change) Recipe { return Recipe{Name: name, Packets: c, Encoding: e} }
	both := func(a Recipe, f ...FrameChange) Recipe {
		a.Frames = append(a.Frames, f...)
		return a
	}
	shaken := func(a Recipe) Recipe { a.SYN = true; return a }
	tiny := func(a Recipe) Recipe { a.Tiny = true; return a }
	return slices.Concat([]Recipe{
		changes("as it is"),
		frames("drop 1%", Drop(0.01)), frames("drop 5%", Drop(0.05)), frames("drop 30%", Drop(0.3)),
		frames("drop bursts", DropBursts(0.02, 12)), frames("drop 10% of the clients", DropClient(0.1)),
		changes("clients only", DropSide(false)), changes("servers only", DropSide(true)), changes("no ACKs", dropAcks),
		both(changes("no ACKs, drop 5%", dropAcks), Drop(0.05)),
		both(changes("clients only, drop 5%", DropSide(false)), Drop(0.05)),
		both(changes("servers only, drop 5%", DropSide(true)), Drop(0.05)),
		frames("cut at 60", Cut(60)), frames("cut at 96", Cut(96)), frames("cut at 200", Cut(200)),
		frames("cut at 96, drop 2%", Cut(96), Drop(0.02)),
		frames("duplicate all", Duplicate(1, 0)), frames("duplicate some", Duplicate(0.3, 3)),
		frames("reorder neighbours", Reorder(1, false)), frames("reorder within 5", Reorder(5, false)),
		frames("reorder within 5, inside", Reorder(5, true)), frames("reorder within 50, inside", Reorder(50, true)),
		both(changes("segments of random size, reorder within 50, inside", Split(2, 200)), Reorder(50, true)),
		frames("reorder within 5, drop 3%", Reorder(5, false), Drop(0.03)),
		changes("retransmit", Retransmit(0.3, false)), changes("retransmit other octets", Retransmit(0.3, true)),
		both(changes("retransmit, drop 5%", Retransmit(0.3, false)), Drop(0.05)),
		both(changes("retransmit, reorder within 5", Retransmit(0.3, false)), Reorder(5, false)),
		changes("segments of 1", Split(1, 1)), changes("segments of 7", Split(7, 7)), changes("segments of random size", Split(2, 200)),
		changes("segments of 1448", Join(1448, false)), changes("segments of 1448, late", Join(1448, true)), changes("segments of 64 KiB", Join(65000, true)),
		both(changes("segments of 1448, late, drop 5%", Join(1448, true)), Drop(0.05)),
		tiny(both(changes("segments of 1, drop 1%", Split(1, 1)), Drop(0.01))), both(changes("segments of 1, reorder within 5", Split(1, 1)), Reorder(5, false)),
		tiny(both(changes("segments of 7, drop 1%", Split(7, 7)), Drop(0.01))),
		both(changes("segments of random size, drop 5%", Split(2, 200)), Drop(0.05)),
		changes("keep-alives", KeepAlive(0)), changes("keep-alives of 1", KeepAlive(1)),
		changes("wrap", Wrap), both(changes("wrap, segments of random size, reorder within 5", Wrap, Split(2, 200)), Reorder(5, false)),
		both(changes("wrap, drop 5%", Wrap), Drop(0.05)),
		frames("start late", StartLate), frames("end early", EndEarly), frames("start late, end early, drop 2%", StartLate, EndEarly, Drop(0.02)),
		both(changes("segments of random size, start late", Split(2, 200)), StartLate),
		both(changes("segments of 1448, late, start late", Join(1448, true)), StartLate),
		coded("VLAN", Encoding{Link: LinkEthernet, VLAN: []uint16{7}}), coded("QinQ", Encoding{Link: LinkEthernet, VLAN: []uint16{7, 8}}),
		coded("SLL", Encoding{Link: LinkSLL}), coded("SLL2", Encoding{Link: LinkSLL2}), coded("RAW", Encoding{Link: LinkRaw}), coded("NULL", Encoding{}),
		changes("IPv6", IPv6), coded("IPv6, SLL2", Encoding{Link: LinkSLL2}, IPv6), coded("IPv6, NULL", Encoding{}, IPv6),
		coded("fragments", Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true}}), coded("fragments reversed", Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true, Reverse: true}}),
		coded("IPv6 fragments", Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true}}, IPv6),
		both(coded("fragments, drop 3%", Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true}}), Drop(0.03)),
		both(coded("fragments, reorder within 5", Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true}}), Reorder(5, false)),
		both(coded("fragments, duplicate some", Encoding{Link: LinkEthernet, Fragments: Fragments{Cut: true}}), Duplicate(0.3, 3)),
		changes("ports again", Reuse(nil)), both(changes("ports again, drop 3%", Reuse(nil)), Drop(0.03)),
		shaken(changes("ports again, other version", Reuse(other))),
		changes("RST in the middle", Reset), changes("blind RSTs", BlindReset), changes("RST, then ports again", Reset, Reuse(nil)),
		shaken(changes("PROXY v1", Preface(true, ProxyV1))), shaken(changes("PROXY v1 joined", Preface(false, ProxyV1))),
		shaken(changes("PROXY v2", Preface(true, ProxyV2))), shaken(changes("PROXY v2, segments of 7", Preface(false, ProxyV2), Split(7, 7))),
		changes("hostile zeros", Hostile(2, 7890, zeros)), changes("hostile 12s", Hostile(1, 7890, twelves)), changes("hostile noise", Hostile(2, 7890, anything)),
		changes("hostile zeros elsewhere", Hostile(2, 5432, zeros)), changes("hostile 12s elsewhere", Hostile(1, 5432, twelves)), changes("hostile noise elsewhere", Hostile(2, 5432, anything)),
		changes("half-open", Hostile(500, 7890, nothing)),
	}, streamRecipes(), tagRecipes(), tunnelled())
}

// tunnelled are the recipes that encapsulate.
func tunnelled() (all []Recipe) {
	cut := Fragments{Cut: true}
	named := map[string][]Encap{}
	add := func(name string, wrap []Encap, e Encoding, packets []Change, frames ...FrameChange) {
		if e.Tunnel = wrap; e.Link == 0 {
			e.Link = LinkEthernet
		}
		all = append(all, Recipe{Name: name, Packets: packets, Encoding: e, Frames: frames})
	}
	for _, t := range Tunnels() {
		named[t.Name] = t.Encaps
		if t.Only != 6 {
			add(t.Name, t.Encaps, Encoding{}, nil)
		}
		if t.Only != 4 {
			add("IPv6, "+t.Name, t.Encaps, Encoding{}, []Change{IPv6})
		}
	}
	for name, link := range map[string]uint32{"PPP": LinkPPP, "PPP in HDLC": LinkPPPHDLC, "PPPoE alone": LinkPPPoE} {
		add(name, nil, Encoding{Link: link}, nil)
		add("IPv6, "+name, nil, Encoding{Link: link}, []Change{IPv6})
	}
	slices.SortFunc(all, func(a, b Recipe) int { return cmp.Compare(a.Name, b.Name) })
	for _, name := range []string{"GRE", "ERSPAN II", "VXLAN", "GENEVE", "MPLS pseudowire", "PPPoE in VXLAN in MPLS"} {
		add(name+", fragments inside", named[name], Encoding{Fragments: cut}, nil)
		add(name+", cut at 160", named[name], Encoding{}, nil, Cut(160))
		add(name+", drop 5%", named[name], Encoding{}, nil, Drop(0.05))
		add(name+", a plain copy", named[name], Encoding{Twice: true}, nil)
		add(name+", a plain copy, drop 20%", named[name], Encoding{Twice: true}, nil, Drop(0.2))
	}
	for _, name := range []string{"GRE", "ERSPAN II", "VXLAN", "6in4"} {
		var six []Change
		if name == "6in4" {
			six = []Change{IPv6}
		}
		add(name+", fragments outside", named[name], Encoding{Outside: cut}, six)
		add(name+", fragments outside, reversed", named[name], Encoding{Outside: Fragments{Cut: true, Reverse: true}}, six)
		add(name+", fragments inside and outside", named[name], Encoding{Fragments: cut, Outside: cut}, six)
		add(name+", fragments outside, drop 3%", named[name], Encoding{Outside: cut}, six, Drop(0.03))
		add(name+", fragments inside and outside, duplicate some", named[name], Encoding{Fragments: cut, Outside: cut}, six, Duplicate(0.3, 0))
	}
	for _, link := range []uint32{LinkSLL, LinkSLL2, LinkRaw} {
		add(fmt.Sprintf("VXLAN on link type %d", link), named["VXLAN"], Encoding{Link: link}, nil)
	}
	add("fragments that overlap", nil, Encoding{Fragments: Fragments{Cut: true, Overlap: true}}, nil)
	add("fragments that overlap, reversed", nil, Encoding{Fragments: Fragments{Cut: true, Overlap: true, Reverse: true}}, nil)
	add("IPv6 fragments that overlap", nil, Encoding{Fragments: Fragments{Cut: true, Overlap: true}}, []Change{IPv6})
	add("fragments, bad ones between", nil, Encoding{Fragments: Fragments{Cut: true, Bad: true}}, nil)
	add("IPv6 fragments, bad ones between", nil, Encoding{Fragments: Fragments{Cut: true, Bad: true}}, []Change{IPv6})
	add("VXLAN, fragments outside overlap, bad ones between", named["VXLAN"], Encoding{Outside: Fragments{Cut: true, Overlap: true, Bad: true}}, nil)
	add("broken tunnels between", nil, Encoding{}, nil, BrokenTunnels(0.3))
	return all
}
